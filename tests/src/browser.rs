//! A headless browser under its driver: Chromium under chromedriver, Firefox under geckodriver. CHROME and CHROMEDRIVER,
//! FIREFOX and GECKODRIVER say where they are, else they are looked for on PATH.

use std::{
    env,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use thirtyfour::{
    Capabilities, ChromeCapabilities, ChromiumLikeCapabilities, FirefoxCapabilities, LoggingPrefsLogLevel,
    WebDriver, common::capabilities::firefox::FirefoxPreferences, error::WebDriverError,
};

/// How long one poll of a condition waits before the next.
const POLL_MILLIS: u64 = 25;

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserKind {
    /// Chromium, or Chrome.
    Chromium,
    /// Firefox, of any edition.
    Firefox,
}

/// A browser of its own, ended with [`Browser::quit`], or killed when dropped.
pub struct Browser {
    /// Which it is.
    pub kind: BrowserKind,
    driver_process: Child,
    /// What the driver, and with it the browser, has printed.
    said: Arc<Mutex<Vec<String>>>,
    /// The page it shows.
    pub page: WebDriver,
}

impl Browser {
    /// Starts Chromium; see [`Self::start`].
    ///
    /// # Errors
    /// It or its driver cannot be started; which, and what it said.
    pub async fn chromium() -> Result<Self, String> {
        Self::start(BrowserKind::Chromium).await
    }

    /// Starts a driver on a free port, and a browser with an empty profile.
    ///
    /// # Errors
    /// One of them cannot be started; which, and what it said.
    pub async fn start(kind: BrowserKind) -> Result<Self, String> {
        let (driver, capabilities) = match kind {
            BrowserKind::Chromium => (program("CHROMEDRIVER", &["chromedriver"])?, chromium()),
            BrowserKind::Firefox => (program("GECKODRIVER", &["geckodriver"])?, firefox()),
        };
        let mut command = Command::new(&driver);
        command
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if kind == BrowserKind::Firefox {
            // Its second port would be the same for all that run at once.
            command.arg("--websocket-port=0");
        }
        let mut driver_process = command
            .spawn()
            .map_err(|error| format!("{}: {error}", driver.display()))?;
        let said = Arc::default();
        let Some(port) = port_of(&mut driver_process, &said) else {
            let _ = driver_process.kill();
            return Err(format!("{} did not say its port", driver.display()));
        };
        let started = WebDriver::new(&format!("http://127.0.0.1:{port}"), capabilities?).await;
        match started {
            Ok(page) => Ok(Self {
                kind,
                driver_process,
                said,
                page,
            }),
            Err(error) => {
                let _ = driver_process.kill();
                Err(format!("{kind:?}: {error}"))
            }
        }
    }

    /// Sets the size of the page itself, in CSS pixels, whatever the window around it.
    ///
    /// # Errors
    /// The browser's refusal.
    pub async fn set_size(&self, width_px: u32, height_px: u32) -> Result<(), String> {
        match self.kind {
            BrowserKind::Chromium => self.set_zoomed_size(width_px, height_px, 1.0).await,
            BrowserKind::Firefox => {
                let script = "return [outerWidth - innerWidth, outerHeight - innerHeight]";
                let around = self.evaluate(script).await?;
                let side = |at: usize| u32::try_from(around[at].as_u64().unwrap_or_default());
                let around = [side(0), side(1)].map(Result::unwrap_or_default);
                self.page
                    .set_window_rect(0, 0, width_px + around[0], height_px + around[1])
                    .await
                    .map_err(|error| error.to_string())
            }
        }
    }

    /// Sets the size of the page, in CSS pixels, each of them so many of the screen's: what zooming does. Chromium only.
    ///
    /// # Errors
    /// The browser's refusal.
    pub async fn set_zoomed_size(&self, width_px: u32, height_px: u32, zoom: f64) -> Result<(), String> {
        let metrics =
            json!({ "width": width_px, "height": height_px, "deviceScaleFactor": zoom, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await
            .map(drop)
    }

    /// What went wrong in the page since this was last asked: exceptions, `console.error`, and in Chromium requests and
    /// policies refused.
    ///
    /// # Errors
    /// There is no log.
    pub async fn take_errors(&self) -> Result<Vec<String>, String> {
        match self.kind {
            BrowserKind::Chromium => {
                let log = self.page.browser_log().await;
                let log = log.map_err(|error| format!("no log: {error}"))?;
                let is_severe = |level: &str| level.eq_ignore_ascii_case("SEVERE");
                let severe = log.into_iter().filter(|entry| is_severe(&entry.level));
                Ok(severe.map(|entry| entry.message).collect())
            }
            // Firefox prints them, and with them the complaints of its own parts, which quote nothing and are `resource:`.
            BrowserKind::Firefox => {
                let said = std::mem::take(&mut *self.said.lock().unwrap_or_else(PoisonError::into_inner));
                let is_ours = |line: &String| {
                    line.starts_with("console.error: \"") || line.starts_with("JavaScript error: http")
                };
                Ok(said.into_iter().filter(is_ours).collect())
            }
        }
    }

    /// Sends a command of Chromium's own protocol.
    ///
    /// # Errors
    /// The browser's refusal.
    pub async fn devtools(&self, method: &str, params: Value) -> Result<Value, String> {
        self.page
            .cdp()
            .send_raw(method, params)
            .await
            .map_err(|error| format!("{method}: {error}"))
    }

    /// Runs statements in the page and returns what they `return`.
    ///
    /// # Errors
    /// They throw; what.
    pub async fn evaluate(&self, script: &str) -> Result<Value, String> {
        let result = self
            .page
            .execute(script, Vec::new())
            .await
            .map_err(|error| format!("{error}\nin {script}"))?;
        Ok(result.json().clone())
    }

    /// Evaluates until the result is neither false, null, 0 nor "", and returns it.
    ///
    /// # Errors
    /// It is not so within the time, or throws; with what it was last.
    pub async fn wait_for(&self, what: &str, script: &str, at_most: Duration) -> Result<Value, String> {
        let deadline = tokio::time::Instant::now() + at_most;
        loop {
            let value = self.evaluate(script).await?;
            if !matches!(&value, Value::Null | Value::Bool(false)) && value != json!(0) && value != json!("")
            {
                return Ok(value);
            }
            if tokio::time::Instant::now() > deadline {
                return Err(format!("{what}: still {value} after {at_most:?}"));
            }
            tokio::time::sleep(Duration::from_millis(POLL_MILLIS)).await;
        }
    }

    /// The most that any process which shows pages has held so far, its workers included, in bytes; None where the system does
    /// not tell. Chromium on Linux only.
    pub fn peak_memory(&self) -> Option<u64> {
        let shows_pages = |process: &u32| {
            let command = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&command).contains("--type=renderer")
        };
        let pages = self.processes().into_iter().filter(shows_pages);
        pages.filter_map(|process| line_of(process, "VmHWM:")).max()
    }

    /// How many bytes all its processes have read so far, files, the browser's own things and what they tell each other by pipes;
    /// None where the system does not tell. Linux only.
    pub fn bytes_read(&self) -> Option<u64> {
        let read = |process: u32| -> Option<u64> {
            let said = std::fs::read_to_string(format!("/proc/{process}/io")).ok()?;
            said.lines()
                .find_map(|line| line.strip_prefix("rchar:"))?
                .trim()
                .parse()
                .ok()
        };
        let all: Vec<u64> = self.processes().into_iter().filter_map(read).collect();
        (!all.is_empty()).then(|| all.iter().sum())
    }

    /// The driver, and all that it has started.
    fn processes(&self) -> Vec<u32> {
        let mut parents = Vec::new();
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let id = entry.file_name().to_string_lossy().parse::<u32>().ok();
            parents.extend(id.and_then(|id| Some((id, line_of(id, "PPid:")? as u32))));
        }
        let mut ours = vec![self.driver_process.id()];
        let mut at = 0;
        while let Some(parent) = ours.get(at).copied() {
            ours.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
            at += 1;
        }
        ours
    }

    /// Ends the browser and its driver.
    pub async fn quit(mut self) {
        let _ = self.page.clone().quit().await;
        let _ = self.driver_process.kill();
        let _ = self.driver_process.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver_process.kill();
        let _ = self.driver_process.wait();
    }
}

/// Where a browser program is.
///
/// # Errors
/// It is not found; how to name it.
pub fn program(variable: &str, names: &[&str]) -> Result<PathBuf, String> {
    let on_path = || {
        let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
        names.iter().find_map(|name| {
            folders
                .iter()
                .map(|folder| folder.join(name))
                .find(|path| path.is_file())
        })
    };
    env::var_os(variable)
        .map(PathBuf::from)
        .or_else(on_path)
        .ok_or_else(|| format!("{} is not on PATH; name it in {variable}", names.join(" or ")))
}

/// A number of what the system says of a process; those in kB as bytes.
fn line_of(process: u32, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?.trim();
    match line.strip_suffix("kB") {
        Some(kilobytes) => Some(kilobytes.trim().parse::<u64>().ok()? * 1024),
        None => line.parse().ok(),
    }
}

fn chromium() -> Result<Capabilities, String> {
    let chrome = program(
        "CHROME",
        &["chromium", "chromium-browser", "google-chrome", "chrome"],
    )?;
    let mut capabilities = ChromeCapabilities::new();
    let set = |capabilities: &mut ChromeCapabilities| {
        capabilities.set_binary(&chrome.to_string_lossy())?;
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            // Pages of this machine can have the name of another.
            "--host-resolver-rules=MAP *.example 127.0.0.1",
        ] {
            capabilities.add_arg(argument)?;
        }
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        Ok::<(), WebDriverError>(())
    };
    set(&mut capabilities).map_err(|error| error.to_string())?;
    Ok(capabilities.into())
}

