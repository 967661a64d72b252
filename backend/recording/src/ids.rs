//! The numbers by which a recording names its things. Each is unique within one file.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);
    )*};
}

ids! {
    /// A script the program loaded, in load order from 0.
    ScriptId
    /// A place where the program can stop (a statement, a loop test, …). 0 is [`SiteId::IDLE`]; scripts' sites start at 1.
    SiteId
    /// A function, or the top level of a script.
    FunctionId
    /// A variable, as declared in the text. 0 is [`BindingId::THIS`]; scripts' bindings start at 1.
    BindingId
    /// A lexical scope, as written in the text.
    ScopeId
    /// One activation of a function or one run of a block whose variables a closure captured. Frames and scope
    /// instances share this counter; 0 is [`InstanceId::STATIC`], the first is 1, each new one is one more.
    InstanceId
    /// An object (or function, or symbol-keyed anything with identity) the program touched. From 1.
    ObjectId
}

impl SiteId {
    /// A step that belongs to no script: the recorder writes one where more than 60,000 events fall between two steps.
    pub const IDLE: Self = Self(0);
}

impl FunctionId {
    /// Of a frame the log resumes without ever having entered it: a recorder's fault, survived.
    pub const UNKNOWN: Self = Self(u32::MAX);
}

impl BindingId {
    /// `this`, written as if it were a variable of a frame (after `super()` in a derived constructor).
    pub const THIS: Self = Self(0);
}

impl InstanceId {
    /// The owner of top-level variables of scripts and modules, which exist once.
    pub const STATIC: Self = Self(0);
}
