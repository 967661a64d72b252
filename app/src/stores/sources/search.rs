//! What is said where: searches of the texts of all sources or of one, and of the names of functions.

use std::sync::Arc;

use client::{CallError, Session};
use futures::StreamExt;
use leptos::prelude::*;
use wire::{
    debugger::{Location, SameLineSourceLocations, SearchSourceContents, SearchSourceContentsMatch},
    ids::{SearchId, SourceId},
};

use super::{SourceStore, counts};
use crate::stores::{
    Stores,
    errand::{Lane, Urgency},
    evaluating::refusal,
};

/// More matches than this are not asked for; the search says so.
pub(crate) const LIMIT: u32 = 2_000;
/// A match whose own line cannot run is held to have run if the last line before it has that can, up to this far.
const NEAR_LINES: u32 = 30;
/// How much of a line is shown before what was found in it, in bytes.
const SHOWN_BEFORE: usize = 24;

/// What is searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SearchKind {
    /// What the sources say.
    #[default]
    Text,
    /// The names of functions.
    Functions,
}

/// Which matches are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ran {
    /// All.
    #[default]
    Any,
    /// Those on lines that ran.
    Executed,
    /// Those on lines that did not.
    NotExecuted,
}

/// What is searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// The text.
    pub text: String,
    /// What is searched.
    pub kind: SearchKind,
    /// Whether case counts.
    pub is_case_sensitive: bool,
    /// Whether only whole words count.
    pub is_whole_word: bool,
    /// Whether the text is a regular expression.
    pub is_regex: bool,
    /// Whether libraries are searched too.
    pub has_libraries: bool,
    /// Which matches are shown.
    pub ran: Ran,
}

/// One match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
    /// Text around it, in one line.
    pub context: String,
    /// Where in `context` what was found begins and ends, in bytes.
    pub found: (usize, usize),
    /// Whether its line ran within the focus; None while that is not known.
    pub has_run: Option<bool>,
}

/// The matches of a source, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileMatches {
    /// The source.
    pub source_id: SourceId,
    /// Its matches.
    pub matches: Arc<[Match]>,
}

/// A search as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchState {
    /// What is searched for.
    pub query: SearchQuery,
    /// What has been found.
    pub files: Arc<[FileMatches]>,
    /// Whether there is more than was asked for.
    pub has_more: bool,
    /// Whether it goes on.
    pub is_running: bool,
    /// Why it could not be done, as the server says.
    pub failure: Option<String>,
}

impl SearchState {
    /// How many matches have been found.
    pub fn n_matches(&self) -> usize {
        self.files.iter().map(|file| file.matches.len()).sum()
    }

    pub(super) fn give_up(&mut self) {
        self.is_running = false;
    }

    fn add(&mut self, found: Vec<(SourceId, Match)>) {
        let mut files = self.files.to_vec();
        for (source_id, one) in found {
            match files.last_mut().filter(|file| file.source_id == source_id) {
                Some(file) => {
                    let mut matches = file.matches.to_vec();
                    matches.push(one);
                    file.matches = matches.into();
                }
                None => files.push(FileMatches {
                    source_id,
                    matches: [one].into(),
                }),
            }
        }
        self.files = files.into();
    }
}

impl SourceStore {
    /// The search of all sources.
    pub fn search(&self) -> Signal<SearchState> {
        self.search.into()
    }

    /// Searches; a search that goes on is given up. Nothing is searched for an empty text.
    pub fn search_for(&self, query: SearchQuery) {
        let is_empty = query.text.is_empty();
        let before = self.search.with_untracked(|state| state.query.clone());
        // Which matches are shown is no reason to find them again.
        let is_same = SearchQuery {
            ran: before.ran,
            ..query.clone()
        } == before;
        if is_same && !self.search.with_untracked(|state| state.files.is_empty()) {
            self.search.update(|state| state.query = query.clone());
            if query.ran != Ran::Any {
                self.want_runs();
            }
            return;
        }
        self.search.set(SearchState {
            query: query.clone(),
            is_running: !is_empty,
            ..SearchState::default()
        });
        let (store, lane) = (*self, Some(Lane::named("source.search")));
        self.intents
            .run(Urgency::Now, lane, async move |session, stores| {
                if is_empty {
                    return Ok(());
                }
                let outcome = run(&session, store, &query).await;
                store.search.try_update(|state| state.is_running = false);
                if let Err(error) = outcome {
                    let reason = refusal(error)?;
                    store.search.try_update(|state| state.failure = Some(reason));
                } else if query.ran != Ran::Any {
                    find_runs(&session, stores)
                        .await
                        .or_else(|error| refusal(error).map(drop))?;
                }
                Ok(())
            });
    }

