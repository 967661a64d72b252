//! The ways in: where to drop a file, choose it, type its address, or open again what was open before; and what is said while
//! something is opened, or when it cannot be.

use components::{
    format,
    primitives::{
        button::{Button, ButtonLook, IconButton},
        empty_state::EmptyState,
        icon::{Icon, IconView},
    },
};
use leptos::{ev, prelude::*};

use crate::{
    logic::{
        library::ago,
        opening::{FILE_ENDINGS, Read},
    },
    stores::opening::{Opening, OpeningStore, Recent},
    url,
};

/// What the ways in do.
#[derive(Clone, Copy)]
pub struct Callbacks {
    /// The person wants to choose a file.
    pub choose: Callback<()>,
    /// The person has typed an address.
    pub address: Callback<String>,
    /// A file was chosen by the page's own input.
    pub input: Callback<ev::Event>,
}

/// The ways in on the page of the library.
#[component]
pub fn Ways(
    /// Whether they are all that there is, because no server has a list.
    is_welcome: bool,
    /// What they do.
    callbacks: Callbacks,
    /// Told the id of what the person wants to open again.
    #[prop(into)]
    on_reopen: Callback<String>,
    /// Told the id of what the person wants forgotten.
    #[prop(into)]
    on_forget: Callback<String>,
) -> impl IntoView {
    view! {
        <section class="ph-ways" class:ph-ways--welcome=is_welcome aria-label="Open a recording" data-testid="ways">
            <div class="ph-ways__zone">
                <IconView icon=Icon::File/>
                <div class="ph-ways__words">
                    {is_welcome.then(|| view! { <h1 class="ph-ways__title">"Open a recording"</h1> })}
                    <p>"Drop a "<b>".playhead"</b>" file anywhere on this page, or paste it; or a Playwright trace, rrweb events, a HAR file."</p>
                    <p class="ph-ways__private">"It is opened on this computer; nothing is sent anywhere."</p>
                </div>
                <Choose callbacks=callbacks is_welcome=is_welcome/>
                <AddressForm on_address=callbacks.address/>
            </div>
        </section>
        <Recents on_reopen=on_reopen on_forget=on_forget/>
    }
}

/// The button that has a file chosen, and the plain input for browsers that know no other way.
#[component]
fn Choose(callbacks: Callbacks, is_welcome: bool) -> impl IntoView {
    let look = if is_welcome {
        ButtonLook::Primary
    } else {
        ButtonLook::Framed
    };
    view! {
        <Button look=look icon=Icon::Folder on_press=move |_| callbacks.choose.run(())>"Choose a file…"</Button>
        <input type="file" hidden id="file-input" accept=FILE_ENDINGS.join(",") on:change=move |event| callbacks.input.run(event)/>
    }
}

/// Where an address is typed.
#[component]
fn AddressForm(on_address: Callback<String>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let address = typed.get_untracked();
        if !address.trim().is_empty() {
            on_address.run(address.trim().to_owned());
        }
    };
    view! {
        <form class="ph-ways__address" on:submit=submit>
            <label class="ph-search">
                <IconView icon=Icon::Link/>
                <input
                    class="ph-search__input"
                    type="text"
                    inputmode="url"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="https://…/recording.playhead"
                    aria-label="Address of a recording"
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
            </label>
            <button type="submit" class="ph-button ph-button--framed">"Open"</button>
        </form>
    }
}

/// What was opened before.
#[component]
fn Recents(on_reopen: Callback<String>, on_forget: Callback<String>) -> impl IntoView {
    let store: OpeningStore = expect_context();
    let now_ms = js_sys::Date::now();
    let row = move |recent: &Recent| {
        let (open, gone) = (recent.id.clone(), recent.id.clone());
        let Recent {
            title,
            place,
            is_address,
            size,
            opened_at,
            ..
        } = recent.clone();
        let icon = if is_address { Icon::Link } else { Icon::File };
        view! {
            <li class="ph-recent">
                <button type="button" class="ph-recent__open" data-testid="recent" on:click=move |_| on_reopen.run(open.clone())>
                    <IconView icon=icon/>
                    <span class="ph-recent__title">{title}</span>
                    <span class="ph-recent__place">{place}</span>
                    <span class="ph-recent__facts ph-number">{format!("{} · {}", format::bytes(size), ago(opened_at, now_ms))}</span>
                </button>
                <IconButton icon=Icon::Close label="Forget it" on_press=move |_| on_forget.run(gone.clone())/>
            </li>
        }
    };
    let has_any = Memo::new(move |_| store.recents().with(|recents| !recents.is_empty()));
    view! {
        <Show when=move || has_any.get()>
            <section class="ph-recents" aria-labelledby="recents">
                <h2 class="ph-library__subtitle" id="recents">"Opened before on this computer"</h2>
                <ul>{move || store.recents().with(|recents| recents.iter().map(row).collect_view())}</ul>
            </section>
        </Show>
    }
}

