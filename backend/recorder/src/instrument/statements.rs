//! The second walk among statements: a probe before each, loops, `switch`, `try`, and logs of what declarations bind.

use std::collections::HashSet;

use oxc_ast::ast::{
    BlockStatement, CatchClause, Class, Declaration, ExportDefaultDeclarationKind, Expression, ForStatement,
    ForStatementInit, ForStatementLeft, SequenceExpression, Statement, SwitchStatement, TryStatement,
    VariableDeclaration, VariableDeclarationKind, VariableDeclarator,
};
use oxc_ast_visit::Visit;
use oxc_span::GetSpan;
use oxc_syntax::{scope::ScopeId, symbol::SymbolId};
use recording::script::SiteKind;

use super::{
    facts::is_anonymous_function,
    rewrite::{Rewriter, bound_symbols, declared_function},
};

impl Rewriter<'_> {
    pub(super) fn statements(&mut self, statements: &[Statement<'_>]) {
        for statement in statements {
            self.statement(statement, true);
        }
    }

    /// A statement with its probe; one that is not in a list (`if (a) b`) is put in braces.
    pub(super) fn statement(&mut self, statement: &Statement<'_>, is_in_list: bool) {
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
        let mut before = self.effect(&probe);
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

    pub(super) fn after_class(&mut self, class: &Class<'_>) -> String {
        let symbol = class.id.as_ref().and_then(|id| id.symbol_id.get());
        self.log_variables(symbol)
    }

    /// A declaration. V8 stops at every declarator that gives a value, and so do we: the first has the statement's own
    /// site, the later ones one each, before which comes what those before it could not log themselves.
    pub(super) fn declaration(&mut self, it: &VariableDeclaration<'_>) {
        let mut n_logged = 0;
        for (idx, declarator) in it.declarations.iter().enumerate() {
            if !is_site(it, idx) {
                self.visit_variable_declarator(declarator);
                continue;
            }
            let earlier = it.declarations.get(n_logged..idx).unwrap_or_default();
            let mut before = String::new();
            for symbol in symbols_logged_after(it.kind, earlier) {
                if let Some(log) = self.log_variable(symbol) {
                    before.push_str(&log);
                    before.push(',');
                }
            }
            n_logged = idx;
            match &declarator.init {
                Some(init) if !is_anonymous_function(init) => {
                    let probe = self.probe(init.span(), SiteKind::Statement);
                    self.insertions
                        .add(init.span().start, format!("({before}{probe},"));
                    self.visit_variable_declarator(declarator);
                    self.insertions.add(init.span().end, ")");
                }
                // A function would lose its name: an empty pattern goes before it.
                init => {
                    let span = init.as_ref().map_or(declarator.span, GetSpan::span);
                    let probe = self.probe(span, SiteKind::Statement);
                    self.insertions
                        .add(declarator.span.start, format!("{{}}=({before}{probe},0),"));
                    self.visit_variable_declarator(declarator);
                }
            }
        }
    }

    /// `a, b, c`: V8 stops at each operand but the first, which what is around it stops at.
    pub(super) fn sequence(&mut self, it: &SequenceExpression<'_>, is_unused: bool) {
        let n_operands = it.expressions.len();
        // Code under a frame that is not there has no sites.
        let has_sites = self.frame().is_some_and(|frame| !frame.is_absent);
        for (idx, operand) in it.expressions.iter().enumerate() {
            let is_dropped = is_unused || idx + 1 < n_operands;
            // A literal that nobody uses is no code.
            if idx > 0 && has_sites && !(is_dropped && operand.is_literal()) {
                let probe = self.probe(operand.span(), SiteKind::Statement);
                self.insertions.add(operand.span().start, format!("{probe},"));
            }
            if is_dropped {
                self.unused_expression(operand);
            } else {
                self.visit_expression(operand);
            }
        }
    }

    /// Logs what a declaration bound and neither its initialisers nor its later declarators could log.
    pub(super) fn after_declaration(&mut self, declaration: &VariableDeclaration<'_>) -> String {
        let symbols = symbols_left(declaration);
        self.log_variables(symbols)
    }

    pub(super) fn block(&mut self, block: &BlockStatement<'_>, mut first: String) {
        first.push_str(&self.open_instance(block.scope_id.get()));
        self.opened_block(block, &first);
    }

    fn opened_block(&mut self, block: &BlockStatement<'_>, first: &str) {
        let hoisted = self.hoisted(&block.body);
        self.insertions
            .add(block.span.start + 1, format!("{first}{hoisted}"));
        self.statements(&block.body);
    }

    /// The body of a loop, with code at its start.
    pub(super) fn loop_body(&mut self, body: &Statement<'_>, first: String) {
        match body {
            Statement::BlockStatement(block) => {
                self.block(block, first);
            }
            _ if first.is_empty() => self.statement(body, false),
            _ => {
                self.insertions.add(body.span().start, format!("{{{first}"));
                self.statement(body, true);
                self.insertions.add(body.span().end, ";}");
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
        self.loop_body(body, String::new());
    }

    pub(super) fn do_while_loop(&mut self, body: &Statement<'_>, test: &Expression<'_>) {
        self.loop_body(body, String::new());
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
        self.loop_body(&it.body, String::new());
    }

    /// In the head of a `for` no statement can follow the declaration: one more declarator logs.
    pub(super) fn log_for_head(&mut self, declaration: &VariableDeclaration<'_>) {
        let logs: Vec<_> = symbols_left(declaration)
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
        if let ForStatementLeft::VariableDeclaration(declaration) = left {
            for declarator in &declaration.declarations {
                self.before_instance(scope, |this| this.visit_binding_pattern(&declarator.id));
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
        self.loop_body(body, first);
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

    pub(super) fn catch(&mut self, it: &CatchClause<'_>) {
        let mut first = self.resume_check();
        first.push_str(&self.effect("_$cx()"));
        if let Some(param) = &it.param {
            self.before_instance(
                it.scope_id.get().into_iter().chain(it.body.scope_id.get()),
                |this| {
                    this.visit_binding_pattern(&param.pattern);
                },
            );
        }
        // What the parameter binds may be counted among the variables of the body.
        first.push_str(&self.open_instance(it.scope_id.get()));
        first.push_str(&self.open_instance(it.body.scope_id.get()));
        let symbols: Vec<_> = it
            .param
            .iter()
            .flat_map(|param| bound_symbols(&param.pattern))
            .collect();
        first.push_str(&self.log_variables(symbols));
        self.opened_block(&it.body, &first);
    }

    /// Where control can come back into a suspended frame by another way than the `await` it left by.
    pub(super) fn resume_check(&mut self) -> String {
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
}

fn unlabelled<'b, 'a>(statement: &'b Statement<'a>) -> &'b Statement<'a> {
    match statement {
        Statement::LabeledStatement(labelled) => unlabelled(&labelled.body),
        statement => statement,
    }
}

/// Whether a declarator has a site of its own: it comes after others and gives a value, be it the `undefined` of `let a`.
fn is_site(declaration: &VariableDeclaration<'_>, idx: usize) -> bool {
    let has_value = |declarator: &VariableDeclarator<'_>| {
        declarator.init.is_some() || declaration.kind == VariableDeclarationKind::Let
    };
    idx > 0 && declaration.declarations.get(idx).is_some_and(has_value)
}

/// What remains to be logged after a declaration.
fn symbols_left(declaration: &VariableDeclaration<'_>) -> Vec<SymbolId> {
    let declarators = &declaration.declarations;
    let first = (0..declarators.len())
        .rev()
        .find(|&idx| is_site(declaration, idx))
        .unwrap_or_default();
    symbols_logged_after(declaration.kind, declarators.get(first..).unwrap_or_default())
}

/// What declarators bind other than by a simple initialiser, which logs on its way: patterns, functions that take
/// the variable's name, and `let` without a value.
fn symbols_logged_after(
    kind: VariableDeclarationKind,
    declarators: &[VariableDeclarator<'_>],
) -> Vec<SymbolId> {
    let mut seen = HashSet::new();
    declarators
        .iter()
        .filter(|declarator| match &declarator.init {
            None => kind == VariableDeclarationKind::Let,
            Some(init) => !declarator.id.is_binding_identifier() || is_anonymous_function(init),
        })
        .flat_map(|declarator| bound_symbols(&declarator.id))
        .filter(|symbol| seen.insert(*symbol))
        .collect()
}
