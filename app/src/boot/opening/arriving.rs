//! How recordings come to the page: dropped on it, pasted into it, chosen with a button, typed as an address, or handed over by
//! the file manager that starts the viewer with them.

use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DragEvent, Element, HtmlInputElement};

use super::{
    files::{self, Handed},
    opener::Opener,
};
use crate::{
    panels::opening::{Callbacks, OpeningBar, Ways},
    url::Link,
};

/// The ways in on the page of the library.
#[component]
pub(crate) fn LibraryWays(
    /// Whether there is a server with a list.
    has_server: bool,
) -> impl IntoView {
    let opener = Opener::get();
    provide_context(opener.store);
    opener.look_up_recents();
    let link = Link::default();
    listen(opener, &link, Takes::FilesAndAddresses);
    files::on_launch(move |handle| {
        spawn_local(async move {
            match files::of_handle(handle).await {
                Ok(chosen) => opener.open_file(chosen, Link::default()),
                Err(reason) => opener.refuse("The file".to_owned(), reason),
            }
        });
    });
    let callbacks = callbacks(opener, &link);
    view! {
        <Ways
            is_welcome=!has_server
            callbacks=callbacks
            on_reopen=move |id: String| opener.reopen(id, Link::default())
            on_forget=move |id: String| opener.forget(id)
        />
        <OpeningBar on_choose=callbacks.choose/>
    }
}

/// The ways in on the page of a recording: nothing is seen of them until a file is held over it.
#[component]
pub(crate) fn PageWays() -> impl IntoView {
    let opener = Opener::get();
    provide_context(opener.store);
    let link = Link::default();
    listen(opener, &link, Takes::Files);
    let callbacks = callbacks(opener, &link);
    view! {
        <input type="file" hidden id=files::INPUT on:change=move |event| callbacks.input.run(event)/>
        <OpeningBar on_choose=callbacks.choose/>
    }
}

/// What the ways in do: what is chosen opens at the moment that a link names.
pub(super) fn callbacks(opener: Opener, link: &Link) -> Callbacks {
    let [first, second, third] = [(); 3].map(|()| link.clone());
    Callbacks {
        choose: Callback::new(move |()| opener.choose(first.clone())),
        address: Callback::new(move |address: String| opener.open_address(&address, second.clone())),
        input: Callback::new(move |event: ev::Event| {
            let input = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if let Some(file) = input.as_ref().and_then(files::of_input) {
                opener.open_file(file, third.clone());
            }
        }),
    }
}

/// What counts when it is pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Files: an address that is pasted while somebody debugs is meant for something else.
    Files,
    /// Both.
    FilesAndAddresses,
}

/// Takes what is dropped on the page or pasted into it, as long as the current owner lives.
pub(super) fn listen(opener: Opener, link: &Link, takes: Takes) {
    let store = opener.store;
    let over = window_event_listener(ev::dragover, move |event: DragEvent| {
        if has_files(&event) {
            event.prevent_default();
            store.drag_over(true);
        }
    });
    let leave = window_event_listener(ev::dragleave, move |event: DragEvent| {
        // Between two elements of the page it is still over the page.
        if event.related_target().is_none() {
            store.drag_over(false);
        }
    });
    let opened = link.clone();
    let drop = window_event_listener(ev::drop, move |event: DragEvent| {
        store.drag_over(false);
        if has_files(&event) {
            event.prevent_default();
            if let Some(handed) = event.data_transfer().as_ref().and_then(Handed::of) {
                take(opener, handed, &opened);
            }
        }
    });
    let opened = link.clone();
    let paste = window_event_listener(ev::paste, move |event| {
        let event: ClipboardEvent = event.unchecked_into();
        let is_typing = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_some_and(|target| {
                target
                    .closest("input, textarea, [contenteditable]")
                    .ok()
                    .flatten()
                    .is_some()
            });
        let Some(data) = event.clipboard_data().filter(|_| !is_typing) else {
            return;
        };
        let text = data.get_data("text").unwrap_or_default();
        let text = text.trim();
        if let Some(handed) = Handed::of(&data) {
            event.prevent_default();
            take(opener, handed, &opened);
        } else if takes == Takes::FilesAndAddresses && is_address(text) {
            event.prevent_default();
            opener.open_address(text, opened.clone());
        }
    });
    on_cleanup(move || {
        for listener in [over, leave, drop] {
            listener.remove();
        }
        paste.remove();
        store.drag_over(false);
    });
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

fn take(opener: Opener, handed: Handed, link: &Link) {
    let link = link.clone();
    spawn_local(async move {
        match handed.take().await {
            Ok(chosen) => opener.open_file(chosen, link),
            Err(reason) => opener.refuse("What was dropped".to_owned(), reason),
        }
    });
}

fn has_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| {
        data.types()
            .iter()
            .any(|kind| kind.as_string().as_deref() == Some("Files"))
    })
}
