//! Sharing by the server: what is to leave goes there, with a pause where one is wanted, and the link to it comes back.

use std::time::Duration;

use components::{
    format,
    primitives::{
        button::{Button, ButtonLook},
        icon::Icon,
    },
};
use leptos::{prelude::*, task::spawn_local};

use super::content::Choices;
use crate::{
    logic::uploading::Stage,
    panels::{access::TokenForm, clipboard, link},
    stores::{
        Stores,
        sharing::{ShareStore, Work},
        uploading::{Access, Going, Sending, UploadStore},
    },
    url::Link,
};

/// What goes to the server.
#[component]
pub fn Upload() -> impl IntoView {
    let uploads: UploadStore = expect_context();
    let is_chosen = Memo::new(move |_| !matches!(uploads.sending().get(), Sending::Going(_)));
    let may = Memo::new(move |_| uploads.access().get());
    move || {
        match (is_chosen.get(), may.get()) {
        (false, _) => view! { <Progress/> }.into_any(),
        (true, Access::Granted) => view! { <What/> }.into_any(),
        (true, Access::WantsToken { was_told }) => view! { <Token was_told=was_told/> }.into_any(),
        (true, Access::Unknown | Access::Refused) => view! {
            <p class="ph-share__hint">"This server takes no recordings. One that does is started with --uploads."</p>
        }
        .into_any(),
    }
    }
}

/// Asks who wants to send something, where the server wants to know.
#[component]
fn Token(was_told: bool) -> impl IntoView {
    let (stores, uploads): (Stores, UploadStore) = (expect_context(), expect_context());
    view! {
        <p class="ph-share__hint">
            {format!("{} says only to those who show its token whether it takes recordings.", uploads.host())}
        </p>
        <TokenForm is_wanted=true was_told=was_told verb="Ask" on_token=move |token| uploads.ask(stores, Some(token))/>
    }
}

/// What is to be sent, and the button that does it.
#[component]
fn What() -> impl IntoView {
    let uploads: UploadStore = expect_context();
    let is_as_it_is = uploads.is_as_it_is();
    let is_making = Memo::new(move |_| matches!(uploads.sending().get(), Sending::Making { .. }));
    let whole = move || {
        uploads.has_file().then(|| {
            view! {
                <label class="ph-settings__check">
                    <input
                        type="checkbox"
                        data-testid="upload-as-it-is"
                        disabled=move || is_making.get()
                        prop:checked=move || is_as_it_is.get()
                        on:change=move |event| is_as_it_is.set(event_target_checked(&event))
                    />
                    "The file as it is, with all that is in it"
                </label>
            }
        })
    };
    view! {
        {whole}
        <Show when=move || !is_as_it_is.get()><Choices/></Show>
        <Start/>
    }
}

/// The button, and how far the file is that is to be sent.
#[component]
fn Start() -> impl IntoView {
    let (stores, share, uploads): (Stores, ShareStore, UploadStore) =
        (expect_context(), expect_context(), expect_context());
    let sending = uploads.sending();
    let is_free = Memo::new(move |_| !matches!(share.work().get(), Work::Going { .. }));
    let told = move || match sending.get() {
        Sending::Making { done, n_bytes } => view! {
            <progress max="1" value=done.to_string() aria-label="How much of the file is made"></progress>
            <span class="ph-number">{format!("Making it, {}", format::bytes(n_bytes as u64))}</span>
        }
        .into_any(),
        Sending::NotMade(reason) => view! { <span class="ph-share__trouble">{reason}</span> }.into_any(),
        Sending::None | Sending::Going(_) => {
            view! { <span class="ph-share__hint">{format!("To {}", uploads.host())}</span> }.into_any()
        }
    };
    let is_making = Memo::new(move |_| matches!(sending.get(), Sending::Making { .. }));
    let send = move |_| {
        let range = untrack(|| share.range(stores));
        uploads.send(stores, share.plan(stores), range);
    };
    let button = move || match is_making.get() {
        true => view! { <Button look=ButtonLook::Framed on_press=move |_| uploads.cancel()>"Stop"</Button> }
            .into_any(),
        false => view! {
            <Button look=ButtonLook::Primary enabled=is_free on_press=send>"Upload"</Button>
        }
        .into_any(),
    };
    view! {
        <div class="ph-share__making">
            <div class="ph-share__told" role="status" data-testid="upload-work">{told}</div>
            {button}
        </div>
    }
}

