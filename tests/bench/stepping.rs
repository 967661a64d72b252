//! What a step costs in the viewer: from the key to the painted frame with its variables, near the server and far from it,
//! and what memory is held after many.

use std::time::Duration;

use crate::{Bench, Line, engine, megabytes, millis, opening, page::Page, quantile};

/// Steps timed on each way to the server.
const N_STEPS: usize = 200;
/// Steps after which memory is read.
const N_STEPS_HELD: [u64; 3] = [100, 500, 1_000];
/// How far away the far server is.
const ROUND_TRIP: Duration = Duration::from_millis(100);
/// The key of a step in, which goes through every statement.
const STEP_IN: u32 = 11;

/// The variables of a moment other than the last are all there.
const IS_NEXT: &str = "(() => { const scopes = document.querySelector('[aria-label=Scopes]'); return scopes.dataset.point !== \
                       bench.point && scopes.getAttribute('aria-busy') === 'false' \
                       && scopes.querySelector('[role=treeitem]') !== null })()";

/// Step in through a sample, each as soon as the last had been painted.
pub(crate) fn latency(bench: &Bench) -> Result<Vec<Line>, String> {
    let mut near = steps(bench, Duration::ZERO)?;
    let mut far = steps(bench, ROUND_TRIP)?;
    let middle = [&mut near.times, &mut far.times].map(|times| quantile(times, 0.5));
    let n_round_trips = middle[1].saturating_sub(middle[0]).as_secs_f64() / ROUND_TRIP.as_secs_f64();
    let line = |name: &str, mut stepped: Stepped, bound, how: String| Line {
        name: format!("viewer step: {name} p50 / p99"),
        value: format!(
            "{} / {}",
            millis(quantile(&mut stepped.times, 0.5)),
            millis(quantile(&mut stepped.times, 0.99))
        ),
        bound,
        how: format!(
            "{N_STEPS} steps in through pathfinding, key to painted frame and scopes, each as soon as the last was \
             painted, {:.1} requests sent by then{how}",
            stepped.n_requests as f64 / N_STEPS as f64
        ),
    };
    Ok(vec![
        line("local", near, "p99 <= 100 ms", String::new()),
        line(
            "100 ms link",
            far,
            "p50 <= 1 round trip more",
            format!("; {n_round_trips:.1} round trips more than local"),
        ),
    ])
}

/// What the page holds after some steps, and after many more.
pub(crate) fn memory(bench: &Bench) -> Result<Vec<Line>, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let page = open(bench, Duration::ZERO).await?;
        let mut n_done = 0;
        let (mut totals, mut parts) = (Vec::new(), Vec::new());
        for n_steps in N_STEPS_HELD {
            while n_done < n_steps {
                step(&page).await?;
                n_done += 1;
            }
            page.idle().await?;
            let (heap, wasm) = page.memory().await?;
            totals.push(format!("{:.1}", (heap + wasm) as f64 / 1e6));
            parts.push(format!("{} + {}", megabytes(heap), megabytes(wasm)));
        }
        page.browser.quit().await;
        Ok(vec![Line {
            name: "viewer memory: pauses".to_owned(),
            value: format!("{} MB", totals.join(" / ")),
            bound: "flat",
            how: format!(
                "after {N_STEPS_HELD:?} steps: JavaScript heap (collected) + wasm, {}; the protocol log fills to its 4 MB first",
                parts.join(" / ")
            ),
        }])
    })
}

struct Stepped {
    times: Vec<Duration>,
    n_requests: u64,
}

fn steps(bench: &Bench, round_trip: Duration) -> Result<Stepped, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let page = open(bench, round_trip).await?;
        let mut stepped = Stepped {
            times: Vec::with_capacity(N_STEPS),
            n_requests: 0,
        };
        for _ in 0..N_STEPS {
            let (time, n_requests) = step(&page).await?;
            stepped.times.push(time);
            stepped.n_requests += n_requests;
        }
        page.browser.quit().await;
        Ok(stepped)
    })
}

/// The page of a sample, a third into its program.
async fn open(bench: &Bench, round_trip: Duration) -> Result<Page, String> {
    let sample = engine::samples_folder().join("pathfinding.playhead");
    let n_steps = opening::open(&sample)?.manifest().counts.steps;
    let query = format!("?point={}", (n_steps / 3 + 1) << 16);
    Page::open(bench, &sample, &query, round_trip).await
}

/// Steps in, and gives the time it took and the requests that were sent until the new moment was there.
async fn step(page: &Page) -> Result<(Duration, u64), String> {
    let arm = format!(
        "bench.point = document.querySelector('[aria-label=Scopes]').dataset.point; bench.stepped = bench.from('keydown', \
         () => {IS_NEXT} && (bench.sent = bench.requests, true)); return bench.point ?? ''"
    );
    if page.run(&arm).await? == "" {
        return Err("the scopes do not say which moment they show".to_owned());
    }
    page.press(STEP_IN).await?;
    let time = page.time("return bench.stepped").await?;
    let n_requests = page.run("return bench.sent").await?;
    Ok((time, n_requests.as_u64().unwrap_or_default()))
}
