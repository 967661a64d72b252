//! How soon an embedded player shows what was recorded: `<playhead-viewer mode=mini>`, asciinema-player and rrweb-player, each in a page
//! that holds nothing else, from servers of this machine, in the same browser, in turns. Ours is in a frame of another origin, as in
//! earnest; the others run in the page.
//!
//! Theirs show something once all of the player and all of the recording are there. Ours shows the picture of the moment first, and
//! loads what moves through the recording behind it; when that answers is a line of its own.

use std::{collections::BTreeSet, ffi::OsStr, fs, path::Path, time::Duration};

use serde_json::{Value as Json, json};
use tests::{browser::Browser, pages::Pages, program::Server};
use thirtyfour::WebElement;

use crate::{
    Bench, Line, millis, opening, quantile,
    timeline::{FRAMES, from_millis, peers, wait},
    viewer,
};

const N_ROUNDS: usize = 7;
const PATIENCE: Duration = Duration::from_secs(60);
/// The moment that is shown, in seconds.
const AT: &str = "5";

/// Put into each page before anything else runs: when the first of what was recorded had been painted, and when our element could be
/// moved. Where it is a picture, it has to be decoded for that.
const WATCH: &str = "
    if (globalThis === top) {
        frames.loaded = new Promise((resolve) => document.addEventListener('loaded', () => resolve(performance.now()), true));
        frames.shown = new Promise((resolve) => requestAnimationFrame(async function look() {
            const shown = document.body && SHOWN;
            if (!shown) return requestAnimationFrame(look);
            if (!shown.decode) return resolve(await frames.made());
            await shown.decode();
            resolve(await frames.painted());
        }));
    }";

/// A player in a page.
struct Subject {
    name: &'static str,
    url: String,
    /// What is there once something recorded is: an expression of the page.
    shown: &'static str,
    /// What has to come before it shows something, in bytes of gzip: the player, and the recording or its picture.
    bytes: (u64, u64),
    times: Vec<Duration>,
}

/// Ours beside theirs.
pub(crate) fn first_paint(bench: &Bench) -> Result<Vec<Line>, String> {
    let (recording, folder, versions) = peers::recorded(bench)?;
    let pages = Pages::serve(&folder, 0).map_err(|error| error.to_string())?;
    let origin = pages.url("");
    let how = ["--embed", origin.trim_end_matches('/')].map(OsStr::new);
    let server = Server::start_with(&bench.program, &[&recording], &how, 0)?;
    let mut subjects = vec![
        ours(bench, &folder, &recording, &server, &pages)?,
        asciinema(&folder, &pages)?,
        rrweb(&folder, &pages)?,
    ];
    wait(async {
        let browser = Browser::chromium().await?;
        let measured = measure(bench, &browser, &mut subjects).await;
        browser.quit().await;
        let loaded = measured?;
        let [ours, theirs @ ..] = subjects.as_mut_slice() else {
            return Ok(Vec::new());
        };
        let mut lines: Vec<Line> = theirs
            .iter_mut()
            .map(|theirs| compare(ours, theirs, &versions))
            .collect();
        lines.push(loaded);
        Ok(lines)
    })
}

async fn measure(bench: &Bench, browser: &Browser, subjects: &mut [Subject]) -> Result<Line, String> {
    browser.set_size(1440, 900).await?;
    let set = browser.page.set_script_timeout(PATIENCE).await;
    set.map_err(|error| error.to_string())?;
    let (mut loaded, mut files) = (Vec::new(), BTreeSet::new());
    for _ in 0..N_ROUNDS {
        for (at, subject) in subjects.iter_mut().enumerate() {
            let shown = show(browser, subject).await;
            let shown = shown.map_err(|error| format!("{}: {error}", subject.name))?;
            subject.times.push(shown);
            if at == 0 {
                loaded.push(time(browser, "return frames.loaded").await?);
                files.extend(files_of_frame(browser).await?);
            }
        }
    }
    let mut bytes = 0;
    for file in &files {
        bytes += viewer::brotli_size(&bench.dist, file)?;
    }
    Ok(Line {
        name: "mini player: can be moved".to_owned(),
        value: millis(quantile(&mut loaded, 0.5)),
        bound: "",
        how: format!(
            "from navigation to the event `loaded`, median of {N_ROUNDS}, caches empty; {:.1} KB of brotli in {} files, and the \
             recording's own",
            bytes as f64 / 1e3,
            files.len()
        ),
    })
}

/// Opens a player with empty caches, until it shows something.
async fn show(browser: &Browser, subject: &Subject) -> Result<Duration, String> {
    let goto = async |url: &str| browser.page.goto(url).await.map_err(|error| error.to_string());
    goto("about:blank").await?;
    browser.devtools("Network.clearBrowserCache", json!({})).await?;
    let source = format!("{FRAMES}{}", WATCH.replace("SHOWN", subject.shown));
    let added = browser
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": source }),
        )
        .await?;
    goto(&subject.url).await?;
    let shown = time(browser, "return frames.shown").await;
    let taken = json!({ "identifier": added["identifier"] });
    browser
        .devtools("Page.removeScriptToEvaluateOnNewDocument", taken)
        .await?;
    shown
}

