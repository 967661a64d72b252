//! Runs the language tests of a test262 checkout in Node, as they are and rewritten, and lists every difference.
//!
//! Usage: `test262 CHECKOUT [--level N] [--only WORD] [--every N]`. `cargo xtask test262 CHECKOUT` runs it.
#![allow(clippy::print_stdout, reason = "differences are what it is for")]

mod frontmatter;

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, ExitCode, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use frontmatter::Frontmatter;
use recorder::{
    instrument::{Bases, Goal, instrument},
    runtime,
};
use recording::script::Position;
use serde_json::{Value, json};

/// A test that takes longer has hung.
const TIMEOUT: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let Some(checkout) = arguments.first().filter(|argument| !argument.starts_with('-')) else {
        eprintln!("usage: test262 CHECKOUT [--level N] [--only WORD] [--every N]");
        return ExitCode::FAILURE;
    };
    let level = option("--level")
        .and_then(|level| level.parse().ok())
        .unwrap_or(3);
    if let Some(file) = option("--show") {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        println!("{}", rewrite(&text, Goal::Either, level));
        return ExitCode::SUCCESS;
    }
    let every = option("--every")
        .and_then(|every| every.parse().ok())
        .unwrap_or(1);
    match run(Path::new(checkout), level, option("--only").as_deref(), every) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One way to run one test.
struct Scenario {
    path: PathBuf,
    is_strict: bool,
}

/// What came of one.
struct Difference {
    name: String,
    plain: String,
    ours: String,
}

fn run(checkout: &Path, level: u8, only: Option<&str>, every: usize) -> Result<bool, String> {
    let checkout = checkout.canonicalize().map_err(|error| error.to_string())?;
    let mut files = Vec::new();
    list(&checkout.join("test/language"), &mut files)?;
    files.sort();
    let mut fixtures = BTreeMap::new();
    let mut scenarios = Vec::new();
    let mut n_tests = 0;
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let name = path.display().to_string();
        if name.ends_with("_FIXTURE.js") {
            fixtures.insert(name, rewrite(&text, Goal::Module, level));
            continue;
        }
        if only.is_some_and(|word| !name.contains(word)) {
            continue;
        }
        n_tests += 1;
        let front = Frontmatter::read(&text);
        let is_plain = !front.has("module") && !front.has("raw");
        if !(front.has("onlyStrict") && is_plain) {
            scenarios.push(Scenario {
                path: path.clone(),
                is_strict: false,
            });
        }
        if is_plain && !front.has("noStrict") {
            scenarios.push(Scenario {
                path,
                is_strict: true,
            });
        }
    }
    let scenarios: Vec<_> = scenarios.into_iter().step_by(every.max(1)).collect();
    let harness: BTreeMap<String, String> = std::fs::read_dir(checkout.join("harness"))
        .map_err(|error| format!("{error}: {}", checkout.join("harness").display()))?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let text = std::fs::read_to_string(&path).ok()?;
            Some((path.file_name()?.to_str()?.to_owned(), text))
        })
        .collect();
    // Realms made by `vm` have no web globals of their own.
    let runtime = format!(
        "(function ({{ performance, TextEncoder, console, originals, ask }}) {{ {}\n}})",
        runtime::for_host(concat!(
            include_str!("host.js"),
            include_str!("../../../backend/recorder/src/runtime/eval.js")
        ))
    );
    let setup = json!({ "runtime": runtime, "harness": harness, "fixtures": fixtures }).to_string();

    let next = AtomicUsize::new(0);
    let differences = Mutex::new(Vec::new());
    let n_passed = AtomicUsize::new(0);
    let n_workers = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    std::thread::scope(|scope| {
        for _ in 0..n_workers {
            scope.spawn(|| {
                let mut worker = None;
                while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (plain, ours) = run_one(scenario, level, &setup, &mut worker);
                    n_passed.fetch_add(usize::from(plain == "ok"), Ordering::Relaxed);
                    if plain != ours {
                        let name = scenario.path.strip_prefix(&checkout).unwrap_or(&scenario.path);
                        let strict = if scenario.is_strict { " (strict)" } else { "" };
                        let mut differences = differences.lock().unwrap_or_else(PoisonError::into_inner);
                        differences.push(Difference {
                            name: format!("{}{strict}", name.display()),
                            plain,
                            ours,
                        });
                    }
                }
            });
        }
    });
    let mut differences = differences.into_inner().unwrap_or_else(PoisonError::into_inner);
    differences.sort_by(|a, b| a.name.cmp(&b.name));
    // What an error says may name a probe's temporary; which error it is must not differ.
    let kind = |outcome: &str| outcome.split(": ").next().unwrap_or_default().to_owned();
    let (wordings, real): (Vec<_>, Vec<_>) = differences
        .into_iter()
        .partition(|difference| kind(&difference.plain) == kind(&difference.ours));
    for difference in &real {
        println!(
            "{}\n    as it is:  {}\n    rewritten: {}",
            difference.name, difference.plain, difference.ours
        );
    }
    for difference in &wordings {
        println!(
            "{}\n    in words only: {}\n                   {}",
            difference.name, difference.plain, difference.ours
        );
    }
    let n_scenarios = scenarios.len();
    println!(
        "{n_tests} tests, run {n_scenarios} times (strict and not), {} end well as they are: {} differ ({:.3} %), {} more only in an error's words",
        n_passed.into_inner(),
        real.len(),
        real.len() as f64 * 100.0 / n_scenarios.max(1) as f64,
        wordings.len()
    );
    Ok(real.len() * 1000 <= n_scenarios)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{error}: {}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "js") {
            files.push(path);
        }
    }
    Ok(())
}

