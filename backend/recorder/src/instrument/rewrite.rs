//! The second walk: adds probes. Here is what all of it shares: sites, frames, who owns a variable. `statements.rs`,
//! `functions.rs`, `members.rs` add the probes of their kind; `expressions.rs` sends each node to one of them.
//!
//! Text is only ever added, so lines stay where they were. A function body becomes
//! `{ const _$f2 = _$e1(fid, parent, this, a); try { _$s(7); … _$n() } finally { _$l() } }`; what the probes mean stands in
//! `runtime/runtime.js`, which defines them.

use oxc_ast::ast::{Declaration, ExportDefaultDeclarationKind, Function as FunctionNode, Program, Statement};
use oxc_semantic::Scoping;
use oxc_span::{GetSpan, Span};
use oxc_syntax::{scope::ScopeId, symbol::SymbolId};
use recording::script::SiteKind;

use super::{Bases, WRAPPER_NAMES, facts::Survey, insertions::Insertions};

/// A site as the walk found it.
pub(super) struct SiteFact {
    pub(super) offset: u32,
    pub(super) function: usize,
    pub(super) kind: SiteKind,
}

/// The function the walk is in, and what its prologue has to declare.
pub(super) struct Frame {
    /// Index into the survey's functions.
    pub(super) function: usize,
    pub(super) depth: usize,
    /// None in a field initialiser, which has no variables of its own.
    pub(super) scope: Option<ScopeId>,
    /// Code that runs under another frame than the one it is written in: parameter defaults (before the function's
    /// frame exists) and field initialisers.
    pub(super) is_absent: bool,
    pub(super) can_suspend: bool,
    /// Whether its serial number is needed by name, as `_$f<depth>`.
    pub(super) is_named: bool,
    /// Whether it declares `_$t`. Frames without a body of their own use the global one.
    pub(super) uses_temporary: bool,
    pub(super) n_slots: usize,
    pub(super) next_slot: usize,
}

pub(super) struct Rewriter<'s> {
    pub(super) source: &'s str,
    pub(super) level: u8,
    pub(super) bases: Bases,
    pub(super) scoping: &'s Scoping,
    pub(super) survey: &'s Survey,
    pub(super) root: ScopeId,
    pub(super) insertions: Insertions,
    /// Object literals with a number, so far.
    pub(super) n_literals: u32,
    pub(super) sites: Vec<SiteFact>,
    pub(super) frames: Vec<Frame>,
    pub(super) warnings: Vec<String>,
    /// Whether the walk is among the targets of a pattern that is assigned to.
    pub(super) is_in_pattern: bool,
    /// Of the classes around the walk, whether their objects have fields.
    pub(super) classes_with_fields: Vec<bool>,
    /// Scopes whose instance begins later than where the walk is, though it is within them: heads of loops.
    pub(super) unopened: Vec<ScopeId>,
    /// Whether the text is given to `eval`, which gives the value of its last statement.
    pub(super) is_evaluated: bool,
    /// What runs before the program.
    pub(super) prefix: &'s str,
    /// Whether the text is the body of Node's wrapper function.
    pub(super) is_wrapped: bool,
    /// The objects and keys of such targets, by the names that keep them.
    pub(super) pattern_members: Vec<(String, String)>,
}

/// Where a variable lives, seen from the code that writes it.
enum Owner {
    /// The frame on top of the stack, or nobody's (top-level variables).
    Implied,
    /// An instance known by name.
    Named(String),
    /// Not to be known from here.
    Hidden,
}

impl<'s> Rewriter<'s> {
    pub(super) fn new(
        source: &'s str,
        level: u8,
        bases: Bases,
        scoping: &'s Scoping,
        survey: &'s Survey,
    ) -> Self {
        Self {
            source,
            level,
            bases,
            scoping,
            survey,
            root: scoping.root_scope_id(),
            insertions: Insertions::default(),
            n_literals: 0,
            sites: Vec::new(),
            frames: Vec::new(),
            warnings: Vec::new(),
            is_in_pattern: false,
            is_evaluated: false,
            prefix: "",
            classes_with_fields: Vec::new(),
            unopened: Vec::new(),
            is_wrapped: false,
            pattern_members: Vec::new(),
        }
    }

