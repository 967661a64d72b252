//! How things change: objects pinned at one moment and held against another, and when a variable or object was written.
//!
//! Both need commands outside the protocol, which a service may lack; that is found out once a session.
//!
//! Keys and sizes: a pin holds its pause, so that it is not let go, and the one it was last held against; [`MAX_PINS`] pins
//! at most. Of writes there is one list; the pauses that came with it are released when it is replaced.

mod writes;

use std::{collections::HashMap, sync::Arc};

use client::{CallError, Pause, Session};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use wire::{
    error::{ErrorCode, ProtocolError},
    experimental::{FIND_WRITES, FindWrites, OBJECT_AT, ObjectAt, ObjectAtResult},
    ids::{ObjectId, PauseId},
    pause::Value,
    point::ExecutionPoint,
    session::{ExperimentalCommand, ReleasePause},
};

use super::{
    Intents,
    driver::words,
    errand::{Lane, Urgency},
    late::Late,
    objects::{ObjectStore, TreeKey},
    timeline::TimelineStore,
};
use crate::logic::{
    diff::{self, Side},
    scopes::Found,
    tree::Rows,
    writes::WriteList,
};

/// How many things can be pinned.
const MAX_PINS: usize = 12;

/// Pins and writes.
#[derive(Clone, Copy)]
pub struct ChangeStore {
    late: Late<Signals>,
    objects: ObjectStore,
    timeline: TimelineStore,
    intents: Intents,
}

/// What is pinned, and who wrote what.
#[derive(Clone, Copy)]
struct Signals {
    has_history: RwSignal<Option<bool>>,
    pins: RwSignal<Vec<Pin>>,
    held: StoredValue<HashMap<u64, Held>, LocalStorage>,
    only_changes: RwSignal<bool>,
    n_pins: StoredValue<u64>,
    writes: RwSignal<Option<Arc<WriteList>>>,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            has_history: RwSignal::new(None),
            pins: RwSignal::default(),
            held: StoredValue::new_local(HashMap::new()),
            only_changes: RwSignal::new(false),
            n_pins: StoredValue::new(0),
            writes: RwSignal::default(),
        }
    }
}

/// Something pinned.
#[derive(Clone, Debug, PartialEq)]
pub struct Pin {
    /// Its number.
    pub id: u64,
    /// What it is called.
    pub title: String,
    /// When it was pinned, in ms.
    pub time_ms: f64,
    /// Where it was pinned; None if that was not known.
    pub point: Option<ExecutionPoint>,
    /// Where it was found, so that it can be found again in another session: the index of the frame, and its path from there.
    pub path: Option<(usize, String)>,
    /// Whether its session is gone and it has not been found again: its ids mean nothing, or something else.
    pub is_lost: bool,
    /// What it was.
    pub then: (PauseId, Value),
    /// What it is at the moment it is held against.
    pub now: Found<Option<(PauseId, Value)>>,
}

/// The pauses of a pin, held so that they are kept.
#[derive(Default)]
struct Held {
    _then: Option<Pause>,
    now: Option<Pause>,
}

impl ChangeStore {
    pub(super) fn new(objects: ObjectStore, timeline: TimelineStore, intents: Intents) -> Self {
        Self {
            late: Late::new(),
            objects,
            timeline,
            intents,
        }
    }

    fn late(&self) -> Signals {
        self.late.get()
    }

    /// Whether the service can say when things changed, tracked; false while that is not known.
    pub fn has_history(&self) -> bool {
        self.late().has_history.get() == Some(true)
    }

    /// Whether it is known that the service cannot, tracked.
    pub fn lacks_history(&self) -> bool {
        self.late().has_history.get() == Some(false)
    }

