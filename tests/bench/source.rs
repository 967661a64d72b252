//! The viewer on a source of 5 MB: until the first screen of it is highlighted, and how it scrolls.

use std::{fmt::Write as _, time::Duration};

use serde_json::json;

use crate::{Bench, Line, megabytes, millis, page::Page, recorded};

const N_BYTES: usize = 5_000_000;
const NAME: &str = "large.js";

/// The first lines of the source are in sight and coloured.
const IS_SHOWN: &str = "[...document.querySelectorAll('#source [data-testid=line]')].some((line) => /function large[0-9]/\
                        .test(line.textContent) && line.querySelector('.ph-code--keyword'))";

/// Opens it from the tree of sources, and scrolls through it.
pub(crate) fn five_megabytes(bench: &Bench) -> Result<Vec<Line>, String> {
    let (text, n_lines) = text();
    let n_bytes = text.len() as u64;
    let page = format!(
        "<!doctype html><title>A large source</title><body><script>console.log('begun')</script>\n\
         <script src={NAME}></script><script>document.body.append(Object.assign(document.createElement('p'), {{ id: 'worked', \
         textContent: 'loaded' }}))</script>"
    );
    let steps = [json!({ "type": "wait-for", "selector": "#worked" })];
    let (path, _) = recorded::record(bench, "large", &[("index.html", page), (NAME, text)], &steps)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let page = Page::open(bench, &path, "?point=65536", Duration::ZERO).await?;
        page.run("document.querySelector('[data-testid=source-navigator-toggle]')?.click()").await?;
        let row = format!("[...document.querySelectorAll('[data-testid=nav-row]')].find((row) => row.textContent.includes('{NAME}'))");
        page.browser
            .wait_for("the source in the tree", &format!("return {row} !== undefined"), Duration::from_secs(20))
            .await?;
        page.run(&format!("{row}.dataset.wanted = 'true'; bench.longest = 0")).await?;
        let opened = page.click("[data-wanted]", IS_SHOWN).await?;
        page.idle().await?;
        let mut lines = vec![Line {
            name: "viewer source: 5 MB".to_owned(),
            value: millis(opened),
            bound: "tasks <= 50 ms",
            how: format!(
                "click in the tree to painted and highlighted first screen, {}, {n_lines} lines, {} until idle",
                megabytes(n_bytes),
                page.longest().await?
            ),
        }];
        lines.extend(page.scroll("viewer source", "#source").await?);
        page.browser.quit().await;
        Ok(lines)
    })
}

/// A script of that size that defines functions and calls none, and the number of its lines.
fn text() -> (String, usize) {
    let mut text = String::with_capacity(N_BYTES + 1_000);
    let mut n = 0;
    while text.len() < N_BYTES {
        // Writing to a string never fails.
        let _ = writeln!(
            text,
            "// The {n}. of many large functions.\nfunction large{n}(a, b = \"text {n}\") {{\n  const total = a * {n} + b.length;\n  \
             return total > 10 ? `${{total}} of ${{b}}` : /[a-z]+{n}/.test(b);\n}}\n"
        );
        n += 1;
    }
    let n_lines = text.lines().count();
    (text, n_lines)
}
