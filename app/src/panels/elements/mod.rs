//! The panel with the document of the page: its tree, what is known of one node, and the way to find one.

use std::{sync::Arc, time::Duration};

use components::{
    dom::use_size,
    format,
    primitives::{
        button::{ButtonLook, IconButton},
        empty_state::EmptyState,
        icon::{Icon, IconView},
        splitter::{SplitAxis, Splitter},
    },
};
use leptos::{ev::KeyboardEvent, html::Div, leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::JsCast;
use wire::experimental::RecordedContent;

mod details;
mod facets;
mod tree;

use self::{
    details::Details,
    tree::{Breadcrumb, Tree},
};
use super::nothing::NothingHere;
use crate::{
    logic::{layout::Panel, library::sentence, scopes::Found},
    stores::{
        Stores,
        elements::{ElementStore, Shown},
        pause::Look,
        preferences::PreferenceStore,
    },
};

const SEARCH: &str = "elements-search";
/// Waits for the next letter before it searches the document.
const PAUSE: Duration = Duration::from_millis(200);
/// How long it is said why something could not be done.
const NOTICE: Duration = Duration::from_secs(5);
/// Below this width what is known of a node stands under the tree.
const WIDE_PX: f64 = 560.0;

/// The document of the moment.
#[component]
pub fn ElementsPanel() -> impl IntoView {
    let Stores { elements, .. } = expect_context();
    Effect::new(move |_| elements.follow());
    Effect::new(move |_| elements.heed_wanted());
    let shown = Memo::new(move |_| elements.shown());
    let has_rows =
        Memo::new(move |_| shown.with(|shown| shown.failure.is_none() && !shown.rows.rows.is_empty()));
    let on_keydown = move |event: KeyboardEvent| {
        let is_find = (event.ctrl_key() || event.meta_key())
            && !event.shift_key()
            && event.key().eq_ignore_ascii_case("f");
        if is_find && focus(SEARCH) {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    view! {
        <section class="ph-panel ph-elements" aria-label="Elements" data-testid="elements-panel" on:keydown=on_keydown>
            <Show when=move || has_rows.get() fallback=move || view! { <Nothing shown=shown/> }>
                <div class="ph-panel__head"><PickButton/><SearchField/></div>
                <div class="ph-panel__body"><Parts shown=shown/></div>
                <Breadcrumb shown=shown/>
            </Show>
            <p class="ph-hidden" role="status" data-testid="elements-announcement">{move || elements.announcement().get()}</p>
            <Notice/>
        </section>
    }
}

/// The tree and what is known of one node, side by side where there is room.
#[component]
fn Parts(shown: Memo<Arc<Shown>>) -> impl IntoView {
    let parts = NodeRef::<Div>::new();
    let size = use_size(parts);
    let is_wide = Memo::new(move |_| size.get().0 >= WIDE_PX);
    let share = RwSignal::new(0.55);
    let splitter = move || {
        let (axis, label) = match is_wide.get() {
            true => (SplitAxis::Row, "Width of the document"),
            false => (SplitAxis::Column, "Height of the document"),
        };
        view! { <Splitter label=label axis=axis share=share on_resize=move |wanted| share.set(wanted)/> }
    };
    view! {
        <div class="ph-elements__parts" class:ph-elements__parts--wide=move || is_wide.get() node_ref=parts>
            <div class="ph-elements__tree" style:flex-basis=move || format!("{:.3}%", share.get() * 100.0)><Tree shown=shown/></div>
            {splitter}
            <div class="ph-elements__details"><Details shown=shown/></div>
        </div>
    }
}

/// Why there is no document.
#[component]
fn Nothing(shown: Memo<Arc<Shown>>) -> impl IntoView {
    let Stores {
        pause,
        timeline,
        recording,
        ..
    } = expect_context();
    move || {
        let failure = shown.with(|shown| shown.failure.clone());
        let lack = failure
            .as_ref()
            .and_then(|_| recording.lack(&RecordedContent::Documents));
        let failure = lack.map(|lack| lack.as_str().into()).or(failure);
        let (title, text) = match (failure, pause.look().get()) {
            (Some(reason), _) => {
                return view! {
                    <NothingHere panel=Panel::Elements icon=Icon::Tree title="No document" text=sentence(&reason)/>
                }
                .into_any();
            }
            (None, Look::Failed { reason }) => ("No document", sentence(&reason)),
            (None, Look::Away) if timeline.is_playing().get() => {
                ("Playing", "Pause to see the document.".to_owned())
            }
            (None, Look::Held) => ("", "Reading the document…".to_owned()),
            (None, _) => ("", String::new()),
        };
        view! { <EmptyState icon=Icon::Tree title=title text=text/> }.into_any()
    }
}

#[component]
fn PickButton() -> impl IntoView {
    let stores: Stores = expect_context();
    let preferences: PreferenceStore = expect_context();
    let elements = stores.elements;
    view! {
        <button
            type="button"
            class="ph-button ph-button--icon ph-elements__pick"
            data-testid="pick-element"
            aria-label="Pick an element on the picture"
            title="Pick an element on the picture (Ctrl+Shift+C)"
            aria-pressed=move || if elements.is_picking() { "true" } else { "false" }
            on:click=move |_| {
                // Where both are in one dock the picture takes the place of this.
                if stores.toggle_picking() {
                    preferences.arrange(|all| all.show(Panel::Picture));
                }
            }
        >
            <IconView icon=Icon::Pick/>
        </button>
    }
}

#[component]
fn SearchField() -> impl IntoView {
    let Stores { elements, .. } = expect_context();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let clear = move || {
        if let Some(timer) = timer.try_get_value().flatten() {
            timer.clear();
        }
    };
    on_cleanup(clear);
    // The first that is found is gone to; where nobody has begun to go through them.
    Effect::new(move |_| {
        let is_found = elements
            .found()
            .is_some_and(|(_, found)| matches!(found, Found::Ready(found) if !found.is_empty()));
        if is_found && elements.found_at().is_none() {
            elements.go_to_found(true);
        }
    });
    let on_input = move |event| {
        let text = event_target_value(&event);
        clear();
        let settle = move || elements.search(&text);
        timer.set_value(set_timeout_with_handle(settle, PAUSE).ok());
    };
    let on_keydown = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "Enter" => elements.go_to_found(!event.shift_key()),
            "Escape" if !elements.query().is_empty() => elements.search(""),
            "Escape" => drop(focus(tree::ID)),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let says = Memo::new(move |_| says(elements));
    let is_off = Signal::derive(move || elements.query().is_empty());
    view! {
        <div class="ph-elements__search" role="search" aria-label="Search the document">
            <label class="ph-search" title="A text, a selector or an XPath">
                <IconView icon=Icon::Search/>
                <input
                    id=SEARCH
                    class="ph-search__input"
                    type="search"
                    placeholder="Text, selector, XPath"
                    aria-label="Search the document by text, selector or XPath"
                    spellcheck="false"
                    autocomplete="off"
                    data-testid="elements-search"
                    prop:value=move || elements.query()
                    on:input=on_input
                    on:keydown=on_keydown
                />
            </label>
            <span class="ph-elements__count ph-number" role="status" data-testid="elements-found">{move || says.get()}</span>
            <IconButton icon=Icon::ArrowUp label="Previous (Shift+Enter)" enabled=Signal::derive(move || !is_off.get()) look=ButtonLook::default() on_press=move |_| elements.go_to_found(false)/>
            <IconButton icon=Icon::ArrowDown label="Next (Enter)" enabled=Signal::derive(move || !is_off.get()) look=ButtonLook::default() on_press=move |_| elements.go_to_found(true)/>
        </div>
    }
}

/// Which of how many.
fn says(elements: ElementStore) -> String {
    match elements.found() {
        None => String::new(),
        Some((_, Found::Pending)) => "…".to_owned(),
        Some((_, Found::Failed(_))) => "cannot search".to_owned(),
        Some((_, Found::Ready(found))) if found.is_empty() => "none".to_owned(),
        Some((_, Found::Ready(found))) => {
            let at = elements.found_at().map_or(0, |at| at + 1);
            format!(
                "{} of {}",
                format::count(at as u64),
                format::count(found.len() as u64)
            )
        }
    }
}

/// Why something could not be done, for a while.
#[component]
fn Notice() -> impl IntoView {
    let Stores { elements, .. } = expect_context();
    let notice = elements.notice();
    Effect::new(move |before: Option<Option<TimeoutHandle>>| {
        if let Some(timer) = before.flatten() {
            timer.clear();
        }
        let forget = move || elements.forget_notice();
        let has_any = notice.with(|notice| !notice.is_empty());
        has_any
            .then(|| set_timeout_with_handle(forget, NOTICE).ok())
            .flatten()
    });
    view! { <p class="ph-notice" role="status" data-testid="elements-notice">{move || notice.get()}</p> }
}

/// Gives an element the keyboard's focus; whether it is there.
fn focus(id: &str) -> bool {
    let element = document().get_element_by_id(id);
    let element = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}
