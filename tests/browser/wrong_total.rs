//! Story 6: the total in a message is wrong; steps back from it lead to the statement that computed it wrong.
//!
//! The cart of `tests/pages/cart` takes the coupon off for each of its three lines: 4.50 + 19.00 + 8.00 - 3 × 5.00.

use tests::browser::BrowserKind;
use thirtyfour::Key;

use crate::{accessibility::assert_accessible, recorded::CART, story_of};

#[test]
fn a_wrong_total_is_found_by_stepping_back() {
    find_it(BrowserKind::Chromium, "wrong-total");
}

#[test]
fn a_wrong_total_is_found_by_stepping_back_in_firefox() {
    find_it(BrowserKind::Firefox, "wrong-total-firefox");
}

fn find_it(browser: BrowserKind, name: &str) {
    story_of(&CART, browser, name, |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        viewer.go_to_message("the total is €16.50").await;
        viewer
            .assert_stands_at("refresh", "console.log('the total is', euros(total));")
            .await;
        assert_eq!(viewer.variable("total").await, "1650");
        let message = viewer.point().await;

        // Back over what shows the total, into what computed it.
        viewer.step_back_to("output.textContent = euros(total);").await;
        viewer.press_with(&[Key::Control], Key::F11.value()).await;
        viewer.assert_stands_at("totalOf", "return total;").await;
        assert_eq!(viewer.variable("total").await, "1650");
        assert!(viewer.point().await < message, "a step back does not lead back");
        let frames = viewer.texts("frame").await;
        assert!(
            frames[1].contains("refresh page.js:13"),
            "the caller is {frames:?}"
        );

        // Line by line backwards: what came off, and what was added before it.
        let mut seen = Vec::new();
        while seen.len() < 12 {
            viewer.press_with(&[Key::Shift], Key::F10.value()).await;
            let code = viewer.marked_code().await;
            if code == "let total = 0;" {
                break;
            }
            if code.contains("= coupon.cents") || code.starts_with("total +=") {
                seen.push((code, viewer.variable("total").await));
            }
        }
        let (added, taken) = (
            "total += line.product.cents * line.quantity;",
            "total -= coupon.cents;",
        );
        let expected = [
            (taken, "2150"),
            (added, "1350"),
            (taken, "1850"),
            (added, "-50"),
            (taken, "450"),
            (added, "0"),
        ];
        let seen: Vec<(&str, &str)> = seen
            .iter()
            .map(|(code, total)| (code.as_str(), total.as_str()))
            .collect();
        assert_eq!(
            seen, expected,
            "the statements before the return, and the total before each"
        );

        // The statement stands in the source with the number of its runs, which gives the mistake away. The cart is
        // totalled with a coupon twice.
        assert_eq!(viewer.hits_of_line(20).await, "6");
        assert_accessible(viewer, "the call stack and the scopes of a frame").await;
        viewer.assert_no_errors(&[]).await;
    });
}
