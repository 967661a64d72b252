//! Pages of another origin with viewers in them: a server of pages on one port, `playhead serve` on another, and what is asked of and
//! told by `<playhead-viewer>`.

use std::{
    ffi::OsStr,
    fs,
    future::Future,
    panic::resume_unwind,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use serde_json::{Value as Json, json};
use tests::{
    browser::BrowserKind,
    pages::Pages,
    program::{self, Server},
};
use thirtyfour::{By, WebElement, session::handle::SessionHandle};

use crate::{
    recorded::{Recording, TODO},
    viewer::{PATIENCE, Viewer},
};

/// Notes what every viewer of the page tells, and asks things of them.
const LISTEN: &str = "
    globalThis.told = [];
    const names = ['ready', 'load-start', 'load-progress', 'loaded', 'error', 'play', 'pause', 'timeupdate', 'seeking', 'seeked',
        'pointchange', 'focuschange', 'selectionchange', 'sourceopen', 'resize', 'connection', 'hover'];
    globalThis.listen = (viewer) => names.forEach((name) => viewer.addEventListener(name, ({ detail }) =>
        told.push({ viewer: viewer.id, name, detail, at: performance.now() })));
    document.querySelectorAll('playhead-viewer').forEach(listen);
    globalThis.ask = (question) => {
        globalThis.answer = undefined;
        Promise.resolve(question).then((value) => (answer = { value: value ?? null }),
            ({ code, message }) => (answer = { code: code ?? 'none', message }));
    };";

/// Pages of another origin, and the viewer's server.
pub(crate) struct Around {
    pub(crate) viewer: Viewer,
    pub(crate) recording: &'static Recording,
    /// Where the viewer's server is.
    pub(crate) address: String,
    /// The origin of the pages.
    pub(crate) origin: String,
    folder: PathBuf,
}

/// Lets the page around show recordings.
pub(crate) const EMBED: [&str; 2] = ["--embed", "ORIGIN"];

/// The number of something.
pub(crate) fn number(value: &Json) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Tells a story in Chromium; see [`story_in`].
pub(crate) fn story<F: Future<Output = ()> + Send + 'static>(
    name: &str,
    how: &[&str],
    body: impl FnOnce(Arc<Around>) -> F,
) {
    story_in(BrowserKind::Chromium, name, how, body);
}

/// Tells a story of a page of another origin. `how` are the arguments of the viewer's server; in them `ORIGIN` is that of the page.
pub(crate) fn story_in<F: Future<Output = ()> + Send + 'static>(
    browser: BrowserKind,
    name: &str,
    how: &[&str],
    body: impl FnOnce(Arc<Around>) -> F,
) {
    let recording = TODO.recording();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("around")
        .join(name);
    fs::create_dir_all(&folder).expect("the target folder can be written");
    let pages = Pages::serve(&folder, 0).expect("a free port");
    let origin = pages.url("").trim_end_matches('/').to_owned();
    let how: Vec<String> = how.iter().map(|it| it.replace("ORIGIN", &origin)).collect();
    let how: Vec<&OsStr> = how.iter().map(OsStr::new).collect();
    let program = program::path().expect("playhead is built");
    let server = Server::start_with(&program, &[&recording.path], &how, 0).expect("the server starts");
    let address = server.address().to_owned();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        fs::write(
            folder.join("empty.html"),
            "<!doctype html><link rel=icon href=\"data:,\"><body data-idle=true>",
        )
        .expect("a page");
        let viewer = Viewer::open(browser, &pages.url("empty.html")).await;
        let around = Arc::new(Around {
            viewer,
            recording,
            address,
            origin,
            folder,
        });
        let told = tokio::spawn(body(Arc::clone(&around))).await;
        if told.is_err() {
            eprintln!("{name}: {}", around.viewer.save_screenshot(name).await);
            let heard = around
                .viewer
                .browser
                .evaluate("return JSON.stringify(globalThis.told)")
                .await;
            eprintln!("{name}: the page heard {heard:?}");
            eprintln!("{name}: {:?}", around.viewer.browser.take_errors().await);
        }
        if let Ok(around) = Arc::try_unwrap(around).map_err(drop) {
            around.viewer.browser.quit().await;
        }
        if let Err(error) = told {
            resume_unwind(error.into_panic());
        }
    });
}

impl Around {
    /// Goes to a page with this body. In it `ID` is the recording's id, `SERVER` the address of the viewer's server.
    pub(crate) async fn show(&self, body: &str) {
        self.show_at(&self.origin, body).await;
    }

