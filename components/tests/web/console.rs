//! The console: what is before and after the moment, what a press on a message means, what is open under it.

use std::collections::BTreeMap;

use components::{
    console::{
        Act, ConsoleRow, ConsoleRows, ConsoleView, FilterState, Level, LevelCounts, Look, Part, Piece,
        filter::ConsoleFilter, wrap,
    },
    preview::{Token, Tone},
};

use super::*;

fn console_rows(texts: &'static [&'static str]) -> ConsoleRows {
    let row = move |index: usize| {
        let level = if index == 0 { Level::Error } else { Level::Log };
        ConsoleRow {
            level,
            look: Look::of(level),
            pieces: [Piece::plain(texts[index])].into(),
            location: "app.js:1".to_owned(),
            time: "0:00.000".to_owned(),
            ..ConsoleRow::default()
        }
    };
    ConsoleRows {
        n_rows: texts.len(),
        row: Arc::new(row),
        n_lines: Arc::new(move |columns, each| {
            texts.iter().for_each(|text| each(wrap([*text], columns).n_lines));
        }),
        parts: Arc::default(),
    }
}

#[wasm_bindgen_test]
async fn the_console_marks_the_moment_and_reports_choices() {
    let (acts, on_act) = log::<(usize, Act)>();
    let n_before = RwSignal::new(2);
    let stage = stage(move || {
        let rows = console_rows(&["<b>no markup</b>", "two", "three\nlines\nhere"]);
        view! {
            <div class="ph-console">
                <ConsoleView rows=Signal::stored(rows) n_before=n_before current=Some(1) on_act=on_act/>
            </div>
        }
    });
    settle().await;
    assert_eq!(
        stage.texts(".ph-message__text"),
        ["<b>no markup</b>", "two", "three\nlines\nhere"]
    );
    assert!(stage.all(".ph-message b").is_empty(), "recorded text is text");
    assert_eq!(
        stage.texts(".ph-message--after .ph-message__text"),
        ["three\nlines\nhere"]
    );
    assert_eq!(stage.texts(".ph-message--current .ph-message__text"), ["two"]);
    assert_eq!(stage.texts(".ph-message__sign .ph-hidden")[0], "Error");
    n_before.set(3);
    settle().await;
    assert!(stage.all(".ph-message--after").is_empty());

    stage.all(".ph-message")[2].unchecked_ref::<HtmlElement>().click();
    let list = stage.one("[role=tree]");
    press(&list, "ArrowUp");
    press(&list, "ArrowUp");
    settle().await;
    assert_eq!(
        list.get_attribute("aria-activedescendant").as_deref(),
        Some("console-0")
    );
    press(&list, "Enter");
    stage.one(".ph-message__location").click();
    let acts = acts.get_untracked();
    let has = |wanted: fn(&Act) -> bool| acts.iter().any(|(row, act)| *row == 0 && wanted(act));
    assert!(has(|act| matches!(act, Act::Go)), "{acts:?}");
    assert!(has(|act| matches!(act, Act::ShowPlace)), "{acts:?}");
}

#[wasm_bindgen_test]
async fn no_message_is_clipped() {
    let stage = stage(|| {
        let rows = console_rows(&[
            "a long message of ordinary words that has to be broken several times, because it is longer than the console is wide, which is eight hundred pixels here",
            "https://example.com/a/very/long/address/that/has/no/blanks/and/is/longer/than/one/line/of/the/console/can/ever/hold?with=a&query=too#and-a-fragment",
            "{a: 1, b: [1, 2, 3], c: \"some-hyphenated-text-here\", d: {e: (f), g: h/i}} and/or 'quotes' — dashes…",
        ]);
        view! {
            <div class="ph-console">
                <ConsoleView rows=Signal::stored(rows) n_before=0 current=None on_act=|_| {}/>
            </div>
        }
    });
    settle().await;
    settle().await;
    for text in stage.all(".ph-message__text") {
        assert!(
            text.scroll_height() <= text.client_height(),
            "{} in {}: {:?}",
            text.scroll_height(),
            text.client_height(),
            text.text_content()
        );
    }
}

