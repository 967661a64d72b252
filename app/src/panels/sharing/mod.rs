//! Handing a recording on: the button in the header, what it says of a recording that was shared, and the sheet.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

mod content;
mod link;
mod shared;
mod sheet;
mod upload;

use components::primitives::{button::IconButton, icon::Icon};
use leptos::prelude::*;

use self::{shared::Shared, sheet::Sheet};
use crate::stores::sharing::ShareStore;

/// What the header has of it.
#[component]
pub fn Sharing() -> impl IntoView {
    let share: ShareStore = expect_context();
    view! {
        <Shared/>
        <IconButton icon=Icon::Share label="Share" key_hint="Shift+S" on_press=move |_| share.open()/>
        <Show when=move || share.is_open().get()><Sheet/></Show>
    }
}
