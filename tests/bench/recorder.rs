//! What recording costs the page: its own work, bound by script, timed in the page with and without the recorder; and
//! what it costs on disk.

use std::{fs, path::Path, time::Duration};

use recording::reader::Reader;
use serde_json::json;
use tests::{
    chromium::Chromium,
    pages::{self, Pages},
    program::{self, Recorded},
};

use crate::{Bench, Line, engine, megabytes, opening};

const PATIENCE: Duration = Duration::from_secs(120);

/// A sample's page, and the work to time in it.
struct Work {
    name: &'static str,
    /// A script element for the page; defines `work`, one round.
    script: &'static str,
}

const WORKS: [Work; 2] = [
    Work {
        name: "todo",
        // Through the page itself, as a person would: tasks are added, ticked off and cleared, each change drawn.
        script: r##"<script>
            globalThis.work = () => {
                const input = document.querySelector("#new-todo");
                for (let n = 0; n < 40; n++) {
                    input.value = `task ${n} #tag ${n % 60}m`;
                    input.form.dispatchEvent(new Event("submit", { cancelable: true }));
                }
                const n_tasks = document.querySelectorAll(".todo").length;
                for (let n = 0; n < n_tasks; n++) document.querySelectorAll(".todo input")[n].click();
                document.querySelector("#clear-done").click();
            };
        </script>"##,
    },
    // Nothing but loops and arithmetic, which the engine compiles to machine code: the worst case.
    Work {
        name: "pathfinding",
        script: "<script>globalThis.work = () => workload(5);</script>",
    },
];

/// Times five rounds once the page has settled, and leaves the least in the title.
const TIMING: &str = r#"<script type="module">
    setTimeout(() => {
        let least = Infinity;
        for (let round = 0; round < 5; round++) {
            const started = performance.now();
            work();
            least = Math.min(least, performance.now() - started);
        }
        document.title = `${least} ms`;
        document.body.append(Object.assign(document.createElement("p"), { id: "worked" }));
    }, 1000);
</script>"#;

/// Slowdown and size for both samples.
pub(crate) fn recorder(bench: &Bench) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    for work in &WORKS {
        lines.extend(slowdown(bench, work)?);
    }
    for path in engine::samples()? {
        lines.push(sample(&path)?);
    }
    Ok(lines)
}

fn slowdown(bench: &Bench, work: &Work) -> Result<Vec<Line>, String> {
    let folder = bench.folder.join(work.name);
    copy_page(&pages::folder().join(work.name), &folder, work)
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    let pages = Pages::serve(&folder, 0).map_err(|error| error.to_string())?;
    let plain = in_plain_page(&pages.url(""))?;

    let steps = folder.join("bench.json");
    fs::write(
        &steps,
        json!([{ "type": "wait-for", "selector": "#worked" }]).to_string(),
    )
    .map_err(|error| error.to_string())?;
    let output = folder.join("bench.playhead");
    let recorded = Recorded {
        url: &pages.url(""),
        steps: &steps,
        output: &output,
        size_px: (1024, 720),
    };
    program::record(&bench.program, &recorded)?;
    let reader = opening::open(&output)?;
    let title = reader.manifest().title.clone();
    let slow = least_of(&title)?;
    let steps = reader.manifest().counts.steps;
    let log: u64 = log_bytes(&reader);
    Ok(vec![
        Line {
            name: format!("recorder slowdown: {}", work.name),
            value: format!("{:.1}x", slow / plain),
            bound: "<= 5x",
            how: format!("its own work, least of 5: {plain:.1} ms plain, {slow:.1} ms recorded"),
        },
        Line {
            name: format!("recorder log: {}", work.name),
            value: format!("{:.2} bytes/step", log as f64 / steps as f64),
            bound: "<= 4",
            how: format!("compressed chunks of that run, {steps} steps, {}", megabytes(log)),
        },
    ])
}

fn in_plain_page(url: &str) -> Result<f64, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let title = runtime.block_on(async {
        let chromium = Chromium::start().await?;
        let title = async {
            chromium
                .page
                .goto(url)
                .await
                .map_err(|error| format!("{url}: {error}"))?;
            let script = "return document.querySelector('#worked') && document.title";
            chromium.wait_for("the work to end", script, PATIENCE).await
        };
        let title = title.await;
        chromium.quit().await;
        title
    })?;
    least_of(title.as_str().unwrap_or_default())
}

fn least_of(title: &str) -> Result<f64, String> {
    let number = title.strip_suffix(" ms").and_then(|number| number.parse().ok());
    number.ok_or_else(|| format!("the page did not time its work: its title is {title:?}"))
}

/// Copies a page's files, with the work and its timing put into its document.
fn copy_page(from: &Path, to: &Path, work: &Work) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        if path.is_file()
            && let Some(name) = path.file_name()
        {
            fs::copy(&path, to.join(name))?;
        }
    }
    let page = fs::read_to_string(to.join("index.html"))?;
    let page = page.replace("</body>", &format!("{}\n{TIMING}\n</body>", work.script));
    fs::write(to.join("index.html"), page)
}

fn sample(path: &Path) -> Result<Line, String> {
    let reader = opening::open(path)?;
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    let counts = reader.manifest().counts;
    let log = log_bytes(&reader);
    Ok(Line {
        name: format!("sample: {}", engine::name(path)),
        value: format!("{:.2} bytes/step", log as f64 / counts.steps as f64),
        bound: "<= 4",
        how: format!(
            "compressed chunks {} of {}, {} steps, {} paints, {:.1} s",
            megabytes(log),
            megabytes(size),
            counts.steps,
            counts.paints,
            reader.duration().as_millis() / 1e3
        ),
    })
}

/// Bytes of all chunks as they lie in the file.
fn log_bytes(reader: &Reader) -> u64 {
    reader.chunks().iter().map(|chunk| chunk.len).sum()
}
