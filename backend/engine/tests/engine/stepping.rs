//! Where stepping leads, and the steps of one frame.

use recording::{ids::InstanceId, record::Record};
use wire::{
    debugger::{
        BlackboxSource, FindResumeTarget, FindReverseStepOverTarget, FindRewindTarget, FindStepInTarget,
        FindStepOutTarget, FindStepOverTarget, Location, PauseDescription, PauseReason, PointDescription,
        RemoveBreakpoint, SetBreakpoint, SourceLocation, UnblackboxSource,
    },
    ids::SourceId,
    pause::{GetAllFrames, GetFrameSteps},
    point::ExecutionPoint,
    recording::TimeStampedPoint,
    session::{GetPointFrameSteps, GetPointStack, PointRangeFocusRequest, RequestFocusWindow},
};

use crate::support::{Client, Code, Log};

const STATIC: InstanceId = InstanceId::STATIC;

/// Where the four kinds of step lead from a point: over, reverse over, in, out.
fn targets(client: &mut Client, point: &ExecutionPoint) -> [String; 4] {
    let point = point.clone();
    [
        client.ask(FindStepOverTarget { point: point.clone() }).target,
        client
            .ask(FindReverseStepOverTarget { point: point.clone() })
            .target,
        client.ask(FindStepInTarget { point: point.clone() }).target,
        client.ask(FindStepOutTarget { point }).target,
    ]
    .map(|target| match target.reason {
        PauseReason::Step => place(&target),
        reason => reason.to_string(),
    })
}

fn place(target: &PauseDescription) -> String {
    let at = &target.frame.as_ref().unwrap()[0];
    format!("{}:{}", at.line, at.column)
}

fn points(steps: &[PointDescription]) -> Vec<ExecutionPoint> {
    steps.iter().map(|step| step.point.clone()).collect()
}

#[test]
fn steps_stay_in_their_frame_go_into_calls_and_out_again() {
    let mut code = Code::classic(
        1,
        "one();\ntwo();\nfunction f() {\n  a();\n  b();\n}\nfunction g() { c(); }",
    );
    let root = code.root();
    let (f, in_f) = code.call("f", "function f", root);
    let (g, in_g) = code.call("g", "function g", root);
    let (s_one, s_two) = (code.site("one()", root), code.site("two()", root));
    let (s_a, s_b, s_c) = (
        code.site("a();", in_f),
        code.site("b();", in_f),
        code.site("c();", in_g),
    );
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    let one = log.step(s_one);
    log.enter(f, STATIC, &[]);
    let a = log.step(s_a);
    log.enter(g, STATIC, &[]);
    let c = log.step(s_c);
    log.end();
    let b = log.step(s_b);
    log.end();
    let two = log.step(s_two);
    log.end();
    log.check(|client| {
        assert_eq!(targets(client, &one), ["2:0", "endpoint", "4:2", "endpoint"]);
        assert_eq!(targets(client, &a), ["5:2", "1:0", "7:15", "2:0"]);
        assert_eq!(
            targets(client, &c),
            ["5:2", "4:2", "5:2", "5:2"],
            "past the end of a frame, on in its caller"
        );
        assert_eq!(targets(client, &b), ["2:0", "4:2", "2:0", "2:0"]);
        assert_eq!(targets(client, &two), ["endpoint", "1:0", "endpoint", "endpoint"]);
        let beginning = ExecutionPoint::beginning();
        assert_eq!(
            targets(client, &beginning),
            ["1:0", "endpoint", "1:0", "endpoint"]
        );
        let end = client.ask(FindResumeTarget { point: a.clone() }).target;
        assert_eq!((end.point.as_str(), end.reason.as_str()), ("393216", "endpoint"));
        assert_eq!(
            targets(client, &end.point),
            ["endpoint", "2:0", "endpoint", "endpoint"]
        );
        assert_eq!(
            client.ask(FindRewindTarget { point: a.clone() }).target.point,
            beginning
        );
    });
}

