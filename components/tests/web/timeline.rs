//! The timeline in a browser: by mouse, by finger, by keyboard, and what a reader is told.

use std::sync::Arc;

use components::timeline::{
    Content, EventTrack, MarkerAt, Regions, Seek, Series, Span, Timeline, TimelineTools, TrackChoice,
    TrackKind,
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

use super::{Stage, log, press, settle, stage};

fn track(kind: TrackKind, times_ms: &[f64]) -> EventTrack {
    let mut times = Series::new(f64::total_cmp, |time_ms| *time_ms);
    times.add(times_ms.to_vec());
    EventTrack {
        kind,
        content: Content::Moments(Arc::new(times)),
    }
}

fn tracks() -> Arc<[EventTrack]> {
    [
        track(TrackKind::Click, &[5_000.0]),
        track(TrackKind::Error, &[2_000.0, 8_000.0, 8_001.0, 8_002.0]),
        track(TrackKind::Print, &[3_000.0]),
    ]
    .into()
}

/// A pointer event at a place in an element.
#[derive(Clone, Copy)]
struct At {
    x: f64,
    y: f64,
    id: i32,
    kind: &'static str,
    button: i16,
    shift: bool,
}

impl At {
    fn mouse(x: f64, y: f64) -> Self {
        Self {
            x,
            y,
            id: 1,
            kind: "mouse",
            button: 0,
            shift: false,
        }
    }

    fn finger(id: i32, x: f64) -> Self {
        Self {
            id,
            kind: "touch",
            ..Self::mouse(x, 100.0)
        }
    }
}

fn point(element: &Element, name: &str, at: At) {
    let init = web_sys::PointerEventInit::new();
    let corner = element.get_bounding_client_rect();
    init.set_client_x((corner.left() + at.x).round() as i32);
    init.set_client_y((corner.top() + at.y).round() as i32);
    init.set_pointer_id(at.id);
    init.set_pointer_type(at.kind);
    init.set_button(at.button);
    init.set_shift_key(at.shift);
    init.set_bubbles(true);
    init.set_cancelable(true);
    let event = web_sys::PointerEvent::new_with_event_init_dict(name, &init).unwrap();
    element.dispatch_event(&event).unwrap();
}

fn press_with(element: &Element, key: &str, is_alt: bool) -> bool {
    let init = web_sys::KeyboardEventInit::new();
    init.set_key(key);
    init.set_alt_key(is_alt);
    init.set_bubbles(true);
    init.set_cancelable(true);
    let event = web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    !element.dispatch_event(&event).unwrap()
}

/// What a timeline told, and what it shows.
#[derive(Clone, Copy)]
struct Told {
    seeks: RwSignal<Vec<Seek>>,
    chosen: RwSignal<Vec<MarkerAt>>,
    focused: RwSignal<Vec<(Span, bool)>>,
    focus: RwSignal<Option<Span>>,
    view: RwSignal<Option<Span>>,
    trail: RwSignal<Vec<Span>>,
    selection: RwSignal<Option<Span>>,
}

/// Ten seconds over 800 pixels, of which 20 on either side are margin: 76 pixels a second.
fn timeline() -> (Told, Stage<impl Mountable>) {
    let (seeks, on_seek) = log::<Seek>();
    let (chosen, on_marker) = log::<MarkerAt>();
    let (focused, on_focus) = log::<(Span, bool)>();
    let told = Told {
        seeks,
        chosen,
        focused,
        focus: RwSignal::new(None),
        view: RwSignal::new(None),
        trail: RwSignal::new(Vec::new()),
        selection: RwSignal::new(None),
    };
    let stage = stage(move || {
        view! {
            <Timeline
                duration_ms=10_000.0
                time_ms=2_000.0
                regions=Regions::default()
                progress_percent=None
                tracks=tracks()
                describe=|marker: MarkerAt| format!("thing {}", marker.index)
                on_seek=on_seek
                on_marker=on_marker
                focus=told.focus
                on_focus=on_focus
                view=told.view
                trail=told.trail
                selection=told.selection
            />
        }
    });
    (told, stage)
}

const fn seek(time_ms: f64, is_final: bool) -> Seek {
    Seek { time_ms, is_final }
}

/// Of the lanes: clicks, errors, prints, and below them the bar.
const CLICKS_Y: f64 = 33.0;
const ERRORS_Y: f64 = 59.0;

#[wasm_bindgen_test]
async fn the_timeline_is_a_slider() {
    let (told, stage) = timeline();
    settle().await;
    let track = stage.one("[data-testid=timeline]");
    assert_eq!(
        track.get_attribute("aria-valuetext").as_deref(),
        Some("2 seconds of 10 seconds, 1 of 6 events")
    );
    assert_eq!(
        ["aria-valuemin", "aria-valuemax", "aria-valuenow"].map(|name| track.get_attribute(name).unwrap()),
        ["0", "10000", "2000"]
    );
    assert!(press(&track, "ArrowRight"));
    assert!(!press(&track, "x"), "other keys are left to the page");
    point(&track, "pointerdown", At::mouse(210.0, 100.0));
    point(&track, "pointermove", At::mouse(20.0, 100.0));
    point(&track, "pointerup", At::mouse(20.0, 100.0));
    assert_eq!(
        told.seeks.get_untracked(),
        [
            seek(7_000.0, true),
            seek(2_500.0, false),
            seek(0.0, false),
            seek(0.0, true)
        ]
    );
    let surface: web_sys::HtmlCanvasElement = stage.one("canvas").unchecked_into();
    assert!(surface.width() >= 800);
    let (drawn, track) = (
        surface.get_bounding_client_rect(),
        track.get_bounding_client_rect(),
    );
    assert_eq!(
        drawn.height(),
        track.height(),
        "the canvas is as high as its lanes"
    );
}
