//! Frames, scopes, variables.

use recording::{
    ids::{InstanceId, ObjectId},
    record::Record,
    script::{BindingKind, FunctionKind},
    value::{ObjectKind, Value},
};
use wire::pause::{
    FrameType, GetAllFrames, GetExceptionValue, GetFrameArguments, GetScope, GetTopFrame, ScopeType,
};

use crate::support::{Code, Log, number, object_value, of_kind, plain, value_text};

const STATIC: InstanceId = InstanceId::STATIC;

#[test]
fn closures_see_the_variables_they_captured() {
    let mut code = Code::classic(
        1,
        "let total = 0;
function make(start) {
  let n = start;
  return () => n += 1;
}
const next = make(5);
next();",
    );
    let root = code.root();
    let total = code.binding("total", BindingKind::Let, root, "total");
    let make_name = code.binding("make", BindingKind::Function, root, "make(start)");
    let next = code.binding("next", BindingKind::Const, root, "next = ");
    let (make, in_make) = code.call("make", "function make", root);
    code.binding("start", BindingKind::Parameter, in_make, "start)");
    let n = code.binding("n", BindingKind::Let, in_make, "n = start");
    let (arrow, in_arrow) = code.arrow("", "() => n", in_make);
    let s_total = code.site("let total", root);
    let s_next = code.site("const next", root);
    let s_call = code.site("next();", root);
    let s_let = code.site("let n", in_make);
    let s_return = code.site("return", in_make);
    let s_arrow = code.site("n += 1", in_arrow);
    let top = code.top();

    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    log.object(
        1,
        of_kind(
            "Function",
            ObjectKind::Function {
                name: "make".into(),
                function: Some(make),
            },
            &[],
        ),
    );
    log.write(STATIC, make_name, object_value(1));
    let first = log.step(s_total);
    log.write(STATIC, total, 0);
    log.step(s_next);
    let made = log.enter(make, STATIC, &[number(5)]);
    let before_let = log.step(s_let);
    log.write(made, n, 5);
    log.step(s_return);
    log.push(Record::Return(object_value(2)));
    log.push(Record::Leave);
    log.write(STATIC, next, object_value(2));
    log.object(
        2,
        of_kind(
            "Function",
            ObjectKind::Function {
                name: "".into(),
                function: Some(arrow),
            },
            &[],
        ),
    );
    let before_call = log.step(s_call);
    log.enter(arrow, made, &[]);
    let in_closure = log.step(s_arrow);
    log.write(made, n, 6);
    log.push(Record::Return(number(6)));
    log.push(Record::Leave);
    log.end();

    log.check(|client| {
        assert_eq!(
            client.stack_text(&first),
            "- 1:0 | global total=uninitialized make=#1 next=uninitialized\n",
            "declarations are hoisted, lexical ones are not initialised yet"
        );
        assert_eq!(
            client.stack_text(&before_let),
            "make 3:2 | function start=5 n=uninitialized | global total=0 make=#1 next=uninitialized
- 6:0 | global total=0 make=#1 next=uninitialized\n"
        );
        assert_eq!(
            client.stack_text(&before_call),
            "- 7:0 | global total=0 make=#1 next=#2\n"
        );
        assert_eq!(
            client.stack_text(&in_closure),
            "- 4:15 | function | function start=5 n=5 | global total=0 make=#1 next=#2
- 7:0 | global total=0 make=#1 next=#2\n",
            "the closure sees the frame that has left"
        );
    });
}

