//! Sharing a file, or sending one to the server: which part, what is left out, what would leave, and how large that is.

use components::{
    format,
    primitives::button::{Button, ButtonLook},
};
use leptos::prelude::*;

use crate::{
    logic::{
        scopes::Found,
        sharing::{Becomes, Kind, Portion},
    },
    stores::{
        Stores,
        sharing::{ShareStore, Work},
    },
};

/// The file that is to leave.
#[component]
pub fn File() -> impl IntoView {
    let share: ShareStore = expect_context();
    move || match share.can_make() {
        true => view! { <Choices/><Making/> }.into_any(),
        false => view! {
            <p class="ph-share__hint">
                "This service gives no files away, so there is none to share: share the link."
            </p>
        }
        .into_any(),
    }
}

/// What is to leave.
#[component]
pub fn Choices() -> impl IntoView {
    let (stores, share): (Stores, ShareStore) = (expect_context(), expect_context());
    Effect::new(move |_| share.want_inventory(stores));
    let is_going = Memo::new(move |_| matches!(share.work().get(), Work::Going { .. }));
    let kinds = Kind::ALL
        .map(|kind| {
            let is_out = move || share.left_out().with(|kinds| kinds.contains(&kind));
            view! {
                <label class="ph-share__kind">
                    <input
                        type="checkbox"
                        data-testid=format!("leave-out-{}", kind.key())
                        prop:checked=is_out
                        on:change=move |event| share.leave_out(kind, event_target_checked(&event))
                    />
                    <span>{kind.name()}<small>{kind.hint()}</small></span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="ph-share__set" disabled=move || is_going.get()>
            <legend>"Which part"</legend>
            <Part/>
        </fieldset>
        <fieldset class="ph-share__set" disabled=move || is_going.get()>
            <legend>"Leave out"</legend>
            <div class="ph-share__kinds-out">{kinds}</div>
        </fieldset>
        <Comments/>
        <Leaving/>
    }
}

/// Only what is in focus, or all.
#[component]
fn Part() -> impl IntoView {
    let (stores, share): (Stores, ShareStore) = (expect_context(), expect_context());
    let focus = stores.focus.span();
    let choice = move |name: String, is_part: bool| {
        view! {
            <label class="ph-settings__check">
                <input
                    type="radio"
                    name="share-part"
                    data-testid=if is_part { "share-part" } else { "share-all" }
                    prop:checked=move || share.is_part().get() == is_part
                    on:change=move |_| share.is_part().set(is_part)
                />
                {name}
            </label>
        }
    };
    move || {
        match focus.get() {
        Some(span) => {
            let (begin, end) = (format::clock(span.begin_ms), format::clock(span.end_ms));
            view! {
                {choice(format!("What is in focus, {begin} to {end}"), true)}
                {choice("The whole recording".to_owned(), false)}
            }
            .into_any()
        }
        None => view! {
            <p class="ph-share__hint">"The whole recording. To share a part of it, set the focus on the timeline first (Shift+F)."</p>
        }
        .into_any(),
    }
    }
}

/// Whether comments go along, where there are any.
#[component]
fn Comments() -> impl IntoView {
    let (stores, share): (Stores, ShareStore) = (expect_context(), expect_context());
    let n_comments = Memo::new(move |_| {
        let range = share.range(stores);
        let list = stores.comments.list();
        let is_in =
            |time_ms: f64| range.is_none_or(|range| (range.begin_ms..=range.end_ms).contains(&time_ms));
        list.iter().filter(|comment| is_in(comment.time_ms)).count()
    });
    move || {
        let name = match n_comments.get() {
            0 => return None,
            1 => "With the comment on it".to_owned(),
            n => format!("With the {n} comments on it"),
        };
        let has_comments = share.has_comments();
        Some(view! {
            <label class="ph-settings__check">
                <input type="checkbox" prop:checked=move || has_comments.get() on:change=move |event| has_comments.set(event_target_checked(&event))/>
                {name}
            </label>
        })
    }
}

/// What would leave, as long as it can be chosen.
#[component]
fn Leaving() -> impl IntoView {
    let share: ShareStore = expect_context();
    let row = move |portion: Portion| {
        let becomes = {
            let portion = portion.clone();
            Memo::new(move |_| share.left_out().with(|kinds| portion.becomes(kinds)))
        };
        let size = format::bytes(portion.n_bytes);
        let word = move || match becomes.get() {
            Becomes::Leaves => "leaves",
            Becomes::InPart => "in part",
            Becomes::LeftOut => "left out",
        };
        let size = move || {
            if becomes.get() == Becomes::LeftOut {
                "–".to_owned()
            } else {
                size.clone()
            }
        };
        view! {
            <tr class:ph-share__gone=move || becomes.get() == Becomes::LeftOut data-testid=format!("leaving-{}", portion.kind)>
                <th scope="row">{portion.words()}</th>
                <td>{word}</td>
                <td class="ph-number">{size}</td>
            </tr>
        }
    };
    move || match share.inventory().get() {
        Found::Pending => {
            view! { <p class="ph-share__hint" aria-busy="true">"Looking what is in it…"</p> }.into_any()
        }
        Found::Failed(reason) => view! { <p class="ph-share__trouble" role="alert">{reason}</p> }.into_any(),
        Found::Ready(inventory) => {
            let total = {
                let inventory = inventory.clone();
                move || {
                    let n_bytes = share.left_out().with(|kinds| inventory.n_bytes(kinds));
                    format!("About {} would leave this computer.", format::bytes(n_bytes))
                }
            };
            let rows = inventory.portions.iter().filter(|portion| portion.count > 0);
            let rows = rows.cloned().map(row).collect_view();
            view! {
                <details class="ph-share__leaving">
                    <summary data-testid="share-total">{total}</summary>
                    <table aria-label="What would leave"><tbody>{rows}</tbody></table>
                </details>
            }
            .into_any()
        }
    }
}

/// The button, and how far the file is.
#[component]
fn Making() -> impl IntoView {
    let (stores, share): (Stores, ShareStore) = (expect_context(), expect_context());
    let work = share.work();
    let told = move || match work.get() {
        Work::None => view! { <span></span> }.into_any(),
        Work::Going { done, n_bytes } => view! {
            <progress max="1" value=done.to_string() aria-label="How much of the file is made"></progress>
            <span class="ph-number">{format::bytes(n_bytes as u64)}</span>
        }
        .into_any(),
        Work::Saved { n_bytes } => {
            view! { <span>{format!("Saved, {}.", format::bytes(n_bytes as u64))}</span> }.into_any()
        }
        Work::Failed(reason) => view! { <span class="ph-share__trouble">{reason}</span> }.into_any(),
    };
    let button = move || {
        match work.with(|work| matches!(work, Work::Going { .. })) {
        true => view! { <Button look=ButtonLook::Framed on_press=move |_| share.stop()>"Stop"</Button> }.into_any(),
        false => view! {
            <Button look=ButtonLook::Primary on_press=move |_| share.save(stores, name_of(stores))>"Save the file"</Button>
        }
        .into_any(),
    }
    };
    view! {
        <div class="ph-share__making">
            <div class="ph-share__told" role="status" data-testid="share-work">{told}</div>
            {button}
        </div>
    }
}

/// What the file is called, after the recording.
fn name_of(stores: Stores) -> String {
    let title = stores.recording.title().get_untracked();
    let plain = |char: char| if char.is_alphanumeric() { char } else { '-' };
    let name: String = title.to_lowercase().chars().map(plain).take(60).collect();
    let parts: Vec<&str> = name.split('-').filter(|part| !part.is_empty()).collect();
    match parts.is_empty() {
        true => "shared.playhead".to_owned(),
        false => format!("{}-shared.playhead", parts.join("-")),
    }
}
