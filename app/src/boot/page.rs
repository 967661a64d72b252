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
use wire::ids::RecordingId;

use super::{
    clock, comments, held,
    host::{self, Connect},
    link, opening, origin, secret, sharing, tell_idle, uploading,
};
use crate::{
    logic::{keys, place},
    panels,
    shell::{
        self,
        commands::{self, Page},
        layout::RecordingLayout,
    },
    stores::{
        Stores, driver,
        later::Later,
        library::LibraryStore,
        preferences::{PreferenceStore, SingleKeys},
        sharing::ShareStore,
        uploading::UploadStore,
    },
    url::{self, Link},
};

/// Below this there is room for one panel only.
const NARROW: &str = "(max-width: 760px)";

/// The page of the recording that the last part of a path names, answered by `connect`.
pub(crate) fn recording_page(segment: &str, connect: Connect) -> impl IntoView + use<> {
    let is_copied = RwSignal::new(false);
    let place = Place {
        link: None,
        is_embedded: false,
        copy_link: Callback::new(move |()| copy_link(&link::href(), Some(is_copied))),
    };
    let page = begin(url::recording_id(segment), connect, place);
    let stores = page.stores;
    Effect::new(move |_| document().set_title(&format!("{} – Playhead", stores.recording.title().get())));
    let is_idle = Memo::new(move |_| stores.is_idle());
    tell_idle(is_idle.into());
    view! {
        <RecordingLayout
            page=page
            is_narrow=page.is_narrow
            is_copied=is_copied
        />
    }
}

/// Where the page of a recording stands.
pub(crate) struct Place {
    /// Where it begins; None for what the address says.
    pub(crate) link: Option<Link>,
    /// Whether it is in a frame of somebody else's page.
    pub(crate) is_embedded: bool,
    /// Copies the link to the moment.
    pub(crate) copy_link: Callback<()>,
}

/// The stores of a recording's page and what drives them, under the current owner.
pub(crate) fn begin(id: RecordingId, connect: Connect, place: Place) -> Page {
    let (stores, intents) = Stores::new(id);
    provide_context(stores);
    let bitmaps = Bitmaps::new();
    provide_context(bitmaps);
    let picture = PictureRef::new();
    provide_context(picture);
    let preferences = expect_context::<PreferenceStore>();
    let is_narrow = use_media(NARROW);
    stores.tracks.hide(preferences.hidden_tracks());
    let opened = link::open(stores, preferences, place.link);
    leptos::task::spawn_local(driver::run(host::host(connect, stores), stores, intents).boxed_local());
    host::retry_when_back(stores);
    Page {
        stores,
        preferences,
        palette: RwSignal::new(None),
        is_help_open: RwSignal::new(false),
        are_settings_open: RwSignal::new(false),
        copy_link: place.copy_link,
        pressed: StoredValue::default(),
        is_narrow,
        picture,
        opened: StoredValue::new(opened),
        is_embedded: place.is_embedded,
        owner: StoredValue::new(Owner::current().unwrap_or_default()),
        share: StoredValue::default(),
    }
}

/// What the page does besides, once the timeline answers: it comes with the panels.
pub(crate) fn complete(page: Page) {
    let (stores, preferences) = (page.stores, page.preferences);
    styles::install_rest(shell::STYLES_REST);
    panels::points::keep(stores);
    clock::run(stores);
    listen_to_keys(page);
    held::listen(page);
    Effect::new(move |_| {
        stores.sources.all().track();
        stores.passing.set(preferences.passes_libraries());
    });
    share(page);
    let bitmaps = expect_context();
    host::decode_beside(bitmaps);
    stores.pictures.set_host(host::pictures(bitmaps));
    stores.complete(Later::new());
    // In a frame the address, the history and what is kept are the business of the page around.
    if !page.is_embedded {
        keep_playing(stores, preferences);
        describe(stores);
        link::follow(stores, preferences, page.is_narrow, page.opened.get_value());
    }
}

/// What is kept beside the recording, and what can be made of it to hand on: by the own server, if the page came from it.
fn share(page: Page) {
    let stores = page.stores;
    let store = ShareStore::default();
    provide_context(store);
    page.share.set_value(Some(Callback::new(move |()| store.open())));
    let id = stores.recording.id();
    let is_own = page.opened.with_value(|link| link.dispatch.is_none()) && origin::has_server();
    let here = opening::source(id.as_str());
    let api = (is_own && here.is_none()).then(|| format!("{}/{}", origin::library(), id.as_str()));
    let from = here.or_else(|| api.as_ref().map(|api| sharing::address(&format!("{api}/file"))));
    let uploads = UploadStore::default();
    provide_context(uploads);
    // A frame is on somebody else's page: what is sent from there nobody could tell.
    let may_send = origin::has_server() && !page.is_embedded;
    let uploader = from.clone().filter(|_| may_send);
    let (entry, is_recording) = (opening::entry(id.as_str()), opening::is_recording(id.as_str()));
    uploads.set_uploader(uploader.map(|from| uploading::uploader(from, entry, is_recording)));
    store.set_maker(from.map(sharing::maker));
    store.ask(stores);
    comments::keep(stores, store, api);
}

/// Looks the recording up in the library, which knows its title; other servers may have none.
fn describe(stores: Stores) {
    let library = LibraryStore::default();
    if let Some(entry) = opening::entry(stores.recording.id().as_str()) {
        return stores.recording.describe(entry);
    }
    if !origin::has_server() {
        return;
    }
    // Who is shown a link has no list, but may ask for what the link leads to.
    let id = stores.recording.id();
    let shown = secret::of(id.as_str());
    let address = match &shown {
        Some(_) => format!("{}/{}", origin::library(), id.as_str()),
        None => origin::library(),
    };
    leptos::task::spawn_local(library.load(address, shown));
    Effect::new(move |_| {
        if let Some(entry) = library.entry(&stores.recording.id()) {
            stores.recording.describe(entry);
        }
    });
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
        let is_off = keys::is_single(&chord)
            && match untrack(|| page.preferences.single_keys()) {
                SingleKeys::Always => false,
                SingleKeys::Focused => !target.as_ref().is_some_and(is_player),
                SingleKeys::Never => true,
            };
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
pub(super) fn keeps_key(element: &Element, chord: &str) -> bool {
    let is_in = |selector: &str| element.closest(selector).ok().flatten().is_some();
    is_in("dialog, [role=menu]")
        || (keys::is_typing(chord) && is_in("input, textarea, select, [contenteditable]"))
        || (matches!(chord, "Space" | "Enter") && is_in("button, a, summary"))
}

/// Brings back how the person had time run, over all recordings, and keeps it.
fn keep_playing(stores: Stores, preferences: PreferenceStore) {
    let playing = stores.playing;
    playing.restore(&preferences.playing());
    Effect::new(move |_| preferences.set_playing(playing.kept()));
}

/// Whether an element belongs to the timeline or the picture.
pub(super) fn is_player(element: &Element) -> bool {
    let player = element.closest(".ph-timeline, .ph-panel--picture");
    player.is_ok_and(|player| player.is_some())
}

/// Puts a link on the clipboard, and says for a moment that it is there.
pub(crate) fn copy_link(href: &str, is_copied: Option<RwSignal<bool>>) {
    let written = panels::clipboard::write(href);
    leptos::task::spawn_local(async move {
        if let (true, Some(is_copied)) = (written.await, is_copied) {
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
pub(crate) fn announcement(stores: Stores) -> String {
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
