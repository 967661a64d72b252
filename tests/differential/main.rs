//! Whether a recording says of a program what V8's own debugger says of it: programs run untouched in Node, stepped
//! statement by statement, against the same programs recorded in Chromium and asked through the protocol.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test panics to fail")]

mod compare;
mod ours;
mod v8;

use std::{fs, io::Write, path::Path};

/// Missing values allowed, of those compared.
const MAX_MISSING: f64 = 0.01;
/// How many differences of a kind a failure shows.
const MAX_SHOWN: usize = 40;

#[test]
fn closures_and_loops() {
    check("closures");
}

#[test]
fn classes_and_exceptions() {
    check("classes");
}

#[test]
fn generators_and_async_functions() {
    check("generators");
}

#[test]
fn arrays_maps_and_sets() {
    check("containers");
}

#[test]
fn an_interpreter() {
    check("interpreter");
}

#[test]
fn exceptions_and_finally() {
    check("exceptions");
}

#[test]
fn destructuring() {
    check("destructuring");
}

#[test]
fn getters_setters_and_private_members() {
    check("accessors");
}

#[test]
fn recursion() {
    check("recursion");
}

#[test]
fn async_functions_together() {
    check("async");
}

fn check(name: &str) {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("differential/programs/{name}.js"));
    let text = fs::read_to_string(&program).expect("the program is there");
    let v8 = v8::step_through(&program).expect("Node runs the program under its debugger");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("differential")
        .join(name);
    let ours = ours::step_through(&program, &folder).expect("the program is recorded and walked through");
    let outcome = compare::compare(&text, &v8, &ours);

    let n_missing: usize = outcome.missing.values().map(Vec::len).sum();
    let kinds: Vec<String> = outcome
        .missing
        .iter()
        .map(|(kind, list)| format!("{} {kind}", list.len()))
        .collect();
    let extras: Vec<String> = outcome
        .extras
        .iter()
        .map(|(kind, places)| format!("{} {kind:?}", places.len()))
        .collect();
    let table = format!(
        "{name:12} {:6} steps  {:6} stops matched  {:7} values ({} parts)  {} wrong  {n_missing} missing [{}]  {} stale  V8's own places: {}\n",
        outcome.n_steps,
        outcome.n_matched,
        outcome.n_values,
        outcome.n_parts,
        outcome.wrong.len(),
        kinds.join(", "),
        outcome.n_stale,
        extras.join(", "),
    );
    // Not `print!`, which the harness keeps to itself: the table is the result.
    std::io::stdout()
        .write_all(table.as_bytes())
        .expect("standard output takes text");

    let wrong = format!(
        "{} values are wrong\n{}",
        outcome.wrong.len(),
        shown(&outcome.wrong)
    );
    assert!(
        outcome.faults.is_empty(),
        "{name}: the order differs\n{}\n{wrong}",
        shown(&outcome.faults)
    );
    assert!(
        outcome.n_matched > 50,
        "{name}: only {} stops could be compared",
        outcome.n_matched
    );
    assert!(outcome.wrong.is_empty(), "{name}: {wrong}");
    let missing: Vec<String> = outcome
        .missing
        .iter()
        .flat_map(|(kind, list)| list.iter().map(move |item| format!("{kind}: {item}")))
        .collect();
    assert!(
        n_missing as f64 <= MAX_MISSING * outcome.n_values as f64
            && outcome
                .missing
                .keys()
                .all(|kind| *kind == compare::NOT_YET_IN_SCOPE),
        "{name}: {n_missing} of {} values are missing\n{}",
        outcome.n_values,
        shown(&missing)
    );
}

fn shown(list: &[String]) -> String {
    let mut text = list
        .iter()
        .take(MAX_SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    if list.len() > MAX_SHOWN {
        text.push_str(&format!("\nand {} more", list.len() - MAX_SHOWN));
    }
    text
}
