//! Records a page from its first byte until the steps are done, the window is closed or somebody says stop.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use recording::manifest::Manifest;
use serde_json::json;
use tokio::sync::Notify;

use crate::{
    cdp::{Cdp, CdpError},
    chromium::{Browser, ChromiumError, Launch},
    levels::Glob,
    redact::Redaction,
    session::Session,
    steps::{StepAction, StepError},
};

/// A killed recorder loses no more than this.
pub(crate) const FLUSH_EVERY: Duration = Duration::from_secs(2);

/// What to record, and how.
#[derive(Clone, Debug)]
pub struct RecordOptions {
    /// The page.
    pub url: String,
    /// The file to write; one that is there is replaced.
    pub output: PathBuf,
    /// What to do on the page; the recording ends after it. None: until the window is closed.
    pub steps: Option<Vec<StepAction>>,
    /// Whether to run without a window.
    pub is_headless: bool,
    /// Width of the viewport, in CSS pixels.
    pub width: u32,
    /// Height of the viewport, in CSS pixels.
    pub height: u32,
    /// Image pixels per CSS pixel, without a window; in a window it is the screen's.
    pub device_pixel_ratio: f64,
    /// Quality of the pictures, 1 to 100.
    pub jpeg_quality: u8,
    /// How many pictures of a page that keeps changing are kept a second. The last before it rests is always kept.
    pub pictures_per_second: f64,
    /// How much to record of scripts whose URL matches, 0 to 3; the first match counts, before the defaults.
    pub levels: Vec<(Glob, u8)>,
    /// What is taken out of the recording.
    pub redaction: Redaction,
    /// How often what has happened is written whole, so that a killed recorder loses no more, and whoever follows the file
    /// sees no less. More often makes the file larger: smaller chunks compress worse.
    pub flush_every: Duration,
    /// The browser's program; None: the one [`crate::chromium::find`] finds.
    pub chromium: Option<PathBuf>,
}

impl RecordOptions {
    /// The defaults: in a window of 1280 × 800, by hand.
    pub fn new(url: impl Into<String>, output: impl Into<PathBuf>) -> Self {
        Self {
            url: url.into(),
            output: output.into(),
            steps: None,
            is_headless: false,
            width: 1280,
            height: 800,
            device_pixel_ratio: 1.0,
            jpeg_quality: 60,
            pictures_per_second: 10.0,
            levels: Vec::new(),
            redaction: Redaction::default(),
            flush_every: FLUSH_EVERY,
            chromium: None,
        }
    }
}

/// How far a recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Time since it began.
    pub elapsed: Duration,
    /// Statements recorded.
    pub n_steps: u64,
}

/// What a recording came to hold, and how it ended.
#[derive(Debug)]
pub struct Summary {
    /// What the file says of itself.
    pub manifest: Manifest,
    /// Why it ended.
    pub ended_by: EndedBy,
}

/// Why a recording ended. However it did, its file is whole.
#[derive(Debug)]
pub enum EndedBy {
    /// All steps are done.
    Steps,
    /// A step could not be done.
    FailedStep(StepError),
    /// The caller said stop.
    Stop,
    /// The page or the browser was closed.
    Closed,
    /// The page crashed.
    Crashed,
}

/// Why there is no recording.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// No browser.
    #[error(transparent)]
    Chromium(#[from] ChromiumError),
    /// The browser does not do as it is told.
    #[error(transparent)]
    Browser(#[from] CdpError),
    /// The page cannot be reached.
    #[error("cannot open the page: {message}: {url}")]
    Page {
        /// The browser's words.
        message: String,
        /// The address.
        url: String,
    },
    /// Elements to mask that nobody can find.
    #[error("no CSS selector: {selector}")]
    Mask {
        /// The selector.
        selector: String,
    },
    /// The file cannot be written.
    #[error("cannot write the recording: {source}: {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// No socket for the page's log.
    #[error("cannot listen on 127.0.0.1: {0}")]
    Listen(io::Error),
}

/// Ends by itself when the steps are done, the window is closed or the page crashes, or when `stop` is notified.
/// `on_progress` is called about twice a second.
///
/// # Errors
/// If the browser cannot be started or led to the page, or the file cannot be written. Once the page is open, whatever
/// ends the recording leaves a whole file ([`Summary::ended_by`]).
pub async fn record(
    options: RecordOptions,
    on_progress: impl FnMut(Progress),
    stop: Arc<Notify>,
) -> Result<Summary, RecordError> {
    let launch = Launch {
        program: options.chromium.clone(),
        is_headless: options.is_headless,
        width: options.width,
        height: options.height,
    };
    let browser = Browser::launch(&launch).await?;
    let (cdp, events) = Cdp::connect(&browser.address).await?;
    let result = match Session::open(options, &cdp, events).await {
        Ok(session) => session.run(on_progress, stop).await,
        Err(error) => Err(error),
    };
    let _ = tokio::time::timeout(Duration::from_secs(2), cdp.call("Browser.close", json!({}))).await;
    browser.close().await;
    result
}
