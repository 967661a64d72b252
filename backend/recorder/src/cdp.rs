//! A connection to Chromium's DevTools: commands that answer, and one ordered stream of events.
//!
//! Messages stay JSON: Chromium's protocol grows with every release, and a typed client that meets a value it does not
//! know drops the whole message, which for a paused request means a page that never loads.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    sync::{mpsc, oneshot},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

/// No command that is used takes nearly as long.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What a command can fail with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CdpError {
    /// The browser is gone.
    #[error("the browser closed its DevTools connection")]
    Closed,
    /// The browser refused the command.
    #[error("{method}: {message}")]
    Refused {
        /// The command.
        method: String,
        /// Chromium's words.
        message: String,
    },
    /// No answer came.
    #[error("{method}: no answer within {} s", TIMEOUT.as_secs())]
    Silent {
        /// The command.
        method: String,
    },
    /// The connection could not be made.
    #[error("cannot connect to the browser: {0}")]
    Connect(String),
}

/// An event of the browser.
#[derive(Debug)]
pub(crate) struct CdpEvent {
    /// The session it belongs to; None for the browser's own.
    pub(crate) session: Option<String>,
    /// Its name, such as `Page.loadEventFired`.
    pub(crate) method: String,
    /// Its parameters.
    pub(crate) params: Value,
}

type Pending = Arc<Mutex<HashMap<u64, oneshot::Sender<Result<Value, String>>>>>;

/// A handle to the connection; clones share it.
#[derive(Clone)]
pub(crate) struct Cdp {
    outgoing: mpsc::UnboundedSender<String>,
    pending: Pending,
    next_id: Arc<AtomicU64>,
    session: Option<Arc<str>>,
}

impl Cdp {
    /// Connects to a browser's DevTools address.
    pub(crate) async fn connect(
        address: &str,
    ) -> Result<(Self, mpsc::UnboundedReceiver<CdpEvent>), CdpError> {
        // Bodies of responses and screenshots come as single messages.
        let config = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let (socket, _) = connect_async_with_config(address, Some(config), true)
            .await
            .map_err(|error| CdpError::Connect(error.to_string()))?;
        let (outgoing, to_send) = mpsc::unbounded_channel();
        let (events, event_receiver) = mpsc::unbounded_channel();
        let pending = Pending::default();
        tokio::spawn(pump(socket, to_send, events, pending.clone()));
        Ok((
            Self {
                outgoing,
                pending,
                next_id: Arc::new(AtomicU64::new(1)),
                session: None,
            },
            event_receiver,
        ))
    }

    /// The same connection, for commands to a session.
    pub(crate) fn with_session(&self, session: &str) -> Self {
        Self {
            session: Some(Arc::from(session)),
            ..self.clone()
        }
    }

    /// Sends a command and waits for its answer.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Result<Value, CdpError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        lock(&self.pending).insert(id, answer);
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let (Some(session), Some(object)) = (&self.session, message.as_object_mut()) {
            object.insert("sessionId".to_owned(), Value::from(&**session));
        }
        if self.outgoing.send(message.to_string()).is_err() {
            lock(&self.pending).remove(&id);
            return Err(CdpError::Closed);
        }
        match tokio::time::timeout(TIMEOUT, answered).await {
            Ok(Ok(Ok(result))) => Ok(result),
            Ok(Ok(Err(message))) => Err(CdpError::Refused {
                method: method.to_owned(),
                message,
            }),
            Ok(Err(_)) => Err(CdpError::Closed),
            Err(_) => {
                lock(&self.pending).remove(&id);
                Err(CdpError::Silent {
                    method: method.to_owned(),
                })
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Moves messages until either side closes; then every pending command ends as closed.
async fn pump(
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    mut to_send: mpsc::UnboundedReceiver<String>,
    events: mpsc::UnboundedSender<CdpEvent>,
    pending: Pending,
) {
    let (mut sink, mut stream) = socket.split();
    loop {
        tokio::select! {
            message = to_send.recv() => match message {
                Some(text) => if sink.send(Message::text(text)).await.is_err() { break },
                None => break,
            },
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => receive(text.as_str(), &events, &pending),
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => {}
            },
        }
    }
    lock(&pending).clear();
}

fn receive(text: &str, events: &mpsc::UnboundedSender<CdpEvent>, pending: &Pending) {
    let Ok(mut message) = serde_json::from_str::<Value>(text) else {
        return;
    };
    if let Some(id) = message.get("id").and_then(Value::as_u64) {
        let answer = match message.get("error") {
            Some(error) => Err(error
                .get("message")
                .and_then(Value::as_str)
                .unwrap_or("refused")
                .to_owned()),
            None => Ok(message.get_mut("result").map(Value::take).unwrap_or_default()),
        };
        if let Some(waiting) = lock(pending).remove(&id) {
            let _ = waiting.send(answer);
        }
        return;
    }
    let Some(method) = message.get("method").and_then(Value::as_str) else {
        return;
    };
    let event = CdpEvent {
        session: message
            .get("sessionId")
            .and_then(Value::as_str)
            .map(str::to_owned),
        method: method.to_owned(),
        params: message.get_mut("params").map(Value::take).unwrap_or_default(),
    };
    let _ = events.send(event);
}
