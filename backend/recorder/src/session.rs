//! A page being recorded: its browser tab, what comes from it, and the loop that brings it into the file.
//!
//! It is long because all that arrives meets in the one loop, and each kind takes a few lines.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufWriter},
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use recording::{
    event::{Message, MessageLevel, MessageSource},
    following,
    script::Position,
    value::Text,
    writer::Writer,
};
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};

use crate::{
    cdp::{Cdp, CdpError, CdpEvent},
    head,
    intercept::{Interceptor, lock, patterns},
    journal::{External, Journal},
    maps::Maps,
    network::{self, Network},
    pictures::Pictures,
    questions::Answers,
    record::{EndedBy, Progress, RecordError, RecordOptions, Summary},
    redact::Redactor,
    runtime::{self, Window},
    scripts::Scripts,
    socket::{self, Block},
    steps::{self, StepError},
    targets::{self, Around},
};

/// The DevTools binding the runtime falls back on.
const BINDING: &str = "_$tail";
/// How often what has arrived is written.
const ADVANCE_EVERY: Duration = Duration::from_millis(50);
/// Blocks read from sockets that the loop has not taken yet; then senders wait.
const MAX_BLOCKS_ON_THE_WAY: usize = 16;
/// The page shows the effect of its last input.
const SETTLE: Duration = Duration::from_millis(400);
/// How long what a closed page sent may still be on its way.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// How long the page may take to hand over the rest of its log.
const FINISH_TIMEOUT: Duration = Duration::from_secs(5);

/// Records a page.
/// A page being recorded.
pub(crate) struct Session {
    options: RecordOptions,
    cdp: Cdp,
    page: Cdp,
    /// What opened beside the page, by session.
    others: HashMap<String, Interceptor>,
    /// The runtime for those.
    other_runtime: Arc<str>,
    session_id: String,
    target_id: String,
    events: mpsc::UnboundedReceiver<CdpEvent>,
    blocks: mpsc::Receiver<Block>,
    interceptor: Interceptor,
    scripts: Arc<Mutex<Scripts>>,
    journal: Journal<BufWriter<File>>,
    began_at: u64,
    pictures: Pictures,
    network: Network,
    maps: Maps,
    title: String,
    warnings: (mpsc::UnboundedSender<String>, mpsc::UnboundedReceiver<String>),
}