#[test]
fn an_unwound_frame_steps_to_whoever_goes_on() {
    let mut code = Code::classic(
        1,
        "try {\n  f();\n} catch {\n  h();\n}\nfunction f() { g(); }\nfunction g() { throw 1; }",
    );
    let root = code.root();
    let (f, in_f) = code.call("f", "function f", root);
    let (g, in_g) = code.call("g", "function g", root);
    let (s_call, s_catch) = (code.site("f();", root), code.site("h();", root));
    let (s_g, s_throw) = (code.site("g();", in_f), code.site("throw 1", in_g));
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    log.step(s_call);
    log.enter(f, STATIC, &[]);
    log.step(s_g);
    log.enter(g, STATIC, &[]);
    let throwing = log.step(s_throw);
    log.push(Record::Throw(recording::value::Value::Null));
    log.push(Record::Leave);
    log.push(Record::Leave);
    log.push(Record::Catch);
    log.step(s_catch);
    log.end();
    log.check(|client| assert_eq!(targets(client, &throwing), ["4:2", "6:15", "4:2", "4:2"]));
}

#[test]
fn an_async_frame_goes_on_after_its_await() {
    let mut code = Code::classic(
        1,
        "start();\nother();\nasync function f() {\n  await a();\n  b();\n}",
    );
    let root = code.root();
    let (f, in_f) = code.call("f", "async function", root);
    let (s_start, s_other) = (code.site("start()", root), code.site("other()", root));
    let (s_await, s_b) = (code.site("await", in_f), code.site("b();", in_f));
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    log.step(s_start);
    let frame = log.enter(f, STATIC, &[]);
    let awaiting = log.step(s_await);
    log.push(Record::Suspend);
    let other = log.step(s_other);
    log.end();
    for _ in 0..4 {
        log.enter(top, STATIC, &[]);
        log.step(s_other);
        log.end();
    }
    log.push(Record::Resume(frame));
    let resumed = log.step(s_b);
    log.end();
    log.check(|client| {
        assert_eq!(targets(client, &awaiting), ["5:2", "1:0", "5:2", "2:0"]);
        assert_eq!(
            targets(client, &resumed),
            ["endpoint", "4:2", "endpoint", "endpoint"]
        );
        assert_eq!(targets(client, &other)[1], "1:0");
        let steps = client
            .ask(GetPointFrameSteps {
                point: resumed.clone(),
            })
            .steps;
        assert_eq!(
            points(&steps),
            [awaiting.clone(), resumed.clone()],
            "all steps of the frame, in order"
        );
        assert_eq!(steps[1].frame_depth, Some(0));
        let pause_id = client.pause(&resumed);
        let frames = client.ask_in(&pause_id, GetAllFrames {}).frames;
        assert_eq!(frames.len(), 1, "its caller has long left");
        let steps_in_pause = client
            .ask_in(
                &pause_id,
                GetFrameSteps {
                    frame_id: frames[0].clone(),
                },
            )
            .steps;
        assert_eq!(steps_in_pause, steps);
    });
}

#[test]
fn a_stack_can_be_had_without_a_pause() {
    let mut code = Code::classic(1, "one();\nfunction f() { a(); }");
    let root = code.root();
    let (f, in_f) = code.call("f", "function f", root);
    let (s_one, s_a) = (code.site("one()", root), code.site("a();", in_f));
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    let one = log.step(s_one);
    log.enter(f, STATIC, &[]);
    let a = log.step(s_a);
    log.check(|client| {
        let mut stack = |max_count: u32| {
            let frames = client
                .ask(GetPointStack {
                    point: a.clone(),
                    max_count,
                })
                .frames;
            let short = frames
                .into_iter()
                .map(|frame| (frame.function_location[0].line, frame.point.unwrap().point));
            short.collect::<Vec<_>>()
        };
        assert_eq!(stack(10), [(2, a.clone()), (1, one.clone())]);
        assert_eq!(stack(1), [(2, a.clone())]);
    });
}

