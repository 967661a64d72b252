//! Story 11: an order fails; from the request that did, over the code that sent it, to the press of the button and what ran
//! first because of it. At 200 % zoom, on a page of 720 by 450.

use serde_json::Value as Json;
use tests::browser::BrowserKind;
use thirtyfour::By;

use crate::{accessibility::assert_accessible, recorded::CHECKOUT, story_of, viewer::Viewer};

#[test]
fn a_failing_request_is_traced_to_its_click() {
    trace_it(BrowserKind::Chromium, "failing-request");
}

#[test]
fn a_failing_request_is_traced_to_its_click_in_firefox() {
    trace_it(BrowserKind::Firefox, "failing-request-firefox");
}

fn trace_it(browser: BrowserKind, name: &str) {
    story_of(&CHECKOUT, browser, name, move |stage| async move {
        let viewer = &stage.viewer;
        // Firefox is told the size alone.
        match browser {
            BrowserKind::Chromium => viewer.browser.set_zoomed_size(720, 450, 2.0).await.unwrap(),
            BrowserKind::Firefox => viewer.browser.set_size(720, 450).await.unwrap(),
        }
        viewer.goto(&stage.recording_url()).await;
        viewer.show_panel("network").await;
        viewer
            .wait_for(
                "all requests",
                "return document.querySelector('[data-testid=\"network-panel\"]')?.dataset.complete === 'true'",
            )
            .await;
        let rows = viewer.texts("table-row").await;
        let failed: Vec<&String> = rows.iter().filter(|row| row.contains("500")).collect();
        assert_eq!(failed.len(), 1, "the requests are {rows:?}");
        assert!(failed[0].contains("payments"), "what failed is {failed:?}");
        viewer.click(&viewer.find("table-row", "payments").await).await;

        // Who sent it, from the youngest on.
        viewer.click(&viewer.css("#request-initiator").await).await;
        let initiator = "document.querySelector('#request-panel').innerText.replace(/\\s+/g, ' ')";
        for wanted in ["post api.js:4", "payFor orders.js:15", "placeOrder orders.js:10"] {
            let is_there = format!("return {initiator}.includes({wanted:?})");
            viewer
                .wait_for(&format!("{wanted} among who asked"), &is_there)
                .await;
        }
        assert_in_sight(viewer, "[data-testid=go-to-code] button").await;
        assert_accessible(viewer, "a request").await;

        // There, with what it sent.
        viewer
            .click(&viewer.css("[data-testid=go-to-code] button").await)
            .await;
        viewer.show_panel("source").await;
        let sent = "const response = await fetch(path, { method: 'POST', body: JSON.stringify(body) });";
        assert_eq!(viewer.marked_code().await, sent);
        viewer.show_panel("stack").await;
        viewer
            .assert_frames(&["post api.js:4", "payFor orders.js:15", "placeOrder orders.js:10"])
            .await;
        let parents = viewer.texts("parent-frame").await;
        assert_eq!(parents, ["onPay page.js:15"], "who waits for it");
        viewer.show_panel("scopes").await;
        assert_eq!(viewer.variable("path").await, "\"/status/500/payments\"");
        let point = viewer.point().await;

        // The click before it, and what ran first because of that.
        viewer.show_panel("events").await;
        let clicks: Vec<String> = viewer.texts("table-row").await;
        let clicks: Vec<&String> = clicks.iter().filter(|row| row.contains("Click")).collect();
        assert_eq!(clicks.len(), 2, "the clicks are {clicks:?}");
        assert!(
            clicks[1].contains("page.js:13"),
            "the second click is {:?}",
            clicks[1]
        );
        assert_accessible(viewer, "the events").await;
        let row = viewer.find("table-row", "page.js:13").await;
        let jump = row.find(By::Tag("button")).await.unwrap();
        viewer.click(&jump).await;
        viewer.show_panel("source").await;
        assert_eq!(viewer.marked_code().await, "say('Ordering…');");
        viewer.show_panel("stack").await;
        viewer.assert_frames(&["onPay page.js:13"]).await;
        assert!(
            viewer.point().await < point,
            "the handler ran before what it led to"
        );
        assert_nothing_hidden(viewer).await;
        viewer.assert_no_errors(&[]).await;
    });
}

/// Fails unless an element can be pressed where it stands, or by scrolling what it stands in.
async fn assert_in_sight(viewer: &Viewer, selector: &str) {
    let script = format!(
        "const it = document.querySelector({selector:?}); it.scrollIntoView({{ block: 'nearest' }}); \
         const {{ left, right, top, bottom }} = it.getBoundingClientRect(); \
         const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2); \
         return [left >= 0, right <= innerWidth, top >= 0, bottom <= innerHeight, it.contains(at)]"
    );
    let sight = viewer.evaluate(&script).await;
    assert_eq!(
        sight,
        Json::from(vec![true; 5]),
        "{selector} lies outside of the page or below something"
    );
}

/// Fails if the page itself would have to be scrolled, which nothing on it does.
async fn assert_nothing_hidden(viewer: &Viewer) {
    let script = "const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement; \
         return [scrollWidth - clientWidth, scrollHeight - clientHeight]";
    let beyond = viewer.evaluate(script).await;
    assert!(
        (0..2).all(|side| beyond[side].as_f64().is_some_and(|px| px <= 1.0)),
        "{beyond} px of the page lie beyond its edges"
    );
}
