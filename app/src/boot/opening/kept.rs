//! What was opened in the page, kept for later: the handle of a file, where the browser gives one, or an address. It lies in
//! the browser's own database, because handles can be kept nowhere else; the files themselves are not copied.

use futures::channel::oneshot;
use js_sys::{Array, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransactionMode};

use super::files::FileHandle;
use crate::stores::opening::Recent;

const DATABASE: &str = "playhead";
const STORE: &str = "opened";
/// How many are kept.
const MAX_KEPT: usize = 24;

/// One that was opened.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) recent: Recent,
    pub(super) handle: Option<FileHandle>,
}

/// Keeps one, and forgets the oldest of too many.
pub(super) async fn keep(kept: &Kept) {
    put(kept).await;
    let mut all = all().await;
    all.sort_by(|a, b| b.recent.opened_at.total_cmp(&a.recent.opened_at));
    for old in all.iter().skip(MAX_KEPT) {
        forget(&old.recent.id).await;
    }
}

async fn put(kept: &Kept) -> Option<()> {
    let store = store(IdbTransactionMode::Readwrite).await?;
    done(store.put(&to_js(kept)).ok()?).await.map(drop)
}

/// The one with an id.
pub(super) async fn get(id: &str) -> Option<Kept> {
    let store = store(IdbTransactionMode::Readonly).await?;
    of_js(&done(store.get(&id.into()).ok()?).await?)
}

/// All of them.
pub(super) async fn all() -> Vec<Kept> {
    let all = async {
        let store = store(IdbTransactionMode::Readonly).await?;
        done(store.get_all().ok()?).await?.dyn_into::<Array>().ok()
    };
    let all = all.await.unwrap_or_default();
    all.iter().filter_map(|kept| of_js(&kept)).collect()
}

/// Forgets one.
pub(super) async fn forget(id: &str) {
    let gone = async {
        done(
            store(IdbTransactionMode::Readwrite)
                .await?
                .delete(&id.into())
                .ok()?,
        )
        .await
    };
    // What is not there need not be forgotten.
    gone.await;
}

/// The store; None where the person has forbidden storage.
async fn store(mode: IdbTransactionMode) -> Option<IdbObjectStore> {
    let database = database().await?;
    let transaction = database.transaction_with_str_and_mode(STORE, mode).ok()?;
    transaction.object_store(STORE).ok()
}

async fn database() -> Option<IdbDatabase> {
    let request: IdbOpenDbRequest = window().indexed_db().ok()??.open_with_u32(DATABASE, 1).ok()?;
    let made = request.clone();
    let make = Closure::once_into_js(move || {
        let options = web_sys::IdbObjectStoreParameters::new();
        options.set_key_path(&"id".into());
        let database: Option<IdbDatabase> = made.result().ok().and_then(|database| database.dyn_into().ok());
        // It is there already if two pages begin at once.
        database.map(|database| {
            database
                .create_object_store_with_optional_parameters(STORE, &options)
                .ok()
        });
    });
    request.set_onupgradeneeded(Some(make.unchecked_ref()));
    done(request.into()).await?.dyn_into().ok()
}

/// What a request comes to; None if it fails.
async fn done(request: IdbRequest) -> Option<JsValue> {
    let (sender, receiver) = oneshot::channel();
    let answered = request.clone();
    let settled = Closure::once(move |_: JsValue| {
        // Whoever waited may have gone.
        sender.send(answered.result().ok()).ok();
    });
    request.set_onsuccess(Some(settled.as_ref().unchecked_ref()));
    request.set_onerror(Some(settled.as_ref().unchecked_ref()));
    let result = receiver.await.ok().flatten();
    request.set_onsuccess(None);
    request.set_onerror(None);
    result
}

fn to_js(kept: &Kept) -> JsValue {
    let Recent {
        id,
        title,
        place,
        is_address,
        size,
        opened_at,
    } = &kept.recent;
    let object = Object::new();
    // Refused only by objects that are frozen.
    let set = |name: &str, value: JsValue| {
        Reflect::set(&object, &name.into(), &value).ok();
    };
    set("id", id.into());
    set("title", title.into());
    set("place", place.into());
    set("isAddress", (*is_address).into());
    set("size", (*size as f64).into());
    set("openedAt", (*opened_at).into());
    if let Some(handle) = &kept.handle {
        set("handle", handle.into());
    }
    object.into()
}

fn of_js(value: &JsValue) -> Option<Kept> {
    let field = |name: &str| Reflect::get(value, &name.into()).unwrap_or_default();
    let text = |name: &str| field(name).as_string();
    let handle = field("handle");
    Some(Kept {
        recent: Recent {
            id: text("id")?,
            title: text("title")?,
            place: text("place")?,
            is_address: field("isAddress").is_truthy(),
            size: field("size").as_f64()? as u64,
            opened_at: field("openedAt").as_f64()?,
        },
        handle: handle.is_object().then(|| handle.unchecked_into()),
    })
}
