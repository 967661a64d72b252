//! Print statements and breakpoints, with and without hits.

use leptos::prelude::*;

use super::{HitsShown, PointEditor};

const BADGES: &[(&str, &str)] = &[("", "No badge"), ("★", "Star")];

/// A print statement with many hits, one that cannot be evaluated, and a breakpoint.
#[component]
pub fn PointEditorDemo() -> impl IntoView {
    let editor = |id: &'static str, content: Option<&str>, hits: HitsShown| {
        let content = content.map(|content| RwSignal::new(content.to_owned()));
        view! {
            <PointEditor
                id=id
                label="At app.js:3"
                content=content
                condition=RwSignal::new(String::new())
                offers=Signal::derive(Default::default)
                on_edit=|_| ()
                check=|_| None
                is_changed=true
                on_apply=|()| ()
                badges=BADGES
                badge=Signal::derive(|| "★".to_owned())
                on_badge=|_| ()
                is_enabled=true
                on_enable=|_| ()
                hits=Signal::derive(move || hits.clone())
                on_hit=|_| ()
                on_more=|()| ()
                on_delete=|()| ()
                on_close=|()| ()
            />
        }
        .into_any()
    };
    let many = HitsShown {
        text: "3 of 1,000 hits".to_owned(),
        has_previous: true,
        has_next: true,
        more: "11,000 more".to_owned(),
        strip: "M10 0h2v10h-2zM400 0h2v10h-2zM404 0h2v10h-2zM900 0h2v10h-2z".to_owned(),
        ..HitsShown::default()
    };
    let failed = HitsShown {
        failure: "The source is not known.".to_owned(),
        ..HitsShown::default()
    };
    view! {
        {editor("demo-point-many", Some("\"total\", total"), many)}
        {editor("demo-point-failed", Some("a"), failed)}
        {editor("demo-point-break", None, HitsShown::default())}
    }
}
