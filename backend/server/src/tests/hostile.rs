//! Requests that nobody should send: nothing hangs, nothing grows, and who behaves is served all the while.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    access::{TOKEN, closed, site_with},
    uploads::{Sender, outcome, taking},
    *,
};
use crate::limits::{BODY_TIMEOUT, HEAD_TIMEOUT, SILENCE, STRANGER};

/// Sends bytes, and gives what comes back until the server closes.
async fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may close before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn open_server() -> (tempfile::TempDir, Arc<Site>, SocketAddr) {
    let folder = tempfile::tempdir().unwrap();
    let site = Arc::new(site_with(folder.path(), Access::of_this_machine()));
    let address = listen(site.clone()).await;
    (folder, site, address)
}

/// Whether the server still answers somebody else.
async fn is_well(address: SocketAddr) {
    let answers = ask(address, &[create_session(ID)]).await;
    assert!(answers[0]["result"]["sessionId"].is_string(), "{answers:?}");
}

#[tokio::test]
async fn what_is_no_http_is_refused_and_closed() {
    let (_folder, _site, address) = open_server().await;
    let long_name = format!(
        "GET / HTTP/1.1\r\nhost: localhost\r\n{}: x\r\n\r\n",
        "a".repeat(100_000)
    );
    let long_value = format!(
        "GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n",
        "a".repeat(400_000)
    );
    let many = format!(
        "GET / HTTP/1.1\r\nhost: localhost\r\n{}\r\n",
        "x: y\r\n".repeat(10_000)
    );
    let long_path = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "a".repeat(100_000));
    for (request, expected) in [
        ("\0\0\0\0\r\n\r\n", "HTTP/1.1 400"),
        ("GET / HTTP/9.9\r\n\r\n", "HTTP/1.1 400"),
        (&long_name, "HTTP/1.1 431"),
        (&long_value, "HTTP/1.1 431"),
        (&many, "HTTP/1.1 431"),
        (&long_path, "HTTP/1.1 414"),
        (
            "GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
            "HTTP/1.1 400",
        ),
        (
            "GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n",
            "HTTP/1.1 400",
        ),
    ] {
        let answer = raw(address, request.as_bytes()).await;
        // A client that gets a reset instead was refused as well.
        assert!(
            answer.is_empty() || answer.starts_with(expected),
            "{}: {answer}",
            &request[..request.len().min(60)]
        );
    }
    is_well(address).await;
}