impl Session {
    pub(crate) async fn open(
        mut options: RecordOptions,
        cdp: &Cdp,
        events: mpsc::UnboundedReceiver<CdpEvent>,
    ) -> Result<Self, RecordError> {
        let secret = uuid::Uuid::new_v4().simple().to_string();
        let (block_sender, blocks) = mpsc::channel(MAX_BLOCKS_ON_THE_WAY);
        let scripts = Arc::new(Mutex::new(Scripts::of_page()));
        let document_url = Arc::new(Mutex::new(options.url.clone()));
        let levels: Arc<[_]> = Arc::from(options.levels.clone());
        let answers = Answers {
            scripts: scripts.clone(),
            levels: levels.clone(),
            document_url: document_url.clone(),
            own: Arc::default(),
        };
        let own = answers.own.clone();
        let port = socket::listen(&secret, block_sender, answers)
            .await
            .map_err(RecordError::Listen)?;
        let own_url = format!("http://127.0.0.1:{port}/{secret}/");
        let _ = own.set((port, secret.clone()));

        cdp.call("Target.setDiscoverTargets", json!({ "discover": true }))
            .await?;
        let targets = cdp.call("Target.getTargets", json!({})).await?;
        let target_id = targets
            .get("targetInfos")
            .and_then(Value::as_array)
            .and_then(|targets| targets.iter().find(|target| text(target, "/type") == "page"))
            .map(|target| text(target, "/targetId").to_owned())
            .ok_or(CdpError::Closed)?;
        let attached = cdp
            .call(
                "Target.attachToTarget",
                json!({ "targetId": target_id, "flatten": true }),
            )
            .await?;
        let session_id = text(&attached, "/sessionId").to_owned();
        let page = cdp.with_session(&session_id);

        page.call("Page.enable", json!({})).await?;
        let tree = page.call("Page.getFrameTree", json!({})).await?;
        let main_frame: Arc<str> = Arc::from(text(&tree, "/frameTree/frame/id"));
        for (method, params) in [
            ("Runtime.enable", json!({})),
            ("Network.enable", network::options()),
            ("Network.setCacheDisabled", json!({ "cacheDisabled": true })),
            ("Network.setBypassServiceWorker", json!({ "bypass": true })),
            ("Log.enable", json!({})),
            ("Inspector.enable", json!({})),
            ("Page.setBypassCSP", json!({ "enabled": true })),
            ("Runtime.addBinding", json!({ "name": BINDING })),
            (
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": runtime::for_window(Window::Main, port, &secret, BINDING, options.redaction.mask.as_deref()) }),
            ),
            ("Fetch.enable", json!({ "patterns": patterns() })),
        ] {
            page.call(method, params).await?;
        }
        targets::attach(&page, Around::Page).await?;
        targets::attach(cdp, Around::Browser).await?;
        let mask = options.redaction.mask.as_deref();
        let other_runtime = runtime::for_window(Window::Other, port, &secret, BINDING, mask);
        if let Some(selector) = &options.redaction.mask {
            let expression = format!("document.querySelector({})", json!(selector));
            let answer = page
                .call("Runtime.evaluate", json!({ "expression": expression }))
                .await?;
            if answer.get("exceptionDetails").is_some() {
                let selector = selector.clone();
                return Err(RecordError::Mask { selector });
            }
        }
        // The page is laid out for the size that was asked for, whatever size the window has; 0 is the screen's own ratio.
        let ratio = if options.is_headless {
            options.device_pixel_ratio
        } else {
            0.0
        };
        let metrics = json!({
            "width": options.width, "height": options.height, "deviceScaleFactor": ratio, "mobile": false,
        });
        page.call("Emulation.setDeviceMetricsOverride", metrics).await?;
        let expression = json!({ "expression": "devicePixelRatio", "returnByValue": true });
        let answer = page.call("Runtime.evaluate", expression).await?;
        if let Some(ratio) = answer.pointer("/result/value").and_then(Value::as_f64) {
            options.device_pixel_ratio = ratio;
        }

        let failed = |source| RecordError::Write {
            path: options.output.clone(),
            source,
        };
        let file = File::create(&options.output).map_err(failed)?;
        following::mark_as_growing(&file);
        let began_at = now();
        let mut redactor = Redactor::new(options.redaction.clone());
        let mut head = head::begin(&options, began_at);
        if let Some(url) = redactor.redacted(&head.url) {
            head.url = url.to_string();
        }
        let writer = Writer::create(BufWriter::new(file), head).map_err(failed)?;
        let mut journal = Journal::new(writer, began_at);
        journal.redactor = redactor;
        let network = Network::new(scripts.clone(), &secret);
        let maps = Maps::new(page.clone(), main_frame.clone());
        let interceptor = Interceptor {
            originals: network.originals.clone(),
            cdp: page.clone(),
            scripts: scripts.clone(),
            levels,
            main_frame,
            own_url: Arc::from(own_url),
            document_url,
        };
        let pictures = Pictures::new(
            (options.width, options.height),
            options.device_pixel_ratio,
            options.pictures_per_second,
        );
        Ok(Self {
            cdp: cdp.clone(),
            others: HashMap::new(),
            other_runtime: Arc::from(other_runtime),
            page,
            session_id,
            target_id,
            events,
            blocks,
            interceptor,
            scripts,
            journal,
            began_at,
            pictures,
            network,
            maps,
            title: String::new(),
            warnings: mpsc::unbounded_channel(),
            options,
        })
    }