    pub(super) fn rewrite_program(&mut self, program: &Program<'_>, is_module: bool) {
        let function_id = self.bases.function;
        self.frames.push(Frame {
            function: 0,
            depth: 0,
            scope: Some(self.root),
            is_absent: false,
            can_suspend: is_module,
            is_named: is_module,
            uses_temporary: false,
            n_slots: 0,
            next_slot: 0,
        });
        let hashbang_end = program.hashbang.as_ref().map(|hashbang| hashbang.span.end);
        let (start, separator) = match (program.directives.last(), hashbang_end) {
            (Some(directive), _) => (directive.span.end, ";"),
            (None, Some(end)) => (end, "\n"),
            // Not before a comment: `-->` is one only where a line begins.
            (None, None) => match program.body.first() {
                Some(first) => (first.span().start, ""),
                None if self.prefix.is_empty() => return,
                None => (0, ""),
            },
        };
        let enter = if self.level >= 2 {
            let this = if self.is_wrapped { "this" } else { "_$un" };
            format!("_$e0({function_id},0,{this});{}", self.log_wrapper_names())
        } else {
            format!("_$e({function_id});")
        };
        let name = match (is_module, self.is_evaluated) {
            (true, _) => "const _$f0=",
            (false, true) => "var _$t=",
            (false, false) => "",
        };
        let hoisted = self.hoisted(&program.body);
        let prefix = self.prefix;
        // In a block the functions of a text for `eval` would be other variables.
        let is_guarded = self.is_evaluated && !program.body.iter().any(|it| declared_function(it).is_some());
        let open = if is_guarded { "try{" } else { "" };
        self.insertions
            .add(start, format!("{separator}{prefix}{name}{enter}{open}{hoisted}"));
        self.statements(&program.body);
        // A comment on the last line would swallow the probe.
        let last_line = self.source.rsplit('\n').next().unwrap_or_default();
        let line_break = if ["//", "<!--", "-->"].iter().any(|mark| last_line.contains(mark)) {
            "\n"
        } else {
            ""
        };
        let end = if self.level >= 2 { "_$n();" } else { "" };
        let end = if self.is_evaluated && !end.is_empty() {
            "var _$t=_$n();"
        } else {
            end
        };
        let leave = match (is_module, is_guarded, self.is_evaluated) {
            (true, ..) => "_$lf(_$f0);",
            (_, true, _) => "}finally{_$l()}",
            (_, _, true) => "var _$t=_$l();",
            _ => "_$l();",
        };
        self.insertions
            .add(self.source.len() as u32, format!("{line_break};{end}{leave}"));
    }

    /// Notes, once, something that is left as it is.
    pub(super) fn warn(&mut self, warning: &str) {
        if !self.warnings.iter().any(|noted| noted == warning) {
            self.warnings.push(warning.to_owned());
        }
    }

    // Sites, frames, variables

    pub(super) fn probe(&mut self, span: Span, kind: SiteKind) -> String {
        let function = self.frame().map_or(0, |frame| frame.function);
        let id = self.bases.site + self.sites.len() as u32;
        self.sites.push(SiteFact {
            offset: span.start,
            function,
            kind,
        });
        format!("_$s({id})")
    }

    pub(super) fn frame(&self) -> Option<&Frame> {
        self.frames.last()
    }

    pub(super) fn frame_mut(&mut self) -> Option<&mut Frame> {
        self.frames.last_mut()
    }

    /// Walks code that stands within a scope, before its instance is opened.
    pub(super) fn before_instance(
        &mut self,
        scopes: impl IntoIterator<Item = ScopeId>,
        walk: impl FnOnce(&mut Self),
    ) {
        let n_unopened = self.unopened.len();
        self.unopened.extend(scopes);
        walk(self);
        self.unopened.truncate(n_unopened);
    }

    /// The name of the current frame's serial number.
    pub(super) fn frame_name(&mut self) -> String {
        match self.frames.last_mut() {
            Some(frame) => {
                frame.is_named = true;
                format!("_$f{}", frame.depth)
            }
            None => "0".to_owned(),
        }
    }

    /// Whether the function the walk is in is `async`.
    pub(super) fn is_async(&self) -> bool {
        let fact = self
            .frame()
            .and_then(|frame| self.survey.functions.get(frame.function));
        fact.is_some_and(|fact| fact.is_async)
    }

    pub(super) fn can_suspend(&self) -> bool {
        self.frame().is_some_and(|frame| frame.can_suspend)
    }

    pub(super) fn is_instance(&self, scope: ScopeId) -> bool {
        self.level >= 2 && self.survey.instance_scopes.contains(&scope)
    }

    fn owner(&mut self, symbol: SymbolId) -> Owner {
        let scope = self.scoping.symbol_scope_id(symbol);
        if self.is_instance(scope) {
            if self.unopened.contains(&scope) {
                return Owner::Hidden;
            }
            return Owner::Named(format!("_$b{}", scope.index()));
        }
        let function_scope = self.survey.function_scope(scope, self.root);
        if function_scope == self.root {
            return Owner::Implied;
        }
        let innermost = self.frames.len().saturating_sub(1);
        for (idx, frame) in self.frames.iter_mut().enumerate().rev() {
            if frame.scope != Some(function_scope) {
                continue;
            }
            if frame.is_absent {
                return Owner::Hidden;
            }
            if idx == innermost {
                return Owner::Implied;
            }
            frame.is_named = true;
            return Owner::Named(format!("_$f{}", frame.depth));
        }
        Owner::Hidden
    }

