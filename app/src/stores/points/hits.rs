//! The hits of print statements: found page after page, evaluated a chunk at a time, the nearest to the moment first.
//!
//! The first chunk is evaluated as soon as the moment is on screen, more only while nothing else is under way and up to
//! [`N_AHEAD`]; what lies beyond is evaluated when a person asks for more. Nothing is refused for being too many.

use std::{rc::Rc, sync::Arc};

use client::{CallError, Session};
use leptos::prelude::*;
use wire::{
    debugger::Location,
    ids::{ObjectId, RunEvaluationId},
    pause::Value,
    point::ExecutionPoint,
    session::{PointPageLimits, PointSelector, RunEvaluation, RunEvaluationResult},
};

use super::PointStore;
use crate::{
    logic::{
        console::{Row, SourceKey, of_value, whole},
        points::{Hit, Outcome, Point, PointKind, Standing, elements, next_unknown, standing},
    },
    stores::{
        Stores,
        errand::{Lane, Urgency},
        evaluating::refusal,
    },
};

/// How many hits are found at once.
const N_FOUND: u64 = 10_000;
/// How many are evaluated at once: some tens of milliseconds of the service's time.
const N_EVALUATED: usize = 100;
/// How many are evaluated without being asked for.
const N_AHEAD: usize = 1_000;

/// The hits of a print statement, as far as they are known.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    /// In the order of the execution.
    pub all: Vec<Hit>,
    /// Where those begin that have not been looked for.
    pub next: Option<ExecutionPoint>,
    /// Whether some are being looked for or evaluated.
    pub is_pending: bool,
    /// Why they cannot be had, as a sentence.
    pub failure: Option<String>,
    /// At how many the condition threw, and what it threw first. They are none that count.
    pub thrown: Option<(usize, String)>,
    /// What is evaluated, in the names of the code that ran.
    expression: Option<Arc<str>>,
    /// How many more may be evaluated unasked.
    n_ahead: usize,
}

impl PointStore {
    /// Reads the hits of a print statement, tracked.
    pub fn with_hits<T>(&self, id: u32, read: impl FnOnce(&Hits) -> T) -> Option<T> {
        self.late().hits.with(|hits| hits.get(&id).map(read))
    }

    /// Where the moment stands among what a print statement printed, tracked.
    pub fn standing(&self, stores: Stores, id: u32) -> Standing {
        stores.timeline.moment().with(|moment| {
            self.with_hits(id, |hits| {
                standing(&hits.all, moment.point.as_ref(), moment.time_ms)
            })
            .unwrap_or_default()
        })
    }

    /// Goes to what a print statement printed after or before the moment.
    pub fn go_to_hit(&self, stores: Stores, id: u32, is_forward: bool) {
        let standing = untrack(|| self.standing(stores, id));
        let index = if is_forward {
            standing.next
        } else {
            standing.previous
        };
        let hit = index.and_then(|index| {
            self.late()
                .hits
                .with_untracked(|hits| hits.get(&id)?.all.get(index).cloned())
        });
        if let Some(hit) = hit {
            stores.timeline.go_to(hit.time_ms, Some(hit.point));
        }
    }

    /// Evaluates more hits, the nearest to the moment, or looks for more once all are evaluated.
    pub fn more(&self, stores: Stores, id: u32) {
        let has_unknown = untrack(|| self.standing(stores, id)).n_unknown > 0;
        self.update(id, |hits| {
            hits.n_ahead = N_AHEAD;
            hits.is_pending = true;
            hits.failure = None;
        });
        match has_unknown {
            true => self.evaluate_next(id, Urgency::Now),
            false => self.find(id, Urgency::Now),
        }
    }

    /// Finds the hits of every print statement in force.
    pub(in crate::stores) fn find_all_hits(&self, stores: Stores) {
        let ids: Vec<u32> = self
            .late()
            .points
            .try_with_untracked(|points| points.iter().map(|point| point.id).collect())
            .unwrap_or_default();
        for id in ids {
            self.find_hits(stores, id);
        }
    }

    /// The focus has moved: other hits are in it.
    pub fn focus_moved(&self, stores: Stores) {
        self.find_all_hits(stores);
    }

