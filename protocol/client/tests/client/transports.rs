//! Transports on their own.

use client::transport::{
    CloseReason, Frame, Transport, faulty,
    faulty::Fault,
    local, native, transcript,
    transcript::{Direction, Transcript},
};
use futures::{FutureExt, SinkExt, StreamExt, executor::block_on};
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};

fn text(text: &str) -> Frame {
    Frame::Text(text.to_owned())
}

async fn send(transport: &mut Transport, frames: &[&str]) {
    for frame in frames {
        transport.outgoing.send(text(frame)).await.unwrap();
    }
}

/// All frames until the end, and the reason if one is given.
async fn rest(transport: Transport) -> (Vec<Frame>, Option<CloseReason>) {
    let (mut frames, mut incoming) = (Vec::new(), transport.incoming);
    loop {
        match incoming.next().await {
            Some(Ok(frame)) => frames.push(frame),
            Some(Err(reason)) => return (frames, Some(reason)),
            None => return (frames, None),
        }
    }
}

#[test]
fn local_delivers_on_a_later_tick_and_in_order() {
    block_on(async {
        let (mut here, mut there) = local::pair();
        send(&mut here, &["1", "2"]).await;
        assert_eq!(there.incoming.next().now_or_never(), None, "not in the same turn");
        assert_eq!(there.incoming.next().await, Some(Ok(text("1"))));
        there.outgoing.send(Frame::Binary(vec![7])).await.unwrap();
        assert_eq!(here.incoming.next().await, Some(Ok(Frame::Binary(vec![7]))));
        drop(here);
        assert_eq!(
            there.outgoing.send(text("anyone?")).await,
            Err(CloseReason::vanished())
        );
        assert_eq!(
            rest(there).await,
            (vec![text("2")], None),
            "what was sent before the end arrives"
        );
    });
}

#[test]
fn faults_happen_as_planned() {
    block_on(async {
        let (mut here, there) = local::pair();
        let (there, control) = faulty::wrap(there);
        let reason = CloseReason::Failed {
            message: "cable".to_owned(),
        };
        control.then([
            Fault::Pass,
            Fault::Drop,
            Fault::Repeat,
            Fault::Replace(text("x")),
            Fault::Cut(reason.clone()),
        ]);
        send(&mut here, &["1", "2", "3", "4", "5", "6"]).await;
        let expected = ["1", "3", "3", "x"].map(text);
        assert_eq!(rest(there).await, (expected.to_vec(), Some(reason)));
    });
}

#[test]
fn held_frames_come_in_the_order_of_their_release() {
    block_on(async {
        let (mut here, there) = local::pair();
        let (mut there, control) = faulty::wrap(there);
        control.then([Fault::Hold, Fault::Hold, Fault::Hold]);
        send(&mut here, &["0", "1", "2", "3"]).await;
        assert_eq!(there.incoming.next().await, Some(Ok(text("3"))));
        assert_eq!(control.n_held(), 3);
        control.release(&[2, 0, 9]);
        assert_eq!(there.incoming.next().await, Some(Ok(text("2"))));
        assert_eq!(there.incoming.next().await, Some(Ok(text("0"))));
        control.release(&[0]);
        assert_eq!(there.incoming.next().await, Some(Ok(text("1"))));
        control.cut(CloseReason::vanished());
        assert_eq!(there.incoming.next().await, Some(Err(CloseReason::vanished())));
    });
}

#[test]
fn a_recorded_conversation_can_be_played() {
    block_on(async {
        let (here, mut there) = local::pair();
        let (mut here, recorded) = transcript::record(here);
        send(&mut here, &["ask\n1"]).await;
        there.incoming.next().await;
        send(&mut there, &["news", "answer 1"]).await;
        for _frame in 0..2 {
            here.incoming.next().await;
        }
        let written = recorded.borrow().to_string();
        assert_eq!(written, "> ask 1\n< news\n< answer 1\n");

        let parsed = Transcript::parse(&format!("# a comment\n\n{written}nonsense\n"));
        assert_eq!(parsed.lines[0], (Direction::Sent, "ask 1".to_owned()));
        let mut player = transcript::play(parsed);
        assert_eq!(
            player.incoming.next().now_or_never(),
            None,
            "it waits to be asked"
        );
        send(&mut player, &["anything"]).await;
        assert_eq!(rest(player).await, (vec![text("news"), text("answer 1")], None));
    });
}

/// Runs a websocket server for one connection next to a client.
fn with_server(
    serve: impl AsyncFnOnce(tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>),
    client: impl AsyncFnOnce(Transport),
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/", listener.local_addr().unwrap());
        let server = async {
            let (stream, _) = listener.accept().await.unwrap();
            serve(tokio_tungstenite::accept_async(stream).await.unwrap()).await;
        };
        futures::future::join(server, async { client(native::open(&url).await.unwrap()).await }).await;
    });
}

#[test]
fn native_carries_frames_both_ways_and_says_why_it_closed() {
    with_server(
        async |mut server| {
            assert_eq!(server.next().await.unwrap().unwrap(), Message::text("hello"));
            server.send(Message::Ping(vec![1].into())).await.unwrap();
            server.send(Message::binary(vec![1, 2])).await.unwrap();
            server.send(Message::text("world")).await.unwrap();
            let frame = CloseFrame {
                code: 4001.into(),
                reason: "enough".into(),
            };
            server.close(Some(frame)).await.unwrap();
            while server.next().await.is_some() {}
        },
        async |mut client| {
            send(&mut client, &["hello"]).await;
            let reason = CloseReason::There {
                code: Some(4001),
                reason: "enough".to_owned(),
            };
            assert_eq!(
                rest(client).await,
                (vec![Frame::Binary(vec![1, 2]), text("world")], Some(reason))
            );
        },
    );
}

#[test]
fn native_tells_the_server_when_it_closes() {
    with_server(
        async |mut server| {
            assert!(matches!(server.next().await, Some(Ok(Message::Close(_)))));
        },
        async |mut client| {
            client.outgoing.close().await.unwrap();
        },
    );
}

#[test]
fn native_carries_large_frames() {
    let n_bytes = 20 << 20;
    with_server(
        async |mut server| {
            server.send(Message::text("x".repeat(n_bytes))).await.unwrap();
            server.close(None).await.unwrap();
            while server.next().await.is_some() {}
        },
        async |mut client| {
            assert_eq!(client.incoming.next().await.unwrap().unwrap().size(), n_bytes);
            assert!(client.incoming.next().await.unwrap().is_err());
        },
    );
}

#[test]
fn native_says_so_when_nobody_is_there() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let outcome = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/", listener.local_addr().unwrap());
        drop(listener);
        native::open(&url).await
    });
    assert!(matches!(outcome, Err(CloseReason::Failed { .. })));
}
