//! Where and when places ran. Which steps a place took stands in the recording's index, so no chunk is read for it.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
};

use recording::{
    Run,
    error::ReadError,
    ids::{InstanceId, SiteId},
    point::Point,
};
use wire::debugger::{Location, MappedLocation, PointDescription, SourceLocation};

use super::{Found, Span};
use crate::{
    answer::{Answer, Failure},
    code, describe,
    trace::Trace,
};

/// A step of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SiteRun {
    /// The step's number.
    pub(crate) step: u64,
    /// The place.
    pub(crate) site: SiteId,
    /// Number of frames on the stack.
    pub(crate) depth: u32,
}

/// Describes points of places, each place looked up once.
#[derive(Default)]
pub(crate) struct Places {
    locations: HashMap<SiteId, Option<MappedLocation>>,
}

impl Places {
    /// Describes a step of a chunk without reading the chunk.
    pub(crate) fn describe(
        &mut self,
        trace: &Trace,
        chunk_idx: usize,
        run: SiteRun,
    ) -> Answer<PointDescription> {
        self.describe_at(
            trace,
            chunk_idx,
            Point::before_step(run.step),
            run.site,
            run.depth,
        )
    }

    /// Describes a point of a chunk where the running frame stands at a site.
    pub(crate) fn describe_at(
        &mut self,
        trace: &Trace,
        chunk_idx: usize,
        point: Point,
        site: SiteId,
        depth: u32,
    ) -> Answer<PointDescription> {
        let frame = match self.locations.get(&site) {
            Some(location) => location.clone(),
            None => {
                let location = trace.location_of_site(site)?;
                self.locations.insert(site, location.clone());
                location
            }
        };
        Ok(PointDescription {
            point: describe::to_wire(point),
            time: trace.clock(chunk_idx)?.time_of(point).as_millis(),
            frame_depth: frame.is_some().then(|| depth.saturating_sub(1)),
            frame,
        })
    }
}

impl Trace {
    /// Places at which the program can stop for a location of a source, ordered.
    pub(crate) fn sites_at(&self, location: &Location) -> Answer<Vec<SiteId>> {
        let Location {
            source_id,
            line,
            column,
        } = location;
        let source = self.source(source_id)?;
        let at = code::position(SourceLocation {
            line: *line,
            column: *column,
        });
        Ok(self
            .sites_of(source)?
            .at(at)
            .iter()
            .map(|(_, site)| *site)
            .collect())
    }

    /// The chunks in which any of some sites ran, rising.
    pub(crate) fn chunks_of_sites(&self, sites: &[SiteId]) -> BTreeSet<usize> {
        let chunks = sites.iter().flat_map(|site| self.reader.site_chunks(*site));
        chunks.map(|(chunk_idx, _)| chunk_idx).collect()
    }

    /// Chunks that a span lies in.
    pub(crate) fn chunks_of_span(&self, span: Span) -> Range<usize> {
        match span.begin < span.end {
            true => self.chunk_of_point(span.begin)..self.chunk_of_point(Point(span.end.0 - 1)) + 1,
            false => 0..0,
        }
    }

    /// The steps that some sites took in a chunk, in order; none where the chunk is lost.
    pub(crate) fn runs(&self, sites: &[SiteId], chunk_idx: usize) -> Answer<Vec<SiteRun>> {
        let first_step = self
            .reader
            .chunks()
            .get(chunk_idx)
            .map_or(0, |chunk| chunk.first_step);
        let mut found = Vec::new();
        for site in sites {
            let runs = match self.reader.runs(*site, chunk_idx) {
                Ok(runs) => runs,
                Err(error @ ReadError::Io { .. }) => return Err(error.into()),
                Err(_) => continue,
            };
            found.extend(runs.into_iter().map(|Run { step_idx, depth, .. }| SiteRun {
                step: first_step + u64::from(step_idx),
                site: *site,
                depth,
            }));
        }
        if sites.len() > 1 {
            found.sort_unstable_by_key(|run| run.step);
        }
        Ok(found)
    }

    /// The frame that runs at a point.
    pub(super) fn frame_at(&self, point: Point) -> Answer<InstanceId> {
        let top = self.moment(point)?.stack().last().map(|frame| frame.instance);
        top.ok_or_else(|| Failure::command(format!("no frame is on the stack at point {point}")))
    }

    /// Every step of some locations, `on_stack` given only while that frame is on the stack.
    pub(super) fn find_locations(
        &self,
        locations: &[Location],
        on_stack: Option<InstanceId>,
        span: Span,
        found: &mut Found,
    ) -> Answer<()> {
        let mut sites = Vec::new();
        for location in locations {
            sites.extend(self.sites_at(location)?);
        }
        sites.sort_unstable();
        sites.dedup();
        let mut chunks = self.chunks_of_span(span);
        if let Some(frame) = on_stack {
            let birth = self.reader.birth_chunk_of_instance(frame).unwrap_or(0);
            let exit = self.reader.exit_chunk(frame).map_or(chunks.end, |exit| exit + 1);
            chunks = chunks.start.max(birth)..chunks.end.min(exit);
        }
        let mut places = Places::default();
        for chunk_idx in self.chunks_of_sites(&sites) {
            if !chunks.contains(&chunk_idx) {
                continue;
            }
            for run in self.runs(&sites, chunk_idx)? {
                let point = Point::before_step(run.step);
                if !span.contains(point) || !self.is_on_stack(on_stack, chunk_idx, run.step)? {
                    continue;
                }
                if !found.take(point, || places.describe(self, chunk_idx, run))? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn is_on_stack(&self, frame: Option<InstanceId>, chunk_idx: usize, step: u64) -> Answer<bool> {
        let Some(frame) = frame else { return Ok(true) };
        let Some(view) = self.view_unless_lost(chunk_idx)? else {
            return Ok(false);
        };
        let stack = view.step(step).map(|row| view.stack_at(row.position));
        Ok(stack
            .into_iter()
            .flatten()
            .any(|on_stack| on_stack.instance == frame))
    }
}