    pub(crate) async fn run(
        mut self,
        mut on_progress: impl FnMut(Progress),
        stop: Arc<Notify>,
    ) -> Result<Summary, RecordError> {
        let screencast = json!({
            "format": "jpeg", "quality": self.options.jpeg_quality, "everyNthFrame": 1,
            "maxWidth": (f64::from(self.options.width) * self.options.device_pixel_ratio) as u32,
            "maxHeight": (f64::from(self.options.height) * self.options.device_pixel_ratio) as u32,
        });
        self.page.call("Page.startScreencast", screencast).await?;
        let (done, mut steps_done) = mpsc::channel(1);
        let driver = self.start_driver(done);
        let mut advance = tokio::time::interval(ADVANCE_EVERY);
        let mut last_flush = tokio::time::Instant::now();
        let mut last_progress = tokio::time::Instant::now();
        let mut unreachable = None;
        let ended_by = loop {
            tokio::select! {
                event = self.events.recv() => match event {
                    None => break EndedBy::Closed,
                    Some(event) => if let Some(end) = self.on_event(event) { break end },
                },
                block = self.blocks.recv(), if self.journal.has_room() => if let Some(block) = block { self.journal.add_block(block) },
                Some(warning) = self.warnings.1.recv() => self.journal.warn(warning),
                Some(result) = steps_done.recv() => match result {
                    Ok(()) => break EndedBy::Steps,
                    Err(DriverError::Page(message)) => {
                        unreachable = Some(message);
                        break EndedBy::Closed;
                    }
                    Err(DriverError::Step(error)) => break EndedBy::FailedStep(error),
                },
                () = stop.notified() => break EndedBy::Stop,
                _ = advance.tick() => {
                    self.advance()?;
                    if last_flush.elapsed() >= self.options.flush_every {
                        last_flush = tokio::time::Instant::now();
                        self.journal.flush().map_err(|source| self.failed(source))?;
                    }
                    if last_progress.elapsed() >= Duration::from_millis(500) {
                        last_progress = tokio::time::Instant::now();
                        let elapsed = Duration::from_micros(now().saturating_sub(self.began_at));
                        on_progress(Progress { elapsed, n_steps: self.journal.n_steps() });
                    }
                }
            }
        };
        driver.abort();
        if let Some(message) = unreachable {
            return Err(RecordError::Page {
                message,
                url: self.options.url,
            });
        }
        match ended_by {
            EndedBy::Steps | EndedBy::FailedStep(_) | EndedBy::Stop => self.take_the_rest().await,
            EndedBy::Closed | EndedBy::Crashed => self.take_what_is_left().await,
        }
        self.network.settle().await;
        self.advance()?;
        for map in self.maps.take_the_rest().await {
            let stored = self.journal.add_source_map(map);
            stored.map_err(|source| self.failed(source))?;
        }
        self.take_pictures(true);
        let path = self.options.output.clone();
        let finished = self.journal.finish(&mut lock(&self.scripts), self.title);
        let manifest = finished.map_err(|source| RecordError::Write { path, source })?;
        Ok(Summary { manifest, ended_by })
    }

    /// Opens the page and does the steps, beside the loop that records.
    fn start_driver(&self, done: mpsc::Sender<Result<(), DriverError>>) -> tokio::task::JoinHandle<()> {
        let (page, url, steps) = (
            self.page.clone(),
            self.options.url.clone(),
            self.options.steps.clone(),
        );
        tokio::spawn(async move {
            match page.call("Page.navigate", json!({ "url": url })).await {
                Ok(answer) => {
                    if let Some(message) = answer.get("errorText").and_then(Value::as_str) {
                        let _ = done.send(Err(DriverError::Page(message.to_owned()))).await;
                        return;
                    }
                }
                Err(error) => {
                    let _ = done.send(Err(DriverError::Page(error.to_string()))).await;
                    return;
                }
            }
            let Some(steps) = steps else { return };
            let result = steps::run(&page, &steps).await.map_err(DriverError::Step);
            tokio::time::sleep(SETTLE).await;
            let _ = done.send(result).await;
        })
    }

    fn failed(&self, source: io::Error) -> RecordError {
        RecordError::Write {
            path: self.options.output.clone(),
            source,
        }
    }

    fn advance(&mut self) -> Result<(), RecordError> {
        self.take_pictures(false);
        let mut scripts = lock(&self.scripts);
        let result = self.journal.advance(&mut scripts, now(), false);
        self.maps.fetch(scripts.take_map_addresses());
        drop(scripts);
        let fetched = self.maps.take();
        let stored = fetched
            .into_iter()
            .try_for_each(|map| self.journal.add_source_map(map));
        result.and(stored).map_err(|source| self.failed(source))
    }

