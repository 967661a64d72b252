//! Who may do what. A server that only this machine reaches is open to it; one that others reach asks for a token, or says
//! that everybody may look. A link permits one recording, whatever else the server asks for.
//!
//! The same rules hold for the HTTP interface ([`guard`], [`Grant`] as what a handler is given) and for the websocket
//! (`gate.rs`). What the page needs to know stands in `docs/serving.md`.

mod guard;
mod refusal;

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

pub(crate) use self::{
    guard::{Visitor, cross_origin, guard, is_allowed_origin},
    refusal::{Code, Refusal},
};
use crate::{
    cli::AccessArguments,
    limits::Limits,
    links::{self, Capability, Keys, Register, Scope},
    shelf::Shelf,
    state,
    store::Store,
};

/// Shorter ones can be guessed.
const MIN_TOKEN_CHARS: usize = 16;
const MAX_TOKEN_BYTES: usize = 4_096;
/// The file of keys in the server's own folder.
pub(crate) const LINK_KEYS: &str = "link-keys";
/// How often what others took back is looked for: in a folder, in a store.
const LOOK_IN_FOLDER: Duration = Duration::from_secs(1);
const LOOK_IN_STORE: Duration = Duration::from_secs(10);

/// What a client may do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Grant {
    /// Everything.
    All,
    /// Look at every recording.
    Look,
    /// What a link permits.
    Link(Arc<Capability>),
}

impl Grant {
    /// Whether a recording may be looked at.
    pub(crate) fn sees(&self, recording_id: &str) -> Result<(), Refusal> {
        match self {
            Self::All | Self::Look => Ok(()),
            Self::Link(capability) if capability.rec == recording_id => Ok(()),
            Self::Link(_) => Err(Refusal::new(
                Code::LinkScope,
                "this link is for another recording",
            )),
        }
    }

    /// Whether a file may be taken home.
    pub(crate) fn downloads(&self, recording_id: &str) -> Result<(), Refusal> {
        self.sees(recording_id)?;
        match self {
            Self::Link(capability) if capability.scope < Scope::Download => Err(Refusal::new(
                Code::LinkScope,
                "this link does not permit downloading; ask for one that does (playhead link --download)",
            )),
            _ => Ok(()),
        }
    }

    /// Whether the client may change what is here, and share it.
    pub(crate) fn manages(&self) -> Result<(), Refusal> {
        match self {
            Self::All => Ok(()),
            Self::Look => Err(Refusal::new(
                Code::TokenNeeded,
                "this needs the server's token (--token-file)",
            )),
            Self::Link(_) => Err(Refusal::new(
                Code::LinkScope,
                "a link does not permit this; it needs the server's token",
            )),
        }
    }

    /// First and last time that may be seen, in ms; None: all of it.
    pub(crate) fn range(&self) -> Option<(f64, f64)> {
        match self {
            Self::Link(capability) => capability.range,
            Self::All | Self::Look => None,
        }
    }
}

/// The server's rules.
pub(crate) struct Access {
    /// The SHA-256 of the token, if there is one.
    token: Option<[u8; 32]>,
    /// Whether those may look who say nothing.
    is_public: bool,
    /// Names that the server answers to beside those of this machine; None: to any.
    hosts: Option<Vec<String>>,
    /// Sites whose pages may connect.
    origins: Vec<String>,
    pub(crate) keys: Keys,
    pub(crate) register: Option<Register>,
}

