//! What changed an object, or one property of it: each change that was recorded, and where the recorder found it other than
//! those changes made it.

use std::{collections::HashMap, ops::Range, sync::Arc};

use recording::{
    change::apply,
    chunk::RecordPosition,
    ids::ObjectId,
    record::Record,
    value::{Key, ObjectKind, ObjectState, Slot, Value},
};
use wire::experimental::WriteKind;

use super::found::{Found, Kept, Place};
use crate::{
    answer::Answer,
    trace::{Moment, Trace},
    view::ChunkView,
};

impl Trace {
    /// What changed an object in a part of a chunk; `is_first` says that there is nothing about it in earlier ones.
    pub(super) fn changes_in(
        &self,
        view: &Arc<ChunkView>,
        chunk_idx: usize,
        (object, key): (ObjectId, Option<&Key>),
        is_first: bool,
        span: Range<RecordPosition>,
        kept: &mut Kept,
    ) -> Answer<()> {
        let Some(chunk) = view.chunk() else {
            return Ok(());
        };
        let before = Moment {
            point: view.start.point(),
            chunk_idx,
            view: view.clone(),
            position: span.start,
        };
        // A lost chunk may stand before this one: then nobody knows what the first state here differs in.
        let (state, is_known) = match self.object_before(object, &before) {
            Ok(state) => (state, true),
            Err(_) => (None, false),
        };
        let mut replay = Replay {
            key,
            is_new: is_known && is_first && state.is_none(),
            state,
        };
        let after = span.start.0.checked_sub(1).map(RecordPosition);
        view.changes
            .pass_on_between(chunk, object, after, span.end, |position, record| {
                if kept.has_room() {
                    let place = Place::new(chunk_idx, position);
                    replay
                        .next(place, record)
                        .into_iter()
                        .for_each(|found| kept.push(found));
                }
            });
        Ok(())
    }
}

/// An object while its changes are made again.
struct Replay<'k> {
    /// The property that is asked about.
    key: Option<&'k Key>,
    /// Nothing was told of it yet.
    is_new: bool,
    /// What it holds, if known.
    state: Option<ObjectState>,
}

impl Replay<'_> {
    /// Makes one change, and tells it if it is asked about.
    fn next(&mut self, place: Place, record: &Record) -> Option<Found> {
        let is_new = std::mem::take(&mut self.is_new);
        if let Record::Object { state, .. } = record {
            let before = self.state.replace((**state).clone());
            return self.look(place, before, state, is_new);
        }
        let before = self.slot();
        if let Some(state) = &mut self.state {
            apply(state, record);
        }
        let found = change(place, record);
        let Some(key) = self.key else { return Some(found) };
        if found
            .property
            .as_ref()
            .is_some_and(|written| is_same_key(written, key))
        {
            return Some(found);
        }
        // Elements that moved, a shorter array, all entries gone.
        match (before, self.slot()) {
            (Known::Is(before), Known::Is(now)) if before != now => {
                let kind = match (&now, found.kind) {
                    (None, WriteKind::Set) => WriteKind::Delete,
                    (_, kind) => kind,
                };
                let splice = found.splice;
                Some(Found {
                    splice,
                    ..Found::new(place, kind, now)
                })
            }
            _ => None,
        }
    }

    /// The recorder looked at the whole object.
    fn look(
        &self,
        place: Place,
        before: Option<ObjectState>,
        now: &ObjectState,
        is_new: bool,
    ) -> Option<Found> {
        match (self.key, before) {
            (None, None) => is_new.then(|| Found::new(place, WriteKind::First, None)),
            (Some(key), None) => match slot_of(now, key) {
                Known::Is(Some(value)) if is_new => Some(Found::new(place, WriteKind::First, Some(value))),
                _ => None,
            },
            (Some(key), Some(before)) => match (slot_of(&before, key), slot_of(now, key)) {
                (Known::Is(before), Known::Is(now)) if before != now => {
                    Some(Found::new(place, WriteKind::Noticed, now))
                }
                _ => None,
            },
            (None, Some(before)) => {
                let mut found = Found::new(place, WriteKind::Noticed, None);
                match &differing(&before, now)[..] {
                    [] => return None,
                    [Some(key)] => {
                        found.property = Some(key.clone());
                        found.value = match slot_of(now, key) {
                            Known::Is(value) => value,
                            Known::Not => None,
                        };
                    }
                    _ => {}
                }
                Some(found)
            }
        }
    }

    /// What the property asked about holds.
    fn slot(&self) -> Known {
        match (self.key, &self.state) {
            (Some(key), Some(state)) => slot_of(state, key),
            _ => Known::Not,
        }
    }
}

/// A change as it was recorded.
fn change(place: Place, record: &Record) -> Found {
    let found = |kind, value| Found::new(place, kind, value);
    match record {
        Record::Property { key, value, .. } => Found {
            property: Some(key.clone()),
            ..found(WriteKind::Set, Some(value.clone()))
        },
        Record::PropertyDelete { key, .. } => Found {
            property: Some(key.clone()),
            ..found(WriteKind::Delete, None)
        },
        Record::Splice {
            start,
            n_removed,
            inserted,
            ..
        } => Found {
            splice: Some((*start, *n_removed, inserted.clone())),
            ..found(WriteKind::Splice, None)
        },
        Record::MapSet { key, value, .. } => Found {
            key: Some(key.clone()),
            ..found(WriteKind::Set, Some(value.clone()))
        },
        Record::SetAdd { value, .. } => Found {
            key: Some(value.clone()),
            ..found(WriteKind::Set, None)
        },
        Record::EntryDelete { key, .. } => Found {
            key: Some(key.clone()),
            ..found(WriteKind::Delete, None)
        },
        Record::EntriesClear { .. } => found(WriteKind::Clear, None),
        // No other record is about an object.
        _ => found(WriteKind::Noticed, None),
    }
}

