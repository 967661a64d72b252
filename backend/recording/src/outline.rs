//! A record without its values: who did what to whom. Enough to follow steps, frames and time, and to find the records
//! that are about something.

use crate::{
    ids::{BindingId, FunctionId, InstanceId, ObjectId, ScopeId, SiteId},
    point::Micros,
    record::Record,
};

/// What a record is about. See [`Record`] for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outline {
    /// A statement is about to run.
    Step(SiteId),
    /// The clock.
    Tick(Micros),
    /// A function is entered.
    Enter {
        /// The function.
        function: FunctionId,
        /// The innermost instance around it.
        parent: InstanceId,
    },
    /// The running frame left.
    Leave,
    /// The running frame returned or ran off its end.
    Ending,
    /// Something is thrown.
    Throw,
    /// The exception is caught.
    Catch,
    /// The running frame waits.
    Suspend,
    /// A frame that waited goes on.
    Resume(InstanceId),
    /// A variable is written or appended to.
    Write {
        /// The instance it belongs to.
        owner: InstanceId,
        /// The variable.
        binding: BindingId,
    },
    /// A block's instance begins, as a copy or not.
    Scope {
        /// The block.
        scope: ScopeId,
    },
    /// An object is shown or changes.
    Object {
        /// The object.
        object: ObjectId,
        /// Whether all of it is shown.
        is_whole: bool,
    },
    /// Something happened that a table of events describes.
    Mark,
}

impl Record {
    /// The record without its values.
    #[inline]
    pub fn outline(&self) -> Outline {
        match self {
            Self::Step(site) => Outline::Step(*site),
            Self::Tick(time) => Outline::Tick(*time),
            Self::Enter { function, parent, .. } => Outline::Enter {
                function: *function,
                parent: *parent,
            },
            Self::Leave => Outline::Leave,
            Self::Return(_) | Self::End => Outline::Ending,
            Self::Throw(_) => Outline::Throw,
            Self::Catch => Outline::Catch,
            Self::Suspend => Outline::Suspend,
            Self::Resume(instance) => Outline::Resume(*instance),
            Self::Write { owner, binding, .. } | Self::Append { owner, binding, .. } => Outline::Write {
                owner: *owner,
                binding: *binding,
            },
            Self::Scope { scope, .. } | Self::ScopeCopy { scope, .. } => Outline::Scope { scope: *scope },
            Self::Object { object, .. } => Outline::Object {
                object: *object,
                is_whole: true,
            },
            Self::Property { object, .. }
            | Self::PropertyDelete { object, .. }
            | Self::Splice { object, .. }
            | Self::MapSet { object, .. }
            | Self::SetAdd { object, .. }
            | Self::EntryDelete { object, .. }
            | Self::EntriesClear { object } => Outline::Object {
                object: *object,
                is_whole: false,
            },
            Self::Mark => Outline::Mark,
        }
    }
}
