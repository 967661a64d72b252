//! What a person writes: results as lines at the moment, a look ahead that changes nothing, names to go on with.

use std::sync::Arc;

use client::{CallError, Pause, Session};
use leptos::prelude::*;
use wire::{
    ids::{FrameId, PauseId},
    pause::{ObjectPreviewLevel, PauseData, Value},
};

use super::{ConsoleStore, seen::known_objects};
use crate::{
    logic::{
        completion::{self, Offer},
        console::{Body, Entry, Kind, SourceKey, whole},
        library::sentence,
    },
    stores::{
        Stores,
        errand::{Lane, Urgency},
        evaluating::{Outcome, refusal},
        timeline::Moment,
    },
};

/// What an expression that is being written would give.
#[derive(Clone, Debug)]
pub struct Peek {
    /// The expression.
    pub expression: String,
    /// What it gives.
    pub body: Arc<Body>,
}

/// Names that were found for a place in the program.
pub(super) struct Completed {
    pause_id: PauseId,
    frame_id: Option<FrameId>,
    object: Option<String>,
    offers: Vec<Offer>,
}

impl ConsoleStore {
    /// Evaluates an expression at the moment, in the selected frame or in the global scope, and shows it with what it gives.
    pub fn evaluate(&self, expression: String) {
        let store = *self;
        self.forget_peek();
        self.intents
            .run(Urgency::Now, None, async move |session, stores| {
                let Some(moment) = stores.timeline.moment().try_get_untracked() else {
                    return Ok(());
                };
                store.put(&stores, &moment, Kind::Input, Body::default(), expression.clone());
                let (kind, body) = match outcome(&session, &stores, &moment, &expression).await {
                    Ok((kind, body)) => (kind, body),
                    Err(error) => {
                        let text = refusal(error)?;
                        (
                            Kind::Thrown,
                            Body {
                                text: text.into(),
                                ..Body::default()
                            },
                        )
                    }
                };
                let text = whole(&body.pieces());
                let text = if text.is_empty() {
                    body.text.to_string()
                } else {
                    text
                };
                store.put(&stores, &moment, kind, body, text);
                Ok(())
            });
    }

    /// Gives a value of the moment a name that expressions can use there, and shows it with that.
    pub fn name_value(&self, value: Value) {
        let store = *self;
        self.intents.run(Urgency::Now, None, async move |_, stores| {
            let Some(pause) = current(&stores) else {
                return Ok(());
            };
            match stores.evaluating.name_value(&pause, &value).await {
                Ok(Some(name)) => store.evaluate(name),
                Ok(None) => {
                    store.evaluate_failed(&stores, "The value could not be given a name here.".to_owned())
                }
                Err(error) => {
                    let why = refusal(error)?;
                    store.evaluate_failed(&stores, sentence(&why));
                }
            }
            Ok(())
        });
    }

    /// Says in a line of its own that something could not be done.
    fn evaluate_failed(&self, stores: &Stores, text: String) {
        if let Some(moment) = stores.timeline.moment().try_get_untracked() {
            let body = Body {
                text: text.clone().into(),
                ..Body::default()
            };
            self.put(stores, &moment, Kind::Thrown, body, text);
        }
    }

    /// Finds out what an expression would give, changing nothing; nothing for one that would change something.
    pub fn peek(&self, expression: String) {
        let is_tried = !expression.trim().is_empty()
            && completion::problem(&expression).is_none()
            && !completion::changes_something(&expression);
        if !is_tried {
            return self.forget_peek();
        }
        let (store, lane) = (*self, Some(Lane::named("console.peek")));
        self.intents.run(Urgency::Visible, lane, async move |_, stores| {
            let Some(pause) = current(&stores) else {
                return Ok(());
            };
            let frame_id = frame_id(&stores);
            let evaluated = stores
                .evaluating
                .evaluate(&pause, frame_id.as_ref(), &expression, true)
                .await;
            let value = match evaluated {
                Ok(evaluated) => match evaluated.outcome {
                    Outcome::Returned(value) if value != Value::Undefined => Some(value),
                    _ => None,
                },
                Err(error) => refusal(error).map(|_| None)?,
            };
            let peek = match value {
                Some(value) => Some(Peek {
                    expression,
                    body: Arc::new(body(&pause, value).await),
                }),
                None => None,
            };
            store.peek.try_set(peek);
            Ok(())
        });
    }

    /// What the expression that is being written would give.
    pub fn peeked(&self) -> Signal<Option<Peek>> {
        self.peek.into()
    }

    /// What was found out is not to be shown any more.
    pub fn forget_peek(&self) {
        if self.peek.with_untracked(Option::is_some) {
            self.peek.set(None);
        }
        // Ends what may be under way.
        self.intents.run(
            Urgency::Visible,
            Some(Lane::named("console.peek")),
            async |_, _| Ok(()),
        );
    }

