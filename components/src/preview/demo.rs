//! One preview with a piece of each kind.

use leptos::prelude::*;

use super::{Preview, Token, Tone};

/// The gallery's page for previews.
#[component]
pub fn PreviewDemo() -> impl IntoView {
    let pieces = [
        (Tone::Class, "Todo "),
        (Tone::Faint, "{"),
        (Tone::Key, "title"),
        (Tone::Faint, ": "),
        (Tone::String, "\"buy milk\""),
        (Tone::Faint, ", "),
        (Tone::Key, "count"),
        (Tone::Faint, ": "),
        (Tone::Number, "3"),
        (Tone::Faint, ", "),
        (Tone::Key, "done"),
        (Tone::Faint, ": "),
        (Tone::Keyword, "false"),
        (Tone::Faint, ", "),
        (Tone::Key, "save"),
        (Tone::Faint, ": "),
        (Tone::Function, "ƒ save()"),
        (Tone::Faint, ", … 4 more}"),
    ];
    let tokens = pieces
        .into_iter()
        .map(|(tone, text)| Token::new(tone, text))
        .collect();
    view! { <span class="ph-mono"><Preview tokens=tokens/></span> }
}
