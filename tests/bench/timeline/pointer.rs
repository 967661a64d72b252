//! A hand on a timeline, ours or another's: the browser is given real input, one event a frame, and tells what its frames
//! cost.

use std::time::Duration;

use serde_json::{Value as Json, json};
use tests::browser::Browser;

use super::from_millis;
use crate::{millis, quantile};

/// Where something stands on the page, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// What the hand does in every frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Moves, with no button pressed.
    Point,
    /// Moves with the button pressed.
    Drag,
    /// Presses and lets go.
    Press,
    /// Turns the wheel: in, to both sides, and out again.
    Wheel,
}

impl Way {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Drag => "drag",
            Self::Press => "press",
            Self::Wheel => "wheel",
        }
    }
}

/// What the frames of a movement cost.
#[derive(Clone, Debug, Default)]
pub(super) struct Frames {
    /// The main thread's work in each frame that had input, from its first handler until it was painted.
    pub(super) work: Vec<Duration>,
    /// From frame to frame.
    pub(super) gaps: Vec<Duration>,
    /// All tasks of the main thread, by the browser's own count; zero where that was not asked for.
    pub(super) tasks: Duration,
    /// The longest task over 50 ms; zero if there was none.
    pub(super) longest: Duration,
}

impl Frames {
    pub(super) fn add(&mut self, more: Self) {
        self.work.extend(more.work);
        self.gaps.extend(more.gaps);
        self.tasks += more.tasks;
        self.longest = self.longest.max(more.longest);
    }

    /// The main thread's time a frame, in ms: everything it did, whenever it did it.
    pub(super) fn cost_ms(&self) -> f64 {
        self.tasks.as_secs_f64() * 1e3 / self.work.len().max(1) as f64
    }

    /// Two quantiles of the work, in words.
    pub(super) fn work_words(&self) -> String {
        words(&self.work)
    }

    /// Two quantiles of the gaps, in words.
    pub(super) fn gap_words(&self) -> String {
        words(&self.gaps)
    }

    /// What else is to be told of them.
    pub(super) fn how(&self) -> String {
        /// A frame that comes later than this has missed one of the screen's, at 60 a second.
        const LATE: Duration = Duration::from_millis(25);
        let n_late = self.gaps.iter().filter(|gap| **gap > LATE).count();
        let longest = match self.longest {
            Duration::ZERO => "no task over 50 ms".to_owned(),
            longest => format!("longest task {:.0} ms", longest.as_secs_f64() * 1e3),
        };
        let tasks = match self.tasks {
            Duration::ZERO => String::new(),
            _ => format!("; all its tasks {:.2} ms a frame", self.cost_ms()),
        };
        format!(
            "main thread, input to painted, {} frames{tasks}; frame to frame {}, {n_late} late; {longest}",
            self.work.len(),
            self.gap_words(),
        )
    }
}

fn words(times: &[Duration]) -> String {
    let mut times = times.to_vec();
    format!(
        "{} / {}",
        millis(quantile(&mut times, 0.5)),
        millis(quantile(&mut times, 0.99))
    )
}

/// Where the first element of a selector stands.
///
/// # Errors
/// There is none.
pub(super) async fn area_of(browser: &Browser, selector: &str) -> Result<Area, String> {
    let script = format!(
        "const box = document.querySelector({selector:?})?.getBoundingClientRect(); return box && [box.x, box.y, box.width, \
         box.height]"
    );
    let found = browser.evaluate(&script).await?;
    let number = |at: usize| {
        found[at]
            .as_f64()
            .ok_or_else(|| format!("there is no {selector} on the page"))
    };
    Ok(Area {
        left: number(0)?,
        top: number(1)?,
        width: number(2)?,
        height: number(3)?,
    })
}

/// How fast the page's processor seems: 4 for a fourth of what it is.
///
/// # Errors
/// The browser refuses.
pub(super) async fn throttle(browser: &Browser, times: u32) -> Result<(), String> {
    let rate = json!({ "rate": times });
    browser
        .devtools("Emulation.setCPUThrottlingRate", rate)
        .await
        .map(drop)
}

/// Moves over a whole area, there and back, and gives what that cost.
///
/// # Errors
/// The browser refuses, or no frame had any input.
pub(super) async fn scrub(browser: &Browser, area: Area, way: Way, n_moves: usize) -> Result<Frames, String> {
    let before = begin(browser).await?;
    if way == Way::Drag {
        mouse(browser, "mousePressed", place(area, 0, n_moves)).await?;
    }
    for n in 0..n_moves {
        let at = place(area, n, n_moves);
        match way {
            Way::Point => mouse(browser, "mouseMoved", at).await?,
            Way::Drag => mouse(browser, "mouseDragged", at).await?,
            Way::Press => {
                mouse(browser, "mousePressed", at).await?;
                mouse(browser, "mouseReleased", at).await?;
            }
            Way::Wheel => wheel(browser, area, n, n_moves).await?,
        }
    }
    if way == Way::Drag {
        mouse(browser, "mouseReleased", place(area, n_moves, n_moves)).await?;
    }
    end(browser, before).await
}

