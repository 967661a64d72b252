//! What an object held at some moment: the last whole state seen before it, and the changes since.

use recording::{
    chunk::RecordPosition,
    error::ReadError,
    ids::ObjectId,
    record::Record,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Value},
};

use crate::trace::{Moment, Trace};

/// All flags of a property: writable, configurable, enumerable.
const ORDINARY: u8 = 7;

impl Trace {
    /// An object's state; None if the program had not shown it by then.
    ///
    /// Its first state may follow right after the record that mentions it: if nothing is known yet, the rest of the
    /// running statement is looked at as well.
    pub(crate) fn object(&self, object: ObjectId, moment: &Moment) -> Result<Option<ObjectState>, ReadError> {
        if let Some(state) = self.object_before(object, moment)? {
            return Ok(Some(state));
        }
        // A step's own point stands before its statement: there nothing is running.
        let horizon = match moment.point.sub() {
            0 => moment.position,
            _ => moment.view.next_step_position(moment.position),
        };
        let span = moment.position..horizon;
        let next_state = |chunk| moment.view.changes.next_state(chunk, object, span);
        Ok(moment.view.chunk().and_then(next_state))
    }

    /// The same by what stands before the moment alone.
    pub(crate) fn object_before(
        &self,
        object: ObjectId,
        moment: &Moment,
    ) -> Result<Option<ObjectState>, ReadError> {
        let mut parts = vec![(moment.view.clone(), moment.position)];
        let birth_chunk = self.reader.birth_chunk_of_object(object);
        let mut earlier =
            self.earlier_chunks(self.reader.object_chunks(object), birth_chunk, moment.chunk_idx);
        loop {
            let known = parts
                .last()
                .and_then(|(view, until)| view.changes.last_state(view.chunk()?, object, *until));
            if let Some((at, mut state)) = known {
                let mut after = Some(at);
                for (view, until) in parts.iter().rev() {
                    if let Some(chunk) = view.chunk() {
                        let apply = |_, change: &Record| apply(&mut state, change);
                        view.changes.pass_on_between(chunk, object, after, *until, apply);
                    }
                    after = None;
                }
                return Ok(Some(state));
            }
            match earlier.next() {
                Some(chunk_idx) => parts.push((self.view(chunk_idx)?, RecordPosition(u32::MAX))),
                None => return Ok(None),
            }
        }
    }
}

/// Makes one change.
pub(crate) fn apply(state: &mut ObjectState, change: &Record) {
    match change {
        Record::Property { key, value, .. } => set_property(state, key, value),
        Record::PropertyDelete { key, .. } => delete_property(state, key),
        Record::Splice {
            start,
            n_removed,
            inserted,
            ..
        } => splice(state, *start, *n_removed, inserted),
        Record::MapSet { key, value, .. } => {
            let ObjectKind::Map { size, entries } = &mut state.kind else {
                return;
            };
            match entries.iter_mut().find(|(existing, _)| is_same(existing, key)) {
                Some((_, existing)) => *existing = value.clone(),
                None => {
                    *size = size.saturating_add(1);
                    entries.push((key.clone(), value.clone()));
                }
            }
        }
        Record::SetAdd { value, .. } => {
            let ObjectKind::Set { size, entries } = &mut state.kind else {
                return;
            };
            if !entries.iter().any(|existing| is_same(existing, value)) {
                *size = size.saturating_add(1);
                entries.push(value.clone());
            }
        }
        Record::EntryDelete { key, .. } => match &mut state.kind {
            ObjectKind::Map { size, entries } => {
                entries.retain(|(existing, _)| !is_same(existing, key));
                *size = size.saturating_sub(1);
            }
            ObjectKind::Set { size, entries } => {
                entries.retain(|existing| !is_same(existing, key));
                *size = size.saturating_sub(1);
            }
            _ => {}
        },
        Record::EntriesClear { .. } => match &mut state.kind {
            ObjectKind::Map { size, entries } => {
                *size = 0;
                entries.clear();
            }
            ObjectKind::Set { size, entries } => {
                *size = 0;
                entries.clear();
            }
            _ => {}
        },
        _ => {}
    }
}

fn set_property(state: &mut ObjectState, key: &Key, value: &Value) {
    match (key, &mut state.kind) {
        (Key::Index(index), ObjectKind::Array { length, elements }) => {
            set_element(elements, *index as usize, value);
            *length = (*length).max(index.saturating_add(1));
            return;
        }
        (Key::Index(index), ObjectKind::TypedArray { elements, .. }) => {
            if let Some(element) = elements.get_mut(*index as usize) {
                *element = value.clone();
            }
            return;
        }
        (Key::Name(name), ObjectKind::Array { length, elements }) if &**name == "length" => {
            if let Value::Number(number) = value {
                *length = *number as u32;
                elements.truncate(*length as usize);
            }
            return;
        }
        _ => {}
    }
    match state.properties.iter_mut().find(|property| property.key == *key) {
        Some(Property {
            value: slot @ Slot::Value(_),
            ..
        }) => *slot = Slot::Value(value.clone()),
        // A setter ran; what it did was recorded by itself.
        Some(Property {
            value: Slot::Accessor { .. },
            ..
        }) => {}
        None => {
            let value = Slot::Value(value.clone());
            state.properties.push(Property {
                key: key.clone(),
                value,
                flags: ORDINARY,
            });
            state.n_properties = state.n_properties.saturating_add(1);
        }
    }
}

/// Sets an array's element if it adjoins the known ones: beyond the recorder's limit there is nothing to keep it in.
fn set_element(elements: &mut Vec<Option<Value>>, index: usize, value: &Value) {
    const MAX_ELEMENTS: usize = 1000;
    if index >= elements.len() && index < MAX_ELEMENTS {
        elements.resize(index + 1, None);
    }
    if let Some(element) = elements.get_mut(index) {
        *element = Some(value.clone());
    }
}

fn delete_property(state: &mut ObjectState, key: &Key) {
    if let (Key::Index(index), ObjectKind::Array { elements, .. }) = (key, &mut state.kind) {
        if let Some(element) = elements.get_mut(*index as usize) {
            *element = None;
        }
        return;
    }
    let n_before = state.properties.len();
    state.properties.retain(|property| property.key != *key);
    let n_gone = (n_before - state.properties.len()) as u32;
    state.n_properties = state.n_properties.saturating_sub(n_gone);
}

fn splice(state: &mut ObjectState, start: u32, n_removed: u32, inserted: &[Value]) {
    let ObjectKind::Array { length, elements } = &mut state.kind else {
        return;
    };
    let begin = start as usize;
    if begin <= elements.len() {
        let end = begin.saturating_add(n_removed as usize).min(elements.len());
        elements.splice(begin..end, inserted.iter().cloned().map(Some));
    }
    let n_inserted = inserted.len() as u32;
    *length = (*length)
        .max(start)
        .saturating_sub(n_removed)
        .saturating_add(n_inserted);
}

/// Whether a Map or Set takes two values for the same key. Symbols are told apart by description only.
fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.is_nan() && right.is_nan(),
        _ => left == right,
    }
}