    /// The same, where the pages have another address.
    pub(crate) async fn show_at(&self, origin: &str, body: &str) {
        let body = body
            .replace("ID", &self.recording.id)
            .replace("SERVER", &self.address);
        let page = format!(
            "<!doctype html><meta charset=utf-8><title>Around</title><link rel=icon href=\"data:,\">\
             <body data-idle=true style=\"margin: 0\">{body}<script>{LISTEN}</script>\
             <script type=module src=\"{}/embed/v1.js\"></script>",
            self.address
        );
        fs::write(self.folder.join("index.html"), page).expect("a page");
        self.viewer.goto(&format!("{origin}/index.html")).await;
    }

    /// What a question comes to, such as `v.seek({ t: 5 })`.
    ///
    /// # Errors
    /// The code of the error.
    pub(crate) async fn ask(&self, question: &str) -> Result<Json, String> {
        self.viewer.evaluate(&format!("ask({question})")).await;
        self.answer(question).await
    }

    /// What was asked in the page comes to.
    ///
    /// # Errors
    /// The code of the error.
    pub(crate) async fn answer(&self, what: &str) -> Result<Json, String> {
        let answer = self
            .viewer
            .wait_for(what, "return globalThis.answer ? JSON.stringify(answer) : ''")
            .await;
        let answer: Json = serde_json::from_str(answer.as_str().unwrap_or_default()).expect("an answer");
        match answer["code"].as_str() {
            Some(code) => Err(code.to_owned()),
            None => Ok(answer["value"].clone()),
        }
    }

    /// Waits until the page has heard of something, told in JavaScript by `it`, and returns that.
    pub(crate) async fn hear(&self, what: &str, is_it: &str) -> Json {
        let script = format!("return told.find((it) => {is_it}) ?? false");
        self.viewer.wait_for(what, &script).await
    }

    /// Forgets what the page has heard.
    pub(crate) async fn forget(&self) {
        self.viewer.evaluate("told.length = 0").await;
    }

    /// Looks into the frame of a viewer, until [`Self::leave`].
    pub(crate) async fn enter(&self, viewer: &str) {
        let script = format!("return {viewer}.shadowRoot.querySelector('iframe')");
        let found = self.viewer.browser.page.execute(&script, Vec::new()).await;
        let frame: WebElement = found
            .and_then(|found| found.element())
            .unwrap_or_else(|error| panic!("{viewer} has no frame: {error}"));
        frame.enter_frame().await.expect("the frame can be looked into");
    }

    /// Looks into a frame of the page itself, until [`Self::leave`].
    pub(crate) async fn enter_plain(&self, id: &str) {
        let frame = self.viewer.browser.page.find(By::Id(id)).await.expect("a frame");
        frame.enter_frame().await.expect("the frame can be looked into");
    }

    /// Where the pages lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Has the browser collect what nobody holds, until a script says that nothing is left: it returns the names of what still is.
    /// Frames that were looked into are held by the browser's driver.
    pub(crate) async fn until_collected(&self, left: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = self.viewer.evaluate(left).await;
            if left == json!([]) {
                return;
            }
            assert!(Instant::now() < deadline, "{left} are still held");
            self.viewer
                .browser
                .devtools("HeapProfiler.collectGarbage", json!({}))
                .await
                .expect("garbage can be collected");
        }
    }

    /// Looks at the page again.
    pub(crate) async fn leave(&self) {
        let page: &SessionHandle = &self.viewer.browser.page;
        page.enter_default_frame().await.expect("the page is there");
    }

    /// What a script in the frame of a viewer returns, once that is neither false nor nothing.
    pub(crate) async fn in_frame(&self, viewer: &str, what: &str, script: &str) -> Json {
        self.enter(viewer).await;
        let value = self.viewer.wait_for(what, script).await;
        self.leave().await;
        value
    }

    /// What Chromium knows of the listeners of an object of the page, by their names, in order.
    pub(crate) async fn listeners(&self, object: &str) -> Vec<String> {
        let browser = &self.viewer.browser;
        let found = browser
            .devtools(
                "Runtime.evaluate",
                json!({ "expression": object, "objectGroup": "around" }),
            )
            .await
            .expect("an object");
        let params = json!({ "objectId": found["result"]["objectId"] });
        let known = browser
            .devtools("DOMDebugger.getEventListeners", params)
            .await
            .expect("its listeners");
        // What was told of would be held as long as the page is, and with the listeners all that they know.
        browser
            .devtools("Runtime.releaseObjectGroup", json!({ "objectGroup": "around" }))
            .await
            .expect("objects can be let go");
        let known = known["listeners"].as_array().cloned().unwrap_or_default();
        let mut names: Vec<String> = known
            .iter()
            .filter_map(|it| it["type"].as_str().map(str::to_owned))
            .collect();
        names.sort();
        names
    }
}
