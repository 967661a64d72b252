//! Sends recordings to the server that the viewer came from, over a websocket of their own: the file is read by slices, in
//! order, a few at a time. What to do when is said by `logic::uploading`; here it is done.

mod bytes;

use std::{rc::Rc, time::Duration};

use client::{CallError, Connection, transport::websocket};
use futures::{
    FutureExt, StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    future::{Either, select},
};
use gloo_net::http::Request;
use leptos::{prelude::*, task::spawn_local};
use serde::Deserialize;
use wasm_bindgen::JsValue;
use wire::{
    ids::RecordingId,
    internal::{AddRecordingData, CreateRecording, FinishRecording},
    recording::UploadedData,
};

use self::bytes::Bytes;
use super::{host::own_server, origin, secret, sharing};
use crate::{
    logic::{
        backoff,
        library::{Entry, sentence},
        uploading::{Event, Order, Upload},
    },
    stores::{
        sharing::Progress,
        uploading::{Access, Going, Sending, Tell, Uploader, What},
    },
    url,
};

/// What the server is told of who made the recording.
const BUILD: &str = concat!("playhead-viewer-", env!("CARGO_PKG_VERSION"));

/// What sends the recording that `from` stands for, an address or a file of the page; `entry` is what is known of it where
/// it has been opened in the page; `is_recording` whether it can go as it is.
pub(super) fn uploader(from: JsValue, entry: Option<Entry>, is_recording: bool) -> Uploader {
    // Who looks at what the server has is not asked for its token; who has opened something here may want to bring it there.
    let may_ask = entry.is_some();
    // Other formats are read as recordings, and are none.
    let own = entry.filter(|_| is_recording);
    Uploader {
        host: window().location().host().unwrap_or_default(),
        has_file: own.is_some(),
        ask: Rc::new(move |token| {
            ask(token)
                .map(move |access| match access {
                    Access::WantsToken { .. } if !may_ask => Access::Refused,
                    access => access,
                })
                .boxed_local()
        }),
        send: Rc::new(move |what, wishes, tell| {
            send(from.clone(), own.clone(), what, wishes, tell).boxed_local()
        }),
    }
}

/// What `GET /api/access` answers, as far as it matters here.
#[derive(Deserialize)]
struct Answer {
    grant: Option<String>,
    uploads: bool,
}

async fn ask(typed: Option<String>) -> Access {
    let token = typed.clone().or_else(|| secret::of(""));
    let request = Request::get(&format!("{}api/access", url::home()));
    let request = match &token {
        Some(token) => request.header("authorization", &format!("Bearer {token}")),
        None => request,
    };
    let Ok(answer) = request.send().await else {
        return Access::Unknown;
    };
    let Ok(answer) = answer.json::<Answer>().await else {
        return Access::Unknown;
    };
    let is_everything = answer.grant.as_deref() == Some("all");
    if let (true, Some(token)) = (is_everything, &typed) {
        secret::keep_token("", token);
    }
    match (answer.uploads, is_everything) {
        (true, _) => Access::Granted,
        (false, true) => Access::Refused,
        (false, false) => Access::WantsToken {
            was_told: token.is_some(),
        },
    }
}

async fn send(
    from: JsValue,
    own: Option<Entry>,
    what: What,
    mut wishes: UnboundedReceiver<Event>,
    tell: Tell,
) {
    let made = match (what, own) {
        (What::Made(plan), _) => {
            let told = tell.clone();
            let progress: Progress = Rc::new(move |done, n_bytes| told(Sending::Making { done, n_bytes }));
            let mut making = sharing::make(&from, plan, progress).boxed_local();
            let made = loop {
                match select(making, wishes.next()).await {
                    Either::Left((made, _)) => break made,
                    // Without a page there is nobody for whom it is made.
                    Either::Right((None | Some(Event::Cancel), _)) => {
                        sharing::stop();
                        break Ok(None);
                    }
                    Either::Right((Some(_), going_on)) => making = going_on,
                }
            };
            made.map(|made| made.map(|(id, file)| (id, Bytes::File(file))))
        }
        (What::AsItIs, Some(entry)) => Bytes::of(&from, entry.size).map(|bytes| Some((entry.id, bytes))),
        (What::AsItIs, None) => Err("There is no file that could be sent as it is.".to_owned()),
    };
    match made {
        Ok(Some((id, bytes))) => Sender::run(id, bytes, wishes, tell).await,
        Ok(None) => tell(Sending::None),
        Err(reason) => tell(Sending::NotMade(sentence(&reason))),
    }
}

