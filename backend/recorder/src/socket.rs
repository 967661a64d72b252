//! Where a page's log arrives, on 127.0.0.1: the websocket of its worker, and the beacons of its last moments. The page's
//! questions are answered here too.

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

use crate::{questions::Answers, scripts::WORKER_RUNTIME};

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
pub(crate) async fn listen(secret: &str, blocks: mpsc::Sender<Block>, answers: Answers) -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = listener.local_addr()?.port();
    let prefix: Arc<str> = Arc::from(format!("/{secret}/"));
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = blocks.closed() => break,
                accepted = listener.accept() => {
                    if let Ok((stream, _)) = accepted {
                        tokio::spawn(serve(stream, prefix.clone(), blocks.clone(), answers.clone()));
                    }
                }
            }
        }
    });
    Ok(port)
}

async fn serve(stream: TcpStream, prefix: Arc<str>, blocks: mpsc::Sender<Block>, answers: Answers) {
    const POST: &[u8] = b"POST ";
    let runtime = format!("GET {prefix}{WORKER_RUNTIME}");
    let mut first = [0; 128];
    match stream.peek(&mut first).await {
        Ok(n)
            if first
                .get(..n)
                .is_some_and(|first| first.starts_with(runtime.as_bytes())) =>
        {
            let mut stream = stream;
            let mut request = vec![0; 16 << 10];
            let n_bytes = stream.read(&mut request).await.unwrap_or(0);
            let request = String::from_utf8_lossy(request.get(..n_bytes).unwrap_or_default()).into_owned();
            let runtime = answers.worker_runtime(request.split(' ').nth(1).unwrap_or_default());
            respond(&mut stream, "text/javascript", runtime.as_deref()).await;
        }
        Ok(_) if first.starts_with(POST) => {
            if let Some(block) = post(stream, &prefix, answers).await {
                let _ = blocks.send(block).await;
            }
        }
        Ok(_) => websocket(stream, prefix, blocks).await,
        Err(_) => {}
    }
}

/// Reads `POST /<secret>/<realm>/<number>`, whose body is a block, or answers `POST /<secret>/?<what>`.
async fn post(mut stream: TcpStream, prefix: &str, answers: Answers) -> Option<Block> {
    /// Browsers send no longer beacons than 64 KiB; a question is a text to rewrite.
    const MAX_BYTES: usize = 64 << 20;
    const END_OF_HEAD: &[u8] = b"\r\n\r\n";
    let mut request = Vec::new();
    let mut head_end = None;
    loop {
        if head_end.is_none() {
            head_end = request
                .windows(END_OF_HEAD.len())
                .position(|window| window == END_OF_HEAD);
        }
        if let Some(end) = head_end {
            let head = String::from_utf8_lossy(request.get(..end)?).into_owned();
            let body = request.get(end + END_OF_HEAD.len()..)?;
            let length = content_length(&head)?;
            if body.len() >= length {
                let path = head.split(' ').nth(1)?.strip_prefix(prefix)?;
                let body = body.get(..length)?;
                if let Some(what) = path.strip_prefix('?') {
                    let answer = answers.answer(what, &String::from_utf8_lossy(body));
                    respond(&mut stream, "text/plain", answer.as_deref()).await;
                    return None;
                }
                let (realm, number) = path.rsplit_once('/')?;
                let (number, bytes) = (number.parse().ok()?, body.to_vec());
                respond(&mut stream, "text/plain", None).await;
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

async fn respond(stream: &mut TcpStream, content_type: &str, answer: Option<&str>) {
    let (status, body) = match answer {
        Some(body) => ("200 OK", body),
        None => ("204 No Content", ""),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nAccess-Control-Allow-Origin: *\r\nCross-Origin-Resource-Policy: cross-origin\r\n\
         Content-Type: {content_type}; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    if stream.write_all(head.as_bytes()).await.is_ok() {
        let _ = stream.write_all(body.as_bytes()).await;
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
