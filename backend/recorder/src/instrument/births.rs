//! Literals whose value the program is about to show: what they make is told as it is made, by the values alone, so that
//! nobody has to look at the object. `{ a: e }` becomes `_$o1(literal,_$t={ a: e },_$t.a)`, `[e]` becomes `_$oa([e])`.

use std::{collections::HashSet, fmt::Write as _};

use oxc_ast::ast::{
    Argument, ArrayExpression, ArrayExpressionElement, Expression, ObjectExpression, ObjectPropertyKind,
    PropertyKey, PropertyKind,
};
use oxc_ast_visit::{Visit, walk};

use super::rewrite::Rewriter;

/// Objects with more properties are looked at.
const MAX_PROPERTIES: usize = 16;

impl Rewriter<'_> {
    /// Walks an expression whose value is about to be logged.
    pub(super) fn shown(&mut self, expression: &Expression<'_>) {
        match expression {
            _ if self.level < 3 => self.visit_expression(expression),
            Expression::ObjectExpression(object) => self.object_birth(object),
            Expression::ArrayExpression(array) => self.array_birth(array),
            Expression::ParenthesizedExpression(it) => self.shown(&it.expression),
            Expression::ConditionalExpression(it) => {
                self.visit_expression(&it.test);
                self.shown(&it.consequent);
                self.shown(&it.alternate);
            }
            Expression::LogicalExpression(it) => {
                self.visit_expression(&it.left);
                self.shown(&it.right);
            }
            expression => self.visit_expression(expression),
        }
    }

    pub(super) fn shown_argument(&mut self, argument: &Argument<'_>) {
        match argument.as_expression() {
            Some(expression) => self.shown(expression),
            None => walk::walk_argument(self, argument),
        }
    }

    fn object_birth(&mut self, it: &ObjectExpression<'_>) {
        let Some(keys) = self.plain_keys(it) else {
            return walk::walk_object_expression(self, it);
        };
        if let Some(frame) = self.frame_mut() {
            frame.uses_temporary = true;
        }
        let arity = match keys.len() {
            n @ 1..=4 => n.to_string(),
            _ => "n".to_owned(),
        };
        let literal = self.bases.literal + self.n_literals;
        self.n_literals += 1;
        let mut close = String::new();
        for key in keys {
            let _ = write!(close, ",_$t{key}");
        }
        close.push(')');
        self.wrap(it.span, format!("_$o{arity}({literal},_$t="), close, |this| {
            for property in &it.properties {
                if let ObjectPropertyKind::ObjectProperty(property) = property {
                    this.shown(&property.value);
                }
            }
        });
    }

    /// How to read each property of a fresh object, if all it has are values under names known here, in order.
    fn plain_keys(&self, it: &ObjectExpression<'_>) -> Option<Vec<String>> {
        if it.properties.len() > MAX_PROPERTIES {
            return None;
        }
        let mut seen = HashSet::new();
        let mut keys = Vec::with_capacity(it.properties.len());
        for property in &it.properties {
            let ObjectPropertyKind::ObjectProperty(property) = property else {
                return None;
            };
            if property.kind != PropertyKind::Init || property.computed {
                return None;
            }
            let (name, key) = match &property.key {
                PropertyKey::StaticIdentifier(name) => (name.name.as_str(), format!(".{}", name.name)),
                PropertyKey::StringLiteral(name) => {
                    (name.value.as_str(), format!("[{}]", self.text(name.span)))
                }
                _ => return None,
            };
            // Numbers come first, whatever the order, and `__proto__` is none of the object's.
            let is_number = name.starts_with(|character: char| character.is_ascii_digit());
            if is_number || name == "__proto__" || !seen.insert(name) {
                return None;
            }
            keys.push(key);
        }
        Some(keys)
    }

    fn array_birth(&mut self, it: &ArrayExpression<'_>) {
        let has_holes = it
            .elements
            .iter()
            .any(|element| matches!(element, ArrayExpressionElement::Elision(_)));
        if has_holes {
            return walk::walk_array_expression(self, it);
        }
        self.wrap(it.span, "_$oa(", ")", |this| {
            for element in &it.elements {
                match element.as_expression() {
                    Some(expression) => this.shown(expression),
                    None => walk::walk_array_expression_element(this, element),
                }
            }
        });
    }
}
