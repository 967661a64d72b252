//! A page of the viewer in a real Chromium that is timed from within: when a key was pressed, when what it led to had been
//! painted, how long the longest task was, how many frames came late, what memory is held.

use std::{path::Path, time::Duration};

use serde_json::{Value as Json, json};
use tests::{browser::Browser, program::Server};

use crate::{Bench, Line, link::Link, millis, quantile};

/// How long anything may take before it is not measured but broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(240);

/// Frames timed in each way of scrolling.
const N_FRAMES: usize = 240;

/// Put into the page before anything else runs.
const SCRIPT: &str = r#"
    const bench = globalThis.bench = { memories: [], longest: 0, requests: 0 };
    // The viewer's own memory, of which its module tells nobody.
    for (const name of ["instantiate", "instantiateStreaming"]) {
        const original = WebAssembly[name];
        WebAssembly[name] = async (...parameters) => {
            const made = await original.apply(WebAssembly, parameters);
            const memory = (made.instance ?? made).exports?.memory;
            if (memory) bench.memories.push(memory);
            return made;
        };
    }
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) { bench.requests++; return send.call(this, data); };
    new PerformanceObserver((list) => {
        for (const task of list.getEntries()) bench.longest = Math.max(bench.longest, task.duration);
    }).observe({ type: "longtask" });
    bench.wasm = () => bench.memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
    // When what is in the page now has been painted: the task after the next frame.
    bench.painted = () => new Promise((resolve) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
    }));
    // When a condition had become true in the page and been painted.
    bench.until = (condition) => new Promise((resolve) => {
        const check = () => {
            if (!condition()) return;
            observer.disconnect();
            bench.painted().then(resolve);
        };
        const observer = new MutationObserver(check);
        observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
        check();
    });
    // From a press of the mouse or a key to what it led to, in ms.
    bench.from = (kind, condition) => new Promise((resolve) => {
        addEventListener(kind, (event) => {
            bench.requests = 0;
            bench.until(condition).then((painted) => resolve(painted - event.timeStamp));
        }, { capture: true, once: true });
    });
    // Times between frames while something is done in each, in ms.
    bench.frames = (count, act) => new Promise((resolve) => {
        const times = [];
        let last;
        requestAnimationFrame(function next(now) {
            if (last !== undefined) times.push(now - last);
            last = now;
            if (times.length === count) return resolve(times);
            act(times.length);
            requestAnimationFrame(next);
        });
    });
"#;

/// The viewer on recordings, through a link or none.
pub(crate) struct Page {
    pub(crate) browser: Browser,
    /// The port of this machine that leads to the server.
    pub(crate) port: u16,
    _server: Server,
}

impl Page {
    /// Serves a recording and opens its page, 1440 by 900, at a query such as `?point=65536`; waits until it is idle.
    ///
    /// # Errors
    /// What could not be started, or did not come.
    pub(crate) async fn open(
        bench: &Bench,
        recording: &Path,
        query: &str,
        round_trip: Duration,
    ) -> Result<Self, String> {
        let page = Self::start(bench, &[recording], round_trip, "").await?;
        page.go(recording, query).await?;
        Ok(page)
    }

    /// Serves recordings, and starts a browser that shows none of them yet. What `more` says is put into each page before
    /// anything else runs.
    ///
    /// # Errors
    /// What could not be started.
    pub(crate) async fn start(
        bench: &Bench,
        recordings: &[&Path],
        round_trip: Duration,
        more: &str,
    ) -> Result<Self, String> {
        let server = Server::start(&bench.program, recordings, 0)?;
        let port = match round_trip {
            Duration::ZERO => server.port(),
            round_trip => Link::open(server.port(), round_trip).await?.port,
        };
        let page = Self {
            browser: Browser::chromium().await?,
            port,
            _server: server,
        };
        page.browser.set_size(1440, 900).await?;
        let script = json!({ "source": format!("{SCRIPT}{more}") });
        page.browser
            .devtools("Page.addScriptToEvaluateOnNewDocument", script)
            .await?;
        let set = page.browser.page.set_script_timeout(PATIENCE).await;
        set.map_err(|error| error.to_string())?;
        Ok(page)
    }

    /// Goes to the page of a recording, and waits until it is idle.
    ///
    /// # Errors
    /// It never is.
    pub(crate) async fn go(&self, recording: &Path, query: &str) -> Result<(), String> {
        let url = self.url_of(recording)?;
        self.goto(&format!("{url}{query}")).await?;
        self.idle().await
    }

    /// The address of a recording's page.
    ///
    /// # Errors
    /// There is no such recording.
    pub(crate) fn url_of(&self, recording: &Path) -> Result<String, String> {
        let id = crate::opening::open(recording)?.head().recording_id.clone();
        Ok(format!("http://127.0.0.1:{}/recording/{id}", self.port))
    }

    /// Goes to an address, as far as the browser itself can tell.
    ///
    /// # Errors
    /// There is nothing there.
    pub(crate) async fn goto(&self, url: &str) -> Result<(), String> {
        let gone = self.browser.page.goto(url).await;
        gone.map_err(|error| format!("{url}: {error}"))
    }

    /// Waits until nothing is under way: the viewer says so itself.
    ///
    /// # Errors
    /// It never is.
    pub(crate) async fn idle(&self) -> Result<(), String> {
        let is_idle = "return document.body?.dataset.idle === 'true'";
        self.browser
            .wait_for("the viewer to be idle", is_idle, PATIENCE)
            .await
            .map(drop)
    }

