//! Source text as the JavaScript engine takes it: `this` of the outside by a name that the scope knows, private members as
//! ordinary ones of the same name, which is how they are recorded, and every sum, template and literal that takes in a list
//! through a function that looks how large a thing it made: twenty doublings would fill the memory.

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    self, ArrayExpression, ArrayExpressionElement, ArrowFunctionExpression, AssignmentExpression,
    AwaitExpression, BinaryExpression, Class, Expression, ForOfStatement, Function, ObjectExpression,
    ObjectPropertyKind, PrivateFieldExpression, PrivateInExpression, PropertyKey, Statement, Super,
    TaggedTemplateExpression, TemplateLiteral, ThisExpression, VariableDeclaration,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType, Span};
use oxc_syntax::{
    operator::{AssignmentOperator, BinaryOperator},
    scope::ScopeFlags,
};

use super::nesting;
pub(crate) use interpreter::THIS;
use interpreter::{CHECK, DECLARED as DECLARE, Declared, Program};

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

/// Rewrites what somebody typed; None as for scripts. What it declares outside of every block becomes assignments, as a
/// console does it: the next text finds the names, and may declare them again.
pub(crate) fn program(text: &str) -> Option<Program> {
    if !nesting::is_bearable(text) {
        return None;
    }
    let allocator = Allocator::default();
    let (parsed, is_async) = parsed(&allocator, text)?;
    let mut changes = Changes::default();
    changes.visit_program(&parsed);
    let mut declared = Vec::new();
    // Functions are there from the beginning.
    let mut functions = String::new();
    for statement in &parsed.body {
        match statement {
            Statement::VariableDeclaration(it) if !it.kind.is_using() => {
                let is_var = it.kind.is_var();
                let names = it
                    .declarations
                    .iter()
                    .flat_map(|each| each.id.get_binding_identifiers());
                declared.extend(names.map(|name| declaration(&name.name, is_var)));
                changes.assign(it);
            }
            Statement::ClassDeclaration(it) => {
                let Some(name) = &it.id else { continue };
                declared.push(declaration(&name.name, false));
                let opening = format!("void ({} = ", name.name);
                changes.list.push((Span::empty(it.span.start), opening));
                changes.list.push((Span::empty(it.span.end), ");".to_owned()));
            }
            Statement::FunctionDeclaration(it) => {
                let Some(name) = &it.id else { continue };
                declared.push(declaration(&name.name, false));
                functions += &format!("void ({DECLARE}.{0} = {0});", name.name);
            }
            _ => {}
        }
    }
    if let (true, Some(Statement::ExpressionStatement(last))) = (is_async, parsed.body.last()) {
        let opening = (Span::empty(last.span.start), "return (".to_owned());
        changes.list.insert(0, opening);
        let end = last.expression.span().end;
        changes.list.push((Span::empty(end), ")".to_owned()));
    }
    let text = changes.apply(text)?;
    let text = match is_async {
        true => format!("(async () => {{{functions}{text}\n}})()"),
        false => functions + &text,
    };
    Some(Program {
        text,
        declared,
        is_async,
    })
}

fn declaration(name: &str, is_var: bool) -> Declared {
    Declared {
        name: name.to_owned(),
        is_var,
    }
}

/// The tree of what somebody typed, and whether it waits for promises outside of every function.
fn parsed<'a>(allocator: &'a Allocator, text: &'a str) -> Option<(ast::Program<'a>, bool)> {
    let parse = |source_type| {
        let parsed = Parser::new(allocator, text, source_type).parse();
        let is_right = !parsed.panicked && !parsed.diagnostics.has_errors();
        is_right.then_some(parsed.program)
    };
    // Where it is no keyword, `await (x)` would be a call.
    if text.contains("await")
        && let Some(program) = parse(SourceType::mjs())
        && !program.body.iter().any(Statement::is_module_declaration)
    {
        let mut awaits = Awaits::default();
        awaits.visit_program(&program);
        if awaits.is_any {
            return Some((program, true));
        }
    }
    parse(SourceType::script()).map(|program| (program, false))
}

