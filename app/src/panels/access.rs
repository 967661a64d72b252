//! Where a token is typed for a service that wants to know who asks.

use components::primitives::icon::{Icon, IconView};
use leptos::{ev, prelude::*};

/// The form.
#[component]
pub fn TokenForm(
    /// Whether the service has said that it wants one.
    #[prop(into)]
    is_wanted: Signal<bool>,
    /// Whether it has been told one already.
    was_told: bool,
    /// What its button says. Default: `Open`.
    #[prop(default = "Open")]
    verb: &'static str,
    /// Told the token.
    #[prop(into)]
    on_token: Callback<String>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let words = move || match (is_wanted.get(), was_told) {
        (true, true) => "Type another token for this service:",
        (true, false) => "This service wants to know who asks. Type your token for it:",
        (false, _) => "If this service wants a token, type it:",
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let token = typed.get_untracked();
        if !token.trim().is_empty() {
            on_token.run(token.trim().to_owned());
        }
    };
    view! {
        <form class="ph-token" on:submit=submit data-testid="token">
            <label class="ph-token__label" for="token">{words}</label>
            <div class="ph-ways__address">
                <span class="ph-search">
                    <IconView icon=Icon::Info/>
                    <input
                        class="ph-search__input"
                        id="token"
                        type="password"
                        autocomplete="off"
                        prop:value=move || typed.get()
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                </span>
                <button type="submit" class="ph-button ph-button--primary">{verb}</button>
            </div>
            <p class="ph-token__note">"It is told to this service only, and forgotten when the tab is closed."</p>
        </form>
    }
}
