//! Finds the nodes that an XPath expression stands for.

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
};

use recording::page::Relation;

use super::{Axis, Expr, Operator, Step, Test, functions};
use crate::dom::{
    Element, NodeIdx,
    tree::{COMMENT, Node, TEXT, Tree},
};

/// Nodes looked at in one search, about a second's work: expressions such as `//*[//*]` look at all of them for each.
const MAX_VISITS: usize = 10_000_000;

/// The nodes of a document; none if the expression stands for something else, is wrong, or takes too long.
pub(super) fn select(expr: &Expr, tree: &Tree, document: NodeIdx) -> Vec<NodeIdx> {
    let all = std::iter::once(document).chain(tree.descendants(document).map(|(idx, _)| idx));
    let search = Search {
        tree,
        document,
        order: all.enumerate().map(|(order, idx)| (idx, order)).collect(),
        visits_left: Cell::new(MAX_VISITS),
    };
    let context = Context {
        item: Item::node(document),
        position: 1,
        size: 1,
    };
    match search.value(expr, context) {
        Some(Value::Nodes(items)) => items.into_iter().map(|item| item.idx).collect(),
        _ => Vec::new(),
    }
}

/// A node or an attribute of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Item {
    pub(super) idx: NodeIdx,
    pub(super) attribute: Option<usize>,
}

impl Item {
    fn node(idx: NodeIdx) -> Self {
        Self { idx, attribute: None }
    }
}

/// What an expression comes to.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// In document order.
    Nodes(Vec<Item>),
    Number(f64),
    Text(String),
    Boolean(bool),
}

/// Where an expression is evaluated; positions count from 1.
#[derive(Clone, Copy)]
pub(super) struct Context {
    pub(super) item: Item,
    pub(super) position: usize,
    pub(super) size: usize,
}

/// One evaluation. Its functions give None where there is no sense in it or it takes too long.
pub(super) struct Search<'t> {
    pub(super) tree: &'t Tree,
    document: NodeIdx,
    order: HashMap<NodeIdx, usize>,
    visits_left: Cell<usize>,
}

impl<'t> Search<'t> {
    pub(super) fn value(&self, expr: &Expr, context: Context) -> Option<Value> {
        Some(match expr {
            Expr::Text(text) => Value::Text(text.clone()),
            Expr::Number(number) => Value::Number(*number),
            Expr::Negative(inner) => Value::Number(-self.number(&self.value(inner, context)?)?),
            Expr::Call(name, arguments) => return functions::call(self, name, arguments, context),
            Expr::Binary(operator, left, right) => return self.binary(*operator, left, right, context),
            Expr::Path { is_absolute, steps } => {
                let start = match is_absolute {
                    true => Item::node(self.document),
                    false => context.item,
                };
                Value::Nodes(self.steps(vec![start], steps)?)
            }
            Expr::Filter {
                base,
                predicates,
                steps,
            } => {
                let Value::Nodes(mut items) = self.value(base, context)? else {
                    return None;
                };
                for predicate in predicates {
                    items = self.filtered(items, predicate)?;
                }
                Value::Nodes(self.steps(items, steps)?)
            }
        })
    }

    fn binary(&self, operator: Operator, left: &Expr, right: &Expr, context: Context) -> Option<Value> {
        let left = self.value(left, context)?;
        if matches!(operator, Operator::Or | Operator::And) {
            let is_decided = self.boolean(&left) == (operator == Operator::Or);
            return Some(Value::Boolean(match is_decided {
                true => operator == Operator::Or,
                false => self.boolean(&self.value(right, context)?),
            }));
        }
        let right = self.value(right, context)?;
        let numbers = || Some((self.number(&left)?, self.number(&right)?));
        Some(match operator {
            Operator::Union => {
                let (Value::Nodes(mut items), Value::Nodes(more)) = (left, right) else {
                    return None;
                };
                items.extend(more);
                Value::Nodes(self.sorted(items))
            }
            Operator::Add => numbers().map(|(left, right)| Value::Number(left + right))?,
            Operator::Subtract => numbers().map(|(left, right)| Value::Number(left - right))?,
            Operator::Multiply => numbers().map(|(left, right)| Value::Number(left * right))?,
            Operator::Divide => numbers().map(|(left, right)| Value::Number(left / right))?,
            Operator::Remainder => numbers().map(|(left, right)| Value::Number(left % right))?,
            _ => Value::Boolean(self.compares(operator, &left, &right)?),
        })
    }