    /// Takes in an event; tells if it ends the recording.
    fn on_event(&mut self, event: CdpEvent) -> Option<EndedBy> {
        let CdpEvent {
            session,
            method,
            params,
        } = event;
        if method == "Target.attachedToTarget" {
            self.on_target(&params);
            return None;
        }
        if session.is_none() {
            let is_ours = text(&params, "/targetId") == self.target_id
                || text(&params, "/sessionId") == self.session_id;
            match method.as_str() {
                "Target.targetInfoChanged" if text(&params, "/targetInfo/targetId") == self.target_id => {
                    self.title = text(&params, "/targetInfo/title").to_owned();
                }
                "Target.targetCrashed" if is_ours => return Some(EndedBy::Crashed),
                "Target.targetDestroyed" | "Target.detachedFromTarget" if is_ours => {
                    return Some(EndedBy::Closed);
                }
                _ => {}
            }
            return None;
        }
        let session = session.unwrap_or_default();
        if session != self.session_id {
            self.on_event_beside(&session, &method, params);
            return None;
        }
        match method.as_str() {
            "Fetch.requestPaused" => self.on_paused(self.interceptor.clone(), params),
            name if name.starts_with("Network.") => self.network.on_event(&self.page, name, &params),
            "Page.screencastFrame" => self.on_frame(&params),
            "Runtime.bindingCalled" if text(&params, "/name") == BINDING => {
                if let Some(block) = block_of(text(&params, "/payload")) {
                    self.journal.add_block(block);
                }
            }
            "Log.entryAdded" => {
                if let Some((time, message)) = browser_message(params.get("entry")?) {
                    self.journal.add_external(time, External::Message(message));
                }
            }
            "Page.javascriptDialogOpening" if self.options.is_headless || self.options.steps.is_some() => {
                self.send("Page.handleJavaScriptDialog", json!({ "accept": true }));
            }
            "Inspector.targetCrashed" => return Some(EndedBy::Crashed),
            _ => {}
        }
        None
    }

    /// A request waits for what is to be done with it.
    fn on_paused(&self, interceptor: Interceptor, params: Value) {
        let warnings = self.warnings.0.clone();
        tokio::spawn(async move {
            if let Some(warning) = interceptor.handle(&params).await {
                let _ = warnings.send(warning);
            }
        });
    }

    /// Something has opened beside the page, and waits.
    fn on_target(&mut self, params: &Value) {
        let session = text(params, "/sessionId").to_owned();
        let kind = text(params, "/targetInfo/type").to_owned();
        let target = self.cdp.with_session(&session);
        // The page itself is set up already.
        if text(params, "/targetInfo/targetId") == self.target_id {
            return;
        }
        let interceptor = Interceptor {
            cdp: target.clone(),
            main_frame: Arc::from(""),
            ..self.interceptor.clone()
        };
        self.others.insert(session, interceptor);
        let runtime = self.other_runtime.clone();
        tokio::spawn(async move { targets::set_up(&target, &kind, &runtime, BINDING).await });
    }

    /// Takes in an event of something that opened beside the page.
    fn on_event_beside(&mut self, session: &str, method: &str, params: Value) {
        let Some(interceptor) = self.others.get(session) else {
            return;
        };
        match method {
            "Fetch.requestPaused" => self.on_paused(interceptor.clone(), params),
            "Runtime.bindingCalled" if text(&params, "/name") == BINDING => {
                if let Some(block) = block_of(text(&params, "/payload")) {
                    self.journal.add_block(block);
                }
            }
            "Page.javascriptDialogOpening" if self.options.is_headless || self.options.steps.is_some() => {
                let target = interceptor.cdp.clone();
                tokio::spawn(async move {
                    let accept = json!({ "accept": true });
                    let _ = target.call("Page.handleJavaScriptDialog", accept).await;
                });
            }
            _ => {}
        }
    }

    fn on_frame(&mut self, params: &Value) {
        self.send(
            "Page.screencastFrameAck",
            json!({ "sessionId": params.get("sessionId") }),
        );
        let Ok(bytes) = BASE64.decode(text(params, "/data")) else {
            return;
        };
        let seconds = params.pointer("/metadata/timestamp").and_then(Value::as_f64);
        let time = seconds.map_or_else(now, |seconds| (seconds * 1e6) as u64);
        // What the browser showed before is not the page.
        if time >= self.began_at {
            self.pictures.add(time, bytes);
        }
    }

