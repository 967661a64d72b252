//! Story: what other recorders wrote of an evening with a list, imported and opened. What is there is shown; of what is not, panels
//! say why.

use tests::browser::BrowserKind;

use crate::{
    recorded::{EVENTS, HAR, RecordedPage, TRACE},
    story_of,
    viewer::Viewer,
};

#[test]
fn look() {
    for (page, name) in [(&TRACE, "trace"), (&EVENTS, "rrweb"), (&HAR, "har")] {
        look_at(page, name);
    }
}

fn look_at(page: &'static RecordedPage, name: &'static str) {
    story_of(page, BrowserKind::Chromium, name, move |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        for panel in [
            "console", "picture", "elements", "network", "source", "stack", "scopes", "events",
        ] {
            viewer.show_panel(panel).await;
            viewer.idle().await;
            println!(
                "{} {}",
                name,
                viewer.save_screenshot(&format!("{name}-{panel}")).await
            );
        }
        println!("{}", viewer.shown().await);
    });
}