    /// Nodes compare as any of their texts does.
    fn compares(&self, operator: Operator, left: &Value, right: &Value) -> Option<bool> {
        let is_equality = matches!(operator, Operator::Equal | Operator::NotEqual);
        Some(match (left, right) {
            (Value::Nodes(_), Value::Boolean(_)) | (Value::Boolean(_), Value::Nodes(_)) if is_equality => {
                (self.boolean(left) == self.boolean(right)) == (operator == Operator::Equal)
            }
            (Value::Nodes(items), _) => {
                for item in items {
                    if self.compares(operator, &Value::Text(self.text_of(*item)?), right)? {
                        return Some(true);
                    }
                }
                false
            }
            (_, Value::Nodes(items)) => {
                for item in items {
                    if self.compares(operator, left, &Value::Text(self.text_of(*item)?))? {
                        return Some(true);
                    }
                }
                false
            }
            (Value::Boolean(_), _) | (_, Value::Boolean(_)) if is_equality => {
                (self.boolean(left) == self.boolean(right)) == (operator == Operator::Equal)
            }
            (Value::Text(left), Value::Text(right)) if is_equality => {
                (left == right) == (operator == Operator::Equal)
            }
            _ => {
                let (left, right) = (self.number(left)?, self.number(right)?);
                match operator {
                    Operator::Equal => left == right,
                    Operator::NotEqual => left != right,
                    Operator::Less => left < right,
                    Operator::LessOrEqual => left <= right,
                    Operator::Greater => left > right,
                    _ => left >= right,
                }
            }
        })
    }

    fn steps(&self, mut items: Vec<Item>, steps: &[Step]) -> Option<Vec<Item>> {
        for step in steps {
            let mut found = Vec::new();
            for item in items {
                let mut reached = self.along(item, step.axis)?;
                reached.retain(|item| self.passes(*item, step));
                for predicate in &step.predicates {
                    reached = self.filtered(reached, predicate)?;
                }
                found.extend(reached);
            }
            items = self.sorted(found);
        }
        Some(items)
    }

    /// Those for which a predicate holds; a number stands for a position.
    fn filtered(&self, items: Vec<Item>, predicate: &Expr) -> Option<Vec<Item>> {
        let size = items.len();
        let mut kept = Vec::new();
        for (idx, item) in items.into_iter().enumerate() {
            let position = idx + 1;
            let holds = match self.value(predicate, Context { item, position, size })? {
                Value::Number(number) => number == position as f64,
                value => self.boolean(&value),
            };
            if holds {
                kept.push(item);
            }
        }
        Some(kept)
    }

    /// Each once, in document order.
    fn sorted(&self, items: Vec<Item>) -> Vec<Item> {
        let mut seen = HashSet::new();
        let mut items: Vec<_> = items.into_iter().filter(|item| seen.insert(*item)).collect();
        items.sort_by_key(|item| (self.order.get(&item.idx), item.attribute));
        items
    }

    /// What lies on an axis, the nearest first.
    fn along(&self, item: Item, axis: Axis) -> Option<Vec<Item>> {
        let tree = self.tree;
        let idx = item.idx;
        let parent = |idx: NodeIdx| {
            let node = tree.node(idx)?;
            node.parent.filter(|_| node.relation == Relation::Child)
        };
        let up = |idx: NodeIdx| std::iter::successors(parent(idx), move |idx| parent(*idx));
        let next = |idx: NodeIdx| {
            std::iter::successors(tree.node(idx).and_then(|node| node.next), |idx| {
                tree.node(*idx)?.next
            })
        };
        let previous = |idx: NodeIdx| {
            std::iter::successors(tree.node(idx).and_then(|node| node.previous), |idx| {
                tree.node(*idx)?.previous
            })
        };
        let below = |idx: NodeIdx| tree.descendants(idx).map(|(idx, _)| idx);
        let with_below = |idx: NodeIdx| std::iter::once(idx).chain(below(idx));
        if item.attribute.is_some() {
            return self.collected(match axis {
                Axis::Itself | Axis::DescendantOrSelf => return Some(vec![item]),
                Axis::Parent => Box::new(std::iter::once(idx)),
                Axis::Ancestor | Axis::AncestorOrSelf => Box::new(std::iter::once(idx).chain(up(idx))),
                _ => return Some(Vec::new()),
            });
        }
        self.collected(match axis {
            Axis::Itself => Box::new(std::iter::once(idx)),
            Axis::Child => Box::new(tree.children(idx).map(|(idx, _)| idx)),
            Axis::Descendant => Box::new(below(idx)),
            Axis::DescendantOrSelf => Box::new(with_below(idx)),
            Axis::Parent => Box::new(parent(idx).into_iter()),
            Axis::Ancestor => Box::new(up(idx)),
            Axis::AncestorOrSelf => Box::new(std::iter::once(idx).chain(up(idx))),
            Axis::FollowingSibling => Box::new(next(idx)),
            Axis::PrecedingSibling => Box::new(previous(idx)),
            Axis::Following => Box::new(
                std::iter::once(idx)
                    .chain(up(idx))
                    .flat_map(next)
                    .flat_map(with_below),
            ),
            Axis::Preceding => Box::new(std::iter::once(idx).chain(up(idx)).flat_map(previous).flat_map(
                move |idx| {
                    let mut all: Vec<_> = with_below(idx).collect();
                    all.reverse();
                    all
                },
            )),
            Axis::Attribute => {
                let n_attributes = tree.node(idx).map_or(0, |node| node.attributes.len());
                let attribute = |attribute| Item {
                    idx,
                    attribute: Some(attribute),
                };
                return Some((0..n_attributes).map(attribute).collect());
            }
        })
    }