    /// Finds out once a session whether the service can say when things changed. It is asked about nothing: who knows the
    /// command says what is missing, by its name.
    pub fn probe(&self, pause_id: &PauseId) {
        if self.late().has_history.get_untracked().is_some() {
            return;
        }
        let (store, pause_id) = (*self, pause_id.clone());
        let lane = Some(Lane::named("changes.probe"));
        self.intents.run(Urgency::Idle, lane, async move |session, _| {
            let question = FindWrites {
                pause_id,
                variable: None,
                property: None,
                object: None,
                begin: None,
                end: None,
                backward: false,
                max_count: None,
                from: None,
            };
            let answer: Result<serde_json::Value, _> = command(&session, FIND_WRITES, &question).await;
            let knows_it = match &answer {
                Ok(_) => true,
                Err(CallError::Protocol { error, .. }) => error.message.starts_with(FIND_WRITES),
                Err(_) => return answer.map(drop),
            };
            store.late().has_history.try_set(Some(knows_it));
            Ok(())
        });
    }

    /// What is pinned.
    pub fn pins(&self) -> Signal<Vec<Pin>> {
        self.late().pins.into()
    }

    /// Whether only what is different is shown.
    pub fn only_changes(&self) -> RwSignal<bool> {
        self.late().only_changes
    }

    /// Pins a value as it is in a pause, to be held against other moments. `path` is the frame that has it and its name there,
    /// if it is a variable's. The oldest pin goes if there are too many.
    pub fn pin(&self, title: String, pause_id: &PauseId, value: &Value, path: Option<(usize, String)>) {
        let Some(pause) = self.objects.pause(pause_id) else {
            return;
        };
        let moment = self.timeline.moment().get_untracked();
        let id = self.late().n_pins.try_update_value(|n| {
            *n += 1;
            *n
        });
        let point = pause.point().cloned().or(moment.point);
        let pin = Pin {
            id: id.unwrap_or_default(),
            title,
            time_ms: moment.time_ms,
            point,
            path,
            is_lost: false,
            then: (pause_id.clone(), value.clone()),
            now: Found::Ready(Some((pause_id.clone(), value.clone()))),
        };
        let held = Held {
            _then: Some(pause),
            now: None,
        };
        self.late()
            .held
            .update_value(|all| drop(all.insert(pin.id, held)));
        self.late().pins.update(|pins| pins.push(pin));
        let too_many = self
            .late()
            .pins
            .with_untracked(|pins| match pins.len() > MAX_PINS {
                true => pins.first().map(|pin| pin.id),
                false => None,
            });
        if let Some(oldest) = too_many {
            self.unpin(oldest);
        }
    }

    /// Lets a pin go.
    pub fn unpin(&self, id: u64) {
        self.late().pins.update(|pins| pins.retain(|pin| pin.id != id));
        let held = self
            .late()
            .held
            .try_update_value(|held| held.remove(&id))
            .flatten();
        if let Some(now) = held.and_then(|held| held.now) {
            self.release(vec![now.id().clone()]);
        }
        self.objects.forget(tree_of(id));
    }

    /// Goes to where something was pinned.
    pub fn go_to_pin(&self, id: u64) {
        let pin = self
            .late()
            .pins
            .with_untracked(|pins| pins.iter().find(|pin| pin.id == id).cloned());
        if let Some(pin) = pin {
            self.timeline.go_to(pin.time_ms, pin.point);
        }
    }

    /// Looks at what is pinned as it is at a point. Call it whenever the moment is another.
    pub fn hold_against(&self, pause_id: &PauseId, at: &ExecutionPoint) {
        for pin in self.late().pins.get_untracked() {
            if pin.is_lost {
                continue;
            }
            let is_same = pin.point.as_ref() == Some(at);
            match pin.then.1.as_object() {
                Some(_) if is_same => self.set_now(pin.id, Found::Ready(Some(pin.then.clone())), None),
                Some(object) => self.look_at(&pin, object.clone(), at.clone()),
                // What is no object is what it was; what it is now is asked by its name.
                None if is_same => self.set_now(pin.id, Found::Ready(Some(pin.then.clone())), None),
                None => self.evaluate(&pin, pause_id.clone()),
            }
        }
    }

