//! XPath 1.0 over the documents: reading expressions. `evaluation` finds nodes with them.
//!
//! Ours because no library for it is kept up that could work on another tree than its own, and because elements of HTML
//! have to be found whatever the case of their names. Left out, as in any expression a person types into a search field:
//! variables and the namespace axis.

mod evaluation;
mod functions;

use super::{NodeIdx, tree::Tree};

/// Longer or more deeply nested expressions are not read: reading and evaluating them recurses.
const MAX_BYTES: usize = 1_000;
const MAX_NESTING: usize = 24;

/// An expression.
pub(super) struct XPath(Expr);

impl XPath {
    /// Reads an expression; None if it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let mut parser = Parser {
            rest: text,
            nesting: 0,
        };
        let expr = parser.expr()?;
        parser.rest.trim_start().is_empty().then_some(Self(expr))
    }

    /// The nodes of a document that it stands for: none if it stands for something else or takes too long.
    pub(super) fn select(&self, tree: &Tree, document: NodeIdx) -> Vec<NodeIdx> {
        evaluation::select(&self.0, tree, document)
    }
}

#[derive(Debug)]
enum Expr {
    Binary(Operator, Box<Expr>, Box<Expr>),
    Negative(Box<Expr>),
    Text(String),
    Number(f64),
    Call(String, Vec<Expr>),
    /// Steps from the context node or, if absolute, from the document.
    Path {
        is_absolute: bool,
        steps: Vec<Step>,
    },
    /// Some of the nodes of an expression, and steps from there.
    Filter {
        base: Box<Expr>,
        predicates: Vec<Expr>,
        steps: Vec<Step>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Union,
}

#[derive(Debug)]
struct Step {
    axis: Axis,
    test: Test,
    predicates: Vec<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Axis {
    Child,
    Descendant,
    Parent,
    Ancestor,
    FollowingSibling,
    PrecedingSibling,
    Following,
    Preceding,
    Attribute,
    Itself,
    DescendantOrSelf,
    AncestorOrSelf,
}

#[derive(Debug)]
enum Test {
    /// Elements or attributes of any name.
    Any,
    Named(String),
    Node,
    Text,
    Comment,
}

const AXES: [(&str, Axis); 12] = [
    ("child", Axis::Child),
    ("descendant", Axis::Descendant),
    ("parent", Axis::Parent),
    ("ancestor", Axis::Ancestor),
    ("following-sibling", Axis::FollowingSibling),
    ("preceding-sibling", Axis::PrecedingSibling),
    ("following", Axis::Following),
    ("preceding", Axis::Preceding),
    ("attribute", Axis::Attribute),
    ("self", Axis::Itself),
    ("descendant-or-self", Axis::DescendantOrSelf),
    ("ancestor-or-self", Axis::AncestorOrSelf),
];

/// Operators from the weakest to the strongest; of those that begin alike the longer comes first.
const LEVELS: [&[(&str, Operator)]; 7] = [
    &[("or", Operator::Or)],
    &[("and", Operator::And)],
    &[("!=", Operator::NotEqual), ("=", Operator::Equal)],
    &[
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[
        ("*", Operator::Multiply),
        ("div", Operator::Divide),
        ("mod", Operator::Remainder),
    ],
    &[("|", Operator::Union)],
];

/// The level of `|`, which binds more strongly than a sign.
const UNION: usize = 6;

struct Parser<'s> {
    rest: &'s str,
    nesting: usize,
}

impl<'s> Parser<'s> {
    fn expr(&mut self) -> Option<Expr> {
        self.nesting += 1;
        let expr = match self.nesting > MAX_NESTING {
            true => None,
            false => self.binary(0),
        };
        self.nesting -= 1;
        expr
    }

    fn binary(&mut self, level: usize) -> Option<Expr> {
        let Some(operators) = LEVELS.get(level) else {
            return self.path();
        };
        let mut is_negative = false;
        while level == UNION && self.take("-") {
            is_negative = !is_negative;
        }
        let mut left = self.binary(level + 1)?;
        while let Some((_, operator)) = operators.iter().find(|(sign, _)| self.take_operator(sign)) {
            let right = self.binary(level + 1)?;
            left = Expr::Binary(*operator, Box::new(left), Box::new(right));
        }
        Some(match is_negative {
            true => Expr::Negative(Box::new(left)),
            false => left,
        })
    }

    /// A path, or a value that a path may go on from.
    fn path(&mut self) -> Option<Expr> {
        self.skip_space();
        let Some(base) = self.primary()? else {
            return self.location_path();
        };
        let predicates = self.predicates()?;
        let mut steps = Vec::new();
        if self.is_next("/") {
            self.steps(&mut steps)?;
        }
        Some(match predicates.is_empty() && steps.is_empty() {
            true => base,
            false => Expr::Filter {
                base: Box::new(base),
                predicates,
                steps,
            },
        })
    }

