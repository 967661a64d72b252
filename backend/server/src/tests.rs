//! The server as its clients meet it: routes called without a socket, and the protocol over real ones.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop"
)]

mod access;
mod comments;
mod hostile;
mod links;
#[cfg(unix)]
mod live;
mod s3;
mod store;
mod uploads;

use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use futures::{SinkExt, StreamExt};
use recording::{
    event::{Event, Navigation, Paint},
    manifest::Head,
    point::Micros,
    writer::Writer,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};
use tower::ServiceExt;

use crate::{
    access::Access,
    http::{Site, router},
    library::Library,
    resources,
    uploads::Uploads,
};

const ID: &str = "0b1c2d3e-0000-4000-8000-000000000001";
const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xd9];

fn head(id: &str) -> Head {
    Head {
        format: 0,
        recording_id: id.to_owned(),
        build_id: "linux-chromium-20261120-playhead".to_owned(),
        url: "http://localhost/empty".to_owned(),
        recorded_at: 1.0,
        viewport: (800, 600),
        device_pixel_ratio: 1.0,
    }
}

/// Writes a recording of an empty page with one picture.
fn write_recording(path: &Path, id: &str) {
    let mut writer = Writer::create(fs::File::create(path).unwrap(), head(id)).unwrap();
    let navigation = Navigation {
        url: "http://localhost/empty".into(),
        kind: "load".into(),
    };
    writer.mark(Micros(1_000), Event::Navigation(navigation)).unwrap();
    let hash = "ab".repeat(32);
    writer.add_paint_image(&hash, "image/jpeg", JPEG).unwrap();
    let paint = Paint {
        hash: hash.into(),
        mime_type: "image/jpeg".into(),
        width: 800,
        height: 600,
        scale: 1.0,
    };
    writer.mark(Micros(2_000), Event::Paint(paint)).unwrap();
    writer.finish("Empty".to_owned(), Vec::new(), Vec::new()).unwrap();
}

fn site(paths: &[&Path], upstreams: Vec<String>) -> Arc<Site> {
    let paths = paths.iter().map(|path| path.to_path_buf()).collect();
    let mut site = Site::new(Library::new(paths), Access::of_this_machine());
    site.upstreams = upstreams;
    Arc::new(site)
}

async fn get(site: &Arc<Site>, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = router(site.clone()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    (
        parts.status,
        parts.headers,
        to_bytes(body, 1 << 20).await.unwrap().to_vec(),
    )
}

async fn list(site: &Arc<Site>) -> Vec<Value> {
    let (status, _, body) = get(site, "/api/recordings").await;
    assert_eq!(status, StatusCode::OK);
    serde_json::from_slice(&body).unwrap()
}

/// Listens on a free port for as long as the test runs.
async fn listen(site: Arc<Site>) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(crate::listen::accept(listener, site));
    address
}

/// Sends requests over one socket and returns the answers by their id.
async fn ask(address: SocketAddr, requests: &[Value]) -> Vec<Value> {
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
        .await
        .unwrap();
    let mut answers = Vec::new();
    for request in requests {
        socket.send(Message::text(request.to_string())).await.unwrap();
        loop {
            let message = socket
                .next()
                .await
                .expect("an answer before the socket closes")
                .unwrap();
            let Message::Text(text) = message else { continue };
            let answer: Value = serde_json::from_str(&text).unwrap();
            if answer["id"] == request["id"] {
                answers.push(answer);
                break;
            }
        }
    }
    answers
}

fn create_session(id: &str) -> Value {
    json!({"id": 1, "method": "Recording.createSession", "params": {"recordingId": id}})
}

#[tokio::test]
async fn files_dropped_into_a_folder_appear_and_unreadable_ones_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&[folder.path()], Vec::new());
    assert_eq!(list(&site).await, Vec::<Value>::new());

    write_recording(&folder.path().join("a.playhead"), ID);
    write_recording(&folder.path().join("b.playhead"), ID);
    fs::write(folder.path().join("c.playhead"), "something else").unwrap();
    fs::write(folder.path().join("notes.txt"), "not looked at").unwrap();
    let rows = list(&site).await;
    assert_eq!(rows.len(), 3);
    assert_eq!((&rows[0]["id"], &rows[0]["title"]), (&json!(ID), &json!("Empty")));
    assert_eq!(
        (&rows[0]["duration_ms"], &rows[0]["counts"]["paints"]),
        (&json!(2.0), &json!(1))
    );
    assert!(
        rows[1]["error"]
            .as_str()
            .unwrap()
            .contains("the same recording as"),
        "{rows:?}"
    );
    assert_eq!(
        (&rows[2]["name"], &rows[2]["error"]),
        (&json!("c.playhead"), &json!("this is not a recording"))
    );
}

#[tokio::test]
async fn a_poster_is_the_last_paint() {
    let folder = tempfile::tempdir().unwrap();
    write_recording(&folder.path().join("a.playhead"), ID);
    let site = site(&[folder.path()], Vec::new());
    let (status, headers, body) = get(&site, &format!("/api/recordings/{ID}/poster")).await;
    assert_eq!((status, body.as_slice()), (StatusCode::OK, JPEG));
    assert_eq!(headers[header::CONTENT_TYPE], "image/jpeg");
    let (status, _, body) = get(&site, "/api/recordings/none/poster").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let refusal: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        refusal["error"],
        json!({"code": "not_found", "message": "this server has no recording none"})
    );
}

