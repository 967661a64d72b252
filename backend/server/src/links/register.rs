//! Which links there are, and which were taken back. A link is good without standing here; this is for people who want to
//! know what they shared, and for taking it back before its time.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError, RwLock},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::{Capability, Invalid, Scope, now_secs};
use crate::shelf::{NotPut, Shelf};

/// Links in one register; more are refused, so that nobody fills the disk with them.
const MAX_LINKS: usize = 5_000;

/// The register: what is on the shelves, and what is known of it.
pub(crate) struct Register {
    issued: Shelf,
    revoked: Shelf,
    /// How often the shelf is looked at for what others took back.
    pub(crate) look_every: Duration,
    known: RwLock<HashSet<String>>,
    /// Says that links were taken back. Each open websocket listens.
    pub(crate) changed: watch::Sender<()>,
    /// Links are made one after the other, so that their number is known.
    issuing: Mutex<usize>,
}

/// A link as it is listed: all but its secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) recording: String,
    pub(crate) scope: Scope,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) range: Option<(f64, f64)>,
    /// Seconds since 1970.
    pub(crate) created: u64,
    /// Seconds since 1970.
    pub(crate) expires: u64,
    #[serde(default)]
    pub(crate) is_revoked: bool,
}

/// That a link was taken back, and when nobody needs to know that any more.
#[derive(Serialize, Deserialize)]
struct Revoked {
    expires: u64,
}

impl Register {
    pub(crate) fn new(issued: Shelf, revoked: Shelf, look_every: Duration) -> Self {
        Self {
            issued,
            revoked,
            look_every,
            known: RwLock::default(),
            changed: watch::Sender::new(()),
            issuing: Mutex::new(0),
        }
    }

    /// Whether a link is good now.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn check(&self, capability: &Capability) -> Result<(), Invalid> {
        if capability.is_over() {
            return Err(Invalid::Expired);
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        match known.contains(&capability.id) {
            true => Err(Invalid::Revoked),
            false => Ok(()),
        }
    }

    /// Notes a link that was made.
    ///
    /// # Errors
    /// There are too many, or it cannot be written.
    pub(crate) async fn add(&self, capability: &Capability) -> Result<(), String> {
        let n_links = *self.issuing.lock().unwrap_or_else(PoisonError::into_inner);
        // Counted anew only when there may be too many: what has expired goes then.
        if n_links == 0 || n_links >= MAX_LINKS {
            let n_links = self.list().await?.len();
            *self.issuing.lock().unwrap_or_else(PoisonError::into_inner) = n_links;
            if n_links >= MAX_LINKS {
                return Err(format!(
                    "there are {MAX_LINKS} links that have not expired; revoke some"
                ));
            }
        }
        let listed = Listed {
            id: capability.id.clone(),
            recording: capability.rec.clone(),
            scope: capability.scope,
            range: capability.range,
            created: now_secs(),
            expires: capability.exp,
            is_revoked: false,
        };
        match self.issued.put(&capability.id, &listed).await {
            Ok(()) => {}
            Err(NotPut::Exists) => return Err("there is a link of that name; try again".to_owned()),
            Err(NotPut::Failed(error)) => return Err(format!("the link cannot be noted: {error}")),
        }
        *self.issuing.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Ok(())
    }

    /// All links that have not expired, the newest first. Those that have are removed.
    ///
    /// # Errors
    /// The register cannot be read.
    pub(crate) async fn list(&self) -> Result<Vec<Listed>, String> {
        let unread = |error| format!("the links cannot be listed: {error}");
        let revoked: HashSet<String> = self.revoked.names().await.map_err(unread)?.into_iter().collect();
        let mut links = Vec::new();
        for (name, mut listed) in self.issued.all::<Listed>().await.map_err(unread)? {
            if listed.id != name {
                continue;
            }
            if listed.expires <= now_secs() {
                self.issued.remove(&name).await?;
                continue;
            }
            listed.is_revoked = revoked.contains(&name);
            links.push(listed);
        }
        links.sort_by_key(|link| std::cmp::Reverse(link.created));
        Ok(links)
    }

    /// Takes a link back, whether it stands in the register or not. Says what is known of it.
    ///
    /// # Errors
    /// That cannot be written.
    pub(crate) async fn revoke(&self, id: &str) -> Result<Option<Listed>, String> {
        let listed: Option<Listed> = self.issued.get(id).await?;
        let expires = listed
            .as_ref()
            .map_or_else(|| now_secs() + super::MAX_LIFE.as_secs(), |listed| listed.expires);
        match self.revoked.put(id, &Revoked { expires }).await {
            Ok(()) | Err(NotPut::Exists) => {}
            Err(NotPut::Failed(error)) => return Err(format!("the link cannot be revoked: {error}")),
        }
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.to_owned());
        self.changed.send_replace(());
        Ok(listed)
    }

    /// Looks what was taken back, by this server or another.
    ///
    /// # Errors
    /// The register cannot be read; what was known stays.
    pub(crate) async fn look(&self) -> Result<(), String> {
        let names: HashSet<String> = self.revoked.names().await?.into_iter().collect();
        let has_changed = {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            let has_changed = !names.is_subset(&known);
            *known = names;
            has_changed
        };
        if has_changed {
            self.changed.send_replace(());
        }
        Ok(())
    }

    /// Forgets what was taken back of links that have expired by themselves.
    ///
    /// # Errors
    /// The register cannot be read or written.
    pub(crate) async fn tidy(&self) -> Result<(), String> {
        for (name, revoked) in self.revoked.all::<Revoked>().await? {
            if revoked.expires <= now_secs() {
                self.revoked.remove(&name).await?;
            }
        }
        Ok(())
    }
}
