//! What recording costs the page: its own work, bound by script, and the frames of a page of 5,000 elements, timed in the
//! page with and without the recorder; and what it costs on disk.

use std::{fmt::Write as _, fs, path::Path, time::Duration};

use recording::reader::Reader;
use serde::Deserialize;
use serde_json::json;
use tests::{
    browser::Browser,
    pages::{self, Pages},
    program::{self, Recorded},
};

use crate::{Bench, Line, engine, megabytes, opening};

const PATIENCE: Duration = Duration::from_secs(120);

/// A page, and the work to time in it.
struct Work {
    name: &'static str,
    /// Its document; None for the folder of `tests/pages` of that name.
    document: Option<fn() -> String>,
    /// A script element for the page; defines `work`, one round, and where frames are timed too `frame`, what to do in one.
    script: &'static str,
}

const WORKS: [Work; 3] = [
    Work {
        name: "todo",
        document: None,
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
        document: None,
        script: "<script>globalThis.work = () => workload(5);</script>",
    },
    // Where the tree of nodes and its layout cost most: each round and each frame change some of many elements.
    Work {
        name: "5,000 elements",
        document: Some(five_thousand_elements),
        script: r##"<script>
            const rows = document.querySelectorAll("li");
            let n_changes = 0;
            const change = () => {
                const row = rows[(n_changes * 7) % rows.length];
                row.classList.toggle("marked");
                row.querySelector("b").textContent = `changed ${n_changes++}`;
            };
            globalThis.work = () => {
                for (let n = 0; n < 200; n++) change();
                return document.body.offsetHeight;
            };
            globalThis.frame = () => {
                for (let n = 0; n < 5; n++) change();
            };
        </script>"##,
    },
];

/// A list of 1,000 rows, each with four elements in it.
fn five_thousand_elements() -> String {
    let mut rows = String::new();
    for n in 0..1_000 {
        let _ = writeln!(
            rows,
            "<li class=\"kind{}\"><a href=\"#{n}\">row {n}</a> <b>new</b> <i>of {}</i> <span>{n} %</span></li>",
            n % 7,
            n * 31
        );
    }
    format!(
        "<!doctype html><title>rows</title><style>li {{ padding: 2px; border-bottom: 1px solid #ddd }} .marked {{ background: \
         #ffd }} .kind3 {{ margin-left: 8px }} span {{ float: right }}</style>\n<body><ul>\n{rows}</ul>\n</body>"
    )
}

/// Times five rounds once the page has settled, then 120 frames, and leaves what it found in the title.
const TIMING: &str = r#"<script type="module">
    setTimeout(() => {
        let round_millis = Infinity;
        for (let round = 0; round < 5; round++) {
            const started = performance.now();
            work();
            round_millis = Math.min(round_millis, performance.now() - started);
        }
        const end = (frames) => {
            document.title = JSON.stringify({ round_millis, ...frames });
            document.body.append(Object.assign(document.createElement("p"), { id: "worked" }));
        };
        if (!globalThis.frame) return end({ frame_millis: 0, longest_millis: 0 });
        let n_frames = 0, began = 0, last = 0, longest_millis = 0;
        requestAnimationFrame(function next(now) {
            if (n_frames === 0) began = now;
            else longest_millis = Math.max(longest_millis, now - last);
            last = now;
            if (n_frames === 120) return end({ frame_millis: (now - began) / n_frames, longest_millis });
            n_frames++;
            frame();
            requestAnimationFrame(next);
        });
    }, 1000);
</script>"#;

/// What [`TIMING`] found.
#[derive(Deserialize)]
struct Timed {
    /// The least of five rounds.
    round_millis: f64,
    /// From one frame to the next on average; 0 where there are none.
    frame_millis: f64,
    longest_millis: f64,
}

/// Slowdown and size for the pages above, and size of the samples.
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
    make_page(&folder, work).map_err(|error| format!("{}: {error}", folder.display()))?;
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
    let slow = timed(&reader.manifest().title)?;
    let steps = reader.manifest().counts.steps;
    let log: u64 = log_bytes(&reader);
    let mut lines = vec![
        Line {
            name: format!("recorder slowdown: {}", work.name),
            value: format!("{:.1}x", slow.round_millis / plain.round_millis),
            bound: "<= 5x",
            how: format!(
                "its own work, least of 5: {:.1} ms plain, {:.1} ms recorded",
                plain.round_millis, slow.round_millis
            ),
        },
        Line {
            name: format!("recorder log: {}", work.name),
            value: format!("{:.2} bytes/step", log as f64 / steps as f64),
            bound: "<= 4",
            how: format!("compressed chunks of that run, {steps} steps, {}", megabytes(log)),
        },
    ];
    if slow.frame_millis > 0.0 {
        lines.push(Line {
            name: format!("recorder frames: {}", work.name),
            value: format!("{:.2}x", slow.frame_millis / plain.frame_millis),
            bound: "<= 1.2x",
            how: format!(
                "120 frames: {:.1} ms each plain (longest {:.0}), {:.1} ms recorded (longest {:.0})",
                plain.frame_millis, plain.longest_millis, slow.frame_millis, slow.longest_millis
            ),
        });
        lines.push(first_layout(work, &reader)?);
    }
    Ok(lines)
}

/// How long it took until the recording held where each element stands.
fn first_layout(work: &Work, reader: &Reader) -> Result<Line, String> {
    let layouts = reader.layouts().map_err(|error| error.to_string())?;
    let (mut n_laid_out, mut n_rows, mut end) = (0, 0, None);
    for row in layouts.iter() {
        if n_laid_out >= 5_000 {
            break;
        }
        n_laid_out += row.event.elements.len();
        n_rows += 1;
        end = Some(row.time);
    }
    let begin = layouts.first().map(|row| row.time);
    let took = end
        .zip(begin)
        .map_or(f64::NAN, |(end, begin)| end.as_millis() - begin.as_millis());
    Ok(Line {
        name: format!("recorder first layout: {}", work.name),
        value: format!("{:.1} s", took / 1e3),
        bound: "",
        how: format!(
            "{n_laid_out} elements in {n_rows} slices of 12 ms, with nineteen times as long between them"
        ),
    })
}

fn in_plain_page(url: &str) -> Result<Timed, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let title = runtime.block_on(async {
        let chromium = Browser::chromium().await?;
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
    timed(title.as_str().unwrap_or_default())
}

fn timed(title: &str) -> Result<Timed, String> {
    serde_json::from_str(title).map_err(|_| format!("the page did not time its work: its title is {title:?}"))
}

/// Copies or makes a page's files, with the work and its timing put into its document.
fn make_page(to: &Path, work: &Work) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    let page = match work.document {
        Some(document) => document(),
        None => {
            for entry in fs::read_dir(pages::folder().join(work.name))? {
                let path = entry?.path();
                if path.is_file()
                    && let Some(name) = path.file_name()
                {
                    fs::copy(&path, to.join(name))?;
                }
            }
            fs::read_to_string(to.join("index.html"))?
        }
    };
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
