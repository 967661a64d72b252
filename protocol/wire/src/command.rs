//! What makes a type a command: its method, the ids its request must carry, and the type of its answer.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    authentication, console, css, debugger, dom, graphics, internal, network, pause, recording, resource,
    session,
};

/// Parameters of a request. The implementing struct's fields are the parameters.
pub trait Command: Serialize + DeserializeOwned + 'static {
    /// What the answer holds; [`Empty`] where the schema names nothing.
    type Result: Serialize + DeserializeOwned + 'static;
    /// `Domain.name`, as sent.
    const METHOD: &'static str;
    /// Which ids the request must carry.
    const SCOPE: Scope;
    /// Whether asking twice does no harm, so that a client may ask again after a reconnect.
    const REPEATABLE: bool;
}

/// The ids a message carries outside its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// None: it concerns the connection, or names its recording in the parameters.
    None,
    /// `sessionId`.
    Session,
    /// `sessionId` and `pauseId`.
    Pause,
}

/// A command as data, for tables and dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandInfo {
    /// `Domain.name`, as sent.
    pub method: &'static str,
    /// Which ids the request must carry.
    pub scope: Scope,
    /// See [`Command::REPEATABLE`].
    pub repeatable: bool,
}

impl CommandInfo {
    /// What the type says of itself.
    pub const fn of<C: Command>() -> Self {
        Self {
            method: C::METHOD,
            scope: C::SCOPE,
            repeatable: C::REPEATABLE,
        }
    }
}

/// Every command, domain by domain.
pub const COMMANDS: &[CommandInfo] = &joined::<_, { count(BY_DOMAIN) }>(BY_DOMAIN);

const BY_DOMAIN: &[&[CommandInfo]] = &[
    recording::COMMANDS,
    resource::COMMANDS,
    authentication::COMMANDS,
    session::COMMANDS,
    graphics::COMMANDS,
    debugger::COMMANDS,
    console::COMMANDS,
    pause::COMMANDS,
    dom::COMMANDS,
    css::COMMANDS,
    network::COMMANDS,
    internal::COMMANDS,
];

/// How many entries some tables have together.
pub(crate) const fn count<T>(tables: &[&[T]]) -> usize {
    let (mut sum, mut index) = (0, 0);
    while index < tables.len() {
        sum += tables[index].len();
        index += 1;
    }
    sum
}

/// One table of some, at compile time; `N` is their [`count`].
pub(crate) const fn joined<T: Copy, const N: usize>(tables: &[&[T]]) -> [T; N] {
    let mut joined = [tables[0][0]; N];
    let (mut filled, mut table) = (0, 0);
    while table < tables.len() {
        let mut row = 0;
        while row < tables[table].len() {
            joined[filled] = tables[table][row];
            filled += 1;
            row += 1;
        }
        table += 1;
    }
    joined
}

/// A result without fields: `{}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Empty {}
