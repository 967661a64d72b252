//! What other programs show of a link: the title, a sentence and the picture at the linked moment, as Open Graph and Twitter
//! read them from the page's HTML, and as oEmbed.

use std::{fmt::Write, sync::Arc};

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use recording::reader::Reader;
use sha2::{Digest, Sha256};

use self::text::{clock, encode, plain, without_query};
pub(crate) use self::{
    moment::{Fields, Moment},
    oembed::oembed,
    poster::poster,
    text::{escape, put_into},
};
use crate::{access::Visitor, assets, http::Site};

mod moment;
mod oembed;
mod poster;
mod text;

/// What is said of a recording.
pub(crate) struct Described {
    pub(crate) title: String,
    pub(crate) moment: Moment,
    pub(crate) picture: Option<Picture>,
    sentence: String,
    viewport: (u32, u32),
}

/// A picture's size in its own pixels, and what its file is.
pub(crate) struct Picture {
    size: (u32, u32),
    mime_type: String,
}

/// Reads what is to be said of a recording at a moment; None if it is not here.
pub(crate) async fn describe(site: Arc<Site>, id: String, moment: Moment) -> Option<Described> {
    let described = tokio::task::spawn_blocking(move || {
        let reader = site.library.open(&id).ok()?;
        Some(described(&reader, moment))
    });
    described.await.ok().flatten()
}

fn described(reader: &Reader, moment: Moment) -> Described {
    let manifest = reader.manifest();
    let address = plain(without_query(&manifest.head.url));
    let title = match plain(&manifest.title) {
        title if title.is_empty() => address.clone(),
        title => title,
    };
    let mut sentence = format!("A recording of {address}, {} long", clock(manifest.duration));
    if let Some(time) = moment.time {
        // Infallible: it writes into a string.
        let _ = write!(sentence, ", at {}", clock(time.min(manifest.duration)));
    }
    let picture = reader.paints().ok().and_then(|paints| {
        let paint = &moment.picture(&paints)?.event;
        Some(Picture {
            size: (paint.width, paint.height),
            mime_type: paint.mime_type.to_string(),
        })
    });
    Described {
        title,
        moment,
        picture,
        sentence,
        viewport: manifest.head.viewport,
    }
}

/// The page of a recording, with what is to be said of it in its head.
pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Path(segment): Path<String>,
    uri: Uri,
    visitor: Visitor,
    headers: HeaderMap,
) -> Response {
    let id = recording_id(&segment).to_owned();
    let moment = Fields::of(uri.query().unwrap_or_default()).moment();
    // Nothing is told to those who have not said the token.
    let described = match visitor.sees(&id) {
        Ok(()) => describe(site, id.clone(), moment).await,
        Err(_) => None,
    };
    let (Some(described), Some(index), Some(base)) = (described, assets::index_text(), base(&headers)) else {
        return assets::index(&headers);
    };
    let html = put_into(&index, &described.title, &tags(&described, &id, &base), "");
    let etag = format!("\"{:x}\"", Sha256::digest(&html));
    let fresh = [
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::ETAG, etag.clone()),
    ];
    if is_known(&headers, &etag) {
        return (StatusCode::NOT_MODIFIED, fresh).into_response();
    }
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (fresh, kind, html).into_response()
}

/// The tags, in the order in which Open Graph lists them.
fn tags(described: &Described, id: &str, base: &str) -> String {
    let link = format!("{base}/recording/{id}{}", described.moment.query(&[]));
    let oembed = format!("{base}/oembed?url={}", encode(&link));
    let poster = format!("{base}/recording/{id}/poster.png{}", described.moment.query(&[]));
    let mut tags = vec![
        ("og:type", "website".to_owned()),
        ("og:site_name", "Playhead".to_owned()),
        ("og:title", described.title.clone()),
        ("og:description", described.sentence.clone()),
        ("og:url", link),
    ];
    let card = match &described.picture {
        Some(picture) => {
            tags.extend([
                ("og:image", poster.clone()),
                ("og:image:type", picture.mime_type.clone()),
                ("og:image:width", picture.size.0.to_string()),
                ("og:image:height", picture.size.1.to_string()),
                (
                    "og:image:alt",
                    format!("What the page looked like: {}", described.title),
                ),
                ("twitter:image", poster),
            ]);
            "summary_large_image"
        }
        None => "summary",
    };
    tags.extend([
        ("twitter:card", card.to_owned()),
        ("twitter:title", described.title.clone()),
        ("twitter:description", described.sentence.clone()),
    ]);
    let tag = |(name, content): (&str, String)| {
        let key = if name.starts_with("og:") {
            "property"
        } else {
            "name"
        };
        format!("<meta {key}=\"{name}\" content=\"{}\" />\n", escape(&content))
    };
    let discovery = format!(
        "<link rel=\"alternate\" type=\"application/json+oembed\" href=\"{}\" title=\"{}\" />\n",
        escape(&oembed),
        escape(&described.title)
    );
    tags.into_iter().map(tag).collect::<String>() + &discovery
}

/// The recording that the last part of a path names: its id, or a title and the id after two dashes.
pub(crate) fn recording_id(segment: &str) -> &str {
    segment.rsplit("--").next().unwrap_or(segment)
}

/// Where the server is, as the client sees it: behind something that speaks https for it, that says so.
fn base(headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text("host")?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if host.is_empty() || !host.bytes().all(is_plain) {
        return None;
    }
    let scheme = match text("x-forwarded-proto") {
        Some("https") => "https",
        _ => "http",
    };
    Some(format!("{scheme}://{host}"))
}

fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| lists(known, etag))
}

fn lists(known: &HeaderValue, etag: &str) -> bool {
    known.to_str().is_ok_and(|known| {
        known
            .split(',')
            .any(|tag| tag.trim().trim_start_matches("W/") == etag)
    })
}
