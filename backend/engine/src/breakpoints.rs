//! Breakpoints, blackboxed places, and where running forward or backward would stop.

use std::{
    collections::{BTreeMap, HashSet},
    rc::Rc,
    sync::Arc,
};

use recording::{ids::SiteId, point::Point, script::Position};
use wire::{
    command::Empty,
    debugger::{
        BlackboxSource, FindResumeTarget, FindResumeTargetResult, FindRewindTarget, FindRewindTargetResult,
        PauseDescription, PauseReason, RemoveBreakpoint, SetBreakpoint, SetBreakpointResult, SourceLocation,
        UnblackboxSource,
    },
    error::ErrorCode,
    ids::{BreakpointId, SourceId},
};

use crate::{
    answer::{Answer, Failure, Outbox},
    code, describe, evaluate,
    finding::{SiteRun, Span},
    session::Session,
    trace::Trace,
};

/// Conditions evaluated for one answer: each takes a pause's work, so that many take about a second.
const MAX_CONDITIONS: usize = 5_000;

/// Breakpoints set at once, over which memory has no bound.
const MAX_BREAKPOINTS: usize = 100_000;

/// Where a client wants to stop, and where not.
#[derive(Default)]
pub(crate) struct Stops {
    breakpoints: BTreeMap<BreakpointId, Breakpoint>,
    n_set: u64,
    /// Places that stepping and running pass over.
    pub(crate) blackboxed: HashSet<SiteId>,
    /// `debugger` statements, once looked for.
    debugger_statements: Option<Arc<[SiteId]>>,
}

impl Stops {
    pub(crate) fn n_breakpoints(&self) -> usize {
        self.breakpoints.len()
    }
}

struct Breakpoint {
    sites: Vec<SiteId>,
    condition: Option<Rc<evaluate::Source>>,
}

/// Which way to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Forward,
    Backward,
}

impl Session {
    pub(crate) fn set_breakpoint(
        &mut self,
        params: SetBreakpoint,
        _: &mut Outbox<'_>,
    ) -> Answer<SetBreakpointResult> {
        let SetBreakpoint { location, condition } = params;
        let sites = self.trace.sites_at(&location)?;
        if sites.is_empty() {
            return Err(Failure::command(format!(
                "the program cannot stop at line {}, column {} of {} or further on that line",
                location.line, location.column, location.source_id
            )));
        }
        if self.stops.breakpoints.len() >= MAX_BREAKPOINTS {
            return Err(Failure::command(format!(
                "no more than {MAX_BREAKPOINTS} breakpoints can be set"
            )));
        }
        let breakpoint_id = BreakpointId::from(format!("b{}", self.stops.n_set));
        self.stops.n_set += 1;
        let condition = condition.map(|condition| Rc::new(evaluate::Source::new(&condition)));
        let breakpoint = Breakpoint { sites, condition };
        self.stops.breakpoints.insert(breakpoint_id.clone(), breakpoint);
        Ok(SetBreakpointResult { breakpoint_id })
    }

    pub(crate) fn remove_breakpoint(
        &mut self,
        params: RemoveBreakpoint,
        _: &mut Outbox<'_>,
    ) -> Answer<Empty> {
        let RemoveBreakpoint { breakpoint_id } = params;
        match self.stops.breakpoints.remove(&breakpoint_id) {
            Some(_) => Ok(Empty {}),
            None => Err(Failure::command(format!("no such breakpoint: {breakpoint_id}"))),
        }
    }

    pub(crate) fn blackbox_source(&mut self, params: BlackboxSource, _: &mut Outbox<'_>) -> Answer<Empty> {
        let BlackboxSource {
            source_id,
            begin,
            end,
        } = params;
        let sites = self.trace.sites_between(&source_id, begin, end)?;
        self.stops.blackboxed.extend(sites);
        Ok(Empty {})
    }

    pub(crate) fn unblackbox_source(
        &mut self,
        params: UnblackboxSource,
        _: &mut Outbox<'_>,
    ) -> Answer<Empty> {
        let UnblackboxSource {
            source_id,
            begin,
            end,
        } = params;
        for site in self.trace.sites_between(&source_id, begin, end)? {
            self.stops.blackboxed.remove(&site);
        }
        Ok(Empty {})
    }

    pub(crate) fn find_resume_target(
        &mut self,
        params: FindResumeTarget,
        outbox: &mut Outbox<'_>,
    ) -> Answer<FindResumeTargetResult> {
        let point = self.trace.point(&params.point)?;
        self.load_all(outbox)?;
        let target = self.run_target(point, Way::Forward)?;
        Ok(FindResumeTargetResult { target })
    }

    pub(crate) fn find_rewind_target(
        &mut self,
        params: FindRewindTarget,
        outbox: &mut Outbox<'_>,
    ) -> Answer<FindRewindTargetResult> {
        let point = self.trace.point(&params.point)?;
        self.load_all(outbox)?;
        let target = self.run_target(point, Way::Backward)?;
        Ok(FindRewindTargetResult { target })
    }