    /// Finds every place of a text in one source, for a regular expression that only the server can read. Told the places
    /// as (line, column, length in code units), or why not.
    pub fn find_in(
        &self,
        id: &SourceId,
        query: SearchQuery,
        then: impl Fn(Result<Vec<(u32, u32, u32)>, String>) + 'static,
    ) {
        let (id, lane) = (id.clone(), Some(Lane::named("source.find")));
        self.intents.run(Urgency::Now, lane, async move |session, _| {
            let request = request(&query, Some(vec![id]), 10_000);
            match session.search_source_contents(request).all().await {
                Ok((batches, _)) => {
                    let found = batches.into_iter().flat_map(|batch| batch.matches);
                    then(Ok(found.map(|found| place_of(&found)).collect()));
                    Ok(())
                }
                Err(error) => {
                    then(Err(refusal(error)?));
                    Ok(())
                }
            }
        });
    }

    /// Finds out which of the matches ran.
    fn want_runs(&self) {
        let lane = Some(Lane::named("source.search.runs"));
        self.intents
            .run(Urgency::Visible, lane, async move |session, stores| {
                find_runs(&session, stores)
                    .await
                    .or_else(|error| refusal(error).map(drop))
            });
    }
}

fn request(query: &SearchQuery, source_ids: Option<Vec<SourceId>>, limit: u32) -> SearchSourceContents {
    SearchSourceContents {
        // The client chooses it.
        search_id: SearchId::from(""),
        query: query.text.clone(),
        source_ids,
        limit: Some(limit),
        use_regex: query.is_regex,
        whole_word: query.is_whole_word,
        case_sensitive: query.is_case_sensitive,
    }
}

async fn run(session: &Session, store: SourceStore, query: &SearchQuery) -> Result<(), CallError> {
    // What a person reads comes first; a text that is told twice, as original and as generated, is searched once.
    let mut ids: Vec<SourceId> = store
        .all
        .with_untracked(|all| crate::logic::files::searched(all, query.has_libraries));
    if ids.is_empty() {
        return Ok(());
    }
    match query.kind {
        SearchKind::Text => {
            let request = request(query, Some(std::mem::take(&mut ids)), LIMIT);
            let mut batches = session.search_source_contents(request);
            while let Some(batch) = batches.next().await {
                let found = batch.matches.into_iter();
                let found = found.map(|found| (found.location.source_id.clone(), of_text(found)));
                let found = found.collect();
                store.search.try_update(|state| {
                    state.add(found);
                    state.has_more |= batch.overflow;
                });
            }
            batches.answer().await.map(drop)
        }
        SearchKind::Functions => {
            let mut batches = session.search_functions(&query.text, Some(ids));
            while let Some(batch) = batches.next().await {
                let found = batch.into_iter().map(|found| {
                    let Location {
                        source_id,
                        line,
                        column,
                    } = found.loc;
                    let one = Match {
                        line,
                        column,
                        found: (0, found.name.len()),
                        context: found.name,
                        has_run: None,
                    };
                    (source_id, one)
                });
                let found = found.collect();
                let n_matches = store.search.try_update(|state| {
                    state.add(found);
                    state.n_matches()
                });
                if n_matches.is_none_or(|n| n >= LIMIT as usize) {
                    // The stream is dropped, which gives up the rest.
                    store.search.try_update(|state| state.has_more = true);
                    return Ok(());
                }
            }
            batches.answer().await.map(drop)
        }
    }
}