#[test]
fn each_iteration_has_variables_of_its_own() {
    let mut code = Code::module(
        1,
        "export function run(fs) {
  for (let i = 0; i < 2; i++) {
    let sq = i * i;
    fs.push(() => i + sq);
  }
  call(fs);
}",
    );
    let root = code.root();
    let (run, in_run) = code.call("run", "function run", root);
    code.binding("fs", BindingKind::Parameter, in_run, "fs)");
    let head = code.block(in_run, true);
    let i = code.binding("i", BindingKind::Let, head, "i = 0");
    let body = code.block(head, true);
    let sq = code.binding("sq", BindingKind::Let, body, "sq = ");
    let (arrow, in_arrow) = code.arrow("", "() => i", body);
    let s_for = code.site("for", in_run);
    let s_test = code.site("i < 2", head);
    let s_sq = code.site("let sq", body);
    let s_push = code.site("fs.push", body);
    let s_update = code.site("i++", head);
    let s_call = code.site("call(fs)", in_run);
    let s_arrow = code.site("i + sq", in_arrow);

    let mut log = Log::new([code]);
    let frame = log.enter(run, STATIC, &[Value::Null]);
    log.step(s_for);
    let mut heads = vec![log.scope(head, frame)];
    log.write(heads[0], i, 0);
    let mut bodies = Vec::new();
    let mut before_sq = Vec::new();
    for round in 0..2 {
        log.step(s_test);
        let body = log.scope(body, heads[round]);
        bodies.push(body);
        before_sq.push(log.step(s_sq));
        log.write(body, sq, (round * round) as i32);
        log.step(s_push);
        heads.push(log.scope_copy(head, heads[round]));
        log.step(s_update);
        log.write(heads[round + 1], i, round as i32 + 1);
    }
    log.step(s_test);
    let after_loop = log.step(s_call);
    let mut in_arrow = Vec::new();
    for body in bodies {
        log.enter(arrow, body, &[]);
        in_arrow.push(log.step(s_arrow));
        log.end();
    }
    log.end();

    log.check(|client| {
        assert_eq!(
            client.stack_text(&before_sq[1]),
            "run 3:4 | block sq=uninitialized | block i=1 | function fs=null | global\n"
        );
        assert_eq!(
            client.stack_text(&after_loop),
            "run 6:2 | function fs=null | global\n"
        );
        for (round, sq) in [(0, 0), (1, 1)] {
            assert_eq!(
                client.stack_text(&in_arrow[round]).lines().next().unwrap(),
                format!("- 4:18 | function | block sq={sq} | block i={round} | function fs=null | global"),
            );
        }
    });
}

#[test]
fn a_copied_scope_starts_with_what_the_last_one_held() {
    let mut code = Code::module(1, "for (let i = 0, n = 3; ; ) { () => n }");
    let root = code.root();
    let (run, in_run) = code.call("run", "for", root);
    let head = code.block(in_run, true);
    let n = code.binding("n", BindingKind::Let, head, "n = 3");
    let site = code.site("() => n", head);
    let mut log = Log::new([code]);
    let frame = log.enter(run, STATIC, &[]);
    let mut instance = log.scope(head, frame);
    log.write(instance, n, 3);
    let mut last = log.step(site);
    for _ in 0..20 {
        instance = log.scope_copy(head, instance);
        last = log.step(site);
    }
    log.check(|client| {
        assert_eq!(
            client.stack_text(&last),
            "run 1:29 | block n=3 | function | global\n"
        )
    });
}

#[test]
fn a_block_run_again_starts_uninitialised() {
    let mut code = Code::module(1, "while (true) { before(); let x = 1; after(); }");
    let root = code.root();
    let (run, in_run) = code.call("run", "while", root);
    let body = code.block(in_run, false);
    let x = code.binding("x", BindingKind::Let, body, "x = 1");
    let (s_before, s_let, s_after) = (
        code.site("before()", body),
        code.site("let x", body),
        code.site("after()", body),
    );
    let mut log = Log::new([code]);
    let frame = log.enter(run, STATIC, &[]);
    for _ in 0..2 {
        log.step(s_before);
        log.step(s_let);
        log.write(frame, x, 1);
        log.step(s_after);
    }
    let before = log.step(s_before);
    log.step(s_let);
    log.write(frame, x, 2);
    let after = log.step(s_after);
    log.check(|client| {
        assert_eq!(
            client.stack_text(&before),
            "run 1:15 | block x=uninitialized | function | global\n"
        );
        assert_eq!(
            client.stack_text(&after),
            "run 1:36 | block x=2 | function | global\n"
        );
    });
}