/// How far it is, and what can be done about it.
#[component]
fn Progress() -> impl IntoView {
    let uploads: UploadStore = expect_context();
    let going = Memo::new(move |_| match uploads.sending().get() {
        Sending::Going(going) => Some(going),
        _ => None,
    });
    let read =
        move |read: fn(&Going) -> u64| going.with(|going| going.as_ref().map(read).unwrap_or_default());
    let stage = Memo::new(move |_| going.with(|going| going.as_ref().map(|going| going.stage.clone())));
    let arrived = move || read(|going| going.arrived);
    let bytes = move || {
        let n_bytes = read(|going| going.n_bytes);
        format!("{} of {}", format::bytes(arrived()), format::bytes(n_bytes))
    };
    let host = uploads.host();
    let words = move || match stage.get() {
        Some(Stage::Connecting) => format!("Asking {host} to take it…"),
        Some(Stage::Sending) => {
            format!("On its way to {host}. You may close this sheet meanwhile, but not the page.")
        }
        Some(Stage::Paused) => "Paused. What has arrived waits for the rest.".to_owned(),
        Some(Stage::Lost) => {
            format!("The connection to {host} is lost. It is tried again, and goes on where it was.")
        }
        Some(Stage::Finishing) => "All of it has arrived; the server reads it through.".to_owned(),
        Some(Stage::Done) => {
            "It is there. Whoever may look at recordings there sees it by this link:".to_owned()
        }
        Some(Stage::Cancelled) => "Given up.".to_owned(),
        Some(Stage::Failed(_)) | None => String::new(),
    };
    let trouble = move || match stage.get() {
        Some(Stage::Failed(reason)) => reason,
        _ => String::new(),
    };
    view! {
        <div class="ph-share__line">
            <progress
                class="ph-share__bar"
                data-testid="upload-bar"
                max=move || read(|going| going.n_bytes).max(1).to_string()
                value=move || arrived().to_string()
                aria-label="How much has arrived"
            ></progress>
            <span class="ph-number" data-testid="upload-bytes">{bytes}</span>
        </div>
        <p class="ph-share__said" role="status" data-testid="upload-stage">{words}</p>
        <p class="ph-share__trouble" role="alert" data-testid="upload-trouble">{trouble}</p>
        <Show when=move || stage.get() == Some(Stage::Done)><Arrived/></Show>
        <div class="ph-share__buttons"><Ways stage=stage/></div>
    }
}

/// What can be done about a recording on its way.
#[component]
fn Ways(
    /// How far it is.
    stage: Memo<Option<Stage>>,
) -> impl IntoView {
    let uploads: UploadStore = expect_context();
    let cancel = move |_| match stage.get_untracked() {
        Some(Stage::Done | Stage::Cancelled) | None => uploads.forget(),
        Some(_) => uploads.cancel(),
    };
    // One button that changes its words, so that the keyboard stays on it.
    let words = Memo::new(move |_| match stage.get() {
        Some(Stage::Connecting | Stage::Sending) => Some("Pause"),
        Some(Stage::Paused) => Some("Resume"),
        Some(Stage::Lost) => Some("Try now"),
        Some(Stage::Failed(_)) => Some("Try again"),
        Some(Stage::Finishing | Stage::Done | Stage::Cancelled) | None => None,
    });
    let press = move |_| match stage.get_untracked() {
        Some(Stage::Connecting | Stage::Sending) => uploads.pause(),
        _ => uploads.resume(),
    };
    // What the server reads already is there in a moment, and there is no taking it back.
    let last = Memo::new(move |_| match stage.get() {
        Some(Stage::Finishing) => None,
        Some(Stage::Done) => Some("Upload another"),
        _ => Some("Cancel"),
    });
    view! {
        <Show when=move || last.get().is_some()>
            <Button on_press=cancel>{move || last.get()}</Button>
        </Show>
        <Show when=move || words.get().is_some()>
            <Button look=ButtonLook::Framed on_press=press>{move || words.get()}</Button>
        </Show>
    }
}

/// The link to what has arrived.
#[component]
fn Arrived() -> impl IntoView {
    let uploads: UploadStore = expect_context();
    let address = Memo::new(move |_| match uploads.sending().get() {
        Sending::Going(going) => address(uploads, &going.id),
        _ => String::new(),
    });
    let is_copied = RwSignal::new(false);
    let copy = move |_| {
        let written = clipboard::write(&address.get_untracked());
        spawn_local(async move {
            if written.await {
                is_copied.try_set(true);
                let forget = move || {
                    is_copied.try_set(false);
                };
                set_timeout(forget, Duration::from_secs(2));
            }
        });
    };
    view! {
        <div class="ph-share__line">
            <input
                class="ph-share__link"
                type="text"
                readonly
                aria-label="The link to what was uploaded"
                data-testid="upload-link"
                prop:value=move || address.get()
            />
            <Button look=ButtonLook::Primary icon=Icon::Copy on_press=copy>
                {move || if is_copied.get() { "Copied" } else { "Copy" }}
            </Button>
            <a class="ph-button ph-button--framed" target="_blank" rel="noopener" data-testid="upload-open" href=move || address.get()>"Open"</a>
        </div>
    }
}

/// The address of the moment that is shown, in what was uploaded; of its beginning, where the moment is not in it.
fn address(uploads: UploadStore, id: &str) -> String {
    let page = Link {
        recording: None,
        from: None,
        dispatch: None,
        ..link::of_page()
    };
    let moment_ms = page.time_ms.unwrap_or_default();
    let outside = uploads
        .range()
        .filter(|range| !(range.begin_ms..=range.end_ms).contains(&moment_ms));
    let link = match outside {
        Some(range) => page.at(None, range.begin_ms),
        None => page,
    };
    link::of_recording(id, &link)
}
