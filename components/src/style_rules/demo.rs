//! Rules of a button, one of them overridden in part.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Declaration, RuleGroup, StyleRule, StyleRules};

/// The gallery's page for style rules.
#[component]
pub fn StyleRulesDemo() -> impl IntoView {
    let declaration = |name: &str, value: &str, is_overridden| Declaration {
        name: name.to_owned(),
        value: value.to_owned(),
        is_overridden,
        ..Declaration::default()
    };
    let rule = |selector: &str, place: &str, declarations: Vec<Declaration>| StyleRule {
        selector: selector.to_owned(),
        place: place.to_owned(),
        can_open: true,
        declarations,
    };
    let own = RuleGroup {
        title: String::new(),
        rules: vec![
            rule(
                "button.primary",
                "style.css:12",
                vec![declaration("color", "#fff", false)],
            ),
            rule(
                "button",
                "style.css:9",
                vec![
                    declaration("color", "inherit", true),
                    declaration("cursor", "pointer", false),
                ],
            ),
        ],
    };
    let inherited = RuleGroup {
        title: "Inherited from body".to_owned(),
        rules: vec![rule(
            "body",
            "style.css:3",
            vec![declaration("line-height", "1.45", false)],
        )],
    };
    let groups: Arc<[RuleGroup]> = [own, inherited].into();
    view! {
        <div class="gallery__box gallery__tall">
            <StyleRules label="Rules" groups=Signal::derive(move || Arc::clone(&groups)) on_open=|_| ()/>
        </div>
    }
}
