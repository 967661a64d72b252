//! Commands that stream events before their answer, alone and overlapping.

use client::{CallError, SourceContents, transport::faulty::Fault};
use futures::{FutureExt, StreamExt};
use serde_json::{Value, json};
use wire::{
    debugger::ContentType,
    ids::SessionId,
    session::{PointPageLimits, PointSelector},
};

use crate::peer::{idle, run, run_faulty};

fn message(text: &str) -> Value {
    json!({"message": {
        "source": "ConsoleAPI", "level": "info", "text": text, "pauseId": "p", "data": {},
        "point": {"point": "1", "time": 0},
    }})
}

fn points(id: &Value, points: &[&str]) -> Value {
    let points: Vec<_> = points
        .iter()
        .map(|point| json!({"point": point, "time": 0}))
        .collect();
    json!({"findPointsId": id, "points": points})
}

fn chunk(source_id: &str, chunk: &str) -> Value {
    json!({"sourceId": source_id, "chunk": chunk})
}

fn info(source_id: &str, n_units: u32) -> Value {
    json!({"sourceId": source_id, "codeUnitCount": n_units, "lineCount": 1, "contentType": "text/javascript"})
}

#[test]
fn a_stream_gives_what_came_before_the_answer_and_ends_with_it() {
    run(async |connection, mut peer| {
        let session = connection.session(&SessionId::from("s"));
        let mut messages = session.find_messages();
        let asked = peer.request("Console.findMessages").await;
        peer.event("s", "Console.newMessage", message("a")).await;
        peer.event("s", "Console.newMessage", message("b")).await;
        assert_eq!(
            messages.next().await.unwrap().text,
            "a",
            "items do not wait for the answer"
        );
        peer.answer(&asked, json!({"overflow": true})).await;
        peer.event("s", "Console.newMessage", message("too late")).await;
        idle().await;
        assert_eq!(messages.next().await.unwrap().text, "b");
        assert!(messages.next().await.is_none());
        assert!(messages.next().await.is_none(), "ended is ended");
        assert!(messages.answer().await.unwrap().overflow);
    });
}

#[test]
fn a_refused_stream_ends_with_the_refusal() {
    run(async |connection, mut peer| {
        let session = connection.session(&SessionId::from("s"));
        let paints = session.find_paints();
        let asked = peer.any_request().await;
        peer.refuse(&asked, 59, "no session").await;
        let error = paints.flat().await.unwrap_err();
        assert!(error.is_session_gone(), "{error}");
    });
}

#[test]
fn overlapping_searches_are_told_apart_by_their_id() {
    run(async |connection, mut peer| {
        let session = connection.session(&SessionId::from("s"));
        let one = session.find_points(PointSelector::Exceptions {}, None);
        let two = session.find_points(PointSelector::Exceptions {}, None);
        let (asked_one, asked_two) = (peer.any_request().await, peer.any_request().await);
        let id = |request: &crate::peer::Request| request.params()["findPointsId"].clone();
        assert_ne!(id(&asked_one), id(&asked_two));
        peer.event("s", "Session.findPointsResults", points(&id(&asked_two), &["20"]))
            .await;
        peer.event(
            "s",
            "Session.findPointsResults",
            points(&id(&asked_one), &["10", "11"]),
        )
        .await;
        peer.event("s", "Session.findPointsResults", points(&id(&asked_two), &["21"]))
            .await;
        peer.event(
            "s",
            "Session.findPointsResults",
            points(&json!("nobody's"), &["30"]),
        )
        .await;
        peer.answer(&asked_two, json!({"nextBegin": "22"})).await;
        peer.answer(&asked_one, json!({})).await;
        let (found_by_one, answer_of_one) = one.flat().await.unwrap();
        let (found_by_two, answer_of_two) = two.flat().await.unwrap();
        let texts = |found: &[wire::debugger::PointDescription]| -> Vec<String> {
            found.iter().map(|point| point.point.to_string()).collect()
        };
        assert_eq!(texts(&found_by_one), ["10", "11"]);
        assert_eq!(texts(&found_by_two), ["20", "21"]);
        assert_eq!(answer_of_one.next_begin, None);
        assert_eq!(answer_of_two.next_begin.unwrap().as_str(), "22");
    });
}

#[test]
fn streams_that_nothing_tells_apart_take_turns() {
    run(async |connection, mut peer| {
        let session = connection.session(&SessionId::from("s"));
        let (first, second) = (session.find_messages(), session.find_messages());
        let given_up_in_the_queue = session.find_messages();
        let last = session.find_messages();
        let asked = peer.request("Console.findMessages").await;
        peer.expect_silence().await;
        drop(given_up_in_the_queue);
        peer.event("s", "Console.newMessage", message("first")).await;
        peer.answer(&asked, json!({})).await;
        // The first stream's consumer has not looked yet when the second's items come.
        let asked = peer.request("Console.findMessages").await;
        peer.event("s", "Console.newMessage", message("second")).await;
        peer.answer(&asked, json!({})).await;
        let asked = peer.request("Console.findMessages").await;
        peer.answer(&asked, json!({})).await;
        peer.expect_silence().await;
        for (stream, expected) in [(first, &["first"][..]), (second, &["second"]), (last, &[])] {
            let (messages, _) = stream.all().await.unwrap();
            assert_eq!(
                messages
                    .iter()
                    .map(|message| message.text.as_str())
                    .collect::<Vec<_>>(),
                expected
            );
        }
        assert_eq!(connection.n_pending(), 0);
    });
}

