//! An input for expressions: lines, completion, history, and a reason where the text cannot be sent yet.
//!
//! Enter sends, Shift+Enter begins another line, and so does Enter while something is open. Tab takes the best offer, the
//! arrows choose another, Escape closes the list; without a list the arrows on the first and last line move through the
//! history.

use std::sync::Arc;

use leptos::{ev::KeyboardEvent, html::Textarea, prelude::*};

mod logic;
mod types;
pub use types::{CodeOffer, CodeOffers, Edit, Refusal};
pub mod demo;

/// The input.
#[component]
pub fn CodeInput(
    /// Its id; the list of offers gets `{id}-offers`. One of a kind in the page.
    #[prop(into)]
    id: String,
    /// What is to be written, for those who do not see it.
    #[prop(into)]
    label: String,
    /// Shown while nothing is written. Default: nothing.
    #[prop(into, optional)]
    placeholder: Signal<String>,
    /// The text; both ways.
    text: RwSignal<String>,
    /// Whether it may have several lines. Default: no, and then Enter always sends.
    #[prop(optional)]
    is_multi_line: bool,
    /// What could be written at the cursor. Default: nothing.
    #[prop(into, optional)]
    offers: Signal<CodeOffers>,
    /// Told of every change and of an explicit wish for offers (Ctrl+Space), with the cursor. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_edit: Callback<Edit>,
    /// Says what keeps a text from being sent. Default: nothing does.
    #[prop(into, default = Callback::new(|_| None))]
    check: Callback<String, Option<Refusal>>,
    /// Told the text to send. The caller empties `text` if that is what it wants.
    #[prop(into)]
    on_submit: Callback<String>,
    /// Told when Escape is pressed with no list open. Default: ignored.
    #[prop(into, default = Callback::new(|()| ()))]
    on_cancel: Callback<()>,
    /// What was sent before, the latest last. Default: no history.
    #[prop(into, optional)]
    history: Signal<Arc<[String]>>,
    /// Whether the list opens above the input rather than below it. Default: below.
    #[prop(optional)]
    opens_above: bool,
    /// Where the input can be reached, to focus it. Default: nowhere.
    #[prop(optional)]
    node: NodeRef<Textarea>,
) -> impl IntoView {
    let list_id = format!("{id}-offers");
    let active = RwSignal::new(None::<usize>);
    // The offers of a text are closed by Escape until the text changes.
    let is_closed = RwSignal::new(true);
    let refusal = RwSignal::new(None::<String>);
    let place = RwSignal::new(None::<usize>);
    let draft = RwSignal::new(String::new());
    let shown = Memo::new(move |_| {
        if is_closed.get() {
            CodeOffers::default()
        } else {
            offers.get()
        }
    });
    let is_open = Memo::new(move |_| shown.with(|shown| !shown.offers.is_empty()));
    Effect::new(move |_| {
        shown.track();
        active.set(None);
    });

    let tell = move |element: &web_sys::HtmlTextAreaElement| {
        let text = element.value();
        let unit = element.selection_start().ok().flatten().unwrap_or(u32::MAX);
        let cursor = logic::byte_of_unit(&text, unit as usize);
        on_edit.run(Edit { text, cursor });
    };
    let put = move |new: String, cursor: usize| {
        let Some(element) = node.get_untracked() else {
            return;
        };
        let unit = logic::unit_of_byte(&new, cursor) as u32;
        element.set_value(&new);
        text.set(new);
        // Refused only by elements that have left the page.
        element.set_selection_range(unit, unit).ok();
        tell(&element);
    };
    let take = move |at: usize| {
        let Some(element) = node.get_untracked() else {
            return;
        };
        let (start, name) = shown.with_untracked(|shown| {
            let name = shown.offers.get(at).map(|offer| offer.name.clone());
            (shown.start, name)
        });
        let now = element.value();
        let unit = element.selection_start().ok().flatten().unwrap_or(u32::MAX);
        let cursor = logic::byte_of_unit(&now, unit as usize);
        is_closed.set(true);
        if let Some((new, cursor)) = name.and_then(|name| logic::complete(&now, start, cursor, &name)) {
            put(new, cursor);
        }
    };
    let send = move || {
        let now = text.get_untracked();
        match check.run(now.clone()) {
            Some(Refusal::Unfinished) if is_multi_line => false,
            Some(Refusal::Unfinished) => {
                refusal.set(Some("Something is still open.".to_owned()));
                true
            }
            Some(Refusal::Wrong(reason)) => {
                refusal.set(Some(reason));
                true
            }
            None => {
                place.set(None);
                is_closed.set(true);
                on_submit.run(now);
                true
            }
        }
    };
    let recall = move |element: &web_sys::HtmlTextAreaElement, is_back: bool| {
        let now = element.value();
        let unit = element.selection_start().ok().flatten().unwrap_or(0) as usize;
        let cursor = logic::byte_of_unit(&now, unit);
        let is_at_edge = match is_back {
            true => !now.get(..cursor).unwrap_or_default().contains('\n'),
            false => !now.get(cursor..).unwrap_or_default().contains('\n'),
        };
        let entries = history.get_untracked();
        if !is_at_edge {
            return false;
        }
        let Some(next) = logic::history_step(place.get_untracked(), is_back, entries.len()) else {
            return false;
        };
        if place.get_untracked().is_none() {
            draft.set(now);
        }
        place.set(next);
        let new = match next {
            Some(at) => entries.get(at).cloned().unwrap_or_default(),
            None => draft.get_untracked(),
        };
        let end = new.len();
        put(new, end);
        is_closed.set(true);
        true
    };
    let on_keydown = move |event: KeyboardEvent| {
        // Nobody else is to take what is written for a command; with a modifier it may be one.
        if !(event.ctrl_key() || event.meta_key()) {
            event.stop_propagation();
        }
        let Some(element) = node.get_untracked().filter(|_| !event.is_composing()) else {
            return;
        };
        let key = event.key();
        let n_offers = shown.with_untracked(|shown| shown.offers.len());
        let now = active.get_untracked();
        let is_used = match key.as_str() {
            " " if event.ctrl_key() => {
                is_closed.set(false);
                tell(&element);
                true
            }
            _ if event.ctrl_key() || event.meta_key() || event.alt_key() => return,
            "Tab" if n_offers > 0 && !event.shift_key() => {
                take(now.unwrap_or(0));
                true
            }
            "Enter" if event.shift_key() && is_multi_line => false,
            "Enter" => match now {
                Some(at) => {
                    take(at);
                    true
                }
                None => send(),
            },
            "Escape" if n_offers > 0 => {
                is_closed.set(true);
                true
            }
            "Escape" => {
                on_cancel.run(());
                true
            }
            key => match logic::offer_after_key(key, now, n_offers) {
                Some(next) => {
                    active.set(Some(next));
                    true
                }
                None if matches!(key, "ArrowUp" | "ArrowDown") => recall(&element, key == "ArrowUp"),
                None => false,
            },
        };
        if is_used {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let on_input = move |_| {
        let Some(element) = node.get_untracked() else {
            return;
        };
        let now = element.value();
        is_closed.set(now.trim().is_empty());
        refusal.set(None);
        place.set(None);
        text.set(now);
        tell(&element);
    };
    let options = {
        let list_id = list_id.clone();
        move || {
            let list_id = list_id.clone();
            let row = move |(at, offer): (usize, &CodeOffer)| {
                let is_active = Memo::new(move |_| active.get() == Some(at));
                view! {
                    <Offer id=format!("{list_id}-{at}") offer=offer.clone() is_active=is_active on_take=move |()| take(at)/>
                }
            };
            shown.with(|shown| shown.offers.iter().enumerate().map(row).collect_view())
        }
    };
    let (controls, descendant) = (list_id.clone(), list_id.clone());
    view! {
        <div class="ph-code-input" class:ph-code-input--above=opens_above data-testid="code-input">
            <textarea
                class="ph-code-input__text"
                id=id
                node_ref=node
                rows=move || text.with(|text| logic::n_lines(text))
                aria-label=label
                aria-autocomplete="list"
                aria-controls=move || is_open.get().then(|| controls.clone())
                aria-activedescendant=move || active.get().map(|at| format!("{descendant}-{at}"))
                aria-invalid=move || refusal.with(Option::is_some).then_some("true")
                placeholder=move || placeholder.get()
                autocapitalize="off"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || text.get()
                on:input=on_input
                on:keydown=on_keydown
                on:blur=move |_| is_closed.set(true)
            ></textarea>
            <div
                class="ph-code-input__offers"
                class:ph-code-input__offers--open=move || is_open.get()
                id=list_id
                role="listbox"
                aria-label="What could be written here"
                // The input keeps the focus while something is chosen with the mouse.
                on:mousedown=|event| event.prevent_default()
            >
                {options}
            </div>
            <p class="ph-code-input__refusal" role="status">{move || refusal.get()}</p>
        </div>
    }
}

#[component]
fn Offer(
    id: String,
    offer: CodeOffer,
    is_active: Memo<bool>,
    #[prop(into)] on_take: Callback<()>,
) -> impl IntoView {
    let row = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if let (true, Some(row)) = (is_active.get(), row.get()) {
            row.scroll_into_view_with_bool(false);
        }
    });
    view! {
        <div
            class="ph-code-input__offer"
            class:ph-code-input__offer--active=move || is_active.get()
            id=id
            node_ref=row
            role="option"
            aria-selected=move || if is_active.get() { "true" } else { "false" }
            on:click=move |_| on_take.run(())
        >
            <span class="ph-code-input__name">{offer.name}</span>
            <span class="ph-code-input__kind">{offer.kind}</span>
        </div>
    }
}
