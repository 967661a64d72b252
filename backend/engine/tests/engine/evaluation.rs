//! Expressions in a pause and at many points. Long because the language is.

use proptest::prelude::*;
use recording::{
    ids::{InstanceId, ObjectId},
    script::{BindingKind, FunctionKind},
    value::{Key, ObjectKind, ObjectState, Property, Slot, Value},
};
use wire::{
    debugger::Location,
    ids::{PauseId, RunEvaluationId, SourceId},
    pause::{
        EvaluateInFrame, EvaluateInGlobal, GetAllFrames, GetObjectPreview, GetObjectProperty, GetScope,
        Object, ObjectPreviewLevel, PauseData, Result as Ended,
    },
    point::ExecutionPoint,
    session::{PointPageLimits, PointSelector, RunEvaluation, RunEvaluationResult, RunEvaluationResults},
};

use crate::support::{Client, Code, Log, number, object_value, of_kind, plain, value_text};

const STATIC: InstanceId = InstanceId::STATIC;

const TEXT: &str = "var list, map, set, todo, when, failed, node, event, big, g; let early; function f(n, o) { let late; use(n); } f(1);";

/// A program that calls `f(n)` three times, with objects of many kinds in its variables. Gives the points in `f`.
pub(crate) fn program() -> (Log, Vec<ExecutionPoint>) {
    let mut code = Code::classic(1, TEXT);
    let root = code.root();
    let global =
        |code: &mut Code, name: &str, snippet: &str| code.binding(name, BindingKind::Var, root, snippet);
    let list = global(&mut code, "list", "list");
    let map = global(&mut code, "map", "map");
    let set = global(&mut code, "set", "set");
    let todo = global(&mut code, "todo", "todo");
    let when = global(&mut code, "when", "when");
    let failed = global(&mut code, "failed", "failed");
    let node = global(&mut code, "node", "node");
    let event = global(&mut code, "event", "event");
    let big = global(&mut code, "big", "big");
    let g = global(&mut code, "g", "g;");
    code.binding("early", BindingKind::Let, root, "early");
    let (f, f_scope) = code.call("f", "function f", root);
    let f_binding = code.binding("f", BindingKind::Function, root, "function f");
    let n = code.binding("n", BindingKind::Parameter, f_scope, "n, o");
    code.binding("o", BindingKind::Parameter, f_scope, "o)");
    code.binding("late", BindingKind::Let, f_scope, "use");
    let at_call = code.site("f(1)", root);
    let at_use = code.site("use", f_scope);
    let top = code.top();
    let _ = n;
    let mut log = Log::new([code]);
    let array = |elements: Vec<Option<Value>>| ObjectKind::Array {
        length: elements.len() as u32,
        elements,
    };
    log.enter(top, STATIC, &[]);
    log.step(at_call);
    let hole_less = array(vec![
        Some(number(3)),
        Some("a".into_value()),
        Some(object_value(7)),
    ]);
    log.object(1, of_kind("Array", hole_less, &[]));
    let entries = vec![("k".into_value(), number(1)), (number(2), object_value(7))];
    log.object(2, of_kind("Map", ObjectKind::Map { size: 2, entries }, &[]));
    let entries = vec![number(1), "x".into_value()];
    log.object(3, of_kind("Set", ObjectKind::Set { size: 2, entries }, &[]));
    let prototype = ObjectState {
        properties: vec![
            Property {
                key: Key::Name("constructor".into()),
                value: Slot::Value(object_value(9)),
                flags: 3,
            },
            Property {
                key: Key::Name("isLate".into()),
                value: Slot::Accessor {
                    get: Some(ObjectId(10)),
                    set: None,
                },
                flags: 2,
            },
        ],
        n_properties: 2,
        ..plain(&[])
    };
    log.object(8, prototype);
    let class = ObjectKind::Function {
        name: "Todo".into(),
        function: None,
    };
    log.object(9, of_kind("Function", class, &[("prototype", object_value(8))]));
    log.object(
        4,
        ObjectState {
            prototype: Some(ObjectId(8)),
            class_name: "Todo".into(),
            ..plain(&[
                ("title", "buy".into_value()),
                ("done", Value::Boolean(false)),
                ("#secret", number(7)),
            ])
        },
    );
    log.object(5, of_kind("Date", ObjectKind::Date(0.0), &[]));
    let error = ObjectKind::Error {
        message: "no".into(),
        stack: "TypeError: no\n    at f".into(),
    };
    log.object(6, of_kind("TypeError", error, &[]));
    log.object(7, plain(&[("a", number(1)), ("b", Value::Null)]));
    let element = ObjectKind::Node {
        node_type: 1,
        node_name: "DIV".into(),
        node_value: None,
        attributes: vec![("id".into(), "main".into()), ("class".into(), "x y".into())],
    };
    log.object(11, of_kind("HTMLDivElement", element, &[]));
    log.object(
        12,
        of_kind(
            "MouseEvent",
            ObjectKind::Plain,
            &[("isTrusted", Value::Boolean(true))],
        ),
    );
    let cut = ObjectKind::Array {
        length: 5_000,
        elements: vec![Some(number(0)); 1_000],
    };
    log.object(13, of_kind("Array", cut, &[]));
    let function = ObjectKind::Function {
        name: "f".into(),
        function: Some(f),
    };
    log.object(14, of_kind("Function", function, &[]));
    for (binding, object) in [
        (list, 1),
        (map, 2),
        (set, 3),
        (todo, 4),
        (when, 5),
        (failed, 6),
        (node, 11),
        (event, 12),
        (big, 13),
        (f_binding, 14),
    ] {
        log.write(STATIC, binding, object_value(object));
    }
    let points = (1..=3).map(|n| {
        log.write(STATIC, g, n * 10);
        log.enter_with(f, STATIC, Some(object_value(4)), &[number(n), object_value(7)]);
        let point = log.step(at_use);
        log.end();
        point
    });
    let points = points.collect();
    log.end();
    (log, points)
}

trait IntoValue {
    fn into_value(self) -> Value;
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::String(self.into())
    }
}

/// A pause and the frame that runs in it.
pub(crate) fn paused(client: &mut Client, point: &ExecutionPoint) -> (PauseId, wire::ids::FrameId) {
    let pause_id = client.pause(point);
    let all = client.ask_in(&pause_id, GetAllFrames {});
    (pause_id, all.frames[0].clone())
}

