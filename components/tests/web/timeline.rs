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

#[wasm_bindgen_test]
async fn a_press_on_a_mark_goes_there_and_the_next_one_further() {
    let (told, stage) = timeline();
    settle().await;
    let track = stage.one("[data-testid=timeline]");
    let chosen = || -> Vec<(TrackKind, usize)> {
        let chosen = told.chosen.get_untracked();
        chosen.iter().map(|marker| (marker.kind, marker.index)).collect()
    };
    point(&track, "pointerdown", At::mouse(400.0, CLICKS_Y));
    point(&track, "pointerup", At::mouse(401.0, CLICKS_Y));
    assert_eq!(chosen(), [(TrackKind::Click, 0)]);
    // The moment is at the first error already, which stands alone.
    point(&track, "pointerdown", At::mouse(172.0, ERRORS_Y));
    point(&track, "pointerup", At::mouse(172.0, ERRORS_Y));
    point(&track, "pointerdown", At::mouse(628.0, ERRORS_Y));
    point(&track, "pointerup", At::mouse(628.0, ERRORS_Y));
    assert_eq!(chosen()[1..], [(TrackKind::Error, 0), (TrackKind::Error, 1)]);
    assert!(told.seeks.get_untracked().is_empty(), "marks are exact");
    settle().await;
    assert_eq!(
        stage.texts("[data-testid=timeline-bubble]"),
        ["3 errorsthing 10:08.000"]
    );
    // Spread by a double press.
    point(&track, "dblclick", At::mouse(628.0, ERRORS_Y));
    let seen = told.view.get_untracked().unwrap();
    assert!(seen.begin_ms > 7_990.0 && seen.end_ms < 8_010.0, "{seen:?}");
    assert_eq!(told.trail.get_untracked().len(), 1);
}

#[wasm_bindgen_test]
async fn a_range_is_selected_and_zoomed_to_or_focused_on() {
    let (told, stage) = timeline();
    settle().await;
    let track = stage.one("[data-testid=timeline]");
    let with_shift = |x| At {
        shift: true,
        ..At::mouse(x, 100.0)
    };
    let select = || {
        point(&track, "pointerdown", with_shift(172.0));
        point(&track, "pointermove", with_shift(324.0));
        point(&track, "pointerup", with_shift(324.0));
    };
    let range = Span {
        begin_ms: 2_000.0,
        end_ms: 4_000.0,
    };
    select();
    settle().await;
    assert_eq!(told.selection.get_untracked(), Some(range));
    assert!(told.seeks.get_untracked().is_empty());
    assert_eq!(stage.texts(".ph-track__tools .ph-number"), ["2.0 s"]);
    assert!(press(&track, "Escape"));
    assert_eq!(told.selection.get_untracked(), None);
    select();
    assert!(press(&track, "F"));
    assert_eq!(told.focused.get_untracked(), [(range, true)]);
    select();
    settle().await;
    press(&stage.one("[aria-label='Selection ends']"), "ArrowRight");
    assert_eq!(told.selection.get_untracked().unwrap().end_ms, 4_100.0);
    press(&stage.one("[aria-label='Selection ends']"), "ArrowLeft");
    stage.one("[aria-label='Zoom to the selection']").click();
    assert_eq!(told.view.get_untracked(), Some(range));
    assert_eq!(told.trail.get_untracked(), [range]);
    settle().await;
    let map = stage.one("[data-testid=timeline-map]");
    // The window of the map stands from 172 to 324; it is taken in its middle, and by its right edge.
    point(&map, "pointerdown", At::mouse(248.0, 4.0));
    point(&map, "pointermove", At::mouse(324.0, 4.0));
    point(&map, "pointerup", At::mouse(324.0, 4.0));
    let seen = told.view.get_untracked().unwrap();
    assert!(
        (seen.begin_ms - 3_000.0).abs() < 1.0 && (seen.end_ms - 5_000.0).abs() < 1.0,
        "{seen:?}"
    );
    point(&map, "pointerdown", At::mouse(400.0, 4.0));
    point(&map, "pointermove", At::mouse(476.0, 4.0));
    point(&map, "pointerup", At::mouse(476.0, 4.0));
    let seen = told.view.get_untracked().unwrap();
    assert!(
        (seen.begin_ms - 3_000.0).abs() < 1.0 && (seen.end_ms - 6_000.0).abs() < 1.0,
        "{seen:?}"
    );
}

