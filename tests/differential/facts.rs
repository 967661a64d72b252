//! What of a program's tree says where V8 stops in it, and where names are known: the facts that `text.rs` answers from.

use std::collections::BTreeMap;

use oxc_ast::ast::{
    ArrowFunctionExpression, AssignmentPattern, AssignmentTargetPropertyIdentifier,
    AssignmentTargetWithDefault, BindingPattern, Class, Directive, Expression, ForInStatement,
    ForOfStatement, ForStatement, ForStatementInit, ForStatementLeft, FormalParameter, FormalParameters,
    Function, MethodDefinition, Program, PropertyDefinition, SequenceExpression, Statement, StaticBlock,
    VariableDeclaration, VariableDeclarationKind,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::{operator::UnaryOperator, scope::ScopeFlags};

/// Why V8 can stop at a place where we have no site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extra {
    /// V8 marks it as a call or a return within a statement.
    CallOrReturn,
    /// The variable of `for (x of …)` or `for (x in …)`, once per round.
    ForEachVariable,
    /// A default of a parameter or pattern.
    Default,
    /// The initialiser of a class field.
    Field,
    /// A computed name of a class's member, evaluated as part of the class's declaration.
    MemberName,
    /// A directive such as `"use strict"`, which does nothing.
    Directive,
}

#[derive(Default)]
pub(crate) struct Facts {
    /// By offset of a site: where V8's place for it is to be looked for. None if it has none.
    pub(crate) targets: BTreeMap<u32, Option<Target>>,
    /// Stretches in which V8's places have a reason of their own; within a function's body they have none.
    pub(crate) regions: Vec<(Span, Option<Extra>)>,
    /// What `let`, `const` and `class` declare.
    pub(crate) declarations: Vec<Declared>,
    /// What all else declares: `var`, functions, parameters, `catch`.
    pub(crate) others: Vec<Declared>,
    /// By offset of a loop, with its labels: what its head declares.
    pub(crate) heads: BTreeMap<u32, Vec<String>>,
}

/// Where V8's place for a site is to be looked for.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    /// Here, if there is one.
    pub(crate) exact: u32,
    /// Else it is the first one from here.
    pub(crate) from: u32,
}

/// A name, and where it is known.
pub(crate) struct Declared {
    pub(crate) name: String,
    /// The declaration's end.
    pub(crate) end: u32,
    /// The block, loop or program that knows the name.
    pub(crate) scope: Span,
    /// The function around.
    pub(crate) function: Span,
}

impl Facts {
    pub(crate) fn of(program: &Program<'_>, source: &str) -> Self {
        let mut reader = FactReader {
            source,
            facts: Self::default(),
            scopes: vec![program.span],
            functions: vec![program.span],
        };
        reader.visit_program(program);
        reader.facts
    }
}

/// Reads the facts off the tree.
struct FactReader<'s> {
    source: &'s str,
    facts: Facts,
    scopes: Vec<Span>,
    functions: Vec<Span>,
}

