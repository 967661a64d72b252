//! Recorded traffic: a transport that plays it, and a wrapper that records it.
//!
//! A transcript is text, one frame a line: `> ` and what the client sent, or `< ` and what it received. Lines that begin
//! with `#` and empty lines are comments. Line breaks inside a frame are written as spaces, which JSON does not mind.

use std::{cell::RefCell, collections::VecDeque, fmt, rc::Rc};

use futures::{
    SinkExt, StreamExt,
    channel::mpsc::{UnboundedReceiver, unbounded},
    stream,
};

use crate::transport::{CloseReason, Frame, Transport};

/// Which way a frame went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the peer.
    Sent,
    /// From the peer to the client.
    Received,
}

/// Frames in the order in which they passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    /// Direction and text of each.
    pub lines: Vec<(Direction, String)>,
}

impl Transcript {
    /// Reads the text form; lines of any other shape are skipped.
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().filter_map(|line| match line.split_once(' ')? {
            (">", frame) => Some((Direction::Sent, frame.to_owned())),
            ("<", frame) => Some((Direction::Received, frame.to_owned())),
            _ => None,
        });
        Self {
            lines: lines.collect(),
        }
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (direction, frame) in &self.lines {
            let mark = match direction {
                Direction::Sent => '>',
                Direction::Received => '<',
            };
            writeln!(f, "{mark} {}", frame.replace(['\r', '\n'], " "))?;
        }
        Ok(())
    }
}

/// Plays the peer's side. A received line is delivered once the client has sent as many frames as the transcript has
/// sent lines before it, whatever those frames say; after the last line the peer is gone.
pub fn play(transcript: Transcript) -> Transport {
    let (sender, sent) = unbounded::<Frame>();
    let lines: VecDeque<_> = transcript.lines.into();
    let incoming = stream::unfold((lines, sent), |(mut lines, mut sent)| async move {
        loop {
            match lines.pop_front()? {
                (Direction::Received, text) => return Some((Ok(Frame::Text(text)), (lines, sent))),
                (Direction::Sent, _) => wait_for_one(&mut sent).await?,
            }
        }
    });
    Transport::new(incoming, sender.sink_map_err(|_closed| CloseReason::vanished()))
}

/// Wraps `inner`, writing down everything that passes. Frames that are not text are left out.
pub fn record(inner: Transport) -> (Transport, Rc<RefCell<Transcript>>) {
    let transcript = Rc::new(RefCell::new(Transcript::default()));
    let write = |transcript: &Rc<RefCell<Transcript>>, direction, frame: &Frame| {
        if let Some(text) = frame.as_text() {
            transcript.borrow_mut().lines.push((direction, text.to_owned()));
        }
    };
    let received = Rc::clone(&transcript);
    let incoming = inner.incoming.inspect(move |item| {
        if let Ok(frame) = item {
            write(&received, Direction::Received, frame);
        }
    });
    let sent = Rc::clone(&transcript);
    let outgoing = inner.outgoing.with(move |frame| {
        write(&sent, Direction::Sent, &frame);
        std::future::ready(Ok::<Frame, CloseReason>(frame))
    });
    (Transport::new(incoming, outgoing), transcript)
}

/// `None` when the client closed.
async fn wait_for_one(sent: &mut UnboundedReceiver<Frame>) -> Option<()> {
    sent.next().await.map(|_frame| ())
}
