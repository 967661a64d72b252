//! The routes: the viewer's files and pages, the library and what belongs to it, and the protocol's websocket.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{
        DefaultBodyLimit, Extension, Path, State, ws::WebSocketUpgrade,
        ws::rejection::WebSocketUpgradeRejection,
    },
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use tokio::sync::watch;
use tower_http::{set_header::SetResponseHeaderLayer, timeout::RequestBodyTimeoutLayer};

use crate::{
    access::{self, Access, Code, Grant, Refusal, Visitor},
    api, assets, comments,
    embed::{self, Embedding},
    files,
    library::Library,
    limits::{BODY_TIMEOUT, Limits, MAX_BODY_BYTES},
    listen::Peer,
    preview, socket,
    uploads::Uploads,
};

/// What the page may do: run our own scripts and wasm, show our own and `blob:` pictures, speak to protocol services
/// the user names. Nothing inline, no frames, no base, no forms; and text becomes markup or a script's address only where the
/// policy of `boot.js` lets it.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self' ws: wss:; worker-src 'self'; \
    manifest-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; \
    require-trusted-types-for 'script'; trusted-types default; frame-ancestors 'none'";

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
    /// Who may do what.
    pub(crate) access: Access,
    /// How much at once.
    pub(crate) limits: Limits,
    /// Whether clients may write comments.
    pub(crate) takes_comments: bool,
    /// Says that a recording has grown. Each open websocket listens.
    pub(crate) grown: watch::Sender<()>,
    /// Whether the server is about to stop. Each open websocket listens.
    pub(crate) is_stopping: watch::Sender<bool>,
}

impl Site {
    /// A server of these recordings, by these rules, with nothing else turned on.
    pub(crate) fn new(library: Library, access: Access) -> Self {
        Self {
            library,
            upstreams: Vec::new(),
            uploads: None,
            idle_limit: None,
            embedding: Embedding::default(),
            access,
            limits: Limits::default(),
            takes_comments: false,
            grown: watch::Sender::new(()),
            is_stopping: watch::Sender::new(false),
        }
    }
}

