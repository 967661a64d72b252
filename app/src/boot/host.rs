//! The world as the session driver needs it: a websocket, waiting, chance, pictures.

use std::rc::Rc;

use client::transport::{CloseReason, Transport, websocket};
use components::{dom::pixel_ratio, picture::Bitmaps};
use futures::{FutureExt, channel::oneshot};
use leptos::prelude::*;
use web_sys::{Blob, BlobPropertyBag, Url};

use super::{origin, secret};
use crate::{
    stores::{
        Stores,
        connection::Greeting,
        driver::{Host, Pictures},
    },
    url::Link,
};

/// Who answers the page of a recording.
#[derive(Clone)]
pub(crate) enum Connect {
    /// The server that the page came from.
    Own,
    /// A service elsewhere.
    Service {
        /// Its `ws:` or `wss:` URL.
        url: String,
        /// What it is told before it is asked for a session.
        greeting: Option<Greeting>,
    },
    /// Whoever this leads to, such as the engine in a worker of the page. Each call is a connection of its own.
    Here(Way),
}

/// Opens a way to somebody who answers.
pub(crate) type Way = Rc<dyn Fn() -> Result<Transport, CloseReason>>;

impl Connect {
    /// The server that the page came from, if it answers for what a link shows; for everything else something has to be done
    /// first, and one that is shown something goes that way too.
    pub(crate) fn of(link: &Link) -> Option<Self> {
        let is_direct = link.from.is_none() && link.dispatch.is_none() && origin::has_server();
        (is_direct && !secret::is_there()).then_some(Self::Own)
    }

    fn way(self) -> Way {
        let url = match self {
            Self::Here(way) => return way,
            Self::Service { url, .. } => url,
            Self::Own => own_server(),
        };
        Rc::new(move || websocket::open(&url))
    }
}

/// How high small pictures are, in CSS pixels: that of the bubble over the timeline.
const SMALL_PX: f64 = 112.0;

/// A host whose sessions are those of whoever answers.
pub(super) fn host(connect: Connect, stores: Stores) -> Host {
    match &connect {
        Connect::Here(_) => stores.connection.set_words("On this computer"),
        Connect::Service {
            greeting: Some(greeting),
            ..
        } => stores.connection.set_greeting(greeting.clone()),
        Connect::Own | Connect::Service { .. } => {}
    }
    Host {
        open: connect.way(),
        sleep: Rc::new(|ms| {
            let (sender, receiver) = oneshot::channel::<()>();
            let wake = move || {
                // Nobody waits any more if the page has been left.
                sender.send(()).ok();
            };
            set_timeout(wake, std::time::Duration::from_millis(ms as u64));
            receiver.map(drop).boxed_local()
        }),
        random: js_sys::Math::random,
        spawn: leptos::task::spawn_local,
    }
}

/// Pictures are decoded into `bitmaps`.
pub(super) fn pictures(bitmaps: Bitmaps) -> Pictures {
    Pictures {
        decode: Rc::new(move |key, base64| bitmaps.bring(key, base64).boxed_local()),
        forget: Rc::new(move |key| bitmaps.forget(key)),
        small_px: (SMALL_PX * pixel_ratio()).round() as u32,
        now_ms: || {
            window()
                .performance()
                .map_or(0.0, |performance| performance.now())
        },
    }
}

/// Has pictures decoded by the worker whose script stands beside the one that started the viewer.
pub(super) fn decode_beside(bitmaps: Bitmaps) {
    let script = || Url::new_with_base("decoder.js", &origin::script()?.src()).ok();
    if let Some(script) = script() {
        bitmaps.decode_by(&worker_script(script.href()));
    }
}

/// What a worker is started with whose script is at an address of this server: that address, or in a sandbox, where nothing is of
/// the page's own origin, one of a script that fetches it.
pub(crate) fn worker_script(address: String) -> String {
    let is_sandboxed = js_sys::Reflect::get(&window(), &"origin".into()).is_ok_and(|origin| origin == "null");
    let made = is_sandboxed.then(|| {
        let quoted = |text: &str| js_sys::JSON::stringify(&text.into()).map(String::from).ok();
        let (folder, _) = address.rsplit_once('/')?;
        // Its policy is the page's, and there, too, scripts come from that folder alone.
        let script = format!(
            "self.playheadFolder = {}; self.trustedTypes?.createPolicy('default', {{ createScriptURL: (url) => \
             url.startsWith(playheadFolder) ? url : null }}); importScripts({})",
            quoted(&format!("{folder}/"))?,
            quoted(&address)?
        );
        let options = BlobPropertyBag::new();
        options.set_type("text/javascript");
        let parts = js_sys::Array::of1(&script.into());
        let script = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
        Url::create_object_url_with_blob(&script).ok()
    });
    made.flatten().unwrap_or(address)
}

/// Tries again at once when the network is back or the person looks at the page again.
pub(super) fn retry_when_back(stores: Stores) {
    let online = window_event_listener_untyped("online", move |_| stores.retry());
    let visible = window_event_listener_untyped("focus", move |_| stores.retry());
    on_cleanup(move || {
        online.remove();
        visible.remove();
    });
}

/// The websocket of the server that the page came from.
pub(crate) fn own_server() -> String {
    let location = window().location();
    let scheme = if location.protocol().as_deref() == Ok("https:") {
        "wss"
    } else {
        "ws"
    };
    format!("{scheme}://{}/", location.host().unwrap_or_default())
}