/// Something that happened, and on which connection, counted from 1.
type Happened = (u32, Event);

/// Does what has to be done for a recording to arrive.
struct Sender {
    id: RecordingId,
    bytes: Rc<Bytes>,
    /// Counts the connections: what earlier ones say does not count.
    turn: u32,
    line: Option<Line>,
    happened: UnboundedSender<Happened>,
}

/// A connection, and what is to be done on it, in order.
struct Line {
    connection: Connection,
    orders: UnboundedSender<Order>,
}

impl Sender {
    async fn run(id: String, bytes: Bytes, mut wishes: UnboundedReceiver<Event>, tell: Tell) {
        let n_bytes = bytes.n_bytes();
        let (happened, mut events) = unbounded();
        let mut sender = Self {
            id: RecordingId::from(id.as_str()),
            bytes: Rc::new(bytes),
            turn: 0,
            line: None,
            happened,
        };
        let back = {
            let happened = sender.happened.clone();
            // A wait is over once the network is back.
            window_event_listener_untyped("online", move |_| {
                happened.unbounded_send((0, Event::Waited)).ok();
            })
        };
        let (mut upload, mut orders) = Upload::begin(n_bytes);
        loop {
            for order in orders {
                sender.perform(order);
            }
            tell(Sending::Going(Going {
                id: id.clone(),
                stage: upload.stage().clone(),
                arrived: upload.arrived(),
                n_bytes,
            }));
            if upload.is_over() {
                break;
            }
            let event = futures::select! {
                // Without a page there is nobody for whom it could go on.
                wish = wishes.next() => wish.unwrap_or(Event::Cancel),
                happened = events.next() => match happened {
                    Some((turn, event)) if turn == 0 || turn == sender.turn => event,
                    _ => { orders = Vec::new(); continue }
                },
            };
            orders = upload.take(event);
        }
        back.remove();
    }

    fn perform(&mut self, order: Order) {
        match order {
            Order::Connect => self.connect(),
            Order::Wait { attempt } => {
                let happened = self.happened.clone();
                let wait_ms = backoff::wait_ms(attempt.saturating_add(1), js_sys::Math::random());
                let wake = move || {
                    happened.unbounded_send((0, Event::Waited)).ok();
                };
                set_timeout(wake, Duration::from_millis(wait_ms as u64));
            }
            Order::Close => {
                self.turn += 1;
                if let Some(line) = self.line.take() {
                    line.connection.close();
                }
            }
            Order::Send { .. } | Order::Finish | Order::Discard => {
                if let Some(line) = &self.line {
                    // A line that has ended has said so, or will.
                    line.orders.unbounded_send(order).ok();
                }
                if order == Order::Discard {
                    // It closes the connection itself, once the server knows.
                    self.turn += 1;
                    self.line = None;
                }
            }
        }
    }

    fn connect(&mut self) {
        self.turn += 1;
        let turn = self.turn;
        let happened = self.happened.clone();
        let say: Say = Rc::new(move |event| {
            // Nobody listens any more once it is over.
            happened.unbounded_send((turn, event)).ok();
        });
        let Ok(transport) = websocket::open(&own_server()) else {
            return say(Event::Lost);
        };
        let (connection, driver) = Connection::open(transport);
        let (orders, todo) = unbounded();
        let lost = say.clone();
        spawn_local(async move {
            driver.await;
            lost(Event::Lost);
        });
        spawn_local(serve(
            connection.clone(),
            self.id.clone(),
            self.bytes.clone(),
            todo,
            say,
        ));
        self.line = Some(Line { connection, orders });
    }
}

