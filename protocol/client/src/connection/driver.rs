//! The task of a connection: carries frames both ways until one side ends it.

use std::{
    fmt,
    pin::Pin,
    rc::Weak,
    task::{Context, Poll},
};

use futures::{
    FutureExt, SinkExt, StreamExt,
    channel::mpsc::UnboundedReceiver,
    future::{Either, LocalBoxFuture, select},
    pin_mut,
};

use crate::{
    connection::{Outbound, Shared},
    transport::{CloseReason, Incoming, Outgoing, Transport},
};

/// Moves a connection's frames; spawn it. Ends, with the reason, when the connection is closed by either side or its
/// last handle is dropped.
#[must_use = "nothing moves until the driver is spawned"]
pub struct Driver {
    task: LocalBoxFuture<'static, CloseReason>,
}

impl Driver {
    pub(super) fn new(
        transport: Transport,
        outbound: UnboundedReceiver<Outbound>,
        shared: Weak<Shared>,
    ) -> Self {
        let mut end = End {
            shared: shared.clone(),
            reason: CloseReason::Here,
        };
        let task = async move {
            let reader = read(transport.incoming, shared);
            let writer = write(transport.outgoing, outbound);
            pin_mut!(reader, writer);
            end.reason = match select(reader, writer).await {
                Either::Left((reason, _writer)) => reason,
                Either::Right((CloseReason::Here, _reader)) => CloseReason::Here,
                // The reader may have heard why.
                Either::Right((reason, reader)) => reader.now_or_never().unwrap_or(reason),
            };
            end.reason.clone()
        };
        Self {
            task: task.boxed_local(),
        }
    }
}

impl Future for Driver {
    type Output = CloseReason;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<CloseReason> {
        self.task.poll_unpin(context)
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Driver")
    }
}

/// Ends the connection when the driver is done, or dropped before it is.
struct End {
    shared: Weak<Shared>,
    reason: CloseReason,
}

impl Drop for End {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.end(&self.reason);
        }
    }
}

async fn read(mut incoming: Incoming, shared: Weak<Shared>) -> CloseReason {
    loop {
        match incoming.next().await {
            Some(Ok(frame)) => match shared.upgrade() {
                Some(shared) => shared.receive(&frame),
                None => return CloseReason::Here,
            },
            Some(Err(reason)) => return reason,
            None => return CloseReason::vanished(),
        }
    }
}

/// Writes what there is to write, and flushes whenever that is all there is for now.
async fn write(mut outgoing: Outgoing, mut outbound: UnboundedReceiver<Outbound>) -> CloseReason {
    loop {
        let next = match outbound.next().now_or_never() {
            Some(next) => next,
            None => match outgoing.flush().await {
                Ok(()) => outbound.next().await,
                Err(reason) => return reason,
            },
        };
        match next {
            Some(Outbound::Send(frame)) => {
                if let Err(reason) = outgoing.feed(frame).await {
                    return reason;
                }
            }
            Some(Outbound::Close) | None => {
                // Whatever becomes of the farewell, this side is done.
                let _ = outgoing.close().await;
                return CloseReason::Here;
            }
        }
    }
}
