//! Measures the numbers of the design on this machine, and prints a line for each: name, value, bound, how.
//!
//! Usage: `bench PROGRAM DIST [--big] [WORD…]`: the program `playhead` built for release, the built viewer, and words of
//! which the names of the wanted lines contain one. With `--big` the synthetic recording has 100 million steps (more than
//! 1 GB) instead of 20 million, and the page opens one of 5 GB by itself too. Exits with 1 only if something could not be measured: a figure beyond its
//! bound is a figure. The word `viewer` picks all that a person waits for in the viewer: steps near and far, memory, a million
//! messages, a large source; the word `timeline` scrubbing, streaming, thumbnails, playing, and other tools beside ours.

mod asking;
mod console;
mod engine;
mod here;
mod link;
mod machine;
mod mini;
mod opening;
mod page;
mod recorded;
mod recorder;
mod sessions;
mod source;
mod stepping;
mod synthetic;
mod timeline;
mod viewer;

use std::{env, path::PathBuf, process::ExitCode, time::Duration};

/// What the measurements are made on.
struct Bench {
    /// The program `playhead`.
    program: PathBuf,
    /// The built viewer.
    dist: PathBuf,
    /// Where files for the measurements are made; emptied by nobody, overwritten each time.
    folder: PathBuf,
    /// Steps of the synthetic recording.
    n_steps: u64,
    /// Whether what is large is wanted too.
    is_big: bool,
}

/// A figure, with what belongs to it.
struct Line {
    name: String,
    value: String,
    /// What the design asks for; empty where it asks for nothing.
    bound: &'static str,
    how: String,
}

/// A measurement: its name, and how it is made. One may give several lines.
type Measurement = (&'static str, fn(&Bench) -> Result<Vec<Line>, String>);

const MEASUREMENTS: [Measurement; 21] = [
    ("viewer-size", viewer::size),
    ("open-to-timeline", viewer::open_to_timeline),
    ("open-here", here::here),
    ("viewer-steps", stepping::latency),
    ("viewer-memory", stepping::memory),
    ("viewer-console", console::million),
    ("viewer-source", source::five_megabytes),
    ("timeline-scrubbing", timeline::scrubbing),
    ("timeline-streaming", timeline::streaming),
    ("timeline-thumbnails", timeline::thumbnails),
    ("timeline-playback", timeline::playback),
    ("timeline-peers", timeline::peers),
    ("mini-first-paint", mini::first_paint),
    ("pause", engine::pause),
    ("hit-counts", engine::hit_counts),
    ("opening", opening::opening),
    ("first-pause", asking::first_pause),
    ("evaluation", asking::evaluation),
    ("search", asking::search),
    ("sessions", sessions::sessions),
    ("recorder", recorder::recorder),
];

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let (Some(program), Some(dist)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: bench PROGRAM DIST [--big] [WORD…]");
        return ExitCode::FAILURE;
    };
    if program == opening::MEMORY_FLAG {
        return match opening::memory_to_open(dist.as_ref()) {
            Ok(memory) => say(&memory),
            Err(error) => fail(&error),
        };
    }
    let (options, words): (Vec<String>, Vec<String>) = arguments.partition(|word| word.starts_with("--"));
    let is_big = options.iter().any(|option| option == "--big");
    let folder = env::temp_dir().join("playhead-bench");
    if let Err(error) = std::fs::create_dir_all(&folder) {
        return fail(&format!("{}: {error}", folder.display()));
    }
    let bench = Bench {
        program: program.into(),
        dist: dist.into(),
        folder,
        n_steps: if is_big { 100_000_000 } else { 20_000_000 },
        is_big,
    };
    let mut code = ExitCode::SUCCESS;
    say(&machine::words());
    show(&Line {
        name: "name".into(),
        value: "value".into(),
        bound: "bound",
        how: "how measured".into(),
    });
    for (name, measure) in MEASUREMENTS {
        if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        match measure(&bench) {
            Ok(lines) => lines.iter().for_each(show),
            Err(error) => code = fail(&format!("{name}: {error}")),
        }
    }
    code
}

fn show(line: &Line) {
    say(&format!(
        "{:34} {:>22}  {:14} {}",
        line.name, line.value, line.bound, line.how
    ));
}

#[expect(clippy::print_stdout, reason = "the figures are the program's output")]
fn say(text: &str) -> ExitCode {
    println!("{text}");
    ExitCode::SUCCESS
}

fn fail(error: &str) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

/// The value below which a fraction of the samples lie; sorts them.
fn quantile(samples: &mut [Duration], fraction: f64) -> Duration {
    samples.sort_unstable();
    let idx = ((samples.len() as f64 * fraction) as usize).min(samples.len().saturating_sub(1));
    samples.get(idx).copied().unwrap_or_default()
}

fn millis(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1e3)
}

fn megabytes(bytes: u64) -> String {
    format!("{:.2} MB", bytes as f64 / 1e6)
}