/// Moves with the button pressed, from the `first` of some moves on that go there and back again and again.
///
/// # Errors
/// The browser refuses.
pub(super) async fn drag_on(
    browser: &Browser,
    area: Area,
    first: usize,
    n_moves: usize,
) -> Result<(), String> {
    /// Moves there and back.
    const N_THERE_AND_BACK: usize = 240;
    if first == 0 {
        mouse(browser, "mousePressed", place(area, 0, N_THERE_AND_BACK)).await?;
    }
    for n in first..first + n_moves {
        let at = place(area, n % N_THERE_AND_BACK, N_THERE_AND_BACK);
        mouse(browser, "mouseDragged", at).await?;
    }
    Ok(())
}

/// Where the pointer is at the `n`-th of so many moves: from left to right and back, never at the very edge.
fn place(area: Area, n: usize, n_moves: usize) -> (f64, f64) {
    let along = 2.0 * n as f64 / n_moves as f64;
    let share = if along > 1.0 { 2.0 - along } else { along };
    (
        area.left + area.width * (0.02 + 0.96 * share),
        area.top + area.height * 0.3,
    )
}

/// Begins to keep what frames cost; gives the time of all tasks before.
///
/// # Errors
/// The browser refuses.
pub(super) async fn begin(browser: &Browser) -> Result<Duration, String> {
    browser.devtools("Performance.enable", json!({})).await?;
    browser
        .evaluate("return frames.painted().then(frames.begin)")
        .await?;
    tasks(browser).await
}

/// What frames have cost since [`begin`].
///
/// # Errors
/// The browser refuses, or no frame had any input.
pub(super) async fn end(browser: &Browser, before: Duration) -> Result<Frames, String> {
    let after = tasks(browser).await?;
    let (frames, _) = kept(browser).await?;
    Ok(Frames {
        tasks: after.saturating_sub(before),
        ..frames
    })
}

/// When frames and tasks were, and how long each took, in ms since the navigation.
pub(super) struct Timed {
    /// By their ends.
    pub(super) gaps: Vec<(f64, f64)>,
    /// Those over 50 ms, by their beginnings.
    pub(super) tasks: Vec<(f64, f64)>,
}

/// What the page has kept since it began, or since [`begin`], without the browser's own count of tasks.
///
/// # Errors
/// The browser refuses, or no frame had any input.
pub(super) async fn kept(browser: &Browser) -> Result<(Frames, Timed), String> {
    let kept = browser
        .evaluate("return frames.painted().then(frames.painted).then(frames.kept)")
        .await?;
    let list = |name: &str| kept[name].as_array().into_iter().flatten();
    let pairs = |name: &str| -> Vec<(f64, f64)> {
        let pair = |value: &Json| value[0].as_f64().zip(value[1].as_f64());
        list(name).filter_map(pair).collect()
    };
    let timed = Timed {
        gaps: pairs("gaps"),
        tasks: pairs("tasks"),
    };
    let frames = Frames {
        work: list("work").filter_map(Json::as_f64).map(from_millis).collect(),
        gaps: timed.gaps.iter().map(|(_, gap)| from_millis(*gap)).collect(),
        tasks: Duration::ZERO,
        longest: from_millis(timed.tasks.iter().map(|(_, task)| *task).fold(0.0, f64::max)),
    };
    if frames.work.is_empty() {
        return Err("no frame had any input".to_owned());
    }
    Ok((frames, timed))
}

/// How long the main thread has been at work since the page began.
async fn tasks(browser: &Browser) -> Result<Duration, String> {
    let metrics = browser.devtools("Performance.getMetrics", json!({})).await?;
    let metric = metrics["metrics"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|metric| metric["name"] == "TaskDuration");
    let seconds = metric.and_then(|metric| metric["value"].as_f64());
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "the browser does not tell how long its tasks took".to_owned())
}

/// Gives the page an event of the mouse. It has been dealt with when this returns: moves come once a frame.
///
/// # Errors
/// The browser refuses.
pub(super) async fn mouse(browser: &Browser, kind: &str, (x, y): (f64, f64)) -> Result<(), String> {
    let (kind, button, buttons) = match kind {
        "mouseDragged" => ("mouseMoved", "left", 1),
        "mouseMoved" => (kind, "none", 0),
        "mousePressed" => (kind, "left", 1),
        kind => (kind, "left", 0),
    };
    let event = json!({
        "type": kind, "x": x, "y": y, "button": button, "buttons": buttons,
        "clickCount": i32::from(kind != "mouseMoved"),
    });
    browser
        .devtools("Input.dispatchMouseEvent", event)
        .await
        .map(drop)
}

/// The wheel at the `n`-th of so many turns, a third of the way from the left.
async fn wheel(browser: &Browser, area: Area, n: usize, n_moves: usize) -> Result<(), String> {
    const TURN_PX: f64 = 60.0;
    let (x, y) = match n * 6 / n_moves {
        0 | 1 => (0.0, -TURN_PX),
        2 => (TURN_PX, 0.0),
        3 => (-TURN_PX, 0.0),
        _ => (0.0, TURN_PX),
    };
    let event = json!({
        "type": "mouseWheel", "x": area.left + area.width / 3.0, "y": area.top + area.height * 0.3,
        "deltaX": x, "deltaY": y,
    });
    browser
        .devtools("Input.dispatchMouseEvent", event)
        .await
        .map(drop)
}
