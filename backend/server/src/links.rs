//! Links that carry their own permission: to one recording, perhaps a part of it, until a time. Whoever has one needs no
//! token and gets nothing else.
//!
//! What stands behind `#k=` in such a link is `k1.PAYLOAD.MAC`: the payload is JSON in base64url, the MAC the
//! HMAC-SHA256 of `k1.PAYLOAD` under a key that only this server (or those that share its key file) has. Nothing has to be
//! looked up to check one but whether it was taken back. Fragments are not sent to servers, so a link's secret stands in no
//! log; it comes in the `Authorization` header or in `Authentication.setAccessToken`, and nothing here prints it.

mod keys;
mod register;

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

pub(crate) use self::{keys::Keys, register::Register};

/// What a link's secret begins with; the number is the version of what follows.
pub(crate) const PREFIX: &str = "k1.";
/// How long a link lasts unless asked otherwise, and at most.
pub(crate) const DEFAULT_LIFE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
pub(crate) const MAX_LIFE: Duration = Duration::from_secs(366 * 24 * 60 * 60);
/// Far longer than any is; longer ones are not even decoded.
const MAX_SECRET_BYTES: usize = 1_024;

/// What the holder of a link may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scope {
    /// Look at the recording where it is embedded in a page.
    Embed,
    /// Look at it anywhere, and comment where the server takes comments.
    View,
    /// That, and take the file home.
    Download,
}

/// What a link permits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Capability {
    /// The link's own name, by which it is taken back. No secret.
    pub(crate) id: String,
    /// The key it is signed with.
    pub(crate) kid: String,
    /// The recording.
    pub(crate) rec: String,
    pub(crate) scope: Scope,
    /// First and last time that may be seen, in ms; None: all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) range: Option<(f64, f64)>,
    /// When it ends, in seconds since 1970.
    pub(crate) exp: u64,
}

/// What a link is asked to permit.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) recording: String,
    pub(crate) scope: Scope,
    pub(crate) range: Option<(f64, f64)>,
    pub(crate) life: Duration,
}

/// Why a link is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Invalid {
    /// It is none of this server's, or was changed.
    Unknown,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "this link is not one of this server, or was cut; ask for it once more",
            Self::Expired => "this link has expired; ask whoever shared it for another",
            Self::Revoked => "this link was revoked; ask whoever shared it for another",
        })
    }
}

impl Capability {
    /// What a wish comes to, under the key with this name.
    ///
    /// # Errors
    /// It cannot be granted: a sentence.
    pub(crate) fn of(wanted: Wanted, kid: &str) -> Result<Self, String> {
        let Wanted {
            recording,
            scope,
            range,
            life,
        } = wanted;
        if recording.is_empty() || recording.len() > 100 {
            return Err("a link names a recording by its id".to_owned());
        }
        if let Some((begin, end)) = range {
            if !(begin.is_finite() && end.is_finite() && 0.0 <= begin && begin < end) {
                return Err("a range is two times, the earlier one first".to_owned());
            }
            if scope == Scope::Download {
                return Err(
                    "a file is downloaded whole; a link to a range cannot permit that (export a copy cut to the range)"
                        .to_owned(),
                );
            }
        }
        if life.is_zero() || life > MAX_LIFE {
            return Err("a link lasts from one second to 366 days".to_owned());
        }
        let id = random_id().map_err(|error| format!("the system gives no random numbers: {error}"))?;
        Ok(Self {
            id,
            kid: kid.to_owned(),
            rec: recording,
            scope,
            range,
            exp: now_secs() + life.as_secs(),
        })
    }

    /// The link's secret: what stands behind `#k=`.
    ///
    /// # Errors
    /// The key is not there any more.
    pub(crate) fn sign(&self, keys: &Keys) -> Result<String, String> {
        let json = serde_json::to_vec(self).map_err(|error| error.to_string())?;
        let signed = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(json));
        let mac = keys.mac(&self.kid, signed.as_bytes())?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac)))
    }

    /// What a secret permits, if it is a whole one of ours. Whether it has expired or was revoked is another question.
    pub(crate) fn read(secret: &str, keys: &Keys) -> Option<Self> {
        if secret.len() > MAX_SECRET_BYTES {
            return None;
        }
        let (signed, mac) = secret.rsplit_once('.')?;
        let payload = signed.strip_prefix(PREFIX)?;
        let capability: Self = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        keys.is_mac(&capability.kid, signed.as_bytes(), &mac)
            .then_some(capability)
    }

    pub(crate) fn is_over(&self) -> bool {
        now_secs() >= self.exp
    }

    /// How long it lasts yet.
    pub(crate) fn left(&self) -> Duration {
        let end = UNIX_EPOCH + Duration::from_secs(self.exp);
        end.duration_since(SystemTime::now()).unwrap_or_default()
    }
}

/// Whether a text is a link's secret, rather than a token of another kind.
pub(crate) fn is_secret(text: &str) -> bool {
    text.starts_with(PREFIX)
}

/// The name of a link, from the name itself, its secret or its whole address.
pub(crate) fn id_of(text: &str) -> Option<String> {
    let secret = text.rsplit_once("k=").map_or(text, |(_, secret)| secret);
    let secret = secret.split('&').next().unwrap_or(secret);
    if !is_secret(secret) {
        return is_id(text).then(|| text.to_owned());
    }
    let payload = secret.strip_prefix(PREFIX)?.split('.').next()?;
    let capability: Capability = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    is_id(&capability.id).then_some(capability.id)
}

/// Names are parts of files' names.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn random_id() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn now_secs() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// Where a link leads on its server.
pub(crate) fn path_of(capability: &Capability, secret: &str) -> String {
    let page = match capability.scope {
        Scope::Embed => "embed",
        Scope::View | Scope::Download => "recording",
    };
    format!("/{page}/{}#k={secret}", in_path(&capability.rec))
}

/// A text as a part of a path.
fn in_path(text: &str) -> String {
    let mut part = String::new();
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => part.push(byte.into()),
            false => part += &format!("%{byte:02X}"),
        }
    }
    part
}
