//! What the tracker makes of a log: points, frames, exceptions.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{enter, step};
use recording::{
    ids::{FunctionId, InstanceId, ObjectId, ScopeId, SiteId},
    point::{Micros, Point},
    record::Record,
    tracker::Tracker,
    value::Value,
};

/// The state after some records, and the points they took.
fn run(records: &[Record]) -> (Tracker, Vec<u64>) {
    let mut tracker = Tracker::default();
    let points = records
        .iter()
        .filter_map(|record| tracker.apply(record).point)
        .map(|point| point.0)
        .collect();
    (tracker, points)
}

fn top(tracker: &Tracker) -> u32 {
    tracker.top().unwrap().instance.0
}

fn throw() -> Record {
    Record::Throw(Value::Null)
}

#[test]
fn steps_count_up_and_marks_number_what_is_between() {
    let (tracker, points) = run(&[
        Record::Mark,
        enter(0, vec![]),
        step(1),
        Record::Mark,
        Record::Mark,
        step(2),
    ]);
    assert_eq!(points, [1, 1 << 16, (1 << 16) + 1, (1 << 16) + 2, 2 << 16]);
    assert_eq!((tracker.n_steps, tracker.sub), (2, 0));
    assert_eq!(tracker.top().unwrap().last_step, Some((1, SiteId(2))));
}

#[test]
fn calls_nest_and_return() {
    let (tracker, _) = run(&[
        enter(0, vec![]),
        step(1),
        enter(1, vec![]),
        step(2),
        enter(2, vec![]),
    ]);
    let frames: Vec<_> = tracker
        .stack
        .iter()
        .map(|frame| (frame.function.0, frame.entered_at))
        .collect();
    assert_eq!(frames, [(0, 0), (1, 1), (2, 2)]);
    let mut tracker = tracker;
    tracker.apply(&Record::End);
    let applied = tracker.apply(&Record::Leave);
    assert_eq!((applied.point, applied.is_unwinding), (None, false));
    assert_eq!(applied.popped.unwrap().instance, InstanceId(3));
    assert_eq!(top(&tracker), 2);
}

#[test]
fn scopes_take_instance_numbers_but_are_no_frames() {
    let scope = Record::Scope {
        scope: ScopeId(1),
        parent: InstanceId(1),
    };
    let copy = Record::ScopeCopy {
        scope: ScopeId(1),
        from: InstanceId(2),
    };
    let (mut tracker, _) = run(&[enter(0, vec![]), scope]);
    assert_eq!(tracker.apply(&copy).begun, Some(InstanceId(3)));
    assert_eq!(tracker.apply(&enter(1, vec![])).begun, Some(InstanceId(4)));
    assert_eq!(tracker.stack.len(), 2);
}

#[test]
fn an_idle_step_leaves_the_frame_where_it_was() {
    let (tracker, points) = run(&[
        enter(0, vec![]),
        step(5),
        Record::Mark,
        Record::Step(SiteId::IDLE),
        Record::Mark,
    ]);
    assert_eq!(tracker.top().unwrap().last_step, Some((0, SiteId(5))));
    assert_eq!(points.last(), Some(&((2 << 16) + 1)));
}

#[test]
fn an_exception_belongs_to_where_it_was_thrown_however_far_it_flies() {
    let (mut tracker, points) = run(&[enter(0, vec![]), step(1), enter(1, vec![]), step(2), throw()]);
    let thrown = Point(*points.last().unwrap());
    assert_eq!(thrown, Point::after_steps(2, 1));
    let applied = tracker.apply(&Record::Leave);
    assert_eq!(
        (applied.is_unwinding, applied.point),
        (true, Some(Point::after_steps(2, 2)))
    );
    assert_eq!(tracker.top().unwrap().exception, Some(thrown));
    tracker.apply(&Record::Leave);
    assert_eq!(tracker.pending_exception, Some(thrown));
    assert!(tracker.stack.is_empty());
}

#[test]
fn a_caught_exception_is_pending_no_longer() {
    let (tracker, _) = run(&[
        enter(0, vec![]),
        enter(1, vec![]),
        throw(),
        Record::Leave,
        Record::Catch,
        step(1),
    ]);
    assert_eq!(tracker.pending_exception, None);
    assert_eq!(tracker.top().unwrap().exception, None);
}

#[test]
fn an_exception_caught_inside_a_finally_does_not_hide_the_one_that_runs_it() {
    let (mut tracker, points) = run(&[
        enter(0, vec![]),
        throw(),
        step(1),
        enter(1, vec![]),
        throw(),
        Record::Catch,
    ]);
    tracker.apply(&Record::End);
    tracker.apply(&Record::Leave);
    tracker.apply(&Record::Leave);
    assert_eq!(tracker.pending_exception, Some(Point(points[0])));
}

#[test]
fn an_exception_of_the_engine_is_placed_where_the_first_frame_unwinds() {
    let (tracker, points) = run(&[
        enter(0, vec![]),
        enter(1, vec![]),
        step(1),
        Record::Leave,
        Record::Leave,
    ]);
    assert_eq!(points, [1 << 16, (1 << 16) + 1, (1 << 16) + 2]);
    assert_eq!(tracker.pending_exception, Some(Point((1 << 16) + 1)));
}

#[test]
fn a_throw_in_a_finally_takes_the_return_back() {
    let (mut tracker, _) = run(&[enter(0, vec![]), Record::Return(Value::Null), step(1)]);
    assert!(tracker.top().unwrap().is_ending);
    tracker.apply(&throw());
    assert!(tracker.apply(&Record::Leave).is_unwinding);
}

#[test]
fn a_suspended_frame_comes_back_as_it_was() {
    let (mut tracker, _) = run(&[enter(0, vec![]), step(1), enter(1, vec![]), step(2)]);
    let applied = tracker.apply(&Record::Suspend);
    assert_eq!((applied.point, applied.is_unwinding), (None, false));
    assert_eq!(top(&tracker), 1);
    for record in [Record::End, Record::Leave, step(0), enter(5, vec![])] {
        tracker.apply(&record);
    }
    tracker.apply(&Record::Resume(InstanceId(2)));
    let frame = tracker.top().unwrap();
    assert_eq!(
        (frame.function, frame.last_step),
        (FunctionId(1), Some((1, SiteId(2))))
    );
    assert!(tracker.suspended.is_empty());
    assert_eq!(tracker.stack.len(), 2);
}

#[test]
fn it_survives_logs_that_make_no_sense() {
    let (tracker, points) = run(&[Record::Leave, Record::Suspend, Record::Catch, Record::End]);
    assert_eq!((tracker, points), (Tracker::default(), vec![]));
    let (tracker, _) = run(&[Record::Resume(InstanceId(9))]);
    assert_eq!(
        (top(&tracker), tracker.stack[0].function),
        (9, FunctionId::UNKNOWN)
    );
}

#[test]
fn clocks_and_objects_only_rise() {
    let change = |object| Record::EntriesClear {
        object: ObjectId(object),
    };
    let (tracker, _) = run(&[
        Record::Tick(Micros(9)),
        Record::Tick(Micros(3)),
        change(7),
        change(2),
    ]);
    assert_eq!((tracker.time, tracker.next_object), (Micros(9), ObjectId(8)));
}
