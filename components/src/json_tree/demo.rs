//! A small document.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Json, JsonTree};

/// The gallery's page for JSON.
#[component]
pub fn JsonTreeDemo() -> impl IntoView {
    let numbers: Vec<String> = (0..250).map(|number| number.to_string()).collect();
    let text = format!(
        r#"{{"id": 12345678901234567890, "title": "buy milk", "done": false, "tags": ["a", "b"], "numbers": [{}]}}"#,
        numbers.join(", ")
    );
    let json = Json::parse(text.into()).ok().map(Arc::new);
    json.map(|json| {
        view! {
            <div class="gallery__box gallery__tall">
                <JsonTree id="demo-json" label="An answer" json=Signal::derive(move || Arc::clone(&json))/>
            </div>
        }
    })
}
