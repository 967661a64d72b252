//! Story: a recording is opened from a service elsewhere, which wants a token, and takes its time.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Router,
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    response::Response,
    routing::any,
};
use client::transport::{Frame, native};
use futures::{SinkExt, StreamExt};
use serde_json::{Value as Json, json};
use tokio::{net::TcpListener, sync::watch};

use crate::{accessibility::assert_accessible, recorded::TITLE, story, viewer::Viewer};

/// A service in front of `playhead serve` that answers whoever has the right token, and first tells what it does.
struct Service {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    behind: u16,
    token: Option<&'static str>,
    /// Events that are told before a session is made, which waits until it is let go.
    tells: Vec<Json>,
    is_let_go: watch::Sender<bool>,
    /// The methods that came on each connection.
    heard: Mutex<Vec<Vec<String>>>,
}

impl Service {
    async fn start(behind: u16, token: Option<&'static str>, tells: Vec<Json>) -> Self {
        let shared = Arc::new(Shared {
            behind,
            token,
            is_let_go: watch::Sender::new(tells.is_empty()),
            tells,
            heard: Mutex::default(),
        });
        let app = Router::new()
            .fallback(any(upgrade))
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { port, shared }
    }

    fn heard(&self) -> Vec<Vec<String>> {
        self.shared
            .heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

async fn upgrade(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .max_message_size(64 << 20)
        .on_upgrade(move |socket| serve(shared, socket))
}

async fn serve(shared: Arc<Shared>, mut socket: WebSocket) {
    let number = {
        let mut heard = shared.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.push(Vec::new());
        heard.len() - 1
    };
    // The transport behind stays on this thread; so does everything that touches it.
    let (to_behind, mut from_page) = futures::channel::mpsc::unbounded::<Frame>();
    let (to_page, mut from_behind) = futures::channel::mpsc::unbounded::<String>();
    let behind = shared.behind;
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let mut transport = native::open(&format!("ws://127.0.0.1:{behind}/")).await.unwrap();
            loop {
                tokio::select! {
                    frame = from_page.next() => match frame {
                        Some(frame) => transport.outgoing.send(frame).await.unwrap(),
                        None => return,
                    },
                    frame = transport.incoming.next() => match frame {
                        Some(Ok(frame)) => drop(to_page.unbounded_send(frame.as_text().unwrap().to_owned())),
                        _ => return,
                    },
                }
            }
        });
    });
    let mut is_known = shared.token.is_none();
    loop {
        let text = tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => text.to_string(),
                Some(Ok(_)) => continue,
                _ => return,
            },
            text = from_behind.next() => match text {
                Some(text) => {
                    if socket.send(Message::text(text)).await.is_err() {
                        return;
                    }
                    continue;
                }
                None => return,
            },
        };
        let request: Json = serde_json::from_str(&text).unwrap();
        let method = request["method"].as_str().unwrap_or_default();
        shared.heard.lock().unwrap_or_else(PoisonError::into_inner)[number].push(method.to_owned());
        let refuse = |message: &str| {
            let error = json!({ "code": 33, "message": message });
            Message::text(json!({ "id": request["id"], "error": error }).to_string())
        };
        match method {
            "Authentication.setAccessToken" => {
                is_known = shared.token == request["params"]["accessToken"].as_str();
                let answer = match is_known {
                    true => Message::text(json!({ "id": request["id"], "result": {} }).to_string()),
                    false => refuse("Invalid access token"),
                };
                if socket.send(answer).await.is_err() {
                    return;
                }
                continue;
            }
            "Recording.createSession" if !is_known => {
                if socket.send(refuse("Unauthorized")).await.is_err() {
                    return;
                }
                continue;
            }
            "Recording.createSession" => {
                for told in &shared.tells {
                    if socket.send(Message::text(told.to_string())).await.is_err() {
                        return;
                    }
                }
                let mut is_let_go = shared.is_let_go.subscribe();
                is_let_go.wait_for(|is_let_go| *is_let_go).await.unwrap();
            }
            _ => {}
        }
        to_behind.unbounded_send(Frame::Text(text)).unwrap();
    }
}

async fn assert_is_open(viewer: &Viewer) {
    viewer
        .wait_for(
            "the session",
            "return document.querySelector('[data-testid=\"connection\"]')?.innerText.includes('Connected')",
        )
        .await;
    viewer.idle().await;
    assert!(
        !viewer.texts("message").await.is_empty(),
        "{}",
        viewer.shown().await
    );
}

