//! Source text as the JavaScript engine takes it: `this` of the outside by a name that the scope knows, private members as
//! ordinary ones of the same name, which is how they are recorded, every sum, product, template and literal that takes in a
//! list through a function that looks how large a thing it made (twenty doublings would fill the memory), and in every
//! body of a loop or function a call that counts: no text runs on, nests or fills the memory without one.
//!
//! A long file: one walk over the tree makes all changes at once, or they would not agree on where they stand.

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    self, ArrayExpression, ArrayExpressionElement, ArrowFunctionExpression, AssignmentExpression,
    AwaitExpression, BinaryExpression, BindingIdentifier, Class, DoWhileStatement, Expression,
    ForInStatement, ForOfStatement, ForStatement, Function, FunctionBody, NewExpression, ObjectExpression,
    ObjectPropertyKind, PrivateFieldExpression, PrivateInExpression, PropertyDefinition, PropertyKey,
    Statement, Super, TaggedTemplateExpression, TemplateLiteral, ThisExpression, VariableDeclaration,
    WhileStatement, WithStatement,
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
use interpreter::{CHECK, DECLARED as DECLARE, Declared, EXPONENT, Program, TICK};

/// What every name of ours begins with; no text declares one.
const OURS: &str = "$playhead_";

/// What a round of a loop or a call is charged at least, what for a byte of its text, for a value it makes, and for a part
/// of one.
const ROUND: usize = 256;
const MADE: usize = 128;
const PART: usize = 32;

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
    /// Bytes that the literals so far make, about.
    n_bytes: usize,
    /// Whether it takes names of ours.
    is_forbidden: bool,
}

impl Changes {
    /// The text with the changes.
    fn apply(mut self, text: &str) -> Option<String> {
        if self.is_forbidden {
            return None;
        }
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

    /// Puts a call that counts before something, around which there is what opens and closes.
    fn count(&mut self, opening: (u32, &str), text: Span, walk: impl FnOnce(&mut Self), closing: &str) {
        let idx = self.list.len();
        self.list.push((Span::empty(opening.0), String::new()));
        let before = self.n_bytes;
        walk(self);
        let cost = ROUND + text.size() as usize + self.n_bytes - before;
        if let Some((_, inserted)) = self.list.get_mut(idx) {
            *inserted = opening.1.replace("TICK", &format!("{TICK}({cost})"));
        }
        if !closing.is_empty() {
            self.list.push((Span::empty(text.end), closing.to_owned()));
        }
    }

    /// The body of a loop.
    fn round(&mut self, body: &Statement<'_>) {
        let span = body.span();
        self.count((span.start, "{TICK;"), span, |it| it.visit_statement(body), "}");
    }

    /// Hands what an expression makes to the function that looks at it.
    fn wrap(&mut self, span: Span) {
        self.wrap_in(CHECK, span);
    }

    fn wrap_in(&mut self, function: &str, span: Span) {
        self.list.push((Span::empty(span.start), format!("{function}(")));
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
        self.n_bytes += MADE;
        walk::walk_function(self, it, flags);
        self.depth -= 1;
    }

    fn visit_function_body(&mut self, it: &FunctionBody<'a>) {
        // After what it begins with that is no statement, as `"use strict"`.
        let start = it
            .directives
            .last()
            .map_or(it.span.start + 1, |last| last.span.end);
        let opening = if it.directives.is_empty() {
            "TICK;"
        } else {
            ";TICK;"
        };
        self.count(
            (start, opening),
            it.span,
            |this| walk::walk_function_body(this, it),
            "",
        );
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.n_bytes += MADE;
        self.visit_formal_parameters(&it.params);
        let Some(value) = it.body.as_expression() else {
            return self.visit_arrow_function_body(&it.body);
        };
        let span = value.span();
        self.count(
            (span.start, "(TICK, "),
            span,
            |this| this.visit_expression(value),
            ")",
        );
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.visit_property_key(&it.key);
        let Some(value) = &it.value else { return };
        let span = value.span();
        self.count(
            (span.start, "(TICK, "),
            span,
            |this| this.visit_expression(value),
            ")",
        );
    }

    fn visit_for_statement(&mut self, it: &ForStatement<'a>) {
        if let Some(init) = &it.init {
            self.visit_for_statement_init(init);
        }
        if let Some(test) = &it.test {
            self.visit_expression(test);
        }
        if let Some(update) = &it.update {
            self.visit_expression(update);
        }
        self.round(&it.body);
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        self.visit_for_statement_left(&it.left);
        self.visit_expression(&it.right);
        self.round(&it.body);
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        self.visit_for_statement_left(&it.left);
        self.visit_expression(&it.right);
        self.round(&it.body);
    }

    fn visit_while_statement(&mut self, it: &WhileStatement<'a>) {
        self.visit_expression(&it.test);
        self.round(&it.body);
    }

    fn visit_do_while_statement(&mut self, it: &DoWhileStatement<'a>) {
        self.round(&it.body);
        self.visit_expression(&it.test);
    }

    fn visit_with_statement(&mut self, _: &WithStatement<'a>) {
        self.is_forbidden = true;
    }

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        self.is_forbidden |= it.name.starts_with(OURS);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        self.n_bytes += MADE;
        walk::walk_new_expression(self, it);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        self.depth += 1;
        self.n_bytes += MADE;
        walk::walk_class(self, it);
        self.depth -= 1;
    }

