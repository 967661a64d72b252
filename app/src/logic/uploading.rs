//! Sending a recording to a server, as plain values: what happened goes in, what is to be done comes out. What the server
//! says that it has is what counts: after a loss the recording goes on from there.

use std::collections::VecDeque;

/// The most that goes in one message; servers take 16 MiB.
pub const MAX_CHUNK_BYTES: u64 = 4 << 20;
/// The least, but for the end of a recording.
const MIN_CHUNK_BYTES: u64 = 16 << 10;
/// In so many messages a recording goes, while they are neither too small nor too large: each moves the bar by about a
/// hundredth, and after a pause only a few more arrive.
const N_CHUNKS: u64 = 100;
/// So many messages may wait for their answers, which bounds what the page holds of the recording.
pub const MAX_IN_FLIGHT: usize = 3;
/// So often in a row a server may refuse to go on with what it has begun: it may not have noticed yet that the connection
/// before is lost, which takes it a minute and a half.
const MAX_REFUSALS: u32 = 40;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The server takes the recording, on a new connection.
    Begun,
    /// The server says how many bytes it has.
    Told(u64),
    /// The server has taken the oldest of the chunks that are under way.
    Taken,
    /// The server has read all of it, and nothing is wrong with it.
    Finished,
    /// The server has the whole recording, though nobody here saw it finish.
    IsThere,
    /// The server refuses what it was asked: why.
    Refused(String),
    /// A part of the file cannot be read: why.
    Unreadable(String),
    /// The connection is lost, or there was none to be had.
    Lost,
    /// A wait is over.
    Waited,
    /// The person wants a rest.
    Pause,
    /// The person wants it to go on.
    Resume,
    /// The person wants it no more.
    Cancel,
}

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Connect, and ask the server to take the recording.
    Connect,
    /// Send a part of the file.
    Send {
        /// Where it begins, in bytes.
        offset: u64,
        /// How many bytes.
        len: u64,
    },
    /// Say that this was all.
    Finish,
    /// Wait before the next attempt, which has this number, from 0.
    Wait {
        /// The attempt.
        attempt: u32,
    },
    /// Have the server forget what it has, and close.
    Discard,
    /// Close the connection; nothing more of it counts.
    Close,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The server is asked to take it.
    Connecting,
    /// It is on its way.
    Sending,
    /// The person has stopped it.
    Paused,
    /// The connection is lost: it is tried again.
    Lost,
    /// The server reads what has arrived.
    Finishing,
    /// The server has it.
    Done,
    /// It went wrong: a sentence. It can be tried again.
    Failed(String),
    /// The person wants it no more.
    Cancelled,
}

impl Stage {
    /// Whether something is being done that nobody has to be waited for.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Connecting | Self::Sending | Self::Finishing)
    }
}

/// The connection, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Down,
    Opening,
    Up,
}

/// A recording on its way.
#[derive(Debug)]
pub struct Upload {
    n_bytes: u64,
    chunk_bytes: u64,
    stage: Stage,
    link: Link,
    /// What the server has, in bytes.
    arrived: u64,
    /// What has been sent on this connection, from the beginning of the file.
    sent: u64,
    /// Where the chunks end that have no answer yet.
    in_flight: VecDeque<u64>,
    /// Attempts to connect since something was taken.
    attempt: u32,
    has_begun: bool,
    n_refusals: u32,
}

impl Upload {
    /// A file of so many bytes, and what to do first.
    pub fn begin(n_bytes: u64) -> (Self, Vec<Order>) {
        let upload = Self {
            n_bytes,
            chunk_bytes: n_bytes.div_ceil(N_CHUNKS).clamp(MIN_CHUNK_BYTES, MAX_CHUNK_BYTES),
            stage: Stage::Connecting,
            link: Link::Opening,
            arrived: 0,
            sent: 0,
            in_flight: VecDeque::new(),
            attempt: 0,
            has_begun: false,
            n_refusals: 0,
        };
        (upload, vec![Order::Connect])
    }

    /// How far it is.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// What the server has, in bytes.
    pub fn arrived(&self) -> u64 {
        self.arrived
    }

