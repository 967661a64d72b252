//! Every source of a recording: its scripts, minified ones laid out, and the original sources of those that have a
//! source map. What a map says and what it maps is read when first asked for.

use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
    sync::Arc,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use recording::{
    error::ReadError,
    ids::ScriptId,
    reader::Reader,
    script::{Position, Script},
    table::ScriptInfo,
};
use wire::{
    debugger::{Location, MappedLocation},
    ids::SourceId,
};

use super::{
    lines::Lines,
    map::{Mapping, SourceMap},
    outline::Outline,
    pretty::{self, Pretty},
    syntax,
};
use crate::{
    additions::AddedMap,
    answer::{Answer, Failure},
    code::{self, SiteTable},
    trace::Trace,
};

/// What a source stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum SourceKey {
    /// A script as it ran.
    Script(ScriptId),
    /// A minified script laid out.
    Pretty(ScriptId),
    /// An original source of a script, by its place in the script's map.
    Original(ScriptId, u32),
}

impl From<ScriptId> for SourceKey {
    fn from(script: ScriptId) -> Self {
        Self::Script(script)
    }
}

impl SourceKey {
    /// As the protocol names it.
    pub(crate) fn id(self) -> SourceId {
        match self {
            Self::Script(script) => code::source_id(script),
            Self::Pretty(script) => SourceId::from(format!("p{}", script.0)),
            Self::Original(script, idx) => SourceId::from(format!("o{}.{idx}", script.0)),
        }
    }

    fn of(id: &SourceId) -> Option<Self> {
        let (kind, number) = id.as_str().split_at_checked(1)?;
        let script = |digits: &str| Some(ScriptId(digits.parse().ok()?));
        let key = match kind {
            "s" => Self::Script(script(number)?),
            "p" => Self::Pretty(script(number)?),
            "o" => {
                let (number, idx) = number.split_once('.')?;
                Self::Original(script(number)?, idx.parse().ok()?)
            }
            _ => return None,
        };
        // Only as it was sent: no sign, no leading zeros.
        (key.id() == *id).then_some(key)
    }

    /// The script it was made of, or that was made of it.
    pub(crate) fn script(self) -> ScriptId {
        match self {
            Self::Script(script) | Self::Pretty(script) | Self::Original(script, _) => script,
        }
    }
}

/// What was worked out about the sources. Keyed by script or source; kept while the session lives, because nothing of it
/// changes, and no larger than the sources that were asked about.
#[derive(Default)]
pub(crate) struct Catalog {
    /// Maps that clients added, in the order they were added.
    added: OnceCell<Vec<AddedMap>>,
    maps: RefCell<HashMap<ScriptId, Option<Arc<ScriptMap>>>>,
    pretty: RefCell<HashMap<ScriptId, Option<Arc<Pretty>>>>,
    tables: RefCell<HashMap<SourceKey, Arc<SiteTable>>>,
    pub(super) outlines: RefCell<HashMap<SourceKey, Result<Arc<Outline>, String>>>,
}

impl Catalog {
    /// Notes what clients added. Only the first time counts, and only before anything was asked.
    pub(crate) fn set_added(&self, added: Vec<AddedMap>) {
        let _ = self.added.set(added);
    }

    /// What clients added.
    pub(crate) fn added(&self) -> Vec<AddedMap> {
        self.added.get().cloned().unwrap_or_default()
    }

    /// What still holds once the recording has grown. A map may come long after its script.
    pub(crate) fn grown(self, reader: &Reader) -> Self {
        let may_come = |script: &ScriptId| {
            let url = reader
                .script_info(*script)
                .and_then(|info| info.source_map_url.as_deref());
            url.is_some_and(|url| !url.starts_with("data:"))
        };
        let late = |script: &ScriptId, is_there: bool| !is_there && may_come(script);
        self.maps
            .borrow_mut()
            .retain(|script, map| !late(script, map.is_some()));
        self.pretty
            .borrow_mut()
            .retain(|script, pretty| !late(script, pretty.is_some()));
        self
    }
}

