//! What it costs the page to open a recording by itself, from a file and from an address by ranges: how long until something of it
//! is seen and its timeline answers, how much of it is read, and what memory that takes.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value as Json;
use tests::hosting::RecordingHost;
use thirtyfour::By;

use crate::{
    Bench, Line, engine, megabytes, millis,
    page::{PATIENCE, Page},
    quantile, synthetic,
    timeline::wait,
};

/// Opened so often in each way; the middle counts.
const N_ROUNDS: usize = 3;

/// Notes when a picture of the recording is seen first, and when its timeline has answered: it is told to go to the end as soon as
/// it has one, if that is wanted.
const WATCH: &str = r#"
    bench.began = 0;
    addEventListener("change", () => (bench.began = performance.now()), { capture: true });
    const watch = new MutationObserver(() => {
        if (!bench.seen && document.querySelector('[data-testid="picture"]')?.dataset.frame) {
            bench.seen = bench.painted();
            bench.seen.then((at) => (bench.seenAt = at - bench.began));
        }
        const timeline = document.querySelector('[data-testid="timeline"]');
        const end = Number(timeline?.getAttribute("aria-valuemax"));
        if (!bench.isAsked || !(end > 0)) return;
        if (Math.abs(Number(timeline.getAttribute("aria-valuenow")) - end) <= 100) {
            bench.answeredAt ??= performance.now() - bench.began;
        } else if (!bench.hasPressed) {
            bench.hasPressed = true;
            setTimeout(() => timeline.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true })));
        }
    });
    watch.observe(document, { subtree: true, childList: true, attributes: true });
"#;

