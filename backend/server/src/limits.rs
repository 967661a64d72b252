//! How much one client, one address and all together may ask of the server. What is over a limit is refused in words, or
//! waits; nothing grows without end because somebody asks for it.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{Semaphore, SemaphorePermit};

/// How long a client may take to send the head of a request; also how long a connection may wait for its next one.
pub(crate) const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a client may pause in the middle of a request's body.
pub(crate) const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may take nothing while something is sent to it.
pub(crate) const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// The head of a request: browsers send a few kilobytes.
pub(crate) const MAX_HEAD_BYTES: usize = 64 << 10;
/// The body of a request, but for a comment: links and such are a few hundred bytes.
pub(crate) const MAX_BODY_BYTES: usize = 64 << 10;
/// How often a websocket is asked for a sign of life, and how long it may give none.
pub(crate) const PING_EVERY: Duration = Duration::from_secs(30);
pub(crate) const SILENCE: Duration = Duration::from_secs(90);
/// How long a websocket may be open without saying who is asking, where that is needed.
pub(crate) const STRANGER: Duration = Duration::from_secs(30);
/// Wrong tokens on one websocket, after which it is closed.
pub(crate) const MAX_WRONG_TOKENS: u32 = 5;
/// Sessions of one websocket. The viewer opens one; a program that compares recordings, some.
pub(crate) const MAX_SESSIONS: usize = 100;
/// Messages that a websocket may send at once and per second. Scrubbing sends some 200 a second; what comes faster waits in
/// the client's own buffers.
const MAX_BURST: f64 = 10_000.0;
const MESSAGES_PER_SECOND: f64 = 2_000.0;
/// Wrong tokens that an address may try, and things it may write, in a minute.
const WRONG_PER_MINUTE: f64 = 20.0;
const WRITES_PER_MINUTE: f64 = 60.0;
/// Pictures that are read at the same time, and how many may wait for that. One takes a few milliseconds from a disk, and
/// some hundred from a store.
const MAX_PICTURES: usize = 8;
const MAX_WAITING_PICTURES: usize = 256;
/// Addresses that are remembered; the longest unseen is forgotten first.
const MAX_ADDRESSES: usize = 10_000;

/// What all requests share.
pub(crate) struct Limits {
    /// Open connections.
    pub(crate) connections: Arc<Connections>,
    /// Wrong tokens, by address.
    pub(crate) wrong_tokens: Paces,
    /// Comments and links made or taken back, by address.
    pub(crate) writes: Paces,
    pictures: Semaphore,
    waiting_pictures: Semaphore,
}

impl Limits {
    /// With so many connections, and so many from one address.
    pub(crate) fn new(max_connections: usize, max_per_address: usize) -> Self {
        Self {
            connections: Arc::new(Connections {
                max: max_connections,
                max_per_address,
                open: Mutex::default(),
            }),
            wrong_tokens: Paces::new(WRONG_PER_MINUTE),
            writes: Paces::new(WRITES_PER_MINUTE),
            pictures: Semaphore::new(MAX_PICTURES),
            waiting_pictures: Semaphore::new(MAX_PICTURES + MAX_WAITING_PICTURES),
        }
    }

    /// Waits until a picture may be read; None if too many wait already.
    pub(crate) async fn picture(&self) -> Option<(SemaphorePermit<'_>, SemaphorePermit<'_>)> {
        let waiting = self.waiting_pictures.try_acquire().ok()?;
        Some((waiting, self.pictures.acquire().await.ok()?))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(DEFAULT_CONNECTIONS, DEFAULT_PER_ADDRESS)
    }
}

/// Connections unless the command line says otherwise: each websocket has a thread.
pub(crate) const DEFAULT_CONNECTIONS: usize = 1_024;
/// An office may share one address.
pub(crate) const DEFAULT_PER_ADDRESS: usize = 256;

/// Counts connections.
pub(crate) struct Connections {
    max: usize,
    max_per_address: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    n_all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A connection that counts until this is dropped.
pub(crate) struct Admitted {
    connections: Arc<Connections>,
    address: IpAddr,
}

impl Connections {
    /// Counts one more, unless there are as many as there may be.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Admitted> {
        let address = network_of(address);
        let mut open = lock(&self.open);
        if open.n_all >= self.max {
            return None;
        }
        let here = open.by_address.entry(address).or_default();
        if *here >= self.max_per_address {
            return None;
        }
        *here += 1;
        open.n_all += 1;
        Some(Admitted {
            connections: self.clone(),
            address,
        })
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut open = lock(&self.connections.open);
        open.n_all = open.n_all.saturating_sub(1);
        if let Some(here) = open.by_address.get_mut(&self.address) {
            *here = here.saturating_sub(1);
            if *here == 0 {
                open.by_address.remove(&self.address);
            }
        }
    }
}

/// Whoever has one address of version 6 has the 2^64 beside it.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

