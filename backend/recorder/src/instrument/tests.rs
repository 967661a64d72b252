//! What is inserted where, and what the tables say.

use recording::script::{BindingKind, FunctionKind, Position, ScopeKind, SiteKind};

use super::{Bases, Goal, InstrumentError, Instrumented, instrument};

fn rewritten(source: &str, level: u8) -> String {
    instrument(source, Goal::Script, level, Bases::default())
        .unwrap()
        .text
}

/// The text at level 3, without the frame of the top level.
#[track_caller]
fn check(source: &str, expected: &str) {
    let text = rewritten(source, 3);
    let inner = text
        .strip_prefix("_$e0(0,0,_$un);")
        .and_then(|text| text.strip_suffix(";_$n();_$l();"))
        .unwrap();
    assert_eq!(inner, expected);
}

#[test]
fn each_level_adds_to_the_one_before() {
    let source = "function f(a) { a.b = 1; return a }";
    assert_eq!(
        rewritten(source, 1),
        "_$e(0);function f(a) {_$e(1);try{ _$s(1);a.b = 1; _$s(2);return a }finally{_$l()}/*_$1*/};_$l();"
    );
    assert_eq!(
        rewritten(source, 2),
        "_$e0(0,0,_$un);_$w(1,f);function f(a) {_$e1(1,0,_$un,a);try{ _$s(1);a.b = 1; _$s(2);return _$r(a) }finally{_$l()}/*_$1*/};_$n();_$l();"
    );
    assert_eq!(
        rewritten(source, 3),
        "_$e0(0,0,_$un);_$w(1,f);function f(a) {_$e1(1,0,_$un,a);try{ _$s(1);_$pw(a,\"b\",a.b = 1); _$s(2);return _$r(a) }finally{_$l()}/*_$1*/};_$n();_$l();"
    );
}

#[test]
fn variables_log_the_values_they_take() {
    check("let a = 1", "_$s(1);let a = _$w(1,1)");
    check("let a", "_$s(1);let a;_$w(1,a);");
    check(
        "let a = () => 1",
        "_$s(1);let a = () => {_$e0(1,0,_$un);try{_$s(2);return _$r(1);}finally{_$l()}/*_$1*/};_$w(1,a);",
    );
    check("var [a, b] = c", "_$s(1);var [a, b] = c;_$w(1,a);_$w(2,b);");
    check(
        "let a; a += b",
        "_$s(1);let a;;_$w(1,a); _$s(2);_$wa(1,a += _$pc(b))",
    );
    check(
        "let a; a++; f(a++); --a",
        "_$s(1);let a;;_$w(1,a); _$s(2);a++,_$w(1,a); _$s(3);f(_$q(a++,_$w(1,a))); _$s(4);_$w(1,--a)",
    );
    check("x = 1", "_$s(1);_$wg(\"x\",x = 1)");
}

#[test]
fn properties_are_logged_once_they_are_written() {
    check("a.b.c = d", "_$s(1);_$pw(_$t=a.b,\"c\",_$t.c = d)");
    check("a[i] = d", "_$s(1);_$pw(a,i,a[i] = d)");
    check("a[i + 1] = d", "_$s(1);_$pwk(a,a[_$k1=(i + 1)] = d,_$k1)");
    check("a.b++", "_$s(1);_$pu(a,\"b\",a.b++)");
    check("--a.b.c", "_$s(1);_$px(--(_$k1=a.b).c,_$k1,\"c\")");
    check("delete a.b", "_$s(1);_$pd(delete (_$k1=a).b,_$k1,\"b\")");
    check(
        "[a.b, c[0]] = d",
        "_$s(1);_$q([(_$k1=a).b, (_$k2=c)[_$k3=(0)]] = d,_$pr(_$k1,\"b\"),_$pr(_$k2,_$k3))",
    );
    check("a.push(1)", "_$s(1);_$mc(a,1,_$ml(a),a.push(1))");
    check(
        "a.b.set(k, () => 1)",
        "_$s(1);_$mc(_$t=a.b,10,_$ml(_$t),_$t.set(_$k1=k, _$k2=(0,() => {_$e0(1,0,_$un);try{_$s(2);return _$r(1);}finally{_$l()}/*_$1*/})),_$k1,_$k2)",
    );
}

