//! Keeps comments: on the server where it takes them, else in this browser, by recording.

mod server;

use leptos::{prelude::*, task::spawn_local};
use web_sys::Storage;

use self::server::Server;
use crate::{
    logic::comments,
    stores::{
        Stores,
        comments::{Change, CommentStore, Kept},
        sharing::ShareStore,
    },
};

/// Where the name is kept that a person writes under.
const AUTHOR: &str = "playhead.comments.author";

/// Brings what was kept, and keeps what changes. `api` is where the server has what belongs to the recording, if there is one.
pub(super) fn keep(stores: Stores, share: ShareStore, api: Option<String>) {
    let store = stores.comments;
    let key = format!("playhead.comments.{}", stores.recording.id().as_str());
    // Refused where the person has forbidden storage; then comments last as long as the page.
    let storage = window().local_storage().ok().flatten();
    let read = |key: &str| {
        storage
            .as_ref()
            .and_then(|storage| storage.get_item(key).ok().flatten())
    };
    let kept = read(&key);
    let has_kept = kept.is_some();
    let list = kept
        .and_then(|kept| comments::read(&kept).ok())
        .unwrap_or_default();
    store.arrive(
        if storage.is_some() {
            Kept::Browser
        } else {
            Kept::Nowhere
        },
        list,
    );
    store.set_author(read(AUTHOR).unwrap_or_default());
    take_from_file(store, share, has_kept);
    let server = StoredValue::new_local(None::<Server>);
    if let Some(api) = api {
        let storage = storage.clone();
        let shown = super::secret::of(stores.recording.id().as_str());
        let busy = stores.connection.busy();
        spawn_local(async move {
            if let Some(found) = Server::find(api, shown, storage, store).await {
                server.try_set_value(Some(found));
            }
            drop(busy);
        });
    }
    let place = Place {
        key: StoredValue::new(key),
        storage: StoredValue::new_local(storage),
        server,
    };
    Effect::new(move |_| {
        let changes = store.take_changes();
        if !changes.is_empty() {
            let busy = stores.connection.busy();
            spawn_local(async move {
                place.send(store, changes).await;
                place.write(store);
                drop(busy);
            });
        }
    });
    Effect::new(move |_| {
        let author = store.author().get();
        let keep = |storage: &Option<Storage>| {
            storage
                .as_ref()
                .map(|storage| storage.set_item(AUTHOR, &author).ok())
        };
        place.storage.with_value(keep);
    });
}

/// Comments that came with the file are there until somebody has changed any.
fn take_from_file(store: CommentStore, share: ShareStore, has_kept: bool) {
    if has_kept {
        return;
    }
    Effect::new(move |_| {
        let about = share.about().get();
        let of_file = about.as_ref().and_then(|about| about.comments.as_deref());
        if let Some(list) = of_file.and_then(|json| comments::read(json).ok()) {
            store.arrive(store.place().get_untracked(), list);
        }
    });
}

/// Where comments are kept.
#[derive(Clone, Copy)]
struct Place {
    key: StoredValue<String>,
    storage: StoredValue<Option<Storage>, LocalStorage>,
    server: StoredValue<Option<Server>, LocalStorage>,
}

impl Place {
    /// Tells the server, if it takes comments.
    async fn send(self, store: CommentStore, changes: Vec<Change>) {
        let server = self.server.try_with_value(Clone::clone).flatten();
        let Some(server) = server else { return };
        for change in changes {
            if let Err(reason) = server.send(change).await {
                store.tell(Some(reason));
            }
        }
    }

    /// Keeps in this browser what the server does not have.
    fn write(self, store: CommentStore) {
        let Some(all) = store.all().try_get_untracked() else {
            return;
        };
        let is_elsewhere = |id: &str| {
            let server = self
                .server
                .try_with_value(|server| server.as_ref().is_some_and(|server| server.has(id)));
            server.unwrap_or_default()
        };
        let here: Vec<_> = all
            .iter()
            .filter(|comment| !is_elsewhere(&comment.id))
            .cloned()
            .collect();
        let kept = self.storage.with_value(|storage| {
            let storage = storage.as_ref()?;
            Some(
                self.key
                    .with_value(|key| storage.set_item(key, &comments::write(&here)).is_ok()),
            )
        });
        if kept == Some(false) {
            let full = "This browser has no room left to keep comments: export them, or delete some.";
            store.tell(Some(full.to_owned()));
        }
    }
}
