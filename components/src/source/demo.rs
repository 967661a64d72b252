//! A source with a current line and hit counts.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Language, LineHits, SourceMark, SourceText, SourceView};

const CODE: &str = r#"import { save } from "./store.js";

/** A thing to do. */
class Todo {
  constructor(title) {
    this.title = title.trim();
    this.done = false;
  }
}

export async function addTodo(todos, title) {
  if (!/\S/.test(title)) throw new TypeError(`"${title}" is no title`);
  const todo = new Todo(title);
  todos.push(todo);
  await save(todos); // keeps them over a reload
  return todos.length;
}
"#;

/// The gallery's page for sources.
#[component]
pub fn SourceDemo() -> impl IntoView {
    let text = Arc::new(SourceText::new(CODE.into(), Language::Script));
    let n_hits = [(6, 12), (7, 12), (12, 13), (13, 12), (14, 12), (15, 12), (16, 11)].into();
    view! {
        <div class="gallery__box gallery__tall">
            <SourceView
                text=text
                mark=Some(SourceMark { line: 14, column: 8, is_top: true })
                hits=Some(Arc::new(LineHits { n_hits }))
            />
        </div>
    }
}
