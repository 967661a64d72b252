//! What the page asks about access, and the links it makes.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    access::{Code, Grant, Refusal, Visitor},
    http::Site,
    links::{self, Capability, DEFAULT_LIFE, Scope, Wanted},
};

/// `GET /api/access`: what whoever asks may do here, or why nothing. The only answer that nobody is refused.
pub(crate) async fn access(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    /// A link as its holder is told of it.
    #[derive(Serialize)]
    struct Link<'a> {
        id: &'a str,
        recording: &'a str,
        scope: Scope,
        range: Option<(f64, f64)>,
        expires: u64,
    }
    let grant = visitor.grant.as_ref().ok();
    let link = match grant {
        Some(Grant::Link(capability)) => Some(Link {
            id: &capability.id,
            recording: &capability.rec,
            scope: capability.scope,
            range: capability.range,
            expires: capability.exp,
        }),
        _ => None,
    };
    let manages = matches!(grant, Some(Grant::All));
    let is_embed = link.as_ref().is_some_and(|link| link.scope == Scope::Embed);
    let answer = json!({
        "grant": match grant {
            Some(Grant::All) => Some("all"),
            Some(Grant::Look) => Some("look"),
            Some(Grant::Link(_)) => Some("link"),
            None => None,
        },
        "refusal": visitor.grant.as_ref().err(),
        "link": link,
        "uploads": manages && site.uploads.is_some(),
        "links": manages && site.access.register.is_some(),
        "comments": grant.is_some() && site.takes_comments && !is_embed,
        "version": env!("CARGO_PKG_VERSION"),
    });
    ([(axum::http::header::CACHE_CONTROL, "no-store")], Json(answer)).into_response()
}

/// What `POST /api/links` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MakeLink {
    recording: String,
    #[serde(default = "view")]
    scope: Scope,
    /// First and last time that may be seen, in ms.
    #[serde(default)]
    range: Option<(f64, f64)>,
    /// How long it lasts, in seconds.
    #[serde(default)]
    lasts: Option<u64>,
}

fn view() -> Scope {
    Scope::View
}

/// Makes a link.
pub(crate) async fn make_link(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    body: Result<Json<MakeLink>, JsonRejection>,
) -> Result<Response, Refusal> {
    visitor.grant.clone()?.manages()?;
    let Json(asked) = body.map_err(odd_body)?;
    let Some(register) = &site.access.register else {
        return Err(no_links());
    };
    let checked = site.clone();
    let id = asked.recording.clone();
    let found = tokio::task::spawn_blocking(move || checked.library.row(&id)).await;
    found
        .map_err(|_| Refusal::new(Code::Failed, "the recording could not be read"))?
        .map_err(|missing| Refusal::new(Code::NotFound, missing))?;
    let wanted = Wanted {
        recording: asked.recording,
        scope: asked.scope,
        range: asked.range,
        life: asked.lasts.map_or(DEFAULT_LIFE, Duration::from_secs),
    };
    let failed = |error: anyhow::Error| Refusal::new(Code::Failed, format!("{error:#}"));
    let key = site.access.keys.signing().map_err(failed)?;
    let capability = Capability::of(wanted, &key).map_err(|odd| Refusal::new(Code::BadRequest, odd))?;
    let secret = capability
        .sign(&site.access.keys)
        .map_err(|error| Refusal::new(Code::Failed, error))?;
    register
        .add(&capability)
        .await
        .map_err(|error| Refusal::new(Code::Failed, error))?;
    let answer = json!({
        "id": capability.id,
        "recording": capability.rec,
        "scope": capability.scope,
        "range": capability.range,
        "expires": capability.exp,
        "path": links::path_of(&capability, &secret),
    });
    let headers = [(axum::http::header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, headers, Json(answer)).into_response())
}

/// All links that have not expired, without their secrets.
pub(crate) async fn links(State(site): State<Arc<Site>>, grant: Grant) -> Result<Response, Refusal> {
    grant.manages()?;
    let Some(register) = &site.access.register else {
        return Err(no_links());
    };
    let links = register
        .list()
        .await
        .map_err(|error| Refusal::new(Code::Failed, error))?;
    Ok(([(axum::http::header::CACHE_CONTROL, "no-store")], Json(links)).into_response())
}

/// Takes a link back.
pub(crate) async fn revoke_link(
    State(site): State<Arc<Site>>,
    grant: Grant,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    grant.manages()?;
    let Some(register) = &site.access.register else {
        return Err(no_links());
    };
    if !links::is_id(&id) {
        return Err(Refusal::new(Code::BadRequest, "that is not the name of a link"));
    }
    match register.revoke(&id).await {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(Refusal::new(Code::Failed, error)),
    }
}

fn no_links() -> Refusal {
    Refusal::new(
        Code::TurnedOff,
        "this server has no folder to keep links in; start it with --state DIR",
    )
}

/// Why the body of a request is not taken.
pub(crate) fn odd_body(rejection: JsonRejection) -> Refusal {
    let code = match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
        _ => Code::BadRequest,
    };
    Refusal::new(code, rejection.body_text())
}
