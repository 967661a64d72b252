//! The engine in a worker of headless Chromium. A page starts the worker and carries frames between it and the suite:
//!
//! ```text
//! case ⇄ websocket of this process ⇄ page ⇄ MessagePort ⇄ worker
//! ```
//!
//! One browser serves all cases that run at the same time; it ends with the last of them.

use std::{
    collections::HashMap,
    env, fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Bytes, HttpBody},
    extract::{
        Path as UrlPath, State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use client::transport::Frame;
use futures::{SinkExt, StreamExt, channel::oneshot};
use serde_json::{Value, json};
use tests::browser::Browser;
use tokio::{net::TcpListener, runtime::Runtime, sync::mpsc as orders};

use super::{End, Sample, threaded_pair};

/// How long the browser and the worker may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Sources and pictures come in one frame each.
const MAX_FRAME_BYTES: usize = 256 << 20;

static RUNNING: Mutex<Weak<WorkerHost>> = Mutex::new(Weak::new());

/// A browser with the worker in it.
pub(crate) struct WorkerHost {
    bridge: Arc<Bridge>,
    /// Recordings are opened one list at a time, so that each answer is to the last order.
    opens: Mutex<()>,
    last_client: AtomicU32,
    browser: Option<(Browser, Runtime)>,
}

/// What the page's requests reach.
struct Bridge {
    /// Where the worker's script and wasm are.
    built: PathBuf,
    samples: Vec<Sample>,
    /// To the page, once it is there.
    page: Mutex<Option<orders::UnboundedSender<String>>>,
    /// Cases that wait for the page to connect them.
    waiting: Mutex<HashMap<u32, End>>,
    /// Who waits for the worker to say what it opened.
    opening: Mutex<Option<oneshot::Sender<Value>>>,
    /// Bytes that were fetched below `/measured`.
    n_measured: AtomicU64,
}

/// A lock whose holder cannot leave it half done.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl WorkerHost {
    /// The browser that runs, or a new one.
    pub(crate) fn shared(samples: &[Sample]) -> Arc<Self> {
        let mut running = lock(&RUNNING);
        if let Some(host) = running.upgrade() {
            return host;
        }
        let host = Arc::new(Self::start(samples));
        *running = Arc::downgrade(&host);
        host
    }

    fn start(samples: &[Sample]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime can be built");
        let bridge = Arc::new(Bridge {
            built: built(),
            samples: samples.to_vec(),
            page: Mutex::default(),
            waiting: Mutex::default(),
            opening: Mutex::default(),
            n_measured: AtomicU64::new(0),
        });
        let browser = runtime.block_on(async {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
            let url = format!("http://{}/", listener.local_addr().expect("an address"));
            let app = routes(Arc::clone(&bridge));
            tokio::spawn(async move { axum::serve(listener, app).await });
            let browser = Browser::chromium()
                .await
                .unwrap_or_else(|error| panic!("{error}"));
            browser.page.goto(&url).await.expect("the page opens");
            let is_there =
                "return document.title.startsWith('failed') ? document.title : document.title === 'ready'";
            let title = browser.wait_for("the worker", is_there, PATIENCE).await;
            assert_eq!(title, Ok(Value::Bool(true)));
            while lock(&bridge.page).is_none() {
                tokio::task::yield_now().await;
            }
            browser
        });
        let host = Self {
            bridge,
            opens: Mutex::default(),
            last_client: AtomicU32::new(0),
            browser: Some((browser, runtime)),
        };
        // Each sample in another form.
        let forms = ["blob", "url", "buffer"].iter().cycle();
        let recordings: Vec<_> = forms
            .zip(samples)
            .map(|(form, sample)| json!([form, format!("/recordings/{}", sample.name)]))
            .collect();
        let opened = host.open(json!(recordings));
        for (sample, opened) in samples.iter().zip(opened.as_array().into_iter().flatten()) {
            assert_eq!(opened["id"], json!(sample.id), "{opened}");
        }
        host
    }

    /// Has the worker open recordings, each as `[form, path]`, and returns what it says of them.
    pub(crate) fn open(&self, recordings: Value) -> Value {
        let _one_at_a_time = lock(&self.opens);
        let (sender, receiver) = oneshot::channel();
        *lock(&self.bridge.opening) = Some(sender);
        self.order(json!({ "open": recordings }));
        futures::executor::block_on(receiver).expect("the page answers")
    }

    /// Bytes that were fetched below `/measured` so far.
    pub(crate) fn n_measured(&self) -> u64 {
        self.bridge.n_measured.load(Ordering::Relaxed)
    }

    /// A new client of the worker.
    pub(crate) fn connect(&self) -> End {
        let (here, there) = threaded_pair();
        let number = self.last_client.fetch_add(1, Ordering::Relaxed);
        lock(&self.bridge.waiting).insert(number, there);
        self.order(json!({ "connect": number }));
        here
    }

    fn order(&self, order: Value) {
        let page = lock(&self.bridge.page);
        let page = page.as_ref().expect("the page is there");
        page.send(order.to_string()).expect("the page is still there");
    }
}

impl Drop for WorkerHost {
    fn drop(&mut self) {
        let Some((browser, runtime)) = self.browser.take() else {
            return;
        };
        // The last case may end on a runtime of its own, where another one cannot be waited for.
        let ended = std::thread::spawn(move || runtime.block_on(browser.quit())).join();
        assert!(ended.is_ok() || std::thread::panicking(), "the browser ends");
    }
}

