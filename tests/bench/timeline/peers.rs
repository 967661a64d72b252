//! The same hand on other tools' timelines: Playwright's trace viewer and rrweb's player, with what they themselves recorded
//! of the same page, in the same browser, in turns. `cargo xtask bench` installs them into `tests/bench/peers`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use serde_json::{Value as Json, json};
use tests::{browser, pages::Pages, program::output};

use super::{
    FRAMES, TIMELINE,
    pointer::{self, Frames, Way},
    recordings::{self, Mix},
    wait,
};
use crate::{Bench, Line, megabytes, millis, page::Page, quantile, recorded};

const N_ROUNDS: usize = 3;
/// Frames of a movement.
const N_MOVES: usize = 180;
const PAGE: &str = include_str!("../peers/page.html");
/// Moves of the mouse in the larger sessions, ours and rrweb's.
const SIZES: [u64; 2] = [10_000, 100_000];

const PLAYWRIGHT: &str = "Playwright";

/// A tool with something recorded in it.
struct Subject {
    name: &'static str,
    url: String,
    /// Its timeline.
    selector: &'static str,
    /// What a hand can do there.
    ways: &'static [Way],
    /// A function of the timeline that makes it show another moment, and one that tells whether it does.
    press: &'static str,
    has_answered: &'static str,
    opened: Vec<Duration>,
    /// By way.
    frames: Vec<Frames>,
    memory: u64,
}

/// Ours beside theirs.
pub(crate) fn peers(bench: &Bench) -> Result<Vec<Line>, String> {
    let (recording, folder, versions) = recorded(bench)?;
    let pages = Pages::serve(&folder, 0).map_err(|error| error.to_string())?;
    let mut sessions = vec![recording];
    for size in SIZES {
        let path = bench.folder.join(format!("mouse-{size}.playhead"));
        recordings::session(&path, size, Mix::Mouse)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        sessions.push(path);
    }
    wait(async {
        let paths: Vec<&Path> = sessions.iter().map(PathBuf::as_path).collect();
        let page = Page::start(bench, &paths, Duration::ZERO, FRAMES).await?;
        let mut groups = groups(&page, &pages, &sessions)?;
        for _ in 0..N_ROUNDS {
            for subject in groups.iter_mut().flat_map(|(_, subjects)| subjects) {
                let measured = measure(&page, subject).await;
                measured.map_err(|error| format!("{}: {error}", subject.name))?;
            }
        }
        page.browser.quit().await;
        let told = groups
            .iter()
            .flat_map(|(session, subjects)| match subjects.as_slice() {
                [ours, theirs @ ..] => theirs
                    .iter()
                    .flat_map(|theirs| compare(session, ours, theirs, &versions))
                    .collect(),
                [] => Vec::new(),
            });
        Ok(told.collect())
    })
}

/// The same page recorded by us and by the others: our recording, the folder that theirs are served from, their versions.
pub(crate) fn recorded(bench: &Bench) -> Result<(PathBuf, PathBuf, String), String> {
    let files = [("index.html", PAGE.to_owned())];
    let (recording, _) = recorded::record(bench, "motion", &files, &steps())?;
    let folder = bench.folder.join("peers");
    let versions = record(bench, &folder)?;
    Ok((recording, folder, versions))
}

/// What a player needs before it shows something, in bytes of gzip: itself, and what was recorded.
pub(crate) fn gzip_sizes(folder: &Path, name: &str) -> Result<(u64, u64), String> {
    let path = folder.join("sizes.json");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let sizes: Json = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let size = |what: &str| sizes[name][what].as_u64();
    size("player")
        .zip(size("recorded"))
        .ok_or_else(|| format!("{}: nothing of {name}", path.display()))
}

/// What is compared with what: a session, and the tools that have it, ours first.
fn groups(page: &Page, pages: &Pages, sessions: &[PathBuf]) -> Result<Vec<(String, Vec<Subject>)>, String> {
    let mut groups = Vec::new();
    for (n, path) in sessions.iter().enumerate() {
        let mut subjects = vec![ours(page.url_of(path)?)];
        let (session, events) = match n.checked_sub(1).and_then(|n| SIZES.get(n)) {
            Some(size) => (format!("{size} mouse moves"), format!("session-{size}.json")),
            None => {
                subjects.push(playwright(
                    pages.url("viewer/index.html?trace="),
                    &pages.url("trace.zip"),
                ));
                ("the same page".to_owned(), "session.json".to_owned())
            }
        };
        subjects.push(rrweb(pages.url(&format!("player.html?session={events}"))));
        groups.push((session, subjects));
    }
    Ok(groups)
}

