//! Points and times, and the searches that find points.

use std::collections::{BTreeMap, BTreeSet};

use wire::{
    point::ExecutionPoint,
    session::{PointPageLimits, PointSelector},
};

use crate::{
    hosts::Sample,
    subject::{Subject, assert_rising, spread},
};

pub(crate) fn wants(_sample: &Sample) -> bool {
    true
}

pub(crate) async fn times_and_points_correspond(subject: &Subject) {
    let Subject {
        session, endpoint, ..
    } = subject;
    let mut last = ExecutionPoint::beginning();
    for idx in 0..=20_u32 {
        let time = endpoint.time * f64::from(idx) / 20.0;
        let (near, bounds) = futures::future::join(
            session.get_point_near_time(time),
            session.get_points_bounding_time(time),
        )
        .await;
        let (near, bounds) = (near.unwrap().point, bounds.unwrap());
        assert!(near.point >= last, "later times have later points");
        assert!(
            bounds.before.time <= time && time <= bounds.after.time,
            "{bounds:?} do not bound {time}"
        );
        assert!(bounds.before.point <= bounds.after.point);
        let distance = |point: &wire::recording::TimeStampedPoint| (point.time - time).abs();
        let nearest = distance(&bounds.before).min(distance(&bounds.after));
        assert!(
            distance(&near) <= nearest + 1e-6,
            "{near:?} is farther from {time} than {bounds:?}"
        );
        last = near.point;
    }
    assert_eq!(
        session.get_point_near_time(0.0).await.unwrap().point.point,
        ExecutionPoint::beginning()
    );
    assert_eq!(
        session
            .get_point_near_time(endpoint.time + 1e9)
            .await
            .unwrap()
            .point,
        *endpoint
    );
    assert_eq!(session.get_point_near_time(-5.0).await.unwrap().point.time, 0.0);
}

pub(crate) async fn points_rise_with_time_everywhere(subject: &Subject) {
    let Subject {
        session, endpoint, ..
    } = subject;
    let mut all: Vec<(ExecutionPoint, f64)> = Vec::new();
    let (messages, _) = session.find_messages().all().await.unwrap();
    all.extend(
        messages
            .into_iter()
            .map(|message| (message.point.point, message.point.time)),
    );
    let (paints, _) = session.find_paints().flat().await.unwrap();
    all.extend(paints.into_iter().map(|paint| (paint.point, paint.time)));
    let (events, _) = session.find_mouse_events().flat().await.unwrap();
    all.extend(events.into_iter().map(|event| (event.point, event.time)));
    let (events, _) = session.find_keyboard_events().flat().await.unwrap();
    all.extend(events.into_iter().map(|event| (event.point, event.time)));
    let (events, _) = session.find_navigation_events().flat().await.unwrap();
    all.extend(events.into_iter().map(|event| (event.point, event.time)));
    all.extend(
        subject
            .sample_points(60)
            .await
            .into_iter()
            .map(|point| (point.point, point.time)),
    );
    for idx in 0..20_u32 {
        let near = session
            .get_point_near_time(endpoint.time * f64::from(idx) / 20.0)
            .await
            .unwrap()
            .point;
        all.push((near.point, near.time));
    }
    assert!(all.len() > 40);
    assert_rising("all points together", &mut all, endpoint);
}

pub(crate) async fn pages_of_points_make_up_the_whole(subject: &Subject) {
    let mut n_paged = 0;
    for script in subject.scripts().await {
        let hits = subject.hits(&script.source_id).await;
        for (location, n_hits) in spread(&hits, 4).into_iter().filter(|(_, n_hits)| *n_hits > 2) {
            let selector = PointSelector::Location {
                location: location.clone(),
                on_stack_frame: None,
            };
            let whole = subject.points(selector.clone()).await;
            let (mut paged, mut begin) = (Vec::new(), None);
            let max_count = n_hits.div_ceil(3);
            loop {
                let limits = PointPageLimits {
                    begin: begin.clone(),
                    end: None,
                    max_count: Some(max_count),
                };
                let (page, answer) = subject
                    .session
                    .find_points(selector.clone(), Some(limits))
                    .flat()
                    .await
                    .unwrap();
                assert!(
                    u64::try_from(page.len()).unwrap() <= max_count,
                    "no more than asked for"
                );
                paged.extend(page);
                let Some(next) = answer.next_begin else { break };
                assert!(
                    paged.last().is_some_and(|last| last.point < next),
                    "the next page begins after this one"
                );
                begin = Some(next);
            }
            assert_eq!(paged, whole);
            n_paged += 1;
        }
    }
    assert!(n_paged > 0, "nothing ran more than twice");
}

