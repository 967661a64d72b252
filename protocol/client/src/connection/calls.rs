//! The calls of a connection: made, waiting their turn, pending, ended.

use std::{
    cell::Cell,
    collections::{HashMap, VecDeque, hash_map},
    mem,
    rc::Rc,
};

use futures::channel::oneshot;
use serde::Deserialize;
use serde_json::value::RawValue;
use wire::{
    command::Command,
    envelope::{self, CallId},
    error::ProtocolError,
    ids::{PauseId, SessionId},
};

use crate::{
    call::{Call, CallError, Entry},
    connection::{IdStyle, Notice, Outbound, Shared},
    transport::Frame,
};

/// The ids a request carries outside its parameters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) session_id: Option<SessionId>,
    pub(crate) pause_id: Option<PauseId>,
}

/// What two streams must share to be mistaken for each other: their events carry nothing else to tell them apart.
/// Such streams take turns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StreamKey {
    pub(crate) session_id: SessionId,
    pub(crate) method: &'static str,
    /// A source, request or kind that the events name; empty if they name nothing.
    pub(crate) about: String,
}

/// Whose turn it is, and whether a listener's stream is the one that events are for.
pub(crate) struct Turn {
    pub(crate) key: StreamKey,
    /// Set while the stream is under way: from its request to its answer.
    pub(crate) is_sent: Rc<Cell<bool>>,
}

/// Takes the outcome; the error is that of decoding a result, to be reported.
type Done = Box<dyn FnOnce(Result<&RawValue, CallError>) -> serde_json::Result<()>>;

/// All calls that have not ended.
#[derive(Default)]
pub(super) struct Calls {
    pending: HashMap<i64, Pending>,
    /// Streams under way, each with those that wait for it to be answered.
    turns: HashMap<StreamKey, VecDeque<Waiting>>,
}

struct Pending {
    method: &'static str,
    scope: Scope,
    turn: Option<Turn>,
    done: Done,
}

struct Waiting {
    id: i64,
    text: String,
    pending: Pending,
}

impl Calls {
    pub(super) fn n_pending(&self) -> usize {
        self.pending.len() + self.turns.values().map(VecDeque::len).sum::<usize>()
    }
}

/// Decodes what comes and passes it on.
pub(crate) fn done<C: Command>(then: impl FnOnce(Result<C::Result, CallError>) + 'static) -> Done {
    Box::new(move |outcome| match outcome.map(envelope::read) {
        Ok(Ok(result)) => {
            then(Ok(result));
            Ok(())
        }
        Ok(Err(error)) => {
            then(Err(CallError::Malformed {
                method: C::METHOD,
                message: error.to_string(),
            }));
            Err(error)
        }
        Err(error) => {
            then(Err(error));
            Ok(())
        }
    })
}

impl Shared {
    /// Makes a call and gives a future of its outcome.
    pub(crate) fn call<C: Command>(this: &Rc<Self>, scope: &Scope, params: &C) -> Call<C::Result> {
        Self::call_in_turn(this, scope, params, None)
    }

    /// As [`Shared::call`], after streams it could be mistaken for.
    pub(crate) fn call_in_turn<C: Command>(
        this: &Rc<Self>,
        scope: &Scope,
        params: &C,
        turn: Option<Turn>,
    ) -> Call<C::Result> {
        let (sender, receiver) = oneshot::channel();
        let done = done::<C>(move |outcome| drop(sender.send(outcome)));
        let id = this.start(scope, params, turn, done);
        Call {
            receiver,
            _entry: Entry {
                id,
                shared: Rc::downgrade(this),
            },
        }
    }

    /// Makes a call whose outcome goes to `done`, at once if the connection is closed.
    pub(crate) fn start<C: Command>(&self, scope: &Scope, params: &C, turn: Option<Turn>, done: Done) -> i64 {
        let id = self.unique();
        let closed = self.closed.borrow().clone();
        if let Some(reason) = closed {
            self.finish(C::METHOD, done, Err(CallError::Closed { reason }));
            return id;
        }
        let call_id = match self.id_style {
            IdStyle::Number => CallId::Number(id),
            IdStyle::Text => CallId::from(id.to_string().as_str()),
        };
        match envelope::request(
            &call_id,
            scope.session_id.as_ref(),
            scope.pause_id.as_ref(),
            params,
        ) {
            Ok(text) => {
                let pending = Pending {
                    method: C::METHOD,
                    scope: scope.clone(),
                    turn,
                    done,
                };
                self.send_or_wait(Waiting { id, text, pending });
            }
            Err(error) => {
                let message = error.to_string();
                self.finish(
                    C::METHOD,
                    done,
                    Err(CallError::Malformed {
                        method: C::METHOD,
                        message,
                    }),
                );
            }
        }
        id
    }

    fn send_or_wait(&self, call: Waiting) {
        if let Some(turn) = &call.pending.turn {
            match self.calls.borrow_mut().turns.entry(turn.key.clone()) {
                hash_map::Entry::Occupied(mut queue) => return queue.get_mut().push_back(call),
                hash_map::Entry::Vacant(queue) => drop(queue.insert(VecDeque::new())),
            }
        }
        self.send(call);
    }