impl Access {
    /// The rules that the command line asks for.
    ///
    /// # Errors
    /// Others would reach the server and nothing says what they may; or the token cannot be read.
    pub(crate) fn new(
        arguments: &AccessArguments,
        listen: SocketAddr,
        store: Option<&Store>,
    ) -> anyhow::Result<Self> {
        let token = arguments.read_token()?;
        let is_reached = !listen.ip().is_loopback() || !arguments.host.is_empty();
        if is_reached && token.is_none() && !arguments.public {
            bail!(
                "{} lets others reach this server; give --token-file FILE to ask them for a token, or --public if \
                 everybody may look at its recordings",
                match arguments.host.first() {
                    Some(host) => format!("--host {host}"),
                    None => format!("--listen {listen}"),
                }
            );
        }
        for origin in &arguments.allow_origin {
            check_origin(origin)?;
        }
        let is_open = token.is_none() && !arguments.public;
        let state = state::folder(arguments.state.as_deref());
        let (keys, register) = match (&arguments.link_key_file, state) {
            (Some(keys), Some(state)) => (keys.clone(), Some(register(&state, store))),
            (None, Some(state)) => (state.join(LINK_KEYS), Some(register(&state, store))),
            (Some(keys), None) => (keys.clone(), store.map(register_in_store)),
            // A server works without a home folder; it makes no links then.
            (None, None) => (PathBuf::new(), None),
        };
        Ok(Self {
            token: token.as_deref().map(digest),
            is_public: arguments.public,
            hosts: (is_open || !arguments.host.is_empty()).then(|| arguments.host.clone()),
            origins: arguments.allow_origin.clone(),
            keys: Keys::at(keys),
            register,
        })
    }

    /// What somebody may do who says this, or nothing.
    ///
    /// # Errors
    /// Nothing, and why.
    pub(crate) fn grant(
        &self,
        credential: Option<&str>,
        from: Option<IpAddr>,
        limits: &Limits,
    ) -> Result<Grant, Refusal> {
        let Some(credential) = credential else {
            return self.usual_grant();
        };
        // All that comes through a proxy on this machine comes from one address: those are for the proxy to count.
        let from = from.filter(|from| !from.to_canonical().is_loopback());
        // Somebody who tries one after the other is not told any more whether one was right.
        if let Some(from) = from
            && limits.wrong_tokens.is_spent(from, Instant::now())
        {
            return Err(Refusal::new(
                Code::TooMany,
                "too many wrong tokens came from this address; try again in a minute",
            ));
        }
        let granted = self.granted_by(credential);
        let is_guess = |refusal: &Refusal| matches!(refusal.code, Code::TokenWrong | Code::LinkInvalid);
        if granted.as_ref().is_err_and(is_guess)
            && let Some(from) = from
        {
            limits.wrong_tokens.take(from, Instant::now());
        }
        granted
    }

    fn granted_by(&self, credential: &str) -> Result<Grant, Refusal> {
        if links::is_secret(credential) {
            return self.check_link(credential).map(Grant::Link);
        }
        match &self.token {
            Some(token) => {
                let is_short = credential.len() <= MAX_TOKEN_BYTES;
                match is_short && bool::from(digest(credential).ct_eq(token)) {
                    true => Ok(Grant::All),
                    false => Err(Refusal::new(
                        Code::TokenWrong,
                        "the token is not the one of this server",
                    )),
                }
            }
            // It is for another service, behind this one.
            None => self.usual_grant(),
        }
    }

    /// What those may do who say nothing.
    fn usual_grant(&self) -> Result<Grant, Refusal> {
        match (&self.token, self.is_public) {
            (_, true) => Ok(Grant::Look),
            (None, false) => Ok(Grant::All),
            (Some(_), false) => Err(Refusal::new(
                Code::TokenNeeded,
                "this server asks for a token; whoever runs it has it",
            )),
        }
    }

    /// What a link's secret permits.
    ///
    /// # Errors
    /// It is no good, or not any more.
    pub(crate) fn check_link(&self, secret: &str) -> Result<Arc<Capability>, Refusal> {
        let capability = Capability::read(secret, &self.keys);
        let capability = capability.ok_or_else(|| Refusal::of_link(links::Invalid::Unknown))?;
        self.still_good(&capability)?;
        Ok(Arc::new(capability))
    }