    /// Hands over the pictures that are kept.
    fn take_pictures(&mut self, is_last: bool) {
        self.take_requests();
        self.pictures.rest(if is_last { None } else { Some(now()) });
        for (time, picture) in self.pictures.take() {
            self.journal.add_external(time, External::Picture(picture));
        }
    }

    /// Hands over what has become known of requests.
    fn take_requests(&mut self) {
        for (time, told) in self.network.take() {
            self.journal.add_external(time, External::Request(told));
        }
    }

    /// Sends a command whose answer does not matter.
    fn send(&self, method: &'static str, params: Value) {
        let page = self.page.clone();
        tokio::spawn(async move {
            let _ = page.call(method, params).await;
        });
    }

    /// Takes in what a page that is gone had sent before.
    async fn take_what_is_left(&mut self) {
        while let Ok(Some(block)) = tokio::time::timeout(LAST_WORDS, self.blocks.recv()).await {
            self.journal.add_block(block);
        }
    }

    /// Asks the page for what it has not sent yet, and waits for it and for the last pictures.
    async fn take_the_rest(&mut self) {
        let deadline = tokio::time::Instant::now() + FINISH_TIMEOUT;
        let params = json!({ "expression": "_$z()", "returnByValue": true });
        let page = self.page.clone();
        let (sender, mut answer) = mpsc::channel(1);
        tokio::spawn(async move {
            let result = page.call("Runtime.evaluate", params).await;
            let _ = sender
                .send(result.ok().map(|value| text(&value, "/result/value").to_owned()))
                .await;
        });
        let mut expected: Option<(String, u32)> = None;
        let mut is_told = false;
        loop {
            let has_all = match &expected {
                Some((realm, number)) => self.journal.has_arrived(realm, *number),
                None => is_told,
            };
            if has_all {
                return;
            }
            tokio::select! {
                event = self.events.recv() => match event {
                    None => return,
                    Some(event) => if self.on_event(event).is_some() { return },
                },
                block = self.blocks.recv() => if let Some(block) = block { self.journal.add_block(block) },
                value = answer.recv(), if !is_told => {
                    is_told = true;
                    expected = value.flatten().and_then(|value| {
                        let mut parts = value.splitn(3, ' ');
                        let (realm, number) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?);
                        self.title = parts.next()?.to_owned();
                        Some((realm, number))
                    });
                }
                () = tokio::time::sleep_until(deadline) => {
                    self.journal.warn("the page did not hand over the end of its log".to_owned());
                    return;
                }
            }
        }
    }
}

enum DriverError {
    Page(String),
    Step(StepError),
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Microseconds since 1970.
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_micros() as u64)
}

/// `realm number base64`, as the runtime puts it.
fn block_of(payload: &str) -> Option<Block> {
    let mut parts = payload.splitn(3, ' ');
    let realm = parts.next()?.to_owned();
    let number = parts.next()?.parse().ok()?;
    let bytes = BASE64.decode(parts.next()?).ok()?;
    Some(Block { realm, number, bytes })
}

/// A message the browser itself wrote, and when. What programs write and their errors come from the page and its workers.
fn browser_message(entry: &Value) -> Option<(u64, Message)> {
    if matches!(text(entry, "/source"), "javascript" | "worker") {
        return None;
    }
    let millis = entry.get("timestamp").and_then(Value::as_f64)?;
    let level = match text(entry, "/level") {
        "error" => MessageLevel::Error,
        "warning" => MessageLevel::Warning,
        _ => MessageLevel::Info,
    };
    let line = entry.get("lineNumber").and_then(Value::as_u64);
    let message = Message {
        source: MessageSource::Browser,
        level,
        method: Text::from(""),
        text: Some(Text::from(text(entry, "/text"))),
        arguments: Vec::new(),
        url: entry.get("url").and_then(Value::as_str).map(Text::from),
        position: line.map(|line| Position {
            line: line as u32 + 1,
            column: 0,
        }),
    };
    Some(((millis * 1000.0) as u64, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_through_the_binding() {
        let block = block_of("17-abc 3 AAEC");
        assert_eq!(
            block,
            Some(Block {
                realm: "17-abc".to_owned(),
                number: 3,
                bytes: vec![0, 1, 2]
            })
        );
        assert_eq!(block_of("17-abc x AAEC"), None);
    }
}