    /// The rows of a pin: what it was, what it is, and what of that differs. Tracked.
    pub fn rows(&self, pin: &Pin) -> Arc<Rows> {
        let key = tree_of(pin.id);
        let state = self.objects.state(key);
        let state = state.read();
        let then = self.objects.pause(&pin.then.0).filter(|_| !pin.is_lost);
        let (Some(then), now) = (then, &pin.now) else {
            return Arc::default();
        };
        let then = self.objects.look(&then);
        let other = match now {
            Found::Ready(Some((pause_id, value))) => self.objects.pause(pause_id).map(|pause| (pause, value)),
            _ => None,
        };
        let read_then = |id: &ObjectId, level| then.object(id, level);
        let then = Side {
            value: Some(&pin.then.1),
            object: &read_then,
        };
        let rows = match other {
            Some((pause, value)) => {
                let now = self.objects.look(&pause);
                let read_now = |id: &ObjectId, level| now.object(id, level);
                let now = Side {
                    value: Some(value),
                    object: &read_now,
                };
                diff::rows(&pin.title, &then, &now, &state, self.late().only_changes.get())
            }
            // With nothing to hold it against it is shown as it was.
            None => diff::rows(&pin.title, &then, &then, &state, false),
        };
        Arc::new(rows)
    }

    /// Opens or closes a row of a pin.
    pub fn toggle(&self, pin: u64, path: &str) {
        self.objects.toggle(tree_of(pin), path);
    }

    /// A session has been opened; what was found in the one before cannot be asked about any more. What is pinned is found
    /// again by its name; of writes those that are listed stay.
    pub(super) fn ask_again(&self) {
        self.late().has_history.try_set(None);
        self.late().held.try_update_value(HashMap::clear);
        for pin in self.late().pins.try_get_untracked().unwrap_or_default() {
            self.find_again(pin);
        }
        self.end_writes();
    }

    fn find_again(&self, pin: Pin) {
        let (store, id) = (*self, pin.id);
        self.change_pin(id, |pin| pin.is_lost = true);
        let lost = "The connection was lost, and this cannot be found again. Pin it anew.";
        let Some((point, (frame, path))) = pin.point.zip(pin.path) else {
            return self.set_now(id, Found::Failed(lost.to_owned()), None);
        };
        self.set_now(id, Found::Pending, None);
        let lane = Some(Lane {
            name: "changes.again",
            number: id,
        });
        self.intents
            .run(Urgency::Visible, lane, async move |session, stores| {
                let found = async {
                    let pause = session.create_pause(&point).await?;
                    let frames = pause.until_ready(Pause::frames).await?;
                    let frame_id = frames.get(frame).map(|frame| &frame.frame_id);
                    let result = pause.evaluate(frame_id, &path).await?;
                    Ok::<_, CallError>(result.returned.map(|value| (pause, value)))
                };
                match found.await {
                    Ok(Some((pause, value))) => {
                        store.set_then(id, pause, value);
                        // What it is at the moment is asked anew.
                        untrack(|| stores.hold_pins_against_moment());
                        Ok(())
                    }
                    Ok(None) => {
                        store.set_now(id, Found::Failed(lost.to_owned()), None);
                        Ok(())
                    }
                    Err(error) => store.fail(id, error),
                }
            });
    }

    /// Says what a pin was, in a pause of this session.
    fn set_then(&self, id: u64, pause: Pause, value: Value) {
        let then = (pause.id().clone(), value);
        self.change_pin(id, |pin| {
            pin.now = Found::Ready(Some(then.clone()));
            pin.then = then;
            pin.is_lost = false;
        });
        let held = Held {
            _then: Some(pause),
            now: None,
        };
        self.late()
            .held
            .try_update_value(|all| drop(all.insert(id, held)));
    }