#[test]
fn a_stream_given_up_keeps_its_turn_until_it_is_answered() {
    run(async |connection, mut peer| {
        let session = connection.session(&SessionId::from("s"));
        drop(session.find_messages());
        let messages = session.find_messages();
        let asked = peer.request("Console.findMessages").await;
        peer.expect_silence().await;
        peer.event("s", "Console.newMessage", message("for the one given up"))
            .await;
        peer.refuse(&asked, 33, "failed").await;
        let asked = peer.request("Console.findMessages").await;
        peer.event("s", "Console.newMessage", message("mine")).await;
        peer.answer(&asked, json!({})).await;
        let (messages, _) = messages.all().await.unwrap();
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].text, "mine");
    });
}

#[test]
fn one_source_is_streamed_once_at_a_time_and_two_at_once() {
    run(async |connection, mut peer| {
        let session = connection.session(&SessionId::from("s"));
        let (a, again_a, b) = ("a".into(), "a".into(), "b".into());
        let streams = futures::future::join3(
            session.read_source(&a),
            session.read_source(&again_a),
            session.read_source(&b),
        );
        let script = async {
            let (ask_a, ask_b) = (peer.any_request().await, peer.any_request().await);
            assert_eq!(
                [&ask_a.params()["sourceId"], &ask_b.params()["sourceId"]],
                ["a", "b"]
            );
            peer.event("s", "Debugger.sourceContentsInfo", info("b", 3)).await;
            peer.event("s", "Debugger.sourceContentsInfo", info("a", 4)).await;
            peer.event("s", "Debugger.sourceContentsChunk", chunk("a", "x="))
                .await;
            peer.event("s", "Debugger.sourceContentsChunk", chunk("b", "y\u{1F3AC}"))
                .await;
            peer.event("s", "Debugger.sourceContentsChunk", chunk("a", "1;"))
                .await;
            peer.answer(&ask_b, json!({})).await;
            peer.answer(&ask_a, json!({})).await;
            let ask_a = peer.request("Debugger.streamSourceContents").await;
            peer.event("s", "Debugger.sourceContentsInfo", info("a", 0)).await;
            peer.answer(&ask_a, json!({})).await;
        };
        let ((first, second, third), ()) = futures::future::join(streams, script).await;
        assert_eq!(first.unwrap(), ("x=1;".to_owned(), ContentType::Javascript));
        assert_eq!(second.unwrap().0, "");
        assert_eq!(
            third.unwrap().0,
            "y\u{1F3AC}",
            "two code units each side of the BMP are counted"
        );
    });
}

#[test]
fn pieces_of_a_source_keep_their_order() {
    run(async |connection, mut peer| {
        let session = connection.session(&SessionId::from("s"));
        let stream = session.stream_source_contents(&"a".into());
        let asked = peer.any_request().await;
        peer.event("s", "Debugger.sourceContentsInfo", info("a", 2)).await;
        peer.event("s", "Debugger.sourceContentsChunk", chunk("a", "1"))
            .await;
        peer.event("s", "Debugger.sourceContentsChunk", chunk("a", "2"))
            .await;
        peer.answer(&asked, json!({})).await;
        let (pieces, _) = stream.all().await.unwrap();
        assert!(matches!(&pieces[0], SourceContents::Info(info) if info.code_unit_count == 2));
        assert_eq!(
            pieces[1..],
            [
                SourceContents::Chunk("1".to_owned()),
                SourceContents::Chunk("2".to_owned())
            ]
        );
    });
}

#[test]
fn a_lost_piece_of_a_source_is_noticed() {
    run_faulty(async |connection, mut peer, control| {
        let session = connection.session(&SessionId::from("s"));
        control.then([Fault::Pass, Fault::Drop, Fault::Pass]);
        let script = async {
            let asked = peer.any_request().await;
            peer.event("s", "Debugger.sourceContentsInfo", info("a", 2)).await;
            peer.event("s", "Debugger.sourceContentsChunk", chunk("a", "ab"))
                .await;
            peer.answer(&asked, json!({})).await;
        };
        let source_id = "a".into();
        let (read, ()) = futures::future::join(session.read_source(&source_id), script).await;
        let error = read.unwrap_err();
        let expected = CallError::Malformed {
            method: "Debugger.streamSourceContents",
            message: "0 code units came of 2".to_owned(),
        };
        assert_eq!(error, expected);
    });
}

