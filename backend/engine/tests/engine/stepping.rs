//! Where stepping leads, and the steps of one frame.

use recording::{ids::InstanceId, record::Record};
use wire::{
    debugger::{
        FindResumeTarget, FindReverseStepOverTarget, FindRewindTarget, FindStepInTarget, FindStepOutTarget,
        FindStepOverTarget, PauseDescription, PauseReason, PointDescription,
    },
    pause::{GetAllFrames, GetFrameSteps},
    point::ExecutionPoint,
    session::{GetPointFrameSteps, GetPointStack},
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
