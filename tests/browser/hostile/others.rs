//! What other recorders might have written for somebody who means harm.

use serde_json::{Value as Json, json};

/// As in `tests/pages/hostile`.
pub(super) fn trap(place: &str) -> String {
    format!(
        "\"'></title></style></script>--><x-canary data-canary=\"{place}\"></x-canary><img src=x onerror=\"canary('{place}')\">\
         <svg onload=\"canary('{place}')\"></svg>\u{202e}gpj.exe\u{2066}\u{1b}[31m"
    )
}

/// A HAR that is nothing but traps.
pub(super) fn har() -> Json {
    let header = |name: &str| json!({ "name": trap(&format!("name of {name}")), "value": trap(name) });
    let entry = |at: usize, url: &str, mime: &str| {
        json!({
            "startedDateTime": format!("2026-12-01T10:00:0{at}.000Z"), "time": 5, "cache": {},
            "timings": { "send": 1, "wait": 1, "receive": 1 },
            "request": {
                "method": trap("method"), "url": url, "httpVersion": trap("version"), "headersSize": -1, "bodySize": -1,
                "headers": [header("request")], "cookies": [header("cookie")], "queryString": [header("query")],
                "postData": { "mimeType": mime, "text": trap("body"), "params": [] },
            },
            "response": {
                "status": 200, "statusText": trap("status"), "httpVersion": "HTTP/1.1", "headers": [header("response")],
                "cookies": [header("cookie")], "redirectURL": "javascript:canary('redirect')", "headersSize": -1, "bodySize": -1,
                "content": { "size": 5, "mimeType": mime, "text": trap("answer") },
            },
            "_resourceType": trap("type"), "_initiator": { "type": "script", "url": "javascript:canary('initiator')" },
        })
    };
    let urls = [
        "javascript:canary('url')",
        "http://x.invalid/<x-canary data-canary=url>",
        "data:text/html,<script>canary()</script>",
        "vbscript:x",
    ];
    let mimes = [
        "text/html",
        "image/svg+xml",
        "application/json",
        "text/javascript",
    ];
    let entries: Vec<Json> = urls
        .iter()
        .zip(mimes)
        .enumerate()
        .map(|(at, (url, mime))| entry(at, url, mime))
        .collect();
    json!({ "log": {
        "version": "1.2", "creator": { "name": trap("creator"), "version": trap("creator's version") },
        "pages": [{ "id": "p", "title": trap("page"), "startedDateTime": "2026-12-01T10:00:00.000Z", "pageTimings": {} }],
        "entries": entries,
    } })
}

/// Events of rrweb whose document would do everything if anybody built it.
pub(super) fn events() -> Json {
    let text = |id: u32, text: String| json!({ "type": 3, "id": id, "textContent": text });
    let element = |id: u32, name: &str, attributes: Json, children: Vec<Json>| json!({ "type": 2, "id": id, "tagName": name, "attributes": attributes, "childNodes": children });
    let odd = vec![
        element(
            5,
            "a",
            json!({ "href": "javascript:canary('href')", "onclick": "canary('onclick')", "title": trap("title") }),
            vec![text(6, trap("text"))],
        ),
        element(
            7,
            "script",
            json!({ "src": "javascript:canary('src')" }),
            vec![text(8, "canary('script')".to_owned())],
        ),
        element(
            9,
            "iframe",
            json!({ "srcdoc": "<script>parent.canary('srcdoc')</script>", "rr_src": "javascript:canary()" }),
            vec![],
        ),
        element(10, "svg", json!({ "onload": "canary('svg')" }), vec![]),
        element(11, "x-canary data-canary=tag", json!({}), vec![]),
        element(
            12,
            "style",
            json!({ "_cssText": "</style><script>canary('style')</script>" }),
            vec![],
        ),
        element(
            13,
            "base",
            json!({ "href": "javascript:canary('base')//" }),
            vec![],
        ),
        json!({ "type": 5, "id": 14, "textContent": trap("comment") }),
    ];
    let body = element(4, "body", json!({ "onload": "canary('body')" }), odd);
    let html = element(
        2,
        "html",
        json!({}),
        vec![element(3, "head", json!({}), vec![]), body],
    );
    json!([
        { "type": 4, "timestamp": 1000, "data": { "href": "javascript:canary('page')", "width": 800, "height": 600 } },
        { "type": 2, "timestamp": 1001, "data": { "node": { "type": 0, "id": 1, "childNodes": [html] }, "initialOffset": { "top": 0, "left": 0 } } },
        { "type": 5, "timestamp": 1500, "data": { "tag": trap("tag"), "payload": { trap("key"): trap("value") } } },
        { "type": 6, "timestamp": 1600, "data": { "plugin": "rrweb/console@1", "payload": {
            "level": "log", "trace": [trap("frame")], "payload": [format!("{:?}", trap("message")), "\"%c<x-canary>\""] } } },
        { "type": 3, "timestamp": 2000, "data": { "source": 5, "id": 5, "text": trap("typed"), "isChecked": false } },
        { "type": 3, "timestamp": 3000, "data": { "source": 0, "texts": [], "attributes": [
            { "id": 5, "attributes": { "style": trap("style"), "onfocus": "canary('later')" } }], "removes": [], "adds": [] } },
    ])
}
