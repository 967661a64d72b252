//! Parts of the viewer that come in files of their own: those that are seen as soon as the timeline answers, the others when there is
//! nothing else to do, so that opening them waits for nothing. What the files hold is decided by what only these functions reach
//! (`tools`, `wasm-bindgen`); without the feature `split` there are no files, and everything is there from the beginning.

use std::{cell::Cell, pin::Pin, time::Duration};

use components::primitives::dialog::Dialog;
use futures::channel::oneshot;
use leptos::{prelude::*, task::spawn_local};

use super::commands::Page;
use crate::{boot, panels};

/// Makes the view of a part whose file has come.
type Make = fn() -> AnyView;
type Loading = Pin<Box<dyn Future<Output = Option<Make>>>>;

/// `Part name file: view`, each part a function of its own; parts that name the same file come together.
macro_rules! parts {
    ($($part:ident $name:ident $file:ident: $view:expr;)*) => {
        /// A part.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Part {
            $(#[doc = stringify!($name)] $part),*
        }

        impl Part {
            const ALL: &[Self] = &[$(Self::$part),*];

            /// Loads its file, unless that has come already. None if it does not come.
            fn load(self) -> Loading {
                match self {
                    $(Self::$part => Box::pin(async { $name().await.ok() }),)*
                }
            }
        }

        $(
            #[cfg(feature = "split")]
            #[leptos::wasm_split::wasm_split($file, wasm_split_path = ::leptos::wasm_split, fallible)]
            fn $name() -> Result<Make, leptos::wasm_split::SplitLoaderError> {
                Ok(|| $view)
            }

            #[cfg(not(feature = "split"))]
            async fn $name() -> Result<Make, std::convert::Infallible> {
                Ok(|| $view)
            }
        )*
    };
}

// Few files: what several share goes to a file for each set of files that share it.
parts! {
    Rest rest first: { boot::complete(expect_context()); ().into_any() };
    Source source first: { panels::points::provide(expect_context()); view! { <panels::source::SourcePanel/> }.into_any() };
    Docks docks first: view! { <super::docks::Docks/> }.into_any();
    Stacked stacked first: view! { <super::layout::StackedPanels/> }.into_any();
    Overlays overlays first: view! { <super::layout::Overlays page=expect_context()/> }.into_any();
    Picture picture first: view! { <panels::picture::PicturePanel/> }.into_any();
    Focus focus first: view! { <panels::focus::FocusBar/> }.into_any();
    Controls controls first: view! { <panels::timeline::Controls/> }.into_any();
    Film film first: view! { <panels::timeline::Film/> }.into_any();
    Over over first: view! { <panels::timeline::Over/> }.into_any();
    Console console first: view! { <panels::console::ConsolePanel/> }.into_any();
    Stack stack first: view! { <panels::stack::StackPanel/> }.into_any();
    Scopes scopes first: view! { <panels::scopes::ScopesPanel/> }.into_any();
    Finder finder first: view! { <super::finder::Finder page=expect_context()/> }.into_any();
    Settings settings first: view! { <super::settings::Settings page=expect_context()/> }.into_any();
    Shortcuts shortcuts first: view! { <super::shortcut_sheet::ShortcutSheet page=expect_context()/> }.into_any();
    Sharing sharing first: view! { <panels::sharing::Sharing/> }.into_any();
    Points points more: view! { <panels::points::PointsPanel/> }.into_any();
    Network network more: view! { <panels::network::NetworkPanel/> }.into_any();
    Elements elements more: view! { <panels::elements::ElementsPanel/> }.into_any();
    Events events more: view! { <panels::events::EventsPanel/> }.into_any();
    Comments comments more: view! { <panels::comments::CommentsPanel/> }.into_any();
    Compare compare more: view! { <panels::compare::ComparePanel/> }.into_any();
    Protocol protocol more: view! { <panels::protocol::ProtocolPanel/> }.into_any();
    Library library library: view! { <boot::LibraryPage/> }.into_any();
    Opening opening library: view! { <boot::OpeningPage/> }.into_any();
    Ways ways library: view! { <boot::PageWays/> }.into_any();
    NotFound not_found library: view! { <super::NotFound/> }.into_any();
    Refused refused library: view! { <super::layout::Refused/> }.into_any();
    Waiting waiting library: view! { <boot::WaitingPanel/> }.into_any();
    Embed embed embed: view! { <crate::embed::EmbedPage/> }.into_any();
}

