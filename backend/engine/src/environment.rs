//! Who holds the variables a frame can see: its own scopes, then those around its function, out to the top level.
//!
//! A variable belongs to the instance of its scope where closures captured it, else to the frame of the function that
//! declares it, else, at the top level, to STATIC. Closures are followed from instance to instance.

use std::{collections::HashMap, sync::Arc};

use recording::{
    chunk::RecordPosition,
    error::ReadError,
    ids::{BindingId, FunctionId, InstanceId, ScopeId, ScriptId},
    script::ScriptKind,
    value::Text,
};

use crate::{
    code,
    stack::StackFrame,
    trace::{Moment, Trace},
    view::BirthKind,
};

/// How many chunks to look through for something that an index leads to. Every index is exact, so this many are only
/// needed where one thing lives very long without being touched.
pub(crate) const MAX_CHUNKS_BACK: usize = 64;

/// A scope as some frame sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct VisibleScope {
    /// The scope, as written.
    pub(crate) scope: ScopeId,
    /// Who holds its variables: STATIC at the top level.
    pub(crate) owner: InstanceId,
    /// The frame it runs in, None at the top level.
    pub(crate) frame: Option<InstanceId>,
}

/// A function on the way outward: the frame it ran in, and up to where its blocks are to be looked for.
pub(crate) struct Surroundings {
    function: FunctionId,
    /// That frame.
    pub(crate) frame: InstanceId,
    captured: Option<Captured>,
    /// What is around the function: its frame's closure environment.
    pub(crate) next: InstanceId,
}

/// A place in the log, and the block instance that began there, if one did.
struct Captured {
    block: Option<(ScopeId, InstanceId)>,
    chunk_idx: usize,
    position: RecordPosition,
}

impl Trace {
    /// Scopes visible in a frame whose code stands in `innermost`, innermost first, the script's own scope last.
    ///
    /// Blocks around a closure that it captured nothing of are left out: nobody knows which run of them it saw.
    pub(crate) fn visible_scopes(
        &self,
        frame: &StackFrame,
        innermost: ScopeId,
        moment: &Moment,
    ) -> Result<Vec<VisibleScope>, ReadError> {
        let Some(script) = self.script_of_scope(innermost)? else {
            return Ok(Vec::new());
        };
        let mut visible = Vec::new();
        let mut around = Some(Surroundings {
            function: frame.function,
            frame: frame.instance,
            captured: Some(Captured {
                block: None,
                chunk_idx: moment.chunk_idx,
                position: moment.position,
            }),
            next: frame.parent,
        });
        for (id, scope) in code::scopes_outward(&script, innermost) {
            if scope.parent.is_none() {
                visible.push(VisibleScope {
                    scope: id,
                    owner: InstanceId::STATIC,
                    frame: None,
                });
                break;
            }
            if let Some(inner) = &around
                && inner.function != scope.function
            {
                around = self.surroundings(scope.function, inner.next)?;
            }
            let Some(around) = &around else { continue };
            let owner = match scope.has_instances {
                true => self.block_instance(around, id)?,
                false => Some(around.frame),
            };
            visible.extend(owner.map(|owner| VisibleScope {
                scope: id,
                owner,
                frame: Some(around.frame),
            }));
        }
        Ok(visible)
    }

    /// Declarations of a global variable, by script in load order.
    pub(crate) fn global_bindings(&self, name: &Text) -> Result<Arc<[(ScriptId, BindingId)]>, ReadError> {
        if self.global_bindings.borrow().is_none() {
            let mut by_name: HashMap<Text, Vec<_>> = HashMap::new();
            let scripts = self.reader.scripts().iter();
            for info in scripts.filter(|info| {
                info.level > 0 && matches!(info.kind, ScriptKind::External | ScriptKind::Inline)
            }) {
                let script = self.reader.script(info.id)?;
                let root = script.scopes.first();
                for id in root.map_or(&[][..], |root| &root.bindings) {
                    if let Some(binding) = code::binding(&script, *id) {
                        by_name
                            .entry(binding.name.clone())
                            .or_default()
                            .push((info.id, *id));
                    }
                }
            }
            let by_name = by_name.into_iter().map(|(name, found)| (name, found.into()));
            *self.global_bindings.borrow_mut() = Some(by_name.collect());
        }
        let known = self.global_bindings.borrow();
        let found = known.as_ref().and_then(|by_name| by_name.get(name));
        Ok(found.cloned().unwrap_or_else(|| Arc::new([])))
    }

    /// The frame of `function` that holds the closure environment `instance`.
    pub(crate) fn surroundings(
        &self,
        function: FunctionId,
        instance: InstanceId,
    ) -> Result<Option<Surroundings>, ReadError> {
        let Some((chunk_idx, birth)) = self.birth(instance)? else {
            return Ok(None);
        };
        Ok(match birth.kind {
            BirthKind::Frame {
                function: begun,
                parent,
                ..
            } => (begun == function).then_some(Surroundings {
                function,
                frame: instance,
                captured: None,
                next: parent,
            }),
            BirthKind::Scope { scope } | BirthKind::ScopeCopy { scope, .. } => {
                let next = match self.birth(birth.frame)? {
                    Some((_, frame)) => match frame.kind {
                        BirthKind::Frame { parent, .. } => parent,
                        BirthKind::Scope { .. } | BirthKind::ScopeCopy { .. } => InstanceId::STATIC,
                    },
                    None => InstanceId::STATIC,
                };
                let block = Some((scope, instance));
                let captured = Some(Captured {
                    block,
                    chunk_idx,
                    position: birth.position,
                });
                Some(Surroundings {
                    function,
                    frame: birth.frame,
                    captured,
                    next,
                })
            }
        })
    }

    /// Which run of a block is the one seen.
    fn block_instance(&self, around: &Surroundings, scope: ScopeId) -> Result<Option<InstanceId>, ReadError> {
        let Some(Captured {
            block,
            chunk_idx,
            position,
        }) = &around.captured
        else {
            return Ok(None);
        };
        if let Some((captured, instance)) = block
            && *captured == scope
        {
            return Ok(Some(*instance));
        }
        if let Some(instance) = self
            .view(*chunk_idx)?
            .block_before(around.frame, scope, *position)
        {
            return Ok(Some(instance));
        }
        let birth_chunk = self.reader.birth_chunk_of_instance(around.frame);
        let indexed = self.reader.frame_chunks(around.frame);
        let earlier = self.earlier_chunks(indexed, birth_chunk, *chunk_idx);
        for chunk_idx in earlier {
            let Some(view) = self.view_unless_lost(chunk_idx)? else {
                break;
            };
            if let Some(instance) = view.block_before(around.frame, scope, RecordPosition(u32::MAX)) {
                return Ok(Some(instance));
            }
        }
        Ok(None)
    }

    /// The chunks before one in which to look for traces of a thing, nearest first: those its index names, then the
    /// one it was born in.
    pub(crate) fn earlier_chunks(
        &self,
        indexed: Vec<usize>,
        birth_chunk: Option<usize>,
        before: usize,
    ) -> impl Iterator<Item = usize> + use<> {
        let n_before = indexed.partition_point(|chunk_idx| *chunk_idx < before);
        let birth = birth_chunk.filter(|birth| *birth < before && !indexed.contains(birth));
        let near = indexed.into_iter().take(n_before).rev().take(MAX_CHUNKS_BACK);
        near.chain(birth)
    }
}
