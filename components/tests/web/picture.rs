//! The picture and the film strip: what is decoded is drawn at once, seen from near and moved about; what is not is said.

use std::sync::Mutex;

use components::{
    film::FilmStrip,
    picture::{Bitmaps, Caption, Notice, Overlay, PictureFrame, PictureView, Thumbnail, ThumbnailView},
    timeline::{Seek, TrackGeometry},
};
use web_sys::{HtmlCanvasElement, WheelEvent, WheelEventInit};

use super::*;

/// A small drawing of a page: 320 by 200 pixels.
const DRAWING: &str = include_str!("../../src/picture/demo.png.base64");

/// Images that are there to the end of the page: they go with their owner.
fn bitmaps() -> Bitmaps {
    let owner = Owner::new();
    let bitmaps = owner.with(Bitmaps::new);
    std::mem::forget(owner);
    bitmaps
}

async fn bring(bitmaps: Bitmaps, key: &str) -> PictureFrame {
    let size = bitmaps
        .bring(key.into(), DRAWING.trim().to_owned())
        .await
        .unwrap();
    PictureFrame {
        key: key.into(),
        size,
        scale: 1.0,
    }
}

fn turn(element: &Element, delta_y: f64, is_ctrl: bool) {
    let init = WheelEventInit::new();
    let rect = element.get_bounding_client_rect();
    init.set_client_x((rect.left() + rect.width() / 2.0) as i32);
    init.set_client_y((rect.top() + rect.height() / 2.0) as i32);
    init.set_delta_y(delta_y);
    init.set_ctrl_key(is_ctrl);
    init.set_bubbles(true);
    init.set_cancelable(true);
    let event = WheelEvent::new_with_event_init_dict("wheel", &init).unwrap();
    element.dispatch_event(&event).unwrap();
}

fn touch(element: &Element, kind: &str, id: i32, (x, y): (f64, f64)) {
    let rect = element.get_bounding_client_rect();
    let init = web_sys::PointerEventInit::new();
    init.set_pointer_id(id);
    init.set_pointer_type("touch");
    init.set_client_x((rect.left() + x) as i32);
    init.set_client_y((rect.top() + y) as i32);
    init.set_bubbles(true);
    let event = web_sys::PointerEvent::new_with_event_init_dict(kind, &init).unwrap();
    element.dispatch_event(&event).unwrap();
}

/// The colour at a place of a canvas, in its pixels.
fn colour(canvas: &HtmlCanvasElement, x: f64, y: f64) -> Vec<u8> {
    let context = canvas.get_context("2d").unwrap().unwrap();
    let context: web_sys::CanvasRenderingContext2d = context.unchecked_into();
    context.get_image_data(x, y, 1.0, 1.0).unwrap().data().0
}

fn zoom_of<U: Mountable>(stage: &Stage<U>) -> f64 {
    let zoom = stage.attribute("[data-testid=picture-area]", "data-zoom");
    zoom.unwrap().parse().unwrap()
}

#[wasm_bindgen_test]
async fn without_a_frame_the_picture_explains_itself() {
    let stage = stage(|| {
        view! {
            <PictureView
                bitmaps=Bitmaps::new()
                frame=None
                overlay=Overlay::default()
                captions=vec![Caption::Text("hi".to_owned()), Caption::Key("Enter".to_owned())]
                label="The page"
            >
                "nothing was painted"
            </PictureView>
        }
    });
    settle().await;
    assert_eq!(stage.texts(".ph-picture__instead"), ["nothing was painted"]);
    assert_eq!(stage.texts("kbd"), ["Enter"]);
    assert_eq!(stage.texts(".ph-typed"), ["hi"]);
    assert!(stage.all("[role=toolbar]").is_empty(), "there is nothing to zoom");
}