#[test]
fn literals_that_are_about_to_be_logged_tell_what_they_make() {
    check(
        "a = { b: 1, \"c d\": [e] }",
        "_$s(1);_$wg(\"a\",a = _$o2(0,_$t={ b: 1, \"c d\": _$oa([e]) },_$t.b,_$t[\"c d\"]))",
    );
    check(
        "f({ a }, [b, ...c], d ? {} : e)",
        "_$s(1);f(_$o1(0,_$t={ a },_$t.a), _$oa([b, ...c]), d ? _$on(1,_$t={}) : e)",
    );
    // Some have to be looked at.
    for literal in [
        "{ ...b }",
        "{ 1: b }",
        "{ [b]: c }",
        "{ __proto__: b }",
        "{ b: 1, b: 2 }",
        "[, b]",
    ] {
        check(
            &format!("a = {literal}"),
            &format!("_$s(1);_$wg(\"a\",a = {literal})"),
        );
    }
    // Others nobody may ever see.
    check("for (a of [[b]]) ;", "_$s(1);for (a of [[b]]) {_$s(2);;}");
}

#[test]
fn optional_chains_stay_whole() {
    check("a?.b.push(1)", "_$s(1);a?.b.push(1)");
    check("a.b?.push(1)", "_$s(1);_$mc(_$t=a.b,1,_$ml(_$t),_$t?.push(1))");
    check(
        "a?.b.pop()?.push(c.d = 1)",
        "_$s(1);_$mc(_$t=a?.b.pop(),1,_$ml(_$t),_$t?.push(_$pw(c,\"d\",c.d = 1)))",
    );
    check("delete a?.b", "_$s(1);delete a?.b");
}

#[test]
fn statements_without_braces_get_them() {
    check("if (a) b; else c", "_$s(1);if (a) {_$s(2);b;} else {_$s(3);c}");
    check("while (a) b", "_$s(1);while (_$s(2),(a)) {_$s(3);b}");
    check("for (;;) function_()", "_$s(1);for (;;) {_$s(2);function_()}");
    check("l: for (;;) continue l", "_$s(1);l: for (;;) {_$s(2);continue l}");
    check("with (a) b = 1", "_$s(1);with (a) b = 1");
}

#[test]
fn every_operand_after_a_comma_is_a_site() {
    check("a, b(), c", "_$s(1);a, _$s(2),b(), _$s(3),c");
    check("if (a, b) c, d", "_$s(1);if (a, _$s(2),b) {_$s(3);c, _$s(4),d}");
    check(
        "for (a, b; c, d; e++, f) ;",
        "_$s(1);for (a, _$s(2),b; _$s(3),(c, _$s(4),d); _$s(5),(e++,_$wg(\"e\",e), _$s(6),f)) {_$s(7);;}",
    );
    check(
        "function f(x) { return x++, g(x), x }",
        "_$w(1,f);function f(x) {_$e1(1,0,_$un,x);try{ _$s(1);return _$r((x++,_$w(2,x), _$s(2),g(x), _$s(3),x)) }finally{_$l()}/*_$1*/}",
    );
    check("(0, a.b)(1)", "_$s(1);(0, _$s(2),a.b)(1)");
    // What V8 drops has no site; what has no frame of its own has none either.
    check("1, 2, a", "_$s(1);1, 2, _$s(2),a");
    check(
        "class A { b = (c, d) }",
        "_$s(1);class A { b = (c, d) };_$w(1,A);",
    );
}

