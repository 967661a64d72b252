//! Where the parts are put together and the world is let in: storage, the address bar, the network, the clock.

mod clock;
mod comments;
mod held;
mod host;
mod link;
pub(crate) mod opening;
mod origin;
mod page;
pub(crate) mod secret;
mod sharing;
mod uploading;

use components::styles;
use leptos::prelude::*;

use crate::{
    logic::opening::wants_token,
    panels::{access::TokenForm, library::LibraryPanel},
    shell::{self, App},
    stores::{
        library::LibraryStore,
        preferences::{PreferenceStore, Preferences},
    },
};

pub(crate) use host::{Connect, Way, own_server};
pub(crate) use link::of_page as link_of;
pub(crate) use opening::{AccessPanel, LibraryWays, OpeningPage, PageWays, WaitingPanel};
pub(crate) use page::{Place, announcement, begin, complete, copy_link, recording_page};

/// Starts the viewer in the page.
pub fn start() {
    console_error_panic_hook::set_once();
    origin::find();
    styles::install_first(shell::STYLES);
    if let Some(placeholder) = document().get_element_by_id("boot") {
        placeholder.remove();
    }
    mount_to_body(|| {
        provide_context(preferences());
        view! { <App/> }
    });
}

/// The library's page.
#[component]
pub(crate) fn LibraryPage() -> impl IntoView {
    styles::install_rest(shell::STYLES_REST);
    let library = LibraryStore::default();
    provide_context(library);
    let has_server = origin::has_server();
    let load = move || {
        let shown = has_server.then(|| secret::of("")).flatten();
        leptos::task::spawn_local(library.load(origin::library(), shown));
    };
    load();
    document().set_title("Recordings – Playhead");
    let is_idle =
        Memo::new(move |_| !matches!(library.entries().get(), crate::logic::scopes::Found::Pending));
    tell_idle(is_idle.into());
    shell::fetch_when_idle(is_idle.into());
    let is_refused = Memo::new(move |_| match library.entries().get() {
        crate::logic::scopes::Found::Failed(reason) => has_server && wants_token(&reason),
        _ => false,
    });
    let on_token = move |token: String| {
        secret::keep_token("", &token);
        load();
    };
    view! {
        <LibraryPanel now_ms=js_sys::Date::now() on_reload=move |()| load() has_server=has_server>
            <Show when=move || is_refused.get()>
                <TokenForm is_wanted=is_refused was_told=false on_token=on_token/>
            </Show>
            <LibraryWays has_server=has_server/>
        </LibraryPanel>
    }
}

/// Who answers the page of the recording that the address shows; None if something has to be done first.
pub(crate) fn connect() -> Option<Connect> {
    Connect::of(&link::current())
}

/// Says on the body whether anything is under way, for those who wait for the page: tests, and readers of the screen.
pub(crate) fn tell_idle(is_idle: Signal<bool>) {
    Effect::new(move |_| {
        // The page that said it may have gone; then another says it.
        let Some(is_idle) = is_idle.try_get() else { return };
        let value = if is_idle { "true" } else { "false" };
        // Refused only for names that are no attributes.
        if let Some(body) = document().body() {
            body.set_attribute("data-idle", value).ok();
        }
    });
}

/// The viewer's first address, with a slash at its end.
pub(crate) fn home_url() -> String {
    let origin = window().location().origin().unwrap_or_default();
    format!("{origin}{}", crate::url::home())
}

/// Whether the page is one for frames, `…/embed/ID`.
pub(crate) fn is_embedded() -> bool {
    let path = window().location().pathname().unwrap_or_default();
    path.contains("/embed/") || path.ends_with("/embed")
}

/// The preferences as they were kept; kept anew, and put into force, whenever they change. In a frame they are not kept: there the
/// page around has its say.
fn preferences() -> PreferenceStore {
    // Refused where the person has forbidden storage; then preferences last as long as the page.
    let storage = window().local_storage().ok().flatten();
    let kept = storage
        .as_ref()
        .and_then(|storage| storage.get_item(Preferences::KEY).ok().flatten());
    let store = PreferenceStore::new(Preferences::read(&kept.unwrap_or_default()));
    let storage = StoredValue::new_local(storage.filter(|_| !is_embedded()));
    Effect::new(move |_| {
        let now = store.all();
        storage.with_value(|storage| {
            storage
                .as_ref()
                .map(|storage| storage.set_item(Preferences::KEY, &now.write()).ok())
        });
    });
    // A link may want other colours, until the person chooses some; in a frame the page around chooses.
    let asked = link::current().theme.filter(|_| !is_embedded());
    let first = store.theme().get_untracked();
    Effect::new(move |_| {
        let Some(root) = document().document_element() else {
            return;
        };
        let chosen = store.theme().get();
        let theme = match &asked {
            Some(asked) if chosen == first => asked,
            _ => &chosen,
        };
        // Refused only for names that are no attributes.
        match theme.as_str() {
            theme @ ("light" | "dark") => root.set_attribute("data-theme", theme).ok(),
            _ => root.remove_attribute("data-theme").ok(),
        };
    });
    store
}
