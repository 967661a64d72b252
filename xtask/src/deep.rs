//! The slow proofs that recording leaves programs as they are: libraries and texts of `tests/deep`, and test262.

use std::{fs, process::Command};

use crate::{
    process::{Outcome, cargo, root, run},
    tools,
};

/// `tests/deep/main.rs`, after its packages are there; a test program that prints lines as Rust's harness does.
pub(crate) fn libraries() -> Result<Command, String> {
    let folder = root().join("tests/deep");
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let stamp = folder.join("node_modules/.playhead-lock");
    if !fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        // Node and npm come with these.
        tools::npm_packages()?;
        let mut npm = Command::new("npm");
        npm.current_dir(&folder).args([
            "ci",
            "--ignore-scripts",
            "--no-fund",
            "--no-audit",
            "--loglevel=error",
        ]);
        run("installing npm packages into tests/deep/node_modules", &mut npm)?;
        fs::write(stamp, wanted).map_err(|error| format!("tests/deep/node_modules: {error}"))?;
    }
    Ok(cargo([
        "run",
        "-q",
        "--locked",
        "-p",
        "recorder",
        "--example",
        "deep",
    ]))
}

/// Runs the language tests of a test262 checkout with and without probes, and lists every difference.
pub(crate) fn test262(arguments: &[String]) -> Outcome {
    let usage = "usage: cargo xtask test262 CHECKOUT [--level N] [--only WORD] [--every N]";
    if arguments.first().is_none_or(|checkout| checkout.starts_with('-')) {
        return Err(usage.to_owned());
    }
    let mut command = cargo([
        "run",
        "-q",
        "--locked",
        "-p",
        "recorder",
        "--example",
        "test262",
        "--",
    ]);
    run("test262, as it is and rewritten", command.args(arguments))
}
