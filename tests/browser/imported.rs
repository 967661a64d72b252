//! Story: what other recorders wrote of somebody who kept a list and placed an order, imported on the command line and in the
//! page, and opened. What there is is shown; of what there is not, panels say why.

use std::{path::Path, sync::Arc};

use serde_json::json;
use tests::{browser::BrowserKind, hosting::RecordingHost};
use thirtyfour::{By, Key};

use crate::{
    Stage,
    accessibility::assert_accessible,
    opening::{drop_file, wait_for_timeline, word},
    recorded::{CART, EVENTS, HAR, RecordedPage, TRACE, picture_in},
    story_of,
    viewer::Viewer,
};

/// Opens what was imported on the command line, from a server, and looks through it.
fn served<F: Future<Output = ()> + Send + 'static>(
    page: &'static RecordedPage,
    name: &str,
    look_through: impl FnOnce(Arc<Stage>) -> F + Send + 'static,
) {
    story_of(page, BrowserKind::Chromium, name, |stage| async move {
        stage.viewer.goto(&stage.recording_url()).await;
        look_through(stage).await;
    });
}

/// Opens what another recorder wrote in a page whose server has something else, and looks through it.
fn in_the_page<F: Future<Output = ()> + Send + 'static>(
    page: &'static RecordedPage,
    browser: BrowserKind,
    name: &str,
    body: impl FnOnce(Arc<Stage>) -> F + Send + 'static,
) {
    // Imported on the command line as well, so that both can be compared.
    page.recording();
    story_of(&CART, browser, name, |stage| async move {
        body(stage.clone()).await;
    });
}

/// Where a file of another recorder lies.
fn sample(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("importing/samples");
    let path = folder.join(name).canonicalize().expect("the sample is there");
    path.to_string_lossy().into_owned()
}

/// The page has imported it by itself, and has the same recording that the command line made: links to one lead to the other.
async fn assert_imported_here(viewer: &Viewer, page: &'static RecordedPage, kind: &str, left_out: &[&str]) {
    wait_for_timeline(viewer).await;
    assert_eq!(
        viewer.parameter("recording").await.as_deref(),
        Some(page.recording().id.as_str())
    );
    assert_eq!(viewer.texts("connection").await, ["On this computer"]);
    let words = format!("Imported from {kind}, on this computer; nothing is sent anywhere.");
    word(viewer, &words).await;
    for left_out in left_out {
        word(viewer, left_out).await;
    }
    // It lies over the tabs for some time, or as long as something was left out.
    viewer
        .evaluate("document.querySelector('[data-testid=opening] [aria-label=Dismiss]')?.click()")
        .await;
    if viewer.browser.kind == BrowserKind::Chromium {
        let sockets = viewer.evaluate("return window.playheadSent.length").await;
        assert_eq!(sockets, json!(0), "something went over a websocket");
    }
}

async fn choose(viewer: &Viewer, name: &str) {
    let input = viewer.browser.page.find(By::Id("file-input")).await;
    let input = input.expect("the page takes files");
    input.send_keys(sample(name)).await.expect("the file is chosen");
}

#[test]
fn a_trace_of_playwright_is_looked_through_to_the_line_of_the_test() {
    served(&TRACE, "imported-trace", |stage| async move {
        look_through_the_trace(&stage.viewer).await;
    });
}

#[test]
fn a_trace_is_dropped_on_the_page() {
    in_the_page(
        &TRACE,
        BrowserKind::Chromium,
        "imported-trace-here",
        |stage| async move {
            let viewer = &stage.viewer;
            drop_file(viewer, &sample("trace.zip")).await;
            assert_imported_here(viewer, &TRACE, "a Playwright trace", &[]).await;
            look_through_the_trace(viewer).await;
        },
    );
}

#[test]
fn events_of_rrweb_show_the_document_and_say_that_there_are_no_pictures() {
    served(&EVENTS, "imported-rrweb", |stage| async move {
        look_through_the_events(&stage.viewer).await;
    });
}

