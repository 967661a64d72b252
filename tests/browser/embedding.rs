//! Story: a page of another origin shows a recording, drives it and hears of it, with and without an origin of the frame's own; by
//! the element, by a plain frame, several at once; nothing is left of one that is destroyed.

use std::{io::BufRead, process::Stdio};

use serde_json::{Value as Json, json};
use tests::program;

use crate::{
    accessibility::assert_accessible,
    around::{Around, story},
};

const EMBED: [&str; 2] = ["--embed", "ORIGIN"];

/// The number of something.
fn number(value: &Json) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn a_sandboxed_frame_keeps_the_contract() {
    story("strict", &EMBED, |around| async move {
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
    story("standard", &EMBED, |around| async move {
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
    story("handed", &EMBED, |around| async move {
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
    story("plain", &EMBED, |around| async move {
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
                "const {{ port1, port2 }} = new MessageChannel(); globalThis.port = port1; globalThis.said = []; \
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
            (&answers[1]["id"], &answers[1]["value"]["t"]),
            (&json!(7), &json!(1.0))
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
fn several_stand_on_one_page_and_leave_nothing_behind() {
    story("several", &EMBED, |around| async move {
        around.show(
            "<div id=all><playhead-viewer id=a recording=ID mode=mini t=1 style=\"width: 400px; height: 300px\"></playhead-viewer>\
             <playhead-viewer id=b recording=ID mode=mini loading=click title=\"Second\" style=\"width: 400px; height: 300px\"></playhead-viewer>\
             <div style=\"height: 3000px\"></div>\
             <playhead-viewer id=c recording=ID style=\"width: 400px; height: 300px\"></playhead-viewer></div>",
        )
        .await;
        around
            .hear("the first", "it.viewer === 'a' && it.name === 'loaded'")
            .await;
        // What is not seen, and what is to be pressed first, has a picture and nothing else.
        let frames = "return ['a', 'b', 'c'].map((id) => document.getElementById(id).shadowRoot.querySelectorAll('iframe').length)";
        assert_eq!(around.viewer.evaluate(frames).await, json!([1, 0, 0]));
        let poster = "const image = b.shadowRoot.querySelector('img'); return image?.complete && image.naturalWidth > 0 && image.src";
        let poster = around.viewer.wait_for("a poster", poster).await;
        assert!(
            poster
                .as_str()
                .is_some_and(|poster| poster.ends_with("/poster.png")),
            "{poster}"
        );
        let name =
            "const button = b.shadowRoot.querySelector('button'); button.click(); return button.ariaLabel";
        assert_eq!(around.viewer.evaluate(name).await, "Play: Second");
        around
            .hear("the second to play", "it.viewer === 'b' && it.name === 'play'")
            .await;
        around.viewer.evaluate("c.scrollIntoView()").await;
        around
            .hear("the third", "it.viewer === 'c' && it.name === 'loaded'")
            .await;

        // Each is asked by itself.
        let times = "Promise.all([a.seek({ t: 0.5 }), b.pause().then(() => b.seek({ t: 1 })), c.seek({ t: 1.5 })]).then((all) => all.map(({ t }) => t))";
        let times = around.ask(times).await.unwrap();
        let times: Vec<f64> = times.as_array().unwrap().iter().map(number).collect();
        assert_eq!(times, [0.5, 1.0, 1.5]);

        // They follow the page's theme, and each may have its own.
        let theme = "return document.documentElement.dataset.theme === 'dark'";
        around
            .viewer
            .evaluate("document.documentElement.style.colorScheme = 'dark'; b.setAttribute('theme', 'light')")
            .await;
        around.in_frame("a", "the page's theme", theme).await;
        around
            .in_frame(
                "b",
                "its own theme",
                "return document.documentElement.dataset.theme === 'light'",
            )
            .await;

        // Keys of the page go to the one that was used last, if it asks for them.
        around
            .viewer
            .evaluate("a.setAttribute('keyboard', 'global'); document.activeElement?.blur()")
            .await;
        around.ask("a.getState()").await.unwrap();
        around.forget().await;
        around.viewer.type_keys(".").await;
        around
            .hear("the next picture", "it.viewer === 'a' && it.name === 'seeked'")
            .await;

        // The height that the picture wants.
        around
            .viewer
            .evaluate("a.scrollIntoView(); a.setAttribute('fit', 'width'); a.style.height = ''; a.style.width = '420px'")
            .await;
        let fits = "const { width, height } = a.getBoundingClientRect(); return width === 420 && Math.abs(height - a.shadowRoot.querySelector('iframe').offsetHeight) < 1 && height > 300";
        around.viewer.wait_for("a height that fits", fits).await;

        // Moving one in the document begins it anew; what was asked of it before ends.
        let moved = around
            .ask("(() => { const asked = c.seek({ t: 1 }); all.prepend(c); return asked })()")
            .await;
        assert_eq!(moved, Err("closed".to_owned()));
        around.forget().await;
        around
            .hear("the third again", "it.viewer === 'c' && it.name === 'loaded'")
            .await;

        // Destroyed: what was asked ends, nothing listens, nothing is held on to.
        let before = around.listeners("globalThis").await;
        assert!(before.contains(&"keydown".to_owned()), "{before:?}");
        let destroy = "globalThis.gone = ['a', 'b', 'c'].map((id) => new WeakRef(document.getElementById(id))); \
            globalThis.frames_gone = gone.map((it) => new WeakRef(it.deref().shadowRoot.querySelector('iframe'))); \
            const asked = a.seek({ t: 1 }); gone.forEach((it) => it.deref().destroy()); ask(asked)";
        around.viewer.evaluate(destroy).await;
        let answer = around
            .viewer
            .wait_for("an answer", "return globalThis.answer ?? false")
            .await;
        assert_eq!(answer["code"], "destroyed");
        assert_eq!(
            around
                .viewer
                .evaluate("return document.querySelectorAll('playhead-viewer').length")
                .await,
            0
        );
        assert_eq!(
            around.ask("gone[0].deref()?.play()").await,
            Err("destroyed".to_owned())
        );
        let after = around.listeners("globalThis").await;
        assert!(!after.contains(&"keydown".to_owned()), "{after:?}");
        around
            .viewer
            .evaluate("told.length = 0; answer = undefined")
            .await;
        let is_gone = "return [...gone, ...frames_gone].every((it) => it.deref() === undefined)";
        around.until_collected("viewers and frames", is_gone).await;
        around.viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn the_element_has_what_its_types_say_and_is_small() {
    story("types", &EMBED, |around| async move {
        around
            .show("<playhead-viewer id=v recording=ID loading=click></playhead-viewer>")
            .await;
        around
            .viewer
            .wait_for(
                "the element",
                "return customElements.get('playhead-viewer') !== undefined",
            )
            .await;
        let types = include_str!("../../public/embed/v1.d.ts");
        let class = types.split_once("class PlayheadViewerElement").unwrap().1;
        let class = class.split_once("addEventListener<").unwrap().0;
        let mut n_methods = 0;
        for line in class.lines().map(str::trim) {
            let Some((name, _)) = line.split_once('(') else {
                continue;
            };
            if !name.chars().all(char::is_alphanumeric) {
                continue;
            }
            n_methods += 1;
            let is_there = around.viewer.evaluate(&format!("return typeof v.{name}")).await;
            assert_eq!(is_there, "function", "{name}");
        }
        assert!(n_methods > 15, "{n_methods}");
        let facts = around
            .viewer
            .evaluate("return [v.version, v.state.phase, v instanceof HTMLElement]")
            .await;
        let package: Json = serde_json::from_str(include_str!("../../public/embed/package.json")).unwrap();
        assert_eq!(facts, json!([package["version"], "waiting", true]));
        // As a browser compresses it, which is no better than a server does.
        let size = "fetch('SERVER/embed/v1.js').then((it) => new Response(it.body.pipeThrough(new CompressionStream('gzip'))).arrayBuffer()).then((it) => it.byteLength)";
        let size = around
            .ask(&size.replace("SERVER", &around.address))
            .await
            .unwrap();
        assert!(
            number(&size) > 1_000.0 && number(&size) <= 5_000.0,
            "the loader has {size} bytes"
        );
    });
}

#[test]
fn embedded_pages_keep_nobody_out() {
    story("accessible", &EMBED, |around| async move {
        for theme in ["light", "dark"] {
            for (mode, width_px) in [
                ("mini", 480),
                ("player", 390),
                ("player", 1_100),
                ("devtools", 1_440),
            ] {
                around.viewer.browser.set_size(width_px, 800).await.unwrap();
                let page = format!(
                    "{}/embed/{}?mode={mode}&theme={theme}&t=1.5&panels=console,network",
                    around.address, around.recording.id
                );
                around.viewer.goto(&page).await;
                assert_accessible(&around.viewer, &format!("{mode}, {width_px} px, {theme}")).await;
            }
        }
        around.viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn the_dashboard_and_the_recording_drive_one_another() {
    story("dashboard", &[], |around| async move {
        let start = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/dashboard/start.mjs");
        let mut dashboard = std::process::Command::new("node")
            .arg(start)
            .arg(&around.recording.path)
            .args(["--port", "0"])
            .env("PLAYHEAD_BIN", program::path().unwrap())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node is there");
        let mut line = String::new();
        std::io::BufReader::new(dashboard.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let told = tokio::spawn(drive(std::sync::Arc::clone(&around), line)).await;
        // It ends its server with itself, if it is asked to.
        let pid = dashboard.id().to_string();
        program::output(std::process::Command::new("kill").arg(pid)).unwrap();
        dashboard.wait().unwrap();
        told.unwrap();
    });
}

async fn drive(around: std::sync::Arc<Around>, line: String) {
    let url = line
        .trim()
        .strip_prefix("dashboard at ")
        .unwrap_or_else(|| panic!("it said {line:?}"));
    let viewer = &around.viewer;
    viewer.browser.page.goto(url).await.unwrap();
    let is_ready =
        "globalThis.v = document.querySelector('playhead-viewer'); return v?.state?.phase === 'ready'";
    viewer.wait_for("the recording", is_ready).await;
    let row = "document.querySelectorAll('#errors tr')";
    let now = "Number(document.querySelector('#chart').getAttribute('aria-valuenow'))";

    // From the table: exactly to the error, and the chart follows.
    let point = format!("return fetch('data.json').then((it) => it.json()).then((it) => it.errors[0])");
    viewer.evaluate(&format!("(() => {{ {point} }})().then((it) => (globalThis.error = it)); {row}[0].querySelector('button').click()")).await;
    viewer
        .wait_for(
            "the first error",
            "return globalThis.error && v.state.point === error.point",
        )
        .await;
    viewer
        .wait_for(
            "its row",
            &format!("return {row}[0].hasAttribute('aria-current')"),
        )
        .await;
    viewer
        .wait_for(
            "its place on the chart",
            &format!("return Math.abs({now} - error.t) < 0.06"),
        )
        .await;

    // From the chart: by a key, by a press, with a pointer for both.
    viewer.evaluate("document.querySelector('#chart').focus()").await;
    viewer.type_keys(String::from(thirtyfour::Key::End.value())).await;
    viewer
        .wait_for(
            "the end",
            "return v.state.t > 0 && v.state.t === v.state.duration",
        )
        .await;
    let chart = viewer.find_by_label("Moment in the recording").await;
    let pressed = viewer
        .browser
        .page
        .action_chain()
        .move_to_element_center(&chart)
        .click();
    pressed.perform().await.unwrap();
    viewer
        .wait_for(
            "the middle",
            "return Math.abs(v.state.t - v.state.duration / 2) < 0.1",
        )
        .await;
    around
        .in_frame(
            "v",
            "the chart's pointer",
            "return document.querySelector('[data-testid=\"host-cursor\"]') !== null",
        )
        .await;

    // From the recording: the chart and the table move, and the pointer is on the chart.
    around.enter("v").await;
    let track = viewer.find_by_label("Moment in the recording").await;
    viewer
        .browser
        .page
        .action_chain()
        .move_to_element_center(&track)
        .perform()
        .await
        .unwrap();
    viewer
        .evaluate("document.querySelector('[data-testid=\"timeline\"]').focus()")
        .await;
    viewer.type_keys(String::from(thirtyfour::Key::End.value())).await;
    around.leave().await;
    viewer
        .wait_for(
            "the chart to follow",
            &format!("return {now} > v.state.duration - 0.1"),
        )
        .await;
    viewer
        .wait_for(
            "the last row",
            &format!("return [...{row}].at(-1).hasAttribute('aria-current')"),
        )
        .await;
    viewer.wait_for("the pointer on the chart", "return !document.querySelector('.pointed').hasAttribute('hidden') && document.querySelector('#pointed').textContent !== ''").await;

    // The focus, from the one and from the other.
    viewer
        .evaluate("v.setFocus({ begin: 0, end: error.t + 0.01 })")
        .await;
    viewer
        .wait_for(
            "the focus on the chart",
            "return !document.querySelector('.focus').hasAttribute('hidden')",
        )
        .await;
    viewer.wait_for("rows outside", &format!("return [...{row}].at(-1).classList.contains('outside') && !{row}[0].classList.contains('outside')")).await;
    let drag = "const chart = document.querySelector('#chart'); const { left, width, top } = chart.getBoundingClientRect(); \
        chart.setPointerCapture = () => {}; \
        const send = (name, share) => chart.dispatchEvent(new PointerEvent(name, { clientX: left + width * share, clientY: top + 5, shiftKey: true, pointerId: 1, bubbles: true })); \
        send('pointerdown', 0.5); send('pointermove', 0.9); send('pointerup', 0.9)";
    viewer.evaluate(drag).await;
    viewer
        .wait_for(
            "the chart's focus in the recording",
            "return v.state.focus?.begin > v.state.duration * 0.4",
        )
        .await;

    // The theme is the page's.
    viewer.evaluate("document.querySelector('#theme').click()").await;
    let theme = viewer
        .evaluate("return document.documentElement.style.colorScheme")
        .await;
    around
        .in_frame(
            "v",
            "the page's theme",
            &format!("return document.documentElement.dataset.theme === {theme}"),
        )
        .await;
    viewer.assert_no_errors(&[]).await;
}

#[test]
fn a_grafana_panel_shows_a_recording() {
    story("grafana", &EMBED, |around| async move {
        // As Grafana's text panel does it: variables are replaced, and what comes of it is inserted as a fragment.
        around
            .show("<style>:root { color-scheme: dark }</style><div id=panel style=\"height: 500px\"></div>")
            .await;
        let insert = async |snippet: &str, t: &str| {
            let html = snippet
                .replace("PLAYHEAD", &around.address)
                .replace("${recording}", &around.recording.id)
                .replace("${t}", t);
            let script = format!(
                "panel.replaceChildren(document.createRange().createContextualFragment({}))",
                json!(html)
            );
            around.viewer.evaluate(&script).await;
        };
        let panel = include_str!("../../examples/grafana/text-panel.html");
        for (t, seconds) in [("1.5", 1.5), ("0:02", 2.0)] {
            insert(panel, t).await;
            let is_there = format!(
                "const v = panel.querySelector('playhead-viewer'); return v.state?.phase === 'ready' && v.state.t === {seconds} && v.state.theme"
            );
            assert_eq!(around.viewer.wait_for("the recording", &is_there).await, "dark");
        }
        insert(include_str!("../../examples/grafana/picture.html"), "1.5").await;
        let picture =
            "const image = panel.querySelector('img'); return image?.complete && image.naturalWidth > 0";
        around.viewer.wait_for("the picture", picture).await;
        around.viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn a_link_says_what_it_leads_to() {
    story("preview", &["--embed", "*"], |around| async move {
        around.viewer.goto(&format!("{}/", around.address)).await;
        around.viewer.evaluate("globalThis.ask = (question) => { globalThis.answer = undefined; question.then((value) => (answer = { value }), ({ message }) => (answer = { code: message })) }").await;
        let read = |path: &str| {
            format!(
                "fetch('{}').then(async (it) => {{ const page = new DOMParser().parseFromString(await it.text(), 'text/html'); \
             return {{ title: page.title, policy: it.headers.get('content-security-policy'), \
             oembed: page.querySelector('link[type=\"application/json+oembed\"]')?.href ?? null, \
             tags: Object.fromEntries([...page.querySelectorAll('meta')].map((it) => [it.getAttribute('property') ?? it.name, it.content])) }} }})",
                path.replace("ID", &around.recording.id)
            )
        };
        let page = around.ask(&read("/recording/ID?t=1.5")).await.unwrap();
        let tags = &page["tags"];
        let base = format!("{}/recording/{}", around.address, around.recording.id);
        assert_eq!(
            (&page["title"], &tags["og:title"]),
            (&json!(crate::recorded::TITLE), &json!(crate::recorded::TITLE))
        );
        assert_eq!(tags["og:url"], format!("{base}?time=1500"));
        assert_eq!(tags["og:image"], format!("{base}/poster.png?time=1500"));
        assert_eq!(
            (&tags["twitter:card"], &tags["og:image:type"]),
            (&json!("summary_large_image"), &json!("image/jpeg"))
        );
        let sentence = tags["og:description"].as_str().unwrap();
        assert!(
            sentence.starts_with("A recording of localhost:") && sentence.ends_with(", at 0:01.5"),
            "{sentence}"
        );
        assert!(
            page["policy"]
                .as_str()
                .unwrap()
                .ends_with("frame-ancestors 'none'"),
            "{page}"
        );
        // The picture is that of the moment.
        let size = format!(
            "fetch('{base}/poster.png?time=1500').then((it) => it.blob()).then(createImageBitmap).then((it) => [it.width, it.height])"
        );
        let size = around.ask(&size).await.unwrap();
        assert_eq!(
            json!([size[0].to_string(), size[1].to_string()]),
            json!([tags["og:image:width"], tags["og:image:height"]])
        );
        // What is discovered leads to a frame that can be shown.
        let oembed = around
            .ask(&format!(
                "fetch('{}').then((it) => it.json())",
                page["oembed"].as_str().unwrap()
            ))
            .await
            .unwrap();
        assert_eq!(oembed["type"], "rich");
        let frame = format!("/embed/{}?time=1500", around.recording.id);
        assert!(
            oembed["html"].as_str().is_some_and(|html| html.contains(&frame)),
            "{oembed}"
        );
        let framed = around.ask(&read("/embed/ID?t=1.5")).await.unwrap();
        assert!(
            framed["policy"].as_str().unwrap().ends_with("frame-ancestors *"),
            "{framed}"
        );
        assert!(
            framed["tags"]["playhead-ticket"].is_string() && framed["tags"]["playhead-embed"] == "*",
            "{framed}"
        );
        around.viewer.assert_no_errors(&[]).await;
    });
}
