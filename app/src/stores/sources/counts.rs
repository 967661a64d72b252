//! How often lines ran, and where in them a program can be stopped: asked for by windows of a hundred lines, as they come
//! into sight, within the focus.

use std::{
    collections::{BTreeMap, HashSet},
    ops::RangeInclusive,
    sync::Arc,
};

use client::{CallError, Session};
use leptos::prelude::*;
use wire::{
    debugger::{Location, SameLineSourceLocations, SourceLocation},
    ids::SourceId,
    recording::PointRange,
};

use super::SourceStore;
use crate::stores::{
    Stores,
    errand::{Lane, Urgency},
    evaluating::refusal,
};

/// Lines that are asked about together.
const WINDOW: u32 = 100;
/// Hits are counted up to this; more are shown as this many.
pub(super) const MAX_HITS: u64 = 10_000;

/// What is known of a source's lines. Lines count from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineCounts {
    /// How often lines ran that can run, at most 10,000.
    pub n_hits: BTreeMap<u32, u32>,
    /// The columns of such lines where a program can be stopped, rising.
    pub columns: BTreeMap<u32, Arc<[u32]>>,
    /// The windows whose columns are known.
    placed: HashSet<u32>,
    /// The windows whose counts are known, for this turn of the focus.
    counted: HashSet<u32>,
    turn: u32,
}

impl LineCounts {
    /// The first place to stop at in a line, or in the next line that has one.
    pub fn first_place(&self, line: u32) -> Option<(u32, u32)> {
        let (line, columns) = self.columns.range(line..).next()?;
        Some((*line, columns.first().copied()?))
    }

    /// The places to stop at of a run of lines.
    fn first_places(&self, lines: RangeInclusive<u32>) -> Vec<SameLineSourceLocations> {
        let places = self.columns.range(lines).filter_map(|(line, columns)| {
            Some(SameLineSourceLocations {
                line: *line,
                columns: vec![columns.first().copied()?],
            })
        });
        places.collect()
    }
}

/// Counts on their way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Counting {
    id: SourceId,
    /// The lines that were in sight, from 1.
    lines: (u32, u32),
    /// The first and the last window of lines that is asked for.
    windows: (u32, u32),
    /// Which focus the counts are of.
    turn: u32,
}

impl SourceStore {
    /// What is known of the lines of a source; None until anything is.
    pub fn counts(&self, id: &SourceId) -> Option<Arc<LineCounts>> {
        self.counts.with(|counts| counts.get(id).cloned())
    }

    /// Brings the counts of the lines in sight, unless they are here or on their way. Call it again when the focus moves.
    pub fn want_counts(&self, id: &SourceId, first: u32, last: u32, turn: u32) {
        // Nobody sees more lines than that at once.
        let is_seen = last.saturating_sub(first) <= 200 * WINDOW;
        let Some(windows) = self.missing(id, first, last, None).filter(|_| is_seen) else {
            return;
        };
        let wanted = Counting {
            id: id.clone(),
            lines: (first, last),
            windows,
            turn,
        };
        let is_under_way = |counting: &Option<Counting>| {
            counting.as_ref().is_some_and(|counting| {
                (&counting.id, counting.windows, counting.turn) == (id, windows, turn)
            })
        };
        if self.counting.with_value(is_under_way) {
            return;
        }
        self.counting.set_value(Some(wanted));
        let (id, store) = (id.clone(), *self);
        let lane = Some(Lane::named("source.counts"));
        self.intents
            .run(Urgency::Visible, lane, async move |session, stores| {
                let outcome = bring(&session, stores, &id, first, last).await;
                if outcome.as_ref().is_err_and(CallError::is_session_gone) {
                    return outcome;
                }
                store.counting.try_set_value(None);
                // Counts that cannot be had leave the column empty; the protocol log has the reason.
                outcome.or_else(|error| refusal(error).map(drop))
            });
    }

    /// Asks again for the counts that were on their way when the session was lost.
    pub(super) fn count_again(&self) {
        let counting = self.counting.try_update_value(Option::take).flatten();
        if let Some(Counting { id, lines, turn, .. }) = counting {
            self.want_counts(&id, lines.0, lines.1, turn);
        }
    }