    /// A value; the inner None if a path begins here.
    fn primary(&mut self) -> Option<Option<Expr>> {
        let first = self.rest.chars().next()?;
        if self.take("(") {
            let inner = self.expr()?;
            return self.take(")").then_some(Some(inner));
        }
        if matches!(first, '"' | '\'') {
            let (text, rest) = self.rest.get(1..)?.split_once(first)?;
            self.rest = rest;
            return Some(Some(Expr::Text(text.to_owned())));
        }
        let is_fraction = self
            .rest
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
        if first.is_ascii_digit() || is_fraction {
            let end = self.rest.find(|next: char| !next.is_ascii_digit() && next != '.');
            let (number, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
            self.rest = rest;
            return Some(Some(Expr::Number(number.parse().ok()?)));
        }
        let before = self.rest;
        if let Some(name) = self.name()
            && !["node", "text", "comment", "processing-instruction"].contains(&name)
            && self.take("(")
        {
            let mut arguments = Vec::new();
            while !self.take(")") {
                if !arguments.is_empty() && !self.take(",") {
                    return None;
                }
                arguments.push(self.expr()?);
            }
            return Some(Some(Expr::Call(name.to_owned(), arguments)));
        }
        self.rest = before;
        Some(None)
    }

    fn location_path(&mut self) -> Option<Expr> {
        let mut steps = Vec::new();
        let is_absolute = self.is_next("/");
        if is_absolute {
            let before = self.rest;
            if self.take("/") && !self.is_next("/") && !self.begins_step() {
                return Some(Expr::Path { is_absolute, steps });
            }
            self.rest = before;
        } else {
            steps.push(self.step()?);
        }
        self.steps(&mut steps)?;
        Some(Expr::Path { is_absolute, steps })
    }

    /// What follows slashes.
    fn steps(&mut self, steps: &mut Vec<Step>) -> Option<()> {
        loop {
            if self.take("//") {
                steps.push(Step::all(Axis::DescendantOrSelf));
            } else if !self.take("/") {
                return Some(());
            }
            steps.push(self.step()?);
        }
    }

    fn begins_step(&mut self) -> bool {
        self.skip_space();
        self.rest
            .starts_with(|next: char| matches!(next, '@' | '*' | '.') || is_name_char(next))
    }

    fn step(&mut self) -> Option<Step> {
        if self.take("..") {
            return Some(Step::all(Axis::Parent));
        }
        if self.take(".") {
            return Some(Step::all(Axis::Itself));
        }
        let axis = match self.take("@") {
            true => Axis::Attribute,
            false => self.axis()?,
        };
        let test = if self.take("*") {
            Test::Any
        } else {
            let name = self.name()?;
            match (name, self.take("(")) {
                (name, false) => Test::Named(name.to_owned()),
                ("node", true) => self.take(")").then_some(Test::Node)?,
                ("text", true) => self.take(")").then_some(Test::Text)?,
                ("comment", true) => self.take(")").then_some(Test::Comment)?,
                _ => return None,
            }
        };
        Some(Step {
            axis,
            test,
            predicates: self.predicates()?,
        })
    }

    fn axis(&mut self) -> Option<Axis> {
        let before = self.rest;
        if let Some(name) = self.name()
            && self.take("::")
        {
            return AXES
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, axis)| *axis);
        }
        self.rest = before;
        Some(Axis::Child)
    }

    fn predicates(&mut self) -> Option<Vec<Expr>> {
        let mut predicates = Vec::new();
        while self.take("[") {
            predicates.push(self.expr()?);
            if !self.take("]") {
                return None;
            }
        }
        Some(predicates)
    }

    /// A name, its prefix included: of `a:b`, not of `a::b`.
    fn name(&mut self) -> Option<&'s str> {
        self.skip_space();
        let word = |text: &str| text.find(|next| !is_name_char(next)).unwrap_or(text.len());
        let mut end = word(self.rest);
        let after = self.rest.get(end..)?;
        if let Some(local) = after.strip_prefix(':').filter(|local| !local.starts_with(':')) {
            let n_bytes = word(local);
            end += if n_bytes > 0 { 1 + n_bytes } else { 0 };
        }
        let (name, rest) = self.rest.split_at(end);
        if !name.starts_with(|first: char| first.is_alphabetic() || first == '_') {
            return None;
        }
        self.rest = rest;
        Some(name)
    }

    fn take_operator(&mut self, sign: &str) -> bool {
        self.skip_space();
        let is_word = sign.starts_with(char::is_alphabetic);
        let rest = self.rest.strip_prefix(sign);
        let rest = rest.filter(|rest| !is_word || !rest.starts_with(is_name_char));
        if let Some(rest) = rest {
            self.rest = rest;
        }
        rest.is_some()
    }

    fn take(&mut self, token: &str) -> bool {
        self.skip_space();
        let rest = self.rest.strip_prefix(token);
        if let Some(rest) = rest {
            self.rest = rest;
        }
        rest.is_some()
    }

    fn is_next(&mut self, token: &str) -> bool {
        self.skip_space();
        self.rest.starts_with(token)
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

impl Step {
    fn all(axis: Axis) -> Self {
        Self {
            axis,
            test: Test::Node,
            predicates: Vec::new(),
        }
    }
}

fn is_name_char(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '-' | '.')
}
