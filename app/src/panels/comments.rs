//! The panel with comments on moments of the recording. What people wrote is text, and nothing but text.

use components::{
    format,
    primitives::{
        button::{Button, ButtonLook, IconButton},
        empty_state::EmptyState,
        icon::Icon,
        menu::{MenuButton, MenuItem},
    },
};
use leptos::{ev::KeyboardEvent, html, prelude::*, task::spawn_local};

use super::saving;
use crate::{
    logic::comments::{self, Comment},
    stores::{
        Stores,
        comments::{CommentStore, Draft, Kept},
    },
};

/// What people said, in the order of time.
#[component]
pub fn CommentsPanel() -> impl IntoView {
    let stores: Stores = expect_context();
    let comments = stores.comments;
    let chooser = NodeRef::<html::Input>::new();
    let has_any = Memo::new(move |_| comments.all().with(|all| !all.is_empty()));
    let import = move |_| {
        if let Some(input) = chooser.get_untracked() {
            spawn_local(take_in(comments, input));
        }
    };
    view! {
        <section class="ph-panel ph-comments" aria-label="Comments" data-testid="comments-panel">
            <div class="ph-panel__head">
                <span class="ph-panel__title ph-comments__says">{move || says(comments)}</span>
                <IconButton
                    icon=Icon::Comment
                    label="Comment on this moment"
                    key_hint="Shift+C"
                    on_press=move |_| begin(stores)
                />
                <MenuButton icon=Icon::More label="More about comments" items=move |()| more(stores, chooser)/>
                <input
                    type="file"
                    hidden
                    accept=".json,application/json"
                    aria-label="Comments to import"
                    data-testid="comments-file"
                    node_ref=chooser
                    on:change=import
                />
            </div>
            <div class="ph-panel__body ph-comments__body">
                {move || comments.draft().get().map(|draft| view! { <Writing draft=draft/> })}
                <Deleted/>
                <Show
                    when=move || { has_any.get() || comments.draft().with(Option::is_some) }
                    fallback=move || {
                        view! {
                            <EmptyState icon=Icon::Comment title="No comments" text="Say something about a moment: go there and press Shift+C.">
                                <Button look=ButtonLook::Primary on_press=move |_| begin(stores)>"Comment on this moment"</Button>
                            </EmptyState>
                        }
                    }
                >
                    <ol class="ph-comments__list" aria-label="Comments">
                        <For each=move || comments.list() key=|comment| (comment.id.clone(), comment.at_ms.to_bits(), comment.text.clone()) let(comment)>
                            <Row comment=comment/>
                        </For>
                    </ol>
                </Show>
            </div>
            <p class="ph-panel__note" role="status" data-testid="comments-note">{move || note(comments)}</p>
        </section>
    }
}

/// Begins a comment on the moment.
pub(crate) fn begin(stores: Stores) {
    let moment = stores.timeline.moment().get_untracked();
    stores.comments.begin(Some(Draft {
        time_ms: moment.time_ms,
        point: moment.point,
    }));
}

fn says(comments: CommentStore) -> String {
    match comments.all().with(|all| all.len()) {
        1 => "1 comment".to_owned(),
        n => format!("{} comments", format::count(n as u64)),
    }
}

fn note(comments: CommentStore) -> String {
    let kept = match comments.place().get() {
        Kept::Nowhere => {
            "This browser keeps nothing: comments are gone with this page, unless you export them."
        }
        Kept::Browser => "Kept in this browser only.",
        Kept::Server => "Kept on the server: whoever may see this recording reads them.",
    };
    comments.notice().get().unwrap_or_else(|| kept.to_owned())
}

/// What can be done with all of them.
fn more(stores: Stores, chooser: NodeRef<html::Input>) -> Vec<MenuItem> {
    let comments = stores.comments;
    let has_any = comments.all().with_untracked(|all| !all.is_empty());
    let export = move || {
        let list = untrack(|| comments.list());
        let name = format!("comments-{}.json", stores.recording.id().as_str());
        let saved = saving::save_text(&name, &comments::write(&list), "application/json");
        comments.tell(saved.err());
    };
    let choose = move || {
        if let Some(input) = chooser.get_untracked() {
            input.click();
        }
    };
    vec![
        MenuItem::new("Export as a file", export).enabled(has_any),
        MenuItem::new("Import from a file…", choose),
    ]
}

async fn take_in(comments: CommentStore, input: web_sys::HtmlInputElement) {
    let Some(text) = saving::chosen_text(input).await else {
        return;
    };
    let told = match text.and_then(|text| comments::read(&text)) {
        Ok(list) => match comments.take_in(list) {
            0 => "All of these comments were here already.".to_owned(),
            1 => "1 comment was imported.".to_owned(),
            n => format!("{n} comments were imported."),
        },
        Err(reason) => reason,
    };
    comments.tell(Some(told));
}

