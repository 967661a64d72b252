//! `cargo xtask run`: from a fresh clone to a recording in the browser.

use std::process::Command;

use crate::{
    build,
    process::{Outcome, root},
};

/// Builds what is missing, then serves until Ctrl-C.
///
/// # Errors
/// What could not be built or started.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut listen = "127.0.0.1:8912".to_owned();
    let mut opens = true;
    let mut paths = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--no-open" => opens = false,
            "--listen" => listen.clone_from(
                rest.next()
                    .ok_or("--listen needs an address, such as 127.0.0.1:8912")?,
            ),
            option if option.starts_with('-') => {
                return Err(format!(
                    "unknown option {option}; usage: cargo xtask run [--no-open] [--listen ADDR] [PATH…]"
                ));
            }
            path => paths.push(path.to_owned()),
        }
    }
    build::viewer()?;
    build::program()?;
    let mut serve = Command::new(build::program_path());
    serve.args(["serve", "--listen", &listen]);
    if opens {
        serve.arg("--open");
    }
    if paths.is_empty() {
        serve.arg(root().join("public/samples"));
    } else {
        serve.args(paths);
    }
    let status = serve
        .status()
        .map_err(|error| format!("cannot start the server: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("the server stopped ({status})"))
    }
}