/// A size: what it is called, bytes, and bytes between pictures.
type Size = (&'static str, u64, u64);

const SIZES: [Size; 3] = [
    ("10 MB", 10 << 20, 100 << 10),
    ("1 GB", 1 << 30, 4 << 20),
    // Made only when that is asked for: it takes minutes.
    ("5 GB", 5 << 30, 16 << 20),
];

/// Opens recordings of 10 MB and 1 GB, and with `--big` one of 5 GB.
pub(crate) fn here(bench: &Bench) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    let n_sizes = if bench.is_big {
        SIZES.len()
    } else {
        SIZES.len() - 1
    };
    for (number, size) in SIZES.iter().take(n_sizes).enumerate() {
        let path = recording(bench, number as u64, *size)?;
        for way in [Way::File, Way::Ranges] {
            lines.extend(wait(measure(bench, &path, *size, way))?);
        }
        fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(lines)
}

fn recording(bench: &Bench, number: u64, (name, n_bytes, picture_each): Size) -> Result<PathBuf, String> {
    let path = bench
        .folder
        .join(format!("here-{}.playhead", name.replace(' ', "")));
    let written = synthetic::write_large(&path, 0x1000 + number, n_bytes, picture_each);
    written.map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

/// How the page has the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    File,
    Ranges,
}

/// What opening once came to.
struct Opened {
    seen: Duration,
    n_read: Option<u64>,
    n_read_idle: Option<u64>,
    memory: Option<u64>,
}

async fn measure(bench: &Bench, path: &Path, (name, ..): Size, way: Way) -> Result<Vec<Line>, String> {
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    let (mut seen, mut answered, mut opened) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..N_ROUNDS {
        let once = open(bench, path, way).await?;
        seen.push(once.seen);
        opened.push(once);
        answered.push(answer(bench, path, way).await?);
    }
    let middle = |of: fn(&Opened) -> Option<u64>| {
        let mut all: Vec<u64> = opened.iter().filter_map(of).collect();
        all.sort_unstable();
        all.get(all.len() / 2).copied()
    };
    let known = |bytes: Option<u64>, words: &dyn Fn(u64) -> String| {
        bytes.map_or_else(|| "not known here".to_owned(), words)
    };
    let share = |bytes: u64| {
        format!(
            "{} ({:.2} %)",
            megabytes(bytes),
            bytes as f64 / size as f64 * 100.0
        )
    };
    let (from, counted) = match way {
        Way::File => (
            "file",
            "read by all processes of the browser, its own things included",
        ),
        Way::Ranges => ("ranges", "sent by the host"),
    };
    let how = format!(
        "{} opened in the page from {from}, middle of {N_ROUNDS}",
        megabytes(size)
    );
    let line = |what: &str, value: String, bound, more: &str| Line {
        name: format!("here: {name}, {from}, {what}"),
        value,
        bound,
        how: format!("{more}; {how}"),
    };
    Ok(vec![
        line(
            "first paint",
            millis(quantile(&mut seen, 0.5)),
            if way == Way::File { "<= 2 s" } else { "" },
            "until a picture of it was painted",
        ),
        line(
            "timeline",
            millis(quantile(&mut answered, 0.5)),
            "",
            "until the timeline was at its end after a key",
        ),
        line(
            "bytes",
            known(middle(|it| it.n_read), &share),
            "<= 3 %",
            &format!("{counted}, until then"),
        ),
        line(
            "bytes with indexes",
            known(middle(|it| it.n_read_idle), &share),
            "<= 3 %",
            &format!("{counted}, until everything was known"),
        ),
        line(
            "memory",
            known(middle(|it| it.memory), &|bytes| megabytes(bytes)),
            "<= 150 MB + 25 %",
            "peak growth of the page's process, worker included (VmHWM)",
        ),
    ])
}

/// Opens it and looks on.
async fn open(bench: &Bench, path: &Path, way: Way) -> Result<Opened, String> {
    let (page, host) = start(bench, path, false).await?;
    let before = (page.browser.bytes_read(), page.browser.peak_memory());
    begin(&page, &host, path, way).await?;
    let seen = time(&page, "a picture", "bench.seenAt").await?;
    let n_read = |page: &Page| match way {
        Way::File => Some(page.browser.bytes_read()?.saturating_sub(before.0?)),
        Way::Ranges => Some(host.n_sent()),
    };
    let n_read_seen = n_read(&page);
    page.idle().await?;
    let opened = Opened {
        seen,
        n_read: n_read_seen,
        n_read_idle: n_read(&page),
        memory: page
            .browser
            .peak_memory()
            .zip(before.1)
            .map(|(now, before)| now.saturating_sub(before)),
    };
    page.browser.quit().await;
    Ok(opened)
}

/// Opens it and has the timeline go to the end at once.
async fn answer(bench: &Bench, path: &Path, way: Way) -> Result<Duration, String> {
    let (page, host) = start(bench, path, true).await?;
    begin(&page, &host, path, way).await?;
    let answered = time(&page, "the timeline's answer", "bench.answeredAt").await?;
    page.browser.quit().await;
    Ok(answered)
}

async fn start(bench: &Bench, path: &Path, is_asked: bool) -> Result<(Page, RecordingHost), String> {
    let sample = engine::samples_folder().join("pathfinding.playhead");
    let watch = format!("bench.isAsked = {is_asked};{WATCH}");
    let page = Page::start(bench, &[&sample], Duration::ZERO, &watch).await?;
    let host = RecordingHost::start(path)
        .await
        .map_err(|error| error.to_string())?;
    page.goto(&format!("http://127.0.0.1:{}/", page.port)).await?;
    page.idle().await?;
    Ok((page, host))
}

async fn begin(page: &Page, host: &RecordingHost, path: &Path, way: Way) -> Result<(), String> {
    match way {
        Way::File => {
            let input = page.browser.page.find(By::Id("file-input")).await;
            let input = input.map_err(|error| error.to_string())?;
            let chosen = input.send_keys(path.to_string_lossy()).await;
            chosen.map_err(|error| error.to_string())
        }
        Way::Ranges => {
            let address = format!("http://127.0.0.1:{}/?src={}", page.port, host.url("ranges"));
            page.goto(&address).await
        }
    }
}

async fn time(page: &Page, what: &str, expression: &str) -> Result<Duration, String> {
    let script = format!("return {expression} ?? null");
    let millis: Json = page.browser.wait_for(what, &script, PATIENCE).await?;
    Ok(Duration::from_secs_f64(
        millis.as_f64().unwrap_or_default().max(0.0) / 1e3,
    ))
}