#[test]
fn appended_strings_are_put_together() {
    let mut code = Code::module(1, "let s = 'a'; s += 'b';");
    let root = code.root();
    let s = code.binding("s", BindingKind::Var, root, "s = ");
    let site = code.site("s +=", root);
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    log.step(site);
    log.write(STATIC, s, "a");
    for _ in 0..3 {
        log.step(site);
        log.push(Record::Append {
            owner: STATIC,
            binding: s,
            suffix: Value::String("b".into()),
        });
    }
    let last = log.step(site);
    log.check(|client| assert_eq!(client.stack_text(&last), "- 1:13 | block s='abbb' | global\n"));
}

#[test]
fn vendor_code_has_positions_only() {
    let mut code = Code::classic(1, "function f(a) { a; }");
    code.script.level = 1;
    let root = code.root();
    code.binding("f", BindingKind::Function, root, "f(a)");
    let (f, in_f) = code.call("f", "function f", root);
    code.binding("a", BindingKind::Parameter, in_f, "a)");
    let site = code.site("a;", in_f);
    let top = code.top();
    let s_top = code.site("function f", root);
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    log.step(s_top);
    log.enter(f, STATIC, &[]);
    let point = log.step(site);
    log.check(|client| {
        assert_eq!(
            client.stack_text(&point),
            "f 1:16 | function a=unavailable | global f=unavailable\n- 1:0 | global f=unavailable\n"
        );
        let pause_id = client.pause(&point);
        let all = client.ask_in(&pause_id, GetAllFrames {});
        assert_eq!(value_text(&all.data.frames[0].this), "unavailable");
    });
}

#[test]
fn arrows_take_this_from_around_them() {
    let mut code = Code::classic(1, "class A { m(a, b) { [1].map(() => { stop(); }); } }");
    let root = code.root();
    let (method, in_method) = code.call("m", "m(a, b)", root);
    code.script.functions.last_mut().unwrap().kind = FunctionKind::Method;
    code.binding("a", BindingKind::Parameter, in_method, "a, b");
    let b = code.binding("b", BindingKind::Parameter, in_method, "b)");
    let (arrow, in_arrow) = code.arrow("", "() =>", in_method);
    let s_map = code.site("[1].map", in_method);
    let s_stop = code.site("stop();", in_arrow);
    let mut log = Log::new([code]);
    log.object(7, of_kind("A", ObjectKind::Plain, &[]));
    let frame = log.enter_with(method, STATIC, Some(object_value(7)), &[number(1)]);
    log.step(s_map);
    log.write(frame, b, 9);
    log.enter(arrow, frame, &[]);
    let point = log.step(s_stop);
    log.check(|client| {
        let pause_id = client.pause(&point);
        let all = client.ask_in(&pause_id, GetAllFrames {});
        let this: Vec<_> = all
            .data
            .frames
            .iter()
            .map(|frame| value_text(&frame.this))
            .collect();
        assert_eq!(this, ["#7", "#7"]);
        assert_eq!(all.data.objects.len(), 1, "named once: {:?}", all.data.objects);
        assert_eq!(all.data.objects[0].class_name, "A");
        assert!(
            all.data
                .frames
                .iter()
                .all(|frame| frame.frame_type == FrameType::Call)
        );

        let arguments = client.ask_in(
            &pause_id,
            GetFrameArguments {
                frame_id: all.frames[1].clone(),
            },
        );
        let values: Vec<_> = arguments
            .argument_values
            .unwrap()
            .iter()
            .map(value_text)
            .collect();
        assert_eq!(values, ["1", "9"], "what the parameters hold now");
    });
}

