//! The share sheet: a link, or a file with what may leave, or the same sent to the server, where that takes it.

use components::primitives::{
    dialog::Dialog,
    tabs::{Tab, Tabs},
};
use leptos::prelude::*;

use super::{content::File, link::LinkForm, upload::Upload};
use crate::stores::{
    Stores,
    sharing::ShareStore,
    uploading::{Access, Sending, UploadStore},
};

const LINK: Tab = Tab {
    key: "link",
    name: "Link",
};
const FILE: Tab = Tab {
    key: "file",
    name: "File",
};
const UPLOAD: Tab = Tab {
    key: "upload",
    name: "Upload",
};

/// The sheet, as long as it is in the page.
#[component]
pub fn Sheet() -> impl IntoView {
    let (stores, share, uploads): (Stores, ShareStore, UploadStore) =
        (expect_context(), expect_context(), expect_context());
    uploads.ask(stores, None);
    // What is under way is what somebody wants to see who comes back.
    let is_sending = uploads.sending().get_untracked() != Sending::None;
    let way = RwSignal::new(if is_sending { UPLOAD.key } else { LINK.key });
    let may_send = Memo::new(move |_| {
        is_sending
            || matches!(
                uploads.access().get(),
                Access::Granted | Access::WantsToken { .. }
            )
    });
    let ways = Signal::derive(move || match may_send.get() {
        true => vec![LINK, UPLOAD, FILE],
        false => vec![LINK, FILE],
    });
    let shown = move || match way.get() {
        "upload" => view! { <Upload/> }.into_any(),
        "file" => view! { <File/> }.into_any(),
        _ => view! { <LinkForm/> }.into_any(),
    };
    view! {
        <Dialog title="Share" is_open=true on_close=move |()| share.is_open().set(false)>
            <div class="ph-share" data-testid="share-sheet">
                <Tabs id="share" label="Ways to share" tabs=ways chosen=way on_choose=move |key| way.set(key)/>
                <div class="ph-share__way" role="tabpanel" id="share-panel" aria-labelledby=move || format!("share-{}", way.get())>
                    {shown}
                </div>
            </div>
        </Dialog>
    }
}
