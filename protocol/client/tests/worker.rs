//! The port transport, under a JavaScript engine: `cargo test -p client --test worker --target wasm32-unknown-unknown`.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use client::{
    CallError, Connection,
    transport::{CloseReason, Frame, worker},
};
use futures::{SinkExt, StreamExt, future::join};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::MessageChannel;

#[wasm_bindgen_test]
async fn frames_pass_both_ways_and_a_farewell_ends_it() {
    let channel = MessageChannel::new().unwrap();
    let (mut here, mut there) = (worker::open(channel.port1()), worker::open(channel.port2()));
    here.outgoing
        .send(Frame::Text("a \u{1F3AC}".to_owned()))
        .await
        .unwrap();
    here.outgoing.send(Frame::Binary(vec![0, 255])).await.unwrap();
    assert_eq!(
        there.incoming.next().await,
        Some(Ok(Frame::Text("a \u{1F3AC}".to_owned())))
    );
    assert_eq!(there.incoming.next().await, Some(Ok(Frame::Binary(vec![0, 255]))));
    there.outgoing.send(Frame::Text(String::new())).await.unwrap();
    assert_eq!(here.incoming.next().await, Some(Ok(Frame::Text(String::new()))));
    drop(there);
    assert_eq!(here.incoming.next().await, Some(Err(CloseReason::vanished())));
}

#[wasm_bindgen_test]
async fn a_connection_runs_over_it() {
    let channel = MessageChannel::new().unwrap();
    let (connection, driver) = Connection::open(worker::open(channel.port1()));
    let mut peer = worker::open(channel.port2());
    let (answered, unanswered) = (connection.set_access_token("a"), connection.set_access_token("b"));
    let script = async {
        for _request in 0..2 {
            assert!(matches!(peer.incoming.next().await, Some(Ok(Frame::Text(_)))));
        }
        peer.outgoing
            .send(Frame::Text(r#"{"id":1,"result":{}}"#.to_owned()))
            .await
            .unwrap();
        answered.await.unwrap();
        drop(peer);
        unanswered.await
    };
    let (reason, outcome) = join(driver, script).await;
    assert_eq!(reason, CloseReason::vanished());
    assert_eq!(outcome, Err(CallError::Closed { reason }));
}
