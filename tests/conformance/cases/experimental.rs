//! Commands outside the protocol, as `docs/experimental-commands.md` has them.

use client::{CallError, Pause};
use recording::event::MessageSource;
use serde::{Serialize, de::DeserializeOwned};
use wire::{
    debugger::PauseReason,
    error::ErrorCode,
    experimental::{
        ABOUT, ACTIVITY, About, AboutResult, Activity, ActivityResult, CONSOLE_CALLS, ConsoleCalls,
        ConsoleCallsResult, FIND_WRITES, FindWrites, FindWritesResult, LIVE_STATE, LiveState,
        LiveStateResult, OBJECT_AT, ObjectAt, ObjectAtResult, PAUSE_AT, PauseAt, PauseAtResult, PropertyRef,
        StepKind, VariableRef, WriteKind,
    },
    pause::{NamedValue, ObjectPreviewLevel, ScopeType, Value},
    point::ExecutionPoint,
    session::ExperimentalCommand,
};

use crate::{
    hosts::Sample,
    subject::{Subject, refusal, spread},
};

pub(crate) fn wants(sample: &Sample) -> bool {
    sample.is_here()
}

async fn ask<R: DeserializeOwned>(
    subject: &Subject,
    name: &str,
    params: &impl Serialize,
) -> Result<R, CallError> {
    let command = ExperimentalCommand {
        name: name.to_owned(),
        params: Some(serde_json::to_value(params).unwrap()),
    };
    let rval = subject.session.call(&command).await?.rval.unwrap();
    Ok(serde_json::from_value(rval).unwrap())
}

fn about(pause: &Pause) -> FindWrites {
    FindWrites {
        pause_id: pause.id().clone(),
        variable: None,
        property: None,
        object: None,
        begin: None,
        end: None,
        backward: false,
        max_count: None,
        from: None,
    }
}

/// What asks about each variable that the youngest frame sees, and what it holds.
async fn variables(pause: &Pause) -> Vec<(FindWrites, NamedValue)> {
    let frames = pause.until_ready(Pause::frames).await.unwrap();
    let Some(frame) = frames.first() else {
        return Vec::new();
    };
    let scopes = pause.until_ready(|pause| pause.scopes(frame)).await.unwrap();
    let bindings = scopes.iter().flat_map(|scope| {
        let bindings = scope.bindings.iter().flatten();
        bindings.map(|binding| {
            let variable = VariableRef {
                name: binding.name.clone(),
                frame_id: None,
                scope_id: Some(scope.scope_id.clone()),
                use_original_scopes: false,
            };
            let params = FindWrites {
                variable: Some(variable),
                ..about(pause)
            };
            (params, binding.clone())
        })
    });
    bindings.collect()
}

/// The last write of all that are to be seen at a point; None where the server says that there is no history.
async fn last_write(
    subject: &Subject,
    params: FindWrites,
    point: &ExecutionPoint,
) -> Option<FindWritesResult> {
    let params = FindWrites {
        end: Some(point.clone()),
        backward: true,
        max_count: Some(1),
        ..params
    };
    match ask::<FindWritesResult>(subject, FIND_WRITES, &params).await {
        Ok(answer) => Some(answer),
        Err(CallError::Protocol { error, .. }) if error.code == ErrorCode::COMMAND_FAILED => None,
        Err(error) => panic!("{params:?}: {error}"),
    }
}

pub(crate) async fn a_variable_holds_what_was_written_last(subject: &Subject) {
    let mut n_written = 0;
    for at in subject.sample_points(15).await {
        let pause = subject.pause(&at.point).await;
        let variables = variables(&pause).await;
        for (params, binding) in spread(&variables, 40) {
            if matches!(binding.value, Value::Uninitialized | Value::Unavailable) {
                continue;
            }
            let Some(answer) = last_write(subject, params.clone(), &at.point).await else {
                continue;
            };
            match answer.writes.first() {
                Some(write) => {
                    n_written += 1;
                    assert_eq!(
                        write.value.as_ref(),
                        Some(&binding.value),
                        "{binding:?} at {}",
                        at.point
                    );
                    assert!(write.after.point <= at.point, "{write:?} is seen at {}", at.point);
                    assert!(write.point.point <= write.after.point, "{write:?}");
                }
                None => assert_eq!(
                    binding.value,
                    Value::Undefined,
                    "{} was never written",
                    binding.name
                ),
            }
        }
    }
    assert!(n_written > 0, "some variable was written");
}

