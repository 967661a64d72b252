//! What print statements printed, for the timeline.

use leptos::prelude::*;

use super::{Hits, PointStore, hits::key};
use crate::logic::{
    console::Entry,
    points::{Hit, Outcome},
    tracks::HitAt,
};

impl PointStore {
    /// When the print statements in force printed; tracked.
    pub fn printed(&self) -> Vec<HitAt> {
        self.late().hits.with(|all| {
            let printed = all.iter().flat_map(|(id, hits)| {
                let printed = hits.all.iter().filter(|hit| hit.is_printed());
                printed.map(|hit| HitAt {
                    point: hit.point.clone(),
                    time_ms: hit.time_ms,
                    id: *id,
                })
            });
            printed.collect()
        })
    }

    /// Whether print statements may have printed more than that; tracked.
    pub fn has_more_prints(&self) -> bool {
        let has_more = |hits: &Hits| {
            let is_unknown = |hit: &Hit| matches!(hit.outcome, Outcome::Unknown);
            hits.next.is_some() || hits.all.iter().any(is_unknown)
        };
        self.late().hits.with(|all| all.values().any(has_more))
    }

    /// What a print statement printed at a hit, in a line; tracked.
    pub fn words_of(&self, at: &HitAt) -> String {
        let row = self.with_hits(at.id, |hits| {
            let index = hits.all.binary_search_by(|hit| hit.point.cmp(&at.point)).ok()?;
            match &hits.all.get(index)?.outcome {
                Outcome::Printed(row) => Some((**row).clone()),
                _ => None,
            }
        });
        let line = row
            .flatten()
            .map(|row| Entry::of_row(row, key(at.id), &mut |_| 0));
        line.map(|line| line.text.into()).unwrap_or_default()
    }
}