/// A time in ms that a script gives; a promise is waited for.
async fn time(browser: &Browser, script: &str) -> Result<Duration, String> {
    let told = browser.evaluate(script).await?;
    told.as_f64()
        .map(from_millis)
        .ok_or_else(|| format!("no time from {script}: {told}"))
}

/// What the page in the frame has loaded of the viewer, as paths, with the loader.
async fn files_of_frame(browser: &Browser) -> Result<BTreeSet<String>, String> {
    let script = "return document.querySelector('playhead-viewer').shadowRoot.querySelector('iframe')";
    let frame = browser.page.execute(script, Vec::new()).await;
    let frame: WebElement = frame
        .and_then(|frame| frame.element())
        .map_err(|error| error.to_string())?;
    frame.enter_frame().await.map_err(|error| error.to_string())?;
    let script = "return performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)";
    let paths = browser.evaluate(script).await;
    let left = browser.page.enter_default_frame().await;
    left.map_err(|error| error.to_string())?;
    let paths = paths?;
    let paths = paths
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .filter(|path| !path.starts_with("/api/") && !path.starts_with("/recording/"));
    let mut paths: BTreeSet<String> = paths.map(str::to_owned).collect();
    paths.extend(["/embed/v1.js", "/index.html"].map(str::to_owned));
    Ok(paths)
}

fn compare(ours: &mut Subject, theirs: &mut Subject, versions: &str) -> Line {
    let (own, their) = (quantile(&mut ours.times, 0.5), quantile(&mut theirs.times, 0.5));
    let bytes = |subject: &Subject| {
        let (player, recorded) = subject.bytes;
        format!("{:.1} + {:.1} KB", player as f64 / 1e3, recorded as f64 / 1e3)
    };
    Line {
        name: format!("mini-first-paint vs {}", theirs.name),
        value: format!("x{:.2}", own.as_secs_f64() / their.as_secs_f64()),
        bound: "< x1",
        how: format!(
            "{} / {}, from navigation to the first of the recording painted, median of {N_ROUNDS}, caches empty; before it: {} / {} \
             of gzip, player and recorded; {versions}",
            millis(own),
            millis(their),
            bytes(ours),
            bytes(theirs),
        ),
    }
}

fn ours(
    bench: &Bench,
    folder: &Path,
    recording: &Path,
    server: &Server,
    pages: &Pages,
) -> Result<Subject, String> {
    let reader = opening::open(recording)?;
    let (server, id) = (server.address(), reader.head().recording_id.clone());
    let page = format!(
        "<!doctype html>\n<meta charset=\"utf-8\">\n<title>playhead-viewer</title>\n\
         <script type=\"module\" src=\"{server}/embed/v1.js\"></script>\n\
         <playhead-viewer recording=\"{id}\" t=\"{AT}\" mode=\"mini\" loading=\"eager\" title=\"Session\"></playhead-viewer>\n"
    );
    let path = folder.join("playhead.html");
    fs::write(&path, page).map_err(|error| format!("{}: {error}", path.display()))?;
    let loader = bench.dist.join("embed/v1.js.gz");
    let loader = fs::metadata(&loader).map_err(|error| format!("{}: {error}", loader.display()))?;
    Ok(Subject {
        name: "playhead",
        url: pages.url("playhead.html"),
        shown: "(() => { const image = document.querySelector('playhead-viewer')?.shadowRoot?.querySelector('img'); \
                return image?.complete && image.naturalWidth > 0 && image })()",
        bytes: (loader.len(), picture_size(&reader)?),
        times: Vec::new(),
    })
}

/// Bytes of the picture that is shown first.
fn picture_size(reader: &recording::reader::Reader) -> Result<u64, String> {
    let at_ms = AT.parse::<f64>().unwrap_or_default() * 1e3;
    let paints = reader.paints().map_err(|error| error.to_string())?;
    let n_before = paints.partition_point(|paint| paint.time.as_millis() <= at_ms);
    let paint = paints
        .get(n_before.saturating_sub(1))
        .ok_or("the recording has no picture")?;
    let bytes = reader.paint_bytes(&paint.event.hash);
    bytes
        .map(|bytes| bytes.len() as u64)
        .map_err(|error| error.to_string())
}

fn asciinema(folder: &Path, pages: &Pages) -> Result<Subject, String> {
    Ok(Subject {
        name: "asciinema-player",
        url: pages.url(&format!("asciinema.html?at={AT}")),
        shown: "document.querySelector('.ap-term-text')?.textContent.trim()",
        bytes: peers::gzip_sizes(folder, "asciinema-player")?,
        times: Vec::new(),
    })
}

fn rrweb(folder: &Path, pages: &Pages) -> Result<Subject, String> {
    Ok(Subject {
        name: "rrweb-player",
        url: pages.url("player.html?session=session.json"),
        shown: "document.querySelector('.replayer-wrapper iframe')?.contentDocument?.querySelector('#more')",
        bytes: peers::gzip_sizes(folder, "rrweb-player")?,
        times: Vec::new(),
    })
}
