//! The buttons over the picture: not seen until the pointer or the focus comes, which is what a finger's press brings as well.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

use std::time::Duration;

use leptos::{ev, html::Div, prelude::*};

use super::{Looking, PictureRef, Shown, Zoom, taking};
use crate::primitives::{button::IconButton, icon::Icon};

/// How long something stays said.
const SAID: Duration = Duration::from_secs(4);

#[component]
pub(super) fn Tools(
    area: NodeRef<Div>,
    shown: ReadSignal<Option<Shown>, LocalStorage>,
    looking: Memo<Option<Looking>>,
    #[prop(into)] on_zoom: Callback<Zoom>,
    name: Signal<String>,
    handle: PictureRef,
) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let n_said = StoredValue::new(0_u32);
    let say = move |words: String| {
        let n = n_said.try_update_value(|n| {
            *n += 1;
            *n
        });
        said.try_set(words);
        let forget = move || {
            if n_said.try_get_value() == n {
                said.try_set(String::new());
            }
        };
        set_timeout(forget, SAID);
    };
    let is_full = use_full_screen(area);
    let fill = move |()| {
        let Some(area) = area.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            if let Some(words) = taking::fill_screen(area.into()).await {
                say(words.to_owned());
            }
        });
    };
    handle.fill_screen.set_value(Some(Callback::new(fill)));
    on_cleanup(move || {
        handle.fill_screen.try_set_value(None);
    });
    let copy = move |_| {
        let copied = shown.with_untracked(|shown| shown.as_ref().map(|shown| taking::copy(&shown.bitmap)));
        if let Some(copied) = copied {
            leptos::task::spawn_local(async move { say(copied.await.to_owned()) });
        }
    };
    let save = move |_| {
        let saved = shown.with_untracked(|shown| {
            let shown = shown.as_ref()?;
            Some(taking::save(&shown.bitmap, &name.get_untracked()))
        });
        if let Some(saved) = saved {
            say(saved);
        }
    };
    let step = move |is_closer| {
        if let Some(looking) = looking.get_untracked() {
            on_zoom.run(looking.step(is_closer));
        }
    };
    let percent = Memo::new(move |_| {
        let zoom = looking.get().map_or(1.0, |looking| looking.placement().zoom);
        (zoom * 100.0).round() as u32
    });
    let is_fit = Memo::new(move |_| looking.get().is_none_or(|looking| looking.zoom == Zoom::Fit));
    let other = move |_| {
        if let Some(looking) = looking.get_untracked() {
            on_zoom.run(looking.other(looking.middle()));
        }
    };
    let words = move || match is_fit.get() {
        true => format!("{} percent: show the actual size", percent.get()),
        false => format!("{} percent: show all of the picture", percent.get()),
    };
    let full = Signal::derive(move || match is_full.get() {
        true => "Leave the full screen".to_owned(),
        false => "Fill the screen".to_owned(),
    });
    view! {
        <div
            class="ph-picture__tools"
            data-testid="picture-tools"
            role="toolbar"
            aria-label="Picture"
            on:pointerdown=|event| event.stop_propagation()
            on:pointerup=|event| event.stop_propagation()
            on:dblclick=|event| event.stop_propagation()
        >
            <IconButton icon=Icon::ZoomOut label="Smaller" key_hint="-" on_press=move |_| step(false)/>
            <button
                type="button"
                class="ph-button ph-picture__percent ph-number"
                data-testid="picture-zoom"
                title=words
                aria-label=words
                on:click=other
            >
                {move || format!("{} %", percent.get())}
            </button>
            <IconButton icon=Icon::ZoomIn label="Larger" key_hint="+" on_press=move |_| step(true)/>
            <IconButton icon=Icon::FullScreen label=full key_hint="Alt+Enter" on_press=move |_| fill(())/>
            <IconButton icon=Icon::Copy label="Copy the picture" on_press=copy/>
            <IconButton icon=Icon::Save label="Save the picture" on_press=save/>
        </div>
        <p class="ph-picture__said" class:ph-picture__said--empty=move || said.with(String::is_empty) role="status" data-testid="picture-said">
            {move || said.get()}
        </p>
    }
}

/// Whether an element fills the screen.
fn use_full_screen(area: NodeRef<Div>) -> Signal<bool> {
    let is_full = RwSignal::new(false);
    let listener = window_event_listener(ev::Custom::<web_sys::Event>::new("fullscreenchange"), move |_| {
        let element = document().fullscreen_element();
        let here = area.try_get_untracked().flatten();
        let fills = element.is_some_and(|element| here.is_some_and(|here| here.is_same_node(Some(&element))));
        is_full.try_set(fills);
    });
    on_cleanup(move || listener.remove());
    is_full.into()
}
