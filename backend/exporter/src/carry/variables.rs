//! What variables hold when a part begins: the last write to each before it. The log is read backwards, chunk by chunk as
//! the index says, so no chunk is read twice.

use std::collections::{BTreeMap, HashMap};

use recording::{
    change::appended,
    error::ReadError,
    ids::{BindingId, FunctionId, InstanceId, ScopeId},
    reader::Reader,
    record::Record,
    script::Script,
    value::{Text, Value},
};

use super::{Instances, births::BirthKind, records_before};
use crate::plan::Begin;

/// Passes on what the variables of some frames and scopes hold, and those at the top level of scripts. Arguments that
/// were never written stand with their frames, and are not passed on.
pub(crate) fn variables(
    reader: &Reader,
    begin: &Begin,
    instances: &Instances,
    mut pass_on: impl FnMut(InstanceId, BindingId, Value),
) -> Result<(), ReadError> {
    let mut search = Search {
        reader,
        begin,
        pending: BTreeMap::new(),
    };
    let mut written_in = WrittenIn::default();
    for (instance, birth) in &instances.born {
        for binding in written_in.instance(reader, &birth.kind)? {
            search.add(
                *instance,
                binding,
                Wanted::new(*instance, binding),
                begin.chunk_idx + 1,
            );
        }
    }
    for info in reader.scripts() {
        let script = reader.script(info.id)?;
        let root = script.scopes.first();
        for binding in root.iter().flat_map(|root| &root.bindings) {
            let owner = InstanceId::STATIC;
            search.add(owner, *binding, Wanted::new(owner, *binding), begin.chunk_idx + 1);
        }
    }
    while let Some((chunk_idx, wanted)) = search.pending.pop_last() {
        for (owner, binding, value) in search.look_in(chunk_idx, wanted)? {
            pass_on(owner, binding, value);
        }
    }
    Ok(())
}

/// Which variables a frame or a scope holds.
#[derive(Default)]
struct WrittenIn {
    functions: HashMap<FunctionId, Vec<BindingId>>,
}

impl WrittenIn {
    fn instance(&mut self, reader: &Reader, kind: &BirthKind) -> Result<Vec<BindingId>, ReadError> {
        match *kind {
            BirthKind::Scope { scope, .. } => of_scope(reader, scope),
            BirthKind::Frame { function, .. } => {
                if let Some(known) = self.functions.get(&function) {
                    return Ok(known.clone());
                }
                let bindings = of_function(reader, function)?;
                self.functions.insert(function, bindings.clone());
                Ok(bindings)
            }
        }
    }
}

fn of_scope(reader: &Reader, scope: ScopeId) -> Result<Vec<BindingId>, ReadError> {
    let Some(script) = reader.script_of_scope(scope) else {
        return Ok(Vec::new());
    };
    let script = reader.script(script)?;
    let found = script.scopes.get((scope.0 - script.first_scope.0) as usize);
    Ok(found.map_or_else(Vec::new, |scope| scope.bindings.clone()))
}

/// The variables of a function's frame: those of its blocks too, unless each run of the block has its own.
fn of_function(reader: &Reader, function: FunctionId) -> Result<Vec<BindingId>, ReadError> {
    let Some(script) = reader.script_of_function(function) else {
        return Ok(vec![BindingId::THIS]);
    };
    let script: &Script = &*reader.script(script)?;
    let scopes = script.scopes.iter();
    let own =
        scopes.filter(|scope| scope.function == function && scope.parent.is_some() && !scope.has_instances);
    let own = own.flat_map(|scope| scope.bindings.iter().copied());
    Ok(own.chain([BindingId::THIS]).collect())
}

/// A variable that is looked for, under the owner that had it when the part begins.
struct Wanted {
    owner: InstanceId,
    binding: BindingId,
    /// What it grew by after the write that is looked for, last first.
    suffixes: Vec<Text>,
}

impl Wanted {
    fn new(owner: InstanceId, binding: BindingId) -> Self {
        Self {
            owner,
            binding,
            suffixes: Vec::new(),
        }
    }
}

/// What is looked for in one chunk, by the owner whose writes count: a round of a loop begins with what the one before
/// held.
type InChunk = HashMap<InstanceId, HashMap<BindingId, Vec<Wanted>>>;

