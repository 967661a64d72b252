//! Links that carry their own permission, over HTTP and the protocol, and those who make them.

use std::time::{SystemTime, UNIX_EPOCH};

use recording::event::{Message as ConsoleMessage, MessageLevel, MessageSource};

use super::{
    access::{TOKEN, bearer, closed, send},
    uploads::Socket,
    *,
};
use crate::links::{Capability, Keys, Scope, Wanted};

const OTHER: &str = "0b1c2d3e-0000-4000-8000-000000000002";

/// A recording of ten messages, one a second.
fn write_talkative(path: &Path, id: &str) {
    let mut writer = Writer::create(fs::File::create(path).unwrap(), head(id)).unwrap();
    for second in 1..=10 {
        let message = ConsoleMessage {
            source: MessageSource::ConsoleApi,
            level: MessageLevel::Info,
            method: "log".into(),
            text: Some(format!("second {second}").as_str().into()),
            arguments: Vec::new(),
            url: None,
            position: None,
        };
        writer
            .mark(Micros(second * 1_000_000), Event::Message(message))
            .unwrap();
    }
    writer.finish("Talk".to_owned(), Vec::new(), Vec::new()).unwrap();
}

/// A server that asks for a token, with two recordings.
fn server(folder: &Path) -> Arc<Site> {
    write_talkative(&folder.join("a.playhead"), ID);
    write_recording(&folder.join("b.playhead"), OTHER);
    let mut site = closed(folder);
    site.library = Library::new(vec![folder.to_owned()]);
    Arc::new(site)
}

/// Makes a link and gives its name and its secret.
async fn make(site: &Arc<Site>, wanted: Value) -> (String, String) {
    let token = bearer(TOKEN);
    let (status, made) = send(
        site,
        "POST",
        "/api/links",
        &[("authorization", &token)],
        Some(&wanted),
    )
    .await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let path = made["path"].as_str().unwrap();
    let secret = path.split_once("#k=").unwrap().1;
    (made["id"].as_str().unwrap().to_owned(), secret.to_owned())
}

fn set_token(token: &str) -> Value {
    json!({"id": 9, "method": "Authentication.setAccessToken", "params": {"accessToken": token}})
}

/// Sends a request and gives all that comes up to its answer.
async fn call(socket: &mut Socket, request: &Value) -> Vec<Value> {
    socket.send(Message::text(request.to_string())).await.unwrap();
    let mut messages = Vec::new();
    loop {
        let Message::Text(text) = socket.next().await.unwrap().unwrap() else {
            continue;
        };
        let message: Value = serde_json::from_str(&text).unwrap();
        let is_answer = message["id"] == request["id"];
        messages.push(message);
        if is_answer {
            return messages;
        }
    }
}

async fn connect(address: SocketAddr, secret: &str) -> Socket {
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
        .await
        .unwrap();
    let answer = call(&mut socket, &set_token(secret)).await;
    assert_eq!(answer[0]["result"], json!({}), "{answer:?}");
    socket
}

async fn open(socket: &mut Socket) -> String {
    let answer = call(socket, &create_session(ID)).await;
    let session = answer.last().unwrap()["result"]["sessionId"].as_str();
    session.unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

fn in_session(session: &str, method: &str, params: &Value) -> Value {
    json!({"id": 5, "method": method, "sessionId": session, "params": params})
}

#[tokio::test]
async fn a_link_opens_one_recording_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let site = server(folder.path());
    let (_, secret) = make(&site, json!({ "recording": ID })).await;
    let token = bearer(&secret);
    let headers = [("authorization", token.as_str())];
    let rows = send(&site, "GET", "/api/recordings", &headers, None).await.1;
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["id"]), (1, &json!(ID)));
    for (path, expected) in [
        (format!("/api/recordings/{ID}"), StatusCode::OK),
        (format!("/api/recordings/{OTHER}"), StatusCode::FORBIDDEN),
        (format!("/api/recordings/{OTHER}/poster"), StatusCode::FORBIDDEN),
        (format!("/api/recordings/{OTHER}/comments"), StatusCode::FORBIDDEN),
        (format!("/api/recordings/{ID}/file"), StatusCode::FORBIDDEN),
        ("/api/links".to_owned(), StatusCode::FORBIDDEN),
    ] {
        let (status, body) = send(&site, "GET", &path, &headers, None).await;
        assert_eq!(status, expected, "{path}: {body}");
    }
    let (_, body) = send(&site, "GET", "/api/access", &headers, None).await;
    assert_eq!(
        (&body["grant"], &body["link"]["recording"]),
        (&json!("link"), &json!(ID))
    );
    assert_eq!(
        (&body["link"]["scope"], &body["links"]),
        (&json!("view"), &json!(false))
    );

    let address = listen(site).await;
    let mut socket = connect(address, &secret).await;
    let session = open(&mut socket).await;
    let endpoint = call(
        &mut socket,
        &in_session(&session, "Session.getEndpoint", &json!({})),
    )
    .await;
    assert_eq!(endpoint[0]["result"]["endpoint"]["time"], 10_000.0);
    for (method, params) in [
        ("Recording.createSession", json!({"recordingId": OTHER})),
        ("Recording.processRecording", json!({"recordingId": OTHER})),
        (
            "Internal.createRecording",
            json!({"buildId": "x", "recordingId": OTHER}),
        ),
        ("Resource.create", json!({"content": "x"})),
        ("Recording.addSourceMap", json!({})),
        ("Recording.addOriginalSource", json!({})),
        ("Authentication.somethingNew", json!({})),
    ] {
        let request = json!({"id": 6, "method": method, "params": params});
        let refused = call(&mut socket, &request).await;
        assert_eq!(refused[0]["error"]["code"], 403, "{method}: {refused:?}");
        assert_eq!(refused[0]["error"]["data"]["code"], "link_scope", "{method}");
    }
    // With the token, the same connection may do more.
    call(&mut socket, &set_token(TOKEN)).await;
    let answer = call(
        &mut socket,
        &json!({"id": 7, "method": "Recording.createSession", "params": {"recordingId": OTHER}}),
    )
    .await;
    assert!(answer[0]["result"]["sessionId"].is_string(), "{answer:?}");
}

