//! Story 12: what the viewer costs the service: at most four requests before a step is on screen, and nothing asked twice, by
//! what went over the wire and by what the protocol log says of itself.

use serde_json::Value as Json;
use tests::browser::BrowserKind;
use thirtyfour::Key;

use crate::{accessibility::assert_accessible, recorded::CART, story_of, viewer::Viewer};

/// Requests that may go out before a step is on screen.
const MAX_REQUESTS: usize = 4;

/// Notes what had been asked when the answer came that showed the line and the frame of a step.
const WATCH: &str = "
    const marked = () => {
        const line = document.querySelector('[data-testid=line][aria-current=step]');
        const tab = document.querySelector('[data-testid=source-tab][aria-selected=true]');
        return line ? `${tab?.innerText.trim()}:${line.dataset.line}` : '';
    };
    const frame = () => document.querySelector('[data-testid=frame]')?.innerText ?? '';
    const before = marked() + frame();
    window.asked = window.playheadSent.length;
    window.askedBefore = undefined;
    const watch = new MutationObserver(() => {
        if (window.askedBefore === undefined && marked() !== '' && marked() + frame() !== before) {
            window.askedBefore = window.playheadSent.slice(window.asked, window.playheadSentBefore);
            watch.disconnect();
        }
    });
    watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });";

#[test]
fn a_step_costs_four_requests_and_nothing_is_asked_twice() {
    story_of(
        &CART,
        BrowserKind::Chromium,
        "asking-little",
        |stage| async move {
            let viewer = &stage.viewer;
            viewer.goto(&stage.recording_url()).await;
            viewer.go_to_message("the total is €16.50").await;

            // Into the handler's call, around in the loop, and out again; then the same way back.
            let f10 = |is_back: bool, n: usize| (is_back, Key::F10.value(), n);
            let f11 = |is_back: bool, n: usize| (is_back, Key::F11.value(), n);
            let walk = [
                f10(true, 4),
                f11(false, 3),
                f10(false, 6),
                f10(true, 6),
                f11(true, 1),
            ];
            let mut n_steps = 0;
            for (is_back, key) in walk
                .into_iter()
                .flat_map(|(is_back, key, n)| vec![(is_back, key); n])
            {
                let held = if is_back { [Key::Shift].as_slice() } else { &[] };
                let point = viewer.point().await;
                viewer.evaluate(WATCH).await;
                viewer.press_with(held, key).await;
                if viewer.point().await == point {
                    continue;
                }
                let asked = viewer.evaluate("return window.askedBefore ?? null").await;
                // A step within one line changes no line and no frame.
                let Some(asked) = asked.as_array() else { continue };
                assert!(
                    asked.len() <= MAX_REQUESTS,
                    "{key:?} at {point} asked {asked:?} before it was on screen"
                );
                n_steps += 1;
            }
            assert!(n_steps > 10, "only {n_steps} steps were watched");

            for panel in [
                "network", "events", "points", "compare", "console", "stack", "scopes",
            ] {
                viewer.show_panel(panel).await;
            }
            assert_nothing_twice(viewer).await;
            viewer.assert_no_errors(&[]).await;
        },
    );
}

/// Fails if a request was sent twice, and if the protocol log does not agree.
async fn assert_nothing_twice(viewer: &Viewer) {
    let sent = viewer.evaluate("return window.playheadSent").await;
    let sent = sent.as_array().cloned().unwrap_or_default();
    viewer.show_panel("protocol").await;
    let said = viewer
        .evaluate("return { ...document.querySelector('[data-testid=\"protocol-totals\"]').dataset }")
        .await;
    let number = |name: &str| said[name].as_str().and_then(|text| text.parse::<usize>().ok());
    let twice: Vec<&Json> = sent
        .iter()
        .enumerate()
        .filter(|(at, one)| sent[..*at].contains(one))
        .map(|(_, one)| one)
        .collect();
    assert!(twice.is_empty(), "these were asked twice: {twice:?}");
    assert_eq!(number("twice"), Some(0), "the protocol log says {said}");
    assert_eq!(
        number("requests"),
        Some(sent.len()),
        "the protocol log leaves requests out"
    );
    assert_accessible(viewer, "the protocol log").await;
}
