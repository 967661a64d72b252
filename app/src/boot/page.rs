//! A recording's page: its stores, its driver, its clock, its keyboard.

use std::time::Duration;

use components::{
    format,
    picture::{Bitmaps, PictureRef},
    styles,
};
use futures::FutureExt;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{host, link, tell_idle};
use crate::{
    logic::{keys, place},
    panels,
    shell::{
        self,
        commands::{self, Page},
        layout::RecordingLayout,
    },
    stores::{Stores, driver, later::Later, library::LibraryStore, preferences::PreferenceStore},
    url,
};

/// Below this there is room for one panel only.
const NARROW: &str = "(max-width: 760px)";

/// The page of the recording that the last part of a path names.
pub(crate) fn recording_page(segment: &str) -> impl IntoView + use<> {
    let (stores, intents) = Stores::new(url::recording_id(segment));
    provide_context(stores);
    let bitmaps = Bitmaps::new();
    provide_context(bitmaps);
    let picture = PictureRef::new();
    provide_context(picture);
    let preferences = expect_context::<PreferenceStore>();
    let is_narrow = use_media(NARROW);
    let opened = link::open(stores, preferences);
    leptos::task::spawn_local(driver::run(host::host(&opened, bitmaps), stores, intents).boxed_local());
    host::retry_when_back(stores);
    Effect::new(move |_| document().set_title(&format!("{} – Playhead", stores.recording.title().get())));
    run_clock(stores);
    let is_copied = RwSignal::new(false);
    let page = Page {
        stores,
        preferences,
        palette: RwSignal::new(None),
        is_help_open: RwSignal::new(false),
        are_settings_open: RwSignal::new(false),
        copy_link: Callback::new(move |()| copy_link(is_copied)),
        pressed: StoredValue::default(),
        is_narrow,
        picture,
        opened: StoredValue::new(opened),
    };
    let is_idle = Memo::new(move |_| stores.is_idle());
    tell_idle(is_idle.into());
    view! {
        <RecordingLayout
            page=page
            is_narrow=is_narrow
            is_copied=is_copied
            announcement=Memo::new(move |_| announcement(stores))
        />
    }
}

/// What the page does besides, once the timeline answers: it comes with the panels.
pub(crate) fn complete(page: Page) {
    let stores = page.stores;
    styles::install_rest(shell::STYLES_REST);
    panels::points::keep(stores);
    listen_to_keys(page);
    describe(stores);
    let preferences = page.preferences;
    Effect::new(move |_| {
        stores.sources.all().track();
        stores.passing.set(preferences.passes_libraries());
    });
    stores.complete(Later::new());
    link::follow(stores, preferences, page.is_narrow, page.opened.get_value());
}

/// Looks the recording up in the library, which knows its title; other servers may have none.
fn describe(stores: Stores) {
    let library = LibraryStore::default();
    leptos::task::spawn_local(library.load());
    Effect::new(move |_| {
        if let Some(entry) = library.entry(&stores.recording.id()) {
            stores.recording.describe(entry);
        }
    });
}

/// Lets time pass with the screen's frames while playing.
fn run_clock(stores: Stores) {
    let frame = StoredValue::new_local(None::<AnimationFrameRequestHandle>);
    Effect::new(move |_| {
        if stores.timeline.is_playing().get() {
            next_tick(stores, frame, js_sys::Date::now());
        }
    });
    on_cleanup(move || {
        if let Some(handle) = frame.try_get_value().flatten() {
            handle.cancel();
        }
    });
}

fn next_tick(
    stores: Stores,
    frame: StoredValue<Option<AnimationFrameRequestHandle>, LocalStorage>,
    then_ms: f64,
) {
    let tick = move || {
        if stores.timeline.is_playing().try_get_untracked() != Some(true) {
            return;
        }
        let now_ms = js_sys::Date::now();
        // A page in the background gets no frames; what it missed is not played at once.
        stores.timeline.advance((now_ms - then_ms).clamp(0.0, 250.0));
        next_tick(stores, frame, now_ms);
    };
    frame.set_value(request_animation_frame_with_handle(tick).ok());
}

fn listen_to_keys(page: Page) {
    let is_mac = shell::is_mac();
    let listener = window_event_listener(ev::keydown, move |event| {
        let Some(chord) = keys::chord(&shell::press_of(&event), is_mac) else {
            return;
        };
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let is_off = keys::is_single(&chord) && !untrack(|| page.preferences.has_single_keys());
        if is_off || event.default_prevented() || target.is_some_and(|target| keeps_key(&target, &chord)) {
            return;
        }
        if let Some(command) = commands::of_chord(&chord, page.preferences) {
            event.prevent_default();
            page.pressed.set_value(chord);
            (command.run)(page);
        }
    });
    on_cleanup(move || listener.remove());
}

/// Whether an element needs a key for itself: text for typing, buttons for being pressed, dialogs for everything.
fn keeps_key(element: &Element, chord: &str) -> bool {
    let is_in = |selector: &str| element.closest(selector).ok().flatten().is_some();
    is_in("dialog, [role=menu]")
        || (keys::is_typing(chord) && is_in("input, textarea, select, [contenteditable]"))
        || (matches!(chord, "Space" | "Enter") && is_in("button, a, summary"))
}

fn copy_link(is_copied: RwSignal<bool>) {
    let written = panels::clipboard::write(&link::href());
    leptos::task::spawn_local(async move {
        if written.await {
            is_copied.try_set(true);
            let forget = move || {
                is_copied.try_set(false);
            };
            set_timeout(forget, Duration::from_secs(2));
        }
    });
}

/// Whether a media query holds, now and whenever that changes.
fn use_media(query: &str) -> Signal<bool> {
    let Ok(Some(list)) = window().match_media(query) else {
        return false.into();
    };
    let holds = RwSignal::new(list.matches());
    let now = list.clone();
    let listener = window_event_listener(ev::resize, move |_| {
        if holds.try_get_untracked() != Some(now.matches()) {
            holds.try_set(now.matches());
        }
    });
    on_cleanup(move || listener.remove());
    holds.into()
}

/// What a person who does not see the page is told after a move: the moment, and where the program stands.
fn announcement(stores: Stores) -> String {
    let moment = stores.timeline.moment().get();
    if moment.point.is_none() || moment.is_dragged || stores.timeline.is_playing().get() {
        return String::new();
    }
    let at = format!("Paused at {}", format::spoken(moment.time_ms));
    let frame = stores.pause.frame();
    let location = frame
        .as_ref()
        .and_then(|frame| stores.sources.preferred(&frame.location));
    match (frame, location) {
        (Some(frame), Some(location)) => {
            let url = stores.sources.url(&location.source_id);
            format!(
                "{at}, in {}, {} line {}",
                place::frame_name(&frame),
                place::short_name(url.as_deref()),
                location.line
            )
        }
        _ => at,
    }
}
