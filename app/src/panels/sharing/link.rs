//! Sharing a link: to the moment or another, with as much of what is seen as is wanted.

use std::time::Duration;

use components::{
    format,
    primitives::{
        button::{Button, ButtonLook},
        icon::Icon,
    },
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    logic::sharing::{self, LinkParts},
    panels::{clipboard, link},
    stores::{Stores, preferences::PreferenceStore},
    url::Link,
};

/// The link, and what it says.
#[component]
pub fn LinkForm() -> impl IntoView {
    let (stores, preferences): (Stores, PreferenceStore) = (expect_context(), expect_context());
    let page = StoredValue::new(link::of_page());
    let typed = RwSignal::new(sharing::shown(stores.timeline.time_ms().get_untracked()));
    let (has_moment, has_focus, has_panels, has_theme) = (
        RwSignal::new(true),
        RwSignal::new(true),
        RwSignal::new(true),
        RwSignal::new(false),
    );
    let of_page = move |read: fn(&Link) -> bool| page.with_value(read);
    let focus = Memo::new(move |_| stores.focus.span().get());
    let address = Memo::new(move |_| {
        let parts = LinkParts {
            has_moment: has_moment.get(),
            has_focus: has_focus.get(),
            has_panels: has_panels.get(),
            has_theme: has_theme.get(),
        };
        let theme = preferences.theme().get();
        sharing::link(page.get_value(), &typed.get(), parts, &theme).map(|link| link::whole(&link))
    });
    let is_copied = RwSignal::new(false);
    let copy = move |_| {
        let Ok(address) = address.get_untracked() else {
            return;
        };
        let written = clipboard::write(&address);
        spawn_local(async move {
            if written.await {
                is_copied.try_set(true);
                let forget = move || {
                    is_copied.try_set(false);
                };
                set_timeout(forget, Duration::from_secs(2));
            }
        });
    };
    let check = |name: &'static str, is_on: RwSignal<bool>| {
        view! {
            <label class="ph-settings__check">
                <input type="checkbox" prop:checked=move || is_on.get() on:change=move |event| is_on.set(event_target_checked(&event))/>
                {name}
            </label>
        }
    };
    let in_focus = move || {
        focus.get().map(|span| {
            let (begin, end) = (format::clock(span.begin_ms), format::clock(span.end_ms));
            view! {
                <label class="ph-settings__check">
                    <input type="checkbox" prop:checked=move || has_focus.get() on:change=move |event| has_focus.set(event_target_checked(&event))/>
                    {format!("With the focus, {begin} to {end}")}
                </label>
            }
        })
    };
    view! {
        <div class="ph-share__line">
            <label class="ph-settings__check">
                <input
                    type="checkbox"
                    data-testid="share-at"
                    prop:checked=move || has_moment.get()
                    on:change=move |event| has_moment.set(event_target_checked(&event))
                />
                "At"
            </label>
            <input
                class="ph-share__time"
                type="text"
                aria-label="The moment that the link leads to"
                data-testid="share-time"
                disabled=move || !has_moment.get()
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
            />
        </div>
        {in_focus}
        {of_page(|link| !link.panels.is_empty()).then(|| check("With the panels that are open", has_panels))}
        {check("In the colours that I see", has_theme)}
        <div class="ph-share__line">
            <input
                class="ph-share__link"
                type="text"
                readonly
                aria-label="The link"
                data-testid="share-link"
                prop:value=move || address.get().unwrap_or_default()
            />
            <Button
                look=ButtonLook::Primary
                icon=Icon::Copy
                enabled=Signal::derive(move || address.with(Result::is_ok))
                on_press=copy
            >
                {move || if is_copied.get() { "Copied" } else { "Copy" }}
            </Button>
        </div>
        <p class="ph-share__trouble" role="alert">{move || address.get().err()}</p>
        <p class="ph-share__hint">"Whoever follows it sees what they may see where the recording is kept."</p>
    }
}