    /// The innermost instance visible from a scope, for what is nested in it; `0` for none.
    pub(super) fn visible_instance(&mut self, scope: Option<ScopeId>) -> String {
        let mut next = scope;
        while let Some(scope) = next {
            if self.is_instance(scope) && !self.unopened.contains(&scope) {
                return format!("_$b{}", scope.index());
            }
            let frame = self
                .frames
                .iter_mut()
                .rev()
                .find(|frame| frame.scope == Some(scope) && !frame.is_absent);
            if let Some(frame) = frame {
                if frame.depth == 0 {
                    break;
                }
                frame.is_named = true;
                return format!("_$f{}", frame.depth);
            }
            next = self.scoping.scope_parent_id(scope);
        }
        "0".to_owned()
    }

    pub(super) fn binding(&self, symbol: SymbolId) -> u32 {
        self.bases.binding + symbol.index() as u32
    }

    /// What goes before an expression whose value a variable takes; `)` goes after it.
    pub(super) fn open_write(&mut self, symbol: SymbolId) -> Option<String> {
        let binding = self.binding(symbol);
        match self.owner(symbol) {
            _ if self.level < 2 => None,
            Owner::Implied => Some(format!("_$w({binding},")),
            Owner::Named(owner) => Some(format!("_$wo({binding},{owner},")),
            Owner::Hidden => None,
        }
    }

    /// A call that logs the value a variable now has.
    pub(super) fn log_variable(&mut self, symbol: SymbolId) -> Option<String> {
        let open = self.open_write(symbol)?;
        Some(format!("{open}{})", self.scoping.symbol_name(symbol)))
    }

    /// The same for several, each followed by `;`.
    pub(super) fn log_variables(&mut self, symbols: impl IntoIterator<Item = SymbolId>) -> String {
        let mut code = String::new();
        for symbol in symbols {
            if let Some(log) = self.log_variable(symbol) {
                code.push_str(&self.effect(&log));
            }
        }
        code
    }

    /// What `open_write` is for a parameter of the wrapper that the script does not declare itself.
    pub(super) fn open_wrapper_write(&self, name: &str) -> Option<String> {
        let idx = WRAPPER_NAMES
            .iter()
            .position(|wrapper_name| *wrapper_name == name)?;
        let is_own =
            self.is_wrapped && self.level >= 2 && self.scoping.get_root_binding(name.into()).is_none();
        let binding = self.bases.binding as usize + self.scoping.symbols_len() + idx;
        is_own.then(|| format!("_$w({binding},"))
    }

    fn log_wrapper_names(&self) -> String {
        WRAPPER_NAMES
            .iter()
            .filter_map(|name| Some(format!("{}{name});", self.open_wrapper_write(name)?)))
            .collect()
    }

    /// An expression as a statement, with its `;`. Where the value of the last statement counts, it has none.
    pub(super) fn effect(&self, expression: &str) -> String {
        if self.is_evaluated && self.frames.len() == 1 {
            format!("var _$t={expression};")
        } else {
            format!("{expression};")
        }
    }

    /// Logs of the functions a list of statements declares: they have their values before the first statement runs.
    pub(super) fn hoisted(&mut self, statements: &[Statement<'_>]) -> String {
        let symbols: Vec<_> = statements
            .iter()
            .filter_map(|statement| declared_function(statement)?.id.as_ref()?.symbol_id.get())
            .collect();
        self.log_variables(symbols)
    }

    /// Opens an instance of a block scope, if it has any.
    pub(super) fn open_instance(&mut self, scope: Option<ScopeId>) -> String {
        let Some(scope) = scope.filter(|&scope| self.is_instance(scope)) else {
            return String::new();
        };
        let parent = self.visible_instance(self.scoping.scope_parent_id(scope));
        format!(
            "const _$b{}=_$nb({},{parent});",
            scope.index(),
            self.bases.scope as usize + scope.index()
        )
    }
}

/// The function a statement declares, exported or not.
pub(super) fn declared_function<'b, 'a>(statement: &'b Statement<'a>) -> Option<&'b FunctionNode<'a>> {
    match statement {
        Statement::FunctionDeclaration(function) => Some(function),
        Statement::ExportDeclaration(export) => match &export.declaration {
            Declaration::FunctionDeclaration(function) => Some(function),
            _ => None,
        },
        Statement::ExportDefaultDeclaration(export) => match &export.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => Some(function),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn bound_symbols(pattern: &oxc_ast::ast::BindingPattern<'_>) -> Vec<SymbolId> {
    pattern
        .get_binding_identifiers()
        .iter()
        .filter_map(|identifier| identifier.symbol_id.get())
        .collect()
}
