//! The browser's websocket.

use std::future::ready;

use futures::{SinkExt, StreamExt};
use gloo_net::websocket::{Message, WebSocketError, futures::WebSocket};

use crate::transport::{CloseReason, Frame, Transport};

/// Opens `url` (`ws:` or `wss:`). Frames sent before the socket is open wait; a socket that cannot be opened ends the
/// stream with a reason.
///
/// # Errors
/// [`CloseReason::Failed`] if the browser refuses the URL.
pub fn open(url: &str) -> Result<Transport, CloseReason> {
    let socket = WebSocket::open(url).map_err(|error| CloseReason::Failed {
        message: error.to_string(),
    })?;
    let (sink, stream) = socket.split();
    // The browser says "error" without a cause and then "close" with a code, so only the latter is reported.
    let incoming = stream.filter_map(|message| {
        ready(match message {
            Ok(Message::Text(text)) => Some(Ok(Frame::Text(text))),
            Ok(Message::Bytes(bytes)) => Some(Ok(Frame::Binary(bytes))),
            Err(WebSocketError::ConnectionError) => None,
            Err(error) => Some(Err(reason(error))),
        })
    });
    let outgoing = sink.sink_map_err(reason).with(|frame| {
        ready(Ok::<Message, CloseReason>(match frame {
            Frame::Text(text) => Message::Text(text),
            Frame::Binary(bytes) => Message::Bytes(bytes),
        }))
    });
    Ok(Transport::new(incoming, outgoing))
}

fn reason(error: WebSocketError) -> CloseReason {
    match error {
        WebSocketError::ConnectionClose(event) => CloseReason::There {
            code: Some(event.code),
            reason: event.reason,
        },
        other => CloseReason::Failed {
            message: other.to_string(),
        },
    }
}
