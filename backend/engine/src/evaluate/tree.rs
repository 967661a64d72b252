//! An expression as our own evaluator walks it: what the parser found, without spans, chains flat.
//!
//! Made once for any number of points. What the evaluator does not do stands in it as [`Expression::Beyond`], so that
//! the rest can still be told apart from it: `false && new Thing()` needs no more than we have.

use std::rc::Rc;

use oxc_syntax::operator::{BinaryOperator, LogicalOperator, UnaryOperator};
use recording::value::{Text, Value};

/// An expression.
#[derive(Debug)]
pub(super) enum Expression {
    /// A literal.
    Literal(Value),
    /// A variable.
    Name(Text),
    /// `this`
    This,
    /// A template: a text before each expression, and the last one.
    Template(Vec<(Text, Expression)>, Text),
    /// `[…]`
    Array(Vec<Item>),
    /// `{…}`
    Object(Vec<Entry>),
    /// An operator before its operand.
    Unary(UnaryOperator, Box<Expression>),
    /// Operands from left to right: `a + b - c`.
    Binary(Box<Expression>, Vec<(BinaryOperator, Expression)>),
    /// `#name in object`
    PrivateIn(Text, Box<Expression>),
    /// The same for `&&`, `||` and `??`.
    Logical(Box<Expression>, Vec<(LogicalOperator, Expression)>),
    /// `a ? b : c`
    Conditional(Box<[Expression; 3]>),
    /// `a, b`
    Sequence(Vec<Expression>),
    /// What is read from and called of a value, one after the other: `a.b(c)?.[d]`.
    Chain(Box<Expression>, Vec<Link>),
    /// A function to hand to a built-in one.
    Arrow(Rc<Arrow>),
    /// Something that takes a whole JavaScript engine.
    Beyond,
}

/// One link of a chain.
#[derive(Debug)]
pub(super) struct Link {
    /// Whether the chain ends here, undefined, at a value that is null or undefined.
    pub(super) is_optional: bool,
    /// What is done.
    pub(super) kind: LinkKind,
}

/// What a link does.
#[derive(Debug)]
pub(super) enum LinkKind {
    /// `.name`, `.#name`
    Member(Text),
    /// `[expression]`
    Computed(Expression),
    /// `(…)`, and the text of what is called.
    Call(Vec<Item>, Text),
}

/// An element of an array, or an argument.
#[derive(Debug)]
pub(super) enum Item {
    /// One value.
    One(Expression),
    /// `...all`
    Spread(Expression),
    /// Nothing between two commas.
    Hole,
}

/// A property of an object literal.
#[derive(Debug)]
pub(super) enum Entry {
    /// `name: value`
    Named(Text, Expression),
    /// `[name]: value`
    Computed(Expression, Expression),
    /// `...all`
    Spread(Expression),
}

/// `(a, b) => body`
#[derive(Debug)]
pub(super) struct Arrow {
    pub(super) parameters: Vec<Text>,
    pub(super) body: Expression,
}
