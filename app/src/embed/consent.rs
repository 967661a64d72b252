//! What a page of which nobody has said that it may hands over is opened only if the person wants it.

use components::primitives::button::{Button, ButtonLook};
use futures::channel::oneshot;
use leptos::prelude::*;

use super::{
    failure::{Code, Failure},
    frame::Frame,
};

/// Where it is kept whose pages the person always lets open recordings, with spaces between.
const KEY: &str = "playhead.embed.trusted";

/// A question, and the way to its answer.
#[derive(Clone)]
pub(super) struct Asked {
    origin: String,
    title: Option<String>,
    answer: StoredValue<Option<oneshot::Sender<bool>>, LocalStorage>,
}

/// Asks the person whether what the page around hands over is to be opened, if that has to be asked.
///
/// # Errors
/// The person does not want it.
pub(super) async fn ask(frame: Frame, title: Option<String>) -> Result<(), Failure> {
    let Some(host) = untrack(|| frame.host()) else {
        return Err(Failure::closed());
    };
    let origin = host.origin.clone();
    let has_to_ask = frame.trust.try_with_value(|trust| trust.has_to_ask(&origin)) == Some(true);
    if !has_to_ask || is_trusted(&origin) {
        return Ok(());
    }
    let (sender, receiver) = oneshot::channel();
    frame.asked.try_set(Some(Asked {
        origin,
        title,
        answer: StoredValue::new_local(Some(sender)),
    }));
    match receiver.await {
        Ok(true) => Ok(()),
        // A newer question has taken this one's place, or the answer was no.
        Ok(false) | Err(_) => Err(Failure::new(
            Code::Declined,
            "The person before the screen did not want the recording to be opened.",
        )),
    }
}

/// The question, over the page.
#[component]
pub(super) fn Question(frame: Frame) -> impl IntoView {
    let answer = move |says: bool| {
        let asked = frame.asked.get_untracked();
        frame.asked.set(None);
        let sender = asked.and_then(|asked| asked.answer.try_update_value(Option::take).flatten());
        if let Some(sender) = sender {
            // Nobody waits any more if the page around has gone.
            sender.send(says).ok();
        }
    };
    move || {
        frame.asked.get().map(|Asked { origin, title, .. }| {
            let always = {
                let origin = origin.clone();
                move |_| {
                    trust(&origin);
                    answer(true);
                }
            };
            let what = title.map_or_else(|| "a recording".to_owned(), |title| format!("“{title}”"));
            view! {
                <div class="ph-embed__question" role="alertdialog" aria-label="Open what this page hands over?" data-testid="consent">
                    <p>{format!("{origin} wants to open {what} here. Nothing of it leaves this computer.")}</p>
                    <div class="ph-embed__answers">
                        <Button look=ButtonLook::Primary on_press=move |_| answer(true)>"Open it"</Button>
                        <Button on_press=always>"Always open what it hands over"</Button>
                        <Button on_press=move |_| answer(false)>"No"</Button>
                    </div>
                </div>
            }
        })
    }
}

fn is_trusted(origin: &str) -> bool {
    kept().is_some_and(|kept| kept.split(' ').any(|trusted| trusted == origin))
}

fn trust(origin: &str) {
    let all = format!("{} {origin}", kept().unwrap_or_default());
    if let Ok(Some(storage)) = window().local_storage() {
        // Refused where the person has forbidden storage; then the question is asked again.
        storage.set_item(KEY, all.trim()).ok();
    }
}

fn kept() -> Option<String> {
    window().local_storage().ok()??.get_item(KEY).ok()?
}
