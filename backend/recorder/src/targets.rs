//! What opens beside the page: windows, frames in processes of their own, service workers. Each waits until it is set up.

use serde_json::{Value, json};

use crate::{
    cdp::{Cdp, CdpError},
    intercept::patterns,
};

/// The targets to be told of: by the browser, windows; by a page, its frames elsewhere and its workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Around {
    Browser,
    Page,
}

/// Asks for the targets around something, which then wait to be set up.
pub(crate) async fn attach(cdp: &Cdp, around: Around) -> Result<(), CdpError> {
    let mut params = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
    // Of what a page starts none may be left out: Chromium lets what a filter takes out wait for ever.
    if let (Around::Browser, Some(params)) = (around, params.as_object_mut()) {
        params.insert("filter".to_owned(), json!([{ "type": "page" }]));
    }
    cdp.call("Target.setAutoAttach", params).await.map(|_| ())
}

/// Sets up a target of a kind (as DevTools names them) by its own session, and lets it go. `runtime` is for its documents.
pub(crate) async fn set_up(target: &Cdp, kind: &str, runtime: &str, binding: &str) {
    let fetch = ("Fetch.enable", json!({ "patterns": patterns() }));
    let commands: Vec<(&str, Value)> = match kind {
        "page" | "iframe" => vec![
            ("Page.enable", json!({})),
            ("Runtime.enable", json!({})),
            ("Network.enable", json!({ "maxTotalBufferSize": 0 })),
            ("Network.setCacheDisabled", json!({ "cacheDisabled": true })),
            ("Network.setBypassServiceWorker", json!({ "bypass": true })),
            ("Page.setBypassCSP", json!({ "enabled": true })),
            ("Runtime.addBinding", json!({ "name": binding })),
            (
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": runtime }),
            ),
            fetch,
        ],
        "service_worker" => vec![fetch],
        _ => Vec::new(),
    };
    for (method, params) in commands {
        // A target can be gone at any time.
        let _ = target.call(method, params).await;
    }
    let is_window = matches!(kind, "page" | "iframe");
    if is_window {
        let _ = attach(target, Around::Page).await;
    }
    let _ = target.call("Runtime.runIfWaitingForDebugger", json!({})).await;
    if is_window {
        // The document a window begins with is there already; it answers only now.
        let _ = target
            .call("Runtime.evaluate", json!({ "expression": runtime }))
            .await;
    }
}
