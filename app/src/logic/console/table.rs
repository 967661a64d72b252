//! `console.table`: the first argument as rows and columns.

use std::rc::Rc;

use components::preview::Token;
use wire::{
    ids::ObjectId,
    pause::{Object, ObjectPreview, Value},
};

use crate::logic::value::{self, Budget};

/// More rows and columns are left out, and said to be.
const MAX_ROWS: usize = 1_000;
const MAX_COLUMNS: usize = 20;
/// Longer cells are cut.
const MAX_CELL: usize = 120;

/// Rows and columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The headings; the first is of the indices.
    pub headings: Vec<String>,
    /// As many cells in each as there are headings.
    pub rows: Vec<Vec<String>>,
    /// How many rows are left out.
    pub n_more: usize,
}

/// Lays an object out; None if it has no properties or entries. `known` gives what is known of the objects in it, and
/// `columns` names the columns wanted, all if it is None.
pub fn table(
    object: &Object,
    columns: Option<&[String]>,
    known: &dyn Fn(&ObjectId) -> Option<Rc<Object>>,
) -> Option<Table> {
    let items = items(object.preview.as_ref()?);
    if items.is_empty() {
        return None;
    }
    let rows: Vec<(String, Vec<(String, String)>)> = items
        .iter()
        .take(MAX_ROWS)
        .map(|(name, value)| (name.clone(), cells(value, known)))
        .collect();
    let mut names: Vec<String> = Vec::new();
    for (name, _) in rows.iter().flat_map(|(_, cells)| cells) {
        if names.len() < MAX_COLUMNS && !names.contains(name) {
            names.push(name.clone());
        }
    }
    if let Some(columns) = columns {
        names = columns.iter().take(MAX_COLUMNS).cloned().collect();
    }
    // The column of values that are no objects comes last.
    names.sort_by_key(|name| name.as_str() == VALUE);
    let row = |(index, cells): (String, Vec<(String, String)>)| {
        let cell = |name: &String| {
            let found = cells.iter().find(|(of, _)| of == name);
            found.map(|(_, text)| text.clone()).unwrap_or_default()
        };
        std::iter::once(index).chain(names.iter().map(cell)).collect()
    };
    Some(Table {
        rows: rows.into_iter().map(row).collect(),
        headings: std::iter::once("(index)".to_owned())
            .chain(names.iter().cloned())
            .collect(),
        n_more: items.len().saturating_sub(MAX_ROWS),
    })
}

const VALUE: &str = "Value";

/// The rows: properties but the length of a list, or entries of a container.
fn items(preview: &ObjectPreview) -> Vec<(String, Value)> {
    let entries = preview.container_entries.iter().flatten().enumerate();
    let entries = entries.map(|(index, entry)| (index.to_string(), entry.value.clone()));
    let properties = preview
        .properties
        .iter()
        .flatten()
        .filter(|property| property.name != "length" && !property.is_symbol && property.flags.is_enumerable())
        .map(|property| (property.name.clone(), property.value.clone()));
    entries.chain(properties).collect()
}

fn cells(value: &Value, known: &dyn Fn(&ObjectId) -> Option<Rc<Object>>) -> Vec<(String, String)> {
    let object = value.as_object().and_then(known);
    let inside = object
        .as_ref()
        .and_then(|object| object.preview.as_ref())
        .map(items)
        .filter(|items| !items.is_empty());
    match inside {
        Some(items) => items
            .iter()
            .map(|(name, value)| (name.clone(), line(value, known)))
            .collect(),
        None => vec![(VALUE.to_owned(), line(value, known))],
    }
}

fn line(value: &Value, known: value::Known<'_>) -> String {
    let tokens: Vec<Token> = value::tokens(value, known, Budget::NARROW);
    let text: String = tokens.iter().map(|token| token.text.as_str()).collect();
    match text.char_indices().nth(MAX_CELL) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use wire::pause::Property;

    use super::*;

    fn object(id: &str, properties: &[(&str, Value)]) -> Object {
        let properties = properties
            .iter()
            .map(|(name, value)| Property {
                name: (*name).to_owned(),
                value: value.clone(),
                flags: Default::default(),
                get: None,
                set: None,
                is_symbol: false,
            })
            .collect();
        Object {
            object_id: ObjectId::from(id),
            class_name: "Object".to_owned(),
            preview: Some(ObjectPreview {
                properties: Some(properties),
                ..ObjectPreview::default()
            }),
            persistent_id: None,
        }
    }

    #[test]
    fn objects_in_a_list_are_rows_of_their_properties() {
        let row = object("row", &[("name", "ada".into()), ("age", 36.0.into())]);
        let list = object(
            "list",
            &[
                ("0", ObjectId::from("row").into()),
                ("1", 7.0.into()),
                ("length", 2.0.into()),
            ],
        );
        let known = |id: &ObjectId| (id.as_str() == "row").then(|| Rc::new(row.clone()));
        let found = table(&list, None, &known);
        let expected = Table {
            headings: ["(index)", "name", "age", "Value"].map(str::to_owned).into(),
            rows: vec![
                ["0", "\"ada\"", "36", ""].map(str::to_owned).into(),
                ["1", "", "", "7"].map(str::to_owned).into(),
            ],
            n_more: 0,
        };
        assert_eq!(found, Some(expected));
        let narrowed = table(&list, Some(&["age".to_owned()]), &known);
        assert_eq!(narrowed.map(|table| table.headings.len()), Some(2));
        assert_eq!(table(&object("empty", &[]), None, &known), None);
    }
}
