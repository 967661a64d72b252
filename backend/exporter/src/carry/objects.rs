//! What objects hold when a part begins: the last state before it that shows all of one, and the changes since. Then what
//! they refer to in turn, the nearest first.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    mem,
};

use recording::{
    change::apply,
    chunk::RecordPosition,
    error::ReadError,
    ids::ObjectId,
    reader::Reader,
    record::Record,
    value::{ObjectState, Value},
};

use super::{Kept, References, records_before};
use crate::{
    ExportError,
    plan::Begin,
    walk::{self, Visit},
};

/// Objects that are carried into a part: those that are farthest from what runs in it are left behind.
const MAX_OBJECTS: usize = 500_000;

/// Finds what objects hold when a part begins.
pub(crate) struct Objects<'a> {
    reader: &'a Reader,
    begin: &'a Begin,
    in_chunks: Kept<HashMap<ObjectId, Vec<Told>>>,
    known: BTreeSet<ObjectId>,
}

/// Where something is told of an object.
#[derive(Clone, Copy)]
struct Told {
    position: RecordPosition,
    is_whole: bool,
}

/// An object whose whole state is looked for, and the changes after it that were passed already.
struct Looked {
    object: ObjectId,
    later: Vec<Record>,
}

impl<'a> Objects<'a> {
    pub(crate) fn new(reader: &'a Reader, begin: &'a Begin) -> Self {
        Self {
            reader,
            begin,
            in_chunks: Kept::default(),
            known: BTreeSet::new(),
        }
    }

    /// Passes on every object that the roots lead to. Says whether some were left behind because there are too many.
    pub(crate) fn carry(
        mut self,
        roots: BTreeSet<ObjectId>,
        mut pass_on: impl FnMut(ObjectId, ObjectState) -> Result<(), ExportError>,
    ) -> Result<bool, ExportError> {
        let mut round = roots;
        while !round.is_empty() {
            let mut next = Next {
                until: self.begin.state.next_object,
                found: BTreeSet::new(),
            };
            self.known.extend(&round);
            let mut pending: BTreeMap<usize, Vec<Looked>> = BTreeMap::new();
            for object in mem::take(&mut round) {
                let looked = Looked {
                    object,
                    later: Vec::new(),
                };
                self.look_before(looked, self.begin.chunk_idx + 1, &mut pending);
            }
            while let Some((chunk_idx, looked)) = pending.pop_last() {
                for (object, mut state) in self.look_in(chunk_idx, looked, &mut pending)? {
                    walk::state(object, &mut state, &mut next);
                    pass_on(object, state)?;
                }
            }
            round = next.found;
            round.retain(|object| !self.known.contains(object));
            if self.known.len() + round.len() > MAX_OBJECTS {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Has an object looked for in the last chunk before `until` in which something is told of it.
    fn look_before(&self, looked: Looked, until: usize, pending: &mut BTreeMap<usize, Vec<Looked>>) {
        let object = looked.object;
        let told = self.reader.object_chunks(object);
        let last = told.iter().rev().copied().find(|chunk_idx| *chunk_idx < until);
        let birth = self.reader.birth_chunk_of_object(object);
        if let Some(chunk_idx) = last.max(birth.filter(|birth| *birth < until)) {
            pending.entry(chunk_idx).or_default().push(looked);
        }
    }

    fn look_in(
        &mut self,
        chunk_idx: usize,
        looked: Vec<Looked>,
        pending: &mut BTreeMap<usize, Vec<Looked>>,
    ) -> Result<Vec<(ObjectId, ObjectState)>, ReadError> {
        let chunk = self.reader.chunk(chunk_idx)?;
        let begin = self.begin;
        let told = self.in_chunks.get(chunk_idx, || {
            let mut told: HashMap<ObjectId, Vec<Told>> = HashMap::new();
            for (position, record) in records_before(&chunk, chunk_idx, begin) {
                if let Some(object) = record.object() {
                    let is_whole = matches!(record, Record::Object { .. });
                    told.entry(object).or_default().push(Told { position, is_whole });
                }
            }
            Ok(told)
        })?;
        let mut found = Vec::new();
        let mut rest = Vec::new();
        for Looked { object, later } in looked {
            let here = told.get(&object).map_or(&[][..], |here| here);
            let whole = here.iter().rposition(|told| told.is_whole);
            let mut state = None;
            let mut changes = Vec::new();
            for told in here.get(whole.unwrap_or(0)..).unwrap_or_default() {
                match chunk.records_from(told.position).next() {
                    Some((_, Record::Object { state: shown, .. })) => state = Some(*shown),
                    Some((_, change)) => changes.push(change),
                    None => {}
                }
            }
            changes.extend(later);
            match state {
                Some(mut state) => {
                    changes.iter().for_each(|change| apply(&mut state, change));
                    found.push((object, state));
                }
                None => rest.push(Looked {
                    object,
                    later: changes,
                }),
            }
        }
        for looked in rest {
            self.look_before(looked, chunk_idx, pending);
        }
        Ok(found)
    }
}

/// The objects that others refer to.
struct Next {
    until: ObjectId,
    found: BTreeSet<ObjectId>,
}

impl Visit for Next {
    fn value(&mut self, _: &mut Value) {}

    fn object(&mut self, object: ObjectId) {
        if object < self.until {
            self.found.insert(object);
        }
    }
}

impl References {
    /// The objects, to be carried.
    pub(crate) fn take_objects(&mut self) -> BTreeSet<ObjectId> {
        mem::take(&mut self.objects)
    }
}
