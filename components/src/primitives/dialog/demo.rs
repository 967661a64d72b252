//! A dialog behind a button.

use leptos::prelude::*;

use super::Dialog;
use crate::primitives::button::{Button, ButtonLook};

/// The gallery's page for the dialog.
#[component]
pub fn DialogDemo() -> impl IntoView {
    let is_open = RwSignal::new(false);
    view! {
        <Button look=ButtonLook::Framed on_press=move |_| is_open.set(true)>"Show the dialog"</Button>
        <Dialog title="Keyboard shortcuts" is_open=is_open on_close=move |()| is_open.set(false)>
            <p>"Escape, the cross and a click beside it close it."</p>
        </Dialog>
    }
}
