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
mod tests {
    use super::*;

    const KIB: u64 = 1 << 10;

    /// A file of ten chunks, begun by a server that has so much of it.
    fn begun(has: u64) -> (Upload, Vec<Order>) {
        let (mut upload, orders) = Upload::begin(160 * KIB);
        assert_eq!(orders, [Order::Connect]);
        assert_eq!(upload.take(Event::Told(has)), []);
        let orders = upload.take(Event::Begun);
        (upload, orders)
    }

    fn send(at_chunk: u64) -> Order {
        Order::Send {
            offset: at_chunk * 16 * KIB,
            len: 16 * KIB,
        }
    }

    #[test]
    fn chunks_are_bounded() {
        for (n_bytes, chunk_bytes) in [
            (0, 16 * KIB),
            (160 * KIB, 16 * KIB),
            (100 << 20, 1 << 20),
            (5 << 30, MAX_CHUNK_BYTES),
        ] {
            assert_eq!(Upload::begin(n_bytes).0.chunk_bytes, chunk_bytes);
        }
    }

    #[test]
    fn a_few_chunks_are_under_way_and_the_next_follows_an_answer() {
        let (mut upload, orders) = begun(0);
        assert_eq!(orders, [send(0), send(1), send(2)]);
        assert_eq!(upload.take(Event::Told(16 * KIB)), []);
        assert_eq!(upload.arrived(), 16 * KIB);
        assert_eq!(upload.take(Event::Taken), [send(3)]);
        for chunk in 4..10 {
            assert_eq!(upload.take(Event::Taken), [send(chunk)]);
        }
        // The last three answers; with the very last all of it has arrived.
        assert_eq!(upload.take(Event::Taken), []);
        assert_eq!(upload.take(Event::Taken), []);
        assert_eq!(upload.take(Event::Taken), [Order::Finish]);
        assert_eq!((upload.stage(), upload.arrived()), (&Stage::Finishing, 160 * KIB));
        assert_eq!(upload.take(Event::Finished), [Order::Close]);
        assert_eq!(upload.stage(), &Stage::Done);
        assert_eq!(upload.take(Event::Cancel), []);
    }

    #[test]
    fn the_last_chunk_is_what_is_left_and_nothing_is_finished_at_once() {
        let (mut upload, _) = Upload::begin(100);
        assert_eq!(upload.take(Event::Begun), [Order::Send { offset: 0, len: 100 }]);
        let (mut upload, _) = Upload::begin(0);
        assert_eq!(upload.take(Event::Begun), [Order::Finish]);
    }

    #[test]
    fn a_pause_sends_nothing_more_until_it_is_over() {
        let (mut upload, _) = begun(0);
        assert_eq!(upload.take(Event::Pause), []);
        for _ in 0..3 {
            assert_eq!(upload.take(Event::Taken), []);
        }
        assert_eq!((upload.stage(), upload.arrived()), (&Stage::Paused, 3 * 16 * KIB));
        assert_eq!(upload.take(Event::Pause), []);
        assert_eq!(upload.take(Event::Resume), [send(3), send(4), send(5)]);
        assert_eq!(upload.take(Event::Resume), []);
    }

    #[test]
    fn a_pause_while_it_connects_is_kept() {
        let (mut upload, _) = Upload::begin(160 * KIB);
        upload.take(Event::Pause);
        assert_eq!(upload.take(Event::Begun), []);
        assert_eq!(upload.take(Event::Resume), [send(0), send(1), send(2)]);
        let (mut upload, _) = Upload::begin(160 * KIB);
        upload.take(Event::Pause);
        assert_eq!(upload.take(Event::Resume), []);
        assert_eq!(upload.take(Event::Begun), [send(0), send(1), send(2)]);
    }

    #[test]
    fn after_a_loss_it_goes_on_where_the_server_says() {
        let (mut upload, _) = begun(0);
        upload.take(Event::Taken);
        assert_eq!(upload.take(Event::Lost), [Order::Wait { attempt: 0 }]);
        assert_eq!(upload.stage(), &Stage::Lost);
        assert_eq!(upload.take(Event::Waited), [Order::Connect]);
        assert_eq!(upload.take(Event::Lost), [Order::Wait { attempt: 1 }]);
        // Whoever does not want to wait tries at once, and the wait that ends later changes nothing.
        assert_eq!(upload.take(Event::Resume), [Order::Connect]);
        assert_eq!(upload.take(Event::Waited), []);
        // Two and a half chunks had come.
        upload.take(Event::Told(40 * KIB));
        let orders = upload.take(Event::Begun);
        let first = Order::Send {
            offset: 40 * KIB,
            len: 16 * KIB,
        };
        assert_eq!(orders.first(), Some(&first));
        // What is taken ends the row of attempts.
        upload.take(Event::Taken);
        assert_eq!(upload.take(Event::Lost), [Order::Wait { attempt: 0 }]);
    }

    #[test]
    fn a_loss_in_a_pause_is_noticed_when_it_goes_on() {
        let (mut upload, _) = begun(0);
        upload.take(Event::Pause);
        assert_eq!(upload.take(Event::Lost), []);
        assert_eq!(upload.stage(), &Stage::Paused);
        assert_eq!(upload.take(Event::Resume), [Order::Connect]);
        // And a pause in a loss tries nothing by itself.
        upload.take(Event::Lost);
        upload.take(Event::Pause);
        assert_eq!(upload.take(Event::Waited), []);
    }

