//! Hosts of plain files, as recordings and the static viewer meet them: some send ranges, some do not; some let pages of other
//! sites read, some do not. On this machine only.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path as UrlPath, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::any,
};
use futures::{StreamExt, stream};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// A host of one file, which is read as it is asked for, in several ways: below `ranges/`, `whole/`, `slow/` (whole, and the second half waits until it is
/// [let go](RecordingHost::let_go)) and `closed/` (pages of other sites may not read it).
pub struct RecordingHost {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    file: PathBuf,
    len: u64,
    n_sent: AtomicU64,
    is_let_go: watch::Sender<bool>,
}

impl Shared {
    /// All of it; None if it has gone meanwhile.
    fn whole(&self) -> Option<Bytes> {
        self.part(0, self.len as usize)
    }

    fn part(&self, first: u64, n_bytes: usize) -> Option<Bytes> {
        let mut file = File::open(&self.file).ok()?;
        file.seek(SeekFrom::Start(first)).ok()?;
        let mut bytes = vec![0; n_bytes];
        file.read_exact(&mut bytes).ok()?;
        Some(bytes.into())
    }
}

impl RecordingHost {
    /// Serves a file on a free port until dropped.
    ///
    /// # Errors
    /// The file cannot be read, or there is no port.
    pub async fn start(file: &Path) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            file: file.to_owned(),
            len: std::fs::metadata(file)?.len(),
            n_sent: AtomicU64::new(0),
            is_let_go: watch::Sender::new(false),
        });
        let app = Router::new()
            .route("/{how}/{name}", any(recording))
            .with_state(Arc::clone(&shared));
        let (address, task) = serve(app, 0).await?;
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    /// The recording's address in one of the ways.
    pub fn url(&self, how: &str) -> String {
        format!("http://{}/{how}/there.playhead", self.address)
    }

    /// How many bytes of it were sent.
    pub fn n_sent(&self) -> u64 {
        self.shared.n_sent.load(Ordering::Relaxed)
    }

    /// Sends the second half of what goes slowly.
    pub fn let_go(&self) {
        self.shared.is_let_go.send_replace(true);
    }
}

impl Drop for RecordingHost {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn recording(
    State(shared): State<Arc<Shared>>,
    UrlPath((how, name)): UrlPath<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    if name != "there.playhead" {
        return with_cors(StatusCode::NOT_FOUND.into_response());
    }
    // A page asks before it sends what is not plain.
    if method == Method::OPTIONS {
        return with_cors(StatusCode::NO_CONTENT.into_response());
    }
    let is_head = method == Method::HEAD;
    let missing = || StatusCode::NOT_FOUND.into_response();
    let response = match how.as_str() {
        "ranges" | "closed" if is_head => {
            ([(header::CONTENT_LENGTH, shared.len.to_string())], Body::empty()).into_response()
        }
        "ranges" | "closed" => match range(&headers, shared.len as usize) {
            Some((first, end)) => {
                shared.n_sent.fetch_add((end - first) as u64, Ordering::Relaxed);
                let said = format!("bytes {first}-{}/{}", end - 1, shared.len);
                match shared.part(first as u64, end - first) {
                    Some(part) => {
                        (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, said)], part).into_response()
                    }
                    None => missing(),
                }
            }
            None => shared.whole().map_or_else(missing, IntoResponse::into_response),
        },
        "whole" => shared.whole().map_or_else(missing, IntoResponse::into_response),
        "slow" => {
            let Some(bytes) = shared.whole() else {
                return missing();
            };
            let half = bytes.len() / 2;
            let (first, second) = (bytes.slice(..half), bytes.slice(half..));
            let mut is_let_go = shared.is_let_go.subscribe();
            let second = stream::once(async move {
                // The host may end first.
                is_let_go.wait_for(|is_let_go| *is_let_go).await.ok();
                Ok::<_, std::io::Error>(second)
            });
            let body = Body::from_stream(stream::once(async move { Ok(first) }).chain(second));
            ([(header::CONTENT_LENGTH, bytes.len().to_string())], body).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    };
    if how == "closed" {
        response
    } else {
        with_cors(response)
    }
}

fn with_cors(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("range"),
    );
    response
}

fn range(headers: &HeaderMap, len: usize) -> Option<(usize, usize)> {
    let text = headers
        .get(header::RANGE)?
        .to_str()
        .ok()?
        .strip_prefix("bytes=")?;
    let (first, last) = text.split_once('-')?;
    let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
    (first < len).then_some((first, (last + 1).min(len)))
}

/// A host of plain files below a path, as anybody's web space is: a file that is not there is answered with the folder's own
/// `404.html`.
pub struct Site {
    address: SocketAddr,
    prefix: &'static str,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Site {
    /// Serves a folder below a path with slashes around it, on a port, or on a free one for 0.
    ///
    /// # Errors
    /// The port cannot be had.
    pub async fn start(folder: PathBuf, prefix: &'static str, port: u16) -> std::io::Result<Self> {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let app = Router::new()
            .fallback(file)
            .with_state((Arc::new(folder), prefix, Arc::clone(&asked)));
        let (address, task) = serve(app, port).await?;
        Ok(Self {
            address,
            prefix,
            asked,
            task,
        })
    }

    /// The address of a path below its own.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{}{path}", self.address.port(), self.prefix)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The paths it was asked for, below its own.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends it: nothing answers on its port any more.
    pub async fn stop(self) {
        self.task.abort();
        // Aborted is what it is to be.
        self.task.await.ok();
    }
}

type Served = (Arc<PathBuf>, &'static str, Arc<Mutex<Vec<String>>>);

async fn file(State((folder, prefix, asked)): State<Served>, uri: Uri, headers: HeaderMap) -> Response {
    let Some(path) = uri.path().strip_prefix(prefix) else {
        return (StatusCode::NOT_FOUND, "another site").into_response();
    };
    asked
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(path.to_owned());
    let name = if path.is_empty() { "index.html" } else { path };
    if name.contains("..") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let read = |name: &str| std::fs::read(folder.join(name)).ok().map(Bytes::from);
    let (status, name, bytes) = match read(name) {
        Some(bytes) => (StatusCode::OK, name, bytes),
        None => (
            StatusCode::NOT_FOUND,
            "404.html",
            read("404.html").unwrap_or_default(),
        ),
    };
    let kind = match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript",
        "css" => "text/css",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "jpg" => "image/jpeg",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    };
    let kind = [(header::CONTENT_TYPE, kind)];
    match range(&headers, bytes.len()) {
        Some((first, end)) => {
            let said = format!("bytes {first}-{}/{}", end - 1, bytes.len());
            let part = bytes.slice(first..end);
            (
                StatusCode::PARTIAL_CONTENT,
                kind,
                [(header::CONTENT_RANGE, said)],
                part,
            )
                .into_response()
        }
        None => (status, kind, bytes).into_response(),
    }
}

async fn serve(app: Router, port: u16) -> std::io::Result<(SocketAddr, JoinHandle<()>)> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;
    let task = tokio::spawn(async move {
        // It ends with the test.
        axum::serve(listener, app).await.ok();
    });
    Ok((address, task))
}
