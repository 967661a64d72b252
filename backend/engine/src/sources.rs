//! Commands of the Debugger domain that concern the program's text.

use recording::script::{Position, ScriptKind};
use wire::{
    command::Empty,
    debugger::{
        ContentType, FindSources, GetMappedLocation, GetMappedLocationResult, GetPossibleBreakpoints,
        GetPossibleBreakpointsResult, GetSourceContents, GetSourceContentsResult, GetSourceMap,
        GetSourceMapResult, NewSources, SameLineSourceLocations, Source, SourceContentsChunk,
        SourceContentsInfo, SourceKind, StreamSourceContents,
    },
    ids::SourceId,
};

use crate::{
    answer::{Answer, Failure, Outbox},
    code,
    session::Session,
    trace::Trace,
};

/// Sources in one event: with long URLs still well under 256 KiB.
const SOURCES_PER_EVENT: usize = 200;

/// UTF-16 code units in one piece of a text, as the protocol says.
const UNITS_PER_CHUNK: usize = 10_000;

impl Session {
    pub(crate) fn find_sources(&mut self, _: FindSources, outbox: &mut Outbox<'_>) -> Answer<Empty> {
        let sources = self.trace.reader.scripts().iter().map(|script| {
            let is_anonymous = script.kind == ScriptKind::Eval || script.url.is_empty();
            Source {
                source_id: code::source_id(script.id),
                kind: match script.kind {
                    ScriptKind::External | ScriptKind::Module => SourceKind::ScriptSource,
                    ScriptKind::Inline | ScriptKind::InlineModule => SourceKind::InlineScript,
                    ScriptKind::Eval => SourceKind::Unspecified,
                },
                content_id: script.hash.clone(),
                url: (!is_anonymous).then(|| script.url.clone()),
                generated_source_ids: Vec::new(),
                content_hash: Some(script.hash.clone()),
            }
        });
        outbox.batches(sources, SOURCES_PER_EVENT, |sources| NewSources { sources })?;
        Ok(Empty {})
    }

    pub(crate) fn get_source_contents(
        &mut self,
        params: GetSourceContents,
        _: &mut Outbox<'_>,
    ) -> Answer<GetSourceContentsResult> {
        let script = self.trace.known_script(&params.source_id)?;
        let contents = self.trace.reader.text(script)?.to_string();
        Ok(GetSourceContentsResult {
            contents,
            content_type: ContentType::Javascript,
        })
    }

    pub(crate) fn stream_source_contents(
        &mut self,
        params: StreamSourceContents,
        outbox: &mut Outbox<'_>,
    ) -> Answer<Empty> {
        let StreamSourceContents { source_id } = params;
        let script = self.trace.known_script(&source_id)?;
        let text = self.trace.reader.text(script)?;
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

    /// None: the engine does not follow source maps.
    pub(crate) fn get_source_map(
        &mut self,
        params: GetSourceMap,
        _: &mut Outbox<'_>,
    ) -> Answer<GetSourceMapResult> {
        self.trace.known_script(&params.source_id)?;
        Ok(GetSourceMapResult { contents: None })
    }

    pub(crate) fn get_possible_breakpoints(
        &mut self,
        params: GetPossibleBreakpoints,
        _: &mut Outbox<'_>,
    ) -> Answer<GetPossibleBreakpointsResult> {
        let script = self.trace.known_script(&params.source_id)?;
        let begin = params.begin.map_or(Position::default(), code::position);
        let end = params.end.map_or(
            Position {
                line: u32::MAX,
                column: u32::MAX,
            },
            code::position,
        );
        let mut line_locations: Vec<SameLineSourceLocations> = Vec::new();
        for (Position { line, column }, _) in self.trace.site_table(script)?.between(begin, end) {
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

    /// The location itself: there are no original sources.
    pub(crate) fn get_mapped_location(
        &mut self,
        params: GetMappedLocation,
        _: &mut Outbox<'_>,
    ) -> Answer<GetMappedLocationResult> {
        self.trace.known_script(&params.location.source_id)?;
        Ok(GetMappedLocationResult {
            mapped_location: vec![params.location],
        })
    }
}

impl Trace {
    /// The script a source stands for.
    ///
    /// # Errors
    /// There is no such source.
    pub(crate) fn known_script(&self, source: &SourceId) -> Answer<recording::ids::ScriptId> {
        self.script_of_source(source)
            .ok_or_else(|| Failure::command(format!("no such source: {source}")))
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
