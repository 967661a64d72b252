//! Story 12: the timeline by mouse. A drag moves the moment, and the picture follows; the wheel zooms where the pointer is; the
//! map moves what is seen; a selected range is zoomed to, and left again; the focus is moved by its ends.

use std::time::Duration;

use tests::browser::BrowserKind;
use thirtyfour::{By, Key};

use crate::{
    recorded::TODO,
    story, story_of,
    track::{self, Mouse, Track},
    viewer::Viewer,
};

/// A picture is drawn smaller than it was, with the pointer over it.
const MOST_DIFFERENT: f64 = 0.03;

#[test]
fn the_picture_follows_a_drag() {
    follow(BrowserKind::Chromium, "scrubbing");
}

#[test]
fn the_picture_follows_a_drag_in_firefox() {
    follow(BrowserKind::Firefox, "scrubbing-firefox");
}

fn follow(browser: BrowserKind, name: &str) {
    story_of(&TODO, browser, name, |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        let before = viewer.evaluate("return location.href").await;
        let track = Track::of(viewer).await;
        track::mouse(viewer, Mouse::Press, track.place(0.1)).await;
        let mut pictures = Vec::new();
        let mut n_compared = 0;
        for share in [0.2, 0.32, 0.45, 0.58, 0.7, 0.83, 0.95] {
            track::mouse(viewer, Mouse::Drag, track.place(share)).await;
            let wanted_ms = track::bubble_ms(viewer).await;
            let within = Duration::from_millis(60);
            track::wait_for_moment(viewer, wanted_ms, within).await;
            viewer.idle().await;
            let recording = stage.recording;
            let picture = tokio::task::spawn_blocking(move || track::picture_at_time(recording, wanted_ms));
            let (jpeg, is_unclear) = picture.await.expect("the recording can be read");
            // Firefox keeps from the page what a script makes global.
            if !is_unclear && viewer.browser.kind == BrowserKind::Chromium {
                n_compared += 1;
                let difference = viewer.difference_from(&jpeg).await;
                assert!(
                    difference < MOST_DIFFERENT,
                    "at {wanted_ms} ms {:.1} % of the picture differ from what was recorded",
                    difference * 100.0
                );
            }
            pictures.push(viewer.picture().await.to_string());
        }
        assert!(
            n_compared >= 3 || viewer.browser.kind == BrowserKind::Firefox,
            "too few moments are far enough from a paint"
        );
        pictures.dedup();
        assert!(pictures.len() > 2, "dragging showed only {pictures:?}");

        // Letting go is a move, of which the address tells; the way there was none.
        let at_end = track::bubble_ms(viewer).await;
        track::mouse(viewer, Mouse::Release, track.place(0.95)).await;
        viewer.idle().await;
        track::wait_for_moment(viewer, at_end, Duration::from_millis(60)).await;
        assert_ne!(viewer.evaluate("return location.href").await, before);
        viewer.browser.page.back().await.expect("the browser goes back");
        viewer.idle().await;
        assert_eq!(
            viewer.evaluate("return location.href").await,
            before,
            "a drag is more than one step of the history"
        );
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn the_wheel_zooms_at_the_pointer_and_the_map_leads_elsewhere() {
    story("zooming", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        let track = Track::of(viewer).await;
        assert!(!track::is_zoomed(viewer).await, "only a part is seen at first");
        let place = track.place(0.3);
        let (before_ms, width_ms) = (
            track::time_at(viewer, place).await,
            track::time_at(viewer, track.place(0.6)).await - track::time_at(viewer, place).await,
        );
        for _ in 0..3 {
            track::wheel(viewer, place, (0.0, -200.0)).await;
        }
        track::wait_until_zoomed(viewer, true).await;
        let ms_per_px = width_ms / (track.place(0.6).0 - place.0);
        let zoomed_ms = track::time_at(viewer, place).await;
        assert!(
            (zoomed_ms - before_ms).abs() <= ms_per_px,
            "the wheel moves what is under the pointer from {before_ms} to {zoomed_ms} ms"
        );
        let narrow_ms = track::time_at(viewer, track.place(0.6)).await - zoomed_ms;
        assert!(
            narrow_ms < width_ms / 2.0,
            "{width_ms} ms are {narrow_ms} ms after zooming in"
        );

        // Sideways the wheel pans.
        let before_ms = track::time_at(viewer, place).await;
        track::wheel(viewer, place, (120.0, 0.0)).await;
        let panned_ms = track::time_at(viewer, place).await;
        assert!(
            panned_ms > before_ms,
            "the wheel pans from {before_ms} to {panned_ms} ms"
        );

        // The map's window is drawn to the end.
        let map = Place::of(viewer, "[data-testid=\"timeline-map\"]").await;
        track::mouse(viewer, Mouse::Press, map.at(0.5)).await;
        let middle_ms = after_map(viewer, place).await;
        track::mouse(viewer, Mouse::Press, map.at(0.5)).await;
        track::mouse(viewer, Mouse::Drag, map.at(0.98)).await;
        let end_ms = after_map(viewer, place).await;
        assert!(
            end_ms > middle_ms,
            "the map leads from {middle_ms} to {end_ms} ms"
        );

        // Out again, all of it is seen.
        for _ in 0..6 {
            track::wheel(viewer, place, (0.0, 300.0)).await;
        }
        track::wait_until_zoomed(viewer, false).await;
        viewer.assert_no_errors(&[]).await;
    });
}

/// Lets the mouse go, and tells the time at a place.
async fn after_map(viewer: &Viewer, place: (f64, f64)) -> f64 {
    track::mouse(viewer, Mouse::Release, place).await;
    track::time_at(viewer, place).await
}

#[test]
fn a_range_is_selected_zoomed_to_and_left() {
    story("ranges", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        let track = Track::of(viewer).await;
        let (begin_ms, end_ms) = (
            track::time_at(viewer, track.place(0.25)).await,
            track::time_at(viewer, track.place(0.75)).await,
        );
        let at = viewer.moment().await.0;
        select(viewer, track, (0.25, 0.75)).await;
        assert_eq!(viewer.moment().await.0, at, "selecting moves the moment");

        // Enter zooms to it, and it is selected no more.
        viewer.press_key(Key::Enter).await;
        track::wait_until_zoomed(viewer, true).await;
        assert!(
            !is_there(viewer, "timeline-selection").await,
            "it is still selected"
        );
        let track = Track::of(viewer).await;
        let seen_ms = track::time_at(viewer, track.place(0.5)).await;
        assert!(
            (begin_ms..end_ms).contains(&seen_ms),
            "the middle is {seen_ms} ms after zooming to {begin_ms} to {end_ms} ms"
        );
        select(viewer, track, (0.3, 0.6)).await;
        viewer.press_key(Key::Enter).await;
        viewer
            .wait_for(
                "three crumbs",
                "return document.querySelectorAll('[data-testid=\"timeline-trail\"] button').length === 3",
            )
            .await;

        // The way back: the range before, then everything.
        crumb(viewer, 1).await;
        viewer
            .wait_for(
                "two crumbs",
                "return document.querySelectorAll('[data-testid=\"timeline-trail\"] button').length === 2",
            )
            .await;
        let track = Track::of(viewer).await;
        let again_ms = track::time_at(viewer, track.place(0.5)).await;
        assert!(
            (again_ms - seen_ms).abs() <= (end_ms - begin_ms) / 100.0,
            "the way back leads to {again_ms} ms, not {seen_ms} ms"
        );
        crumb(viewer, 0).await;
        track::wait_until_zoomed(viewer, false).await;

        // Escape drops what is selected.
        let track = Track::of(viewer).await;
        select(viewer, track, (0.4, 0.5)).await;
        viewer.press_key(Key::Escape).await;
        assert!(
            !is_there(viewer, "timeline-selection").await,
            "Escape drops nothing"
        );
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn the_focus_is_moved_by_its_ends() {
    story("focus-ends", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        let track = Track::of(viewer).await;
        select(viewer, track, (0.2, 0.7)).await;
        viewer.press("F").await;
        let focus = "return document.querySelector('[data-testid=\"focus\"]') !== null";
        viewer.wait_for("the focus", focus).await;
        let (begin_ms, end_ms) = (end_of(viewer, "begins").await, end_of(viewer, "ends").await);
        assert!(begin_ms < end_ms, "the focus is from {begin_ms} to {end_ms} ms");

        // An end is drawn along.
        let thumb = Place::of(viewer, "[role=\"slider\"][aria-label=\"Focus begins\"]").await;
        track::mouse(viewer, Mouse::Press, thumb.at(0.5)).await;
        track::mouse(viewer, Mouse::Drag, track.place(0.4)).await;
        track::mouse(viewer, Mouse::Drag, track.place(0.45)).await;
        track::mouse(viewer, Mouse::Release, track.place(0.45)).await;
        viewer.idle().await;
        let drawn_ms = end_of(viewer, "begins").await;
        assert!(
            drawn_ms > begin_ms,
            "the focus begins at {drawn_ms} ms, as before it was drawn"
        );
        assert_eq!(end_of(viewer, "ends").await, end_ms, "the other end has moved");

        // And by keys.
        let focused = "document.querySelector('[role=\"slider\"][aria-label=\"Focus ends\"]').focus()";
        viewer.evaluate(focused).await;
        viewer.press_key(Key::PageDown).await;
        let stepped_ms = end_of(viewer, "ends").await;
        assert!(
            stepped_ms < end_ms,
            "a key leaves the end of the focus at {stepped_ms} ms"
        );
        viewer.assert_no_errors(&[]).await;
    });
}

/// Where one end of the focus is, by what its thumb says, in ms.
async fn end_of(viewer: &Viewer, end: &str) -> f64 {
    let script = format!(
        "return document.querySelector('[role=\"slider\"][aria-label=\"Focus {end}\"]')?.getAttribute('aria-valuenow') ?? null"
    );
    let now = viewer
        .wait_for(&format!("the thumb where the focus {end}"), &script)
        .await;
    now.as_str()
        .and_then(|now| now.parse().ok())
        .expect("a thumb has a value")
}

/// Selects a range, with Shift and a drag.
async fn select(viewer: &Viewer, track: Track, (from, to): (f64, f64)) {
    let (from, middle, to) = (track.place(from), track.place((from + to) / 2.0), track.place(to));
    let chain = viewer.browser.page.action_chain().key_down(Key::Shift);
    let chain = chain.move_to(from.0 as i64, from.1 as i64).click_and_hold();
    let chain = chain
        .move_to(middle.0 as i64, middle.1 as i64)
        .move_to(to.0 as i64, to.1 as i64);
    let done = chain.release().key_up(Key::Shift).perform().await;
    done.expect("a range can be selected");
    viewer.idle().await;
    let selected = "return document.querySelector('[data-testid=\"timeline-selection\"]') !== null";
    viewer.wait_for("a selection", selected).await;
    viewer
        .evaluate("document.querySelector('[data-testid=\"timeline\"]').focus()")
        .await;
}

async fn is_there(viewer: &Viewer, test_id: &str) -> bool {
    let script = format!("return document.querySelector('[data-testid=\"{test_id}\"]') !== null");
    viewer.evaluate(&script).await == true
}

/// Presses one of the steps of the way back, from the whole recording on.
async fn crumb(viewer: &Viewer, at: usize) {
    let steps = By::Css("[data-testid=\"timeline-trail\"] button");
    let steps = viewer
        .browser
        .page
        .find_all(steps)
        .await
        .expect("there is a way back");
    viewer.click(&steps[at]).await;
}

/// Where an element stands, in CSS pixels.
struct Place {
    left: f64,
    width: f64,
    middle: f64,
}

impl Place {
    async fn of(viewer: &Viewer, selector: &str) -> Self {
        let script = format!(
            "const box = document.querySelector('{selector}')?.getBoundingClientRect(); \
             return box ? [box.x, box.width, box.y + box.height / 2] : null"
        );
        let sides = viewer.wait_for(selector, &script).await;
        let side = |at: usize| sides[at].as_f64().expect("it has a place");
        Self {
            left: side(0),
            width: side(1),
            middle: side(2),
        }
    }

    fn at(&self, share: f64) -> (f64, f64) {
        ((self.left + self.width * share).round(), self.middle.round())
    }
}
