//! Source text as the JavaScript engine takes it: `this` of the outside by a name that the scope knows, private members as
//! ordinary ones of the same name, which is how they are recorded, and every sum and template through a function that
//! looks how long a string it made: twenty doublings would fill the memory.

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    AssignmentExpression, BinaryExpression, Class, Expression, Function, PrivateFieldExpression,
    PrivateInExpression, PropertyKey, Super, TaggedTemplateExpression, TemplateLiteral, ThisExpression,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType, Span};
use oxc_syntax::{
    operator::{AssignmentOperator, BinaryOperator},
    scope::ScopeFlags,
};

use super::nesting;
use interpreter::CHECK;
pub(crate) use interpreter::THIS;

/// Rewrites a script; None if it is none, or if it nests too deeply.
pub(crate) fn script(text: &str) -> Option<String> {
    rewritten(text).map(|(text, _)| text)
}

/// Rewrites the text of a method, to stand in an object literal. None as for scripts, and if it needs its class's `super`.
pub(crate) fn method(text: &str) -> Option<String> {
    const OPEN: &str = "(class {";
    const CLOSE: &str = "})";
    let text = text.strip_prefix("static ").unwrap_or(text);
    let (rewritten, has_super) = rewritten(&format!("{OPEN}{text}{CLOSE}"))?;
    let body = rewritten.strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
    (!has_super).then(|| format!("{{{body}}}"))
}

fn rewritten(text: &str) -> Option<(String, bool)> {
    if !nesting::is_bearable(text) {
        return None;
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::script()).parse();
    if parsed.panicked || parsed.diagnostics.has_errors() {
        return None;
    }
    let mut changes = Changes::default();
    changes.visit_program(&parsed.program);
    // What is inserted at a place comes before what is replaced there.
    changes.list.sort_by_key(|(span, _)| (span.start, span.end));
    let mut out = String::new();
    let mut at = 0;
    for (span, by) in &changes.list {
        out.push_str(text.get(at..span.start as usize)?);
        out.push_str(by);
        at = span.end as usize;
    }
    out.push_str(text.get(at..)?);
    Some((out, changes.has_super))
}

#[derive(Default)]
struct Changes {
    /// What is replaced by what. No two overlap.
    list: Vec<(Span, String)>,
    /// Functions around, other than arrows.
    depth: u32,
    has_super: bool,
}

impl Changes {
    /// Hands what an expression makes to the function that looks at it.
    fn wrap(&mut self, span: Span) {
        self.list.push((Span::empty(span.start), format!("{CHECK}(")));
        self.list.push((Span::empty(span.end), ")".to_owned()));
    }
}

impl<'a> Visit<'a> for Changes {
    fn visit_this_expression(&mut self, it: &ThisExpression) {
        if self.depth == 0 {
            self.list.push((it.span, THIS.to_owned()));
        }
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.depth += 1;
        walk::walk_function(self, it, flags);
        self.depth -= 1;
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        self.depth += 1;
        walk::walk_class(self, it);
        self.depth -= 1;
    }

    fn visit_super(&mut self, _: &Super) {
        self.has_super = true;
    }

    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        if it.operator != BinaryOperator::Addition {
            return walk::walk_binary_expression(self, it);
        }
        self.wrap(it.span);
        // A row of sums is looked at once: it is no longer than the text.
        let mut sum = it;
        loop {
            self.visit_expression(&sum.right);
            match &sum.left {
                Expression::BinaryExpression(left) if left.operator == BinaryOperator::Addition => sum = left,
                left => return self.visit_expression(left),
            }
        }
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if it.operator == AssignmentOperator::Addition {
            self.wrap(it.span);
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_template_literal(&mut self, it: &TemplateLiteral<'a>) {
        if !it.expressions.is_empty() {
            self.wrap(it.span);
        }
        walk::walk_template_literal(self, it);
    }

    fn visit_tagged_template_expression(&mut self, it: &TaggedTemplateExpression<'a>) {
        self.visit_expression(&it.tag);
        self.visit_expressions(&it.quasi.expressions);
    }

    fn visit_private_field_expression(&mut self, it: &PrivateFieldExpression<'a>) {
        let span = Span::new(it.object.span().end, it.field.span.end);
        let optional = if it.optional { "?." } else { "" };
        self.list
            .push((span, format!("{optional}[\"#{}\"]", it.field.name)));
        self.visit_expression(&it.object);
    }

    fn visit_private_in_expression(&mut self, it: &PrivateInExpression<'a>) {
        self.list.push((it.left.span, format!("\"#{}\"", it.left.name)));
        self.visit_expression(&it.right);
    }

    fn visit_property_key(&mut self, it: &PropertyKey<'a>) {
        if let PropertyKey::PrivateIdentifier(name) = it {
            self.list.push((name.span, format!("[\"#{}\"]", name.name)));
        }
        walk::walk_property_key(self, it);
    }
}

#[cfg(test)]
mod tests {
    use super::{method, script};

    #[test]
    fn only_the_outer_this_gets_a_name() {
        let text = "[this.x, (() => this)(), function () { return this }(), class { y = this }]";
        let expected =
            "[$playhead_this.x, (() => $playhead_this)(), function () { return this }(), class { y = this }]";
        assert_eq!(script(text).as_deref(), Some(expected));
    }

    #[test]
    fn what_makes_strings_is_looked_at() {
        let check = |text: &str| script(text).map(|text| text.replace("$playhead_check", "C"));
        assert_eq!(
            check("this.a + b + c * 2").as_deref(),
            Some("C($playhead_this.a + b + c * 2)")
        );
        assert_eq!(
            check("s += s + `${s}`").as_deref(),
            Some("C(s += C(s + C(`${s}`)))")
        );
        assert_eq!(
            check("tag`${s + 1}` - `x`").as_deref(),
            Some("tag`${C(s + 1)}` - `x`")
        );
    }

    #[test]
    fn private_members_become_ordinary() {
        assert_eq!(
            method("get #late() { return this.#due < o?.#due && #due in o }").as_deref(),
            Some("{get [\"#late\"]() { return this[\"#due\"] < o?.[\"#due\"] && \"#due\" in o }}")
        );
        assert_eq!(method("static f() { return super.f() }"), None);
        assert_eq!(method("f() { }}"), None);
        assert_eq!(script("1 +"), None);
    }
}