fn ours(url: String) -> Subject {
    Subject {
        name: "playhead",
        url,
        selector: TIMELINE,
        ways: &[Way::Point, Way::Drag, Way::Press],
        press: "if (Number(line.getAttribute('aria-valuemax')) > 0) line.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', \
                bubbles: true }))",
        has_answered: "Number(line.getAttribute('aria-valuemax')) > 0 && Math.abs(line.getAttribute('aria-valuenow') - \
                       line.getAttribute('aria-valuemax')) <= 100",
        opened: Vec::new(),
        frames: Vec::new(),
        memory: 0,
    }
}

/// Its film strip: pointing shows a picture, dragging selects a time.
fn playwright(viewer: String, trace: &str) -> Subject {
    Subject {
        name: PLAYWRIGHT,
        url: format!("{viewer}{trace}"),
        selector: ".timeline-view",
        ways: &[Way::Point, Way::Drag],
        press: "const box = line.getBoundingClientRect(); if (document.querySelector('.film-strip-frame')) line.dispatchEvent(new \
                MouseEvent('mousemove', { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, bubbles: true }))",
        has_answered: "document.querySelector('.film-strip-hover')",
        opened: Vec::new(),
        frames: Vec::new(),
        memory: 0,
    }
}

/// Its bar can be pressed, not dragged.
fn rrweb(url: String) -> Subject {
    Subject {
        name: "rrweb-player",
        url,
        selector: ".rr-progress",
        ways: &[Way::Press],
        press: "const box = line.getBoundingClientRect(); line.dispatchEvent(new MouseEvent('click', { clientX: box.x + box.width \
                / 2, clientY: box.y + box.height / 2, bubbles: true }))",
        has_answered: "parseFloat(document.querySelector('.rr-progress__handler').style.left) > 40",
        opened: Vec::new(),
        frames: Vec::new(),
        memory: 0,
    }
}

/// Opens a tool with empty caches, until its timeline answers, and moves over that.
async fn measure(page: &Page, subject: &mut Subject) -> Result<(), String> {
    let browser = &page.browser;
    page.goto("about:blank").await?;
    let origin = subject.url.split('/').take(3).collect::<Vec<_>>().join("/");
    let all = json!({ "origin": origin, "storageTypes": "all" });
    browser.devtools("Storage.clearDataForOrigin", all).await?;
    browser.devtools("Network.clearBrowserCache", json!({})).await?;
    let Subject {
        selector,
        press,
        has_answered,
        ..
    } = *subject;
    let watch = format!(
        "frames.answered = new Promise((resolve) => {{ const look = () => {{
            const line = document.querySelector({selector:?});
            if (line && ({has_answered})) return resolve(performance.now());
            if (line) {{ {press}; }}
            requestAnimationFrame(look);
        }}; look(); }})"
    );
    let script = json!({ "source": watch });
    let added = browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", script)
        .await?;
    page.goto(&subject.url).await?;
    let opened = page.time("return frames.answered").await;
    let taken = json!({ "identifier": added["identifier"] });
    browser
        .devtools("Page.removeScriptToEvaluateOnNewDocument", taken)
        .await?;
    subject.opened.push(opened?);
    if subject.selector == TIMELINE {
        page.idle().await?;
    }
    subject.frames.resize(subject.ways.len(), Frames::default());
    for (way, kept) in subject.ways.iter().zip(&mut subject.frames) {
        let area = pointer::area_of(browser, subject.selector).await?;
        kept.add(pointer::scrub(browser, area, *way, N_MOVES).await?);
        if subject.selector == TIMELINE {
            page.idle().await?;
        }
    }
    let (heap, wasm) = page.memory().await?;
    subject.memory = heap + wasm;
    Ok(())
}