#[test]
fn every_declarator_with_a_value_is_a_site() {
    check(
        "var a, b = 1, c = d()",
        "_$s(1);var a, b = (_$s(2),_$w(2,1)), c = (_$s(3),_$w(3,d()))",
    );
    check(
        "let a = () => b, c = a()",
        "_$s(1);let a = () => {_$e0(1,0,_$un);try{_$s(2);return _$r(b);}finally{_$l()}/*_$1*/}, \
         c = (_$w(1,a),_$s(3),_$w(2,a()))",
    );
    check(
        "let a = 1, b, f = class {}, [c] = d",
        "_$s(1);let a = _$w(1,1), {}=(_$s(2),0),b, {}=(_$w(2,b),_$s(3),0),f = class {}, [c] = (_$w(3,f),_$s(4),d);_$w(4,c);",
    );
    check(
        "for (let i = 0, [n] = a; ;) ;",
        "_$s(1);for (let i = _$w(1,0), [n] = (_$s(2),a),_$d=(_$w(2,n)); ;) {_$s(3);;}",
    );
}

#[test]
fn probes_do_not_grow_together_with_keywords() {
    check(
        "function f(x) { return!x }",
        "_$w(1,f);function f(x) {_$e1(1,0,_$un,x);try{ _$s(1);return _$r(!x) }finally{_$l()}/*_$1*/}",
    );
    check("for (x of[1]) ;", "_$s(1);for (x of[1]) {_$s(2);;}");
}

#[test]
fn captured_loop_variables_have_instances() {
    check(
        "for (let i = 0; i < 2; i++) f(() => i)",
        "_$s(1);for (let _$b1=_$nb(1,0),i = _$wo(1,_$b1,0); _$s(2),(i < 2); _$b1=_$nc(1,_$b1),_$s(3),(i++,_$wo(1,_$b1,i))) \
         {_$s(4);f(() => {_$e0(1,_$b1,_$un);try{_$s(5);return _$r(i);}finally{_$l()}/*_$1*/})}",
    );
    check(
        "for (const i of a) f(() => i)",
        "_$s(1);for (const i of a) {const _$b1=_$nb(1,0);_$wo(1,_$b1,i);_$s(2);f(() => \
         {_$e0(1,_$b1,_$un);try{_$s(3);return _$r(i);}finally{_$l()}/*_$1*/});}",
    );
}

#[test]
fn derived_constructors_log_this_once_there_is_one() {
    check(
        "class B extends A { constructor() { super(1) } }",
        "_$s(1);class B extends A { constructor() {_$e0(1,0,_$un);try{ _$s(2);_$w(0,super(1)) ;_$n()}finally{_$l()}/*_$1*/} /*_$1*/};_$w(1,B);",
    );
    check(
        "class C { x = () => this }",
        "_$s(1);class C { x = () => {_$e0(1,0,this);try{_$s(2);return _$r(this);}finally{_$l()}/*_$1*/} };_$w(1,C);",
    );
}

#[test]
fn await_and_yield_give_up_the_frame() {
    check(
        "async function f() { await a }",
        "_$w(1,f);async function f() {const _$f1=_$e0(1,0,_$un);try{ _$s(1);_$at(_$f1,await _$aa(_$f1,a)) ;_$n()}finally{_$lf(_$f1)}/*_$1*/}",
    );
    check(
        "function* g() { yield }",
        "_$w(1,g);function* g() {const _$f1=_$e0(1,0,_$un);try{ _$s(1);_$ar(_$f1,yield _$aw(_$f1)) ;_$n()}finally{_$lf(_$f1)}/*_$1*/}",
    );
}

#[test]
fn directives_stay_first_and_a_last_comment_is_closed() {
    assert_eq!(
        rewritten("'use strict'\nf() // end", 1),
        "'use strict';_$e(0);\n_$s(1);f() // end\n;_$l();"
    );
    assert!(rewritten("function f() { 'use strict'\n a }", 1).contains("'use strict';_$e(1);try{"));
}

