//! The editor of a print statement or a breakpoint: what it prints, on what condition, with which badge, and its hits.
//!
//! Enter in a field applies both fields; Escape closes the editor, and what is around it has the focus again.

use leptos::{
    ev::KeyboardEvent,
    html::{Div, Textarea},
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::{
    code_input::{CodeInput, CodeOffers, Edit, Refusal},
    primitives::{button::IconButton, icon::Icon},
};

mod types;
pub use types::HitsShown;
pub mod demo;

/// How high an editor with both fields is, in CSS pixels.
pub const PRINT_PX: f64 = 106.0;
/// How high one with a condition only is.
pub const BREAK_PX: f64 = 70.0;

/// The editor.
#[component]
pub fn PointEditor(
    /// One of a kind in the page.
    #[prop(into)]
    id: String,
    /// What is edited: `Print statement at app.js:3`.
    #[prop(into)]
    label: String,
    /// What is printed, as it is being written; None for what prints nothing.
    content: Option<RwSignal<String>>,
    /// The condition, as it is being written.
    condition: RwSignal<String>,
    /// What could be written at the cursor.
    #[prop(into)]
    offers: Signal<CodeOffers>,
    /// Told of every change of a field.
    #[prop(into)]
    on_edit: Callback<Edit>,
    /// Says what is wrong with a text that is not empty.
    #[prop(into)]
    check: Callback<String, Option<Refusal>>,
    /// Whether what is written is not applied yet.
    #[prop(into)]
    is_changed: Signal<bool>,
    /// Told to apply what is written.
    #[prop(into)]
    on_apply: Callback<()>,
    /// The badges to choose from: the sign and its name.
    badges: &'static [(&'static str, &'static str)],
    /// The badge.
    #[prop(into)]
    badge: Signal<String>,
    /// Told another badge.
    #[prop(into)]
    on_badge: Callback<String>,
    /// Whether it is in force.
    #[prop(into)]
    is_enabled: Signal<bool>,
    /// Told whether it is to be in force.
    #[prop(into)]
    on_enable: Callback<bool>,
    /// How its hits stand.
    #[prop(into)]
    hits: Signal<HitsShown>,
    /// Told to go to the hit after (true) or before the moment.
    #[prop(into)]
    on_hit: Callback<bool>,
    /// Told to bring more hits.
    #[prop(into)]
    on_more: Callback<()>,
    /// Told to take it away.
    #[prop(into)]
    on_delete: Callback<()>,
    /// Told to close the editor.
    #[prop(into)]
    on_close: Callback<()>,
    /// Whether the first field takes the focus, with all that is in it selected. Default: not.
    #[prop(optional)]
    takes_focus: bool,
) -> impl IntoView {
    let prints = content.is_some();
    let (editor, first) = (NodeRef::<Div>::new(), NodeRef::<Textarea>::new());
    if takes_focus {
        Effect::new(move |_| {
            let Some(first) = first.get() else { return };
            // Once it is in the page.
            request_animation_frame(move || {
                // What cannot be focused is left as it is.
                first.focus().ok();
                first.select();
            });
        });
    }
    let close = move |()| {
        let around = editor
            .get_untracked()
            .filter(|editor| has_focus(editor))
            .and_then(|editor| editor.closest("[tabindex='0']").ok()?);
        on_close.run(());
        if let Some(around) = around.and_then(|around| around.dyn_into::<HtmlElement>().ok()) {
            around.focus().ok();
        }
    };
    let field = move |name: &'static str, label: &'static str, hint: &'static str, text, node| {
        // An empty field is no mistake: nothing is printed, or always.
        let check = Callback::new(move |text: String| match text.trim().is_empty() {
            true => None,
            false => check.run(text),
        });
        view! {
            <div class="ph-point-editor__field">
                <span class="ph-point-editor__word" aria-hidden="true">{label}</span>
                <CodeInput
                    id=format!("{id}-{name}")
                    label=label
                    placeholder=hint.to_owned()
                    text=text
                    offers=offers
                    on_edit=on_edit
                    check=check
                    on_submit=move |_| on_apply.run(())
                    on_cancel=close
                    node=node
                />
            </div>
        }
        .into_any()
    };
    let content = content.map(|content| {
        field(
            "content",
            "Print",
            "Expressions, with commas between them",
            content,
            first,
        )
    });
    let node = if prints { NodeRef::new() } else { first };
    let condition = field("condition", "If", "Always", condition, node);
    let options = badges
        .iter()
        .map(|(sign, name)| {
            let is_chosen = move || badge.with(|badge| badge == sign);
            let text = format!("{sign} {name}");
            view! { <option value=*sign selected=is_chosen>{text}</option> }
        })
        .collect_view();
    let badge_choice = prints.then(|| {
        view! {
            <select
                class="ph-point-editor__badge"
                aria-label="Badge"
                on:change=move |event| on_badge.run(event_target_value(&event))
            >
                {options}
            </select>
        }
    });
    let hits_view = prints.then(|| {
        // The button stays while there is more, whatever is written on it, so that it keeps the keyboard.
        let has_more = Memo::new(move |_| hits.with(|hits| !hits.more.is_empty()));
        let is_pending = move || hits.with(|hits| hits.is_pending);
        let more = move || {
            view! {
                <button
                    type="button"
                    class="ph-button"
                    data-testid="point-more"
                    aria-disabled=move || is_pending().then_some("true")
                    on:click=move |_| if !untrack(is_pending) {
                        on_more.run(());
                    }
                >
                    {move || hits.with(|hits| hits.more.clone())}
                </button>
            }
        };
        view! {
            <IconButton
                icon=Icon::Previous
                label="Previous hit"
                enabled=Signal::derive(move || hits.with(|hits| hits.has_previous))
                on_press=move |_| on_hit.run(false)
            />
            <span class="ph-point-editor__hits ph-number" role="status" data-testid="point-hits">
                {move || hits.with(|hits| hits.text.clone())}
            </span>
            <IconButton
                icon=Icon::Next
                label="Next hit"
                enabled=Signal::derive(move || hits.with(|hits| hits.has_next))
                on_press=move |_| on_hit.run(true)
            />
            <HitStrip path=Signal::derive(move || hits.with(|hits| hits.strip.clone()))/>
            <Show when=move || has_more.get()>{more}</Show>
        }
    });
    // What moves in the source around it and acts there is for its own buttons and fields here.
    let on_keydown = move |event: KeyboardEvent| {
        let key = event.key();
        let is_own = matches!(
            key.as_str(),
            "Enter" | " " | "Home" | "End" | "PageUp" | "PageDown" | "Escape"
        ) || key.starts_with("Arrow");
        if is_own {
            event.stop_propagation();
        }
        if key == "Escape" {
            close(());
        }
    };
    view! {
        <div
            node_ref=editor
            class="ph-point-editor"
            role="group"
            aria-label=label
            data-testid="point-editor"
            on:keydown=on_keydown
            on:click=|event| event.stop_propagation()
            on:contextmenu=|event| event.stop_propagation()
        >
            {content}
            {condition}
            <div class="ph-point-editor__tools">
                <label class="ph-point-editor__check">
                    <input
                        type="checkbox"
                        prop:checked=move || is_enabled.get()
                        on:change=move |event| on_enable.run(event_target_checked(&event))
                    />
                    "On"
                </label>
                {badge_choice}
                {hits_view}
                <span class="ph-point-editor__failure" role="alert">{move || hits.with(|hits| hits.failure.clone())}</span>
                <Show when=move || is_changed.get()>
                    <button type="button" class="ph-button ph-button--framed" on:click=move |_| on_apply.run(())>"Apply"</button>
                </Show>
                <button type="button" class="ph-button" data-testid="point-delete" on:click=move |_| on_delete.run(())>"Delete"</button>
                <IconButton icon=Icon::Close label="Close the editor" on_press=move |_| close(())/>
            </div>
        </div>
    }
}

fn has_focus(element: &Element) -> bool {
    let focused = document().active_element();
    focused.is_some_and(|focused| element.contains(Some(&focused)))
}

/// When hits were, over the whole recording. The number beside it says the same to those who do not see it.
#[component]
pub fn HitStrip(
    /// The path, in a picture 1000 wide and 10 high.
    #[prop(into)]
    path: Signal<String>,
) -> impl IntoView {
    view! {
        <svg class="ph-hit-strip" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
            <path d=move || path.get()></path>
        </svg>
    }
}
