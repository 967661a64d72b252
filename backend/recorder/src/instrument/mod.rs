//! Rewrites a script so that it reports what it does to the runtime in the page, and lists where it can stop, its
//! functions, scopes and variables.
//!
//! Text is only added, never changed: lines stay where they were, columns lead back by the list of additions, and what
//! the program does stays the same, save for what it can see of its own text. Left alone, as they are: bodies of `with`,
//! and functions that declare a name both as a function and otherwise. Texts for `eval` are rewritten so that they keep the
//! value of their last statement.

mod births;
mod expressions;
mod facts;
mod functions;
mod insertions;
mod members;
mod natives;
mod positions;
mod rewrite;
mod statements;
mod survey;

use std::sync::Arc;

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_semantic::{Scoping, SemanticBuilder};
use oxc_span::SourceType;
use oxc_syntax::symbol::{SymbolFlags, SymbolId};
use recording::{
    ids::{BindingId, FunctionId, ScopeId, SiteId},
    script::{Binding, BindingKind, Function, FunctionKind, Position, Scope, ScopeKind, Site},
};

use facts::{FunctionFact, ScopeFact, Survey};
use insertions::InsertionMap;
pub(crate) use positions::LineIndex;
use rewrite::{Rewriter, SiteFact};

/// The first free number of each kind of id. Scripts take consecutive ranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bases {
    /// Next [`SiteId`].
    pub site: u32,
    /// Next [`FunctionId`].
    pub function: u32,
    /// Next [`ScopeId`].
    pub scope: u32,
    /// Next [`BindingId`].
    pub binding: u32,
    /// Next number of an object literal, of those whose objects are told by their values alone.
    pub literal: u32,
}

impl Default for Bases {
    /// Site 0 is idleness and binding 0 is `this`.
    fn default() -> Self {
        Self {
            site: SiteId::IDLE.0 + 1,
            function: 0,
            scope: 0,
            binding: BindingId::THIS.0 + 1,
            literal: 0,
        }
    }
}

/// How a text is to be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// A classic script.
    Script,
    /// A module.
    Module,
    /// A CommonJS module of Node: the body of a function with the parameters [`WRAPPER_NAMES`].
    CommonJs,
    /// A module if it imports, exports or awaits at its top level, else a classic script.
    Either,
    /// A text given to `eval`: a classic script whose last statement's value counts.
    Eval,
}

/// What Node's wrapper around a CommonJS module gives it, as variables of its top level.
pub(crate) const WRAPPER_NAMES: [&str; 5] = ["exports", "require", "module", "__filename", "__dirname"];

/// A script's text with its probes, and the tables that say what they mean.
#[derive(Debug)]
pub struct Instrumented {
    /// The text to run.
    pub text: String,
    /// Whether it was parsed as a module.
    pub is_module: bool,
    /// Addresses it imports statically, as written.
    pub imports: Vec<String>,
    /// Where it can stop.
    pub sites: Vec<Site>,
    /// Its functions; the first is the top level.
    pub functions: Vec<Function>,
    /// Its scopes; the first is the root.
    pub scopes: Vec<Scope>,
    /// Its variables.
    pub bindings: Vec<Binding>,
    /// How many literals it has that have a number.
    pub n_literals: u32,
    /// Positions of the rewritten text to positions of the original.
    pub back: WayBack,
    /// What could not be rewritten, in words.
    pub warnings: Vec<String>,
}

/// The way from positions of a rewritten text back to the original.
#[derive(Debug)]
pub struct WayBack {
    map: InsertionMap,
    result_lines: LineIndex,
    original_lines: LineIndex,
}

impl WayBack {
    /// The original's position of a position in the rewritten text.
    pub fn original(&self, position: Position) -> Position {
        self.map
            .original_position(&self.result_lines, &self.original_lines, position)
    }

    /// The original's byte offset of one in the rewritten text.
    pub(crate) fn original_offset(&self, offset: u32) -> u32 {
        self.map.original_offset(offset)
    }
}

/// Why a script was left as it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstrumentError {
    /// The parser refused the text.
    #[error("syntax error: {message}")]
    Syntax {
        /// The parser's words.
        message: String,
    },
    /// Offsets would not fit.
    #[error("script of {n_bytes} bytes is too large")]
    TooLarge {
        /// Its size.
        n_bytes: usize,
    },
}

/// Largest text that is rewritten: offsets of the result must fit 32 bits with room to spare.
const MAX_BYTES: usize = 256 << 20;

/// Adds probes to a script. `level` is 1 (positions), 2 (also values of variables) or 3 (also changes of objects).
///
/// # Errors
/// If the text cannot be parsed or is too large; it is then to be run as it is.
pub fn instrument(
    source: &str,
    goal: Goal,
    level: u8,
    bases: Bases,
) -> Result<Instrumented, InstrumentError> {
    instrument_after("", source, goal, level, bases)
}

