//! Story: a page of another origin shows a recording, drives it and hears of it, with and without an origin of the frame's own; by
//! the element and by a plain frame; and what it may not do.

use serde_json::{Value as Json, json};
use tests::{browser::BrowserKind, hosting::RecordingHost};

use crate::around::{Around, EMBED, number, story, story_in};

#[test]
fn a_sandboxed_frame_keeps_the_contract() {
    sandboxed(BrowserKind::Chromium, "strict");
}

#[test]
fn a_sandboxed_frame_keeps_the_contract_in_firefox() {
    sandboxed(BrowserKind::Firefox, "strict-firefox");
}

fn sandboxed(browser: BrowserKind, name: &str) {
    story_in(browser, name, &EMBED, |around| async move {
        let show =
            "<playhead-viewer id=v recording=ID style=\"width: 900px; height: 600px\"></playhead-viewer>";
        contract(&around, show).await;
        let origin = "return JSON.stringify([globalThis.origin, (() => { try { return localStorage.length } catch (error) { return error.name } })()])";
        let origin = around.in_frame("v", "the frame's origin", origin).await;
        assert_eq!(origin, json!(r#"["null","SecurityError"]"#));
        around.viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn a_frame_with_its_own_origin_keeps_the_contract() {
    with_its_own_origin(BrowserKind::Chromium, "standard");
}

#[test]
fn a_frame_with_its_own_origin_keeps_the_contract_in_firefox() {
    with_its_own_origin(BrowserKind::Firefox, "standard-firefox");
}

fn with_its_own_origin(browser: BrowserKind, name: &str) {
    story_in(browser, name, &EMBED, |around| async move {
        let show = "<playhead-viewer id=v recording=ID sandbox=standard style=\"width: 900px; height: 600px\"></playhead-viewer>";
        contract(&around, show).await;
        let origin = around
            .in_frame("v", "the frame's origin", "return globalThis.origin")
            .await;
        assert_eq!(origin, json!(around.address));
        let way = around
            .in_frame(
                "v",
                "the way to the viewer",
                "return document.querySelector('[data-testid=\"way-out\"]')?.href",
            )
            .await;
        let begin = format!("{}/recording/{}?v=1&point=", around.address, around.recording.id);
        assert!(way.as_str().is_some_and(|way| way.starts_with(&begin)), "{way}");
        around.viewer.assert_no_errors(&[]).await;
    });
}

/// What every frame does, whatever it is allowed.
async fn contract(around: &Around, show: &str) {
    around.show(show).await;
    let ready = around.hear("the viewer to be ready", "it.name === 'ready'").await;
    assert!(
        ready["detail"]["caps"]
            .as_array()
            .is_some_and(|caps| caps.contains(&json!("seek")) && !caps.contains(&json!("content")))
    );
    let loaded = around.hear("the recording", "it.name === 'loaded'").await;
    let duration = number(&loaded["detail"]["duration"]);

    // An answer comes when the picture is there, and says where we are; those who listen heard of it.
    around.forget().await;
    let state = around.ask("v.seek({ t: 1.5 })").await.unwrap();
    assert_eq!(
        (&state["t"], &state["phase"], &state["playing"]),
        (&json!(1.5), &json!("ready"), &json!(false))
    );
    let picture = around
        .in_frame(
            "v",
            "the picture",
            "return document.querySelector('[data-testid=\"picture\"]').dataset.frame",
        )
        .await;
    assert!(picture.is_string());
    let seeked = around
        .hear(
            "the end of the move",
            "it.name === 'seeked' && it.detail.t === 1.5",
        )
        .await;
    assert_eq!(seeked["detail"]["point"], state["point"]);
    around
        .hear(
            "the beginning of the move",
            "it.name === 'seeking' && it.detail.t === 1.5",
        )
        .await;
    assert_eq!(around.ask("v.seek({ t: '0:01.5' })").await.unwrap()["t"], 1.5);
    assert_eq!(around.viewer.evaluate("return v.state.t").await, 1.5);
    let exact = around
        .ask(&format!(
            "v.seek({{ point: '{}' }})",
            state["point"].as_str().unwrap()
        ))
        .await
        .unwrap();
    assert_eq!(exact["point"], state["point"]);

    // Steps, frames, sources: all of it in a place that runs.
    let stepped = around.ask("v.step()").await.unwrap();
    assert_ne!(stepped["point"], state["point"]);
    assert_eq!(
        around
            .ask("v.step('over', 'back').then(() => v.select({ frame: 0 }))")
            .await
            .unwrap()["frame"],
        0
    );
    assert_eq!(
        around.ask("v.select({ frame: 999 })").await,
        Err("not_found".to_owned())
    );
    around
        .ask("v.openSource({ url: 'store.js', line: 3 })")
        .await
        .unwrap();
    around.in_frame("v", "the source", "return document.querySelector('[data-testid=\"tab-source\"]')?.getAttribute('aria-selected') === 'true'").await;
    let opened = around.hear("a source", "it.name === 'sourceopen'").await;
    assert_eq!(opened["detail"], json!({ "source": null }), "which, is content");

    // A part in focus, and all of it again.
    let focused = around.ask("v.setFocus({ begin: 1, end: '0:02' })").await.unwrap();
    assert!(
        (number(&focused["focus"]["begin"]) - 1.0).abs() < 0.2,
        "{focused}"
    );
    around
        .hear(
            "the focus",
            "it.name === 'focuschange' && it.detail.range?.end > 1.5",
        )
        .await;
    assert_eq!(around.ask("v.setFocus(null)").await.unwrap()["focus"], Json::Null);

    // Time runs, and is told of four times a second at most.
    around.forget().await;
    assert_eq!(around.ask("v.setSpeed(2)").await.unwrap()["speed"], 2.0);
    assert_eq!(around.ask("v.play()").await.unwrap()["playing"], true);
    let later = format!(
        "it.name === 'timeupdate' && it.detail.t > {}",
        (duration - 0.5).min(3.0)
    );
    around.hear("time to run", &later).await;
    around.ask("v.pause()").await.unwrap();
    around.hear("time to stop", "it.name === 'pause'").await;
    let gaps = "const at = told.filter((it) => it.name === 'timeupdate').map((it) => it.at); \
        return at.slice(1).map((it, index) => it - at[index]).filter((gap) => gap < 200).length";
    assert_eq!(
        around.viewer.evaluate(gaps).await,
        0,
        "updates that came sooner than 200 ms after the one before"
    );

    // One pointer in time for both pages.
    around.viewer.evaluate("v.hover(2)").await;
    around
        .in_frame(
            "v",
            "the pointer of the page around",
            "return document.querySelector('[data-testid=\"host-cursor\"]') !== null",
        )
        .await;
    around.viewer.evaluate("v.hover(null)").await;
    around
        .in_frame(
            "v",
            "it to be gone",
            "return document.querySelector('[data-testid=\"host-cursor\"]') === null",
        )
        .await;
    around.enter("v").await;
    let track = around.viewer.find_by_label("Moment in the recording").await;
    let moved = around
        .viewer
        .browser
        .page
        .action_chain()
        .move_to_element_center(&track);
    moved.perform().await.unwrap();
    around.leave().await;
    let pointed = around
        .hear(
            "the pointer in the frame",
            "it.name === 'hover' && it.detail.t !== null",
        )
        .await;
    assert!(
        (number(&pointed["detail"]["t"]) - duration / 2.0).abs() < duration / 4.0,
        "{pointed}"
    );

    // A link to the moment; what may not be known; what cannot be done.
    let link = around
        .ask("v.seek({ t: 1.5 }).then(() => v.getPermalink())")
        .await
        .unwrap();
    let link = link.as_str().unwrap();
    let begin = format!("{}/recording/{}?v=1&point=", around.address, around.recording.id);
    assert!(
        link.starts_with(&begin) && link.contains("time=1500") && !link.contains("src="),
        "{link}"
    );
    assert_eq!(around.ask("v.capture()").await, Err("not_granted".to_owned()));
    assert_eq!(
        around
            .viewer
            .evaluate("return v.state.title ?? v.state.url ?? null")
            .await,
        Json::Null
    );
    for (question, code) in [
        ("v.seek({ t: -1 })", "bad_request"),
        ("v.seek({ t: 'soon' })", "bad_request"),
        ("v.seek({ point: 'x' })", "bad_request"),
        ("v.setSpeed(1e9)", "bad_request"),
        ("v.setPanels(['nothing'])", "bad_request"),
        ("v.step('in', 'back')", "unsupported"),
        ("v.openSource({ url: 'nowhere.js' })", "not_found"),
        ("v.load('nonsense')", "bad_request"),
        ("v.load('wss://somewhere.example')", "bad_request"),
    ] {
        assert_eq!(around.ask(question).await, Err(code.to_owned()), "{question}");
    }

    // Closed and opened again, on the same way.
    assert_eq!(around.ask("v.close()").await.unwrap()["phase"], "closed");
    assert_eq!(around.ask("v.play()").await, Err("closed".to_owned()));
    let opened = format!("v.load(undefined, {{ recording: '{}' }})", around.recording.id);
    assert_eq!(around.ask(&opened).await.unwrap()["phase"], "ready");
}

#[test]
fn who_may_read_reads_and_hands_over_files() {
    let how = ["--embed-content", "ORIGIN"];
    story("content", &how, |around| async move {
        around.show("<playhead-viewer id=v recording=ID want=content loading=eager style=\"height: 600px\"></playhead-viewer>").await;
        around.hear("the recording", "it.name === 'loaded'").await;
        let state = around.ask("v.seek({ t: 1.5 })").await.unwrap();
        assert_eq!(state["title"], crate::recorded::TITLE);
        assert!(
            state["url"].as_str().is_some_and(|url| url.contains("/todo/")),
            "{state}"
        );
        let taken = around
            .ask("v.capture({ type: 'image/png', maxWidth: 300 }).then(async ({ blob, ...rest }) => ({ ...rest, type: blob.type, width: (await createImageBitmap(blob)).width }))")
            .await
            .unwrap();
        assert_eq!(
            (&taken["type"], &taken["width"], &taken["t"]),
            (&json!("image/png"), &json!(300), &json!(1.5))
        );
        around
            .ask("v.openSource({ url: 'app.js', line: 5 })")
            .await
            .unwrap();
        let opened = around
            .hear(
                "the source",
                "it.name === 'sourceopen' && it.detail.source?.line === 5",
            )
            .await;
        assert!(
            opened["detail"]["source"]["url"]
                .as_str()
                .is_some_and(|url| url.ends_with("/app.js")),
            "{opened}"
        );
        around.viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn what_a_page_hands_over_is_its_own() {
    hand_over(BrowserKind::Chromium, "handed");
}

#[test]
fn what_a_page_hands_over_is_its_own_in_firefox() {
    hand_over(BrowserKind::Firefox, "handed-firefox");
}

fn hand_over(browser: BrowserKind, name: &str) {
    story_in(browser, name, &EMBED, |around| async move {
        std::fs::copy(&around.recording.path, around.folder().join("handed.playhead")).unwrap();
        around
            .show("<playhead-viewer id=v loading=eager style=\"height: 600px\"></playhead-viewer>")
            .await;
        around.hear("the viewer", "it.name === 'ready'").await;
        // The page has the file already, so it may know what is in it.
        for hand_over in [
            "response.blob()",
            "response.arrayBuffer()",
            "Promise.resolve(response.body)",
        ] {
            let load = format!(
                "fetch('handed.playhead').then((response) => {hand_over}).then((file) => v.load(file, {{ title: 'Handed over' }}))"
            );
            let state = around
                .ask(&load)
                .await
                .unwrap_or_else(|code| panic!("{hand_over}: {code}"));
            assert_eq!(
                (&state["phase"], &state["title"]),
                (&json!("ready"), &json!("Handed over")),
                "{hand_over}"
            );
            assert_eq!(around.ask("v.seek({ t: 1.5 })").await.unwrap()["t"], 1.5);
        }
        assert_eq!(
            around.ask("v.getPermalink()").await,
            Err("unsupported".to_owned())
        );
        let odd = around.ask("v.load(new Blob(['nothing']))").await;
        assert_eq!(odd, Err("refused".to_owned()));
        around.viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn a_plain_frame_is_greeted_by_hand() {
    greet_by_hand(BrowserKind::Chromium, "plain");
}

#[test]
fn a_plain_frame_is_greeted_by_hand_in_firefox() {
    greet_by_hand(BrowserKind::Firefox, "plain-firefox");
}

fn greet_by_hand(browser: BrowserKind, name: &str) {
    story_in(browser, name, &EMBED, |around| async move {
        around.show("<iframe id=f src=\"SERVER/embed/ID?mode=mini&amp;theme=dark&amp;t=1\" sandbox=allow-scripts width=640 height=400></iframe>").await;
        // It works without a word.
        around.enter_plain("f").await;
        around
            .viewer
            .wait_for(
                "the picture",
                "return document.querySelector('[data-testid=\"picture\"]')?.dataset.frame",
            )
            .await;
        let looks = "return [document.documentElement.dataset.theme, document.querySelector('[data-testid=\"embed\"]').classList[1], document.querySelector('[data-testid=\"time\"]').textContent]";
        assert_eq!(
            around.viewer.evaluate(looks).await,
            json!(["dark", "ph-embed--mini", "0:01.000"])
        );
        around.leave().await;
        // A later version is refused, by its nonce; it was the first greeting, so no other is heard.
        let greet = |v: u32, nonce: &str| {
            format!(
                "const {{ port1, port2 }} = new MessageChannel(); window.port = port1; window.said = []; \
             port1.onmessage = ({{ data }}) => said.push(data); \
             f.contentWindow.postMessage({{ t: 'rrp-embed', v: {v}, nonce: '{nonce}' }}, '*', [port2])"
            )
        };
        around.viewer.evaluate("f.contentWindow.postMessage({ t: 'something-else' }, '*'); f.contentWindow.postMessage('hello', '*')").await;
        around.viewer.evaluate(&greet(2, "later")).await;
        let refused = around
            .viewer
            .wait_for(
                "a refusal",
                "return said.find((it) => it.type === 'refused') ?? false",
            )
            .await;
        assert_eq!(
            (&refused["nonce"], &refused["v"], &refused["error"]["code"]),
            (&json!("later"), &json!(1), &json!("version"))
        );

        around.show("<iframe id=f src=\"SERVER/embed/ID?mode=mini\" sandbox=allow-scripts width=640 height=400></iframe>").await;
        around.enter_plain("f").await;
        around.viewer.idle().await;
        around.leave().await;
        around.viewer.evaluate(&greet(1, "mine")).await;
        let ready = around
            .viewer
            .wait_for(
                "an answer",
                "return said.find((it) => it.type === 'ready') ?? false",
            )
            .await;
        assert_eq!((&ready["nonce"], &ready["v"]), (&json!("mine"), &json!(1)));
        // What nobody knows is said to be unknown if it wants an answer, and else ignored; so is what is for somebody else.
        around.viewer.evaluate("port.postMessage({ type: 'dance' }); port.postMessage({ type: 'pause', id: 5, ignore: true }); \
            port.postMessage({ type: 'dance', id: 6 }); port.postMessage({ type: 'seek', id: 7, t: 1, later: {} })").await;
        let answers = "const answers = said.filter((it) => it.id); return answers.length === 2 && answers";
        let answers = around.viewer.wait_for("answers", answers).await;
        assert_eq!(
            (&answers[0]["id"], &answers[0]["error"]["code"]),
            (&json!(6), &json!("unknown_request"))
        );
        assert_eq!(
            (&answers[1]["id"], number(&answers[1]["value"]["t"])),
            (&json!(7), 1.0)
        );
        around.viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn nobody_shows_what_the_server_does_not_let_them() {
    story("forbidden", &[], |around| async move {
        around
            .show(
                "<playhead-viewer id=v recording=ID loading=eager style=\"height: 400px\"></playhead-viewer>",
            )
            .await;
        // Whoever asks meanwhile is not left waiting.
        let asked = around.ask("v.seek({ t: 1 })").await;
        assert_eq!(asked, Err("handshake_timeout".to_owned()));
        let error = around.hear("the error", "it.name === 'error'").await;
        assert_eq!(
            (&error["detail"]["code"], &error["detail"]["recoverable"]),
            (&json!("handshake_timeout"), &json!(true))
        );
        let said = "return v.shadowRoot.querySelector('[role=alert]').textContent";
        assert!(
            around
                .viewer
                .evaluate(said)
                .await
                .as_str()
                .is_some_and(|said| said.contains("may not let this page"))
        );
        assert_eq!(
            around
                .viewer
                .evaluate("return v.shadowRoot.querySelectorAll('iframe').length")
                .await,
            0
        );
    });
}

#[test]
fn an_address_is_opened_by_the_engine_in_the_frame() {
    story("address", &EMBED, |around| async move {
        let host = RecordingHost::start(&around.recording.path).await.unwrap();
        let address = host.url("ranges");
        around
            .show(&format!(
                "<playhead-viewer id=v src=\"{address}\" t=1 mode=mini style=\"height: 400px\"></playhead-viewer>"
            ))
            .await;
        around.hear("the recording", "it.name === 'loaded'").await;
        let state = around.ask("v.seek({ t: 1.5 })").await.unwrap();
        assert_eq!((&state["phase"], &state["t"]), (&json!("ready"), &json!(1.5)));
        // What anybody can open with the link: the same address, at the moment.
        let link = around.ask("v.getPermalink()").await.unwrap();
        let link = link.as_str().unwrap();
        let begin = format!("{}/?v=1&recording={}&from=", around.address, around.recording.id);
        assert!(link.starts_with(&begin) && link.contains("time=1500"), "{link}");
        // Another address, and one where nothing is.
        let again = format!("v.load('{}')", host.url("whole"));
        assert_eq!(around.ask(&again).await.unwrap()["phase"], "ready");
        let missing = format!("v.load('{}')", address.replace("there", "nothing"));
        assert_eq!(around.ask(&missing).await, Err("refused".to_owned()));
        around.viewer.assert_no_errors(&["nothing.playhead"]).await;
    });
}

#[test]
fn what_strangers_hand_over_is_asked_about() {
    // Whoever may show recordings because everybody may; a page of this computer would not be asked about.
    story("stranger", &["--embed", "*"], |around| async move {
        std::fs::copy(&around.recording.path, around.folder().join("handed.playhead")).unwrap();
        let stranger = around.origin.replace("localhost", "stranger.example");
        around
            .show_at(
                &stranger,
                "<playhead-viewer id=v loading=eager style=\"height: 600px\"></playhead-viewer>",
            )
            .await;
        around.hear("the viewer", "it.name === 'ready'").await;
        let load = "fetch('handed.playhead').then((response) => response.blob()).then((file) => v.load(file, { title: 'Pocket list' }))";
        for (button, outcome) in [
            ("No", Err("declined".to_owned())),
            ("Open it", Ok(json!("ready"))),
        ] {
            around.viewer.evaluate(&format!("ask({load})")).await;
            let press = format!(
                "const asked = document.querySelector('[data-testid=\"consent\"]'); if (!asked) return false; \
                 const said = asked.querySelector('p').textContent; \
                 [...asked.querySelectorAll('button')].find((it) => it.textContent === '{button}').click(); return said"
            );
            let said = around.in_frame("v", "the question", &press).await;
            let sentence =
                format!("{stranger} wants to open “Pocket list” here. Nothing of it leaves this computer.");
            assert_eq!(said, sentence);
            let answer = around.answer(button).await.map(|state| state["phase"].clone());
            assert_eq!(answer, outcome, "{button}");
        }
        // What it has handed over it may know, as everybody may what is their own.
        assert_eq!(
            around.viewer.evaluate("return v.state.title").await,
            "Pocket list"
        );
        around.viewer.assert_no_errors(&[]).await;
    });
}
