//! Messages of the console.

use std::collections::BTreeSet;

use client::Pause;
use wire::{
    console::MessageSource,
    pause::{ObjectPreviewLevel, Value},
    point::ExecutionPoint,
    recording::PointRange,
};

use crate::{
    hosts::Sample,
    subject::{Subject, assert_rising, spread},
};

pub(crate) fn wants(sample: &Sample) -> bool {
    sample.is_here()
}

pub(crate) async fn messages_come_with_all_they_show(subject: &Subject) {
    let Subject {
        session,
        endpoint,
        sample,
        ..
    } = subject;
    let sources: BTreeSet<_> = subject
        .sources()
        .await
        .into_iter()
        .map(|source| source.source_id)
        .collect();
    let (messages, answer) = session.find_messages().all().await.unwrap();
    assert!(!answer.overflow);
    let rows = sample.open().messages().unwrap();
    let n_rows = rows.iter().filter(|row| &*row.event.method != "groupEnd").count();
    assert_eq!(messages.len(), n_rows);
    let mut times: Vec<_> = messages
        .iter()
        .map(|message| (message.point.point.clone(), message.point.time))
        .collect();
    assert_rising("messages", &mut times, endpoint);
    for message in &messages {
        let is_call = message.source == MessageSource::ConsoleApi; // It may be without arguments.
        assert!(is_call || !message.text.is_empty(), "{message:?} says nothing");
        if let Some(source_id) = &message.source_id {
            assert!(sources.contains(source_id));
            assert!(message.line.is_some_and(|line| line >= 1), "{message:?}");
        }
        let pause = session.adopt_pause(&message.pause_id, &message.data);
        for id in message.argument_values.iter().filter_map(Value::as_object) {
            let object = pause.known_object(id).expect("arguments come with the message");
            assert!(
                object.preview.is_some(),
                "and can be drawn without another question: {object:?}"
            );
        }
        for id in message.stack.iter().flatten() {
            assert!(pause.known_frame(id).is_some(), "frames come with the message");
        }
    }
    for message in spread(&messages, 8) {
        let pause = session.adopt_pause(&message.pause_id, &message.data);
        let frames = pause.until_ready(Pause::frames).await.unwrap();
        let ids: Vec<_> = frames.iter().map(|frame| frame.frame_id.clone()).collect();
        assert_eq!(
            message.stack.clone().unwrap_or_default(),
            ids,
            "the same stack as its pause has"
        );
        if let (Some(frame), Some(source_id)) = (frames.first(), &message.source_id) {
            assert_eq!(frame.location[0].source_id, *source_id);
        }
        for id in message.argument_values.iter().filter_map(Value::as_object) {
            pause
                .until_ready(|pause| pause.object(id, ObjectPreviewLevel::Full))
                .await
                .unwrap();
        }
    }
}

pub(crate) async fn ranges_cut_messages(subject: &Subject) {
    let Subject {
        session, endpoint, ..
    } = subject;
    let (messages, _) = session.find_messages().all().await.unwrap();
    let mut points: Vec<_> = messages.into_iter().map(|message| message.point.point).collect();
    points.sort();
    // A second session, for data that the first was sent is not sent to it again.
    let other = subject.connection.open_session(&subject.sample.id).await.unwrap();
    let whole = PointRange {
        begin: ExecutionPoint::beginning(),
        end: endpoint.point.clone(),
    };
    let mut found: Vec<_> = other.find_messages_in_range(whole).await.unwrap().messages;
    found.sort_by(|left, right| left.point.point.cmp(&right.point.point));
    assert_eq!(
        found
            .iter()
            .map(|message| &message.point.point)
            .collect::<Vec<_>>(),
        points.iter().collect::<Vec<_>>()
    );
    let Some(middle) = points.get(points.len() / 2) else {
        return;
    };
    let third = subject.connection.open_session(&subject.sample.id).await.unwrap();
    let part = PointRange {
        begin: middle.clone(),
        end: endpoint.point.clone(),
    };
    let found = third.find_messages_in_range(part).await.unwrap().messages;
    assert_eq!(
        found.len(),
        points.iter().filter(|point| *point >= middle).count()
    );
    for session in [other, third] {
        session.release().await.unwrap();
    }
}