impl FactReader<'_> {
    fn at_expression(&mut self, expression: &Expression<'_>) {
        let target = Target {
            exact: self.position(expression),
            from: expression.span().start,
        };
        self.facts.targets.insert(expression.span().start, Some(target));
    }

    /// Where V8 says an expression is.
    fn position(&self, expression: &Expression<'_>) -> u32 {
        let start = expression.span().start;
        match expression {
            Expression::ParenthesizedExpression(it) => self.position(&it.expression),
            Expression::BinaryExpression(it) => {
                let is_chain = matches!(it.left.get_inner_expression(), Expression::BinaryExpression(left) if left.operator == it.operator)
                    && !it.operator.is_equality()
                    && !it.operator.is_compare();
                if is_chain {
                    self.position(&it.left)
                } else {
                    self.find(it.left.span().end, it.operator.as_str())
                }
            }
            Expression::LogicalExpression(it) => match it.left.get_inner_expression() {
                Expression::LogicalExpression(left) if left.operator == it.operator => {
                    self.position(&it.left)
                }
                _ => self.find(it.left.span().end, it.operator.as_str()),
            },
            Expression::AssignmentExpression(it) => self.find(it.left.span().end, it.operator.as_str()),
            Expression::UpdateExpression(it) if !it.prefix => it.argument.span().end,
            Expression::UpdateExpression(it) => match it.argument.as_member_expression() {
                Some(oxc_ast::ast::MemberExpression::StaticMemberExpression(member)) => {
                    member.property.span.start
                }
                _ => it.argument.span().start,
            },
            Expression::StaticMemberExpression(it) => it.property.span.start,
            Expression::ComputedMemberExpression(it) => self.find(it.object.span().end, "["),
            Expression::CallExpression(it) => match &it.callee {
                Expression::Identifier(callee) => callee.span.start,
                Expression::StaticMemberExpression(callee) => callee.property.span.start,
                callee => self.find(callee.span().end, "("),
            },
            Expression::SequenceExpression(it) => {
                it.expressions.first().map_or(start, |first| self.position(first))
            }
            _ => start,
        }
    }

    fn find(&self, from: u32, what: &str) -> u32 {
        let rest = self.source.get(from as usize..).unwrap_or_default();
        from + rest.find(what).unwrap_or_default() as u32
    }

    /// Where V8 first stops for a statement. What a statement wraps has the place that V8 has for both.
    fn target(&self, statement: &Statement<'_>) -> Option<Target> {
        let start = statement.span().start;
        let here = Target {
            exact: start,
            from: start,
        };
        let of = |expression: &Expression<'_>| Target {
            exact: self.position(expression),
            from: expression.span().start,
        };
        let first = |statements: &[Statement<'_>]| match statements.first() {
            Some(first) => self.target(first),
            None => Some(here),
        };
        match statement {
            Statement::ClassDeclaration(_) => None,
            Statement::LabeledStatement(it) => self.target(&it.body),
            Statement::BlockStatement(it) => first(&it.body),
            Statement::TryStatement(it) => first(&it.block.body),
            Statement::DoWhileStatement(it) => self.target(&it.body),
            Statement::WhileStatement(it) if is_constant(&it.test) => self.target(&it.body),
            Statement::WhileStatement(it) => Some(of(&it.test)),
            Statement::ForOfStatement(it) => Some(of(&it.right)),
            Statement::ForInStatement(it) => Some(of(&it.right)),
            Statement::ForStatement(it) => match (&it.init, &it.test) {
                (Some(ForStatementInit::VariableDeclaration(init)), _) => Some(of_declaration(init, here)),
                (Some(init), _) => Some(Target {
                    exact: init.span().start,
                    from: init.span().start,
                }),
                (None, Some(test)) if !is_constant(test) => Some(of(test)),
                (None, _) => self.target(&it.body),
            },
            Statement::VariableDeclaration(it) => Some(of_declaration(it, here)),
            _ => Some(here),
        }
    }

    fn declare(&mut self, name: &str, end: u32) {
        if let (Some(&scope), Some(&function)) = (self.scopes.last(), self.functions.last()) {
            let name = name.to_owned();
            self.facts.declarations.push(Declared {
                name,
                end,
                scope,
                function,
            });
        }
    }

    /// A name that the whole function around knows from its beginning.
    fn declare_in_function(&mut self, name: &str) {
        if let Some(&function) = self.functions.last() {
            self.facts.others.push(Declared {
                name: name.to_owned(),
                end: function.start,
                scope: function,
                function,
            });
        }
    }

    fn head(&mut self, declaration: &VariableDeclaration<'_>, start: u32) {
        let names = declaration
            .declarations
            .iter()
            .flat_map(|declarator| names(&declarator.id));
        self.facts.heads.insert(start, names.collect());
    }

    fn region(&mut self, span: Span, extra: Option<Extra>) {
        self.facts.regions.push((span, extra));
    }

    fn in_scope(&mut self, span: Span, walk: impl FnOnce(&mut Self)) {
        self.scopes.push(span);
        walk(self);
        self.scopes.pop();
    }

    fn in_function(&mut self, span: Span, walk: impl FnOnce(&mut Self)) {
        self.region(span, None);
        self.functions.push(span);
        self.in_scope(span, walk);
        self.functions.pop();
    }
}

