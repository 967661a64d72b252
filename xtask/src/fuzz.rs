//! `cargo xtask fuzz`: feeds the readers of what others wrote with what nobody should have written, for a while each.
//!
//! The targets are a workspace of their own (`fuzz/`), built by cargo-fuzz with a nightly toolchain. Nothing of ours is
//! `unsafe`, so they run without a sanitizer: a panic, a hang or too much memory is what they look for.

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::{
    process::{Outcome, output, root, run, show, which},
    tools,
};

const TARGETS: [&str; 5] = ["reader", "decoder", "dispatcher", "source_map", "evaluator"];

/// How long each target runs unless told otherwise.
const SECONDS: u64 = 600;
/// An input that takes longer hangs.
const TIMEOUT_SECONDS: u64 = 20;
/// What an input may take: a recording holds as much as it needs to and no more.
const MEMORY_MB: u64 = 2048;

/// Runs the target that is named, or each in turn.
///
/// # Errors
/// A crash, with the input that made it; or what is missing.
pub(crate) fn fuzz(arguments: &[String]) -> Outcome {
    let usage = || format!("usage: cargo xtask fuzz [{}] [--seconds N]", TARGETS.join(" | "));
    let mut seconds = SECONDS;
    let mut chosen: Vec<&str> = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--seconds" {
            seconds = rest.next().and_then(|it| it.parse().ok()).ok_or_else(usage)?;
        } else {
            let target = TARGETS.into_iter().find(|target| target == argument);
            chosen.push(target.ok_or_else(usage)?);
        }
    }
    if chosen.is_empty() {
        chosen = TARGETS.to_vec();
    }
    let cargo_fuzz = cargo_fuzz()?;
    for target in chosen {
        // What is found goes to a folder of its own: the corpus that is kept stays small.
        let found = root().join("target/fuzz-corpus").join(target);
        fs::create_dir_all(&found).map_err(|error| format!("target/fuzz-corpus: {error}"))?;
        let mut command = Command::new(&cargo_fuzz);
        command
            .current_dir(root())
            .env("RUSTUP_TOOLCHAIN", "nightly")
            .env_remove("CARGO") // else cargo-fuzz calls the cargo that runs us, which is not nightly's
            .args(["run", "-s", "none", target])
            .arg(&found)
            .arg(root().join("fuzz/corpus").join(target))
            .arg("--")
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-timeout={TIMEOUT_SECONDS}"))
            .arg(format!("-rss_limit_mb={MEMORY_MB}"))
            .args(["-print_final_stats=1", "-verbosity=0"]);
        run(&format!("fuzzing {target} for {seconds} s"), &mut command)?;
        show(&format!("fuzz: {target} found nothing"));
    }
    Ok(())
}

/// The program cargo-fuzz, installed into `target/tooling` where it is missing; it needs a nightly toolchain.
fn cargo_fuzz() -> Outcome<PathBuf> {
    let has_nightly = output(
        Command::new("rustc")
            .arg("--version")
            .env("RUSTUP_TOOLCHAIN", "nightly"),
    )
    .is_some();
    if !has_nightly {
        return Err("fuzzing needs a nightly toolchain; type: rustup toolchain install nightly".to_owned());
    }
    let ours = tools::folder().join("bin/cargo-fuzz");
    if let Some(found) = which("cargo-fuzz") {
        return Ok(found);
    }
    if !ours.is_file() {
        let mut install = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        install
            .args([
                "install",
                "-q",
                "--locked",
                "cargo-fuzz",
                "--version",
                "0.13.2",
                "--root",
            ])
            .arg(tools::folder())
            .stdin(Stdio::null());
        run("installing cargo-fuzz into target/tooling", &mut install)?;
    }
    Ok(ours)
}