#[wasm_bindgen_test]
async fn what_is_no_picture_is_refused_in_words() {
    let owner = Owner::new();
    let bitmaps = owner.with(Bitmaps::new);
    let svg = bitmaps.bring("svg".into(), "PHN2ZyB4bWxucz0".to_owned()).await;
    assert!(svg.unwrap_err().contains("no kind that can be shown"));
    // The first bytes of a PNG of 30,000 by 30,000 pixels.
    let vast = "iVBORw0KGgoAAAANSUhEUgAAdTAAAHUw".to_owned();
    assert!(
        bitmaps
            .bring("vast".into(), vast)
            .await
            .unwrap_err()
            .contains("too large")
    );
    let torn = DRAWING.trim()[..60].to_owned();
    assert!(
        bitmaps
            .bring("torn".into(), torn)
            .await
            .unwrap_err()
            .contains("damaged")
    );
    assert!(bitmaps.get("torn").is_none());
    drop(owner);
}

#[wasm_bindgen_test]
async fn the_picture_that_is_here_is_drawn_at_once_and_the_one_before_stays_until_then() {
    let bitmaps = bitmaps();
    let first = bring(bitmaps, "first").await;
    let frame = RwSignal::new(Some(first.clone()));
    let stage = stage(move || {
        view! {
            <PictureView bitmaps=bitmaps frame=frame overlay=Overlay::default() captions=Vec::new() label="The page">
                "nothing"
            </PictureView>
        }
    });
    settle().await;
    let shown = || stage.attribute("[data-testid=picture]", "data-frame");
    assert_eq!(shown().as_deref(), Some("first"));
    let surface: HtmlCanvasElement = stage.one("[data-testid=picture]").unchecked_into();
    assert_eq!(colour(&surface, 40.0, 40.0)[3], 255, "it is drawn");
    // Wanted, and not here.
    frame.set(Some(PictureFrame {
        key: "second".into(),
        ..first
    }));
    settle().await;
    assert_eq!(shown().as_deref(), Some("first"));
    bitmaps.forget("first");
    assert_eq!(colour(&surface, 40.0, 40.0)[3], 255, "what is drawn is held");
    frame.set(Some(bring(bitmaps, "third").await));
    leptos::task::tick().await;
    assert_eq!(shown().as_deref(), Some("third"), "without a frame in between");
}

#[wasm_bindgen_test]
async fn it_is_seen_from_near_and_moved_about() {
    let bitmaps = bitmaps();
    let frame = bring(bitmaps, "drawing").await;
    let (width, _) = frame.page();
    let (picked, on_pick) = log::<(f64, f64)>();
    let is_picking = RwSignal::new(false);
    let stage = stage(move || {
        view! {
            <PictureView
                bitmaps=bitmaps
                frame=Some(frame.clone())
                overlay=Overlay::default()
                captions=Vec::new()
                label="The page"
                is_picking=is_picking
                on_pick=on_pick
            >
                "nothing"
            </PictureView>
        }
    });
    settle().await;
    let area = stage.one("[data-testid=picture-area]");
    assert_eq!(zoom_of(&stage), 1.0, "small pages are not magnified");
    assert_eq!(area.get_attribute("tabindex").as_deref(), Some("-1"));
    for _ in 0..6 {
        turn(&area, -120.0, true);
    }
    settle().await;
    let near = zoom_of(&stage);
    assert!(near > 2.5, "{near}");
    assert_eq!(
        area.get_attribute("tabindex").as_deref(),
        Some("0"),
        "keys can move it"
    );
    let surface: HtmlCanvasElement = stage.one("[data-testid=picture]").unchecked_into();
    assert_eq!(
        f64::from(surface.width()),
        width,
        "it has the pixels of the image, however near it is looked at"
    );

    // The middle of the page is in the middle; dragged and by keys it is elsewhere, and picking knows where.
    let press = || {
        let rect = area.get_bounding_client_rect();
        touch(&area, "pointerdown", 9, (rect.width() / 2.0, rect.height() / 2.0));
        touch(&area, "pointerup", 9, (rect.width() / 2.0, rect.height() / 2.0));
        picked.get_untracked().last().copied().unwrap()
    };
    is_picking.set(true);
    let (x, _) = press();
    assert!((x - width / 2.0).abs() < 2.0, "{x}");
    assert!(super::press(&area, "ArrowRight"));
    settle().await;
    let (further, _) = press();
    assert!((further - x - 48.0 / near).abs() < 1.0, "{further}");
    is_picking.set(false);

    // Two fingers.
    touch(&area, "pointerdown", 1, (300.0, 200.0));
    touch(&area, "pointerdown", 2, (500.0, 200.0));
    touch(&area, "pointermove", 2, (400.0, 200.0));
    settle().await;
    assert!((zoom_of(&stage) - near / 2.0).abs() < 0.05, "{}", zoom_of(&stage));
    touch(&area, "pointerup", 1, (300.0, 200.0));
    touch(&area, "pointerup", 2, (400.0, 200.0));

    stage.one("[data-testid=picture-zoom]").click();
    settle().await;
    assert_eq!(zoom_of(&stage), 1.0, "all of it again");
    stage.one("[aria-label=Larger]").click();
    settle().await;
    assert_eq!(zoom_of(&stage), 1.25);
}

