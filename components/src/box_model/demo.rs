//! The boxes of a button.

use leptos::prelude::*;

use super::{BoxModelView, BoxSizes};

/// The gallery's page for boxes.
#[component]
pub fn BoxModelDemo() -> impl IntoView {
    let sizes = BoxSizes {
        position: (40.0, 96.5),
        margin: [0.0, 8.0, 0.0, 8.0],
        border: [1.0; 4],
        padding: [8.0, 14.0, 8.0, 14.0],
        content: (62.25, 20.0),
    };
    view! { <BoxModelView sizes=Signal::derive(move || sizes)/> }
}
