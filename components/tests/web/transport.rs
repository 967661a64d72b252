//! The controls of time: what they report, and typing a time by keys alone.

use components::{
    primitives::menu::MenuItem,
    transport::{Act, Precision, Shown, Told, Transport},
};
use web_sys::HtmlInputElement;

use super::*;

#[wasm_bindgen_test]
async fn the_controls_of_time_report_what_is_done() {
    let (acts, on_act) = log::<Act>();
    let (followed, on_live) = log::<()>();
    let speed = RwSignal::new(1.0);
    let live = RwSignal::new(None);
    let told = RwSignal::new(Told::default());
    let go_to = |_: String| Ok::<(), String>(());
    let stage = stage(move || {
        view! {
            <Transport
                time_ms=12_345.0
                duration_ms=40_000.0
                is_playing=false
                precision=Precision::Near { point_ms: 12_341.0 }
                speed=speed
                speeds=&[0.5, 1.0, 2.0]
                repeats=true
                more=move |()| vec![MenuItem::new("Skip idle time", || {}).checked(true)]
                live=live
                on_live=on_live
                told=told
                shown=Shown { n_frames: 120, n_dropped: 3 }
                on_act=on_act
                on_go_to=go_to
            />
        }
    });
    settle().await;
    for label in [
        "Play",
        "Back 10 seconds",
        "Forward 10 seconds",
        "Repeat",
        "Next event",
    ] {
        stage.one(&format!("[aria-label='{label}']")).click();
    }
    stage.one("[data-testid=speed]").click();
    settle().await;
    assert_eq!(stage.texts("[role=menuitemcheckbox]"), ["0.5×", "1×", "2×"]);
    stage.one("[role=menuitemcheckbox]:last-of-type").click();
    assert_eq!(
        acts.get_untracked(),
        [
            Act::TogglePlay,
            Act::By(-10_000.0),
            Act::By(10_000.0),
            Act::ToggleRepeat,
            Act::Next,
            Act::Speed(2.0)
        ]
    );
    assert_eq!(
        stage.attribute("[aria-label=Repeat]", "aria-pressed").as_deref(),
        Some("true")
    );
    assert_eq!(stage.texts("[data-testid=time]"), ["0:12.345"]);
    assert_eq!(stage.texts("[data-testid=near]"), ["≈ 0:12.341"]);
    let counted = ["data-frames", "data-dropped"].map(|name| stage.attribute("[role=group]", name).unwrap());
    assert_eq!(counted, ["120", "3"]);

    // Live is there where it is live, and what is told is there once there is something.
    assert!(stage.all("[data-testid=live]").is_empty() && stage.all("[data-testid=told]").is_empty());
    live.set(Some(false));
    told.set(Told {
        turn: 1,
        text: "<b>Skipped 12.4 s".to_owned(),
    });
    settle().await;
    stage.one("[data-testid=live]").click();
    assert_eq!(followed.get_untracked().len(), 1);
    assert_eq!(stage.texts("[data-testid=told]"), ["<b>Skipped 12.4 s"]);
}

#[wasm_bindgen_test]
async fn a_time_is_typed_by_keys_alone_and_nothing_typed_is_lost() {
    let (typed, on_typed) = log::<String>();
    let (acts, on_act) = log::<Act>();
    let is_typing = RwSignal::new(false);
    let time_ms = RwSignal::new(1_000.0);
    let on_go_to = move |text: String| {
        on_typed.run(text.clone());
        if text == "2" {
            Ok(())
        } else {
            Err(format!("“{text}” is not a time."))
        }
    };
    let stage = stage(move || {
        view! {
            <Transport
                time_ms=time_ms
                duration_ms=40_000.0
                is_playing=false
                is_typing=is_typing
                on_act=on_act
                on_go_to=on_go_to
            />
        }
    });
    settle().await;
    let width = || stage.one(".ph-transport").get_bounding_client_rect().width();
    let before = width();
    let time = stage.one("[data-testid=time]");
    time.focus().unwrap();
    let copy = web_sys::KeyboardEventInit::new();
    copy.set_key("c");
    copy.set_ctrl_key(true);
    copy.set_bubbles(true);
    let copy = web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &copy).unwrap();
    time.dispatch_event(&copy).unwrap();
    assert_eq!(acts.get_untracked(), [Act::CopyTime]);
    time.click();
    settle().await;
    let field: HtmlInputElement = stage.one("[data-testid=time-field]").unchecked_into();
    let selected = (field.selection_start().unwrap(), field.selection_end().unwrap());
    assert_eq!(
        (field.value().as_str(), selected),
        ("0:01.000", (Some(0), Some(8)))
    );
    assert!(document().active_element().unwrap().is_same_node(Some(&field)));
    field.set_value("soon");
    press(&field, "Enter");
    settle().await;
    assert_eq!(stage.texts("[data-testid=time-hint]"), ["“soon” is not a time."]);
    assert_eq!(
        (
            field.value().as_str(),
            field.get_attribute("aria-invalid").as_deref()
        ),
        ("soon", Some("true"))
    );
    // Time that runs meanwhile, and a look elsewhere, leave what was typed.
    time_ms.set(31_999.0);
    field.blur().unwrap();
    settle().await;
    assert_eq!(field.value(), "soon");
    field.set_value("2");
    press(&field, "Enter");
    settle().await;
    assert_eq!(typed.get_untracked(), ["soon", "2"]);
    assert!(stage.all("[data-testid=time-field]").is_empty());
    assert!(
        document().active_element().unwrap().is_same_node(Some(&time)),
        "the focus is given back"
    );
    assert_eq!(width(), before, "nothing moves while digits do");

    // Escape gives it up; a key of the page opens it as well.
    is_typing.set(true);
    settle().await;
    let field = stage.one("[data-testid=time-field]");
    press(&field, "Escape");
    settle().await;
    assert!(!is_typing.get_untracked() && stage.all("[data-testid=time-field]").is_empty());
    assert_eq!(typed.get_untracked().len(), 2);
}
