//! The viewer's console with a million messages: a page that logs them is recorded, served and opened.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use serde_json::{Value as Json, json};

use crate::{
    Bench, Line, megabytes, millis, opening,
    page::{PATIENCE, Page},
    recorded,
};

const N_MESSAGES: u64 = 1_000_000;
/// The recorder waits ten seconds for an element; that many messages come sooner on any machine.
const N_BETWEEN: u64 = 50_000;

/// The page. Every seventh message differs in its words, every thousandth is an error.
const PAGE: &str = r#"<!doctype html><title>A million messages</title>
<h1>0</h1>
<script>
const total = N_MESSAGES, between = N_BETWEEN, heading = document.querySelector("h1");
let n = 0;
function some() {
    for (const end = n + 10_000; n < end; n++) {
        if (n % 1000 === 999) console.error("failure", n);
        else console.log("message", n, n % 7 === 0 ? "of every seventh" : "of the rest");
    }
    heading.textContent = n;
    if (n % between === 0) document.body.append(Object.assign(document.createElement("p"), { id: `at${n}`, textContent: n }));
    if (n < total) setTimeout(some);
}
setTimeout(some, 500);
</script>
"#;

const LIST: &str = "#console";
/// Opens the page with the console behind another panel of its dock.
const HIDDEN: &str = "?panel=network";
const FILTER: &str = ".ph-filter input";
const IS_SHOWN: &str = "document.querySelectorAll('#console .ph-message__text').length > 10";

/// First screen, scrolling, filter, search and memory.
pub(crate) fn million(bench: &Bench) -> Result<Vec<Line>, String> {
    let (path, recorded) = record(bench)?;
    let n_messages = u64::from(opening::open(&path)?.manifest().counts.messages);
    if n_messages < N_MESSAGES {
        return Err(format!("only {n_messages} messages were recorded"));
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let started = Instant::now();
        let page = Page::open(bench, &path, HIDDEN, Duration::ZERO).await?;
        let known = started.elapsed();
        let first = page.click("[data-testid=tab-console]", IS_SHOWN).await?;
        page.idle().await?;
        let count = format!("return Number(document.querySelector('{LIST} [aria-setsize]')?.ariaSetSize)");
        let n_rows = page.run(&count).await?;
        if n_rows.as_f64() < Some(N_MESSAGES as f64) {
            return Err(format!("the console has {n_rows} rows"));
        }
        let mut lines = vec![Line {
            name: "viewer console: first screen".to_owned(),
            value: millis(first),
            bound: "<= 200 ms",
            how: format!(
                "click on its tab to painted rows, {n_rows} messages known; recorded in {:.0} s, known {:.0} s after opening",
                recorded.as_secs_f64(),
                known.as_secs_f64()
            ),
        }];
        lines.extend(page.scroll("viewer console", LIST).await?);
        check_ends(&page).await?;
        for (name, field, words, condition) in [
            ("filter", FILTER, "message 99998", "document.querySelector('#console [aria-setsize=\"11\"]')".to_owned()),
            ("filter off", FILTER, "", format!("document.querySelector('#console [aria-setsize=\"{n_rows}\"]')")),
            ("search", "#console-search", "every seventh", "/ of [0-9]{3}.[0-9]{3}$/.test(document.querySelector('[data-testid=console-found]').textContent)".to_owned()),
        ] {
            if name == "search" {
                page.run("document.querySelector('button[aria-label=\"Search the messages\"]').click()").await?;
                let is_open = "return document.querySelector('#console-search') !== null";
                page.browser.wait_for("the search bar", is_open, PATIENCE).await?;
            }
            let time = page.type_words(field, words, &condition).await?;
            lines.push(Line {
                name: format!("viewer console: {name}"),
                value: millis(time),
                bound: "tasks <= 50 ms",
                how: format!("{words:?} typed letter by letter; last letter to painted answer, {}", page.longest().await?),
            });
        }
        let (heap, wasm) = page.memory().await?;
        lines.push(Line {
            name: "viewer console: memory".to_owned(),
            value: megabytes(heap + wasm),
            bound: "",
            how: format!("JavaScript heap {} (collected), wasm {}, {n_rows} messages", megabytes(heap), megabytes(wasm)),
        });
        page.browser.quit().await;
        Ok(lines)
    })
}

/// Both ends of the list can be reached by its bar.
async fn check_ends(page: &Page) -> Result<(), String> {
    for (end, wanted) in [("list.scrollHeight", "999999"), ("0", "message 0 ")] {
        let script = format!(
            "return (async () => {{ const list = document.querySelector('{LIST}'); list.scrollTop = {end}; await \
             bench.painted(); return [...list.querySelectorAll('.ph-message__text')].map((row) => row.textContent) }})()"
        );
        let rows = page.run(&script).await?;
        let has_it = |row: &Json| row.as_str().is_some_and(|text| text.contains(wanted));
        if !rows.as_array().into_iter().flatten().any(has_it) {
            return Err(format!("an end of the list shows {rows}"));
        }
    }
    Ok(())
}

/// Records the page, in less than four minutes.
fn record(bench: &Bench) -> Result<(PathBuf, Duration), String> {
    let page = PAGE
        .replace("N_MESSAGES", &N_MESSAGES.to_string())
        .replace("N_BETWEEN", &N_BETWEEN.to_string());
    let waits: Vec<Json> = (1..=N_MESSAGES / N_BETWEEN)
        .map(|n| json!({ "type": "wait-for", "selector": format!("#at{}", n * N_BETWEEN) }))
        .collect();
    recorded::record(bench, "million", &[("index.html", page)], &waits)
}