    pub(super) fn find_hits(&self, stores: Stores, id: u32) {
        self.forget_hits(stores, id);
        if self.print(id).is_none() {
            return;
        }
        let pending = Hits {
            is_pending: true,
            n_ahead: N_AHEAD,
            ..Hits::default()
        };
        self.late().hits.try_update(|hits| drop(hits.insert(id, pending)));
        self.find(id, Urgency::Visible);
    }

    /// Another expression at the same hits.
    pub(super) fn evaluate_again(&self, stores: Stores, id: u32) {
        let is_found = self
            .late()
            .hits
            .with_untracked(|hits| hits.get(&id).is_some_and(|hits| !hits.all.is_empty()));
        if self.print(id).is_none() || !is_found {
            return self.find_hits(stores, id);
        }
        self.update(id, |hits| {
            for hit in &mut hits.all {
                hit.outcome = Outcome::Unknown;
            }
            hits.expression = None;
            hits.failure = None;
            hits.thrown = None;
            hits.is_pending = true;
            hits.n_ahead = N_AHEAD;
        });
        self.evaluate_next(id, Urgency::Visible);
    }

    pub(super) fn forget_hits(&self, stores: Stores, id: u32) {
        let had = self.late().hits.try_update(|hits| hits.remove(&id)).flatten();
        // Ends what may be under way.
        self.intents.run(Urgency::Visible, lane(id), async |_, _| Ok(()));
        if had.is_some() {
            stores.console.set_rows_of(key(id), Vec::new());
        }
    }

    /// Shows in the console what a statement has printed so far.
    pub(super) fn show_rows(&self, stores: Stores, id: u32) {
        let Some(point) = self.print(id) else { return };
        let location = point.location();
        let rows = self.late().hits.try_with_untracked(|hits| {
            let all = hits.get(&id).map(|hits| hits.all.as_slice()).unwrap_or_default();
            let printed = all.iter().filter_map(|hit| match &hit.outcome {
                Outcome::Printed(row) => Some(Row {
                    location: Some(location.clone()),
                    badge: (!point.badge.is_empty()).then(|| point.badge.clone()),
                    ..(**row).clone()
                }),
                _ => None,
            });
            printed.collect()
        });
        stores.console.set_rows_of(key(id), rows.unwrap_or_default());
    }

    /// A print statement that is in force.
    fn print(&self, id: u32) -> Option<Point> {
        let is_it = |point: &&Point| point.id == id && point.is_enabled && point.kind == PointKind::Print;
        self.late()
            .points
            .try_with_untracked(|points| points.iter().find(is_it).cloned())
            .flatten()
    }

    fn update(&self, id: u32, change: impl FnOnce(&mut Hits)) {
        self.late().hits.try_update(|hits| {
            if let Some(hits) = hits.get_mut(&id) {
                change(hits);
            }
        });
    }

    fn find(&self, id: u32, urgency: Urgency) {
        let store = *self;
        self.intents.run(urgency, lane(id), async move |session, stores| {
            let Some(point) = store.print(id) else {
                return Ok(());
            };
            if let Err(error) = store.bring(&session, stores, &point).await {
                return store.fail(id, error);
            }
            store.evaluate_and_go_on(&session, stores, id).await
        });
    }

    fn evaluate_next(&self, id: u32, urgency: Urgency) {
        let store = *self;
        self.intents.run(urgency, lane(id), async move |session, stores| {
            store.evaluate_and_go_on(&session, stores, id).await
        });
    }

    fn fail(self, id: u32, error: CallError) -> Result<(), CallError> {
        let failure = refusal(error)?;
        self.update(id, |hits| {
            hits.failure = Some(failure);
            hits.is_pending = false;
        });
        Ok(())
    }

