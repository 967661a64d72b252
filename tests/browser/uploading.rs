//! Story: what somebody has opened in the page goes to the server without what is not to leave, with a pause and over a lost
//! connection, and its link leads to the moment there. And the file as it is, given up on the way and sent after all.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use serde_json::{Value as Json, json};
use tests::program::{self, Server};
use thirtyfour::By;

use crate::{
    accessibility::assert_accessible,
    recorded::{self, CART, TITLE, added},
    sharing::{IN_SOURCES, TYPED, has, unpacked},
    story,
    viewer::{PATIENCE, Viewer},
};

/// How much goes in one message of a recording of this size.
const CHUNK_BYTES: u64 = 16 << 10;
/// How many may wait for their answers.
const IN_FLIGHT: u64 = 3;

/// From the first bytes of a recording on, the page's network stands still: what is sent waits, in its order.
const HOLD: &str = "
    window.held = [];
    window.nBytesSent = 0;
    if (!window.send) {
        window.send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (data) {
            const isBytes = typeof data !== 'string';
            window.nBytesSent += isBytes;
            if (!window.held || (!isBytes && !window.held.length)) return window.send.call(this, data);
            const copy = isBytes ? data.slice(0) : data;
            window.held.push(() => window.send.call(this, copy));
        };
    }";

/// It moves on.
const LET_GO: &str = "const held = window.held; window.held = null; held.forEach((send) => send());";

/// A server that takes uploads, and the folder where they arrive.
struct Place {
    server: Server,
    folder: PathBuf,
}

impl Place {
    /// With nothing in it.
    fn open(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join("uploads")
            .join(name);
        // What an earlier run left.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("the target folder can be written");
        let more = [OsStr::new("--uploads"), folder.as_os_str()];
        let program = program::path().expect("playhead is built");
        let server = Server::start_with(&program, &[&CART.recording().path], &more, 0);
        Self {
            server: server.expect("the server starts"),
            folder,
        }
    }

    /// Files of recordings that are arriving, and how long they are.
    fn arriving(&self) -> Vec<(PathBuf, u64)> {
        let entries = fs::read_dir(self.folder.join("incoming")).expect("the server made it");
        let entries = entries.map(|entry| entry.expect("a file").path());
        entries
            .map(|path| (path.clone(), fs::metadata(&path).map_or(0, |it| it.len())))
            .collect()
    }

    /// The whole recording of that id.
    fn whole(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.playhead"))
    }
}

/// Opens a file in the page, and the sheet's way to send it.
async fn open_upload(viewer: &Viewer, address: &str, path: &Path) {
    viewer.goto(&format!("{address}/")).await;
    let input = viewer.browser.page.find(By::Id("file-input")).await;
    let input = input.expect("a way to choose a file");
    input
        .send_keys(path.to_string_lossy())
        .await
        .expect("a file can be chosen");
    viewer
        .wait_for(
            "the recording's page",
            "return document.querySelector('[data-testid=\"timeline\"]') !== null",
        )
        .await;
    viewer.idle().await;
    viewer.go_to_message(added::MESSAGE).await;
    viewer.click(&viewer.find_by_label("Share").await).await;
}

async fn press(viewer: &Viewer, words: &str) {
    let script = format!(
        "const all = [...document.querySelectorAll('dialog[open] .ph-button')]; \
         const button = all.find((button) => button.innerText.trim() === {words:?}); \
         button?.click(); return button !== undefined"
    );
    viewer.wait_for(&format!("the button {words:?}"), &script).await;
}

async fn stage(viewer: &Viewer, words: &str) {
    let script =
        format!("return document.querySelector('[data-testid=upload-stage]')?.innerText.includes({words:?})");
    viewer.wait_for(&format!("the word {words:?}"), &script).await;
}

/// Waits until as much is under way as may be, and no more.
async fn full(viewer: &Viewer) {
    let script = format!("return window.nBytesSent === {IN_FLIGHT}");
    viewer.wait_for("chunks to be under way", &script).await;
}

async fn arrived(viewer: &Viewer) -> u64 {
    let bar = "return Number(document.querySelector('[data-testid=upload-bar]').value)";
    viewer.evaluate(bar).await.as_f64().expect("a bar") as u64
}

/// A question to the server and its answer: what had been sent before has come by then.
async fn round_trip(viewer: &Viewer) {
    let asked = "return fetch('/api/access').then((answer) => answer.ok)";
    assert_eq!(viewer.evaluate(asked).await, json!(true));
}

/// Where the chunks began that were announced.
async fn offsets(viewer: &Viewer) -> Vec<u64> {
    let sent = "return window.playheadSent.filter(({ method }) => method === 'Internal.addRecordingData') \
                .map(({ params }) => params.offset)";
    let sent = viewer.evaluate(sent).await;
    sent.as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_u64)
        .collect()
}

async fn link(viewer: &Viewer) -> String {
    viewer
        .wait_for(
            "the link",
            "return document.querySelector('[data-testid=upload-link]')?.value",
        )
        .await;
    let link = viewer
        .evaluate("return document.querySelector('[data-testid=upload-link]').value")
        .await;
    link.as_str().expect("a link").to_owned()
}

