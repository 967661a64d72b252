//! Showing recordings in other people's pages: who may, what such a page is allowed, and the tickets by which one that the
//! browser has put into a sandbox reaches the protocol.
//!
//! A sandboxed frame has no origin, so the websocket cannot tell it from any other page's sandboxed frame. But only pages that
//! may show recordings get to see the frame's page, and that carries a ticket: for one recording, for some minutes, and to be
//! changed for a new one as long as the page is open.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::bail;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::{
    access::Visitor,
    assets,
    http::{CONTENT_SECURITY_POLICY, Site},
    preview::{self, Fields},
};

/// How long a ticket opens the websocket: as long as a page takes to load on a bad line, and then some.
const TICKET_LIFE: Duration = Duration::from_secs(10 * 60);
/// How long it can be changed for a new one: a page that slept over night goes on.
const RENEWAL_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// A ticket is not longer than this.
const MAX_TICKET_BYTES: usize = 512;

/// What a page in a frame may ask the browser for: nothing but the screen and the clipboard, and those after a press.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), encrypted-media=(), geolocation=(), gyroscope=(), \
    hid=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), \
    usb=(), xr-spatial-tracking=(), fullscreen=(self), clipboard-write=(self)";

/// Who may show this server's recordings.
pub(crate) struct Embedding {
    /// Origins whose pages may; pages of this server always may.
    origins: Vec<String>,
    /// Whether the pages of any origin may.
    is_open: bool,
    /// Origins whose pages may also read what is shown.
    readers: Vec<String>,
    /// As long as a block of the hash.
    key: [u8; 64],
}

impl Default for Embedding {
    fn default() -> Self {
        let mut key = [0; 64];
        for part in key.chunks_exact_mut(16) {
            part.copy_from_slice(uuid::Uuid::new_v4().as_bytes());
        }
        Self {
            origins: Vec::new(),
            is_open: false,
            readers: Vec::new(),
            key,
        }
    }
}

impl Embedding {
    /// Lets pages of these origins show recordings (`*`: of any), and those of others also read them.
    ///
    /// # Errors
    /// What is no origin.
    pub(crate) fn new(shows: &[String], reads: &[String]) -> anyhow::Result<Self> {
        if let Some(odd) = shows
            .iter()
            .filter(|origin| *origin != "*")
            .chain(reads)
            .find(|origin| !is_origin(origin))
        {
            bail!("an origin is written as https://example.com or http://localhost:3000, not {odd}");
        }
        let mut origins: Vec<String> = shows.iter().chain(reads).cloned().collect();
        origins.retain(|origin| origin != "*");
        origins.sort();
        origins.dedup();
        Ok(Self {
            origins,
            is_open: shows.iter().any(|origin| origin == "*"),
            readers: reads.to_vec(),
            ..Self::default()
        })
    }

    /// Whether pages of other origins may show recordings.
    pub(crate) fn is_for_others(&self) -> bool {
        self.is_open || !self.origins.is_empty()
    }

    /// The value of `frame-ancestors`.
    fn ancestors(&self) -> String {
        match self.is_open {
            true => "*".to_owned(),
            false => listed("'self'", &self.origins),
        }
    }

    /// A ticket for a recording.
    pub(crate) fn ticket(&self, id: &str) -> String {
        let body = format!("{:x}.{id}", now().as_secs());
        format!("{body}.{}", hex(&self.signed(&body).finalize().into_bytes()))
    }

    /// The recording that a ticket is for, if it is one of ours and not older than this.
    fn admitted(&self, ticket: &str, life: Duration) -> Option<String> {
        let (body, signature) = ticket
            .get(..ticket.len().min(MAX_TICKET_BYTES))?
            .rsplit_once('.')?;
        self.signed(body).verify_slice(&bytes_of_hex(signature)?).ok()?;
        let (issued, id) = body.split_once('.')?;
        let issued = Duration::from_secs(u64::from_str_radix(issued, 16).ok()?);
        (now().saturating_sub(issued) <= life).then(|| id.to_owned())
    }

