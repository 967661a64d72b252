//! A server that speaks S3 as far as we need it: lists in pages, ranges, conditions, uploads in parts. It takes only requests
//! that are signed with its key, and remembers what was asked.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use crate::links::hex;

/// How many rows of a list come at once: few, so that there are pages.
const PAGE: usize = 2;

#[derive(Default)]
pub(super) struct Bucket {
    pub(super) objects: Mutex<BTreeMap<String, Vec<u8>>>,
    uploads: Mutex<BTreeMap<String, BTreeMap<u32, Vec<u8>>>>,
    /// Method, key and range of every request.
    pub(super) asked: Mutex<Vec<(String, String, String)>>,
    /// Requests that are answered with 500 before one is not.
    pub(super) n_failing: Mutex<u32>,
}

impl Bucket {
    /// How many bytes of an object were handed out.
    pub(super) fn n_bytes_read(&self, key: &str) -> u64 {
        let asked = self.asked.lock().unwrap();
        let of_key = asked
            .iter()
            .filter(|(method, of, _)| method == "GET" && of == key);
        of_key
            .map(|(_, _, range)| {
                match range
                    .strip_prefix("bytes=")
                    .and_then(|range| range.split_once('-'))
                {
                    Some((begin, end)) => end.parse::<u64>().unwrap() + 1 - begin.parse::<u64>().unwrap(),
                    None => self.objects.lock().unwrap()[key].len() as u64,
                }
            })
            .sum()
    }

    pub(super) fn n_asked(&self, method: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|(of, _, _)| of == method).count()
    }
}

