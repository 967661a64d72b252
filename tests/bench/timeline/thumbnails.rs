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
/// So many pictures before and after the one of a moment are as good: the pointer stands on whole pixels.
const N_NEAR: usize = 1;

/// Waits in the page for a picture under the pointer, one of some paints (by point), from the next move on.
const EXPECT: &str = r#"
    frames.expect = (wanted) => {
        const shown = () => {
            const thumbnail = document.querySelector("[data-testid=timeline] [data-testid=thumbnail]");
            return thumbnail !== null && wanted.includes(thumbnail.dataset.paint);
        };
        frames.expected = new Promise((resolve) => addEventListener("pointermove", (event) => {
            frames.until(shown).then((painted) => resolve(painted - event.timeStamp));
        }, { capture: true, once: true }));
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
    let share = 0.03 + 0.94 * ((n as f64 * 0.618_034) % 1.0);
    let at = (
        (area.left + area.width * share).round(),
        area.top + area.height * 0.3,
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
        .ok_or_else(|| format!("no picture came at {share:.3} of the timeline"))?;
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
