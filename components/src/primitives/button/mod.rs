//! A button: with words, or with an icon and a label for those who do not see it.

use leptos::{ev::MouseEvent, prelude::*};

use super::icon::{Icon, IconView};

mod types;
pub use types::ButtonLook;
pub mod demo;

/// A button with words, and an icon in front of them if given.
#[component]
pub fn Button(
    /// What it does when pressed.
    #[prop(into)]
    on_press: Callback<MouseEvent>,
    /// Shown in front of the words.
    #[prop(optional)]
    icon: Option<Icon>,
    /// How much it asks for attention. Default: quiet.
    #[prop(optional)]
    look: ButtonLook,
    /// Whether it can be pressed. Default: yes.
    #[prop(into, default = Signal::from(true))]
    enabled: Signal<bool>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=format!("ph-button {}", look.class())
            disabled=move || !enabled.get()
            on:click=move |event| on_press.run(event)
        >
            {icon.map(|icon| view! { <IconView icon=icon/> })}
            {children()}
        </button>
    }
}

/// A square button with an icon only.
#[component]
pub fn IconButton(
    /// What it shows.
    #[prop(into)]
    icon: Signal<Icon>,
    /// What it does, in words: read aloud, and shown when pointed at.
    #[prop(into)]
    label: Signal<String>,
    /// The key that does the same, shown behind the label. Default: none.
    #[prop(into, optional)]
    key_hint: Option<&'static str>,
    /// What it does when pressed.
    #[prop(into)]
    on_press: Callback<MouseEvent>,
    /// Whether it can be pressed. It stays focusable, so that stepping to an end does not lose the focus. Default: yes.
    #[prop(into, default = Signal::from(true))]
    enabled: Signal<bool>,
    /// How much it asks for attention. Default: quiet.
    #[prop(optional)]
    look: ButtonLook,
) -> impl IntoView {
    let title = move || match key_hint {
        Some(key) => format!("{} ({key})", label.get()),
        None => label.get(),
    };
    view! {
        <button
            type="button"
            class=format!("ph-button ph-button--icon {}", look.class())
            aria-label=move || label.get()
            title=title
            aria-disabled=move || (!enabled.get()).then_some("true")
            on:click=move |event| {
                if enabled.get_untracked() {
                    on_press.run(event);
                }
            }
        >
            <IconView icon=icon/>
        </button>
    }
}