struct Search<'a> {
    reader: &'a Reader,
    begin: &'a Begin,
    pending: BTreeMap<usize, InChunk>,
}

impl Search<'_> {
    /// Has a variable looked for in the last chunk before `until` in which it may have been written.
    fn add(&mut self, owner: InstanceId, binding: BindingId, wanted: Wanted, until: usize) {
        let written = self.reader.write_chunks(owner, binding);
        let last = written.iter().rev().copied().find(|chunk_idx| *chunk_idx < until);
        let birth = self.reader.birth_chunk_of_instance(owner);
        if let Some(chunk_idx) = last.max(birth.filter(|birth| *birth < until)) {
            let in_chunk = self.pending.entry(chunk_idx).or_default();
            let of_owner = in_chunk.entry(owner).or_default();
            of_owner.entry(binding).or_default().push(wanted);
        }
    }

    /// Looks through a chunk from its end. Gives what was found; the rest is looked for in earlier ones.
    fn look_in(
        &mut self,
        chunk_idx: usize,
        mut wanted: InChunk,
    ) -> Result<Vec<(InstanceId, BindingId, Value)>, ReadError> {
        let chunk = self.reader.chunk(chunk_idx)?;
        let mut tracker = chunk.tracker().clone();
        let mut steps = Vec::new();
        for (_, record) in records_before(&chunk, chunk_idx, self.begin) {
            let begun = tracker.apply(&record).begun;
            if begun.is_some() || matches!(record, Record::Write { .. } | Record::Append { .. }) {
                steps.push((begun, record));
            }
        }
        let mut found = Vec::new();
        for (begun, record) in steps.into_iter().rev() {
            match (record, begun) {
                (
                    Record::Write {
                        owner,
                        binding,
                        value,
                    },
                    _,
                ) => {
                    let here = wanted.get_mut(&owner).and_then(|of| of.remove(&binding));
                    for one in here.into_iter().flatten() {
                        let value = appended(value.clone(), &one.suffixes);
                        found.push((one.owner, one.binding, value));
                    }
                }
                (
                    Record::Append {
                        owner,
                        binding,
                        suffix: Value::String(suffix),
                    },
                    _,
                ) => {
                    let here = wanted.get_mut(&owner).and_then(|of| of.get_mut(&binding));
                    for one in here.into_iter().flatten() {
                        one.suffixes.push(suffix.clone());
                    }
                }
                (Record::ScopeCopy { from, .. }, Some(copy)) => {
                    for (binding, of_copy) in wanted.remove(&copy).into_iter().flatten() {
                        let of_round_before = wanted.entry(from).or_default();
                        of_round_before.entry(binding).or_default().extend(of_copy);
                    }
                }
                (
                    Record::Enter {
                        function,
                        this,
                        arguments,
                        ..
                    },
                    Some(frame),
                ) => {
                    for (binding, of_frame) in wanted.remove(&frame).into_iter().flatten() {
                        // What only stands among the arguments goes with the frame.
                        for one in of_frame.into_iter().filter(|one| !one.suffixes.is_empty()) {
                            let initial = match binding {
                                BindingId::THIS => this.clone(),
                                _ => argument(self.reader, function, binding, &arguments)?,
                            };
                            let value = initial.map(|initial| appended(initial, &one.suffixes));
                            found.extend(value.map(|value| (one.owner, one.binding, value)));
                        }
                    }
                }
                (_, Some(scope)) => drop(wanted.remove(&scope)),
                _ => {}
            }
        }
        for (owner, by_binding) in wanted {
            for (binding, rest) in by_binding {
                for one in rest {
                    self.add(owner, binding, one, chunk_idx);
                }
            }
        }
        Ok(found)
    }
}

/// The argument that a parameter was called with.
fn argument(
    reader: &Reader,
    function: FunctionId,
    binding: BindingId,
    arguments: &[Value],
) -> Result<Option<Value>, ReadError> {
    let Some(script) = reader.script_of_function(function) else {
        return Ok(None);
    };
    let script = reader.script(script)?;
    let found = script
        .functions
        .get((function.0 - script.first_function.0) as usize);
    let parameter = found.and_then(|function| function.parameters.iter().position(|other| *other == binding));
    Ok(parameter.and_then(|idx| arguments.get(idx)).cloned())
}