fn firefox() -> Result<Capabilities, String> {
    let firefox = program("FIREFOX", &["firefox-esr", "firefox"])?;
    let mut capabilities = FirefoxCapabilities::new();
    let set = |capabilities: &mut FirefoxCapabilities| {
        capabilities.set_firefox_binary(&firefox.to_string_lossy())?;
        capabilities.add_arg("-headless")?;
        let mut preferences = FirefoxPreferences::new();
        // What pages log is printed.
        preferences.set("devtools.console.stdout.content", true)?;
        // Pages are told that nothing is to move.
        preferences.set("ui.prefersReducedMotion", 1)?;
        capabilities.set_preferences(preferences)
    };
    set(&mut capabilities).map_err(|error| error.to_string())?;
    Ok(capabilities.into())
}

/// chromedriver prints `… was started successfully on port 41234.`, geckodriver `… Listening on 127.0.0.1:41234`. What
/// comes after is kept.
fn port_of(process: &mut Child, said: &Arc<Mutex<Vec<String>>>) -> Option<u16> {
    let mut lines = BufReader::new(process.stdout.take()?).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let (_, rest) = line
            .split_once("started successfully on port ")
            .or_else(|| line.split_once("Listening on 127.0.0.1:"))?;
        rest.trim_end_matches('.').parse().ok()
    });
    let said = Arc::clone(said);
    std::thread::spawn(move || {
        let keep = |line| said.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        lines.map_while(Result::ok).for_each(keep);
    });
    port
}
