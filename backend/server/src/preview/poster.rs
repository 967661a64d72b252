//! The picture of a recording at a moment.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use super::{Fields, Moment, lists, recording_id, text::plain};
use crate::{
    access::{Code, Refusal, Visitor},
    embed::{self, CORP},
    http::Site,
};

/// `/recording/ID/poster.png?t=…`: the picture at a moment, in the form in which it was recorded.
pub(crate) async fn poster(
    State(site): State<Arc<Site>>,
    Path(segment): Path<String>,
    uri: Uri,
    visitor: Visitor,
    headers: HeaderMap,
) -> Response {
    let id = recording_id(&segment).to_owned();
    let fields = Fields::of(uri.query().unwrap_or_default());
    let has_ticket = embed::has_ticket(&site, &fields, &id);
    if let (Err(refusal), false) = (visitor.sees(&id), has_ticket) {
        return refusal.into_response();
    }
    // A link shows its part of the recording only.
    if let Ok(grant) = &visitor.grant
        && grant.range().is_some()
    {
        return Refusal::new(Code::LinkScope, "a link to a part has no picture of its own").into_response();
    }
    let may_be_shown_elsewhere = site.embedding.is_for_others() || has_ticket;
    let Some(_permit) = site.limits.picture().await else {
        return Refusal::new(Code::TooMany, "too many pictures are being read; try again").into_response();
    };
    let reading = site.clone();
    let moment = fields.moment();
    let known = headers.get(header::IF_NONE_MATCH).cloned();
    let picture = tokio::task::spawn_blocking(move || read_picture(&reading, &id, moment, known.as_ref()));
    let mut response = match picture.await {
        Ok(Ok(picture)) => picture.into_response(),
        Ok(Err(error)) => (StatusCode::NOT_FOUND, error).into_response(),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "the picture could not be read").into_response(),
    };
    let shown_by = HeaderValue::from_static(if may_be_shown_elsewhere {
        "cross-origin"
    } else {
        "same-origin"
    });
    response.headers_mut().insert(CORP, shown_by);
    response
}

/// A picture to be sent, without its bytes if the client has them.
struct Poster {
    etag: String,
    mime_type: String,
    bytes: Option<Vec<u8>>,
    is_final: bool,
}

fn read_picture(
    site: &Site,
    id: &str,
    moment: Moment,
    known: Option<&HeaderValue>,
) -> Result<Poster, String> {
    let reader = site.library.open(id)?;
    let paints = reader.paints().map_err(|error| error.to_string())?;
    let paint = &moment
        .picture(&paints)
        .ok_or("this recording has no picture")?
        .event;
    if !paint.mime_type.starts_with("image/") || paint.mime_type.contains("svg") {
        return Err("this recording's picture is not an image".to_owned());
    }
    let etag = format!("\"{}\"", plain(&paint.hash));
    let is_there = known.is_some_and(|known| lists(known, &etag));
    let bytes = (!is_there).then(|| reader.paint_bytes(&paint.hash).map_err(|error| error.to_string()));
    Ok(Poster {
        etag,
        mime_type: paint.mime_type.to_string(),
        bytes: bytes.transpose()?,
        is_final: !reader.is_live(),
    })
}

impl IntoResponse for Poster {
    fn into_response(self) -> Response {
        // A recording is what it is, but a browser is to look again now and then: the file may have been taken away.
        let cache = if self.is_final {
            "private, max-age=300"
        } else {
            "no-cache"
        };
        let headers = [
            (header::ETAG, self.etag),
            (header::CACHE_CONTROL, cache.to_owned()),
            (header::CONTENT_TYPE, self.mime_type),
        ];
        match self.bytes {
            Some(bytes) => (headers, bytes).into_response(),
            None => (StatusCode::NOT_MODIFIED, headers).into_response(),
        }
    }
}
