//! What an expression that is pointed at is at this moment, in the frame that is selected. Asked for without changing
//! anything, once the pointer has rested, and only where the frame runs the source that is shown.

use leptos::prelude::*;
use wire::{
    debugger::Location,
    ids::PauseId,
    pause::{Frame, Value as WireValue},
};

use super::SourceStore;
use crate::stores::{
    Stores,
    errand::{Lane, Urgency},
    evaluating::{Outcome, refusal},
};

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// This value, in this pause.
    Is {
        /// The pause that it lives in.
        pause_id: PauseId,
        /// The value.
        value: WireValue,
    },
    /// It cannot be had without changing the program, or at all; in a few words.
    Not(String),
}

/// An expression that is pointed at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hovered {
    location: Location,
    expression: String,
    value: Option<Value>,
}

impl SourceStore {
    /// What the expression at a place is; None while that is not known, and when something else is pointed at. Tracked.
    pub fn value_at(&self, location: &Location, expression: &str) -> Option<Value> {
        self.hovered.with(|hovered| {
            let hovered = hovered.as_ref()?;
            let is_this = hovered.location == *location && hovered.expression == expression;
            is_this.then(|| hovered.value.clone()).flatten()
        })
    }

    /// Finds out what an expression at a place is, in the selected frame of the pause that is shown. Nothing is asked where
    /// that frame is in another source, or around another place.
    pub fn want_value(&self, stores: Stores, location: Location, expression: &str) {
        let (Some(pause), Some(frame)) = untrack(|| (stores.pause.current(), stores.pause.frame())) else {
            return;
        };
        if !is_within(&frame, &location) || untrack(|| self.value_at(&location, expression)).is_some() {
            return;
        }
        let expression = expression.to_owned();
        self.hovered.set(Some(Hovered {
            location: location.clone(),
            expression: expression.clone(),
            value: None,
        }));
        let (store, frame_id) = (*self, frame.frame_id.clone());
        let lane = Some(Lane::named("source.hover"));
        self.intents.run(Urgency::Visible, lane, async move |_, stores| {
            let evaluated = stores
                .evaluating
                .evaluate(&pause, Some(&frame_id), &expression, true)
                .await;
            let value = match evaluated {
                Ok(evaluated) => match evaluated.outcome {
                    Outcome::Returned(value) => Value::Is {
                        pause_id: evaluated.pause.id().clone(),
                        value,
                    },
                    // A name that is not in scope yet, or a member of nothing.
                    Outcome::Threw(_) => Value::Not("not available here".to_owned()),
                    Outcome::Failed => Value::Not("cannot be read without changing the program".to_owned()),
                },
                Err(error) => Value::Not(refusal(error)?),
            };
            store.hovered.try_update(|hovered| {
                let same = hovered
                    .as_mut()
                    .filter(|hovered| hovered.expression == expression && hovered.location == location);
                if let Some(hovered) = same {
                    hovered.value = Some(value);
                }
            });
            Ok(())
        });
    }

    /// Nothing is pointed at any more.
    pub fn forget_value(&self) {
        if self.hovered.with_untracked(Option::is_some) {
            self.hovered.set(None);
        }
    }
}

/// Whether a frame runs the source of a place, which a name there may then be a variable of. The scopes decide the rest.
fn is_within(frame: &Frame, location: &Location) -> bool {
    frame
        .location
        .iter()
        .any(|place| place.source_id == location.source_id)
}
