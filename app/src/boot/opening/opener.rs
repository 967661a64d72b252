//! What opens recordings: it lives as long as the page, so that what begins on one of the viewer's pages ends on another.

use std::{cell::RefCell, collections::HashMap, rc::Rc, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsValue;

use super::{
    super::host::{Connect, Way},
    engine::{self, Source},
    files::{self, Chosen, FileHandle},
    kept::{self, Kept},
    network,
};
use crate::{
    logic::{
        library::{Entry, sentence},
        opening::{self, Opened, ReadAs},
    },
    stores::opening::{OpeningStore, Recent, Turn},
    url::{self, Link},
};

thread_local! {
    static OPENER: RefCell<Option<(Owner, Opener)>> = const { RefCell::new(None) };
    /// What has been opened in this page, by its id.
    static FOUND: RefCell<HashMap<String, Found>> = RefCell::default();
}

/// How long a word is said that nobody has to do anything about.
const WORD_LASTS: Duration = Duration::from_secs(8);

/// A recording that has been opened.
struct Found {
    way: Way,
    entry: Entry,
    source: Source,
}

/// Opens recordings.
#[derive(Clone, Copy)]
pub(super) struct Opener {
    pub(super) store: OpeningStore,
    navigate: StoredValue<Navigate, LocalStorage>,
}

type Navigate = Rc<dyn Fn(&str, NavigateOptions)>;

/// The way back to something: where it lies, and the handle if it is a file.
type WayBack = (String, Option<FileHandle>);

impl Opener {
    /// The opener, for what stands under the router.
    pub(super) fn get() -> Self {
        let make = || {
            let navigate: Navigate = Rc::new(use_navigate());
            // A new root takes the place of the current owner, which is given back.
            let here = Owner::current();
            let owner = Owner::new_root(None);
            if let Some(here) = here {
                here.set();
            }
            let opener = owner.with(|| Self {
                store: OpeningStore::default(),
                navigate: StoredValue::new_local(navigate),
            });
            (owner, opener)
        };
        OPENER.with_borrow_mut(|opener| opener.get_or_insert_with(make).1)
    }

    /// Opens a file.
    pub(super) fn open_file(self, chosen: Chosen, link: Link) {
        let name = chosen.file.name();
        let back = chosen.handle.map(|handle| (name.clone(), Some(handle)));
        let turn = self.store.begin(name.clone());
        let source = Source::File(chosen.file.into());
        spawn_local(self.open(turn, source, name, back, link));
    }

    /// Opens what is at an address, at the moment that a link names.
    pub(super) fn open_address(self, address: &str, link: Link) {
        let name = opening::name_of(address).to_owned();
        let scheme = window().location().protocol().unwrap_or_default();
        let checked = resolve(address)
            .ok_or_else(|| "That is not an address. One begins with https: or http:.".to_owned())
            .and_then(|address| opening::check_address(&address, &scheme).map(|()| address));
        let turn = self.store.begin(name.clone());
        match checked {
            Ok(address) => {
                let back = Some((address.clone(), None));
                spawn_local(self.open(turn, Source::Address(address), name, back, link));
            }
            Err(reason) => self.store.fail(turn, name, reason),
        }
    }

    /// Opens what was opened before. Where the browser has to be asked first whether the page may read a file, it is asked if
    /// `may_ask`: only after a press does the browser ask the person.
    pub(super) async fn open_kept(self, kept: Kept, may_ask: bool, link: Link) {
        let name = kept.recent.place.clone();
        let Some(handle) = kept.handle else {
            return self.open_address(&name, link);
        };
        let turn = self.store.begin(name.clone());
        let is_allowed = files::may_read(&handle).await || (may_ask && files::ask_to_read(&handle).await);
        if !is_allowed {
            return self.store.need_leave(turn, name);
        }
        match files::of_handle(handle).await {
            Ok(chosen) => {
                let source = Source::File(chosen.file.into());
                let back = Some((name.clone(), chosen.handle));
                self.open(turn, source, name, back, link).await;
            }
            Err(reason) => self.store.fail(turn, name, reason),
        }
    }

    /// Has the person choose a file.
    pub(super) fn choose(self, link: Link) {
        spawn_local(async move {
            match files::choose().await {
                Ok(Some(chosen)) => self.open_file(chosen, link),
                Ok(None) => {}
                Err(reason) => self.refuse("The file".to_owned(), reason),
            }
        });
    }

    /// Says that something cannot be opened.
    pub(super) fn refuse(self, name: String, reason: String) {
        let turn = self.store.begin(name.clone());
        self.store.fail(turn, name, reason);
    }

    /// Opens it, keeps the way back to it, and shows its page.
    async fn open(self, turn: Turn, source: Source, name: String, back: Option<WayBack>, link: Link) {
        let store = self.store;
        let address = match &source {
            Source::Address(address) => Some(address.clone()),
            Source::File(_) => None,
        };
        if let Some(address) = &address
            && let Err(reason) = network::allow(address, |asks| store.ask_network(turn, asks)).await
        {
            return store.fail(turn, name, reason);
        }
        let opened = match engine::open(&source, move |word| store.tell(turn, word)).await {
            Ok(opened) => opened,
            Err(reason) => {
                let hint = match &address {
                    Some(address) => network::hint(address).await,
                    None => "",
                };
                let reason = opening::refusal(&reason, &name);
                return store.fail(turn, name, format!("{reason}{hint}"));
            }
        };
        if !store.is_wanted(turn) {
            return;
        }
        let id = opened.entry.id.clone();
        let found = Found {
            way: engine::way(source.clone(), id.clone()),
            entry: opened.entry.clone(),
            source,
        };
        FOUND.with_borrow_mut(|all| all.insert(id.clone(), found));
        if let Some((place, handle)) = back {
            let recent = Recent {
                id: id.clone(),
                title: opened.entry.display_title().to_owned(),
                place,
                is_address: address.is_some(),
                size: opened.entry.size,
                opened_at: js_sys::Date::now(),
            };
            spawn_local(keep(store, Kept { recent, handle }));
        }
        let words = words(&opened, address.as_deref());
        self.show(id, address, link);
        store.finish(turn, Some(words));
        if opened.warnings.is_empty() && opened.read_as != ReadAs::Whole {
            set_timeout(move || store.forget_word(turn), WORD_LASTS);
        }
    }

    /// Goes to the page of a recording that has been opened. A link that led here is replaced by one that names it; what a
    /// person opens is a step of the history.
    fn show(self, id: String, address: Option<String>, link: Link) {
        let options = NavigateOptions {
            resolve: false,
            replace: link.from.is_some() || link.recording.is_some(),
            ..NavigateOptions::default()
        };
        let link = Link {
            recording: Some(id),
            from: Some(address.unwrap_or_else(|| url::FILE.to_owned())),
            ..link
        };
        let navigate = self.navigate.get_value();
        navigate(&format!("{}{}", url::home(), link.write()), options);
    }

    /// Reads what was opened before.
    pub(super) fn look_up_recents(self) {
        spawn_local(look_up_recents(self.store));
    }

    /// Opens one of them again.
    pub(super) fn reopen(self, id: String, link: Link) {
        spawn_local(async move {
            match kept::get(&id).await {
                Some(kept) => self.open_kept(kept, true, link).await,
                None => self.store.need_file(),
            }
        });
    }

    /// Forgets one of them.
    pub(super) fn forget(self, id: String) {
        let store = self.store;
        spawn_local(async move {
            kept::forget(&id).await;
            look_up_recents(store).await;
        });
    }
}

/// Who answers for a recording that has been opened.
pub(super) fn found(id: &str) -> Option<Connect> {
    FOUND.with_borrow(|all| all.get(id).map(|found| Connect::Here(found.way.clone())))
}

/// Where a recording is that has been opened, as the engine is told.
pub(crate) fn source(id: &str) -> Option<JsValue> {
    FOUND.with_borrow(|all| all.get(id).map(|found| found.source.to_js()))
}

/// What is known of a recording that has been opened.
pub(crate) fn entry(id: &str) -> Option<Entry> {
    FOUND.with_borrow(|all| all.get(id).map(|found| found.entry.clone()))
}

/// What is said of a recording that has been opened: how, and what is lost of it.
fn words(opened: &Opened, address: Option<&str>) -> String {
    let lost = opened.warnings.iter().map(|warning| sentence(warning));
    std::iter::once(opened.words(address))
        .chain(lost)
        .collect::<Vec<_>>()
        .join(" ")
}

async fn keep(store: OpeningStore, kept: Kept) {
    kept::keep(&kept).await;
    look_up_recents(store).await;
}

async fn look_up_recents(store: OpeningStore) {
    let all = kept::all().await;
    store.set_recents(all.into_iter().map(|kept| kept.recent).collect());
}

/// An address as the browser reads it, from the folder of the viewer.
fn resolve(address: &str) -> Option<String> {
    let origin = window().location().origin().ok()?;
    let home = format!("{origin}{}", url::home());
    web_sys::Url::new_with_base(address.trim(), &home)
        .ok()
        .map(|url| url.href())
}
