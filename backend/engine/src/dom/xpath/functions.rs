//! The functions of XPath 1.0.

use super::{
    Expr,
    evaluation::{Context, Search, Value},
};

/// Calls a function; None if there is none of that name, or not with so many arguments.
pub(super) fn call(search: &Search<'_>, name: &str, arguments: &[Expr], context: Context) -> Option<Value> {
    let mut values = Vec::new();
    for argument in arguments {
        values.push(search.value(argument, context)?);
    }
    let itself = Value::Nodes(vec![context.item]);
    let text = |idx: usize| search.text(values.get(idx)?);
    let text_or_itself = || search.text(values.first().unwrap_or(&itself));
    let number = |idx: usize| search.number(values.get(idx)?);
    let nodes = |value: &Value| match value {
        Value::Nodes(items) => Some(items.clone()),
        _ => None,
    };
    let named = || Some(nodes(values.first().unwrap_or(&itself))?.first().copied());
    Some(match (name, values.len()) {
        ("last", 0) => Value::Number(context.size as f64),
        ("position", 0) => Value::Number(context.position as f64),
        ("count", 1) => Value::Number(nodes(values.first()?)?.len() as f64),
        ("name", 0 | 1) => Value::Text(named()?.map_or_else(String::new, |item| search.name_of(item))),
        ("local-name", 0 | 1) => {
            let name = named()?.map_or_else(String::new, |item| search.name_of(item));
            Value::Text(name.rsplit(':').next().unwrap_or_default().to_owned())
        }
        ("string", 0 | 1) => Value::Text(text_or_itself()?),
        ("string-length", 0 | 1) => Value::Number(text_or_itself()?.chars().count() as f64),
        ("normalize-space", 0 | 1) => {
            let text = text_or_itself()?;
            Value::Text(text.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
        }
        ("concat", 2..) => {
            let texts: Option<Vec<_>> = values.iter().map(|value| search.text(value)).collect();
            Value::Text(texts?.concat())
        }
        ("starts-with", 2) => Value::Boolean(text(0)?.starts_with(&text(1)?)),
        ("contains", 2) => Value::Boolean(text(0)?.contains(&text(1)?)),
        ("substring-before", 2) => {
            let (whole, part) = (text(0)?, text(1)?);
            Value::Text(
                whole
                    .split_once(&part)
                    .map_or("", |(before, _)| before)
                    .to_owned(),
            )
        }
        ("substring-after", 2) => {
            let (whole, part) = (text(0)?, text(1)?);
            Value::Text(whole.split_once(&part).map_or("", |(_, after)| after).to_owned())
        }
        ("substring", 2 | 3) => {
            let start = number(1)?.round();
            let end = match values.len() {
                3 => start + number(2)?.round(),
                _ => f64::INFINITY,
            };
            let is_within = |idx: usize| (idx + 1) as f64 >= start && ((idx + 1) as f64) < end;
            let text = text(0)?;
            let chars = text.chars().enumerate().filter(|(idx, _)| is_within(*idx));
            Value::Text(chars.map(|(_, char)| char).collect())
        }
        ("translate", 3) => {
            let (from, to): (Vec<_>, Vec<_>) = (text(1)?.chars().collect(), text(2)?.chars().collect());
            let text = text(0)?;
            let translated = text.chars().filter_map(|char| {
                from.iter()
                    .position(|known| *known == char)
                    .map_or(Some(char), |at| to.get(at).copied())
            });
            Value::Text(translated.collect())
        }
        ("boolean", 1) => Value::Boolean(search.boolean(values.first()?)),
        ("not", 1) => Value::Boolean(!search.boolean(values.first()?)),
        ("true", 0) => Value::Boolean(true),
        ("false", 0) => Value::Boolean(false),
        ("number", 0 | 1) => Value::Number(search.number(values.first().unwrap_or(&itself))?),
        ("sum", 1) => {
            let mut sum = 0.0;
            for item in nodes(values.first()?)? {
                sum += search.number(&Value::Nodes(vec![item]))?;
            }
            Value::Number(sum)
        }
        ("floor", 1) => Value::Number(number(0)?.floor()),
        ("ceiling", 1) => Value::Number(number(0)?.ceil()),
        ("round", 1) => Value::Number((number(0)? + 0.5).floor()),
        ("id", 1) => {
            let wanted = text(0)?;
            let wanted: Vec<_> = wanted.split_ascii_whitespace().collect();
            search.with_ids(&wanted)?
        }
        _ => return None,
    })
}