    fn send(&self, call: Waiting) {
        let Waiting { id, text, pending } = call;
        if let Some(turn) = &pending.turn {
            turn.is_sent.set(true);
        }
        self.calls.borrow_mut().pending.insert(id, pending);
        self.notice(Notice::Sent(&text));
        // If the driver is gone, it has closed the connection, which ends this call with the others.
        let _ = self.outbox.unbounded_send(Outbound::Send(Frame::Text(text)));
    }

    /// An answer came.
    pub(super) fn answer(&self, call_id: &CallId, outcome: Result<&RawValue, ProtocolError>) {
        let id = number(call_id);
        let Some(pending) = id.and_then(|id| self.calls.borrow_mut().pending.remove(&id)) else {
            return self.notice(match id {
                Some(id) if (1..self.next_id.get()).contains(&id) => Notice::LateAnswer { id: call_id },
                _ => Notice::UnknownAnswer { id: call_id },
            });
        };
        let method = pending.method;
        self.finish(
            method,
            pending.done,
            outcome.map_err(|error| CallError::Protocol { method, error }),
        );
        if let Some(turn) = pending.turn {
            self.next_turn(&turn);
        }
    }

    /// Something came that is no message; if it names a call, that call ends.
    pub(super) fn answer_undecodable(&self, text: &str, error: &serde_json::Error) {
        #[derive(Deserialize)]
        struct IdOnly {
            id: CallId,
        }
        self.notice(Notice::Undecodable {
            what: "frame",
            message: error.to_string(),
        });
        let Ok(IdOnly { id: call_id }) = serde_json::from_str(text) else {
            return;
        };
        let Some(id) = number(&call_id) else { return };
        let pending = self.calls.borrow_mut().pending.remove(&id);
        if let Some(Pending {
            method, turn, done, ..
        }) = pending
        {
            self.finish(
                method,
                done,
                Err(CallError::Malformed {
                    method,
                    message: error.to_string(),
                }),
            );
            if let Some(turn) = turn {
                self.next_turn(&turn);
            }
        }
    }

    /// Ends a stream's turn: its listener hears no more, and the next stream that waited for it begins.
    fn next_turn(&self, Turn { key, is_sent }: &Turn) {
        is_sent.set(false);
        let next = {
            let turns = &mut self.calls.borrow_mut().turns;
            let next = turns.get_mut(key).and_then(VecDeque::pop_front);
            if next.is_none() {
                turns.remove(key);
            }
            next
        };
        if let Some(next) = next {
            self.send(next);
        }
    }

    /// Nobody waits for this call any more.
    pub(crate) fn abandon(&self, id: i64) {
        let abandoned = {
            let Calls { pending, turns } = &mut *self.calls.borrow_mut();
            match pending.get_mut(&id) {
                // Its events are still on their way, so its turn lasts until its answer.
                Some(Pending {
                    turn: Some(_), done, ..
                }) => Some(mem::replace(done, Box::new(|_outcome| Ok(())))),
                Some(_) => pending.remove(&id).map(|pending| pending.done),
                None => turns.values_mut().find_map(|queue| {
                    let idx = queue.iter().position(|waiting| waiting.id == id)?;
                    queue.remove(idx).map(|waiting| waiting.pending.done)
                }),
            }
        };
        drop(abandoned);
    }

    /// Ends the calls that `belongs` says.
    pub(super) fn end_calls(&self, error: &CallError, belongs: impl Fn(&Scope) -> bool) {
        let mut ended: Vec<(i64, Pending)> = Vec::new();
        {
            let Calls { pending, turns } = &mut *self.calls.borrow_mut();
            ended.extend(pending.extract_if(|_id, pending| belongs(&pending.scope)));
            for queue in turns.values_mut() {
                let (gone, kept) = mem::take(queue)
                    .into_iter()
                    .partition(|call| belongs(&call.pending.scope));
                *queue = kept;
                let gone: VecDeque<Waiting> = gone;
                ended.extend(gone.into_iter().map(|call| (call.id, call.pending)));
            }
            for (_id, Pending { turn, .. }) in &ended {
                if let Some(turn) = turn {
                    turns.remove(&turn.key);
                }
            }
        }
        ended.sort_unstable_by_key(|(id, _)| *id);
        for (_id, Pending { method, done, .. }) in ended {
            self.finish(method, done, Err(error.clone()));
        }
    }

    fn finish(&self, method: &'static str, done: Done, outcome: Result<&RawValue, CallError>) {
        if let Err(error) = done(outcome) {
            self.notice(Notice::Undecodable {
                what: method,
                message: error.to_string(),
            });
        }
    }
}

/// The number behind an id, however it is written.
fn number(call_id: &CallId) -> Option<i64> {
    match call_id {
        CallId::Number(number) => Some(*number),
        CallId::Text(text) => text.parse().ok(),
    }
}
