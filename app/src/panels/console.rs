//! The panel with the console: what was printed and thrown, and where a person asks the program something.

pub mod choices;
pub mod filters;
mod menu;
pub mod prompt;
mod rows;
pub mod search;
mod slices;

use components::{
    console::{Act, ConsoleView, FilterState, filter::ConsoleFilter},
    primitives::{
        button::{Button, ButtonLook, IconButton},
        empty_state::EmptyState,
        icon::Icon,
        menu::{Menu, MenuPlace},
    },
};
use leptos::{ev::KeyboardEvent, html, prelude::*};
use wire::experimental::RecordedContent;

use self::{choices::Choices, filters::FilterPane, menu::MenuTarget, prompt::Prompt, search::SearchBar};
use crate::{
    logic::layout::Panel,
    stores::{Stores, preferences::PreferenceStore},
};

/// The messages, before and after the moment, and the prompt below them.
#[component]
pub fn ConsolePanel() -> impl IntoView {
    let stores: Stores = expect_context();
    let Stores {
        timeline,
        console,
        focus,
        ..
    } = stores;
    let preferences: Option<PreferenceStore> = use_context();
    let choices = Choices::new();
    let is_filtering = RwSignal::new(false);
    let search = RwSignal::new(None::<String>);
    let found = RwSignal::new(None::<usize>);
    let panel = NodeRef::<html::Section>::new();

    let shows_time = choices.shows_time();
    let rows = rows::rows(stores);
    let n_before = Memo::new(move |_| timeline.moment().with(|moment| console.n_before(moment)));
    let current = Memo::new(move |_| timeline.moment().with(|moment| console.current(moment)));
    let stopped_after = Memo::new(move |_| {
        let is_stopped = timeline
            .moment()
            .with(|moment| moment.point.is_some() && !moment.is_dragged);
        (is_stopped && !timeline.is_playing().get()).then(|| n_before.get().saturating_sub(1))
    });
    // What was evaluated last, or found last: whichever changed last.
    let evaluated = Memo::new(move |_| console.wanted());
    let wanted = RwSignal::new(None::<usize>);
    Effect::new(move |_| wanted.set(evaluated.get()));
    Effect::new(move |_| {
        if let Some(index) = found.get() {
            wanted.set(Some(index));
        }
    });
    Effect::new(move |before: Option<u32>| {
        let turn = focus.turn().get();
        if before.is_some_and(|before| before != turn) {
            console.ask_points_again();
        }
        turn
    });

    let notice = RwSignal::new("");
    let target = RwSignal::new(None::<MenuTarget>);
    let place = RwSignal::new(None::<MenuPlace>);
    let on_act = move |(index, act): (usize, Act)| match act {
        Act::Menu(at) => {
            target.set(MenuTarget::new(stores, index));
            place.set(Some(at));
        }
        act => rows::act(stores, index, act),
    };
    let on_keydown = move |event: KeyboardEvent| {
        let has_mod = event.ctrl_key() || event.meta_key();
        if has_mod && !event.alt_key() && !event.shift_key() && event.key().eq_ignore_ascii_case("f") {
            event.prevent_default();
            event.stop_propagation();
            if search.get_untracked().is_none() {
                search.set(Some(String::new()));
            }
            search::focus_input();
        }
    };
    let is_behind = Memo::new(move |_| console.is_behind());
    Effect::new(move |_| {
        if is_behind.get() {
            slices::run(move || console.go_on());
        }
    });
    let is_empty = Memo::new(move |_| console.n_shown() == 0);
    let marked = Signal::derive(move || search.get().unwrap_or_default().trim().to_lowercase());
    view! {
        <section class="ph-panel ph-console-panel" aria-label="Console" node_ref=panel on:keydown=on_keydown>
            <div class="ph-panel__head">
                <ConsoleFilter
                    state=Signal::derive(move || console.filter().with(|filter| filter.state.clone()))
                    counts=Memo::new(move |_| components::console::LevelCounts { n_messages: console.counts() })
                    problem=Memo::new(move |_| console.problem())
                    on_change=move |state| {
                        let mut filter = console.filter().get_untracked();
                        filter.state = state;
                        console.set_filter(filter);
                    }
                />
                <FilterButton is_open=is_filtering/>
                <Show when=move || console.has_evaluations()>
                    <IconButton icon=Icon::Close label="Clear what was evaluated" on_press=move |_| console.clear_evaluations()/>
                </Show>
                <IconButton
                    icon=Icon::Search
                    label="Search the messages"
                    on_press=move |_| {
                        search.update(|search| *search = match search { Some(_) => None, None => Some(String::new()) });
                        search::focus_input();
                    }
                />
            </div>
            <Show when=move || is_filtering.get()>
                <FilterPane choices=choices on_close=move |()| is_filtering.set(false)/>
            </Show>
            <Show when=move || search.with(Option::is_some)>
                <SearchBar query=search found=found/>
            </Show>
            <Notes/>
            <div
                class="ph-panel__body ph-console"
                data-complete=move || console.is_complete().get().to_string()
                aria-busy=move || if is_behind.get() { "true" } else { "false" }
            >
                <Show when=move || !is_empty.get() fallback=NoMessages>
                    <ConsoleView
                        rows=rows
                        n_before=n_before
                        current=current
                        wanted=wanted
                        stopped_after=stopped_after
                        shows_time=shows_time
                        marked=marked
                        on_act=on_act
                    />
                </Show>
            </div>
            <p class="ph-panel__note ph-console-panel__notice" role="status">{move || notice.get()}</p>
            <Prompt choices=choices/>
            <Menu
                label="Message"
                place=place
                items=move |()| target.get_untracked().map(|target| target.items(stores, preferences, notice)).unwrap_or_default()
            />
        </section>
    }
}

