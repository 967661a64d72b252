//! What is left out is gone: no byte of the file, unpacked, tells of it.

use std::collections::BTreeSet;

use exporter::{Bound, Inventory, Kind, Plan, SAFE};
use recording::{
    point::{Micros, Point},
    share::LeftOut,
};
use serde_json::json;

use crate::{
    client::{Client, ID, all, made, open, part, sample, without},
    planted::{SECRETS, planted},
};

/// All that is in a file, unpacked: names of entries, and their bytes.
fn unpacked(file: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    for idx in 0..archive.len() {
        let mut entry = archive.by_index(idx).unwrap();
        let name = entry.name().unwrap().into_owned();
        all.extend(name.as_bytes());
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        match name.ends_with(".zst") {
            true => all.extend(zstd::decode_all(&bytes[..]).unwrap()),
            false => all.extend(bytes),
        }
        all.push(b'\n');
    }
    all
}

fn has(haystack: &[u8], needle: &str) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle.as_bytes())
}

#[test]
fn every_secret_is_there_before_and_gone_after() {
    let file = planted();
    let before = unpacked(&file);
    for (secret, _) in SECRETS {
        assert!(has(&before, secret), "{secret}");
    }
    let kept = unpacked(&made(&open(&file), &all()));
    for (secret, _) in SECRETS {
        assert!(has(&kept, secret), "{secret} went though nothing was left out");
    }
    for what in LeftOut::ALL {
        let without = unpacked(&made(&open(&file), &without(&[what])));
        for (secret, goes_with) in SECRETS {
            // All headers are more than those that are secret.
            let is_of = goes_with == what || what == LeftOut::Headers && goes_with == LeftOut::SecretHeaders;
            if is_of {
                assert!(!has(&without, secret), "{secret} stayed without {}", what.key());
            }
        }
    }
    let everything: Vec<_> = LeftOut::ALL.into();
    let nothing = unpacked(&made(&open(&file), &without(&everything)));
    for (secret, _) in SECRETS {
        assert!(!has(&nothing, secret), "{secret}");
    }
}

#[test]
fn what_leaves_unless_asked_for_is_what_ran_and_what_the_program_held() {
    let safe = Plan::safe(ID.to_owned(), 0.0);
    let left = unpacked(&made(&open(&planted()), &safe));
    let stayed: Vec<_> = SECRETS.iter().filter(|(secret, _)| has(&left, secret)).collect();
    assert_eq!(stayed, [&("HeldValueSecret", LeftOut::Values)]);
}

#[test]
fn what_was_typed_is_no_longer_there_letter_by_letter() {
    let file = made(&open(&planted()), &without(&[LeftOut::Typed]));
    let keyboard = open(&file).keyboard().unwrap();
    assert_eq!(keyboard.len(), 24);
    assert!(keyboard.iter().all(|row| &*row.event.key == "•"));
}

#[test]
fn what_was_left_out_is_said_wherever_it_is_asked_for() {
    let made = made(&open(&planted()), &Plan::safe(ID.to_owned(), 5.0));
    let reader = open(&made);
    let share = reader.manifest().share.clone().unwrap();
    assert_eq!(share.of, "7d9f2a52-64a4-4a3c-9a0e-3f3a3c0a0001");
    assert_eq!(reader.head().recording_id, ID);
    assert_eq!(
        share.left_out.iter().copied().collect::<BTreeSet<_>>(),
        SAFE.into()
    );
    assert!(!share.is_part);
    let said = &reader.manifest().redactions;
    assert!(
        said.len() == 1
            && said[0].starts_with("left out when it was shared: ")
            && said[0].contains("pictures of the page"),
        "{said:?}"
    );

    let mut client = Client::of(reader);
    let refused = |answer: Result<serde_json::Value, serde_json::Value>| {
        answer.unwrap_err()["message"].as_str().unwrap().to_owned()
    };
    let sources = client.list("Debugger.findSources", "Debugger.newSources", "sources");
    let text = client.try_ask(
        "Debugger.getSourceContents",
        json!({ "sourceId": sources[0]["sourceId"] }),
    );
    assert_eq!(
        refused(text),
        "the texts of scripts and their source maps were left out when this recording was shared"
    );
    let body = client.try_ask("Network.getResponseBody", json!({ "id": "1" }));
    assert_eq!(
        refused(body),
        "the bodies of requests and answers were left out when this recording was shared"
    );
    let paints = client.list("Graphics.findPaints", "Graphics.paintPoints", "paints");
    let params = json!({ "point": paints[0]["point"], "mimeType": "image/jpeg" });
    assert_eq!(
        refused(client.try_ask("Graphics.getPaintContents", params)),
        "pictures of the page were left out when this recording was shared"
    );
}

