//! Running other programs: with a heading, their time, and a sentence when they fail.

use std::{
    env,
    ffi::OsStr,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// Success, or a sentence for the person at the terminal.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// The project's folder.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The cargo that runs us, in the project's folder.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(arguments);
    command
}

/// Runs a command to its end, its output shown.
///
/// # Errors
/// It cannot be started, or fails.
pub(crate) fn run(label: &str, command: &mut Command) -> Outcome {
    heading(label);
    let started = Instant::now();
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    eprintln!("   {label}: {:.1} s", started.elapsed().as_secs_f32());
    if status.success() {
        Ok(())
    } else {
        Err(format!("{label} failed ({status})"))
    }
}

/// Runs a command to its end, its standard output both shown and handed line by line to `see`.
///
/// # Errors
/// It cannot be started, or fails.
pub(crate) fn run_watched(label: &str, command: &mut Command, mut see: impl FnMut(&str)) -> Outcome {
    heading(label);
    let started = Instant::now();
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| cannot_start(command, &error))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            show(&line);
            see(&line);
        }
    }
    let status = child.wait().map_err(|error| format!("{label}: {error}"))?;
    eprintln!("   {label}: {:.1} s", started.elapsed().as_secs_f32());
    if status.success() {
        Ok(())
    } else {
        Err(format!("{label} failed ({status})"))
    }
}

/// What a command prints, trimmed; None if it cannot be run or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).stdin(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The first file of that name on PATH.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// Says what comes next.
pub(crate) fn heading(label: &str) {
    eprintln!("== {label}");
}

/// Prints a line of results.
#[expect(clippy::print_stdout, reason = "results go to standard output")]
pub(crate) fn show(line: &str) {
    println!("{line}");
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!(
        "cannot start {}: {error}",
        command.get_program().to_string_lossy()
    )
}
