//! What waits to be sent to one client, bounded in messages and in bytes. Whoever has more waits until the client has taken
//! some: its engine pauses, and nobody else's.

use std::sync::Arc;

use axum::extract::ws::Message;
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
};

/// Messages that may wait.
const MAX_MESSAGES: usize = 64;
/// Bytes that may wait; one message may have more, if it waits alone. A page of pictures is a few megabytes.
const MAX_BYTES: usize = 8 << 20;
/// In what room is counted.
const UNIT_BYTES: usize = 1 << 10;

/// The end that messages are put in at.
#[derive(Clone)]
pub(crate) struct Outgoing {
    messages: mpsc::Sender<Waiting>,
    room: Arc<Semaphore>,
    runtime: Handle,
}

/// A message, and the room that it takes until it is dropped.
pub(crate) struct Waiting {
    pub(crate) message: Message,
    _room: OwnedSemaphorePermit,
}

/// The client is gone.
#[derive(Debug)]
pub(crate) struct Gone;

impl Outgoing {
    /// Both ends, for one client.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Waiting>) {
        let (messages, taken) = mpsc::channel(MAX_MESSAGES);
        let outgoing = Self {
            messages,
            room: Arc::new(Semaphore::new(MAX_BYTES / UNIT_BYTES)),
            runtime: Handle::current(),
        };
        (outgoing, taken)
    }

    /// Puts a message in, once there is room.
    ///
    /// # Errors
    /// The client is gone.
    pub(crate) async fn send(&self, message: Message) -> Result<(), Gone> {
        let n_bytes = match &message {
            Message::Text(text) => text.len(),
            Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
            Message::Close(_) => 0,
        };
        let n_units = (n_bytes / UNIT_BYTES + 1).min(MAX_BYTES / UNIT_BYTES) as u32;
        let room = self.room.clone().acquire_many_owned(n_units).await;
        let waiting = Waiting {
            message,
            _room: room.map_err(|_| Gone)?,
        };
        self.messages.send(waiting).await.map_err(|_| Gone)
    }

    /// As [`Self::send`], for threads that may wait.
    ///
    /// # Errors
    /// The client is gone.
    pub(crate) fn blocking_send(&self, message: Message) -> Result<(), Gone> {
        self.runtime.block_on(self.send(message))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn message(n_bytes: usize) -> Message {
        Message::Text("x".repeat(n_bytes).into())
    }

    /// Puts a message in if there is room for it right now.
    fn put(outgoing: &Outgoing, n_bytes: usize) -> Option<Result<(), Gone>> {
        tokio::task::unconstrained(outgoing.send(message(n_bytes))).now_or_never()
    }

    #[tokio::test]
    async fn what_waits_is_bounded_in_bytes_and_in_messages() {
        let (outgoing, mut taken) = Outgoing::new();
        for _ in 0..3 {
            put(&outgoing, 2 << 20).unwrap().unwrap();
        }
        assert!(put(&outgoing, 3 << 20).is_none());
        drop(taken.recv().await);
        drop(taken.recv().await);
        put(&outgoing, 3 << 20).unwrap().unwrap();
        let (outgoing, mut taken) = Outgoing::new();
        for _ in 0..MAX_MESSAGES {
            put(&outgoing, 1).unwrap().unwrap();
        }
        assert!(put(&outgoing, 1).is_none());
        drop(taken.recv().await);
        put(&outgoing, 1).unwrap().unwrap();
    }

    #[tokio::test]
    async fn one_message_may_be_larger_than_all_and_nobody_waits_for_a_client_that_is_gone() {
        let (outgoing, taken) = Outgoing::new();
        put(&outgoing, 9 << 20).unwrap().unwrap();
        let waiting = outgoing.clone();
        let waits = tokio::spawn(async move { waiting.send(message(1)).await });
        tokio::task::yield_now().await;
        drop(taken);
        assert!(waits.await.unwrap().is_err());
    }
}
