//! Searches of the text of sources, and of the names of functions. Each goes on between other messages, so that a
//! client is told of the first matches at once and nothing else waits.

use std::{collections::VecDeque, ops::Range, sync::Arc};

use regex::{Regex, RegexBuilder};
use wire::{
    debugger::{
        FunctionMatch, FunctionsMatches, SearchFunctions, SearchSourceContents, SearchSourceContentsMatch,
        SearchSourceContentsMatches, SourceLocation,
    },
    envelope::CallId,
    ids::{SearchId, SourceId},
};

use super::{SourceKey, catalog::location, lines::Lines};
use crate::{
    answer::{Answer, Failure, Outbox},
    code::position,
    session::Session,
    trace::Trace,
};

/// Bytes of text searched before others get their turn: a few milliseconds.
const BYTES_PER_TURN: usize = 4 << 20;

/// Sources whose functions are listed before others get their turn.
const OUTLINES_PER_TURN: usize = 4;

/// Matches in one event, and before others get their turn: at up to 400 bytes each under 256 KiB.
const MATCHES_PER_EVENT: usize = 500;

/// Matches of one search when the client sets no limit or a higher one.
const MAX_MATCHES: usize = 10_000;

/// Bytes of context before and behind a match on its line; of the match itself twice as much.
const CONTEXT_BYTES: usize = 120;

/// Bytes of a query, and of what it is compiled to.
const MAX_QUERY_BYTES: usize = 4_096;
const MAX_PATTERN_BYTES: usize = 4 << 20;

/// A search on its way.
pub(crate) struct Search {
    pub(crate) call_id: CallId,
    search_id: SearchId,
    left: VecDeque<SourceKey>,
    n_found: usize,
    what: What,
}

enum What {
    Text {
        pattern: Regex,
        limit: usize,
        /// The source at hand, and where in it to go on.
        at: Option<(SourceKey, Arc<str>, Lines, usize)>,
    },
    Functions {
        pattern: Regex,
    },
}

impl Session {
    pub(crate) fn search_source_contents(
        &mut self,
        id: CallId,
        params: SearchSourceContents,
        outbox: &mut Outbox<'_>,
    ) -> Answer<()> {
        let SearchSourceContents {
            search_id,
            query,
            source_ids,
            limit,
            use_regex,
            whole_word,
            case_sensitive,
        } = params;
        let pattern = match use_regex {
            true => query.clone(),
            false => regex::escape(&query),
        };
        let pattern = match whole_word {
            true => format!(r"\b{{start-half}}(?:{pattern})\b{{end-half}}"),
            false => pattern,
        };
        let search = Search {
            call_id: id,
            search_id,
            left: self.searched(source_ids)?,
            n_found: 0,
            what: What::Text {
                pattern: compiled(&query, &pattern, case_sensitive)?,
                limit: limit.map_or(MAX_MATCHES, |limit| MAX_MATCHES.min(limit as usize)),
                at: None,
            },
        };
        self.begin(search, outbox);
        Ok(())
    }

    pub(crate) fn search_functions(
        &mut self,
        id: CallId,
        params: SearchFunctions,
        outbox: &mut Outbox<'_>,
    ) -> Answer<()> {
        let SearchFunctions {
            search_id,
            query,
            source_ids,
        } = params;
        let search = Search {
            call_id: id,
            search_id,
            left: self.searched(source_ids)?,
            n_found: 0,
            what: What::Functions {
                pattern: compiled(&query, &regex::escape(&query), false)?,
            },
        };
        self.begin(search, outbox);
        Ok(())
    }

    fn searched(&self, ids: Option<Vec<SourceId>>) -> Answer<VecDeque<SourceKey>> {
        match ids {
            Some(ids) => ids.iter().map(|id| self.trace.source(id)).collect(),
            None => Ok(self.trace.all_sources().into()),
        }
    }

    fn begin(&mut self, mut search: Search, outbox: &mut Outbox<'_>) {
        if !search.go_on(&self.trace, outbox) {
            self.searches.push_back(search);
        }
    }

    /// Goes on with the search that waited longest. Says whether there was one.
    pub(crate) fn search_on(&mut self, outbox: &mut Outbox<'_>) -> bool {
        let Some(mut search) = self.searches.pop_front() else {
            return false;
        };
        if !search.go_on(&self.trace, outbox) {
            self.searches.push_back(search);
        }
        true
    }
}

impl Search {
    /// Searches some more, and answers after the last. Says whether that was it.
    fn go_on(&mut self, trace: &Trace, outbox: &mut Outbox<'_>) -> bool {
        let is_done = match self.what {
            What::Text { .. } => self.search_texts(trace, outbox),
            What::Functions { .. } => self.search_outlines(trace, outbox),
        };
        match (is_done, &self.what) {
            (Ok(false), _) => return false,
            (Ok(true), What::Text { .. }) => {
                outbox.respond::<SearchSourceContents>(&self.call_id, Ok(wire::command::Empty {}));
            }
            (Ok(true), What::Functions { .. }) => {
                outbox.respond::<SearchFunctions>(&self.call_id, Ok(wire::command::Empty {}));
            }
            (Err(failure), _) => outbox.refuse(&self.call_id, failure),
        }
        true
    }