/// Whether what somebody typed waits for promises, which takes a program.
pub(crate) fn is_async(text: &str) -> bool {
    text.contains("await")
        && nesting::is_bearable(text)
        && parsed(&Allocator::default(), text).is_some_and(|(_, is_async)| is_async)
}

/// Looks for `await` outside of functions.
#[derive(Default)]
struct Awaits {
    is_any: bool,
}

impl<'a> Visit<'a> for Awaits {
    fn visit_await_expression(&mut self, _: &AwaitExpression<'a>) {
        self.is_any = true;
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        self.is_any |= it.r#await;
        walk::walk_for_of_statement(self, it);
    }

    fn visit_function(&mut self, _: &Function<'a>, _: ScopeFlags) {}

    fn visit_arrow_function_expression(&mut self, _: &ArrowFunctionExpression<'a>) {}

    fn visit_class(&mut self, _: &Class<'a>) {}
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
    let has_super = changes.has_super;
    Some((changes.apply(text)?, has_super))
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
    /// The text with the changes.
    fn apply(mut self, text: &str) -> Option<String> {
        // What is inserted at a place comes before what is replaced there.
        self.list.sort_by_key(|(span, _)| (span.start, span.end));
        let mut out = String::new();
        let mut at = 0;
        for (span, by) in &self.list {
            out.push_str(text.get(at..span.start as usize)?);
            out.push_str(by);
            at = span.end as usize;
        }
        out.push_str(text.get(at..)?);
        Some(out)
    }

    /// Makes assignments of a declaration.
    fn assign(&mut self, it: &VariableDeclaration<'_>) {
        let (Some(first), Some(last)) = (it.declarations.first(), it.declarations.last()) else {
            return;
        };
        let keyword = Span::new(it.span.start, first.span.start);
        self.list.push((keyword, "void (".to_owned()));
        for each in &it.declarations {
            let value = match each.init {
                None if !it.kind.is_var() => " = undefined)",
                _ => ")",
            };
            self.list.push((Span::empty(each.span.start), "(".to_owned()));
            self.list.push((Span::empty(each.span.end), value.to_owned()));
        }
        self.list.push((Span::empty(last.span.end), ");".to_owned()));
    }

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

    fn visit_array_expression(&mut self, it: &ArrayExpression<'a>) {
        if it.elements.iter().any(ArrayExpressionElement::is_spread) {
            self.wrap(it.span);
        }
        walk::walk_array_expression(self, it);
    }

    fn visit_object_expression(&mut self, it: &ObjectExpression<'a>) {
        if it.properties.iter().any(ObjectPropertyKind::is_spread) {
            self.wrap(it.span);
        }
        walk::walk_object_expression(self, it);
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
    use super::{method, program, script};

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
        assert_eq!(
            check("[1, ...[2]], { a, ...b }").as_deref(),
            Some("C([1, ...[2]]), C({ a, ...b })")
        );
    }

    #[test]
    fn what_is_typed_declares_for_the_next() {
        let check = |text: &str, expected: &str, names: &[&str]| {
            let program = program(text).unwrap_or_default();
            let declared: Vec<_> = program.declared.iter().map(|each| each.name.as_str()).collect();
            assert_eq!((program.text.as_str(), &*declared), (expected, names), "{text}");
        };
        check(
            "let a = 1, b; a",
            "void ((a = 1), (b = undefined));; a",
            &["a", "b"],
        );
        check("var c", "void ((c));", &["c"]);
        check(
            "const { d, e: [f = 1] } = o",
            "void (({ d, e: [f = 1] } = o));",
            &["d", "f"],
        );
        check("class C {}\n1", "void (C = class C {});\n1", &["C"]);
        check(
            "function g() {}",
            "void ($playhead_declared.g = g);function g() {}",
            &["g"],
        );
        check("{ let a = 1 }", "{ let a = 1 }", &[]);
        check(
            "await p; await q",
            "(async () => {await p; return (await q)\n})()",
            &[],
        );
        check("async () => await p", "async () => await p", &[]);
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