    fn signed(&self, body: &str) -> Hmac<Sha256> {
        let mut mac = <Hmac<Sha256> as Mac>::new((&self.key).into());
        mac.update(body.as_bytes());
        mac
    }
}

/// The recording that a sandboxed page may open, if it has a ticket: such a page has no origin.
pub(crate) fn admitted(site: &Site, headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let is_sandboxed = headers.get(header::ORIGIN).is_some_and(|origin| origin == "null");
    let fields = Fields::of(uri.query().unwrap_or_default());
    site.embedding
        .admitted(fields.get("ticket").filter(|_| is_sandboxed)?, TICKET_LIFE)
}

/// Whether a request comes from a page of a site that may show recordings.
pub(crate) fn is_listed(site: &Site, headers: &HeaderMap) -> bool {
    let origin = headers
        .get(header::ORIGIN)
        .and_then(|origin| origin.to_str().ok());
    origin.is_some_and(|origin| site.embedding.origins.iter().any(|listed| listed == origin))
}

/// Whether a request for a picture carries a ticket for its recording.
pub(crate) fn has_ticket(site: &Site, fields: &Fields, id: &str) -> bool {
    fields
        .get("ticket")
        .and_then(|ticket| site.embedding.admitted(ticket, TICKET_LIFE))
        .is_some_and(|admitted| admitted == id)
}

/// `/embed/v1.js` and what else lies there, or the page that shows a recording in a frame.
pub(crate) async fn page_or_file(
    State(site): State<Arc<Site>>,
    path: Option<Path<String>>,
    uri: Uri,
    visitor: Visitor,
    headers: HeaderMap,
) -> Response {
    let rest = path.map(|Path(rest)| rest).unwrap_or_default();
    if let Some(file) = assets::file(&format!("embed/{rest}"), &headers) {
        return assets::for_anyone(file);
    }
    if rest.contains('/') {
        return (StatusCode::NOT_FOUND, format!("nothing is at /embed/{rest}")).into_response();
    }
    page(site, preview::recording_id(&rest).to_owned(), uri, &visitor).await
}

/// The page in a frame: with its ticket, who may speak to it, and the picture to be seen before anything has loaded.
async fn page(site: Arc<Site>, id: String, uri: Uri, visitor: &Visitor) -> Response {
    let Some(index) = assets::index_text() else {
        return assets::index(&HeaderMap::new());
    };
    let fields = Fields::of(uri.query().unwrap_or_default());
    // Where a token is asked for, the page shows nothing until it has said one.
    let may_see = visitor.sees(&id).is_ok();
    let ticket = may_see.then(|| site.embedding.ticket(&id));
    let described = match may_see {
        true => preview::describe(site.clone(), id.clone(), fields.moment()).await,
        false => None,
    };
    let meta = |name: &str, content: &str| {
        format!(
            "<meta name=\"{name}\" content=\"{}\" />\n",
            preview::escape(content)
        )
    };
    let embedding = &site.embedding;
    let talkers = match embedding.is_open {
        true => "*".to_owned(),
        false => listed("self", &embedding.origins),
    };
    let mut head =
        meta("playhead-embed", &talkers) + &meta("playhead-content", &listed("self", &embedding.readers));
    if let Some(ticket) = &ticket {
        head += &meta("playhead-ticket", ticket);
    }
    // It keeps the greeting of the page around, which may come before the viewer does.
    let mut body = "<script type=\"module\" src=\"/embed/frame.js\"></script>\n".to_owned();
    if let Some(described) = &described {
        head += &meta("playhead-title", &described.title);
        if let (Some(_), Some(ticket)) = (&described.picture, &ticket) {
            let address = format!(
                "/recording/{id}/poster.png{}",
                described.moment.query(&[("ticket", ticket)])
            );
            body += &format!(
                "<img id=\"poster\" class=\"ph-poster\" alt=\"\" src=\"{}\" />\n",
                preview::escape(&address)
            );
        }
    }
    let title = described.map_or_else(|| "Playhead".to_owned(), |described| described.title);
    let policy = CONTENT_SECURITY_POLICY
        .replace(
            "frame-ancestors 'none'",
            &format!("frame-ancestors {}", embedding.ancestors()),
        )
        // A sandboxed page starts its workers from addresses of its own, and what it may do they may: read recordings anywhere.
        .replace("worker-src 'self'", "worker-src 'self' blob:")
        .replace("connect-src 'self'", "connect-src 'self' http: https: blob:");
    let html = preview::put_into(&index, &title, &head, &body);
    let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_SECURITY_POLICY, &policy);
    set(header::CACHE_CONTROL, "no-store");
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    set(CORP, "cross-origin");
    response
}

