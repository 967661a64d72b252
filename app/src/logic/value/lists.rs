//! Arrays in one line: their items, and the places that hold nothing.

use components::preview::{Token, Tone};
use wire::pause::{Object, ObjectPreview, Value};

use super::{Budget, Known, push, push_in};

/// Adds a list's items between brackets, with what is missing between them.
pub(super) fn push_list(
    tokens: &mut Vec<Token>,
    class: &str,
    preview: &ObjectPreview,
    known: Known<'_>,
    budget: Budget,
) {
    let mut items = items(preview);
    let len = list_len(preview).max(n_places(&items));
    let n_behind = len - n_places(&items);
    if n_behind > 0 && class == "Array" && !preview.overflow {
        items.push(Item::Empty(n_behind));
    }
    tokens.push(Token::new(
        Tone::Class,
        if class == "Array" {
            format!("({len}) ")
        } else {
            format!("{class}({len}) ")
        },
    ));
    let n_shown = items.len().min(budget.n_items);
    let n_said = n_places(&items[..n_shown]);
    push_in(
        tokens,
        ["[", "]"],
        n_shown,
        len - n_said,
        |tokens, index| match items[index] {
            Item::Value(value) => push(tokens, value, known, budget.inside()),
            Item::Empty(1) => tokens.push(Token::new(Tone::Faint, "empty")),
            Item::Empty(n_places) => tokens.push(Token::new(Tone::Faint, format!("empty × {n_places}"))),
        },
    );
}

/// What stands in a list, in order.
enum Item<'a> {
    Value(&'a Value),
    /// So many places that hold nothing.
    Empty(usize),
}

fn n_places(items: &[Item<'_>]) -> usize {
    items.iter().fold(0, |sum, item| {
        sum.saturating_add(match item {
            Item::Value(_) => 1,
            Item::Empty(n_places) => *n_places,
        })
    })
}

/// The items that are known, with what is missing between them.
fn items(preview: &ObjectPreview) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let mut next: usize = 0;
    for property in preview.properties.iter().flatten() {
        let is_index = property.name.bytes().all(|byte| byte.is_ascii_digit());
        let Some(index) = property.name.parse::<usize>().ok().filter(|_| is_index) else {
            continue;
        };
        if index > next {
            items.push(Item::Empty(index - next));
        }
        items.push(Item::Value(&property.value));
        next = index.saturating_add(1).max(next);
    }
    items
}

/// Whether an object is an array, of whatever kind.
pub fn is_list(object: &Object) -> bool {
    object.class_name.ends_with("Array") || object.class_name == "Arguments"
}

/// How many items a list says it has; those that are known, if it does not say.
pub fn list_len(preview: &ObjectPreview) -> usize {
    let named = |property: &&wire::pause::Property| property.name == "length";
    let length = preview
        .properties
        .iter()
        .flatten()
        .find(named)
        .map(|property| &property.value);
    let getter = preview
        .getter_values
        .iter()
        .flatten()
        .find(|value| value.name == "length")
        .map(|value| &value.value);
    match length.or(getter) {
        Some(Value::Number(length)) => *length as usize,
        _ => preview
            .properties
            .iter()
            .flatten()
            .filter(|property| property.name.parse::<u64>().is_ok())
            .count(),
    }
}
