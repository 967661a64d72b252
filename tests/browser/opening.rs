//! Story: a recording is opened in the page, by every way in, and the engine in the page answers for it. The server that the
//! viewer comes from has another recording, and never hears of this one.

use recording::{
    reader::Reader,
    source::{ByteSource, FileSource},
    verify::verify,
};
use serde_json::json;
use tests::{browser::BrowserKind, hosting::RecordingHost, huge};
use thirtyfour::{By, Key};

use crate::{
    Stage,
    accessibility::assert_accessible,
    recorded::{self, CART, TITLE, added},
    story_of,
    viewer::Viewer,
};

/// Puts the recording into the page's private files, and has `showOpenFilePicker` hand out its handle: the browser's own picker
/// cannot be worked by a test. Returns when it is there.
const PRIVATE_FILE: &str = r#"
    const bytes = Uint8Array.from(atob(arguments_[0]), (letter) => letter.charCodeAt(0));
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle(arguments_[1], { create: true });
    const writable = await handle.createWritable();
    await writable.write(bytes);
    await writable.close();
    window.handle = handle;
    window.showOpenFilePicker = async () => [handle];
"#;

fn told<F: Future<Output = ()> + Send + 'static>(name: &str, body: impl FnOnce(std::sync::Arc<Stage>) -> F) {
    told_in(BrowserKind::Chromium, name, body);
}

fn told_in<F: Future<Output = ()> + Send + 'static>(
    browser: BrowserKind,
    name: &str,
    body: impl FnOnce(std::sync::Arc<Stage>) -> F,
) {
    // Recording takes a runtime of its own, so it comes before the story's.
    recorded::recording();
    story_of(&CART, browser, name, body);
}

/// Base64 of a file.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |value: u32| char::from(LETTERS[(value & 63) as usize]);
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let value =
            part.iter().fold(0, |value, byte| value << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
        let letters = [
            letter(value >> 18),
            letter(value >> 12),
            letter(value >> 6),
            letter(value),
        ];
        text.extend(&letters[..=part.len()]);
        text.push_str(&"=="[..3 - part.len()]);
    }
    text
}

async fn make_private_file(viewer: &Viewer, bytes: &[u8]) {
    let file = base64(bytes);
    let script = PRIVATE_FILE
        .replace("arguments_[0]", &format!("{file:?}"))
        .replace("arguments_[1]", "'mine.playhead'");
    viewer
        .evaluate(&format!("return (async () => {{ {script} return true }})()"))
        .await;
}

fn bytes() -> Vec<u8> {
    std::fs::read(&recorded::recording().path).expect("the recording is there")
}

/// Waits until there is the page of a recording, and nothing left to do.
pub(crate) async fn wait_for_timeline(viewer: &Viewer) {
    let script = "return document.querySelector('[data-testid=\"timeline\"]') !== null";
    viewer.wait_for("the recording's page", script).await;
    viewer.idle().await;
}

/// Waits until the recording is open in the page, and looks at it: the whole road from its console to a variable.
async fn assert_is_open(viewer: &Viewer, from: &str) {
    wait_for_timeline(viewer).await;
    assert_eq!(
        viewer.parameter("recording").await.as_deref(),
        Some(recorded::recording().id.as_str())
    );
    assert_eq!(viewer.parameter("from").await.as_deref(), Some(from));
    assert_eq!(viewer.texts("connection").await, ["On this computer"]);
    assert_eq!(
        viewer.evaluate("return document.title").await,
        json!(format!("{TITLE} – Playhead"))
    );
    // From the beginning, where the console shows its first messages.
    viewer.press_key(Key::Home).await;
    viewer.go_to_message(added::MESSAGE).await;
    let frames = viewer.texts("frame").await;
    assert!(frames[0].contains("app.js"), "{frames:?}");
    for (name, value) in added::VARIABLES {
        assert!(viewer.variable(name).await.contains(value), "{name}");
    }
}

/// What the page has asked the viewer's server for since the last look: nothing but its own files.
async fn assert_nothing_was_sent(viewer: &Viewer) {
    if viewer.browser.kind == BrowserKind::Firefox {
        // Nobody listens there to what goes over websockets.
        return;
    }
    let sockets = viewer.evaluate("return window.playheadSent.length").await;
    assert_eq!(sockets, json!(0), "something went over a websocket");
    let asked = viewer
        .evaluate("return performance.getEntriesByType('resource').map((it) => new URL(it.name).pathname).filter((it) => it.startsWith('/api/'))")
        .await;
    assert_eq!(asked, json!([]), "the server was asked about the recording");
}