/// How an evaluation ended, as text.
pub(crate) fn evaluated(
    client: &mut Client,
    pause_id: &PauseId,
    frame: Option<&wire::ids::FrameId>,
    expression: &str,
) -> String {
    let expression = expression.to_owned();
    let outcome = match frame {
        Some(frame_id) => {
            let params = EvaluateInFrame {
                frame_id: frame_id.clone(),
                expression,
                pure: false,
                use_original_scopes: false,
            };
            let answer = client.send(Some(pause_id), &params).result;
            answer.map(|answer| answer.result)
        }
        None => {
            let params = EvaluateInGlobal {
                expression,
                pure: false,
            };
            client
                .send(Some(pause_id), &params)
                .result
                .map(|answer| answer.result)
        }
    };
    match outcome {
        Ok(ended) => ended_text(client, pause_id, &ended),
        Err(error) => format!("refused: {}", error.message),
    }
}

fn ended_text(client: &mut Client, pause_id: &PauseId, ended: &Ended) -> String {
    assert!(!ended.failed);
    match (&ended.returned, &ended.exception) {
        (Some(value), None) => shown(client, pause_id, value, &ended.data),
        (None, Some(exception)) => format!("threw {}", shown(client, pause_id, exception, &ended.data)),
        other => panic!("{other:?}"),
    }
}

/// A value as text: objects with what they hold, one level deep.
fn shown(client: &mut Client, pause_id: &PauseId, value: &wire::pause::Value, data: &PauseData) -> String {
    let Some(id) = value.as_object() else {
        return value_text(value);
    };
    let in_answer = data
        .objects
        .iter()
        .find(|object| object.object_id == *id)
        .cloned();
    let object = in_answer.filter(|object| object.preview.is_some()).or_else(|| {
        let params = GetObjectPreview {
            object: id.clone(),
            level: Some(ObjectPreviewLevel::Full),
        };
        client
            .ask_in(pause_id, params)
            .data
            .objects
            .into_iter()
            .find(|object| object.object_id == *id)
    });
    object.map_or_else(|| format!("#{id}"), |object| object_text(&object))
}

fn object_text(object: &Object) -> String {
    let mut text = object.class_name.clone();
    for property in object
        .preview
        .iter()
        .flat_map(|preview| preview.properties.iter().flatten())
    {
        if property.name != "stack" && (property.name != "length" || object.class_name != "Array") {
            let value = match property.value.as_object() {
                Some(_) => "{}".to_owned(),
                None => value_text(&property.value),
            };
            text += &format!(" {}={value}", property.name);
        }
    }
    text
}

