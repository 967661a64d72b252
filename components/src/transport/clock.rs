//! What time it is, how exactly, and the field to type another.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

use leptos::{
    ev::{FocusEvent, KeyboardEvent},
    html,
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::Precision;
use crate::format;

/// The time, which becomes a field when it is pressed; what the program's own time is where it differs; how long all is.
#[component]
pub(super) fn Clock(
    time_ms: Signal<f64>,
    duration_ms: Signal<f64>,
    precision: Signal<Precision>,
    is_typing: RwSignal<bool>,
    on_go_to: Callback<String, Result<(), String>>,
    #[prop(into)] on_copy: Callback<()>,
) -> impl IntoView {
    // As wide as the longest time of the recording, so that nothing moves.
    let width = Memo::new(move |_| format!("{}ch", format::clock(duration_ms.get()).len()));
    let now = move || format::clock(time_ms.get());
    let near = Memo::new(move |_| match precision.get() {
        Precision::Near { point_ms } => Some(format::clock(point_ms)),
        Precision::Exact | Precision::Between => None,
    });
    let on_keydown = move |event: KeyboardEvent| {
        let is_copy = event.key() == "c" && (event.ctrl_key() || event.meta_key()) && !event.alt_key();
        if is_copy {
            event.prevent_default();
            on_copy.run(());
        }
    };
    view! {
        <div class="ph-transport__clock ph-number">
            <Mark precision=precision/>
            <button
                type="button"
                class="ph-transport__now"
                data-testid="time"
                style:min-width=move || width.get()
                aria-label=move || format!("{}, go to another time", now())
                title="Go to a time (T)"
                on:click=move |_| is_typing.set(true)
                on:keydown=on_keydown
            >
                {now}
            </button>
            <span
                class="ph-transport__near"
                data-testid="near"
                style:min-width=move || format!("calc({} + 2ch)", width.get())
                title=move || near.get().map(|near| format!("The program is held at {near}, at the statement nearest to this time"))
            >
                {move || near.get().map(|near| format!("≈ {near}"))}
            </span>
            <span class="ph-transport__all">{move || format!("/ {}", format::clock(duration_ms.get()))}</span>
            <Show when=move || is_typing.get()>
                <Field shown=Signal::derive(now) is_open=is_typing on_go_to=on_go_to/>
            </Show>
        </div>
    }
}

/// How exactly the program stands where the clock does.
#[component]
fn Mark(precision: Signal<Precision>) -> impl IntoView {
    let kind = Memo::new(move |_| match precision.get() {
        Precision::Exact => (
            "exact",
            "●",
            "The program is held at a statement of just this time",
        ),
        Precision::Near { .. } => (
            "near",
            "○",
            "The program is held at the statement nearest to this time",
        ),
        Precision::Between => ("between", "≈", "Between statements: the program is not held here"),
    });
    view! {
        <span
            class="ph-transport__mark"
            data-testid="precision"
            data-precision=move || kind.get().0
            role="img"
            aria-label=move || kind.get().2
            title=move || kind.get().2
        >
            {move || kind.get().1}
        </span>
    }
}

/// The field to type a time in. It takes the focus and gives it back; what is wrong is said above it, and nothing typed is
/// lost by it.
#[component]
fn Field(
    shown: Signal<String>,
    is_open: RwSignal<bool>,
    on_go_to: Callback<String, Result<(), String>>,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let before = StoredValue::new_local(focused());
    let first = StoredValue::new(shown.get_untracked());
    let problem = RwSignal::new(None::<String>);
    field.on_load(move |field| {
        // Here and not by the view, which sets it too late to be selected.
        field.set_value(&first.get_value());
        // Focus is refused only by elements that have left the page.
        field.focus().ok();
        field.select();
    });
    let close = move || {
        if let Some(field) = field.get_untracked() {
            field.blur().ok();
        }
        if let Some(element) = before.try_get_value().flatten() {
            element.focus().ok();
        }
        is_open.try_set(false);
    };
    let typed = move || {
        field
            .get_untracked()
            .map(|field| field.value())
            .unwrap_or_default()
    };
    let on_keydown = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            event.stop_propagation();
            match on_go_to.run(typed()) {
                Ok(()) => close(),
                Err(what) => problem.set(Some(what)),
            }
        }
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            close();
        }
        _ => {}
    };
    // What has been typed stays until it is gone to or given up; a field that was only looked at goes by itself.
    let on_blur = move |_: FocusEvent| {
        if is_open.try_get_untracked() != Some(true) {
            return;
        }
        let typed = typed();
        if typed.trim().is_empty() || first.try_with_value(|first| *first == typed) == Some(true) {
            is_open.try_set(false);
        }
    };
    view! {
        <input
            class="ph-transport__field ph-number"
            type="text"
            data-testid="time-field"
            node_ref=field
            autocomplete="off"
            spellcheck="false"
            aria-label="Time to go to"
            aria-describedby="transport-hint"
            aria-invalid=move || problem.get().is_some().then_some("true")
            on:keydown=on_keydown
            on:input=move |_| problem.set(None)
            on:blur=on_blur
        />
        <p
            class="ph-transport__hint"
            id="transport-hint"
            data-testid="time-hint"
            role="status"
            class:ph-transport__hint--problem=move || problem.get().is_some()
        >
            {move || problem.get().unwrap_or_else(|| "1:02.345, 62.3, 500 ms, +1.5, 12 %, or @ and a point".to_owned())}
        </p>
    }
}

fn focused() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}