#[tokio::test]
async fn a_link_to_a_range_shows_the_range() {
    let folder = tempfile::tempdir().unwrap();
    let site = server(folder.path());
    let wanted = json!({"recording": ID, "range": [3_500.0, 6_500.0]});
    let (_, secret) = make(&site, wanted).await;
    let address = listen(site).await;
    let mut socket = connect(address, &secret).await;
    let session = open(&mut socket).await;
    let messages = call(
        &mut socket,
        &in_session(&session, "Console.findMessages", &json!({})),
    )
    .await;
    let texts: Vec<_> = messages
        .iter()
        .filter_map(|message| message["params"]["message"]["text"].as_str())
        .collect();
    assert_eq!(texts, ["second 4", "second 5", "second 6"]);
    let window = json!({"request": {}});
    let window = call(
        &mut socket,
        &in_session(&session, "Session.requestFocusWindow", &window),
    )
    .await;
    let window = &window.last().unwrap()["result"]["window"];
    assert_eq!(
        (&window["begin"]["time"], &window["end"]["time"]),
        (&json!(4_000.0), &json!(6_000.0))
    );
    let outside = call(
        &mut socket,
        &in_session(&session, "Session.createPause", &json!({"point": "0"})),
    )
    .await;
    assert_eq!(outside[0]["error"]["code"], 403, "{outside:?}");
}

#[tokio::test]
async fn sessions_end_when_their_link_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let site = server(folder.path());
    let (id, secret) = make(&site, json!({ "recording": ID })).await;
    let (_, other_secret) = make(&site, json!({ "recording": ID })).await;
    let address = listen(site.clone()).await;
    let mut socket = connect(address, &secret).await;
    let mut other = connect(address, &other_secret).await;
    let session = open(&mut socket).await;
    let other_session = open(&mut other).await;
    let token = bearer(TOKEN);
    let path = format!("/api/links/{id}");
    let (status, _) = send(&site, "DELETE", &path, &[("authorization", &token)], None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let Message::Text(text) = socket.next().await.unwrap().unwrap() else {
        panic!()
    };
    let told: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(told["method"], "Recording.sessionError");
    assert_eq!(
        (&told["params"]["sessionId"], &told["params"]["code"]),
        (&json!(session), &json!(403))
    );
    assert!(told["params"]["message"].as_str().unwrap().contains("revoked"));
    for request in [
        create_session(ID),
        in_session(&session, "Session.getEndpoint", &json!({})),
        set_token(&secret),
    ] {
        let refused = call(&mut socket, &request).await;
        assert_eq!(refused[0]["error"]["data"]["code"], "link_revoked", "{refused:?}");
    }
    // The other link has nothing to do with it.
    let endpoint = call(
        &mut other,
        &in_session(&other_session, "Session.getEndpoint", &json!({})),
    )
    .await;
    assert!(endpoint[0]["result"].is_object(), "{endpoint:?}");
    let (status, body) = send(
        &site,
        "GET",
        "/api/recordings",
        &[("authorization", &bearer(&secret))],
        None,
    )
    .await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (StatusCode::UNAUTHORIZED, &json!("link_revoked"))
    );
    let (_, links) = send(&site, "GET", "/api/links", &[("authorization", &token)], None).await;
    let is_revoked: Vec<_> = links
        .as_array()
        .unwrap()
        .iter()
        .filter(|link| link["is_revoked"] == true)
        .collect();
    assert_eq!((is_revoked.len(), &is_revoked[0]["id"]), (1, &json!(id)));
    assert!(!links.to_string().contains(&secret), "a list has no secrets");
}

