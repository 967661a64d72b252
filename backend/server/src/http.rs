//! The routes: the viewer's files and pages, the list of recordings, and the protocol's websocket.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, State, ws::WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tokio::sync::watch;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::{
    assets,
    embed::{self, Embedding},
    library::{Entry, Library},
    preview, socket,
    uploads::Uploads,
};

/// What the page may do: run our own scripts and wasm, show our own and `blob:` pictures, speak to protocol services
/// the user names, ask for leave to reach this computer. Nothing inline, no frames, no base, no forms.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' blob: data:; font-src 'self'; worker-src 'self'; \
    connect-src 'self' ws: wss: http://127.0.0.1:* http://localhost:*; manifest-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors 'none'";

/// What every request can reach.
pub(crate) struct Site {
    /// The recordings here.
    pub(crate) library: Library,
    /// Services to ask for recordings that are not here.
    pub(crate) upstreams: Vec<String>,
    /// Where clients may send recordings, if they may.
    pub(crate) uploads: Option<Uploads>,
    /// How long a session may go unused before it ends; None: for ever.
    pub(crate) idle_limit: Option<Duration>,
    /// Whose pages may show recordings.
    pub(crate) embedding: Embedding,
    /// Says that a recording has grown. Each open websocket listens.
    pub(crate) grown: watch::Sender<()>,
    /// Whether the server is about to stop. Each open websocket listens.
    pub(crate) is_stopping: watch::Sender<bool>,
}

/// All routes.
pub(crate) fn router(site: Arc<Site>) -> Router {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    Router::new()
        .route("/", get(page_or_socket))
        .route("/dispatch", get(page_or_socket))
        .route("/recording/{id}", get(preview::page))
        .route("/recording/{id}/poster.png", get(preview::poster))
        .route("/oembed", get(preview::oembed))
        .route("/embed", get(embed::page_or_file))
        .route("/embed/", get(embed::page_or_file))
        .route("/embed/{*rest}", get(embed::page_or_file))
        .route("/embed/ticket", post(embed::renew))
        .route("/api/recordings", get(recordings))
        .route("/api/recordings/{id}/poster", get(poster))
        .fallback(get(asset))
        .layer(header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .layer(header(embed::CORP, "same-origin"))
        .with_state(site)
}

/// The library page, or the protocol for a client that asks for a websocket.
async fn page_or_socket(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    uri: Uri,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else {
        return assets::index(&headers);
    };
    match embed::access(&site, &headers, &uri) {
        Some(access) => socket::accept(site, upgrade, access),
        None => (
            StatusCode::FORBIDDEN,
            "a page of another site may not open this server's recordings; `playhead serve --embed ORIGIN` lets it",
        )
            .into_response(),
    }
}

async fn asset(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let missing = || (StatusCode::NOT_FOUND, format!("nothing is at /{path}")).into_response();
    assets::file(path, &headers).map_or_else(missing, assets::for_anyone)
}

async fn recordings(State(site): State<Arc<Site>>) -> Response {
    let list = tokio::task::spawn_blocking(move || site.library.list()).await;
    match list {
        Ok(list) => ([(header::CACHE_CONTROL, "no-store")], Json::<Vec<Entry>>(list)).into_response(),
        Err(_) => failed("the recordings could not be listed"),
    }
}

/// A picture to know a recording by: its last paint.
async fn poster(State(site): State<Arc<Site>>, Path(id): Path<String>) -> Response {
    let picture = tokio::task::spawn_blocking(move || {
        let reader = site.library.open(&id)?;
        let paints = reader.paints().map_err(|error| error.to_string())?;
        let paint = &paints.last().ok_or("this recording has no picture")?.event;
        let bytes = reader
            .paint_bytes(&paint.hash)
            .map_err(|error| error.to_string())?;
        Ok::<_, String>((paint.mime_type.to_string(), bytes))
    });
    match picture.await {
        Ok(Ok((mime_type, bytes))) if mime_type.starts_with("image/") => (
            [
                (header::CONTENT_TYPE, mime_type),
                (header::CACHE_CONTROL, "no-cache".to_owned()),
            ],
            bytes,
        )
            .into_response(),
        Ok(Ok(_)) => (StatusCode::NOT_FOUND, "this recording's picture is not an image").into_response(),
        Ok(Err(error)) => (StatusCode::NOT_FOUND, error).into_response(),
        Err(_) => failed("the picture could not be read"),
    }
}

fn failed(text: &'static str) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
}
