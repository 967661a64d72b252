//! A websocket for programs outside a browser: tests and the command line. Needs a tokio runtime.

use std::future::ready;

use futures::{SinkExt, StreamExt};
use tokio_tungstenite::{
    connect_async_with_config,
    tungstenite::{Error, Message, protocol::WebSocketConfig},
};

use crate::transport::{CloseReason, Frame, Transport};

/// Opens `url` (`ws:` only: no TLS is built in, put a proxy in front where it is needed).
///
/// # Errors
/// [`CloseReason::Failed`] if there is no such server or it does not speak websocket there.
pub async fn open(url: &str) -> Result<Transport, CloseReason> {
    // Sources and screenshots come in one message each and may be large; the browser has no limit either.
    let config = WebSocketConfig::default()
        .max_message_size(None)
        .max_frame_size(None);
    let (socket, _response) = connect_async_with_config(url, Some(config), true)
        .await
        .map_err(reason)?;
    let (sink, stream) = socket.split();
    let incoming = stream.filter_map(|message| {
        ready(match message {
            Ok(Message::Text(text)) => Some(Ok(Frame::Text(text.as_str().to_owned()))),
            Ok(Message::Binary(bytes)) => Some(Ok(Frame::Binary(bytes.into()))),
            Ok(Message::Close(close)) => Some(Err(CloseReason::There {
                code: close.as_ref().map(|close| close.code.into()),
                reason: close
                    .map(|close| close.reason.as_str().to_owned())
                    .unwrap_or_default(),
            })),
            // The library answers pings itself.
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => None,
            Err(error) => Some(Err(reason(error))),
        })
    });
    let outgoing = sink.sink_map_err(reason).with(|frame| {
        ready(Ok::<Message, CloseReason>(match frame {
            Frame::Text(text) => Message::text(text),
            Frame::Binary(bytes) => Message::binary(bytes),
        }))
    });
    Ok(Transport::new(incoming, outgoing))
}

fn reason(error: Error) -> CloseReason {
    match error {
        Error::ConnectionClosed | Error::AlreadyClosed => CloseReason::vanished(),
        other => CloseReason::Failed {
            message: other.to_string(),
        },
    }
}