#[tokio::test]
async fn what_another_process_revokes_ends_too() {
    let folder = tempfile::tempdir().unwrap();
    let site = server(folder.path());
    let (id, secret) = make(&site, json!({ "recording": ID })).await;
    let address = listen(site.clone()).await;
    let mut socket = connect(address, &secret).await;
    open(&mut socket).await;
    let elsewhere = crate::access::register(&folder.path().join("state"), None);
    let listed = elsewhere.list().await.unwrap();
    assert_eq!((listed.len(), listed[0].is_revoked), (1, false));
    elsewhere.revoke(&id).await.unwrap();
    site.access.register.as_ref().unwrap().look().await.unwrap();
    let Message::Text(text) = socket.next().await.unwrap().unwrap() else {
        panic!()
    };
    assert!(text.contains("Recording.sessionError"), "{text}");
}

#[tokio::test]
async fn sessions_end_when_their_link_expires() {
    let folder = tempfile::tempdir().unwrap();
    let site = server(folder.path());
    // The clock of links counts whole seconds, so this one has up to one left.
    let (_, secret) = make(&site, json!({"recording": ID, "lasts": 1})).await;
    let address = listen(site).await;
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
        .await
        .unwrap();
    let answer = call(&mut socket, &set_token(&secret)).await;
    if answer[0]["error"].is_null() {
        let answer = call(&mut socket, &create_session(ID)).await;
        if answer.last().unwrap()["error"].is_null() {
            let Message::Text(text) = socket.next().await.unwrap().unwrap() else {
                panic!()
            };
            let told: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(told["method"], "Recording.sessionError");
            assert!(
                told["params"]["message"].as_str().unwrap().contains("expired"),
                "{told}"
            );
        }
    }
    let refused = call(&mut socket, &create_session(ID)).await;
    assert_eq!(refused[0]["error"]["data"]["code"], "link_expired", "{refused:?}");
}

#[tokio::test]
async fn who_may_download_may() {
    let folder = tempfile::tempdir().unwrap();
    let site = server(folder.path());
    let (_, secret) = make(&site, json!({"recording": ID, "scope": "download"})).await;
    let path = format!("/api/recordings/{ID}/file");
    let file = fs::read(folder.path().join("a.playhead")).unwrap();
    let ask = |method: &str, range: Option<&str>| {
        let mut request = Request::builder()
            .method(method)
            .uri(&path)
            .header("authorization", bearer(&secret));
        if let Some(range) = range {
            request = request.header("range", range);
        }
        let request = request.body(Body::empty()).unwrap();
        let router = router(site.clone());
        async move {
            let response = router.oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            (
                parts.status,
                parts.headers,
                to_bytes(body, 1 << 20).await.unwrap(),
            )
        }
    };
    let (status, headers, body) = ask("GET", None).await;
    assert_eq!((status, &body[..]), (StatusCode::OK, &file[..]));
    assert_eq!(
        headers["content-disposition"],
        format!("attachment; filename=\"{ID}.playhead\"")
    );
    let (status, headers, body) = ask("GET", Some("bytes=10-19")).await;
    assert_eq!((status, &body[..]), (StatusCode::PARTIAL_CONTENT, &file[10..20]));
    assert_eq!(headers["content-range"], format!("bytes 10-19/{}", file.len()));
    let (status, headers, body) = ask("HEAD", None).await;
    assert_eq!((status, body.len()), (StatusCode::OK, 0));
    assert_eq!(headers["content-length"], file.len().to_string());
    let (status, _, _) = ask("GET", Some("bytes=99999999-")).await;
    assert_eq!(status, StatusCode::RANGE_NOT_SATISFIABLE);
    let token = bearer(TOKEN);
    let wanted = json!({"recording": ID, "scope": "download", "range": [0.0, 1.0]});
    let (status, body) = send(
        &site,
        "POST",
        "/api/links",
        &[("authorization", &token)],
        Some(&wanted),
    )
    .await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
}

