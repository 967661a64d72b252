//! Story 14: the timeline by the keyboard alone: it is reached by Tab, moves the moment, walks what happened, zooms, selects,
//! and tells of everything; with all its tracks shown it keeps nobody out.

use std::time::Duration;

use thirtyfour::Key;

use crate::{accessibility::assert_accessible, story, track, viewer::Viewer};

const NEAR: Duration = Duration::from_millis(100);

#[test]
fn the_timeline_needs_no_mouse() {
    story("timeline-keys", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        let (_, duration_ms) = viewer.moment().await;

        // Tab comes by.
        tab_to_track(viewer).await;

        // Ends, and parts.
        viewer.press_key(Key::Home).await;
        track::wait_for_moment(viewer, 0.0, NEAR).await;
        viewer.press_key(Key::PageUp).await;
        track::wait_for_moment(viewer, duration_ms / 10.0, NEAR).await;
        viewer.press("5").await;
        track::wait_for_moment(viewer, duration_ms / 2.0, NEAR).await;
        viewer.press_key(Key::End).await;
        track::wait_for_moment(viewer, duration_ms, NEAR).await;

        // From paint to paint.
        viewer.press("5").await;
        let here_ms = viewer.moment().await.0;
        viewer.press(".").await;
        let next_ms = viewer.moment().await.0;
        assert!(
            next_ms > here_ms,
            "the next paint is at {next_ms} ms, after {here_ms} ms"
        );
        viewer.press(",").await;
        let back_ms = viewer.moment().await.0;
        assert!(
            back_ms < next_ms,
            "the paint before is at {back_ms} ms, before {next_ms} ms"
        );

        // Everything that happened can be walked to, and says what it is.
        viewer.press_key(Key::Home).await;
        let mut said = Vec::new();
        for _ in 0..4 {
            walk(viewer, Key::Right).await;
            said.push(viewer.texts("timeline-said").await.join(" "));
        }
        assert!(
            said.iter().all(|said| !said.is_empty()),
            "nothing is said of what is walked to: {said:?}"
        );
        said.dedup();
        assert_eq!(said.len(), 4, "walking stands still: {said:?}");
        let walked_ms = track::bubble_ms(viewer).await;
        assert_eq!(viewer.moment().await.0, 0.0, "walking moves the moment");
        viewer.press_key(Key::Enter).await;
        track::wait_for_moment(viewer, walked_ms, NEAR).await;

        // Zoom, pan, and all of it again.
        viewer.press("w").await;
        track::wait_until_zoomed(viewer, true).await;
        assert_accessible(viewer, "a part of the timeline").await;
        tab_to_track(viewer).await;
        viewer.press("d").await;
        viewer.press("a").await;
        viewer.press("f").await;
        track::wait_until_zoomed(viewer, false).await;
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn all_tracks_keep_nobody_out() {
    story("timeline-tracks", |stage| async move {
        let viewer = &stage.viewer;
        for (width_px, height_px) in [(1440, 900), (390, 844)] {
            viewer
                .browser
                .set_size(width_px, height_px)
                .await
                .expect("a size");
            viewer.goto(&stage.recording_url()).await;
            // Every track that is hidden is shown, by the menu of tracks.
            for _ in 0..16 {
                let hidden = "const button = document.querySelector('button[aria-label=\"Tracks\"]'); button?.click(); \
                     return button !== null";
                assert_eq!(viewer.evaluate(hidden).await, true, "there is no menu of tracks");
                let menu = "return document.querySelector('[data-testid=\"menu\"]') !== null";
                viewer.wait_for("the menu of tracks", menu).await;
                let show = "const item = document.querySelector('[data-testid=\"menu\"] [aria-checked=\"false\"]'); item?.click(); \
                     return item !== null";
                let was_hidden = viewer.evaluate(show).await == true;
                viewer.idle().await;
                if !was_hidden {
                    assert_accessible(viewer, "the menu of tracks").await;
                    viewer.press_key(Key::Escape).await;
                    break;
                }
                let again = "if (document.querySelector('[data-testid=\"menu\"]')) document.querySelector('button[aria-label=\"Tracks\"]').click()";
                viewer.evaluate(again).await;
            }
            assert_accessible(viewer, "the timeline with all its tracks").await;
        }
        viewer.assert_no_errors(&[]).await;
    });
}

/// Presses Tab until the track has the focus.
async fn tab_to_track(viewer: &Viewer) {
    const MOST: usize = 120;
    let is_there = "return document.activeElement?.dataset.testid === 'timeline'";
    for _ in 0..MOST {
        if viewer.evaluate(is_there).await == true {
            return;
        }
        viewer.type_keys(String::from(Key::Tab.value())).await;
    }
    panic!("Tab does not come to the timeline");
}

/// Presses an arrow with Ctrl, and waits.
async fn walk(viewer: &Viewer, key: Key) {
    let keys = viewer.browser.page.action_chain().key_down(Key::Control);
    let keys = keys.send_keys(key.value().to_string()).key_up(Key::Control);
    keys.perform().await.expect("keys can be pressed");
    viewer.idle().await;
}
