//! From the parser's tree to ours.

use std::rc::Rc;

use oxc_allocator::Allocator;
use oxc_ast::ast::{self, ArrowFunctionBody, BindingPattern, ChainElement, ObjectPropertyKind, Statement};
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType, Span};
use recording::value::{Text, Value};

use super::{
    nesting,
    tree::{Arrow, Entry, Expression, Item, Link, LinkKind},
};

/// Source text as it can be evaluated.
#[derive(Debug)]
pub(super) enum Parsed {
    /// One expression, perhaps with parts beyond us.
    Expression(Expression),
    /// A program that is not one expression.
    Program,
    /// No JavaScript, and why not.
    SyntaxError(String),
    /// Too long or too deeply nested to be looked at.
    TooMuch,
}

/// Reads source text as a script.
pub(super) fn parse(text: &str) -> Parsed {
    if !nesting::is_bearable(text) {
        return Parsed::TooMuch;
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::script()).parse();
    if parsed.panicked || parsed.diagnostics.has_errors() {
        let message = parsed.diagnostics.first().map(|error| error.message.to_string());
        return Parsed::SyntaxError(message.unwrap_or_else(|| "invalid syntax".to_owned()));
    }
    let program = &parsed.program;
    let lower = Lower { text };
    match (program.directives.as_slice(), program.body.as_slice()) {
        ([], []) => Parsed::Expression(Expression::Literal(Value::Undefined)),
        ([directive], []) => {
            let text = directive.expression.value.as_str().into();
            Parsed::Expression(Expression::Literal(Value::String(text)))
        }
        ([], [Statement::ExpressionStatement(statement)]) => {
            Parsed::Expression(lower.expression(&statement.expression))
        }
        _ => Parsed::Program,
    }
}

struct Lower<'t> {
    text: &'t str,
}