#[component]
fn FilterButton(is_open: RwSignal<bool>) -> impl IntoView {
    let Stores { console, .. } = expect_context();
    // A dot says that something is not as it is without anybody's doing.
    let is_changed =
        move || console.shows_caught().get() || console.event_types().with(|types| !types.is_empty());
    view! {
        <button
            type="button"
            class="ph-button ph-button--icon ph-console-panel__more"
            class:ph-console-panel__more--changed=is_changed
            data-testid="console-filters"
            aria-label="What is shown"
            title="What is shown: sources, exceptions, events, times"
            aria-expanded=move || if is_open.get() { "true" } else { "false" }
            on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
        >
            <components::primitives::icon::IconView icon=Icon::ChevronDown/>
        </button>
    }
}

/// What is not in the list, and the ways to have it there.
#[component]
fn Notes() -> impl IntoView {
    let Stores { console, focus, .. } = expect_context();
    let outside = Memo::new(move |_| console.n_outside());
    let outside_text = move || {
        let (before, after) = outside.get();
        let n = |n: usize, word: &str| {
            (n > 0).then(|| format!("{} {word} the focus", components::format::count(n as u64)))
        };
        [n(before, "before"), n(after, "after")]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ")
    };
    let pages = [
        (
            console.caught(),
            "exceptions",
            Callback::new(move |()| console.more_caught()),
        ),
        (
            console.events(),
            "handlers",
            Callback::new(move |()| console.more_events()),
        ),
    ];
    let pages = pages
        .map(|(extent, noun, more)| {
            view! {
                <Show when=move || extent.with(|extent| extent.next.is_some())>
                    <p class="ph-panel__note">
                        {format!("These are the first of many {noun}. ")}
                        <Button on_press=move |_| more.run(())>"Show more"</Button>
                    </p>
                </Show>
                <Show when=move || extent.with(|extent| extent.failure.is_some())>
                    <p class="ph-panel__note" role="status">{move || extent.get().failure}</p>
                </Show>
            }
        })
        .into_iter()
        .collect_view();
    view! {
        <Show when=move || outside.get() != (0, 0)>
            <p class="ph-panel__note" data-testid="console-outside">
                {outside_text}" "
                <Button on_press=move |_| focus.clear()>"Show all"</Button>
            </p>
        </Show>
        <Show when=move || console.has_overflow().get()>
            <p class="ph-panel__note" role="status" data-testid="console-overflow">{move || overflow_text(console.is_focus_whole().get(), focus.window().with(Option::is_some))}</p>
        </Show>
        {pages}
    }
}

/// What is said where the server kept messages back.
fn overflow_text(is_focus_whole: Option<bool>, is_focused: bool) -> &'static str {
    match (is_focus_whole, is_focused) {
        (Some(true), _) => {
            "Messages are missing outside of the focus: there are too many for the server to send."
        }
        (Some(false), _) => {
            "Messages are missing, in the focus too: there are too many for the server to send. Focus on less."
        }
        (None, true) => {
            "Messages are missing: there are too many for the server to send. Those of the focus are on their way."
        }
        (None, false) => {
            "Messages are missing: there are too many for the server to send. Focus on a part to see all of that."
        }
    }
}

#[component]
fn NoMessages() -> impl IntoView {
    let Stores {
        console, recording, ..
    } = expect_context();
    let preferences = use_context::<PreferenceStore>();
    let why = Signal::derive(move || {
        let lack = recording.lack(&RecordedContent::Console);
        lack.unwrap_or_else(|| "This program printed nothing.".to_owned())
    });
    let is_filtered = move || console.n_lines() > 0;
    let widen = move |_| {
        let mut filter = console.filter().get_untracked();
        filter.state = FilterState::default();
        filter.shows_libraries |= console.n_library() > 0;
        console.set_filter(filter);
    };
    view! {
        <Show
            when=is_filtered
            fallback=move || {
                view! {
                    <Show when=move || console.is_complete().get()>
                        <EmptyState icon=Icon::Log title="No messages" text=why>
                            <Button on_press=move |_| if let Some(preferences) = preferences { preferences.hide_panel(Panel::Console) }>
                                "Hide this panel"
                            </Button>
                        </EmptyState>
                    </Show>
                }
            }
        >
            <EmptyState icon=Icon::Filter title="No message matches">
                <Button look=ButtonLook::Framed on_press=widen>"Clear the filter"</Button>
            </EmptyState>
        </Show>
    }
}
