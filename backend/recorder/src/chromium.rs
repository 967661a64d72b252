//! Finds and starts Chromium, with a profile of its own that goes away with it.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// Why there is no browser.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChromiumError {
    /// None is installed where one is looked for.
    #[error(
        "no Chromium found: install Chromium or Google Chrome, or name its program in the environment variable CHROME"
    )]
    NotFound,
    /// The program could not be started.
    #[error("cannot start {}: {source}", path.display())]
    Start {
        /// The program.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It ended, or said nothing, before it was ready.
    #[error("{} did not open its DevTools port: {output}", path.display())]
    NotReady {
        /// The program.
        path: PathBuf,
        /// The last it said.
        output: String,
    },
}

/// How to start it.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    pub(crate) program: Option<PathBuf>,
    pub(crate) is_headless: bool,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// A running browser. It ends when this is dropped.
pub(crate) struct Browser {
    child: Child,
    /// Its DevTools address.
    pub(crate) address: String,
    _profile: TempDir,
}

/// How long a browser may take to start on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(60);

impl Browser {
    pub(crate) async fn launch(launch: &Launch) -> Result<Self, ChromiumError> {
        let path = match &launch.program {
            Some(path) => path.clone(),
            None => find().ok_or(ChromiumError::NotFound)?,
        };
        let start = |source| ChromiumError::Start {
            path: path.clone(),
            source,
        };
        let profile = tempfile::Builder::new()
            .prefix("playhead-profile-")
            .tempdir()
            .map_err(start)?;
        let mut command = Command::new(&path);
        command
            .args(flags(launch))
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // Ctrl-C in a terminal is for the recorder, which ends the recording before the browser.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(start)?;
        let mut output = Vec::new();
        let address = tokio::time::timeout(START_TIMEOUT, devtools_address(&mut child, &mut output)).await;
        match address {
            Ok(Some(address)) => Ok(Self {
                child,
                address,
                _profile: profile,
            }),
            Ok(None) | Err(_) => {
                let output = output.join(" | ");
                Err(ChromiumError::NotReady { path, output })
            }
        }
    }

    /// Waits for it to end by itself, for a moment; then ends it.
    pub(crate) async fn close(mut self) {
        if tokio::time::timeout(Duration::from_secs(5), self.child.wait())
            .await
            .is_err()
        {
            let _ = self.child.kill().await;
        }
    }
}

/// Reads what the browser says until it names its address. Goes on reading, so that it never waits for us.
async fn devtools_address(child: &mut Child, output: &mut Vec<String>) -> Option<String> {
    const MARK: &str = "DevTools listening on ";
    const MAX_LINES: usize = 20;
    let mut lines = BufReader::new(child.stderr.take()?).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(address) = line.strip_prefix(MARK) {
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some(address.trim().to_owned());
        }
        if output.len() < MAX_LINES {
            output.push(line);
        }
    }
    None
}

fn flags(launch: &Launch) -> Vec<String> {
    let mut flags: Vec<String> = [
        "--remote-debugging-port=0",
        "--no-first-run",
        "--no-default-browser-check",
        "--no-service-autorun",
        "--password-store=basic",
        "--use-mock-keychain",
        "--metrics-recording-only",
        "--disable-sync",
        "--disable-default-apps",
        "--disable-component-update",
        "--disable-background-networking",
        "--disable-client-side-phishing-detection",
        "--disable-extensions",
        "--disable-search-engine-choice-screen",
        "--disable-popup-blocking",
        // A page behind another window is recorded as if it were in front.
        "--disable-background-timer-throttling",
        "--disable-backgrounding-occluded-windows",
        "--disable-renderer-backgrounding",
        "--disable-hang-monitor",
        "--disable-ipc-flooding-protection",
        // Pages that come back from the cache would go on with a log that was closed; the log's own socket to
        // 127.0.0.1 is no page's business; and bars that come and go change the size of the page.
        "--disable-features=BackForwardCache,LocalNetworkAccessChecks,PrivateNetworkAccessChecks,\
         BlockInsecurePrivateNetworkRequests,Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,\
         PaintHolding",
    ]
    .map(str::to_owned)
    .into();
    // Room for the window's own bars.
    const BARS_PX: u32 = 90;
    flags.push(format!(
        "--window-size={},{}",
        launch.width,
        launch.height + BARS_PX
    ));
    if launch.is_headless {
        flags.extend(["--headless=new", "--hide-scrollbars", "--mute-audio"].map(str::to_owned));
    }
    if is_root() {
        // Chromium refuses to run its sandbox as root.
        flags.push("--no-sandbox".to_owned());
    }
    flags
}

fn is_root() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        // The owner of our own process, as the system shows it; nothing to show means no root to worry about.
        std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
    }
    #[cfg(not(unix))]
    false
}

/// The browser to use: `CHROME`, else the first of the usual names on the `PATH`, else the usual places.
pub fn find() -> Option<PathBuf> {
    const NAMES: [&str; 4] = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    const PLACES: [&str; 2] = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ];
    if let Some(named) = std::env::var_os("CHROME").filter(|name| !name.is_empty()) {
        return Some(PathBuf::from(named));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .chain(PLACES.iter().map(|place| Path::new(place).to_owned()))
        .find(|candidate| candidate.is_file())
}
