//! Watches whether anything of a recording becomes more than text in the viewer's page: whether a script of it runs, an element
//! of it stands there, a request goes out for it, or the browser has to keep any of that from happening.

use serde_json::{Value as Json, json};
use tests::browser::BrowserKind;

use crate::viewer::Viewer;

/// Put into the page before anything else runs: what the traps of `tests/pages/hostile` call, and what they lead to.
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

/// Everything that is wrong with the page as it is now, one line each.
const LOOK: &str = r#"
    const faults = [...(window.playheadRan ?? [])];
    const place = (node) => {
        const within = (node.nodeType === 1 ? node : node.parentElement)?.closest("[class], [data-testid]");
        return `${within?.localName}.${within?.getAttribute("class")} in ${within?.closest("[data-testid]")?.dataset.testid}`;
    };
    const odd = "x-canary, [data-canary], iframe, object, embed, base, script:not([src]), svg script, meta[http-equiv=refresh]";
    for (const element of document.querySelectorAll(odd)) faults.push(`${element.outerHTML.slice(0, 200)} stands in the page`);
    const hides = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;
    const addresses = ["href", "src", "action", "formaction", "xlink:href", "srcdoc", "data", "poster", "ping"];
    for (const element of document.querySelectorAll("*")) {
        for (const { name, value } of element.attributes) {
            const said = `${name}="${value.slice(0, 120)}" at ${place(element)}`;
            if (/^on/i.test(name)) faults.push(`a handler: ${said}`);
            if (addresses.includes(name) && !/^(https?:\/\/|blob:|[/.?#]|data:(image\/(png|jpeg|webp);|,)|$|recording\/)/.test(value)) {
                faults.push(`an address: ${said}`);
            }
            if (name === "style" && /url\(|expression|position:\s*(fixed|absolute).*inset/i.test(value) && !/blob:/.test(value)) {
                faults.push(`a style: ${said}`);
            }
            if (["title", "aria-label", "alt", "placeholder"].includes(name) && hides.test(value)) faults.push(`what hides: ${said}`);
        }
        if (element.localName === "a" && element.origin !== location.origin && element.protocol.startsWith("http")) {
            const { target, rel } = element;
            if (target !== "_blank" || !rel.includes("noopener")) faults.push(`a link away: ${element.outerHTML.slice(0, 200)}`);
        }
    }
    const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        // What people say of a moment may be in any writing; it stands apart. So does the page's title, outside of the page.
        if (node.parentElement?.closest(".ph-comments__text, title")) continue;
        if (hides.test(node.data)) faults.push(`what hides: ${JSON.stringify(node.data.slice(-60))} at ${place(node)}`);
    }
    return [...new Set(faults)];
"#;

/// Opens what can be opened next, and says what that was; null if there is nothing. Each thing is opened once.
const OPEN_NEXT: &str = r#"
    window.playheadOpened ??= new WeakSet();
    const what = `[role=tabpanel] :is([role=tab], [role=treeitem], [aria-expanded=false]:not([aria-haspopup]), [data-testid=table-row], \
                  [data-testid=message] button), [aria-label=Scopes] [role=treeitem]`;
    const next = [...document.querySelectorAll(what)].find((element) =>
        !window.playheadOpened.has(element) && element.checkVisibility({ visibilityProperty: true }) && !element.disabled);
    if (!next) return null;
    window.playheadOpened.add(next);
    next.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    next.click();
    return next.outerHTML.slice(0, 120);
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

/// Fails if anything of a recording was more than text up to now.
pub(super) async fn assert_only_text(viewer: &Viewer, whereabouts: &str) {
    let faults = viewer.evaluate(LOOK).await;
    let faults: Vec<&str> = faults
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    assert!(faults.is_empty(), "{whereabouts}:\n{}", faults.join("\n"));
}

/// Opens up to so many things of what is in sight, one after the other, and looks.
pub(super) async fn open_all(viewer: &Viewer, n_at_most: usize, whereabouts: &str) {
    for _ in 0..n_at_most {
        let opened = viewer.evaluate(OPEN_NEXT).await;
        viewer.idle().await;
        if opened.is_null() {
            break;
        }
    }
    assert_only_text(viewer, whereabouts).await;
}

/// Fails if the page ever stood still for longer than a person would take for a pause.
pub(super) async fn assert_never_stood_still(viewer: &Viewer) {
    if viewer.browser.kind == BrowserKind::Chromium {
        let longest = viewer.evaluate("return window.playheadLongest").await;
        let longest = longest.as_f64().expect("the page is watched");
        assert!(longest < LONGEST_TASK_MS, "the page stood still for {longest} ms");
    }
}

/// On a machine that does other things as well.
const LONGEST_TASK_MS: f64 = 3_000.0;
