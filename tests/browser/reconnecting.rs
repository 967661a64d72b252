//! Story 3: the server goes away and comes back; the viewer says so, and stands where it stood.

use std::{
    sync::PoisonError,
    time::{Duration, Instant},
};

use tests::program::{self, Server};

use crate::{recorded::added, story, viewer::PATIENCE};

/// How long a port may stay taken after its server is gone.
const RETRY: Duration = Duration::from_millis(100);

#[test]
fn a_lost_server_comes_back() {
    story("reconnecting", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        viewer.go_to_message(added::MESSAGE).await;
        let (point, moment, frames) = (
            viewer.point().await,
            viewer.moment().await,
            viewer.texts("frame").await,
        );
        let state = "document.querySelector('[data-testid=\"connection\"]').innerText";
        viewer
            .wait_for(
                "the state of the connection",
                &format!("return {state}.includes('Connected')"),
            )
            .await;

        let server = stage.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(server);
        viewer
            .wait_for(
                "word of the lost server",
                &format!("return {state}.includes('Reconnecting')"),
            )
            .await;
        assert_eq!(viewer.point().await, point, "the moment is lost with the server");

        let program = program::path().unwrap();
        let deadline = Instant::now() + PATIENCE;
        let server = loop {
            match Server::start(&program, &[&stage.recording.path], stage.port) {
                Ok(server) => break server,
                Err(error) if Instant::now() > deadline => panic!("the server does not start again: {error}"),
                Err(_) => tokio::time::sleep(RETRY).await,
            }
        };
        *stage.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
        viewer
            .wait_for(
                "the connection to be back",
                &format!("return {state}.includes('Connected')"),
            )
            .await;
        viewer.idle().await;
        assert_eq!(
            viewer.point().await,
            point,
            "the viewer is at another point after the loss"
        );
        assert_eq!(
            viewer.moment().await,
            moment,
            "the viewer is at another moment after the loss"
        );
        assert_eq!(
            viewer.texts("frame").await,
            frames,
            "the stack is another after the loss"
        );
        // It answers again, too.
        viewer.go_to_message("saved").await;
        assert_ne!(viewer.point().await, point);
        viewer
            .assert_no_errors(&["WebSocket connection to", "ERR_CONNECTION_REFUSED"])
            .await;
    });
}
