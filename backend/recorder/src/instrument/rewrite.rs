//! The second walk: adds probes to statements, functions and blocks. `expressions.rs` continues it inside expressions.
//!
//! Text is only ever added, so lines stay where they were. A function body becomes
//! `{ const _$f2 = _$e1(fid, parent, this, a); try { _$s(7); … _$n() } finally { _$l() } }`; what the probes mean stands in
//! `runtime/runtime.js`, which defines them.

use std::collections::HashSet;
use std::fmt::Write as _;

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, BlockStatement, CatchClause, Class, ClassElement,
    Declaration, ExportDefaultDeclarationKind, Expression, ForStatement, ForStatementInit, ForStatementLeft,
    FormalParameters, Function as FunctionNode, MethodDefinitionKind, Program, PropertyDefinition, Statement,
    StaticBlock, SwitchStatement, TryStatement, VariableDeclaration, VariableDeclarationKind,
};
use oxc_ast_visit::Visit;
use oxc_semantic::Scoping;
use oxc_span::{GetSpan, Span};
use oxc_syntax::{scope::ScopeId, symbol::SymbolId};
use recording::script::SiteKind;

use super::{
    Bases,
    insertions::Insertions,
    survey::{Survey, is_anonymous_function},
};

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
    pub(super) sites: Vec<SiteFact>,
    pub(super) frames: Vec<Frame>,
    pub(super) warnings: Vec<String>,
    /// Whether the walk is among the targets of a pattern that is assigned to.
    pub(super) is_in_pattern: bool,
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
            sites: Vec::new(),
            frames: Vec::new(),
            warnings: Vec::new(),
            is_in_pattern: false,
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
            (None, None) => (0, ""),
        };
        let enter = if self.level >= 2 {
            format!("_$e0({function_id},0,_$un);")
        } else {
            format!("_$e({function_id});")
        };
        let name = if is_module { "const _$f0=" } else { "" };
        let hoisted = self.hoisted(&program.body);
        self.insertions
            .add(start, format!("{separator}{name}{enter}{hoisted}"));
        self.statements(&program.body);
        // A comment on the last line would swallow the probe.
        let last_line = self.source.rsplit('\n').next().unwrap_or_default();
        let line_break = if ["//", "<!--", "-->"].iter().any(|mark| last_line.contains(mark)) {
            "\n"
        } else {
            ""
        };
        let leave = if is_module { "_$lf(_$f0)" } else { "_$l()" };
        self.insertions
            .add(self.source.len() as u32, format!("{line_break};{leave};"));
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

    pub(super) fn can_suspend(&self) -> bool {
        self.frame().is_some_and(|frame| frame.can_suspend)
    }

    pub(super) fn is_instance(&self, scope: ScopeId) -> bool {
        self.level >= 2 && self.survey.instance_scopes.contains(&scope)
    }

    fn owner(&mut self, symbol: SymbolId) -> Owner {
        let scope = self.scoping.symbol_scope_id(symbol);
        if self.is_instance(scope) {
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
    fn visible_instance(&mut self, scope: Option<ScopeId>) -> String {
        let mut next = scope;
        while let Some(scope) = next {
            if self.is_instance(scope) {
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
    fn log_variables(&mut self, symbols: impl IntoIterator<Item = SymbolId>) -> String {
        let mut code = String::new();
        for symbol in symbols {
            if let Some(log) = self.log_variable(symbol) {
                code.push_str(&log);
                code.push(';');
            }
        }
        code
    }

    /// Logs of the functions a list of statements declares: they have their values before the first statement runs.
    fn hoisted(&mut self, statements: &[Statement<'_>]) -> String {
        let symbols: Vec<_> = statements
            .iter()
            .filter_map(|statement| declared_function(statement)?.id.as_ref()?.symbol_id.get())
            .collect();
        self.log_variables(symbols)
    }

    /// Opens an instance of a block scope, if it has any.
    fn open_instance(&mut self, scope: Option<ScopeId>) -> String {
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

    // Statements

    pub(super) fn statements(&mut self, statements: &[Statement<'_>]) {
        for statement in statements {
            self.statement(statement, true);
        }
    }

    /// A statement with its probe; one that is not in a list (`if (a) b`) is put in braces.
    fn statement(&mut self, statement: &Statement<'_>, is_in_list: bool) {
        if declared_function(statement).is_some() {
            return self.visit_statement(statement);
        }
        match statement {
            Statement::ImportDeclaration(_)
            | Statement::ExportAllDeclaration(_)
            | Statement::ExportNamedDeclaration(_)
            | Statement::ExportFromDeclaration(_) => return,
            Statement::EmptyStatement(_) if is_in_list => return,
            Statement::BlockStatement(block) => return self.block(block, String::new()),
            _ => {}
        }
        let span = statement.span();
        let probe = self.probe(span, SiteKind::Statement);
        let mut before = format!("{probe};");
        let mut after = String::new();
        match unlabelled(statement) {
            Statement::ReturnStatement(node) if node.argument.is_none() && self.level >= 2 => {
                before.push_str("_$n();");
            }
            Statement::SwitchStatement(node) => before.push_str(&self.open_instance(node.scope_id.get())),
            // The loop may end while its frame is suspended.
            Statement::ForOfStatement(node) if node.r#await => {
                after = format!("_$cf({});", self.frame_name());
            }
            _ => {}
        }
        if !is_in_list {
            before.insert(0, '{');
        }
        self.insertions.add(span.start, before);
        self.visit_statement(statement);
        match statement {
            Statement::VariableDeclaration(declaration) => after = self.after_declaration(declaration),
            Statement::ClassDeclaration(class) => after = self.after_class(class),
            Statement::ExportDeclaration(export) => match &export.declaration {
                Declaration::VariableDeclaration(declaration) => after = self.after_declaration(declaration),
                Declaration::ClassDeclaration(class) => after = self.after_class(class),
                _ => {}
            },
            Statement::ExportDefaultDeclaration(export) => {
                if let ExportDefaultDeclarationKind::ClassDeclaration(class) = &export.declaration {
                    after = self.after_class(class);
                }
            }
            _ => {}
        }
        if !after.is_empty() {
            after.insert(0, ';');
        }
        if !is_in_list {
            after.push('}');
        }
        self.insertions.add(span.end, after);
    }

    fn after_class(&mut self, class: &Class<'_>) -> String {
        let symbol = class.id.as_ref().and_then(|id| id.symbol_id.get());
        self.log_variables(symbol)
    }

    /// Logs what a declaration bound and its initialisers could not log themselves.
    fn after_declaration(&mut self, declaration: &VariableDeclaration<'_>) -> String {
        let symbols: Vec<_> = symbols_logged_after(declaration).collect();
        self.log_variables(symbols)
    }

    pub(super) fn block(&mut self, block: &BlockStatement<'_>, first: String) {
        let instance = self.open_instance(block.scope_id.get());
        let hoisted = self.hoisted(&block.body);
        self.insertions
            .add(block.span.start + 1, format!("{first}{instance}{hoisted}"));
        self.statements(&block.body);
    }

    /// The body of a loop, with code at its start.
    fn loop_body(&mut self, body: &Statement<'_>, first: String, last: &str) {
        match body {
            Statement::BlockStatement(block) => {
                self.block(block, first);
                self.insertions.add(block.span.end - 1, last);
            }
            _ if first.is_empty() && last.is_empty() => self.statement(body, false),
            _ => {
                self.insertions.add(body.span().start, format!("{{{first}"));
                self.statement(body, true);
                self.insertions.add(body.span().end, format!(";{last}}}"));
            }
        }
    }

    pub(super) fn loop_test(&mut self, test: &Expression<'_>) {
        let probe = self.probe(test.span(), SiteKind::LoopTest);
        self.insertions.add(test.span().start, format!("{probe},("));
        self.visit_expression(test);
        self.insertions.add(test.span().end, ")");
    }

    pub(super) fn while_loop(&mut self, test: &Expression<'_>, body: &Statement<'_>) {
        self.loop_test(test);
        self.loop_body(body, String::new(), "");
    }

    pub(super) fn do_while_loop(&mut self, body: &Statement<'_>, test: &Expression<'_>) {
        self.loop_body(body, String::new(), "");
        self.loop_test(test);
    }

    pub(super) fn for_loop(&mut self, it: &ForStatement<'_>) {
        let instance = it.scope_id.get().filter(|&scope| self.is_instance(scope));
        let mut is_let = false;
        match &it.init {
            Some(ForStatementInit::VariableDeclaration(declaration)) => {
                is_let = declaration.kind == VariableDeclarationKind::Let;
                if let (Some(scope), Some(first)) = (instance, declaration.declarations.first()) {
                    let parent = self.visible_instance(self.scoping.scope_parent_id(scope));
                    let scope_id = self.bases.scope as usize + scope.index();
                    self.insertions.add(
                        first.span.start,
                        format!("_$b{}=_$nb({scope_id},{parent}),", scope.index()),
                    );
                }
                self.visit_variable_declaration(declaration);
                self.log_for_head(declaration);
            }
            Some(init) => {
                if let Some(expression) = init.as_expression() {
                    self.unused_expression(expression);
                }
            }
            None => {}
        }
        if let Some(test) = &it.test {
            self.loop_test(test);
        }
        if let Some(update) = &it.update {
            let span = update.span();
            // Each iteration has variables of its own, which begin as copies.
            if let (Some(scope), true) = (instance, is_let) {
                let (idx, id) = (scope.index(), self.bases.scope as usize + scope.index());
                self.insertions
                    .add(span.start, format!("_$b{idx}=_$nc({id},_$b{idx}),"));
            }
            let probe = self.probe(span, SiteKind::LoopUpdate);
            self.insertions.add(span.start, format!("{probe},("));
            self.unused_expression(update);
            self.insertions.add(span.end, ")");
        }
        self.loop_body(&it.body, String::new(), "");
    }

    /// In the head of a `for` no statement can follow the declaration: one more declarator logs.
    fn log_for_head(&mut self, declaration: &VariableDeclaration<'_>) {
        let symbols: Vec<_> = symbols_logged_after(declaration).collect();
        let logs: Vec<_> = symbols
            .into_iter()
            .filter_map(|symbol| self.log_variable(symbol))
            .collect();
        if logs.is_empty() {
            return;
        }
        let name = if declaration.kind == VariableDeclarationKind::Var {
            "_$t"
        } else {
            "_$d"
        };
        self.insertions
            .add(declaration.span.end, format!(",{name}=({})", logs.join(",")));
    }

    pub(super) fn for_each_loop(
        &mut self,
        left: &ForStatementLeft<'_>,
        scope: Option<ScopeId>,
        body: &Statement<'_>,
        is_await: bool,
    ) {
        // The frame must be back on the stack before it writes.
        let mut first = if is_await {
            format!("_$cf({});", self.frame_name())
        } else {
            String::new()
        };
        let mut last = String::new();
        if let ForStatementLeft::VariableDeclaration(declaration) = left {
            for declarator in &declaration.declarations {
                self.visit_binding_pattern(&declarator.id);
            }
        }
        if self.level >= 2 {
            let symbols: Vec<_> = match left {
                ForStatementLeft::VariableDeclaration(declaration) => declaration
                    .declarations
                    .iter()
                    .flat_map(|declarator| bound_symbols(&declarator.id))
                    .collect(),
                left => left
                    .as_assignment_target()
                    .map(|target| self.assigned_symbols(target))
                    .unwrap_or_default(),
            };
            first.push_str(&self.open_instance(scope));
            first.push_str(&self.log_variables(symbols));
        }
        if is_await {
            // However the body ends, the loop waits for what comes next.
            first.push_str("try{");
            last = format!("}}finally{{_$aw({})}}", self.frame_name());
        }
        self.loop_body(body, first, &last);
    }

    pub(super) fn switch(&mut self, it: &SwitchStatement<'_>) {
        self.visit_expression(&it.discriminant);
        for case in &it.cases {
            if let Some(test) = &case.test {
                self.visit_expression(test);
            }
            if let Some(first) = case.consequent.first() {
                let hoisted = self.hoisted(&case.consequent);
                self.insertions.add(first.span().start, hoisted);
            }
            self.statements(&case.consequent);
        }
    }

    pub(super) fn try_statement(&mut self, it: &TryStatement<'_>) {
        self.block(&it.block, String::new());
        if let Some(handler) = &it.handler {
            self.catch(handler);
        }
        if let Some(finalizer) = &it.finalizer {
            let resume = self.resume_check();
            self.block(finalizer, resume);
        }
    }

    fn catch(&mut self, it: &CatchClause<'_>) {
        let mut first = self.resume_check();
        first.push_str("_$cx();");
        if let Some(param) = &it.param {
            self.visit_binding_pattern(&param.pattern);
        }
        first.push_str(&self.open_instance(it.scope_id.get()));
        let symbols: Vec<_> = it
            .param
            .iter()
            .flat_map(|param| bound_symbols(&param.pattern))
            .collect();
        first.push_str(&self.log_variables(symbols));
        self.block(&it.body, first);
    }

    /// Where control can come back into a suspended frame by another way than the `await` it left by.
    fn resume_check(&mut self) -> String {
        if self.can_suspend() {
            format!("_$cf({});", self.frame_name())
        } else {
            String::new()
        }
    }

    pub(super) fn if_statement(
        &mut self,
        test: &Expression<'_>,
        consequent: &Statement<'_>,
        alternate: Option<&Statement<'_>>,
    ) {
        self.visit_expression(test);
        self.statement(consequent, false);
        if let Some(alternate) = alternate {
            self.statement(alternate, false);
        }
    }

    // Functions

    pub(super) fn function(&mut self, it: &FunctionNode<'_>) {
        let (Some(scope), Some(body)) = (it.scope_id.get(), &it.body) else {
            return;
        };
        let start = match body.directives.last() {
            Some(directive) => {
                self.insertions.add(directive.span.end, ";");
                directive.span.end
            }
            None => body.span.start + 1,
        };
        let body = Body::Statements {
            start,
            statements: &body.statements,
            end: body.span.end - 1,
        };
        self.any_function(scope, Some(&it.params), body);
    }

    pub(super) fn arrow(&mut self, it: &ArrowFunctionExpression<'_>) {
        let Some(scope) = it.scope_id.get() else { return };
        match &it.body {
            ArrowFunctionBody::FunctionBody(body) => {
                let start = match body.directives.last() {
                    Some(directive) => {
                        self.insertions.add(directive.span.end, ";");
                        directive.span.end
                    }
                    None => body.span.start + 1,
                };
                let body = Body::Statements {
                    start,
                    statements: &body.statements,
                    end: body.span.end - 1,
                };
                self.any_function(scope, Some(&it.params), body);
            }
            body => {
                if let Some(expression) = body.as_expression() {
                    self.any_function(scope, Some(&it.params), Body::Expression(expression));
                }
            }
        }
    }

    fn any_function(&mut self, scope: ScopeId, params: Option<&FormalParameters<'_>>, body: Body<'_, '_>) {
        let Some(function) = self.function_of(scope) else {
            return;
        };
        let survey = self.survey;
        let Some(fact) = survey.functions.get(function) else {
            return;
        };
        if fact.is_left_alone {
            self.warnings.push(format!(
                "function {} declares a name both as a function and as something else: not recorded",
                if fact.name.is_empty() {
                    "(anonymous)"
                } else {
                    &fact.name
                }
            ));
            if let Body::Statements { end, .. } = body {
                self.insertions.add(end, self.marker(function));
            }
            return;
        }
        let can_suspend = fact.is_async || fact.is_generator;
        let parent = if self.level >= 2 {
            self.visible_instance(self.scoping.scope_parent_id(scope))
        } else {
            "0".to_owned()
        };
        let depth = self.frames.iter().filter(|frame| !frame.is_absent).count();
        if let Some(params) = params {
            self.absent_frame(function, depth, Some(scope), |this| {
                this.visit_formal_parameters(params)
            });
        }
        self.frames.push(Frame {
            function,
            depth,
            scope: Some(scope),
            is_absent: false,
            can_suspend,
            is_named: can_suspend,
            uses_temporary: false,
            n_slots: 0,
            next_slot: 0,
        });
        let prologue_at = self.insertions.reserve(body.start());
        let mut entered = String::new();
        match body {
            Body::Statements { statements, .. } => {
                entered = self.log_variables(fact.own_name.iter().map(|(symbol, _)| *symbol));
                entered.push_str(&self.hoisted(statements));
                self.statements(statements);
            }
            Body::Expression(expression) => {
                let probe = self.probe(expression.span(), SiteKind::ArrowBody);
                let open = if self.level >= 2 { "_$r(" } else { "(" };
                let _ = write!(entered, "{probe};return {open}");
                self.visit_expression(expression);
            }
        }
        let Some(frame) = self.frames.pop() else { return };

        let mut prologue = String::new();
        if matches!(body, Body::Expression(_)) {
            prologue.push('{');
        }
        if frame.uses_temporary || frame.n_slots > 0 {
            prologue.push_str("var _$t");
            for slot in 1..=frame.n_slots {
                let _ = write!(prologue, ",_$k{slot}");
            }
            prologue.push(';');
        }
        if frame.is_named {
            let _ = write!(prologue, "const _$f{depth}=");
        }
        prologue.push_str(&self.enter(function, &parent));
        prologue.push_str("try{");
        prologue.push_str(&entered);
        self.insertions.fill(prologue_at, prologue);

        let leave = if can_suspend {
            format!("_$lf(_$f{depth})")
        } else {
            "_$l()".to_owned()
        };
        let marker = self.marker(function);
        let epilogue = match body {
            Body::Expression(_) => format!(");}}finally{{{leave}}}{marker}}}"),
            Body::Statements { statements, .. } => {
                let falls_off = !matches!(
                    statements.last(),
                    Some(Statement::ReturnStatement(_) | Statement::ThrowStatement(_))
                );
                let end = if falls_off && self.level >= 2 {
                    ";_$n()"
                } else {
                    ""
                };
                format!("{end}}}finally{{{leave}}}{marker}")
            }
        };
        self.insertions.add(body.end(), epilogue);
    }

    fn enter(&self, function: usize, parent: &str) -> String {
        let id = self.bases.function as usize + function;
        let Some(fact) = self.survey.functions.get(function).filter(|_| self.level >= 2) else {
            return format!("_$e({id});");
        };
        let this = if fact.logs_this { "this" } else { "_$un" };
        let n_parameters = fact.parameters.len();
        let arity = if n_parameters <= 4 {
            n_parameters.to_string()
        } else {
            "n".to_owned()
        };
        let mut enter = format!("_$e{arity}({id},{parent},{this}");
        for (_, name) in &fact.parameters {
            let _ = write!(enter, ",{name}");
        }
        enter + ");"
    }

    /// A comment at the end of a function's text that says which one it is, for `Function.prototype.toString`.
    fn marker(&self, function: usize) -> String {
        format!("/*_${}*/", self.bases.function as usize + function)
    }

    /// Walks code that runs under another frame than the one it is written in.
    pub(super) fn absent_frame(
        &mut self,
        function: usize,
        depth: usize,
        scope: Option<ScopeId>,
        walk: impl FnOnce(&mut Self),
    ) {
        self.frames.push(Frame {
            function,
            depth,
            scope,
            is_absent: true,
            can_suspend: false,
            is_named: false,
            uses_temporary: false,
            n_slots: 0,
            next_slot: 0,
        });
        walk(self);
        self.frames.pop();
    }

    fn function_of(&self, scope: ScopeId) -> Option<usize> {
        let fact = self.survey.scopes.get(scope.index())?.as_ref()?;
        Some(fact.function)
    }

    // Classes

    pub(super) fn class(&mut self, it: &Class<'_>) {
        if let Some(heritage) = &it.heritage {
            self.visit_expression(&heritage.expression);
        }
        self.visit_class_body(&it.body);
        let mut end = String::new();
        // The name a class expression has within itself.
        let own_name = it
            .id
            .as_ref()
            .filter(|_| it.is_expression())
            .and_then(|id| id.symbol_id.get());
        let is_used = |symbol: &SymbolId| self.scoping.get_resolved_references(*symbol).next().is_some();
        if let Some(log) = own_name
            .filter(is_used)
            .and_then(|symbol| self.log_variable(symbol))
        {
            let _ = write!(end, ";static{{{log}}}");
        }
        let constructor = it.body.body.iter().find_map(|element| match element {
            ClassElement::MethodDefinition(method) if method.kind == MethodDefinitionKind::Constructor => {
                method.value.scope_id.get()
            }
            _ => None,
        });
        if let Some(function) = constructor.and_then(|scope| self.function_of(scope)) {
            end.push_str(&self.marker(function));
        }
        self.insertions.add(it.body.span.end - 1, end);
    }

    pub(super) fn field(&mut self, it: &PropertyDefinition<'_>) {
        if it.computed {
            self.visit_property_key(&it.key);
        }
        let Some(value) = &it.value else { return };
        let private_name = it
            .key
            .private_name()
            .filter(|_| self.level >= 3 && !is_anonymous_function(value));
        if let Some(name) = private_name {
            self.insertions
                .add(value.span().start, format!("_$pf(this,\"#{name}\","));
        }
        let (function, depth) = self.frame().map_or((0, 0), |frame| (frame.function, frame.depth));
        self.absent_frame(function, depth, None, |this| this.visit_expression(value));
        if private_name.is_some() {
            self.insertions.add(value.span().end, ")");
        }
    }

    pub(super) fn static_block(&mut self, it: &StaticBlock<'_>) {
        let Some(scope) = it.scope_id.get() else { return };
        // `static` may be followed by anything white before its brace.
        let text = self
            .source
            .get(it.span.start as usize..it.span.end as usize)
            .unwrap_or_default();
        let Some(brace) = text.find('{') else { return };
        let body = Body::Statements {
            start: it.span.start + brace as u32 + 1,
            statements: &it.body,
            end: it.span.end - 1,
        };
        self.any_function(scope, None, body);
    }
}

/// What a function consists of, after its parameters.
#[derive(Clone, Copy)]
enum Body<'b, 'a> {
    /// Statements; the offsets are after the brace and any directives, and of the closing brace.
    Statements {
        start: u32,
        statements: &'b [Statement<'a>],
        end: u32,
    },
    /// The expression of an arrow function.
    Expression(&'b Expression<'a>),
}

impl Body<'_, '_> {
    fn start(&self) -> u32 {
        match self {
            Self::Statements { start, .. } => *start,
            Self::Expression(expression) => expression.span().start,
        }
    }

    fn end(&self) -> u32 {
        match self {
            Self::Statements { end, .. } => *end,
            Self::Expression(expression) => expression.span().end,
        }
    }
}

/// The function a statement declares, exported or not.
fn declared_function<'b, 'a>(statement: &'b Statement<'a>) -> Option<&'b FunctionNode<'a>> {
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

fn unlabelled<'b, 'a>(statement: &'b Statement<'a>) -> &'b Statement<'a> {
    match statement {
        Statement::LabeledStatement(labelled) => unlabelled(&labelled.body),
        statement => statement,
    }
}

pub(super) fn bound_symbols(pattern: &oxc_ast::ast::BindingPattern<'_>) -> Vec<SymbolId> {
    pattern
        .get_binding_identifiers()
        .iter()
        .filter_map(|identifier| identifier.symbol_id.get())
        .collect()
}

/// What a declaration binds other than by a simple initialiser, which logs on its way: patterns, functions that take
/// the variable's name, and `let` without a value.
fn symbols_logged_after(declaration: &VariableDeclaration<'_>) -> impl Iterator<Item = SymbolId> {
    let is_let = declaration.kind == VariableDeclarationKind::Let;
    let mut seen = HashSet::new();
    declaration
        .declarations
        .iter()
        .filter(move |declarator| match &declarator.init {
            None => is_let,
            Some(init) => !declarator.id.is_binding_identifier() || is_anonymous_function(init),
        })
        .flat_map(|declarator| bound_symbols(&declarator.id))
        .filter(move |symbol| seen.insert(*symbol))
}
