//! What is said of stores' errors.

use super::said;

#[test]
fn signatures_stand_in_no_message() {
    let error = "Error performing GET https://account.blob.core.windows.net/c/a.playhead?sv=2024&sig=SECRET in 1.2s: \
                 see \"https://x.test/y?token=SECRET\" (https://x.test/z?SECRET)";
    let text = said(&error);
    assert!(!text.contains("SECRET"), "{text}");
    assert!(
        text.contains("https://account.blob.core.windows.net/c/a.playhead in 1.2s"),
        "{text}"
    );
    assert!(text.contains("(https://x.test/z)"), "{text}");
    let long = said(&"é".repeat(5_000));
    assert!(long.len() < 700 && long.ends_with('…'));
}
