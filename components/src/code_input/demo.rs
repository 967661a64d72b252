//! An input that offers the names of a few planets.

use std::sync::Arc;

use leptos::prelude::*;

use super::{CodeInput, CodeOffer, CodeOffers, Edit, Refusal};

const NAMES: &[&str] = &[
    "mercury", "venus", "earth", "mars", "jupiter", "saturn", "uranus", "neptune",
];

/// The gallery's page for the input.
#[component]
pub fn CodeInputDemo() -> impl IntoView {
    let text = RwSignal::new(String::new());
    let offers = RwSignal::new(CodeOffers::default());
    let sent = RwSignal::new(vec!["mars.moons".to_owned()]);
    let on_edit = move |Edit { text, cursor }: Edit| {
        let word_len = text[..cursor]
            .chars()
            .rev()
            .take_while(|char| char.is_ascii_alphabetic())
            .count();
        let start = cursor - word_len;
        let word = &text[start..cursor];
        let found = NAMES
            .iter()
            .filter(|name| !word.is_empty() && name.starts_with(word) && **name != word);
        offers.set(CodeOffers {
            start,
            offers: found
                .map(|name| CodeOffer {
                    name: (*name).to_owned(),
                    kind: "planet",
                })
                .collect(),
        });
    };
    let check = |text: String| match (text.matches('(').count(), text.matches(')').count()) {
        (opened, closed) if opened > closed => Some(Refusal::Unfinished),
        (opened, closed) if opened < closed => Some(Refusal::Wrong("A “)” closes nothing.".to_owned())),
        _ => None,
    };
    let on_submit = move |line: String| {
        text.set(String::new());
        sent.update(|sent| sent.push(line));
    };
    view! {
        <div class="gallery__box gallery__rows">
            <CodeInput
                id="demo-code"
                label="An expression"
                placeholder="m…"
                text=text
                is_multi_line=true
                offers=offers
                on_edit=on_edit
                check=check
                on_submit=on_submit
                history=Signal::derive(move || sent.with(|sent| Arc::from(sent.as_slice())))
            />
            <p>{move || sent.with(|sent| sent.last().cloned())}</p>
        </div>
    }
}
