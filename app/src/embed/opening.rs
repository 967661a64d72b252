//! What is to be opened in a frame: which recording, who answers for it, and where it begins.

use leptos::prelude::*;
use wire::ids::RecordingId;

use super::{
    failure::{Code, Failure},
    message::Load,
    ticket::Ticket,
};
use crate::{
    boot::Connect,
    url::{self, Link},
};

/// What is to be opened.
#[derive(Clone)]
pub(super) struct Opening {
    /// Its id.
    pub(super) id: RecordingId,
    /// Who answers.
    pub(super) connect: Connect,
    /// Where it begins.
    pub(super) link: Link,
    /// What it is called, if somebody has said so.
    pub(super) title: Option<String>,
    /// Whether it has an address of its own, so that a link can lead to it.
    pub(super) has_address: bool,
    /// Whether the page around has handed it over, so that it knows already what is in it.
    pub(super) is_hosts: bool,
}

impl Opening {
    /// What the page's own address names; None if it names nothing.
    pub(super) fn of_address(ticket: Ticket) -> Option<Self> {
        let location = window().location();
        let path = location.pathname().unwrap_or_default();
        let segment = path.rsplit('/').next().unwrap_or_default();
        let link = Link::parse(&location.search().unwrap_or_default());
        if segment.is_empty() || segment == "embed" {
            return None;
        }
        Some(Self {
            id: url::recording_id(segment),
            connect: connect(link.dispatch.as_deref(), ticket),
            title: super::meta("playhead-title"),
            has_address: true,
            is_hosts: false,
            link,
        })
    }

    /// What the page around asks for.
    ///
    /// # Errors
    /// It names nothing that can be opened.
    pub(super) fn of_request(load: &Load, ticket: Ticket) -> Result<Self, Failure> {
        let service = load.src.as_deref().filter(|src| is_service(src));
        let bad = |sentence: &str| Failure::new(Code::BadRequest, sentence);
        let Some(recording) = &load.recording else {
            return Err(bad(
                "load takes a recording's id, the address of a file, or what is in one.",
            ));
        };
        if load.src.is_some() && service.is_none() {
            return Err(bad(
                "A recording's id is known to a service: its address begins with ws: or wss:.",
            ));
        }
        Ok(Self {
            id: url::recording_id(recording),
            connect: connect(service, ticket),
            link: Link {
                dispatch: service.map(str::to_owned),
                ..Link::default()
            },
            title: load.title.clone(),
            has_address: true,
            is_hosts: false,
        })
    }
}

fn is_service(address: &str) -> bool {
    address.starts_with("ws://") || address.starts_with("wss://")
}

/// Who answers: a service elsewhere, or the server that the page came from, which a sandboxed page shows its ticket.
fn connect(service: Option<&str>, ticket: Ticket) -> Connect {
    match (service, ticket.way()) {
        (Some(url), _) => Connect::Service(url.to_owned()),
        (None, Some(way)) => Connect::Here(way),
        (None, None) => Connect::Own,
    }
}
