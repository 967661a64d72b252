//! The headers of a request that does not exist.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Fact, FactGroup, Facts};

/// The gallery's page for facts.
#[component]
pub fn FactsDemo() -> impl IntoView {
    let groups: Arc<[FactGroup]> = [
        FactGroup {
            title: "Response headers".to_owned(),
            facts: vec![
                Fact::new("content-type", "application/json"),
                Fact::new("status", "500").bad(true),
                Fact::new("etag", "W/\"1a2b3c\" ".repeat(12)),
            ],
            can_copy: true,
            ..FactGroup::default()
        },
        FactGroup {
            title: "Timing".to_owned(),
            facts: vec![Fact::new("waiting", "40 ms").bar(0.1, 0.5)],
            ..FactGroup::default()
        },
        FactGroup {
            title: "Cookies".to_owned(),
            when_empty: "None were sent.".to_owned(),
            ..FactGroup::default()
        },
    ]
    .into();
    view! { <div class="gallery__box gallery__tall"><Facts label="Headers" groups=Signal::derive(move || Arc::clone(&groups))/></div> }
}
