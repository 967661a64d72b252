//! What the figures were measured on, when, and by which command: a figure without these is worth nothing.

use std::{env, fs, process::Command, thread};

use tests::{browser, program::output};

/// One line for all that are printed under it.
pub(crate) fn words() -> String {
    let date = output(Command::new("date").args(["-u", "+%Y-%m-%d %H:%M UTC"]));
    let n_cores = thread::available_parallelism().map_or(0, usize::from);
    let words: Vec<String> = env::args().skip(3).collect();
    format!(
        "{}; {n_cores} cores of {}, {}; {}; cargo xtask bench {}",
        date.unwrap_or_else(|_| "some day".to_owned()),
        value_in("/proc/cpuinfo", "model name").unwrap_or_else(|| env::consts::ARCH.to_owned()),
        memory().unwrap_or_else(|| "memory unknown".to_owned()),
        chromium().unwrap_or_else(|| "no Chromium".to_owned()),
        words.join(" "),
    )
}

fn memory() -> Option<String> {
    let kilobytes: f64 = value_in("/proc/meminfo", "MemTotal")?
        .trim_end_matches("kB")
        .trim()
        .parse()
        .ok()?;
    Some(format!("{:.0} GB", kilobytes * 1024.0 / 1e9))
}

fn chromium() -> Option<String> {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let chromium = browser::program("CHROME", &names).ok()?;
    output(Command::new(chromium).arg("--version")).ok()
}

/// The first value of a name in a file of the system.
fn value_in(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
