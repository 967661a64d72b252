//! Files that clients give to the server, such as source maps: kept by the SHA-256 of their content, named by proof of
//! knowing it.
//!
//! A client asks for a token for a hash, and hashes token and content together: whoever can do that has the content. The
//! token itself says which file it is for and when it expires, so nothing is remembered between the two.

use std::{
    fs, io,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use sha2::{Digest, Sha256};
use wire::{ids::FileHash, resource::Proof};

use crate::uploads::Uploads;

/// How long a token can be used.
const TOKEN_LIFE: Duration = Duration::from_secs(60 * 60);

/// What hashes begin with; clients may leave it out.
const PREFIX: &str = "sha256:";

/// Makes tokens of one moment differ.
static LAST_TOKEN: AtomicU64 = AtomicU64::new(0);

/// A token for a file, and when it expires in seconds since 1970.
///
/// # Errors
/// The hash is none.
pub(crate) fn token(hash: &FileHash) -> Result<(String, f64), String> {
    let hash = plain(hash.as_str()).ok_or_else(|| format!("{hash} is no SHA-256 in hexadecimal"))?;
    let expires = now() + TOKEN_LIFE.as_secs();
    let number = LAST_TOKEN.fetch_add(1, Ordering::Relaxed);
    Ok((format!("{hash}.{expires}.{number}"), expires as f64))
}

/// Keeps a file, and proves that its sender has it.
///
/// # Errors
/// There is no room; or the disk's own words.
pub(crate) fn create(uploads: &Uploads, content: &[u8]) -> Result<Proof, String> {
    let hash = hex(&Sha256::digest(content));
    let path = uploads.resources().join(&hash);
    if !path.exists() {
        let n_bytes = content.len() as u64;
        uploads.reserve(n_bytes)?;
        store(&path, content).map_err(|error| {
            uploads.release(n_bytes);
            format!("the file cannot be stored: {error}")
        })?;
    }
    let (token, _) = token(&FileHash::from(hash))?;
    let salted_hash = FileHash::from(format!("{PREFIX}{}", salted(&token, content)));
    Ok(Proof {
        token: token.into(),
        salted_hash,
    })
}

/// The content that a proof is for.
///
/// # Errors
/// The proof is none, has expired, or is for a file that is not here: which.
pub(crate) fn by_proof(folder: &Path, proof: &Proof) -> Result<Vec<u8>, String> {
    let token = proof.token.as_str();
    let mut parts = token.split('.');
    let (hash, expires) = (
        parts.next().and_then(plain),
        parts.next().and_then(|it| it.parse::<u64>().ok()),
    );
    let (Some(hash), Some(expires)) = (hash, expires) else {
        return Err("the token is not one of this server".to_owned());
    };
    if now() > expires {
        return Err("the token has expired; ask for another".to_owned());
    }
    let content = fs::read(folder.join(hash)).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "this server does not have the file; send it first".to_owned(),
        _ => format!("the file cannot be read: {error}"),
    })?;
    match plain(proof.salted_hash.as_str()) == Some(&salted(token, &content)) {
        true => Ok(content),
        false => Err("the proof does not fit the file".to_owned()),
    }
}

/// Under its name only once it is whole.
fn store(path: &Path, content: &[u8]) -> io::Result<()> {
    let number = LAST_TOKEN.fetch_add(1, Ordering::Relaxed);
    let part = path.with_extension(format!("{}-{number}.part", std::process::id()));
    fs::write(&part, content)?;
    fs::rename(&part, path)
}

/// The 64 digits of a hash, which are safe as a file's name.
fn plain(hash: &str) -> Option<&str> {
    let hash = hash.strip_prefix(PREFIX).unwrap_or(hash);
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_hash.then_some(hash)
}

fn salted(token: &str, content: &[u8]) -> String {
    hex(&Sha256::new().chain_update(token).chain_update(content).finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
