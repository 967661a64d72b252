//! Pictures.

use std::collections::BTreeMap;

use wire::{
    error::ErrorCode,
    graphics::{MimeType, PaintPoint},
    point::ExecutionPoint,
};

use crate::{
    hosts::Sample,
    subject::{Subject, assert_rising, refusal, spread},
};

pub(crate) fn wants(sample: &Sample) -> bool {
    sample.is_here()
}

async fn paints(subject: &Subject) -> Vec<PaintPoint> {
    subject.session.find_paints().flat().await.unwrap().0
}

pub(crate) async fn every_paint_can_be_fetched(subject: &Subject) {
    let Subject {
        session,
        sample,
        endpoint,
        ..
    } = subject;
    let paints = paints(subject).await;
    assert_eq!(paints.len(), sample.open().paints().unwrap().len());
    if paints.is_empty() {
        return; // A program without a page has no pictures.
    }
    let mut times: Vec<_> = paints
        .iter()
        .map(|paint| (paint.point.clone(), paint.time))
        .collect();
    assert_rising("paints", &mut times, endpoint);
    let mut by_hash = BTreeMap::new();
    for paint in spread(&paints, 40) {
        assert!(!paint.screen_shots.is_empty());
        for shot in &paint.screen_shots {
            let fetched = session
                .get_paint_contents(&paint.point, shot.mime_type.clone(), None)
                .await
                .unwrap()
                .screen;
            assert_eq!((&fetched.hash, &fetched.mime_type), (&shot.hash, &shot.mime_type));
            // "/9j/" and "iVBORw0KGgo" are how the two formats begin in base64.
            let begins = match fetched.mime_type {
                MimeType::Jpeg => "/9j/",
                MimeType::Png => "iVBORw0KGgo",
                MimeType::Other(ref other) => panic!("a picture as {other}"),
            };
            assert!(
                fetched.data.starts_with(begins) && fetched.data.len() % 4 == 0,
                "{}",
                shot.hash
            );
            assert!(fetched.scale > 0.0);
            let known = by_hash
                .entry(shot.hash.clone())
                .or_insert_with(|| fetched.data.clone());
            assert_eq!(*known, fetched.data, "equal hashes are equal pictures");
        }
    }
    let n_hashes = by_hash.len();
    let mut pictures: Vec<_> = by_hash.into_values().collect();
    pictures.sort();
    pictures.dedup();
    assert_eq!(
        pictures.len(),
        n_hashes,
        "and different hashes are different ones"
    );
    assert!(session.get_device_pixel_ratio().await.unwrap().ratio > 0.0);
    let small = session.get_paint_contents(
        &paints[0].point,
        paints[0].screen_shots[0].mime_type.clone(),
        Some(60),
    );
    let small = small
        .await
        .expect("a smaller one may be asked for, and answered at any size")
        .screen;
    let original = session
        .get_paint_contents(&paints[0].point, small.mime_type.clone(), None)
        .await
        .unwrap()
        .screen;
    assert_eq!(
        small.hash == original.hash,
        small.data == original.data,
        "a picture made smaller has a hash of its own"
    );
}

pub(crate) async fn nothing_is_painted_elsewhere(subject: &Subject) {
    let painted: Vec<_> = paints(subject)
        .await
        .into_iter()
        .map(|paint| paint.point)
        .collect();
    let step = subject.sample_points(3).await.remove(0).point;
    for point in [ExecutionPoint::beginning(), step] {
        if painted.contains(&point) {
            continue;
        }
        let (code, message) = refusal(
            subject
                .session
                .get_paint_contents(&point, MimeType::Jpeg, None)
                .await,
        );
        let expected = [
            ErrorCode::GRAPHICS_UNAVAILABLE_AT_POINT,
            ErrorCode::COMMAND_FAILED,
        ];
        assert!(expected.contains(&code), "{code}: {message}");
    }
}
