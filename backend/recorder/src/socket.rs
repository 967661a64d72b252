//! The websocket on 127.0.0.1 over which a page's worker sends its log.

use std::{io, net::Ipv4Addr, sync::Arc};

use futures::{SinkExt, StreamExt};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_tungstenite::{
    accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{ErrorResponse, Request, Response},
        http::StatusCode,
    },
};

/// A block of a document's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The document, as its runtime named itself: `<microseconds since 1970>-<anything>`.
    pub(crate) realm: String,
    /// From 1, without gaps; a block can arrive twice.
    pub(crate) number: u32,
    /// Whole records.
    pub(crate) bytes: Vec<u8>,
}

/// Listens; every block goes to `blocks` and is acknowledged. Ends with the receiver.
///
/// Only who knows `secret` is let in. Gives the port.
pub(crate) async fn listen(secret: &str, blocks: mpsc::UnboundedSender<Block>) -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = listener.local_addr()?.port();
    let prefix: Arc<str> = Arc::from(format!("/{secret}/"));
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = blocks.closed() => break,
                accepted = listener.accept() => {
                    if let Ok((stream, _)) = accepted {
                        tokio::spawn(serve(stream, prefix.clone(), blocks.clone()));
                    }
                }
            }
        }
    });
    Ok(port)
}

async fn serve(stream: TcpStream, prefix: Arc<str>, blocks: mpsc::UnboundedSender<Block>) {
    let mut realm = String::new();
    #[expect(clippy::result_large_err, reason = "the library's signature")]
    let check = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        match request.uri().path().strip_prefix(&*prefix) {
            Some(name) => {
                realm = name.to_owned();
                Ok(response)
            }
            None => {
                let mut refusal = ErrorResponse::new(None);
                *refusal.status_mut() = StatusCode::FORBIDDEN;
                Err(refusal)
            }
        }
    };
    let Ok(mut socket) = accept_hdr_async(stream, check).await else { return };
    while let Some(Ok(message)) = socket.next().await {
        let Message::Binary(frame) = message else { continue };
        let Some((number, bytes)) = frame.split_first_chunk::<4>() else { continue };
        let number = u32::from_le_bytes(*number);
        let block = Block { realm: realm.clone(), number, bytes: bytes.to_vec() };
        if blocks.send(block).is_err() || socket.send(Message::text(number.to_string())).await.is_err() {
            return;
        }
    }
}
