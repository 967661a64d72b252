//! A server of a test's own in this process, and stores whose driver talks to it.

#![allow(dead_code, reason = "no test uses all of it")]

use std::{cell::RefCell, ops::Deref, rc::Rc};

use app::stores::{Stores, driver};
use client::transport::{Frame, Transport, local};
use futures::{FutureExt, SinkExt, StreamExt};
use leptos::prelude::*;
use serde_json::{Value, json};
use tokio::task::{JoinHandle, LocalSet, spawn_local, yield_now};
use wire::ids::RecordingId;

/// What the server is asked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) params: Value,
    /// The pause it is asked in; empty outside of pauses.
    pub(crate) pause_id: String,
}

impl Request {
    /// The point that is asked about; empty if none is.
    pub(crate) fn point(&self) -> &str {
        self.params["point"].as_str().unwrap_or_default()
    }
}

/// What it says: events, then an answer.
pub(crate) struct Reply {
    pub(crate) events: Vec<(&'static str, Value)>,
    /// None leaves the request without an answer, as the protocol has it for those that last as long as the session.
    pub(crate) answer: Option<Result<Value, (i32, &'static str)>>,
}

impl Reply {
    pub(crate) const NEVER: Self = Self {
        events: Vec::new(),
        answer: None,
    };

    pub(crate) fn error(code: i32, message: &'static str) -> Self {
        Self {
            events: Vec::new(),
            answer: Some(Err((code, message))),
        }
    }

    /// Events before an answer that says nothing more.
    pub(crate) fn events(events: Vec<(&'static str, Value)>) -> Self {
        Self {
            events,
            answer: Some(Ok(json!({}))),
        }
    }
}

impl From<Value> for Reply {
    fn from(result: Value) -> Self {
        Self {
            events: Vec::new(),
            answer: Some(Ok(result)),
        }
    }
}

/// What a test's server says; None is what every server says.
pub(crate) trait Answers: Default + 'static {
    fn answer(&self, request: &Request) -> Option<Reply>;
}

/// The server: the test's own answers, and what it has been asked.
pub(crate) struct Server<A> {
    answers: Rc<A>,
    pub(crate) asked: Rc<RefCell<Vec<Request>>>,
    peers: Rc<RefCell<Vec<JoinHandle<()>>>>,
}

impl<A> Clone for Server<A> {
    fn clone(&self) -> Self {
        Self {
            answers: Rc::clone(&self.answers),
            asked: Rc::clone(&self.asked),
            peers: Rc::clone(&self.peers),
        }
    }
}

impl<A> Deref for Server<A> {
    type Target = A;

    fn deref(&self) -> &A {
        &self.answers
    }
}

impl<A: Answers> Server<A> {
    fn new() -> Self {
        Self {
            answers: Rc::default(),
            asked: Rc::default(),
            peers: Rc::default(),
        }
    }

    fn open(&self) -> Transport {
        let (ours, theirs) = local::pair();
        let peer = spawn_local(self.clone().serve(theirs));
        self.peers.borrow_mut().push(peer);
        ours
    }

    async fn serve(self, transport: Transport) {
        let Transport {
            mut incoming,
            mut outgoing,
        } = transport;
        while let Some(Ok(Frame::Text(text))) = incoming.next().await {
            let mut asked: Value = serde_json::from_str(&text).unwrap();
            let request = Request {
                method: asked["method"].as_str().unwrap().to_owned(),
                params: asked["params"].take(),
                pause_id: asked["pauseId"].as_str().unwrap_or_default().to_owned(),
            };
            self.asked.borrow_mut().push(request.clone());
            let reply = self.answers.answer(&request).unwrap_or_else(|| usual(&request));
            let events = reply.events.into_iter();
            let events = events
                .map(|(method, params)| json!({ "method": method, "params": params, "sessionId": "s" }));
            let answer = reply.answer.map(|answer| match answer {
                Ok(result) => json!({ "id": asked["id"], "result": result }),
                Err((code, message)) => {
                    json!({ "id": asked["id"], "error": { "code": code, "message": message } })
                }
            });
            for message in events.chain(answer) {
                if outgoing.send(Frame::Text(message.to_string())).await.is_err() {
                    return;
                }
            }
        }
    }

    /// The parameters that a method was called with, in order.
    pub(crate) fn asked(&self, method: &str) -> Vec<Value> {
        let asked = self.asked.borrow();
        let these = asked.iter().filter(|request| request.method == method);
        these.map(|request| request.params.clone()).collect()
    }

    pub(crate) fn n_asked(&self, method: &str) -> usize {
        self.asked(method).len()
    }

    /// The points that a method was asked about, in order.
    pub(crate) fn points(&self, method: &str) -> Vec<String> {
        let asked = self.asked.borrow();
        let these = asked.iter().filter(|request| request.method == method);
        these.map(|request| request.point().to_owned()).collect()
    }

    /// Every connection ends.
    pub(crate) fn vanish(&self) {
        self.peers.borrow_mut().drain(..).for_each(|peer| peer.abort());
    }
}

/// A recording of nine seconds in which nothing runs.
fn usual(request: &Request) -> Reply {
    let time = &request.params["time"];
    match request.method.as_str() {
        "Session.listenForLoadChanges" | "Session.listenForProcessingProgress" => return Reply::NEVER,
        "Recording.createSession" => json!({ "sessionId": "s" }),
        "Session.getEndpoint" => json!({ "endpoint": { "point": "9000", "time": 9000.0 } }),
        "Session.getPointNearTime" => json!({ "point": { "point": "77", "time": time } }),
        "Session.getPointsBoundingTime" => {
            let at = json!({ "point": format!("{:.0}", time.as_f64().unwrap_or_default()), "time": time });
            json!({ "before": at, "after": at })
        }
        "Session.createPause" => json!({ "pauseId": format!("pause-{}", request.point()) }),
        "Pause.getAllFrames" => json!({ "frames": [], "data": {} }),
        "Pause.getExceptionValue" => json!({ "data": {} }),
        method if method.starts_with("Debugger.find") && method.ends_with("Target") => {
            json!({ "target": { "point": "0", "time": 0.0, "reason": "endpoint" } })
        }
        _ => json!({}),
    }
    .into()
}

/// Runs a test on stores whose driver talks to a server, which ends with the page. `before` is done to the stores before
/// there is a session.
pub(crate) fn with_stores<A: Answers, F: Future<Output = ()>>(
    before: impl FnOnce(Stores),
    test: impl FnOnce(Stores, Server<A>) -> F,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let run = async {
        // Only the first test of the process can set the executor; it serves the others as well.
        any_spawner::Executor::init_tokio().ok();
        let owner = Owner::new();
        owner.set();
        let server = Server::<A>::new();
        let (stores, intents) = Stores::new(RecordingId::from("r"));
        before(stores);
        let opener = server.clone();
        let host = driver::Host {
            open: Rc::new(move || Ok(opener.open())),
            sleep: Rc::new(|_ms| yield_now().boxed_local()),
            random: || 0.5,
            spawn: |task| drop(spawn_local(task)),
        };
        stores.pictures.set_host(driver::Pictures {
            decode: Rc::new(|_key, _base64| async { Ok((1280, 800)) }.boxed_local()),
            forget: Rc::new(|_key| {}),
            small_px: 112,
            now_ms: || 0.0,
        });
        let driver = spawn_local(driver::run(host, stores, intents));
        // In a box: unoptimised, a test of some length is a future of some hundred kilobytes, and each call moves it.
        test(stores, server).boxed_local().await;
        owner.cleanup();
        until(|| driver.is_finished()).await;
    };
    LocalSet::new().block_on(&runtime, run.boxed_local());
}

/// Lets everything run until something is so; a test that never gets there has failed.
pub(crate) async fn until(mut is_so: impl FnMut() -> bool) {
    for _ in 0..100_000 {
        if is_so() {
            return;
        }
        yield_now().await;
    }
    panic!("it never came to that");
}

/// Lets everything run until nothing is under way.
pub(crate) async fn settle(stores: Stores) {
    until(|| stores.is_idle()).await;
}
