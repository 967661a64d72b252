//! A stack of a few frames.

use std::sync::Arc;

use leptos::prelude::*;

use super::{StackFrame, StackRow, StackView};

/// The gallery's page for the call stack.
#[component]
pub fn StackDemo() -> impl IntoView {
    let selected = RwSignal::new(0);
    let is_open = RwSignal::new(false);
    let rows = Memo::new(move |_| {
        let frame = |index: usize, name: &str, location: &str, is_past| StackRow::Frame {
            frame: StackFrame {
                name: name.to_owned(),
                location: location.to_owned(),
                title: format!("https://example.com/assets/{location}"),
                is_library: location.contains("vendor"),
            },
            is_selected: selected.get() == index,
            is_past,
        };
        let fold = StackRow::Fold {
            n_frames: 2,
            whose: "framework.min.js".to_owned(),
            is_open: is_open.get(),
        };
        let name = "dispatchTheEventToAllOfTheHandlersThatWereRegistered";
        let inside = [
            frame(3, name, "vendor/framework.min.js:1", false),
            frame(4, "run", "vendor/framework.min.js:1", false),
        ];
        [
            frame(0, "addTodo", "app.js:34", false),
            frame(1, "onSubmit", "app.js:71", false),
            fold,
        ]
        .into_iter()
        .chain(inside.into_iter().filter(|_| is_open.get()))
        .chain([
            StackRow::Heading("async".to_owned()),
            frame(9, "(anonymous)", "index.html:12", true),
        ])
        .collect::<Arc<[StackRow]>>()
    });
    let on_select = move |index| match index {
        2 => is_open.update(|is_open| *is_open = !*is_open),
        index => selected.set(index),
    };
    view! {
        <div class="gallery__box gallery__tall">
            <StackView rows=rows on_select=on_select/>
        </div>
    }
}
