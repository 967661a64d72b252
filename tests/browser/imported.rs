//! Story: what other recorders wrote of somebody who kept a list and placed an order, imported and opened. What there is is shown;
//! of what there is not, panels say why.

use tests::browser::BrowserKind;
use thirtyfour::{By, Key};

use crate::{
    accessibility::assert_accessible,
    recorded::{EVENTS, HAR, TRACE, picture_in},
    story_of,
    viewer::Viewer,
};

#[test]
fn a_trace_of_playwright_is_looked_through_to_the_line_of_the_test() {
    story_of(
        &TRACE,
        BrowserKind::Chromium,
        "imported-trace",
        |stage| async move {
            let viewer = &stage.viewer;
            viewer.goto(&stage.recording_url()).await;
            viewer.show_panel("console").await;
            let messages = viewer.texts("message").await;
            for wanted in ["restored 0 tasks", "Uncaught TypeError", "the order failed:"] {
                assert!(
                    messages.iter().any(|text| text.contains(wanted)),
                    "{wanted}: {messages:?}"
                );
            }
            // Between the calls of the test nothing of it runs, and of the page nobody knows.
            assert_says(
                viewer,
                "[aria-label=\"Call stack\"]",
                "does not say which code of the page ran",
            )
            .await;
            assert_says(viewer, "[aria-label=Scopes]", "does not say what variables held").await;

            requests(viewer, 12).await;

            // An action leads to the line that did it, with the stack it stood in.
            viewer.show_panel("events").await;
            let row = viewer.find("table-row", "Click #share").await;
            let jump = row.find(By::Tag("button")).await.expect("a way to its code");
            viewer.click(&jump).await;
            viewer.show_panel("source").await;
            assert_eq!(viewer.marked_code().await, "await page.click(\"#share\");");
            viewer.show_panel("stack").await;
            let frames = viewer.texts("frame").await;
            assert!(frames[0].starts_with("tell story.mjs:16"), "{frames:?}");
            assert!(frames[1].contains("record.mjs:"), "{frames:?}");

            // The picture of that moment is the trace's own.
            let jpeg = picture_in(stage.recording, viewer.point().await);
            let difference = viewer.difference_from(&jpeg).await;
            assert!(difference < 0.02, "{difference}");

            // The document then, and the field that was typed into.
            viewer.show_panel("elements").await;
            search(viewer, "#total").await;
            let rows = viewer.texts("dom-row").await;
            assert!(rows.iter().any(|row| row.contains("352020 min")), "{rows:?}");
            assert_accessible(viewer, "an imported trace").await;
            viewer.assert_no_errors(&[]).await;
        },
    );
}

#[test]
fn events_of_rrweb_show_the_document_and_say_that_there_are_no_pictures() {
    story_of(
        &EVENTS,
        BrowserKind::Chromium,
        "imported-rrweb",
        |stage| async move {
            let viewer = &stage.viewer;
            viewer.goto(&stage.recording_url()).await;
            assert_says(
                viewer,
                "[aria-label=Picture]",
                "rrweb events, which do not say how the page looked",
            )
            .await;
            assert_says(
                viewer,
                "[aria-label=\"Call stack\"]",
                "which do not say which code ran",
            )
            .await;
            viewer.show_panel("source").await;
            assert_says(
                viewer,
                "#source-tabpanel",
                "which do not say what scripts the page had",
            )
            .await;
            viewer.show_panel("console").await;
            let messages = viewer.texts("message").await;
            assert!(
                messages.iter().any(|text| text.contains("text: \"buy milk\"")),
                "{messages:?}"
            );
            requests(viewer, 11).await;
            viewer.show_panel("events").await;
            let rows = viewer.texts("table-row").await;
            let typed = "Type \"buy milk 15m\" into input#new-todo";
            assert!(rows.iter().any(|row| row.contains(typed)), "{rows:?}");

            // At the end the order has failed; when the task was added it had not.
            viewer.show_panel("elements").await;
            search(viewer, "#status").await;
            let rows = viewer.texts("dom-row").await;
            assert!(
                rows.iter().any(|row| row.contains("That did not work")),
                "{rows:?}"
            );
            viewer.show_panel("console").await;
            viewer.go_to_message("#3 add").await;
            viewer.show_panel("elements").await;
            search(viewer, "#summary").await;
            let rows = viewer.texts("dom-row").await;
            assert!(
                rows.iter()
                    .any(|row| row.contains("2 of 2 to do") || row.contains("3 of 3 to do")),
                "{rows:?}"
            );
            viewer
                .click(&viewer.find("tab-listeners", "Listeners").await)
                .await;
            assert_says(
                viewer,
                "[data-testid=elements-facet]",
                "which do not say which handlers there were",
            )
            .await;
            assert_accessible(viewer, "imported events").await;
            viewer.assert_no_errors(&[]).await;
        },
    );
}