/// The same for a text before which other code is to run, on its first line.
pub(crate) fn instrument_after(
    prefix: &str,
    source: &str,
    goal: Goal,
    level: u8,
    bases: Bases,
) -> Result<Instrumented, InstrumentError> {
    if source.len() > MAX_BYTES {
        return Err(InstrumentError::TooLarge {
            n_bytes: source.len(),
        });
    }
    let allocator = Allocator::default();
    let source_type = match goal {
        Goal::Script | Goal::Eval => SourceType::script(),
        Goal::Module => SourceType::mjs(),
        Goal::CommonJs => SourceType::cjs(),
        Goal::Either => SourceType::unambiguous(),
    };
    let parsed = Parser::new(&allocator, source, source_type).parse();
    if parsed.panicked || !parsed.diagnostics.is_empty() {
        let message = parsed
            .diagnostics
            .first()
            .map(ToString::to_string)
            .unwrap_or_default();
        return Err(InstrumentError::Syntax { message });
    }
    let program = parsed.program;
    let is_module = program.source_type.is_module();
    let checked = SemanticBuilder::new_compiler().build(&program);
    // What the engine will refuse must not become something it takes.
    if let Some(refusal) = checked.diagnostics.first() {
        return Err(InstrumentError::Syntax {
            message: refusal.to_string(),
        });
    }
    let scoping = checked.semantic.into_scoping();
    let survey = Survey::new(&program, &scoping, is_module);
    let is_wrapped = goal == Goal::CommonJs;
    let mut rewriter = Rewriter::new(source, level, bases, &scoping, &survey);
    rewriter.is_wrapped = is_wrapped;
    rewriter.is_evaluated = goal == Goal::Eval;
    rewriter.prefix = prefix;
    rewriter.rewrite_program(&program, is_module);
    let Rewriter {
        insertions,
        sites,
        warnings,
        n_literals,
        ..
    } = rewriter;

    let (text, map) = insertions.apply(source);
    let lines = LineIndex::new(source);
    let tables = Tables {
        bases,
        level,
        lines: &lines,
        scoping: &scoping,
        survey: &survey,
        is_wrapped,
    };
    let imports = parsed
        .module_record
        .requested_modules
        .keys()
        .map(|name| name.to_string())
        .collect();
    Ok(Instrumented {
        is_module,
        imports,
        sites: tables.sites(&sites),
        functions: tables.functions(),
        scopes: tables.scopes(),
        bindings: tables.bindings(),
        n_literals,
        back: WayBack {
            map,
            result_lines: LineIndex::new(&text),
            original_lines: lines,
        },
        text,
        warnings,
    })
}

/// The tables of a script that is run as it is: a top level without sites.
pub fn untouched(source: &str, is_module: bool, bases: Bases) -> (Vec<Function>, Vec<Scope>) {
    let lines = LineIndex::new(source);
    let (start, end) = (lines.position(0), lines.position(source.len() as u32));
    let function = Function {
        name: String::new(),
        kind: FunctionKind::TopLevel,
        is_async: is_module,
        is_generator: false,
        start,
        end,
        body: start,
        parameters: Vec::new(),
        parent: None,
        scope: ScopeId(bases.scope),
    };
    let scope = Scope {
        kind: if is_module {
            ScopeKind::Module
        } else {
            ScopeKind::Script
        },
        parent: None,
        function: FunctionId(bases.function),
        start,
        end,
        bindings: Vec::new(),
        has_instances: false,
    };
    (vec![function], vec![scope])
}

/// Turns what the walks found into the recording's tables.
struct Tables<'s> {
    bases: Bases,
    level: u8,
    lines: &'s LineIndex,
    scoping: &'s Scoping,
    survey: &'s Survey,
    is_wrapped: bool,
}