impl Lower<'_> {
    fn boxed(&self, expression: &ast::Expression<'_>) -> Box<Expression> {
        Box::new(self.expression(expression))
    }

    fn expression(&self, expression: &ast::Expression<'_>) -> Expression {
        use ast::Expression as E;
        match expression {
            E::BooleanLiteral(literal) => Expression::Literal(Value::Boolean(literal.value)),
            E::NullLiteral(_) => Expression::Literal(Value::Null),
            E::NumericLiteral(literal) => Expression::Literal(Value::Number(literal.value)),
            E::BigIntLiteral(literal) => Expression::Literal(Value::BigInt(literal.value.as_str().into())),
            E::StringLiteral(literal) if literal.lone_surrogates => Expression::Beyond,
            E::StringLiteral(literal) => Expression::Literal(Value::String(literal.value.as_str().into())),
            E::TemplateLiteral(template) => self.template(template),
            E::Identifier(name) if name.name == "undefined" => Expression::Literal(Value::Undefined),
            E::Identifier(name) => Expression::Name(name.name.as_str().into()),
            E::ThisExpression(_) => Expression::This,
            E::ArrayExpression(array) => Expression::Array(
                array
                    .elements
                    .iter()
                    .map(|element| self.element(element))
                    .collect(),
            ),
            E::ObjectExpression(object) => self.object(object),
            E::UnaryExpression(unary) => Expression::Unary(unary.operator, self.boxed(&unary.argument)),
            E::BinaryExpression(binary) => self.binary(binary),
            E::PrivateInExpression(private) => {
                Expression::PrivateIn(private_name(&private.left), self.boxed(&private.right))
            }
            E::LogicalExpression(logical) => self.logical(logical),
            E::ConditionalExpression(conditional) => Expression::Conditional(Box::new([
                self.expression(&conditional.test),
                self.expression(&conditional.consequent),
                self.expression(&conditional.alternate),
            ])),
            E::SequenceExpression(sequence) => {
                let expressions = sequence.expressions.iter();
                Expression::Sequence(expressions.map(|each| self.expression(each)).collect())
            }
            E::ParenthesizedExpression(inner) => self.expression(&inner.expression),
            E::ArrowFunctionExpression(arrow) => self.arrow(arrow),
            E::ChainExpression(_)
            | E::CallExpression(_)
            | E::StaticMemberExpression(_)
            | E::ComputedMemberExpression(_)
            | E::PrivateFieldExpression(_) => self.chain(expression),
            E::RegExpLiteral(_) => Expression::Beyond,
            E::AssignmentExpression(_) | E::UpdateExpression(_) => Expression::Beyond,
            E::FunctionExpression(_) => Expression::Beyond,
            E::ClassExpression(_) => Expression::Beyond,
            E::NewExpression(_) => Expression::Beyond,
            _ => Expression::Beyond,
        }
    }

    fn template(&self, template: &ast::TemplateLiteral<'_>) -> Expression {
        let mut texts = Vec::new();
        for quasi in &template.quasis {
            match (&quasi.value.cooked, quasi.lone_surrogates) {
                (Some(text), false) => texts.push(Text::from(text.as_str())),
                _ => return Expression::Beyond,
            }
        }
        let last = texts.pop().unwrap_or_else(|| "".into());
        let expressions = template.expressions.iter().map(|each| self.expression(each));
        Expression::Template(texts.into_iter().zip(expressions).collect(), last)
    }

    fn element(&self, element: &ast::ArrayExpressionElement<'_>) -> Item {
        use ast::ArrayExpressionElement as Element;
        match element {
            Element::SpreadElement(spread) => Item::Spread(self.expression(&spread.argument)),
            Element::Elision(_) => Item::Hole,
            other => Item::One(
                other
                    .as_expression()
                    .map_or(Expression::Beyond, |each| self.expression(each)),
            ),
        }
    }

    fn argument(&self, argument: &ast::Argument<'_>) -> Item {
        match argument {
            ast::Argument::SpreadElement(spread) => Item::Spread(self.expression(&spread.argument)),
            other => Item::One(
                other
                    .as_expression()
                    .map_or(Expression::Beyond, |each| self.expression(each)),
            ),
        }
    }

    fn object(&self, object: &ast::ObjectExpression<'_>) -> Expression {
        let mut entries = Vec::new();
        for property in &object.properties {
            entries.push(match property {
                ObjectPropertyKind::SpreadProperty(spread) => {
                    Entry::Spread(self.expression(&spread.argument))
                }
                ObjectPropertyKind::ObjectProperty(property) => {
                    if property.kind != ast::PropertyKind::Init || property.method {
                        return Expression::Beyond;
                    }
                    let value = self.expression(&property.value);
                    match (property.key.static_name(), &property.key) {
                        (Some(name), _)
                            if !property.computed && name == "__proto__" && !property.shorthand =>
                        {
                            return Expression::Beyond;
                        }
                        (Some(name), _) if !property.computed => Entry::Named((&*name).into(), value),
                        (_, key) => match key.as_expression() {
                            Some(key) => Entry::Computed(self.expression(key), value),
                            None => return Expression::Beyond,
                        },
                    }
                }
            });
        }
        Expression::Object(entries)
    }

    /// Operands of a row of binary operators; the tree leans left, as long as the row.
    fn binary(&self, binary: &ast::BinaryExpression<'_>) -> Expression {
        let mut rest = vec![(binary.operator, self.expression(&binary.right))];
        let mut first = &binary.left;
        while let ast::Expression::BinaryExpression(inner) = first {
            rest.push((inner.operator, self.expression(&inner.right)));
            first = &inner.left;
        }
        rest.reverse();
        Expression::Binary(self.boxed(first), rest)
    }

    fn logical(&self, logical: &ast::LogicalExpression<'_>) -> Expression {
        let mut rest = vec![(logical.operator, self.expression(&logical.right))];
        let mut first = &logical.left;
        while let ast::Expression::LogicalExpression(inner) = first {
            rest.push((inner.operator, self.expression(&inner.right)));
            first = &inner.left;
        }
        rest.reverse();
        Expression::Logical(self.boxed(first), rest)
    }

    fn arrow(&self, arrow: &ast::ArrowFunctionExpression<'_>) -> Expression {
        const BEYOND: Expression = Expression::Beyond;
        if arrow.r#async || arrow.params.rest.is_some() {
            return BEYOND;
        }
        let mut parameters = Vec::new();
        for parameter in &arrow.params.items {
            match (&parameter.pattern, &parameter.initializer) {
                (BindingPattern::BindingIdentifier(name), None) => parameters.push(name.name.as_str().into()),
                _ => return BEYOND,
            }
        }
        let body = match &arrow.body {
            ArrowFunctionBody::FunctionBody(body) => {
                match (body.directives.as_slice(), body.statements.as_slice()) {
                    ([], [Statement::ReturnStatement(statement)]) => statement
                        .argument
                        .as_ref()
                        .map_or(Expression::Literal(Value::Undefined), |argument| {
                            self.expression(argument)
                        }),
                    _ => return BEYOND,
                }
            }
            body => match body.as_expression() {
                Some(body) => self.expression(body),
                None => return BEYOND,
            },
        };
        Expression::Arrow(Rc::new(Arrow { parameters, body }))
    }

    /// A chain, laid flat: its tree leans left too.
    fn chain(&self, expression: &ast::Expression<'_>) -> Expression {
        let mut links = Vec::new();
        let mut current = expression;
        if let ast::Expression::ChainExpression(chain) = expression {
            current = match &chain.expression {
                ChainElement::CallExpression(call) => {
                    links.push(self.call(call));
                    &call.callee
                }
                element => match element.as_member_expression() {
                    Some(member) => match self.member(member) {
                        Some(link) => {
                            links.push(link);
                            member.object()
                        }
                        None => return Expression::Beyond,
                    },
                    None => return Expression::Beyond,
                },
            };
        }
        let start = loop {
            current = match current {
                ast::Expression::CallExpression(call) => {
                    links.push(self.call(call));
                    &call.callee
                }
                other => match other.as_member_expression() {
                    Some(member) => match self.member(member) {
                        Some(link) => {
                            links.push(link);
                            member.object()
                        }
                        None => return Expression::Beyond,
                    },
                    None => break other,
                },
            };
        };
        links.reverse();
        Expression::Chain(self.boxed(start), links)
    }

    fn call(&self, call: &ast::CallExpression<'_>) -> Link {
        let arguments = call
            .arguments
            .iter()
            .map(|argument| self.argument(argument))
            .collect();
        Link {
            is_optional: call.optional,
            kind: LinkKind::Call(arguments, self.slice(call.callee.span())),
        }
    }

    fn member(&self, member: &ast::MemberExpression<'_>) -> Option<Link> {
        use ast::MemberExpression as M;
        let kind = match member {
            M::StaticMemberExpression(member) => LinkKind::Member(member.property.name.as_str().into()),
            M::PrivateFieldExpression(member) => LinkKind::Member(private_name(&member.field)),
            M::ComputedMemberExpression(member) => LinkKind::Computed(self.expression(&member.expression)),
        };
        // `super.x` has no object.
        (!matches!(member.object(), ast::Expression::Super(_))).then_some(Link {
            is_optional: member.optional(),
            kind,
        })
    }

    fn slice(&self, span: Span) -> Text {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("it")
            .into()
    }
}

fn private_name(name: &ast::PrivateIdentifier<'_>) -> Text {
    format!("#{}", name.name).into()
}
