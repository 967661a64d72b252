//! `cargo xtask bench`: measures the numbers of the design on this machine and prints a line for each.

use std::process::Command;

use crate::{
    browser::browser,
    build,
    process::{Outcome, cargo, root, run},
    tools,
};

/// Builds for release, then measures every line, or those whose name contains a word.
///
/// # Errors
/// What could not be built or measured.
pub(crate) fn bench(words: &[String]) -> Outcome {
    let browser = browser()?;
    // What ours is measured against; nothing else wants it.
    const WITH_PEERS: [&str; 2] = ["timeline-peers", "mini-first-paint"];
    let mut wanted = words.iter().filter(|word| !word.starts_with("--")).peekable();
    let has_peers = |word: &String| WITH_PEERS.iter().any(|name| name.contains(word.as_str()));
    if wanted.peek().is_none() || wanted.any(has_peers) {
        tools::npm_packages_of("tests/bench/peers")?;
    }
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
