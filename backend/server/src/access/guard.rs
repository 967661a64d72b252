//! What is looked at before any request is answered: by what name the server was asked, from a page of which site, and who
//! is asking.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{Access, Code, Grant, Refusal};
use crate::{http::Site, limits::MAX_BODY_BYTES, listen::Peer};

/// What proxies add. A server that expects nobody from elsewhere was not meant to stand behind one.
const OF_PROXIES: [&str; 5] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-real-ip",
    "via",
];

/// Refuses what no handler should see.
pub(crate) async fn guard(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    match check(&site.access, &request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

fn check(access: &Access, request: &Request) -> Result<(), Refusal> {
    let headers = request.headers();
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    if announced
        .and_then(|len| len.parse::<u64>().ok())
        .is_some_and(|len| len > MAX_BODY_BYTES as u64)
    {
        return Err(Refusal::new(
            Code::TooLarge,
            format!(
                "a request has at most {MAX_BODY_BYTES} bytes; recordings are sent through the websocket"
            ),
        ));
    }
    if !access.expects_others() {
        // Otherwise whoever reaches the proxy would be taken for somebody on this machine.
        if OF_PROXIES.iter().any(|name| headers.contains_key(*name)) {
            return Err(Refusal::new(
                Code::Proxied,
                "this request came through a proxy; start the server with --host NAME and --token-file FILE (or \
                 --public) to put it behind one",
            ));
        }
    }
    if let Some(hosts) = access.hosts() {
        let asked = request
            .uri()
            .host()
            .map(str::to_owned)
            .or_else(|| host_of(headers));
        // A page of any site can have its own name lead to this machine; the browser still says what name that was.
        if let Some(asked) = asked.filter(|asked| {
            !is_this_machine(asked) && !hosts.iter().any(|host| host.eq_ignore_ascii_case(asked))
        }) {
            return Err(Refusal::new(
                Code::WrongHost,
                format!(
                    "this server does not answer to the name {asked}; start it with --host {asked} if that is its own"
                ),
            ));
        }
    }
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && !is_allowed_origin(access, headers) {
        return Err(Refusal::new(
            Code::WrongOrigin,
            "a page of another site may not ask this; start the server with --allow-origin if it may",
        ));
    }
    Ok(())
}

/// The name in the header, without its port.
fn host_of(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let authority: axum::http::uri::Authority = host.parse().ok()?;
    Some(authority.host().to_owned())
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = bare
        .parse::<IpAddr>()
        .is_ok_and(|address| address.to_canonical().is_loopback());
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    is_loopback || name == "localhost" || name.ends_with(".localhost")
}

/// Whether a request comes from a page of our own, of a site that may, or from no page. Browsers say where a page came
/// from; programs say nothing.
pub(crate) fn is_allowed_origin(access: &Access, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    let Some(origin) = origin else { return false };
    let host = text(header::HOST).flatten();
    let is_own = origin
        .split_once("://")
        .is_some_and(|(_, from)| host.is_some_and(|host| from == host));
    is_own || access.origins().iter().any(|allowed| allowed == origin)
}

/// What lets pages of other sites use the HTTP interface: those that the command line names, and no others.
pub(crate) fn cross_origin(access: &Access) -> CorsLayer {
    let origins = access.origins().iter().filter_map(|origin| origin.parse().ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::RANGE,
            HeaderName::from_static("x-comment-key"),
        ])
        .expose_headers([header::CONTENT_RANGE, header::CONTENT_LENGTH, header::ETAG])
        .allow_private_network(true)
}

/// Who is asking, as a handler is given it.
pub(crate) struct Visitor {
    /// What they may do, or why nothing.
    pub(crate) grant: Result<Grant, Refusal>,
    /// Where they are, if the request came over a socket.
    pub(crate) address: Option<IpAddr>,
}

impl Visitor {
    /// Counts one more change by this address.
    pub(crate) fn may_write_now(&self, site: &Site) -> Result<(), Refusal> {
        if self.grant == Ok(Grant::All) {
            return Ok(());
        }
        let is_within = self
            .address
            .is_none_or(|address| site.limits.writes.take(address, std::time::Instant::now()));
        match is_within {
            true => Ok(()),
            false => Err(Refusal::new(
                Code::TooMany,
                "too many changes came from this address; try again in a minute",
            )),
        }
    }
}

impl FromRequestParts<Arc<Site>> for Visitor {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Refusal> {
        let address = parts.extensions.get::<Peer>().map(|peer| peer.address.ip());
        let credential = credential(&parts.headers)?;
        Ok(Self {
            grant: site.access.grant(credential, address, &site.limits),
            address,
        })
    }
}

impl FromRequestParts<Arc<Site>> for Grant {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Refusal> {
        Visitor::from_request_parts(parts, site).await?.grant
    }
}

/// What stands behind `Authorization: Bearer`.
fn credential(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let odd = || Refusal::new(Code::TokenWrong, "the header Authorization is not `Bearer TOKEN`");
    let value = value.to_str().map_err(|_| odd())?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err(odd()),
    }
}
