//! `cargo xtask samples`: records `public/samples/*.playhead` anew from `tests/pages`, in real Chromium.

use std::process::Command;

use crate::{
    browser::browser,
    build,
    process::{Outcome, cargo, root, run},
};

/// Records every sample.
///
/// # Errors
/// A browser that is missing, or a recording that fails.
pub(crate) fn record() -> Outcome {
    let browser = browser()?;
    build::program()?;
    let mut command: Command = cargo(["run", "-q", "--locked", "-p", "tests", "--bin", "samples", "--"]);
    command
        .arg(build::program_path())
        .arg(root().join("public/samples"));
    browser.announce(&mut command)?;
    run("recording the samples", &mut command)
}
