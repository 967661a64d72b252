//! A value in one line: coloured pieces of text, nothing else, so recorded content can never become markup.

use std::sync::Arc;

use leptos::prelude::*;

mod logic;
mod types;
pub use logic::{char_columns, n_columns, visible, visible_text};
pub use types::{Token, Tone};
pub mod demo;

/// The pieces, one after the other.
#[component]
pub fn Preview(
    /// What to write; control characters and the like are made visible here.
    tokens: Arc<[Token]>,
) -> impl IntoView {
    tokens
        .iter()
        .map(|token| view! { <span class=token.tone.class()>{visible_text(&token.text).into_owned()}</span> })
        .collect_view()
}
