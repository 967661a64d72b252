//! The share sheet: a link, or a file with what may leave.

use components::primitives::{
    dialog::Dialog,
    tabs::{Tab, Tabs},
};
use leptos::prelude::*;

use super::{content::File, link::LinkForm};
use crate::stores::sharing::ShareStore;

/// The ways to share.
const WAYS: [Tab; 2] = [
    Tab {
        key: "link",
        name: "Link",
    },
    Tab {
        key: "file",
        name: "File",
    },
];

/// The sheet, as long as it is in the page.
#[component]
pub fn Sheet() -> impl IntoView {
    let share: ShareStore = expect_context();
    let way = RwSignal::new("link");
    let shown = move || match way.get() {
        "file" => view! { <File/> }.into_any(),
        _ => view! { <LinkForm/> }.into_any(),
    };
    view! {
        <Dialog title="Share" is_open=true on_close=move |()| share.is_open().set(false)>
            <div class="ph-share" data-testid="share-sheet">
                <Tabs id="share" label="Ways to share" tabs=Signal::derive(|| WAYS.to_vec()) chosen=way on_choose=move |key| way.set(key)/>
                <div class="ph-share__way" role="tabpanel" id="share-panel" aria-labelledby=move || format!("share-{}", way.get())>
                    {shown}
                </div>
            </div>
        </Dialog>
    }
}