    /// Where the program would stop if it ran on from a point: at a breakpoint or a `debugger` statement, else at the end.
    fn run_target(&mut self, point: Point, way: Way) -> Answer<PauseDescription> {
        let focus = self.focus_span();
        let span = match way {
            Way::Forward => Span {
                begin: Point(point.0 + 1),
                end: focus.end,
            },
            Way::Backward => Span {
                begin: focus.begin,
                end: point,
            },
        };
        let debugger_statements = self.debugger_statements()?;
        if let Some((run, reason)) = self.first_stop(span, way, &debugger_statements)? {
            let description = self.trace.describe_step_number(run.step)?;
            return Ok(describe::with_reason(description, reason));
        }
        let target = match way {
            Way::Forward => self.trace.end_target()?,
            Way::Backward => self.trace.beginning_target()?,
        };
        self.within_focus(target)
    }

    fn first_stop(
        &self,
        span: Span,
        way: Way,
        debugger_statements: &[SiteId],
    ) -> Answer<Option<(SiteRun, PauseReason)>> {
        let breakpoints = self.stops.breakpoints.values();
        let mut sites: Vec<SiteId> = breakpoints
            .flat_map(|breakpoint| &breakpoint.sites)
            .copied()
            .collect();
        sites.extend(debugger_statements);
        sites.sort_unstable();
        sites.dedup();
        sites.retain(|site| !self.stops.blackboxed.contains(site));
        let within = self.trace.chunks_of_span(span);
        let mut chunks: Vec<usize> = self
            .trace
            .chunks_of_sites(&sites)
            .range(within)
            .copied()
            .collect();
        if way == Way::Backward {
            chunks.reverse();
        }
        let mut n_conditions = 0;
        for chunk_idx in chunks {
            let mut runs = self.trace.runs(&sites, chunk_idx)?;
            runs.retain(|run| span.contains(Point::before_step(run.step)));
            if way == Way::Backward {
                runs.reverse();
            }
            for run in runs {
                if debugger_statements.binary_search(&run.site).is_ok() {
                    return Ok(Some((run, PauseReason::DebuggerStatement)));
                }
                if self.breaks_at(run, &mut n_conditions)? {
                    return Ok(Some((run, PauseReason::Breakpoint)));
                }
            }
        }
        Ok(None)
    }

    /// Whether a breakpoint stops the program at a step.
    fn breaks_at(&self, run: SiteRun, n_conditions: &mut usize) -> Answer<bool> {
        let here = |breakpoint: &&Breakpoint| breakpoint.sites.contains(&run.site);
        for breakpoint in self.stops.breakpoints.values().filter(here) {
            let Some(condition) = &breakpoint.condition else {
                return Ok(true);
            };
            *n_conditions += 1;
            if *n_conditions > MAX_CONDITIONS {
                let message =
                    format!("no condition held at {MAX_CONDITIONS} points; narrow the focus window");
                return Err(Failure::new(ErrorCode::TOO_MANY_POINTS, message));
            }
            if evaluate::condition_holds(&self.trace, Point::before_step(run.step), 0, condition)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A target, unless it lies outside the focus window.
    pub(crate) fn within_focus(&self, target: PauseDescription) -> Answer<PauseDescription> {
        let point = self.trace.parsed_point(&target.point)?;
        if self.focus_span().contains(point) {
            return Ok(target);
        }
        let message = format!("it would stop at point {point}, outside the focus window");
        Err(Failure::new(ErrorCode::RECORDING_UNLOADED, message))
    }

    fn debugger_statements(&mut self) -> Answer<Arc<[SiteId]>> {
        if let Some(sites) = &self.stops.debugger_statements {
            return Ok(sites.clone());
        }
        let sites: Arc<[SiteId]> = self.trace.debugger_statements()?.into();
        self.stops.debugger_statements = Some(sites.clone());
        Ok(sites)
    }
}

impl Trace {
    /// Places in a source from one location to another, both included.
    fn sites_between(
        &self,
        source_id: &SourceId,
        begin: Option<SourceLocation>,
        end: Option<SourceLocation>,
    ) -> Answer<Vec<SiteId>> {
        let source = self.source(source_id)?;
        let last = Position {
            line: u32::MAX,
            column: u32::MAX,
        };
        let begin = begin.map_or(Position::default(), code::position);
        let end = end.map_or(last, code::position);
        if begin > end {
            return Ok(Vec::new());
        }
        let sites = self.sites_of(source)?;
        Ok(sites.between(begin, end).iter().map(|(_, site)| *site).collect())
    }

    /// Places of `debugger` statements, ordered: statements whose text begins with that word.
    fn debugger_statements(&self) -> Answer<Vec<SiteId>> {
        let mut found = Vec::new();
        for script in self.reader.scripts() {
            // A script without its text has no statements that could be told apart.
            let Ok(text) = self.reader.text(script.id) else {
                continue;
            };
            if !text.contains("debugger") {
                continue;
            }
            let sites = self.sites_of(script.id)?;
            for (line, text) in (1..).zip(text.split('\n')) {
                for (at, word) in text.match_indices("debugger") {
                    let after = text.get(at + word.len()..).and_then(|rest| rest.chars().next());
                    let is_word =
                        !after.is_some_and(|char| char.is_alphanumeric() || "_$:.(=".contains(char));
                    let column = text.get(..at).map_or(0, |before| before.encode_utf16().count());
                    let position = Position {
                        line,
                        column: column as u32,
                    };
                    if is_word {
                        found.extend(sites.between(position, position).iter().map(|(_, site)| *site));
                    }
                }
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}
