//! `cargo xtask test`: every check there is, and one line that counts them.

use std::{
    env,
    process::{Command, ExitCode},
};

use crate::{
    browser::{announce_firefox, browser},
    build, deep,
    process::{Outcome, cargo, heading, run, run_watched, show},
    sizes, tidy,
    tools::{self, with_tools},
};

/// The crates that run in the page.
const WASM_CRATES: [&str; 11] = [
    "wire",
    "client",
    "recording",
    "exporter",
    "engine",
    "importer",
    "worker",
    "worker-importer",
    "components",
    "gallery",
    "app",
];

/// The crates whose tests run natively; the viewer's are here too, for its logic and stores need no browser.
const NATIVE_CRATES: [&str; 12] = [
    "wire",
    "client",
    "recording",
    "exporter",
    "interpreter",
    "engine",
    "importer",
    "recorder",
    "playhead",
    "components",
    "app",
    "xtask",
];

/// A stage: its name, and what it runs.
type Stage = (&'static str, fn(&mut Run) -> Outcome);

const STAGES: [Stage; 13] = [
    ("fmt", |run| {
        run.check("fmt", &mut cargo(["fmt", "--all", "--check"]))
    }),
    ("tidy", |run| run.count_one(tidy::tidy())),
    ("clippy-native", clippy_native),
    ("clippy-wasm", clippy_wasm),
    ("unit", unit),
    ("components", components),
    ("viewer", viewer),
    ("schema", schema),
    ("conformance", conformance),
    ("sizes", |run| run.count_one(sizes::check())),
    ("npm-client", |run| {
        tools::npm_packages()?;
        run.tests("npm-client", &mut integration("npm-client", &run.rest))
    }),
    ("differential", |run| {
        tools::npm_packages()?;
        run.tests("differential", &mut integration("differential", &run.rest))
    }),
    ("browser", |run| {
        let mut command = integration("browser", &run.rest);
        // Without Firefox its stories fail and say so; the others are told all the same.
        if let Err(error) = announce_firefox(&mut command) {
            eprintln!("{error}");
        }
        run.tests("browser", &mut command)
    }),
];

/// What has passed and failed so far, and what was asked for.
#[derive(Default)]
struct Run {
    passed: u32,
    failed: u32,
    /// Arguments after `--`, for the test programs.
    rest: Vec<String>,
}

/// Stages that take minutes: run with `--deep`, or when a word names them.
const DEEP_STAGES: [Stage; 1] = [("deep", |run| {
    let mut command = deep::libraries()?;
    run.tests("libraries under the recorder", &mut command)
})];

/// Runs the stages whose name contains one of the words, or all.
pub(crate) fn test(arguments: &[String]) -> ExitCode {
    let mut words = arguments.to_vec();
    let is_deep = words.iter().any(|word| word == "--deep");
    words.retain(|word| word != "--deep");
    let rest = match words.iter().position(|word| word == "--") {
        Some(at) => words.split_off(at).split_off(1),
        None => Vec::new(),
    };
    let mut tests = Run {
        rest,
        ..Run::default()
    };
    let mut failures = Vec::new();
    let chosen = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let slow = DEEP_STAGES.iter().filter(|(name, _)| match words.is_empty() {
        true => is_deep,
        false => chosen(name),
    });
    for (name, stage) in STAGES.iter().filter(|(name, _)| chosen(name)).chain(slow) {
        let failed_before = tests.failed;
        if let Err(error) = stage(&mut tests) {
            // A stage that breaks before its tests could report still counts.
            if tests.failed == failed_before {
                tests.failed += 1;
            }
            failures.push(format!("{name}: {error}"));
        }
    }
    for failure in &failures {
        eprintln!("failed: {failure}");
    }
    if tests.passed + tests.failed == 0 {
        let names: Vec<&str> = STAGES.iter().map(|(name, _)| *name).collect();
        eprintln!("no stage is called so; there are {}", names.join(", "));
        tests.failed = 1;
    }
    show(&format!("{} passed, {} failed", tests.passed, tests.failed));
    if tests.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

impl Run {
    /// Runs a command that is one test by itself.
    fn check(&mut self, label: &str, command: &mut Command) -> Outcome {
        let outcome = run(label, command);
        self.count_one(outcome)
    }

    fn count_one(&mut self, outcome: Outcome) -> Outcome {
        match outcome {
            Ok(()) => self.passed += 1,
            Err(_) => self.failed += 1,
        }
        outcome
    }

    /// Runs a command whose output has the lines of Rust's test harness, and counts what they say.
    fn tests(&mut self, label: &str, command: &mut Command) -> Outcome {
        run_watched(label, command, |line| {
            if let Some((passed, failed)) = result_line(line) {
                self.passed += passed;
                self.failed += failed;
            }
        })
    }
}

/// Reads `test result: ok. 12 passed; 0 failed; …`.
fn result_line(line: &str) -> Option<(u32, u32)> {
    let (_, counts) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let mut numbers = counts
        .split("; ")
        .map(|part| part.split(' ').next().unwrap_or_default().parse());
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn clippy_native(tests: &mut Run) -> Outcome {
    let mut clippy = cargo(["clippy", "-q", "--locked", "--all-targets"]);
    for package in [
        "wire",
        "client",
        "recording",
        "exporter",
        "engine",
        "importer",
        "interpreter",
        "recorder",
        "playhead",
        "tests",
        "xtask",
    ] {
        clippy.args(["-p", package]);
    }
    clippy.args(["--", "-D", "warnings"]);
    tests.check("clippy, native", &mut clippy)
}

fn clippy_wasm(tests: &mut Run) -> Outcome {
    tools::prepare()?;
    let mut clippy = cargo(["clippy", "-q", "--locked", "--target", "wasm32-unknown-unknown"]);
    // The page's engine is built without the interpreter.
    clippy.arg("--no-default-features");
    for package in WASM_CRATES {
        clippy.args(["-p", package]);
    }
    clippy.args(["--", "-D", "warnings"]);
    tests.check("clippy, wasm", &mut clippy)
}

fn unit(tests: &mut Run) -> Outcome {
    tools::npm_packages()?;
    let mut command = native();
    browser()?.announce(&mut command)?;
    command.args(["--no-fail-fast", "--"]);
    tests.tests("unit tests", command.args(tests.rest.clone()))
}

fn components(tests: &mut Run) -> Outcome {
    tools::prepare()?;
    let mut command = with_tools(cargo([
        "test",
        "--locked",
        "--target",
        "wasm32-unknown-unknown",
        "-p",
        "components",
    ]));
    browser()?.announce(&mut command)?;
    tests.tests("components in Chromium", &mut command)
}

/// The viewer as users get it, and the program that serves it to the tests.
fn viewer(tests: &mut Run) -> Outcome {
    let built = build::viewer();
    tests.count_one(built)?;
    tests.check("building playhead for the tests", &mut playhead())
}

fn schema(tests: &mut Run) -> Outcome {
    tools::npm_packages()?;
    let command = &mut integration("schema", &tests.rest);
    tests.tests("schema", command)
}

/// Over every host of the engine, and over a remote service where one is named.
fn conformance(tests: &mut Run) -> Outcome {
    tools::npm_packages()?;
    let built = build::worker();
    tests.count_one(built)?;
    let mut command = integration("conformance", &[]);
    if env::var_os("PLAYHEAD_REMOTE_URL").is_some() {
        command = cargo(["test", "--locked", "-p", "tests", "--test", "conformance"]);
        command.args(["--features", "remote", "--"]);
        browser()?.announce(&mut command)?;
    }
    tests.tests("conformance", command.args(tests.rest.clone()))
}

/// Writes `docs/protocol-support.md` anew, from what the server does when it is asked.
///
/// # Errors
/// A build that fails, or a server that does what it should not.
pub(crate) fn protocol_support() -> Outcome {
    tools::npm_packages()?;
    run("building playhead", &mut playhead())?;
    let mut command = integration("conformance", &["support".to_owned()]);
    run("asking", command.env("PLAYHEAD_WRITE_SUPPORT", "1"))
}

/// `cargo test` of everything native. Always of the same packages, whatever is run of them: which features of a library are
/// built depends on who asks, and each other choice would build the libraries again. The package `tests` is not among them: what
/// drives browsers has JSON keep its order, which the program as users get it does not.
fn native() -> Command {
    let mut command = cargo(["test", "--locked"]);
    for package in NATIVE_CRATES {
        command.args(["-p", package]);
    }
    command
}

/// Builds `target/debug/playhead`, which cargo does for the tests of its package.
fn playhead() -> Command {
    let mut command = native();
    command.args(["-q", "--no-run", "--test", "program"]);
    command
}

/// A test program of the package `tests`, told where browser and server are.
fn integration(name: &str, rest: &[String]) -> Command {
    heading(name);
    let mut command = cargo(["test", "--locked", "-p", "tests", "--test", name, "--"]);
    command.args(rest);
    if let Ok(browser) = browser() {
        // Without a browser the tests that need one fail and say so.
        let _ = browser.announce(&mut command);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::result_line;

    #[test]
    fn counts_are_read_from_the_harness() {
        assert_eq!(
            result_line("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured"),
            Some((12, 0))
        );
        assert_eq!(
            result_line("test result: FAILED. 3 passed; 2 failed; 0 ignored"),
            Some((3, 2))
        );
        assert_eq!(result_line("running 3 tests"), None);
    }
}
