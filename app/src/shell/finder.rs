//! The palette of a recording's page: commands, sources, functions, lines.

use components::{
    format,
    palette::{MAX_ANSWERS, Palette, PaletteItem},
};
use leptos::prelude::*;
use wire::debugger::{Location, Source};

use super::{
    areas,
    commands::{self, COMMANDS, Command, Mode, Page},
};
use crate::{
    logic::{keys, layout::Panel, place},
    stores::sources::Symbol,
};

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
    let there = COMMANDS.iter().filter(|command| {
        !["palette", commands::TENTHS].contains(&command.id) && commands::is_there(command)
    });
    best(there, typed, |command| {
        format!("{} {}", command.name, command.group)
    })
    .into_iter()
    .map(item)
    .collect()
}

fn files(page: Page, typed: &str) -> Vec<PaletteItem> {
    let sources = page.stores.sources;
    let (name, place) = match typed.split_once(':') {
        Some((name, place)) => (name, line_and_column(place)),
        None => (typed, None),
    };
    let (line, column) = place.unwrap_or((0, 0));
    let text = |source: &Source| source.url.clone().unwrap_or_default();
    let item = |source: Source| PaletteItem {
        name: place::source_name(&source),
        detail: text(&source),
        keys: Vec::new(),
        on_choose: Callback::new(move |()| {
            let source_id = source.source_id.clone();
            open(
                page,
                Location {
                    source_id,
                    line,
                    column,
                },
            );
        }),
    };
    best(sources.files().into_iter(), name, text)
        .into_iter()
        .map(item)
        .collect()
}

fn symbols(page: Page, typed: &str) -> Vec<PaletteItem> {
    let sources = page.stores.sources;
    let item = |(symbol, location): (Symbol, Location)| {
        let place = match symbol.n_hits {
            Some(n_hits) => format!("line {}, ran {}", location.line, times(n_hits)),
            None => format!("line {}", location.line),
        };
        PaletteItem {
            name: match &symbol.class_name {
                Some(class) => format!("{class}.{}", symbol.name),
                None => symbol.name,
            },
            detail: place,
            keys: Vec::new(),
            on_choose: Callback::new(move |()| open(page, location.clone())),
        }
    };
    let found = sources.symbols("").into_iter();
    best(found, typed, |(symbol, _)| symbol.name.clone())
        .into_iter()
        .map(item)
        .collect()
}

fn lines(page: Page, typed: &str) -> Vec<PaletteItem> {
    let sources = page.stores.sources;
    let (Some(shown), Some((line, column))) = (sources.shown().get(), line_and_column(typed)) else {
        return Vec::new();
    };
    vec![PaletteItem {
        name: format!("Line {line}"),
        detail: if column > 0 {
            format!("column {}", column + 1)
        } else {
            String::new()
        },
        keys: Vec::new(),
        on_choose: Callback::new(move |()| {
            open(
                page,
                Location {
                    line,
                    column,
                    ..shown.clone()
                },
            );
        }),
    }]
}

/// Shows a place, and gives the keyboard to it.
fn open(page: Page, location: Location) {
    let (sources, id) = (page.stores.sources, location.source_id.clone());
    page.preferences.show_panel(Panel::Source);
    sources.open(location);
    areas::focus_source(sources, id);
}

/// Reads `12` or `12:5`: a line from 1 and a column from 1, given back from 0.
fn line_and_column(text: &str) -> Option<(u32, u32)> {
    let (line, column) = text.trim().split_once(':').unwrap_or((text.trim(), "1"));
    let line = line.parse().ok().filter(|line| *line > 0)?;
    Some((line, column.parse().unwrap_or(1_u32).saturating_sub(1)))
}

fn times(n: u32) -> String {
    match n {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        n => format!("{} times", format::count(u64::from(n))),
    }
}

/// The answers that suit best, best first; all in their order while nothing is typed.
fn best<T>(all: impl Iterator<Item = T>, typed: &str, text: impl Fn(&T) -> String) -> Vec<T> {
    let mut found: Vec<(i64, T)> = all
        .filter_map(|item| Some((keys::fuzzy(&text(&item), typed)?, item)))
        .collect();
    if !typed.is_empty() {
        found.sort_by_key(|(score, _)| -score);
        // What only has the letters somewhere is no answer beside one that is meant.
        let least = found.first().map_or(0, |(score, _)| score / 3);
        found.retain(|(score, _)| *score >= least);
    }
    found
        .into_iter()
        .take(MAX_ANSWERS)
        .map(|(_, item)| item)
        .collect()
}