    /// Finds the next page of hits.
    async fn bring(self, session: &Session, stores: Stores, point: &Point) -> Result<(), CallError> {
        let window = stores.focus.window().get_untracked();
        let (begin, end) = window
            .map(|window| (window.begin.point, window.end.point))
            .unzip();
        let next = self
            .late()
            .hits
            .with_untracked(|hits| hits.get(&point.id).and_then(|hits| hits.next.clone()));
        let limits = PointPageLimits {
            begin: next.or(begin),
            end,
            max_count: Some(N_FOUND),
        };
        let selector = PointSelector::Location {
            location: point.location(),
            on_stack_frame: None,
        };
        let (points, next) = session.find_all_points(selector, limits).await?;
        self.update(point.id, |hits| {
            hits.next = next;
            hits.all.extend(points.into_iter().map(|point| Hit {
                point: point.point,
                time_ms: point.time,
                outcome: Outcome::Unknown,
            }));
            hits.all.sort_by(|a, b| a.point.cmp(&b.point));
            hits.all.dedup_by(|a, b| a.point == b.point);
        });
        Ok(())
    }

    /// Evaluates a chunk, shows it, and goes on at idle.
    async fn evaluate_and_go_on(self, session: &Session, stores: Stores, id: u32) -> Result<(), CallError> {
        let Some(point) = self.print(id) else {
            return Ok(());
        };
        let has_more = match point.constants() {
            Some(values) => {
                self.update(id, |hits| {
                    let unknown = hits.all.iter_mut().filter(|hit| !hit.is_printed());
                    unknown.for_each(|hit| hit.outcome = printed(hit, values.clone()));
                });
                false
            }
            None => match self.evaluate(session, stores, &point).await {
                Ok(has_more) => has_more,
                Err(error) => return self.fail(id, error),
            },
        };
        self.update(id, |hits| hits.is_pending = has_more);
        self.show_rows(stores, id);
        if has_more {
            // It takes the place of this errand, which is over.
            self.evaluate_next(id, Urgency::Idle);
        }
        Ok(())
    }

    /// Evaluates the next chunk; whether another is to follow unasked.
    async fn evaluate(self, session: &Session, stores: Stores, point: &Point) -> Result<bool, CallError> {
        let now = stores
            .timeline
            .moment()
            .with_untracked(|moment| moment.point.clone());
        let chosen = self.late().hits.try_with_untracked(|hits| {
            let hits = hits.get(&point.id)?;
            let n = N_EVALUATED.min(hits.n_ahead);
            let chosen = next_unknown(&hits.all, now.as_ref(), n);
            let points: Vec<_> = chosen
                .iter()
                .filter_map(|at| hits.all.get(*at))
                .map(|hit| hit.point.clone())
                .collect();
            Some((points, hits.expression.clone()))
        });
        let Some((points, expression)) = chosen.flatten().filter(|(points, _)| !points.is_empty()) else {
            return Ok(false);
        };
        let expression = match expression {
            Some(expression) => expression,
            None => generated(session, &point.expression(), point.location()).await?,
        };
        let results = evaluate_at(session, &expression, points).await?;
        let conditions = failed_conditions(session, point, &results).await?;
        let n_results = results.len();
        let mut n_left = 0;
        self.update(point.id, |hits| {
            hits.expression = Some(expression);
            hits.n_ahead = hits.n_ahead.saturating_sub(n_results);
            n_left = hits.n_ahead;
            for result in results {
                let at = hits
                    .all
                    .binary_search_by(|hit| hit.point.cmp(&result.point.point));
                if let Some(hit) = at.ok().and_then(|at| hits.all.get_mut(at)) {
                    hit.outcome = match conditions.iter().any(|(at, _)| *at == hit.point) {
                        true => Outcome::Passed,
                        false => outcome(result),
                    };
                }
            }
            if let Some((_, first)) = conditions.first() {
                let (n_thrown, _) = hits.thrown.get_or_insert_with(|| (0, first.clone()));
                *n_thrown += conditions.len();
            }
        });
        // A service that answers nothing would be asked the same for ever.
        let is_all = self.late().hits.with_untracked(|hits| {
            hits.get(&point.id)
                .is_none_or(|hits| next_unknown(&hits.all, None, 1).is_empty())
        });
        Ok(n_results > 0 && n_left > 0 && !is_all)
    }
}