/// What is said over the viewer's other pages: that a file can be let go here, how far an opening is, or why it is refused.
#[component]
pub fn OpeningBar(
    /// Told that the person wants to choose a file.
    #[prop(into)]
    on_choose: Callback<()>,
) -> impl IntoView {
    let store: OpeningStore = expect_context();
    let shown = move || match store.opening().get() {
        Opening::Nothing => match store.word().get() {
            Some(word) => bar("ph-opening", Icon::Check, word, ().into_any(), store),
            None => ().into_any(),
        },
        Opening::Busy {
            name,
            kind,
            read,
            asks_network,
        } => bar(
            "ph-opening ph-opening--busy",
            Icon::File,
            busy_words(&name, kind.as_deref(), asks_network),
            progress(read, kind.is_some()),
            store,
        ),
        Opening::Failed { name, reason } => bar(
            "ph-opening ph-opening--failed",
            Icon::Warning,
            format!("{name} cannot be opened. {reason}"),
            ().into_any(),
            store,
        ),
        Opening::NeedsLeave { name } => {
            let words = format!("The browser does not let this page read {name}. Choose it again.");
            bar(
                "ph-opening ph-opening--failed",
                Icon::Warning,
                words,
                choose(on_choose),
                store,
            )
        }
        Opening::NeedsFile => bar(
            "ph-opening ph-opening--failed",
            Icon::Warning,
            "Choose the file again.".to_owned(),
            choose(on_choose),
            store,
        ),
    };
    view! {
        <Show when=move || store.is_dragged_over().get()>
            <Drop/>
        </Show>
        <div class="ph-openings" role="status" aria-live="polite" data-testid="opening">{shown}</div>
    }
}

/// What lies over the page while a file is held over it.
#[component]
fn Drop() -> impl IntoView {
    view! {
        <div class="ph-drop" aria-hidden="true" data-testid="drop">
            <p class="ph-drop__words"><IconView icon=Icon::File/>"Let go to open it. Nothing is sent anywhere."</p>
        </div>
    }
}

fn bar(class: &'static str, icon: Icon, words: String, more: AnyView, store: OpeningStore) -> AnyView {
    view! {
        <div class=class>
            <IconView icon=icon/>
            <p class="ph-opening__words">{words}</p>
            {more}
            <IconButton icon=Icon::Close label="Dismiss" on_press=move |_| store.dismiss()/>
        </div>
    }
    .into_any()
}

fn choose(on_choose: Callback<()>) -> AnyView {
    view! { <Button look=ButtonLook::Framed on_press=move |_| on_choose.run(())>"Choose a file…"</Button> }
        .into_any()
}

fn busy_words(name: &str, kind: Option<&str>, asks_network: bool) -> String {
    match (kind, asks_network) {
        (_, true) => format!(
            "The browser asks whether this page may reach your own network: {name} is there. Allow it to open the recording."
        ),
        (Some(kind), _) => format!("Importing {name}, {kind}…"),
        (None, _) => format!("Opening {name}…"),
    }
}

fn progress(read: Option<Read>, is_import: bool) -> AnyView {
    let Some(read) = read else { return ().into_any() };
    view! {
        <span class="ph-opening__read ph-number">{read.words(is_import)}</span>
        {read.share().map(|share| view! { <progress class="ph-opening__bar" max="1" value=share.to_string() aria-label="How much has come"></progress> })}
    }
    .into_any()
}

/// The whole page, while a recording that a link names is opened, or when it cannot be.
#[component]
pub fn OpeningPanel(
    /// What the ways in do.
    callbacks: Callbacks,
    /// Told that the person wants it tried again.
    #[prop(into)]
    on_again: Callback<()>,
    /// Told that the person allows the page to read the file.
    #[prop(into)]
    on_reopen: Callback<()>,
) -> impl IntoView {
    let store: OpeningStore = expect_context();
    let choose = move || choose(callbacks.choose);
    let library = || view! { <a class="ph-button" href=url::home()>"Go to the library"</a> };
    let shown = move || {
        match store.opening().get() {
        Opening::Nothing => ().into_any(),
        Opening::Busy { name, kind, read, asks_network } => view! {
            <div class="ph-opening-page" role="status">
                <p>{busy_words(&name, kind.as_deref(), asks_network)}</p>
                {progress(read, kind.is_some())}
            </div>
        }
        .into_any(),
        Opening::Failed { name, reason } => view! {
            <EmptyState icon=Icon::Warning title=format!("{name} cannot be opened") text=reason>
                <Button look=ButtonLook::Primary on_press=move |_| on_again.run(())>"Try again"</Button>
                {choose()}
                {library()}
            </EmptyState>
        }
        .into_any(),
        Opening::NeedsLeave { name } => view! {
            <EmptyState
                icon=Icon::File
                title=format!("{name} is a file on this computer")
                text="The browser asks once more whether this page may read it. Nothing is sent anywhere."
            >
                <Button look=ButtonLook::Primary on_press=move |_| on_reopen.run(())>{format!("Open {name}")}</Button>
                {choose()}
                {library()}
            </EmptyState>
        }
        .into_any(),
        Opening::NeedsFile => view! {
            <EmptyState
                icon=Icon::File
                title="This recording is a file on somebody's computer"
                text="If it is on this one, choose it again or drop it here. It is opened on this computer; nothing is sent anywhere."
            >
                {choose()}
                {library()}
            </EmptyState>
        }
        .into_any(),
    }
    };
    view! {
        <main class="ph-alone ph-alone--page" id="main" tabindex="-1" data-testid="opening">
            <h1 class="ph-hidden">"Opening a recording"</h1>
            {shown}
            <input type="file" hidden id="file-input" accept=FILE_ENDINGS.join(",") on:change=move |event| callbacks.input.run(event)/>
        </main>
        <Show when=move || store.is_dragged_over().get()>
            <Drop/>
        </Show>
    }
}

/// What is said over a recording's page while nobody answers.
#[component]
pub fn WaitingBar(
    /// The words; None while there is nothing to say.
    words: Signal<Option<String>>,
) -> impl IntoView {
    let bar = move |words: String| {
        view! {
            <div class="ph-opening ph-opening--failed">
                <IconView icon=Icon::Warning/>
                <p class="ph-opening__words">{words}</p>
            </div>
        }
    };
    view! { <div class="ph-openings" role="status" aria-live="polite" data-testid="waiting">{move || words.get().map(bar)}</div> }
}