/// What expressions evaluate to in the first call of `f`, however the log is cut.
fn check(expected: &[(&str, &str)]) {
    let (log, points) = program();
    log.check(|client| {
        let mut wrong = Vec::new();
        for (expression, expected) in expected {
            // Each in a pause of its own: what was sent is not sent again.
            let (pause_id, frame) = paused(client, &points[0]);
            let ended = evaluated(client, &pause_id, Some(&frame), expression);
            if ended != *expected {
                wrong.push(format!("{expression}\n  is {ended}\n not {expected}"));
            }
            client.ask(wire::session::ReleasePause { pause_id });
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn operators_compute_as_the_language_does() {
    check(&[
        ("1 + 1", "2"),
        ("'a' + `b${1}`", "'ab1'"),
        ("1 + '2' * 3", "7"),
        ("'5' - 2", "3"),
        ("7 % -4", "3"),
        ("-7 % 4", "-3"),
        ("2 ** 3 ** 2", "512"),
        ("5 & 3 | 8 ^ 1", "9"),
        ("-1 >>> 28", "15"),
        ("1 << 33", "2"),
        ("~5.7", "-6"),
        ("'b' > 'a' && 'B' < 'a'", "true"),
        ("null ?? 'd'", "'d'"),
        ("0 || ''", "''"),
        ("0 ?? 1", "0"),
        ("null == undefined && null !== undefined", "true"),
        ("'1' == 1 && true == 1 && !('1' === 1)", "true"),
        ("NaN === NaN", "false"),
        ("0 / 0", "NaN"),
        ("-0", "-0"),
        ("10n ** 20n", "100000000000000000000n"),
        ("0xffn + 1n", "256n"),
        ("2n > 1", "true"),
        (
            "1n + 1",
            "threw TypeError message='Cannot mix BigInt and other types, use explicit conversions'",
        ),
        ("1n / 0n", "threw RangeError message='Division by zero'"),
        (
            "typeof 1 + typeof '' + typeof null + typeof undefined + typeof {} + typeof f",
            "'numberstringobjectundefinedobjectfunction'",
        ),
        ("typeof neverDeclared", "'undefined'"),
        ("typeof Math + typeof Array", "'objectfunction'"),
        ("(1, 2)", "2"),
        ("true ? 'y' : neverDeclared", "'y'"),
        ("void 0", "undefined"),
        ("!'' === !!1", "true"),
        ("'use strict'", "'use strict'"),
        ("", "undefined"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("`${0.1 + 0.2} ${1e21} ${-0}`", "'0.30000000000000004 1e+21 0'"),
        ("[] + {}", "'[object Object]'"),
        ("[1, [2, 3]] + ''", "'1,2,3'"),
        ("+[]", "0"),
        ("when - 0", "0"),
    ]);
}

#[test]
fn names_are_found_where_the_program_found_them() {
    check(&[
        ("n", "1"),
        ("g", "10"),
        ("n + g", "11"),
        ("o.a", "1"),
        ("this.title", "'buy'"),
        ("this === todo", "true"),
        ("this.#secret", "7"),
        ("#secret in this", "true"),
        (
            "late",
            "threw ReferenceError message='Cannot access 'late' before initialization'",
        ),
        (
            "neverDeclared",
            "threw ReferenceError message='neverDeclared is not defined'",
        ),
        (
            "neverDeclared.x",
            "threw ReferenceError message='neverDeclared is not defined'",
        ),
        ("window.g", "10"),
        ("globalThis.neverDeclared", "undefined"),
        (
            "document.title",
            "refused: this cannot be evaluated: document needs the live page, which a recording is not",
        ),
        (
            "fetch('/')",
            "refused: this cannot be evaluated: fetch needs the live page, which a recording is not",
        ),
        (
            "typeof document",
            "refused: this cannot be evaluated: document needs the live page, which a recording is not",
        ),
        ("[...arguments]", "Array 0=1 1={}"),
        ("__RECORD_REPLAY__.getFrameArgumentsArray()", "Array 0=1 1={}"),
        ("1 +", "threw SyntaxError message='Unexpected token'"),
    ]);
}

#[test]
fn the_global_scope_has_no_locals() {
    let (log, points) = program();
    log.check(|client| {
        let (pause_id, _) = paused(client, &points[1]);
        for (expression, expected) in [
            ("g", "20"),
            ("n", "threw ReferenceError message='n is not defined'"),
            ("this.g", "20"),
            (
                "early",
                "threw ReferenceError message='Cannot access 'early' before initialization'",
            ),
        ] {
            assert_eq!(
                evaluated(client, &pause_id, None, expression),
                expected,
                "{expression}"
            );
        }
    });
}

#[test]
fn members_are_read_along_the_prototypes() {
    check(&[
        ("todo.title.length", "3"),
        ("todo['ti' + 'tle'][0]", "'b'"),
        ("todo.missing", "undefined"),
        (
            "todo.missing.x",
            "threw TypeError message='Cannot read properties of undefined (reading 'x')'",
        ),
        ("todo.missing?.x.y.z", "undefined"),
        ("null?.[neverDeclared]", "undefined"),
        (
            "null.x",
            "threw TypeError message='Cannot read properties of null (reading 'x')'",
        ),
        (
            "todo.missing()",
            "threw TypeError message='todo.missing is not a function'",
        ),
        ("todo.missing?.()", "undefined"),
        ("todo.constructor === todo.constructor", "true"),
        ("todo.constructor.name", "'Todo'"),
        ("todo instanceof todo.constructor", "true"),
        ("o instanceof todo.constructor", "false"),
        (
            "list instanceof Array && !(list instanceof Map) && list instanceof Object",
            "true",
        ),
        (
            "failed instanceof Error && failed instanceof TypeError && !(failed instanceof RangeError)",
            "true",
        ),
        (
            "1 instanceof 2",
            "threw TypeError message='Right-hand side of 'instanceof' is not callable'",
        ),
        ("'title' in todo && !('x' in todo) && 'isLate' in todo", "true"),
        ("'toString' in {}", "true"),
        ("list.length", "3"),
        ("list[2].b", "null"),
        ("list[9]", "undefined"),
        ("list.at(-3)", "3"),
        ("map.size + set.size", "4"),
        ("map.get('k') + (map.has(9) ? 1 : 0)", "1"),
        ("map.get(2).a", "1"),
        ("set.has('x')", "true"),
        ("f.name", "'f'"),
        ("failed.message + failed.name", "'noTypeError'"),
        ("`${failed}`", "'TypeError: no'"),
        ("when.getTime()", "0"),
        ("when.toISOString()", "'1970-01-01T00:00:00.000Z'"),
        ("node.id + node.className + node.tagName", "'mainx yDIV'"),
        ("node.getAttribute('class')", "'x y'"),
        (
            "node.textContent",
            "refused: this cannot be evaluated: HTMLDivElement.textContent needs the live page, which a recording is not",
        ),
        ("event.isTrusted", "true"),
        (
            "event.clientX",
            "refused: this cannot be evaluated: MouseEvent.clientX needs the live page, which a recording is not",
        ),
        ("big[999]", "0"),
        (
            "big[1000]",
            "refused: this cannot be evaluated: it needs a value that was not recorded",
        ),
        ("big.length", "5000"),
        (
            "[...big].length",
            "refused: this cannot be evaluated: only the first 1000 of 5000 were recorded",
        ),
    ]);
}

#[test]
fn objects_are_made() {
    check(&[
        (
            "({ a: 1, b: [2], 'c d': n, [g]: 4 })",
            "Object 10=4 a=1 b={} c d=1",
        ),
        ("({ ...o, a: 2 })", "Object a=2 b=null"),
        ("({ n })", "Object n=1"),
        ("[1, ...'ab', ...set]", "Array 0=1 1='a' 2='b' 3=1 4='x'"),
        ("[1, , 3]", "Array 0=1 2=3"),
        ("[[1, 2], { x: 3 }][1].x", "3"),
        ("[...map.keys()]", "Array 0='k' 1=2"),
        ("[...map][0][1]", "1"),
        ("Array.from(map.values()).length", "2"),
        ("todo", "Todo title='buy' done=false #secret=7"),
        ("[todo][0] === todo", "true"),
        ("[] === []", "false"),
    ]);
}

#[test]
fn built_in_functions_compute() {
    check(&[
        ("Math.max(1, n, 5) - Math.min(2)", "3"),
        (
            "Math.round(-0.5) + Math.round(2.5) + Math.round(0.49999999999999994)",
            "3",
        ),
        ("Math.floor(-1.5) + Math.trunc(1.9) + Math.sign(-3)", "-2"),
        ("Math.PI.toFixed(2)", "'3.14'"),
        ("(255).toString(16) + (-5).toString(2)", "'ff-101'"),
        ("parseInt('12px') + parseFloat('1.5e1x') + Number('0x10')", "43"),
        (
            "Number.isInteger(5) && !Number.isInteger('5') && isNaN('x')",
            "true",
        ),
        ("String(null) + String([1, 2]) + Boolean('')", "'null1,2false'"),
        ("Object.keys(o).join() + Object.values(o).length", "'a,b2'"),
        ("Object.entries({ x: 1 })[0]", "Array 0='x' 1=1"),
        ("Object.fromEntries(map).k", "1"),
        ("Array.isArray(list) && !Array.isArray(o)", "true"),
        (
            "JSON.stringify({ a: [1, 'x\"', null, undefined], b: undefined, c: when, d: { e: NaN } })",
            "'{\"a\":[1,\"x\\\"\",null,null],\"c\":\"1970-01-01T00:00:00.000Z\",\"d\":{\"e\":null}}'",
        ),
        (
            "JSON.stringify([{ a: 1 }], null, 1)",
            "'[\n {\n  \"a\": 1\n }\n]'",
        ),
        ("JSON.stringify(todo)", "'{\"title\":\"buy\",\"done\":false}'"),
        ("JSON.stringify(undefined)", "undefined"),
        ("'a-b-c'.split('-').map(x => x.toUpperCase()).join('')", "'ABC'"),
        ("[3, 1, 2].filter(x => x > n).length", "2"),
        ("[1, 2, 3].reduce((sum, x, i) => sum + x * i, 0)", "8"),
        (
            "[1, 2].some(x => [2].includes(x)) && ![1].every(x => x > 1)",
            "true",
        ),
        ("list.find(x => x.a)?.a", "1"),
        ("list.indexOf('a') + list.indexOf(9)", "0"),
        (
            "[[1, 2], [3]].map(x => x.map(y => y + x.length))[0].join()",
            "'3,4'",
        ),
        (
            "'héllo😀'.length + 'x'.padStart(3, 'ab') + 'ab'.repeat(2)",
            "'7abxabab'",
        ),
        (
            "'hello'.slice(-3, -1) + 'hello'.substring(3, 1) + 'hello'.at(-1)",
            "'llelo'",
        ),
        ("'hello'.indexOf('l', 3) + 'hello'.lastIndexOf('l')", "6"),
        (
            "'a.b.a'.replace('a', 'x') + 'a.b.a'.replaceAll('a', 'x')",
            "'x.b.ax.b.x'",
        ),
        (
            "' x '.trim() + 'abc'.includes('bc') + 'abc'.startsWith('b', 1)",
            "'xtruetrue'",
        ),
        ("'😀'.codePointAt(0) + 'a'.charCodeAt(0)", "128609"),
        ("({}).hasOwnProperty('x') || o.hasOwnProperty('a')", "true"),
        ("o.toString()", "'[object Object]'"),
        (
            "'x'.repeat(1e9)",
            "refused: this cannot be evaluated: it makes too long a string",
        ),
    ]);
}

#[test]
fn answers_never_repeat_what_was_sent() {
    let (log, points) = program();
    log.check(|client| {
        let (pause_id, frame) = paused(client, &points[0]);
        let mut evaluate = |expression: &str| {
            let params = EvaluateInFrame {
                frame_id: frame.clone(),
                expression: expression.to_owned(),
                pure: false,
                use_original_scopes: false,
            };
            client.ask_in(&pause_id, params).result
        };
        let first = evaluate("todo");
        assert_eq!(
            first.data.objects.len(),
            2,
            "with its prototype: {:?}",
            first.data
        );
        assert_eq!(evaluate("todo").returned, first.returned);
        assert!(evaluate("todo").data.objects.is_empty());
        let one = evaluate("[1]").returned;
        assert_ne!(one, evaluate("[1]").returned, "each is an object of its own");
    });
}

#[test]
fn properties_are_read_by_name() {
    let (log, points) = program();
    log.check(|client| {
        let (pause_id, frame) = paused(client, &points[0]);
        evaluated(client, &pause_id, Some(&frame), "todo");
        for (name, expected) in [("title", "'buy'"), ("missing", "undefined")] {
            let params = GetObjectProperty {
                object: wire::ids::ObjectId::from("4"),
                name: name.to_owned(),
            };
            let ended = client.ask_in(&pause_id, params).result;
            assert_eq!(ended_text(client, &pause_id, &ended), expected);
        }
        let unknown = GetObjectProperty {
            object: wire::ids::ObjectId::from("999"),
            name: "x".to_owned(),
        };
        let (_, message) = client.error_in(&pause_id, unknown);
        assert_eq!(message, "no such object in this pause: 999");
    });
}

fn run(
    selector: PointSelector,
    limits: Option<PointPageLimits>,
    expression: &str,
    frame_index: Option<i32>,
) -> RunEvaluation {
    RunEvaluation {
        run_evaluation_id: RunEvaluationId::from("r"),
        point_selector: selector,
        point_limits: limits,
        expression: expression.to_owned(),
        frame_index,
        full_returned_property_preview: true,
        share_processes: true,
        single_process: false,
        preload_expressions: Vec::new(),
    }
}

fn results(client: &mut Client, run: &RunEvaluation) -> (Vec<RunEvaluationResult>, Option<ExecutionPoint>) {
    let outcome = client.send(None, run);
    let events = outcome.events::<RunEvaluationResults>();
    let next_begin = outcome.result.unwrap().next_begin;
    (
        events.into_iter().flat_map(|event| event.results).collect(),
        next_begin,
    )
}

#[test]
fn one_expression_is_evaluated_at_many_points() {
    let (log, points) = program();
    log.check(|client| {
        let location = Location {
            source_id: SourceId::from("s1"),
            line: 1,
            column: TEXT.find("use").unwrap() as u32,
        };
        let selector = PointSelector::Location {
            location,
            on_stack_frame: None,
        };
        let values = |client: &mut Client, expression: &str, frame_index| {
            let run = run(selector.clone(), None, expression, frame_index);
            let (results, next_begin) = results(client, &run);
            assert_eq!(next_begin, None);
            let found: Vec<_> = results.iter().map(|result| result.point.point.clone()).collect();
            assert_eq!(found, points);
            results
                .iter()
                .map(
                    |result| match (&result.returned, &result.exception, result.failed) {
                        (Some(value), None, false) => value_text(value),
                        (None, Some(_), false) => "threw".to_owned(),
                        (None, None, true) => "failed".to_owned(),
                        other => panic!("{other:?}"),
                    },
                )
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(values(client, "n * 10 === g && n", Some(0)), "1 2 3");
        assert_eq!(
            values(client, "n", Some(-1)),
            "threw threw threw",
            "the outermost frame has no n"
        );
        assert_eq!(values(client, "n", None), "threw threw threw");
        assert_eq!(values(client, "n", Some(7)), "failed failed failed");
        assert_eq!(values(client, "document.title", Some(0)), "failed failed failed");
        assert_eq!(values(client, "n >= 2 ? n : n.x.y", Some(0)), "threw 2 3");
    });
}

#[test]
fn evaluations_come_in_pages_with_pauses_of_their_own() {
    let (log, points) = program();
    log.check(|client| {
        let selector = PointSelector::Points {
            points: points.clone(),
        };
        let limits = |begin| PointPageLimits {
            begin,
            end: None,
            max_count: Some(2),
        };
        let (page, next_begin) = results(
            client,
            &run(selector.clone(), Some(limits(None)), "[n, o]", Some(0)),
        );
        assert_eq!(page.len(), 2);
        assert_eq!(next_begin, Some(points[2].clone()));
        let (rest, end) = results(
            client,
            &run(selector.clone(), Some(limits(next_begin)), "[n, o]", Some(0)),
        );
        assert_eq!((rest.len(), end), (1, None));
        let result = &rest[0];
        let id = result
            .returned
            .as_ref()
            .and_then(|value| value.as_object())
            .unwrap();
        let array = result
            .data
            .objects
            .iter()
            .find(|object| object.object_id == *id)
            .unwrap();
        assert_eq!(object_text(array), "Array 0=3 1={}");
        assert!(
            result
                .data
                .objects
                .iter()
                .any(|object| object.object_id.as_str() == "7" && object.preview.is_some())
        );
        // Its pause goes on knowing what was made there.
        let frames = client.ask_in(&result.pause_id, GetAllFrames {}).frames;
        assert_eq!(evaluated(client, &result.pause_id, Some(&frames[0]), "n"), "3");
        let object = id.clone();
        let params = GetObjectProperty {
            object,
            name: "length".to_owned(),
        };
        let ended = client.ask_in(&result.pause_id, params).result;
        assert_eq!(ended_text(client, &result.pause_id, &ended), "2");
        let mut with_preload = run(selector, None, "limit + n", Some(0));
        with_preload.preload_expressions = vec![wire::session::RunEvaluationPreload {
            name: "limit".to_owned(),
            expression: "g * 2".to_owned(),
        }];
        let (results, _) = results(client, &with_preload);
        let sums: Vec<_> = results
            .iter()
            .map(|result| value_text(result.returned.as_ref().unwrap()))
            .collect();
        assert_eq!(sums, ["21", "42", "63"]);
    });
}

/// Bits of source text, put together at random.
fn bits() -> impl Strategy<Value = String> {
    let bit = prop::sample::select(vec![
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "`${",
        "}`",
        "`",
        "'",
        "\"",
        "/",
        "*",
        "//",
        "/*",
        "*/",
        "=>",
        "a",
        "n",
        "list",
        "map",
        "todo",
        "this",
        ".",
        "?.",
        ",",
        ";",
        ":",
        "?",
        "...",
        "=",
        "==",
        "+",
        "-",
        "!",
        "~",
        "++",
        "typeof ",
        "new ",
        "in ",
        "instanceof ",
        "void ",
        "0",
        "1",
        "9n",
        "1e999",
        "-1",
        "'x'",
        "\\",
        "\n",
        " ",
        "#",
        "JSON.stringify(",
        "Math.max(",
        ".map(x => ",
        ".repeat(",
        ".join(",
        ".reduce((a, b) => a + b)",
        "async ",
        "await ",
        "yield ",
        "function f(){",
        "😀",
        "\u{2028}",
        "<!--",
        "-->",
        "class A {",
        "delete ",
        "**",
        "&&",
        "??",
        "||",
        "__proto__",
        "undefined",
        "null",
        "0x",
        "if(",
    ]);
    prop::collection::vec(bit, 0..40).prop_map(|bits| bits.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_text_harms(texts in prop::collection::vec(prop_oneof![bits(), ".{0,80}"], 8)) {
        let (log, points) = program();
        let mut client = log.open(65_536);
        let (pause_id, frame) = paused(&mut client, &points[0]);
        for text in texts {
            evaluated(&mut client, &pause_id, Some(&frame), &text);
        }
    }
}

#[test]
fn what_would_not_end_is_refused() {
    let (log, points) = program();
    let mut client = log.open(65_536);
    let (pause_id, frame) = paused(&mut client, &points[0]);
    let nested = |n: usize| format!("{}0{}", "(".repeat(n), ")".repeat(n));
    for expression in [
        format!(
            "[{}].map(a => [{}].map(b => [{}].map(c => [1,2,3,4].map(d => a + b + c + d))))",
            "1,".repeat(90),
            "1,".repeat(90),
            "1,".repeat(90)
        ),
        format!("'x'{}", ".repeat(1000)".repeat(20)),
        nested(100_000),
        "!".repeat(100_000) + "0",
        format!("0{}", " + 0".repeat(100_000)),
        format!("{}0", "a => ".repeat(100_000)),
        format!("todo{}", ".title?.x".repeat(100_000)),
        format!("{}1{}", "`${".repeat(50_000), "}`".repeat(50_000)),
    ] {
        let ended = evaluated(&mut client, &pause_id, Some(&frame), &expression);
        let shown: String = expression.chars().take(60).collect();
        assert!(
            ended.starts_with("refused: ") || ended == "undefined",
            "{shown}: {ended}"
        );
    }
    assert_eq!(evaluated(&mut client, &pause_id, Some(&frame), &nested(50)), "0");
}

/// What takes a whole engine, in the first call of `f`.
#[test]
fn what_would_fill_the_memory_is_refused() {
    let (log, points) = program();
    let mut client = log.open(65_536);
    let (pause_id, frame) = paused(&mut client, &points[0]);
    for expression in [
        "let s = 'x'; for (;;) s += s",
        "let all = []; for (;;) all.push('x'.repeat(4000000))",
        "let all = []; for (;;) all = [...all, ...all, 1]",
        "let kept = [], o = Object.fromEntries(Array(1000).fill(1).map((_, i) => [i, i])); for (;;) kept.push({ ...o })",
        "let kept = []; for (;;) kept.push(new Uint8Array(1000000))",
        "let kept = [], s = 'x'.repeat(1000000); for (;;) kept.push(s.slice(1))",
        "new Uint8Array(2 ** 31)",
        "new ArrayBuffer(2 ** 40)",
    ] {
        let ended = evaluated(&mut client, &pause_id, Some(&frame), expression);
        let is_ended = ended.starts_with("refused: ") || ended.starts_with("threw RangeError");
        assert!(is_ended, "{expression}: {ended}");
    }
    let usual = "let all = []; for (let i = 0; i < 10000; i++) all.push(`${i}`.slice(-2)); all.length";
    let (pause_id, frame) = paused(&mut client, &points[0]);
    assert_eq!(evaluated(&mut client, &pause_id, Some(&frame), usual), "10000");
}

#[test]
fn programs_run_over_the_recording() {
    check(&[
        ("let x = n; x + 1", "2"),
        ("for (var i = 0, sum = 0; i < 10; i++) sum += i; sum", "45"),
        ("(function (a) { return a * n })(21)", "21"),
        ("new Map([[1, 2]])", "Map"),
        ("/b(u)/.exec(todo.title)[1]", "'u'"),
        ("list.map(x => typeof x).join()", "'number,string,object'"),
        ("[...list].reverse()[2]", "3"),
        (
            "Object.keys(todo).join() + JSON.stringify(o, null)",
            "'title,done{\"a\":1,\"b\":null}'",
        ),
        ("list.sort((a, b) => String(a) < String(b) ? -1 : 1).length", "3"),
        (
            "(() => { throw new TypeError('no ' + n) })()",
            "threw TypeError message='no 1'",
        ),
        (
            "(() => { throw todo })()",
            "threw Todo title='buy' done=false #secret=7",
        ),
        (
            "(() => late)()",
            "threw ReferenceError message='Cannot access 'late' before initialization'",
        ),
        (
            "(() => neverDeclared)()",
            "threw ReferenceError message='neverDeclared is not defined'",
        ),
        (
            "(() => document)()",
            "refused: this cannot be evaluated: document needs the live page, which a recording is not",
        ),
        (
            "try { fetch('/') } catch { 1 }",
            "refused: this cannot be evaluated: fetch needs the live page, which a recording is not",
        ),
        (
            "(() => node.textContent)()",
            "refused: this cannot be evaluated: HTMLDivElement.textContent needs the live page, which a recording is not",
        ),
        (
            "(() => event.clientX)()",
            "refused: this cannot be evaluated: MouseEvent.clientX needs the live page, which a recording is not",
        ),
        (
            "(function () { return big[1000] })()",
            "refused: this cannot be evaluated: only the first 1000 of 5000 were recorded",
        ),
        ("(() => this.title + this.#secret)()", "'buy7'"),
        (
            "(() => todo instanceof todo.constructor && list instanceof Array)()",
            "true",
        ),
        (
            "(() => map.get(2) === o && set.has('x') && [...map.keys()].length)()",
            "2",
        ),
        (
            "when.getFullYear() + when.toISOString()",
            "'19701970-01-01T00:00:00.000Z'",
        ),
        ("new Date().getTime() < 1e9", "true"),
        (
            "2n ** 200n",
            "1606938044258990275541962092341162602522202993782792835301376n",
        ),
        (
            "class A { #x = 1; get x() { return this.#x + n } } new A().x",
            "2",
        ),
        (
            "[1, 2, 3].flatMap(x => [x, x]).toSorted((a, b) => b - a)",
            "Array 0=3 1=3 2=2 3=2 4=1 5=1",
        ),
        (
            "(() => ({ a: { b: { c: [todo] } } }))().a.b.c[0] === todo",
            "true",
        ),
        (
            "(() => Object.getOwnPropertyNames(todo).join())()",
            "'title,done'",
        ),
        ("typeof [].map.call", "'function'"),
        ("(() => window.g + globalThis.g)()", "20"),
        ("eval('n - 1')", "0"),
        (
            "let s = 'x'.repeat(1e6); s = s + s + s + s + s; s.length",
            "refused: this cannot be evaluated: it makes too long a string",
        ),
        (
            "let all = [1]; for (let i = 0; i < 40; i++) all = [...all, ...all]; all.length",
            "threw RangeError message='more than a recording is asked to make'",
        ),
        (
            "let s = 'x'.repeat(1e6); [s, s, s, s, s].join().length",
            "threw RangeError message='more than a recording is asked to make'",
        ),
        (
            "[1, 2].concat([3]).join('-') + ['a', 'b'].join() + 'a'.concat('b')",
            "'1-2-3a,bab'",
        ),
        (
            "var t = [3, 4]; let [p, ...q] = t; p + q[0] + 'x'.replace('x', 'y')",
            "'7y'",
        ),
        (
            "while (true);",
            "refused: this cannot be evaluated: it runs too long or too deep",
        ),
        (
            "(function f() { return f() })()",
            "refused: this cannot be evaluated: it runs too long or too deep",
        ),
        (
            "new Array(1e9).fill(0)",
            "threw RangeError message='more than a recording is asked to make'",
        ),
        (
            "(function () { return 'x'.repeat(1e9) })()",
            "threw RangeError message='more than a recording is asked to make'",
        ),
        ("import('x'); 1", "1"),
    ]);
}

#[test]
fn what_code_changes_stays_in_its_pause() {
    let (log, points) = program();
    let mut client = log.open(65_536);
    let (pause_id, frame) = paused(&mut client, &points[0]);
    let mut steps = |pause_id: &PauseId, frame: &wire::ids::FrameId, expressions: &[(&str, &str)]| {
        for (expression, expected) in expressions {
            assert_eq!(
                evaluated(&mut client, pause_id, Some(frame), expression),
                *expected,
                "{expression}"
            );
        }
    };
    steps(
        &pause_id,
        &frame,
        &[
            ("n = 10", "10"),
            ("n", "10"),
            ("todo.done = true, o.fresh = [1]", "Array 0=1"),
            ("todo.done && o.fresh.length", "1"),
            ("delete o.a; o.a", "undefined"),
            ("list.push(n); list.length", "4"),
            ("map.set('new', 1).size", "3"),
            ("made = { x: 1 }; made.x", "1"),
            ("made.x += g", "11"),
            ("g++; window.g", "11"),
            ("var v = 3; v", "3"),
            ("v + 1", "4"),
            ("f = 1; f", "1"),
        ],
    );
    // Another pause at the same point knows nothing of it.
    let (other, frame) = paused(&mut client, &points[0]);
    let mut steps = |expressions: &[(&str, &str)]| {
        for (expression, expected) in expressions {
            assert_eq!(
                evaluated(&mut client, &other, Some(&frame), expression),
                *expected,
                "{expression}"
            );
        }
    };
    steps(&[
        ("n", "1"),
        ("todo.done", "false"),
        ("o.a + list.length + map.size + g", "16"),
        ("typeof made + typeof v", "'undefinedundefined'"),
    ]);
}

#[test]
fn a_pause_is_a_console() {
    let (log, points) = program();
    let mut client = log.open(65_536);
    let (pause_id, frame) = paused(&mut client, &points[0]);
    for (expression, expected) in [
        ("{ a: 1 }", "Object a=1"),
        ("{}", "Object"),
        ("{ let a = 1; a + 1 }", "2"),
        ("let x = 1, y", "undefined"),
        ("x", "1"),
        ("let x = 2; x", "2"),
        ("const { title, ...rest } = todo", "undefined"),
        ("title + typeof rest.done", "'buyboolean'"),
        (
            "class Pair { constructor(a) { this.a = a } twice() { return this.a * 2 } }",
            "undefined",
        ),
        ("new Pair(4).twice()", "8"),
        ("function half(x) { return x / 2 }", "undefined"),
        ("half(5)", "2.5"),
        ("var kept = x; kept", "2"),
        // A name that the frame has keeps its value, except where it is assigned.
        ("let n = 5; n", "5"),
        ("n", "5"),
        ("40 + 2", "42"),
        ("$_ + 1", "43"),
        ("await 7", "7"),
        ("const later = await (async () => x + n)(); later", "7"),
        (
            "await Promise.reject(new RangeError('no'))",
            "threw RangeError message='no'",
        ),
        (
            "await new Promise(() => {})",
            "refused: this cannot be evaluated: it waits for what a recording does not go on to",
        ),
        ("[1].forEach((x) => console.log(x)); console.warn()", "undefined"),
        ("if (x) 'yes'; else 'no'", "'yes'"),
        (
            "$0",
            "refused: this cannot be evaluated: $0 needs the live page, which a recording is not",
        ),
        (
            "copy(n)",
            "refused: this cannot be evaluated: copy needs the live page, which a recording is not",
        ),
    ] {
        assert_eq!(
            evaluated(&mut client, &pause_id, Some(&frame), expression),
            expected,
            "{expression}"
        );
    }
    assert_eq!(evaluated(&mut client, &pause_id, None, "x + later"), "9");
    assert_eq!(evaluated(&mut client, &pause_id, None, "typeof n"), "'undefined'");
}

#[test]
fn what_code_changed_is_shown_in_its_pause() {
    let (log, points) = program();
    let mut client = log.open(65_536);
    let pause_id = client.pause(&points[0]);
    let all = client.ask_in(&pause_id, GetAllFrames {});
    let frame_id = all.frames[0].clone();
    let frame = all
        .data
        .frames
        .into_iter()
        .find(|frame| frame.frame_id == frame_id);
    let scopes = frame.map(|frame| frame.scope_chain).unwrap_or_default();
    // With these the answer has all that there is of them: it would not be sent again.
    evaluated(&mut client, &pause_id, Some(&frame_id), "[todo, list, map]");
    let preview = |client: &mut Client, object: &str| {
        let params = GetObjectPreview {
            object: object.into(),
            level: Some(ObjectPreviewLevel::Full),
        };
        let answer = client.ask_in(&pause_id, params).data.objects;
        let found = answer
            .into_iter()
            .find(|known| known.object_id.as_str() == object);
        found.unwrap_or_else(|| panic!("{object} is not sent"))
    };
    let variables = |client: &mut Client| {
        let mut values = Vec::new();
        for scope in &scopes {
            let scope = scope.clone();
            let answer = client.ask_in(&pause_id, GetScope { scope }).data.scopes;
            let bindings = answer.into_iter().filter_map(|scope| scope.bindings).flatten();
            let wanted = bindings.filter(|each| matches!(&*each.name, "n" | "g"));
            values.extend(wanted.map(|each| format!("{}={}", each.name, value_text(&each.value))));
        }
        values
    };
    assert_eq!(variables(&mut client), ["n=1", "g=10"]);
    for expression in [
        "todo.done = 'soon'",
        "delete todo.title",
        "n = 10",
        "g = 20",
        "list.push(5)",
        "map.delete('k')",
    ] {
        let ended = evaluated(&mut client, &pause_id, Some(&frame_id), expression);
        assert!(!ended.starts_with("refused"), "{expression}: {ended}");
    }
    let todo = preview(&mut client, "4");
    assert_eq!(object_text(&todo), "Todo done='soon' #secret=7");
    let list = preview(&mut client, "1")
        .preview
        .and_then(|preview| preview.properties);
    let last = list.into_iter().flatten().find(|each| each.name == "3");
    assert_eq!(last.map(|last| value_text(&last.value)).as_deref(), Some("5"));
    let map = preview(&mut client, "2").preview;
    assert_eq!(map.and_then(|preview| preview.container_entry_count), Some(1));
    assert_eq!(variables(&mut client), ["n=10", "g=20"]);
}

#[test]
fn what_is_pure_changes_nothing() {
    let (log, points) = program();
    let mut client = log.open(65_536);
    let (pause_id, frame) = paused(&mut client, &points[0]);
    evaluated(&mut client, &pause_id, Some(&frame), "made = { x: 1, list: [1] }");
    for expression in [
        "n = 2",
        "todo.done = true",
        "delete todo.done",
        "list.push(1)",
        "window.g = 1",
        "map.set('new', 1)",
        "map.clear()",
        "made.x = 2",
        "made.list.push(2)",
        "made = 3",
        "fresh = 1",
    ] {
        let params = EvaluateInFrame {
            frame_id: frame.clone(),
            expression: expression.to_owned(),
            pure: true,
            use_original_scopes: false,
        };
        let (_, message) = client.error_in(&pause_id, params);
        assert_eq!(
            message, "this cannot be evaluated: it would change what it reads",
            "{expression}"
        );
    }
    for (expression, expected) in [
        ("n", "1"),
        ("map.size", "2"),
        ("[...map.keys()].length", "2"),
        ("made.x + made.list.length", "2"),
        ("typeof fresh", "'undefined'"),
    ] {
        assert_eq!(
            evaluated(&mut client, &pause_id, Some(&frame), expression),
            expected,
            "{expression}"
        );
    }
}

/// A program whose functions can run again: a class with a getter, a helper at the top level, one inside of a function
/// that ran once and one inside of a function that ran twice.
const FUNCTIONS: &str = "let rate = 2;
class Todo { #due = 3; get late() { return this.#due > rate } later(by) { return this.#due + by * rate } }
const twice = (x) => x * rate;
function outer(seed) { return function inner(x) { return x + seed } }
function often(seed) { return () => seed }
use(twice);";

fn functions() -> (Log, ExecutionPoint) {
    let mut code = Code::classic(1, FUNCTIONS);
    let root = code.root();
    let function = |code: &mut Code, name: &str, start: &str, end: &str, kind: FunctionKind, around| {
        let (id, scope) = code.call(name, start, around);
        let idx = (id.0 - code.script.first_function.0) as usize;
        let end_at = FUNCTIONS.find(end).unwrap() + end.len();
        let mut end = code.position(end);
        end.column = FUNCTIONS[..end_at].rsplit('\n').next().unwrap().len() as u32;
        code.script.functions[idx].kind = kind;
        code.script.functions[idx].end = end;
        (id, scope)
    };
    let rate = code.binding("rate", BindingKind::Let, root, "rate = 2");
    let (late, _) = function(
        &mut code,
        "late",
        "get late",
        "> rate }",
        FunctionKind::Method,
        root,
    );
    let (later, _) = function(
        &mut code,
        "later",
        "later(by)",
        "by * rate }",
        FunctionKind::Method,
        root,
    );
    let (twice, _) = function(
        &mut code,
        "twice",
        "(x) => x * rate",
        "(x) => x * rate",
        FunctionKind::Arrow,
        root,
    );
    let (outer, outer_scope) = function(
        &mut code,
        "outer",
        "function outer",
        "x + seed } }",
        FunctionKind::Function,
        root,
    );
    let seed = code.binding(
        "seed",
        BindingKind::Parameter,
        outer_scope,
        "seed) { return function",
    );
    let (inner, _) = function(
        &mut code,
        "inner",
        "function inner",
        "x + seed }",
        FunctionKind::Function,
        outer_scope,
    );
    let (often, often_scope) = function(
        &mut code,
        "often",
        "function often",
        "=> seed }",
        FunctionKind::Function,
        root,
    );
    code.binding("seed", BindingKind::Parameter, often_scope, "seed) { return ()");
    let (lost, _) = function(
        &mut code,
        "lost",
        "() => seed",
        "() => seed",
        FunctionKind::Arrow,
        often_scope,
    );
    let names = ["todo", "twice", "inner", "lost", "native"];
    let bindings = names.map(|name| code.binding(name, BindingKind::Var, root, "use"));
    let at_use = code.site("use(twice)", root);
    let in_outer = code.site("return function inner", outer_scope);
    let in_often = code.site("return () => seed", often_scope);
    let top = code.top();
    let _ = seed;
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    log.write(STATIC, rate, 2);
    let function = |name: &str, function| {
        of_kind(
            "Function",
            ObjectKind::Function {
                name: name.into(),
                function,
            },
            &[],
        )
    };
    log.object(20, function("late", Some(late)));
    log.object(21, function("later", Some(later)));
    let getter = Property {
        key: Key::Name("late".into()),
        value: Slot::Accessor {
            get: Some(ObjectId(20)),
            set: None,
        },
        flags: 2,
    };
    let mut prototype = plain(&[("later", object_value(21))]);
    prototype.properties.push(getter);
    prototype.n_properties = 2;
    log.object(22, prototype);
    log.object(
        23,
        ObjectState {
            prototype: Some(ObjectId(22)),
            class_name: "Todo".into(),
            ..plain(&[("#due", number(3))])
        },
    );
    log.object(24, function("twice", Some(twice)));
    log.object(25, function("inner", Some(inner)));
    log.object(26, function("lost", Some(lost)));
    log.object(27, function("native", None));
    for (binding, object) in bindings.iter().zip([23, 24, 25, 26, 27]) {
        log.write(STATIC, *binding, object_value(object));
    }
    log.enter(outer, STATIC, &[number(100)]);
    log.step(in_outer);
    log.end();
    for seed in [1, 2] {
        log.enter(often, STATIC, &[number(seed)]);
        log.step(in_often);
        log.end();
    }
    let point = log.step(at_use);
    log.end();
    (log, point)
}

#[test]
fn functions_of_the_program_run_again() {
    let (log, point) = functions();
    log.check(|client| {
        let (pause_id, frame) = paused(client, &point);
        for (expression, expected) in [
            ("todo.late", "true"),
            ("todo.later(4)", "11"),
            ("twice(21)", "42"),
            ("[1, 2].map(twice).join()", "'2,4'"),
            ("inner(1)", "101"),
            ("lost()", "refused: this cannot be evaluated: which of several variables seed this function has is not recorded: \
             a function is seen when it is kept or passed on, which need not be in the call that made it"),
            ("native()", "refused: this cannot be evaluated: native is not of a recorded script: it would need the live page"),
            ("rate = 5; todo.late", "false"),
            ("todo.later(1)", "8"),
            ("inner.call(null, 2)", "102"),
        ] {
            assert_eq!(evaluated(client, &pause_id, Some(&frame), expression), expected, "{expression}");
        }
    });
}

#[test]
fn clients_call_functions() {
    let (log, point) = functions();
    log.check(|client| {
        use wire::pause::{CallFunction, CallObjectProperty, Value};
        let (pause_id, frame) = paused(client, &point);
        for name in ["todo", "twice", "lost"] {
            evaluated(client, &pause_id, Some(&frame), name);
        }
        let object = |id: &str| wire::ids::ObjectId::from(id);
        let called = CallFunction {
            object: object("24"),
            this_value: Value::Undefined,
            argument_values: vec![Value::Number(4.0)],
        };
        let ended = client.ask_in(&pause_id, called).result;
        assert_eq!(ended.returned, Some(Value::Number(8.0)));
        let called = CallObjectProperty {
            object: object("23"),
            name: "later".to_owned(),
            argument_values: vec![Value::Number(1.0)],
        };
        let ended = client.ask_in(&pause_id, called.clone()).result;
        assert_eq!(ended.returned, Some(Value::Number(5.0)));
        let missing = CallObjectProperty {
            name: "missing".to_owned(),
            ..called
        };
        let ended = client.ask_in(&pause_id, missing).result;
        assert!(ended.exception.is_some(), "{ended:?}");
        let property = GetObjectProperty {
            object: object("23"),
            name: "late".to_owned(),
        };
        let ended = client.ask_in(&pause_id, property).result;
        assert_eq!(ended.returned, Some(Value::Bool(true)));
        let lost = CallFunction {
            object: object("26"),
            this_value: Value::Undefined,
            argument_values: Vec::new(),
        };
        let (_, message) = client.error_in(&pause_id, lost);
        assert!(message.contains("is not recorded"), "{message}");
        let unknown = CallFunction {
            object: object("24"),
            this_value: Value::Object(object("27")),
            argument_values: Vec::new(),
        };
        assert_eq!(
            client.error_in(&pause_id, unknown).1,
            "no such object in this pause: 27"
        );
    });
}
