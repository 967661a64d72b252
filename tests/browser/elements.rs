//! Story: the document at a moment. A task is found by searching, picked on the picture, kept over a step back in time, and who
//! listens to it is followed into the sources.

use serde_json::json;
use thirtyfour::Key;

use crate::{recorded::added, story};

#[test]
fn an_element_is_found_picked_and_followed_to_its_listener() {
    story("elements", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        viewer.click(&viewer.find("tab-elements", "Elements").await).await;

        // The document begins with its body open.
        let rows = viewer.texts("dom-row").await;
        assert!(rows.iter().any(|row| row.starts_with("<body")), "{rows:?}");
        assert!(
            rows.iter().any(|row| row.starts_with("<main class=\"card\"")),
            "{rows:?}"
        );

        // A selector is searched for, and the first that it finds is chosen with all around it open.
        viewer.click(&viewer.find("elements-search", "").await).await;
        viewer.type_keys("#suggest").await;
        viewer
            .wait_for(
                "something to be found",
                "return document.querySelector('[data-testid=\"elements-found\"]').innerText.startsWith('1 of')",
            )
            .await;
        viewer.idle().await;
        assert_eq!(chosen(viewer).await, "<button id=\"suggest\">Suggest</button>");
        let path = viewer.texts("elements-path").await;
        assert!(path[0].ends_with("nav button#suggest"), "{path:?}");

        // Who listens to it is one press away from the source.
        viewer
            .click(&viewer.find("tab-listeners", "Listeners").await)
            .await;
        let listeners = viewer.texts("listener").await;
        assert!(
            listeners[0].contains("suggest") && listeners[0].contains("app.js:"),
            "{listeners:?}"
        );

        // The rules that apply, of which those that are overridden are struck through.
        viewer.click(&viewer.find("tab-rules", "Rules").await).await;
        let rules = viewer.texts("style-rule").await;
        assert!(
            rules
                .iter()
                .any(|rule| rule.starts_with("button {") && rule.contains("cursor: pointer")),
            "{rules:?}"
        );

        // What is pointed out on the picture: the heading, wherever the picture is and however small.
        let at = "const row = [...document.querySelectorAll('[data-testid=\"picture\"]')][0].getBoundingClientRect(); \
                  return [row.left + row.width * 0.5, row.top + row.height * 0.5]";
        viewer.click(&viewer.find("pick-element", "").await).await;
        let at = viewer.evaluate(at).await;
        point(viewer, "pointermove", &at).await;
        viewer.idle().await;
        let label = viewer.texts("highlight").await;
        assert!(
            label.first().is_some_and(|label| label.contains('×')),
            "{label:?}"
        );
        point(viewer, "pointerup", &at).await;
        viewer.idle().await;
        let picked = chosen(viewer).await;
        let name = label[0]
            .split(['.', '#', ' '])
            .next()
            .unwrap_or_default()
            .to_owned();
        assert!(
            picked.starts_with(&format!("<{name}")),
            "{picked} is not {label:?}"
        );
        let focus = viewer.evaluate("return document.activeElement.id").await;
        assert_eq!(focus, json!("elements-tree"));

        // At another moment the list has other rows, and what was open still is.
        viewer.press_key(Key::Home).await;
        viewer.go_to_message(added::MESSAGE).await;
        let rows = viewer.texts("dom-row").await;
        assert!(rows.iter().any(|row| row.contains("id=\"suggest\"")), "{rows:?}");

        // From the listener to its source.
        viewer.click(&viewer.find("elements-search", "").await).await;
        viewer.press_key(Key::Enter).await;
        viewer
            .click(&viewer.find("tab-listeners", "Listeners").await)
            .await;
        viewer.click(&viewer.find("listener-place", "app.js").await).await;
        let shown = viewer
            .evaluate(
                "return document.querySelector('[data-testid=\"tab-source\"]').getAttribute('aria-selected')",
            )
            .await;
        assert_eq!(shown, json!("true"));
        viewer.assert_no_errors(&[]).await;
    });
}

/// The row that is chosen in the document.
async fn chosen(viewer: &crate::viewer::Viewer) -> String {
    let script = "return document.querySelector('[data-testid=\"dom-row\"][aria-selected=\"true\"]')?.innerText.trim() ?? null";
    let row = viewer.evaluate(script).await;
    row.as_str()
        .unwrap_or_else(|| panic!("no row is chosen"))
        .to_owned()
}

/// Moves or releases the pointer over the picture.
async fn point(viewer: &crate::viewer::Viewer, event: &str, at: &serde_json::Value) {
    let script = format!(
        "document.querySelector('[data-testid=\"picture\"]').dispatchEvent(new PointerEvent('{event}', \
         {{ clientX: {}, clientY: {}, bubbles: true }}))",
        at[0], at[1]
    );
    viewer.evaluate(&script).await;
}
