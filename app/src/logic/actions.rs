//! What can be done with a row of a tree of values.

use wire::{
    experimental::{FindWrites, PropertyRef, VariableRef},
    ids::{FrameId, PauseId},
    pause::Value,
};

use super::{
    contents::Subject,
    tree::{RowInfo, Rows},
};

/// The question when what a row shows was written, without a range; None for what has no history. `frame` is the frame
/// whose variables the tree shows.
pub fn writes_of(info: &RowInfo, pause_id: &PauseId, frame: Option<&FrameId>) -> Option<FindWrites> {
    let mut question = nothing_yet(pause_id);
    match &info.subject {
        Subject::None => return None,
        Subject::Variable { scope, name } => {
            let is_name = name
                .chars()
                .all(|char| char.is_alphanumeric() || matches!(char, '_' | '$'));
            if scope.is_none() && (frame.is_none() || !is_name) {
                return None;
            }
            question.variable = Some(VariableRef {
                name: name.clone(),
                frame_id: frame.filter(|_| scope.is_none()).cloned(),
                scope_id: scope.clone(),
                use_original_scopes: true,
            });
        }
        Subject::Property {
            object,
            name,
            is_symbol,
        } => {
            question.property = Some(PropertyRef {
                object: object.clone(),
                name: name.clone(),
                is_symbol: *is_symbol,
            });
        }
        Subject::Entry { object, .. } => question.object = Some(object.clone()),
    }
    Some(question)
}

/// The question when the object that a row shows changed itself.
pub fn contents_of(info: &RowInfo, pause_id: &PauseId) -> Option<FindWrites> {
    let object = info.value.as_ref()?.as_object()?;
    Some(FindWrites {
        object: Some(object.clone()),
        ..nothing_yet(pause_id)
    })
}

/// What a row is called where it stands alone: its expression, or its name.
pub fn title(rows: &Rows, row: usize) -> String {
    rows.expression(row)
        .or_else(|| rows.rows.get(row).map(|row| row.name.clone()))
        .unwrap_or_default()
}

/// The text of a value, whole, if it can be told without asking.
pub fn plain_text(value: &Value) -> Option<String> {
    match value {
        Value::Object(_) => None,
        Value::String(text) => Some(text.clone()),
        other => Some(super::tree::text(&super::value::tokens(
            other,
            &|_| None,
            super::value::Budget::WIDE,
        ))),
    }
}

fn nothing_yet(pause_id: &PauseId) -> FindWrites {
    FindWrites {
        pause_id: pause_id.clone(),
        variable: None,
        property: None,
        object: None,
        begin: None,
        end: None,
        backward: false,
        max_count: None,
        from: None,
    }
}