#[tokio::test]
async fn bodies_are_bounded_whatever_they_say_of_their_length() {
    let (_folder, site, address) = open_server().await;
    let head = "POST /api/links HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\n";
    // Far more than is taken, announced.
    let answer = raw(
        address,
        format!("{head}content-length: 999999999999\r\n\r\n{{").as_bytes(),
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    // The same, not announced.
    let chunk = format!("{:x}\r\n{}\r\n", 60_000, " ".repeat(60_000));
    let answer = raw(
        address,
        format!("{head}transfer-encoding: chunked\r\n\r\n{}", chunk.repeat(20)).as_bytes(),
    )
    .await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 413"),
        "{answer}"
    );
    // Nested so deep that a reader that recurses would end.
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let (status, _) = super::access::send(&site, "POST", "/api/links", &[], Some(&Value::Null)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let answer = raw(
        address,
        format!("{head}content-length: {}\r\n\r\n{deep}", deep.len()).as_bytes(),
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    is_well(address).await;
}

#[tokio::test(start_paused = true)]
async fn who_dawdles_over_a_request_is_let_go_of() {
    let (_folder, _site, address) = open_server().await;
    let begun = tokio::time::Instant::now();
    let answer = raw(address, b"GET / HTTP/1.1\r\nhost: local").await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
        "{answer}"
    );
    let took = begun.elapsed();
    assert!(
        took >= HEAD_TIMEOUT - Duration::from_secs(1) && took < HEAD_TIMEOUT * 2,
        "{took:?}"
    );
    // A body that does not go on.
    let head = "POST /api/links HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\n";
    let begun = tokio::time::Instant::now();
    let answer = raw(address, format!("{head}content-length: 100\r\n\r\n{{").as_bytes()).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert!(begun.elapsed() >= BODY_TIMEOUT && begun.elapsed() < HEAD_TIMEOUT + BODY_TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_say_who_is_asking_is_let_go_of() {
    let folder = tempfile::tempdir().unwrap();
    let address = listen(Arc::new(closed(folder.path()))).await;
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
        .await
        .unwrap();
    let begun = tokio::time::Instant::now();
    loop {
        match socket.next().await {
            Some(Ok(Message::Close(Some(frame)))) => {
                assert_eq!(u16::from(frame.code), 1008);
                break;
            }
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    let took = begun.elapsed();
    assert!((STRANGER..STRANGER * 2).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_socket_that_shows_no_sign_of_life_is_closed() {
    let (_folder, site, address) = open_server().await;
    // A client that never answers a ping: it is written by hand.
    let mut stream = TcpStream::connect(address).await.unwrap();
    let upgrade = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    stream.write_all(upgrade.as_bytes()).await.unwrap();
    let begun = tokio::time::Instant::now();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 101"));
    assert!(
        begun.elapsed() >= SILENCE && begun.elapsed() < SILENCE * 2,
        "{:?}",
        begun.elapsed()
    );
    assert!(String::from_utf8_lossy(&answer).contains("no sign of life"));
    let local: IpAddr = "127.0.0.1".parse().unwrap();
    while site.limits.connections.admit(local).is_none() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn messages_that_are_none_are_answered_or_end_their_connection() {
    let (_folder, _site, address) = open_server().await;
    let deep = format!(
        "{{\"id\": 1, \"method\": \"Session.getEndpoint\", \"params\": {}{}}}",
        "[".repeat(200_000),
        "]".repeat(200_000)
    );
    let deep_value = format!(
        "{{\"id\": 1, \"method\": \"Recording.createSession\", \"params\": {{\"recordingId\": \"{ID}\", \"experimentalSettings\": {}{}}}}}",
        "{\"a\":".repeat(100_000),
        "1".to_owned() + &"}".repeat(100_000)
    );
    let wide = format!(
        "{{\"id\": 1, \"method\": \"x\", \"params\": [{}0]}}",
        "0,".repeat(400_000)
    );
    let long_name = format!("{{\"id\": 1, \"method\": \"{}\"}}", "x".repeat(900_000));
    for text in [
        "",
        "[]",
        "null",
        "{}",
        "{\"id\": 1}",
        "{\"id\": {}, \"method\": 5}",
        "\u{feff}{}",
        "{\"id\": 1e999, \"method\": \"x\"}",
        &deep,
        &deep_value,
        &wide,
        &long_name,
    ] {
        let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
            .await
            .unwrap();
        socket.send(Message::text(text)).await.unwrap();
        let said = socket.next().await;
        let is_refused = match &said {
            Some(Ok(Message::Text(answer))) => answer.contains("\"error\""),
            Some(Ok(Message::Close(_))) => true,
            _ => false,
        };
        assert!(is_refused, "{}: {said:?}", &text[..text.len().min(60)]);
    }
    // More than a request may have.
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
        .await
        .unwrap();
    let _ = socket.send(Message::text("x".repeat(2 << 20))).await;
    let mut is_over = false;
    while let Some(said) = socket.next().await {
        is_over |= matches!(said, Ok(Message::Close(_)) | Err(_));
        if is_over {
            break;
        }
    }
    assert!(is_over);
    is_well(address).await;
}

#[tokio::test]
async fn a_client_that_asks_without_listening_holds_back_only_itself() {
    let (_folder, _site, address) = open_server().await;
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
        .await
        .unwrap();
    let text = "x".repeat(1_000);
    let echo =
        json!({"id": 2, "method": "Internal.echo", "params": {"str": text, "count": 1_000}}).to_string();
    // Each is answered by a megabyte that nobody reads: what the server keeps of that is bounded, so after some time it
    // takes no more requests. The answers would be 20 GB.
    let mut n_sent = 0;
    let asking = async {
        while n_sent < 20_000 {
            socket.send(Message::text(echo.clone())).await.unwrap();
            n_sent += 1;
        }
    };
    // Others are served all the while, and that takes no longer than it ever does.
    tokio::select! {
        () = asking => panic!("all of it was taken"),
        () = async {
            for _ in 0..50 {
                is_well(address).await;
            }
        } => {}
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let rss = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
    if let Some(kilobytes) = rss.and_then(|rss| rss.trim().parse::<u64>().ok()) {
        assert!(
            kilobytes < 2_000_000,
            "{kilobytes} kB are in use after {n_sent} requests"
        );
    }
}

#[tokio::test]
async fn bombs_and_lies_in_uploads_are_refused_in_a_moment() {
    let (folder, site, address, bytes) = taking(64 << 20).await;
    let mut sender = Sender::connect(address).await;
    // Little that becomes much.
    let bomb = {
        let mut file = Vec::new();
        let mut writer = Writer::create(&mut file, head(ID)).unwrap();
        writer.add_body(&"cd".repeat(32), &vec![0; 200 << 20]).unwrap();
        writer.finish("Bomb".to_owned(), Vec::new(), Vec::new()).unwrap();
        file
    };
    assert!(bomb.len() < 1 << 20);
    sender.create(ID).await.unwrap();
    sender.add(ID, 0, &bomb).await.unwrap();
    let refused = sender.finish(ID).await.unwrap_err();
    assert!(refused.contains("more than 67 MB come out of it"), "{refused}");
    // Lengths in headers and directory that are not so.
    for (pattern, at) in [
        (b"PK\x03\x04", 18),
        (b"PK\x01\x02", 20),
        (b"PK\x01\x02", 42),
        (b"PK\x05\x06", 12),
    ] {
        let mut lying = bytes.clone();
        let found = lying.windows(4).rposition(|window| window == pattern).unwrap();
        lying[found + at..found + at + 4].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
        assert_eq!(sender.create(ID).await, Ok(0));
        sender.add(ID, 0, &lying).await.unwrap();
        let refused = sender.finish(ID).await;
        assert!(refused.is_err(), "{pattern:?} {at}");
    }
    // Announced as more than comes, or as more than any.
    assert_eq!(sender.create(ID).await, Ok(0));
    for length in [u64::MAX, 1 << 40, 0] {
        let params = json!({"recordingId": ID, "offset": 0, "length": length});
        sender.begin("Internal.addRecordingData", params).await;
        sender.0.send(Message::binary(vec![1, 2, 3])).await.unwrap();
        let refused = outcome(sender.messages().await.last().unwrap()).unwrap_err();
        assert!(refused.contains("were announced and 3 came"), "{refused}");
    }
    assert_eq!(list(&site).await, Vec::<Value>::new());
    let left = fs::read_dir(folder.path().join("incoming")).unwrap();
    assert!(
        left.into_iter()
            .all(|entry| entry.unwrap().metadata().unwrap().len() == 0)
    );
}

#[tokio::test]
async fn uploads_end_where_the_room_does() {
    let (_folder, _site, address, bytes) = taking(1_000).await;
    let mut sender = Sender::connect(address).await;
    sender.create(ID).await.unwrap();
    let refused = sender.add(ID, 0, &bytes).await.unwrap_err();
    assert!(refused.contains("at most 1000 bytes"), "{refused}");
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
        .await
        .unwrap();
    let _ = socket.send(Message::binary(vec![0; 17 << 20])).await;
    let mut is_over = false;
    while let Some(said) = socket.next().await {
        is_over = matches!(said, Ok(Message::Close(_)) | Err(_));
        if is_over {
            break;
        }
    }
    assert!(is_over, "no message has more than 16 MiB");
}

#[tokio::test]
async fn a_connection_has_so_many_sessions() {
    let (_folder, _site, address) = open_server().await;
    let many: Vec<Value> = (0..crate::limits::MAX_SESSIONS + 8)
        .map(|id| json!({"id": id, "method": "Recording.createSession", "params": {"recordingId": ID}}))
        .collect();
    let answers = ask(address, &many).await;
    let n_open = answers
        .iter()
        .filter(|answer| answer["result"]["sessionId"].is_string())
        .count();
    assert_eq!(n_open, crate::limits::MAX_SESSIONS);
    assert_eq!(answers.last().unwrap()["error"]["code"], 72);
}

#[tokio::test]
async fn what_was_asked_before_the_server_stops_is_answered() {
    let (_folder, site, address) = open_server().await;
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
        .await
        .unwrap();
    let text = "x".repeat(1_000);
    let echo = |id: u32| {
        let params = json!({"str": text, "count": 1_000});
        json!({"id": id, "method": "Internal.echo", "params": params}).to_string()
    };
    socket.send(Message::text(echo(0))).await.unwrap();
    socket.next().await.unwrap().unwrap();
    // More than the server keeps for a client that does not read: some of it is still to be answered.
    const N_ASKED: u32 = 16;
    for id in 1..=N_ASKED {
        socket.feed(Message::text(echo(id))).await.unwrap();
    }
    socket.flush().await.unwrap();
    site.is_stopping.send_replace(true);
    // Until the socket is read no further, and only waits for its last words.
    while site.is_stopping.receiver_count() > 1 {
        tokio::task::yield_now().await;
    }
    let mut n_answers = 0;
    let code = loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Text(text) if text.contains("\"result\"") => n_answers += 1,
            Message::Close(Some(frame)) => break u16::from(frame.code),
            _ => {}
        }
    };
    assert_eq!((n_answers, code), (N_ASKED, 1001));
    site.is_stopping.closed().await;
    assert!(
        TcpStream::connect(address).await.is_err(),
        "nobody else is let in"
    );
}

#[tokio::test]
async fn secrets_stand_in_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let site = Arc::new(closed(folder.path()));
    let header = super::access::bearer(TOKEN);
    for path in [
        "/",
        "/api/access",
        "/api/recordings",
        "/api/links",
        "/api/nothing",
        "/recording/x",
    ] {
        for headers in [vec![], vec![("authorization", header.as_str())]] {
            let (_, body) = super::access::send(&site, "GET", path, &headers, None).await;
            assert!(!body.to_string().contains(TOKEN), "{path}");
        }
    }
}