    /// Whether a link that was good still is.
    ///
    /// # Errors
    /// It has expired or was taken back.
    pub(crate) fn still_good(&self, capability: &Capability) -> Result<(), Refusal> {
        let Some(register) = &self.register else {
            return Err(Refusal::of_link(links::Invalid::Unknown));
        };
        register.check(capability).map_err(Refusal::of_link)?;
        match self.keys.has(&capability.kid) {
            true => Ok(()),
            false => Err(Refusal::of_link(links::Invalid::Revoked)),
        }
    }

    /// Looks for links that were taken back, and for keys that are gone, for as long as the server runs.
    pub(crate) async fn watch(&self) {
        let Some(register) = &self.register else { return };
        let mut clock = tokio::time::interval(register.look_every);
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut keys = self.keys.names();
        loop {
            clock.tick().await;
            // What cannot be read now may be at the next look; until then what was taken back stays so.
            let _ = register.look().await;
            let now = self.keys.names();
            if now != keys {
                keys = now;
                register.changed.send_replace(());
            }
        }
    }

    /// Whether a credential is for us, rather than for a service behind this server.
    pub(crate) fn is_ours(&self, credential: &str) -> bool {
        self.token.is_some() || links::is_secret(credential)
    }

    /// Whether there is a token or everybody may look, so that others may reach the server.
    pub(super) fn expects_others(&self) -> bool {
        self.token.is_some() || self.is_public
    }

    /// The names that the server answers to, None for any.
    pub(super) fn hosts(&self) -> Option<&[String]> {
        self.hosts.as_deref()
    }

    /// Sites whose pages may connect.
    pub(crate) fn origins(&self) -> &[String] {
        &self.origins
    }

    /// For tests: the rules of a server that only this machine reaches, without links.
    #[cfg(test)]
    pub(crate) fn of_this_machine() -> Self {
        Self {
            token: None,
            is_public: false,
            hosts: Some(Vec::new()),
            origins: Vec::new(),
            keys: Keys::at(PathBuf::new()),
            register: None,
        }
    }
}

impl AccessArguments {
    /// The token, from the command line or its file.
    fn read_token(&self) -> anyhow::Result<Option<String>> {
        let token = match (&self.token, &self.token_file) {
            (Some(token), _) => token.clone(),
            (None, Some(file)) => {
                let text = std::fs::read_to_string(file)
                    .with_context(|| format!("read the token in {}", file.display()))?;
                text.lines().next().unwrap_or_default().trim().to_owned()
            }
            (None, None) => return Ok(None),
        };
        if token.chars().count() < MIN_TOKEN_CHARS || token.len() > MAX_TOKEN_BYTES {
            bail!(
                "a token has at least {MIN_TOKEN_CHARS} characters, such as those of `openssl rand -hex 24`"
            );
        }
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) || links::is_secret(&token) {
            bail!(
                "a token is made of letters, digits and signs, without spaces, and does not begin with {}",
                links::PREFIX
            );
        }
        Ok(Some(token))
    }
}

/// Where links are noted: in the store, so that all its servers know of them, else in our own folder.
pub(crate) fn register(state: &Path, store: Option<&Store>) -> Register {
    match store {
        Some(store) => register_in_store(store),
        None => {
            let shelf = |name: &str| Shelf::in_folder(state.join(name));
            Register::new(shelf("links"), shelf("revoked"), LOOK_IN_FOLDER)
        }
    }
}

pub(crate) fn register_in_store(store: &Store) -> Register {
    Register::new(store.shelf(&["links"]), store.shelf(&["revoked"]), LOOK_IN_STORE)
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// `https://host` or `https://host:port`, as browsers write it.
fn check_origin(origin: &str) -> anyhow::Result<()> {
    let parsed = url::Url::parse(origin).ok();
    let is_origin = parsed.is_some_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == origin
    });
    if !is_origin {
        bail!("a site is named as browsers do, such as https://viewer.example, not {origin}");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
