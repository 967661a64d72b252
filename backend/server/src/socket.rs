//! One client's websocket: frames in, answered by an engine on its own thread or by upstream services, frames out.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    body::Bytes,
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    response::Response,
};
use futures::{SinkExt, StreamExt};
use tokio::{
    sync::{mpsc, watch},
    task::{JoinHandle, JoinSet},
    time::{Instant, MissedTickBehavior},
};
use wire::{
    command::Command,
    connection::{CloseTimestamp, WillDisconnect},
    envelope::{self, Request},
    recording::{AwaitingSourcemaps, CreateSession},
};

use crate::{
    access::Visitor,
    answering::{self, Frame},
    forward::Upstreams,
    gate::{Gate, Verdict},
    http::Site,
    limits::{PING_EVERY, Pace, SILENCE, STRANGER},
    listen::Peer,
    outgoing::Outgoing,
};

/// The largest request taken. Requests are small.
const MAX_REQUEST_BYTES: usize = 1 << 20;
/// The largest taken where uploads are: a source map comes in one, a recording in as many as its sender likes.
const MAX_UPLOAD_BYTES: usize = 16 << 20;
/// How many requests may wait for the engine before the socket is read no further.
const MAX_WAITING_REQUESTS: usize = 16;
/// How often at most and at least the engine is told the time, where sessions end for lack of use.
const MIN_TICK: Duration = Duration::from_millis(100);
const MAX_TICK: Duration = Duration::from_secs(10);
/// How long before it stops the server tells its clients: enough to say goodbye, and nobody has to wait for it.
pub(crate) const NOTICE: Duration = Duration::from_millis(500);
/// How long what was asked before the server stops may take to be answered.
pub(crate) const LAST_ANSWERS: Duration = Duration::from_secs(4);
/// How much may wait to be sent before the socket pushes back.
const MAX_WRITE_BUFFER_BYTES: usize = 8 << 20;

/// Accepts the upgrade and serves the client until it goes.
pub(crate) fn accept(
    site: Arc<Site>,
    upgrade: WebSocketUpgrade,
    visitor: Visitor,
    peer: Option<Peer>,
) -> Response {
    let max_bytes = match site.uploads {
        Some(_) => MAX_UPLOAD_BYTES,
        None => MAX_REQUEST_BYTES,
    };
    upgrade
        .max_message_size(max_bytes)
        .max_frame_size(max_bytes)
        .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
        .on_upgrade(move |socket| async move {
            serve(site, socket, visitor).await;
            // Until now the connection counted.
            drop(peer);
        })
}

async fn serve(site: Arc<Site>, socket: WebSocket, visitor: Visitor) {
    // The program does not end before this is dropped: until the last frame is sent.
    let _until_done = site.is_stopping.subscribe();
    let (mut to_client, mut from_client) = socket.split();
    let (requests, requests_in) = mpsc::channel(MAX_WAITING_REQUESTS);
    let (answers, mut answers_out) = Outgoing::new();
    let engine = {
        let site = site.clone();
        let answers = answers.clone();
        std::thread::spawn(move || answering::answer(&site, requests_in, &answers))
    };
    let writer = tokio::spawn(async move {
        while let Some(mut answer) = answers_out.recv().await {
            // Its room is free once it is sent.
            let message = std::mem::replace(&mut answer.message, Message::Close(None));
            let last = matches!(message, Message::Close(_));
            if to_client.send(message).await.is_err() || last {
                break;
            }
        }
    });
    let gate = Gate::new(&site, visitor.grant, visitor.address);
    let mut client = Client {
        site: &site,
        gate,
        upstreams: Upstreams::new(site.upstreams.clone(), answers.clone()),
        requests,
        answers,
        waiting: JoinSet::new(),
    };
    client.tell_the_time();
    let goodbye = client.listen(&mut from_client).await;
    client.end(goodbye, engine, writer).await;
}

/// Why a websocket is closed from this side: the code and the sentence of its close frame. None: the client went.
type Goodbye = Option<(u16, String)>;

/// What serves a client.
struct Client<'a> {
    site: &'a Arc<Site>,
    gate: Gate<'a>,
    upstreams: Upstreams,
    requests: mpsc::Sender<Frame>,
    answers: Outgoing,
    /// Requests that wait until a recording's source maps are here; they end with the connection.
    waiting: JoinSet<()>,
}

