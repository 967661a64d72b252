//! What is declared in the source that is shown, with how often it ran.

use std::sync::Arc;

use components::{
    format,
    nav::{NavRow, NavTree},
    primitives::{
        empty_state::EmptyState,
        icon::{Icon, IconView},
    },
};
use leptos::prelude::*;
use wire::debugger::Location;

use super::View;
use crate::{
    logic::{library::sentence, scopes::Found},
    stores::sources::{Outline, OutlineKind, Symbol},
};

/// Functions and classes.
#[component]
pub fn OutlineList(view: View) -> impl IntoView {
    let sources = view.stores.sources;
    let filter = RwSignal::new(String::new());
    Effect::new(move |_| {
        view.stores.focus.turn().track();
        if let Some(id) = view.id.get() {
            sources.want_outline(&id);
        }
    });
    let outline = Memo::new(move |_| view.id.get().and_then(|id| sources.outline(&id)));
    let shown = Memo::new(move |_| match outline.get() {
        Some(Found::Ready(outline)) => {
            let wanted = filter.with(|filter| filter.trim().to_lowercase());
            let fits = |symbol: &&Symbol| wanted.is_empty() || symbol.name.to_lowercase().contains(&wanted);
            outline
                .symbols
                .iter()
                .filter(fits)
                .cloned()
                .collect::<Arc<[Symbol]>>()
        }
        _ => [].into(),
    });
    let around = Memo::new(move |_| {
        let line = view.cursor.get()?.line;
        match outline.get()? {
            Found::Ready(outline) => outline
                .around(line)
                .and_then(|at| outline.symbols.get(at).map(|symbol| symbol.begin)),
            _ => None,
        }
    });
    let rows = Memo::new(move |_| {
        let around = around.get();
        let row = |symbol: &Symbol| {
            row(
                symbol,
                filter.with(String::is_empty),
                around == Some(symbol.begin),
            )
        };
        shown.with(|shown| shown.iter().map(row).collect::<Arc<[NavRow]>>())
    });
    let press = move |index: usize| {
        let begin = shown.with_untracked(|shown| shown.get(index).map(|symbol| symbol.begin));
        if let (Some(begin), Some(source_id)) = (begin, view.id.get_untracked()) {
            view.go_to(Location {
                source_id,
                line: begin.line,
                column: begin.column,
            });
        }
    };
    let why = move || match outline.get() {
        Some(Found::Failed(reason)) => ("No outline".to_owned(), sentence(&reason)),
        Some(Found::Ready(outline)) if Outline::default().symbols == outline.symbols => {
            ("Nothing is declared here".to_owned(), String::new())
        }
        Some(Found::Ready(_)) => ("No name matches".to_owned(), String::new()),
        Some(Found::Pending) => (String::new(), String::new()),
        None => ("No source is open".to_owned(), String::new()),
    };
    let is_empty = Memo::new(move |_| rows.with(|rows| rows.is_empty()));
    view! {
        <div class="ph-source-nav__tools">
            <label class="ph-search">
                <IconView icon=Icon::Filter/>
                <input
                    class="ph-search__input"
                    type="search"
                    placeholder="Filter functions and classes"
                    aria-label="Filter functions and classes by name"
                    spellcheck="false"
                    prop:value=move || filter.get()
                    on:input=move |event| filter.set(event_target_value(&event))
                />
            </label>
        </div>
        <div class="ph-source-nav__list">
            <Show
                when=move || !is_empty.get()
                fallback=move || view! {
                    <EmptyState icon=Icon::Tree title=Signal::derive(move || why().0) text=Signal::derive(move || why().1)/>
                }
            >
                <NavTree id="source-outline" label="Functions and classes" rows=rows on_press=press/>
            </Show>
        </div>
    }
}

fn row(symbol: &Symbol, is_nested: bool, is_current: bool) -> NavRow {
    let (icon, class) = match symbol.kind {
        OutlineKind::Class => (Icon::Braces, ""),
        OutlineKind::Function => (Icon::Code, symbol.class_name.as_deref().unwrap_or_default()),
    };
    NavRow {
        depth: if is_nested { symbol.depth.min(12) } else { 0 },
        icon: Some(icon),
        name: symbol.name.clone(),
        detail: match (is_nested, class) {
            (false, class) if !class.is_empty() => format!("{} · {class}", symbol.parameters),
            _ => symbol.parameters.clone(),
        },
        end: symbol.n_hits.map(hits).unwrap_or_default(),
        title: match symbol.n_hits {
            Some(1) => format!("line {}, ran once", symbol.begin.line),
            Some(n) => format!("line {}, ran {} times", symbol.begin.line, hits(n)),
            None => format!("line {}", symbol.begin.line),
        },
        is_code: true,
        is_faint: symbol.n_hits == Some(0),
        is_current,
        position: 1,
        n_siblings: 1,
        ..NavRow::default()
    }
}

fn hits(n: u32) -> String {
    match n {
        n if n >= components::source::LineHits::MAX => "10k+".to_owned(),
        n => format::count(u64::from(n)),
    }
}
