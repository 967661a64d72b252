//! A tree with a scope and an object in it.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Branch, TreeRow, TreeView};
use crate::preview::{Token, Tone};

/// The gallery's page for the tree.
#[component]
pub fn TreeDemo() -> impl IntoView {
    let is_open = RwSignal::new(true);
    let rows = Memo::new(move |_| rows(is_open.get()));
    view! {
        <div class="gallery__box gallery__tall">
            <TreeView
                id="demo-tree"
                label="Scopes"
                rows=rows
                on_toggle=move |index| if index == 1 { is_open.update(|is_open| *is_open = !*is_open) }
            />
        </div>
    }
}

fn rows(is_open: bool) -> Arc<[TreeRow]> {
    let row = |depth, name: &str, tone, text: &str| TreeRow {
        depth,
        name: name.to_owned(),
        name_tone: Tone::Key,
        tokens: [Token::new(tone, text)].into(),
        position: 1,
        n_siblings: 1,
        ..TreeRow::default()
    };
    let heading = TreeRow {
        is_heading: true,
        branch: Branch::Open,
        tokens: [].into(),
        ..row(0, "addTodo", Tone::Plain, "")
    };
    let branch = if is_open { Branch::Open } else { Branch::Closed };
    let object = TreeRow {
        branch,
        ..row(1, "todo", Tone::Class, "Todo {title: \"buy milk\", done: false}")
    };
    let children = [
        row(2, "title", Tone::String, "\"buy milk\""),
        row(2, "done", Tone::Keyword, "false"),
    ];
    let rest = [row(1, "count", Tone::Number, "3")];
    [heading, object]
        .into_iter()
        .chain(children.into_iter().filter(|_| is_open))
        .chain(rest)
        .collect()
}
