//! Story 7: a price is not what it was; the list of what wrote it leads to the line that did.

use tests::browser::BrowserKind;

use crate::{accessibility::assert_accessible, recorded::CART, story_of};

#[test]
fn who_changed_a_property_is_found() {
    find_it(BrowserKind::Chromium, "changed-property");
}

#[test]
fn who_changed_a_property_is_found_in_firefox() {
    find_it(BrowserKind::Firefox, "changed-property-firefox");
}

fn find_it(browser: BrowserKind, name: &str) {
    story_of(&CART, browser, name, |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        viewer.go_to_message("the total is €-2.31").await;

        // A pot for 19 cents.
        for row in ["Module", "cart:", "lines:", "1:", "product:"] {
            viewer.click(&viewer.tree_row(row).await).await;
        }
        assert_eq!(viewer.variable("name").await, "\"pot\"");
        assert_eq!(viewer.variable("cents").await, "19");
        let cents = viewer.tree_row("cents:").await;
        viewer.choose_from_menu(&cents, "When did this change?").await;

        let writes = viewer.texts("write").await;
        assert_eq!(writes.len(), 2, "the price was written by {writes:?}");
        assert!(
            writes[0].contains("first seen as 1900") && writes[0].contains("catalog.js:3"),
            "the first price is told as {:?}",
            writes[0]
        );
        assert!(
            writes[1].contains("19 take prices.js:15"),
            "the second price is told as {:?}",
            writes[1]
        );
        assert_accessible(viewer, "the list of changes").await;

        // There: who did it, with what, and why.
        viewer.click(&viewer.find("write", "take").await).await;
        viewer
            .assert_stands_at("take prices.js:15", "product.cents = cents;")
            .await;
        viewer.show_panel("scopes").await;
        assert_eq!(viewer.variable("cents").await, "19");
        assert_eq!(viewer.variable("name").await, "\"pot\"");
        let frames = viewer.texts("frame").await;
        assert!(
            frames.iter().any(|frame| frame.contains("bringPrices")),
            "the price was changed by {frames:?}"
        );
        // Nobody has written it yet at this moment.
        let product = viewer.variable("product").await;
        assert!(
            product.contains("1900"),
            "before the write the product is {product}"
        );
        viewer.assert_no_errors(&[]).await;
    });
}
