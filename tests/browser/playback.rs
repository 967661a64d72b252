//! Story: time runs at any speed, over and over, stops where it was told to, and a time is typed, copied and come back to,
//! all by keys alone.

use serde_json::json;
use thirtyfour::Key;

use crate::{story, viewer::Viewer};

/// The time that the timeline says, in JavaScript.
const NOW: &str =
    "Number(document.querySelector('[data-testid=\"timeline\"]').getAttribute('aria-valuenow'))";

#[test]
fn time_is_played_and_typed_by_keys_alone() {
    story("playback", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        let (_, end_ms) = viewer.moment().await;

        // At four times its speed to the end, in a quarter of the time, by the browser's own clock.
        viewer.press_key(Key::Home).await;
        viewer.press(">").await;
        viewer.press(">").await;
        viewer.press(">").await;
        assert_eq!(viewer.texts("speed").await, ["4×"]);
        let script = format!(
            "globalThis.played = {{}}; const look = () => {{ const now = {NOW}; if (now > 0) played.began ??= [performance.now(), now]; \
             if (now < {end_ms} - 1) requestAnimationFrame(look); else played.took = [performance.now() - played.began[0], now - played.began[1]]; }}; look()"
        );
        viewer.evaluate(&script).await;
        viewer.type_keys(" ").await;
        viewer
            .wait_for("the end", "return globalThis.played.took !== undefined")
            .await;
        viewer.idle().await;
        let took = viewer.evaluate("return globalThis.played.took").await;
        let (screen_ms, played_ms) = (took[0].as_f64().unwrap(), took[1].as_f64().unwrap());
        let speed = played_ms / screen_ms;
        assert!((3.5..4.5).contains(&speed), "{played_ms} ms in {screen_ms} ms");
        let frames = attribute(viewer, "frames").await;
        assert!(
            frames > 5.0 && attribute(viewer, "dropped").await <= frames,
            "{frames} frames"
        );

        // Over and over: it is at its beginning again without being told.
        viewer.press("r").await;
        viewer.type_keys(" ").await;
        let again = format!(
            "const now = {NOW}; const before = globalThis.before ?? 0; globalThis.before = now; return now < before"
        );
        viewer.wait_for("the second round", &again).await;
        viewer.press(" ").await;
        viewer.press("r").await;
        viewer.press("<").await;
        assert_eq!(viewer.texts("speed").await, ["2×"]);

        // It stops at the first key that was pressed, exactly.
        viewer.press_key(Key::Home).await;
        choose(viewer, "Stop at keys").await;
        viewer.type_keys(" ").await;
        viewer
            .wait_for("a stop", "return document.querySelector('[data-testid=\"told\"]')?.textContent.startsWith('Stopped: Key')")
            .await;
        viewer.idle().await;
        assert_eq!(precision(viewer).await, "exact");
        let stopped = (viewer.point().await, viewer.texts("time").await);
        choose(viewer, "Stop at keys").await;

        // A typed time, a wrong one that stays to be mended, and the point that was stopped at.
        viewer.type_keys("t").await;
        wait_for_field(viewer).await;
        viewer.type_keys("soon").await;
        viewer.type_keys(enter()).await;
        let hint = "return document.querySelector('[data-testid=\"time-hint\"]').textContent.startsWith('“soon” is not a time')";
        viewer.wait_for("what is wrong", hint).await;
        viewer.type_keys(String::from(Key::Escape.value())).await;
        go_to(viewer, "0:00.250").await;
        assert_eq!(viewer.texts("time").await, ["0:00.250"]);
        assert_ne!(precision(viewer).await, "between");
        go_to(viewer, "+0.1").await;
        assert_eq!(viewer.texts("time").await, ["0:00.350"]);
        go_to(viewer, &format!("@{}", stopped.0)).await;
        assert_eq!((viewer.point().await, viewer.texts("time").await), stopped);

        // Copied, with the keyboard on the time.
        viewer
            .evaluate("document.querySelector('[data-testid=\"time\"]').focus()")
            .await;
        let copy = viewer
            .browser
            .page
            .action_chain()
            .key_down(Key::Control)
            .send_keys("c");
        copy.key_up(Key::Control).perform().await.unwrap();
        let told = format!(
            "return document.querySelector('[data-testid=\"told\"]').textContent === {}",
            json!(format!("Copied {}", stopped.1[0]))
        );
        viewer.wait_for("the time to be copied", &told).await;
        viewer.assert_no_errors(&[]).await;
    });
}

fn enter() -> String {
    String::from(Key::Enter.value())
}

async fn wait_for_field(viewer: &Viewer) {
    let field = "return document.activeElement?.dataset.testid === 'time-field'";
    viewer.wait_for("the field", field).await;
}

/// Types a time to go to, by the key that begins it.
async fn go_to(viewer: &Viewer, text: &str) {
    viewer.type_keys("t").await;
    wait_for_field(viewer).await;
    viewer.type_keys(text).await;
    viewer.press(enter()).await;
}

/// Chooses from the menu of playing.
async fn choose(viewer: &Viewer, name: &str) {
    let open = "document.querySelector('[aria-label=\"More of playing and of the time\"]').click()";
    viewer.evaluate(open).await;
    let item = format!(
        "return [...document.querySelectorAll('[role^=menuitem]')].find((item) => item.textContent.trim() === {})",
        json!(name)
    );
    viewer
        .wait_for("the menu", &format!("{item} !== undefined"))
        .await;
    viewer
        .evaluate(&format!(
            "({{}}, (() => {{ {item} }})()).click(); document.activeElement?.blur()"
        ))
        .await;
}

async fn precision(viewer: &Viewer) -> String {
    let precision = "return document.querySelector('[data-testid=\"precision\"]').dataset.precision";
    viewer
        .evaluate(precision)
        .await
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

async fn attribute(viewer: &Viewer, name: &str) -> f64 {
    let script =
        format!("return Number(document.querySelector('[data-testid=\"playback\"]').dataset.{name})");
    viewer.evaluate(&script).await.as_f64().unwrap_or_default()
}