/// The text with probes; as it is if the parser refuses it.
fn rewrite(text: &str, goal: Goal, level: u8) -> String {
    instrument(text, goal, level, Bases::default())
        .map_or_else(|_| text.to_owned(), |rewritten| rewritten.text)
}

/// A Node process that runs tests.
struct Worker {
    process: Child,
    jobs: ChildStdin,
    results: mpsc::Receiver<String>,
}

impl Worker {
    fn start(setup: &str) -> std::io::Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/deep/test262/run.mjs");
        let mut process = Command::new("node")
            .args(["--experimental-vm-modules", "--no-warnings", "--expose-gc"])
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let lost = || std::io::Error::other("no pipes");
        let mut jobs = process.stdin.take().ok_or_else(lost)?;
        let stdout = process.stdout.take().ok_or_else(lost)?;
        writeln!(jobs, "{setup}")?;
        let (sender, results) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self {
            process,
            jobs,
            results,
        })
    }

    fn run(&mut self, job: &Value, level: u8) -> Option<Value> {
        writeln!(self.jobs, "{job}").ok()?;
        loop {
            let line = self.results.recv_timeout(TIMEOUT).ok()?;
            let said: Value = serde_json::from_str(&line).ok()?;
            let Some(text) = said["text"].as_str() else {
                return Some(said);
            };
            // What functions are made of is not rewritten here: their texts would have to be taken out of it again.
            let answer = match said["what"].as_str() {
                Some("eval") => instrument(text, Goal::Eval, level, Bases::default()).ok(),
                _ => None,
            };
            let answer = answer.filter(|rewritten| !rewritten.sites.is_empty());
            writeln!(self.jobs, "{}", json!(answer.map(|rewritten| rewritten.text))).ok()?;
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn run_one(scenario: &Scenario, level: u8, setup: &str, worker: &mut Option<Worker>) -> (String, String) {
    let text = std::fs::read_to_string(&scenario.path).unwrap_or_default();
    let front = Frontmatter::read(&text);
    let is_module = front.has("module");
    let plain = if scenario.is_strict {
        format!("\"use strict\";\n{text}")
    } else {
        text
    };
    let goal = if is_module { Goal::Module } else { Goal::Script };
    let mut includes = Vec::new();
    if !front.has("raw") {
        includes.extend(["assert.js".to_owned(), "sta.js".to_owned()]);
        includes.extend(front.has("async").then(|| "doneprintHandle.js".to_owned()));
        includes.extend(front.includes.clone());
    }
    let (rewritten, originals) = match instrument(&plain, goal, level, Bases::default()) {
        Ok(rewritten) => {
            let lines = Lines::of(&plain);
            let functions = rewritten.functions.iter();
            let originals = functions.map(|function| lines.between(function.start, function.end));
            (rewritten.text, originals.map(str::to_owned).collect())
        }
        Err(_) => (plain.clone(), Vec::new()),
    };
    let job = json!({
        "path": scenario.path, "texts": [plain, rewritten], "originals": originals, "includes": includes,
        "isModule": is_module, "isAsync": front.has("async"),
    });
    if worker.is_none() {
        *worker = Worker::start(setup).ok();
    }
    let result = worker.as_mut().and_then(|worker| worker.run(&job, level));
    let Some(result) = result else {
        // It hangs, or the engine crashed: which of the two texts it was is told by running them apart.
        *worker = None;
        let alone = |text: usize| {
            let mut job = job.clone();
            let texts = job["texts"].clone();
            let mut fresh = Worker::start(setup).ok();
            job["texts"] = json!([texts[text], texts[text]]);
            let result = fresh.as_mut().and_then(|worker| worker.run(&job, level));
            result.map_or_else(|| "hangs".to_owned(), |result| outcome(&result, text))
        };
        return (alone(0), alone(1));
    };
    (outcome(&result, 0), outcome(&result, 1))
}

/// A text by position.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    fn between(&self, start: Position, end: Position) -> &'t str {
        self.text
            .get(self.offset(start)..self.offset(end))
            .unwrap_or_default()
    }

    fn offset(&self, position: Position) -> usize {
        let start = self
            .starts
            .get(position.line as usize - 1)
            .copied()
            .unwrap_or(self.text.len());
        let mut n_units = 0;
        let rest = self.text.get(start..).unwrap_or_default();
        let at = rest.char_indices().find(|(_, c)| {
            n_units += c.len_utf16();
            n_units > position.column as usize
        });
        start + at.map_or(rest.len(), |(at, _)| at)
    }
}

fn outcome(result: &Value, idx: usize) -> String {
    result["outcomes"][idx].as_str().unwrap_or("no result").to_owned()
}
