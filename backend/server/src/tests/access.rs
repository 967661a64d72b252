//! Tokens, names, sites and proxies, as requests meet them.

use super::*;
use crate::cli::AccessArguments;

pub(super) const TOKEN: &str = "correct-horse-battery";

/// The rules of a server that listens there.
pub(super) fn access(listen: &str, change: impl FnOnce(&mut AccessArguments)) -> Access {
    let mut arguments = AccessArguments::default();
    change(&mut arguments);
    Access::new(&arguments, listen.parse().unwrap(), None).unwrap()
}

/// A server of one recording whose rules keep their links in a folder.
pub(super) fn site_with(folder: &Path, access: Access) -> Site {
    let path = folder.join("a.playhead");
    if !path.exists() {
        write_recording(&path, ID);
    }
    Site::new(Library::new(vec![path]), access)
}

/// A server that asks for the token.
pub(super) fn closed(folder: &Path) -> Site {
    let access = access("0.0.0.0:0", |it| {
        it.token = Some(TOKEN.to_owned());
        it.state = Some(folder.join("state"));
    });
    site_with(folder, access)
}

/// Sends a request with these headers, and gives the status and the JSON that comes back.
pub(super) async fn send(
    site: &Arc<Site>,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> (StatusCode, Value) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = match body {
        Some(json) => {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(json.to_string())
        }
        None => Body::empty(),
    };
    let response = router(site.clone())
        .oneshot(request.body(body).unwrap())
        .await
        .unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

pub(super) fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[tokio::test]
async fn without_the_token_nothing_is_shown_but_the_viewer_itself() {
    let folder = tempfile::tempdir().unwrap();
    let site = Arc::new(closed(folder.path()));
    let of_recording = |rest: &str| format!("/api/recordings/{ID}{rest}");
    for path in [
        "/api/recordings".to_owned(),
        of_recording(""),
        of_recording("/poster"),
        of_recording("/file"),
        of_recording("/comments"),
        "/api/links".to_owned(),
    ] {
        let (status, body) = send(&site, "GET", &path, &[], None).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(body["error"]["code"], "token_needed", "{path}");
        let wrong = bearer("not-the-token-at-all");
        let (status, body) = send(&site, "GET", &path, &[("authorization", &wrong)], None).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(body["error"]["code"], "token_wrong", "{path}");
        let right = bearer(TOKEN);
        let (status, _) = send(&site, "GET", &path, &[("authorization", &right)], None).await;
        assert_eq!(status, StatusCode::OK, "{path}");
    }
    for path in ["/", "/recording/x", "/no/such/file.js"] {
        let (_, headers, body) = get(&site, path).await;
        assert!(headers.get(header::WWW_AUTHENTICATE).is_none(), "{path}");
        assert!(!String::from_utf8_lossy(&body).contains(ID), "{path}");
    }
    let (status, body) = send(&site, "GET", "/api/access", &[], None).await;
    assert_eq!((status, &body["grant"]), (StatusCode::OK, &Value::Null));
    assert_eq!(body["refusal"]["code"], "token_needed");
    let right = bearer(TOKEN);
    let (_, body) = send(&site, "GET", "/api/access", &[("authorization", &right)], None).await;
    assert_eq!((&body["grant"], &body["links"]), (&json!("all"), &json!(true)));
    for odd in ["Basic YTpi", "Bearer", "correct-horse-battery"] {
        let (status, _) = send(&site, "GET", "/api/recordings", &[("authorization", odd)], None).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{odd}");
    }
}

#[tokio::test]
async fn a_socket_says_who_is_asking_before_it_asks() {
    let folder = tempfile::tempdir().unwrap();
    let address = listen(Arc::new(closed(folder.path()))).await;
    let set = |token: &str| json!({"id": 9, "method": "Authentication.setAccessToken", "params": {"accessToken": token}});
    let answers = ask(
        address,
        &[
            create_session(ID),
            set("wrong"),
            create_session(ID),
            set(TOKEN),
            create_session(ID),
        ],
    )
    .await;
    let errors = answers.iter().map(|answer| &answer["error"]);
    let errors: Vec<_> = errors
        .map(|error| (&error["code"], &error["data"]["code"]))
        .collect();
    let null = Value::Null;
    assert_eq!(
        errors,
        [
            (&json!(401), &json!("token_needed")),
            (&json!(401), &json!("token_wrong")),
            (&json!(401), &json!("token_needed")),
            (&null, &null),
            (&null, &null),
        ]
    );
    assert!(answers[4]["result"]["sessionId"].is_string());

    // Who only guesses is let go of.
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
        .await
        .unwrap();
    let mut n_answers = 0;
    for _ in 0..9 {
        if socket
            .send(Message::text(set("wrong").to_string()))
            .await
            .is_err()
        {
            break;
        }
        match socket.next().await {
            Some(Ok(Message::Text(_))) => n_answers += 1,
            Some(Ok(Message::Close(Some(frame)))) => {
                assert_eq!(u16::from(frame.code), 1008);
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(n_answers, 4);

    // A program may say it when it connects.
    let connect = |token: &str| {
        let mut request = format!("ws://{address}/").into_client_request().unwrap();
        request
            .headers_mut()
            .insert("authorization", bearer(token).parse().unwrap());
        tokio_tungstenite::connect_async(request)
    };
    let (mut socket, _) = connect(TOKEN).await.unwrap();
    socket
        .send(Message::text(create_session(ID).to_string()))
        .await
        .unwrap();
    let Message::Text(text) = socket.next().await.unwrap().unwrap() else {
        panic!()
    };
    assert!(text.contains("sessionId"), "{text}");
    assert!(
        connect("wrong-wrong-wrong-wrong")
            .await
            .unwrap_err()
            .to_string()
            .contains("401")
    );
}

#[tokio::test]
async fn everybody_may_look_at_a_public_server_and_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let access = access("0.0.0.0:0", |it| it.public = true);
    let mut site = site_with(folder.path(), access);
    let incoming = tempfile::tempdir().unwrap();
    site.uploads = Some(Uploads::open(incoming.path(), 1 << 20, None).unwrap());
    let site = Arc::new(site);
    let address = listen(site.clone()).await;
    let answers = ask(
        address,
        &[
            create_session(ID),
            json!({"id": 2, "method": "Internal.createRecording", "params": {"buildId": "x", "recordingId": ID}}),
            json!({"id": 3, "method": "Resource.create", "params": {"content": "x"}}),
            json!({"id": 4, "method": "Recording.addSourceMap", "params": {"recordingId": ID, "resource": {}, "baseURL": ""}}),
        ],
    )
    .await;
    assert!(answers[0]["result"]["sessionId"].is_string());
    for refused in &answers[1..] {
        assert_eq!(refused["error"]["data"]["code"], "token_needed", "{refused}");
    }
    let wanted = json!({ "recording": ID });
    let (status, _) = send(&site, "POST", "/api/links", &[], Some(&wanted)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, _) = send(&site, "GET", &format!("/api/recordings/{ID}/file"), &[], None).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_server_of_this_machine_answers_to_no_other_name() {
    let folder = tempfile::tempdir().unwrap();
    let site = Arc::new(site_with(folder.path(), Access::of_this_machine()));
    for host in [
        "localhost",
        "localhost:8912",
        "LOCALHOST:1",
        "viewer.localhost",
        "127.0.0.1:8912",
        "127.9.9.9",
        "[::1]:8912",
    ] {
        let (status, _) = send(&site, "GET", "/api/recordings", &[("host", host)], None).await;
        assert_eq!(status, StatusCode::OK, "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:8912",
        "localhost.evil.example",
        "192.168.1.5:8912",
        "127.0.0.1.evil.example",
    ] {
        for path in ["/api/recordings", "/", "/dispatch"] {
            let (status, body) = send(&site, "GET", path, &[("host", host)], None).await;
            assert_eq!(status, StatusCode::MISDIRECTED_REQUEST, "{host}{path}");
            assert_eq!(body["error"]["code"], "wrong_host");
        }
    }
    // The page of such a name has that name as its origin too.
    let address = listen(site).await;
    let mut request = format!("ws://{address}/").into_client_request().unwrap();
    request
        .headers_mut()
        .insert("host", "evil.example".parse().unwrap());
    request
        .headers_mut()
        .insert("origin", "http://evil.example".parse().unwrap());
    let refused = tokio_tungstenite::connect_async(request).await.unwrap_err();
    assert!(refused.to_string().contains("421"), "{refused}");
}

#[tokio::test]
async fn a_server_of_this_machine_is_not_put_behind_a_proxy_unawares() {
    let folder = tempfile::tempdir().unwrap();
    let open = Arc::new(site_with(folder.path(), Access::of_this_machine()));
    for name in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        let (status, body) = send(&open, "GET", "/api/recordings", &[(name, "10.1.2.3")], None).await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (StatusCode::FORBIDDEN, &json!("proxied")),
            "{name}"
        );
    }
    let access = access("127.0.0.1:0", |it| {
        it.host = vec!["viewer.example".to_owned()];
        it.token = Some(TOKEN.to_owned());
    });
    let proxied = Arc::new(site_with(folder.path(), access));
    let token = bearer(TOKEN);
    let headers = [
        ("x-forwarded-for", "10.1.2.3"),
        ("host", "viewer.example"),
        ("authorization", &token),
    ];
    let (status, _) = send(&proxied, "GET", "/api/recordings", &headers, None).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = send(
        &proxied,
        "GET",
        "/api/recordings",
        &[("host", "other.example")],
        None,
    )
    .await;
    assert_eq!(status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn pages_of_other_sites_neither_ask_nor_change_anything_unless_they_may() {
    let folder = tempfile::tempdir().unwrap();
    let access = access("127.0.0.1:0", |it| {
        it.allow_origin = vec!["https://viewer.example".to_owned()];
        it.state = Some(folder.path().join("state"));
    });
    let site = Arc::new(site_with(folder.path(), access));
    let wanted = json!({ "recording": ID });
    let make = |origin: &'static str| {
        let (site, wanted) = (site.clone(), wanted.clone());
        async move {
            let headers = [("origin", origin), ("host", "localhost:8912")];
            send(&site, "POST", "/api/links", &headers, Some(&wanted)).await.0
        }
    };
    assert_eq!(make("https://evil.example").await, StatusCode::FORBIDDEN);
    assert_eq!(make("null").await, StatusCode::FORBIDDEN);
    assert_eq!(make("http://localhost:8913").await, StatusCode::FORBIDDEN);
    assert_eq!(make("http://localhost:8912").await, StatusCode::CREATED);
    assert_eq!(make("https://viewer.example").await, StatusCode::CREATED);
    // A form of another site cannot say that it sends JSON.
    let plain = Request::post("/api/links")
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from(wanted.to_string()))
        .unwrap();
    let response = router(site.clone()).oneshot(plain).await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);

    let cors = |origin: &'static str| {
        let request = Request::builder()
            .method("OPTIONS")
            .uri("/api/recordings")
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization")
            .body(Body::empty())
            .unwrap();
        let router = router(site.clone());
        async move {
            let response = router.oneshot(request).await.unwrap();
            response.headers().get("access-control-allow-origin").cloned()
        }
    };
    assert_eq!(cors("https://evil.example").await, None);
    assert_eq!(
        cors("https://viewer.example").await.unwrap(),
        "https://viewer.example"
    );
    let address = listen(site).await;
    for (origin, is_taken) in [
        ("https://viewer.example", true),
        ("https://evil.example", false),
        ("null", false),
    ] {
        let mut request = format!("ws://{address}/").into_client_request().unwrap();
        request.headers_mut().insert("origin", origin.parse().unwrap());
        assert_eq!(
            tokio_tungstenite::connect_async(request).await.is_ok(),
            is_taken,
            "{origin}"
        );
    }
}

#[tokio::test]
async fn what_belongs_to_recordings_is_shown_by_no_other_site() {
    let folder = tempfile::tempdir().unwrap();
    let site = Arc::new(site_with(folder.path(), Access::of_this_machine()));
    for path in [
        "/api/recordings".to_owned(),
        format!("/api/recordings/{ID}/poster"),
    ] {
        let (_, headers, _) = get(&site, &path).await;
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin", "{path}");
        assert!(headers.get("access-control-allow-origin").is_none(), "{path}");
    }
}

#[tokio::test]
async fn too_many_connections_from_one_address_are_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = site_with(folder.path(), Access::of_this_machine());
    site.limits = crate::limits::Limits::new(8, 2);
    let site = Arc::new(site);
    let address = listen(site.clone()).await;
    let connect = || tokio_tungstenite::connect_async(format!("ws://{address}/"));
    let (mut first, _) = connect().await.unwrap();
    let (_second, _) = connect().await.unwrap();
    let refused = connect().await.unwrap_err().to_string();
    assert!(refused.contains("503"), "{refused}");
    first.close(None).await.unwrap();
    while first.next().await.is_some() {}
    let local: IpAddr = "127.0.0.1".parse().unwrap();
    // The server's side may take a moment to end.
    while site.limits.connections.admit(local).is_none() {
        tokio::task::yield_now().await;
    }
    assert!(connect().await.is_ok());
}
