//! What a variable held at some moment: the last write before it, wherever that was.

use recording::{
    change::appended,
    chunk::RecordPosition,
    error::ReadError,
    ids::{BindingId, FunctionId, InstanceId},
    record::Record,
    value::{Text, Value},
};

use crate::{
    code,
    trace::{Moment, Trace},
    view::{BirthKind, ChunkView},
};

/// How many copies of a loop's scope to follow back to the iteration that wrote a variable.
const MAX_COPIES_BACK: usize = 100_000;

/// A place in the log to look back from.
struct Before {
    chunk_idx: usize,
    position: RecordPosition,
}

impl Trace {
    /// The value of a variable; None if nothing was ever written to it.
    pub(crate) fn variable(
        &self,
        owner: InstanceId,
        binding: BindingId,
        moment: &Moment,
    ) -> Result<Option<Value>, ReadError> {
        let mut suffixes = Vec::new();
        let mut owner = owner;
        let mut before = Before {
            chunk_idx: moment.chunk_idx,
            position: moment.position,
        };
        for _ in 0..MAX_COPIES_BACK {
            if let Some(written) = self.last_write(owner, binding, &before, &mut suffixes)? {
                return Ok(Some(appended(written, &suffixes)));
            }
            let Some((chunk_idx, birth)) = self.birth(owner)? else {
                return Ok(None);
            };
            match birth.kind {
                BirthKind::Frame {
                    function,
                    this,
                    arguments,
                    ..
                } => {
                    let initial = match binding {
                        BindingId::THIS => this,
                        _ => self.argument(function, binding, &arguments)?,
                    };
                    return Ok(initial.map(|initial| appended(initial, &suffixes)));
                }
                BirthKind::Scope { .. } => return Ok(None),
                BirthKind::ScopeCopy { from, .. } => {
                    owner = from;
                    before = Before {
                        chunk_idx,
                        position: birth.position,
                    };
                }
            }
        }
        Ok(Some(Value::Unavailable))
    }

    /// The last value written to a variable before a place, and the suffixes it grew by since, last first.
    fn last_write(
        &self,
        owner: InstanceId,
        binding: BindingId,
        before: &Before,
        suffixes: &mut Vec<Text>,
    ) -> Result<Option<Value>, ReadError> {
        let here = self.view(before.chunk_idx)?;
        if let Some(value) = last_write_in(&here, owner, binding, before.position, suffixes) {
            return Ok(Some(value));
        }
        // Whoever was born in this chunk was not written before it. STATIC is never born: its index names every chunk.
        let birth_chunk = self.reader.birth_chunk_of_instance(owner);
        if birth_chunk.is_some_and(|birth| birth >= before.chunk_idx) {
            return Ok(None);
        }
        let indexed = self.reader.write_chunks(owner, binding);
        for chunk_idx in self.earlier_chunks(indexed, birth_chunk, before.chunk_idx) {
            let view = self.view(chunk_idx)?;
            if let Some(value) = last_write_in(&view, owner, binding, RecordPosition(u32::MAX), suffixes) {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// The argument a parameter was called with.
    pub(crate) fn argument(
        &self,
        function: FunctionId,
        binding: BindingId,
        arguments: &[Value],
    ) -> Result<Option<Value>, ReadError> {
        let Some(script) = self.script_of_function(function)? else {
            return Ok(None);
        };
        let parameters = code::function(&script, function).map_or(&[][..], |function| &function.parameters);
        let parameter_idx = parameters.iter().position(|parameter| *parameter == binding);
        Ok(parameter_idx
            .and_then(|parameter_idx| arguments.get(parameter_idx))
            .cloned())
    }
}

fn last_write_in(
    view: &ChunkView,
    owner: InstanceId,
    binding: BindingId,
    before: RecordPosition,
    suffixes: &mut Vec<Text>,
) -> Option<Value> {
    for write in view.writes_before(owner, binding, before) {
        match write {
            Record::Write { value, .. } => return Some(value),
            Record::Append {
                suffix: Value::String(suffix),
                ..
            } => suffixes.push(suffix),
            _ => {}
        }
    }
    None
}
