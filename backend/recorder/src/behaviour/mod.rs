//! Whether rewritten programs do what they did: each is run by Node as it is and at every level, the outputs must be
//! equal, and what the probes logged must decode into a log that holds together.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use recording::{
    record::Record,
    script::{Script, ScriptKind},
};

use crate::{
    instrument::Goal,
    log::{Item, LogDecoder},
    runtime,
    scripts::{Scripts, Source},
};

mod logged;

/// What a rewritten program printed, and its log.
struct Run {
    output: String,
    log: Vec<u8>,
    scripts: Scripts,
    script: Script,
    records: Vec<Record>,
    items: Vec<Item>,
}

fn node(arguments: &[&Path], log: Option<&Path>) -> String {
    let mut command = Command::new("node");
    command.args(arguments);
    if let Some(log) = log {
        command.env("PLAYHEAD_LOG", log);
    }
    let output = command
        .output()
        .expect("these tests need Node (`node`, version 20 or later) on the PATH");
    assert!(
        output.status.success(),
        "node failed:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Rewrites and runs a program.
fn run(source: &str, goal: Goal, level: u8) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let mut scripts = Scripts::default();
    let kind = if goal == Goal::Module {
        ScriptKind::Module
    } else {
        ScriptKind::External
    };
    let url = "file:///program.js";
    let text = scripts.add(Source {
        url,
        text: source,
        kind,
        goal,
        level,
        document_line: 0,
    });
    assert_eq!(
        scripts
            .take_warnings()
            .iter()
            .filter(|warning| warning.contains("not recorded: "))
            .count(),
        0
    );
    let extension = if goal == Goal::Module { "mjs" } else { "js" };
    let program = file(&format!("program.{extension}"), &text);
    let runtime = file(
        "runtime.cjs",
        &runtime::for_host(include_str!("../../tests/programs/host.js")),
    );
    let log = folder.path().join("log");
    let output = node(&[Path::new("--require"), &runtime, &program], Some(&log));

    let mut decoder = LogDecoder::new(0, 0);
    let mut items = Vec::new();
    let bytes = std::fs::read(&log).expect("the log");
    decoder
        .decode(&bytes, &scripts, &mut items)
        .expect("a log that decodes");
    assert_eq!(decoder.n_misplaced(), 0, "every record belongs to a frame");
    let records = items
        .iter()
        .filter_map(|item| match item {
            Item::Record(record) => Some(record.clone()),
            _ => None,
        })
        .collect();
    let script = scripts.take_pending().remove(0).0;
    Run {
        output,
        log: bytes,
        scripts,
        script,
        records,
        items,
    }
}

fn check_behaviour(source: &str, goal: Goal) {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = folder.path().join(if goal == Goal::Module {
        "plain.mjs"
    } else {
        "plain.js"
    });
    std::fs::write(&plain, source).expect("a file");
    let expected = node(&[&plain], None);
    assert!(!expected.is_empty());
    for level in 1..=3 {
        let run = run(source, goal, level);
        for (ours, original) in run.output.lines().zip(expected.lines()) {
            assert_eq!(ours, original, "at level {level}");
        }
        assert_eq!(run.output.len(), expected.len(), "at level {level}");
        let mut tracker = recording::tracker::Tracker::default();
        for record in &run.records {
            if let Record::Step(site) = record {
                let function = run.script.sites[(site.0 - run.script.first_site.0) as usize].function;
                assert_eq!(
                    tracker.top().map(|top| top.function),
                    Some(function),
                    "step in its own frame"
                );
            }
            tracker.apply(record);
        }
        assert!(tracker.stack.is_empty(), "all frames ended: {:?}", tracker.stack);
    }
}

#[test]
fn classes_behave_as_before() {
    check_behaviour(include_str!("../../tests/programs/classes.js"), Goal::Script);
}

#[test]
fn statements_behave_as_before() {
    check_behaviour(include_str!("../../tests/programs/statements.js"), Goal::Script);
}

#[test]
fn modules_and_async_code_behave_as_before() {
    check_behaviour(include_str!("../../tests/programs/async.mjs"), Goal::Module);
}

#[test]
fn a_damaged_log_is_refused_and_nothing_more() {
    let source = include_str!("../../tests/programs/classes.js");
    let run = run(source, Goal::Script, 3);
    let decode = |bytes: &[u8]| {
        let mut items = Vec::new();
        let mut decoder = LogDecoder::new(0, 0);
        let result = decoder.decode(bytes, &run.scripts, &mut items);
        decoder.close(&mut items);
        (result.is_ok(), items.len())
    };
    assert!(decode(&run.log).0);
    for end in 0..run.log.len().min(4000) {
        decode(&run.log[..end]);
    }
    // A small generator: the same damage every time.
    let mut state = 88_172_645_463_325_252_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize % below
    };
    let mut n_refused = 0;
    for _ in 0..2000 {
        let mut bytes = run.log.clone();
        for _ in 0..=random(8) {
            let at = random(bytes.len());
            bytes[at] = random(256) as u8;
        }
        n_refused += usize::from(!decode(&bytes).0);
    }
    assert!(n_refused > 1000, "{n_refused}");
    let noise: Vec<u8> = (0..100_000).map(|_| random(256) as u8).collect();
    for start in 0..2000 {
        decode(&noise[start..start + 500]);
    }
}
