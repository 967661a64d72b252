//! The program `playhead`, as a user runs it.

use std::{
    env,
    ffi::OsStr,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Where the program is: PLAYHEAD_BIN, or next to the running test in the same target folder.
///
/// # Errors
/// It is not built; says how to build it.
pub fn path() -> Result<PathBuf, String> {
    let beside = || {
        let own = env::current_exe().ok()?;
        let folder = own.parent()?;
        let folder = if folder.ends_with("deps") {
            folder.parent()?
        } else {
            folder
        };
        Some(folder.join(format!("playhead{}", env::consts::EXE_SUFFIX)))
    };
    let path = env::var_os("PLAYHEAD_BIN")
        .map(PathBuf::from)
        .or_else(beside)
        .unwrap_or_default();
    if path.is_file() {
        Ok(path)
    } else {
        Err(format!(
            "{} is missing; build it with `cargo build -p playhead`, or name it in PLAYHEAD_BIN",
            path.display()
        ))
    }
}

/// What to record, and how.
pub struct Recorded<'a> {
    /// The page.
    pub url: &'a str,
    /// The list of actions to perform.
    pub steps: &'a Path,
    /// The file to write.
    pub output: &'a Path,
    /// Size of the page in CSS pixels.
    pub size_px: (u32, u32),
}

/// Records a page headless, and returns what the program printed.
///
/// # Errors
/// The program fails; its own words.
pub fn record(program: &Path, recorded: &Recorded<'_>) -> Result<String, String> {
    let mut command = Command::new(program);
    command
        .args(["record", recorded.url, "--headless", "--steps"])
        .arg(recorded.steps);
    command.args([
        "--width",
        &recorded.size_px.0.to_string(),
        "--height",
        &recorded.size_px.1.to_string(),
    ]);
    output(command.arg("-o").arg(recorded.output))
}

/// Runs a command to its end, and returns what it printed.
///
/// # Errors
/// It cannot be started, or fails; with all it printed.
pub fn output(command: &mut Command) -> Result<String, String> {
    let ran = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if ran.status.success() {
        return Ok(text(&ran.stdout));
    }
    Err(format!(
        "{command:?} ended with {}\n{}\n{}",
        ran.status,
        text(&ran.stdout),
        text(&ran.stderr)
    ))
}

/// `playhead serve`, running until dropped.
pub struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// Serves files and folders on a port, or on a free one for 0.
    ///
    /// # Errors
    /// The program ends instead of serving; what it printed.
    pub fn start(program: &Path, paths: &[&Path], port: u16) -> Result<Self, String> {
        Self::start_with(program, paths, &[], port)
    }

    /// Serves with more arguments.
    ///
    /// # Errors
    /// The program ends instead of serving; what it printed.
    pub fn start_with(program: &Path, paths: &[&Path], more: &[&OsStr], port: u16) -> Result<Self, String> {
        let mut command = Command::new(program);
        command.arg("serve").args(paths).args(more);
        Self::started(program, &mut command, port)
    }

    /// Records a page headless and serves what is recorded, on a free port; the recording goes on until it is
    /// [interrupted](Self::interrupt).
    ///
    /// # Errors
    /// The program ends instead of serving; what it printed.
    pub fn start_recording(program: &Path, url: &str, output: &Path) -> Result<Self, String> {
        let mut command = Command::new(program);
        command
            .args(["record", url, "--headless", "--serve", "-o"])
            .arg(output);
        Self::started(program, &mut command, 0)
    }

    fn started(program: &Path, command: &mut Command, port: u16) -> Result<Self, String> {
        let mut process = command
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let mut line = String::new();
        if let Some(stdout) = process.stdout.take() {
            let mut stdout = BufReader::new(stdout);
            let _ = stdout.read_line(&mut line);
            // What it prints later has somewhere to go.
            process.stdout = Some(stdout.into_inner());
        }
        match line.trim().strip_prefix("listening on ") {
            Some(address) => {
                let address = address.to_owned();
                Ok(Self { process, address })
            }
            None => {
                let _ = process.kill();
                let mut said = String::new();
                if let Some(mut stderr) = process.stderr.take() {
                    let _ = stderr.read_to_string(&mut said);
                }
                let _ = process.wait();
                Err(format!("{} did not serve: {line}{said}", program.display()))
            }
        }
    }

    /// Presses Ctrl-C.
    ///
    /// # Errors
    /// The system does not let us.
    #[cfg(unix)]
    pub fn interrupt(&self) -> Result<(), String> {
        output(Command::new("kill").args(["-INT", &self.process.id().to_string()])).map(drop)
    }

    /// `http://127.0.0.1:PORT`
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
            .unwrap_or_default()
    }

    /// Id of the running process.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