#[wasm_bindgen_test]
async fn fingers_tap_scrub_and_pinch() {
    let (told, stage) = timeline();
    settle().await;
    let track = stage.one("[data-testid=timeline]");
    point(&track, "pointerdown", At::finger(1, 172.0));
    assert!(
        told.seeks.get_untracked().is_empty(),
        "it may be the first of two"
    );
    point(&track, "pointerup", At::finger(1, 172.0));
    assert_eq!(told.seeks.get_untracked(), [seek(2_000.0, true)]);
    point(&track, "pointerdown", At::finger(1, 172.0));
    point(&track, "pointermove", At::finger(1, 248.0));
    point(&track, "pointerup", At::finger(1, 248.0));
    assert_eq!(
        told.seeks.get_untracked()[1..],
        [seek(3_000.0, false), seek(3_000.0, true)]
    );
    point(&track, "pointerdown", At::finger(1, 324.0));
    point(&track, "pointerdown", At::finger(2, 476.0));
    point(&track, "pointermove", At::finger(1, 248.0));
    point(&track, "pointermove", At::finger(2, 552.0));
    point(&track, "pointerup", At::finger(1, 248.0));
    point(&track, "pointerup", At::finger(2, 552.0));
    let seen = told.view.get_untracked().unwrap();
    assert!(
        (seen.begin_ms - 2_500.0).abs() < 1.0 && (seen.end_ms - 7_500.0).abs() < 1.0,
        "{seen:?}"
    );
    assert_eq!(
        told.seeks.get_untracked().len(),
        3,
        "two fingers leave the moment alone"
    );
    // A finger reaches further than a mouse: the click stands at 400.
    told.view.set(None);
    settle().await;
    point(
        &track,
        "pointerdown",
        At {
            y: CLICKS_Y,
            ..At::finger(1, 412.0)
        },
    );
    point(
        &track,
        "pointerup",
        At {
            y: CLICKS_Y,
            ..At::finger(1, 412.0)
        },
    );
    assert_eq!(told.chosen.get_untracked().len(), 1);
}

#[wasm_bindgen_test]
async fn the_middle_button_pans() {
    let (told, stage) = timeline();
    told.view.set(Some(Span {
        begin_ms: 2_000.0,
        end_ms: 4_000.0,
    }));
    settle().await;
    let track = stage.one("[data-testid=timeline]");
    let middle = |x| At {
        button: 1,
        ..At::mouse(x, 100.0)
    };
    point(&track, "pointerdown", middle(400.0));
    point(&track, "pointermove", middle(20.0));
    point(&track, "pointerup", middle(20.0));
    let later = Span {
        begin_ms: 3_000.0,
        end_ms: 5_000.0,
    };
    assert_eq!(told.view.get_untracked(), Some(later));
    assert!(told.seeks.get_untracked().is_empty());
}

#[wasm_bindgen_test]
async fn marks_are_walked_by_keyboard_and_told() {
    let (told, stage) = timeline();
    settle().await;
    let track = stage.one("[data-testid=timeline]");
    let said = || stage.texts("[data-testid=timeline-said]").concat();
    assert!(!press_with(&track, "x", true), "other keys are left to the page");
    assert!(press_with(&track, "ArrowRight", true));
    settle().await;
    assert_eq!(said(), "Errors 1 of 4: thing 0, 0:02.000");
    press_with(&track, "ArrowRight", true);
    settle().await;
    assert_eq!(said(), "Print statements 1 of 1: thing 0, 0:03.000");
    press_with(&track, "ArrowUp", true);
    settle().await;
    assert_eq!(said(), "Errors 1 of 4: thing 0, 0:02.000");
    assert_eq!(stage.all(".ph-track__cursor").len(), 1);
    assert!(told.chosen.get_untracked().is_empty(), "walking goes nowhere");
    assert!(press(&track, "Enter"));
    let errors = MarkerAt {
        kind: TrackKind::Error,
        index: 0,
    };
    assert_eq!(told.chosen.get_untracked(), [errors]);
    press(&track, "Escape");
    settle().await;
    assert_eq!(said(), "");
}

