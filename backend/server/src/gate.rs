//! What a websocket's client may ask, by who it says it is. Stands before everything else that takes its requests.

use std::{collections::BTreeMap, net::IpAddr, sync::Arc, time::Duration};

use engine::Pass;
use wire::{
    authentication::SetAccessToken,
    command::{Command, Empty},
    envelope::{self, CallId, Request},
    recording::{
        AddOriginalSource, AddSourceMap, CreateSession, GlobalExperimentalCommand, ProcessRecording,
        ReleaseSession,
    },
};

use crate::{
    access::{Code, Grant, Refusal},
    http::Site,
    limits::MAX_WRONG_TOKENS,
    links::Capability,
};

/// One client's side of the server's rules.
pub(crate) struct Gate<'a> {
    site: &'a Site,
    from: Option<IpAddr>,
    grant: Result<Grant, Refusal>,
    /// Links under which sessions may be open, by their names.
    links: BTreeMap<Arc<str>, Arc<Capability>>,
    n_wrong: u32,
}

/// What becomes of a request.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// It goes on, perhaps to a service behind this server.
    Pass,
    /// It goes on, but to nobody else.
    PassHere,
    /// It was about who is asking; here is the answer, and what sessions may show from now on.
    Granted(String, Option<Pass>),
    /// It is refused.
    Refused(String),
    /// It is refused, and nothing more is taken from this client: why.
    Close(String),
}

impl<'a> Gate<'a> {
    /// The gate for a client, by what it said when it connected.
    pub(crate) fn new(site: &'a Site, grant: Result<Grant, Refusal>, from: Option<IpAddr>) -> Self {
        let mut gate = Self {
            site,
            from,
            grant,
            links: BTreeMap::new(),
            n_wrong: 0,
        };
        gate.note_link();
        gate
    }

    /// Whether the client may do nothing yet.
    pub(crate) fn is_stranger(&self) -> bool {
        self.grant.is_err()
    }

    /// Whether the client may send recordings and files.
    pub(crate) fn may_send(&self) -> Result<(), Refusal> {
        match &self.grant {
            Ok(grant) => grant.manages(),
            Err(refusal) => Err(refusal.clone()),
        }
    }

    /// What sessions may show that are opened now.
    pub(crate) fn pass(&self) -> Option<Pass> {
        match &self.grant {
            Ok(Grant::Link(capability)) => Some(Pass {
                name: capability.id.as_str().into(),
                range: capability.range,
            }),
            _ => None,
        }
    }

    /// Looks at a request before anybody else does.
    pub(crate) fn take(&mut self, text: &str) -> Verdict {
        let Ok(request) = Request::decode(text) else {
            // The engine knows how to say what is wrong with it, and does nothing else with it.
            return match &self.grant {
                Ok(_) => Verdict::PassHere,
                Err(refusal) => Verdict::Close(refusal.message.clone()),
            };
        };
        if request.method == SetAccessToken::METHOD {
            return self.set_token(&request);
        }
        match self.check(&request) {
            Ok(verdict) => verdict,
            Err(refusal) => refused(&request.id, &refusal),
        }
    }

    fn set_token(&mut self, request: &Request<'_>) -> Verdict {
        let Ok(SetAccessToken { access_token }) = request.read::<SetAccessToken>() else {
            return Verdict::PassHere;
        };
        let granted = self
            .site
            .access
            .grant(Some(&access_token), self.from, &self.site.limits);
        match granted {
            Ok(grant) => {
                self.grant = Ok(grant);
                self.note_link();
                if !self.site.access.is_ours(&access_token) {
                    return Verdict::Pass;
                }
                match envelope::response(&request.id, &Empty {}) {
                    Ok(answer) => Verdict::Granted(answer, self.pass()),
                    Err(error) => Verdict::Close(error.to_string()),
                }
            }
            Err(refusal) => {
                self.n_wrong += 1;
                if self.n_wrong >= MAX_WRONG_TOKENS {
                    return Verdict::Close(refusal.message);
                }
                refused(&request.id, &refusal)
            }
        }
    }

    fn check(&self, request: &Request<'_>) -> Result<Verdict, Refusal> {
        let grant = self.grant.as_ref().map_err(Clone::clone)?;
        let method = &*request.method;
        if matches!(grant, Grant::All) {
            return Ok(Verdict::Pass);
        }
        let changes = [AddSourceMap::METHOD, AddOriginalSource::METHOD].contains(&method)
            || ((method.starts_with("Internal.") || method.starts_with("Resource."))
                && method != "Internal.echo");
        if changes {
            grant.manages()?;
        }
        let Grant::Link(capability) = grant else {
            return Ok(Verdict::Pass);
        };
        if request.session_id.is_some() || method == ReleaseSession::METHOD || method == "Internal.echo" {
            // A session has its own permission since it was opened; it may be one of a service behind this server.
            return Ok(Verdict::Pass);
        }
        self.site.access.still_good(capability)?;
        let unread = |_| {
            Refusal::new(
                Code::BadRequest,
                format!("{method}: the parameters are not as they should be"),
            )
        };
        let recording_id = match method {
            CreateSession::METHOD => request.read::<CreateSession>().map_err(unread)?.recording_id,
            ProcessRecording::METHOD => request.read::<ProcessRecording>().map_err(unread)?.recording_id,
            GlobalExperimentalCommand::METHOD => return Ok(Verdict::PassHere),
            _ => {
                return Err(Refusal::new(
                    Code::LinkScope,
                    format!("a link does not permit {method}"),
                ));
            }
        };
        grant.sees(recording_id.as_str())?;
        Ok(Verdict::PassHere)
    }

    fn note_link(&mut self) {
        if let Ok(Grant::Link(capability)) = &self.grant {
            self.links
                .insert(capability.id.as_str().into(), capability.clone());
        }
    }

    /// In what time the next link is over that sessions may be open under.
    pub(crate) fn next_end(&self) -> Option<Duration> {
        self.links.values().map(|capability| capability.left()).min()
    }

    /// Links that are over by now, and why. What was permitted by them is not any more.
    pub(crate) fn ended(&mut self) -> Vec<(Arc<str>, String)> {
        let mut ended = Vec::new();
        let access = &self.site.access;
        self.links
            .retain(|name, capability| match access.still_good(capability) {
                Ok(()) => true,
                Err(refusal) => {
                    if matches!(&self.grant, Ok(Grant::Link(held)) if held.id == capability.id) {
                        self.grant = Err(refusal.clone());
                    }
                    ended.push((name.clone(), refusal.message));
                    false
                }
            });
        ended
    }
}

fn refused(id: &CallId, refusal: &Refusal) -> Verdict {
    match envelope::error_response(id, &refusal.to_protocol()) {
        Ok(answer) => Verdict::Refused(answer),
        Err(error) => Verdict::Close(error.to_string()),
    }
}
