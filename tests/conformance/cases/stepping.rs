//! Where stepping leads.

use client::Pause;
use wire::{
    debugger::{
        BlackboxSource, FindResumeTarget, FindRewindTarget, Location, PauseDescription, PauseReason,
        RemoveBreakpoint, SetBreakpoint, SourceLocation, UnblackboxSource,
    },
    error::ErrorCode,
    point::ExecutionPoint,
    recording::TimeStampedPoint,
    session::PointRangeFocusRequest,
};

use crate::{
    hosts::Sample,
    subject::{Subject, refusal, spread},
};

pub(crate) fn wants(_sample: &Sample) -> bool {
    true
}

pub(crate) async fn over_and_back_over_lead_home(subject: &Subject) {
    let session = &subject.session;
    let mut n_pairs = 0;
    for point in subject.sample_points(15).await {
        let steps = session.get_point_frame_steps(&point.point).await.unwrap().steps;
        let pairs: Vec<_> = steps.windows(2).collect();
        for pair in spread(&pairs, 4) {
            let [from, to] = pair else {
                unreachable!("windows of two")
            };
            let over = session.find_step_over_target(&from.point).await.unwrap().target;
            assert_eq!(
                over.point, to.point,
                "over from {} is the frame's next step",
                from.point
            );
            assert_eq!(over.frame, to.frame);
            assert_eq!(over.reason, PauseReason::Step);
            let back = session
                .find_reverse_step_over_target(&to.point)
                .await
                .unwrap()
                .target;
            assert_eq!(
                back.point, from.point,
                "and back over from {} leads home",
                to.point
            );
            n_pairs += 1;
        }
        let last = steps.last().unwrap();
        let after = session.find_step_over_target(&last.point).await.unwrap().target;
        assert!(
            after.point > last.point,
            "after the last step it goes on in a caller, or to the end"
        );
    }
    assert!(n_pairs > 10);
}

pub(crate) async fn into_is_no_farther_than_over(subject: &Subject) {
    let session = &subject.session;
    let mut n_calls = 0;
    for point in subject.sample_points(40).await {
        let over = session.find_step_over_target(&point.point).await.unwrap().target;
        let into = session.find_step_in_target(&point.point).await.unwrap().target;
        assert!(into.point > point.point && over.point > point.point);
        assert!(
            into.point <= over.point,
            "from {}: into {} is beyond over {}",
            point.point,
            into.point,
            over.point
        );
        let (Some(depth), Some(into_depth)) = (point.frame_depth, into.frame_depth) else {
            continue;
        };
        if into.point < over.point {
            assert!(into_depth > depth, "what was stepped into is deeper");
            n_calls += 1;
            let out = session.find_step_out_target(&into.point).await.unwrap().target;
            assert!(out.point > into.point);
        }
    }
    assert!(n_calls > 0, "a call was among them");
}

pub(crate) async fn out_leads_to_a_caller(subject: &Subject) {
    let session = &subject.session;
    let mut n_returns = 0;
    for point in subject.sample_points(40).await {
        let out = session.find_step_out_target(&point.point).await.unwrap().target;
        assert!(out.point > point.point);
        let steps = session.get_point_frame_steps(&point.point).await.unwrap().steps;
        assert!(
            steps.iter().all(|step| step.point != out.point),
            "out of the frame, not on in it"
        );
        if out.reason == PauseReason::Endpoint {
            continue;
        }
        let callers = session.get_point_stack(&point.point, 1000).await.unwrap().frames;
        if callers.len() == 1 {
            // Nothing is below a function that went on after an `await`: who awaits it goes on, and had begun before.
            let steps = session.get_point_frame_steps(&out.point).await.unwrap().steps;
            assert!(
                steps.iter().any(|step| step.point < point.point),
                "{} is a step of what awaits {}",
                out.point,
                point.point
            );
            continue;
        }
        let mut is_callers = false;
        for caller in callers.iter().skip(1).filter_map(|frame| frame.point.as_ref()) {
            let steps = session.get_point_frame_steps(&caller.point).await.unwrap().steps;
            is_callers |= steps.iter().any(|step| step.point == out.point);
        }
        assert!(
            is_callers,
            "{} is a step of one of the callers of {}",
            out.point, point.point
        );
        n_returns += 1;
    }
    assert!(n_returns > 0, "a call that returned was among them");
}

pub(crate) async fn the_ends_are_reached(subject: &Subject) {
    let Subject {
        session, endpoint, ..
    } = subject;
    let over = session
        .find_step_over_target(&endpoint.point)
        .await
        .unwrap()
        .target;
    assert_eq!(
        (over.reason, over.point),
        (PauseReason::Endpoint, endpoint.point.clone())
    );
    let beginning = ExecutionPoint::beginning();
    let back = session
        .find_reverse_step_over_target(&beginning)
        .await
        .unwrap()
        .target;
    assert_eq!(
        (back.reason, back.point),
        (PauseReason::Endpoint, beginning.clone())
    );
    let first = session.find_step_in_target(&beginning).await.unwrap().target;
    assert!(first.point > beginning);
    let pause = subject.pause(&beginning).await;
    assert_eq!(
        pause.until_ready(Pause::frames).await.unwrap().len(),
        0,
        "nothing runs at the beginning"
    );
}

