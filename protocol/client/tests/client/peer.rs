//! The other end of a connection, played by the test.

use client::{
    Connection, Driver, IdStyle,
    transport::{CloseReason, Frame, Incoming, Outgoing, Transport, faulty, local},
};
use futures::{FutureExt, SinkExt, StreamExt, executor::LocalPool, task::LocalSpawnExt};
use serde_json::{Value, json};

pub(crate) struct Peer {
    incoming: Incoming,
    outgoing: Outgoing,
}

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request(pub(crate) Value);

impl Request {
    pub(crate) fn method(&self) -> &str {
        self.0["method"].as_str().unwrap()
    }

    pub(crate) fn params(&self) -> &Value {
        &self.0["params"]
    }
}

impl Peer {
    pub(crate) fn new(transport: Transport) -> Self {
        Self {
            incoming: transport.incoming,
            outgoing: transport.outgoing,
        }
    }

    /// The next request, whatever it is.
    pub(crate) async fn any_request(&mut self) -> Request {
        match self.incoming.next().await {
            Some(Ok(Frame::Text(text))) => Request(serde_json::from_str(&text).unwrap()),
            other => panic!("expected a request, got {other:?}"),
        }
    }

    /// The next frame, which must be binary.
    pub(crate) async fn bytes(&mut self) -> Vec<u8> {
        match self.incoming.next().await {
            Some(Ok(Frame::Binary(bytes))) => bytes,
            other => panic!("expected bytes, got {other:?}"),
        }
    }

    /// The next request, which must be of this method.
    pub(crate) async fn request(&mut self, method: &str) -> Request {
        let request = self.any_request().await;
        assert_eq!(request.method(), method);
        request
    }

    /// Lets everything that can happen happen; no request may be among it.
    pub(crate) async fn expect_silence(&mut self) {
        idle().await;
        match self.incoming.next().now_or_never() {
            None => {}
            // A local transport says once that it has something before it gives it.
            Some(item) => panic!("expected silence, got {item:?}"),
        }
        idle().await;
        if let Some(item) = self.incoming.next().now_or_never() {
            panic!("expected silence, got {item:?}");
        }
    }

    /// The transport must have ended from the other side.
    pub(crate) async fn expect_end(&mut self) {
        assert_eq!(self.incoming.next().await, None);
    }

    pub(crate) async fn send(&mut self, message: Value) {
        self.send_frame(Frame::Text(message.to_string())).await;
    }

    pub(crate) async fn send_frame(&mut self, frame: Frame) {
        self.outgoing.send(frame).await.unwrap();
    }

    pub(crate) async fn answer(&mut self, request: &Request, result: Value) {
        self.send(json!({ "id": request.0["id"], "result": result }))
            .await;
    }

    pub(crate) async fn refuse(&mut self, request: &Request, code: i32, message: &str) {
        self.send(json!({ "id": request.0["id"], "error": { "code": code, "message": message } }))
            .await;
    }

    pub(crate) async fn event(&mut self, session_id: &str, method: &str, params: Value) {
        self.send(json!({ "method": method, "params": params, "sessionId": session_id }))
            .await;
    }
}

/// Runs a test against a peer, its driver spawned next to it.
pub(crate) fn run(test: impl AsyncFnOnce(Connection, Peer)) {
    run_as(IdStyle::Number, test);
}

pub(crate) fn run_as(id_style: IdStyle, test: impl AsyncFnOnce(Connection, Peer)) {
    let (here, there) = local::pair();
    let (connection, driver) = Connection::open_with(here, id_style);
    drive(driver, test(connection, Peer::new(there)));
}

/// As [`run`], with a hand on what arrives at the client.
pub(crate) fn run_faulty(test: impl AsyncFnOnce(Connection, Peer, faulty::Control)) {
    let (here, there) = local::pair();
    let (here, control) = faulty::wrap(here);
    let (connection, driver) = Connection::open(here);
    drive(driver, test(connection, Peer::new(there), control));
}

fn drive(driver: Driver, test: impl Future<Output = ()>) {
    let mut pool = LocalPool::new();
    pool.spawner()
        .spawn_local(driver.map(|_reason: CloseReason| ()))
        .unwrap();
    pool.run_until(test);
}

/// Gives every other task its turns until none can have anything left to do, in tests as small as these.
pub(crate) async fn idle() {
    for _turn in 0..50 {
        let mut has_waited = false;
        std::future::poll_fn(|context| {
            if std::mem::replace(&mut has_waited, true) {
                return std::task::Poll::Ready(());
            }
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await;
    }
}
