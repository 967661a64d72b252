//! Headless Chromium under chromedriver: CHROME and CHROMEDRIVER say where they are, else they are looked for on PATH.

use std::{
    env,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel, WebDriver};

/// How long one poll of a condition waits before the next.
const POLL_MILLIS: u64 = 25;

/// A browser of its own, ended with [`Chromium::quit`], or killed when dropped.
pub struct Chromium {
    driver_process: Child,
    /// The page it shows.
    pub page: WebDriver,
}

impl Chromium {
    /// Starts chromedriver on a free port, and a browser with an empty profile.
    ///
    /// # Errors
    /// One of them cannot be started; which, and what it said.
    pub async fn start() -> Result<Self, String> {
        let driver = program("CHROMEDRIVER", &["chromedriver"])?;
        let chrome = program(
            "CHROME",
            &["chromium", "chromium-browser", "google-chrome", "chrome"],
        )?;
        let mut driver_process = Command::new(&driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", driver.display()))?;
        let Some(port) = port_of(&mut driver_process) else {
            let _ = driver_process.kill();
            return Err(format!("{} did not say its port", driver.display()));
        };
        let started = WebDriver::new(&format!("http://127.0.0.1:{port}"), capabilities(&chrome)?).await;
        match started {
            Ok(page) => Ok(Self { driver_process, page }),
            Err(error) => {
                let _ = driver_process.kill();
                Err(format!("{}: {error}", chrome.display()))
            }
        }
    }

    /// Sets the size of the page itself, in CSS pixels, whatever the window around it.
    ///
    /// # Errors
    /// The browser's refusal.
    pub async fn set_size(&self, width_px: u32, height_px: u32) -> Result<(), String> {
        let metrics =
            json!({ "width": width_px, "height": height_px, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await
            .map(drop)
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

    /// Ends the browser and its driver.
    pub async fn quit(mut self) {
        let _ = self.page.clone().quit().await;
        let _ = self.driver_process.kill();
        let _ = self.driver_process.wait();
    }
}

impl Drop for Chromium {
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

fn capabilities(chrome: &std::path::Path) -> Result<ChromeCapabilities, String> {
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
        ] {
            capabilities.add_arg(argument)?;
        }
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        Ok::<(), thirtyfour::error::WebDriverError>(())
    };
    set(&mut capabilities).map_err(|error| error.to_string())?;
    Ok(capabilities)
}

/// chromedriver prints `… was started successfully on port 41234.`; the rest of its output is read and dropped.
fn port_of(process: &mut Child) -> Option<u16> {
    let mut lines = BufReader::new(process.stdout.take()?).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let (_, rest) = line.split_once("started successfully on port ")?;
        rest.trim_end_matches('.').parse().ok()
    });
    std::thread::spawn(move || lines.for_each(drop));
    port
}