pub(crate) async fn pages_of_writes_make_up_the_whole(subject: &Subject) {
    let mut most: Option<(FindWrites, FindWritesResult)> = None;
    for at in subject.sample_points(8).await {
        let pause = subject.pause(&at.point).await;
        for (params, _) in variables(&pause).await {
            let Ok(whole) = ask::<FindWritesResult>(subject, FIND_WRITES, &params).await else {
                continue;
            };
            let n_most = most.as_ref().map_or(0, |(_, most)| most.writes.len());
            if whole.next.is_none() && whole.writes.len() > n_most {
                most = Some((params, whole));
            }
        }
    }
    let (params, whole) = most.expect("some variable was written");
    let whole: Vec<_> = whole
        .writes
        .iter()
        .map(|write| (&write.after, &write.kind))
        .collect();
    for backward in [false, true] {
        let mut params = FindWrites {
            backward,
            max_count: Some(2),
            ..params.clone()
        };
        let mut found = Vec::new();
        loop {
            let page: FindWritesResult = ask(subject, FIND_WRITES, &params).await.unwrap();
            assert!(page.writes.len() <= 2);
            found.extend(page.writes.into_iter().map(|write| (write.after, write.kind)));
            match page.next {
                Some(next) => params.from = Some(next),
                None => break,
            }
        }
        if backward {
            found.reverse();
        }
        let found: Vec<_> = found.iter().map(|(after, kind)| (after, kind)).collect();
        assert_eq!(found, whole);
    }
}

pub(crate) async fn an_object_holds_what_was_written_last(subject: &Subject) {
    let mut n_written = 0;
    for at in subject.sample_points(15).await {
        let pause = subject.pause(&at.point).await;
        let variables = variables(&pause).await;
        let objects = variables
            .iter()
            .filter_map(|(_, binding)| binding.value.as_object());
        let objects: Vec<_> = objects.collect();
        for object in spread(&objects, 6) {
            let shown = pause
                .until_ready(|pause| pause.object(object, ObjectPreviewLevel::Full))
                .await
                .unwrap();
            let preview = shown.preview.clone().unwrap_or_default();
            let properties = preview.properties.unwrap_or_default();
            for property in spread(&properties, 5) {
                if property.get.is_some() || property.set.is_some() || property.value == Value::Unavailable {
                    continue;
                }
                let property_ref = PropertyRef {
                    object: (*object).clone(),
                    name: property.name.clone(),
                    is_symbol: property.is_symbol,
                };
                let params = FindWrites {
                    property: Some(property_ref),
                    ..about(&pause)
                };
                let Some(answer) = last_write(subject, params, &at.point).await else {
                    continue;
                };
                if let Some(write) = answer.writes.first() {
                    n_written += 1;
                    assert_eq!(
                        write.value.as_ref(),
                        Some(&property.value),
                        "{property:?} of {object} at {}",
                        at.point
                    );
                    assert_ne!(write.kind, WriteKind::Delete);
                }
            }
        }
    }
    assert!(n_written > 0, "some property was written");
}

pub(crate) async fn an_object_is_seen_at_another_point(subject: &Subject) {
    let mut n_seen = 0;
    for at in subject.sample_points(10).await {
        let pause = subject.pause(&at.point).await;
        let variables = variables(&pause).await;
        let objects = variables
            .iter()
            .filter_map(|(_, binding)| binding.value.as_object());
        let objects: Vec<_> = objects.collect();
        for object in spread(&objects, 4) {
            let shown = pause
                .until_ready(|pause| pause.object(object, ObjectPreviewLevel::Full))
                .await
                .unwrap();
            let mut params = ObjectAt {
                pause_id: pause.id().clone(),
                object_id: (*object).clone(),
                at: at.point.clone(),
            };
            let same: ObjectAtResult = ask(subject, OBJECT_AT, &params).await.unwrap();
            assert_ne!(&same.pause_id, pause.id());
            let other = same
                .data
                .objects
                .iter()
                .find(|other| Some(&other.object_id) == same.object_id.as_ref());
            assert_eq!(other.map(|other| &other.class_name), Some(&shown.class_name));
            params.at = subject.endpoint.point.clone();
            let later: ObjectAtResult = ask(subject, OBJECT_AT, &params).await.unwrap();
            assert_eq!(
                later.object_id.as_ref(),
                Some(*object),
                "what was shown once is known for good"
            );
            n_seen += 1;
        }
        let unknown = ObjectAt {
            pause_id: pause.id().clone(),
            object_id: wire::ids::ObjectId::from("no such"),
            at: at.point.clone(),
        };
        let (code, _) = refusal(ask::<ObjectAtResult>(subject, OBJECT_AT, &unknown).await);
        assert_eq!(code, ErrorCode::COMMAND_FAILED);
    }
    assert!(n_seen > 0, "some object was shown");
}

