//! What an object held at some moment: the last whole state seen before it, and the changes since.

use recording::{
    change::apply, chunk::RecordPosition, error::ReadError, ids::ObjectId, record::Record, value::ObjectState,
};

use crate::trace::{Moment, Trace};

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
