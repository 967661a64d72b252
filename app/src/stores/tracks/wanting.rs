//! Asking for what is on tracks and nobody else asks for: nothing twice, nothing before a moment is on screen, and of what
//! there may be a great deal no more than can be looked at.

use std::sync::Arc;

use client::{CallError, Session};
use leptos::prelude::*;
use wire::{
    experimental::{ACTIVITY, Activity, ActivityResult},
    point::ExecutionPoint,
    recording::PointRange,
    session::{ExperimentalCommand, PointPageLimits},
};

use super::{TrackStore, closer_stretch, has, listed};
use crate::{
    logic::{
        tracks::{ACTION_ANNOTATIONS, Amounts, Done, TrackKind},
        view::Span,
    },
    stores::{
        Stores,
        errand::{Lane, Urgency},
        evaluating::refusal,
        pause::Look,
    },
};

/// Exceptions that are searched for at once, and how often in a focus. What follows is said to be there.
const N_THROWN: u64 = 10_000;
const N_PAGES: usize = 5;
/// Parts of the recording whose steps are counted: as many as a wide timeline has pixels.
const N_PARTS: u32 = 2_048;
/// Parts looked at closely that are kept, of 16 KiB each.
const N_CLOSER: usize = 16;

/// What has been asked for in this session.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked {
    /// Whether a moment has been on screen.
    has_looked: bool,
    activity: bool,
    actions: bool,
    /// Whether the service has refused to tell how busy the program was.
    is_activity_refused: bool,
    /// The move of the focus in which exceptions were searched for.
    thrown: Option<u32>,
}

impl TrackStore {
    /// Asks for what the shown tracks lack. Tracked: call it from an effect of whoever shows them.
    pub(in crate::stores) fn want(&self, stores: Stores) {
        self.n_sessions.track();
        let is_looked_at = matches!(stores.pause.look().get(), Look::Held | Look::Failed { .. });
        let asked = self.asked.try_update_value(|asked| {
            asked.has_looked |= is_looked_at;
            *asked
        });
        let Some(asked) = asked.filter(|asked| asked.has_looked) else {
            return;
        };
        if self.is_wanted(TrackKind::Request) {
            stores.network.want_ahead();
        }
        if self.is_wanted(TrackKind::Breakpoint) {
            stores.points.want_breaks(stores);
        }
        if self.is_wanted(TrackKind::Activity) && !asked.activity && !asked.is_activity_refused {
            self.ask_activity();
        }
        // Only other recorders tell of actions.
        if self.is_wanted(TrackKind::Action) && !asked.actions && self.known.recording.is_imported() {
            self.ask_actions();
        }
        if self.is_wanted(TrackKind::Activity) && self.activity.with(Option::is_some) {
            self.want_closer();
        }
        // What nobody caught is told by messages, and would be found as well.
        let turn = stores.focus.turn().get();
        let has_messages = stores.console.is_complete().get();
        if self.is_wanted(TrackKind::Exception) && has_messages && asked.thrown != Some(turn) {
            self.search_thrown(stores, turn);
        }
    }

    /// There is a new session: what was not answered in the one before is asked for again.
    pub(in crate::stores) fn ask_again(&self) {
        let is_known = self.activity.try_with_untracked(Option::is_some) == Some(true);
        let has_actions = self.actions.try_with_untracked(|actions| !actions.is_empty()) == Some(true);
        self.asked.try_update_value(|asked| {
            *asked = Asked {
                activity: is_known,
                actions: has_actions,
                has_looked: asked.has_looked,
                is_activity_refused: asked.is_activity_refused,
                thrown: None,
            };
        });
        self.asking.try_set_value(None);
        self.n_sessions.try_update(|n_sessions| *n_sessions += 1);
    }

    /// The recording has become longer: how busy the program was is asked for again.
    pub(in crate::stores) fn grew(&self) {
        self.asked.try_update_value(|asked| asked.activity = false);
        self.closer.try_update(Vec::clear);
        self.asking.try_set_value(None);
        self.n_sessions.try_update(|n_sessions| *n_sessions += 1);
    }

    fn is_wanted(&self, kind: TrackKind) -> bool {
        let hidden = self.hidden.get();
        hidden.is_none_or(|hidden| hidden.with(|keys| !has(keys, kind)))
    }

    fn ask_activity(&self) {
        let store = *self;
        self.asked.update_value(|asked| asked.activity = true);
        let lane = Some(Lane::named("tracks.activity"));
        self.intents.run(Urgency::Idle, lane, async move |session, _| {
            match activity(&session, None).await? {
                Some(activity) => drop(store.activity.try_set(Some(Arc::new(activity)))),
                None => drop(
                    store
                        .asked
                        .try_update_value(|asked| asked.is_activity_refused = true),
                ),
            }
            Ok(())
        });
    }