    /// The windows between two lines of which something is unknown, from the first to the last.
    fn missing(&self, id: &SourceId, first: u32, last: u32, turn: Option<u32>) -> Option<(u32, u32)> {
        self.counts.with_untracked(|counts| {
            let counts = counts.get(id);
            let is_missing = |window: &u32| {
                counts.is_none_or(|counts| {
                    turn.is_some_and(|turn| turn != counts.turn) || !counts.counted.contains(window)
                })
            };
            let mut missing = windows(first, last).filter(is_missing);
            let begin = missing.next()?;
            Some((begin, missing.next_back().unwrap_or(begin)))
        })
    }

    /// Counts are of the focus: a new one makes them void.
    pub fn forget_counts(&self, turn: u32) {
        if self.counted_turn.try_get_value() == Some(turn) {
            return;
        }
        self.counted_turn.try_set_value(turn);
        self.counts.update(|all| {
            for counts in all.values_mut() {
                if counts.turn != turn {
                    let counts = Arc::make_mut(counts);
                    counts.counted.clear();
                    counts.turn = turn;
                }
            }
        });
        self.forget_outline_counts();
    }
}

/// The numbers of the windows that lines fall in.
fn windows(first: u32, last: u32) -> RangeInclusive<u32> {
    let window = |line: u32| line.saturating_sub(1) / WINDOW;
    window(first)..=window(last.max(first))
}

async fn bring(
    session: &Session,
    stores: Stores,
    id: &SourceId,
    first: u32,
    last: u32,
) -> Result<(), CallError> {
    let sources = stores.sources;
    let turn = stores.focus.turn().get_untracked();
    let Some((begin, end)) = sources.missing(id, first, last, Some(turn)) else {
        return Ok(());
    };
    let lines = begin * WINDOW + 1..=(end + 1).saturating_mul(WINDOW);
    let mut counts = match sources.counts.with_untracked(|all| all.get(id).cloned()) {
        Some(counts) => (*counts).clone(),
        None => LineCounts::default(),
    };
    if counts.turn != turn {
        counts.counted.clear();
        counts.turn = turn;
    }
    if (begin..=end).any(|window| !counts.placed.contains(&window)) {
        let at = |line: u32, column: u32| Some(SourceLocation { line, column });
        // Up to the beginning of the line after: a column beyond the end is not for every service.
        let answer = session
            .get_possible_breakpoints(id, at(*lines.start(), 0), at(lines.end().saturating_add(1), 0))
            .await?;
        for mut places in answer.line_locations {
            if lines.contains(&places.line) {
                places.columns.sort_unstable();
                counts.columns.insert(places.line, places.columns.into());
            }
        }
        counts.placed.extend(begin..=end);
    }
    let places = counts.first_places(lines.clone());
    counts.n_hits.extend(places.iter().map(|place| (place.line, 0)));
    if !places.is_empty() {
        for (location, hits) in count(session, stores, id, places).await? {
            let n_hits = counts.n_hits.entry(location.line).or_default();
            *n_hits = (*n_hits).max(hits);
        }
    }
    counts.counted.extend(begin..=end);
    let counts = Arc::new(counts);
    sources
        .counts
        .try_update(|all| drop(all.insert(id.clone(), counts)));
    Ok(())
}

/// How often places ran within the focus; a place that is missing did not.
pub(super) async fn count(
    session: &Session,
    stores: Stores,
    id: &SourceId,
    places: Vec<SameLineSourceLocations>,
) -> Result<Vec<(Location, u32)>, CallError> {
    let window = stores.focus.window().get_untracked();
    let range = window.map(|window| PointRange {
        begin: window.begin.point,
        end: window.end.point,
    });
    let answer = session.get_hit_counts(id, places, Some(MAX_HITS), range).await?;
    let hits = answer.hits.into_iter();
    Ok(hits
        .map(|hit| (hit.location, u32::try_from(hit.hits).unwrap_or(u32::MAX)))
        .collect())
}

/// The places to stop at in a stretch of lines.
pub(super) async fn places(
    session: &Session,
    id: &SourceId,
    first: u32,
    last: u32,
) -> Result<Vec<SameLineSourceLocations>, CallError> {
    let at = |line: u32| Some(SourceLocation { line, column: 0 });
    let answer = session
        .get_possible_breakpoints(id, at(first), at(last.saturating_add(1)))
        .await?;
    let within = answer
        .line_locations
        .into_iter()
        .filter(|place| (first..=last).contains(&place.line));
    Ok(within
        .map(|mut place| {
            place.columns.sort_unstable();
            place
        })
        .collect())
}
