//! What a chunk's log tells of objects: whole states, and the changes between them.

use std::ops::Range;

use recording::{
    chunk::{Chunk, RecordPosition},
    ids::ObjectId,
    record::Record,
    value::ObjectState,
};

use crate::view::range_of;

/// From so many changes of an object on it is quicker to pass over all records between them than to look for each.
const MANY_CHANGES: usize = 256;

/// Where a chunk's records about objects stand.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Ordered by object, then by position. The flag says that the record tells the whole state.
    rows: Vec<(ObjectId, RecordPosition, bool)>,
}

impl Changes {
    pub(crate) fn push(&mut self, object: ObjectId, position: RecordPosition, is_whole: bool) {
        self.rows.push((object, position, is_whole));
    }

    /// Once all are known.
    pub(crate) fn finish(&mut self) {
        self.rows.sort_unstable();
    }

    /// The last whole state told of an object before `position`, and where.
    pub(crate) fn last_state(
        &self,
        chunk: &Chunk,
        object: ObjectId,
        position: RecordPosition,
    ) -> Option<(RecordPosition, ObjectState)> {
        let mut before = self.rows_of(object).iter().rev();
        let (_, at, _) = before.find(|(_, at, is_whole)| *is_whole && *at < position)?;
        Some((*at, state_at(chunk, *at)?))
    }

    /// The first whole state told of an object from one position on and before another.
    pub(crate) fn next_state(
        &self,
        chunk: &Chunk,
        object: ObjectId,
        span: Range<RecordPosition>,
    ) -> Option<ObjectState> {
        let mut rows = self.rows_of(object).iter();
        let (_, at, _) = rows.find(|(_, at, is_whole)| *is_whole && span.contains(at))?;
        state_at(chunk, *at)
    }

    /// Passes on every record about an object, after one position (from the start without one) and before another.
    pub(crate) fn pass_on_between(
        &self,
        chunk: &Chunk,
        object: ObjectId,
        after: Option<RecordPosition>,
        until: RecordPosition,
        mut pass_on: impl FnMut(RecordPosition, &Record),
    ) {
        let rows = self.rows_of(object);
        let begin = rows.partition_point(|(_, at, _)| Some(*at) <= after);
        let end = rows.partition_point(|(_, at, _)| *at < until);
        match rows.get(begin..end).unwrap_or_default() {
            rows @ [(_, first, _), ..] if rows.len() > MANY_CHANGES => {
                let mut records = chunk.records_from(*first);
                for (_, at, _) in rows {
                    records.skip_to(*at);
                    records
                        .next()
                        .iter()
                        .for_each(|(at, record)| pass_on(*at, record));
                }
            }
            rows => {
                let records = rows
                    .iter()
                    .filter_map(|(_, at, _)| chunk.records_from(*at).next());
                records.for_each(|(at, record)| pass_on(at, &record));
            }
        }
    }

    fn rows_of(&self, object: ObjectId) -> &[(ObjectId, RecordPosition, bool)] {
        let range = range_of(&self.rows, |(other, ..)| other.cmp(&object));
        self.rows.get(range).unwrap_or_default()
    }

    /// About how much memory it takes, in bytes.
    pub(crate) fn n_bytes(&self) -> usize {
        self.rows.capacity() * size_of::<(ObjectId, RecordPosition, bool)>()
    }
}

fn state_at(chunk: &Chunk, position: RecordPosition) -> Option<ObjectState> {
    match chunk.records_from(position).next()? {
        (_, Record::Object { state, .. }) => Some(*state),
        _ => None,
    }
}
