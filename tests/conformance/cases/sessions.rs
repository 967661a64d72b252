//! Sessions: made, kept apart, told what is loaded, ended.

use futures::{FutureExt, StreamExt};
use wire::{
    error::ErrorCode,
    ids::{RecordingId, SessionId},
    point::ExecutionPoint,
    recording::{GlobalExperimentalCommand, ProcessRecording, ProcessRecordingProgress, TimeStampedPoint},
    session::{
        EnsureRoutineAnnotations, ExperimentalCommand, FocusWindowRequest, HasAnnotationKind, LoadedRegions,
        PointRangeFocusRequest,
    },
};

use crate::{
    hosts::Sample,
    subject::{Subject, connect, refusal},
};

pub(crate) fn wants(_sample: &Sample) -> bool {
    true
}

pub(crate) async fn recordings_open_and_sessions_are_independent(subject: &Subject) {
    let Subject {
        connection,
        session,
        sample,
        endpoint,
        ..
    } = subject;
    assert!(endpoint.point > ExecutionPoint::beginning());
    assert!(endpoint.time > 0.0);
    let build_id = session.get_build_id().await.unwrap().build_id;
    let parts: Vec<&str> = build_id.as_str().split('-').collect();
    assert!(parts.len() >= 4, "{build_id} is not platform-runtime-date-…");
    assert!(["chromium", "node"].contains(&parts[1]), "{build_id}");
    assert!(
        parts[2].len() == 8 && parts[2].bytes().all(|byte| byte.is_ascii_digit()),
        "{build_id}"
    );

    let other = connection.open_session(&sample.id).await.unwrap();
    assert_ne!(other.id(), session.id());
    other.release().await.unwrap();
    assert_eq!(
        session.get_endpoint().await.unwrap().endpoint,
        *endpoint,
        "this one is not touched by the other's end"
    );
}

pub(crate) async fn unknown_sessions_and_recordings_are_refused(subject: &Subject) {
    let connection = &subject.connection;
    let nowhere = RecordingId::from("00000000-0000-4000-8000-000000000000");
    let (code, message) = refusal(connection.open_session(&nowhere).await);
    assert_eq!(code, ErrorCode::UNKNOWN_RECORDING, "{message}");
    assert!(message.contains(nowhere.as_str()), "{message}");
    let nobody = connection.session(&SessionId::from("nobody's"));
    let (code, _) = refusal(nobody.get_endpoint().await);
    assert_eq!(code, ErrorCode::UNKNOWN_SESSION);
    let (code, _) = refusal(nobody.find_messages().all().await);
    assert_eq!(code, ErrorCode::UNKNOWN_SESSION, "streams are refused alike");
    let (code, _) = refusal(nobody.create_pause(&subject.endpoint.point).await);
    assert_eq!(code, ErrorCode::UNKNOWN_SESSION);
}

pub(crate) async fn released_sessions_are_unknown(subject: &Subject) {
    let Subject {
        connection,
        sample,
        host,
        session,
        ..
    } = subject;
    let released = connection.open_session(&sample.id).await.unwrap();
    let id = released.id().clone();
    released.release().await.unwrap();
    drop(released);
    let (code, _) = refusal(connection.session(&id).get_endpoint().await);
    assert_eq!(code, ErrorCode::UNKNOWN_SESSION);

    // A session belongs to its connection.
    let (stranger, traffic) = connect(host).await;
    if let Err(error) = stranger.session(session.id()).get_endpoint().await {
        assert!(error.is_session_gone(), "{error}");
    }
    traffic.check();
    session.get_endpoint().await.unwrap();
}

pub(crate) async fn loading_is_told_until_the_end(subject: &Subject) {
    let Subject {
        session, endpoint, ..
    } = subject;
    let mut load = session.listen_for_load_changes();
    let mut progress = session.listen_for_processing_progress();
    session.ensure_processed().await.unwrap();
    let mut last_end = ExecutionPoint::beginning();
    loop {
        let LoadedRegions {
            loaded,
            loading,
            indexed,
        } = load.next().await.expect("it goes on to the end");
        for region in loaded.iter().chain(&indexed) {
            assert!(region.begin.point <= region.end.point);
            let is_within = loading
                .iter()
                .any(|outer| outer.begin.point <= region.begin.point && region.end.point <= outer.end.point);
            assert!(is_within, "{region:?} is not among what is loading: {loading:?}");
        }
        let Some(region) = loaded.last() else { continue };
        assert!(
            region.end.point >= last_end,
            "what is loaded does not shrink by itself"
        );
        last_end = region.end.point.clone();
        if region.end.point == endpoint.point {
            assert_eq!(loaded[0].begin, TimeStampedPoint::default());
            assert_eq!(region.end, *endpoint);
            assert_eq!(indexed.last().map(|region| &region.end), Some(endpoint));
            break;
        }
    }
    let mut last_percent = 0.0;
    while last_percent < 100.0 {
        let percent = progress.next().await.expect("it goes on to the end");
        assert!(
            (last_percent..=100.0).contains(&percent),
            "{percent} after {last_percent}"
        );
        last_percent = percent;
    }
    // One who comes late is told at once.
    let regions = session.listen_for_load_changes().next().await.unwrap();
    assert_eq!(regions.loaded.last().map(|region| &region.end), Some(endpoint));
}

