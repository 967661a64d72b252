//! Pictures, as they were taken, made smaller, and in pauses.

use std::io::Cursor;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use recording::event::{Event, Paint};
use wire::{
    dom::RepaintGraphics,
    graphics::{GetPaintContents, MimeType, ScreenShot},
    point::ExecutionPoint,
};

use crate::support::{Client, Log};

/// The left half red, the right half blue.
fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, _| match x < width / 2 {
        true => Rgb([255, 0, 0]),
        false => Rgb([0, 0, 255]),
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}

fn paint(hash: &str, width: u32, height: u32) -> Event {
    Event::Paint(Paint {
        hash: hash.into(),
        mime_type: "image/jpeg".into(),
        width,
        height,
        scale: 2.0,
    })
}

fn contents(point: &ExecutionPoint, resize_height: Option<u32>) -> GetPaintContents {
    GetPaintContents {
        point: point.clone(),
        mime_type: MimeType::Jpeg,
        resize_height,
    }
}

fn decoded(screen: &ScreenShot) -> RgbImage {
    let bytes = STANDARD.decode(&screen.data).unwrap();
    image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg)
        .unwrap()
        .to_rgb8()
}

#[test]
fn pictures_are_made_smaller_and_keep_their_proportions() {
    let mut log = Log::new([]);
    let point = log.mark(paint("aa", 400, 200));
    let damaged = log.mark(paint("bb", 400, 200));
    // A picture that is not as high as its row says.
    let wrong = log.mark(paint("aa", 4, 2_000));
    let original = jpeg(400, 200);
    log.image("aa", &original);
    log.image("bb", b"not a picture");
    log.check(|client| {
        let small = client.ask(contents(&point, Some(50))).screen;
        let picture = decoded(&small);
        assert_eq!(picture.dimensions(), (100, 50));
        assert_eq!((small.scale, small.hash.as_str()), (0.5, "aa-50"));
        assert!(picture.get_pixel(10, 25).0[0] > 200 && picture.get_pixel(90, 25).0[2] > 200);
        for height in [None, Some(200), Some(10_000)] {
            let same = client.ask(contents(&point, height)).screen;
            assert_eq!((same.scale, same.hash.as_str()), (2.0, "aa"));
            assert_eq!(STANDARD.decode(&same.data).unwrap(), original);
        }
        assert_eq!(
            decoded(&client.ask(contents(&point, Some(1))).screen).dimensions(),
            (2, 1)
        );
        let (code, message) = client.error(contents(&point, Some(0)));
        assert_eq!(
            (code, message.as_str()),
            (33, "resizeHeight: a picture has no height of 0")
        );
        let (code, message) = client.error(contents(&damaged, Some(50)));
        assert!(code == 65 && message.contains("cannot be scaled"), "{message}");
        let as_it_was = client.ask(contents(&wrong, Some(1_000))).screen;
        assert_eq!(as_it_was.hash.as_str(), "aa");
    });
}

#[test]
fn pauses_show_the_latest_paint_and_each_picture_once() {
    let mut log = Log::new([]);
    let before = log.mark(Event::Navigation(recording::event::Navigation {
        url: "https://site.test/".into(),
        kind: "load".into(),
    }));
    let first = log.mark(paint("aa", 4, 2));
    let again = log.mark(paint("aa", 4, 2));
    let other = log.mark(paint("bb", 4, 2));
    let after = log.mark(Event::Navigation(recording::event::Navigation {
        url: "https://site.test/#".into(),
        kind: "hashchange".into(),
    }));
    log.image("aa", &jpeg(4, 2));
    log.image("bb", &jpeg(2, 2));
    log.check(|client| {
        let repaint = |client: &mut Client, point: &ExecutionPoint| {
            let pause = client.pause(point);
            client.ask_in(&pause, RepaintGraphics {})
        };
        let pause = client.pause(&before);
        let (code, message) = client.error_in(&pause, RepaintGraphics {});
        assert_eq!((code, message.as_str()), (65, "the page was not painted yet"));
        // Whether a picture was fetched by its point does not matter: those are kept apart.
        client.ask(contents(&first, None));
        let shown = repaint(client, &first);
        assert_eq!(shown.description.hash.as_str(), "aa");
        assert_eq!(shown.screen_shot.unwrap().hash.as_str(), "aa");
        let shown = repaint(client, &again);
        assert_eq!((shown.description.hash.as_str(), shown.screen_shot), ("aa", None));
        let shown = repaint(client, &after);
        assert!(shown.description.hash.as_str() == "bb" && shown.screen_shot.is_some());
        assert_eq!(repaint(client, &other).screen_shot, None);
    });
}