#[wasm_bindgen_test]
async fn the_filter_reports_words_and_levels() {
    let (states, on_change) = log::<FilterState>();
    let stage = stage(move || {
        view! { <ConsoleFilter state=FilterState::default() counts=LevelCounts { n_messages: [1, 0, 0, 12_345] } on_change=on_change/> }
    });
    let input: web_sys::HtmlInputElement = stage.one("input").unchecked_into();
    input.set_value("fetch");
    input
        .dispatch_event(&web_sys::Event::new_with_event_init_dict("input", &bubbling()).unwrap())
        .unwrap();
    stage.one("button.ph-level--error").click();
    assert_eq!(stage.texts("button"), ["1", "0", "0", "12k"]);
    let states = states.get_untracked();
    assert_eq!(
        (states[0].text.as_str(), states[1].levels),
        ("fetch", [false, true, true, true])
    );
}

/// Two messages with an object each, of which the first is open.
fn rows_with_objects() -> ConsoleRows {
    let row = |index: usize| ConsoleRow {
        pieces: [
            Piece::plain("saved "),
            Token::new(Tone::Plain, " ").into(),
            Token::new(Tone::Number, "{id: 1}").into(),
        ]
        .into(),
        branch: if index == 0 { Branch::Open } else { Branch::Closed },
        n_times: if index == 1 { 12 } else { 1 },
        location: "app.js:7".to_owned(),
        ..ConsoleRow::default()
    };
    let value = TreeRow {
        depth: 1,
        name: "id".to_owned(),
        branch: Branch::Leaf,
        ..TreeRow::default()
    };
    let frame = Part::Frame {
        name: "save".to_owned(),
        location: "app.js:3".to_owned(),
    };
    let cells = Part::Cells {
        cells: ["0".to_owned(), "ada".to_owned()].into(),
        widths: [1, 3].into(),
        is_heading: false,
    };
    let parts: Arc<[Part]> = [Part::Value(value), frame, cells].into();
    ConsoleRows {
        n_rows: 2,
        row: Arc::new(row),
        n_lines: Arc::new(|_, each| (0..2).for_each(|_| each(1))),
        parts: Arc::new(BTreeMap::from([(0, parts)])),
    }
}

#[wasm_bindgen_test]
async fn what_is_open_under_a_message_is_reached_by_keyboard_and_mouse() {
    let (acts, on_act) = log::<(usize, Act)>();
    let stage = stage(move || {
        view! {
            <div class="ph-console">
                <ConsoleView rows=Signal::stored(rows_with_objects()) n_before=2 current=None marked="save" on_act=on_act/>
            </div>
        }
    });
    settle().await;
    assert_eq!(
        stage.all("[role=treeitem]").len(),
        5,
        "two messages and three lines under the first"
    );
    assert_eq!(
        stage.texts("mark"),
        ["save", "save"],
        "words searched for are marked"
    );
    let list = stage.one("[role=tree]");
    let taken = |acts: RwSignal<Vec<(usize, Act)>>| {
        let taken: Vec<String> = acts
            .get_untracked()
            .iter()
            .filter(|(_, act)| !matches!(act, Act::See))
            .map(|(row, act)| match act {
                Act::Menu(_) => format!("{row} Menu"),
                act => format!("{row} {act:?}"),
            })
            .collect();
        acts.set(Vec::new());
        taken
    };
    taken(acts);
    // Into what is open, over its lines, out again, and to the second message.
    for key in [
        "ArrowDown",
        "ArrowRight",
        "Enter",
        "ArrowDown",
        "Enter",
        "ArrowLeft",
        "ArrowLeft",
    ] {
        press(&list, key);
        settle().await;
    }
    assert_eq!(taken(acts), ["0 PressPart(0)", "0 ShowPartPlace(1)", "0 Toggle"]);
    press(&list, "End");
    press(&list, "ArrowRight");
    assert_eq!(taken(acts), ["1 Toggle"]);

    stage.one("#console-4 .ph-message__count").click();
    stage.one("#console-4 .ph-message__grip").click();
    stage.one("#console-4 .ph-message__location").click();
    assert_eq!(taken(acts), ["1 Unfold", "1 Toggle", "1 ShowPlace"]);
    // A pointer's event is one of the mouse's too.
    let init = web_sys::PointerEventInit::new();
    init.set_bubbles(true);
    init.set_cancelable(true);
    let menu = web_sys::PointerEvent::new_with_event_init_dict("contextmenu", &init).unwrap();
    stage.one("#console-4").dispatch_event(&menu).unwrap();
    assert_eq!(taken(acts), ["1 Menu"]);
}