/// Clients find out by this sentence whether a server knows the command.
pub(crate) async fn a_question_about_nothing_tells_who_knows_the_command(subject: &Subject) {
    let pause = subject.pause(&subject.endpoint.point).await;
    let refused = refusal(ask::<FindWritesResult>(subject, FIND_WRITES, &about(&pause)).await);
    assert_eq!(refused.0, ErrorCode::COMMAND_FAILED);
    assert_eq!(
        refused.1,
        "findWrites: exactly one of variable, property and object says what to look for"
    );
    let refused = refusal(ask::<FindWritesResult>(subject, "findNothing", &about(&pause)).await);
    assert_eq!(
        refused,
        (
            ErrorCode::COMMAND_FAILED,
            "this server has no experimental command \"findNothing\"".to_owned()
        )
    );
}

pub(crate) async fn a_pause_brings_along_what_is_seen_first(subject: &Subject) {
    let mut n_scopes = 0;
    for at in subject.sample_points(10).await {
        let mut params = PauseAt {
            point: at.point.clone(),
            step: None,
            scope_count: Some(2),
        };
        let brought: PauseAtResult = ask(subject, PAUSE_AT, &params).await.unwrap();
        assert_eq!(brought.target, None);
        let first = subject
            .session
            .adopt_pause(&brought.pause_id.unwrap(), &brought.data);
        // Asked one by one, it is the same.
        let pause = subject.pause(&at.point).await;
        let frames = pause.until_ready(Pause::frames).await.unwrap();
        let ids: Vec<_> = frames.iter().map(|frame| frame.frame_id.clone()).collect();
        assert_eq!(brought.frames, ids);
        for frame in &frames {
            assert_eq!(first.known_frame(&frame.frame_id).as_deref(), Some(&**frame));
        }
        let scopes = frames
            .first()
            .map(|frame| client::scope_ids(frame))
            .unwrap_or_default();
        for id in scopes.iter().take(2) {
            let scope = pause.until_ready(|pause| pause.scope_of(id)).await.unwrap();
            if scope.scope_type != ScopeType::Global {
                assert_eq!(
                    first.known_scope(id).and_then(|scope| scope.ready()).as_deref(),
                    Some(&*scope)
                );
                n_scopes += 1;
            }
        }

        for (step, expected) in [
            (
                StepKind::Over,
                subject
                    .session
                    .find_step_over_target(&at.point)
                    .await
                    .map(|answer| answer.target),
            ),
            (
                StepKind::In,
                subject
                    .session
                    .find_step_in_target(&at.point)
                    .await
                    .map(|answer| answer.target),
            ),
            (
                StepKind::Out,
                subject
                    .session
                    .find_step_out_target(&at.point)
                    .await
                    .map(|answer| answer.target),
            ),
            (
                StepKind::ReverseOver,
                subject
                    .session
                    .find_reverse_step_over_target(&at.point)
                    .await
                    .map(|answer| answer.target),
            ),
        ] {
            params.step = Some(step);
            let stepped: PauseAtResult = ask(subject, PAUSE_AT, &params).await.unwrap();
            let target = stepped.target.unwrap();
            assert_eq!(target, expected.unwrap());
            assert_eq!(stepped.pause_id.is_none(), target.reason == PauseReason::Endpoint);
        }
        params.step = Some(StepKind::Other("aside".into()));
        let (code, _) = refusal(ask::<PauseAtResult>(subject, PAUSE_AT, &params).await);
        assert_eq!(code, ErrorCode::COMMAND_FAILED);
    }
    assert!(n_scopes > 0, "some scope came along");
}

