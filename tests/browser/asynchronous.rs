//! Story 9: who asked for what runs after promises and timers is on the call stack, by its name in the original source, and a
//! press away.
//!
//! In the bundle of `tests/pages/forecast` `onLoad` calls `answer`, which waits for a timer and then for `bringWeek`, which
//! waits for an answer, for its text and for a timer, and then calls `check`.

use tests::browser::BrowserKind;

use crate::{accessibility::assert_accessible, recorded::FORECAST, story_of};

#[test]
fn an_asynchronous_stack_leads_to_who_asked() {
    story_of(
        &FORECAST,
        BrowserKind::Chromium,
        "asynchronous",
        |stage| async move {
            let viewer = &stage.viewer;
            viewer.goto(&stage.recording_url()).await;
            viewer.go_to_message("a week for").await;
            viewer
                .assert_stands_at("check service.ts:14", "console.log('a week for', week.place);")
                .await;
            let point = viewer.point().await;
            let frames = viewer.texts("frame").await;
            let parents = viewer.texts("parent-frame").await;
            assert_eq!(frames, ["check service.ts:14", "bringWeek service.ts:23"]);
            assert_eq!(parents, ["answer main.ts:19", "onLoad main.ts:25"]);
            assert_eq!(
                viewer.texts("async").await.len(),
                2,
                "each of them had stopped running"
            );
            assert_accessible(viewer, "an asynchronous call stack").await;

            viewer.click(&viewer.find("parent-frame", "answer").await).await;
            viewer
                .assert_stands_at("answer main.ts:19", "const week = await bringWeek('week.json');")
                .await;
            assert!(viewer.point().await < point, "who waits does so before");
            assert_eq!(viewer.texts("parent-frame").await, ["onLoad main.ts:25"]);

            viewer.click(&viewer.find("parent-frame", "onLoad").await).await;
            viewer
                .assert_stands_at("onLoad main.ts:25", "void answer();")
                .await;
            assert_eq!(
                viewer.texts("parent-frame").await,
                [""; 0],
                "the browser calls listeners"
            );

            // Both were steps of the history.
            for wanted in ["answer main.ts:19", "check service.ts:14"] {
                viewer.browser.page.back().await.unwrap();
                let script = format!(
                    "return document.querySelector('[data-testid=\"frame\"]')?.innerText.replace(/\\s+/g, ' ').trim() === {wanted:?}"
                );
                viewer.wait_for(&format!("{wanted} after Back"), &script).await;
                viewer.idle().await;
            }
            assert_eq!(viewer.point().await, point);
            viewer.assert_no_errors(&[]).await;
        },
    );
}