#[test]
fn events_are_opened_from_their_address() {
    in_the_page(
        &EVENTS,
        BrowserKind::Chromium,
        "imported-rrweb-here",
        |stage| async move {
            let viewer = &stage.viewer;
            let host = RecordingHost::start(Path::new(&sample("rrweb.json.gz")))
                .await
                .unwrap();
            viewer
                .goto(&format!("{}/?src={}", stage.address, host.url("ranges")))
                .await;
            assert_imported_here(
                viewer,
                &EVENTS,
                "an rrweb event file",
                &["Left out of an rrweb event file: scrolls: 1."],
            )
            .await;
            look_through_the_events(viewer).await;
            // A reload imports it again, at the same moment.
            let point = viewer.point().await;
            let address = viewer.browser.page.current_url().await.unwrap();
            viewer.goto(address.as_str()).await;
            wait_for_timeline(viewer).await;
            assert_eq!(viewer.point().await, point);
            viewer.assert_no_errors(&[]).await;
        },
    );
}

#[test]
fn a_har_shows_its_requests_and_says_what_it_does_not_hold() {
    served(&HAR, "imported-har", |stage| async move {
        look_through_the_har(&stage.viewer).await;
    });
}

#[test]
fn a_har_is_chosen_in_the_page() {
    choose_the_har(BrowserKind::Chromium, "imported-har-here");
}

#[test]
fn a_har_is_chosen_in_firefox() {
    choose_the_har(BrowserKind::Firefox, "imported-har-firefox");
}

fn choose_the_har(browser: BrowserKind, name: &str) {
    in_the_page(&HAR, browser, name, |stage| async move {
        let viewer = &stage.viewer;
        choose(viewer, "session.har").await;
        assert_imported_here(viewer, &HAR, "a HAR file", &[]).await;
        look_through_the_har(viewer).await;
    });
}

#[test]
fn what_cannot_be_imported_is_refused_in_words() {
    in_the_page(
        &HAR,
        BrowserKind::Chromium,
        "imported-refused",
        |stage| async move {
            let viewer = &stage.viewer;
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
            let trace = std::fs::read(sample("trace.zip")).unwrap();
            let nested = format!(
                "[{{\"type\":4,\"timestamp\":1,\"data\":{}1{}}}]",
                "[".repeat(200_000),
                "]".repeat(200_000)
            );
            let wrong: [(&str, &[u8], &str); 5] = [
                (
                    "cut.zip",
                    &trace[..trace.len() / 2],
                    "it ends before anything was recorded",
                ),
                (
                    "bare.json",
                    b"{\"version\":8,\"type\":\"context-options\",\"browserName\":\"chromium\"}",
                    "import the whole trace.zip",
                ),
                (
                    "none.har",
                    b"{\"log\":{\"version\":\"1.2\",\"entries\":[]}}",
                    "This HAR file has nothing in it that could be shown",
                ),
                (
                    "list.json",
                    b"[1, 2, 3]",
                    "This is not a recording. Recordings are files that end with .playhead",
                ),
                (
                    "deep.json",
                    nested.as_bytes(),
                    "has nothing in it that could be shown",
                ),
            ];
            for (name, bytes, words) in wrong {
                let path = folder.join(name);
                std::fs::write(&path, bytes).unwrap();
                let input = viewer.browser.page.find(By::Id("file-input")).await.unwrap();
                input.send_keys(path.to_string_lossy()).await.unwrap();
                word(viewer, &format!("{name} cannot be opened. ")).await;
                word(viewer, words).await;
            }
            // The worker has not come to harm by it.
            choose(viewer, "session.har").await;
            assert_imported_here(viewer, &HAR, "a HAR file", &[]).await;
            viewer.assert_no_errors(&[]).await;
        },
    );
}