#[tokio::test]
async fn wishes_are_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let site = server(folder.path());
    let token = bearer(TOKEN);
    for (wanted, expected) in [
        (json!({"recording": "nowhere"}), StatusCode::NOT_FOUND),
        (
            json!({"recording": ID, "range": [5.0, 1.0]}),
            StatusCode::BAD_REQUEST,
        ),
        (
            json!({"recording": ID, "range": [-5.0, 1.0]}),
            StatusCode::BAD_REQUEST,
        ),
        (json!({"recording": ID, "lasts": 0}), StatusCode::BAD_REQUEST),
        (
            json!({"recording": ID, "lasts": 999_999_999}),
            StatusCode::BAD_REQUEST,
        ),
        (
            json!({"recording": ID, "scope": "everything"}),
            StatusCode::BAD_REQUEST,
        ),
        (
            json!({"recording": ID, "scopes": "view"}),
            StatusCode::BAD_REQUEST,
        ),
        (json!([]), StatusCode::BAD_REQUEST),
    ] {
        let (status, body) = send(
            &site,
            "POST",
            "/api/links",
            &[("authorization", &token)],
            Some(&wanted),
        )
        .await;
        assert_eq!(status, expected, "{wanted}: {body}");
    }
    for odd in ["x", "..", "0123456789abcdeX"] {
        let path = format!("/api/links/{odd}");
        let (status, _) = send(&site, "DELETE", &path, &[("authorization", &token)], None).await;
        assert!(status.is_client_error(), "{odd}");
    }
}

fn wanted(recording: &str) -> Wanted {
    Wanted {
        recording: recording.to_owned(),
        scope: Scope::View,
        range: None,
        life: Duration::from_secs(60),
    }
}

#[test]
fn a_changed_link_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::at(folder.path().join("state/keys"));
    let key = keys.signing().unwrap();
    let capability = Capability::of(wanted(ID), &key).unwrap();
    let secret = capability.sign(&keys).unwrap();
    assert_eq!(Capability::read(&secret, &keys), Some(capability.clone()));
    assert_eq!(crate::links::id_of(&secret), Some(capability.id.clone()));
    assert_eq!(
        crate::links::id_of(&format!("https://host/recording/x?t=1#k={secret}")),
        Some(capability.id.clone())
    );
    // Every letter of it counts.
    for at in 0..secret.len() {
        let mut bytes = secret.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        // The last letter of base64 has bits that say nothing; a decoder that is strict about them refuses it too.
        assert_eq!(Capability::read(&changed, &keys), None, "letter {at}");
    }
    // Another's payload under this signature, and this payload under another's key.
    let other = Capability::of(wanted(OTHER), &key).unwrap().sign(&keys).unwrap();
    let (payload, _) = other.rsplit_once('.').unwrap();
    let (_, mac) = secret.rsplit_once('.').unwrap();
    assert_eq!(Capability::read(&format!("{payload}.{mac}"), &keys), None);
    let foreign = Keys::at(folder.path().join("other/keys"));
    foreign.signing().unwrap();
    assert_eq!(Capability::read(&secret, &foreign), None);
    for odd in ["", "k1.", "k1..", "k1.a.b", "k2.a.b", &"k1.".repeat(1_000)] {
        assert_eq!(Capability::read(odd, &keys), None, "{odd}");
    }
}

#[test]
fn a_new_key_takes_over_and_old_links_last_if_they_may() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::at(folder.path().join("state/keys"));
    let sign = || {
        let key = keys.signing().unwrap();
        let capability = Capability::of(wanted(ID), &key).unwrap();
        let secret = capability.sign(&keys).unwrap();
        (key, secret)
    };
    let (first_key, first) = sign();
    keys.rotate(false).unwrap();
    let (second_key, second) = sign();
    assert_ne!(first_key, second_key);
    assert!(Capability::read(&first, &keys).is_some());
    keys.rotate(true).unwrap();
    assert!(Capability::read(&first, &keys).is_none());
    assert!(Capability::read(&second, &keys).is_none());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &str| {
            fs::metadata(folder.path().join(path))
                .unwrap()
                .permissions()
                .mode()
                & 0o777
        };
        assert_eq!((mode("state/keys"), mode("state")), (0o600, 0o700));
    }
    // What is no key file is said to be none.
    for odd in ["short abc\n", "nothing\n", "name zz\n"] {
        let path = folder.path().join("odd");
        fs::write(&path, odd).unwrap();
        let error = format!("{:#}", Keys::at(path).signing().unwrap_err());
        assert!(error.contains("key"), "{error}");
    }
}

#[tokio::test]
async fn links_that_are_over_are_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let register = crate::access::register(folder.path(), None);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let keys = Keys::at(folder.path().join("keys"));
    let mut capability = Capability::of(wanted(ID), &keys.signing().unwrap()).unwrap();
    register.add(&capability).await.unwrap();
    capability.id = "0123456789abcdef".to_owned();
    capability.exp = now - 1;
    register.add(&capability).await.unwrap();
    register.revoke(&capability.id).await.unwrap();
    let listed = register.list().await.unwrap();
    assert_eq!(listed.len(), 1);
    register.tidy().await.unwrap();
    let count = |name: &str| fs::read_dir(folder.path().join(name)).unwrap().count();
    assert_eq!((count("links"), count("revoked")), (1, 0));
    let text =
        fs::read_to_string(folder.path().join("links").join(format!("{}.json", listed[0].id))).unwrap();
    assert!(!text.contains("k1."), "{text}");
}