#[test]
fn a_service_that_wants_a_token_asks_for_one() {
    story("services-token", |stage| async move {
        let viewer = &stage.viewer;
        let service = Service::start(stage.port, Some("s3cret&%"), Vec::new()).await;
        let url = format!(
            "{}?dispatch=ws://127.0.0.1:{}/",
            stage.recording_url(),
            service.port
        );

        // Without one it refuses, and the page asks.
        viewer.goto(&url).await;
        viewer
            .wait_for(
                "the question",
                "return document.querySelector('[data-testid=token]')?.innerText.includes('wants to know who asks') ?? false",
            )
            .await;
        assert_accessible(viewer, "the question for a token").await;
        let give = async |token: &str| {
            let input = viewer
                .browser
                .page
                .find(thirtyfour::By::Id("token"))
                .await
                .unwrap();
            input.clear().await.unwrap();
            input.send_keys(token).await.unwrap();
            input
                .send_keys(thirtyfour::Key::Enter.value().to_string())
                .await
                .unwrap();
        };
        give("wrong").await;
        viewer
            .wait_for("the refusal", "return document.body.innerText.includes('The service does not accept the token: Invalid access token.')")
            .await;
        viewer.idle().await;
        give("s3cret&%").await;
        assert_is_open(viewer).await;
        for heard in service.heard() {
            let at = |method: &str| heard.iter().position(|heard| heard == method);
            let (told, asked) = (at("Authentication.setAccessToken"), at("Recording.createSession"));
            assert!(told.is_none() || asked.is_none() || told < asked, "{heard:?}");
        }

        // The tab knows it after a reload; the address never does.
        viewer
            .goto(viewer.browser.page.current_url().await.unwrap().as_str())
            .await;
        assert_is_open(viewer).await;
        assert!(
            !viewer
                .browser
                .page
                .current_url()
                .await
                .unwrap()
                .as_str()
                .contains("s3cret")
        );
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn a_token_in_the_fragment_is_taken_out_of_the_address() {
    story("services-fragment", |stage| async move {
        let viewer = &stage.viewer;
        let service = Service::start(stage.port, Some("s3cret&%"), Vec::new()).await;
        let url = format!(
            "{}?dispatch=ws://127.0.0.1:{}/&time=500#token=s3cret%26%25",
            stage.recording_url(),
            service.port
        );
        viewer.goto(&url).await;
        assert_is_open(viewer).await;
        assert_eq!(viewer.moment().await.0, 500.0);
        let address = viewer.browser.page.current_url().await.unwrap();
        assert!(
            !address.as_str().contains("s3cret") && address.fragment().is_none(),
            "{address}"
        );
        assert_eq!(
            viewer.evaluate("return document.title").await,
            json!(format!("{TITLE} – Playhead"))
        );
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn what_a_service_does_first_is_told() {
    story("services-waiting", |stage| async move {
        let viewer = &stage.viewer;
        let id = &stage.recording.id;
        let event = |method: &str, params: Json| json!({ "method": method, "params": params });
        let tells = [
            (
                event(
                    "Recording.uploadedData",
                    json!({ "recordingId": id, "uploaded": 1_000_000, "length": 4_000_000 }),
                ),
                "Uploading: 1.0 MB of 4.0 MB",
            ),
            (
                event("Recording.awaitingSourcemaps", json!({ "recordingId": id })),
                "Waiting for source maps",
            ),
            (
                event(
                    "Recording.processRecordingProgress",
                    json!({ "recordingId": id, "progressPercent": 41 }),
                ),
                "Processing 41 %",
            ),
        ];
        for (told, words) in tells {
            let service = Service::start(stage.port, None, vec![told]).await;
            let url = format!(
                "{}?dispatch=ws://127.0.0.1:{}/",
                stage.recording_url(),
                service.port
            );
            viewer.browser.page.goto(&url).await.unwrap();
            let script = format!(
                "return document.querySelector('[data-testid=\"connection\"]')?.innerText.includes({words:?})"
            );
            viewer.wait_for(words, &script).await;
            service.shared.is_let_go.send_replace(true);
            assert_is_open(viewer).await;
        }

        // Nobody answers at all.
        let url = format!("{}?dispatch=ws://127.0.0.1:9/", stage.recording_url());
        viewer.browser.page.goto(&url).await.unwrap();
        let script = "return document.querySelector('[data-testid=\"waiting\"]')?.innerText.includes('does not answer')";
        viewer.wait_for("word of the silence", script).await;
    });
}
