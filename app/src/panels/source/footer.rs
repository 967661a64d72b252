//! Below the text: where the cursor is, what else the source is, how much of it has come.

use components::{
    format,
    primitives::button::{Button, ButtonLook},
};
use leptos::prelude::*;
use wire::debugger::{Source, SourceKind};

use super::View;
use crate::{logic::scopes::Found, stores::sources::Other};

/// The row below the text.
#[component]
pub fn Footer(view: View) -> impl IntoView {
    let sources = view.stores.sources;
    let source = Memo::new(move |_| view.id.get().and_then(|id| sources.source(&id)));
    let others = Memo::new(move |_| view.id.get().map(|id| sources.others(&id)).unwrap_or_default());
    let at = move || {
        view.cursor
            .get()
            .map(|at| format!("{}:{}", at.line, at.column + 1))
    };
    let progress = move || match sources.text(&view.id.get()?)? {
        Found::Ready(text) if !text.is_whole && text.n_units > 0 => Some(format!(
            "{} of {}",
            format::bytes(text.text.len() as u64),
            format::bytes(text.n_units)
        )),
        _ => None,
    };
    let switch = move |other: Other| {
        let name = other.name;
        let title = match name {
            "Original" => "Show what this was made from, at the same place",
            "Pretty" => "Show this laid out for reading, at the same place",
            _ => "Show what was made of this, at the same place",
        };
        view! {
            <span title=title data-testid="source-switch">
                <Button
                    look=ButtonLook::Framed
                    on_press=move |_| if let Some(place) = view.location() {
                        sources.switch(place, &other);
                    }
                >
                    {name}
                </Button>
            </span>
        }
    };
    let buttons = move || others.get().into_iter().map(switch).collect_view();
    view! {
        <Show when=move || source.with(Option::is_some)>
            <div class="ph-sources__footer" data-testid="source-footer">
                <span class="ph-sources__kind">{move || source.with(|source| source.as_ref().map(kind))}</span>
                <span class="ph-sources__progress" role="status">{progress}</span>
                <span class="ph-sources__switch" role="group" aria-label="Other forms of this source">{buttons}</span>
                <span class="ph-sources__at ph-number">{at}</span>
            </div>
        </Show>
    }
}

fn kind(source: &Source) -> &'static str {
    match source.kind {
        SourceKind::Html => "Page",
        SourceKind::InlineScript => "Script in a page",
        SourceKind::SourceMapped => "Original source",
        SourceKind::PrettyPrinted => "Laid out for reading",
        SourceKind::ScriptSource => "Script",
        _ => "Code made while running",
    }
}