#[test]
fn sources_come_one_by_one_or_in_batches() {
    run(async |connection, mut peer| {
        let session = connection.session(&SessionId::from("s"));
        let sources = session.find_sources();
        let asked = peer.request("Debugger.findSources").await;
        let source = |id: &str| json!({"sourceId": id, "kind": "scriptSource", "contentId": "c"});
        peer.event("s", "Debugger.newSource", source("1")).await;
        peer.event(
            "s",
            "Debugger.newSources",
            json!({"sources": [source("2"), source("3")]}),
        )
        .await;
        peer.event("s", "Debugger.newSource", source("4")).await;
        peer.answer(&asked, json!({})).await;
        let (sources, _) = sources.flat().await.unwrap();
        assert_eq!(
            sources
                .iter()
                .map(|source| source.source_id.as_str())
                .collect::<Vec<_>>(),
            ["1", "2", "3", "4"]
        );
    });
}

#[test]
fn annotations_and_bodies_go_by_what_they_are_about() {
    run(async |connection, mut peer| {
        let session = connection.session(&SessionId::from("s"));
        let (ours, theirs) = (
            session.find_annotations("ours"),
            session.find_annotations("theirs"),
        );
        let body = session.get_response_body(&"7".into(), None);
        let mut asked = Vec::new();
        for _request in 0..3 {
            asked.push(peer.any_request().await);
        }
        let annotation =
            |kind: &str| json!({"annotations": [{"point": "1", "time": 0, "kind": kind, "contents": "{}"}]});
        peer.event("s", "Session.annotations", annotation("theirs")).await;
        peer.event("s", "Session.annotations", annotation("ours")).await;
        peer.event("s", "Session.annotations", annotation("unknown"))
            .await;
        let part = |id: &str| json!({"id": id, "parts": [{"offset": 0, "length": 1, "value": "YQ=="}]});
        peer.event("s", "Network.responseBodyData", part("8")).await;
        peer.event("s", "Network.responseBodyData", part("7")).await;
        for request in &asked {
            peer.answer(request, json!({})).await;
        }
        assert_eq!(ours.flat().await.unwrap().0[0].kind, "ours");
        assert_eq!(theirs.flat().await.unwrap().0.len(), 1);
        assert_eq!(body.flat().await.unwrap().0.len(), 1);
    });
}

#[test]
fn listening_for_load_changes_blocks_nothing_and_may_be_done_twice() {
    run(async |connection, mut peer| {
        let session = connection.session(&SessionId::from("s"));
        let mut load = session.listen_for_load_changes();
        let mut load_again = session.listen_for_load_changes();
        let mut progress = session.listen_for_processing_progress();
        for _request in 0..3 {
            peer.any_request().await;
        }
        let calls: Vec<_> = (0..1000).map(|_| session.get_build_id()).collect();
        for _call in &calls {
            let asked = peer.request("Session.getBuildId").await;
            peer.answer(&asked, json!({"buildId": "b"})).await;
        }
        for call in calls {
            call.await.unwrap();
        }
        assert!(load.next().now_or_never().is_none());
        let regions = json!({"loaded": [], "loading": [], "indexed": []});
        peer.event("s", "Session.loadedRegions", regions).await;
        peer.event(
            "s",
            "Session.processingProgress",
            json!({"progressPercent": 40.5}),
        )
        .await;
        assert!(load.next().await.is_some());
        assert!(load_again.next().await.is_some());
        assert_eq!(progress.next().await, Some(40.5));
        assert_eq!(connection.n_pending(), 3);
    });
}

#[test]
fn pages_of_points_are_read_to_the_end_or_to_the_limit() {
    run(async |connection, mut peer| {
        let session = connection.session(&SessionId::from("s"));
        let pages = [
            (["1", "2"], Some("3")),
            (["3", "4"], Some("5")),
            (["5", "6"], None),
        ];
        for (max_count, n_pages, next_begin) in [(None, 3, None), (Some(4), 2, Some("5"))] {
            let limits = PointPageLimits {
                max_count,
                ..PointPageLimits::default()
            };
            let find = session.find_all_points(PointSelector::Exceptions {}, limits);
            let script = async {
                for (page, next) in &pages[..n_pages] {
                    let asked = peer.request("Session.findPoints").await;
                    let id = &asked.params()["findPointsId"];
                    peer.event("s", "Session.findPointsResults", points(id, page))
                        .await;
                    peer.answer(&asked, json!({"nextBegin": next})).await;
                }
            };
            let (found, ()) = futures::future::join(find, script).await;
            let (found, next) = found.unwrap();
            assert_eq!(found.len(), n_pages * 2);
            assert_eq!(next.as_ref().map(|point| point.as_str()), next_begin);
            peer.expect_silence().await;
        }
    });
}