/// So many at once, and so many a second from then on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    burst: f64,
    per_second: f64,
    left: f64,
    at: Instant,
}

impl Pace {
    fn new(burst: f64, per_second: f64, now: Instant) -> Self {
        Self {
            burst,
            per_second,
            left: burst,
            at: now,
        }
    }

    /// That of a websocket's messages.
    pub(crate) fn of_messages(now: Instant) -> Self {
        Self::new(MAX_BURST, MESSAGES_PER_SECOND, now)
    }

    /// Takes one, and says how long to wait before it may be.
    pub(crate) fn take(&mut self, now: Instant) -> Duration {
        self.refill(now);
        self.left -= 1.0;
        match self.left < 0.0 {
            true => Duration::from_secs_f64(-self.left / self.per_second),
            false => Duration::ZERO,
        }
    }

    fn refill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.left = (self.left + passed * self.per_second).min(self.burst);
    }
}

/// A pace for each address.
pub(crate) struct Paces {
    per_minute: f64,
    paces: Mutex<HashMap<IpAddr, Pace>>,
}

impl Paces {
    fn new(per_minute: f64) -> Self {
        Self {
            per_minute,
            paces: Mutex::default(),
        }
    }

    /// Whether an address has used up what it has.
    pub(crate) fn is_spent(&self, address: IpAddr, now: Instant) -> bool {
        let mut paces = lock(&self.paces);
        let pace = paces.get_mut(&network_of(address));
        pace.is_some_and(|pace| {
            pace.refill(now);
            pace.left < 1.0
        })
    }

    /// Counts one more of an address. Says whether that is still within its pace.
    pub(crate) fn take(&self, address: IpAddr, now: Instant) -> bool {
        let mut paces = lock(&self.paces);
        let address = network_of(address);
        if paces.len() >= MAX_ADDRESSES && !paces.contains_key(&address) {
            let oldest = paces.iter().min_by_key(|(_, pace)| pace.at);
            if let Some(oldest) = oldest.map(|(address, _)| *address) {
                paces.remove(&oldest);
            }
        }
        let fresh = Pace::new(self.per_minute, self.per_minute / 60.0, now);
        let pace = paces.entry(address).or_insert(fresh);
        pace.refill(now);
        let is_within = pace.left >= 1.0;
        pace.left = (pace.left - 1.0).max(0.0);
        is_within
    }
}

/// A lock whose holder panicked is taken all the same: counts are whole between any two operations.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn connections_are_counted_by_address_and_given_back() {
        let limits = Limits::new(3, 2);
        let admit = |address: &str| limits.connections.admit(address.parse().unwrap());
        let first = admit("10.0.0.1").unwrap();
        let _second = admit("10.0.0.1").unwrap();
        assert!(admit("10.0.0.1").is_none());
        let _third = admit("10.0.0.2").unwrap();
        assert!(admit("10.0.0.3").is_none(), "three are open");
        drop(first);
        assert!(admit("10.0.0.1").is_some());
    }

    #[test]
    fn a_network_of_version_6_is_one_address() {
        let limits = Limits::new(9, 1);
        let admit = |address: &str| limits.connections.admit(address.parse().unwrap());
        let _first = admit("2001:db8:1:2::1").unwrap();
        assert!(admit("2001:db8:1:2:ffff::9").is_none());
        let _other = admit("2001:db8:1:3::1").unwrap();
        let _mapped = admit("::ffff:10.0.0.1").unwrap();
        assert!(admit("10.0.0.1").is_none());
    }

    #[test]
    fn what_comes_too_fast_waits() {
        let start = Instant::now();
        let mut pace = Pace::new(2.0, 10.0, start);
        assert_eq!(pace.take(start), Duration::ZERO);
        assert_eq!(pace.take(start), Duration::ZERO);
        assert_eq!(pace.take(start), Duration::from_millis(100));
        assert_eq!(pace.take(start + Duration::from_secs(5)), Duration::ZERO);
    }

    #[test]
    fn attempts_are_counted_by_address_and_forgiven_with_time() {
        let start = Instant::now();
        let paces = Paces::new(3.0);
        let (one, other): (IpAddr, IpAddr) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        assert!((0..3).all(|_| paces.take(one, start)));
        assert!(paces.is_spent(one, start) && !paces.take(one, start));
        assert!(!paces.is_spent(other, start) && paces.take(other, start));
        assert!(paces.take(one, start + Duration::from_secs(20)));
    }

    #[test]
    fn addresses_are_not_remembered_without_end() {
        let paces = Paces::new(3.0);
        let start = Instant::now();
        for n in 0..=MAX_ADDRESSES as u32 {
            paces.take(IpAddr::V4(n.into()), start + Duration::from_millis(n.into()));
        }
        let known = lock(&paces.paces);
        assert_eq!(known.len(), MAX_ADDRESSES);
        assert!(!known.contains_key(&IpAddr::V4(0.into())));
    }
}