    /// Nodes of an axis, as long as the search may go on.
    fn collected(&self, nodes: Box<dyn Iterator<Item = NodeIdx> + '_>) -> Option<Vec<Item>> {
        let mut items = Vec::new();
        for idx in nodes {
            self.visit()?;
            items.push(Item::node(idx));
        }
        Some(items)
    }

    fn visit(&self) -> Option<()> {
        self.visits_left.set(self.visits_left.get().checked_sub(1)?);
        Some(())
    }

    /// Elements with one of these ids.
    pub(super) fn with_ids(&self, ids: &[&str]) -> Option<Value> {
        let mut found = Vec::new();
        for (idx, node) in self.tree.descendants(self.document) {
            self.visit()?;
            if node.attribute("id").is_some_and(|id| ids.contains(&&**id)) {
                found.push(Item::node(idx));
            }
        }
        Some(Value::Nodes(found))
    }

    fn passes(&self, item: Item, step: &Step) -> bool {
        let Some(node) = self.tree.node(item.idx) else {
            return false;
        };
        if item.attribute.is_some() {
            return match &step.test {
                Test::Any | Test::Node => true,
                Test::Named(name) => self.name_of(item) == *name,
                Test::Text | Test::Comment => false,
            };
        }
        match &step.test {
            Test::Node => true,
            Test::Any => node.is_element(),
            Test::Named(name) => self.is_named(item.idx, node, name),
            Test::Text => node.node_type == TEXT,
            Test::Comment => node.node_type == COMMENT,
        }
    }

    /// Without a prefix, only elements of HTML have the name.
    fn is_named(&self, idx: NodeIdx, node: &Node, name: &str) -> bool {
        Element::new(self.tree, idx).is_some_and(|element| match name.contains(':') {
            true => *node.name == *name,
            false => element.is_html() && element.is_named(name),
        })
    }

    /// As `name()` tells it: HTML's in lower case.
    pub(super) fn name_of(&self, item: Item) -> String {
        let Some(node) = self.tree.node(item.idx) else {
            return String::new();
        };
        match item.attribute {
            Some(attribute) => node
                .attributes
                .get(attribute)
                .map_or_else(String::new, |(name, _)| name.to_string()),
            None if !node.is_element() => String::new(),
            None if node.namespace.is_none() => node.name.to_lowercase(),
            None => node.name.to_string(),
        }
    }

    pub(super) fn text_of(&self, item: Item) -> Option<String> {
        let Some(node) = self.tree.node(item.idx) else {
            return Some(String::new());
        };
        if let Some(attribute) = item.attribute {
            return Some(
                node.attributes
                    .get(attribute)
                    .map_or_else(String::new, |(_, value)| value.to_string()),
            );
        }
        if let Some(value) = &node.value {
            return Some(value.to_string());
        }
        let mut text = String::new();
        for (_, below) in self.tree.descendants(item.idx) {
            self.visit()?;
            if below.node_type == TEXT {
                let value = below.value.as_deref().unwrap_or_default();
                // Copying text takes time as well.
                self.visits_left
                    .set(self.visits_left.get().checked_sub(value.len() / 64)?);
                text.push_str(value);
            }
        }
        Some(text)
    }

    pub(super) fn text(&self, value: &Value) -> Option<String> {
        Some(match value {
            Value::Text(text) => text.clone(),
            Value::Boolean(value) => value.to_string(),
            Value::Number(number) if number.is_infinite() => {
                (if *number > 0.0 { "Infinity" } else { "-Infinity" }).to_owned()
            }
            Value::Number(number) => number.to_string(),
            Value::Nodes(items) => {
                return items
                    .first()
                    .map_or(Some(String::new()), |item| self.text_of(*item));
            }
        })
    }

    pub(super) fn number(&self, value: &Value) -> Option<f64> {
        Some(match value {
            Value::Number(number) => *number,
            Value::Boolean(value) => f64::from(u8::from(*value)),
            Value::Text(_) | Value::Nodes(_) => self.text(value)?.trim().parse().unwrap_or(f64::NAN),
        })
    }

    pub(super) fn boolean(&self, value: &Value) -> bool {
        match value {
            Value::Boolean(value) => *value,
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::Text(text) => !text.is_empty(),
            Value::Nodes(items) => !items.is_empty(),
        }
    }
}
