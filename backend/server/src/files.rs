//! A recording's file over HTTP, whole or a range of it: to take home, or for a viewer elsewhere that reads by ranges.

use std::{io, ops::Range, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use recording::source::ByteSource;

use crate::{
    access::{Code, Grant, Refusal},
    http::Site,
    library::EXTENSION,
};

/// What is read at once.
const PIECE_BYTES: u64 = 256 << 10;

/// `GET` and `HEAD /api/recordings/ID/file`.
pub(crate) async fn download(
    State(site): State<Arc<Site>>,
    grant: Grant,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    grant.downloads(&id)?;
    let name = format!("{id}.{EXTENSION}");
    let opened = tokio::task::spawn_blocking(move || {
        let source = site.library.file(&id)?;
        let len = source.len().map_err(|error| error.to_string())?;
        Ok::<_, String>((source, len))
    });
    let (source, len) = opened
        .await
        .map_err(|_| Refusal::new(Code::Failed, "the recording could not be read"))?
        .map_err(|missing| Refusal::new(Code::NotFound, missing))?;
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let range = match asked.map(|asked| range_of(asked, len)) {
        Some(Asked::Part(range)) => Some(range),
        Some(Asked::Outside) => {
            let unit = [(header::CONTENT_RANGE, format!("bytes */{len}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, unit).into_response());
        }
        // What is no range is no reason to refuse.
        Some(Asked::Odd) | None => None,
    };
    let bytes = range.clone().unwrap_or(0..len);
    let n_bytes = bytes.end - bytes.start;
    let body = match method == Method::HEAD {
        true => Body::empty(),
        false => Body::from_stream(pieces(source, bytes.clone())),
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let mut set = |name, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    };
    // Never shown, whatever it holds.
    set(header::CONTENT_TYPE, "application/octet-stream".to_owned());
    set(
        header::CONTENT_DISPOSITION,
        format!("attachment; filename=\"{}\"", plain(&name)),
    );
    set(header::ACCEPT_RANGES, "bytes".to_owned());
    set(header::CACHE_CONTROL, "private, no-cache".to_owned());
    set(header::CONTENT_LENGTH, n_bytes.to_string());
    if range.is_some() {
        set(
            header::CONTENT_RANGE,
            format!("bytes {}-{}/{len}", bytes.start, bytes.end - 1),
        );
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

/// What a client asks for.
#[derive(Debug, PartialEq)]
enum Asked {
    Part(Range<u64>),
    /// Nothing of it is there.
    Outside,
    /// Several ranges, or none that can be read.
    Odd,
}

/// `bytes=0-99`, `bytes=100-`, `bytes=-100`.
fn range_of(asked: &str, len: u64) -> Asked {
    let Some((begin, end)) = asked
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Asked::Odd;
    };
    let number = |text: &str| match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse::<u64>().ok(),
        false => None,
    };
    let range = match (number(begin), number(end)) {
        (Some(begin), Some(end)) if begin <= end => begin..end.saturating_add(1).min(len),
        (Some(begin), None) if end.is_empty() => begin..len,
        (None, Some(last)) if begin.is_empty() => len.saturating_sub(last)..len,
        _ => return Asked::Odd,
    };
    match range.is_empty() {
        true => Asked::Outside,
        false => Asked::Part(range),
    }
}

/// The bytes of a range, piece by piece, as fast as they are taken. No thread waits for a slow client.
fn pieces(
    source: Box<dyn ByteSource>,
    range: Range<u64>,
) -> impl futures::Stream<Item = io::Result<Bytes>> + Send + 'static {
    let source: Arc<dyn ByteSource> = source.into();
    futures::stream::try_unfold(range.start, move |at| {
        let source = source.clone();
        async move {
            let n_bytes = PIECE_BYTES.min(range.end.saturating_sub(at));
            if n_bytes == 0 {
                return Ok(None);
            }
            let read = tokio::task::spawn_blocking(move || {
                let mut piece = vec![0; n_bytes as usize];
                source.read_at(at, &mut piece).map(|()| Bytes::from(piece))
            });
            let piece = read.await.map_err(io::Error::other)??;
            Ok(Some((piece, at + n_bytes)))
        }
    })
}

/// A name that no header and no file system minds.
fn plain(name: &str) -> String {
    let plain = name
        .chars()
        .filter(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.' | '_'));
    plain.take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_browsers_write_them() {
        for (asked, expected) in [
            ("bytes=0-99", Asked::Part(0..100)),
            ("bytes=0-0", Asked::Part(0..1)),
            ("bytes=990-", Asked::Part(990..1000)),
            ("bytes=-10", Asked::Part(990..1000)),
            ("bytes=-5000", Asked::Part(0..1000)),
            ("bytes=0-18446744073709551615", Asked::Part(0..1000)),
            ("bytes=1000-", Asked::Outside),
            ("bytes=-0", Asked::Outside),
            ("bytes=9-3", Asked::Odd),
            ("bytes=0-1,5-6", Asked::Odd),
            ("bytes=+1-2", Asked::Odd),
            ("lines=0-1", Asked::Odd),
            ("", Asked::Odd),
        ] {
            assert_eq!(range_of(asked, 1000), expected, "{asked}");
        }
    }
}
