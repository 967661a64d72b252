//! The browsers the tests drive: Chromium and its driver, of one version, and Firefox for some of them.

use std::{env, fs, path::PathBuf, process::Command};

use crate::{
    process::{Outcome, output, which},
    tools,
};

/// A browser and the driver that fits it.
pub(crate) struct Browser {
    /// Chromium, or Chrome.
    pub(crate) chromium: PathBuf,
    /// chromedriver of the same major version.
    pub(crate) chromedriver: PathBuf,
}

/// Finds the browser, installing it where we may.
///
/// # Errors
/// The one command to type.
pub(crate) fn browser() -> Outcome<Browser> {
    let find = || {
        let chromium = find_chromium()?;
        let chromedriver = env::var_os("CHROMEDRIVER")
            .map(PathBuf::from)
            .or_else(|| which("chromedriver"))?;
        Some(Browser {
            chromium,
            chromedriver,
        })
    };
    let browser =
        match find() {
            Some(browser) => browser,
            None if tools::may_use_apt() => {
                tools::apt(&["chromium", "chromium-driver", "fonts-dejavu-core"])?;
                find().ok_or("chromium was installed but is not on PATH")?
            }
            None => return Err(
                "Chromium and chromedriver are needed; type: sudo apt-get install chromium chromium-driver \
            (macOS: brew install --cask chromium chromedriver)"
                    .into(),
            ),
        };
    let versions = [&browser.chromium, &browser.chromedriver].map(major_version);
    if versions[0].is_none() || versions[0] != versions[1] {
        return Err(format!(
            "{} and {} are of different major versions; update both",
            browser.chromium.display(),
            browser.chromedriver.display()
        ));
    }
    Ok(browser)
}

/// CHROME, then the usual names and places.
fn find_chromium() -> Option<PathBuf> {
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "chrome",
    ];
    let places = [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];
    find("CHROME", &names, &places)
}

/// A variable, then names on PATH, then places.
fn find(variable: &str, names: &[&str], places: &[&str]) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .or_else(|| names.iter().find_map(|name| which(name)))
        .or_else(|| places.iter().map(PathBuf::from).find(|path| path.is_file()))
}

/// Tells a test run where Firefox and geckodriver are, installing them where we may.
///
/// # Errors
/// The one command to type.
pub(crate) fn announce_firefox(command: &mut Command) -> Outcome {
    let find = || {
        let places = [
            "/Applications/Firefox.app/Contents/MacOS/firefox",
            "/Applications/Firefox Developer Edition.app/Contents/MacOS/firefox",
        ];
        find("FIREFOX", &["firefox-esr", "firefox"], &places)
    };
    let install = || {
        if tools::may_use_apt() {
            tools::apt(&["firefox-esr"]).ok()?;
        }
        find()
    };
    let firefox = find().or_else(install).ok_or(
        "Firefox is needed; type: sudo apt-get install firefox-esr (macOS: brew install --cask firefox)",
    )?;
    let geckodriver = match env::var_os("GECKODRIVER") {
        Some(geckodriver) => PathBuf::from(geckodriver),
        None => tools::geckodriver()?,
    };
    command.env("FIREFOX", firefox).env("GECKODRIVER", geckodriver);
    Ok(())
}

fn major_version(program: &PathBuf) -> Option<u32> {
    let text = output(Command::new(program).arg("--version"))?;
    text.split_whitespace()
        .find_map(|word| word.split('.').next()?.parse().ok())
}

impl Browser {
    /// Tells a test run where the browser is, and how wasm tests are to start it.
    ///
    /// # Errors
    /// The driver's settings cannot be written.
    pub(crate) fn announce(&self, command: &mut Command) -> Outcome {
        let settings = tools::folder().join("webdriver.json");
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ];
        let json = format!(
            r#"{{"goog:chromeOptions":{{"binary":{:?},"args":{arguments:?}}}}}"#,
            self.chromium.display().to_string()
        );
        fs::create_dir_all(tools::folder())
            .and_then(|()| fs::write(&settings, json))
            .map_err(|error| error.to_string())?;
        command
            .env("CHROME", &self.chromium)
            .env("CHROMEDRIVER", &self.chromedriver) // else a geckodriver on PATH would win silently
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", settings)
            .env("WASM_BINDGEN_TEST_TIMEOUT", "240");
        Ok(())
    }
}
