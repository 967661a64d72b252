//! The hits of breakpoints, for the timeline: the first of them in focus, with a bound, found when nothing else is under way.
//!
//! Policy: kept by the breakpoint's number until its place or condition, the focus or the session is another.

use std::collections::HashMap;

use client::{CallError, Session};
use leptos::prelude::*;
use wire::{
    pause::Value,
    session::{PointPageLimits, PointSelector},
};

use super::{
    PointStore,
    hits::{evaluate_at, generated},
};
use crate::{
    logic::{
        points::{Point, PointKind},
        tracks::HitAt,
    },
    stores::{
        Stores,
        errand::{Lane, Urgency},
        evaluating::refusal,
    },
};

/// Hits that are found of a breakpoint.
const N_FOUND: u64 = 10_000;
/// Hits of one with a condition at which the condition is evaluated.
const N_EVALUATED: u64 = 200;

/// The hits of a breakpoint.
#[derive(Clone, Debug)]
pub(super) struct Breaks {
    /// What they are hits of, in which move of the focus.
    point: Point,
    turn: u32,
    hits: Vec<HitAt>,
    /// Whether there are more.
    is_cut: bool,
}

impl PointStore {
    /// When the breakpoints in force were hit; tracked.
    pub fn broken(&self) -> Vec<HitAt> {
        let breaks = |breaks: &HashMap<u32, Breaks>| {
            let hits = breaks.values().filter(|breaks| breaks.point.is_enabled);
            hits.flat_map(|breaks| breaks.hits.iter().cloned()).collect()
        };
        self.late().breaks.with(breaks)
    }

    /// Whether breakpoints have more hits than those; tracked.
    pub fn has_more_breaks(&self) -> bool {
        self.late()
            .breaks
            .with(|breaks| breaks.values().any(|breaks| breaks.is_cut))
    }

    /// Finds the hits of the breakpoints in force that are not known or on their way. Tracked.
    pub(in crate::stores) fn want_breaks(&self, stores: Stores) {
        let turn = stores.focus.turn().get();
        let wanted: Vec<Point> = self.late().points.with(|points| {
            let wanted = points
                .iter()
                .filter(|point| point.kind == PointKind::Break && point.is_enabled);
            wanted.cloned().collect()
        });
        let missing = self.late().breaks.try_update_untracked(|breaks| {
            let is_known = |point: &Point| {
                breaks
                    .get(&point.id)
                    .is_some_and(|breaks| breaks.point == *point && breaks.turn == turn)
            };
            let missing: Vec<Point> = wanted.iter().filter(|point| !is_known(point)).cloned().collect();
            let n_before = breaks.len();
            breaks.retain(|id, _| wanted.iter().any(|point| point.id == *id));
            let is_changed = !missing.is_empty() || breaks.len() != n_before;
            for point in &missing {
                let pending = Breaks {
                    point: point.clone(),
                    turn,
                    hits: Vec::new(),
                    is_cut: false,
                };
                breaks.insert(point.id, pending);
            }
            (missing, is_changed)
        });
        let Some((missing, true)) = missing else { return };
        // Those of breakpoints that went are gone as well.
        self.late().breaks.notify();
        for point in missing {
            self.find_breaks(point, turn);
        }
    }

    fn find_breaks(&self, point: Point, turn: u32) {
        let store = *self;
        let lane = Some(Lane {
            name: "points.breaks",
            number: u64::from(point.id),
        });
        self.intents
            .run(Urgency::Idle, lane, async move |session, stores| {
                let (hits, is_cut) = match hits(&session, stores, &point).await {
                    Ok(found) => found,
                    // Then they are not shown; running to them says why.
                    Err(error) => return refusal(error).map(drop),
                };
                store.late().breaks.try_update(|breaks| {
                    if let Some(breaks) = breaks.get_mut(&point.id)
                        && breaks.point == point
                        && breaks.turn == turn
                    {
                        (breaks.hits, breaks.is_cut) = (hits, is_cut);
                    }
                });
                Ok(())
            });
    }
}

/// The hits of a breakpoint in focus, and whether there are more.
async fn hits(session: &Session, stores: Stores, point: &Point) -> Result<(Vec<HitAt>, bool), CallError> {
    let condition = point.condition.trim();
    let window = stores.focus.window().get_untracked();
    let (begin, end) = window
        .map(|window| (window.begin.point, window.end.point))
        .unzip();
    let limits = PointPageLimits {
        begin,
        end,
        max_count: Some(if condition.is_empty() {
            N_FOUND
        } else {
            N_EVALUATED
        }),
    };
    let selector = PointSelector::Location {
        location: point.location(),
        on_stack_frame: None,
    };
    let (found, next) = session.find_all_points(selector, limits).await?;
    let mut hits: Vec<HitAt> = found
        .into_iter()
        .map(|found| HitAt {
            point: found.point,
            time_ms: found.time,
            id: point.id,
        })
        .collect();
    if !condition.is_empty() && !hits.is_empty() {
        // Lines of their own, because it may end with a comment.
        let condition = format!("!!({condition}\n)");
        let condition = generated(session, &condition, point.location()).await?;
        let points = hits.iter().map(|hit| hit.point.clone()).collect();
        let held: Vec<_> = evaluate_at(session, &condition, points)
            .await?
            .into_iter()
            .filter(|result| result.returned == Some(Value::Bool(true)))
            .map(|result| result.point.point)
            .collect();
        hits.retain(|hit| held.contains(&hit.point));
    }
    Ok((hits, next.is_some()))
}