#[tokio::test]
async fn every_answer_forbids_what_the_viewer_does_not_need() {
    let site = site(&[], Vec::new());
    for path in ["/", "/recording/x", "/api/recordings", "/no/such/file.js"] {
        let (_, headers, _) = get(&site, path).await;
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe-inline"),
            "{path}: {policy}"
        );
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
    }
    assert_eq!(get(&site, "/../Cargo.toml").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_of_another_site_cannot_open_the_socket() {
    let address = listen(site(&[], Vec::new())).await;
    let connect = |origin: String| async move {
        let mut request = format!("ws://{address}/dispatch").into_client_request().unwrap();
        request.headers_mut().insert("origin", origin.parse().unwrap());
        tokio_tungstenite::connect_async(request)
            .await
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    assert_eq!(connect(format!("http://{address}")).await, Ok(()));
    assert!(
        connect("https://elsewhere.example".to_owned())
            .await
            .unwrap_err()
            .contains("403")
    );
}

#[tokio::test]
async fn a_session_over_the_socket() {
    let folder = tempfile::tempdir().unwrap();
    write_recording(&folder.path().join("a.playhead"), ID);
    let address = listen(site(&[folder.path()], Vec::new())).await;
    let answers = ask(address, &[create_session(ID)]).await;
    let session = answers[0]["result"]["sessionId"]
        .as_str()
        .expect("a session")
        .to_owned();
    assert!(!session.is_empty());
    let answers = ask(address, &[create_session("none")]).await;
    assert!(
        answers[0]["error"]["message"].as_str().unwrap().contains("none"),
        "{answers:?}"
    );
}

#[tokio::test]
async fn a_session_that_nobody_uses_ends_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    write_recording(&folder.path().join("a.playhead"), ID);
    let mut site = Site::new(
        Library::new(vec![folder.path().to_owned()]),
        Access::of_this_machine(),
    );
    site.idle_limit = Some(Duration::from_millis(300));
    let address = listen(Arc::new(site)).await;
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
        .await
        .unwrap();
    let create = json!({"id": 1, "method": "Recording.createSession", "params": {"recordingId": ID}});
    socket.send(Message::text(create.to_string())).await.unwrap();
    let mut told = Vec::new();
    loop {
        let Message::Text(text) = socket.next().await.unwrap().unwrap() else {
            continue;
        };
        let message: Value = serde_json::from_str(&text).unwrap();
        if let Some(method) = message["method"].as_str() {
            told.push(method.to_owned());
        }
        if message["params"]["code"] == 10 {
            break;
        }
    }
    assert_eq!(told.first().map(String::as_str), Some("Session.mayDestroy"));
    assert_eq!(told.last().map(String::as_str), Some("Recording.sessionError"));
}

#[tokio::test]
async fn clients_hear_that_the_server_stops_before_it_closes() {
    let site = site(&[], Vec::new());
    let address = listen(site.clone()).await;
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
        .await
        .unwrap();
    // An answer says that the socket is served.
    let unknown = create_session("none");
    socket.send(Message::text(unknown.to_string())).await.unwrap();
    socket.next().await.unwrap().unwrap();
    site.is_stopping.send_replace(true);
    let Message::Text(notice) = socket.next().await.unwrap().unwrap() else {
        panic!("a notice comes first")
    };
    let notice: Value = serde_json::from_str(&notice).unwrap();
    assert_eq!(notice["method"], "Connection.willDisconnect");
    assert_eq!(notice["params"]["time"]["relative"], 0.5, "seconds");
    // Until then it is answered as before.
    socket.send(Message::text(unknown.to_string())).await.unwrap();
    assert!(matches!(socket.next().await, Some(Ok(Message::Text(_)))));
    let Message::Close(Some(frame)) = socket.next().await.unwrap().unwrap() else {
        panic!("then it closes")
    };
    assert_eq!(u16::from(frame.code), 1001);
    site.is_stopping.closed().await;
}

#[tokio::test]
async fn a_recording_that_is_elsewhere_is_served_by_the_upstream_that_has_it() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let elsewhere = "0b1c2d3e-0000-4000-8000-000000000002";
    write_recording(&here.path().join("a.playhead"), ID);
    write_recording(&there.path().join("b.playhead"), elsewhere);
    let empty = listen(site(&[], Vec::new())).await;
    let upstream = listen(site(&[there.path()], Vec::new())).await;
    let upstreams = vec![format!("ws://{empty}"), format!("ws://{upstream}")];
    let address = listen(site(&[here.path()], upstreams)).await;

    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
        .await
        .unwrap();
    let mut call = async |request: Value| -> Value {
        socket.send(Message::text(request.to_string())).await.unwrap();
        loop {
            let Message::Text(text) = socket.next().await.unwrap().unwrap() else {
                continue;
            };
            let answer: Value = serde_json::from_str(&text).unwrap();
            if answer["id"] == request["id"] {
                return answer;
            }
        }
    };
    for id in [elsewhere, ID] {
        let opened = call(create_session(id)).await;
        let session = opened["result"]["sessionId"].clone();
        assert!(session.is_string(), "{opened}");
        let build =
            call(json!({"id": "b", "method": "Session.getBuildId", "sessionId": session, "params": {}}))
                .await;
        assert_eq!(
            build["result"]["buildId"], "linux-chromium-20261120-playhead",
            "{build}"
        );
    }
}

#[tokio::test]
async fn an_upstream_that_cannot_be_reached_is_said_in_words() {
    let address = listen(site(&[], vec!["ws://127.0.0.1:9".to_owned()])).await;
    let answers = ask(address, &[create_session("none")]).await;
    assert_eq!(answers[0]["error"]["code"], 51);
    assert!(
        answers[0]["error"]["message"]
            .as_str()
            .unwrap()
            .contains("ws://127.0.0.1:9"),
        "{answers:?}"
    );
}
