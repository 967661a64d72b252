//! Two panels with a line between them.

use leptos::prelude::*;

use super::{SplitAxis, Splitter};

/// The gallery's page for the splitter.
#[component]
pub fn SplitterDemo() -> impl IntoView {
    let share = RwSignal::new(0.4);
    view! {
        <div class="gallery__box gallery__split">
            <div class="gallery__pad" style:flex-basis=move || format!("{}%", share.get() * 100.0)>"in front"</div>
            <Splitter label="Width of the first panel" axis=SplitAxis::Row share=share on_resize=move |to| share.set(to)/>
            <div class="gallery__pad gallery__rest">"behind"</div>
        </div>
    }
}
