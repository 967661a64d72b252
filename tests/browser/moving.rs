//! Story 2: a link leads to its moment, Back leads back, and the keyboard alone goes everywhere.

use thirtyfour::Key;

use crate::{recorded::added, story};

#[test]
fn a_link_leads_to_its_moment_and_back() {
    story("link", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        viewer.go_to_message("saved 2 tasks").await;
        let earlier = (
            viewer.point().await,
            viewer.moment().await,
            viewer.texts("frame").await,
        );
        viewer.go_to_message(added::MESSAGE).await;
        let point = viewer.point().await;
        let moment = viewer.moment().await;
        let frames = viewer.texts("frame").await;
        let picture = viewer.picture().await;
        assert_ne!(point, earlier.0, "two messages are at one point");

        // The same address in a page that knows nothing.
        let url = viewer.browser.page.current_url().await.unwrap();
        viewer.goto("about:blank").await;
        viewer.goto(url.as_str()).await;
        assert_eq!(viewer.point().await, point, "the link leads to another point");
        let opened = viewer.moment().await;
        assert!(
            (opened.0 - moment.0).abs() <= 100.0,
            "the link leads to {opened:?}, not {moment:?}"
        );
        assert_eq!(
            viewer.texts("frame").await,
            frames,
            "the link leads to another stack"
        );
        assert_eq!(
            viewer.picture().await,
            picture,
            "the link leads to another picture"
        );

        // Moves are steps of the history.
        viewer.go_to_message("saved 3 tasks").await;
        assert!(viewer.point().await > point, "a later message is not later");
        viewer.browser.page.back().await.unwrap();
        let script = format!("return new URLSearchParams(location.search).get('point') === '{point}'");
        viewer.wait_for("the earlier address", &script).await;
        viewer.idle().await;
        assert_eq!(viewer.texts("frame").await, frames, "Back leads to another stack");
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn the_keyboard_alone_goes_everywhere() {
    story("keyboard", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        viewer.press_key(Key::End).await;
        let (end_ms, duration_ms) = viewer.moment().await;
        assert!(
            (end_ms - duration_ms).abs() <= 100.0,
            "End leads to {end_ms} of {duration_ms} ms"
        );
        viewer.press_key(Key::Home).await;
        assert_eq!(viewer.moment().await.0, 0.0, "Home leads to the beginning");
        viewer.press_key(Key::Right).await;
        let (right_ms, _) = viewer.moment().await;
        assert!(right_ms > 0.0, "the right arrow stays at the beginning");
        viewer.press_key(Key::Left).await;
        assert_eq!(
            viewer.moment().await.0,
            0.0,
            "the left arrow leads to where the right one came from"
        );

        // Space plays and pauses.
        viewer.type_keys(" ").await;
        let now =
            "Number(document.querySelector('[data-testid=\"timeline\"]').getAttribute('aria-valuenow'))";
        viewer
            .wait_for("time to pass after Space", &format!("return {now} >= 200"))
            .await;
        viewer.press(" ").await;
        let stopped = viewer.moment().await.0;
        let later = "globalThis.frames_ = 0; const count = () => { if (++frames_ < 10) requestAnimationFrame(count); }; count()";
        viewer.evaluate(later).await;
        viewer
            .wait_for("ten frames of the screen", "return frames_ >= 10")
            .await;
        assert_eq!(
            viewer.moment().await.0,
            stopped,
            "time goes on after a second Space"
        );

        // Steps, from a message in a function that was called. How far time ran says nobody.
        viewer.press_key(Key::Home).await;
        viewer.go_to_message(added::MESSAGE).await;
        let point = viewer.point().await;
        viewer.press_key(Key::F10).await;
        let over = viewer.point().await;
        assert!(over > point, "F10 leads from {point} to {over}");
        viewer.press_with_shift(Key::F10).await;
        let back = viewer.point().await;
        assert!(back < over, "Shift+F10 leads from {over} to {back}");
        viewer.press_key(Key::F11).await;
        let inside = viewer.point().await;
        assert!(inside > back, "F11 leads from {back} to {inside}");
        viewer.press_with_shift(Key::F11).await;
        let outside = viewer.point().await;
        assert!(outside > inside, "Shift+F11 leads from {inside} to {outside}");
        viewer.assert_no_errors(&[]).await;
    });
}