/// All routes.
pub(crate) fn router(site: Arc<Site>) -> Router {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    let api = Router::new()
        .route("/access", get(api::access))
        .route("/links", get(api::links).post(api::make_link))
        .route("/links/{id}", delete(api::revoke_link))
        .route("/recordings", get(recordings))
        .route("/recordings/{id}", get(recording))
        .route("/recordings/{id}/poster", get(poster))
        .route("/recordings/{id}/file", get(files::download))
        .route(
            "/recordings/{id}/comments",
            get(comments::list).post(comments::add),
        )
        .route("/recordings/{id}/comments/{comment}", delete(comments::remove))
        .fallback(async || Refusal::new(Code::NotFound, "there is no such thing below /api"))
        // What belongs to recordings is shown by no page of another site, not even as a picture.
        .layer(header(
            HeaderName::from_static("cross-origin-resource-policy"),
            match site.access.origins().is_empty() {
                true => "same-origin",
                false => "cross-origin",
            },
        ))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(access::cross_origin(&site.access));
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
        .nest("/api", api)
        .fallback(get(asset))
        .layer(middleware::from_fn_with_state(site.clone(), access::guard))
        .layer(header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .with_state(site)
}

/// The library page, or the protocol for a client that asks for a websocket.
async fn page_or_socket(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    uri: Uri,
    mut visitor: Visitor,
    peer: Option<Extension<Peer>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else {
        return assets::index(&headers);
    };
    if let Some(id) = embed::admitted(&site, &headers, &uri) {
        visitor.grant = Ok(Grant::Frame(id.into()));
    } else if !access::is_allowed_origin(&site.access, &headers) && !embed::is_listed(&site, &headers) {
        let text = "a page of another site may not open this server's recordings; start it with --embed ORIGIN (frames) or \
                    --allow-origin ORIGIN (viewers) if it may";
        return Refusal::new(Code::WrongOrigin, text).into_response();
    }
    match &visitor.grant {
        // A page cannot send this header, and says who is asking by the protocol.
        Err(refusal) if headers.contains_key(header::AUTHORIZATION) => refusal.clone().into_response(),
        _ => socket::accept(site, upgrade, visitor, peer.map(|Extension(peer)| peer)),
    }
}

async fn asset(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let missing = || (StatusCode::NOT_FOUND, format!("nothing is at /{path}")).into_response();
    assets::file(path, &headers).map_or_else(missing, assets::for_anyone)
}

/// All recordings; for the holder of a link, the one that it is for.
async fn recordings(State(site): State<Arc<Site>>, grant: Grant) -> Response {
    let list = tokio::task::spawn_blocking(move || match grant {
        Grant::All | Grant::Look => site.library.list(),
        Grant::Link(capability) => site.library.row(&capability.rec).into_iter().collect(),
        Grant::Frame(id) => site.library.row(&id).into_iter().collect(),
    });
    match list.await {
        Ok(list) => ([(header::CACHE_CONTROL, "no-store")], Json(list)).into_response(),
        Err(_) => failed("the recordings could not be listed"),
    }
}

async fn recording(
    State(site): State<Arc<Site>>,
    grant: Grant,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    grant.sees(&id)?;
    let row = tokio::task::spawn_blocking(move || site.library.row(&id)).await;
    match row {
        Ok(Ok(row)) => Ok(([(header::CACHE_CONTROL, "no-store")], Json(row)).into_response()),
        Ok(Err(missing)) => Err(Refusal::new(Code::NotFound, missing)),
        Err(_) => Ok(failed("the recording could not be read")),
    }
}

/// A picture to know a recording by: its last paint, or the last that a link permits.
async fn poster(
    State(site): State<Arc<Site>>,
    grant: Grant,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    grant.sees(&id)?;
    let busy = || Refusal::new(Code::TooMany, "too many pictures are being read; try again");
    let _permit = site.limits.picture().await.ok_or_else(busy)?;
    let reading = site.clone();
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let known = known.unwrap_or_default().to_owned();
    let picture = tokio::task::spawn_blocking(move || {
        let reader = reading.library.open(&id)?;
        let paints = reader.paints().map_err(|error| error.to_string())?;
        let end = grant.range().map_or(f64::INFINITY, |(_, end)| end);
        let mut shown = paints.iter().rev().filter(|row| row.time.as_millis() <= end);
        let paint = &shown.next().ok_or("this recording has no picture")?.event;
        let e_tag = format!("\"{}\"", paint.hash);
        if known.split(',').any(|tag| tag.trim() == e_tag) {
            return Ok((paint.mime_type.to_string(), e_tag, None));
        }
        let bytes = reader
            .paint_bytes(&paint.hash)
            .map_err(|error| error.to_string())?;
        Ok::<_, String>((paint.mime_type.to_string(), e_tag, Some(bytes)))
    });
    let (mime_type, e_tag, bytes) = match picture.await {
        Ok(Ok(picture)) => picture,
        Ok(Err(error)) => return Err(Refusal::new(Code::NotFound, error)),
        Err(_) => return Ok(failed("the picture could not be read")),
    };
    if !["image/jpeg", "image/png", "image/webp", "image/avif"].contains(&&*mime_type) {
        return Err(Refusal::new(
            Code::NotFound,
            "this recording's picture is not an image",
        ));
    }
    let headers = [
        (header::CONTENT_TYPE, mime_type),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        (header::ETAG, e_tag),
    ];
    Ok(match bytes {
        Some(bytes) => (headers, bytes).into_response(),
        None => (StatusCode::NOT_MODIFIED, headers).into_response(),
    })
}

fn failed(text: &'static str) -> Response {
    Refusal::new(Code::Failed, text).into_response()
}
