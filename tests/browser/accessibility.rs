//! Story 4: both pages, and every panel of a recording, have no violations of the accessibility rules that axe-core knows, in
//! both themes and on a desktop and a phone.

use std::{fs, path::Path};

use serde_json::{Value as Json, json};

use crate::{story, viewer::Viewer};

const SIZES_PX: [(u32, u32); 2] = [(1440, 900), (390, 844)];

#[test]
fn nobody_is_kept_out() {
    story("accessibility", |stage| async move {
        let mut faults = Vec::new();
        for url in [format!("{}/", stage.address), stage.recording_url()] {
            for theme in ["light", "dark"] {
                let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
                stage
                    .viewer
                    .browser
                    .devtools("Emulation.setEmulatedMedia", features)
                    .await
                    .unwrap();
                for (width_px, height_px) in SIZES_PX {
                    stage.viewer.browser.set_size(width_px, height_px).await.unwrap();
                    stage.viewer.goto(&url).await;
                    for panel in panels(&stage.viewer).await {
                        stage.viewer.evaluate(&show(&panel)).await;
                        stage.viewer.idle().await;
                        let found = violations(&stage.viewer).await;
                        let told = |fault| format!("{url} {theme} {width_px}x{height_px} {panel}: {fault}");
                        faults.extend(found.into_iter().map(told));
                    }
                }
            }
        }
        assert!(
            faults.is_empty(),
            "axe-core found {} violations:\n{}",
            faults.len(),
            faults.join("\n")
        );
        stage.viewer.assert_no_errors(&[]).await;
    });
}

/// The test ids of the tabs of all panels; of a page without any, one that leads nowhere.
async fn panels(viewer: &Viewer) -> Vec<String> {
    let script =
        "return [...document.querySelectorAll('[data-testid^=\"tab-\"]')].map((tab) => tab.dataset.testid)";
    let tabs = viewer.evaluate(script).await;
    let tabs = tabs.as_array().into_iter().flatten();
    let mut ids: Vec<String> = tabs.filter_map(Json::as_str).map(str::to_owned).collect();
    if ids.is_empty() {
        ids.push("page".to_owned());
    }
    ids
}

/// Brings a panel into sight.
fn show(panel: &str) -> String {
    format!("document.querySelector('[data-testid=\"{panel}\"]')?.click()")
}

/// Fails if axe-core objects to anything on the page as it is now. `what` is seen on it.
pub(crate) async fn assert_accessible(viewer: &Viewer, what: &str) {
    let found = violations(viewer).await;
    assert!(
        found.is_empty(),
        "axe-core objects to {what}:\n{}",
        found.join("\n")
    );
}

/// What axe-core objects to, one line each.
async fn violations(viewer: &Viewer) -> Vec<String> {
    let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node_modules/axe-core/axe.min.js");
    let axe =
        fs::read_to_string(&axe).unwrap_or_else(|error| panic!("{}: {error}; run npm ci", axe.display()));
    // Firefox keeps what a script makes global to itself, but for what it gives the window.
    let script = format!(
        "{axe}; window.checked = undefined; window.axe.run().then((result) => (window.checked = result))"
    );
    viewer.evaluate(&script).await;
    viewer
        .wait_for("axe-core to end", "return window.checked !== undefined")
        .await;
    let script = "return window.checked.violations.map((rule) => `${rule.id}: ${rule.help} at ${rule.nodes.map((node) => \
         node.target.join(' ') + ' ' + node.html.slice(0, 160)).join(' | ')}`)";
    let result = viewer.evaluate(script).await;
    let n_passed = viewer.evaluate("return window.checked.passes.length").await;
    assert!(
        n_passed.as_u64().is_some_and(|passed| passed > 5),
        "axe-core checked next to nothing: {n_passed} rules"
    );
    result
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .map(str::to_owned)
        .collect()
}