    fn look_at(&self, pin: &Pin, object_id: ObjectId, at: ExecutionPoint) {
        let (store, id) = (*self, pin.id);
        let question = ObjectAt {
            pause_id: pin.then.0.clone(),
            object_id,
            at,
        };
        let lane = Some(Lane {
            name: "changes.pin",
            number: id,
        });
        self.intents.run(Urgency::Visible, lane, async move |session, _| {
            let answer: Result<ObjectAtResult, _> = command(&session, OBJECT_AT, &question).await;
            match answer {
                Ok(answer) => {
                    let pause = session.adopt_pause(&answer.pause_id, &answer.data);
                    let now = answer
                        .object_id
                        .map(|object| (answer.pause_id, Value::Object(object)));
                    store.set_now(id, Found::Ready(now), Some(pause));
                    Ok(())
                }
                Err(error) => store.fail(id, error),
            }
        });
    }

    fn evaluate(&self, pin: &Pin, pause_id: PauseId) {
        let (store, id, expression) = (*self, pin.id, pin.title.clone());
        let lane = Some(Lane {
            name: "changes.pin",
            number: id,
        });
        self.intents
            .run(Urgency::Visible, lane, async move |session, stores| {
                let Some(pause) = session.known_pause(&pause_id) else {
                    return Ok(());
                };
                let frame = stores.pause.frame_untracked().map(|frame| frame.frame_id.clone());
                match pause.evaluate(frame.as_ref(), &expression).await {
                    Ok(result) => {
                        let now = result.returned.map(|value| (pause_id, value));
                        store.set_now(id, Found::Ready(now), None);
                        Ok(())
                    }
                    Err(error) => store.fail(id, error),
                }
            });
    }

    fn fail(&self, pin: u64, error: CallError) -> Result<(), CallError> {
        if error.is_session_gone() {
            return Err(error);
        }
        self.set_now(pin, Found::Failed(words(&error)), None);
        Ok(())
    }

    /// Says what a pin is now, in a pause that was made for it.
    fn set_now(&self, id: u64, now: Found<Option<(PauseId, Value)>>, pause: Option<Pause>) {
        let before = self.late().held.try_update_value(|held| {
            let held = held.get_mut(&id)?;
            std::mem::replace(&mut held.now, pause)
        });
        self.change_pin(id, |pin| pin.now = now);
        if let Some(before) = before.flatten() {
            self.release(vec![before.id().clone()]);
        }
    }

    fn change_pin(&self, id: u64, change: impl FnOnce(&mut Pin)) {
        self.late().pins.try_update(|pins| {
            if let Some(pin) = pins.iter_mut().find(|pin| pin.id == id) {
                change(pin);
            }
        });
    }

    /// Has the service forget pauses that were made for an answer.
    fn release(&self, pauses: Vec<PauseId>) {
        self.intents.run(Urgency::Idle, None, async move |session, _| {
            for pause_id in pauses {
                match session.known_pause(&pause_id) {
                    Some(pause) => session.release_pause(&pause),
                    // Nothing depends on the answer.
                    None => drop(session.call(&ReleasePause { pause_id }).await.ok()),
                }
            }
            Ok(())
        });
    }
}

/// The tree of a pin.
fn tree_of(pin: u64) -> TreeKey {
    TreeKey {
        name: "changes.pin",
        number: pin,
    }
}

/// Asks a command outside the protocol.
async fn command<P: Serialize, R: DeserializeOwned>(
    session: &Session,
    name: &'static str,
    params: &P,
) -> Result<R, CallError> {
    let malformed = |error: serde_json::Error| CallError::Malformed {
        method: name,
        message: error.to_string(),
    };
    let params = Some(serde_json::to_value(params).map_err(malformed)?);
    let command = ExperimentalCommand {
        name: name.to_owned(),
        params,
    };
    let answer = session.call(&command).await?;
    let rval = answer.rval.ok_or_else(|| CallError::Protocol {
        method: name,
        error: ProtocolError {
            code: ErrorCode::COMMAND_FAILED,
            message: "this service does not answer that".to_owned(),
            data: None,
        },
    })?;
    serde_json::from_value(rval).map_err(malformed)
}
