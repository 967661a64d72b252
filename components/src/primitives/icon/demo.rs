//! Every icon with its name.

use leptos::prelude::*;

use super::{Icon, IconView};

/// The gallery's page for icons.
#[component]
pub fn IconDemo() -> impl IntoView {
    Icon::ALL
        .iter()
        .map(|&icon| view! { <span class="gallery__chip"><IconView icon=icon/> {format!("{icon:?}")}</span> })
        .collect_view()
}
