//! Time that runs, without a clock.

use proptest::prelude::*;

use super::*;

/// Sorted times.
struct At(Vec<f64>);

impl Times for At {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn time_ms(&self, index: usize) -> f64 {
        self.0[index]
    }

    fn n_before(&self, time_ms: f64) -> usize {
        self.0.partition_point(|time| *time < time_ms)
    }
}

fn span(begin_ms: f64, end_ms: f64) -> Span {
    Span { begin_ms, end_ms }
}

fn plain(end_ms: f64) -> Course<'static> {
    Course {
        end_ms,
        repeated: None,
        happenings: None,
        stops: &[],
        left_ms: 0.0,
    }
}

#[test]
fn speeds_end_at_either_end() {
    let up = std::iter::successors(Some(0.25), |speed| {
        Some(next_speed(*speed, true)).filter(|next| next != speed)
    });
    assert_eq!(up.collect::<Vec<_>>(), SPEEDS);
    assert_eq!(next_speed(0.25, false), 0.25);
    assert_eq!(next_speed(3.0, false), 2.0);
}

#[test]
fn time_is_the_clock_times_the_speed_without_drift() {
    let (mut clock, mut time_ms) = (Clock::default(), 0.0);
    let mut now_ms = 1_000.0;
    for frame in 0..100_000 {
        now_ms = 1_000.0 + f64::from(frame) * 16.67;
        time_ms = clock.tick(now_ms, time_ms, 2.0).time_ms;
    }
    assert!((time_ms - (now_ms - 1_000.0) * 2.0).abs() < 1e-6, "{time_ms}");
}

#[test]
fn what_was_not_watched_does_not_run() {
    let mut clock = Clock::default();
    assert_eq!(
        clock.tick(0.0, 500.0, 1.0),
        Due {
            time_ms: 500.0,
            gap_ms: None
        }
    );
    assert_eq!(
        clock.tick(900.0, 500.0, 1.0).time_ms,
        1_400.0,
        "a slow frame is played through"
    );
    let due = clock.tick(60_000.0, 1_400.0, 1.0);
    assert_eq!(
        due,
        Due {
            time_ms: 1_400.0,
            gap_ms: None
        }
    );
    clock.look_away();
    assert_eq!(clock.tick(60_100.0, 1_400.0, 1.0).time_ms, 1_400.0);
    assert_eq!(clock.tick(60_110.0, 1_400.0, 1.0).time_ms, 1_410.0);
}

#[test]
fn another_speed_and_a_jump_count_from_where_they_are_made() {
    let mut clock = Clock::default();
    clock.tick(0.0, 0.0, 1.0);
    assert_eq!(clock.tick(100.0, 0.0, 1.0).time_ms, 100.0);
    assert_eq!(clock.tick(116.0, 100.0, 4.0).time_ms, 164.0);
    clock.jump(5_000.0);
    assert_eq!(clock.tick(126.0, 5_000.0, 4.0).time_ms, 5_040.0);
}

#[test]
fn time_ends_with_the_recording() {
    let passed = plain(1_000.0).pass(990.0, 1_006.0);
    assert_eq!((passed.time_ms, passed.next), (1_000.0, Next::Ends));
    assert_eq!(begins_at(1_000.0, None, 1_000.0), 0.0);
    assert_eq!(begins_at(300.0, None, 1_000.0), 300.0);
}

#[test]
fn what_is_repeated_goes_on_at_its_beginning() {
    let course = Course {
        repeated: repeatable(Some(span(200.0, 400.0)), 1_000.0),
        ..plain(1_000.0)
    };
    let passed = course.pass(390.0, 406.0);
    assert_eq!(
        (passed.time_ms, passed.is_jump, passed.next),
        (206.0, true, Next::Runs)
    );
    assert_eq!(course.pass(390.0, 400.0).time_ms, 200.0);
    assert_eq!(course.pass(700.0, 716.0).time_ms, 200.0, "from behind it");
    assert_eq!(course.pass(100.0, 116.0).time_ms, 116.0, "towards it");
    assert_eq!(begins_at(700.0, course.repeated, 1_000.0), 200.0);
    assert_eq!(repeatable(Some(span(5.0, 5.0)), 1_000.0), None);
    assert_eq!(repeatable(None, 1_000.0), Some(span(0.0, 1_000.0)));
}