    fn search_texts(&mut self, trace: &Trace, outbox: &mut Outbox<'_>) -> Answer<bool> {
        let What::Text { pattern, limit, at } = &mut self.what else {
            return Ok(true);
        };
        let mut matches = Vec::new();
        let mut n_bytes = 0;
        let mut overflow = false;
        let mut is_done = false;
        while !overflow && n_bytes < BYTES_PER_TURN && matches.len() < MATCHES_PER_EVENT {
            let (key, text, lines, from) = match at.take() {
                Some(at) => at,
                None => {
                    let Some(key) = self.left.pop_front() else {
                        is_done = true;
                        break;
                    };
                    // What cannot be read is left out; the recording's warnings tell of it.
                    let Ok(text) = trace.text_of(key) else { continue };
                    n_bytes += text.len();
                    // Most sources have nothing that matches: their lines are never looked for.
                    let Some(first) = pattern.find(&text) else {
                        continue;
                    };
                    let (lines, from) = (Lines::new(&text), first.start());
                    (key, text, lines, from)
                }
            };
            let mut from = from;
            while let Some(found) = (from <= text.len())
                .then(|| pattern.find_at(&text, from))
                .flatten()
            {
                let range = found.range();
                if n_bytes >= BYTES_PER_TURN || matches.len() >= MATCHES_PER_EVENT {
                    *at = Some((key, text.clone(), lines, range.start));
                    break;
                }
                if range.is_empty() {
                    // Nothing can be shown of it; looking for the next one costs as much as some text.
                    n_bytes += 16;
                    from = next_boundary(&text, range.end);
                    continue;
                }
                if self.n_found >= *limit {
                    overflow = true;
                    break;
                }
                self.n_found += 1;
                from = range.end;
                matches.push(text_match(key, &text, &lines, range));
            }
        }
        is_done |= overflow;
        if !matches.is_empty() || overflow {
            outbox.event(&SearchSourceContentsMatches {
                search_id: self.search_id.clone(),
                matches,
                overflow,
            })?;
        }
        Ok(is_done)
    }

    fn search_outlines(&mut self, trace: &Trace, outbox: &mut Outbox<'_>) -> Answer<bool> {
        let What::Functions { pattern } = &self.what else {
            return Ok(true);
        };
        let mut matches = Vec::new();
        for _ in 0..OUTLINES_PER_TURN {
            let Some(key) = self.left.pop_front() else { break };
            // What cannot be read or parsed has no functions to find.
            let Ok(Ok(outline)) = trace.outline(key) else {
                continue;
            };
            for function in &outline.functions {
                let Some(name) = function.name.as_ref().filter(|name| pattern.is_match(name)) else {
                    continue;
                };
                if self.n_found >= MAX_MATCHES {
                    self.left.clear();
                    break;
                }
                self.n_found += 1;
                matches.push(FunctionMatch {
                    loc: location(key, position(function.location.begin)),
                    name: name.clone(),
                });
            }
        }
        outbox.batches(matches, MATCHES_PER_EVENT, |matches| FunctionsMatches {
            search_id: self.search_id.clone(),
            matches,
        })?;
        Ok(self.left.is_empty())
    }
}

/// A pattern that takes time in proportion to the text, whatever it is.
fn compiled(query: &str, pattern: &str, case_sensitive: bool) -> Answer<Regex> {
    if query.is_empty() {
        return Err(Failure::command(
            "there is nothing to search for: the query is empty",
        ));
    }
    if query.len() > MAX_QUERY_BYTES {
        return Err(Failure::command(format!(
            "the query is longer than {MAX_QUERY_BYTES} bytes"
        )));
    }
    let built = RegexBuilder::new(pattern)
        .case_insensitive(!case_sensitive)
        .multi_line(true)
        .size_limit(MAX_PATTERN_BYTES)
        .dfa_size_limit(MAX_PATTERN_BYTES)
        .build();
    built.map_err(|error| {
        let reason = match error {
            regex::Error::CompiledTooBig(_) => "it would take too much memory".to_owned(),
            // The last line says what is wrong; those before show where.
            error => error
                .to_string()
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ")
                .to_owned(),
        };
        Failure::command(format!("the pattern {query:?} cannot be searched for: {reason}"))
    })
}

/// A match as sent: with the part of its line around it.
fn text_match(key: SourceKey, text: &str, lines: &Lines, range: Range<usize>) -> SearchSourceContentsMatch {
    let begin = lines.position(range.start as u32);
    let line = lines.line(begin.line).unwrap_or_default();
    let (line_start, mut line_end) = (line.start as usize, line.end as usize);
    if text
        .get(line_start..line_end)
        .is_some_and(|line| line.ends_with('\r'))
    {
        line_end -= 1;
    }
    // A match over several lines is shown as far as its first one.
    let end = range.end.min(line_end).max(range.start);
    let end = boundary(text, end.min(range.start + 2 * CONTEXT_BYTES));
    let context_start = boundary(text, range.start.saturating_sub(CONTEXT_BYTES).max(line_start));
    let context_end = boundary(text, (end + CONTEXT_BYTES).min(line_end)).max(end);
    let units = |range: Range<usize>| text.get(range).unwrap_or_default().encode_utf16().count() as u32;
    let column = units(context_start..range.start);
    SearchSourceContentsMatch {
        location: location(key, begin),
        context: text
            .get(context_start..context_end)
            .unwrap_or_default()
            .to_owned(),
        context_start: SourceLocation { line: 1, column },
        context_end: SourceLocation {
            line: 1,
            column: column + units(range.start..end),
        },
    }
}

/// The first character's boundary after a byte.
fn next_boundary(text: &str, at: usize) -> usize {
    (at + 1..text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len() + 1)
}

/// The last character's boundary at or before a byte.
fn boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