/// A script's source map.
pub(crate) struct ScriptMap {
    json: Arc<str>,
    pub(crate) map: SourceMap,
    mapping: OnceCell<Option<Mapping>>,
}

impl Trace {
    /// The source an id names.
    ///
    /// # Errors
    /// There is no such source.
    pub(crate) fn source(&self, id: &SourceId) -> Answer<SourceKey> {
        let key = SourceKey::of(id).filter(|key| match *key {
            SourceKey::Script(script) => self.reader.script_info(script).is_some(),
            SourceKey::Pretty(script) => self.has_pretty(script) || self.had_pretty(script),
            SourceKey::Original(script, idx) => self.original(script, idx).is_some(),
        });
        key.ok_or_else(|| Failure::command(format!("no such source: {id}")))
    }

    /// All sources, scripts first: what was made of others follows it.
    pub(crate) fn all_sources(&self) -> Vec<SourceKey> {
        let scripts = self.reader.scripts().iter().map(|script| script.id);
        let mut keys: Vec<_> = scripts.clone().map(SourceKey::Script).collect();
        for script in scripts {
            if self.has_pretty(script) {
                keys.push(SourceKey::Pretty(script));
            }
            let n_originals = self
                .script_map(script)
                .map_or(0, |map| map.map.sources.len() as u32);
            let originals = (0..n_originals).filter(|idx| self.original(script, *idx).is_some());
            keys.extend(originals.map(|idx| SourceKey::Original(script, idx)));
        }
        keys
    }

    /// A source's text.
    pub(crate) fn text_of(&self, key: SourceKey) -> Answer<Arc<str>> {
        match key {
            SourceKey::Script(script) => Ok(self.reader.text(script)?),
            SourceKey::Pretty(script) => match self.pretty(script) {
                Some(pretty) => Ok(pretty.text.as_str().into()),
                None => Ok(self.reader.text(script)?),
            },
            SourceKey::Original(script, idx) => self
                .original(script, idx)
                .map(|(_, text)| text)
                .ok_or_else(|| Failure::command("the source has no text")),
        }
    }

    /// A source's address; None for texts without one.
    pub(crate) fn url_of(&self, key: SourceKey) -> Option<String> {
        match key {
            SourceKey::Original(script, idx) => self.original(script, idx).map(|(url, _)| url),
            SourceKey::Script(script) | SourceKey::Pretty(script) => {
                let info = self.reader.script_info(script)?;
                let is_anonymous = info.kind == recording::script::ScriptKind::Eval || info.url.is_empty();
                (!is_anonymous).then(|| info.url.clone())
            }
        }
    }

    /// The address and text of an original source; None for those whose text nobody has.
    fn original(&self, script: ScriptId, idx: u32) -> Option<(String, Arc<str>)> {
        let map = self.script_map(script)?;
        let original = map.map.sources.get(idx as usize)?;
        Some((original.url.clone(), original.text.clone()?))
    }

    /// A script's source map as it was served.
    pub(crate) fn source_map_json(&self, script: ScriptId) -> Option<Arc<str>> {
        self.script_map(script).map(|map| map.json.clone())
    }

    /// A script's source map, if it has one that can be read: one that a client added, else its own.
    fn script_map(&self, script: ScriptId) -> Option<Arc<ScriptMap>> {
        if let Some(map) = self.sources.maps.borrow().get(&script) {
            return map.clone();
        }
        let map = self
            .reader
            .script_info(script)
            .and_then(|info| self.read_map(info))
            .map(Arc::new);
        self.sources.maps.borrow_mut().insert(script, map.clone());
        map
    }