    fn ask_actions(&self) {
        let store = *self;
        self.asked.update_value(|asked| asked.actions = true);
        let lane = Some(Lane::named("tracks.actions"));
        self.intents.run(Urgency::Idle, lane, async move |session, _| {
            let (annotations, _) = session.find_annotations(ACTION_ANNOTATIONS).flat().await?;
            let done = annotations.into_iter().filter_map(Done::from_wire).collect();
            store.actions.try_set(listed(done));
            Ok(())
        });
    }

    /// Asks how busy the program was in the part that is seen closely. Tracked.
    fn want_closer(&self) {
        let store = *self;
        let Some(stretch) = closer_stretch(self.known.view, self.known.timeline) else {
            return;
        };
        let is_known = self
            .closer
            .with_untracked(|closer| closer.iter().any(|(known, _)| *known == stretch));
        if is_known || self.asking.get_value() == Some(stretch) {
            return;
        }
        self.asking.set_value(Some(stretch));
        // Of parts that are only passed through on the way the last one counts.
        let lane = Some(Lane::named("tracks.closer"));
        self.intents.run(Urgency::Idle, lane, async move |session, _| {
            if let Some(amounts) = activity(&session, Some(stretch.span())).await? {
                store.closer.try_update(|closer| {
                    if closer.len() >= N_CLOSER {
                        closer.remove(0);
                    }
                    closer.push((stretch, Arc::new(amounts)));
                });
            }
            Ok(())
        });
    }

    fn search_thrown(&self, stores: Stores, turn: u32) {
        let store = *self;
        self.asked.update_value(|asked| asked.thrown = Some(turn));
        let window = stores.focus.window().get_untracked();
        let (begin, end) = window
            .map(|window| (window.begin.point, window.end.point))
            .unzip();
        let range = range(begin.clone(), end.clone());
        let is_known = |searched: &Vec<PointRange>| {
            let mut around = searched.iter();
            around.any(|known| known.begin <= range.begin && ends_after(known, &range))
        };
        if self.searched.with_value(is_known) {
            return;
        }
        let lane = Some(Lane::named("tracks.thrown"));
        self.intents
            .run(Urgency::Idle, lane, async move |session, stores| {
                let mut limits = PointPageLimits {
                    begin,
                    end,
                    max_count: Some(N_THROWN),
                };
                for _ in 0..N_PAGES {
                    let (points, next) = match stores.console.find_exceptions(&session, limits.clone()).await
                    {
                        Ok(found) => found,
                        // Then there are those that messages tell of.
                        Err(error) => return refusal(error).map(drop),
                    };
                    stores.console.add_thrown(&points);
                    limits.begin = next;
                    if limits.begin.is_none() {
                        break;
                    }
                }
                let is_cut = limits.begin.is_some();
                store.cut.try_update(|cut| match is_cut {
                    true => cut.insert(TrackKind::Exception),
                    false => cut.remove(&TrackKind::Exception),
                });
                // Of a recording that is being made no range to its end is searched for good.
                let is_live = stores.timeline.live().try_get_untracked().flatten().is_some();
                if !is_cut && !is_live {
                    store.searched.try_update_value(|searched| searched.push(range));
                }
                Ok(())
            });
    }
}

/// A range that has an end where the recording has its own is written with an empty one there.
fn range(begin: Option<ExecutionPoint>, end: Option<ExecutionPoint>) -> PointRange {
    PointRange {
        begin: begin.unwrap_or_default(),
        end: end.unwrap_or_default(),
    }
}

/// Whether a range goes as far as another. The beginning of everything stands for the end of the recording.
fn ends_after(one: &PointRange, other: &PointRange) -> bool {
    let end = ExecutionPoint::beginning();
    one.end == end || (other.end != end && one.end >= other.end)
}

/// Steps by time, of servers that tell.
async fn activity(session: &Session, part: Option<Span>) -> Result<Option<Amounts>, CallError> {
    let params = Activity {
        begin: part.map(|part| part.begin_ms),
        end: part.map(|part| part.end_ms),
        n_parts: N_PARTS,
    };
    let answer = session.call(&ExperimentalCommand {
        name: ACTIVITY.to_owned(),
        params: serde_json::to_value(&params).ok(),
    });
    let answer = match answer.await {
        Ok(answer) => answer.rval.unwrap_or_default(),
        Err(error) => return refusal(error).map(|_| None),
    };
    let Ok(ActivityResult { begin, end, steps }) = serde_json::from_value(answer) else {
        return Ok(None);
    };
    Ok(Some(Amounts {
        begin_ms: begin,
        part_ms: (end - begin) / steps.len().max(1) as f64,
        amounts: steps,
    }))
}
