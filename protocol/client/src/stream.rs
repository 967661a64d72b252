//! Events as streams: those of a command that streams until its answer, and those that come unasked.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures::{FutureExt, Stream, StreamExt, channel::mpsc::UnboundedReceiver};

use crate::{
    call::{Call, CallError},
    connection::Listening,
};

/// What a command streams before its answer `R`, as a stream of `T` that ends with the answer.
///
/// The listener is in place before the request is sent, so nothing is missed. Items wait in a queue without a limit.
#[must_use = "dropping a stream gives up what it brings"]
pub struct Streaming<T, R> {
    pub(crate) items: UnboundedReceiver<T>,
    pub(crate) call: Call<R>,
    pub(crate) answer: Option<Result<R, CallError>>,
    /// Stops listening when dropped.
    pub(crate) listening: Vec<Listening>,
}

impl<T, R> Streaming<T, R> {
    /// The answer, once the stream has ended; items not yet taken are thrown away.
    ///
    /// # Errors
    /// As any call.
    pub async fn answer(mut self) -> Result<R, CallError> {
        while self.next().await.is_some() {}
        self.answer.take().unwrap_or(Err(CallError::Gone))
    }

    /// Every item, and the answer.
    ///
    /// # Errors
    /// As any call; the items that came are lost then.
    pub async fn all(mut self) -> Result<(Vec<T>, R), CallError> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await {
            items.push(item);
        }
        Ok((items, self.answer().await?))
    }
}

impl<T, R> Streaming<Vec<T>, R> {
    /// Every item of every batch, and the answer.
    ///
    /// # Errors
    /// As any call; the items that came are lost then.
    pub async fn flat(self) -> Result<(Vec<T>, R), CallError> {
        let (batches, answer) = self.all().await?;
        Ok((batches.into_iter().flatten().collect(), answer))
    }
}

impl<T, R> Unpin for Streaming<T, R> {}

impl<T, R> Stream for Streaming<T, R> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        loop {
            if let Poll::Ready(Some(item)) = self.items.poll_next_unpin(context) {
                return Poll::Ready(Some(item));
            }
            if self.answer.is_some() {
                return Poll::Ready(None);
            }
            // Events come before the answer: what is queued when the answer lands is all there will be.
            let answer = std::task::ready!(self.call.poll_unpin(context));
            self.answer = Some(answer);
            self.listening.clear();
        }
    }
}

impl<T, R> fmt::Debug for Streaming<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Streaming({:?})", self.call)
    }
}

/// Events of one kind, from the moment of subscription until the session or connection ends.
#[must_use = "dropping a stream of events unsubscribes"]
pub struct Events<T> {
    pub(crate) items: UnboundedReceiver<T>,
    /// Stops listening when dropped.
    pub(crate) _listening: Listening,
}

impl<T> Unpin for Events<T> {}

impl<T> Stream for Events<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.items.poll_next_unpin(context)
    }
}

impl<T> fmt::Debug for Events<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}
