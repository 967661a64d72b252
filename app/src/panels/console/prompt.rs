//! Where a person writes expressions, and sees what they would give before sending them.

use std::time::Duration;

use components::{
    code_input::{CodeInput, CodeOffer, CodeOffers, Edit, Refusal},
    primitives::icon::{Icon, IconView},
};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::choices::Choices;
use crate::{
    logic::completion::{self, Problem},
    stores::Stores,
};

/// How long nothing must be written before the result is looked for.
const PAUSE: Duration = Duration::from_millis(250);
/// Longer results are cut here; sending shows them whole.
const MAX_PIECES: usize = 40;

/// The prompt.
#[component]
pub fn Prompt(
    /// What is kept.
    choices: Choices,
) -> impl IntoView {
    let stores: Stores = expect_context();
    let Stores {
        console,
        pause,
        timeline,
        ..
    } = stores;
    let text = RwSignal::new(String::new());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    on_cleanup(stop);
    let look_ahead = move || {
        stop();
        let expression = text.get_untracked();
        if expression.trim().is_empty() {
            return console.forget_peek();
        }
        let peek = move || console.peek(expression);
        timer.set_value(set_timeout_with_handle(peek, PAUSE).ok());
    };
    // At another moment, in another frame it would give something else.
    Effect::new(move |before: Option<()>| {
        pause.pause_id();
        pause.selected().track();
        if before.is_some() {
            look_ahead();
        }
    });
    let on_edit = move |Edit { text, cursor }: Edit| {
        console.complete(&text, cursor);
        look_ahead();
    };
    let on_submit = move |expression: String| {
        if expression.trim().is_empty() {
            return;
        }
        stop();
        choices.remember(&expression);
        text.set(String::new());
        console.evaluate(expression);
    };
    let offers = Signal::derive(move || {
        let (start, offers) = console.offers().get();
        let offer = |offer: &completion::Offer| CodeOffer {
            name: offer.name.clone(),
            kind: offer.kind,
        };
        CodeOffers {
            start,
            offers: offers.iter().map(offer).collect(),
        }
    });
    let placeholder = Signal::derive(move || match (timeline.is_playing().get(), pause.frame()) {
        (true, _) => "Pause to evaluate".to_owned(),
        (false, Some(frame)) => format!("Evaluate in {}", crate::logic::place::frame_name(&frame)),
        (false, None) => "Evaluate".to_owned(),
    });
    let peeked = move || {
        let peek = console.peeked().get()?;
        let pieces = peek.body.pieces();
        let is_current = text.with(|text| *text == peek.expression);
        is_current.then(|| {
            pieces
                .into_iter()
                .take(MAX_PIECES)
                .map(|piece| view! { <components::preview::Preview tokens=[piece.token].into()/> })
                .collect_view()
        })
    };
    view! {
        <div class="ph-prompt">
            <span class="ph-prompt__sign"><IconView icon=Icon::ChevronRight/></span>
            <CodeInput
                id="console-prompt"
                label="Evaluate an expression"
                placeholder=placeholder
                text=text
                is_multi_line=true
                offers=offers
                on_edit=on_edit
                check=check
                on_submit=on_submit
                history=choices.history()
                opens_above=true
            />
            <div class="ph-prompt__peek" data-testid="console-peek" aria-label="What it would give" role="status">{peeked}</div>
        </div>
    }
}

fn check(text: String) -> Option<Refusal> {
    completion::problem(&text).map(|problem| match problem {
        Problem::Unfinished(_) => Refusal::Unfinished,
        Problem::Wrong(sentence) => Refusal::Wrong(sentence.to_owned()),
    })
}
