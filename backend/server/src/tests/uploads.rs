//! Recordings and files sent through the websocket: gone on with after a lost connection, read through before they are
//! kept, never seen half.

use super::*;

pub(super) type Socket =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

/// A client that sends.
pub(super) struct Sender(pub(super) Socket);

impl Sender {
    pub(super) async fn connect(address: SocketAddr) -> Self {
        let (socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
            .await
            .unwrap();
        Self(socket)
    }

    pub(super) async fn begin(&mut self, method: &str, params: Value) {
        let request = json!({ "id": 1, "method": method, "params": params });
        self.0.send(Message::text(request.to_string())).await.unwrap();
    }

    /// Every message up to the answer, which is the last.
    pub(super) async fn messages(&mut self) -> Vec<Value> {
        let mut messages = Vec::new();
        loop {
            let message = self.0.next().await.expect("an answer").unwrap();
            let Message::Text(text) = message else {
                panic!("the server says {message:?}")
            };
            let message: Value = serde_json::from_str(&text).unwrap();
            let is_answer = message["id"] == 1;
            messages.push(message);
            if is_answer {
                return messages;
            }
        }
    }

    /// The result, or the sentence of the refusal.
    pub(super) async fn ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.begin(method, params).await;
        outcome(self.messages().await.last().unwrap())
    }

    /// How much the server has of a recording that is begun, or gone on with.
    pub(super) async fn create(&mut self, id: &str) -> Result<u64, String> {
        let params = json!({ "buildId": "test", "recordingId": id });
        self.begin("Internal.createRecording", params).await;
        let messages = self.messages().await;
        outcome(messages.last().unwrap())?;
        assert_eq!(messages[0]["method"], "Recording.uploadedData");
        Ok(messages[0]["params"]["uploaded"].as_u64().unwrap())
    }

    pub(super) async fn add(&mut self, id: &str, offset: usize, bytes: &[u8]) -> Result<Value, String> {
        let params = json!({ "recordingId": id, "offset": offset, "length": bytes.len() });
        self.begin("Internal.addRecordingData", params).await;
        self.0.send(Message::binary(bytes.to_vec())).await.unwrap();
        outcome(self.messages().await.last().unwrap())
    }

    pub(super) async fn finish(&mut self, id: &str) -> Result<Value, String> {
        self.ask("Internal.finishRecording", json!({ "recordingId": id }))
            .await
    }
}

pub(super) fn outcome(answer: &Value) -> Result<Value, String> {
    match answer["error"]["message"].as_str() {
        Some(sentence) => Err(sentence.to_owned()),
        None => Ok(answer["result"].clone()),
    }
}

/// A server that takes uploads, and the bytes of a recording it does not have.
pub(super) async fn taking(max_bytes: u64) -> (tempfile::TempDir, Arc<Site>, SocketAddr, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("a.playhead");
    write_recording(&path, ID);
    let bytes = fs::read(&path).unwrap();
    let mut site = Site::new(
        Library::new(vec![folder.path().to_owned()]),
        Access::of_this_machine(),
    );
    site.uploads = Some(Uploads::open(folder.path(), max_bytes, None).unwrap());
    let site = Arc::new(site);
    let address = listen(site.clone()).await;
    (folder, site, address, bytes)
}

#[tokio::test]
async fn a_recording_is_gone_on_with_and_appears_when_it_is_whole() {
    let (_folder, site, address, bytes) = taking(1 << 20).await;
    let half = bytes.len() / 2;
    let mut sender = Sender::connect(address).await;
    assert_eq!(sender.create(ID).await, Ok(0));
    sender.add(ID, 0, &bytes[..half]).await.unwrap();
    let other = Sender::connect(address).await.create(ID).await;
    assert!(other.unwrap_err().contains("another client"));
    let opened = ask(address, &[create_session(ID)]).await;
    let why = opened[0]["error"]["message"].as_str().unwrap();
    assert!(why.contains(&format!("{half} bytes of it have arrived")), "{why}");
    assert_eq!(list(&site).await, Vec::<Value>::new());

    sender.0.close(None).await.unwrap();
    while sender.0.next().await.is_some() {}
    let mut sender = Sender::connect(address).await;
    // The server's side of the lost connection may take a moment to end.
    let arrived = loop {
        match sender.create(ID).await {
            Ok(arrived) => break arrived,
            Err(why) => assert!(why.contains("another client"), "{why}"),
        }
    };
    assert_eq!(arrived, half as u64);
    let wrong = sender.add(ID, 0, &bytes[half..]).await.unwrap_err();
    assert!(wrong.contains(&format!("belong at {half}")), "{wrong}");
    sender.add(ID, half, &bytes[half..]).await.unwrap();
    assert_eq!(list(&site).await, Vec::<Value>::new());
    sender.finish(ID).await.unwrap();
    assert_eq!(list(&site).await[0]["id"], ID);
    let session = ask(address, &[create_session(ID)]).await;
    assert!(session[0]["result"]["sessionId"].is_string(), "{session:?}");
    assert!(sender.create(ID).await.unwrap_err().contains("already"));
}

