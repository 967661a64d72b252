//! The built viewer, inside the binary: each file as it is and, where that is smaller, as brotli and gzip.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::embed::CORP;

/// What `cargo xtask build` left in `dist/`. A build without it serves a page that says how to make it.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../dist"]
#[allow_missing = true]
struct Viewer;

/// What the engine in the page may do: run its own scripts and wasm, and read recordings wherever a person names one. Workers
/// have a policy of their own, and this one has no page.
const ENGINE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' http: https: blob:; \
    require-trusted-types-for 'script'; trusted-types default";

/// Answers `path` (without its leading slash) from the built viewer; None if it has no such file.
pub(crate) fn file(path: &str, request: &HeaderMap) -> Option<Response> {
    let plain = Viewer::get(path)?;
    let etag = format!("\"{}\"", hex(&plain.metadata.sha256_hash()[..16]));
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let cache = if has_hash(path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if path.starts_with("engine-") {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(ENGINE_POLICY),
        );
    }
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    let known = request
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| {
        known
            .split(',')
            .any(|tag| tag.trim().trim_start_matches("W/") == etag)
    }) {
        return Some((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let (encoding, file) = encoded(path, request).unwrap_or((None, plain));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some((headers, file.data.into_owned()).into_response())
}

/// The page every route of the viewer starts from.
pub(crate) fn index(request: &HeaderMap) -> Response {
    file("index.html", request).unwrap_or_else(|| {
        let text = "this build has no viewer inside; run `cargo xtask run`, which builds one";
        (StatusCode::NOT_FOUND, text).into_response()
    })
}

/// Lets pages of any origin use a file: there is nothing in it that is not in every copy of the program.
pub(crate) fn for_anyone(mut response: Response) -> Response {
    let anyone = |value| HeaderValue::from_static(value);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anyone("*"));
    headers.insert(CORP, anyone("cross-origin"));
    response
}

/// The text of the page every route of the viewer starts from; None in a build without a viewer.
pub(crate) fn index_text() -> Option<String> {
    let index = Viewer::get("index.html")?;
    String::from_utf8(index.data.into_owned()).ok()
}

/// The smallest encoding the client takes. Chromium, Firefox and Safari take brotli only over https or on localhost.
fn encoded(path: &str, request: &HeaderMap) -> Option<(Option<&'static str>, EmbeddedFile)> {
    let accepted = request.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    let takes = |name: &str| {
        accepted.split(',').any(|part| {
            let mut fields = part.split(';');
            fields.next().is_some_and(|encoding| encoding.trim() == name)
                && !fields.any(|field| matches!(field.trim(), "q=0" | "q=0.0"))
        })
    };
    [("br", "br"), ("gz", "gzip")]
        .into_iter()
        .filter(|(_, name)| takes(name))
        .find_map(|(suffix, name)| Some((Some(name), Viewer::get(&format!("{path}.{suffix}"))?)))
}

/// Trunk puts a hash of the contents in the names of what it builds: `app-0123456789abcdef.js`.
fn has_hash(path: &str) -> bool {
    path.split(['-', '_', '.', '/'])
        .any(|part| part.len() >= 12 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::has_hash;

    #[test]
    fn only_hashed_names_are_immutable() {
        assert!(has_hash("app-9f86d081884c7d65_bg.wasm"));
        assert!(has_hash("app-9f86d081884c7d65.js"));
        assert!(!has_hash("index.html"));
        assert!(!has_hash("icons/playhead.svg"));
    }
}