fn of_declaration(declaration: &VariableDeclaration<'_>, here: Target) -> Target {
    let mut targets = (0..declaration.declarations.len()).filter_map(|idx| of_declarator(declaration, idx));
    targets.next().unwrap_or(here)
}

/// The place for a declarator, if it gives a value. That of a pattern over `this` is within the pattern.
fn of_declarator(declaration: &VariableDeclaration<'_>, idx: usize) -> Option<Target> {
    let declarator = declaration.declarations.get(idx)?;
    let exact = match &declarator.init {
        Some(init) => init.span().start,
        None if declaration.kind == VariableDeclarationKind::Let => declarator.span.start,
        None => return None,
    };
    let from = if declarator.id.is_binding_identifier() {
        exact
    } else {
        declarator.span.start
    };
    Some(Target { exact, from })
}

/// Whether V8 knows the truth of a test before it runs.
fn is_constant(test: &Expression<'_>) -> bool {
    match test.get_inner_expression() {
        Expression::UnaryExpression(it) => {
            it.operator == UnaryOperator::LogicalNot && is_constant(&it.argument)
        }
        test => test.is_literal(),
    }
}

fn names(pattern: &BindingPattern<'_>) -> Vec<String> {
    let identifiers = pattern.get_binding_identifiers();
    identifiers
        .iter()
        .map(|identifier| identifier.name.to_string())
        .collect()
}