#[test]
fn an_upload_pauses_survives_a_loss_and_arrives_without_what_is_left_out() {
    // Recording takes a runtime of its own, so it comes before the story's.
    let place = Place::open("paused");
    story("uploading", |told| async move {
        let viewer = &told.viewer;
        open_upload(viewer, place.server.address(), &told.recording.path).await;
        viewer.click(&viewer.find("tab-upload", "").await).await;
        viewer
            .wait_for(
                "what would leave",
                "return document.querySelector('[data-testid=share-total]') !== null",
            )
            .await;
        assert_accessible(viewer, "the sheet's way to upload").await;
        // What is chosen otherwise counts here as it does for a file.
        viewer.click(&viewer.find("leave-out-pictures", "").await).await;
        viewer.evaluate(HOLD).await;
        press(viewer, "Upload").await;
        full(viewer).await;

        press(viewer, "Pause").await;
        stage(viewer, "Paused").await;
        viewer.evaluate(LET_GO).await;
        let paused_at = IN_FLIGHT * CHUNK_BYTES;
        let script =
            format!("return document.querySelector('[data-testid=upload-bar]').value === {paused_at}");
        viewer.wait_for("what was under way to arrive", &script).await;
        viewer.idle().await;
        round_trip(viewer).await;
        assert_eq!(offsets(viewer).await, [0, CHUNK_BYTES, 2 * CHUNK_BYTES]);
        let arriving = place.arriving();
        let [(part, len)] = &arriving[..] else {
            panic!("there is {arriving:?}")
        };
        assert_eq!(*len, paused_at);
        let id = part.file_stem().expect("a name").to_string_lossy().into_owned();
        assert_ne!(id, told.recording.id, "it is a recording of its own");
        assert_accessible(viewer, "an upload that is paused").await;

        // The connection is lost with chunks under way, of which nothing came.
        viewer.evaluate(HOLD).await;
        press(viewer, "Resume").await;
        full(viewer).await;
        assert_eq!(arrived(viewer).await, paused_at);
        viewer
            .evaluate("window.held = null; window.playheadSockets.at(-1).close()")
            .await;
        let link = link(viewer).await;
        let offsets = offsets(viewer).await;
        assert_eq!(offsets[3..5], [paused_at, paused_at], "{offsets:?}");
        assert!(offsets[4..].is_sorted(), "{offsets:?}");
        assert_accessible(viewer, "an upload that has arrived").await;

        let path = place.whole(&id);
        let left = unpacked(&fs::read(&path).expect("it arrived"));
        for gone in [TYPED, IN_SOURCES, TITLE] {
            assert!(!has(&left, gone), "{gone} left");
        }
        assert_eq!(place.arriving(), []);
        let program = program::path().expect("playhead is built");
        program::output(Command::new(program).arg("verify").arg(&path)).expect("it is sound");

        // Whoever follows the link stands where it was made.
        let point = viewer.point().await;
        let address = place.server.address();
        assert!(link.starts_with(&format!("{address}/recording/{id}?")), "{link}");
        viewer.goto(&link).await;
        assert_eq!(viewer.point().await, point);
        assert_eq!(
            viewer.texts("shared-badge").await,
            ["7 kinds of content left out"]
        );
        let frames = viewer.texts("frame").await;
        assert!(frames.iter().any(|frame| frame.contains("app.js")), "{frames:?}");
        assert!(!viewer.shown().await.contains(TYPED));
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn a_file_is_sent_as_it_is_and_what_is_given_up_is_removed() {
    let place = Place::open("as-it-is");
    story("uploading-as-it-is", |told| async move {
        let viewer = &told.viewer;
        // A server that takes none offers none.
        open_upload(viewer, &told.address, &told.recording.path).await;
        assert_eq!(viewer.texts("tab-file").await, ["File"]);
        assert_eq!(viewer.texts("tab-upload").await, Vec::<String>::new());

        open_upload(viewer, place.server.address(), &told.recording.path).await;
        viewer.click(&viewer.find("tab-upload", "").await).await;
        viewer.click(&viewer.find("upload-as-it-is", "").await).await;
        viewer.evaluate(HOLD).await;
        press(viewer, "Upload").await;
        full(viewer).await;
        // The server is told behind what is under way, all of which arrives before.
        press(viewer, "Cancel").await;
        viewer
            .wait_for(
                "the choices again",
                "return document.querySelector('[data-testid=upload-as-it-is]') !== null",
            )
            .await;
        assert_eq!(place.arriving().len(), 1);
        viewer.evaluate(LET_GO).await;
        let deadline = Instant::now() + PATIENCE;
        while !place.arriving().is_empty() {
            assert!(Instant::now() < deadline, "{:?} stays", place.arriving());
            round_trip(viewer).await;
        }

        press(viewer, "Upload").await;
        let link = link(viewer).await;
        let id = &told.recording.id;
        let sent = fs::read(place.whole(id)).expect("it arrived");
        assert_eq!(sent, fs::read(&told.recording.path).expect("the recording"));
        viewer.goto(&link).await;
        viewer.go_to_message(added::MESSAGE).await;
        for (name, value) in added::VARIABLES {
            assert!(viewer.variable(name).await.contains(value), "{name}");
        }
        assert_eq!(viewer.texts("shared-badge").await, Vec::<String>::new());

        // What is there already need not be sent again.
        open_upload(viewer, place.server.address(), &recorded::recording().path).await;
        viewer.click(&viewer.find("tab-upload", "").await).await;
        viewer.click(&viewer.find("upload-as-it-is", "").await).await;
        press(viewer, "Upload").await;
        stage(viewer, "It is there").await;
        assert_eq!(offsets(viewer).await, Vec::<u64>::new());
        viewer.assert_no_errors(&[]).await;
    });
}
