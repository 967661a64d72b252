//! Bounds that writer and reader agree on, so that no recording makes its reader reserve memory without end.

/// Values, elements, entries or properties in one list of one record. Arrays and maps are recorded up to 1,000
/// elements; only the arguments of `push(...items)` come near this.
pub(crate) const MAX_LIST_LEN: usize = 1 << 20;

/// Strings in one chunk. A chunk of the largest size, ended by the largest record, has half as many.
pub(crate) const MAX_STRINGS: usize = 1 << 22;

/// Bytes of strings in one record.
const MAX_STRING_BYTES: usize = 128 << 20;

/// Refuses a record that no reader would accept.
pub(crate) fn check(record: &crate::record::Record) -> std::io::Result<()> {
    use crate::{
        record::Record,
        value::{Key, ObjectKind, ObjectState, Slot, Value},
    };

    fn text_len(value: &Value) -> usize {
        match value {
            Value::String(text) | Value::BigInt(text) | Value::Symbol(text) => text.len(),
            _ => 0,
        }
    }
    fn key_len(key: &Key) -> usize {
        match key {
            Key::Name(text) | Key::Symbol(text) => text.len(),
            Key::Index(_) => 0,
        }
    }
    fn of_values<'a>(values: impl IntoIterator<Item = &'a Value>) -> (usize, usize) {
        values.into_iter().fold((0, 0), |(n_values, n_bytes), value| {
            (n_values + 1, n_bytes + text_len(value))
        })
    }
    fn of_state(state: &ObjectState) -> (usize, usize) {
        let (n_values, n_bytes) = match &state.kind {
            ObjectKind::Array { elements, .. } => (elements.len(), of_values(elements.iter().flatten()).1),
            ObjectKind::TypedArray { elements, .. } => of_values(elements),
            ObjectKind::Map { entries, .. } => {
                of_values(entries.iter().flat_map(|(key, value)| [key, value]))
            }
            ObjectKind::Set { entries, .. } => of_values(entries),
            ObjectKind::Function { name, .. } => (0, name.len()),
            ObjectKind::RegExp(source) => (0, source.len()),
            ObjectKind::Error { message, stack } => (0, message.len() + stack.len()),
            ObjectKind::Boxed(value) => (0, text_len(value)),
            ObjectKind::Node {
                node_name,
                node_value,
                attributes,
                ..
            } => {
                let attribute_bytes: usize = attributes
                    .iter()
                    .map(|(name, value)| name.len() + value.len())
                    .sum();
                let value_len = node_value.as_ref().map_or(0, |text| text.len());
                (attributes.len(), node_name.len() + value_len + attribute_bytes)
            }
            _ => (0, 0),
        };
        let property_bytes = state.properties.iter().map(|property| {
            key_len(&property.key)
                + match &property.value {
                    Slot::Value(value) => text_len(value),
                    Slot::Accessor { .. } => 0,
                }
        });
        let n_bytes = state.class_name.len() + n_bytes + property_bytes.sum::<usize>();
        (n_values.max(state.properties.len()), n_bytes)
    }

    let (n_values, n_bytes) = match record {
        Record::Enter { this, arguments, .. } => of_values(this.iter().chain(arguments)),
        Record::Return(value) | Record::Throw(value) => (1, text_len(value)),
        Record::Write { value, .. } | Record::SetAdd { value, .. } => (1, text_len(value)),
        Record::Append { suffix, .. } => (1, text_len(suffix)),
        Record::Object { state, .. } => of_state(state),
        Record::Property { key, value, .. } => (1, key_len(key) + text_len(value)),
        Record::PropertyDelete { key, .. } => (0, key_len(key)),
        Record::Splice { inserted, .. } => of_values(inserted),
        Record::MapSet { key, value, .. } => (2, text_len(key) + text_len(value)),
        Record::EntryDelete { key, .. } => (1, text_len(key)),
        _ => return Ok(()),
    };
    if n_values > MAX_LIST_LEN || n_bytes > MAX_STRING_BYTES {
        return Err(std::io::Error::new(
            std::io::ErrorKind::InvalidInput,
            format!(
                "a record of {n_values} values and {n_bytes} bytes of text is more than a recording takes"
            ),
        ));
    }
    Ok(())
}
