//! A list of three writes.

use std::sync::Arc;

use leptos::prelude::*;

use super::{WriteItem, WritesView};
use crate::preview::{Token, Tone};

/// The gallery's page for lists of writes.
#[component]
pub fn WritesDemo() -> impl IntoView {
    let current = RwSignal::new(Some(1));
    let item = |time: &str, verb, text: &str, function: &str| WriteItem {
        time: time.to_owned(),
        verb,
        tokens: [Token::new(Tone::Number, text)].into(),
        function: function.to_owned(),
        location: "cart.js:12".to_owned(),
    };
    let items: Arc<[WriteItem]> = [
        item("0:00.041", "first seen as", "0", ""),
        item("0:01.302", "", "12.5", "addUp"),
        item("0:02.870", "deleted", "", "applyTheDiscountOfTheDay"),
    ]
    .into();
    view! {
        <div class="gallery__box gallery__tall">
            <WritesView items=items current=current on_choose=move |index| current.set(Some(index))/>
        </div>
    }
}