impl Client<'_> {
    fn tell_the_time(&mut self) {
        let Some(limit) = self.site.idle_limit else { return };
        let requests = self.requests.clone();
        self.waiting.spawn(async move {
            let mut clock = tokio::time::interval((limit / 100).clamp(MIN_TICK, MAX_TICK));
            while requests.send(Frame::Tick).await.is_ok() {
                clock.tick().await;
            }
        });
    }

    /// Takes what comes, until the client goes or has to.
    async fn listen(
        &mut self,
        from_client: &mut (impl StreamExt<Item = Result<Message, axum::Error>> + Unpin),
    ) -> Goodbye {
        let begun = Instant::now();
        let mut heard = begun;
        let mut stopping = self.site.is_stopping.subscribe();
        let mut grown = self.site.grown.subscribe();
        let register = self.site.access.register.as_ref();
        let mut revoked = register.map(|register| register.changed.subscribe());
        let mut pings = tokio::time::interval_at(begun + PING_EVERY, PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut pace = Pace::of_messages(begun.into_std());
        let mut stranger_since = None;
        let mut end = None;
        if self.requests.send(Frame::Pass(self.gate.pass())).await.is_err() {
            return None;
        }
        loop {
            let link_ends = self.gate.next_end().map(|left| Instant::now() + left);
            stranger_since = match self.gate.is_stranger() {
                true => stranger_since.or_else(|| Some(Instant::now())),
                false => None,
            };
            let stranger_ends = stranger_since.map(|since| since + STRANGER);
            let message = tokio::select! {
                message = from_client.next() => message,
                () = stopped(&mut stopping), if end.is_none() => {
                    end = Some(Instant::now() + NOTICE);
                    if let Ok(notice) = will_disconnect() {
                        let _ = self.answers.send(Message::Text(notice.into())).await;
                    }
                    continue;
                }
                Ok(()) = grown.changed() => {
                    self.requests.send(Frame::Grew).await.ok()?;
                    continue;
                }
                () = changed(&mut revoked) => {
                    self.end_links().await?;
                    continue;
                }
                () = until(link_ends) => {
                    self.end_links().await?;
                    continue;
                }
                () = until(stranger_ends) => {
                    return Some((close_code::POLICY, "nobody said who is asking".to_owned()));
                }
                _ = pings.tick() => {
                    if heard.elapsed() > SILENCE {
                        return Some((close_code::AWAY, "no sign of life came for a while".to_owned()));
                    }
                    self.answers.send(Message::Ping(Bytes::new())).await.ok()?;
                    continue;
                }
                () = until(end) => {
                    return Some((close_code::AWAY, "the server stops".to_owned()));
                }
            };
            let Some(Ok(message)) = message else { return None };
            heard = Instant::now();
            let wait = pace.take(heard.into_std());
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
            }
            match message {
                Message::Text(text) => match self.take(text.to_string()).await {
                    Ok(()) => {}
                    Err(goodbye) => return goodbye,
                },
                Message::Binary(_) if self.site.uploads.is_none() => {
                    return Some((
                        close_code::UNSUPPORTED,
                        "this server takes text messages only".to_owned(),
                    ));
                }
                Message::Binary(bytes) => {
                    if let Err(refusal) = self.gate.may_send() {
                        return Some((close_code::POLICY, refusal.message));
                    }
                    self.requests.send(Frame::Binary(bytes)).await.ok()?;
                }
                Message::Close(_) => return None,
                Message::Ping(_) | Message::Pong(_) => {}
            }
        }
    }

    /// Takes a request.
    ///
    /// # Errors
    /// The connection is over.
    async fn take(&mut self, text: String) -> Result<(), Goodbye> {
        let goes_on = match self.gate.take(&text) {
            Verdict::Refused(answer) => {
                let sent = self.answers.send(Message::Text(answer.into())).await;
                return sent.map_err(|_| None);
            }
            Verdict::Granted(answer, pass) => {
                self.requests.send(Frame::Pass(pass)).await.map_err(|_| None)?;
                let sent = self.answers.send(Message::Text(answer.into())).await;
                return sent.map_err(|_| None);
            }
            Verdict::Close(reason) => return Err(Some((close_code::POLICY, reason))),
            Verdict::Pass => true,
            Verdict::PassHere => false,
        };
        if goes_on
            && self
                .upstreams
                .take(&text, |id| is_here(self.site.clone(), id))
                .await
        {
            return Ok(());
        }
        if let Some((locked, notice)) = locked_recording(self.site, &text) {
            let _ = self.answers.send(Message::Text(notice.into())).await;
            let (site, requests) = (self.site.clone(), self.requests.clone());
            self.waiting.spawn(async move {
                if let Some(uploads) = &site.uploads {
                    uploads.unlocked(&locked).await;
                }
                let _ = requests.send(Frame::Text(text)).await;
            });
            return Ok(());
        }
        self.requests.send(Frame::Text(text)).await.map_err(|_| None)
    }

    /// Ends what links permitted that are over.
    async fn end_links(&mut self) -> Option<()> {
        for (name, reason) in self.gate.ended() {
            self.requests.send(Frame::EndPass(name, reason)).await.ok()?;
        }
        Some(())
    }

    /// Lets go of the client. Where the server stops, what was asked before is answered first.
    async fn end(mut self, goodbye: Goodbye, engine: std::thread::JoinHandle<()>, writer: JoinHandle<()>) {
        self.waiting.shutdown().await;
        let Self {
            requests,
            answers,
            upstreams,
            ..
        } = self;
        // Ends the engine's thread once it has answered what it was handed; then it lets go of its side of `answers`.
        drop(requests);
        drop(upstreams);
        let mut engine = tokio::task::spawn_blocking(move || engine.join());
        if let Some((code, reason)) = goodbye {
            if code == close_code::AWAY {
                let _ = tokio::time::timeout(LAST_ANSWERS, &mut engine).await;
            }
            let _ = answers.send(close(code, &reason)).await;
        }
        drop(answers);
        let _ = writer.await;
        if !engine.is_finished() {
            let _ = engine.await;
        }
    }
}

