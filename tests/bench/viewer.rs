//! What the viewer costs until its timeline answers: bytes over the wire, and time, in a real Chromium with empty caches.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use recording::{reader::Reader, source::FileSource};
use serde_json::json;
use tests::{browser::Browser, program::Server};

use crate::{Bench, Line, engine, millis, quantile};

const N_ROUNDS: usize = 7;
const PATIENCE: Duration = Duration::from_secs(60);

/// Put into the page before anything else runs: presses End on the timeline as soon as it has a duration, and notes
/// when it has moved there.
const WATCH: &str = r#"
    const watch = new MutationObserver(() => {
        const timeline = document.querySelector('[data-testid="timeline"]');
        const end = Number(timeline?.getAttribute("aria-valuemax"));
        if (!(end > 0)) return;
        if (Math.abs(Number(timeline.getAttribute("aria-valuenow")) - end) <= 100) {
            globalThis.answeredAt = performance.now();
            watch.disconnect();
        } else if (!globalThis.hasPressed) {
            globalThis.hasPressed = true;
            setTimeout(() => timeline.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true })));
        }
    });
    watch.observe(document, { subtree: true, childList: true, attributes: true });
"#;

/// Everything the page had loaded by the time its timeline answered, in brotli; and apart, the parts that it loads later.
pub(crate) fn size(bench: &Bench) -> Result<Vec<Line>, String> {
    let Opened { requested, .. } = open(bench, 1)?;
    let mut total = 0;
    for path in &requested {
        total += brotli_size(&bench.dist, path)?;
    }
    let mut later = BTreeSet::new();
    for entry in fs::read_dir(bench.dist.join("parts")).map_err(|error| format!("dist/parts: {error}"))? {
        let name = entry.map_err(|error| error.to_string())?.file_name();
        let path = format!("/parts/{}", name.to_string_lossy());
        if path.ends_with(".wasm") && !requested.contains(&path) {
            later.insert(path);
        }
    }
    let mut later_total = 0;
    for path in &later {
        later_total += brotli_size(&bench.dist, path)?;
    }
    Ok(vec![
        Line {
            name: "viewer size".to_owned(),
            value: format!("{:.1} KB", total as f64 / 1e3),
            bound: "<= 350 KB",
            how: format!(
                "brotli of all {} files loaded before the timeline answered",
                requested.len()
            ),
        },
        Line {
            name: "viewer, later parts".to_owned(),
            value: format!("{:.1} KB", later_total as f64 / 1e3),
            bound: "",
            how: format!("brotli of the other {} parts of the viewer", later.len()),
        },
    ])
}

/// From the start of the navigation until the timeline has answered.
pub(crate) fn open_to_timeline(bench: &Bench) -> Result<Vec<Line>, String> {
    let Opened { mut times, .. } = open(bench, N_ROUNDS)?;
    let (least, median) = (quantile(&mut times, 0.0), quantile(&mut times, 0.5));
    Ok(vec![Line {
        name: "open to timeline".to_owned(),
        value: millis(median),
        bound: "",
        how: format!(
            "navigation to the timeline at its end after a key, median of {N_ROUNDS}, caches empty (least {})",
            millis(least)
        ),
    }])
}

/// What opening a sample some times showed.
struct Opened {
    times: Vec<Duration>,
    /// Paths below the server's root.
    requested: BTreeSet<String>,
}

fn open(bench: &Bench, n_rounds: usize) -> Result<Opened, String> {
    let sample = engine::samples()?
        .into_iter()
        .next()
        .ok_or("there are no samples; make them with cargo xtask samples")?;
    let source = FileSource::open(&sample).map_err(|error| error.to_string())?;
    let reader = Reader::open(Box::new(source)).map_err(|error| error.to_string())?;
    let id = reader.head().recording_id.clone();
    let server = Server::start(&bench.program, &[&engine::samples_folder()], 0)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let chromium = Browser::chromium().await?;
        let opened = measure(&chromium, &server, &format!("/recording/{id}"), n_rounds).await;
        chromium.quit().await;
        opened
    })
}

async fn measure(chromium: &Browser, server: &Server, path: &str, n_rounds: usize) -> Result<Opened, String> {
    chromium.set_size(1440, 900).await?;
    chromium
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": WATCH }),
        )
        .await?;
    let mut opened = Opened {
        times: Vec::new(),
        requested: BTreeSet::new(),
    };
    for _ in 0..n_rounds {
        chromium
            .page
            .goto("about:blank")
            .await
            .map_err(|error| error.to_string())?;
        chromium.devtools("Network.clearBrowserCache", json!({})).await?;
        let url = format!("{}{path}", server.address());
        chromium
            .page
            .goto(&url)
            .await
            .map_err(|error| format!("{url}: {error}"))?;
        let at = chromium
            .wait_for(
                "the timeline's answer",
                "return globalThis.answeredAt ?? null",
                PATIENCE,
            )
            .await?;
        opened
            .times
            .push(Duration::from_secs_f64(at.as_f64().unwrap_or_default() / 1e3));
        let script = "return performance.getEntriesByType('resource').filter((entry) => entry.responseEnd <= answeredAt)\
             .map((entry) => new URL(entry.name)).filter((url) => url.origin === location.origin)\
             .map((url) => url.pathname)";
        let requested = chromium.evaluate(script).await?;
        opened.requested.extend(
            requested
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|path| path.as_str().map(str::to_owned)),
        );
    }
    opened.requested.retain(|path| !path.starts_with("/api/"));
    opened.requested.insert("/index.html".to_owned());
    Ok(opened)
}

/// Size of a file of the viewer as it is sent: its brotli, or itself where that is no smaller.
pub(crate) fn brotli_size(dist: &Path, path: &str) -> Result<u64, String> {
    let plain = dist.join(path.trim_start_matches('/'));
    let compressed = dist.join(format!("{}.br", path.trim_start_matches('/')));
    if path.ends_with(".wasm") && !compressed.is_file() {
        return Err(format!(
            "{} is missing; build the viewer with cargo xtask",
            compressed.display()
        ));
    }
    let file = if compressed.is_file() { compressed } else { plain };
    fs::metadata(&file)
        .map(|metadata| metadata.len())
        .map_err(|error| format!("{}: {error}", file.display()))
}
