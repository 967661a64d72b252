//! `cargo xtask bench`: measures the numbers of the design on this machine and prints a line for each.

use std::process::Command;

use crate::{
    browser::browser,
    build,
    process::{Outcome, cargo, root, run},
};

/// Builds for release, then measures every line, or those whose name contains a word.
///
/// # Errors
/// What could not be built or measured.
pub(crate) fn bench(words: &[String]) -> Outcome {
    let browser = browser()?;
    build::viewer()?;
    build::program()?;
    let mut command: Command = cargo([
        "run",
        "-q",
        "--locked",
        "--release",
        "-p",
        "tests",
        "--bin",
        "bench",
        "--",
    ]);
    command
        .arg(build::program_path())
        .arg(root().join("dist"))
        .args(words);
    browser.announce(&mut command)?;
    run("measuring", &mut command)
}
