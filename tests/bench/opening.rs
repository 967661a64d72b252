//! What it costs to open a recording: bytes read of the file, memory, time, until every index is loaded.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::Instant,
};

use recording::{reader::Reader, source::FileSource};
use tests::program::output;

use crate::{Bench, Line, megabytes, millis, synthetic};

/// Opens the synthetic recording to the last index.
pub(crate) fn opening(bench: &Bench) -> Result<Vec<Line>, String> {
    let path = recording(bench)?;
    let size = fs::metadata(&path).map_err(|error| error.to_string())?.len();
    let started = Instant::now();
    let reader = open(&path)?;
    let opened = started.elapsed();
    let read_to_open = reader.bytes_read();
    load(&reader)?;
    let loaded = started.elapsed();
    // In a process of its own, which has held nothing else before.
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let memory = output(Command::new(own).arg(MEMORY_FLAG).arg(&path))?;
    let steps = reader.manifest().counts.steps;
    let how = format!("synthetic recording, {steps} steps, {}", megabytes(size));
    let share = |bytes: u64| {
        format!(
            "{} ({:.2} %)",
            megabytes(bytes),
            bytes as f64 / size as f64 * 100.0
        )
    };
    let line = |name: &str, value, bound, what: &str| Line {
        name: name.to_owned(),
        value,
        bound,
        how: format!("{what}; {how}"),
    };
    Ok(vec![
        line(
            "opening: bytes read",
            share(read_to_open),
            "<= 3 %",
            "Reader::open on a file",
        ),
        line(
            "opening: bytes read with indexes",
            share(reader.bytes_read()),
            "<= 3 %",
            "and every index group",
        ),
        line(
            "opening: time",
            format!("{} / {}", millis(opened), millis(loaded)),
            "",
            "Reader::open / every index group",
        ),
        line(
            "opening: memory",
            memory,
            "<= 150 MB + 25 %",
            "peak growth of a new process (VmHWM)",
        ),
        line(
            "synthetic: bytes per step",
            format!("{:.2}", size as f64 / steps as f64),
            "", // its values are random numbers, which no page writes
            "whole file / steps",
        ),
    ])
}

/// Argument that makes this program open a recording and print what memory that took.
pub(crate) const MEMORY_FLAG: &str = "--memory-to-open";

/// What [`MEMORY_FLAG`] does.
pub(crate) fn memory_to_open(path: &Path) -> Result<String, String> {
    let before = memory_of(Path::new(OWN_STATUS));
    let reader = open(path)?;
    load(&reader)?;
    let peak = memory_line(Path::new(OWN_STATUS), "VmHWM:");
    let growth = peak.zip(before).map(|(peak, before)| peak.saturating_sub(before));
    Ok(growth.map_or_else(|| "not known here".to_owned(), megabytes))
}

fn load(reader: &Reader) -> Result<(), String> {
    while reader
        .load_next_index_group()
        .map_err(|error| error.to_string())?
        .is_some()
    {}
    Ok(())
}

/// The synthetic recording, made once in each run.
pub(crate) fn recording(bench: &Bench) -> Result<PathBuf, String> {
    static MADE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let path = bench.folder.join("synthetic.playhead");
    let made = MADE.get_or_init(|| match synthetic::write(&path, bench.n_steps) {
        Ok(()) => Ok(path.clone()),
        Err(error) => Err(format!("{}: {error}", path.display())),
    });
    made.clone()
}

/// Opens a file.
pub(crate) fn open(path: &Path) -> Result<Reader, String> {
    let source = FileSource::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Reader::open(Box::new(source)).map_err(|error| format!("{}: {error}", path.display()))
}

const OWN_STATUS: &str = "/proc/self/status";

/// Bytes of memory a process holds, by its status file, where the system says so.
pub(crate) fn memory_of(status: &Path) -> Option<u64> {
    memory_line(status, "VmRSS:")
}

fn memory_line(status: &Path, name: &str) -> Option<u64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024)
}
