//! Writes of properties and variables inside expressions, calls that change containers, and the temporaries they need.
//!
//! What must be evaluated once and is needed twice goes through a temporary: `a.b.c = e` becomes
//! `_$pw(_$t=a.b,"c",_$t.c = e)`. `_$t` is read right after it is set, so one per frame is enough; slots `_$k1`… keep keys
//! and arguments while other code runs.

use oxc_ast::ast::{
    AssignmentExpression, AssignmentTarget, AssignmentTargetPropertyIdentifier, CallExpression, Expression,
    MemberExpression, SimpleAssignmentTarget,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::{reference::ReferenceId, symbol::SymbolId};
use recording::{ids::BindingId, script::FunctionKind};

use super::{facts::is_anonymous_function, rewrite::Rewriter};

/// Methods that change the array, Map, Set or Date they are called on, with the number the runtime knows them by and how many
/// of their arguments it needs.
const MUTATORS: [(&str, u8, usize); 29] = [
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
    ("setTime", 14, 0),
    ("setMilliseconds", 14, 0),
    ("setUTCMilliseconds", 14, 0),
    ("setSeconds", 14, 0),
    ("setUTCSeconds", 14, 0),
    ("setMinutes", 14, 0),
    ("setUTCMinutes", 14, 0),
    ("setHours", 14, 0),
    ("setUTCHours", 14, 0),
    ("setDate", 14, 0),
    ("setUTCDate", 14, 0),
    ("setMonth", 14, 0),
    ("setUTCMonth", 14, 0),
    ("setFullYear", 14, 0),
    ("setUTCFullYear", 14, 0),
    ("setYear", 14, 0),
];

/// Whether a method of that name changes what it is called on.
pub(super) fn is_mutator(name: &str) -> bool {
    MUTATORS.iter().any(|mutator| mutator.0 == name)
}

/// How the object of a member expression is named once it has been evaluated.
pub(super) struct ObjectName {
    text: String,
    /// Whether it has to be put there first.
    is_temporary: bool,
}

impl Rewriter<'_> {
    pub(super) fn text(&self, span: Span) -> &str {
        self.source
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    pub(super) fn wrap(
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
    pub(super) fn slot(&mut self) -> String {
        let Some(frame) = self.frame_mut() else {
            return "_$k1".to_owned();
        };
        frame.next_slot += 1;
        frame.n_slots = frame.n_slots.max(frame.next_slot);
        format!("_$k{}", frame.next_slot)
    }

    /// Slots beyond these are not declared globally, where code runs that has no body of its own.
    pub(super) fn has_slots(&self, n_wanted: usize) -> bool {
        self.frame().is_some_and(|frame| frame.next_slot + n_wanted <= 9)
    }

    pub(super) fn slots_in_use(&self) -> usize {
        self.frame().map_or(0, |frame| frame.next_slot)
    }

    pub(super) fn release_slots(&mut self, n_in_use: usize) {
        if let Some(frame) = self.frame_mut() {
            frame.next_slot = n_in_use;
        }
    }

    pub(super) fn object_name(&mut self, object: &Expression<'_>) -> ObjectName {
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
    pub(super) fn simple_key(&self, member: &MemberExpression<'_>) -> Option<String> {
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

    pub(super) fn symbol_of(&self, reference: Option<ReferenceId>) -> Option<SymbolId> {
        self.scoping.get_reference(reference?).symbol_id()
    }

    /// What goes before a write of an identifier: of a variable of this script, or of a global by name.
    pub(super) fn open_identifier_write(
        &mut self,
        reference: Option<ReferenceId>,
        name: &str,
    ) -> Option<String> {
        match self.symbol_of(reference) {
            Some(symbol) => self.open_write(symbol),
            None if self.level < 2 => None,
            None => Some(
                self.open_wrapper_write(name)
                    .unwrap_or_else(|| format!("_$wg(\"{name}\",")),
            ),
        }
    }

    /// `a.b = e`, `a.b += e`, `a.b++`: logs the property after the operation has run.
    pub(super) fn member_write(
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
        if name.is_temporary && object.span().start != whole.start {
            // A target in parentheses: nothing can come between these and what they hold.
            walk::walk_member_expression(self, member);
            return walk_rest(self);
        }
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
    pub(super) fn member_operation(&mut self, whole: Span, member: &MemberExpression<'_>, probe: &str) {
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
    pub(super) fn kept_member(&mut self, member: &MemberExpression<'_>) -> (String, String) {
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
        // The last value of a text for `eval` is what that gives.
        let is_result = self.is_evaluated && self.frames.len() == 1;
        if let Expression::UpdateExpression(update) = expression
            && !update.prefix
            && !is_result
            && let SimpleAssignmentTarget::AssignmentTargetIdentifier(identifier) = &update.argument
        {
            let open = self.open_identifier_write(identifier.reference_id.get(), &identifier.name);
            if let Some(open) = open {
                self.insertions
                    .add(update.span.end, format!(",{open}{})", identifier.name));
            }
            return;
        }
        match expression {
            Expression::SequenceExpression(sequence) => self.sequence(sequence, !is_result),
            expression => self.visit_expression(expression),
        }
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
    pub(super) fn pattern_assignment(&mut self, it: &AssignmentExpression<'_>) {
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

    pub(super) fn mutator_call(&mut self, it: &CallExpression<'_>, is_in_chain: bool) -> bool {
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
    pub(super) fn spine(&mut self, expression: &Expression<'_>) {
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
    pub(super) fn super_call(&mut self, it: &CallExpression<'_>) {
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
        // Fields come into being now, with no probe of their own.
        let has_fields = self.level >= 3 && self.classes_with_fields.last().copied().unwrap_or(false);
        let open = match constructor {
            Some((idx, frame)) if !frame.is_absent && frame.depth > 0 && self.level >= 2 => {
                if idx == innermost {
                    Some(format!("{}({this},", if has_fields { "_$sw" } else { "_$w" }))
                } else {
                    frame.is_named = true;
                    Some(format!(
                        "{}({this},_$f{},",
                        if has_fields { "_$swo" } else { "_$wo" },
                        frame.depth
                    ))
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

/// Whether an object can go through a variable: `super` is no value, and a function would take the variable's name.
pub(super) fn can_be_kept(object: &Expression<'_>) -> bool {
    !matches!(object, Expression::Super(_)) && !is_anonymous_function(object)
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
