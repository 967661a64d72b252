//! The second walk, node by node: which kind of code goes to which of the other files.

use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, AssignmentExpression, AssignmentTarget,
    AssignmentTargetPropertyIdentifier, AwaitExpression, BlockStatement, CallExpression, ChainElement,
    ChainExpression, Class, DoWhileStatement, Expression, ExpressionStatement, ForInStatement,
    ForOfStatement, ForStatement, Function as FunctionNode, IdentifierReference, IfStatement,
    LabeledStatement, MemberExpression, MethodDefinition, NewExpression, PropertyDefinition, ReturnStatement,
    SequenceExpression, SimpleAssignmentTarget, Statement, StaticBlock, SwitchStatement, ThrowStatement,
    TryStatement, UnaryExpression, UpdateExpression, VariableDeclaration, VariableDeclarator, WhileStatement,
    WithStatement, YieldExpression,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;
use oxc_syntax::{
    operator::{AssignmentOperator, UnaryOperator, UpdateOperator},
    scope::ScopeFlags,
};

use super::{facts::is_anonymous_function, members::can_be_kept, rewrite::Rewriter};

impl<'a> Visit<'a> for Rewriter<'_> {
    fn visit_statements(&mut self, it: &oxc_allocator::ArenaVec<'a, Statement<'a>>) {
        self.statements(it);
    }

    fn visit_block_statement(&mut self, it: &BlockStatement<'a>) {
        self.block(it, String::new());
    }

    fn visit_labeled_statement(&mut self, it: &LabeledStatement<'a>) {
        self.visit_statement(&it.body);
    }

    fn visit_if_statement(&mut self, it: &IfStatement<'a>) {
        self.if_statement(&it.test, &it.consequent, it.alternate.as_ref());
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        if !self.new_promise(it) {
            walk::walk_new_expression(self, it);
        }
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        if it.name == "eval" && self.is_global(it) {
            // Another name for it: what is called by that is never a direct call.
            self.wrap(it.span, "_$ie(", ")", |_| ());
        }
    }

    fn visit_with_statement(&mut self, it: &WithStatement<'a>) {
        self.warn("the body of a with statement is not recorded");
        // What its names mean is only known as it runs: the body stays as it is.
        self.visit_expression(&it.object);
    }

    fn visit_while_statement(&mut self, it: &WhileStatement<'a>) {
        self.while_loop(&it.test, &it.body);
    }

    fn visit_do_while_statement(&mut self, it: &DoWhileStatement<'a>) {
        self.do_while_loop(&it.body, &it.test);
    }

    fn visit_for_statement(&mut self, it: &ForStatement<'a>) {
        self.for_loop(it);
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        self.before_instance(it.scope_id.get(), |this| this.visit_expression(&it.right));
        self.for_each_loop(&it.left, it.scope_id.get(), &it.body, false);
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        if it.r#await {
            let frame = self.frame_name();
            self.insertions
                .add(it.right.span().start, format!("_$ya({frame},"));
        }
        self.before_instance(it.scope_id.get(), |this| this.visit_expression(&it.right));
        if it.r#await {
            self.insertions.add(it.right.span().end, ")");
        }
        self.for_each_loop(&it.left, it.scope_id.get(), &it.body, it.r#await);
    }

    fn visit_switch_statement(&mut self, it: &SwitchStatement<'a>) {
        self.switch(it);
    }

    fn visit_try_statement(&mut self, it: &TryStatement<'a>) {
        self.try_statement(it);
    }

    fn visit_return_statement(&mut self, it: &ReturnStatement<'a>) {
        let Some(argument) = &it.argument else { return };
        if self.level < 2 {
            return self.visit_expression(argument);
        }
        let (open, close) = parentheses_for(argument);
        self.wrap(argument.span(), format!("_$r{open}"), close, |this| {
            this.shown(argument)
        });
    }

    fn visit_throw_statement(&mut self, it: &ThrowStatement<'a>) {
        let (open, close) = parentheses_for(&it.argument);
        self.wrap(it.argument.span(), format!("_$th{open}"), close, |this| {
            this.visit_expression(&it.argument)
        });
    }

    fn visit_expression_statement(&mut self, it: &ExpressionStatement<'a>) {
        self.unused_expression(&it.expression);
    }

    fn visit_function(&mut self, it: &FunctionNode<'a>, _: ScopeFlags) {
        self.function(it);
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.arrow(it);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        self.class(it);
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        if it.computed {
            self.visit_property_key(&it.key);
        }
        self.function(&it.value);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.field(it);
    }

    fn visit_static_block(&mut self, it: &StaticBlock<'a>) {
        self.static_block(it);
    }

    fn visit_sequence_expression(&mut self, it: &SequenceExpression<'a>) {
        self.sequence(it, false);
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        self.declaration(it);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        self.visit_binding_pattern(&it.id);
        let Some(init) = &it.init else { return };
        let symbol = match &it.id {
            oxc_ast::ast::BindingPattern::BindingIdentifier(identifier) if !is_anonymous_function(init) => {
                identifier.symbol_id.get()
            }
            _ => None,
        };
        match symbol.and_then(|symbol| self.open_write(symbol)) {
            Some(open) => self.wrap(init.span(), open, ")", |this| this.shown(init)),
            None => self.visit_expression(init),
        }
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        match &it.left {
            AssignmentTarget::AssignmentTargetIdentifier(identifier) => {
                let Some(open) = self.open_identifier_write(identifier.reference_id.get(), &identifier.name)
                else {
                    return self.visit_expression(&it.right);
                };
                // A growing string is logged by its suffix: looking at all of it would flatten it each time.
                let can_append = it.operator == AssignmentOperator::Addition
                    && !open.starts_with("_$wg")
                    && !matches!(it.right, Expression::NumericLiteral(_));
                if can_append {
                    let open = open.replacen("_$wo(", "_$wao(", 1).replacen("_$w(", "_$wa(", 1);
                    self.insertions.add(it.span.start, open);
                    self.wrap(it.right.span(), "_$pc(", ")", |this| {
                        this.visit_expression(&it.right)
                    });
                    self.insertions.add(it.span.end, ")");
                } else {
                    self.wrap(it.span, open, ")", |this| this.shown(&it.right));
                }
            }
            AssignmentTarget::ArrayAssignmentTarget(_) | AssignmentTarget::ObjectAssignmentTarget(_) => {
                self.pattern_assignment(it);
            }
            target => match target.as_member_expression() {
                Some(member) => {
                    self.member_write(it.span, member, "_$pw", |this| this.shown(&it.right));
                }
                None => walk::walk_assignment_expression(self, it),
            },
        }
    }

    fn visit_assignment_target_property_identifier(&mut self, it: &AssignmentTargetPropertyIdentifier<'a>) {
        if let Some(init) = &it.init {
            self.visit_expression(init);
        }
    }

    fn visit_simple_assignment_target(&mut self, it: &SimpleAssignmentTarget<'a>) {
        match it.as_member_expression() {
            Some(member)
                if self.is_in_pattern
                    && self.level >= 3
                    && self.has_slots(2)
                    && can_be_kept(member.object()) =>
            {
                let outer = std::mem::replace(&mut self.is_in_pattern, false);
                let members = std::mem::take(&mut self.pattern_members);
                let kept = self.kept_member(member);
                self.pattern_members = members;
                self.pattern_members.push(kept);
                self.is_in_pattern = outer;
            }
            None => {}
            _ => walk::walk_simple_assignment_target(self, it),
        }
    }

    fn visit_update_expression(&mut self, it: &UpdateExpression<'a>) {
        match &it.argument {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(identifier) => {
                let Some(open) = self.open_identifier_write(identifier.reference_id.get(), &identifier.name)
                else {
                    return;
                };
                if it.prefix {
                    self.wrap(it.span, open, ")", |_| ());
                } else {
                    self.wrap(it.span, "_$q(", format!(",{open}{}))", identifier.name), |_| ());
                }
            }
            target => match target.as_member_expression() {
                Some(member) if it.prefix => self.member_operation(it.span, member, "_$px"),
                Some(member) => {
                    let probe = if it.operator == UpdateOperator::Increment {
                        "_$pu"
                    } else {
                        "_$pm"
                    };
                    self.member_write(it.span, member, probe, |_| ());
                }
                None => walk::walk_update_expression(self, it),
            },
        }
    }

    fn visit_unary_expression(&mut self, it: &UnaryExpression<'a>) {
        match it.argument.as_member_expression() {
            Some(member) if it.operator == UnaryOperator::Delete => {
                self.member_operation(it.span, member, "_$pd")
            }
            _ => walk::walk_unary_expression(self, it),
        }
    }

    fn visit_chain_expression(&mut self, it: &ChainExpression<'a>) {
        match &it.expression {
            ChainElement::CallExpression(call) => {
                if !self.mutator_call(call, true) {
                    self.spine(&call.callee);
                    self.visit_arguments(&call.arguments);
                }
            }
            element => match element.as_member_expression() {
                Some(member) => {
                    self.spine(member.object());
                    if let MemberExpression::ComputedMemberExpression(computed) = member {
                        self.visit_expression(&computed.expression);
                    }
                }
                None => walk::walk_chain_expression(self, it),
            },
        }
    }

    fn visit_argument(&mut self, it: &Argument<'a>) {
        self.shown_argument(it);
    }

    fn visit_arguments(&mut self, it: &oxc_allocator::ArenaVec<'a, Argument<'a>>) {
        it.iter().for_each(|argument| self.visit_argument(argument));
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if matches!(it.callee, Expression::Super(_)) {
            return self.super_call(it);
        }
        if self.native_call(it) || self.mutator_call(it, false) {
            return;
        }
        if self.evaluating_call(it) {
            return;
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_await_expression(&mut self, it: &AwaitExpression<'a>) {
        let frame = self.frame_name();
        self.insertions.add(it.span.start, format!("_$at({frame},"));
        let suspend = if self.level >= 3 { "_$aa" } else { "_$aw" };
        self.wrap(it.argument.span(), format!("{suspend}({frame},"), ")", |this| {
            this.visit_expression(&it.argument)
        });
        self.insertions.add(it.span.end, ")");
    }

    fn visit_yield_expression(&mut self, it: &YieldExpression<'a>) {
        let frame = self.frame_name();
        self.insertions.add(it.span.start, format!("_$ar({frame},"));
        let probe = match (it.delegate, self.is_async()) {
            (false, _) => "_$aw",
            (true, false) => "_$yd",
            (true, true) => "_$ya",
        };
        match &it.argument {
            Some(argument) => {
                self.wrap(argument.span(), format!("{probe}({frame},"), ")", |this| {
                    this.shown(argument)
                });
            }
            None => self.insertions.add(it.span.end, format!(" _$aw({frame})")),
        }
        self.insertions.add(it.span.end, ")");
    }
}

impl Rewriter<'_> {
    /// Whether a name is the global of that name, as far as the text shows.
    pub(super) fn is_global(&self, it: &IdentifierReference<'_>) -> bool {
        it.reference_id
            .get()
            .is_some_and(|reference| self.scoping.get_reference(reference).symbol_id().is_none())
    }

    /// `eval(x)` becomes `eval(_$ev(x,eval))`, which still is a direct call; `window.eval(x)` likewise.
    fn evaluating_call(&mut self, it: &CallExpression<'_>) -> bool {
        let callee = match &it.callee {
            Expression::Identifier(callee) if callee.name == "eval" && self.is_global(callee) => "eval",
            // What is asked again must not notice: a variable, and properties of windows.
            Expression::StaticMemberExpression(member) if member.property.name == "eval" => {
                let object = match &member.object {
                    Expression::StaticMemberExpression(inner)
                        if matches!(
                            inner.property.name.as_str(),
                            "contentWindow" | "defaultView" | "window" | "parent" | "top" | "self"
                        ) =>
                    {
                        &inner.object
                    }
                    object => object,
                };
                if !matches!(object, Expression::Identifier(_)) {
                    return false;
                }
                let span = member.span;
                self.source
                    .get(span.start as usize..span.end as usize)
                    .unwrap_or_default()
            }
            _ => return false,
        };
        let Some((first, rest)) = it.arguments.split_first() else {
            return true;
        };
        let Some(code) = first.as_expression() else {
            self.warn("code given to eval by a spread argument is not recorded");
            self.visit_arguments(&it.arguments);
            return true;
        };
        // Comments and line breaks would go along.
        let callee: String = callee.split_whitespace().collect();
        if callee.contains('/') {
            return false;
        }
        self.wrap(code.span(), "_$ev(", format!(",{callee})"), |this| {
            this.visit_expression(code)
        });
        for argument in rest {
            self.visit_argument(argument);
        }
        true
    }
}

fn parentheses_for(argument: &Expression<'_>) -> (&'static str, &'static str) {
    if matches!(argument, Expression::SequenceExpression(_)) {
        ("((", "))")
    } else {
        ("(", ")")
    }
}