/// Some location that ran between twice and a hundred times, and its points.
async fn a_location(subject: &Subject) -> (Location, Vec<ExecutionPoint>) {
    for script in subject.scripts().await {
        let hits = subject.hits(&script.source_id).await;
        if let Some((location, _)) = hits.into_iter().find(|(_, hits)| (2..100).contains(hits)) {
            let points = subject.points_at(&location).await;
            return (location, points.into_iter().map(|point| point.point).collect());
        }
    }
    panic!("everything ran once or too often");
}

async fn resume(subject: &Subject, point: &ExecutionPoint) -> PauseDescription {
    let point = point.clone();
    let found = subject.session.call(&FindResumeTarget { point }).await;
    found.unwrap().target
}

async fn rewind(subject: &Subject, point: &ExecutionPoint) -> PauseDescription {
    let point = point.clone();
    let found = subject.session.call(&FindRewindTarget { point }).await;
    found.unwrap().target
}

pub(crate) async fn running_stops_where_a_breakpoint_is(subject: &Subject) {
    let session = &subject.session;
    let (location, points) = a_location(subject).await;
    // No sample has a `debugger` statement: without breakpoints nothing stops it.
    assert_eq!(resume(subject, &points[0]).await.reason, PauseReason::Endpoint);
    let set = SetBreakpoint {
        location: location.clone(),
        condition: None,
    };
    let breakpoint_id = session.call(&set).await.unwrap().breakpoint_id;
    let mut at = ExecutionPoint::beginning();
    for point in &points {
        let target = resume(subject, &at).await;
        assert_eq!((&target.point, &target.reason), (point, &PauseReason::Breakpoint));
        assert_eq!(target.frame.unwrap()[0], location);
        at = target.point;
    }
    assert_eq!(resume(subject, &at).await.point, subject.endpoint.point);
    for point in points.iter().rev().skip(1) {
        let target = rewind(subject, &at).await;
        assert_eq!((&target.point, &target.reason), (point, &PauseReason::Breakpoint));
        at = target.point;
    }
    let start = rewind(subject, &at).await;
    assert_eq!(
        (start.point, start.reason),
        (ExecutionPoint::beginning(), PauseReason::Endpoint)
    );
    session
        .call(&RemoveBreakpoint {
            breakpoint_id: breakpoint_id.clone(),
        })
        .await
        .unwrap();
    assert_eq!(resume(subject, &points[0]).await.reason, PauseReason::Endpoint);
    let (code, _) = refusal(session.call(&RemoveBreakpoint { breakpoint_id }).await);
    assert_eq!(code, ErrorCode::COMMAND_FAILED, "it is gone");
}

pub(crate) async fn conditions_decide_where_a_breakpoint_stops(subject: &Subject) {
    let session = &subject.session;
    let (location, points) = a_location(subject).await;
    for (condition, holds) in [("1 + 1 > 3", false), ("'text'.length === 4", true)] {
        let set = SetBreakpoint {
            location: location.clone(),
            condition: Some(condition.to_owned()),
        };
        let breakpoint_id = session.call(&set).await.unwrap().breakpoint_id;
        let target = resume(subject, &points[0]).await;
        let expected = if holds {
            &points[1]
        } else {
            &subject.endpoint.point
        };
        assert_eq!(target.point, *expected, "{condition}");
        session.call(&RemoveBreakpoint { breakpoint_id }).await.unwrap();
    }
}

pub(crate) async fn blackboxed_sources_are_passed_over(subject: &Subject) {
    let session = &subject.session;
    let (location, points) = a_location(subject).await;
    let set = SetBreakpoint {
        location: location.clone(),
        condition: None,
    };
    session.call(&set).await.unwrap();
    let source_id = location.source_id.clone();
    let here = Some(SourceLocation {
        line: location.line,
        column: location.column,
    });
    let blackbox = BlackboxSource {
        source_id: source_id.clone(),
        begin: None,
        end: None,
    };
    session.call(&blackbox).await.unwrap();
    let beginning = ExecutionPoint::beginning();
    assert_eq!(resume(subject, &beginning).await.reason, PauseReason::Endpoint);
    for point in subject.sample_points(10).await {
        let over = session.find_step_over_target(&point.point).await.unwrap().target;
        let into = session.find_step_in_target(&point.point).await.unwrap().target;
        for target in [over, into] {
            let is_there = target.frame.is_some_and(|frame| frame[0].source_id == source_id);
            assert!(
                !is_there || target.reason == PauseReason::Endpoint,
                "from {}",
                point.point
            );
        }
    }
    let unblackbox = UnblackboxSource {
        source_id,
        begin: here,
        end: here,
    };
    session.call(&unblackbox).await.unwrap();
    assert_eq!(resume(subject, &beginning).await.point, points[0]);
}

pub(crate) async fn targets_outside_the_focus_window_are_refused(subject: &Subject) {
    let session = &subject.session;
    let (_, points) = a_location(subject).await;
    let stamped = |point: &ExecutionPoint| {
        Some(TimeStampedPoint {
            point: point.clone(),
            time: 0.0,
        })
    };
    let request = PointRangeFocusRequest {
        begin: stamped(&points[0]),
        end: stamped(&points[1]),
        bias: None,
    };
    session.request_focus_window(request).await.unwrap();
    let point = points[1].clone();
    let (code, _) = refusal(session.call(&FindResumeTarget { point }).await);
    assert_eq!(code, ErrorCode::RECORDING_UNLOADED);
    let (code, _) = refusal(session.find_step_over_target(&points[1]).await);
    assert_eq!(code, ErrorCode::RECORDING_UNLOADED);
}
