//! The timeline's track under a pointer: places on it, and what the bubble says of the place under the pointer.

use std::time::Duration;

use serde_json::{Value as Json, json};
use tests::{browser::BrowserKind, local::LocalSession};

use crate::{
    recorded::{self, Recording},
    viewer::Viewer,
};

/// Where the track stands on the page, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Track {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Track {
    /// Where it is now.
    pub(crate) async fn of(viewer: &Viewer) -> Self {
        let script = "const box = document.querySelector('[data-testid=\"timeline\"]').getBoundingClientRect(); \
             return [box.x, box.y, box.width, box.height]";
        let sides = viewer.evaluate(script).await;
        let side = |at: usize| sides[at].as_f64().expect("the track has a place");
        Self {
            left: side(0),
            top: side(1),
            width: side(2),
            height: side(3),
        }
    }

    /// A place on it, at a share of its width from the left, where no marks are: on the bar of what is loaded.
    pub(crate) fn place(self, share: f64) -> (f64, f64) {
        const FROM_BOTTOM_PX: f64 = 11.0;
        (
            (self.left + self.width * share).round(),
            (self.top + self.height - FROM_BOTTOM_PX).round(),
        )
    }
}

/// What a mouse does at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mouse {
    Move,
    Press,
    /// Moves with the button pressed.
    Drag,
    Release,
}

/// Gives the page input of a mouse.
pub(crate) async fn mouse(viewer: &Viewer, what: Mouse, (x, y): (f64, f64)) {
    let browser = &viewer.browser;
    let done = match browser.kind {
        BrowserKind::Chromium => {
            // Presses and releases come where the mouse already is.
            if matches!(what, Mouse::Press) {
                chromium_mouse(viewer, Mouse::Move, (x, y)).await;
            }
            chromium_mouse(viewer, what, (x, y)).await;
            Ok(())
        }
        BrowserKind::Firefox => {
            let chain = browser.page.action_chain().move_to(x as i64, y as i64);
            let chain = match what {
                Mouse::Move | Mouse::Drag => chain,
                Mouse::Press => chain.click_and_hold(),
                Mouse::Release => chain.release(),
            };
            chain.perform().await
        }
    };
    done.unwrap_or_else(|error| panic!("the mouse could not {what:?} at {x}, {y}: {error}"));
}

/// From one list of chromedriver's own actions to the next the button does not stay pressed.
async fn chromium_mouse(viewer: &Viewer, what: Mouse, (x, y): (f64, f64)) {
    let (kind, button, buttons) = match what {
        Mouse::Move => ("mouseMoved", "none", 0),
        Mouse::Press => ("mousePressed", "left", 1),
        Mouse::Drag => ("mouseMoved", "left", 1),
        Mouse::Release => ("mouseReleased", "left", 0),
    };
    let event = json!({
        "type": kind, "x": x, "y": y, "button": button, "buttons": buttons,
        "clickCount": i32::from(kind != "mouseMoved"),
    });
    viewer
        .browser
        .devtools("Input.dispatchMouseEvent", event)
        .await
        .unwrap_or_else(|error| panic!("the mouse: {error}"));
}

/// Turns the wheel at a place, and waits. Chromium only.
pub(crate) async fn wheel(viewer: &Viewer, (x, y): (f64, f64), by_px: (f64, f64)) {
    assert_eq!(viewer.browser.kind, BrowserKind::Chromium);
    let event = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": by_px.0, "deltaY": by_px.1 });
    viewer
        .browser
        .devtools("Input.dispatchMouseEvent", event)
        .await
        .expect("the wheel turns");
    viewer.idle().await;
}

/// Points at a place, and gives the time that the bubble tells, in ms.
pub(crate) async fn time_at(viewer: &Viewer, place: (f64, f64)) -> f64 {
    mouse(viewer, Mouse::Move, place).await;
    bubble_ms(viewer).await
}

/// The time that the bubble tells, in ms.
pub(crate) async fn bubble_ms(viewer: &Viewer) -> f64 {
    let script =
        "return document.querySelector('.ph-track__bubble .ph-number:last-child')?.textContent ?? null";
    let text = viewer.wait_for("the bubble under the pointer", script).await;
    ms_of(text.as_str().unwrap_or_default())
}

/// `1:02.345` in ms.
pub(crate) fn ms_of(clock: &str) -> f64 {
    let mut parts = clock.split(':').map(|part| part.trim().parse::<f64>().ok());
    let seconds = parts.try_fold(0.0, |sum, part| Some(sum * 60.0 + part?));
    seconds.unwrap_or_else(|| panic!("{clock:?} is no time")) * 1e3
}

/// Whether a part of the recording is seen, or all of it.
pub(crate) async fn is_zoomed(viewer: &Viewer) -> bool {
    let script = "return document.querySelector('[data-testid=\"timeline-map\"]') !== null";
    viewer.evaluate(script).await == true
}

/// Waits until a part of the recording is seen, or all of it.
pub(crate) async fn wait_until_zoomed(viewer: &Viewer, is_zoomed: bool) {
    let script =
        format!("return (document.querySelector('[data-testid=\"timeline-map\"]') !== null) === {is_zoomed}");
    let what = if is_zoomed {
        "a part of the recording to be seen"
    } else {
        "all of the recording to be seen"
    };
    viewer.wait_for(what, &script).await;
}

/// The current moment, as soon as it is near a time; in ms.
pub(crate) async fn wait_for_moment(viewer: &Viewer, near_ms: f64, within: Duration) -> f64 {
    let within_ms = within.as_secs_f64() * 1e3;
    let script = format!(
        "const now = Number(document.querySelector('[data-testid=\"timeline\"]').getAttribute('aria-valuenow')); \
         return Math.abs(now - {near_ms}) <= {within_ms} && String(now)"
    );
    let what = format!("the moment to be {near_ms} ms");
    let now = viewer.wait_for(&what, &script).await;
    now.as_str().and_then(|now| now.parse().ok()).unwrap_or_default()
}

/// The JPEG, base64, of the page as it was at a time, and whether another picture is so near that either may be shown.
pub(crate) fn picture_at_time(recording: &Recording, time_ms: f64) -> (String, bool) {
    /// Times on the page are told to the millisecond.
    const NEAR_MS: f64 = 5.0;
    let mut session = LocalSession::open(recorded::open(&recording.path)).expect("the recording opens");
    session.load();
    session
        .call("Graphics.findPaints", json!({}))
        .expect("paints are found");
    let batches = session.take_events("Graphics.paintPoints");
    let mut paints: Vec<(f64, String)> = batches
        .iter()
        .flat_map(|batch| batch["paints"].as_array().into_iter().flatten())
        .filter_map(|paint| Some((paint["time"].as_f64()?, paint["point"].as_str()?.to_owned())))
        .collect();
    paints.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n_until = paints.partition_point(|(at, _)| *at <= time_ms);
    let is_near = paints.iter().any(|(at, _)| (at - time_ms).abs() < NEAR_MS);
    let (_, point) = &paints[n_until.saturating_sub(1)];
    let params = json!({ "point": point, "mimeType": "image/jpeg" });
    let contents: Json = session
        .call("Graphics.getPaintContents", params)
        .expect("a paint has contents");
    let jpeg = contents["screen"]["data"].as_str().expect("a paint is base64");
    (jpeg.to_owned(), is_near)
}