thread_local! {
    /// Parts that have come and wait for their turn to be put into the page.
    static N_IN_TURN: Cell<u32> = const { Cell::new(0) };
    static MADE: [Cell<Option<Make>>; Part::ALL.len()] = const { [const { Cell::new(None) }; Part::ALL.len()] };
}

impl Part {
    fn made(self) -> Option<Make> {
        MADE.with(|made| made.get(self as usize).and_then(Cell::get))
    }

    async fn fetch(self) -> Option<Make> {
        let make = self.load().await?;
        MADE.with(|made| made.get(self as usize).map(|made| made.set(Some(make))));
        Some(make)
    }
}

/// Waits until those before are in the page: a task each, so that the page can be used and drawn in between, where all at once
/// would keep it for a tenth of a second or two.
async fn turn() {
    let n_before = N_IN_TURN.get();
    N_IN_TURN.set(n_before + 1);
    for _ in 0..=n_before {
        let (sender, receiver) = oneshot::channel::<()>();
        let wake = move || {
            // Nobody waits any more if the page has been left.
            sender.send(()).ok();
        };
        set_timeout(wake, Duration::ZERO);
        receiver.await.ok();
    }
    N_IN_TURN.set(N_IN_TURN.get() - 1);
}

/// What the page of a recording does only once the timeline answers, and whether it does it already.
#[derive(Clone, Copy)]
struct Rest {
    page: Page,
    owner: StoredValue<Owner>,
    has_begun: StoredValue<bool>,
}

impl Rest {
    /// Loads it and begins it, once. False if it does not come.
    async fn begin(self) -> bool {
        let Some(make) = Part::Rest.fetch().await else {
            return false;
        };
        // The page may have gone meanwhile.
        if self.has_begun.try_get_value() == Some(false) {
            self.has_begun.set_value(true);
            self.owner.with_value(|owner| drop(owner.with(make)));
        }
        true
    }
}

/// Has the page of a recording completed once the timeline answers, and everything loaded that has not come once there is nothing
/// else to do. Call it above all views of parts.
pub(crate) fn complete(page: Page) {
    let rest = Rest {
        page,
        owner: StoredValue::new(Owner::current().unwrap_or_default()),
        has_begun: StoredValue::new(false),
    };
    provide_context(page);
    provide_context(rest);
    let stores = page.stores;
    // Once it has answered it has: what is loaded then makes the page busy, which must not count as another answer.
    let has_answered =
        Memo::new(move |before: Option<&bool>| before.is_some_and(|before| *before) || stores.answers());
    Effect::new(move |_| {
        if has_answered.try_get() == Some(true) {
            let busy = stores.connection.busy();
            spawn_local(async move {
                // If it does not come, that is said where panels should be.
                rest.begin().await;
                drop(busy);
            });
        }
    });
    // A frame holds what it shows and no more.
    if !page.is_embedded {
        let is_idle = Memo::new(move |_| stores.is_idle());
        fetch_when_idle(is_idle.into());
    }
}

/// Loads what has not come yet once the page has nothing to do, one after the other.
pub(crate) fn fetch_when_idle(is_idle: Signal<bool>) {
    let has_begun = StoredValue::new(false);
    Effect::new(move |_| {
        if is_idle.try_get() != Some(true) || has_begun.get_value() {
            return;
        }
        has_begun.set_value(true);
        spawn_local(async {
            let is_missing = |part: &&Part| **part != Part::Embed && part.made().is_none();
            for part in Part::ALL.iter().filter(is_missing) {
                // What does not come is asked for again when somebody wants to see it.
                part.fetch().await;
            }
        });
    });
}