#[test]
fn idle_stretches_are_passed_over_but_for_their_ends() {
    let (paints, clicks) = (At(vec![1_000.0, 9_000.0]), At(vec![1_200.0]));
    let happenings: [&dyn Times; 2] = [&paints, &clicks];
    let course = Course {
        happenings: Some(&happenings),
        ..plain(20_000.0)
    };
    assert_eq!(course.pass(1_300.0, 1_316.0).time_ms, 1_316.0, "what is kept");
    let passed = course.pass(1_690.0, 1_706.0);
    assert_eq!(
        (passed.time_ms, passed.skipped_ms, passed.is_jump),
        (8_506.0, 6_800.0, true)
    );
    assert_eq!(course.pass(4_000.0, 4_016.0).time_ms, 8_516.0, "from its middle");
    assert_eq!(course.pass(8_600.0, 8_616.0).skipped_ms, 0.0);
    assert_eq!(course.pass(0.0, 16.0).skipped_ms, 0.0, "a second is not idle");
    let passed = course.pass(9_490.0, 9_510.0);
    assert_eq!((passed.time_ms, passed.next), (19_510.0, Next::Runs));
}

#[test]
fn time_stops_at_what_was_asked_for_and_gets_away_from_it() {
    let errors = At(vec![500.0, 500.25, 5_000.0]);
    let nothing = At(Vec::new());
    let (stops, happenings): ([&dyn Times; 1], [&dyn Times; 1]) = ([&errors], [&nothing]);
    let mut course = Course {
        stops: &stops,
        happenings: Some(&happenings),
        ..plain(20_000.0)
    };
    let passed = course.pass(490.0, 506.0);
    assert_eq!((passed.time_ms, passed.next), (500.0, Next::Stops));
    course.left_ms = 500.0;
    assert_eq!(course.pass(500.0, 500.3).next, Next::Runs);
    let passed = course.pass(1_000.0, 1_016.25);
    assert_eq!(
        passed.time_ms, 4_516.0,
        "no idle stretch hides what is stopped at"
    );
    assert_eq!(course.pass(4_990.0, 5_000.0).next, Next::Stops);
    course.left_ms = 900.0;
    assert_eq!(
        course.pass(499.9, 500.1).time_ms,
        500.0,
        "in the next round again"
    );
}

#[test]
fn frames_that_come_late_or_without_their_picture_are_dropped() {
    let mut count = FrameCount::default();
    count.count(None, true);
    for _ in 0..97 {
        count.count(Some(16.7), true);
    }
    count.count(Some(50.0), true);
    assert_eq!((count.n_due, count.n_dropped), (101, 2));
    count.count(Some(16.7), false);
    assert_eq!((count.n_due, count.n_dropped), (102, 3));
    let mut quick = FrameCount::default();
    (0..20).for_each(|_| quick.count(Some(6.9), true));
    quick.count(Some(16.7), true);
    assert_eq!(quick.n_dropped, 1, "of a screen with 144 frames a second");
    let mut slow = FrameCount::default();
    (0..20).for_each(|_| slow.count(Some(33.4), true));
    assert_eq!(
        slow.n_dropped, 20,
        "a machine that manages half is not a slow screen"
    );
}

proptest! {
    #[test]
    fn time_never_runs_back_nor_beyond_the_end(
        times in prop::collection::vec(0.0..30_000.0f64, 0..20),
        from_ms in 0.0..30_000.0f64,
        step_ms in 0.0..400.0f64,
    ) {
        let mut times = times;
        times.sort_by(f64::total_cmp);
        let times = At(times);
        let happenings: [&dyn Times; 1] = [&times];
        let course = Course { happenings: Some(&happenings), ..plain(30_000.0) };
        let passed = course.pass(from_ms, from_ms + step_ms);
        prop_assert!(passed.time_ms >= from_ms && passed.time_ms <= 30_000.0);
        prop_assert!(passed.skipped_ms >= 0.0);
        // Whatever happened between is passed by running.
        let passed_over = times.0.iter().filter(|time| **time > from_ms + step_ms && **time < passed.time_ms);
        prop_assert_eq!(passed_over.count(), 0);
    }

    #[test]
    fn what_is_repeated_is_never_left(from_ms in 200.0..400.0f64, step_ms in 0.0..2_000.0f64) {
        let course = Course { repeated: repeatable(Some(span(200.0, 400.0)), 1_000.0), ..plain(1_000.0) };
        let at = course.pass(from_ms, from_ms + step_ms).time_ms;
        prop_assert!((200.0..400.0).contains(&at), "{at}");
    }
}
