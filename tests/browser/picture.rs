//! Story: the picture. Scrubbing shows the page of each moment, the film strip leads to one by how it looked, and a picture is
//! looked at from near, copied and saved.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::{accessibility::assert_accessible, story, viewer::Viewer};

#[test]
fn the_picture_follows_and_can_be_looked_at_and_taken_along() {
    story("picture", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        let end = viewer.picture().await;
        assert!(end.is_string(), "there is a picture at the end");

        scrub(viewer).await;
        strip(viewer).await;
        near(viewer).await;
        take_along(viewer).await;
        assert_accessible(viewer, "the picture").await;
        viewer.assert_no_errors(&[]).await;
    });
}

/// Dragged along the timeline the picture is another every few steps, and where it is left the right one.
async fn scrub(viewer: &Viewer) {
    let end = viewer.picture().await;
    let track = place(viewer, "timeline").await;
    let at = |share: f64| (track.0 + 20.0 + share * (track.2 - 40.0), track.1 + track.3 / 2.0);
    let mut seen = BTreeSet::new();
    mouse(viewer, "mousePressed", at(0.98)).await;
    for step in (0..=48).rev() {
        mouse(viewer, "mouseMoved", at(f64::from(step) / 50.0)).await;
        seen.insert(viewer.picture().await.to_string());
    }
    mouse(viewer, "mouseReleased", at(0.0)).await;
    viewer.idle().await;
    assert!(seen.len() >= 3, "while scrubbing only {seen:?} were seen");
    let beginning = viewer.picture().await;
    assert_ne!(beginning, end, "the page looks the same at both ends");
    viewer.press_key(thirtyfour::Key::End).await;
    assert_eq!(viewer.picture().await, end, "the end looks as it did");
    viewer.press_key(thirtyfour::Key::Home).await;
    assert_eq!(viewer.picture().await, beginning, "the beginning looks as it did");
}

/// The strip is in line with the track, is full, shows what is under the pointer larger, and a press leads there.
async fn strip(viewer: &Viewer) {
    let [film, track] = [place(viewer, "film").await, place(viewer, "timeline").await];
    assert_eq!(
        (film.0, film.2),
        (track.0, track.2),
        "the strip is not in line with the track"
    );
    viewer
        .wait_for(
            "the strip to be full",
            "const { slots, here } = document.querySelector('[data-testid=film-pictures]').dataset; \
             return Number(slots) > 5 && slots === here",
        )
        .await;
    let at = (film.0 + film.2 * 0.6, film.1 + film.3 / 2.0);
    mouse(viewer, "mouseMoved", at).await;
    let paint =
        "return document.querySelector('[data-testid=film] [data-testid=thumbnail]')?.dataset.paint ?? null";
    viewer.wait_for("the picture under the pointer", paint).await;
    let before = viewer.picture().await;
    mouse(viewer, "mousePressed", at).await;
    mouse(viewer, "mouseReleased", at).await;
    viewer.idle().await;
    let (now_ms, all_ms) = viewer.moment().await;
    let wanted_ms = (film.2 * 0.6 - 20.0) / (film.2 - 40.0) * all_ms;
    assert!(
        (now_ms - wanted_ms).abs() < all_ms / 100.0 + 100.0,
        "the strip leads to {now_ms}, not {wanted_ms} of {all_ms}"
    );
    assert_ne!(viewer.picture().await, before, "the picture stays behind");
    // On the track the same picture is shown.
    mouse(
        viewer,
        "mouseMoved",
        (track.0 + track.2 * 0.3, track.1 + track.3 - 8.0),
    )
    .await;
    let paint = "return document.querySelector('[data-testid=timeline-bubble] [data-testid=thumbnail]')?.dataset.paint ?? null";
    viewer
        .wait_for("the picture under the pointer on the track", paint)
        .await;
}

/// Ctrl and the wheel make it larger where the pointer is, dragging moves it, a button shows all of it again.
async fn near(viewer: &Viewer) {
    let area = place(viewer, "picture-area").await;
    let middle = (area.0 + area.2 / 2.0, area.1 + area.3 / 2.0);
    let whole = zoom(viewer).await;
    for _ in 0..5 {
        wheel(viewer, middle, -120.0).await;
    }
    viewer
        .wait_for(
            "the picture to be larger",
            &format!("return Number(document.querySelector('[data-testid=picture-area]').dataset.zoom) > {whole} * 2"),
        )
        .await;
    let pixels = "const picture = document.querySelector('[data-testid=picture]'); return [picture.width, picture.height]";
    assert_eq!(
        viewer.evaluate(pixels).await,
        serde_json::json!([900, 640]),
        "the canvas has other pixels than the image"
    );
    mouse(viewer, "mousePressed", middle).await;
    mouse(viewer, "mouseMoved", (middle.0 + 60.0, middle.1 + 40.0)).await;
    mouse(viewer, "mouseReleased", (middle.0 + 60.0, middle.1 + 40.0)).await;
    viewer.click(&viewer.find("picture-zoom", "%").await).await;
    assert_eq!(zoom(viewer).await, whole, "not all of it is seen again");
}

/// Saved under a name that says what it is and when; copied as an image.
async fn take_along(viewer: &Viewer) {
    viewer
        .evaluate(
            "HTMLAnchorElement.prototype.click = function () { window.saved = { name: this.download, url: this.href } }",
        )
        .await;
    viewer
        .evaluate("document.querySelector('[aria-label=\"Save the picture\"]').click()")
        .await;
    let saved = viewer
        .wait_for("something to be saved", "return window.saved ?? null")
        .await;
    let name = saved["name"].as_str().unwrap_or_default();
    assert!(
        name.ends_with("s.jpg") && name.contains("-0m"),
        "the file is called {name:?}"
    );
    assert!(
        saved["url"].as_str().is_some_and(|url| url.starts_with("blob:")),
        "{saved}"
    );
    let granted = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    viewer
        .browser
        .devtools("Browser.grantPermissions", granted)
        .await
        .unwrap();
    let copy = viewer.find_by_label("Copy the picture").await;
    viewer.click(&copy).await;
    viewer
        .wait_for(
            "the copy to be said",
            "return document.querySelector('[data-testid=picture-said]').innerText.includes('Picture copied')",
        )
        .await;
}

/// Left, top, width and height of the first element with a test id.
async fn place(viewer: &Viewer, test_id: &str) -> (f64, f64, f64, f64) {
    let script = format!(
        "const at = document.querySelector('[data-testid=\"{test_id}\"]').getBoundingClientRect(); \
         return [at.left, at.top, at.width, at.height]"
    );
    let at = viewer.evaluate(&script).await;
    let number = |index: usize| at[index].as_f64().unwrap();
    (number(0), number(1), number(2), number(3))
}

async fn zoom(viewer: &Viewer) -> Json {
    viewer
        .evaluate("return document.querySelector('[data-testid=picture-area]').dataset.zoom")
        .await
}

async fn mouse(viewer: &Viewer, kind: &str, (x, y): (f64, f64)) {
    let buttons = if kind == "mouseReleased" { 0 } else { 1 };
    let event =
        json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1 });
    viewer
        .browser
        .devtools("Input.dispatchMouseEvent", event)
        .await
        .unwrap();
}

async fn wheel(viewer: &Viewer, (x, y): (f64, f64), delta_y: f64) {
    const CTRL: u32 = 2;
    let event =
        json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": delta_y, "modifiers": CTRL });
    viewer
        .browser
        .devtools("Input.dispatchMouseEvent", event)
        .await
        .unwrap();
}
