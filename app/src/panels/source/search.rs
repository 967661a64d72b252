//! The search of all sources.

use std::{collections::HashSet, sync::Arc};

use components::{
    format,
    nav::{NavRow, NavTree},
    primitives::{
        icon::{Icon, IconView},
        select::{Choice, Select},
    },
    tree::Branch,
};
use leptos::{html, prelude::*};
use wire::{debugger::Location, ids::SourceId};

use super::{View, find::Toggle};
use crate::{
    logic::{library::sentence, place},
    stores::sources::{Match, Ran, SearchKind, SearchQuery},
};

/// A row of what was found: a file, or a match in it.
type Found = (SourceId, Option<Match>);

/// What is said where.
#[component]
pub fn Search(view: View) -> impl IntoView {
    let sources = view.stores.sources;
    let state = sources.search();
    let closed = RwSignal::new(HashSet::<SourceId>::new());
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            // Focus is refused only by elements that have left the page.
            input.focus().ok();
        }
    });
    let change = move |change: &dyn Fn(&mut SearchQuery)| {
        let mut query = state.with_untracked(|state| state.query.clone());
        change(&mut query);
        sources.search_for(query);
    };
    let found = Memo::new(move |_| {
        let shown = |one: &&Match, ran: Ran| match ran {
            Ran::Any => true,
            Ran::Executed => one.has_run == Some(true),
            Ran::NotExecuted => one.has_run == Some(false),
        };
        let mut found: Vec<Found> = Vec::new();
        state.with(|state| {
            for file in state.files.iter() {
                let matches: Vec<&Match> = file
                    .matches
                    .iter()
                    .filter(|one| shown(one, state.query.ran))
                    .collect();
                if matches.is_empty() {
                    continue;
                }
                found.push((file.source_id.clone(), None));
                if !closed.with(|closed| closed.contains(&file.source_id)) {
                    found.extend(
                        matches
                            .into_iter()
                            .map(|one| (file.source_id.clone(), Some(one.clone()))),
                    );
                }
            }
        });
        Arc::<[Found]>::from(found)
    });
    let n_shown =
        Memo::new(move |_| found.with(|found| found.iter().filter(|(_, one)| one.is_some()).count()));
    let rows = Memo::new(move |_| {
        found.with(|found| {
            let row = |(id, one): &Found| match one {
                None => {
                    let source = sources.source(id);
                    let n_matches = state.with(|state| {
                        state
                            .files
                            .iter()
                            .find(|file| file.source_id == *id)
                            .map_or(0, |file| file.matches.len())
                    });
                    NavRow {
                        icon: Some(Icon::File),
                        name: source.as_ref().map(place::source_name).unwrap_or_default(),
                        end: format::count(n_matches as u64),
                        title: source.and_then(|source| source.url).unwrap_or_default(),
                        branch: match closed.with(|closed| closed.contains(id)) {
                            true => Branch::Closed,
                            false => Branch::Open,
                        },
                        position: 1,
                        n_siblings: 1,
                        ..NavRow::default()
                    }
                }
                Some(one) => NavRow {
                    depth: 1,
                    name: one.context.clone(),
                    marked: Some(one.found),
                    end: one.line.to_string(),
                    is_code: true,
                    is_faint: one.has_run == Some(false),
                    title: match one.has_run {
                        Some(false) => "did not run".to_owned(),
                        Some(true) => "ran".to_owned(),
                        None => String::new(),
                    },
                    position: 1,
                    n_siblings: 1,
                    ..NavRow::default()
                },
            };
            found.iter().map(row).collect::<Arc<[NavRow]>>()
        })
    });
    let toggle = move |index: usize| {
        if let Some((id, None)) = found.with_untracked(|found| found.get(index).cloned()) {
            closed.update(|closed| {
                if !closed.remove(&id) {
                    closed.insert(id);
                }
            });
        }
    };
    let press = move |index: usize| match found.with_untracked(|found| found.get(index).cloned()) {
        Some((source_id, Some(one))) => view.go_to(Location {
            source_id,
            line: one.line,
            column: one.column,
        }),
        Some((_, None)) => toggle(index),
        None => {}
    };
    let said = move || {
        state.with(|state| {
            let n_matches = state.n_matches();
            match &state.failure {
                Some(reason) => sentence(reason),
                None if state.query.text.is_empty() => String::new(),
                None if n_matches == 0 && state.is_running => "Searching …".to_owned(),
                None if n_matches == 0 => "Nothing found.".to_owned(),
                None => {
                    let n_files = state.files.len();
                    let files = if n_files == 1 { "source" } else { "sources" };
                    let limit = if state.has_more { "The first " } else { "" };
                    let among = match state.query.ran {
                        Ran::Any => String::new(),
                        _ => format!("{} of ", n_shown.get()),
                    };
                    let more = if state.is_running { " …" } else { "" };
                    let results = if n_matches == 1 { "result" } else { "results" };
                    format!(
                        "{limit}{among}{} {results} in {n_files} {files}{more}",
                        format::count(n_matches as u64)
                    )
                }
            }
        })
    };
    let kinds: Arc<[Choice]> = [Choice::new("text", "Text"), Choice::new("functions", "Functions")].into();
    let rans: Arc<[Choice]> = [
        Choice::new("any", "All lines"),
        Choice::new("executed", "Lines that ran"),
        Choice::new("not", "Lines that did not run"),
    ]
    .into();
    let kind = move || match state.with(|state| state.query.kind) {
        SearchKind::Text => "text".to_owned(),
        SearchKind::Functions => "functions".to_owned(),
    };
    let ran = move || match state.with(|state| state.query.ran) {
        Ran::Any => "any".to_owned(),
        Ran::Executed => "executed".to_owned(),
        Ran::NotExecuted => "not".to_owned(),
    };
    view! {
        <div class="ph-source-nav__tools ph-source-nav__tools--search" role="search" aria-label="Search all sources">
            <label class="ph-search">
                <IconView icon=Icon::Search/>
                <input
                    class="ph-search__input"
                    type="search"
                    placeholder="Search all sources"
                    aria-label="Search all sources"
                    data-testid="source-search"
                    spellcheck="false"
                    node_ref=input
                    prop:value=move || state.with(|state| state.query.text.clone())
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        change(&move |query| query.text.clone_from(&text));
                    }
                />
            </label>
            <div class="ph-source-nav__options">
                <Toggle label="Match case" text="Aa" is_on=Signal::derive(move || state.with(|state| state.query.is_case_sensitive)) on_press=move |()| change(&|query| query.is_case_sensitive = !query.is_case_sensitive)/>
                <Toggle label="Whole words" text="ab" is_on=Signal::derive(move || state.with(|state| state.query.is_whole_word)) on_press=move |()| change(&|query| query.is_whole_word = !query.is_whole_word)/>
                <Toggle label="Regular expression" text=".*" is_on=Signal::derive(move || state.with(|state| state.query.is_regex)) on_press=move |()| change(&|query| query.is_regex = !query.is_regex)/>
                <Toggle label="Libraries too" text="lib" is_on=Signal::derive(move || state.with(|state| state.query.has_libraries)) on_press=move |()| change(&|query| query.has_libraries = !query.has_libraries)/>
                <Select label="What to search" choices=kinds chosen=Signal::derive(kind) on_choose=move |key: String| {
                    change(&|query| query.kind = if key == "functions" { SearchKind::Functions } else { SearchKind::Text });
                }/>
                <Select label="Which lines" choices=rans chosen=Signal::derive(ran) on_choose=move |key: String| {
                    change(&|query| query.ran = match key.as_str() {
                        "executed" => Ran::Executed,
                        "not" => Ran::NotExecuted,
                        _ => Ran::Any,
                    });
                }/>
            </div>
            <p class="ph-source-nav__said" role="status" data-testid="source-search-status">{said}</p>
        </div>
        <div class="ph-source-nav__list">
            <Show when=move || rows.with(|rows| !rows.is_empty())>
                <NavTree id="source-matches" label="What was found" rows=rows on_press=press on_toggle=Callback::new(toggle)/>
            </Show>
        </div>
    }
}
