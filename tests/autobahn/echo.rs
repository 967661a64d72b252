//! Says back every message over the websocket that `playhead serve` speaks through, for Autobahn's suite to try
//! (`cargo xtask autobahn`). Prints its address.
#![allow(clippy::print_stdout, clippy::expect_used, reason = "a program of the tests")]

use axum::{
    Router,
    extract::ws::{Message, WebSocket, WebSocketUpgrade},
    response::Response,
    routing::get,
};
use tokio::net::TcpListener;

/// Autobahn sends messages of up to 16 MiB, as uploads may be.
const MAX_BYTES: usize = 16 << 20;

#[tokio::main]
async fn main() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    println!("ws://{}/", listener.local_addr().expect("an address"));
    let app = Router::new().route("/", get(upgrade));
    axum::serve(listener, app).await.expect("it serves");
}

async fn upgrade(upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .max_message_size(MAX_BYTES)
        .max_frame_size(MAX_BYTES)
        .on_upgrade(echo)
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if matches!(message, Message::Text(_) | Message::Binary(_)) && socket.send(message).await.is_err() {
            return;
        }
    }
}
