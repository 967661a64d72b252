//! oEmbed: what a program that is given a link puts into its own page.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{Fields, Moment, base, describe, escape, recording_id};
use crate::{access::Visitor, http::Site};

/// Width of the frame that is offered, and the height of the timeline below the picture, in CSS pixels.
const FRAME_WIDTH_PX: u32 = 960;
const TIMELINE_PX: u32 = 150;
/// A frame is not smaller than this, whatever its consumer asks for.
const MIN_FRAME_PX: (u32, u32) = (320, 240);

/// What oEmbed calls a resource of type `rich`, or of type `link` where no other page may show recordings.
#[derive(Debug, Serialize)]
struct Oembed {
    version: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    provider_name: &'static str,
    provider_url: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_height: Option<u32>,
}

/// `/oembed?url=…&maxwidth=…&maxheight=…&format=json`, as oembed.com describes it.
pub(crate) async fn oembed(
    State(site): State<Arc<Site>>,
    uri: Uri,
    visitor: Visitor,
    headers: HeaderMap,
) -> Response {
    let fields = Fields::of(uri.query().unwrap_or_default());
    if fields.get("format").is_some_and(|format| format != "json") {
        return (StatusCode::NOT_IMPLEMENTED, "oEmbed comes as JSON only").into_response();
    }
    let missing = || {
        let text = "oEmbed takes url=, the address of a recording's page on this server";
        (StatusCode::NOT_FOUND, text).into_response()
    };
    let (Some(url), Some(base)) = (fields.get("url"), base(&headers)) else {
        return missing();
    };
    let Some((id, moment)) = linked(url, &base) else {
        return missing();
    };
    if let Err(refusal) = visitor.sees(&id) {
        return refusal.into_response();
    }
    let is_for_others = site.embedding.is_for_others();
    let Some(described) = describe(site, id.clone(), moment).await else {
        return missing();
    };
    let most = |name| fields.get(name).and_then(|value| value.parse::<u32>().ok());
    let size = frame_size(described.viewport, most("maxwidth"), most("maxheight"));
    let src = format!("{base}/embed/{id}{}", moment.query(&[]));
    let html = format!(
        "<iframe src=\"{}\" width=\"{}\" height=\"{}\" title=\"{}\" loading=\"lazy\" allowfullscreen></iframe>",
        escape(&src),
        size.0,
        size.1,
        escape(&described.title)
    );
    let picture = described.picture.as_ref();
    Json(Oembed {
        version: "1.0",
        kind: if is_for_others { "rich" } else { "link" },
        provider_name: "Playhead",
        provider_url: base.clone(),
        html: is_for_others.then_some(html),
        width: is_for_others.then_some(size.0),
        height: is_for_others.then_some(size.1),
        thumbnail_url: picture.map(|_| format!("{base}/recording/{id}/poster.png{}", moment.query(&[]))),
        thumbnail_width: picture.map(|picture| picture.size.0),
        thumbnail_height: picture.map(|picture| picture.size.1),
        title: described.title,
    })
    .into_response()
}

/// The recording and the moment that an address of this server leads to.
fn linked(url: &str, base: &str) -> Option<(String, Moment)> {
    let uri: Uri = url.parse().ok()?;
    let (_, host) = base.split_once("://")?;
    (uri.authority()?.as_str() == host).then_some(())?;
    let path = uri.path();
    let segment = path
        .strip_prefix("/recording/")
        .or_else(|| path.strip_prefix("/embed/"))?;
    let moment = Fields::of(uri.query().unwrap_or_default()).moment();
    let id = recording_id(segment);
    (!id.is_empty() && !id.contains('/')).then(|| (id.to_owned(), moment))
}

/// The size of a frame in CSS pixels: the picture as wide as there is room, and the timeline.
fn frame_size((width, height): (u32, u32), max_width: Option<u32>, max_height: Option<u32>) -> (u32, u32) {
    let frame_width = max_width.unwrap_or(FRAME_WIDTH_PX).clamp(MIN_FRAME_PX.0, 4_096);
    let picture_height = f64::from(frame_width) * f64::from(height.max(1)) / f64::from(width.max(1));
    let frame_height = picture_height.round() as u32 + TIMELINE_PX;
    let frame_height = frame_height.min(max_height.unwrap_or(u32::MAX));
    (frame_width, frame_height.clamp(MIN_FRAME_PX.1, 4_096))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_server_are_embedded() {
        let base = "http://127.0.0.1:8912";
        let id = |url: &str| linked(url, base).map(|(id, _)| id);
        assert_eq!(
            id("http://127.0.0.1:8912/recording/to-do--0a-1b?t=5").as_deref(),
            Some("0a-1b")
        );
        assert_eq!(id("http://127.0.0.1:8912/embed/0a").as_deref(), Some("0a"));
        for other in [
            "http://127.0.0.1:8913/recording/0a",
            "/recording/0a",
            "http://127.0.0.1:8912/",
            "http://127.0.0.1:8912/recording/",
            "nonsense",
        ] {
            assert_eq!(id(other), None, "{other}");
        }
    }

    #[test]
    fn frames_keep_the_page_in_shape() {
        assert_eq!(frame_size((800, 600), None, None), (960, 870));
        assert_eq!(frame_size((800, 600), Some(400), None), (400, 450));
        assert_eq!(frame_size((800, 600), Some(1), Some(1)), (320, 240));
        assert_eq!(frame_size((0, 600), None, None).1, 4_096);
    }
}