    fn visit_super(&mut self, _: &Super) {
        self.has_super = true;
    }

    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        match it.operator {
            BinaryOperator::Addition => {}
            BinaryOperator::Multiplication => {
                self.wrap(it.span);
                return walk::walk_binary_expression(self, it);
            }
            BinaryOperator::Exponential | BinaryOperator::ShiftLeft => {
                self.wrap(it.span);
                self.visit_expression(&it.left);
                self.wrap_in(EXPONENT, it.right.span());
                return self.visit_expression(&it.right);
            }
            _ => return walk::walk_binary_expression(self, it),
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
        match it.operator {
            AssignmentOperator::Addition | AssignmentOperator::Multiplication => self.wrap(it.span),
            AssignmentOperator::Exponential | AssignmentOperator::ShiftLeft => {
                self.wrap(it.span);
                self.visit_assignment_target(&it.left);
                self.wrap_in(EXPONENT, it.right.span());
                return self.visit_expression(&it.right);
            }
            _ => {}
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
        self.n_bytes += MADE + PART * it.elements.len();
        if it.elements.iter().any(ArrayExpressionElement::is_spread) {
            self.wrap(it.span);
        }
        walk::walk_array_expression(self, it);
    }

    fn visit_object_expression(&mut self, it: &ObjectExpression<'a>) {
        self.n_bytes += MADE + PART * it.properties.len();
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

    /// Without what counts: how much a body is charged is not the point here.
    fn uncounted(text: &str) -> String {
        let mut parts = text.split("$playhead_tick(");
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let rest = part.split_once(')').map_or(part, |(_, rest)| rest);
            out += &format!("T{rest}");
        }
        out.replace("$playhead_check", "C")
            .replace("$playhead_exponent", "E")
    }

    #[test]
    fn only_the_outer_this_gets_a_name() {
        let text = "[this.x, (() => this)(), function () { return this }(), class { y = this }]";
        let expected = "[$playhead_this.x, (() => (T, $playhead_this))(), function () {T; return this }(), class { y = (T, this) }]";
        assert_eq!(script(text).as_deref().map(uncounted).as_deref(), Some(expected));
    }

    #[test]
    fn what_makes_strings_is_looked_at() {
        let check = |text: &str| script(text).as_deref().map(uncounted);
        assert_eq!(
            check("this.a + b + c * 2").as_deref(),
            Some("C($playhead_this.a + b + C(c * 2))")
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
        assert_eq!(
            check("a ** b, a <<= b").as_deref(),
            Some("C(a ** E(b)), C(a <<= E(b))")
        );
    }

    #[test]
    fn rounds_and_calls_count() {
        let check = |text: &str, expected: &str| {
            let counted = script(text).as_deref().map(uncounted);
            assert_eq!(counted.as_deref(), Some(expected), "{text}");
        };
        check("for (;;);", "for (;;){T;;}");
        check(
            "for (a of b) for (c in d) e",
            "for (a of b) {T;for (c in d) {T;e}}",
        );
        check("do a\nwhile (b)", "do {T;a}\nwhile (b)");
        check("while (a) b + c", "while (a) {T;C(b + c)}");
        check("f = a => b + c", "f = a => (T, C(b + c))");
        check(
            "function f() { 'use strict'; a }",
            "function f() { 'use strict';;T; a }",
        );
        check("x = { get a() {} }", "x = { get a() {T;} }");
        assert_eq!(script("with (o) a"), None);
        assert_eq!(script("let $playhead_tick = () => 0"), None);
    }

    #[test]
    fn what_is_typed_declares_for_the_next() {
        let check = |text: &str, expected: &str, names: &[&str]| {
            let program = program(text).unwrap_or_default();
            let declared: Vec<_> = program.declared.iter().map(|each| each.name.as_str()).collect();
            let text_of = uncounted(&program.text);
            assert_eq!((text_of.as_str(), &*declared), (expected, names), "{text}");
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
            "void ($playhead_declared.g = g);function g() {T;}",
            &["g"],
        );
        check("{ let a = 1 }", "{ let a = 1 }", &[]);
        check(
            "await p; await q",
            "(async () => {await p; return (await q)\n})()",
            &[],
        );
        check("async () => await p", "async () => (T, await p)", &[]);
    }

    #[test]
    fn private_members_become_ordinary() {
        assert_eq!(
            method("get #late() { return this.#due < o?.#due && #due in o }")
                .as_deref()
                .map(uncounted)
                .as_deref(),
            Some("{get [\"#late\"]() {T; return this[\"#due\"] < o?.[\"#due\"] && \"#due\" in o }}")
        );
        assert_eq!(method("static f() { return super.f() }"), None);
        assert_eq!(method("f() { }}"), None);
        assert_eq!(script("1 +"), None);
    }
}
