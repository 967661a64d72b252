//! The input for expressions: sending, completing, remembering, refusing.

use components::code_input::{CodeInput, CodeOffer, CodeOffers, Edit, Refusal};

use super::*;

fn write(area: &HtmlElement, text: &str) {
    let area: &web_sys::HtmlTextAreaElement = area.unchecked_ref();
    area.set_value(text);
    let end = text.encode_utf16().count() as u32;
    area.set_selection_range(end, end).unwrap();
    let event = web_sys::Event::new_with_event_init_dict("input", &bubbling()).unwrap();
    area.dispatch_event(&event).unwrap();
}

fn value(area: &HtmlElement) -> String {
    area.unchecked_ref::<web_sys::HtmlTextAreaElement>().value()
}

fn offer(name: &str) -> CodeOffer {
    CodeOffer {
        name: name.to_owned(),
        kind: "variable",
    }
}

/// Offers what begins with the last word.
fn offers_for(edit: &Edit) -> CodeOffers {
    let start = edit.text[..edit.cursor].rfind([' ', '.']).map_or(0, |at| at + 1);
    let word = &edit.text[start..edit.cursor];
    let names = ["total", "totals", "tax"].map(offer);
    let offers = names.into_iter().filter(|offer| offer.name.starts_with(word));
    CodeOffers {
        start,
        offers: offers.collect(),
    }
}

#[wasm_bindgen_test]
async fn what_is_offered_is_taken_by_keyboard_and_mouse() {
    let text = RwSignal::new(String::new());
    let offers = RwSignal::new(CodeOffers::default());
    let (sent, on_submit) = log::<String>();
    let (cancelled, on_cancel) = log::<()>();
    let stage = stage(move || {
        view! {
            <CodeInput
                id="code"
                label="Evaluate"
                text=text
                offers=offers
                on_edit=move |edit: Edit| offers.set(offers_for(&edit))
                on_submit=on_submit
                on_cancel=on_cancel
            />
        }
    });
    settle().await;
    let area = stage.one("#code");
    let names = || stage.texts(".ph-code-input__name");
    area.focus().unwrap();
    write(&area, "cart.to");
    settle().await;
    assert_eq!(names(), ["total", "totals"]);
    assert_eq!(
        area.get_attribute("aria-controls").as_deref(),
        Some("code-offers")
    );

    for key in ["ArrowDown", "ArrowDown"] {
        assert!(press(&area, key));
    }
    settle().await;
    assert_eq!(
        area.get_attribute("aria-activedescendant").as_deref(),
        Some("code-offers-1")
    );
    press(&area, "Enter");
    settle().await;
    assert_eq!(
        (value(&area), text.get_untracked()),
        ("cart.totals".to_owned(), "cart.totals".to_owned())
    );
    assert!(names().is_empty(), "what was taken closes the list");
    assert_eq!(sent.get_untracked().len(), 0, "taking sends nothing");

    write(&area, "t");
    settle().await;
    press(&area, "Tab");
    assert_eq!(value(&area), "total", "Tab takes the best");

    write(&area, "1 + ta");
    settle().await;
    stage.one(".ph-code-input__offer").click();
    settle().await;
    assert_eq!(value(&area), "1 + tax");

    write(&area, "to");
    settle().await;
    press(&area, "Escape");
    settle().await;
    assert!(names().is_empty());
    assert!(
        cancelled.get_untracked().is_empty(),
        "the first Escape closes the list"
    );
    press(&area, "Escape");
    assert_eq!(cancelled.get_untracked().len(), 1);
    press(&area, "Enter");
    assert_eq!(sent.get_untracked(), ["to"]);
}

#[wasm_bindgen_test]
async fn what_cannot_be_sent_yet_says_why_and_lines_go_on() {
    let text = RwSignal::new(String::new());
    let (sent, on_submit) = log::<String>();
    let check = |text: String| match text.as_str() {
        text if text.matches('(').count() > text.matches(')').count() => Some(Refusal::Unfinished),
        text if text.contains('@') => Some(Refusal::Wrong("Nothing begins with @.".to_owned())),
        _ => None,
    };
    let stage = stage(move || {
        view! {
            <CodeInput id="lines" label="Evaluate" text=text is_multi_line=true check=check on_submit=on_submit/>
        }
    });
    settle().await;
    let area = stage.one("#lines");
    write(&area, "add(1,");
    assert!(!press(&area, "Enter"), "the browser breaks the line");
    write(&area, "add(1,\n2)");
    settle().await;
    assert_eq!(area.get_attribute("rows").as_deref(), Some("2"));
    assert!(press(&area, "Enter"));
    write(&area, "@");
    assert!(press(&area, "Enter"));
    settle().await;
    assert_eq!(stage.texts(".ph-code-input__refusal"), ["Nothing begins with @."]);
    assert_eq!(area.get_attribute("aria-invalid").as_deref(), Some("true"));
    write(&area, "2");
    settle().await;
    assert_eq!(stage.texts(".ph-code-input__refusal"), [""]);
    assert_eq!(sent.get_untracked(), ["add(1,\n2)"]);
}

#[wasm_bindgen_test]
async fn what_was_sent_before_comes_back_and_the_draft_too() {
    let text = RwSignal::new(String::new());
    let history: Arc<[String]> = ["first".to_owned(), "second".to_owned()].into();
    let stage = stage(move || {
        view! { <CodeInput id="past" label="Evaluate" text=text history=history on_submit=|_| {}/> }
    });
    settle().await;
    let area = stage.one("#past");
    write(&area, "draft");
    let mut seen = Vec::new();
    for key in ["ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown"] {
        press(&area, key);
        seen.push(value(&area));
    }
    assert_eq!(seen, ["second", "first", "first", "second", "draft"]);
    // In the middle of several lines the arrows move the cursor.
    write(&area, "one\ntwo");
    assert!(!press(&area, "ArrowUp"));
    assert_eq!(value(&area), "one\ntwo");
}
