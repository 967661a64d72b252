//! The second walk inside expressions: writes of variables and properties, calls that change containers, `await`.
//!
//! What must be evaluated once and is needed twice goes through a temporary: `a.b.c = e` becomes
//! `_$pw(_$t=a.b,"c",_$t.c = e)`. `_$t` is read right after it is set, so one per frame is enough; slots `_$k1`… keep keys
//! and arguments while other code runs.

use oxc_ast::ast::{
    ArrowFunctionExpression, AssignmentExpression, AssignmentTarget, AssignmentTargetPropertyIdentifier,
    AwaitExpression, BlockStatement, CallExpression, ChainElement, ChainExpression, Class, DoWhileStatement,
    Expression, ExpressionStatement, ForInStatement, ForOfStatement, ForStatement, Function as FunctionNode,
    IfStatement, LabeledStatement, MemberExpression, MethodDefinition, PropertyDefinition, ReturnStatement,
    SimpleAssignmentTarget, Statement, StaticBlock, SwitchStatement, ThrowStatement, TryStatement,
    UnaryExpression, UpdateExpression, VariableDeclarator, WhileStatement, WithStatement, YieldExpression,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::{
    operator::{AssignmentOperator, UnaryOperator, UpdateOperator},
    reference::ReferenceId,
    scope::ScopeFlags,
    symbol::SymbolId,
};
use recording::{ids::BindingId, script::FunctionKind};

use super::{rewrite::Rewriter, survey::is_anonymous_function};

/// Methods that change the array, Map or Set they are called on, with the number the runtime knows them by and how many
/// of their arguments it needs.
const MUTATORS: [(&str, u8, usize); 13] = [
    ("push", 1, 0),
    ("pop", 2, 0),
    ("shift", 3, 0),
    ("unshift", 4, 0),
    ("splice", 5, 1),
    ("sort", 6, 0),
    ("reverse", 7, 0),
    ("fill", 8, 0),
    ("copyWithin", 9, 0),
    ("set", 10, 2),
    ("add", 11, 1),
    ("delete", 12, 1),
    ("clear", 13, 0),
];

/// Functions of `Object` that change their first argument and return it.
const OBJECT_MUTATORS: [&str; 6] = [
    "assign",
    "defineProperty",
    "defineProperties",
    "setPrototypeOf",
    "freeze",
    "seal",
];

/// How the object of a member expression is named once it has been evaluated.
struct ObjectName {
    text: String,
    /// Whether it has to be put there first.
    is_temporary: bool,
}

impl Rewriter<'_> {
    fn text(&self, span: Span) -> &str {
        self.source
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    fn wrap(
        &mut self,
        span: Span,
        open: impl Into<String>,
        close: impl Into<String>,
        walk: impl FnOnce(&mut Self),
    ) {
        self.insertions.add(span.start, open);
        walk(self);
        self.insertions.add(span.end, close);
    }

    /// Takes a slot of the frame; given back by setting `next_slot` to what it was.
    fn slot(&mut self) -> String {
        let Some(frame) = self.frame_mut() else {
            return "_$k1".to_owned();
        };
        frame.next_slot += 1;
        frame.n_slots = frame.n_slots.max(frame.next_slot);
        format!("_$k{}", frame.next_slot)
    }

    /// Slots beyond these are not declared globally, where code runs that has no body of its own.
    fn has_slots(&self, n_wanted: usize) -> bool {
        self.frame().is_some_and(|frame| frame.next_slot + n_wanted <= 9)
    }

    fn slots_in_use(&self) -> usize {
        self.frame().map_or(0, |frame| frame.next_slot)
    }

    fn release_slots(&mut self, n_in_use: usize) {
        if let Some(frame) = self.frame_mut() {
            frame.next_slot = n_in_use;
        }
    }

    fn object_name(&mut self, object: &Expression<'_>) -> ObjectName {
        match object {
            Expression::Identifier(identifier) => ObjectName {
                text: identifier.name.to_string(),
                is_temporary: false,
            },
            Expression::ThisExpression(_) => ObjectName {
                text: "this".to_owned(),
                is_temporary: false,
            },
            _ => {
                if let Some(frame) = self.frame_mut() {
                    frame.uses_temporary = true;
                }
                ObjectName {
                    text: "_$t".to_owned(),
                    is_temporary: true,
                }
            }
        }
    }

    /// A key that can be written twice without being evaluated twice.
    fn simple_key(&self, member: &MemberExpression<'_>) -> Option<String> {
        match member {
            MemberExpression::StaticMemberExpression(member) => Some(format!("\"{}\"", member.property.name)),
            MemberExpression::PrivateFieldExpression(member) => Some(format!("\"#{}\"", member.field.name)),
            MemberExpression::ComputedMemberExpression(member) => match &member.expression {
                Expression::Identifier(_) | Expression::NumericLiteral(_) | Expression::StringLiteral(_) => {
                    Some(self.text(member.expression.span()).to_owned())
                }
                _ => None,
            },
        }
    }

    fn symbol_of(&self, reference: Option<ReferenceId>) -> Option<SymbolId> {
        self.scoping.get_reference(reference?).symbol_id()
    }

    /// What goes before a write of an identifier: of a variable of this script, or of a global by name.
    fn open_identifier_write(&mut self, reference: Option<ReferenceId>, name: &str) -> Option<String> {
        match self.symbol_of(reference) {
            Some(symbol) => self.open_write(symbol),
            None if self.level >= 2 => Some(format!("_$wg(\"{name}\",")),
            None => None,
        }
    }

    /// `a.b = e`, `a.b += e`, `a.b++`: logs the property after the operation has run.
    fn member_write(
        &mut self,
        whole: Span,
        member: &MemberExpression<'_>,
        probe: &str,
        walk_rest: impl FnOnce(&mut Self),
    ) {
        let object = member.object();
        let n_slots = self.slots_in_use();
        let key = self.simple_key(member);
        if self.level < 3 || !can_be_kept(object) || (key.is_none() && !self.has_slots(1)) {
            walk::walk_member_expression(self, member);
            return walk_rest(self);
        }
        // A key that is known only later comes after the value.
        let by = if key.is_none() { "k" } else { "" };
        let probe = format!("{probe}{by}");
        let name = self.object_name(object);
        if name.is_temporary {
            self.insertions.add(whole.start, format!("{probe}(_$t="));
            self.visit_expression(object);
        } else {
            self.insertions
                .add(whole.start, format!("{probe}({},", name.text));
        }
        // The key's own text, when it is put into a slot, is evaluated within the operation.
        let (first, last) = match &key {
            Some(key) => (format!("{key},"), ")".to_owned()),
            None => (String::new(), format!(",{})", self.slot())),
        };
        let slot = key.is_none().then(|| last.trim_matches([',', ')']).to_owned());
        if name.is_temporary {
            self.insertions.add(object.span().end, format!(",{first}_$t"));
        } else {
            self.insertions.add(whole.start, first);
        }
        if let MemberExpression::ComputedMemberExpression(computed) = member {
            match slot {
                Some(slot) => self.wrap(computed.expression.span(), format!("{slot}=("), ")", |this| {
                    this.visit_expression(&computed.expression);
                }),
                None => self.visit_expression(&computed.expression),
            }
        }
        walk_rest(self);
        self.insertions.add(whole.end, last);
        self.release_slots(n_slots);
    }

    /// `++a.b.c` and `delete a.b.c`: the operator stands before the object, so the object goes into a slot on its way:
    /// `_$px(++(_$k1=a.b).c,_$k1,"c")`.
    fn member_operation(&mut self, whole: Span, member: &MemberExpression<'_>, probe: &str) {
        let n_slots = self.slots_in_use();
        if self.level < 3 || !can_be_kept(member.object()) || !self.has_slots(2) {
            return walk::walk_member_expression(self, member);
        }
        self.insertions.add(whole.start, format!("{probe}("));
        let (object, key) = self.kept_member(member);
        self.insertions.add(whole.end, format!(",{object},{key})"));
        self.release_slots(n_slots);
    }

    /// Walks a member expression, keeping its object and key under the names it returns.
    fn kept_member(&mut self, member: &MemberExpression<'_>) -> (String, String) {
        let object = member.object();
        let object_name = match object {
            Expression::ThisExpression(_) => "this".to_owned(),
            _ => {
                let slot = self.slot();
                self.wrap(object.span(), format!("({slot}="), ")", |this| {
                    this.visit_expression(object)
                });
                slot
            }
        };
        let key_name = match (member, self.simple_key(member)) {
            (MemberExpression::ComputedMemberExpression(computed), _) => {
                let slot = self.slot();
                self.wrap(computed.expression.span(), format!("{slot}=("), ")", |this| {
                    this.visit_expression(&computed.expression);
                });
                slot
            }
            (_, Some(key)) => key,
            (_, None) => "\"\"".to_owned(),
        };
        (object_name, key_name)
    }

    /// An expression whose value nobody uses: a postfix update can log after itself.
    pub(super) fn unused_expression(&mut self, expression: &Expression<'_>) {
        if let Expression::UpdateExpression(update) = expression
            && !update.prefix
            && let SimpleAssignmentTarget::AssignmentTargetIdentifier(identifier) = &update.argument
        {
            let open = self.open_identifier_write(identifier.reference_id.get(), &identifier.name);
            if let Some(open) = open {
                self.insertions
                    .add(update.span.end, format!(",{open}{})", identifier.name));
            }
            return;
        }
        self.visit_expression(expression);
    }

    /// Variables that a pattern assigns to.
    pub(super) fn assigned_symbols(&self, target: &AssignmentTarget<'_>) -> Vec<SymbolId> {
        let mut targets = Targets::default();
        targets.visit_assignment_target(target);
        targets
            .references
            .iter()
            .filter_map(|&(reference, _)| self.symbol_of(reference))
            .collect()
    }

    /// `[a, b.c] = e`: logs what the pattern's targets now hold.
    fn pattern_assignment(&mut self, it: &AssignmentExpression<'_>) {
        if self.level < 2 {
            return walk::walk_assignment_expression(self, it);
        }
        let n_slots = self.slots_in_use();
        let mut targets = Targets::default();
        targets.visit_assignment_target(&it.left);
        self.insertions.add(it.span.start, "_$q(");
        let mut logs = String::new();
        for (reference, name) in &targets.references {
            if let Some(open) = self.open_identifier_write(*reference, name) {
                logs.push_str(&format!(",{open}{name})"));
            }
        }
        let outer_members = std::mem::take(&mut self.pattern_members);
        let outer = std::mem::replace(&mut self.is_in_pattern, true);
        walk::walk_assignment_target(self, &it.left);
        self.is_in_pattern = outer;
        for (object, key) in std::mem::replace(&mut self.pattern_members, outer_members) {
            match key.strip_prefix("\"#").and_then(|key| key.strip_suffix('"')) {
                Some(name) => logs.push_str(&format!(",_$pw({object},{key},{object}.#{name})")),
                None => logs.push_str(&format!(",_$pr({object},{key})")),
            }
        }
        self.visit_expression(&it.right);
        self.insertions.add(it.span.end, format!("{logs})"));
        self.release_slots(n_slots);
    }

    fn mutator_call(&mut self, it: &CallExpression<'_>, is_in_chain: bool) -> bool {
        let Expression::StaticMemberExpression(member) = &it.callee else {
            return false;
        };
        let name = member.property.name.as_str();
        let Some(&(_, operation, n_needed)) = MUTATORS.iter().find(|mutator| mutator.0 == name) else {
            return false;
        };
        let is_plain = !it.optional && member.optional == is_in_chain && can_be_kept(&member.object);
        if self.level < 3 || !is_plain || !self.has_slots(n_needed) {
            return false;
        }
        let n_slots = self.slots_in_use();
        let object = self.object_name(&member.object);
        if object.is_temporary {
            self.insertions.add(it.span.start, "_$mc(_$t=");
            if is_in_chain {
                self.spine(&member.object);
            } else {
                self.visit_expression(&member.object);
            }
            self.insertions
                .add(member.object.span().end, format!(",{operation},_$ml(_$t),_$t"));
        } else {
            let name = &object.text;
            self.insertions
                .add(it.span.start, format!("_$mc({name},{operation},_$ml({name}),"));
        }
        let mut kept = String::new();
        for (idx, argument) in it.arguments.iter().enumerate() {
            let is_kept = idx < n_needed
                && it
                    .arguments
                    .iter()
                    .take(idx + 1)
                    .all(|argument| !argument.is_spread());
            if is_kept {
                let slot = self.slot();
                // A function put straight into a variable would take its name.
                let is_nameless = argument.as_expression().is_some_and(is_anonymous_function);
                let (open, close) = if is_nameless { ("(0,", ")") } else { ("", "") };
                self.wrap(argument.span(), format!("{slot}={open}"), close, |this| {
                    this.visit_argument(argument)
                });
                kept.push_str(&format!(",{slot}"));
            } else {
                self.visit_argument(argument);
            }
        }
        self.insertions.add(it.span.end, format!("{kept})"));
        self.release_slots(n_slots);
        true
    }

    /// A call or member chain without any wrapping of its links: that would break `?.`.
    fn spine(&mut self, expression: &Expression<'_>) {
        match expression {
            Expression::CallExpression(call) => {
                self.spine(&call.callee);
                self.visit_arguments(&call.arguments);
            }
            Expression::StaticMemberExpression(member) => self.spine(&member.object),
            Expression::PrivateFieldExpression(member) => self.spine(&member.object),
            Expression::ComputedMemberExpression(member) => {
                self.spine(&member.object);
                self.visit_expression(&member.expression);
            }
            expression => self.visit_expression(expression),
        }
    }

    /// `super(…)`: from here on there is a `this`.
    fn super_call(&mut self, it: &CallExpression<'_>) {
        let survey = self.survey;
        let is_arrow = |function: usize| {
            survey
                .functions
                .get(function)
                .is_some_and(|fact| fact.kind == FunctionKind::Arrow)
        };
        let innermost = self.frames.len().saturating_sub(1);
        let this = BindingId::THIS.0;
        let constructor = self
            .frames
            .iter_mut()
            .enumerate()
            .rev()
            .find(|(_, frame)| !is_arrow(frame.function));
        let open = match constructor {
            Some((idx, frame)) if !frame.is_absent && frame.depth > 0 && self.level >= 2 => {
                if idx == innermost {
                    Some(format!("_$w({this},"))
                } else {
                    frame.is_named = true;
                    Some(format!("_$wo({this},_$f{},", frame.depth))
                }
            }
            _ => None,
        };
        match open {
            Some(open) => self.wrap(it.span, open, ")", |inner| inner.visit_arguments(&it.arguments)),
            None => self.visit_arguments(&it.arguments),
        }
    }
}

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

    fn visit_with_statement(&mut self, it: &WithStatement<'a>) {
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
        self.visit_expression(&it.right);
        self.for_each_loop(&it.left, it.scope_id.get(), &it.body, false);
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        if it.r#await {
            let frame = self.frame_name();
            self.wrap(it.right.span(), format!("_$aw({frame},"), ")", |this| {
                this.visit_expression(&it.right)
            });
        } else {
            self.visit_expression(&it.right);
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
            this.visit_expression(argument)
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
            Some(open) => self.wrap(init.span(), open, ")", |this| this.visit_expression(init)),
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
                    self.wrap(it.span, open, ")", |this| this.visit_expression(&it.right));
                }
            }
            AssignmentTarget::ArrayAssignmentTarget(_) | AssignmentTarget::ObjectAssignmentTarget(_) => {
                self.pattern_assignment(it);
            }
            target => match target.as_member_expression() {
                Some(member) => {
                    self.member_write(it.span, member, "_$pw", |this| this.visit_expression(&it.right));
                }
                None => walk::walk_assignment_expression(self, it),
            },
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

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if matches!(it.callee, Expression::Super(_)) {
            return self.super_call(it);
        }
        if self.mutator_call(it, false) {
            return;
        }
        if let Expression::StaticMemberExpression(member) = &it.callee
            && let Expression::Identifier(object) = &member.object
            && object.name == "Object"
            && self.level >= 3
            && OBJECT_MUTATORS.contains(&member.property.name.as_str())
        {
            return self.wrap(it.span, "_$rs(", ")", |this| walk::walk_call_expression(this, it));
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_await_expression(&mut self, it: &AwaitExpression<'a>) {
        let frame = self.frame_name();
        self.insertions.add(it.span.start, format!("_$ar({frame},"));
        self.wrap(it.argument.span(), format!("_$aw({frame},"), ")", |this| {
            this.visit_expression(&it.argument)
        });
        self.insertions.add(it.span.end, ")");
    }

    fn visit_yield_expression(&mut self, it: &YieldExpression<'a>) {
        let frame = self.frame_name();
        self.insertions.add(it.span.start, format!("_$ar({frame},"));
        match &it.argument {
            Some(argument) => {
                self.wrap(argument.span(), format!("_$aw({frame},"), ")", |this| {
                    this.visit_expression(argument)
                });
            }
            None => self.insertions.add(it.span.end, format!(" _$aw({frame})")),
        }
        self.insertions.add(it.span.end, ")");
    }
}

/// Whether an object can go through a variable: `super` is no value, and a function would take the variable's name.
fn can_be_kept(object: &Expression<'_>) -> bool {
    !matches!(object, Expression::Super(_)) && !is_anonymous_function(object)
}

fn parentheses_for(argument: &Expression<'_>) -> (&'static str, &'static str) {
    if matches!(argument, Expression::SequenceExpression(_)) {
        ("((", "))")
    } else {
        ("(", ")")
    }
}

/// Collects the identifiers that a pattern assigns to.
#[derive(Default)]
struct Targets {
    references: Vec<(Option<ReferenceId>, String)>,
}

impl<'a> Visit<'a> for Targets {
    fn visit_simple_assignment_target(&mut self, it: &SimpleAssignmentTarget<'a>) {
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(identifier) = it {
            self.references
                .push((identifier.reference_id.get(), identifier.name.to_string()));
        }
    }

    fn visit_assignment_target_property_identifier(&mut self, it: &AssignmentTargetPropertyIdentifier<'a>) {
        self.references
            .push((it.binding.reference_id.get(), it.binding.name.to_string()));
    }

    fn visit_expression(&mut self, _: &Expression<'a>) {}
}
