//! Whether a recording says of a program what V8's own debugger says of it: programs run untouched in Node, stepped
//! statement by statement, against the same programs recorded in Chromium and asked through the protocol.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test panics to fail")]

mod compare;
mod facts;
mod other;
mod ours;
mod text;
mod v8;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use text::Text;

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

#[test]
fn a_minified_program() {
    // Laid out, it has the same places.
    let ours = check("minified");
    assert_eq!(ours.other.n_hits, ours.steps.len());
    assert!(ours.other.n_overs > 100, "{} steps over", ours.other.n_overs);
}

#[test]
fn a_bundle_with_a_source_map() {
    // By its original sources, it has the same places and variables, but for the call of the function that the bundler
    // put around all of it.
    let ours = check("bundle");
    assert_eq!(ours.other.n_hits, ours.steps.len() - 1);
    assert!(ours.other.n_overs > 400, "{} steps over", ours.other.n_overs);
    for (generated, original) in [
        ("a", "total"),
        ("e", "queue"),
        ("n", "visited"),
        ("o", "smallest"),
    ] {
        let pair = (generated.to_owned(), original.to_owned());
        assert!(
            ours.other.names.contains(&pair),
            "{pair:?} is not in {:?}",
            ours.other.names
        );
    }
}

#[test]
fn a_template_library() {
    check_with_library("mustache", "mustache/mustache.js");
}

/// Compares a program of `programs`.
fn check(name: &str) -> ours::Seen {
    let text = fs::read_to_string(program(name)).expect("the program is there");
    compare_runs(name, &text, &program(name).with_extension("js.map"))
}

/// Compares a program of `programs` that has a library of npm before it.
fn check_with_library(name: &str, library: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../node_modules")
        .join(library);
    let library = fs::read_to_string(path).expect("the library is there after `npm ci`");
    let text = fs::read_to_string(program(name)).expect("the program is there");
    compare_runs(name, &format!("{library}\n{text}"), Path::new(""));
}

fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("differential/programs/{name}.js"))
}

fn compare_runs(name: &str, text: &str, map: &Path) -> ours::Seen {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("differential")
        .join(name);
    fs::create_dir_all(&folder).expect("a folder can be made");
    let program = folder.join("program.js");
    fs::write(&program, text).expect("the program can be written");
    // A bundle names its map at its end.
    if let Some(file_name) = map.file_name().filter(|_| map.exists()) {
        fs::copy(map, folder.join(file_name)).expect("the map can be copied");
    }
    let v8 = v8::step_through(&program).expect("Node runs the program under its debugger");
    let ours = ours::step_through(&folder).expect("the program is recorded and walked through");
    let outcome = compare::compare(&Text::new(text), &v8, &ours);

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
        "{name:12} {:6} steps  {:6} stops matched  {:7} values ({} parts)  {} wrong  {n_missing} missing [{}]  {} stale  {} shadowed  V8's own places: {}\n",
        outcome.n_steps,
        outcome.n_matched,
        outcome.n_values,
        outcome.n_parts,
        outcome.wrong.len(),
        kinds.join(", "),
        outcome.n_stale,
        outcome.n_shadowed,
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
    assert!(
        ours.other.faults.is_empty(),
        "{name}: by places of other texts the answers differ\n{}",
        shown(&ours.other.faults)
    );
    ours
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
