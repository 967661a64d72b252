//! The panel that lists print statements, breakpoints and watches.

use components::{
    code_input::{CodeInput, Edit},
    primitives::{button::IconButton, icon::Icon},
};
use leptos::prelude::*;

use super::{check, hits_shown, offers, place_words, watched};
use crate::{
    logic::{layout::Panel, points::PointKind},
    stores::{Stores, preferences::PreferenceStore},
};

/// Everything in one place.
#[component]
pub fn PointsPanel() -> impl IntoView {
    let stores: Stores = expect_context();
    let points = stores.points;
    Effect::new(move |_| points.want_watches(stores));
    let text = RwSignal::new(String::new());
    let on_watch = move |expression: String| {
        points.watch(&expression);
        text.set(String::new());
    };
    view! {
        <section class="ph-panel" aria-label="Points" data-testid="points-panel">
            <div class="ph-panel__body ph-points">
                <Notice/>
                {list(
                    stores,
                    PointKind::Print,
                    "Print statements",
                    "None yet. Press the number of a line in a source, or Enter on the line.",
                )}
                {list(
                    stores,
                    PointKind::Break,
                    "Breakpoints",
                    "None yet. Right-click a line in a source. F8 runs to the next hit, Shift+F8 back to the previous.",
                )}
                <h2 class="ph-points__title">"Watches"</h2>
                <div class="ph-points__add">
                    <CodeInput
                        id="points-watch"
                        label="Watch an expression"
                        placeholder="Watch an expression".to_owned()
                        text=text
                        offers=offers(stores)
                        on_edit=move |edit: Edit| stores.console.complete(&edit.text, edit.cursor)
                        check=|text: String| check(&text)
                        on_submit=on_watch
                    />
                </div>
                <For each=move || points.watches().get() key=|watch| watch.clone() let(expression)>
                    {watched::view(stores, expression)}
                </For>
            </div>
        </section>
    }
}

#[component]
fn Notice() -> impl IntoView {
    let Stores { points, .. } = expect_context();
    move || {
        points.notice().get().map(|text| {
            view! {
                <div class="ph-points__row" role="status" data-testid="points-notice">
                    <span class="ph-points__code">{text}</span>
                    <IconButton icon=Icon::Close label="Dismiss" on_press=move |_| points.dismiss_notice()/>
                </div>
            }
        })
    }
}

fn list(stores: Stores, kind: PointKind, title: &'static str, none: &'static str) -> AnyView {
    let ids = Memo::new(move |_| {
        stores.points.all().with(|all| {
            let ids = all
                .iter()
                .filter(|point| point.kind == kind)
                .map(|point| point.id);
            ids.collect::<Vec<u32>>()
        })
    });
    view! {
        <h2 class="ph-points__title">{title}</h2>
        <Show when=move || ids.with(|ids| !ids.is_empty()) fallback=move || view! { <p class="ph-points__note">{none}</p> }>
            <ul aria-label=title>
                <For each=move || ids.get() key=|id| *id let(id)>{row(stores, id)}</For>
            </ul>
        </Show>
    }
    .into_any()
}

fn row(stores: Stores, id: u32) -> AnyView {
    let points = stores.points;
    let preferences: Option<PreferenceStore> = use_context();
    let point = Memo::new(move |_| points.point(id).unwrap_or_default());
    let shown = Memo::new(move |_| hits_shown(stores, id));
    let is_print = point.with_untracked(|point| point.kind == PointKind::Print);
    let place = Memo::new(move |_| point.with(|point| place_words(stores, point)));
    let code = move || {
        point.with(|point| match (is_print, point.condition.trim()) {
            (true, "") => point.content.clone(),
            (true, condition) => format!("{} if {condition}", point.content),
            (false, "") => "always".to_owned(),
            (false, condition) => format!("if {condition}"),
        })
    };
    let open = move |is_edited: bool| {
        if is_edited {
            points.edit(id, true);
        }
        if let Some(preferences) = preferences {
            preferences.show_panel(Panel::Source);
        }
        stores.sources.open(point.get_untracked().location());
    };
    let hits = is_print.then(|| {
        view! {
            <IconButton
                icon=Icon::Previous
                label="Previous hit"
                enabled=Signal::derive(move || shown.with(|shown| shown.has_previous))
                on_press=move |_| points.go_to_hit(stores, id, false)
            />
            <span class="ph-points__hits ph-number">{move || shown.with(|shown| shown.text.clone())}</span>
            <IconButton
                icon=Icon::Next
                label="Next hit"
                enabled=Signal::derive(move || shown.with(|shown| shown.has_next))
                on_press=move |_| points.go_to_hit(stores, id, true)
            />
        }
    });
    view! {
        <li
            class="ph-points__row"
            class:ph-points__row--off=move || point.with(|point| !point.is_enabled)
            data-testid="point-row"
        >
            <input
                type="checkbox"
                aria-label=move || format!("On at {}", place.get())
                prop:checked=move || point.with(|point| point.is_enabled)
                on:change=move |event| {
                    let is_enabled = event_target_checked(&event);
                    points.change(stores, id, |point| point.is_enabled = is_enabled);
                }
            />
            <button type="button" class="ph-points__place" on:click=move |_| open(false)>{move || place.get()}</button>
            <button
                type="button"
                class="ph-points__code"
                aria-label=move || format!("Edit at {}: {}", place.get(), code())
                title=move || format!("Edit: {}", code())
                data-testid="point-edit"
                on:click=move |_| open(true)
            >
                {code}
            </button>
            {hits}
            <IconButton
                icon=Icon::Close
                label=Signal::derive(move || format!("Delete at {}", place.get()))
                on_press=move |_| points.remove(stores, id)
            />
            <span class="ph-points__failure" role="status" data-testid="point-failure">
                {move || shown.with(|shown| shown.failure.clone())}
            </span>
        </li>
    }
    .into_any()
}
