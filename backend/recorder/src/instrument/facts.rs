//! What is known of a script's functions and scopes before anything is inserted.

use std::collections::HashSet;

use oxc_ast::ast::Expression;
use oxc_semantic::Scoping;
use oxc_span::Span;
use oxc_syntax::{scope::ScopeId, symbol::SymbolId};
use recording::script::{FunctionKind, ScopeKind};

/// What the second walk and the script's tables need to know.
pub(super) struct Survey {
    /// In the order of the text; the first is the top level.
    pub(super) functions: Vec<FunctionFact>,
    /// By scope index; None for scopes no JavaScript construct opens.
    pub(super) scopes: Vec<Option<ScopeFact>>,
    /// By scope index: the nearest scope at or around it that is a function's, a static block's or the root.
    pub(super) function_scopes: Vec<ScopeId>,
    /// Block scopes whose variables closures capture: each run of them is an instance of its own.
    pub(super) instance_scopes: HashSet<ScopeId>,
    /// Variables that are parameters.
    pub(super) parameters: HashSet<SymbolId>,
    /// Names that functions and classes have within themselves and never use: nothing is written to them.
    pub(super) idle_names: HashSet<SymbolId>,
}

/// A function as the text has it; offsets in bytes.
pub(super) struct FunctionFact {
    pub(super) name: String,
    pub(super) kind: FunctionKind,
    pub(super) is_async: bool,
    pub(super) is_generator: bool,
    pub(super) span: Span,
    pub(super) body_start: u32,
    /// What its parameters bind, in order.
    pub(super) parameters: Vec<(SymbolId, String)>,
    pub(super) parent: Option<usize>,
    pub(super) scope: ScopeId,
    /// Whether `this` is looked at at its entry: it is used within, or it is an arrow of a field initialiser, which
    /// has no frame to take it from.
    pub(super) logs_this: bool,
    pub(super) is_derived_constructor: bool,
    /// The name of a named function expression that is used within it.
    pub(super) own_name: Option<(SymbolId, String)>,
    /// A function that cannot hold a `try` around its body (`var f; function f() {}` in one body): it and what is in
    /// it stay as they are.
    pub(super) is_left_alone: bool,
}

#[derive(Clone, Copy)]
pub(super) struct ScopeFact {
    pub(super) kind: ScopeKind,
    pub(super) span: Span,
    pub(super) function: usize,
}

impl Survey {
    pub(super) fn function_scope(&self, scope: ScopeId, root: ScopeId) -> ScopeId {
        self.function_scopes.get(scope.index()).copied().unwrap_or(root)
    }

    pub(super) fn find_instance_scopes(&mut self, scoping: &Scoping) {
        let root = scoping.root_scope_id();
        for symbol in scoping.symbol_ids() {
            let scope = scoping.symbol_scope_id(symbol);
            let function_scope = self.function_scope(scope, root);
            let flags = scoping.symbol_flags(symbol);
            // Classes and functions of a block are made once per run of it and rarely differ: they stay in the frame.
            if scope == function_scope || flags.is_class() || flags.is_function() {
                continue;
            }
            let is_captured = scoping
                .get_resolved_references(symbol)
                .any(|reference| self.function_scope(reference.scope_id(), root) != function_scope);
            if is_captured {
                self.instance_scopes.insert(scope);
            }
        }
    }
}

/// Scopes that declare a function under a name they declare twice.
pub(super) fn scopes_that_redeclare_functions(scoping: &Scoping) -> HashSet<ScopeId> {
    scoping
        .symbol_ids()
        .filter(|&symbol| {
            !scoping.symbol_redeclarations(symbol).is_empty() && scoping.symbol_flags(symbol).is_function()
        })
        .map(|symbol| scoping.symbol_scope_id(symbol))
        .collect()
}

/// Whether an expression takes its name from what it is assigned to.
pub(super) fn is_anonymous_function(expression: &Expression<'_>) -> bool {
    match expression {
        Expression::ParenthesizedExpression(inner) => is_anonymous_function(&inner.expression),
        Expression::FunctionExpression(function) => function.id.is_none(),
        Expression::ArrowFunctionExpression(_) => true,
        Expression::ClassExpression(class) => class.id.is_none(),
        _ => false,
    }
}
