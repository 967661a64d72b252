//! What a recording's log says, for tests of whatever recorded it.

use recording::{chunk::RecordPosition, reader::Reader, record::Record, value::Value};

/// Every record, in order.
pub(crate) fn records(reader: &Reader) -> impl Iterator<Item = Record> {
    (0..reader.chunks().len()).flat_map(|idx| {
        let chunk = reader.chunk(idx).unwrap();
        let records: Vec<_> = chunk
            .records_from(RecordPosition::START)
            .map(|(_, record)| record)
            .collect();
        records
    })
}

/// Values written to the variables of a name, in order.
pub(crate) fn writes(reader: &Reader, name: &str) -> Vec<Value> {
    let name_of = |binding| {
        let script = reader.script(reader.script_of_binding(binding)?).ok()?;
        let idx = binding.0 - script.first_binding.0;
        script
            .bindings
            .get(idx as usize)
            .map(|binding| binding.name.clone())
    };
    records(reader)
        .filter_map(|record| match record {
            Record::Write { binding, value, .. } if name_of(binding).as_deref() == Some(name) => Some(value),
            _ => None,
        })
        .collect()
}

/// Every step lies in the function of the frame it runs in, and nothing stays open.
pub(crate) fn check_frames(reader: &Reader) {
    let mut tracker = recording::tracker::Tracker::default();
    for record in records(reader) {
        if let Record::Step(site) = record {
            let script = reader.script(reader.script_of_site(site).unwrap()).unwrap();
            let function = script.sites[(site.0 - script.first_site.0) as usize].function;
            assert_eq!(tracker.top().map(|frame| frame.function), Some(function));
        }
        tracker.apply(&record);
    }
    assert!(tracker.stack.is_empty());
    assert_eq!(recording::verify::verify(reader), []);
}