async fn look_through_the_trace(viewer: &Viewer) {
    viewer.show_panel("console").await;
    for wanted in ["restored 0 tasks", "Uncaught TypeError", "the order failed:"] {
        bring(viewer, "message", wanted).await;
    }
    // Between the calls of the test nothing of it runs, and of the page nobody knows.
    assert_says(
        viewer,
        "[aria-label=\"Call stack\"]",
        "does not say which code of the page ran",
    )
    .await;
    assert_says(viewer, "[aria-label=Scopes]", "does not say what variables held").await;

    requests(viewer, 12, &["404", "503"]).await;

    // An action leads to the line that did it, with the stack it stood in.
    viewer.show_panel("events").await;
    bring(viewer, "table-row", "Click #share").await;
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
    let jpeg = picture_in(TRACE.recording(), viewer.point().await);
    let difference = viewer.difference_from(&jpeg).await;
    assert!(difference < 0.02, "{difference}");

    // The document then, and the field that was typed into.
    viewer.show_panel("elements").await;
    search(viewer, "#total").await;
    let rows = viewer.texts("dom-row").await;
    assert!(rows.iter().any(|row| row.contains("352030 min")), "{rows:?}");
    assert_accessible(viewer, "an imported trace").await;
    viewer.assert_no_errors(&[]).await;
}

async fn look_through_the_events(viewer: &Viewer) {
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
    bring(viewer, "message", "text: \"buy milk\"").await;
    requests(viewer, 11, &["503"]).await;
    viewer.show_panel("events").await;
    bring(viewer, "table-row", "Type \"buy milk 15m\" into input#new-todo").await;

    // At the end the order has failed; when the task was added it had not.
    viewer.show_panel("elements").await;
    search(viewer, "#status").await;
    let rows = viewer.texts("dom-row").await;
    assert!(
        rows.iter().any(|row| row.contains("That did not work")),
        "{rows:?}"
    );
    viewer.show_panel("console").await;
    bring(viewer, "message", "#3 add").await;
    viewer.go_to_message("#3 add").await;
    viewer.show_panel("elements").await;
    search(viewer, "#summary").await;
    let rows = viewer.texts("dom-row").await;
    assert!(
        rows.iter()
            .any(|row| row.contains("2 of 2 to do") || row.contains("3 of 3 to do")),
        "{rows:?}"
    );
    assert_accessible(viewer, "imported events").await;
    viewer
        .click(&viewer.find("tab-listeners", "Listeners").await)
        .await;
    assert_says(
        viewer,
        "[data-testid=elements-facet]",
        "which do not say which handlers there were",
    )
    .await;
    viewer.assert_no_errors(&[]).await;
}

async fn look_through_the_har(viewer: &Viewer) {
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
    requests(viewer, 12, &["404", "503"]).await;
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
}

/// Shows all requests, and of those with each of these answers one. Plugins of rrweb do not see what the document itself misses.
async fn requests(viewer: &Viewer, n: usize, failed: &[&str]) {
    viewer.show_panel("network").await;
    viewer
        .wait_for(
            "all requests",
            "return document.querySelector('[data-testid=\"network-panel\"]')?.dataset.complete === 'true'",
        )
        .await;
    let rows = viewer.texts("table-row").await;
    assert_eq!(rows.len(), n, "{rows:?}");
    for status in failed {
        assert_eq!(
            rows.iter().filter(|row| row.contains(*status)).count(),
            1,
            "{status}: {rows:?}"
        );
    }
}

/// Scrolls through a list until a row that holds a text is in the page: only as many are as fit.
async fn bring(viewer: &Viewer, test_id: &str, holding: &str) {
    let scroll = |to: &str| {
        format!(
            "const list = document.querySelector('[data-testid={test_id}]').closest('.ph-list'); list.scrollTop = {to}"
        )
    };
    viewer.evaluate(&scroll("0")).await;
    viewer.idle().await;
    for _ in 0..100 {
        if viewer
            .texts(test_id)
            .await
            .iter()
            .any(|text| text.contains(holding))
        {
            return;
        }
        viewer.evaluate(&scroll("list.scrollTop + 100")).await;
        viewer.idle().await;
    }
    panic!("no {test_id} holds {holding:?}");
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