    #[test]
    fn a_server_that_has_begun_is_asked_again_when_it_refuses_to_go_on() {
        let (mut upload, _) = begun(0);
        upload.take(Event::Lost);
        let refused = || Event::Refused("another client is sending recording 7".to_owned());
        for attempt in 1..=MAX_REFUSALS {
            assert_eq!(upload.take(Event::Waited), [Order::Connect]);
            assert_eq!(upload.take(refused()), [Order::Close, Order::Wait { attempt }]);
        }
        upload.take(Event::Waited);
        assert_eq!(upload.take(refused()), [Order::Close]);
        let failed = "The server does not take it: another client is sending recording 7.";
        assert_eq!(upload.stage(), &Stage::Failed(failed.to_owned()));
        // It can be tried again all the same.
        assert_eq!(upload.take(Event::Resume), [Order::Connect]);
    }

    #[test]
    fn what_the_server_refuses_first_or_on_the_way_fails() {
        let (mut upload, _) = Upload::begin(10);
        let refused = || Event::Refused("there is no room.".to_owned());
        assert_eq!(upload.take(refused()), [Order::Close]);
        let failed = Stage::Failed("The server does not take it: there is no room.".to_owned());
        assert_eq!(upload.stage(), &failed);
        let (mut upload, _) = begun(0);
        assert_eq!(upload.take(refused()), [Order::Close]);
        // The chunks that were under way are refused as well, or end with the connection.
        assert_eq!(upload.take(refused()), []);
        assert_eq!(upload.take(Event::Lost), []);
        assert_eq!(upload.stage(), &failed);
        let (mut upload, _) = begun(0);
        upload.take(Event::Unreadable("it is gone".to_owned()));
        assert!(matches!(upload.stage(), Stage::Failed(reason) if reason.contains("it is gone")));
    }

    #[test]
    fn a_server_that_has_more_than_there_is_is_not_believed() {
        let (mut upload, _) = Upload::begin(10);
        assert_eq!(upload.take(Event::Told(11)), [Order::Close]);
        assert!(matches!(upload.stage(), Stage::Failed(_)));
        let (mut upload, _) = begun(0);
        upload.take(Event::Told(160 * KIB));
        assert!(matches!(upload.stage(), Stage::Failed(_)));
    }

    #[test]
    fn a_recording_that_is_there_after_all_is_done() {
        let (mut upload, _) = Upload::begin(10);
        upload.take(Event::Begun);
        assert_eq!(upload.take(Event::Taken), [Order::Finish]);
        // The answer to that is lost, and the server has it already when it is asked again.
        upload.take(Event::Lost);
        upload.take(Event::Waited);
        upload.take(Event::IsThere);
        assert_eq!((upload.stage(), upload.arrived()), (&Stage::Done, 10));
    }

    #[test]
    fn cancelled_it_is_forgotten_where_the_server_can_be_told() {
        let (mut upload, _) = begun(0);
        assert_eq!(upload.take(Event::Cancel), [Order::Discard]);
        assert_eq!(upload.take(Event::Taken), []);
        assert_eq!(upload.stage(), &Stage::Cancelled);
        let (mut upload, _) = Upload::begin(10);
        assert_eq!(upload.take(Event::Cancel), [Order::Close]);
    }

    /// A server that takes chunks in order, and whose connection breaks now and then, before or after it has taken one.
    #[test]
    fn whatever_is_lost_all_arrives_once_and_in_order() {
        for seed in 1..200_u64 {
            let mut state = seed;
            let mut chance = move |one_in: u64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 33).is_multiple_of(one_in)
            };
            let n_bytes = 160 * KIB + seed;
            let (mut upload, orders) = Upload::begin(n_bytes);
            let mut orders = VecDeque::from(orders);
            let mut has = 0;
            let mut n_done = 0;
            while !upload.is_over() {
                n_done += 1;
                assert!(n_done < 10_000, "it never ends");
                let order = orders
                    .pop_front()
                    .unwrap_or_else(|| panic!("stuck at {upload:?}"));
                let mut events = Vec::new();
                match order {
                    Order::Connect if chance(3) => events.push(Event::Lost),
                    Order::Connect => events.extend([Event::Told(has), Event::Begun]),
                    Order::Send { offset, len } => {
                        assert_eq!(offset, has);
                        let is_lost = chance(6);
                        if !is_lost || chance(2) {
                            has += len;
                        }
                        match is_lost {
                            true => events.push(Event::Lost),
                            false => events.extend([Event::Told(has), Event::Taken]),
                        }
                    }
                    Order::Finish if chance(3) => events.push(Event::Lost),
                    Order::Finish => events.push(Event::Finished),
                    Order::Wait { .. } => events.push(Event::Waited),
                    Order::Discard | Order::Close => {}
                }
                for event in events {
                    // What was to be sent on a connection that is lost is not sent.
                    if event == Event::Lost {
                        orders.clear();
                    }
                    orders.extend(upload.take(event));
                }
            }
            assert_eq!((has, upload.arrived()), (n_bytes, n_bytes));
        }
    }
}