#[tokio::test]
async fn what_is_damaged_or_another_recording_is_not_kept() {
    let (folder, site, address, bytes) = taking(1 << 20).await;
    let mut sender = Sender::connect(address).await;
    let mut damaged = bytes.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xff;
    let cut = bytes[..bytes.len() - 40].to_vec();
    for bad in [damaged, cut, Vec::new()] {
        assert_eq!(sender.create(ID).await, Ok(0));
        sender.add(ID, 0, &bad).await.unwrap();
        assert!(sender.finish(ID).await.unwrap_err().contains("removed"));
    }
    let other = "0b1c2d3e-0000-4000-8000-000000000002";
    sender.create(other).await.unwrap();
    sender.add(other, 0, &bytes).await.unwrap();
    let wrong = sender.finish(other).await.unwrap_err();
    assert!(wrong.contains(&format!("this is recording {ID}")), "{wrong}");
    assert_eq!(list(&site).await, Vec::<Value>::new());
    assert_eq!(fs::read_dir(folder.path().join("incoming")).unwrap().count(), 0);
}

#[tokio::test]
async fn odd_requests_are_refused_in_words() {
    let (_folder, _site, address, bytes) = taking(100).await;
    let mut sender = Sender::connect(address).await;
    for id in ["../../etc/passwd", "", "0B1C2D3E-0000-4000-8000-000000000001"] {
        assert!(
            sender.create(id).await.unwrap_err().contains("not the id"),
            "{id}"
        );
    }
    assert!(sender.finish(ID).await.unwrap_err().contains("was not begun"));
    assert!(
        sender
            .add(ID, 0, b"x")
            .await
            .unwrap_err()
            .contains("was not begun")
    );
    sender.create(ID).await.unwrap();
    let wrong = sender.add(ID, 0, &bytes).await.unwrap_err();
    assert!(wrong.contains("at most 100 bytes"), "{wrong}");
    let announced = json!({ "recordingId": ID, "offset": 0, "length": 3 });
    sender.begin("Internal.addRecordingData", announced.clone()).await;
    sender.0.send(Message::binary(vec![1, 2])).await.unwrap();
    let wrong = outcome(&sender.messages().await[0]).unwrap_err();
    assert_eq!(wrong, "3 bytes were announced and 2 came");
    // A request in place of the bytes ends the announcement.
    sender.begin("Internal.addRecordingData", announced).await;
    let wrong = sender
        .ask("Internal.echo", json!({ "str": "a", "count": 3 }))
        .await;
    assert!(wrong.unwrap_err().contains("did not follow"));
    assert_eq!(outcome(&sender.messages().await[0]), Ok(json!({ "str": "aaa" })));
    assert!(
        sender
            .ask("Internal.echo", json!({ "str": "ab", "count": u32::MAX }))
            .await
            .is_err()
    );
    sender.0.send(Message::binary(vec![1])).await.unwrap();
    assert!(matches!(sender.0.next().await, Some(Ok(Message::Close(_)))));
}

