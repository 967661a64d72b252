//! Where stepping leads.

use client::Pause;
use wire::{debugger::PauseReason, point::ExecutionPoint};

use crate::{
    hosts::Sample,
    subject::{Subject, spread},
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
