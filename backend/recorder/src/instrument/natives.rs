//! Calls of built-in functions that change or settle objects where no other probe would see it.

use oxc_ast::ast::{CallExpression, Expression, NewExpression};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;

use super::{facts::is_anonymous_function, members::is_mutator, rewrite::Rewriter};

/// Functions of `Object` that change their first argument and return it.
const OBJECT_MUTATORS: [&str; 7] = [
    "assign",
    "defineProperty",
    "defineProperties",
    "setPrototypeOf",
    "freeze",
    "seal",
    "preventExtensions",
];

/// Functions of `Reflect` that change their first argument.
const REFLECT_MUTATORS: [&str; 4] = ["set", "defineProperty", "deleteProperty", "setPrototypeOf"];

impl Rewriter<'_> {
    /// `Object.assign(o, …)`, `Reflect.set(o, …)`, `x.push.apply(o, …)`, `Promise.resolve(v)`.
    pub(super) fn native_call(&mut self, it: &CallExpression<'_>) -> bool {
        let Expression::StaticMemberExpression(member) = &it.callee else {
            return false;
        };
        if self.level < 3 || it.optional || member.optional {
            return false;
        }
        let name = member.property.name.as_str();
        let close = match &member.object {
            Expression::Identifier(object) if self.is_global(object) => match object.name.as_str() {
                "Object" if OBJECT_MUTATORS.contains(&name) => {
                    self.wrap(it.span, "_$rs(", ")", |this| walk::walk_call_expression(this, it));
                    return true;
                }
                "Reflect" if REFLECT_MUTATORS.contains(&name) => ("_$rk(", ""),
                "Promise" if name == "resolve" => ("_$pv(", ",true"),
                "Promise" if name == "reject" => ("_$pv(", ",false"),
                _ => return false,
            },
            Expression::StaticMemberExpression(method)
                if matches!(name, "call" | "apply") && is_mutator(&method.property.name) =>
            {
                ("_$rk(", "")
            }
            _ => return false,
        };
        self.with_first_kept(it, close.0, close.1)
    }

    /// `f(a, …)` becomes `probe(f(_$k1=a, …),_$k1…)`.
    fn with_first_kept(&mut self, it: &CallExpression<'_>, probe: &str, rest: &str) -> bool {
        let Some(first) = it.arguments.first().and_then(|first| first.as_expression()) else {
            return false;
        };
        if !self.has_slots(1) || is_anonymous_function(first) {
            return false;
        }
        let n_slots = self.slots_in_use();
        self.insertions.add(it.span.start, probe);
        self.visit_expression(&it.callee);
        let slot = self.slot();
        self.wrap(first.span(), format!("{slot}="), "", |this| {
            this.visit_expression(first)
        });
        for argument in it.arguments.iter().skip(1) {
            self.visit_argument(argument);
        }
        self.insertions.add(it.span.end, format!(",{slot}{rest})"));
        self.release_slots(n_slots);
        true
    }

    /// `new Promise(f)` becomes `_$np(new Promise(_$k1=_$ex(f)),_$k1)`: what settles it is known to `f` alone.
    pub(super) fn new_promise(&mut self, it: &NewExpression<'_>) -> bool {
        let is_promise = matches!(&it.callee, Expression::Identifier(callee) if callee.name == "Promise" && self.is_global(callee));
        let [executor] = it.arguments.as_slice() else {
            return false;
        };
        let Some(executor) = executor.as_expression().filter(|_| is_promise) else {
            return false;
        };
        if self.level < 3 || !self.has_slots(1) {
            return false;
        }
        let n_slots = self.slots_in_use();
        let slot = self.slot();
        self.insertions.add(it.span.start, "_$np(");
        self.wrap(executor.span(), format!("{slot}=_$ex("), ")", |this| {
            this.visit_expression(executor);
        });
        self.insertions.add(it.span.end, format!(",{slot})"));
        self.release_slots(n_slots);
        true
    }
}
