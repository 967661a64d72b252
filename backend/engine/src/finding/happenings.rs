//! Points that no place leads to: exceptions, steps of frames by depth, points that the client names.

use std::{
    collections::{BTreeSet, HashMap},
    ops::RangeInclusive,
};

use recording::{
    ids::{InstanceId, SiteId},
    point::Point,
};

use super::{Found, Span, places::Places};
use crate::{answer::Answer, trace::Trace, view::ChunkView};

/// Which steps of frames to find.
pub(super) struct FrameSteps {
    /// Only the first step of each frame.
    pub(super) only_entry: bool,
    /// How many to find of each place.
    pub(super) location_limit: Option<u64>,
    /// How many frames there may be beside the running one.
    pub(super) depths: RangeInclusive<u32>,
}

impl Trace {
    /// Every throw, and where the engine itself threw the first frame that was left.
    pub(super) fn find_exceptions(&self, span: Span, found: &mut Found) -> Answer<()> {
        let mut places = Places::default();
        for chunk_idx in self.chunks_of_span(span) {
            let Some(moments) = self.moments_unless_lost(chunk_idx)? else {
                continue;
            };
            for thrown in moments.throws.iter().filter(|thrown| span.contains(thrown.point)) {
                let is_more = found.take(thrown.point, || match thrown.site {
                    // The frame stands where its body begins, which only its record tells.
                    SiteId::IDLE => self.describe(&self.moment(thrown.point)?),
                    site => places.describe_at(self, chunk_idx, thrown.point, site, thrown.depth),
                })?;
                if !is_more {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    pub(super) fn find_given(&self, mut points: Vec<Point>, span: Span, found: &mut Found) -> Answer<()> {
        points.sort_unstable();
        points.dedup();
        for point in points.into_iter().filter(|point| span.contains(*point)) {
            if !found.take(point, || self.describe(&self.moment(point)?))? {
                break;
            }
        }
        Ok(())
    }

    /// Steps of frames. What is wanted stands in few chunks where a limit or a depth is given; the others are passed over.
    pub(super) fn find_frame_steps(&self, wanted: &FrameSteps, span: Span, found: &mut Found) -> Answer<()> {
        let candidates = self.chunks_within_limit(wanted, span);
        let mut per_site: HashMap<SiteId, u64> = HashMap::new();
        let mut places = Places::default();
        for chunk_idx in self.chunks_of_span(span) {
            if candidates
                .as_ref()
                .is_some_and(|chunks| !chunks.contains(&chunk_idx))
            {
                continue;
            }
            let Some(moments) = self.moments_unless_lost(chunk_idx)? else {
                continue;
            };
            if moments.max_depth <= *wanted.depths.start() {
                continue;
            }
            let Some(view) = self.view_unless_lost(chunk_idx)? else {
                continue;
            };
            for (step, row) in (view.start.n_steps..).zip(&view.steps) {
                let point = Point::before_step(step);
                let is_wanted = row.frame != InstanceId::STATIC
                    && span.contains(point)
                    && wanted.depths.contains(&row.depth.saturating_sub(1))
                    && (!wanted.only_entry || is_entry(&view, row.frame, step));
                if !is_wanted {
                    continue;
                }
                if let Some(limit) = wanted.location_limit {
                    let n_here = per_site.entry(row.site).or_default();
                    *n_here += 1;
                    if *n_here > limit {
                        continue;
                    }
                }
                let (site, depth) = (row.site, row.depth);
                if !found.take(point, || places.describe_at(self, chunk_idx, point, site, depth))? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The chunks that have the first so many steps of every place; None where the index does not tell which those are.
    fn chunks_within_limit(&self, wanted: &FrameSteps, span: Span) -> Option<BTreeSet<usize>> {
        let limit = wanted.location_limit?;
        if wanted.only_entry || wanted.depths != (0..=u32::MAX) {
            return None;
        }
        let chunks = self.chunks_of_span(span);
        let mut needed = BTreeSet::new();
        let sites = self
            .reader
            .scripts()
            .iter()
            .flat_map(|script| script.sites.clone());
        for site in sites.map(SiteId) {
            let mut n_before = 0;
            for (chunk_idx, count) in self.reader.site_chunks(site) {
                if !chunks.contains(&chunk_idx) {
                    continue;
                }
                if n_before >= limit {
                    break;
                }
                needed.insert(chunk_idx);
                // In the first chunk some may lie before the span.
                if chunk_idx != chunks.start {
                    n_before += count;
                }
            }
        }
        Some(needed)
    }
}

/// Whether a step is the first of its frame.
pub(super) fn is_entry(view: &ChunkView, frame: InstanceId, step: u64) -> bool {
    let had_steps = |open: &recording::tracker::OpenFrame| open.instance == frame && open.last_step.is_some();
    view.first_step_of(frame, 0) == Some(step)
        && !view.start.stack.iter().any(had_steps)
        && !view.start.suspended.get(&frame).is_some_and(had_steps)
}