pub(crate) async fn limits_cut_at_begin_and_end(subject: &Subject) {
    let script = &subject.scripts().await[0];
    let hits = subject.hits(&script.source_id).await;
    let (location, _) = hits.iter().max_by_key(|(_, n_hits)| *n_hits).unwrap();
    let whole = subject.points_at(location).await;
    // Fewer than fill a page.
    let first = whole.len() / 4;
    let last = (whole.len() - 1).min(first + 5_000);
    let (begin, end) = (&whole[first].point, &whole[last].point);
    let limits = PointPageLimits {
        begin: Some(begin.clone()),
        end: Some(end.clone()),
        max_count: None,
    };
    let selector = PointSelector::Location {
        location: location.clone(),
        on_stack_frame: None,
    };
    let (cut, answer) = subject
        .session
        .find_points(selector, Some(limits))
        .flat()
        .await
        .unwrap();
    let expected: Vec<_> = whole
        .iter()
        .filter(|point| *begin <= point.point && point.point < *end)
        .cloned()
        .collect();
    assert_eq!(cut, expected, "the begin belongs to it, the end does not");
    assert_eq!(answer.next_begin, None);
}

pub(crate) async fn given_points_come_back_in_order(subject: &Subject) {
    let sampled = subject.sample_points(12).await;
    let mut points: Vec<_> = sampled.iter().map(|point| point.point.clone()).collect();
    points.reverse();
    points.push(points[0].clone());
    let found = subject.points(PointSelector::Points { points }).await;
    assert_eq!(
        found, sampled,
        "each once, sorted, described as when found by location"
    );
}

pub(crate) async fn exceptions_are_where_something_is_thrown(subject: &Subject) {
    let exceptions = subject.points(PointSelector::Exceptions {}).await;
    let distinct: BTreeSet<_> = exceptions.iter().map(|point| &point.point).collect();
    assert_eq!(distinct.len(), exceptions.len());
    for point in spread(&exceptions, 10) {
        let pause = subject.pause(&point.point).await;
        let thrown = pause.until_ready(client::Pause::exception).await.unwrap();
        assert!(thrown.is_some(), "nothing is thrown at {}", point.point);
        let frames = pause.until_ready(client::Pause::frames).await.unwrap();
        assert!(
            !frames.is_empty(),
            "something runs that throws at {}",
            point.point
        );
        assert_eq!(point.frame.as_ref(), Some(&frames[0].location));
    }
    for point in subject.sample_points(10).await {
        if distinct.contains(&point.point) {
            continue;
        }
        let pause = subject.pause(&point.point).await;
        assert_eq!(
            pause.until_ready(client::Pause::exception).await.unwrap(),
            None,
            "at {}",
            point.point
        );
    }
}

pub(crate) async fn frame_steps_cover_every_hit(subject: &Subject) {
    let all = PointSelector::FrameSteps {
        only_frame_entry: false,
        location_limit: Some(3),
        min_frame_depth: None,
        max_frame_depth: None,
    };
    let mut found: BTreeMap<_, Vec<ExecutionPoint>> = BTreeMap::new();
    for point in subject.points(all).await {
        let location = point.frame.expect("a step is somewhere").remove(0);
        found.entry(location).or_default().push(point.point);
    }
    let mut n_locations = 0;
    for script in subject.scripts().await {
        let hits = subject.hits(&script.source_id).await;
        n_locations += hits.len();
        for (location, _) in spread(&hits, 10) {
            let first: Vec<_> = subject
                .points_at(location)
                .await
                .into_iter()
                .map(|point| point.point)
                .take(3)
                .collect();
            assert_eq!(found.get(location), Some(&first), "at {location:?}");
        }
    }
    assert_eq!(found.len(), n_locations, "every place that ran, and no other");
}

pub(crate) async fn searches_without_a_limit_come_in_pages_of_ten_thousand(subject: &Subject) {
    let session = &subject.session;
    let every_step = PointSelector::FrameSteps {
        only_frame_entry: false,
        location_limit: None,
        min_frame_depth: None,
        max_frame_depth: None,
    };
    let (first, answer) = session
        .find_points(every_step.clone(), None)
        .flat()
        .await
        .unwrap();
    assert!(first.is_sorted_by(|left, right| left.point < right.point));
    let Some(next_begin) = answer.next_begin else {
        assert!(first.len() <= 10_000);
        return;
    };
    assert_eq!(first.len(), 10_000);
    assert!(next_begin > first.last().unwrap().point);
    let limits = PointPageLimits {
        begin: Some(next_begin.clone()),
        end: None,
        max_count: Some(1),
    };
    let (next, _) = session
        .find_points(every_step, Some(limits))
        .flat()
        .await
        .unwrap();
    assert_eq!(
        next[0].point, next_begin,
        "the next page begins where this one stopped"
    );
}
