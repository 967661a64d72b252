//! A source with a current line and hit counts.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    GutterKind, GutterMark, HoverTarget, Language, LineHits, LineInsert, Popover, SourceMark, SourceText,
    SourceView,
};

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
    let n_hits = [
        (6, 12),
        (7, 12),
        (12, 13_000),
        (13, 120),
        (14, 1_200),
        (15, 12),
        (16, 0),
    ]
    .into();
    let columns = [(12, Arc::from([2, 25]))].into();
    let marks = [
        (13, mark(GutterKind::Print, true, "prints todo")),
        (
            15,
            mark(GutterKind::Breakpoint, false, "a breakpoint that is off"),
        ),
    ];
    let insert = LineInsert {
        line: 13,
        height_px: 32.0,
        view: ViewFn::from(|| view! { <p class="gallery__row">"Something below the line"</p> }),
    };
    let inserts: Arc<[LineInsert]> = [insert].into();
    let popover = RwSignal::new(None::<Popover>);
    let on_hover = move |target: Option<HoverTarget>| {
        popover.set(target.map(
            |HoverTarget {
                 place, expression, ..
             }| Popover {
                place,
                view: ViewFn::from(move || expression.clone()),
            },
        ));
    };
    view! {
        <div class="gallery__box gallery__tall">
            <SourceView
                text=text
                mark=Some(SourceMark { line: 14, column: 8, is_top: true })
                gutter=Arc::new(marks.into())
                inserts=inserts
                on_gutter=Some(Callback::new(|_| ()))
                on_hover=on_hover
                popover=popover
                hits=Some(Arc::new(LineHits { n_hits, columns }))
            />
        </div>
    }
}

fn mark(kind: GutterKind, is_enabled: bool, label: &str) -> GutterMark {
    GutterMark {
        kind,
        is_enabled,
        has_trouble: false,
        label: label.to_owned(),
    }
}
