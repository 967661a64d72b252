//! The program's text: which sources there are, what they say, and where their places lead.
//!
//! A script is a source as it ran. A minified one is laid out as a source of its own; one with a source map has original
//! sources. All commands take places of any of them: what ran is told by sites of scripts, and the catalog leads there and
//! back.

use std::collections::HashSet;

use wire::{
    command::Empty,
    debugger::{
        ContentType, FindSources, GetMappedLocation, GetMappedLocationResult, GetPossibleBreakpoints,
        GetPossibleBreakpointsResult, GetSourceContents, GetSourceContentsResult, GetSourceMap,
        GetSourceMapResult, NewSources, SameLineSourceLocations, Source, SourceContentsChunk,
        SourceContentsInfo, SourceKind, StreamSourceContents,
    },
    envelope::CallId,
};

pub(crate) mod catalog;
pub(crate) mod map;
pub(crate) mod names;
pub(crate) mod search;

mod address;
mod lines;
mod nesting;
mod outline;
mod pretty;
mod syntax;

pub(crate) use catalog::{Catalog, SourceKey};

use recording::script::{Position, ScriptKind};

use crate::{
    additions::sha256,
    answer::{Answer, Outbox},
    code,
    live::List,
    session::Session,
    trace::Trace,
};

/// Sources in one event: with long URLs still well under 256 KiB.
const SOURCES_PER_EVENT: usize = 200;

/// UTF-16 code units in one piece of a text, as the protocol says.
const UNITS_PER_CHUNK: usize = 10_000;

impl Session {
    pub(crate) fn find_sources(&mut self, id: CallId, _: FindSources, outbox: &mut Outbox<'_>) -> Answer<()> {
        self.begin_list(id, List::Sources(HashSet::new()), outbox)
    }

    pub(crate) fn send_sources(&self, told: &mut HashSet<SourceKey>, outbox: &mut Outbox<'_>) -> Answer<()> {
        let mut keys = self.trace.all_sources();
        keys.retain(|key| told.insert(*key));
        let sources = keys.into_iter().filter_map(|key| self.trace.describe_source(key));
        outbox.batches(sources, SOURCES_PER_EVENT, |sources| NewSources { sources })
    }

    pub(crate) fn get_source_contents(
        &mut self,
        params: GetSourceContents,
        _: &mut Outbox<'_>,
    ) -> Answer<GetSourceContentsResult> {
        let key = self.trace.source(&params.source_id)?;
        Ok(GetSourceContentsResult {
            contents: self.trace.text_of(key)?.to_string(),
            content_type: ContentType::Javascript,
        })
    }

    pub(crate) fn stream_source_contents(
        &mut self,
        params: StreamSourceContents,
        outbox: &mut Outbox<'_>,
    ) -> Answer<Empty> {
        let StreamSourceContents { source_id } = params;
        let text = self.trace.text_of(self.trace.source(&source_id)?)?;
        outbox.event(&SourceContentsInfo {
            source_id: source_id.clone(),
            code_unit_count: text.encode_utf16().count() as u64,
            line_count: text.split('\n').count() as u32,
            content_type: ContentType::Javascript,
        })?;
        for chunk in pieces(&text, UNITS_PER_CHUNK) {
            outbox.event(&SourceContentsChunk {
                source_id: source_id.clone(),
                chunk: chunk.to_owned(),
            })?;
        }
        Ok(Empty {})
    }

    /// The map as it was served. Sources that were made here have none.
    pub(crate) fn get_source_map(
        &mut self,
        params: GetSourceMap,
        _: &mut Outbox<'_>,
    ) -> Answer<GetSourceMapResult> {
        let contents = match self.trace.source(&params.source_id)? {
            SourceKey::Script(script) => self.trace.source_map_json(script),
            SourceKey::Pretty(_) | SourceKey::Original(..) => None,
        };
        Ok(GetSourceMapResult {
            contents: contents.map(|json| json.to_string()),
        })
    }

    /// Places where the recording has steps: statements, tests and updates of loops, bodies of arrow functions that are
    /// expressions, later parts of comma expressions and declarations. Calls within a statement have no places of their own.
    pub(crate) fn get_possible_breakpoints(
        &mut self,
        params: GetPossibleBreakpoints,
        _: &mut Outbox<'_>,
    ) -> Answer<GetPossibleBreakpointsResult> {
        let key = self.trace.source(&params.source_id)?;
        let begin = params.begin.map_or(Position::default(), code::position);
        let end = params.end.map_or(
            Position {
                line: u32::MAX,
                column: u32::MAX,
            },
            code::position,
        );
        let mut line_locations: Vec<SameLineSourceLocations> = Vec::new();
        for (Position { line, column }, _) in self.trace.sites_of(key)?.between(begin, end) {
            match line_locations.last_mut() {
                Some(last) if last.line == *line => match last.columns.last() {
                    Some(same) if same == column => {}
                    _ => last.columns.push(*column),
                },
                _ => line_locations.push(SameLineSourceLocations {
                    line: *line,
                    columns: vec![*column],
                }),
            }
        }
        Ok(GetPossibleBreakpointsResult { line_locations })
    }

    /// The place in the script that ran first, then that in the source it was made from. A place that went nowhere is
    /// its own only one.
    pub(crate) fn get_mapped_location(
        &mut self,
        params: GetMappedLocation,
        _: &mut Outbox<'_>,
    ) -> Answer<GetMappedLocationResult> {
        let mapped_location = match self.trace.place_in_script(&params.location)? {
            Some((script, position)) => self.trace.mapped_in(script, position),
            None => vec![params.location],
        };
        Ok(GetMappedLocationResult { mapped_location })
    }
}

impl Trace {
    /// A source as `findSources` tells of it.
    fn describe_source(&self, key: SourceKey) -> Option<Source> {
        let script = self.reader.script_info(key.script())?;
        let (kind, content_id, content_hash) = match key {
            SourceKey::Script(_) => {
                let kind = match script.kind {
                    ScriptKind::External | ScriptKind::Module => SourceKind::ScriptSource,
                    ScriptKind::Inline | ScriptKind::InlineModule => SourceKind::InlineScript,
                    ScriptKind::Eval => SourceKind::Unspecified,
                };
                (kind, script.hash.clone(), Some(script.hash.clone()))
            }
            SourceKey::Pretty(_) => (SourceKind::PrettyPrinted, format!("pretty-{}", script.hash), None),
            SourceKey::Original(..) => {
                let hash = sha256(&self.text_of(key).ok()?);
                (SourceKind::SourceMapped, hash.clone(), Some(hash))
            }
        };
        let generated = SourceKey::Script(script.id);
        Some(Source {
            source_id: key.id(),
            kind,
            content_id,
            url: self.url_of(key),
            generated_source_ids: if key == generated {
                Vec::new()
            } else {
                vec![generated.id()]
            },
            content_hash,
        })
    }
}

/// A text in pieces of at most this many UTF-16 code units. No piece parts a surrogate pair.
fn pieces(text: &str, max_units: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut n_units = 0;
        let end = rest.char_indices().find(|(_, char)| {
            n_units += char.len_utf16();
            n_units > max_units
        });
        let (piece, after) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn pieces_keep_surrogate_pairs_whole() {
        let check = |text: &str, expected: &[&str]| assert_eq!(pieces(text, 4).collect::<Vec<_>>(), expected);
        check("", &[]);
        check("abcd", &["abcd"]);
        check("abcde", &["abcd", "e"]);
        check("abc😀d", &["abc", "😀d"]);
        check("ab😀😀", &["ab😀", "😀"]);
    }
}