/// Drops a file on the page, as the file manager would.
pub(crate) async fn drop_file(viewer: &Viewer, path: &str) {
    for kind in ["dragEnter", "dragOver", "drop"] {
        let data = json!({ "items": [], "files": [path], "dragOperationsMask": 1 });
        let event = json!({ "type": kind, "x": 600, "y": 700, "data": data });
        viewer
            .browser
            .devtools("Input.dispatchDragEvent", event)
            .await
            .unwrap();
        if kind == "dragOver" {
            viewer
                .wait_for(
                    "the page to say so",
                    "return document.querySelector('[data-testid=\"drop\"]') !== null",
                )
                .await;
        }
    }
}

/// What is said of an opening.
pub(crate) async fn word(viewer: &Viewer, holding: &str) {
    let script = format!(
        "return document.querySelector('[data-testid=\"opening\"]')?.innerText.replace(/\\s+/g, ' ').includes({holding:?})"
    );
    viewer.wait_for(&format!("the word {holding:?}"), &script).await;
}

#[test]
fn a_file_is_dropped_on_the_page() {
    told("opening-drop", |stage| async move {
        let viewer = &stage.viewer;
        let path = recorded::recording().path.to_string_lossy().into_owned();
        drop_file(viewer, &path).await;
        assert_is_open(viewer, "file").await;
        word(viewer, "Opened on this computer; nothing is sent anywhere.").await;
        let sockets = viewer.evaluate("return window.playheadSent.length").await;
        assert_eq!(sockets, json!(0), "something went over a websocket");

        // The browser has to be asked again after a reload; the page says so, and takes the file another way as well.
        let point = viewer.point().await;
        viewer
            .goto(viewer.browser.page.current_url().await.unwrap().as_str())
            .await;
        word(viewer, "is a file on this computer").await;
        assert_accessible(viewer, "the question for leave").await;
        drop_file(viewer, &path).await;
        wait_for_timeline(viewer).await;
        assert_eq!(viewer.point().await, point, "the moment of the address is lost");
        assert_nothing_was_sent(viewer).await;

        // Another one is dropped on the page of a recording, and Back leads to the first again.
        let other = CART.recording();
        let is_ready = "return document.querySelector('[data-testid=\"opening\"]') !== null";
        viewer.wait_for("the page to take files", is_ready).await;
        drop_file(viewer, &other.path.to_string_lossy()).await;
        viewer
            .wait_for(
                "the other recording",
                &format!("return location.search.includes('{}')", other.id),
            )
            .await;
        viewer.idle().await;
        viewer.browser.page.back().await.unwrap();
        viewer
            .wait_for(
                "the first recording",
                &format!("return location.search.includes('{}')", recorded::recording().id),
            )
            .await;
        viewer.idle().await;
        assert_eq!(viewer.texts("connection").await, ["On this computer"]);
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn a_file_is_chosen_and_comes_back() {
    told("opening-choice", |stage| async move {
        let viewer = &stage.viewer;
        make_private_file(viewer, &bytes()).await;
        // By the keyboard alone: the button is a few steps away.
        let button = viewer.find("ways", "Choose a file").await;
        let button = button.find(By::Tag("button")).await.unwrap();
        viewer
            .evaluate("document.querySelector('[data-testid=\"ways\"] button').focus()")
            .await;
        button.send_keys(Key::Enter.value().to_string()).await.unwrap();
        assert_is_open(viewer, "file").await;
        let (point, frames) = (viewer.point().await, viewer.texts("frame").await);

        // Where the browser needs not be asked, a reload brings it back to the same moment.
        viewer
            .goto(viewer.browser.page.current_url().await.unwrap().as_str())
            .await;
        wait_for_timeline(viewer).await;
        assert_eq!(
            (viewer.point().await, viewer.texts("frame").await),
            (point, frames)
        );
        assert_nothing_was_sent(viewer).await;

        // The library knows it.
        viewer.goto(&format!("{}/", stage.address)).await;
        let recent = viewer.find("recent", TITLE).await;
        assert_accessible(viewer, "the library with what was opened before").await;
        viewer.click(&recent).await;
        assert_is_open(viewer, "file").await;
        viewer.goto(&format!("{}/", stage.address)).await;
        viewer.find("recent", TITLE).await;
        viewer.click(&viewer.find_by_label("Forget it").await).await;
        viewer
            .wait_for(
                "it to be forgotten",
                "return document.querySelector('[data-testid=\"recent\"]') === null",
            )
            .await;
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn a_file_is_chosen_where_the_browser_has_no_picker() {
    choose_by_input(BrowserKind::Chromium, "opening-input");
}

/// Firefox has no other way to choose, and hands out no way back to a file.
#[test]
fn a_file_is_chosen_in_firefox() {
    choose_by_input(BrowserKind::Firefox, "opening-input-firefox");
}

fn choose_by_input(browser: BrowserKind, name: &str) {
    told_in(browser, name, |stage| async move {
        let viewer = &stage.viewer;
        let input = viewer.browser.page.find(By::Id("file-input")).await.unwrap();
        input
            .send_keys(recorded::recording().path.to_string_lossy())
            .await
            .unwrap();
        assert_is_open(viewer, "file").await;

        // There is no way back to it; the page says so, and takes it again at the same moment.
        let point = viewer.point().await;
        viewer
            .goto(viewer.browser.page.current_url().await.unwrap().as_str())
            .await;
        word(viewer, "choose it again or drop it here").await;
        let input = viewer.browser.page.find(By::Id("file-input")).await.unwrap();
        input
            .send_keys(recorded::recording().path.to_string_lossy())
            .await
            .unwrap();
        wait_for_timeline(viewer).await;
        assert_eq!(viewer.point().await, point);
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn a_file_is_pasted() {
    told("opening-paste", |stage| async move {
        let viewer = &stage.viewer;
        let script = format!(
            "const bytes = Uint8Array.from(atob({:?}), (letter) => letter.charCodeAt(0)); \
             const clipboardData = new DataTransfer(); \
             clipboardData.items.add(new File([bytes], 'pasted.playhead')); \
             document.body.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData, bubbles: true, cancelable: true }}));",
            base64(&bytes())
        );
        viewer.evaluate(&script).await;
        assert_is_open(viewer, "file").await;
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn the_file_manager_starts_the_viewer_with_a_file() {
    told("opening-launch", |stage| async move {
        let viewer = &stage.viewer;
        make_private_file(viewer, &bytes()).await;
        let queue = "Object.defineProperty(window, 'launchQueue', { configurable: true, value: { \
             async setConsumer(consume) { \
                 const folder = await navigator.storage.getDirectory(); \
                 consume({ files: [await folder.getFileHandle('mine.playhead')] }); \
             } } });";
        let added = json!({ "source": queue });
        viewer
            .browser
            .devtools("Page.addScriptToEvaluateOnNewDocument", added)
            .await
            .unwrap();
        viewer.goto(&format!("{}/", stage.address)).await;
        assert_is_open(viewer, "file").await;
        viewer.assert_no_errors(&[]).await;

        // The manifest says that the viewer opens such files.
        let manifest =
            "return fetch(document.querySelector('link[rel=manifest]').href).then((it) => it.json())";
        let manifest = viewer.evaluate(manifest).await;
        let accepted = &manifest["file_handlers"][0]["accept"]["application/vnd.playhead.recording"];
        assert_eq!(accepted, &json!([".playhead"]));
    });
}

#[test]
fn a_file_of_more_than_4_gib_is_opened() {
    told("opening-huge", |stage| async move {
        let viewer = &stage.viewer;
        let small = &recorded::recording().path;
        let path = small.with_file_name("huge.playhead");
        huge::write(small, &path).unwrap();
        // What lies behind the hole is a whole recording, as large as it is to be.
        let source = FileSource::open(&path).unwrap();
        assert!(source.len().unwrap() > 1 << 32);
        let reader = Reader::open(Box::new(source)).unwrap();
        let wrongs: Vec<String> = verify(&reader).iter().map(ToString::to_string).collect();
        assert_eq!((reader.warnings(), wrongs), (Vec::new(), Vec::new()));
        let input = viewer.browser.page.find(By::Id("file-input")).await.unwrap();
        input.send_keys(path.to_string_lossy()).await.unwrap();
        assert_is_open(viewer, "file").await;
        let used = viewer.evaluate("return performance.memory.totalJSHeapSize").await;
        assert!(used.as_f64().unwrap() < 150e6, "the page holds {used} bytes");
        viewer.assert_no_errors(&[]).await;
        std::fs::remove_file(path).unwrap();
    });
}

#[test]
fn an_address_is_opened_by_its_parts() {
    open_by_parts(BrowserKind::Chromium, "opening-address");
}

#[test]
fn an_address_is_opened_by_its_parts_in_firefox() {
    open_by_parts(BrowserKind::Firefox, "opening-address-firefox");
}

fn open_by_parts(browser: BrowserKind, name: &str) {
    told_in(browser, name, |stage| async move {
        let viewer = &stage.viewer;
        let host = RecordingHost::start(&recorded::recording().path).await.unwrap();
        let url = host.url("ranges");
        viewer.goto(&format!("{}/?src={url}&t=0.5", stage.address)).await;
        wait_for_timeline(viewer).await;
        assert_eq!(viewer.moment().await.0, 500.0, "the moment of the link");
        word(
            viewer,
            "only the parts that you look at are fetched from 127.0.0.1",
        )
        .await;
        assert_is_open(viewer, &url).await;
        assert!(host.n_sent() > 0);
        assert_nothing_was_sent(viewer).await;
        let address = viewer.browser.page.current_url().await.unwrap();
        assert!(!address.as_str().contains("src=http"), "{address}");

        // A line of a source in the link is the source's own `src`.
        let point = viewer.point().await;
        viewer.goto(address.as_str()).await;
        wait_for_timeline(viewer).await;
        assert_eq!(viewer.point().await, point);
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn an_address_whose_host_sends_no_parts_is_read_whole_and_said_to_be() {
    told("opening-whole", |stage| async move {
        let viewer = &stage.viewer;
        let host = RecordingHost::start(&recorded::recording().path).await.unwrap();
        // Typed by hand, and watched while it comes.
        let input = viewer.find_by_label("Address of a recording").await;
        input.send_keys(host.url("slow")).await.unwrap();
        input.send_keys(Key::Enter.value().to_string()).await.unwrap();
        word(viewer, "this host sends only whole files").await;
        word(viewer, " of ").await;
        host.let_go();
        assert_is_open(viewer, &host.url("slow")).await;
        word(viewer, "127.0.0.1 sends no parts of files, so all").await;
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn what_cannot_be_opened_is_refused_in_words() {
    told("opening-refused", |stage| async move {
        let viewer = &stage.viewer;
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            std::fs::write(&path, bytes).unwrap();
            path.to_string_lossy().into_owned()
        };
        let mut damaged = bytes();
        damaged.truncate(40);
        let wrong = [
            (
                file("notes.txt", b"milk, bread"),
                "notes.txt cannot be opened. This is not a recording. Recordings are files that end",
            ),
            (
                file("odd.playhead", b"milk, bread"),
                "odd.playhead cannot be opened. This is not a recording, whatever its name says.",
            ),
            (file("empty.playhead", b""), "empty.playhead cannot be opened."),
            (file("cut.playhead", &damaged), "cut.playhead cannot be opened."),
        ];
        for (path, words) in &wrong {
            let input = viewer.browser.page.find(By::Id("file-input")).await.unwrap();
            input.send_keys(path).await.unwrap();
            word(viewer, words).await;
        }
        assert_accessible(viewer, "a refusal").await;
        viewer.click(&viewer.find_by_label("Dismiss").await).await;

        let host = RecordingHost::start(&recorded::recording().path).await.unwrap();
        let missing = host.url("ranges").replace("there", "elsewhere");
        let typed = [
            (
                "file:///home/me/a.playhead".to_owned(),
                "Browsers let no page read file: addresses.",
            ),
            (
                "javascript:alert(1)".to_owned(),
                "A recording's address begins with https: or http:.",
            ),
            (missing.clone(), "it answers with status 404"),
            (host.url("closed"), "does not let other pages read it"),
            (
                "http://127.0.0.1:9/a.playhead".to_owned(),
                "Nothing answers at http://127.0.0.1:9/a.playhead; check the address",
            ),
        ];
        for (address, words) in &typed {
            let input = viewer.find_by_label("Address of a recording").await;
            input.clear().await.unwrap();
            input.send_keys(address).await.unwrap();
            input.send_keys(Key::Enter.value().to_string()).await.unwrap();
            word(viewer, words).await;
        }

        // As a link, on a page of its own, with ways on.
        viewer.goto(&format!("{}/?src={missing}", stage.address)).await;
        word(viewer, "it answers with status 404").await;
        word(viewer, "Try again").await;
        assert_accessible(viewer, "a refused link").await;
        let expected = [
            "ERR_CONNECTION_REFUSED",
            "404",
            "CORS policy",
            "net::ERR_FAILED",
            "ERR_UNSAFE_PORT",
        ];
        viewer.assert_no_errors(&expected).await;
    });
}