impl<'a> Visit<'a> for FactReader<'_> {
    fn visit_program(&mut self, it: &Program<'a>) {
        self.region(it.span, None);
        walk::walk_program(self, it);
    }

    fn visit_statement(&mut self, it: &Statement<'a>) {
        let start = it.span().start;
        let mut inner = it;
        while let Statement::LabeledStatement(labelled) = inner {
            inner = &labelled.body;
        }
        let target = self.target(it);
        self.facts.targets.insert(start, target);
        match inner {
            Statement::ForStatement(node) => {
                if let Some(ForStatementInit::VariableDeclaration(declaration)) = &node.init {
                    self.head(declaration, start);
                }
            }
            Statement::ForOfStatement(node) => {
                if let ForStatementLeft::VariableDeclaration(declaration) = &node.left {
                    self.head(declaration, start);
                }
            }
            Statement::ForInStatement(node) => {
                if let ForStatementLeft::VariableDeclaration(declaration) = &node.left {
                    self.head(declaration, start);
                }
            }
            _ => {}
        }
        match it {
            Statement::ForStatement(_)
            | Statement::ForInStatement(_)
            | Statement::ForOfStatement(_)
            | Statement::SwitchStatement(_) => {
                self.in_scope(it.span(), |this| walk::walk_statement(this, it))
            }
            _ => walk::walk_statement(self, it),
        }
        if let Statement::WhileStatement(node) = it {
            test(self, &node.test);
        }
        if let Statement::DoWhileStatement(node) = it {
            test(self, &node.test);
        }
    }

    fn visit_block_statement(&mut self, it: &oxc_ast::ast::BlockStatement<'a>) {
        self.in_scope(it.span, |this| walk::walk_block_statement(this, it));
    }

    fn visit_for_statement(&mut self, it: &ForStatement<'a>) {
        walk::walk_for_statement(self, it);
        if let Some(condition) = &it.test {
            test(self, condition);
        }
        if let Some(update) = &it.update {
            self.at_expression(update);
        }
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        self.region(it.left.span(), Some(Extra::ForEachVariable));
        walk::walk_for_of_statement(self, it);
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        self.region(it.left.span(), Some(Extra::ForEachVariable));
        walk::walk_for_in_statement(self, it);
    }

    fn visit_sequence_expression(&mut self, it: &SequenceExpression<'a>) {
        for operand in it.expressions.iter().skip(1) {
            self.at_expression(operand);
        }
        walk::walk_sequence_expression(self, it);
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        for (idx, declarator) in it.declarations.iter().enumerate() {
            for name in names(&declarator.id) {
                match it.kind {
                    VariableDeclarationKind::Var => self.declare_in_function(&name),
                    _ => self.declare(&name, declarator.span.end),
                }
            }
            if let (Some(target), true) = (of_declarator(it, idx), idx > 0) {
                self.facts.targets.insert(target.exact, Some(target));
            }
        }
        walk::walk_variable_declaration(self, it);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        if let (Some(id), true) = (&it.id, it.is_declaration()) {
            self.declare(&id.name, it.span.end);
        }
        walk::walk_class(self, it);
    }

    fn visit_function(&mut self, it: &Function<'a>, _: ScopeFlags) {
        let Some(body) = &it.body else { return };
        if let (Some(id), true) = (&it.id, it.is_declaration()) {
            self.declare_in_function(&id.name);
        }
        self.in_function(it.span, |this| {
            this.visit_formal_parameters(&it.params);
            this.visit_function_body(body);
        });
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        if let Some(body) = it.body.as_expression() {
            self.at_expression(body);
        }
        self.in_function(it.span, |this| walk::walk_arrow_function_expression(this, it));
    }

    fn visit_static_block(&mut self, it: &StaticBlock<'a>) {
        self.in_function(it.span, |this| walk::walk_static_block(this, it));
    }

    fn visit_directive(&mut self, it: &Directive<'a>) {
        self.region(it.span, Some(Extra::Directive));
    }

    fn visit_formal_parameters(&mut self, it: &FormalParameters<'a>) {
        let rest = it.rest.iter().map(|rest| &rest.rest.argument);
        for pattern in it.items.iter().map(|item| &item.pattern).chain(rest) {
            for name in names(pattern) {
                self.declare_in_function(&name);
            }
        }
        walk::walk_formal_parameters(self, it);
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        if let Some(initializer) = &it.initializer {
            self.region(initializer.span(), Some(Extra::Default));
        }
        walk::walk_formal_parameter(self, it);
    }

    fn visit_assignment_pattern(&mut self, it: &AssignmentPattern<'a>) {
        self.region(it.right.span(), Some(Extra::Default));
        walk::walk_assignment_pattern(self, it);
    }

    fn visit_assignment_target_with_default(&mut self, it: &AssignmentTargetWithDefault<'a>) {
        self.region(it.init.span(), Some(Extra::Default));
        walk::walk_assignment_target_with_default(self, it);
    }

    fn visit_assignment_target_property_identifier(&mut self, it: &AssignmentTargetPropertyIdentifier<'a>) {
        if let Some(init) = &it.init {
            self.region(init.span(), Some(Extra::Default));
        }
        walk::walk_assignment_target_property_identifier(self, it);
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        if it.computed {
            self.region(it.key.span(), Some(Extra::MemberName));
        }
        walk::walk_method_definition(self, it);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        if it.computed {
            self.region(it.key.span(), Some(Extra::MemberName));
        }
        if let Some(value) = &it.value {
            self.region(value.span(), Some(Extra::Field));
        }
        walk::walk_property_definition(self, it);
    }
}

fn test(reader: &mut FactReader<'_>, test: &Expression<'_>) {
    if is_constant(test) {
        reader.facts.targets.insert(test.span().start, None);
    } else {
        reader.at_expression(test);
    }
}
