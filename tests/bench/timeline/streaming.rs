//! A million mouse events come in while somebody drags along the timeline: how long the page stands still meanwhile.

use std::time::{Duration, Instant};

use super::{
    FRAMES, TIMELINE, from_millis, pointer,
    recordings::{self, Mix},
    wait,
};
use crate::{
    Bench, Line, megabytes, millis, opening,
    page::{PATIENCE, Page},
    quantile,
};

/// Builds that are not for measuring try with fewer.
const N_EVENTS: u64 = if cfg!(debug_assertions) { 20_000 } else { 1_000_000 };
const N_ROUNDS: usize = 3;
/// Moves between two questions whether all has come.
const N_MOVES: usize = 30;

/// Notes which requests have no answer yet, by the messages' own ids; nothing else of answers is read. What listens has none
/// as long as there is something to tell. Pictures are no part of it: as long as somebody drags, there is one more to bring.
const LISTEN: &str = r#"
    const listen = globalThis.listen = { asked: new Map(), n_bytes: 0 };
    const idOf = (text) => /"id":\s*"?(\d+)/.exec(text.slice(0, 120))?.[1];
    const send_ = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
        if (!this.isListened) {
            this.isListened = true;
            this.addEventListener("message", ({ data }) => {
                listen.n_bytes += data.length ?? data.byteLength;
                if (typeof data === "string") listen.asked.delete(idOf(data));
            });
        }
        if (typeof data === "string") {
            const { id, method } = JSON.parse(data);
            if (method === "Session.findMouseEvents") listen.isMouseAsked = true;
            if (!/\.listenFor|getPaintContents$/.test(method)) {
                listen.asked.set(String(id), method);
            }
        }
        return send_.call(this, data);
    };
"#;

/// What was seen while events came.
struct Streamed {
    /// Since the navigation began, in ms.
    timeline_ms: f64,
    known: Duration,
    frames: pointer::Frames,
    /// Longest gap between frames, and longest task: since the timeline was there, and since the navigation began.
    longest_gap: [Duration; 2],
    longest_task: [Duration; 2],
    n_bytes: u64,
}

/// The longest frame and task until everything is known.
pub(crate) fn streaming(bench: &Bench) -> Result<Vec<Line>, String> {
    let path = bench.folder.join("mouse.playhead");
    recordings::session(&path, N_EVENTS, Mix::Mouse)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    let n_events = u64::from(opening::open(&path)?.manifest().counts.mouse);
    wait(async {
        let page = Page::start(bench, &[&path], Duration::ZERO, &format!("{FRAMES}{LISTEN}")).await?;
        let url = page.url_of(&path)?;
        let mut rounds = Vec::new();
        for _ in 0..N_ROUNDS {
            rounds.push(stream(&page, &url).await?);
        }
        let (heap, wasm) = page.memory().await?;
        page.browser.quit().await;
        let longest = |of: fn(&Streamed) -> Duration| rounds.iter().map(of).max().unwrap_or_default();
        let of_all =
            |of: fn(&Streamed) -> Duration| quantile(&mut rounds.iter().map(of).collect::<Vec<_>>(), 0.5);
        let n_frames: usize = rounds.iter().map(|round| round.frames.gaps.len()).sum();
        let known = format!(
            "{n_events} mouse events ({}) known {:.1} s after navigating, median of {N_ROUNDS} rounds",
            megabytes(rounds.iter().map(|round| round.n_bytes).max().unwrap_or_default()),
            of_all(|round| round.known).as_secs_f64()
        );
        let dragged = rounds.iter().fold(pointer::Frames::default(), |mut all, round| {
            all.add(round.frames.clone());
            all
        });
        Ok(vec![
            Line {
                name: "timeline streaming: longest frame".to_owned(),
                value: millis(longest(|round| round.longest_gap[0])),
                bound: "<= 50 ms",
                how: format!(
                    "from frame to frame since the timeline is there ({} after navigating), dragging, {n_frames} frames; longest \
                     task {}; {known}",
                    millis(of_all(|round| from_millis(round.timeline_ms))),
                    millis(longest(|round| round.longest_task[0])),
                ),
            },
            Line {
                name: "timeline streaming: from navigation".to_owned(),
                value: millis(longest(|round| round.longest_gap[1])),
                bound: "",
                how: format!(
                    "the same since navigating, with the start of the page itself; longest task {}",
                    millis(longest(|round| round.longest_task[1]))
                ),
            },
            Line {
                name: "timeline streaming: drag p50 / p99".to_owned(),
                value: dragged.work_words(),
                bound: "",
                how: dragged.how(),
            },
            Line {
                name: "timeline streaming: memory".to_owned(),
                value: megabytes(heap + wasm),
                bound: "",
                how: format!(
                    "JavaScript heap {} (collected), wasm {}, all known",
                    megabytes(heap),
                    megabytes(wasm)
                ),
            },
        ])
    })
}

async fn stream(page: &Page, url: &str) -> Result<Streamed, String> {
    let browser = &page.browser;
    page.goto("about:blank").await?;
    let started = Instant::now();
    page.goto(url).await?;
    let there = format!(
        "return Number(document.querySelector('{TIMELINE}')?.getAttribute('aria-valuemax')) > 0 && performance.now()"
    );
    let timeline_ms = browser.wait_for("the timeline", &there, PATIENCE).await?;
    let timeline_ms = timeline_ms.as_f64().unwrap_or_default();
    // What came before the timeline is told apart by its time, so nothing that was kept is dropped here.
    let all_known = "return listen.isMouseAsked === true && listen.asked.size === 0";
    let mut n_rounds = 0;
    loop {
        let area = pointer::area_of(browser, TIMELINE).await?;
        pointer::drag_on(browser, area, n_rounds * N_MOVES, N_MOVES).await?;
        n_rounds += 1;
        if browser.evaluate(all_known).await? == true {
            break;
        }
        if started.elapsed() > PATIENCE {
            let waiting = "return `no answer to ${[...listen.asked.values()]}`";
            let waiting = browser.evaluate(waiting).await?;
            return Err(format!("not everything came: {waiting}"));
        }
    }
    pointer::mouse(browser, "mouseReleased", (0.0, 0.0)).await?;
    let known = started.elapsed();
    let n_bytes = browser.evaluate("return listen.n_bytes").await?;
    let (frames, timed) = pointer::kept(browser).await?;
    let since = |from_ms: f64, all: &[(f64, f64)]| {
        // A gap is told at its end, a task at its beginning: both count from where they lie after the time.
        let after = all.iter().filter(|(at, _)| *at >= from_ms);
        from_millis(after.map(|(_, lasted)| *lasted).fold(0.0, f64::max))
    };
    Ok(Streamed {
        timeline_ms,
        known,
        frames,
        longest_gap: [since(timeline_ms, &timed.gaps), since(0.0, &timed.gaps)],
        longest_task: [since(timeline_ms, &timed.tasks), since(0.0, &timed.tasks)],
        n_bytes: n_bytes.as_u64().unwrap_or_default(),
    })
}
