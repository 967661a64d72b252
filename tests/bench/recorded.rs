//! Pages made for a measurement, recorded.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use serde_json::Value as Json;
use tests::{
    pages::Pages,
    program::{self, Recorded},
};

use crate::Bench;

/// Serves files (name and text) and records `index.html` of them until the steps are done. Gives the recording, and how
/// long that took.
///
/// # Errors
/// A file cannot be written, or the recorder fails.
pub(crate) fn record(
    bench: &Bench,
    name: &str,
    files: &[(&str, String)],
    steps: &[Json],
) -> Result<(PathBuf, Duration), String> {
    let folder = bench.folder.join(name);
    let pages = folder.join("pages");
    let (steps_path, output) = (folder.join("steps.json"), folder.join("recorded.playhead"));
    let write = || {
        fs::create_dir_all(&pages)?;
        for (name, text) in files {
            fs::write(pages.join(name), text)?;
        }
        fs::write(&steps_path, Json::from(steps).to_string())
    };
    write().map_err(|error| format!("{}: {error}", folder.display()))?;
    let pages = Pages::serve(&pages, 0).map_err(|error| error.to_string())?;
    let recorded = Recorded {
        url: &pages.url(""),
        steps: &steps_path,
        output: &output,
        size_px: (1024, 720),
    };
    let started = Instant::now();
    program::record(&bench.program, &recorded)?;
    Ok((output, started.elapsed()))
}
