//! Watches whether anything becomes more than text in the viewer's page: whether a script runs, an element stands there that
//! nobody put there, or the browser has to keep any of that from happening.

use serde_json::json;
use tests::browser::BrowserKind;

use crate::viewer::Viewer;

/// Put into the page before anything else runs.
const WATCH: &str = r#"
    window.playheadRan = [];
    const ran = (what) => { if (window.playheadRan.length < 100) window.playheadRan.push(what); };
    for (const name of ["canary", "alert", "confirm", "prompt"]) {
        Object.defineProperty(window, name, { configurable: true, value: (...said) => ran(`${name}(${said})`) });
    }
    addEventListener("securitypolicyviolation", (event) =>
        ran(`the policy's ${event.effectiveDirective} kept ${event.blockedURI} ${event.sample} from happening`));
    new MutationObserver((changes) => {
        const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.nodeType === 1);
        const odd = "x-canary, [data-canary], iframe, object, embed, base, svg script";
        for (const node of added) {
            const found = node.matches(odd) ? node : node.querySelector(odd);
            if (found) ran(`${found.outerHTML.slice(0, 200)} was put into ${found.parentElement?.outerHTML.slice(0, 200)}`);
        }
    }).observe(document, { subtree: true, childList: true });
    window.playheadLongest = 0;
    new PerformanceObserver((list) => {
        for (const task of list.getEntries()) window.playheadLongest = Math.max(window.playheadLongest, task.duration);
    }).observe({ type: "longtask" });
"#;

/// Watches every page that is opened from now on.
pub(super) async fn begin(viewer: &Viewer) {
    match viewer.browser.kind {
        BrowserKind::Chromium => {
            let script = json!({ "source": WATCH });
            let watching = viewer
                .browser
                .devtools("Page.addScriptToEvaluateOnNewDocument", script);
            watching.await.expect("the page can be watched");
        }
        // There is no way to be there first; what stands in the page is seen all the same.
        BrowserKind::Firefox => {}
    }
}
