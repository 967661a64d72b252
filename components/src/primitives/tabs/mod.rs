//! Tabs: a row of names of which one is chosen, moved through with the arrow keys.

use leptos::{ev::KeyboardEvent, html::Div, prelude::*};
use wasm_bindgen::JsCast;

use crate::dom::next_frame;

mod types;
pub use types::Tab;
pub mod demo;

/// The row of tabs. What the chosen one shows is the caller's: an element with `role="tabpanel"`, the id
/// `{id}-panel` and `aria-labelledby="{id}-{chosen}"`.
#[component]
pub fn Tabs(
    /// Prefix of the ids that tie a tab to its panel.
    id: &'static str,
    /// What the tabs choose between, for those who do not see them.
    #[prop(into)]
    label: String,
    /// The tabs, left to right.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
    /// The key of the chosen tab.
    #[prop(into)]
    chosen: Signal<&'static str>,
    /// Told the key of the tab that the person chose.
    #[prop(into)]
    on_choose: Callback<&'static str>,
) -> impl IntoView {
    let row = NodeRef::<Div>::new();
    let on_keydown = move |event: KeyboardEvent| {
        let tabs = tabs.get_untracked();
        let Some(now) = tabs.iter().position(|tab| tab.key == chosen.get_untracked()) else {
            return;
        };
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1) % tabs.len(),
            "ArrowLeft" => (now + tabs.len() - 1) % tabs.len(),
            "Home" => 0,
            "End" => tabs.len() - 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        on_choose.run(tabs[next].key);
        let button = row
            .get_untracked()
            .and_then(|row| row.children().item(next as u32));
        if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Focus is refused only by elements that have left the page.
            button.focus().ok();
        }
    };
    // Where there is no room for all, the chosen one is in sight.
    Effect::new(move |_| {
        let at = tabs.with(|tabs| tabs.iter().position(|tab| tab.key == chosen.get()));
        next_frame(move || {
            let row = row.try_get_untracked().flatten();
            let button = at.zip(row).and_then(|(at, row)| row.children().item(at as u32));
            if let Some(button) = button {
                let wish = web_sys::ScrollIntoViewOptions::new();
                wish.set_block(web_sys::ScrollLogicalPosition::Nearest);
                wish.set_inline(web_sys::ScrollLogicalPosition::Nearest);
                button.scroll_into_view_with_scroll_into_view_options(&wish);
            }
        });
    });
    let button = move |tab: Tab| {
        let is_chosen = move || chosen.get() == tab.key;
        view! {
            <button
                type="button"
                role="tab"
                class="ph-tabs__tab"
                id=format!("{id}-{}", tab.key)
                data-testid=format!("tab-{}", tab.key)
                aria-selected=move || if is_chosen() { "true" } else { "false" }
                aria-controls=move || is_chosen().then(|| format!("{id}-panel"))
                tabindex=move || if is_chosen() { "0" } else { "-1" }
                on:click=move |_| on_choose.run(tab.key)
            >
                {tab.name}
            </button>
        }
    };
    let buttons = move || tabs.get().into_iter().map(button).collect_view();
    view! { <div class="ph-tabs" role="tablist" aria-label=label node_ref=row on:keydown=on_keydown>{buttons}</div> }
}
