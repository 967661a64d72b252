//! A small document whose body opens and closes.

use std::sync::Arc;

use leptos::prelude::*;

use super::{DomRow, DomRowKind, DomTree};
use crate::{
    preview::{Token, Tone},
    primitives::menu::MenuItem,
    tree::Branch,
};

/// The gallery's page for the tree of a document.
#[component]
pub fn DomTreeDemo() -> impl IntoView {
    let is_open = RwSignal::new(true);
    let active = RwSignal::new(None);
    let rows = Memo::new(move |_| rows(is_open.get()));
    view! {
        <div class="gallery__box gallery__tall">
            <DomTree
                id="demo-dom"
                label="Document"
                rows=rows
                active=active
                reveal=Signal::derive(|| None)
                on_active=move |index| active.set(Some(index))
                on_toggle=move |_| is_open.update(|is_open| *is_open = !*is_open)
                on_hover=|_| ()
                on_walk=|_| ()
                menu=move |_| vec![MenuItem::new("Copy selector", || ())]
            />
        </div>
    }
}

fn rows(is_open: bool) -> Arc<[DomRow]> {
    let tag = |name: &str| Token::new(Tone::Keyword, name);
    let faint = |text: &str| Token::new(Tone::Faint, text);
    let body = DomRow {
        branch: if is_open { Branch::Open } else { Branch::Closed },
        tokens: [faint("<"), tag("body"), faint(">")].into(),
        position: 1,
        n_siblings: 1,
        ..DomRow::default()
    };
    let text = Token::new(Tone::Plain, "Buy milk");
    let heading = DomRow {
        depth: 1,
        tokens: [faint("<"), tag("h1"), faint(">"), text, faint("</h1>")].into(),
        position: 1,
        n_siblings: 1,
        ..DomRow::default()
    };
    let end = DomRow {
        kind: DomRowKind::End,
        tokens: [faint("</"), tag("body"), faint(">")].into(),
        ..DomRow::default()
    };
    [body]
        .into_iter()
        .chain([heading, end].into_iter().filter(|_| is_open))
        .collect()
}
