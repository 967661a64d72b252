//! A recording of sixty pictures a second is played: how many of them are never seen. Each picture bears its number, which is
//! read from the canvas in every frame of the screen, so nothing that the viewer says of itself is believed.

use std::{collections::BTreeSet, time::Duration};

use serde_json::Value as Json;

use super::{
    FRAMES, pointer,
    recordings::{self, FIELD_PX, N_FIELDS},
    wait,
};
use crate::{
    Bench, Line, millis,
    page::{PATIENCE, Page},
    quantile,
};

const N_PICTURES: u32 = 1_200;
const N_ROUNDS: usize = 3;

/// Reads the number of the picture that is shown in each frame.
const READ: &str = r#"
    frames.read = (n_fields, field_px, page_px) => {
        const small = Object.assign(document.createElement("canvas"), { width: n_fields, height: 1 });
        const context = small.getContext("2d", { willReadFrequently: true });
        context.imageSmoothingEnabled = false;
        frames.seen = [];
        frames.isReading = true;
        requestAnimationFrame(function next(now) {
            if (!frames.isReading) return;
            requestAnimationFrame(next);
            const picture = document.querySelector("[data-testid=picture]");
            if (!picture?.width) return;
            const field = picture.width / page_px * field_px;
            context.drawImage(picture, 0, field / 4, field * n_fields, field / 2, 0, 0, n_fields, 1);
            const { data } = context.getImageData(0, 0, n_fields, 1);
            let number = 0;
            for (let at = 0; at < n_fields; at++) number += (data[4 * at] > 128) << at;
            frames.seen.push([now, number]);
        });
    };
"#;

/// How many pictures are left out at ordinary speed.
pub(crate) fn playback(bench: &Bench) -> Result<Vec<Line>, String> {
    let path = bench.folder.join("film.playhead");
    recordings::film(&path, N_PICTURES).map_err(|error| format!("{}: {error}", path.display()))?;
    wait(async {
        let page = Page::start(bench, &[&path], Duration::ZERO, &format!("{FRAMES}{READ}")).await?;
        let mut shares = Vec::new();
        let (mut n_seen, mut n_dropped, mut gaps, mut longest) = (0, 0, Vec::new(), Duration::ZERO);
        let mut said = String::new();
        for _ in 0..N_ROUNDS {
            page.go(&path, "").await?;
            let (numbers, frames) = play(&page).await?;
            let first = numbers.first().copied().unwrap_or_default();
            let last = numbers.last().copied().unwrap_or_default();
            let n_due = (last + 1).saturating_sub(first);
            if n_due < N_PICTURES / 2 {
                return Err(format!(
                    "only pictures {first} to {last} of {N_PICTURES} were seen"
                ));
            }
            n_seen += numbers.len() as u32;
            n_dropped += n_due - numbers.len() as u32;
            shares.push(f64::from(n_due - numbers.len() as u32) / f64::from(n_due));
            gaps.extend(frames.gaps);
            longest = longest.max(frames.longest);
            said = said_by_viewer(&page).await?;
        }
        page.browser.quit().await;
        let least = shares.iter().copied().fold(1.0, f64::min);
        Ok(vec![Line {
            name: "timeline playback: pictures dropped".to_owned(),
            value: format!(
                "{:.2} %",
                f64::from(n_dropped) / f64::from(n_dropped + n_seen) * 100.0
            ),
            bound: "<= 1 %",
            how: format!(
                "{n_dropped} of {} pictures (60 a second, 1280 by 720) never on the canvas, {N_ROUNDS} rounds of {N_PICTURES} at 1x \
                 (best round {:.2} %); frame to frame {} / {}, longest task {}{said}",
                n_dropped + n_seen,
                least * 100.0,
                millis(quantile(&mut gaps, 0.5)),
                millis(quantile(&mut gaps, 0.99)),
                millis(longest),
            ),
        }])
    })
}

/// Plays from the beginning to the end; gives the numbers of all pictures that were seen, in order.
async fn play(page: &Page) -> Result<(Vec<u32>, pointer::Frames), String> {
    let (page_px, browser) = (1280, &page.browser);
    // Wherever it opens, it is played from the beginning.
    for key in ["Home", " "] {
        if key == " " {
            page.idle().await?;
            pointer::begin(browser).await?;
            page.run(&format!("frames.read({N_FIELDS}, {FIELD_PX}, {page_px})"))
                .await?;
        }
        for kind in ["keydown", "keyup"] {
            let press = format!(
                "(document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent({kind:?}, {{ key: {key:?}, code: \
                 {:?}, bubbles: true, cancelable: true }}))",
                if key == " " { "Space" } else { key }
            );
            page.run(&press).await?;
        }
    }
    let at_end = "const line = document.querySelector('[data-testid=timeline]'); \
         return Number(line.getAttribute('aria-valuenow')) >= Number(line.getAttribute('aria-valuemax')) - 100";
    browser
        .wait_for("playing to come to the end", at_end, PATIENCE)
        .await?;
    let seen = page.run("frames.isReading = false; return frames.seen").await?;
    let kept = page.run("return frames.kept()").await?;
    let list = |name: &str| kept[name].as_array().cloned().unwrap_or_default();
    let longest = |list: Vec<Json>| {
        list.iter()
            .filter_map(|pair| pair[1].as_f64())
            .fold(0.0, f64::max)
    };
    let frames = pointer::Frames {
        gaps: list("gaps")
            .iter()
            .filter_map(|pair| pair[1].as_f64())
            .map(super::from_millis)
            .collect(),
        longest: super::from_millis(longest(list("tasks"))),
        ..pointer::Frames::default()
    };
    let number = |pair: &Json| pair[1].as_u64().and_then(|number| u32::try_from(number).ok());
    let numbers: BTreeSet<u32> = seen.as_array().into_iter().flatten().filter_map(number).collect();
    // What no picture bears was read while one was drawn.
    Ok((
        numbers
            .into_iter()
            .filter(|number| *number < N_PICTURES)
            .collect(),
        frames,
    ))
}

/// What the viewer itself counts, where it does.
async fn said_by_viewer(page: &Page) -> Result<String, String> {
    let script = "const said = document.querySelector('[data-dropped]')?.dataset; \
         return said ? `; the viewer counts ${said.dropped} dropped of ${said.frames}` : ''";
    Ok(page.run(script).await?.as_str().unwrap_or_default().to_owned())
}
