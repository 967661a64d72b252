//! Recordings in other people's pages: who may show them, what a sandboxed page can reach, and what previews are made of.

use super::*;

/// Writes a recording with a picture at each of some times in ms; what the file of each holds is its time.
fn write_pictures(path: &Path, times_ms: &[u64]) {
    let mut writer = Writer::create(fs::File::create(path).unwrap(), head(ID)).unwrap();
    for time_ms in times_ms {
        let hash = format!("{time_ms:064x}");
        writer
            .add_paint_image(&hash, "image/png", time_ms.to_string().as_bytes())
            .unwrap();
        let paint = Paint {
            hash: hash.into(),
            mime_type: "image/png".into(),
            width: 800,
            height: 600,
            scale: 1.0,
        };
        writer.mark(Micros(time_ms * 1_000), Event::Paint(paint)).unwrap();
    }
    writer
        .finish("<b>Cart</b>".to_owned(), Vec::new(), Vec::new())
        .unwrap();
}

fn serving(origins: &[&str]) -> (tempfile::TempDir, Arc<Site>) {
    let folder = tempfile::tempdir().unwrap();
    write_pictures(&folder.path().join("a.playhead"), &[1_000, 2_000, 3_000]);
    let origins: Vec<String> = origins.iter().map(|&origin| origin.to_owned()).collect();
    let embedding = Embedding::new(&origins, &[]).unwrap();
    let site = embedded_site(&[folder.path()], Vec::new(), embedding);
    (folder, site)
}

