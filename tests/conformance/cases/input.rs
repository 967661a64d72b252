//! What a person did, and the handlers that ran for it.

use wire::{
    recording::{KeyboardEventKind, MouseEventKind},
    session::PointSelector,
};

use crate::{
    hosts::Sample,
    subject::{Subject, assert_rising, refusal},
};

pub(crate) fn wants(sample: &Sample) -> bool {
    sample.is_here()
}

pub(crate) async fn input_events_are_in_the_recording(subject: &Subject) {
    let Subject {
        session,
        endpoint,
        sample,
        ..
    } = subject;
    let reader = sample.open();
    let (mouse, _) = session.find_mouse_events().flat().await.unwrap();
    assert_eq!(mouse.len(), reader.mouse().unwrap().len());
    let mut times: Vec<_> = mouse
        .iter()
        .map(|event| (event.point.clone(), event.time))
        .collect();
    assert_rising("mouse events", &mut times, endpoint);
    assert!(
        mouse
            .iter()
            .all(|event| matches!(event.kind, MouseEventKind::Mousemove | MouseEventKind::Mousedown))
    );

    let (keyboard, _) = session.find_keyboard_events().flat().await.unwrap();
    assert_eq!(keyboard.len(), reader.keyboard().unwrap().len());
    let mut times: Vec<_> = keyboard
        .iter()
        .map(|event| (event.point.clone(), event.time))
        .collect();
    assert_rising("keyboard events", &mut times, endpoint);
    assert!(
        keyboard
            .iter()
            .all(|event| !event.key.is_empty() && !matches!(event.kind, KeyboardEventKind::Other(_)))
    );

    let (navigations, _) = session.find_navigation_events().flat().await.unwrap();
    assert_eq!(navigations.len(), reader.navigations().unwrap().len());
    let mut times: Vec<_> = navigations
        .iter()
        .map(|event| (event.point.clone(), event.time))
        .collect();
    assert_rising("navigations", &mut times, endpoint);
    assert!(
        navigations.iter().all(|event| event.url.contains(':')),
        "{navigations:?}"
    );
}

pub(crate) async fn event_handlers_are_counted_as_found(subject: &Subject) {
    let counts = match subject.session.get_all_event_handler_counts(None).await {
        Ok(answer) => answer.counts,
        // A server may say that it cannot tell; then it must say so of finding them, too.
        counted => {
            let (_, message) = refusal(counted);
            assert!(message.contains("getAllEventHandlerCounts"), "{message}");
            let selector = PointSelector::EventHandlers {
                event_types: vec!["event.mouse.click".into()],
            };
            refusal(subject.session.find_points(selector, None).flat().await);
            return;
        }
    };
    for count in counts {
        let selector = PointSelector::EventHandlers {
            event_types: vec![count.event_type.clone()],
        };
        let points = subject.points(selector).await;
        assert_eq!(
            u64::try_from(points.len()).unwrap(),
            count.count,
            "{}",
            count.event_type
        );
    }
}