/// Where an async function awaits another one, which awaits something itself; both go on in tasks of their own.
#[test]
fn out_of_an_async_frame_is_where_its_caller_goes_on() {
    let mut code = Code::classic(
        1,
        "start();\nasync function outer() {\n  await inner();\n  after();\n}\nasync function inner() {\n  await a();\n  b();\n}",
    );
    let root = code.root();
    let (outer, in_outer) = code.call("outer", "async function outer", root);
    let (inner, in_inner) = code.call("inner", "async function inner", root);
    let (s_start, s_call) = (code.site("start()", root), code.site("await inner", in_outer));
    let (s_after, s_a) = (code.site("after()", in_outer), code.site("await a", in_inner));
    let s_b = code.site("b();", in_inner);
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    log.step(s_start);
    let outer = log.enter(outer, STATIC, &[]);
    log.step(s_call);
    let inner = log.enter(inner, STATIC, &[]);
    let first = log.step(s_a);
    log.push(Record::Suspend);
    log.push(Record::Suspend);
    log.end();
    log.push(Record::Resume(inner));
    let resumed = log.step(s_b);
    log.end();
    log.push(Record::Resume(outer));
    let after = log.step(s_after);
    log.end();
    log.check(|client| {
        assert_eq!(targets(client, &first), ["8:2", "3:2", "8:2", "4:2"]);
        assert_eq!(targets(client, &resumed), ["4:2", "7:2", "4:2", "4:2"]);
        assert_eq!(
            targets(client, &after),
            ["endpoint", "3:2", "endpoint", "endpoint"]
        );
    });
}

/// A loop of three rounds that calls a library, which calls back.
fn rounds() -> (Log, [Vec<ExecutionPoint>; 4]) {
    let page = "for (;;) {\n  call();\n  debugger;\n}\nfunction back() { x(); }";
    let mut page = Code::classic(1, page);
    let mut library = Code::classic(2, "function each() {\n  before(); call(); after();\n}");
    let root = page.root();
    let (back, in_back) = page.call("back", "function back", root);
    let (s_call, s_debugger) = (page.site("call()", root), page.site("debugger", root));
    let s_x = page.site("x();", in_back);
    let (each, in_each) = library.call("each", "function each", library.root());
    let (s_before, s_each) = (library.site("before()", in_each), library.site("call()", in_each));
    let s_after = library.site("after()", in_each);
    let top = page.top();
    let mut log = Log::new([page, library]);
    let [mut calls, mut backs, mut afters, mut stops] = [const { Vec::new() }; 4];
    log.enter(top, STATIC, &[]);
    for _ in 0..3 {
        calls.push(log.step(s_call));
        log.enter(each, STATIC, &[]);
        log.step(s_before);
        log.step(s_each);
        log.enter(back, STATIC, &[]);
        backs.push(log.step(s_x));
        log.end();
        afters.push(log.step(s_after));
        log.end();
        stops.push(log.step(s_debugger));
    }
    log.end();
    (log, [calls, backs, afters, stops])
}

fn resume(client: &mut Client, point: &ExecutionPoint) -> (ExecutionPoint, String) {
    let point = point.clone();
    let target = client.ask(FindResumeTarget { point }).target;
    (target.point, target.reason.as_str().to_owned())
}

fn rewind(client: &mut Client, point: &ExecutionPoint) -> (ExecutionPoint, String) {
    let point = point.clone();
    let target = client.ask(FindRewindTarget { point }).target;
    (target.point, target.reason.as_str().to_owned())
}

fn location(source: &str, line: u32, column: u32) -> Location {
    Location {
        source_id: SourceId::from(source),
        line,
        column,
    }
}

