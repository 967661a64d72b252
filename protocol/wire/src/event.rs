//! What makes a type an event: its method and the ids it carries.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    command::{Scope, count, joined},
    connection, console, debugger, graphics, network, recording, session,
};

/// Payload of an event. The implementing struct's fields are the parameters.
pub trait Event: Serialize + DeserializeOwned + 'static {
    /// `Domain.name`, as sent.
    const METHOD: &'static str;
    /// Which ids the event carries. Clients should not insist: some servers leave the session id out.
    const SCOPE: Scope;
}

/// An event as data, for tables and dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventInfo {
    /// `Domain.name`, as sent.
    pub method: &'static str,
    /// See [`Event::SCOPE`].
    pub scope: Scope,
}

impl EventInfo {
    /// What the type says of itself.
    pub const fn of<E: Event>() -> Self {
        Self {
            method: E::METHOD,
            scope: E::SCOPE,
        }
    }
}

/// Every event, domain by domain.
pub const EVENTS: &[EventInfo] = &joined::<_, { count(BY_DOMAIN) }>(BY_DOMAIN);

const BY_DOMAIN: &[&[EventInfo]] = &[
    connection::EVENTS,
    recording::EVENTS,
    session::EVENTS,
    graphics::EVENTS,
    debugger::EVENTS,
    console::EVENTS,
    network::EVENTS,
];