    fn read_map(&self, script: &ScriptInfo) -> Option<ScriptMap> {
        let added = self
            .sources
            .added
            .get()
            .into_iter()
            .flatten()
            .rev()
            .find(|added| added.is_for(script));
        let (json, base, texts): (Arc<str>, &str, _) = match added {
            Some(added) => (added.json.clone(), &*added.base_url, &*added.originals),
            None => {
                let url = script.source_map_url.as_deref()?;
                let json = match url.strip_prefix("data:") {
                    Some(data) => data_text(data)?,
                    // A map that cannot be read is as good as none; `playhead verify` tells of it.
                    None => self.reader.source_map(script.id).ok().flatten()?,
                };
                let base = if url.starts_with("data:") {
                    &*script.url
                } else {
                    url
                };
                (json.into(), base, &[][..])
            }
        };
        let mut map = SourceMap::read(&json, base).ok()?;
        for (idx, text) in texts {
            if let Some(original) = map.sources.get_mut(*idx as usize) {
                original.text = Some(text.clone());
            }
        }
        Some(ScriptMap {
            json,
            map,
            mapping: OnceCell::new(),
        })
    }

    /// Whether a minified script is laid out. One with a source map that has texts is not: there is better to read.
    fn has_pretty(&self, script: ScriptId) -> bool {
        let is_minified = self.reader.script_info(script).is_some_and(pretty::is_minified);
        let has_originals = || {
            self.script_map(script)
                .is_some_and(|map| map.map.sources.iter().any(|source| source.text.is_some()))
        };
        is_minified && !has_originals()
    }

    /// Whether a script was laid out before its source map came, as in a recording that is still being made.
    fn had_pretty(&self, script: ScriptId) -> bool {
        matches!(self.sources.pretty.borrow().get(&script), Some(Some(_)))
    }

    fn pretty(&self, script: ScriptId) -> Option<Arc<Pretty>> {
        if let Some(pretty) = self.sources.pretty.borrow().get(&script) {
            return pretty.clone();
        }
        let made = (|| {
            if !self.has_pretty(script) {
                return None;
            }
            let text = self.reader.text(script).ok()?;
            Some(Arc::new(Pretty::new(
                &text,
                self.source_type(SourceKey::Script(script)),
            )))
        })();
        self.sources.pretty.borrow_mut().insert(script, made.clone());
        made
    }

    /// How a source's text is to be parsed.
    pub(super) fn source_type(&self, key: SourceKey) -> oxc_span::SourceType {
        use recording::script::ScriptKind;
        let kind = self.reader.script_info(key.script()).map(|info| info.kind);
        match key {
            SourceKey::Original(..) => syntax::source_type(&self.url_of(key).unwrap_or_default(), false),
            // Whatever a script's address ends in, a browser ran it as JavaScript.
            SourceKey::Script(_) | SourceKey::Pretty(_) => syntax::source_type(
                "",
                matches!(kind, Some(ScriptKind::Module | ScriptKind::InlineModule)),
            ),
        }
    }

    /// Works with a script's mapping to what it was made from, and how its sources are named.
    fn with_mapping<T>(
        &self,
        script: ScriptId,
        work: impl FnOnce(&Mapping, fn(ScriptId, u32) -> SourceKey) -> T,
    ) -> Option<T> {
        if self.has_pretty(script)
            && let Some(pretty) = self.pretty(script)
        {
            return Some(work(&pretty.mapping, |script, _| SourceKey::Pretty(script)));
        }
        let map = self.script_map(script)?;
        let mapping = map.mapping.get_or_init(|| {
            let text = self.reader.text(script).ok()?;
            map.map.mapping(&Lines::new(&text)).ok()
        });
        Some(work(mapping.as_ref()?, SourceKey::Original))
    }

    /// A place in a script, followed by the one it has in an original or laid-out source.
    pub(crate) fn mapped(&self, script: &Script, position: Position) -> MappedLocation {
        self.mapped_in(script.id, position)
    }

    /// As [`Self::mapped`], of the script with this id.
    pub(crate) fn mapped_in(&self, script: ScriptId, position: Position) -> MappedLocation {
        let original = self.original_place(script, position);
        let places = [Some((SourceKey::Script(script), position)), original];
        places
            .into_iter()
            .flatten()
            .map(|(key, position)| location(key, position))
            .collect()
    }

    /// The place in an original or laid-out source that a place in a script has.
    pub(crate) fn original_place(
        &self,
        script: ScriptId,
        position: Position,
    ) -> Option<(SourceKey, Position)> {
        self.with_mapping(script, |mapping, key| {
            let token = mapping.original(position)?;
            Some((key(script, token.source?), token.original))
        })?
    }

