//! A server of the pages that tests and samples record, on this machine only. Beside files it answers `/status/CODE/…`
//! with that code, for requests that are to fail.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use tokio::{net::TcpListener, runtime::Runtime};

/// Serves a folder until dropped.
pub struct Pages {
    address: SocketAddr,
    _runtime: Runtime,
}

impl Pages {
    /// Serves the folder on a port, or on a free one for 0.
    ///
    /// # Errors
    /// The port cannot be had.
    pub fn serve(folder: impl Into<PathBuf>, port: u16) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", port)))?;
        let address = listener.local_addr()?;
        let app = Router::new().fallback(file).with_state(Arc::new(folder.into()));
        runtime.spawn(async move { axum::serve(listener, app).await });
        Ok(Self {
            address,
            _runtime: runtime,
        })
    }

    /// The address of a path (without its leading slash) of the folder.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}/{path}", self.address.port())
    }
}

/// The folder of the pages kept for tests and samples.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pages")
}

async fn file(State(folder): State<Arc<PathBuf>>, uri: Uri) -> Response {
    let mut path = uri.path().trim_start_matches('/').to_owned();
    if path.is_empty() || path.ends_with('/') {
        path.push_str("index.html");
    }
    if path.split('/').any(|part| part == "..") {
        return StatusCode::FORBIDDEN.into_response();
    }
    if let Some(status) = wished_status(&path) {
        let body = format!(r#"{{"status":{}}}"#, status.as_u16());
        return (status, [(header::CONTENT_TYPE, content_type("json"))], body).into_response();
    }
    match tokio::fs::read(folder.join(&path)).await {
        Ok(bytes) => ([(header::CONTENT_TYPE, content_type(&path))], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The code in `status/CODE/…`.
fn wished_status(path: &str) -> Option<StatusCode> {
    let (code, _) = path.strip_prefix("status/")?.split_once('/')?;
    StatusCode::from_bytes(code.as_bytes()).ok()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}