pub(crate) async fn methods_of_the_console_are_told(subject: &Subject) {
    let rows = subject.sample.open().messages().unwrap();
    let by_level = ["log", "warn", "error", "trace", "assert"];
    let calls = rows.iter().filter(|row| {
        row.event.source == MessageSource::ConsoleApi && !by_level.contains(&&*row.event.method)
    });
    let expected: Vec<_> = calls
        .map(|row| (row.point.to_string(), row.event.method.to_string()))
        .collect();
    let mut params = ConsoleCalls {
        max_count: Some(3),
        ..ConsoleCalls::default()
    };
    let mut told = Vec::new();
    loop {
        let page: ConsoleCallsResult = ask(subject, CONSOLE_CALLS, &params).await.unwrap();
        told.extend(
            page.calls
                .into_iter()
                .map(|call| (call.point.to_string(), call.method)),
        );
        match page.next_begin {
            Some(next) => params.begin = Some(next),
            None => break,
        }
    }
    assert_eq!(told, expected);
}

pub(crate) async fn a_finished_recording_is_not_being_made(subject: &Subject) {
    let state: LiveStateResult = ask(subject, LIVE_STATE, &LiveState {}).await.unwrap();
    assert!(!state.is_live);
}

pub(crate) async fn nothing_was_done_to_a_recording_as_it_was_made(subject: &Subject) {
    let about: AboutResult = ask(subject, ABOUT, &About {}).await.unwrap();
    assert_eq!(about.made_from, None);
    assert_eq!(
        (about.left_out, about.is_part, about.begin),
        (Vec::new(), false, None)
    );
    assert_eq!(about.redactions, subject.sample.open().manifest().redactions);
    assert_eq!(about.comments, None);
}

pub(crate) async fn steps_by_time_make_up_the_whole(subject: &Subject) {
    let reader = subject.sample.open();
    let n_all: u64 = reader.chunks().iter().map(|chunk| chunk.n_steps).sum();
    let end_ms = reader.duration().as_millis();
    let steps = async |begin, end, n_parts| {
        let params = Activity { begin, end, n_parts };
        ask::<ActivityResult>(subject, ACTIVITY, &params).await
    };
    let whole = steps(None, None, 1).await.unwrap();
    assert_eq!((whole.begin, whole.end), (0.0, end_ms));
    assert_eq!(whole.steps, [n_all]);
    for n_parts in [2, 7, 500, 4_096] {
        let parts = steps(None, None, n_parts).await.unwrap().steps;
        assert_eq!(
            (parts.len(), parts.iter().sum::<u64>()),
            (n_parts as usize, n_all)
        );
    }
    // What lies outside of the recording is left out, and two halves have what the whole has.
    let beyond = steps(Some(-5.0), Some(end_ms + 1e6), 16).await.unwrap();
    assert_eq!((beyond.begin, beyond.end), (0.0, end_ms));
    assert_eq!(beyond.steps.iter().sum::<u64>(), n_all);
    let middle = Some((end_ms / 2.0 * 1000.0).round() / 1000.0);
    // As fine as that every chunk's own clock is asked.
    let [before, after] = [
        steps(None, middle, 4_096).await.unwrap().steps,
        steps(middle, None, 4_096).await.unwrap().steps,
    ];
    assert_eq!(before.iter().chain(&after).sum::<u64>(), n_all);

    for n_parts in [0, 4_097] {
        let (code, _) = refusal(steps(None, None, n_parts).await);
        assert_eq!(code, ErrorCode::COMMAND_FAILED);
    }
}

pub(crate) async fn steps_by_time_are_where_points_are(subject: &Subject) {
    // Each step of a site that ran is in the part that its time lies in: no part with a step in it is empty.
    let reader = subject.sample.open();
    let (end_ms, n_parts) = (reader.duration().as_millis(), 64_u32);
    let params = Activity {
        begin: None,
        end: None,
        n_parts,
    };
    let parts: ActivityResult = ask(subject, ACTIVITY, &params).await.unwrap();
    let part_ms = end_ms / f64::from(n_parts);
    for row in reader.messages().unwrap().iter().take(50) {
        if row.event.source != MessageSource::ConsoleApi {
            continue;
        }
        // A message is printed by a step that began at most a part before.
        let part = ((row.time.as_millis() / part_ms) as usize).min(n_parts as usize - 1);
        let near = &parts.steps[part.saturating_sub(1)..=part];
        assert!(
            near.iter().sum::<u64>() > 0,
            "nothing ran before the message at {}",
            row.point
        );
    }
}
