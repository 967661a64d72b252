//! The palette of a recording's page: commands, sources, functions, lines.

use components::palette::{MAX_ANSWERS, Palette, PaletteItem};
use leptos::prelude::*;

use super::commands::{self, COMMANDS, Command, Mode, Page};
use crate::logic::{keys, place};

/// The palette, while it is open. What is typed may change what it looks for: `>` commands, `@` functions, `:` lines.
#[component]
pub fn Finder(page: Page) -> impl IntoView {
    let mode = Memo::new(move |_| page.palette.get());
    let label = move || match mode.get().unwrap_or_default() {
        Mode::Commands => "Find a command",
        Mode::Files => "Go to a source (name, or name:line)",
        Mode::Symbols => "Go to a function of this source",
        Mode::Lines => "Go to a line of this source",
    };
    let answers = move |typed: String| {
        let (mode, typed) = match (mode.get().unwrap_or_default(), typed.trim()) {
            (_, typed) if typed.starts_with('>') => (Mode::Commands, &typed[1..]),
            (_, typed) if typed.starts_with('@') => (Mode::Symbols, &typed[1..]),
            (_, typed) if typed.starts_with(':') => (Mode::Lines, &typed[1..]),
            (mode, typed) => (mode, typed),
        };
        match mode {
            Mode::Commands => commands(page, typed),
            Mode::Files => files(page, typed),
            Mode::Symbols => symbols(page, typed),
            Mode::Lines => lines(page, typed),
        }
    };
    view! {
        <Show when=move || mode.get().is_some()>
            <Palette label=Signal::derive(move || label().to_owned()) answers=answers on_close=move |()| page.palette.set(None)/>
        </Show>
    }
}

fn commands(page: Page, typed: &str) -> Vec<PaletteItem> {
    let is_mac = super::is_mac();
    let item = |command: &'static Command| PaletteItem {
        name: command.name.to_owned(),
        detail: command.group.to_owned(),
        keys: commands::keys_of(command, page.preferences)
            .first()
            .map(|chord| keys::caps(chord, is_mac))
            .unwrap_or_default(),
        on_choose: Callback::new(move |()| (command.run)(page)),
    };
    let there = COMMANDS
        .iter()
        .filter(|command| command.id != "palette" && commands::is_there(command));
    best(there, typed, |command| {
        format!("{} {}", command.name, command.group)
    })
    .into_iter()
    .map(item)
    .collect()
}

fn files(page: Page, typed: &str) -> Vec<PaletteItem> {
    let sources = page.stores.sources;
    let (name, line) = match typed.rsplit_once(':') {
        Some((name, line)) => (name, line.parse::<u32>().ok()),
        None => (typed, None),
    };
    let all = sources.all().get();
    let text = |source: &&wire::debugger::Source| source.url.clone().unwrap_or_default();
    best(all.iter(), name, text)
        .into_iter()
        .map(|source| {
            let (id, line) = (source.source_id.clone(), line.unwrap_or(0));
            PaletteItem {
                name: place::source_name(source),
                detail: source.url.clone().unwrap_or_default(),
                keys: Vec::new(),
                on_choose: Callback::new(move |()| {
                    sources.show(wire::debugger::Location {
                        source_id: id.clone(),
                        line,
                        column: 0,
                    });
                }),
            }
        })
        .collect()
}

fn symbols(_page: Page, _typed: &str) -> Vec<PaletteItem> {
    Vec::new()
}

fn lines(page: Page, typed: &str) -> Vec<PaletteItem> {
    let sources = page.stores.sources;
    let Some(shown) = sources.shown().get() else {
        return Vec::new();
    };
    let Ok(line) = typed.parse::<u32>() else {
        return Vec::new();
    };
    let on_choose = Callback::new(move |()| {
        sources.show(wire::debugger::Location {
            line: line.max(1),
            column: 0,
            ..shown.clone()
        });
    });
    vec![PaletteItem {
        name: format!("Line {line}"),
        detail: String::new(),
        keys: Vec::new(),
        on_choose,
    }]
}

/// The answers that suit best, best first; all in their order while nothing is typed.
fn best<T>(all: impl Iterator<Item = T>, typed: &str, text: impl Fn(&T) -> String) -> Vec<T> {
    let mut found: Vec<(i64, T)> = all
        .filter_map(|item| Some((keys::fuzzy(&text(&item), typed)?, item)))
        .collect();
    if !typed.is_empty() {
        found.sort_by_key(|(score, _)| -score);
    }
    found
        .into_iter()
        .take(MAX_ANSWERS)
        .map(|(_, item)| item)
        .collect()
}
