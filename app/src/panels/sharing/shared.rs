//! What was done to this recording before it came here: a badge, and behind it all of it in words.

use components::primitives::{
    badge::{Badge, BadgeTone},
    dialog::Dialog,
};
use leptos::prelude::*;

use crate::{
    logic::{
        library::sentence,
        sharing::{Kind, in_words},
    },
    stores::sharing::ShareStore,
};

/// Nothing, for a recording as it was made.
#[component]
pub fn Shared() -> impl IntoView {
    let share: ShareStore = expect_context();
    let is_shown = RwSignal::new(false);
    let about = share.about();
    let words = Memo::new(move |_| {
        about.with(|about| {
            let about = about.as_ref().filter(|about| about.made_from.is_some())?;
            Some(in_words(&about.left_out, about.is_part))
        })
    });
    move || {
        words.get().map(|words| {
            view! {
                <button
                    type="button"
                    class="ph-button ph-shared"
                    data-testid="shared-badge"
                    title="What was done to this recording before it was shared"
                    on:click=move |_| is_shown.set(true)
                >
                    <Badge text=words tone=BadgeTone::Neutral/>
                </button>
                <Show when=move || is_shown.get()>
                    <Dialog title="A shared copy" is_open=true on_close=move |()| is_shown.set(false)>
                        <Told/>
                    </Dialog>
                </Show>
            }
        })
    }
}

#[component]
fn Told() -> impl IntoView {
    let share: ShareStore = expect_context();
    move || {
        let about = share.about().get()?;
        let left_out = Kind::ALL
            .into_iter()
            .filter(|kind| about.left_out.iter().any(|key| key == kind.key()))
            .map(|kind| view! { <li>{kind.name()}</li> })
            .collect_view();
        let sentences = about
            .redactions
            .iter()
            .map(|said| view! { <p class="ph-share__said">{sentence(said)}</p> })
            .collect_view();
        Some(view! {
            <p>"This recording was made from another. What was left out is gone: nothing here can bring it back."</p>
            <h3 class="ph-sheet__name">"Left out"</h3>
            <ul class="ph-share__kinds">{left_out}</ul>
            <h3 class="ph-sheet__name">"What the file says of it"</h3>
            {sentences}
        })
    }
}