#[test]
fn nothing_is_sent_twice_in_one_pause() {
    let mut code = Code::classic(1, "var o = {}; use(o);");
    let root = code.root();
    let o = code.binding("o", BindingKind::Var, root, "o = ");
    let site = code.site("use(o)", root);
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    log.object(1, plain(&[("x", number(1))]));
    log.write(STATIC, o, object_value(1));
    let point = log.step(site);
    log.check(|client| {
        let pause_id = client.pause(&point);
        let top = client.ask_in(&pause_id, GetTopFrame {});
        assert_eq!(top.data.frames.len(), 1);
        let all = client.ask_in(&pause_id, GetAllFrames {});
        assert_eq!(all.frames, [top.frame.unwrap()]);
        assert_eq!(all.data, Default::default());

        let scope = top.data.frames[0].scope_chain[0].clone();
        let data = client.ask_in(&pause_id, GetScope { scope: scope.clone() }).data;
        assert_eq!(data.scopes[0].scope_type, ScopeType::Global);
        assert_eq!(
            data.objects
                .iter()
                .filter(|object| object.object_id.as_str() == "1")
                .count(),
            1
        );
        assert_eq!(
            client.ask_in(&pause_id, GetScope { scope }).data,
            Default::default()
        );

        let other = client.pause(&point);
        assert_ne!(other, pause_id);
        assert_eq!(
            client.ask_in(&other, GetAllFrames {}).data.frames.len(),
            1,
            "another pause starts anew"
        );
    });
}

#[test]
fn ids_of_other_pauses_are_refused() {
    let mut code = Code::classic(1, "a();");
    let root = code.root();
    let site = code.site("a()", root);
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    let point = log.step(site);
    log.end();
    log.check(|client| {
        let pause_id = client.pause(&point);
        let frame_id = wire::ids::FrameId::from("99");
        assert_eq!(
            client.error_in(&pause_id, GetFrameArguments { frame_id }),
            (33, "no such frame in this pause: 99".to_owned())
        );
        let scope = wire::ids::ScopeId::from("1000:0");
        assert_eq!(
            client.error_in(&pause_id, GetScope { scope }),
            (33, "no such scope in this pause: 1000:0".to_owned())
        );
        let end = client.ask(wire::session::GetEndpoint {}).endpoint.point;
        let at_end = client.pause(&end);
        assert_eq!(client.ask_in(&at_end, GetTopFrame {}).frame, None);
        assert!(client.ask_in(&at_end, GetAllFrames {}).frames.is_empty());
    });
}

#[test]
fn an_exception_is_seen_where_it_is_thrown_and_where_it_unwinds() {
    let mut code = Code::module(1, "function f() { throw new E(); }\nf();");
    let root = code.root();
    let (f, in_f) = code.call("f", "function f", root);
    let s_throw = code.site("throw", in_f);
    let s_call = code.site("f();", root);
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    log.step(s_call);
    log.enter(f, STATIC, &[]);
    let before = log.step(s_throw);
    let error = ObjectKind::Error {
        message: "no".into(),
        stack: "E: no".into(),
    };
    log.object(3, of_kind("E", error, &[]));
    let thrown = log.push(Record::Throw(Value::Object(ObjectId(3)))).unwrap();
    let unwound = log.push(Record::Leave).unwrap();
    log.push(Record::Leave);
    log.check(|client| {
        let mut exception_at = |point: wire::point::ExecutionPoint| {
            let pause_id = client.pause(&point);
            let answer = client.ask_in(&pause_id, GetExceptionValue {});
            let frames = client.ask_in(&pause_id, GetAllFrames {}).frames.len();
            (answer.exception.as_ref().map(value_text), frames)
        };
        assert_eq!(exception_at(before.clone()), (None, 2));
        assert_eq!(exception_at(thrown.0.into()), (Some("#3".to_owned()), 2));
        assert_eq!(
            exception_at(unwound.0.into()),
            (Some("#3".to_owned()), 2),
            "the frame still stands"
        );
    });
}