/// Whether a recording is in the library. Looking may take a while.
async fn is_here(site: Arc<Site>, id: String) -> bool {
    let looked = tokio::task::spawn_blocking(move || site.library.open(&id).is_ok());
    looked.await.unwrap_or_default()
}

/// Ends at a time, if there is one.
async fn until(end: Option<Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}

/// Ends when the server stops.
pub(crate) async fn stopped(is_stopping: &mut watch::Receiver<bool>) {
    // A server that is gone has stopped as well.
    let _ = is_stopping.wait_for(|is_stopping| *is_stopping).await;
}

/// Ends when something has changed, if it ever can.
async fn changed(receiver: &mut Option<watch::Receiver<()>>) {
    if let Some(receiver) = receiver
        && receiver.changed().await.is_ok()
    {
        return;
    }
    std::future::pending().await
}

/// The event that says that the server stops.
fn will_disconnect() -> serde_json::Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let time = CloseTimestamp {
        absolute: (now + NOTICE).as_secs_f64(),
        relative: NOTICE.as_secs_f64(),
    };
    envelope::event(None, &WillDisconnect { time })
}

/// The recording that a request would open, if its source maps are being sent right now, and the event that says so.
fn locked_recording(site: &Site, text: &str) -> Option<(String, String)> {
    let uploads = site.uploads.as_ref()?;
    let request = Request::decode(text).ok()?;
    if request.method != CreateSession::METHOD {
        return None;
    }
    let recording_id = request.read::<CreateSession>().ok()?.recording_id;
    if !uploads.is_locked(recording_id.as_str()) {
        return None;
    }
    let locked = recording_id.as_str().to_owned();
    let notice = envelope::event(None, &AwaitingSourcemaps { recording_id }).ok()?;
    Some((locked, notice))
}

/// A close frame with a reason, cut to what such a frame can hold.
pub(crate) fn close(code: u16, reason: &str) -> Message {
    let mut end = reason.len().min(120);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    let reason = Bytes::copy_from_slice(&reason.as_bytes()[..end]);
    let reason = reason.try_into().unwrap_or_default();
    Message::Close(Some(CloseFrame { code, reason }))
}