#[tokio::test]
async fn a_recording_that_must_be_finished_is_removed_with_its_connection() {
    let (folder, _site, address, bytes) = taking(1 << 20).await;
    let mut sender = Sender::connect(address).await;
    let params = json!({ "buildId": "test", "recordingId": ID, "requireFinish": true });
    sender.ask("Internal.createRecording", params).await.unwrap();
    sender.add(ID, 0, &bytes[..10]).await.unwrap();
    sender.0.close(None).await.unwrap();
    while sender.0.next().await.is_some() {}
    let incoming = folder.path().join("incoming");
    while fs::read_dir(&incoming).unwrap().next().is_some() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn whoever_gives_up_has_what_was_sent_removed() {
    let (folder, _site, address, bytes) = taking(1 << 20).await;
    let mut sender = Sender::connect(address).await;
    sender.create(ID).await.unwrap();
    sender.add(ID, 0, &bytes[..10]).await.unwrap();
    let params = json!({ "buildId": "test", "recordingId": ID, "requireFinish": true });
    sender.begin("Internal.createRecording", params).await;
    let messages = sender.messages().await;
    assert_eq!(messages[0]["params"]["uploaded"], 10);
    assert!(outcome(messages.last().unwrap()).is_ok(), "{messages:?}");
    sender.0.close(None).await.unwrap();
    while sender.0.next().await.is_some() {}
    let incoming = folder.path().join("incoming");
    while fs::read_dir(&incoming).unwrap().next().is_some() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn files_are_kept_by_proof_of_having_them() {
    let (_folder, site, address, _) = taking(1 << 20).await;
    let mut sender = Sender::connect(address).await;
    let content = "{\"version\":3}";
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let hash = format!("sha256:{}", hex(&Sha256::digest(content)));
    let token = sender
        .ask("Resource.token", json!({ "hash": hash }))
        .await
        .unwrap()["token"]
        .clone();
    let salted = hex(&Sha256::digest(format!("{}{content}", token.as_str().unwrap())));
    let proof = json!({ "token": token, "saltedHash": format!("sha256:{salted}") });
    let exists = json!({ "resource": proof });
    assert_eq!(
        sender.ask("Resource.exists", exists.clone()).await,
        Ok(json!({ "exists": false }))
    );
    let created = sender
        .ask("Resource.create", json!({ "content": content }))
        .await
        .unwrap();
    assert_eq!(
        sender.ask("Resource.exists", exists).await,
        Ok(json!({ "exists": true }))
    );
    let forged = json!({ "resource": { "token": token, "saltedHash": "0".repeat(64) } });
    assert_eq!(
        sender.ask("Resource.exists", forged).await,
        Ok(json!({ "exists": false }))
    );
    assert!(
        sender
            .ask("Resource.token", json!({ "hash": "../x" }))
            .await
            .is_err()
    );
    let proof = serde_json::from_value(created["resource"].clone()).unwrap();
    let kept = resources::by_proof(&site.uploads.as_ref().unwrap().resources(), &proof);
    assert_eq!(kept.as_deref(), Ok(content.as_bytes()));
}

#[tokio::test]
async fn sessions_wait_for_source_maps() {
    let (folder, _site, address, _) = taking(1 << 20).await;
    write_recording(&folder.path().join("here.playhead"), ID);
    let mut sender = Sender::connect(address).await;
    let params = json!({ "recordingId": ID });
    let begun = sender
        .ask("Internal.beginRecordingResourceUpload", params)
        .await
        .unwrap();
    let mut viewer = Sender::connect(address).await;
    viewer
        .begin("Recording.createSession", json!({ "recordingId": ID }))
        .await;
    let waiting: Value = match viewer.0.next().await.unwrap().unwrap() {
        Message::Text(text) => serde_json::from_str(&text).unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(waiting["method"], "Recording.awaitingSourcemaps");
    assert!(
        viewer
            .ask("Internal.endRecordingResourceUpload", json!({ "key": "1" }))
            .await
            .is_err()
    );
    sender
        .ask("Internal.endRecordingResourceUpload", begun)
        .await
        .unwrap();
    assert!(outcome(&viewer.messages().await[0]).unwrap()["sessionId"].is_string());
}

#[tokio::test]
async fn without_a_folder_nothing_is_taken() {
    let address = listen(site(&[], Vec::new())).await;
    let mut sender = Sender::connect(address).await;
    for (method, params) in [
        (
            "Internal.createRecording",
            json!({ "buildId": "x", "recordingId": ID }),
        ),
        (
            "Internal.addRecordingData",
            json!({ "recordingId": ID, "offset": 0, "length": 1 }),
        ),
        ("Resource.create", json!({ "content": "x" })),
    ] {
        let refused = sender.ask(method, params).await.unwrap_err();
        assert!(refused.contains("--uploads"), "{method}: {refused}");
    }
}
