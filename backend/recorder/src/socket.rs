//! Where a page's log arrives, on 127.0.0.1: the websocket of its worker, and the beacons of its last moments.

use std::{io, net::Ipv4Addr, sync::Arc};

use futures::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
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

/// Listens; every block goes to `blocks` and is then acknowledged. Ends with the receiver.
///
/// Only who knows `secret` is let in. Gives the port.
pub(crate) async fn listen(secret: &str, blocks: mpsc::Sender<Block>) -> io::Result<u16> {
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

async fn serve(stream: TcpStream, prefix: Arc<str>, blocks: mpsc::Sender<Block>) {
    const POST: &[u8] = b"POST ";
    let mut first = [0; POST.len()];
    match stream.peek(&mut first).await {
        Ok(_) if first == *POST => {
            if let Some(block) = beacon(stream, &prefix).await {
                let _ = blocks.send(block).await;
            }
        }
        Ok(_) => websocket(stream, prefix, blocks).await,
        Err(_) => {}
    }
}

/// Reads `POST /<secret>/<realm>/<number>`, whose body is a block.
async fn beacon(mut stream: TcpStream, prefix: &str) -> Option<Block> {
    /// Browsers send no longer beacons than 64 KiB; a head is far shorter.
    const MAX_BYTES: usize = 256 << 10;
    const END_OF_HEAD: &[u8] = b"\r\n\r\n";
    const ANSWER: &[u8] =
        b"HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n";
    let mut request = Vec::new();
    loop {
        let end_of_head = request
            .windows(END_OF_HEAD.len())
            .position(|window| window == END_OF_HEAD);
        if let Some(end) = end_of_head {
            let head = String::from_utf8_lossy(request.get(..end)?).into_owned();
            let body = request.get(end + END_OF_HEAD.len()..)?;
            let length = content_length(&head)?;
            if body.len() >= length {
                let path = head.split(' ').nth(1)?.strip_prefix(prefix)?;
                let (realm, number) = path.rsplit_once('/')?;
                let (number, bytes) = (number.parse().ok()?, body.get(..length)?.to_vec());
                let _ = stream.write_all(ANSWER).await;
                return Some(Block {
                    realm: realm.to_owned(),
                    number,
                    bytes,
                });
            }
        }
        if request.len() > MAX_BYTES || stream.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
    }
}

fn content_length(head: &str) -> Option<usize> {
    let headers = head.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = headers
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    value.trim().parse().ok()
}

async fn websocket(stream: TcpStream, prefix: Arc<str>, blocks: mpsc::Sender<Block>) {
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
    let Ok(mut socket) = accept_hdr_async(stream, check).await else {
        return;
    };
    while let Some(Ok(message)) = socket.next().await {
        let Message::Binary(frame) = message else { continue };
        let Some((number, bytes)) = frame.split_first_chunk::<4>() else {
            continue;
        };
        let number = u32::from_le_bytes(*number);
        let block = Block {
            realm: realm.clone(),
            number,
            bytes: bytes.to_vec(),
        };
        if blocks.send(block).await.is_err() || socket.send(Message::text(number.to_string())).await.is_err()
        {
            return;
        }
    }
}
