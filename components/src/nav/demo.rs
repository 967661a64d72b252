//! Files, a function and something found.

use std::sync::Arc;

use leptos::prelude::*;

use super::{NavRow, NavTree};
use crate::{primitives::icon::Icon, tree::Branch};

/// The gallery's page for the navigator.
#[component]
pub fn NavDemo() -> impl IntoView {
    let is_open = RwSignal::new(true);
    let current = RwSignal::new(1);
    let rows = Signal::derive(move || {
        let row = |depth, name: &str, detail: &str| NavRow {
            depth,
            name: name.to_owned(),
            detail: detail.to_owned(),
            position: 1,
            n_siblings: 1,
            ..NavRow::default()
        };
        let folder = NavRow {
            icon: Some(Icon::Folder),
            branch: if is_open.get() {
                Branch::Open
            } else {
                Branch::Closed
            },
            ..row(0, "example.com/src", "")
        };
        let mut rows = vec![folder];
        if is_open.get() {
            rows.push(NavRow {
                icon: Some(Icon::File),
                end: "12".to_owned(),
                ..row(1, "app.js", "original")
            });
            rows.push(NavRow {
                marked: Some((7, 12)),
                is_code: true,
                is_faint: true,
                ..row(1, "return total + 1;", "")
            });
        }
        for (index, row) in rows.iter_mut().enumerate() {
            row.is_current = index == current.get();
        }
        Arc::<[NavRow]>::from(rows)
    });
    let on_toggle = move |index: usize| {
        if index == 0 {
            is_open.update(|is_open| *is_open = !*is_open);
        }
    };
    view! {
        <div class="gallery__box gallery__tall">
            <NavTree
                id="demo-nav"
                label="Files"
                rows=rows
                on_press=move |index| current.set(index)
                on_toggle=Callback::new(on_toggle)
            />
        </div>
    }
}
