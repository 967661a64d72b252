//! Story: a server that wants a token is asked by hand, by the address and by a link to one recording; what is shown to it stands in
//! no address, and a link that was revoked says so.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use serde_json::json;
use tests::program::{self, Server};
use thirtyfour::{By, Key};

use crate::{Stage, accessibility::assert_accessible, story, viewer::Viewer};

const TOKEN: &str = "a-token-of-this-server-and-no-other";

/// A server of the story's recording that wants the token, and its own folder.
fn guarded(stage: &Arc<Stage>, name: &str) -> (Server, PathBuf) {
    let state = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guarded").join(name);
    // What an earlier run left there.
    let _ = std::fs::remove_dir_all(&state);
    std::fs::create_dir_all(&state).expect("the target folder can be written");
    let more = [
        OsStr::new("--token"),
        OsStr::new(TOKEN),
        OsStr::new("--state"),
        state.as_os_str(),
    ];
    let program = program::path().expect("playhead is built");
    let server = Server::start_with(&program, &[&stage.recording.path], &more, 0);
    (server.expect("the server starts"), state)
}

async fn wait_for_words(viewer: &Viewer, words: &str) {
    let script = format!("return document.body.innerText.includes({})", json!(words));
    viewer.wait_for(words, &script).await;
}

async fn assert_is_open(viewer: &Viewer) {
    let connected =
        "return document.querySelector('[data-testid=\"connection\"]')?.innerText.includes('Connected')";
    viewer.wait_for("the session", connected).await;
    viewer.idle().await;
    assert!(
        !viewer.texts("message").await.is_empty(),
        "{}",
        viewer.shown().await
    );
    let address = viewer.evaluate("return location.href").await;
    let address = address.as_str().expect("an address");
    assert!(!address.contains('#') && !address.contains("token"), "{address}");
}

async fn give(viewer: &Viewer, token: &str) {
    viewer
        .wait_for(
            "the question",
            "return document.querySelector('[data-testid=token] input') !== null",
        )
        .await;
    let input = viewer.browser.page.find(By::Id("token")).await.expect("a field");
    input.clear().await.expect("it can be emptied");
    input.send_keys(token).await.expect("it can be typed into");
    input
        .send_keys(Key::Enter.value().to_string())
        .await
        .expect("Enter can be pressed");
}

#[test]
fn a_server_asks_for_its_token() {
    story("tokens", |stage| async move {
        let viewer = &stage.viewer;
        let (server, _) = guarded(&stage, "typed");
        let recording = format!("{}/recording/{}", server.address(), stage.recording.id);

        viewer.goto(&recording).await;
        wait_for_words(viewer, "wants to know who asks").await;
        assert_accessible(viewer, "a server that asks for its token").await;
        give(viewer, "something else that is long enough").await;
        wait_for_words(viewer, "Type another token").await;
        give(viewer, TOKEN).await;
        assert_is_open(viewer).await;

        // The tab knows it from then on, for the list too.
        viewer.goto(&recording).await;
        assert_is_open(viewer).await;
        viewer.goto(&format!("{}/", server.address())).await;
        wait_for_words(viewer, crate::recorded::TITLE).await;

        // By the address, where nobody has typed any.
        viewer.evaluate("sessionStorage.clear()").await;
        viewer.goto("about:blank").await;
        viewer
            .goto(&format!("{recording}#token=a-token-of-this-server-and-no-other"))
            .await;
        assert_is_open(viewer).await;
    });
}

#[test]
fn a_link_leads_to_one_recording_until_it_is_revoked() {
    story("links", |stage| async move {
        let viewer = &stage.viewer;
        let (server, state) = guarded(&stage, "linked");
        let link = |arguments: &[&str]| {
            let mut command = Command::new(program::path().expect("playhead is built"));
            command.arg("link").args(arguments).arg("--state").arg(&state);
            program::output(&mut command).unwrap_or_else(|error| panic!("{error}"))
        };
        let made = link(&[&stage.recording.id, "--server", server.address()]);
        let address = made
            .split_whitespace()
            .find(|word| word.contains("#k="))
            .unwrap_or_else(|| panic!("no link in {made:?}"))
            .to_owned();

        viewer.goto(&address).await;
        assert_is_open(viewer).await;
        // It shows nothing else.
        viewer.goto(&format!("{}/", server.address())).await;
        wait_for_words(viewer, "wants to know who asks").await;
        assert!(!viewer.shown().await.contains(crate::recorded::TITLE));

        link(&["--revoke", &address]);
        viewer.evaluate("sessionStorage.clear()").await;
        viewer.goto("about:blank").await;
        viewer.goto(&address).await;
        wait_for_words(viewer, "revoked").await;
    });
}
