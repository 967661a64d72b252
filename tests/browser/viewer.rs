//! The viewer in a browser, as a person meets it: what can be seen and done, waited for by its own idle signal.

use std::{path::Path, time::Duration};

use serde_json::{Value as Json, json};
use tests::{
    browser::{Browser, BrowserKind},
    schema::Schema,
    valid::wrongs_of,
};
use thirtyfour::{By, Key, WebElement};

/// How long anything may take on a loaded machine before it counts as broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Keeps what goes over the page's websockets: requests without their ids, and what comes with the method of the request
/// that it answers; how many had been sent when the last thing came; and the sockets themselves.
const LISTEN: &str = "
    window.playheadTraffic = [];
    window.playheadSent = [];
    window.playheadSockets = [];
    window.WebSocket = class extends WebSocket {
        asked = {};
        constructor(...where) {
            super(...where);
            window.playheadSockets.push(this);
            this.addEventListener('message', ({ data }) => {
                if (typeof data !== 'string') return;
                window.playheadTraffic.push({ asked: this.asked[JSON.parse(data).id], text: data });
                window.playheadSentBefore = window.playheadSent.length;
            });
        }
        send(data) {
            // Bytes of a recording, whose announcement has been kept.
            if (typeof data !== 'string') return super.send(data);
            const { id, ...request } = JSON.parse(data);
            this.asked[id] = request.method;
            window.playheadSent.push(request);
            // Where the server has just gone, the browser would blame this script for it.
            if (this.readyState < WebSocket.CLOSING) super.send(data);
        }
    };";

/// A page of the viewer.
pub(crate) struct Viewer {
    pub(crate) browser: Browser,
}

impl Viewer {
    /// Opens an address and waits until the viewer has nothing left to do.
    pub(crate) async fn open(kind: BrowserKind, url: &str) -> Self {
        let browser = Browser::start(kind).await.expect("a browser");
        browser.set_size(1440, 900).await.expect("the page can be sized");
        if kind == BrowserKind::Chromium {
            // What the server says does not depend on the browser.
            let listen = json!({ "source": LISTEN });
            let listening = browser.devtools("Page.addScriptToEvaluateOnNewDocument", listen);
            listening.await.expect("the page's traffic can be listened to");
        }
        let viewer = Self { browser };
        viewer.goto(url).await;
        viewer
    }

    /// Fails if the server sent the page anything that the published schema does not allow.
    pub(crate) async fn check_traffic(&self) {
        if self.browser.kind != BrowserKind::Chromium {
            return;
        }
        let schema = Schema::load();
        let traffic = self.evaluate("return window.playheadTraffic").await;
        for message in traffic.as_array().expect("the page was listened to") {
            let text = message["text"].as_str().unwrap_or_default();
            let said: Json = serde_json::from_str(text).expect("the server sends JSON");
            let wrongs = wrongs_of(&schema, &said, message["asked"].as_str());
            assert!(wrongs.is_empty(), "{wrongs:?} in {text}");
        }
    }

    /// Goes to an address, and waits if it is one of the viewer's.
    pub(crate) async fn goto(&self, url: &str) {
        self.browser
            .page
            .goto(url)
            .await
            .unwrap_or_else(|error| panic!("{url}: {error}"));
        if url.starts_with("http") {
            self.idle().await;
        }
    }

    /// Waits until nothing is under way: the viewer says so itself.
    pub(crate) async fn idle(&self) {
        self.wait_for(
            "the viewer to be idle",
            "return document.body?.dataset.idle === 'true'",
        )
        .await;
    }

    /// Waits for a condition in the page; fails with what was seen.
    pub(crate) async fn wait_for(&self, what: &str, script: &str) -> Json {
        match self.browser.wait_for(what, script, PATIENCE).await {
            Ok(value) => value,
            Err(error) => panic!("{error}\nthe page shows:\n{}", self.shown().await),
        }
    }

