//! From a move of the pointer to the picture of that moment under it: where the picture has to come from the server of this
//! machine, and where it has been shown before.

use std::time::Duration;

use recording::point::Point;
use serde_json::json;

use super::{
    FRAMES, TIMELINE, from_millis,
    pointer::{self, Area},
    recordings::{self, Mix},
    wait,
};
use crate::{Bench, Line, millis, page::Page, quantile};

const N_EVENTS: u64 = 10_000;
const N_PLACES: usize = 60;
/// The bar of what is loaded is so far from the lower edge of the timeline; on a mark the picture is that of the mark.
const BAR_PX: f64 = 11.0;
/// So many pictures before and after the one of a place, of 600, are as good: the track leaves some room at its ends. Places
/// that follow each other are hundreds apart.
const N_NEAR: usize = 16;

/// Waits in the page for a picture under the pointer, one of some paints (by point), from the next move on.
const EXPECT: &str = r#"
    frames.expect = (wanted) => {
        const paint = () => document.querySelector("[data-testid=timeline-bubble] [data-testid=thumbnail]")?.dataset.paint;
        frames.expected = new Promise((resolve) => {
            const wait = (event) => frames.until(() => wanted.includes(paint())).then((at) => resolve(at - event.timeStamp));
            addEventListener("pointermove", wait, { capture: true, once: true });
            setTimeout(() => resolve(`${paint()} is shown, not one of ${wanted}`), 20_000);
        });
    };
"#;

/// From the server, then from what is kept.
pub(crate) fn thumbnails(bench: &Bench) -> Result<Vec<Line>, String> {
    let path = bench.folder.join("thumbnails.playhead");
    let painted = recordings::session(&path, N_EVENTS, Mix::Everything)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    wait(async {
        let page = Page::start(bench, &[&path], Duration::ZERO, &format!("{FRAMES}{EXPECT}")).await?;
        page.go(&path, "").await?;
        let area = pointer::area_of(&page.browser, TIMELINE).await?;
        let mut passes = [Vec::new(), Vec::new()];
        for pass in &mut passes {
            for n in 0..N_PLACES {
                pass.push(time(&page, area, &painted, n).await?);
            }
        }
        page.browser.quit().await;
        let [first, second] = passes;
        Ok(vec![
            line(
                "timeline thumbnail, from the server",
                first,
                "p95 <= 150 ms",
                "never pointed at before",
            ),
            line(
                "timeline thumbnail, cached",
                second,
                "p95 <= 50 ms",
                "pointed at before",
            ),
        ])
    })
}

/// Moves far from where the pointer is, and waits for the picture of there.
async fn time(page: &Page, area: Area, painted: &[Point], n: usize) -> Result<Duration, String> {
    let share = 0.1 + 0.8 * ((n as f64 * 0.618_034) % 1.0);
    let at = (
        (area.left + area.width * share).round(),
        area.top + area.height - BAR_PX,
    );
    let due = (share * painted.len() as f64) as usize;
    let near = painted
        .iter()
        .skip(due.saturating_sub(N_NEAR))
        .take(2 * N_NEAR + 1);
    let wanted: Vec<String> = near.map(|point| point.to_string()).collect();
    let expect = format!("frames.expect({})", json!(wanted));
    page.browser.evaluate(&expect).await?;
    pointer::mouse(&page.browser, "mouseMoved", at).await?;
    let took = page.browser.evaluate("return frames.expected").await?;
    let took = took
        .as_f64()
        .ok_or_else(|| format!("at {share:.3} of the timeline {took}"))?;
    page.idle().await?;
    Ok(from_millis(took))
}

fn line(name: &str, mut times: Vec<Duration>, bound: &'static str, what: &str) -> Line {
    Line {
        name: name.to_owned(),
        value: format!(
            "{} / {}",
            millis(quantile(&mut times, 0.5)),
            millis(quantile(&mut times, 0.95))
        ),
        bound,
        how: format!(
            "p50 / p95 of {} moves to places {what}, move to painted picture of that moment (most {})",
            times.len(),
            millis(quantile(&mut times, 1.0))
        ),
    }
}
