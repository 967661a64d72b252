//! The whole road in a real browser: a page is recorded with `playhead record`, served with `playhead serve`, opened in
//! headless Chromium, and what the viewer shows is compared with what the page truly did.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test panics to fail")]

mod accessibility;
mod arranging;
mod inspecting;
mod moving;
mod reconnecting;
mod recorded;
mod viewer;

use std::{future::Future, panic::resume_unwind, sync::Arc};

use tests::program::{self, Server};

use crate::{
    recorded::{Recording, recording},
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

/// Serves the recording, opens a path of the viewer and tells a story there. If it fails, a screenshot is kept.
fn story<F: Future<Output = ()> + Send + 'static>(name: &str, body: impl FnOnce(Arc<Stage>) -> F) {
    let recording = recording();
    let program = program::path().expect("playhead is built");
    let server = Server::start(&program, &[&recording.path], 0).expect("the server starts");
    let (address, port) = (server.address().to_owned(), server.port());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let viewer = Viewer::open(&format!("{address}/")).await;
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
            stage.viewer.chromium.quit().await;
        }
        if let Err(error) = told {
            resume_unwind(error.into_panic());
        }
    });
}