    /// Names to go on with at the cursor, and the byte where the name begins.
    pub fn offers(&self) -> Signal<(usize, Arc<[Offer]>)> {
        self.offers.into()
    }

    /// Finds out how to go on at a cursor, in bytes.
    pub fn complete(&self, text: &str, cursor: usize) {
        let lane = Some(Lane::named("console.completion"));
        let Some(asked) = completion::asked(text, cursor) else {
            self.offers.set((cursor, [].into()));
            return self.intents.run(Urgency::Visible, lane, async |_, _| Ok(()));
        };
        let store = *self;
        self.intents.run(Urgency::Visible, lane, async move |_, stores| {
            let Some(pause) = current(&stores) else {
                return Ok(());
            };
            let frame_id = frame_id(&stores);
            let is_known = store.completed.try_with_value(|completed| {
                completed.as_ref().is_some_and(|completed| {
                    completed.pause_id == *pause.id()
                        && completed.frame_id == frame_id
                        && completed.object == asked.object
                })
            });
            if is_known != Some(true) {
                let offers = match stores
                    .evaluating
                    .complete(&pause, frame_id.as_ref(), &asked)
                    .await
                {
                    Ok(offers) => offers,
                    Err(error) => refusal(error).map(|_| Vec::new())?,
                };
                let completed = Completed {
                    pause_id: pause.id().clone(),
                    frame_id,
                    object: asked.object.clone(),
                    offers,
                };
                store.completed.try_update_value(|slot| *slot = Some(completed));
            }
            let offers = store.completed.try_with_value(|completed| {
                let offers = completed.as_ref().map(|completed| completed.offers.as_slice());
                completion::matching(offers.unwrap_or_default(), &asked.word)
            });
            store
                .offers
                .try_set((asked.start, offers.unwrap_or_default().into()));
            Ok(())
        });
    }

    fn put(self, stores: &Stores, moment: &Moment, kind: Kind, body: Body, text: String) {
        let point = moment.point.clone().unwrap_or_default();
        let mut entry = Entry::new(point, moment.time_ms, SourceKey::EVALUATIONS, kind, text);
        if kind != Kind::Input {
            entry.body = Some(Arc::new(body));
        }
        let location = untrack(|| stores.pause.frame())
            .and_then(|frame| crate::logic::place::preferred(&frame.location).cloned());
        let id = self.model.try_update_value(|model| {
            entry.place = location
                .filter(|_| kind == Kind::Input)
                .map(|location| crate::logic::console::placed(&location, &mut |id| model.intern(id)));
            model.take_in(vec![entry]);
            model.last_id()
        });
        self.show();
        self.wanted.try_set(id);
    }
}

/// The pause that is shown.
fn current(stores: &Stores) -> Option<Pause> {
    untrack(|| stores.pause.current())
}

/// The selected frame.
fn frame_id(stores: &Stores) -> Option<FrameId> {
    untrack(|| stores.pause.frame()).map(|frame| frame.frame_id.clone())
}

async fn outcome(
    session: &Session,
    stores: &Stores,
    moment: &Moment,
    expression: &str,
) -> Result<(Kind, Body), CallError> {
    let (pause, frame_id) = match (current(stores), &moment.point) {
        (Some(pause), _) => (pause, frame_id(stores)),
        (None, Some(point)) => (session.create_pause(point).await?, None),
        (None, None) => {
            let text = "There is nothing to evaluate in while time is running. Pause first.";
            return Ok((
                Kind::Thrown,
                Body {
                    text: text.into(),
                    ..Body::default()
                },
            ));
        }
    };
    let evaluated = stores
        .evaluating
        .evaluate(&pause, frame_id.as_ref(), expression, false)
        .await?;
    if let Outcome::Returned(Value::Object(_)) | Outcome::Threw(Value::Object(_)) = &evaluated.outcome {
        // Kept as long as the session, so that the result can be opened whenever the person likes.
        session.adopt_pause(pause.id(), &PauseData::default());
    }
    Ok(match evaluated.outcome {
        Outcome::Returned(value) => (Kind::Output, body(&pause, value).await),
        Outcome::Threw(value) => (Kind::Thrown, body(&pause, value).await),
        Outcome::Failed => {
            let text = "This could not be evaluated: it needs what the recording does not have, or it took too long.";
            (
                Kind::Thrown,
                Body {
                    text: text.into(),
                    ..Body::default()
                },
            )
        }
    })
}

/// A value as a line shows it.
async fn body(pause: &Pause, value: Value) -> Body {
    if let Some(id) = value.as_object() {
        // What cannot be had is shown as far as it is known.
        pause
            .until_ready(|pause| pause.object(id, ObjectPreviewLevel::CanOverflow))
            .await
            .ok();
    }
    let arguments = vec![value];
    Body {
        pause_id: Some(pause.id().clone()),
        objects: known_objects(pause, &arguments),
        arguments,
        is_value: true,
        ..Body::default()
    }
}