/// A comment that is being written.
#[component]
fn Writing(draft: Draft) -> impl IntoView {
    let stores: Stores = expect_context();
    let comments = stores.comments;
    let text = RwSignal::new(String::new());
    let trouble = RwSignal::new(None::<String>);
    let at = draft.time_ms;
    let save = move || match comments::check(&text.get_untracked()) {
        Ok(()) => comments.add(Comment {
            id: new_id(),
            time_ms: draft.time_ms,
            point: draft.point.clone(),
            text: text.get_untracked().trim().to_owned(),
            author: comments.author().get_untracked(),
            at_ms: js_sys::Date::now(),
        }),
        Err(reason) => trouble.set(Some(reason)),
    };
    view! {
        <form class="ph-comments__form" data-testid="comment-form" on:submit=|event| event.prevent_default()>
            <span class="ph-comments__when">{format!("At {}", format::clock(at))}</span>
            <Words label="Comment" text=text on_save=save.clone() on_cancel=move || comments.begin(None)/>
            <div class="ph-comments__line">
                <input
                    class="ph-comments__name"
                    type="text"
                    aria-label="Your name"
                    placeholder="Your name (optional)"
                    maxlength=comments::MAX_AUTHOR.to_string()
                    prop:value=move || comments.author().get()
                    on:input=move |event| comments.set_author(event_target_value(&event))
                />
                <span class="ph-comments__space"></span>
                <Button on_press=move |_| comments.begin(None)>"Cancel"</Button>
                <Button look=ButtonLook::Primary on_press=move |_| save()>"Save"</Button>
            </div>
            <p class="ph-comments__trouble" role="alert">{move || trouble.get()}</p>
        </form>
    }
}

/// A field for words. Ctrl or Cmd and Enter saves, Escape gives up.
#[component]
fn Words(
    label: &'static str,
    text: RwSignal<String>,
    on_save: impl Fn() + 'static,
    on_cancel: impl Fn() + 'static,
) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // Focus is refused only by elements that have left the page.
            field.focus().ok();
        }
    });
    let on_keydown = move |event: KeyboardEvent| {
        let has_mod = event.ctrl_key() || event.meta_key();
        match event.key().as_str() {
            "Enter" if has_mod => on_save(),
            "Escape" => on_cancel(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <textarea
            class="ph-comments__words"
            rows="3"
            aria-label=label
            placeholder="What is there to see? Ctrl+Enter saves."
            node_ref=field
            prop:value=move || text.get()
            on:input=move |event| text.set(event_target_value(&event))
            on:keydown=on_keydown
        ></textarea>
    }
}

/// What was deleted, as long as it can be brought back.
#[component]
fn Deleted() -> impl IntoView {
    let Stores { comments, .. } = expect_context();
    move || {
        comments.deleted().get().map(|gone| {
            view! {
                <div class="ph-comments__deleted" role="status" data-testid="comment-deleted">
                    <span>{format!("The comment at {} was deleted.", format::clock(gone.time_ms))}</span>
                    <Button on_press=move |_| comments.restore(new_id())>"Undo"</Button>
                    <IconButton icon=Icon::Close label="Dismiss" on_press=move |_| comments.forget_deleted()/>
                </div>
            }
        })
    }
}

#[component]
fn Row(comment: Comment) -> impl IntoView {
    let stores: Stores = expect_context();
    let (comments, timeline) = (stores.comments, stores.timeline);
    let is_edited = RwSignal::new(false);
    let text = RwSignal::new(comment.text.clone());
    let trouble = RwSignal::new(None::<String>);
    let (id, time_ms, point) = (comment.id.clone(), comment.time_ms, comment.point.clone());
    let is_here = Memo::new(move |_| (timeline.time_ms().get() - time_ms).abs() < 0.5);
    let is_own = {
        let id = id.clone();
        Memo::new(move |_| !comments.is_locked(&id))
    };
    let author = match comment.author.trim() {
        "" => None,
        author => Some(author.to_owned()),
    };
    let said = comment.text;
    let words = said.clone();
    let save = {
        let id = id.clone();
        move || match comments::check(&text.get_untracked()) {
            Ok(()) => {
                is_edited.set(false);
                comments.edit(&id, text.get_untracked().trim().to_owned(), js_sys::Date::now());
            }
            Err(reason) => trouble.set(Some(reason)),
        }
    };
    let give_up = move || {
        text.set(said.clone());
        trouble.set(None);
        is_edited.set(false);
    };
    let body = move || {
        match is_edited.get() {
        false => view! { <p class="ph-comments__text" dir="auto">{words.clone()}</p> }.into_any(),
        true => view! {
            <div class="ph-comments__form">
                <Words label="Comment" text=text on_save=save.clone() on_cancel=give_up.clone()/>
                <div class="ph-comments__line">
                    <span class="ph-comments__space"></span>
                    <Button on_press={ let give_up = give_up.clone(); move |_| give_up() }>"Cancel"</Button>
                    <Button look=ButtonLook::Primary on_press={ let save = save.clone(); move |_| save() }>"Save"</Button>
                </div>
                <p class="ph-comments__trouble" role="alert">{move || trouble.get()}</p>
            </div>
        }
        .into_any(),
    }
    };
    let remove = move |_| comments.remove(&id);
    view! {
        <li class="ph-comments__row" class:ph-comments__row--here=move || is_here.get() data-testid="comment">
            <div class="ph-comments__line">
                <button
                    type="button"
                    class="ph-comments__when"
                    title="Go to this moment"
                    aria-current=move || is_here.get().then_some("true")
                    on:click=move |_| timeline.go_to(time_ms, point.clone())
                >
                    {format::clock(time_ms)}
                </button>
                <bdi class="ph-comments__author">{author}</bdi>
                <span class="ph-comments__space"></span>
                <Show when=move || { is_own.get() && !is_edited.get() }>
                    <button type="button" class="ph-button ph-comments__act" on:click=move |_| is_edited.set(true)>"Edit"</button>
                    <button type="button" class="ph-button ph-comments__act" on:click=remove.clone()>"Delete"</button>
                </Show>
            </div>
            {body}
        </li>
    }
}

/// An id that no other comment has.
fn new_id() -> String {
    let part = || (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("{:08x}{:08x}{:08x}", part(), part(), part())
}