#[test]
fn what_is_left_out_of_a_part_is_left_out_of_what_it_began_with() {
    let whole = planted();
    let begin = Bound::Time(open(&whole).paints().unwrap()[0].time);
    let plan = Plan {
        left_out: LeftOut::ALL.into(),
        ..part(begin, Bound::Point(Point(u64::MAX >> 1)))
    };
    let kept = unpacked(&made(&open(&whole), &part(begin, plan.end.unwrap())));
    assert!(has(&kept, "ChangedTextSecret") && has(&kept, "HeldValueSecret"));
    // What was said before the part is not in it.
    assert!(!has(&kept, "ConsoleSecret") && !has(&kept, "SocketSecret over"));
    let left = unpacked(&made(&open(&whole), &plan));
    for (secret, _) in SECRETS {
        assert!(!has(&left, secret), "{secret}");
    }
}

#[test]
fn what_was_left_out_before_stays_left_out() {
    let first = made(&open(&planted()), &without(&[LeftOut::Bodies, LeftOut::Console]));
    let second = open(&made(&open(&first), &without(&[LeftOut::Pictures])));
    let share = second.manifest().share.clone().unwrap();
    assert_eq!(
        share.left_out,
        [LeftOut::Bodies, LeftOut::Console, LeftOut::Pictures]
    );
    assert_eq!(share.of, ID);
    assert_eq!(second.manifest().redactions.len(), 2);
}

#[test]
fn real_recordings_are_sound_without_anything() {
    for name in ["todo", "pathfinding"] {
        let whole = sample(name);
        for plan in [Plan::safe(ID.to_owned(), 0.0), without(&LeftOut::ALL)] {
            let file = made(&whole, &plan);
            let middle = whole.last_point().0 / 2;
            let mut client = Client::of(open(&file));
            assert!(client.seen_at(&middle.to_string())["seen"]["pauseId"].is_string());
            let part = Plan {
                begin: Some(Bound::Point(Point(middle))),
                ..plan
            };
            let file = made(&whole, &part);
            let mut client = Client::of(open(&file));
            assert!(client.seen_at(&middle.to_string())["seen"]["pauseId"].is_string());
        }
    }
}

#[test]
fn a_preview_tells_about_how_much_would_leave() {
    let whole = sample("todo");
    for plan in [
        all(),
        without(&SAFE),
        without(&[LeftOut::Pictures]),
        part(Bound::Time(Micros(4_000_000)), Bound::Time(Micros(8_000_000))),
    ] {
        let inventory = Inventory::of(&whole, &plan).unwrap();
        let told = inventory.n_bytes(&plan.left_out) as f64;
        let file = made(&whole, &plan).len() as f64;
        // Within a third, and 100 kB for what small files have besides.
        assert!(
            (told - file).abs() < 0.33 * file + 100_000.0,
            "{told} told, {file} left: {plan:?}"
        );
    }
    let inventory = Inventory::of(&whole, &all()).unwrap();
    let pictures = inventory
        .portions
        .iter()
        .find(|portion| portion.kind == Kind::Pictures)
        .unwrap();
    assert!(pictures.count > 3 && pictures.n_bytes > 10_000, "{pictures:?}");
}

#[test]
fn comments_go_along_as_far_as_they_stand_in_the_part() {
    let comments =
        r#"{"version":1,"comments":[{"timeMs":1000,"text":"early"},{"timeMs":6000,"text":"within"}]}"#;
    let plan = Plan {
        comments: Some(comments.to_owned()),
        ..part(Bound::Time(Micros(5_000_000)), Bound::Time(Micros(7_000_000)))
    };
    let file = made(&sample("todo"), &plan);
    let kept = open(&file).comments().unwrap().unwrap();
    assert!(kept.contains("within") && !kept.contains("early"), "{kept}");
    assert_eq!(open(&made(&sample("todo"), &all())).comments().unwrap(), None);
}
