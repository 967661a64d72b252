//! `cargo xtask autobahn`: Autobahn's websocket suite over the websocket that the server speaks through.
//!
//! The suite runs on Python 2.7 alone, so it is looked for (WSTEST, then PATH, then `target/tooling/autobahn`), installed
//! where a Python 2.7 with virtualenv is at hand, and asked for otherwise.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use crate::{
    process::{Outcome, cargo, output, root, run, show, which},
    tools,
};

/// The last version that runs; those for Python 3 do not start.
const SUITE: &str = "autobahntestsuite==0.8.2";

/// Everything but compression, which the server does not offer.
const CASES: &str = r#"["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*"]"#;

/// Runs the suite and counts what came of it.
///
/// # Errors
/// A case fails; or what is missing.
pub(crate) fn autobahn() -> Outcome {
    let wstest = wstest()?;
    run(
        "building the echo",
        &mut cargo(["build", "-q", "--locked", "-p", "tests", "--bin", "echo"]),
    )?;
    let mut echo = Echo::start()?;
    let folder = tools::folder().join("autobahn-report");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let spec = folder.join("spec.json");
    let json = format!(
        r#"{{"outdir": {:?}, "servers": [{{"agent": "playhead", "url": {:?}}}], "cases": {CASES}, "exclude-cases": []}}"#,
        folder.display().to_string(),
        echo.address()?
    );
    fs::write(&spec, json).map_err(|error| error.to_string())?;
    let mut suite = Command::new(wstest);
    suite
        .args(["-m", "fuzzingclient", "-s"])
        .arg(&spec)
        .current_dir(&folder)
        .stdout(Stdio::null());
    run("Autobahn's suite (about 20 seconds)", &mut suite)?;
    let report =
        fs::read_to_string(folder.join("index.json")).map_err(|error| format!("no report: {error}"))?;
    let count = |what: &str| report.matches(&format!("\"behavior\": \"{what}\"")).count();
    let (ok, failed) = (
        count("OK"),
        count("FAILED") + count("WRONG CODE") + count("UNCLEAN"),
    );
    show(&format!(
        "autobahn: {ok} ok, {} informational, {} non-strict, {failed} failed",
        count("INFORMATIONAL"),
        count("NON-STRICT")
    ));
    match (ok, failed) {
        (0, _) => Err("no case ran".to_owned()),
        (_, 0) => Ok(()),
        _ => Err(format!(
            "{failed} cases failed; see {}",
            folder.join("index.html").display()
        )),
    }
}

/// The suite's program, installed if it can be.
fn wstest() -> Outcome<PathBuf> {
    let folder = tools::folder().join("autobahn");
    let ours = folder.join("bin/wstest");
    let found = env::var_os("WSTEST")
        .map(PathBuf::from)
        .or_else(|| which("wstest"));
    if let Some(found) = found {
        return Ok(found);
    }
    if ours.is_file() {
        return Ok(ours);
    }
    let python = ["python2.7", "python2"].into_iter().find(|python| {
        let version = output(Command::new(python).args(["-m", "virtualenv", "--version"]));
        version.is_some()
    });
    let Some(python) = python else {
        return Err(format!(
            "Autobahn's suite runs on Python 2.7 alone. With a Python 2.7 at hand (pyenv install 2.7.18), type: \
             python2.7 -m pip install virtualenv==20.15.1; or name an installed wstest ({SUITE}) in WSTEST"
        ));
    };
    let mut make = Command::new(python);
    run(
        "making a Python 2.7 environment",
        make.args(["-m", "virtualenv"]).arg(&folder),
    )?;
    let mut install = Command::new(folder.join("bin/pip"));
    run(
        "installing Autobahn's suite",
        install.args(["install", "-q", SUITE]),
    )?;
    Ok(ours)
}

/// The echo, running until dropped.
struct Echo(Child);

impl Echo {
    fn start() -> Outcome<Self> {
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
        let echo = Command::new(target.join("debug/echo"))
            .stdout(Stdio::piped())
            .spawn();
        echo.map(Self)
            .map_err(|error| format!("the echo cannot be started: {error}"))
    }

    fn address(&mut self) -> Outcome<String> {
        let mut line = String::new();
        if let Some(stdout) = self.0.stdout.take() {
            let _ = BufReader::new(stdout).read_line(&mut line);
        }
        match line.trim() {
            "" => Err("the echo ended at once".to_owned()),
            address => Ok(address.to_owned()),
        }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
