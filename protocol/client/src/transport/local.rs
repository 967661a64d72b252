//! Two queues in one process, always delivered on a later tick, so that an engine next door behaves like a remote one.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures::{
    SinkExt, StreamExt,
    channel::mpsc::{UnboundedReceiver, unbounded},
    stream::Stream,
};

use crate::transport::{CloseReason, Frame, Transport};

/// Makes the two ends of a way: what one sends, the other receives. Queues have no limit.
pub fn pair() -> (Transport, Transport) {
    let (to_right, from_left) = unbounded();
    let (to_left, from_right) = unbounded();
    let end = |sender: futures::channel::mpsc::UnboundedSender<Frame>, receiver| {
        Transport::new(
            later(receiver),
            sender.sink_map_err(|_closed| CloseReason::vanished()),
        )
    };
    (end(to_right, from_right), end(to_left, from_left))
}

/// Delivers each frame at a later poll than the one that found it.
fn later(receiver: UnboundedReceiver<Frame>) -> impl Stream<Item = Result<Frame, CloseReason>> {
    receiver.then(|frame| async {
        NextTick { has_waited: false }.await;
        Ok(frame)
    })
}

/// Ready when polled a second time; it asks for that itself.
struct NextTick {
    has_waited: bool,
}

impl Future for NextTick {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.has_waited {
            return Poll::Ready(());
        }
        self.has_waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
