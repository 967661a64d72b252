//! Expressions, in one pause and at many points.

use std::collections::BTreeMap;

use client::{CallError, Pause};
use wire::{
    error::ErrorCode,
    ids::RunEvaluationId,
    pause::{ObjectPreviewLevel, Value},
    point::ExecutionPoint,
    session::{PointPageLimits, PointSelector, RunEvaluation, RunEvaluationResult},
};

use crate::{
    hosts::Sample,
    subject::{Subject, refusal},
};

pub(crate) fn wants(_sample: &Sample) -> bool {
    true
}

fn run(points: Vec<ExecutionPoint>, expression: &str) -> RunEvaluation {
    RunEvaluation {
        run_evaluation_id: RunEvaluationId::from(""),
        point_selector: PointSelector::Points { points },
        point_limits: None,
        expression: expression.to_owned(),
        frame_index: Some(0),
        full_returned_property_preview: true,
        share_processes: true,
        single_process: false,
        preload_expressions: Vec::new(),
    }
}

pub(crate) async fn literals_evaluate_everywhere(subject: &Subject) {
    for point in subject.sample_points(6).await {
        let pause = subject.pause(&point.point).await;
        let frames = pause.until_ready(Pause::frames).await.unwrap();
        for (expression, expected) in [
            ("1 + 1", Value::Number(2.0)),
            ("'a' + `b${1}`", Value::from("ab1")),
            ("[1, 2, 3].length > 2 && !false", Value::Bool(true)),
            ("undefined", Value::Undefined),
            ("null", Value::Null),
            ("-0", Value::Number(-0.0)),
            ("0 / 0", Value::Number(f64::NAN)),
            ("10n ** 20n", Value::Bigint("100000000000000000000".to_owned())),
            ("typeof neverDeclaredAnywhere", Value::from("undefined")),
        ] {
            for frame_id in [Some(&frames[0].frame_id), None] {
                let result = pause.evaluate(frame_id, expression).await.unwrap();
                assert_eq!(
                    result.returned,
                    Some(expected.clone()),
                    "{expression} in {frame_id:?}: {result:?}"
                );
                assert_eq!(result.exception, None);
            }
        }
        let result = pause
            .evaluate(Some(&frames[0].frame_id), "({ a: 1, b: [2] })")
            .await
            .unwrap();
        let id = result
            .returned
            .as_ref()
            .and_then(Value::as_object)
            .expect("an object")
            .clone();
        let object = pause
            .until_ready(|pause| pause.object(&id, ObjectPreviewLevel::Full))
            .await
            .unwrap();
        let properties = object
            .preview
            .as_ref()
            .and_then(|preview| preview.properties.as_ref())
            .unwrap();
        let names: Vec<_> = properties.iter().map(|property| property.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(properties[0].value, Value::Number(1.0));
    }
}

pub(crate) async fn variables_evaluate_to_what_the_scope_shows(subject: &Subject) {
    let mut n_compared = 0;
    for point in subject.sample_points(15).await {
        let pause = subject.pause(&point.point).await;
        for frame in pause.until_ready(Pause::frames).await.unwrap().iter().take(2) {
            let mut shadowed = Vec::new();
            for scope in pause.until_ready(|pause| pause.scopes(frame)).await.unwrap() {
                for binding in scope.bindings.iter().flatten() {
                    let is_name = binding
                        .name
                        .chars()
                        .all(|char| char.is_ascii_alphanumeric() || "_$".contains(char));
                    let is_plain = !matches!(
                        binding.value,
                        Value::Object(_) | Value::Uninitialized | Value::Unavailable
                    );
                    if !is_name
                        || binding.name == "this"
                        || binding.name == "arguments"
                        || shadowed.contains(&binding.name)
                    {
                        continue;
                    }
                    shadowed.push(binding.name.clone());
                    if is_plain {
                        let result = pause
                            .evaluate(Some(&frame.frame_id), &binding.name)
                            .await
                            .unwrap();
                        assert_eq!(
                            result.returned.as_ref(),
                            Some(&binding.value),
                            "{} at {}",
                            binding.name,
                            point.point
                        );
                        n_compared += 1;
                    }
                }
            }
        }
    }
    assert!(n_compared > 0);
}

async fn evaluate(subject: &Subject, run: RunEvaluation) -> BTreeMap<ExecutionPoint, RunEvaluationResult> {
    let (results, answer) = subject.session.run_evaluation(run).flat().await.unwrap();
    assert_eq!(answer.next_begin, None);
    let n_results = results.len();
    let by_point: BTreeMap<_, _> = results
        .into_iter()
        .map(|result| (result.point.point.clone(), result))
        .collect();
    assert_eq!(by_point.len(), n_results, "one result at a point");
    by_point
}

pub(crate) async fn many_points_agree_with_one(subject: &Subject) {
    let points: Vec<_> = subject
        .sample_points(10)
        .await
        .into_iter()
        .map(|point| point.point)
        .collect();
    let results = evaluate(subject, run(points.clone(), "typeof this")).await;
    assert_eq!(
        results.keys().collect::<Vec<_>>(),
        points.iter().collect::<Vec<_>>(),
        "every point, and no other"
    );
    for (point, result) in &results {
        let pause = subject.pause(point).await;
        let frames = pause.until_ready(Pause::frames).await.unwrap();
        match pause.evaluate(Some(&frames[0].frame_id), "typeof this").await {
            Ok(one) => assert_eq!(result.returned, one.returned, "at {point}"),
            // Of a function that never says `this` it was not recorded.
            Err(CallError::Protocol { .. }) => assert!(result.failed, "at {point}: {result:?}"),
            Err(other) => panic!("at {point}: {other}"),
        }
    }
    for result in evaluate(subject, run(points, "[typeof neverDeclaredAnywhere, 1]"))
        .await
        .values()
    {
        let id = result
            .returned
            .as_ref()
            .and_then(Value::as_object)
            .expect("an array is an object");
        let pause = subject.session.adopt_pause(&result.pause_id, &result.data);
        let array = pause
            .known_object(id)
            .expect("what an evaluation returns comes with it");
        assert_eq!(array.class_name, "Array");
        assert!(array.preview.is_some(), "as fully as was asked");
        pause
            .until_ready(Pause::frames)
            .await
            .expect("and its pause is a pause");
    }
}

pub(crate) async fn failures_are_told_from_results(subject: &Subject) {
    let point = &subject.sample_points(3).await[0];
    let pause = subject.pause(&point.point).await;
    let frames = pause.until_ready(Pause::frames).await.unwrap();
    let frame_id = Some(&frames[0].frame_id);
    for expression in [
        "neverDeclaredAnywhere",
        "null.x",
        "(() => { throw new Error('no') })()",
        "1 +",
    ] {
        let result = pause.evaluate(frame_id, expression).await.unwrap();
        assert_eq!(result.returned, None, "{expression}: {result:?}");
        assert!(
            result.exception.is_some() || result.failed,
            "{expression}: {result:?}"
        );
        if let Some(Value::Object(id)) = &result.exception {
            let error = pause
                .until_ready(|pause| pause.object(id, ObjectPreviewLevel::CanOverflow))
                .await
                .unwrap();
            assert!(
                error.class_name.ends_with("Error"),
                "{expression}: {}",
                error.class_name
            );
        }
    }
    let results = evaluate(subject, run(vec![point.point.clone()], "neverDeclaredAnywhere")).await;
    let result = results.values().next().expect("a failure is a result");
    assert!(
        result.returned.is_none() && (result.exception.is_some() || result.failed),
        "{result:?}"
    );
}

pub(crate) async fn evaluations_come_in_pages(subject: &Subject) {
    let points: Vec<_> = subject
        .sample_points(8)
        .await
        .into_iter()
        .map(|point| point.point)
        .collect();
    let (mut seen, mut begin) = (Vec::new(), None);
    loop {
        let limits = PointPageLimits {
            begin: begin.clone(),
            end: None,
            max_count: Some(3),
        };
        let run = RunEvaluation {
            point_limits: Some(limits),
            ..run(points.clone(), "1")
        };
        let (results, answer) = subject.session.run_evaluation(run).flat().await.unwrap();
        assert!(results.len() <= 3);
        seen.extend(results.into_iter().map(|result| result.point.point));
        let Some(next) = answer.next_begin else { break };
        assert!(begin < Some(next.clone()), "pages go forward");
        begin = Some(next);
    }
    seen.sort();
    assert_eq!(seen, points);
}

pub(crate) async fn the_live_page_is_refused_by_name(subject: &Subject) {
    let point = &subject.sample_points(3).await[0];
    let pause = subject.pause(&point.point).await;
    for (expression, name) in [
        ("document.title", "document"),
        ("fetch('/')", "fetch"),
        ("localStorage.length", "localStorage"),
        ("[1].map(x => navigator)", "navigator"),
    ] {
        let (code, message) = refusal(pause.evaluate(None, expression).await);
        assert_eq!(code, ErrorCode::COMMAND_FAILED, "{expression}");
        assert!(
            message.contains(&format!("{name} needs the live page")),
            "{expression}: {message}"
        );
    }
}

pub(crate) async fn side_effects_stay_in_their_pause(subject: &Subject) {
    let point = &subject.sample_points(3).await[0];
    let pause = subject.pause(&point.point).await;
    let result = pause
        .evaluate(None, "made = { n: 1 }; made.n += 41; made.n")
        .await
        .unwrap();
    assert_eq!(result.returned, Some(Value::Number(42.0)), "{result:?}");
    let again = pause.evaluate(None, "made.n").await.unwrap();
    assert_eq!(
        again.returned,
        Some(Value::Number(42.0)),
        "a later evaluation sees it"
    );
    let results = evaluate(subject, run(vec![point.point.clone()], "typeof made")).await;
    let other = results.values().next().expect("there is a result");
    assert_eq!(
        other.returned,
        Some(Value::from("undefined")),
        "another pause does not"
    );
}

pub(crate) async fn a_pause_is_a_console(subject: &Subject) {
    let point = &subject.sample_points(3).await[0];
    let pause = subject.pause(&point.point).await;
    for (expression, expected) in [
        ("let x = 1, { y } = { y: 2 }; x + y", Value::Number(3.0)),
        ("let x = 10; x", Value::Number(10.0)),
        ("class Pair { constructor(a) { this.a = a } }", Value::Undefined),
        ("function twice(n) { return n * 2 }", Value::Undefined),
        ("twice(new Pair(x).a)", Value::Number(20.0)),
        ("$_ + y", Value::Number(22.0)),
        ("await (async () => x + 1)()", Value::Number(11.0)),
        ("console.log(x)", Value::Undefined),
        ("new Date().getFullYear() > 2000", Value::Bool(true)),
        (
            "[...'añ😀'].map(c => c.codePointAt(0)).join()",
            Value::from("97,241,128512"),
        ),
    ] {
        let result = pause.evaluate(None, expression).await.unwrap();
        assert_eq!(result.returned, Some(expected), "{expression}: {result:?}");
    }
}

pub(crate) async fn what_takes_too_much_is_refused(subject: &Subject) {
    let points = subject.sample_points(7).await;
    let expressions = [
        "for (;;);",
        "(function f() { return f() + 1 })()",
        "let o = { get a() { return this.a } }; o.a",
        "let s = 'x'; for (;;) s += s",
        "let all = []; for (;;) all.push('x'.repeat(4000000))",
        "let all = [1]; for (;;) all = [...all, ...all]",
        "let all = []; for (;;) all.push(new Uint8Array(1000000))",
    ];
    // A pause has a budget: each expression has one of its own.
    for (expression, point) in expressions.iter().zip(&points) {
        let pause = subject.pause(&point.point).await;
        let kept = pause.evaluate(None, "globalThis.kept = 7").await.unwrap();
        assert_eq!(kept.returned, Some(Value::Number(7.0)));
        let ended = match pause.evaluate(None, expression).await {
            Ok(result) => result.exception.is_some(),
            Err(CallError::Protocol { error, .. }) => error.code == ErrorCode::COMMAND_FAILED,
            Err(other) => panic!("{expression}: {other}"),
        };
        assert!(ended, "{expression}");
        let after = pause
            .evaluate(None, "[1, 2].map((x) => x + 1).join()")
            .await
            .unwrap();
        assert_eq!(after.returned, Some(Value::from("2,3")), "after {expression}");
    }
}
