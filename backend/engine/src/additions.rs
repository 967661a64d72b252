//! Source maps, and texts that they only name, which clients add to recordings after these were made. The bytes come
//! from the host's store of resources; what was added is shared by all engines of a host and lives as long as it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use recording::table::ScriptInfo;
use sha2::{Digest, Sha256};
use wire::{
    command::Empty,
    ids::{RecordingId, SourceMapId},
    recording::{AddOriginalSource, AddSourceMap, AddSourceMapResult},
    resource::Proof,
};

use crate::{
    answer::{Answer, Failure},
    sources::map::SourceMap,
};

/// Hands over the content of the resource that a client proves to have, or says why it cannot.
pub type ReadResource = Box<dyn Fn(&Proof) -> Result<String, String> + Send + Sync>;

/// Bytes of texts added, for all recordings together.
const MAX_BYTES: usize = 512 << 20;

/// What clients added to recordings. A host makes one, and gives it to each engine by
/// [`Engine::with_additions`](crate::Engine::with_additions). Sessions created later see what was added.
pub struct Additions {
    read: ReadResource,
    added: Mutex<Added>,
}

#[derive(Default)]
struct Added {
    maps: HashMap<RecordingId, Vec<AddedMap>>,
    n_maps: u64,
    n_bytes: usize,
}

/// A source map that a client added.
#[derive(Clone)]
pub(crate) struct AddedMap {
    id: SourceMapId,
    content_hash: Option<String>,
    url_hash: Option<String>,
    map_url_hash: Option<String>,
    pub(crate) json: Arc<str>,
    /// What is relative in the map is relative to this.
    pub(crate) base_url: String,
    /// Texts of original sources by their index in the map.
    pub(crate) originals: Vec<(u32, Arc<str>)>,
}

impl AddedMap {
    /// Whether it is meant for a script: every hash that was given must be right.
    pub(crate) fn is_for(&self, script: &ScriptInfo) -> bool {
        let is_right = |given: &Option<String>, hash: &dyn Fn() -> Option<String>| {
            given.as_ref().is_none_or(|given| hash().as_ref() == Some(given))
        };
        is_right(&self.content_hash, &|| Some(script.hash.clone()))
            && is_right(&self.url_hash, &|| Some(sha256(&script.url)))
            && is_right(&self.map_url_hash, &|| {
                script.source_map_url.as_deref().map(sha256)
            })
    }
}

impl Additions {
    /// Nothing added yet.
    pub fn new(read: ReadResource) -> Self {
        Self {
            read,
            added: Mutex::default(),
        }
    }

    fn added(&self) -> MutexGuard<'_, Added> {
        self.added.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The maps added to a recording so far.
    pub(crate) fn maps_of(&self, recording: &RecordingId) -> Vec<AddedMap> {
        self.added().maps.get(recording).cloned().unwrap_or_default()
    }

    fn text(&self, proof: &Proof) -> Answer<Arc<str>> {
        let text = (self.read)(proof).map_err(Failure::command)?;
        Ok(text.into())
    }

    pub(crate) fn add_map(&self, params: AddSourceMap) -> Answer<AddSourceMapResult> {
        let AddSourceMap {
            recording_id,
            target_content_hash,
            target_url_hash,
            target_map_url_hash,
            resource,
            base_url,
        } = params;
        let hash = |hash: Option<wire::ids::SourceMapTargetHash>| hash.map(|hash| plain_hash(hash.as_str()));
        let [content_hash, url_hash, map_url_hash] =
            [target_content_hash, target_url_hash, target_map_url_hash].map(hash);
        if content_hash.is_none() && url_hash.is_none() && map_url_hash.is_none() {
            return Err(Failure::command(
                "the source map is for no script: no hash is given",
            ));
        }
        let json = self.text(&resource)?;
        SourceMap::read(&json, &base_url)
            .map_err(|reason| Failure::command(format!("the source map cannot be read: {reason}")))?;
        let mut added = self.added();
        added.take_room(json.len())?;
        let id = SourceMapId::from(format!("map-{}", added.n_maps));
        added.n_maps += 1;
        added.maps.entry(recording_id).or_default().push(AddedMap {
            id: id.clone(),
            content_hash,
            url_hash,
            map_url_hash,
            json,
            base_url,
            originals: Vec::new(),
        });
        Ok(AddSourceMapResult { id })
    }

    pub(crate) fn add_original(&self, params: AddOriginalSource) -> Answer<Empty> {
        let AddOriginalSource {
            recording_id,
            resource,
            parent_id,
            parent_offset,
        } = params;
        let text = self.text(&resource)?;
        let mut added = self.added();
        added.take_room(text.len())?;
        let maps = added
            .maps
            .get_mut(&recording_id)
            .map(Vec::as_mut_slice)
            .unwrap_or_default();
        let Some(map) = maps.iter_mut().find(|map| map.id == parent_id) else {
            return Err(Failure::command(format!(
                "no source map {parent_id} was added to the recording {recording_id}"
            )));
        };
        let n_sources = SourceMap::read(&map.json, "").map_or(0, |map| map.sources.len());
        if parent_offset as usize >= n_sources {
            return Err(Failure::command(format!(
                "the source map names {n_sources} sources: there is none at {parent_offset}"
            )));
        }
        map.originals.retain(|(idx, _)| *idx != parent_offset);
        map.originals.push((parent_offset, text));
        Ok(Empty {})
    }
}

impl Added {
    fn take_room(&mut self, n_bytes: usize) -> Answer<()> {
        if self.n_bytes + n_bytes > MAX_BYTES {
            return Err(Failure::command(format!(
                "clients added as much as this server keeps, {} MiB of source maps and texts",
                MAX_BYTES >> 20
            )));
        }
        self.n_bytes += n_bytes;
        Ok(())
    }
}

/// Hexadecimal digits alone: some clients name the algorithm before them.
fn plain_hash(hash: &str) -> String {
    let hash = hash.to_ascii_lowercase();
    hash.strip_prefix("sha256:").map_or(hash.clone(), str::to_owned)
}

/// sha-256, hexadecimal.
pub(crate) fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}
