//! Scrubbing through sessions of different sizes, as fast as the machine is and at a fourth of it, and whether a frame costs
//! more where more happened. The sizes take turns, so that what else the machine does falls on all alike.

use std::{path::PathBuf, time::Duration};

use super::{
    FRAMES, TIMELINE,
    pointer::{self, Frames, Way},
    recordings::{self, Mix},
    wait,
};
use crate::{Bench, Line, megabytes, page::Page};

/// The largest session has ten to this power of events. Builds that are not for measuring try with fewer.
const LARGEST: u32 = if cfg!(debug_assertions) { 4 } else { 6 };
/// Powers of ten.
const SIZES: [u32; 4] = [LARGEST - 3, LARGEST - 2, LARGEST - 1, LARGEST];
const SPEEDS: [u32; 2] = [1, 4];
const WAYS: [Way; 3] = [Way::Point, Way::Drag, Way::Wheel];
const N_ROUNDS: usize = 2;
/// Frames of a movement: four seconds of them, where that is measured.
const N_MOVES: usize = if cfg!(debug_assertions) { 24 } else { 240 };

/// What was measured at one size.
struct Size {
    power: u32,
    path: PathBuf,
    /// By speed and by way.
    frames: [[Frames; WAYS.len()]; SPEEDS.len()],
    /// JavaScript's heap and wasm's memory, in bytes.
    memory: (u64, u64),
}

/// Frames, memory, and how both grow.
pub(crate) fn scrubbing(bench: &Bench) -> Result<Vec<Line>, String> {
    let mut sizes = Vec::new();
    for power in SIZES {
        let path = bench.folder.join(format!("session-{power}.playhead"));
        recordings::session(&path, 10_u64.pow(power), Mix::Everything)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        sizes.push(Size {
            power,
            path,
            frames: Default::default(),
            memory: (0, 0),
        });
    }
    wait(async {
        let paths: Vec<_> = sizes.iter().map(|size| size.path.clone()).collect();
        let paths: Vec<_> = paths.iter().map(PathBuf::as_path).collect();
        let page = Page::start(bench, &paths, Duration::ZERO, FRAMES).await?;
        for _ in 0..N_ROUNDS {
            for size in &mut sizes {
                measure(&page, size)
                    .await
                    .map_err(|error| format!("10^{}: {error}", size.power))?;
            }
        }
        page.browser.quit().await;
        let mut lines = Vec::new();
        for (speed, times) in SPEEDS.into_iter().enumerate() {
            for (way, name) in WAYS.into_iter().enumerate() {
                let of = |size: &Size| size.frames[speed][way].clone();
                lines.extend(
                    sizes
                        .iter()
                        .map(|size| frames_line(size.power, times, name, &of(size))),
                );
                let costs: Vec<_> = sizes
                    .iter()
                    .map(|size| (f64::from(size.power), of(size).cost_ms()))
                    .collect();
                lines.push(fit_line(times, name, &costs));
            }
        }
        lines.extend(sizes.iter().map(memory_line));
        Ok(lines)
    })
}

async fn measure(page: &Page, size: &mut Size) -> Result<(), String> {
    let browser = &page.browser;
    pointer::throttle(browser, 1).await?;
    page.go(&size.path, "").await?;
    for (speed, times) in SPEEDS.into_iter().enumerate() {
        pointer::throttle(browser, times).await?;
        for (way_idx, way) in WAYS.into_iter().enumerate() {
            let area = pointer::area_of(browser, TIMELINE).await?;
            let moment =
                "return document.querySelector('[data-testid=timeline]').getAttribute('aria-valuetext')";
            // A drag ends near the beginning, not at it.
            let home = "document.querySelector('[data-testid=timeline]').dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', \
                        bubbles: true }))";
            browser.evaluate(home).await?;
            page.idle().await?;
            let before = browser.evaluate(moment).await?;
            let frames = pointer::scrub(browser, area, way, N_MOVES).await?;
            if way == Way::Drag && browser.evaluate(moment).await? == before {
                return Err(format!("dragging leaves the moment at {before}"));
            }
            size.frames[speed][way_idx].add(frames);
            page.idle().await?;
        }
    }
    pointer::throttle(browser, 1).await?;
    size.memory = page.memory().await?;
    Ok(())
}

fn frames_line(power: u32, times: u32, way: Way, frames: &Frames) -> Line {
    Line {
        name: format!("timeline {}, 10^{power}, {times}x", way.name()),
        value: frames.work_words(),
        bound: "p99 <= 16.7 ms",
        how: frames.how(),
    }
}

/// The line through what a frame costs, by the logarithm of how much happened: flat if it does not matter.
fn fit_line(times: u32, way: Way, costs: &[(f64, f64)]) -> Line {
    let n = costs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| costs.iter().map(of).sum::<f64>() / n;
    let (mean_power, mean_cost) = (mean(|cost| cost.0), mean(|cost| cost.1));
    let spread = |of: &dyn Fn(&(f64, f64)) -> f64| costs.iter().map(of).sum::<f64>();
    let slope = spread(&|(power, cost)| (power - mean_power) * (cost - mean_cost))
        / spread(&|(power, _)| (power - mean_power).powi(2));
    let ratio = match costs {
        [(_, first), .., (_, last)] => last / first,
        _ => f64::NAN,
    };
    let all: Vec<_> = costs.iter().map(|(_, cost)| format!("{cost:.2}")).collect();
    Line {
        name: format!("timeline {}, fit, {times}x", way.name()),
        value: format!("{slope:+.3} ms / x{ratio:.2}"),
        bound: "flat",
        how: format!(
            "all tasks a frame: more for ten times as many events (least squares) / the most events to the fewest; {} ms",
            all.join(", ")
        ),
    }
}

fn memory_line(size: &Size) -> Line {
    let (heap, wasm) = size.memory;
    Line {
        name: format!("timeline memory, 10^{}", size.power),
        value: megabytes(heap + wasm),
        bound: "",
        how: format!(
            "JavaScript heap {} (collected), wasm {}, after all of the above",
            megabytes(heap),
            megabytes(wasm)
        ),
    }
}