/// Says what happened on one connection.
type Say = Rc<dyn Fn(Event)>;

/// Has the server take the recording, then does what is to be done, in order.
async fn serve(
    connection: Connection,
    id: RecordingId,
    bytes: Rc<Bytes>,
    mut todo: UnboundedReceiver<Order>,
    say: Say,
) {
    let mut told = connection.events::<UploadedData>();
    if let Err(error) = begin(&connection, &id).await {
        return match error {
            CallError::Closed { .. } | CallError::Gone => {}
            CallError::Protocol { .. } if is_there(&id).await => say(Event::IsThere),
            error => say(Event::Refused(reason(error))),
        };
    }
    // What the server has was said before it answered.
    while let Some(Some(UploadedData { uploaded, .. })) = told.next().now_or_never() {
        say(Event::Told(uploaded));
    }
    say(Event::Begun);
    spawn_local({
        let say = say.clone();
        async move {
            while let Some(UploadedData { uploaded, .. }) = told.next().await {
                say(Event::Told(uploaded));
            }
        }
    });
    while let Some(order) = todo.next().await {
        match order {
            Order::Send { offset, len } => match bytes.read(offset, len).await {
                Ok(part) => {
                    let params = AddRecordingData {
                        recording_id: id.clone(),
                        offset,
                        length: len,
                    };
                    let call = connection.call_with_bytes(&params, part);
                    spawn_local(answered(
                        call.map(|taken| taken.map(drop)),
                        Event::Taken,
                        say.clone(),
                    ));
                }
                Err(reason) => return say(Event::Unreadable(reason)),
            },
            Order::Finish => {
                let call = connection.call(&FinishRecording {
                    recording_id: id.clone(),
                });
                spawn_local(answered(
                    call.map(|taken| taken.map(drop)),
                    Event::Finished,
                    say.clone(),
                ));
            }
            Order::Discard => {
                let call = connection.call(&create(&id, true));
                // Whatever it answers, nothing more can be done about it.
                call.await.ok();
                return connection.close();
            }
            Order::Connect | Order::Wait { .. } | Order::Close => {}
        }
    }
}

/// Says who asks, if the server wants to know, and has it take the recording.
async fn begin(connection: &Connection, id: &RecordingId) -> Result<(), CallError> {
    if let Some(token) = secret::of("") {
        connection.set_access_token(&token).await?;
    }
    connection.call(&create(id, false)).await.map(drop)
}

fn create(id: &RecordingId, require_finish: bool) -> CreateRecording {
    CreateRecording {
        build_id: BUILD.into(),
        recording_id: Some(id.clone()),
        require_finish,
    }
}

async fn answered(call: impl Future<Output = Result<(), CallError>>, then: Event, say: Say) {
    match call.await {
        Ok(()) => say(then),
        // That the connection is lost is said once.
        Err(CallError::Closed { .. } | CallError::Gone) => {}
        Err(error) => say(Event::Refused(reason(error))),
    }
}

/// Whether the server has the whole recording: it finished, and the answer was lost; or somebody else sent it.
async fn is_there(id: &RecordingId) -> bool {
    let request = Request::get(&format!("{}/{}", origin::library(), id.as_str()));
    let request = match secret::of("") {
        Some(token) => request.header("authorization", &format!("Bearer {token}")),
        None => request,
    };
    request.send().await.is_ok_and(|answer| answer.ok())
}

/// Why, in the server's words.
fn reason(error: CallError) -> String {
    match error {
        CallError::Protocol { error, .. } => error.message,
        other => other.to_string(),
    }
}