pub(crate) async fn focus_windows_lie_within_what_was_asked(subject: &Subject) {
    let Subject {
        session, endpoint, ..
    } = subject;
    let whole = session.get_focus_window().await.unwrap().window;
    assert_eq!(whole.begin, TimeStampedPoint::default());
    assert_eq!(whole.end, *endpoint);
    let third = endpoint.time / 3.0;
    let begin = session.get_points_bounding_time(third).await.unwrap().before;
    let end = session.get_points_bounding_time(2.0 * third).await.unwrap().after;
    let request = PointRangeFocusRequest {
        begin: Some(begin.clone()),
        end: Some(end.clone()),
        bias: None,
    };
    let window = session.request_focus_window(request).await.unwrap().window;
    assert!(
        window.begin.point >= begin.point && window.end.point <= end.point,
        "{window:?}"
    );
    assert!(window.begin.point <= window.end.point);
    assert_eq!(session.get_focus_window().await.unwrap().window, window);
    let near = session.get_point_near_time(endpoint.time).await.unwrap().point;
    assert_eq!(near, *endpoint, "times outside the window still have points");
    let everything = session
        .request_focus_range(FocusWindowRequest::default())
        .await
        .unwrap()
        .window;
    assert_eq!(everything, whole);
}

pub(crate) async fn two_sessions_get_the_same_answers(subject: &Subject) {
    let other = subject.connection.open_session(&subject.sample.id).await.unwrap();
    for point in subject.sample_points(5).await {
        let mut answers = Vec::new();
        for session in [&subject.session, &other] {
            let pause = session.create_pause(&point.point).await.unwrap();
            let frames = pause.until_ready(client::Pause::frames).await.unwrap();
            let places: Vec<_> = frames
                .iter()
                .map(|frame| (frame.function_name.clone(), frame.location.clone()))
                .collect();
            let mut variables = Vec::new();
            for scope in pause.until_ready(|pause| pause.scopes(&frames[0])).await.unwrap() {
                for binding in scope.bindings.iter().flatten() {
                    // Ids may differ; whether it is an object may not.
                    let value = binding
                        .value
                        .as_object()
                        .map_or(Some(binding.value.clone()), |_id| None);
                    variables.push((binding.name.clone(), value));
                }
            }
            answers.push((places, variables));
        }
        assert_eq!(answers[0], answers[1], "at {}", point.point);
    }
}

pub(crate) async fn recordings_are_processed_without_a_session(subject: &Subject) {
    let Subject {
        connection, sample, ..
    } = subject;
    let mut told = connection.events::<ProcessRecordingProgress>();
    let process = |recording_id: &RecordingId| ProcessRecording {
        recording_id: recording_id.clone(),
        experimental_settings: None,
    };
    connection.call(&process(&sample.id)).await.unwrap();
    let mut last = 0.0;
    while let Some(Some(ProcessRecordingProgress {
        recording_id,
        progress_percent,
    })) = told.next().now_or_never()
    {
        assert_eq!(recording_id, sample.id);
        assert!(last <= progress_percent && progress_percent <= 100.0);
        last = progress_percent;
    }
    assert_eq!(last, 100.0, "the end is told before the answer");
    let nowhere = RecordingId::from("00000000-0000-4000-8000-000000000000");
    let (code, _) = refusal(connection.call(&process(&nowhere)).await);
    assert_eq!(code, ErrorCode::UNKNOWN_RECORDING);
}

pub(crate) async fn annotations_are_those_of_their_kinds(subject: &Subject) {
    let session = &subject.session;
    session.call(&EnsureRoutineAnnotations {}).await.unwrap();
    let kinds = session.get_annotation_kinds().await.unwrap().kinds;
    let has = |kind: &str| {
        session.call(&HasAnnotationKind {
            kind: kind.to_owned(),
        })
    };
    for kind in &kinds {
        assert!(has(kind).await.unwrap().has_kind);
        let (annotations, _) = session.find_annotations(kind).flat().await.unwrap();
        assert!(!annotations.is_empty());
        assert!(annotations.iter().all(|annotation| annotation.kind == *kind));
    }
    assert!(!has("nobody's").await.unwrap().has_kind);
    let (none, _) = session.find_annotations("nobody's").flat().await.unwrap();
    assert!(none.is_empty());
}

pub(crate) async fn what_is_outside_the_protocol_is_refused_by_name(subject: &Subject) {
    let name = "flyToTheMoon".to_owned();
    let params = None;
    let command = ExperimentalCommand {
        name: name.clone(),
        params: params.clone(),
    };
    let (code, message) = refusal(subject.session.call(&command).await);
    assert_eq!(code, ErrorCode::COMMAND_FAILED);
    assert!(message.contains(&name), "{message}");
    let command = GlobalExperimentalCommand {
        name: name.clone(),
        params,
    };
    let (code, message) = refusal(subject.connection.call(&command).await);
    assert_eq!(code, ErrorCode::COMMAND_FAILED);
    assert!(message.contains(&name), "{message}");
}