#[test]
fn a_har_shows_its_requests_and_says_what_it_does_not_hold() {
    story_of(&HAR, BrowserKind::Chromium, "imported-har", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        let says = "HAR file, which holds requests and does not say";
        assert_says(
            viewer,
            "[aria-label=Picture]",
            &format!("{says} how the page looked"),
        )
        .await;
        viewer.show_panel("console").await;
        assert_says(
            viewer,
            "[aria-label=Console]",
            &format!("{says} what was printed"),
        )
        .await;
        viewer.show_panel("elements").await;
        assert_says(
            viewer,
            "[aria-label=Elements]",
            &format!("{says} what the document was"),
        )
        .await;
        requests(viewer, 12).await;
        viewer
            .click(&viewer.find("table-row", "suggestions.json").await)
            .await;
        viewer.click(&viewer.css("#request-response").await).await;
        viewer
            .wait_for(
                "the body of the answer",
                "return document.querySelector('#request-panel').innerText.includes('Back up the laptop')",
            )
            .await;
        viewer.show_panel("source").await;
        let text = viewer
            .evaluate("return document.querySelector('#source-tabpanel').innerText")
            .await;
        let text = text.as_str().unwrap_or_default();
        assert!(
            text.contains("import { Store, parse }") || text.contains("localStorage"),
            "{text}"
        );
        assert_accessible(viewer, "an imported HAR").await;
        viewer.assert_no_errors(&[]).await;
    });
}

/// Shows all requests, of which two failed.
async fn requests(viewer: &Viewer, n: usize) {
    viewer.show_panel("network").await;
    viewer
        .wait_for(
            "all requests",
            "return document.querySelector('[data-testid=\"network-panel\"]')?.dataset.complete === 'true'",
        )
        .await;
    let rows = viewer.texts("table-row").await;
    assert_eq!(rows.len(), n, "{rows:?}");
    for status in ["404", "503"] {
        assert_eq!(
            rows.iter().filter(|row| row.contains(status)).count(),
            1,
            "{status}: {rows:?}"
        );
    }
}

/// Searches in the document for the first that a selector finds.
async fn search(viewer: &Viewer, selector: &str) {
    viewer.click(&viewer.find("elements-search", "").await).await;
    viewer.press_with(&[Key::Control], "a").await;
    viewer.type_keys(selector).await;
    viewer
        .wait_for(
            "something to be found",
            "return document.querySelector('[data-testid=\"elements-found\"]').innerText.startsWith('1 of')",
        )
        .await;
    viewer.idle().await;
}

/// What a panel says instead of standing empty.
async fn assert_says(viewer: &Viewer, selector: &str, words: &str) {
    let script = format!("return document.querySelector('{selector}').innerText.replace(/\\s+/g, ' ')");
    let said = viewer.evaluate(&script).await;
    let said = said.as_str().unwrap_or_default();
    assert!(said.contains(words), "{selector} says {said:?}");
}