#[wasm_bindgen_test]
async fn the_focus_is_a_slider_with_two_thumbs() {
    let (told, stage) = timeline();
    settle().await;
    assert_eq!(stage.all(".ph-track__thumb").len(), 0);
    told.focus.set(Some(Span {
        begin_ms: 1_000.0,
        end_ms: 5_000.0,
    }));
    settle().await;
    let begin: HtmlElement = stage.one("[aria-label='Focus begins']");
    let values = [
        "role",
        "aria-valuemin",
        "aria-valuemax",
        "aria-valuenow",
        "aria-valuetext",
    ];
    assert_eq!(
        values.map(|name| begin.get_attribute(name).unwrap()),
        ["slider", "0", "5000", "1000", "1 second"]
    );
    let corner = begin.get_bounding_client_rect();
    let middle = corner.width() / 2.0;
    point(&begin, "pointerdown", At::mouse(middle, 10.0));
    point(&begin, "pointermove", At::mouse(middle + 76.0, 10.0));
    settle().await;
    let thumb = begin.get_bounding_client_rect();
    assert!(
        (thumb.left() - corner.left() - 76.0).abs() < 1.0,
        "the thumb follows at once"
    );
    point(&begin, "pointerup", At::mouse(middle, 10.0));
    let focused = told.focused.get_untracked();
    assert_eq!((focused.len(), focused[0].1, focused[1].1), (2, false, true));
    assert!((focused[1].0.begin_ms - 2_000.0).abs() < 1.0);
    assert!(told.seeks.get_untracked().is_empty());
    assert!(press(&stage.one("[aria-label='Focus ends']"), "End"));
    assert_eq!(told.focused.get_untracked()[2].0.end_ms, 10_000.0);
}

#[wasm_bindgen_test]
async fn tracks_are_chosen_from_a_menu_that_stays_open() {
    let (chosen, on_choose) = log::<TrackChoice>();
    let view = RwSignal::new(Some(Span {
        begin_ms: 2_400.0,
        end_ms: 2_480.0,
    }));
    let trail = RwSignal::new(vec![Span {
        begin_ms: 2_000.0,
        end_ms: 3_200.0,
    }]);
    let selection = RwSignal::new(None);
    let hidden: Arc<[TrackKind]> = [TrackKind::Print].into();
    let stage = stage(move || {
        view! {
            <TimelineTools
                duration_ms=10_000.0
                time_ms=2_000.0
                tracks=tracks()
                hidden=hidden
                on_choose=on_choose
                view=view
                trail=trail
                selection=selection
            />
        }
    });
    settle().await;
    stage.one("[aria-label=Tracks]").click();
    settle().await;
    let menu = stage.one("[role=menu]");
    assert_eq!(
        stage.texts(".ph-menu__name"),
        ["Clicks", "Errors", "Print statements"]
    );
    assert_eq!(stage.texts(".ph-menu__hint"), ["1", "4", "1"]);
    assert_eq!(stage.all("[role=menu] canvas").len(), 3, "each has its sign");
    press(&menu, "ArrowDown");
    let errors: HtmlElement = document().active_element().unwrap().unchecked_into();
    errors.click();
    settle().await;
    assert_eq!(errors.get_attribute("aria-checked").as_deref(), Some("false"));
    errors.click();
    let told: Vec<_> = chosen
        .get_untracked()
        .iter()
        .map(|choice| (choice.kind, choice.is_shown))
        .collect();
    assert_eq!(told, [(TrackKind::Error, false), (TrackKind::Error, true)]);
    press(&menu, "Escape");
    settle().await;
    assert_eq!(stage.all("[role=menu]").len(), 0);

    assert_eq!(
        stage.texts(".ph-trail__step"),
        ["Whole recording", "1.2 s", "80 ms"]
    );
    let steps = stage.all(".ph-trail__step");
    steps[1].clone().unchecked_into::<HtmlElement>().click();
    assert_eq!(view.get_untracked(), trail.get_untracked().first().copied());
    stage.one("[aria-label='Select a range']").click();
    assert!(selection.get_untracked().is_some());
    settle().await;
    let steps = stage.all(".ph-trail__step");
    steps[0].clone().unchecked_into::<HtmlElement>().click();
    assert_eq!(view.get_untracked(), None);
}
