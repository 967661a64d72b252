//! What V8's own debugger saw of a program: `step.mjs` runs it in Node, we read what that prints.

use std::{collections::BTreeMap, path::Path, process::Command};

use serde::Deserialize;

/// Line (1-based) and column (0-based).
pub(crate) type At = (u32, u32);

/// All of it.
#[derive(Deserialize)]
pub(crate) struct Seen {
    /// Where V8 can stop.
    pub(crate) places: Vec<Place>,
    /// Every stop it made, in order.
    pub(crate) stops: Vec<Stop>,
}

/// A place where V8 can stop.
#[derive(Deserialize)]
pub(crate) struct Place {
    line: u32,
    column: u32,
    /// What stands there.
    #[serde(rename = "type")]
    pub(crate) kind: PlaceKind,
}

/// What V8 says of a place.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(crate) enum PlaceKind {
    Statement,
    Call,
    Return,
    DebuggerStatement,
}

/// One stop.
#[derive(Deserialize)]
pub(crate) struct Stop {
    line: u32,
    column: u32,
    /// Frames of the program on the stack.
    pub(crate) depth: usize,
    /// Whether a function returns here.
    #[serde(rename = "isReturn")]
    pub(crate) is_return: bool,
    /// Type, variables and beginning of each scope, innermost first, without the global object.
    pub(crate) scopes: Vec<(String, BTreeMap<String, Value>, Option<At>)>,
}

/// A variable's value.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(untagged)]
pub(crate) enum Value {
    /// `type:text`
    Primitive(String),
    /// Anything with identity.
    Object(Contents),
}

/// What an object holds, as far as it was looked into; primitives as `type:text`, all else as `object`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub(crate) struct Contents {
    /// Elements of an array, None for a hole.
    pub(crate) array: Option<Vec<Option<String>>>,
    /// Entries of a Map.
    pub(crate) map: Option<Vec<(String, String)>>,
    /// Members of a Set.
    pub(crate) set: Option<Vec<String>>,
    /// Own named properties.
    pub(crate) object: Option<BTreeMap<String, String>>,
}

impl Place {
    pub(crate) fn at(&self) -> At {
        (self.line, self.column)
    }
}

impl Stop {
    pub(crate) fn at(&self) -> At {
        (self.line, self.column)
    }
}

/// Steps through the program.
pub(crate) fn step_through(program: &Path) -> Result<Seen, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("differential/step.mjs");
    let printed = tests::program::output(Command::new("node").arg(script).arg(program))?;
    serde_json::from_str(&printed).map_err(|error| format!("step.mjs: {error}"))
}
