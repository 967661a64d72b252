//! The log: one record for each thing the program did, in order.

use crate::{
    ids::{BindingId, FunctionId, InstanceId, ObjectId, ScopeId, SiteId},
    point::Micros,
    value::{Key, ObjectState, Value},
};

/// One thing the program did.
///
/// Frames and scope instances are numbered implicitly: each [`Record::Enter`], [`Record::Scope`] and
/// [`Record::ScopeCopy`] takes the next [`InstanceId`]. The stack of active frames follows from `Enter`, `Leave`,
/// `Suspend` and `Resume` alone ([`crate::tracker::Tracker`] keeps it).
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// The clock, absolute. Written where a task begins and ends and every 4,096 steps within one.
    Tick(Micros),
    /// The program is about to run the statement at a site. Takes the next step number, resets `sub` to 0.
    Step(SiteId),
    /// A function begins; takes the next instance number and is pushed on the stack.
    Enter {
        /// The function.
        function: FunctionId,
        /// The innermost instance visible where the function was written (STATIC at top level): its closure.
        parent: InstanceId,
        /// `this`, if the function uses it (None in arrows and before `super()`).
        this: Option<Value>,
        /// The arguments bound to [`crate::script::Function::parameters`], in that order. Empty at level 1.
        arguments: Vec<Value>,
    },
    /// The frame on top of the stack ends, by whatever road. Without a `Return` or `End` just before it was unwound
    /// by an exception: then it takes a `sub` number of its own, at which the frame still stands.
    Leave,
    /// The top frame is about to return this value.
    Return(Value),
    /// The top frame ran off its end or met a bare `return`.
    End,
    /// The top frame throws. Takes a `sub` number.
    Throw(Value),
    /// The top frame caught an exception.
    Catch,
    /// The top frame (async or generator) is popped at an `await` or `yield`, to be resumed.
    Suspend,
    /// A suspended frame is pushed again.
    Resume(InstanceId),
    /// A variable of `owner` takes a value.
    Write {
        /// The frame or scope instance that holds the variable, STATIC for top-level ones.
        owner: InstanceId,
        /// The variable.
        binding: BindingId,
        /// Its new value.
        value: Value,
    },
    /// A string variable of `owner` grows by a suffix (`s += x`).
    Append {
        /// As in `Write`.
        owner: InstanceId,
        /// As in `Write`.
        binding: BindingId,
        /// What was appended, as the text it became.
        suffix: Value,
    },
    /// A block scope whose variables are captured begins; takes the next instance number. Belongs to the top frame.
    Scope {
        /// The scope.
        scope: ScopeId,
        /// The instance around it.
        parent: InstanceId,
    },
    /// A per-iteration copy of a `for (let …)` scope; takes the next instance number. Its variables start with the
    /// values `from` had.
    ScopeCopy {
        /// The scope.
        scope: ScopeId,
        /// The previous iteration's instance.
        from: InstanceId,
    },
    /// All of an object as it now is. Boxed: it is by far the largest.
    Object {
        /// The object.
        object: ObjectId,
        /// What it holds.
        state: Box<ObjectState>,
    },
    /// A property (or array element) of an object takes a value.
    Property {
        /// The object.
        object: ObjectId,
        /// The key; past the end an array grows.
        key: Key,
        /// Its new value.
        value: Value,
    },
    /// A property of an object is gone.
    PropertyDelete {
        /// The object.
        object: ObjectId,
        /// The key.
        key: Key,
    },
    /// Elements of an array are replaced: `push` is a splice at the end, `pop` one of length 1 there.
    Splice {
        /// The array.
        object: ObjectId,
        /// First index.
        start: u32,
        /// How many go.
        n_removed: u32,
        /// What comes in their place.
        inserted: Vec<Value>,
    },
    /// An entry of a Map is set.
    MapSet {
        /// The map.
        object: ObjectId,
        /// Its key.
        key: Value,
        /// Its value.
        value: Value,
    },
    /// A member is added to a Set.
    SetAdd {
        /// The set.
        object: ObjectId,
        /// The member.
        value: Value,
    },
    /// An entry of a Map or Set is deleted.
    EntryDelete {
        /// The container.
        object: ObjectId,
        /// The entry's key.
        key: Value,
    },
    /// A Map or Set is emptied.
    EntriesClear {
        /// The container.
        object: ObjectId,
    },
    /// Something happened that a table of [`crate::event`] describes; takes a `sub` number.
    Mark,
}

impl Record {
    /// The object whose state, or a change of it, the record shows.
    pub fn object(&self) -> Option<ObjectId> {
        match self {
            Self::Object { object, .. }
            | Self::Property { object, .. }
            | Self::PropertyDelete { object, .. }
            | Self::Splice { object, .. }
            | Self::MapSet { object, .. }
            | Self::SetAdd { object, .. }
            | Self::EntryDelete { object, .. }
            | Self::EntriesClear { object } => Some(*object),
            _ => None,
        }
    }
}