/// The points, of some that were evaluated, where it was the condition that threw, with what it threw.
async fn failed_conditions(
    session: &Session,
    point: &Point,
    results: &[RunEvaluationResult],
) -> Result<Vec<(ExecutionPoint, String)>, CallError> {
    let condition = point.condition.trim();
    let failed = results
        .iter()
        .filter(|result| result.exception.is_some() || result.failed);
    let failed: Vec<ExecutionPoint> = failed.map(|result| result.point.point.clone()).collect();
    if condition.is_empty() || failed.is_empty() {
        return Ok(Vec::new());
    }
    let condition = generated(session, condition, point.location()).await?;
    let results = evaluate_at(session, &condition, failed).await?;
    let failed = results
        .into_iter()
        .filter(|result| result.exception.is_some() || result.failed);
    let mut failed: Vec<_> = failed
        .map(|result| (result.point.point.clone(), thrown_words(&result)))
        .collect();
    failed.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(failed)
}

/// What an evaluation threw, in a line.
fn thrown_words(result: &RunEvaluationResult) -> String {
    /// Characters of it that are shown.
    const MAX_CHARS: usize = 160;
    let known = |id: &ObjectId| {
        let mut objects = result.data.objects.iter();
        objects
            .find(|object| object.object_id == *id)
            .cloned()
            .map(Rc::new)
    };
    match &result.exception {
        Some(exception) => {
            let text = whole(&of_value(exception, &known));
            text.lines()
                .next()
                .unwrap_or_default()
                .chars()
                .take(MAX_CHARS)
                .collect()
        }
        None => "it needs what the recording does not have, or takes too long".to_owned(),
    }
}

/// An expression in the names of the code that ran; as it is where there are no others, or it cannot be read.
pub(super) async fn generated(
    session: &Session,
    expression: &str,
    location: Location,
) -> Result<Arc<str>, CallError> {
    match session
        .map_expression_to_generated_scope(expression, location)
        .await
    {
        Ok(answer) => Ok(answer.expression.into()),
        // Evaluating it says what is wrong with it, if anything is.
        Err(error) => refusal(error).map(|_| expression.into()),
    }
}

/// Evaluates in the running frame of each of some points.
pub(super) async fn evaluate_at(
    session: &Session,
    expression: &str,
    points: Vec<ExecutionPoint>,
) -> Result<Vec<RunEvaluationResult>, CallError> {
    let run = RunEvaluation {
        // Chosen by the client's session.
        run_evaluation_id: RunEvaluationId::from(String::new()),
        point_selector: PointSelector::Points { points },
        point_limits: None,
        expression: expression.to_owned(),
        frame_index: Some(0),
        full_returned_property_preview: true,
        share_processes: true,
        single_process: false,
        preload_expressions: Vec::new(),
    };
    Ok(session.run_evaluation(run).flat().await?.0)
}

fn lane(id: u32) -> Option<Lane> {
    Some(Lane {
        name: "points",
        number: u64::from(id),
    })
}

pub(super) fn key(id: u32) -> SourceKey {
    SourceKey(SourceKey::FIRST_OF_OTHERS.0 + id)
}

fn printed(hit: &Hit, values: Vec<Value>) -> Outcome {
    Outcome::Printed(Box::new(Row {
        point: hit.point.clone(),
        time_ms: hit.time_ms,
        values,
        ..Row::default()
    }))
}

fn outcome(result: RunEvaluationResult) -> Outcome {
    let row = Row {
        point: result.point.point,
        time_ms: result.point.time,
        pause_id: Some(result.pause_id),
        ..Row::default()
    };
    let (values, is_error) = match (result.exception, result.returned) {
        (Some(exception), _) => (vec![exception], true),
        (None, Some(returned)) => match elements(&returned, &result.data) {
            Some(values) => (values, false),
            None => return Outcome::Passed,
        },
        (None, None) if result.failed => {
            let text = "This could not be evaluated here: it needs what the recording does not have, or it took too long.";
            (vec![Value::String(text.to_owned())], true)
        }
        (None, None) => return Outcome::Passed,
    };
    Outcome::Printed(Box::new(Row {
        values,
        is_error,
        data: result.data,
        ..row
    }))
}