#[test]
fn functions_that_cannot_hold_a_try_are_left_alone() {
    let instrumented = instrument(
        "function f() { var g; function g() {} return g }",
        Goal::Script,
        3,
        Bases::default(),
    )
    .unwrap();
    assert!(
        instrumented
            .text
            .contains("function f() { var g; function g() {} return g /*_$1*/}")
    );
    assert_eq!(instrumented.warnings.len(), 1);
}

#[test]
fn what_cannot_be_parsed_is_an_error() {
    let error = instrument("let = = 1", Goal::Script, 3, Bases::default()).unwrap_err();
    assert!(matches!(error, InstrumentError::Syntax { .. }));
}

fn tables(source: &str) -> Instrumented {
    instrument(
        source,
        Goal::Either,
        3,
        Bases {
            site: 11,
            function: 21,
            scope: 31,
            binding: 41,
            literal: 0,
        },
    )
    .unwrap()
}

#[test]
fn sites_know_their_place_function_and_scope() {
    let tables = tables("let é = '😀'; f(é);\nfunction f(a) {\n  if (a) { let b = a; return () => b }\n}");
    let sites: Vec<_> = tables
        .sites
        .iter()
        .map(|site| {
            let Position { line, column } = site.position;
            (line, column, site.function.0 - 21, site.scope.0 - 31, site.kind)
        })
        .collect();
    use SiteKind::{ArrowBody, Statement};
    assert_eq!(
        sites,
        [
            (1, 0, 0, 0, Statement),
            (1, 14, 0, 0, Statement),
            (3, 2, 1, 1, Statement),
            (3, 11, 1, 2, Statement),
            (3, 22, 1, 2, Statement),
            (3, 35, 2, 3, ArrowBody),
        ]
    );
    let scopes: Vec<_> = tables
        .scopes
        .iter()
        .map(|scope| (scope.kind, scope.parent.map(|id| id.0 - 31), scope.has_instances))
        .collect();
    assert_eq!(
        scopes,
        [
            (ScopeKind::Script, None, false),
            (ScopeKind::Function, Some(0), false),
            (ScopeKind::Block, Some(1), true),
            (ScopeKind::Function, Some(2), false),
        ]
    );
}

#[test]
fn functions_and_variables_are_listed() {
    let tables = tables(
        "import x from './x.js'; class C { #p = 1; constructor(q) {} get m() { return 1 } static { } }
         const o = { k: function () {}, async *g({ d }, ...rest) {} }; export let arrow = () => {}; try {} catch (e) {}",
    );
    assert!(tables.is_module);
    assert_eq!(tables.imports, ["./x.js"]);
    let functions: Vec<_> = tables
        .functions
        .iter()
        .map(|function| {
            (
                function.name.as_str(),
                function.kind,
                function.is_async,
                function.is_generator,
            )
        })
        .collect();
    use FunctionKind::{Arrow, Constructor, Initializer, Method, TopLevel};
    assert_eq!(
        functions,
        [
            ("", TopLevel, true, false),
            ("C", Constructor, false, false),
            ("m", Method, false, false),
            ("static C", Initializer, false, false),
            ("k", FunctionKind::Function, false, false),
            ("g", Method, true, true),
            ("arrow", Arrow, false, false),
        ]
    );
    let bindings: Vec<_> = tables
        .bindings
        .iter()
        .map(|binding| (&*binding.name, binding.kind))
        .collect();
    use BindingKind::{Catch, Class, Const, Import, Let, Parameter};
    assert_eq!(
        bindings,
        [
            ("x", Import),
            ("C", Class),
            ("q", Parameter),
            ("o", Const),
            ("d", Parameter),
            ("rest", Parameter),
            ("arrow", Let),
            ("e", Catch),
        ]
    );
    let parameters: Vec<_> = tables.functions[5]
        .parameters
        .iter()
        .map(|binding| binding.0 - 41)
        .collect();
    assert_eq!(parameters, [4, 5]);
}