    /// What a source map calls the thing that is declared at a place of a script, by the name it gives or by the word
    /// that stands at its original place.
    pub(super) fn original_name(&self, script: ScriptId, position: Position) -> Option<Arc<str>> {
        if self.has_pretty(script) {
            return None;
        }
        let map = self.script_map(script)?;
        let found = self.with_mapping(script, |mapping, _| {
            let token = mapping.at(position)?;
            if let Some(name) = mapping.name(token) {
                return Some(name.clone());
            }
            let text = map.map.sources.get(token.source? as usize)?.text.as_deref()?;
            word_at(text, token.original)
        });
        found.flatten()
    }

    /// Where a place of any source is in the script that ran: the site there if there is one.
    pub(crate) fn generated_place(
        &self,
        key: SourceKey,
        position: Position,
    ) -> Answer<Option<(ScriptId, Position)>> {
        let (script, source) = match key {
            SourceKey::Script(script) => return Ok(Some((script, position))),
            SourceKey::Pretty(script) => (script, 0),
            SourceKey::Original(script, idx) => (script, idx),
        };
        if let Some((_, site)) = self.sites_of(key)?.at(position).first() {
            let script = self.reader.script(script)?;
            return Ok(code::site(&script, *site).map(|site| (script.id, site.position)));
        }
        let generated = self.with_mapping(script, |mapping, _| mapping.generated(source, position));
        Ok(generated.flatten().map(|position| (script, position)))
    }

    /// Places of a source where the program can stop: those of the script it was made of or is made of.
    pub(crate) fn sites_of(&self, key: impl Into<SourceKey>) -> Result<Arc<SiteTable>, ReadError> {
        let key = key.into();
        if let Some(table) = self.sources.tables.borrow().get(&key) {
            return Ok(table.clone());
        }
        let script = self.reader.script(key.script())?;
        let table = match key {
            SourceKey::Script(_) => SiteTable::of_script(&script),
            SourceKey::Pretty(_) | SourceKey::Original(..) => {
                let rows = self.with_mapping(script.id, |mapping, key_of| {
                    let sites = script.sites.iter().zip(script.first_site.0..);
                    sites
                        .filter_map(|(site, id)| {
                            let token = mapping.original(site.position)?;
                            let is_here = key_of(script.id, token.source?) == key;
                            is_here.then_some((token.original, recording::ids::SiteId(id)))
                        })
                        .collect()
                });
                SiteTable::new(rows.unwrap_or_default())
            }
        };
        let table = Arc::new(table);
        self.sources.tables.borrow_mut().insert(key, table.clone());
        Ok(table)
    }
}

/// A place in a source, as sent.
pub(crate) fn location(key: SourceKey, position: Position) -> Location {
    Location {
        source_id: key.id(),
        line: position.line,
        column: position.column,
    }
}

/// The identifier that begins at a place of a text.
fn word_at(text: &str, position: Position) -> Option<Arc<str>> {
    let line = text.split('\n').nth(position.line.checked_sub(1)? as usize)?;
    let mut column = 0;
    let (at, _) = line.char_indices().find(|(_, char)| {
        let is_there = column >= position.column;
        column += char.len_utf16() as u32;
        is_there
    })?;
    let rest = line.get(at..)?;
    let is_part = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$');
    let end = rest.find(|char| !is_part(char)).unwrap_or(rest.len());
    let word = rest.get(..end)?;
    let is_name = word.starts_with(|char: char| !char.is_ascii_digit());
    is_name.then(|| word.into())
}

/// The text of a `data:` address, without its `data:`.
fn data_text(data: &str) -> Option<String> {
    let (head, body) = data.split_once(',')?;
    let bytes = match head.strip_suffix(";base64") {
        Some(_) => BASE64_STANDARD.decode(body).ok()?,
        None => percent_decoded(body),
    };
    String::from_utf8(bytes).ok()
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    decoded
}
