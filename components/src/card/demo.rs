//! Cards with a long title and without a picture.

use leptos::prelude::*;

use super::{CardContent, RecordingCard};

/// The gallery's page for cards.
#[component]
pub fn CardDemo() -> impl IntoView {
    let content = CardContent {
        title: "To-do, with a title that is too long for the card it stands on".to_owned(),
        url: "https://example.com/todo/".to_owned(),
        href: "#card".to_owned(),
        duration_ms: 42_300.0,
        recorded: "2 hours ago".to_owned(),
        size: 1_430_000,
        facts: vec!["12 messages".to_owned()],
        ..CardContent::default()
    };
    view! { <div class="gallery__narrow"><RecordingCard content=content/></div> }
}
