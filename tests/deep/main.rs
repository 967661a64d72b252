//! Whether libraries do under the recorder what they do without it, and whether all that parses still parses when it is
//! rewritten.
//!
//! Each library of `libraries/` is driven through its corpus twice, as it is and recorded at level 3 throughout; what it
//! said must be equal, and the recording must hold together. Of npm's `test262-parser-tests` every text that is to be
//! accepted is rewritten at levels 1 and 3, and V8 must take the result with the same goal.
//!
//! Usage: `deep [WORD…]`: all, or only what contains a word.
#![allow(clippy::print_stdout, reason = "its lines are counted by `cargo xtask test`")]

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::Arc,
};

use recorder::{
    Glob,
    instrument::{Bases, Goal, InstrumentError, instrument},
    node::{NodeOptions, record_node},
};
use recording::{
    chunk::RecordPosition, reader::Reader, record::Record, source::MemorySource, tracker::Tracker,
};

const LIBRARIES: [&str; 5] = ["mustache", "lodash", "acorn", "preact", "immer"];

/// Texts of the corpus that the rewriter's parser refuses, and why. They run as they are.
const REFUSED: [(&str, &str); 3] = [
    ("pass/ee4e8fa6257d810a", "a variable called `let`"),
    ("pass-explicit/ee4e8fa6257d810a", "a variable called `let`"),
    ("pass/5654d4106d7025c2", "a variable called `let`"),
];

fn main() -> ExitCode {
    let mut n_passed = 0;
    let mut n_failed = 0;
    let mut count = |name: &str, outcome: Result<String, String>| match outcome {
        Ok(said) => {
            n_passed += 1;
            println!("{name}: {said}");
        }
        Err(error) => {
            n_failed += 1;
            println!("{name}: FAILED: {error}");
        }
    };
    let words: Vec<String> = std::env::args().skip(1).collect();
    let is_chosen = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    for library in LIBRARIES.into_iter().filter(|library| is_chosen(library)) {
        count(library, drive(library));
    }
    for level in [1, 3].into_iter().filter(|_| is_chosen("test262-parser-tests")) {
        count(&format!("test262-parser-tests at level {level}"), reparse(level));
    }
    let verdict = if n_failed == 0 { "ok" } else { "FAILED" };
    println!("test result: {verdict}. {n_passed} passed; {n_failed} failed; 0 ignored");
    if n_failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/deep")
}

/// Runs a library's corpus without and with the recorder.
fn drive(library: &str) -> Result<String, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let temporary = tempfile::tempdir().map_err(|error| text(&error))?;
    let (plain, ours) = (temporary.path().join("plain"), temporary.path().join("ours"));
    let script = folder().join("libraries/main.js");
    let ran = Command::new("node")
        .arg(&script)
        .arg(library)
        .arg(&plain)
        .status()
        .map_err(|error| format!("these tests need Node: {error}"))?;
    let expected = std::fs::read_to_string(&plain).map_err(|error| format!("{ran}: {error}"))?;

    let output = temporary.path().join("recording.playhead");
    let mut options = NodeOptions::new(&script, &output);
    options.arguments = vec![library.into(), ours.clone().into()];
    options.levels = vec![(Glob::new("*"), 3)];
    let runtime = tokio::runtime::Runtime::new().map_err(|error| text(&error))?;
    let summary = runtime
        .block_on(record_node(options, |_| (), Arc::default()))
        .map_err(|error| text(&error))?;
    let said = std::fs::read_to_string(&ours).map_err(|error| format!("{}: {error}", summary.status))?;
    let n_lines = expected.lines().count();
    let differences: Vec<_> = expected
        .lines()
        .zip(said.lines())
        .filter(|(expected, said)| expected != said)
        .collect();
    if said.lines().count() != n_lines || !differences.is_empty() {
        let shown: Vec<_> = differences
            .iter()
            .take(20)
            .map(|(expected, said)| format!("\n  as it is: {expected:.300}\n  recorded: {said:.300}"))
            .collect();
        return Err(format!(
            "{} of {n_lines} lines differ{}",
            differences.len(),
            shown.concat()
        ));
    }
    let n_steps = check_frames(&output)?;
    Ok(format!(
        "{n_lines} results the same, {n_steps} steps in their own frames"
    ))
}

/// Every step lies in the function of the frame it runs in.
fn check_frames(recording: &Path) -> Result<u64, String> {
    let bytes = std::fs::read(recording).map_err(|error| error.to_string())?;
    let reader = Reader::open(Box::new(MemorySource::from(bytes))).map_err(|error| error.to_string())?;
    let mut functions = std::collections::HashMap::new();
    for summary in reader.scripts() {
        let script = reader.script(summary.id).map_err(|error| error.to_string())?;
        for (idx, site) in script.sites.iter().enumerate() {
            functions.insert(script.first_site.0 + idx as u32, site.function);
        }
    }
    let mut tracker = Tracker::default();
    let mut n_steps = 0;
    for idx in 0..reader.chunks().len() {
        let chunk = reader.chunk(idx).map_err(|error| error.to_string())?;
        for (_, record) in chunk.records_from(RecordPosition::START) {
            if let Record::Step(site) = record {
                n_steps += 1;
                let frame = tracker.top().map(|frame| frame.function);
                if functions.get(&site.0).copied() != frame {
                    return Err(format!(
                        "step {n_steps} at site {} ran in frame {frame:?}",
                        site.0
                    ));
                }
            }
            tracker.apply(&record);
        }
    }
    Ok(n_steps)
}

/// Rewrites what is to be accepted, and has V8 parse the result.
fn reparse(level: u8) -> Result<String, String> {
    let corpus = folder().join("node_modules/test262-parser-tests");
    let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut names = Vec::new();
    let mut refused = Vec::new();
    for kind in ["pass", "pass-explicit"] {
        let entries = std::fs::read_dir(corpus.join(kind))
            .map_err(|error| format!("run `npm ci` in tests/deep: {error}"))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(entry.path()).map_err(|error| format!("{error}: {name}"))?;
            let goal = if name.contains(".module.") {
                Goal::Module
            } else {
                Goal::Script
            };
            match instrument(&text, goal, level, Bases::default()) {
                Ok(rewritten) => {
                    let name = format!("{kind}-{name}");
                    std::fs::write(temporary.path().join(&name), rewritten.text)
                        .map_err(|error| error.to_string())?;
                    names.push(name);
                }
                Err(InstrumentError::Syntax { message }) => refused.push(format!("{kind}/{name}: {message}")),
                Err(error) => return Err(format!("{name}: {error}")),
            }
        }
    }
    refused.retain(|name| !REFUSED.iter().any(|(known, _)| name.starts_with(known)));
    let ran = Command::new("node")
        .args(["--experimental-vm-modules", "--no-warnings"])
        .arg(folder().join("reparse.mjs"))
        .args([temporary.path(), &corpus])
        .output()
        .map_err(|error| format!("these tests need Node: {error}"))?;
    let said = String::from_utf8_lossy(&ran.stdout);
    if !ran.status.success() || !refused.is_empty() {
        return Err(format!(
            "{said}{}\nrefused:\n{}",
            String::from_utf8_lossy(&ran.stderr),
            refused.join("\n")
        ));
    }
    Ok(format!("{} texts still parse", names.len()))
}