/// How far a part is that is wanted on the page.
#[derive(Clone, Copy)]
enum Coming {
    /// It waits for the timeline, or is on its way.
    Waited,
    Come(Make),
    Failed,
}

/// A panel. Until its file has come there is an empty one; a file that does not come can be asked for again.
pub(crate) fn view_of(part: Part) -> AnyView {
    let coming = want(part);
    (move || match coming.get() {
        Coming::Waited => {
            view! { <div class="ph-panel ph-part" aria-busy="true"><p>"Loading…"</p></div> }.into_any()
        }
        Coming::Come(make) => make(),
        Coming::Failed => failed(coming),
    })
    .into_any()
}

/// What is on the page without being missed: nothing until its file has come, or if that does not come.
pub(crate) fn view_if_here(part: Part) -> AnyView {
    let coming = want(part);
    (move || match coming.get() {
        Coming::Come(make) => make(),
        Coming::Waited | Coming::Failed => ().into_any(),
    })
    .into_any()
}

/// What nobody misses until the page has nothing else to do.
pub(crate) fn view_when_idle(part: Part) -> AnyView {
    let rest: Option<Rest> = use_context();
    let has_time = RwSignal::new(false);
    Effect::new(move |_| {
        if rest.is_none_or(|rest| rest.page.stores.is_idle()) && has_time.try_get_untracked() == Some(false) {
            has_time.set(true);
        }
    });
    (move || has_time.get().then(|| view_if_here(part))).into_any()
}

/// What lies over the page, while it is open.
pub(crate) fn view_over(part: Part, is_open: Signal<bool>, close: Callback<()>) -> AnyView {
    let is_open = Memo::new(move |_| is_open.get());
    let shown = move || {
        let coming = want(part);
        move || match coming.get() {
            Coming::Waited => ().into_any(),
            Coming::Come(make) => make(),
            Coming::Failed => {
                view! { <Dialog title="Not loaded" is_open=true on_close=close>{failed(coming)}</Dialog> }
                    .into_any()
            }
        }
    };
    (move || is_open.get().then(|| shown().into_any())).into_any()
}

/// Loads a part, on the page of a recording not before the timeline answers. The page is busy meanwhile.
fn want(part: Part) -> RwSignal<Coming> {
    let rest: Option<Rest> = use_context();
    let is_ready = rest.is_none_or(|rest| rest.has_begun.get_value()) && N_IN_TURN.get() == 0;
    if let (Some(make), true) = (part.made(), is_ready) {
        return RwSignal::new(Coming::Come(make));
    }
    let stores = rest.map(|rest| rest.page.stores);
    let coming = RwSignal::new(Coming::Waited);
    // What is said while nobody answers cannot wait for an answer.
    let is_early = part == Part::Waiting;
    let answers = Memo::new(move |_| is_early || stores.is_none_or(|stores| stores.answers()));
    Effect::new(move |_| {
        if answers.try_get() != Some(true) || !matches!(coming.try_get(), Some(Coming::Waited)) {
            return;
        }
        let busy = stores.map(|stores| stores.connection.busy());
        spawn_local(async move {
            let has_begun = match rest {
                Some(rest) if !is_early => rest.begin().await,
                _ => true,
            };
            let made = if has_begun { part.fetch().await } else { None };
            turn().await;
            // The panel may have gone meanwhile.
            coming.try_set(made.map_or(Coming::Failed, Coming::Come));
            drop(busy);
        });
    });
    coming
}

fn failed(coming: RwSignal<Coming>) -> AnyView {
    view! {
        <div class="ph-empty">
            <p class="ph-empty__title">"This part of the viewer did not come"</p>
            <p class="ph-empty__text">
                "The server sent no file for it. Try again; if the viewer has been replaced meanwhile, reload the page."
            </p>
            <button type="button" class="ph-button" on:click=move |_| coming.set(Coming::Waited)>"Try again"</button>
        </div>
    }
    .into_any()
}