impl Tables<'_> {
    fn function_id(&self, idx: usize) -> FunctionId {
        FunctionId(self.bases.function + idx as u32)
    }

    fn scope_id(&self, scope: oxc_syntax::scope::ScopeId) -> ScopeId {
        ScopeId(self.bases.scope + scope.index() as u32)
    }

    fn binding_id(&self, symbol: SymbolId) -> BindingId {
        BindingId(self.bases.binding + symbol.index() as u32)
    }

    fn sites(&self, facts: &[SiteFact]) -> Vec<Site> {
        let scopes = self.innermost_scopes(facts);
        facts
            .iter()
            .zip(scopes)
            .map(|(fact, scope)| Site {
                position: self.lines.position(fact.offset),
                function: self.function_id(fact.function),
                scope,
                kind: fact.kind,
            })
            .collect()
    }

    /// The innermost scope around each site. A statement that opens a scope stands outside of it.
    fn innermost_scopes(&self, sites: &[SiteFact]) -> Vec<ScopeId> {
        let root = self.scoping.root_scope_id();
        let mut order: Vec<usize> = (0..sites.len()).collect();
        order.sort_by_key(|&idx| sites.get(idx).map(|site| site.offset));
        let mut scopes: Vec<(usize, ScopeFact)> = self
            .survey
            .scopes
            .iter()
            .enumerate()
            .filter_map(|(idx, fact)| Some((idx, (*fact)?)))
            .collect();
        // Outer before inner where two begin together.
        scopes.sort_by_key(|(idx, fact)| (fact.span.start, std::cmp::Reverse(fact.span.end), *idx));
        let mut next_scope = scopes.into_iter().peekable();
        let mut open: Vec<(u32, ScopeId)> = Vec::new();
        let mut innermost = vec![self.scope_id(root); sites.len()];
        for site_idx in order {
            let Some(site) = sites.get(site_idx) else { continue };
            while let Some((idx, fact)) = next_scope.next_if(|(_, fact)| fact.span.start < site.offset) {
                open.retain(|&(end, _)| end > fact.span.start);
                open.push((fact.span.end, ScopeId(self.bases.scope + idx as u32)));
            }
            while open.last().is_some_and(|&(end, _)| end <= site.offset) {
                open.pop();
            }
            if let (Some(&(_, scope)), Some(slot)) = (open.last(), innermost.get_mut(site_idx)) {
                *slot = scope;
            }
        }
        innermost
    }

    fn functions(&self) -> Vec<Function> {
        let function = |fact: &FunctionFact| Function {
            name: fact.name.clone(),
            kind: fact.kind,
            is_async: fact.is_async,
            is_generator: fact.is_generator,
            start: self.lines.position(fact.span.start),
            end: self.lines.position(fact.span.end),
            body: self.lines.position(fact.body_start),
            parameters: fact
                .parameters
                .iter()
                .map(|(symbol, _)| self.binding_id(*symbol))
                .collect(),
            parent: fact.parent.map(|idx| self.function_id(idx)),
            scope: self.scope_id(fact.scope),
        };
        self.survey.functions.iter().map(function).collect()
    }

    fn scopes(&self) -> Vec<Scope> {
        let mut scopes: Vec<Scope> = self
            .scoping
            .scope_descendants_from_root()
            .map(|scope| {
                let fact = self.survey.scopes.get(scope.index()).copied().flatten();
                let span = fact.map(|fact| fact.span).unwrap_or_default();
                Scope {
                    kind: fact.map_or(ScopeKind::Block, |fact| fact.kind),
                    parent: self
                        .scoping
                        .scope_parent_id(scope)
                        .map(|parent| self.scope_id(parent)),
                    function: self.function_id(fact.map_or(0, |fact| fact.function)),
                    start: self.lines.position(span.start),
                    end: self.lines.position(span.end),
                    bindings: Vec::new(),
                    has_instances: self.level >= 2 && self.survey.instance_scopes.contains(&scope),
                }
            })
            .collect();
        let is_idle = |symbol: &SymbolId| self.survey.idle_names.contains(symbol);
        for symbol in self.scoping.symbol_ids().filter(|symbol| !is_idle(symbol)) {
            if let Some(scope) = scopes.get_mut(self.scoping.symbol_scope_id(symbol).index()) {
                scope.bindings.push(self.binding_id(symbol));
            }
        }
        if let (true, Some(root)) = (self.is_wrapped, scopes.first_mut()) {
            root.kind = ScopeKind::Module;
            for (idx, name) in WRAPPER_NAMES.iter().enumerate() {
                // A variable of that name is the parameter itself.
                if self.scoping.get_root_binding((*name).into()).is_none() {
                    root.bindings.push(self.wrapper_binding(idx));
                }
            }
        }
        scopes
    }

    fn wrapper_binding(&self, idx: usize) -> BindingId {
        BindingId(self.bases.binding + (self.scoping.symbols_len() + idx) as u32)
    }

    fn bindings(&self) -> Vec<Binding> {
        let n_wrapper_names = if self.is_wrapped { WRAPPER_NAMES.len() } else { 0 };
        let wrapper = WRAPPER_NAMES.iter().take(n_wrapper_names).map(|name| Binding {
            name: Arc::from(*name),
            kind: BindingKind::Parameter,
            scope: self.scope_id(self.scoping.root_scope_id()),
            position: Position { line: 1, column: 0 },
        });
        self.scoping
            .symbol_ids()
            .map(|symbol| Binding {
                name: Arc::from(self.scoping.symbol_name(symbol)),
                kind: self.binding_kind(symbol),
                scope: self.scope_id(self.scoping.symbol_scope_id(symbol)),
                position: self.lines.position(self.scoping.symbol_span(symbol).start),
            })
            .chain(wrapper)
            .collect()
    }

    fn binding_kind(&self, symbol: SymbolId) -> BindingKind {
        let flags = self.scoping.symbol_flags(symbol);
        if self.survey.parameters.contains(&symbol) {
            BindingKind::Parameter
        } else if flags.is_import() {
            BindingKind::Import
        } else if flags.is_catch_variable() {
            BindingKind::Catch
        } else if flags.is_class() {
            BindingKind::Class
        } else if flags.is_function() {
            BindingKind::Function
        } else if flags.is_const_variable() {
            BindingKind::Const
        } else if flags.contains(SymbolFlags::BlockScopedVariable) {
            BindingKind::Let
        } else {
            BindingKind::Var
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails where it stands"
)]
mod tests;