/// Changes a ticket, which is the body, for a new one.
pub(crate) async fn renew(State(site): State<Arc<Site>>, headers: HeaderMap, ticket: String) -> Response {
    let mut response = match site.embedding.admitted(ticket.trim(), RENEWAL_LIFE) {
        Some(id) => ([(header::CACHE_CONTROL, "no-store")], site.embedding.ticket(&id)).into_response(),
        None => (
            StatusCode::FORBIDDEN,
            "this ticket is not one of this server's, or too old; reload the page",
        )
            .into_response(),
    };
    // Only sandboxed pages have tickets, and they have no origin.
    if headers.get(header::ORIGIN).is_some_and(|origin| origin == "null") {
        let allowed = HeaderValue::from_static("null");
        response
            .headers_mut()
            .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    }
    response
}

/// Which other pages may make use of an answer.
pub(crate) const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

fn listed(first: &str, origins: &[String]) -> String {
    std::iter::once(first)
        .chain(origins.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether a text is a scheme, a host and perhaps a port, as browsers write an origin.
fn is_origin(text: &str) -> bool {
    let Some(host) = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
    else {
        return false;
    };
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
    !host.is_empty() && host.bytes().all(is_plain)
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_for_one_recording_and_for_some_minutes() {
        let (ours, other) = (Embedding::default(), Embedding::default());
        let ticket = ours.ticket("one");
        assert_eq!(ours.admitted(&ticket, TICKET_LIFE).as_deref(), Some("one"));
        assert_eq!(other.admitted(&ticket, TICKET_LIFE), None, "another server's");
        let forged = ticket.replace(".one.", ".two.");
        assert_eq!(ours.admitted(&forged, TICKET_LIFE), None);
        for nonsense in ["", ".", "..", "5.one", "5.one.zz", "é.é.é"] {
            assert_eq!(ours.admitted(nonsense, TICKET_LIFE), None, "{nonsense}");
        }
        let body = format!("{:x}.one", (now() - TICKET_LIFE * 2).as_secs());
        let old = format!("{body}.{}", hex(&ours.signed(&body).finalize().into_bytes()));
        assert_eq!(ours.admitted(&old, TICKET_LIFE), None, "too old to open anything");
        assert_eq!(ours.admitted(&old, RENEWAL_LIFE).as_deref(), Some("one"));
    }

    #[test]
    fn only_origins_are_origins() {
        let open = |origin: &str| Embedding::new(&[origin.to_owned()], &[]).map(|it| it.ancestors());
        assert_eq!(
            open("https://a.example").ok().as_deref(),
            Some("'self' https://a.example")
        );
        assert_eq!(open("*").ok().as_deref(), Some("*"));
        for odd in [
            "a.example",
            "https://a.example/",
            "https://",
            "https://a;b",
            "ftp://a",
            "null",
        ] {
            assert!(open(odd).is_err(), "{odd}");
        }
        // Who may read may see, and nobody reads whose origin is not known.
        let reader = Embedding::new(&[], &["http://localhost:3000".to_owned()]);
        assert_eq!(
            reader.ok().map(|it| it.ancestors()).as_deref(),
            Some("'self' http://localhost:3000")
        );
        assert!(Embedding::new(&[], &["*".to_owned()]).is_err());
    }
}