async fn get_with(
    site: &Arc<Site>,
    path: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    for (name, value) in headers {
        let name: header::HeaderName = name.parse().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let (parts, body) = router(site.clone()).oneshot(request).await.unwrap().into_parts();
    (
        parts.status,
        parts.headers,
        to_bytes(body, 1 << 20).await.unwrap().to_vec(),
    )
}

#[tokio::test]
async fn a_poster_is_the_picture_at_the_linked_moment() {
    let (_folder, site) = serving(&[]);
    for (query, picture) in [
        ("", "3000"),
        ("?t=0", "1000"),
        ("?t=0:02.5", "2000"),
        ("?time=2000", "2000"),
        ("?t=99:00", "3000"),
        ("?point=0", "1000"),
        ("?t=nonsense", "3000"),
    ] {
        let (status, headers, body) = get(&site, &format!("/recording/cart--{ID}/poster.png{query}")).await;
        assert_eq!(
            (status, String::from_utf8(body).unwrap().as_str()),
            (StatusCode::OK, picture),
            "{query}"
        );
        assert_eq!(headers[header::CONTENT_TYPE], "image/png");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
    }
    let path = format!("/recording/{ID}/poster.png?t=2");
    let (_, headers, _) = get(&site, &path).await;
    let etag = headers[header::ETAG].to_str().unwrap();
    let (status, _, body) = get_with(&site, &path, &[("if-none-match", etag)]).await;
    assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
    let (status, ..) = get(&site, "/recording/none/poster.png").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // Where other pages may show recordings they may show their pictures.
    let (_folder, open) = serving(&["https://dashboard.example"]);
    let (_, headers, _) = get(&open, &path).await;
    assert_eq!(headers["cross-origin-resource-policy"], "cross-origin");
}

#[tokio::test]
async fn programs_are_told_what_to_show_of_a_link() {
    let (_folder, site) = serving(&["*"]);
    let host = [("host", "127.0.0.1:8912")];
    let ask = |link: &str| format!("/oembed?url=http%3A%2F%2F127.0.0.1%3A8912{link}");
    let path = ask(&format!(
        "%2Frecording%2F{ID}%3Ft%3D2%26token%3Dsecret&maxwidth=640"
    ));
    let (status, _, body) = get_with(&site, &path, &host).await;
    assert_eq!(status, StatusCode::OK);
    let told: Value = serde_json::from_slice(&body).unwrap();
    let html = format!(
        "<iframe src=\"http://127.0.0.1:8912/embed/{ID}?time=2000\" width=\"640\" height=\"630\" \
         title=\"&lt;b&gt;Cart&lt;/b&gt;\" loading=\"lazy\" allowfullscreen></iframe>"
    );
    assert_eq!(
        told,
        json!({
            "version": "1.0", "type": "rich", "provider_name": "Playhead", "provider_url": "http://127.0.0.1:8912",
            "title": "<b>Cart</b>", "html": html, "width": 640, "height": 630,
            "thumbnail_url": format!("http://127.0.0.1:8912/recording/{ID}/poster.png?time=2000"),
            "thumbnail_width": 800, "thumbnail_height": 600
        })
    );
    // Nobody is offered a frame that a browser will not show.
    let (_folder, closed) = serving(&[]);
    let (_, _, body) = get_with(&closed, &path, &host).await;
    let told: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((&told["type"], told.get("html")), (&json!("link"), None));
    for (path, status) in [
        ("/oembed".to_owned(), StatusCode::NOT_FOUND),
        (ask("%2Frecording%2Fnone"), StatusCode::NOT_FOUND),
        (ask("%2F"), StatusCode::NOT_FOUND),
        (format!("{}&format=xml", ask("%2F")), StatusCode::NOT_IMPLEMENTED),
        (
            format!("/oembed?url=http%3A%2F%2Felsewhere%2Frecording%2F{ID}"),
            StatusCode::NOT_FOUND,
        ),
    ] {
        assert_eq!(get_with(&site, &path, &host).await.0, status, "{path}");
    }
}

/// Opens the websocket as a page of an origin would; and the recording, if it is let in.
async fn open_as(address: SocketAddr, origin: &str, path: &str, id: &str) -> Result<Value, String> {
    let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
    request.headers_mut().insert("origin", origin.parse().unwrap());
    let connected = tokio_tungstenite::connect_async(request).await;
    let (mut socket, _) = connected.map_err(|error| error.to_string())?;
    socket
        .send(Message::text(create_session(id).to_string()))
        .await
        .unwrap();
    let Message::Text(text) = socket.next().await.unwrap().unwrap() else {
        panic!("an answer")
    };
    let answer: Value = serde_json::from_str(&text).unwrap();
    match answer["error"]["message"].as_str() {
        Some(error) => Err(error.to_owned()),
        None => Ok(answer["result"]["sessionId"].clone()),
    }
}

#[tokio::test]
async fn pages_of_listed_origins_and_sandboxed_ones_with_a_ticket_get_in() {
    let (folder, site) = serving(&["https://dashboard.example"]);
    let other = "0b1c2d3e-0000-4000-8000-000000000002";
    write_recording(&folder.path().join("b.playhead"), other);
    let ticket = site.embedding.ticket(ID);
    let address = listen(site).await;
    let with_ticket = format!("/dispatch?ticket={ticket}");

    assert!(
        open_as(address, "https://dashboard.example", "/", ID)
            .await
            .is_ok()
    );
    assert!(
        open_as(address, "https://elsewhere.example", "/", ID)
            .await
            .unwrap_err()
            .contains("403")
    );
    // A ticket is of use to nobody whose origin is known.
    assert!(
        open_as(address, "https://elsewhere.example", &with_ticket, ID)
            .await
            .unwrap_err()
            .contains("403")
    );
    assert!(
        open_as(address, "null", "/", ID)
            .await
            .unwrap_err()
            .contains("403")
    );
    assert!(
        open_as(address, "null", "/?ticket=1.x.ff", ID)
            .await
            .unwrap_err()
            .contains("403")
    );
    assert!(open_as(address, "null", &with_ticket, ID).await.is_ok());
    let refused = open_as(address, "null", &with_ticket, other).await.unwrap_err();
    assert_eq!(refused, "this link is for another recording");
}

#[tokio::test]
async fn tickets_are_changed_for_new_ones_by_pages_without_an_origin() {
    let (_folder, site) = serving(&[]);
    let renew = async |body: String| {
        let request = Request::post("/embed/ticket")
            .header("origin", "null")
            .body(Body::from(body))
            .unwrap();
        let (parts, body) = router(site.clone()).oneshot(request).await.unwrap().into_parts();
        let text = String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap();
        (parts.status, parts.headers, text)
    };
    let (status, headers, ticket) = renew(site.embedding.ticket(ID)).await;
    assert_eq!(
        (status, &headers[header::ACCESS_CONTROL_ALLOW_ORIGIN]),
        (StatusCode::OK, &"null".parse().unwrap())
    );
    assert_eq!(renew(ticket).await.0, StatusCode::OK);
    assert_eq!(renew("1.x.ff".to_owned()).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn only_pages_for_frames_can_be_framed() {
    let (_folder, site) = serving(&["https://dashboard.example"]);
    for path in ["/", &format!("/recording/{ID}"), "/index.html", "/api/recordings"] {
        let (_, headers, _) = get(&site, path).await;
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.ends_with("frame-ancestors 'none'"), "{path}: {policy}");
    }
    let (status, headers, _) = get(&site, &format!("/embed/{ID}")).await;
    // A build without a viewer has no page to give; browser stories look at the page itself.
    if status == StatusCode::OK {
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.ends_with("frame-ancestors 'self' https://dashboard.example"),
            "{policy}"
        );
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert!(
            headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_none(),
            "tickets are not for scripts"
        );
    }
    assert_eq!(get(&site, "/embed/a/b").await.0, StatusCode::NOT_FOUND);
}

/// Of what text becomes markup or a script's address is decided by `boot.js` alone, on every page there is.
#[tokio::test]
async fn every_page_asks_for_trusted_types() {
    let (_folder, site) = serving(&["https://dashboard.example"]);
    for path in [
        "/",
        &format!("/recording/{ID}"),
        "/embed/",
        &format!("/embed/{ID}"),
        "/no/such/page",
    ] {
        let (_, headers, _) = get(&site, path).await;
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        let asks = "require-trusted-types-for 'script'; trusted-types default;";
        assert!(policy.contains(asks), "{path}: {policy}");
        assert!(
            policy.contains("script-src 'self' 'wasm-unsafe-eval';"),
            "{path}: {policy}"
        );
    }
}