    /// Runs statements in the page; a promise is waited for.
    ///
    /// # Errors
    /// They throw.
    pub(crate) async fn run(&self, script: &str) -> Result<Json, String> {
        self.browser.evaluate(script).await
    }

    /// The same, for a time in ms.
    ///
    /// # Errors
    /// They throw, or give no time.
    pub(crate) async fn time(&self, script: &str) -> Result<Duration, String> {
        let millis = self.run(script).await?;
        let millis = millis.as_f64().filter(|millis| *millis >= 0.0);
        let millis = millis.ok_or_else(|| format!("no time from {script}"))?;
        Ok(Duration::from_secs_f64(millis / 1e3))
    }

    /// Presses a function key as a keyboard does.
    ///
    /// # Errors
    /// The browser refuses.
    pub(crate) async fn press(&self, number: u32) -> Result<(), String> {
        let key = format!("F{number}");
        for kind in ["rawKeyDown", "keyUp"] {
            let event =
                json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": 111 + number });
            self.browser.devtools("Input.dispatchKeyEvent", event).await?;
        }
        Ok(())
    }

    /// Clicks on the first element of a selector, and gives the time until a condition held and was painted.
    ///
    /// # Errors
    /// There is no such element.
    pub(crate) async fn click(&self, selector: &str, condition: &str) -> Result<Duration, String> {
        let place = format!(
            "bench.found = bench.from('pointerdown', () => {condition}); const box = document.querySelector({selector:?})\
             .getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]"
        );
        let place = self.run(&place).await?;
        for (kind, n_buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let event = json!({
                "type": kind, "x": place[0], "y": place[1], "button": if kind == "mouseMoved" { "none" } else { "left" },
                "buttons": n_buttons, "clickCount": i32::from(kind != "mouseMoved"),
            });
            self.browser.devtools("Input.dispatchMouseEvent", event).await?;
        }
        self.time("return bench.found").await
    }

    /// What the page holds after what nobody holds has been taken away: JavaScript's heap and wasm's memory, in bytes.
    ///
    /// # Errors
    /// The browser does not tell.
    pub(crate) async fn memory(&self) -> Result<(u64, u64), String> {
        self.browser
            .devtools("HeapProfiler.collectGarbage", json!({}))
            .await?;
        let heap = self.browser.devtools("Runtime.getHeapUsage", json!({})).await?;
        let wasm = self.run("return bench.wasm()").await?;
        let bytes = |value: &Json| value.as_f64().unwrap_or_default() as u64;
        Ok((bytes(&heap["usedSize"]), bytes(&wasm)))
    }

    /// Times between frames while a list is scrolled as with a wheel, and then dragged about by its bar.
    ///
    /// # Errors
    /// There is no such list.
    pub(crate) async fn scroll(&self, name: &str, selector: &str) -> Result<Vec<Line>, String> {
        let ways = [
            ("scroll", "list.scrollTop += 120", "scrolled by 120 px in each"),
            (
                "drag",
                "list.scrollTop = (list.scrollHeight - list.clientHeight) * ((n * 0.377) % 1)",
                "dragged to anywhere in each",
            ),
        ];
        let mut lines = Vec::new();
        for (way, act, how) in ways {
            let script = format!(
                "bench.longest = 0; const list = document.querySelector({selector:?}); return bench.frames({N_FRAMES}, (n) => {{ \
                 {act} }})"
            );
            let times = self.run(&script).await?;
            let mut times: Vec<Duration> = times
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Json::as_f64)
                .map(|millis| Duration::from_secs_f64(millis.max(0.0) / 1e3))
                .collect();
            lines.push(Line {
                name: format!("{name}: {way} p50 / p99"),
                value: format!(
                    "{} / {}",
                    millis(quantile(&mut times, 0.5)),
                    millis(quantile(&mut times, 0.99))
                ),
                bound: "p99 <= 17 ms",
                how: format!(
                    "from frame to frame, {N_FRAMES} frames, {how}, {}",
                    self.longest().await?
                ),
            });
        }
        Ok(lines)
    }

    /// Types words into a field, letter by letter, each as soon as the last had been painted, and gives the time from the
    /// last to a condition.
    ///
    /// # Errors
    /// There is no such field, or the condition never holds.
    pub(crate) async fn type_words(
        &self,
        field: &str,
        words: &str,
        condition: &str,
    ) -> Result<Duration, String> {
        let script = format!(
            "return (async () => {{
                const field = document.querySelector({field:?}), words = {words:?};
                bench.longest = 0;
                let typed = 0;
                for (let n = Math.min(1, words.length); n <= words.length; n++) {{
                    await bench.painted();
                    typed = performance.now();
                    field.value = words.slice(0, n);
                    field.dispatchEvent(new Event('input', {{ bubbles: true }}));
                }}
                return await bench.until(() => {condition}) - typed;
            }})()"
        );
        self.time(&script).await
    }

    /// What the longest task was since `bench.longest` was last set to 0, in words. Browsers tell of those over 50 ms.
    ///
    /// # Errors
    /// The page is gone.
    pub(crate) async fn longest(&self) -> Result<String, String> {
        let script = "return bench.painted().then(bench.painted).then(() => bench.longest)";
        Ok(match self.run(script).await?.as_f64() {
            Some(millis) if millis > 0.0 => format!("longest task {millis:.0} ms"),
            _ => "no task over 50 ms".to_owned(),
        })
    }
}