    pub(crate) async fn evaluate(&self, script: &str) -> Json {
        self.browser
            .evaluate(script)
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Text of every element with a test id, in order, white space made one.
    pub(crate) async fn texts(&self, test_id: &str) -> Vec<String> {
        let script = format!(
            "return [...document.querySelectorAll('[data-testid=\"{test_id}\"]')].map((node) => \
             node.innerText.replace(/\\s+/g, ' ').trim())"
        );
        let texts = self.evaluate(&script).await;
        texts
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect()
    }

    /// The first element with a test id that holds a text.
    pub(crate) async fn find(&self, test_id: &str, holding: &str) -> WebElement {
        let found = self
            .browser
            .page
            .find_all(By::Css(format!("[data-testid=\"{test_id}\"]")))
            .await;
        for element in found.unwrap_or_default() {
            if element
                .text()
                .await
                .is_ok_and(|text| text.replace('\n', " ").contains(holding))
            {
                return element;
            }
        }
        panic!(
            "no {test_id} holds {holding:?}; there are {:?}",
            self.texts(test_id).await
        )
    }

    /// The first element that readers call so.
    pub(crate) async fn find_by_label(&self, label: &str) -> WebElement {
        let found = self
            .browser
            .page
            .find(By::Css(format!("[aria-label=\"{label}\"]")))
            .await;
        found.unwrap_or_else(|error| panic!("nothing is called {label:?}: {error}"))
    }

    /// Goes to the moment of the first console message that holds a text, by the button that shows when it is pointed at. The
    /// console is looked through from its beginning.
    pub(crate) async fn go_to_message(&self, holding: &str) {
        self.evaluate(
            "let list = document.querySelector('[data-testid=message]'); \
             while (list && list.scrollHeight <= list.clientHeight) list = list.parentElement; \
             list?.scrollTo(0, 0); \
             return new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(() => shown(true))))",
        )
        .await;
        let look = format!(
            "let list = document.querySelector('[data-testid=message]'); \
             const rows = [...document.querySelectorAll('[data-testid=message]')]; \
             const row = rows.find((row) => row.innerText.replace(/\\s+/g, ' ').includes({})); \
             if (row) {{ row.scrollIntoView({{ block: 'nearest' }}); return true }} \
             while (list && list.scrollHeight <= list.clientHeight) list = list.parentElement; \
             list?.scrollBy(0, list.clientHeight / 2); return false",
            Json::from(holding)
        );
        self.wait_for(&format!("the message {holding:?}"), &look).await;
        let row = self.find("message", holding).await;
        let pointed = self.browser.page.action_chain().move_to_element_center(&row);
        pointed
            .perform()
            .await
            .unwrap_or_else(|error| panic!("the pointer could not be moved: {error}"));
        let button = row.find(By::Css("[data-testid=\"message-go\"]")).await;
        let button = button.unwrap_or_else(|error| panic!("the message has no way to its moment: {error}"));
        self.click(&button).await;
    }

    /// Clicks as a mouse does, and waits.
    pub(crate) async fn click(&self, element: &WebElement) {
        element
            .click()
            .await
            .unwrap_or_else(|error| panic!("a click failed: {error}"));
        self.idle().await;
    }

    /// Presses keys one after the other, on what has the focus, and waits.
    pub(crate) async fn press(&self, keys: impl Into<String>) {
        self.type_keys(keys).await;
        self.idle().await;
    }

    /// Presses keys without waiting for what they do.
    pub(crate) async fn type_keys(&self, keys: impl Into<String>) {
        let keys = self.browser.page.action_chain().send_keys(keys.into());
        keys.perform()
            .await
            .unwrap_or_else(|error| panic!("keys could not be pressed: {error}"));
    }

    pub(crate) async fn press_key(&self, key: Key) {
        self.press(String::from(key.value())).await;
    }

    /// Presses a key while Shift is held, and waits.
    pub(crate) async fn press_with_shift(&self, key: Key) {
        let keys = self
            .browser
            .page
            .action_chain()
            .key_down(Key::Shift)
            .send_keys(key.value().to_string());
        keys.key_up(Key::Shift)
            .perform()
            .await
            .unwrap_or_else(|error| panic!("keys could not be pressed: {error}"));
        self.idle().await;
    }

    /// A parameter of the address.
    pub(crate) async fn parameter(&self, name: &str) -> Option<String> {
        let script = format!("return new URLSearchParams(location.search).get('{name}')");
        self.evaluate(&script).await.as_str().map(str::to_owned)
    }

    /// The execution point in the address.
    pub(crate) async fn point(&self) -> u64 {
        let point = self.parameter("point").await;
        let number = point.as_deref().and_then(|point| point.parse().ok());
        number.unwrap_or_else(|| panic!("the address has no point but {point:?}"))
    }

    /// What the timeline says: the current moment and the duration, in ms.
    pub(crate) async fn moment(&self) -> (f64, f64) {
        let script = "const track = document.querySelector('[data-testid=\"timeline\"]'); \
             return [track?.getAttribute('aria-valuenow'), track?.getAttribute('aria-valuemax')].map(Number)";
        let moment = self.evaluate(script).await;
        let number = |at: usize| {
            moment[at]
                .as_f64()
                .unwrap_or_else(|| panic!("the timeline says {moment}"))
        };
        (number(0), number(1))
    }

    /// Which picture is shown.
    pub(crate) async fn picture(&self) -> Json {
        self.evaluate("return document.querySelector('[data-testid=\"picture\"]').dataset.frame ?? null")
            .await
    }

    /// How far the shown picture is from an image (base64 JPEG): the share of sampled places whose colour differs.
    pub(crate) async fn difference_from(&self, jpeg: &str) -> f64 {
        let script = format!(
            r#"
            const canvas = document.querySelector('[data-testid="picture"]');
            globalThis.difference = undefined;
            const image = new Image();
            image.onload = () => {{
                const wanted = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
                wanted.imageSmoothingQuality = "high";
                wanted.drawImage(image, 0, 0, canvas.width, canvas.height);
                const pixels = [canvas.getContext("2d"), wanted].map((context) =>
                    context.getImageData(0, 0, canvas.width, canvas.height).data);
                let n_different = 0, n_places = 0;
                for (let at = 0; at < pixels[0].length; at += 4 * 97) {{
                    n_places++;
                    if ([0, 1, 2].some((part) => Math.abs(pixels[0][at + part] - pixels[1][at + part]) > 24)) n_different++;
                }}
                globalThis.difference = n_different / n_places;
            }};
            image.onerror = () => (globalThis.difference = "the image cannot be decoded");
            image.src = "data:image/jpeg;base64,{jpeg}";
            "#
        );
        self.evaluate(&script).await;
        let difference = self
            .wait_for(
                "the pictures to be compared",
                "return globalThis.difference !== undefined",
            )
            .await;
        assert_eq!(difference, true);
        let difference = self.evaluate("return globalThis.difference").await;
        difference
            .as_f64()
            .unwrap_or_else(|| panic!("the pictures could not be compared: {difference}"))
    }

    /// Fails on anything the browser logged as an error: exceptions, breaches of the content policy, failed requests.
    pub(crate) async fn assert_no_errors(&self, allowed: &[&str]) {
        let mut errors = self
            .browser
            .take_errors()
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        errors.retain(|message| !allowed.iter().any(|allowed| message.contains(allowed)));
        assert!(
            errors.is_empty(),
            "the viewer logged errors:\n{}",
            errors.join("\n")
        );
    }

    /// What a person can read on the page, for messages of failures.
    pub(crate) async fn shown(&self) -> String {
        let script =
            "return `${location.href}\\nidle: ${document.body?.dataset.idle}\\n${document.body?.innerText}`";
        match self.browser.evaluate(script).await {
            Ok(text) => text.as_str().unwrap_or_default().chars().take(2_000).collect(),
            Err(error) => error,
        }
    }

    /// Saves a picture of the viewer under the target folder, and says where.
    pub(crate) async fn save_screenshot(&self, name: &str) -> String {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("browser")
            .join(format!("{name}.png"));
        match self.browser.page.screenshot(&path).await {
            Ok(()) => format!("a screenshot is at {}", path.display()),
            Err(error) => format!("no screenshot: {error}"),
        }
    }
}
