//! The slow proofs that recording leaves programs as they are: libraries and texts of `tests/deep`, and test262.

use std::process::Command;

use crate::{
    process::{Outcome, cargo, run},
    tools,
};

/// `tests/deep/main.rs`, after its packages are there; a test program that prints lines as Rust's harness does.
pub(crate) fn libraries() -> Result<Command, String> {
    tools::npm_packages_of("tests/deep")?;
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
