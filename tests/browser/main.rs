//! The whole road in a real browser: a page is recorded with `playhead record`, served with `playhead serve`, opened in
//! headless Chromium, and what the viewer shows is compared with what the page truly did.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test panics to fail")]

mod accessibility;
mod around;
mod arranging;
mod asking_little;
mod asynchronous;
mod bundled;
mod changed_property;
mod commenting;
mod dashboards;
mod debugging;
mod elements;
mod embedded;
mod embedding;
mod failing_request;
mod hostile;
mod imported;
mod inspecting;
mod keyboard;
#[cfg(unix)]
mod live;
mod moving;
mod opening;
mod picture;
mod playback;
mod previews;
mod printing;
mod reconnecting;
mod recorded;
mod scrubbing;
mod services;
mod sharing;
mod static_build;
mod tokens;
mod touch;
mod track;
mod uploading;
mod viewer;
mod wrong_total;

use std::{future::Future, panic::resume_unwind, sync::Arc};

use tests::{
    browser::BrowserKind,
    program::{self, Server},
};

use crate::{
    recorded::{RecordedPage, Recording, TODO},
    viewer::Viewer,
};

/// What a story is told with.
struct Stage {
    viewer: Viewer,
    recording: &'static Recording,
    server: std::sync::Mutex<Option<Server>>,
    /// `http://127.0.0.1:PORT`
    address: String,
    port: u16,
}

impl Stage {
    /// Address of the recording's page.
    fn recording_url(&self) -> String {
        format!("{}/recording/{}", self.address, self.recording.id)
    }
}

/// Tells a story of the to-do page in Chromium; see [`story_of`].
fn story<F: Future<Output = ()> + Send + 'static>(name: &str, body: impl FnOnce(Arc<Stage>) -> F) {
    story_of(&TODO, BrowserKind::Chromium, name, body);
}

/// Serves the recording of a page, opens the viewer's first page in a browser and tells a story there. If it fails, a
/// screenshot is kept.
fn story_of<F: Future<Output = ()> + Send + 'static>(
    page: &'static RecordedPage,
    browser: BrowserKind,
    name: &str,
    body: impl FnOnce(Arc<Stage>) -> F,
) {
    let recording = page.recording();
    let program = program::path().expect("playhead is built");
    let server = Server::start(&program, &[&recording.path], 0).expect("the server starts");
    let (address, port) = (server.address().to_owned(), server.port());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let viewer = Viewer::open(browser, &format!("{address}/")).await;
        let server = std::sync::Mutex::new(Some(server));
        let stage = Arc::new(Stage {
            viewer,
            recording,
            server,
            address,
            port,
        });
        let told = tokio::spawn(body(Arc::clone(&stage))).await;
        if told.is_ok() {
            stage.viewer.check_traffic().await;
        } else {
            eprintln!("{name}: {}", stage.viewer.save_screenshot(name).await);
            eprintln!("{name}: the page shows\n{}", stage.viewer.shown().await);
        }
        if let Ok(stage) = Arc::try_unwrap(stage).map_err(drop) {
            stage.viewer.browser.quit().await;
        }
        if let Err(error) = told {
            resume_unwind(error.into_panic());
        }
    });
}