/// Asks, file by file, how often the lines of matches ran.
async fn find_runs(session: &Session, stores: Stores) -> Result<(), CallError> {
    let store = stores.sources;
    let files = store.search.with_untracked(|state| Arc::clone(&state.files));
    for file in files.iter() {
        if file.matches.iter().all(|one| one.has_run.is_some()) {
            continue;
        }
        let first = file.matches.iter().map(|one| one.line).min().unwrap_or(1);
        let last = file.matches.iter().map(|one| one.line).max().unwrap_or(first);
        let places = counts::places(
            session,
            &file.source_id,
            first.saturating_sub(NEAR_LINES).max(1),
            last,
        )
        .await?;
        let place_of = |line: u32| {
            let before = places.partition_point(|place| place.line <= line);
            let near = places.get(before.checked_sub(1)?)?;
            (near.line + NEAR_LINES >= line).then_some(near.line)
        };
        let mut lines: Vec<u32> = file.matches.iter().filter_map(|one| place_of(one.line)).collect();
        lines.sort_unstable();
        lines.dedup();
        let wanted: Vec<SameLineSourceLocations> = places
            .iter()
            .filter(|place| lines.binary_search(&place.line).is_ok())
            .map(|place| SameLineSourceLocations {
                line: place.line,
                columns: place.columns.iter().take(1).copied().collect(),
            })
            .collect();
        let counted = match wanted.is_empty() {
            true => Vec::new(),
            false => counts::count(session, stores, &file.source_id, wanted).await?,
        };
        let has_run = |line: u32| {
            place_of(line)
                .is_some_and(|place| counted.iter().any(|(at, n_hits)| at.line == place && *n_hits > 0))
        };
        let matches: Arc<[Match]> = file
            .matches
            .iter()
            .map(|one| Match {
                has_run: Some(has_run(one.line)),
                ..one.clone()
            })
            .collect();
        store.search.try_update(|state| {
            let same = state
                .files
                .iter()
                .position(|other| other.source_id == file.source_id);
            let mut files = state.files.to_vec();
            if let Some(known) = same
                .and_then(|at| files.get_mut(at))
                .filter(|known| known.matches.len() == matches.len())
            {
                known.matches = matches;
                state.files = files.into();
            }
        });
    }
    Ok(())
}

/// A match as one line, with where in it the text was found.
fn of_text(found: SearchSourceContentsMatch) -> Match {
    let line_idx = found.context_start.line.saturating_sub(1) as usize;
    let line = found.context.lines().nth(line_idx).unwrap_or(&found.context);
    let byte = |unit: u32| {
        let mut units = 0;
        let at = line.char_indices().find(|(_, char)| {
            let is_here = units >= unit;
            units += char.len_utf16() as u32;
            is_here
        });
        at.map_or(line.len(), |(at, _)| at)
    };
    let begin = byte(found.context_start.column);
    let end = match found.context_end.line == found.context_start.line {
        true => byte(found.context_end.column),
        false => line.len(),
    };
    // What was found is to be seen in a narrow row: of a long beginning only the last part is shown.
    let n_blank = (line.len() - line.trim_start().len()).min(begin);
    let mut cut = n_blank.max(begin.saturating_sub(SHOWN_BEFORE));
    while !line.is_char_boundary(cut) {
        cut += 1;
    }
    let dots = if cut > n_blank { "…" } else { "" };
    let moved = |at: usize| at.saturating_sub(cut) + dots.len();
    Match {
        line: found.location.line,
        column: found.location.column,
        context: format!("{dots}{}", line.get(cut..).unwrap_or_default()),
        found: (moved(begin), moved(end.max(begin))),
        has_run: None,
    }
}

fn place_of(found: &SearchSourceContentsMatch) -> (u32, u32, u32) {
    let is_one_line = found.context_end.line == found.context_start.line;
    let len = match is_one_line {
        true => found
            .context_end
            .column
            .saturating_sub(found.context_start.column),
        // To the end of its first line, whatever that is.
        false => u32::MAX / 2,
    };
    (found.location.line, found.location.column, len)
}

#[cfg(test)]
mod tests {
    use wire::debugger::SourceLocation;

    use super::*;

    #[test]
    fn a_match_is_one_line_without_its_indent() {
        let found = |context: &str, start: (u32, u32), end: (u32, u32)| {
            let one = of_text(SearchSourceContentsMatch {
                location: Location {
                    source_id: SourceId::from("s"),
                    line: 7,
                    column: 4,
                },
                context: context.to_owned(),
                context_start: SourceLocation {
                    line: start.0,
                    column: start.1,
                },
                context_end: SourceLocation {
                    line: end.0,
                    column: end.1,
                },
            });
            let (begin, end) = one.found;
            (one.context.clone(), one.context[begin..end].to_owned())
        };
        assert_eq!(
            found("    let é = total;", (1, 12), (1, 17)),
            ("let é = total;".into(), "total".into())
        );
        assert_eq!(found("  a(\n  b", (1, 2), (2, 3)), ("a(".into(), "a(".into()));
        assert_eq!(found("  x", (1, 0), (1, 3)), ("  x".into(), "  x".into()));
        assert_eq!(found("x", (4, 9), (4, 99)), ("x".into(), String::new()));
        let long = format!("{}é total;", "x".repeat(40));
        let shown = format!("…{}é total;", "x".repeat(21));
        assert_eq!(found(&long, (1, 42), (1, 47)), (shown, "total".into()));
    }
}
