//! A recording is watched while it is made: its end moves and the page stays at it, until somebody looks back; then it
//! becomes final, and is what its file says.

use std::{fs, path::Path};

use recording::{reader::Reader, source::FileSource};
use tests::{
    browser::BrowserKind,
    pages::{self, Pages},
    program::{self, Server},
};
use thirtyfour::Key;

use crate::viewer::Viewer;

const LIVE: &str = "document.querySelector('button[data-testid=\"live\"]')";
const TRACK: &str = "document.querySelector('[data-testid=\"timeline\"]')";

/// Waits until the recording lasts longer than so many ms, and says how long.
async fn grown_past(viewer: &Viewer, ms: f64) -> f64 {
    let end = format!("Number({TRACK}?.getAttribute('aria-valuemax'))");
    let script = format!("return {end} > {ms} && {end}");
    let grown = viewer.wait_for("the recording to grow", &script).await;
    grown.as_f64().expect("a number")
}

async fn wait_for_live(viewer: &Viewer, is_followed: bool) {
    let script = format!("return {LIVE}?.getAttribute('aria-pressed') === '{is_followed}'");
    viewer
        .wait_for(&format!("the end to be followed: {is_followed}"), &script)
        .await;
}

#[test]
fn a_recording_is_watched_while_it_is_made() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    fs::create_dir_all(&folder).expect("the target folder can be written");
    let file = folder.join("live.playhead");
    let pages = Pages::serve(pages::folder(), 0).expect("a free port");
    let program = program::path().expect("playhead is built");
    let server =
        Server::start_recording(&program, &pages.url("ticking/"), &file).expect("it is recorded and served");
    let address = server.address().to_owned();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let viewer = Viewer::open(BrowserKind::Chromium, &format!("{address}/")).await;
        assert_eq!(viewer.texts("live").await, ["Live"], "the card of the library");
        let href = "return document.querySelector('[data-testid=\"recording\"]').href";
        let url = viewer
            .evaluate(href)
            .await
            .as_str()
            .expect("an address")
            .to_owned();

        // The page is idle while it waits for more, and stays at the end.
        viewer.goto(&url).await;
        wait_for_live(&viewer, true).await;
        let (_, end) = viewer.moment().await;
        grown_past(&viewer, end + 1_500.0).await;
        viewer.idle().await;
        let (now, end) = viewer.moment().await;
        assert_eq!(now, end, "the page stays at the end");
        let n_messages = viewer.texts("message").await.len();
        assert!(n_messages > 0);

        // Whoever looks back stays there.
        viewer.press_key(Key::Home).await;
        wait_for_live(&viewer, false).await;
        viewer.idle().await;
        let (_, end) = viewer.moment().await;
        grown_past(&viewer, end + 1_500.0).await;
        assert_eq!(viewer.moment().await.0, 0.0, "nobody is led away");

        // The End key, and the button, lead back.
        viewer.press_key(Key::End).await;
        wait_for_live(&viewer, true).await;
        viewer.press_key(Key::Home).await;
        wait_for_live(&viewer, false).await;
        viewer.idle().await;
        viewer.evaluate(&format!("{LIVE}.click()")).await;
        wait_for_live(&viewer, true).await;
        let (_, end) = viewer.moment().await;
        let end = grown_past(&viewer, end + 1_000.0).await;
        assert!(viewer.moment().await.0 >= end, "the page stays at the end again");

        // A connection that is lost meanwhile is opened anew, and the end is followed on.
        viewer.evaluate("window.playheadSockets.at(-1).close()").await;
        viewer
            .wait_for("another connection", "return window.playheadSockets.length === 2")
            .await;
        let (_, end) = viewer.moment().await;
        let end = grown_past(&viewer, end + 2_500.0).await;
        wait_for_live(&viewer, true).await;
        assert!(
            viewer.moment().await.0 >= end,
            "the page stays at the end of the new session"
        );

        // In the end it is a recording like any other.
        server.interrupt().expect("Ctrl-C");
        viewer
            .wait_for("the recording to be final", &format!("return {LIVE} === null"))
            .await;
        viewer.idle().await;
        let source = FileSource::open(&file).expect("the file is there");
        let reader = Reader::open(Box::new(source)).expect("the file opens");
        assert_eq!(reader.warnings(), Vec::<String>::new());
        let (now, end) = viewer.moment().await;
        assert!((end - reader.duration().as_millis()).abs() < 1.0, "{end}");
        assert_eq!(now, end);
        viewer.check_traffic().await;
        viewer.assert_no_errors(&[]).await;

        // Opened anew it stands and says the same.
        let shown = (
            viewer.moment().await,
            viewer.picture().await,
            viewer.texts("message").await,
        );
        viewer.goto(&format!("{address}/")).await;
        assert_eq!(viewer.texts("live").await, Vec::<String>::new());
        viewer.goto(&url).await;
        let anew = (
            viewer.moment().await,
            viewer.picture().await,
            viewer.texts("message").await,
        );
        assert_eq!(anew, shown);
        viewer.browser.quit().await;
    });
}