    /// Whether nothing can come of it any more.
    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Done | Stage::Cancelled)
    }

    /// Takes in what happened, and says what is to be done.
    pub fn take(&mut self, event: Event) -> Vec<Order> {
        let is_asked = matches!(
            event,
            Event::Waited | Event::Pause | Event::Resume | Event::Cancel
        );
        // What a connection says that is no more does not count.
        if self.is_over() || (!is_asked && self.link == Link::Down) {
            return Vec::new();
        }
        match event {
            Event::Begun => self.go_on(),
            Event::Told(n_bytes) => self.hear(n_bytes),
            Event::Taken => {
                self.arrived = self.arrived.max(self.in_flight.pop_front().unwrap_or_default());
                (self.attempt, self.n_refusals) = (0, 0);
                self.fill()
            }
            Event::Finished | Event::IsThere => {
                self.arrived = self.n_bytes;
                self.end(Stage::Done)
            }
            Event::Refused(reason) => self.refuse(&reason),
            Event::Unreadable(reason) => {
                let sentence =
                    format!("The file cannot be read any more: {reason}. If it has changed, open it again.");
                self.end(Stage::Failed(sentence))
            }
            Event::Lost => self.lose(),
            Event::Waited if self.stage == Stage::Lost => self.connect(),
            Event::Waited => Vec::new(),
            Event::Pause if matches!(self.stage, Stage::Connecting | Stage::Sending | Stage::Lost) => {
                self.stage = Stage::Paused;
                Vec::new()
            }
            Event::Pause => Vec::new(),
            Event::Resume => self.resume(),
            Event::Cancel => {
                let order = match self.link {
                    Link::Up => Order::Discard,
                    Link::Opening | Link::Down => Order::Close,
                };
                (self.stage, self.link) = (Stage::Cancelled, Link::Down);
                vec![order]
            }
        }
    }

    /// The server takes it, and has said what it has.
    fn go_on(&mut self) -> Vec<Order> {
        (self.link, self.has_begun) = (Link::Up, true);
        self.sent = self.arrived;
        self.in_flight.clear();
        if self.stage == Stage::Connecting {
            self.stage = Stage::Sending;
        }
        self.fill()
    }

    fn hear(&mut self, n_bytes: u64) -> Vec<Order> {
        // Before it is begun on this connection the server may have more than was sent on it, and less than was before.
        let most = if self.link == Link::Up {
            self.sent
        } else {
            self.n_bytes
        };
        if n_bytes > most {
            let sentence = "The server says that it has more of the recording than was sent. It may have another with the \
                            same id; share a copy instead.";
            return self.end(Stage::Failed(sentence.to_owned()));
        }
        self.arrived = match self.link {
            // Answers and words of how much there is may come to us in any order.
            Link::Up => self.arrived.max(n_bytes),
            Link::Opening | Link::Down => n_bytes,
        };
        Vec::new()
    }

    /// Sends as much as may be under way, or says that this was all.
    fn fill(&mut self) -> Vec<Order> {
        let mut orders = Vec::new();
        if self.stage != Stage::Sending {
            return orders;
        }
        while self.in_flight.len() < MAX_IN_FLIGHT && self.sent < self.n_bytes {
            let len = self.chunk_bytes.min(self.n_bytes - self.sent);
            orders.push(Order::Send {
                offset: self.sent,
                len,
            });
            self.sent += len;
            self.in_flight.push_back(self.sent);
        }
        if self.in_flight.is_empty() {
            self.stage = Stage::Finishing;
            orders.push(Order::Finish);
        }
        orders
    }

    fn refuse(&mut self, reason: &str) -> Vec<Order> {
        // What it took before it will take again, once it has noticed that the connection before is no more.
        if self.link != Link::Up && self.has_begun && self.n_refusals < MAX_REFUSALS {
            self.n_refusals += 1;
            let mut orders = vec![Order::Close];
            orders.extend(self.lose());
            return orders;
        }
        let reason = reason.trim_end_matches('.');
        self.end(Stage::Failed(format!("The server does not take it: {reason}.")))
    }

    fn lose(&mut self) -> Vec<Order> {
        self.link = Link::Down;
        self.in_flight.clear();
        match self.stage {
            Stage::Connecting | Stage::Sending | Stage::Finishing => {
                self.stage = Stage::Lost;
                let attempt = self.attempt;
                self.attempt = attempt.saturating_add(1);
                vec![Order::Wait { attempt }]
            }
            // It is noticed once it is to go on.
            _ => Vec::new(),
        }
    }

    fn connect(&mut self) -> Vec<Order> {
        (self.stage, self.link) = (Stage::Connecting, Link::Opening);
        vec![Order::Connect]
    }

    fn resume(&mut self) -> Vec<Order> {
        match (&self.stage, self.link) {
            (Stage::Paused, Link::Up) => {
                self.stage = Stage::Sending;
                self.fill()
            }
            (Stage::Paused, Link::Opening) => {
                self.stage = Stage::Connecting;
                Vec::new()
            }
            (Stage::Paused | Stage::Lost | Stage::Failed(_), _) => {
                self.n_refusals = 0;
                self.connect()
            }
            _ => Vec::new(),
        }
    }

    fn end(&mut self, stage: Stage) -> Vec<Order> {
        (self.stage, self.link) = (stage, Link::Down);
        self.in_flight.clear();
        vec![Order::Close]
    }
}

#[cfg(test)]
mod tests;
