//! The program's text as the protocol speaks of it: sources, locations, and the sites where the program can stop.

use std::sync::Arc;

use recording::{
    error::ReadError,
    ids::{FunctionId, ScopeId, ScriptId, SiteId},
    script::{Binding, Function, Position, Scope, Script, Site},
};
use wire::{debugger::SourceLocation, ids::SourceId};

use crate::trace::Trace;

/// Places of one source where the program can stop, by position.
pub(crate) struct SiteTable {
    /// Ordered by position.
    rows: Vec<(Position, SiteId)>,
}

impl SiteTable {
    /// Sites by where they lie in some source.
    pub(crate) fn new(mut rows: Vec<(Position, SiteId)>) -> Self {
        rows.sort();
        Self { rows }
    }

    /// The sites of a script, where they lie in it.
    pub(crate) fn of_script(script: &Script) -> Self {
        let ids = (script.first_site.0..).map(SiteId);
        let sites = script.sites.iter().zip(ids);
        Self::new(sites.map(|(site, id)| (site.position, id)).collect())
    }

    /// Sites between two positions, both included.
    pub(crate) fn between(&self, begin: Position, end: Position) -> &[(Position, SiteId)] {
        let first = self.rows.partition_point(|(position, _)| *position < begin);
        let after = self.rows.partition_point(|(position, _)| *position <= end);
        self.rows.get(first..after).unwrap_or_default()
    }

    /// Sites at a position; if there are none, those at the next position of its line that has any.
    pub(crate) fn at(&self, position: Position) -> &[(Position, SiteId)] {
        let rest = self.between(
            position,
            Position {
                line: position.line,
                column: u32::MAX,
            },
        );
        let Some((first, _)) = rest.first() else {
            return rest;
        };
        self.between(*first, *first)
    }
}

impl Trace {
    /// The script a site lies in.
    pub(crate) fn script_of_site(&self, site: SiteId) -> Result<Option<Arc<Script>>, ReadError> {
        self.reader
            .script_of_site(site)
            .map(|script| self.reader.script(script))
            .transpose()
    }

    /// The script a function lies in.
    pub(crate) fn script_of_function(&self, function: FunctionId) -> Result<Option<Arc<Script>>, ReadError> {
        self.reader
            .script_of_function(function)
            .map(|script| self.reader.script(script))
            .transpose()
    }

    /// The script a scope lies in.
    pub(crate) fn script_of_scope(&self, scope: ScopeId) -> Result<Option<Arc<Script>>, ReadError> {
        self.reader
            .script_of_scope(scope)
            .map(|script| self.reader.script(script))
            .transpose()
    }

    /// The script a source stands for, if there is one.
    pub(crate) fn script_of_source(&self, source: &SourceId) -> Option<ScriptId> {
        let digits = source.as_str().strip_prefix('s')?;
        let script = ScriptId(digits.parse().ok()?);
        // Only as it was sent: no sign, no leading zeros.
        (self.reader.script_info(script).is_some() && source_id(script) == *source).then_some(script)
    }
}

/// The source that stands for a script.
pub(crate) fn source_id(script: ScriptId) -> SourceId {
    SourceId::from(format!("s{}", script.0))
}

/// A position as a recording has it.
pub(crate) fn position(location: SourceLocation) -> Position {
    Position {
        line: location.line,
        column: location.column,
    }
}

/// A site of this script.
pub(crate) fn site(script: &Script, site: SiteId) -> Option<&Site> {
    script
        .sites
        .get(site.0.checked_sub(script.first_site.0)? as usize)
}

/// A function of this script.
pub(crate) fn function(script: &Script, function: FunctionId) -> Option<&Function> {
    script
        .functions
        .get(function.0.checked_sub(script.first_function.0)? as usize)
}

/// A scope of this script.
pub(crate) fn scope(script: &Script, scope: ScopeId) -> Option<&Scope> {
    script
        .scopes
        .get(scope.0.checked_sub(script.first_scope.0)? as usize)
}

/// A variable of this script.
pub(crate) fn binding(script: &Script, binding: recording::ids::BindingId) -> Option<&Binding> {
    script
        .bindings
        .get(binding.0.checked_sub(script.first_binding.0)? as usize)
}

/// A scope and those around it, innermost first.
pub(crate) fn scopes_outward(script: &Script, innermost: ScopeId) -> impl Iterator<Item = (ScopeId, &Scope)> {
    let with_id = |id: ScopeId| Some((id, scope(script, id)?));
    // Parents stand before children in the table, so a damaged one cannot run in circles.
    std::iter::successors(with_id(innermost), move |(id, scope)| {
        scope.parent.filter(|parent| parent < id).and_then(with_id)
    })
}
