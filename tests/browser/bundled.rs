//! Story 10: a minified bundle is debugged by what it was made from: its text, its names, its variables; and as it ran.
//!
//! Nobody is made dizzy by it: the person who does this wants no motion.

use serde_json::json;
use tests::browser::BrowserKind;
use thirtyfour::Key;

use crate::{accessibility::assert_accessible, recorded::FORECAST, story_of, viewer::Viewer};

#[test]
fn a_bundle_is_debugged_by_its_original_source() {
    debug_it(BrowserKind::Chromium, "bundled");
}

#[test]
fn a_bundle_is_debugged_by_its_original_source_in_firefox() {
    debug_it(BrowserKind::Firefox, "bundled-firefox");
}

fn debug_it(browser: BrowserKind, name: &str) {
    story_of(&FORECAST, browser, name, move |stage| async move {
        let viewer = &stage.viewer;
        if browser == BrowserKind::Chromium {
            // Tests start Firefox with the same wish.
            let features = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
            let emulated = viewer.browser.devtools("Emulation.setEmulatedMedia", features);
            emulated.await.unwrap();
        }
        viewer.goto(&stage.recording_url()).await;
        viewer.go_to_message("the average is").await;

        // Three days at 20, 25 and 15 °C are not 5.8 °C on the average.
        viewer
            .assert_stands_at(
                "averageOf temperature.ts:20",
                "console.log('the average is', average);",
            )
            .await;
        assert_eq!(viewer.texts("frame").await[1], "describe main.ts:12");
        assert!(viewer.variable("average").await.starts_with("5.77"));
        assert!(viewer.variable("sumOfDays").await.starts_with("17.3"));
        assert_no_motion(viewer).await;

        // Back to what was added last: 59 °F are 15 °C, and not 0.8.
        viewer
            .step_back_to("const average = sumOfDays / days.length;")
            .await;
        viewer.press_with(&[Key::Control], Key::F11.value()).await;
        let frames = viewer.texts("frame").await;
        assert!(
            frames[0].starts_with("toCelsius temperature.ts")
                && frames[1].starts_with("averageOf temperature.ts:17"),
            "the call before is {frames:?}"
        );
        assert_eq!(viewer.variable("fahrenheit").await, "59");
        assert_accessible(viewer, "an original source").await;
        assert_no_motion(viewer).await;

        // What ran, and back again to the same place.
        let point = viewer.point().await;
        let code = viewer.marked_code().await;
        viewer
            .click(&viewer.find("source-switch", "Generated").await)
            .await;
        let generated = viewer.marked_code().await;
        assert!(
            generated.starts_with("(()=>{var ") && generated.contains("*5/9-32"),
            "the generated line is {generated}"
        );
        assert_eq!(viewer.texts("frame").await[0], "toCelsius app.js:1");
        assert_accessible(viewer, "a generated source").await;
        viewer
            .click(&viewer.find("source-switch", "Original").await)
            .await;
        assert_eq!(viewer.marked_code().await, code);
        assert!(viewer.texts("frame").await[0].starts_with("toCelsius temperature.ts"));
        assert_eq!(
            viewer.point().await,
            point,
            "another form of a source is another moment"
        );
        viewer.assert_no_errors(&[]).await;
    });
}

/// Fails if anything of the page moves by itself.
async fn assert_no_motion(viewer: &Viewer) {
    let script = "return document.getAnimations().filter((it) => it.playState === 'running').map((it) => \
         `${it.transitionProperty ?? it.animationName} of ${it.effect.target.className}`)";
    let moving = viewer.evaluate(script).await;
    assert_eq!(moving, json!([]), "this moves although no motion is wanted");
}