/// What is known of a property.
#[derive(Clone, Debug, PartialEq)]
enum Known {
    /// Nothing: the recorder kept only so much of the object.
    Not,
    /// Its value; None where there is no such property.
    Is(Option<Value>),
}

/// What an object holds under a key.
fn slot_of(state: &ObjectState, key: &Key) -> Known {
    match (&state.kind, key, index_of(key)) {
        (ObjectKind::Array { length, elements }, _, Some(index)) => match elements.get(index as usize) {
            Some(element) => return Known::Is(element.clone()),
            None if index >= *length => return Known::Is(None),
            None => return Known::Not,
        },
        (ObjectKind::TypedArray { length, elements }, _, Some(index)) => {
            return match elements.get(index as usize) {
                Some(element) => Known::Is(Some(element.clone())),
                None if index >= *length => Known::Is(None),
                None => Known::Not,
            };
        }
        (ObjectKind::Array { length, .. }, Key::Name(name), _) if &**name == "length" => {
            return Known::Is(Some(Value::Number(f64::from(*length))));
        }
        _ => {}
    }
    let property = state
        .properties
        .iter()
        .find(|property| is_same_key(&property.key, key));
    known(property.map(|property| &property.value), state)
}

/// What is known of a property that stands so among those of an object.
fn known(slot: Option<&Slot>, state: &ObjectState) -> Known {
    match slot {
        Some(Slot::Value(value)) => Known::Is(Some(value.clone())),
        // What a getter gives is not known.
        Some(Slot::Accessor { .. }) => Known::Not,
        None if is_complete(state) => Known::Is(None),
        None => Known::Not,
    }
}

/// Whether all properties were kept.
fn is_complete(state: &ObjectState) -> bool {
    state.properties.len() as u64 >= u64::from(state.n_properties)
}

/// In what one state differs from an earlier one, as far as both are known: keys, and None for what has none; not more than
/// two. What was hidden and shows now is no difference.
fn differing(before: &ObjectState, now: &ObjectState) -> Vec<Option<Key>> {
    let mut differing = Vec::new();
    let mut compare = |key: &Key, before: Known, now: Known| {
        let is_known = before != Known::Not && now != Known::Not;
        if is_known && before != now && differing.len() < 2 {
            differing.push(Some(key.clone()));
        }
    };
    let (old, new) = (by_key(before), by_key(now));
    let keys = now.properties.iter().map(|property| &property.key);
    let gone = before.properties.iter().map(|property| &property.key);
    let gone = gone.filter(|key| !new.contains_key(key));
    for key in keys.chain(gone) {
        let was = known(old.get(key).copied(), before);
        compare(key, was, known(new.get(key).copied(), now));
    }
    match (&before.kind, &now.kind) {
        (ObjectKind::Array { elements: old, .. }, ObjectKind::Array { elements: new, .. }) => {
            let n_elements = old.len().max(new.len());
            (0..n_elements)
                .filter(|index| old.get(*index) != new.get(*index))
                .map(|index| Key::Index(index as u32))
                .for_each(|key| compare(&key, slot_of(before, &key), slot_of(now, &key)));
            let length = Key::Name("length".into());
            compare(&length, slot_of(before, &length), slot_of(now, &length));
        }
        (ObjectKind::TypedArray { elements: old, .. }, ObjectKind::TypedArray { elements: new, .. }) => {
            (0..old.len().max(new.len()))
                .filter(|index| old.get(*index) != new.get(*index))
                .map(|index| Key::Index(index as u32))
                .for_each(|key| compare(&key, slot_of(before, &key), slot_of(now, &key)));
        }
        (
            ObjectKind::Map {
                size: old_size,
                entries: old,
            },
            ObjectKind::Map {
                size: new_size,
                entries: new,
            },
        ) => {
            let n_known = old.len().min(new.len());
            if old_size != new_size || old.get(..n_known) != new.get(..n_known) {
                differing.push(None);
            }
        }
        (
            ObjectKind::Set {
                size: old_size,
                entries: old,
            },
            ObjectKind::Set {
                size: new_size,
                entries: new,
            },
        ) => {
            let n_known = old.len().min(new.len());
            if old_size != new_size || old.get(..n_known) != new.get(..n_known) {
                differing.push(None);
            }
        }
        (old, new) if old != new => differing.push(None),
        _ => {}
    }
    differing
}

fn by_key(state: &ObjectState) -> HashMap<&Key, &Slot> {
    let properties = state.properties.iter();
    properties
        .map(|property| (&property.key, &property.value))
        .collect()
}

/// A key as an index, whichever way it is written.
fn index_of(key: &Key) -> Option<u32> {
    match key {
        Key::Index(index) => Some(*index),
        Key::Name(name) => {
            let index: u32 = name.parse().ok()?;
            (index.to_string() == **name).then_some(index)
        }
        Key::Symbol(_) => None,
    }
}

fn is_same_key(left: &Key, right: &Key) -> bool {
    left == right || index_of(left).is_some_and(|index| index_of(right) == Some(index))
}