/// Where `cargo xtask` leaves the worker: PLAYHEAD_WORKER, or `target/worker`.
fn built() -> PathBuf {
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/worker");
    let folder = env::var_os("PLAYHEAD_WORKER").map_or_else(usual, PathBuf::from);
    assert!(
        folder.join("worker_bg.wasm").is_file(),
        "{} has no worker; `cargo xtask worker` builds it",
        folder.display()
    );
    folder
}

fn routes(bridge: Arc<Bridge>) -> Router {
    Router::new()
        .route("/", get(Html(include_str!("worker.html"))))
        .route(
            "/worker.js",
            get(|State(bridge): State<Arc<Bridge>>| file(bridge, "worker.js")),
        )
        .route(
            "/worker_bg.wasm",
            get(|State(bridge): State<Arc<Bridge>>| file(bridge, "worker_bg.wasm")),
        )
        .route(
            "/worker_interpreter.js",
            get(|State(bridge): State<Arc<Bridge>>| file(bridge, "worker_interpreter.js")),
        )
        .route(
            "/worker_interpreter_bg.wasm",
            get(|State(bridge): State<Arc<Bridge>>| file(bridge, "worker_interpreter_bg.wasm")),
        )
        .route("/recordings/{name}", get(recording))
        .route("/measured/{name}", get(measured))
        .route("/whole/{name}", get(whole))
        .route("/control", get(control))
        .route("/client/{number}", get(client))
        .with_state(bridge)
}

async fn file(bridge: Arc<Bridge>, name: &'static str) -> Response {
    let content_type = if name.ends_with("wasm") {
        "application/wasm"
    } else {
        "text/javascript"
    };
    let bytes = fs::read(bridge.built.join(name)).expect("it was there when the host started");
    ([(header::CONTENT_TYPE, content_type)], bytes).into_response()
}

/// A recording, from a server that knows ranges.
async fn recording(
    State(bridge): State<Arc<Bridge>>,
    UrlPath(name): UrlPath<String>,
    headers: HeaderMap,
) -> Response {
    let Some(bytes) = bridge.bytes(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let range = || {
        let text = headers
            .get(header::RANGE)?
            .to_str()
            .ok()?
            .strip_prefix("bytes=")?;
        let (first, last) = text.split_once('-')?;
        Some((first.parse::<usize>().ok()?, last.parse::<usize>().ok()?))
    };
    let Some((first, last)) = range() else {
        return bytes.into_response();
    };
    let end = (last + 1).min(bytes.len());
    let said = format!("bytes {first}-{}/{}", end - 1, bytes.len());
    let part = bytes.slice(first..end);
    (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, said)], part).into_response()
}

/// The same, and counts what it sends.
async fn measured(state: State<Arc<Bridge>>, name: UrlPath<String>, headers: HeaderMap) -> Response {
    let State(bridge) = state.clone();
    let response = recording(state, name, headers).await;
    let n_bytes = response.body().size_hint().exact().unwrap_or_default();
    bridge.n_measured.fetch_add(n_bytes, Ordering::Relaxed);
    response
}

/// A recording, from a server that does not.
async fn whole(State(bridge): State<Arc<Bridge>>, UrlPath(name): UrlPath<String>) -> Response {
    match bridge.bytes(&name) {
        Some(bytes) => bytes.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Bridge {
    fn bytes(&self, name: &str) -> Option<Bytes> {
        let sample = self.samples.iter().find(|sample| sample.name == name)?;
        fs::read(&sample.path).ok().map(Bytes::from)
    }
}

/// The page's own websocket: orders to it, and what the worker opened.
async fn control(State(bridge): State<Arc<Bridge>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |socket| {
        let (mut to_page, mut from_page) = socket.split();
        let (sender, mut orders) = orders::unbounded_channel::<String>();
        *lock(&bridge.page) = Some(sender);
        tokio::spawn(async move {
            while let Some(order) = orders.recv().await {
                if to_page.send(Message::text(order)).await.is_err() {
                    return;
                }
            }
        });
        while let Some(Ok(message)) = from_page.next().await {
            let Message::Text(text) = message else { continue };
            let opened = serde_json::from_str(&text).expect("the page sends JSON");
            if let Some(waiting) = lock(&bridge.opening).take() {
                let _ = waiting.send(opened);
            }
        }
    })
}

/// A client's websocket: frames both ways until one side goes.
async fn client(
    State(bridge): State<Arc<Bridge>>,
    UrlPath(number): UrlPath<u32>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Some(end) = lock(&bridge.waiting).remove(&number) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    upgrade
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .on_upgrade(move |socket| carry(socket, end))
}

async fn carry(socket: WebSocket, (mut from_case, to_case): End) {
    let (mut to_page, mut from_page) = socket.split();
    let outwards = async {
        while let Some(frame) = from_case.next().await {
            let message = match frame {
                Frame::Text(text) => Message::text(text),
                Frame::Binary(bytes) => Message::binary(bytes),
            };
            if to_page.send(message).await.is_err() {
                return;
            }
        }
        let _ = to_page.close().await;
    };
    let inwards = async {
        while let Some(Ok(message)) = from_page.next().await {
            let frame = match message {
                Message::Text(text) => Frame::Text(text.as_str().to_owned()),
                Message::Binary(bytes) => Frame::Binary(bytes.into()),
                Message::Close(_) => return,
                Message::Ping(_) | Message::Pong(_) => continue,
            };
            if to_case.unbounded_send(frame).is_err() {
                return;
            }
        }
    };
    tokio::select! { () = outwards => {}, () = inwards => {} }
}