/// Ours, theirs, and how many times theirs ours are.
fn compare(session: &str, ours: &Subject, theirs: &Subject, versions: &str) -> Vec<Line> {
    let their_name = theirs.name;
    let line = |what: &str, bound, (own, their): (f64, f64), how: String| Line {
        name: format!("timeline vs {their_name}: {what}"),
        value: format!("x{:.2}", own / their),
        bound,
        how: format!("{how}; {session}; {versions}"),
    };
    let opened = |subject: &Subject| quantile(&mut subject.opened.clone(), 0.5);
    let (own, their) = (opened(ours), opened(theirs));
    // A player without any other tool opens before a debugger does.
    let is_debugger = theirs.name == PLAYWRIGHT;
    let mut lines = vec![line(
        "open to answer",
        if is_debugger { "< x1" } else { "" },
        (own.as_secs_f64(), their.as_secs_f64()),
        format!(
            "{} / {}, median of {N_ROUNDS}, caches empty",
            millis(own),
            millis(their)
        ),
    )];
    for (way, frames) in theirs.ways.iter().zip(&theirs.frames) {
        // A press of ours also stops the program there, with its stack and variables; a drag shows the page, as a press of
        // theirs does.
        let alike: &[Way] = if *way == Way::Press {
            &[Way::Drag, Way::Press]
        } else {
            &[*way]
        };
        for own_way in alike {
            let at = ours.ways.iter().position(|way| way == own_way);
            let Some(own) = at.and_then(|at| ours.frames.get(at)) else {
                continue;
            };
            let (what, bound) = match own_way == way {
                true if *way == Way::Press => (way.name().to_owned(), ""),
                true => (way.name().to_owned(), "<= x1"),
                false => (format!("{} / {}", own_way.name(), way.name()), "<= x1"),
            };
            lines.push(line(
                &format!("{what} a frame"),
                bound,
                (own.cost_ms(), frames.cost_ms()),
                format!(
                    "{:.2} ms / {:.2} ms, all tasks of the main thread; p50 / p99 of its work: {}, theirs {}; frame to frame {}, \
                     theirs {}",
                    own.cost_ms(),
                    frames.cost_ms(),
                    own.work_words(),
                    frames.work_words(),
                    own.gap_words(),
                    frames.gap_words()
                ),
            ));
        }
    }
    lines.push(line(
        "memory",
        "",
        (ours.memory as f64, theirs.memory as f64),
        format!(
            "{} / {}, the page's heap after collecting, and wasm; not what workers hold",
            megabytes(ours.memory),
            megabytes(theirs.memory)
        ),
    ));
    lines
}

/// A minute of a hand on the page, shorter.
fn steps() -> Vec<Json> {
    let mut steps = vec![json!({ "type": "wait-for", "selector": "#more" })];
    for n in 0..12 {
        for m in 0..10 {
            let along = f64::from(n * 10 + m);
            let (x, y) = (
                (512.0 + 450.0 * (along / 9.0).sin()).round(),
                (360.0 + 250.0 * (along / 7.0).cos()).round(),
            );
            steps.push(json!({ "type": "move", "x": x, "y": y }));
            steps.push(json!({ "type": "wait", "ms": 40 }));
        }
        steps.push(json!({ "type": "click", "selector": "#more" }));
        if n % 4 == 1 {
            steps.push(json!({ "type": "type", "selector": "#note", "text": format!("note {n}") }));
        }
    }
    steps
}

/// Has the others record the page, and lays out the folder that is served. Gives their versions.
fn record(bench: &Bench, folder: &Path) -> Result<String, String> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/peers");
    if !own.join("node_modules").is_dir() {
        return Err(format!("{}: run `npm ci` there", own.display()));
    }
    let recorded = bench.folder.join("motion");
    let pages = Pages::serve(recorded.join("pages"), 0).map_err(|error| error.to_string())?;
    let chromium = browser::program(
        "CHROME",
        &["chromium", "chromium-browser", "google-chrome", "chrome"],
    )?;
    let mut node = Command::new("node");
    node.arg(own.join("record.mjs"))
        .arg(pages.url(""))
        .arg(recorded.join("steps.json"))
        .arg(folder)
        .arg(chromium)
        .args(SIZES.map(|size| size.to_string()));
    output(&mut node)
}
