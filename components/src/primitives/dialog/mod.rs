//! A dialog over the page: the browser's own, so focus stays inside, Escape closes it and the rest is out of reach.

use leptos::{html, prelude::*};

use super::{button::IconButton, icon::Icon};

pub mod demo;

/// A dialog with a title and a way out.
#[component]
pub fn Dialog(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// Whether it is shown.
    #[prop(into)]
    is_open: Signal<bool>,
    /// Told when the person closes it.
    #[prop(into)]
    on_close: Callback<()>,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (is_open.get(), dialog.open()) {
            // Refused only for a dialog that is open already or out of the page; both are checked here.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let label = title.clone();
    view! {
        <dialog
            class="ph-dialog"
            node_ref=dialog
            aria-label=label
            on:close=move |_| on_close.run(())
            on:click=move |event| {
                // The backdrop belongs to the dialog element itself; everything inside is a child.
                if event.target() == event.current_target() {
                    on_close.run(());
                }
            }
        >
            <div class="ph-dialog__head">
                <h2>{title}</h2>
                <IconButton icon=Icon::Close label="Close" key_hint="Esc" on_press=move |_| on_close.run(())/>
            </div>
            <div class="ph-dialog__body">{children()}</div>
        </dialog>
    }
}
