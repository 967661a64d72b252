//! Story: somebody says something of a moment, and finds it again; on a server that takes comments, others do.

use std::{ffi::OsStr, fs, sync::Arc};

use serde_json::json;
use tests::program::{self, Server};
use thirtyfour::By;

use crate::{Stage, accessibility::assert_accessible, recorded::added, story, viewer::Viewer};

/// Markup in it is text.
const SAID: &str = "Here it goes <b>wrong</b>";

#[test]
fn a_comment_is_found_again() {
    story("a_comment_is_found_again", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        let (point, time_ms) = say(viewer).await;
        assert_eq!(viewer.texts("comment").await.len(), 1);
        assert_eq!(texts(viewer).await, [SAID]);
        assert_eq!(
            viewer
                .evaluate("return document.querySelector('.ph-comments__text b')")
                .await,
            json!(null)
        );
        assert_eq!(
            viewer.texts("comments-note").await,
            ["Kept in this browser only."]
        );
        assert_accessible(viewer, "comments").await;

        viewer.goto(&stage.recording_url()).await;
        viewer.press_key(thirtyfour::Key::Home).await;
        show(viewer).await;
        assert_eq!(texts(viewer).await, [SAID]);
        // It is a mark on the timeline, and a way to its moment.
        let events =
            "return document.querySelector('[data-testid=comments-panel] .ph-comments__when').textContent";
        let shown = viewer.evaluate(events).await;
        viewer
            .click(
                &viewer
                    .browser
                    .page
                    .find(By::Css("button.ph-comments__when"))
                    .await
                    .expect("a way there"),
            )
            .await;
        assert_eq!(viewer.point().await, point, "{shown}");
        assert!((viewer.moment().await.0 - time_ms).abs() < 1.0);

        act(viewer, "Edit").await;
        viewer.press(" indeed").await;
        act_in(viewer, ".ph-comments__row", "Save").await;
        let edited = format!("{SAID} indeed");
        assert_eq!(texts(viewer).await, [edited.as_str()]);
        act(viewer, "Delete").await;
        assert_eq!(texts(viewer).await, Vec::<String>::new());
        act_in(viewer, "[data-testid=comment-deleted]", "Undo").await;
        assert_eq!(texts(viewer).await, [edited.as_str()]);
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn a_server_that_takes_comments_shows_them_to_others() {
    story(
        "a_server_that_takes_comments_shows_them_to_others",
        |stage| async move {
            let server = taking_comments(&stage);
            let viewer = &stage.viewer;
            let address = format!("{}/recording/{}", server.address(), stage.recording.id);
            viewer.goto(&address).await;
            say(viewer).await;
            let note = "Kept on the server: whoever may see this recording reads them.";
            assert_eq!(viewer.texts("comments-note").await, [note]);
            // Another person: nothing is kept in their browser.
            viewer.evaluate("localStorage.clear()").await;
            viewer.goto(&address).await;
            show(viewer).await;
            assert_eq!(texts(viewer).await, [SAID]);
            let buttons = "return [...document.querySelectorAll('.ph-comments__act')].length";
            assert_eq!(viewer.evaluate(buttons).await, json!(0), "they cannot change it");
        },
    );
}

/// A server of the same recording that takes comments.
fn taking_comments(stage: &Arc<Stage>) -> Server {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("commented");
    // What an earlier run left there.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the target folder can be written");
    let path = folder.join("todo.playhead");
    fs::copy(&stage.recording.path, &path).expect("the target folder can be written");
    let program = program::path().expect("playhead is built");
    let comments = [OsStr::new("--comments")];
    Server::start_with(&program, &[&folder], &comments, 0).expect("the server starts")
}

/// Says something of the moment of a message. Gives where that is.
async fn say(viewer: &Viewer) -> (u64, f64) {
    viewer.go_to_message(added::MESSAGE).await;
    let (point, (time_ms, _)) = (viewer.point().await, viewer.moment().await);
    viewer.evaluate("document.activeElement.blur()").await;
    viewer.press("C").await;
    viewer
        .wait_for(
            "the field",
            "return document.activeElement.tagName === 'TEXTAREA'",
        )
        .await;
    viewer.type_keys(SAID).await;
    act_in(viewer, "[data-testid=comment-form]", "Save").await;
    viewer.idle().await;
    (point, time_ms)
}

/// Shows the panel.
async fn show(viewer: &Viewer) {
    let tab = viewer
        .browser
        .page
        .find(By::Css("[role=tab][id$=comments]"))
        .await;
    viewer.click(&tab.expect("the panel's tab")).await;
}

async fn texts(viewer: &Viewer) -> Vec<String> {
    let texts = viewer
        .evaluate("return [...document.querySelectorAll('.ph-comments__text')].map(text => text.textContent)")
        .await;
    let list = texts.as_array().cloned().unwrap_or_default();
    list.iter()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}

async fn act(viewer: &Viewer, name: &str) {
    act_in(viewer, ".ph-comments__row", name).await;
}

/// Presses the button of that name.
async fn act_in(viewer: &Viewer, within: &str, name: &str) {
    let buttons = viewer
        .browser
        .page
        .find_all(By::Css(format!("{within} button")))
        .await;
    for button in buttons.expect("buttons can be asked for") {
        if button.text().await.is_ok_and(|text| text == name) {
            return viewer.click(&button).await;
        }
    }
    panic!("{within} has no button {name}");
}