/// Serves a bucket `b`, and gives the environment to reach it by.
pub(super) async fn serve(bucket: Arc<Bucket>) -> Vec<(String, String)> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer).with_state(bucket);
    tokio::spawn(async move { axum::serve(listener, router).await });
    [
        ("AWS_ENDPOINT", format!("http://{address}")),
        ("AWS_ALLOW_HTTP", "true".to_owned()),
        ("AWS_REGION", "eu-central-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "test-key".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test-secret".to_owned()),
        ("HOME", "/nowhere".to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

async fn answer(State(bucket): State<Arc<Bucket>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 64 << 20).await.unwrap();
    let Some(key) = parts.uri.path().strip_prefix("/b") else {
        return error(StatusCode::NOT_FOUND, "NoSuchBucket");
    };
    let key = key.trim_start_matches('/').replace("%20", " ");
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let signature = text(header::AUTHORIZATION).unwrap_or_default();
    if !signature.starts_with("AWS4-HMAC-SHA256 Credential=test-key/") {
        return error(StatusCode::FORBIDDEN, "AccessDenied");
    }
    bucket.asked.lock().unwrap().push((
        parts.method.to_string(),
        key.clone(),
        text(header::RANGE).unwrap_or_default().to_owned(),
    ));
    {
        let mut n_failing = bucket.n_failing.lock().unwrap();
        if *n_failing > 0 {
            *n_failing -= 1;
            return error(StatusCode::INTERNAL_SERVER_ERROR, "InternalError");
        }
    }
    let query: BTreeMap<String, String> =
        url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    match parts.method {
        Method::GET if key.is_empty() => list(&bucket, &query),
        Method::GET | Method::HEAD => get(&bucket, &key, &parts.headers, parts.method == Method::HEAD),
        Method::PUT if query.contains_key("uploadId") => put_part(&bucket, &query, &body),
        Method::PUT => put(&bucket, &key, &parts.headers, &body),
        Method::POST if query.contains_key("uploads") => begin(&bucket, &key),
        Method::POST if query.contains_key("uploadId") => complete(&bucket, &key, &query),
        Method::POST if query.contains_key("delete") => delete(&bucket, &body),
        Method::DELETE => {
            match query.get("uploadId") {
                Some(upload) => drop(bucket.uploads.lock().unwrap().remove(upload)),
                None => drop(bucket.objects.lock().unwrap().remove(&key)),
            }
            StatusCode::NO_CONTENT.into_response()
        }
        _ => error(StatusCode::NOT_IMPLEMENTED, "NotImplemented"),
    }
}

fn list(bucket: &Bucket, query: &BTreeMap<String, String>) -> Response {
    let none = String::new();
    let prefix = query.get("prefix").unwrap_or(&none);
    let after = query
        .get("continuation-token")
        .or(query.get("start-after"))
        .unwrap_or(&none);
    let objects = bucket.objects.lock().unwrap();
    let mut rows = objects
        .iter()
        .filter(|(key, _)| key.starts_with(prefix.as_str()) && *key > after);
    let page: Vec<_> = rows.by_ref().take(PAGE).collect();
    let is_truncated = rows.next().is_some();
    let mut xml = format!(
        "<Name>b</Name><KeyCount>{}</KeyCount><IsTruncated>{is_truncated}</IsTruncated>",
        page.len()
    );
    if is_truncated {
        let last = page.last().map(|(key, _)| key.as_str()).unwrap_or_default();
        xml += &format!("<NextContinuationToken>{last}</NextContinuationToken>");
    }
    for (key, content) in page {
        xml += &format!(
            "<Contents><Key>{key}</Key><LastModified>2026-12-01T00:00:00.000Z</LastModified><ETag>{}</ETag>\
             <Size>{}</Size></Contents>",
            e_tag(content).replace('"', "&quot;"),
            content.len()
        );
    }
    xml_of("ListBucketResult", &xml)
}

fn get(bucket: &Bucket, key: &str, headers: &HeaderMap, is_head: bool) -> Response {
    let objects = bucket.objects.lock().unwrap();
    let Some(content) = objects.get(key) else {
        return error(StatusCode::NOT_FOUND, "NoSuchKey");
    };
    let e_tag = e_tag(content);
    if headers
        .get(header::IF_MATCH)
        .is_some_and(|wanted| wanted != e_tag.as_str())
    {
        return error(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
    }
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let range = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let (status, part, content_range) = match range {
        Some((begin, end)) => {
            let (begin, end): (usize, usize) = (begin.parse().unwrap(), end.parse().unwrap());
            let part = &content[begin..(end + 1).min(content.len())];
            let said = format!("bytes {begin}-{}/{}", begin + part.len() - 1, content.len());
            (StatusCode::PARTIAL_CONTENT, part, Some(said))
        }
        None => (StatusCode::OK, content.as_slice(), None),
    };
    let body = match is_head {
        true => Body::empty(),
        false => Body::from(part.to_vec()),
    };
    let mut response = (
        status,
        [
            (header::ETAG, e_tag),
            (header::LAST_MODIFIED, "Tue, 01 Dec 2026 00:00:00 GMT".to_owned()),
            (header::CONTENT_LENGTH, part.len().to_string()),
        ],
        body,
    )
        .into_response();
    if let Some(said) = content_range {
        response
            .headers_mut()
            .insert(header::CONTENT_RANGE, said.parse().unwrap());
    }
    response
}

fn put(bucket: &Bucket, key: &str, headers: &HeaderMap, body: &Bytes) -> Response {
    let mut objects = bucket.objects.lock().unwrap();
    if headers.contains_key(header::IF_NONE_MATCH) && objects.contains_key(key) {
        return error(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
    }
    objects.insert(key.to_owned(), body.to_vec());
    [(header::ETAG, e_tag(body))].into_response()
}

fn begin(bucket: &Bucket, key: &str) -> Response {
    let upload = format!("upload-{key}");
    bucket
        .uploads
        .lock()
        .unwrap()
        .insert(upload.clone(), BTreeMap::new());
    let xml = format!("<Bucket>b</Bucket><Key>{key}</Key><UploadId>{upload}</UploadId>");
    xml_of("InitiateMultipartUploadResult", &xml)
}

fn put_part(bucket: &Bucket, query: &BTreeMap<String, String>, body: &Bytes) -> Response {
    let number = query["partNumber"].parse().unwrap();
    let mut uploads = bucket.uploads.lock().unwrap();
    let parts = uploads.get_mut(&query["uploadId"]).unwrap();
    parts.insert(number, body.to_vec());
    [(header::ETAG, e_tag(body))].into_response()
}

fn complete(bucket: &Bucket, key: &str, query: &BTreeMap<String, String>) -> Response {
    let parts = bucket.uploads.lock().unwrap().remove(&query["uploadId"]).unwrap();
    let content: Vec<u8> = parts.into_values().flatten().collect();
    let xml = format!(
        "<Location>/b/{key}</Location><Bucket>b</Bucket><Key>{key}</Key><ETag>{}</ETag>",
        e_tag(&content).replace('"', "&quot;")
    );
    bucket.objects.lock().unwrap().insert(key.to_owned(), content);
    xml_of("CompleteMultipartUploadResult", &xml)
}

fn delete(bucket: &Bucket, body: &Bytes) -> Response {
    let text = String::from_utf8(body.to_vec()).unwrap();
    let keys = text
        .split("<Key>")
        .skip(1)
        .filter_map(|rest| rest.split("</Key>").next());
    let mut xml = String::new();
    for key in keys {
        bucket.objects.lock().unwrap().remove(key);
        xml += &format!("<Deleted><Key>{key}</Key></Deleted>");
    }
    xml_of("DeleteResult", &xml)
}

fn e_tag(content: &[u8]) -> String {
    format!("\"{}\"", hex(&Sha256::digest(content)[..8]))
}

fn xml_of(name: &str, content: &str) -> Response {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><{name} xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{content}</{name}>"
    );
    ([(header::CONTENT_TYPE, "application/xml")], xml).into_response()
}

fn error(status: StatusCode, code: &str) -> Response {
    let xml = format!("<Code>{code}</Code><Message>{code}</Message>");
    let mut response = xml_of("Error", &xml);
    *response.status_mut() = status;
    response
}
