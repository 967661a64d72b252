//! The slider of a frame's steps: moved by keys and by dragging, saying what each step is.

use components::steps::{StepLabel, StepSlider};

use super::*;

#[wasm_bindgen_test]
async fn steps_are_moved_along_by_keys_and_by_dragging() {
    let now = RwSignal::new(Some(2));
    let (gone, on_go) = log::<usize>();
    let label = move |step: usize| StepLabel {
        place: format!("app.js:{}", step + 10),
        text: "<b>total += 1</b>".to_owned(),
    };
    let stage = stage(move || view! { <StepSlider n_steps=11 now=now label=label on_go=on_go/> });
    settle().await;
    settle().await;
    let slider = stage.one("[role=slider]");
    let says = |name: &str| slider.get_attribute(name).unwrap_or_default();
    assert_eq!(
        (
            says("aria-valuenow"),
            says("aria-valuemax"),
            says("aria-valuetext")
        ),
        (
            "3".to_owned(),
            "11".to_owned(),
            "step 3 of 11, app.js:12".to_owned()
        )
    );
    for key in ["ArrowRight", "ArrowLeft", "End", "Home", "x"] {
        press(&slider, key);
    }
    assert_eq!(gone.get_untracked(), [3, 1, 10, 0]);
    // Over the slider it says what is there; it goes once the pointer is let go.
    let rect = slider.get_bounding_client_rect();
    let x = |share: f64| 7.0 + share * (rect.width() - 14.0);
    point(&slider, "pointerdown", x(0.3));
    point(&slider, "pointermove", x(0.5));
    settle().await;
    assert_eq!(stage.texts("[data-testid=frame-step-count]"), ["6 of 11"]);
    assert!(
        stage
            .one("[data-testid=frame-step-label]")
            .text_content()
            .unwrap()
            .contains("app.js:15")
    );
    assert!(stage.all("b").is_empty(), "recorded text is text");
    assert_eq!(gone.get_untracked().len(), 4);
    point(&slider, "pointerup", x(0.6));
    assert_eq!(gone.get_untracked().last(), Some(&6));
}
