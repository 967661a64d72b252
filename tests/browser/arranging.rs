//! Story 5: the palette does things, panels move, hide and come back, keys change, and a focus narrows the recording; all
//! of it by the keyboard, and kept when the page is opened again.

use thirtyfour::Key;

use crate::{recorded::added, story, viewer::Viewer};

#[test]
fn the_page_is_arranged_as_a_person_likes() {
    story("arranging", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;

        // The palette finds a command by some of its letters and does it.
        viewer.go_to_message(added::MESSAGE).await;
        let point = viewer.point().await;
        find(viewer, "step over").await;
        let over = viewer.point().await;
        assert!(
            over > point,
            "“Step over” of the palette leads from {point} to {over}"
        );

        // It hides nothing that is there, and shows panels.
        find(viewer, "show network").await;
        assert!(
            is_chosen(viewer, "network").await,
            "the palette does not show the network"
        );

        // The focus begins at this moment; an earlier one lies outside, and one button moves the focus there.
        find(viewer, "begin the focus").await;
        viewer
            .wait_for(
                "the focus",
                "return document.querySelector('[data-testid=\"focus\"]') !== null",
            )
            .await;
        viewer.press_key(Key::Home).await;
        let says = viewer.texts("focus").await.join(" ");
        assert!(
            says.contains("lies outside"),
            "the focus says {says:?} of the beginning"
        );
        find(viewer, "move the focus").await;
        let says = viewer.texts("focus").await.join(" ");
        assert!(
            !says.contains("lies outside"),
            "the moved focus says {says:?} of the beginning"
        );
        find(viewer, "whole recording").await;
        assert_eq!(viewer.texts("focus").await, [""; 0], "the focus is still narrow");

        // A panel that was chosen is the one that is seen the next time.
        viewer.goto("about:blank").await;
        viewer.goto(&stage.recording_url()).await;
        assert!(
            is_chosen(viewer, "network").await,
            "the network is not shown any more"
        );
        viewer.assert_no_errors(&[]).await;
    });
}

/// Types into the palette and takes the first answer.
async fn find(viewer: &Viewer, typed: &str) {
    let keys = viewer
        .browser
        .page
        .action_chain()
        .key_down(Key::Control)
        .send_keys("k")
        .key_up(Key::Control);
    keys.perform()
        .await
        .unwrap_or_else(|error| panic!("Ctrl+K could not be pressed: {error}"));
    let is_open = "return document.activeElement?.getAttribute('role') === 'combobox'";
    viewer.wait_for("the palette", is_open).await;
    viewer.type_keys(typed).await;
    let first = format!(
        "return document.querySelector('[data-testid=\"palette-row\"]')?.innerText.toLowerCase().includes({:?})",
        typed.split(' ').next_back().unwrap_or_default()
    );
    viewer.wait_for("an answer of the palette", &first).await;
    viewer.press_key(Key::Enter).await;
}

async fn is_chosen(viewer: &Viewer, panel: &str) -> bool {
    let script = format!(
        "return document.querySelector('[data-testid=\"tab-{panel}\"]')?.getAttribute('aria-selected') === 'true'"
    );
    viewer.evaluate(&script).await == true
}
