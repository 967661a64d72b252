//! Watches: expressions with their values at the moment, and along the timeline at the hits of a print statement.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    ids::{FrameId, PauseId},
    pause::{PauseData, Value},
    point::ExecutionPoint,
};

use super::{
    PointStore,
    hits::{evaluate_at, generated},
};
use crate::{
    logic::{console::of_value, moment::Happening, points::MAX_KEPT, scopes::Found},
    stores::{
        Stores,
        errand::{Lane, Urgency},
        evaluating::{Outcome, refusal},
    },
};

/// Hits at which a watch is evaluated along the timeline.
const N_TRACED: usize = 200;

/// What a watch is in a frame of a pause.
#[derive(Clone, Debug, PartialEq)]
pub struct Watched {
    /// The pause.
    pub pause_id: PauseId,
    frame_id: Option<FrameId>,
    /// The value, and whether it was thrown; or why there is none.
    pub value: Found<(Value, bool)>,
}

/// A watch along the timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced {
    /// What is watched.
    pub expression: String,
    /// The print statement at whose hits.
    pub point_id: u32,
    /// The values where they differ from the one before, in the order of time.
    pub values: Found<Arc<[TracedValue]>>,
    /// At how many hits it was evaluated.
    pub n_evaluated: usize,
}

/// What a watch was from some point on.
#[derive(Clone, Debug, PartialEq)]
pub struct TracedValue {
    /// From when on, in ms.
    pub time_ms: f64,
    /// From where on.
    pub point: ExecutionPoint,
    /// What it was, in a line.
    pub text: String,
}

impl Happening for TracedValue {
    fn time_ms(&self) -> f64 {
        self.time_ms
    }

    fn point(&self) -> &ExecutionPoint {
        &self.point
    }
}

impl PointStore {
    /// What is watched.
    pub fn watches(&self) -> Signal<Vec<String>> {
        self.late().watches.into()
    }

    /// Watches an expression.
    pub fn watch(&self, expression: &str) {
        let expression = expression.trim();
        self.late().watches.update(|watches| {
            if !expression.is_empty()
                && watches.len() < MAX_KEPT
                && !watches.iter().any(|other| other == expression)
            {
                watches.push(expression.to_owned());
            }
        });
    }

    /// Watches an expression no more.
    pub fn unwatch(&self, expression: &str) {
        self.late()
            .watches
            .update(|watches| watches.retain(|other| other != expression));
        self.late()
            .watched
            .update(|watched| drop(watched.remove(expression)));
        let is_traced = |traced: &Option<Traced>| {
            traced
                .as_ref()
                .is_some_and(|traced| traced.expression == expression)
        };
        if self.late().traced.with_untracked(is_traced) {
            self.late().traced.set(None);
        }
    }

    /// What a watch is at the moment, or was at the last one where that is known; tracked.
    pub fn watched(&self, expression: &str) -> Option<Watched> {
        self.late()
            .watched
            .with(|watched| watched.get(expression).cloned())
    }

    /// Finds out what every watch is in the selected frame, changing nothing. Tracked: call it from an effect.
    pub fn want_watches(&self, stores: Stores) {
        let Some(pause) = stores.pause.current() else {
            return;
        };
        let frame_id = stores.pause.frame().map(|frame| frame.frame_id.clone());
        let watches = self.late().watches.get();
        let store = *self;
        let missing: Vec<String> = self.late().watched.with_untracked(|watched| {
            let is_known = |expression: &&String| {
                watched
                    .get(*expression)
                    .is_some_and(|watched| watched.pause_id == *pause.id() && watched.frame_id == frame_id)
            };
            watches.iter().filter(|watch| !is_known(watch)).cloned().collect()
        });
        if missing.is_empty() {
            return;
        }
        let lane = Some(Lane::named("points.watches"));
        self.intents.run(Urgency::Visible, lane, async move |_, stores| {
            for expression in missing {
                let evaluated = stores
                    .evaluating
                    .evaluate(&pause, frame_id.as_ref(), &expression, true)
                    .await;
                let value = match evaluated {
                    Ok(evaluated) => match evaluated.outcome {
                        Outcome::Returned(value) => Found::Ready((value, false)),
                        Outcome::Threw(value) => Found::Ready((value, true)),
                        Outcome::Failed => {
                            Found::Failed("It cannot be read without changing the program.".to_owned())
                        }
                    },
                    Err(error) => Found::Failed(refusal(error)?),
                };
                let watched = Watched {
                    pause_id: pause.id().clone(),
                    frame_id: frame_id.clone(),
                    value,
                };
                store
                    .late()
                    .watched
                    .try_update(|all| drop(all.insert(expression, watched)));
            }
            Ok(())
        });
    }

    /// The watch that is followed along the timeline.
    pub fn traced(&self) -> Signal<Option<Traced>> {
        self.late().traced.into()
    }

    /// Follows no watch any more.
    pub fn close_trace(&self) {
        self.late().traced.set(None);
    }

    /// Evaluates a watch at the hits of a print statement: at the first of those that are known, in the order of time.
    pub fn trace(&self, expression: &str, point_id: u32) {
        let Some(location) = untrack(|| self.point(point_id)).map(|point| point.location()) else {
            return;
        };
        let points: Vec<ExecutionPoint> = self.late().hits.with_untracked(|hits| {
            let all = hits.get(&point_id).map(|hits| hits.all.as_slice());
            let printed = all.unwrap_or_default().iter().filter(|hit| hit.is_printed());
            printed.take(N_TRACED).map(|hit| hit.point.clone()).collect()
        });
        let traced = Traced {
            expression: expression.to_owned(),
            point_id,
            values: Found::Pending,
            n_evaluated: points.len(),
        };
        self.late().traced.set(Some(traced.clone()));
        let store = *self;
        let lane = Some(Lane::named("points.trace"));
        self.intents.run(Urgency::Now, lane, async move |session, _| {
            let results = async {
                let expression = generated(&session, &traced.expression, location).await?;
                evaluate_at(&session, &expression, points).await
            };
            let values = match results.await {
                Ok(mut results) => {
                    results.sort_by(|a, b| a.point.point.cmp(&b.point.point));
                    let mut values: Vec<TracedValue> = Vec::new();
                    for result in results {
                        let text = match (&result.exception, &result.returned) {
                            (Some(value), _) => format!("threw {}", in_a_line(value, &result.data)),
                            (None, Some(value)) => in_a_line(value, &result.data),
                            (None, None) if result.failed => "could not be evaluated".to_owned(),
                            (None, None) => "undefined".to_owned(),
                        };
                        if values.last().is_none_or(|last| last.text != text) {
                            values.push(TracedValue {
                                time_ms: result.point.time,
                                point: result.point.point,
                                text,
                            });
                        }
                    }
                    Found::Ready(values.into())
                }
                Err(error) => Found::Failed(refusal(error)?),
            };
            store.late().traced.try_set(Some(Traced { values, ..traced }));
            Ok(())
        });
    }
}

fn in_a_line(value: &Value, data: &PauseData) -> String {
    let known = |id: &wire::ids::ObjectId| {
        let found = data.objects.iter().find(|object| object.object_id == *id)?;
        Some(std::rc::Rc::new(found.clone()))
    };
    let pieces = of_value(value, &known);
    pieces.iter().map(|piece| piece.token.text.as_str()).collect()
}
