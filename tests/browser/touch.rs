//! Story 13: the timeline on a phone. One finger scrubs and the picture follows, two zoom, and what was between them stays
//! between them.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::{
    story,
    track::{self, Track},
    viewer::Viewer,
};

/// The track leaves a little room at either end: the share of the recording by which a place and its time differ at most.
const ROOM: f64 = 0.06;

#[test]
fn fingers_scrub_and_zoom() {
    story("touch", |stage| async move {
        let viewer = &stage.viewer;
        let phone = json!({ "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true });
        let touch = json!({ "enabled": true, "maxTouchPoints": 2 });
        for (method, params) in [
            ("Emulation.setDeviceMetricsOverride", phone),
            ("Emulation.setTouchEmulationEnabled", touch),
        ] {
            viewer.browser.devtools(method, params).await.expect("a phone");
        }
        viewer.goto(&stage.recording_url()).await;
        let (_, duration_ms) = viewer.moment().await;
        let track = Track::of(viewer).await;

        // One finger: the moment is where it is, from left to right.
        let before = viewer.picture().await;
        fingers(viewer, "touchStart", &[track.place(0.15)]).await;
        let mut last_ms = 0.0;
        for share in [0.25, 0.4, 0.55, 0.7, 0.9] {
            fingers(viewer, "touchMove", &[track.place(share)]).await;
            let near_ms = duration_ms * share;
            let within = Duration::from_secs_f64(duration_ms * ROOM / 1e3);
            let now_ms = track::wait_for_moment(viewer, near_ms, within).await;
            assert!(now_ms > last_ms, "the moment goes from {last_ms} to {now_ms} ms");
            last_ms = now_ms;
        }
        fingers(viewer, "touchEnd", &[]).await;
        viewer.idle().await;
        assert!(
            (viewer.moment().await.0 - last_ms).abs() <= duration_ms * ROOM,
            "lifting the finger leads from {last_ms} to {:?} ms",
            viewer.moment().await
        );
        assert_ne!(
            viewer.picture().await,
            before,
            "the picture does not follow the finger"
        );
        let scrolled = viewer.evaluate("return scrollX + scrollY").await;
        assert_eq!(scrolled, 0, "the page scrolls under the finger");

        // Two fingers: what they hold stays under them, so less is seen between the same places.
        let around = track.place(0.5);
        tap(viewer, around).await;
        let held_ms = viewer.moment().await.0;
        fingers(viewer, "touchStart", &[track.place(0.45)]).await;
        fingers(viewer, "touchStart", &[track.place(0.45), track.place(0.55)]).await;
        for apart in [0.1, 0.15, 0.2, 0.25, 0.3] {
            let both = [track.place(0.5 - apart), track.place(0.5 + apart)];
            fingers(viewer, "touchMove", &both).await;
        }
        fingers(viewer, "touchEnd", &[track.place(0.8)]).await;
        fingers(viewer, "touchEnd", &[]).await;
        track::wait_until_zoomed(viewer, true).await;
        assert_eq!(viewer.moment().await.0, held_ms, "zooming moves the moment");
        let track = Track::of(viewer).await;
        tap(viewer, (around.0, track.place(0.5).1)).await;
        let now_ms = viewer.moment().await.0;
        assert!(
            (now_ms - held_ms).abs() <= duration_ms * 0.04,
            "between the fingers were {held_ms} ms, and are {now_ms} ms"
        );
        tap(viewer, track.place(0.9)).await;
        let right_ms = viewer.moment().await.0;
        assert!(
            right_ms - now_ms < duration_ms * 0.2,
            "zoomed in, the right end is still {} ms from the middle",
            right_ms - now_ms
        );

        // Together again: all of it is seen.
        let track = Track::of(viewer).await;
        fingers(viewer, "touchStart", &[track.place(0.1)]).await;
        fingers(viewer, "touchStart", &[track.place(0.1), track.place(0.9)]).await;
        for apart in [0.3, 0.2, 0.1, 0.05] {
            let both = [track.place(0.5 - apart), track.place(0.5 + apart)];
            fingers(viewer, "touchMove", &both).await;
        }
        fingers(viewer, "touchEnd", &[]).await;
        track::wait_until_zoomed(viewer, false).await;
        viewer.assert_no_errors(&[]).await;
    });
}

/// Fingers come down, move or are lifted; told are all that are down then.
async fn fingers(viewer: &Viewer, kind: &str, places: &[(f64, f64)]) {
    let points: Vec<Json> = places
        .iter()
        .enumerate()
        .map(|(id, (x, y))| json!({ "x": x, "y": y, "id": id }))
        .collect();
    let event = json!({ "type": kind, "touchPoints": points });
    let done = viewer.browser.devtools("Input.dispatchTouchEvent", event).await;
    done.unwrap_or_else(|error| panic!("fingers: {error}"));
}

/// A finger comes down and is lifted, and what that does is waited for.
async fn tap(viewer: &Viewer, place: (f64, f64)) {
    fingers(viewer, "touchStart", &[place]).await;
    fingers(viewer, "touchEnd", &[]).await;
    viewer.idle().await;
}