#[test]
fn running_stops_at_breakpoints_and_debugger_statements() {
    let (log, [calls, backs, _, stops]) = rounds();
    log.check(|client| {
        let beginning = ExecutionPoint::beginning();
        let at = |point: &ExecutionPoint, reason: &str| (point.clone(), reason.to_owned());
        let set = |client: &mut Client, location: Location, condition: Option<&str>| {
            let condition = condition.map(str::to_owned);
            client.ask(SetBreakpoint { location, condition }).breakpoint_id
        };
        assert_eq!(resume(client, &beginning), at(&stops[0], "debuggerStatement"));
        assert_eq!(rewind(client, &calls[1]), at(&stops[0], "debuggerStatement"));
        assert_eq!(rewind(client, &stops[0]), at(&beginning, "endpoint"));
        let end = resume(client, &stops[2]);
        assert_eq!(end.1, "endpoint");

        let breakpoint_id = set(client, location("s1", 5, 18), None);
        assert_eq!(resume(client, &beginning), at(&backs[0], "breakpoint"));
        assert_eq!(
            resume(client, &backs[0]),
            at(&stops[0], "debuggerStatement"),
            "not where it stands"
        );
        assert_eq!(rewind(client, &stops[1]), at(&backs[1], "breakpoint"));
        client.ask(RemoveBreakpoint {
            breakpoint_id: breakpoint_id.clone(),
        });
        assert_eq!(resume(client, &beginning), at(&stops[0], "debuggerStatement"));
        assert_eq!(client.error(RemoveBreakpoint { breakpoint_id }).0, 33);

        set(client, location("s1", 5, 18), Some("1 > 2"));
        assert_eq!(resume(client, &beginning), at(&stops[0], "debuggerStatement"));
        set(client, location("s1", 2, 2), Some("1 < 2"));
        assert_eq!(resume(client, &calls[0]), at(&stops[0], "debuggerStatement"));
        assert_eq!(resume(client, &stops[0]), at(&calls[1], "breakpoint"));
        let nowhere = SetBreakpoint {
            location: location("s1", 1, 30),
            condition: None,
        };
        assert_eq!(client.error(nowhere).0, 33);
    });
}

#[test]
fn blackboxed_places_are_passed_over() {
    let (log, [calls, backs, afters, stops]) = rounds();
    log.check(|client| {
        let library = SourceId::from("s2");
        assert_eq!(targets(client, &calls[0])[2], "2:2", "into the library");
        client.ask(BlackboxSource {
            source_id: library.clone(),
            begin: None,
            end: None,
        });
        client.ask(SetBreakpoint {
            location: location("s2", 2, 2),
            condition: None,
        });
        assert_eq!(resume(client, &calls[0]).0, stops[0], "no breakpoint holds there");
        assert_eq!(
            targets(client, &calls[0]),
            ["3:2", "endpoint", "5:18", "endpoint"]
        );
        assert_eq!(targets(client, &backs[0]), ["3:2", "2:2", "3:2", "3:2"]);
        let begin = Some(SourceLocation { line: 2, column: 15 });
        client.ask(UnblackboxSource {
            source_id: library,
            begin,
            end: None,
        });
        let over = client.ask(FindStepOverTarget {
            point: backs[0].clone(),
        });
        assert_eq!(over.target.point, afters[0], "a part of it counts again");
    });
}

#[test]
fn a_target_outside_the_focus_window_is_refused() {
    let (log, [calls, backs, _, stops]) = rounds();
    log.check(|client| {
        let stamped = |point: &ExecutionPoint| {
            Some(TimeStampedPoint {
                point: point.clone(),
                time: 0.0,
            })
        };
        let request = PointRangeFocusRequest {
            begin: stamped(&calls[1]),
            end: stamped(&backs[1]),
            bias: None,
        };
        client.ask(RequestFocusWindow { request });
        let point = || calls[1].clone();
        assert_eq!(client.error(FindStepOverTarget { point: point() }).0, 38);
        assert_eq!(client.error(FindReverseStepOverTarget { point: point() }).0, 38);
        assert_eq!(client.error(FindResumeTarget { point: point() }).0, 38);
        assert_eq!(client.error(FindRewindTarget { point: point() }).0, 38);
        assert!(client.ask(FindStepInTarget { point: point() }).target.point > calls[1]);
        assert!(stops[1] > backs[1]);
    });
}
