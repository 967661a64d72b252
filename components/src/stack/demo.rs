//! A stack of a few frames.

use std::sync::Arc;

use leptos::prelude::*;

use super::{StackFrame, StackView};

/// The gallery's page for the call stack.
#[component]
pub fn StackDemo() -> impl IntoView {
    let selected = RwSignal::new(Some(0));
    let frame = |name: &str, location: &str, is_library| StackFrame {
        name: name.to_owned(),
        location: location.to_owned(),
        title: format!("https://example.com/assets/{location}"),
        is_library,
    };
    let frames: Arc<[StackFrame]> = [
        frame("addTodo", "app.js:34", false),
        frame("onSubmit", "app.js:71", false),
        frame(
            "dispatchTheEventToAllOfTheHandlersThatWereRegistered",
            "vendor/framework.min.js:1",
            true,
        ),
        frame("(anonymous)", "index.html:12", false),
    ]
    .into();
    view! {
        <div class="gallery__box gallery__tall">
            <StackView frames=frames selected=selected on_select=move |index| selected.set(Some(index))/>
        </div>
    }
}