#[wasm_bindgen_test]
async fn what_is_not_as_it_seems_is_said_and_can_be_tried_again() {
    let (retries, on_retry) = log::<()>();
    let notice = Notice {
        text: "That of this moment could not be had".to_owned(),
        can_retry: true,
    };
    let stage = stage(move || {
        view! {
            <PictureView
                bitmaps=Bitmaps::new()
                frame=None
                overlay=Overlay::default()
                captions=Vec::new()
                label="The page"
                notice=Some(notice.clone())
                on_retry=on_retry
            >
                "nothing"
            </PictureView>
        }
    });
    settle().await;
    assert!(stage.texts("[role=status]").concat().contains("could not be had"));
    stage.one(".ph-picture__retry").click();
    assert_eq!(retries.get_untracked().len(), 1);
}

#[wasm_bindgen_test]
async fn a_small_picture_stays_until_the_next_is_here() {
    let bitmaps = bitmaps();
    let frame = bring(bitmaps, "small").await;
    let of = |paint: &str, key: &str| {
        Some(Thumbnail {
            frame: PictureFrame {
                key: key.into(),
                ..frame.clone()
            },
            paint: paint.into(),
        })
    };
    let (here, missing) = (of("42", "small"), of("43", "other"));
    let thumbnail = RwSignal::new(here);
    let stage = stage(move || view! { <ThumbnailView bitmaps=bitmaps thumbnail=thumbnail/> });
    settle().await;
    let paint = || stage.attribute("[data-testid=thumbnail]", "data-paint");
    assert_eq!(paint().as_deref(), Some("42"));
    thumbnail.set(missing);
    settle().await;
    assert_eq!(paint().as_deref(), Some("42"));
}

#[wasm_bindgen_test]
async fn the_film_strip_stands_in_line_with_the_track_and_a_press_goes_there() {
    let bitmaps = bitmaps();
    let frame = bring(bitmaps, "small").await;
    let (seeks, on_seek) = log::<Seek>();
    let wanted: Arc<Mutex<Vec<f64>>> = Arc::default();
    let told = Arc::clone(&wanted);
    let on_slots = move |times: Vec<f64>| *told.lock().unwrap() = times;
    let stage = stage(move || {
        view! {
            <FilmStrip
                bitmaps=bitmaps
                geometry=Some(TrackGeometry::whole(800.0, 10_000.0))
                time_ms=2_000.0
                aspect=2.0
                picture=move |time_ms: f64| (time_ms < 5_000.0).then(|| frame.clone())
                on_slots=on_slots
                pointed=None
                on_hover=|_| {}
                on_seek=on_seek
            />
        }
    });
    settle().await;
    assert_eq!(wanted.lock().unwrap().len(), 10, "760 pixels of 80 each");
    let pictures = stage.one("[data-testid=film-pictures]");
    let count = |name: &str| pictures.get_attribute(name).unwrap();
    assert_eq!(
        (count("data-slots").as_str(), count("data-here").as_str()),
        ("10", "5")
    );
    let film = stage.one("[data-testid=film]");
    point(&film, "pointerdown", 400.0);
    point(&film, "pointermove", 590.0);
    point(&film, "pointerup", 590.0);
    let seek = |time_ms, is_final| Seek { time_ms, is_final };
    assert_eq!(
        seeks.get_untracked(),
        [seek(5_000.0, false), seek(7_500.0, false), seek(7_500.0, true)]
    );
}
