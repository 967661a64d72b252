//! The controls beside the track: play, the events before and after, how time runs, and what time it is.
//!
//! Their places and widths do not depend on what they show, so nothing moves while the digits do.

use leptos::{html, prelude::*};

use crate::{
    format,
    primitives::{
        button::IconButton,
        icon::{Icon, IconView},
        menu::{Menu, MenuButton, MenuItem, MenuPlace},
    },
};

mod clock;
mod types;
use clock::Clock;
pub use types::{Act, Precision, Shown, Told, speed_name};
pub mod demo;

/// How far the buttons go that move by a length of time, in ms.
const LEAP_MS: f64 = 10_000.0;

/// What runs time, in one row, and the clock.
#[component]
pub fn Transport(
    /// The current moment, in ms.
    #[prop(into)]
    time_ms: Signal<f64>,
    /// How long the recording is, in ms.
    #[prop(into)]
    duration_ms: Signal<f64>,
    /// Whether time is running.
    #[prop(into)]
    is_playing: Signal<bool>,
    /// Told what the person does.
    #[prop(into)]
    on_act: Callback<Act>,
    /// Told what was typed as the time to go to; answers what is wrong with it, if anything.
    #[prop(into)]
    on_go_to: Callback<String, Result<(), String>>,
    /// How exactly the program stands at the moment. Default: not at all.
    #[prop(into, optional)]
    precision: Signal<Precision>,
    /// How fast time runs. Default: as it did.
    #[prop(into, default = Signal::from(1.0))]
    speed: Signal<f64>,
    /// The speeds to choose from.
    #[prop(optional)]
    speeds: &'static [f64],
    /// Whether a stretch is repeated. Default: no.
    #[prop(into, optional)]
    repeats: Signal<bool>,
    /// What else there is to choose, made anew each time it is asked for. Default: nothing.
    #[prop(into, optional)]
    more: Option<Callback<(), Vec<MenuItem>>>,
    /// Whether the time is being typed: set by the person, or from outside.
    #[prop(optional)]
    is_typing: RwSignal<bool>,
    /// What there is to tell, the last.
    #[prop(into, optional)]
    told: Signal<Told>,
    /// How much of the time that ran was shown: the attributes `data-frames` and `data-dropped`.
    #[prop(into, optional)]
    shown: Signal<Shown>,
    /// Whether the end is followed of a recording that is still being made. Default: None, it is not being made.
    #[prop(into, optional)]
    live: Signal<Option<bool>>,
    /// Told that the person wants to follow the end.
    #[prop(into, optional)]
    on_live: Option<Callback<()>>,
) -> impl IntoView {
    let act = move |what: Act| on_act.run(what);
    let icon = Signal::derive(move || if is_playing.get() { Icon::Pause } else { Icon::Play });
    let label = Signal::derive(move || (if is_playing.get() { "Pause" } else { "Play" }).to_owned());
    view! {
        <div
            class="ph-transport"
            role="group"
            aria-label="Playback"
            data-testid="playback"
            data-frames=move || shown.get().n_frames
            data-dropped=move || shown.get().n_dropped
        >
            <div class="ph-transport__row">
                <IconButton icon=Icon::Previous label="Previous event" key_hint="[" on_press=move |_| act(Act::Previous)/>
                <Leap by_ms=-LEAP_MS on_act=on_act/>
                <IconButton icon=icon label=label key_hint="Space" on_press=move |_| act(Act::TogglePlay)/>
                <Leap by_ms=LEAP_MS on_act=on_act/>
                <IconButton icon=Icon::Next label="Next event" key_hint="]" on_press=move |_| act(Act::Next)/>
                <Speed speed=speed speeds=speeds on_act=on_act/>
                <Repeat repeats=repeats on_act=on_act/>
                {more.map(|more| view! { <MenuButton icon=Icon::More label="More of playing and of the time" items=more/> })}
                <Live live=live on_live=on_live/>
            </div>
            <Clock
                time_ms=time_ms
                duration_ms=duration_ms
                precision=precision
                is_typing=is_typing
                on_go_to=on_go_to
                on_copy=move |()| act(Act::CopyTime)
            />
            <Telling told=told/>
        </div>
    }
}

/// A button that moves by a length of time, for those who cannot drag and have no keys: some readers on touch screens make no
/// arrow keys for sliders (APG, media seek slider).
#[component]
fn Leap(by_ms: f64, on_act: Callback<Act>) -> impl IntoView {
    let is_back = by_ms < 0.0;
    let seconds = by_ms.abs() / 1e3;
    let way = if is_back { "Back" } else { "Forward" };
    let label = format!("{way} {}", format::spoken(by_ms.abs()));
    let key = if is_back { "J" } else { "L" };
    let words = format!("{}{seconds}", if is_back { "−" } else { "+" });
    view! {
        <button
            type="button"
            class="ph-button ph-button--icon ph-transport__leap"
            aria-label=label.clone()
            title=format!("{label} ({key})")
            on:click=move |_| on_act.run(Act::By(by_ms))
        >
            {words}
        </button>
    }
}

/// How fast time runs, and the menu to choose it from.
#[component]
fn Speed(speed: Signal<f64>, speeds: &'static [f64], on_act: Callback<Act>) -> impl IntoView {
    let place = RwSignal::new(None::<MenuPlace>);
    let button = NodeRef::<html::Button>::new();
    let label = Signal::derive(move || format!("Speed: {}", speed_name(speed.get())));
    let items = move |()| {
        let now = speed.get_untracked();
        let item =
            |to: f64| MenuItem::new(speed_name(to), move || on_act.run(Act::Speed(to))).checked(to == now);
        speeds.iter().copied().map(item).collect::<Vec<_>>()
    };
    view! {
        <button
            type="button"
            class="ph-button ph-transport__speed ph-number"
            class:ph-transport__speed--other=move || speed.get() != 1.0
            data-testid="speed"
            node_ref=button
            aria-haspopup="menu"
            aria-expanded=move || if place.get().is_some() { "true" } else { "false" }
            aria-label=move || label.get()
            title=move || format!("{} (< >)", label.get())
            on:click=move |_| place.set(button.get_untracked().map(|button| MenuPlace::below(&button)))
        >
            {move || speed_name(speed.get())}
        </button>
        <Menu label=label place=place items=items/>
    }
}

/// Whether a stretch is repeated.
#[component]
fn Repeat(repeats: Signal<bool>, on_act: Callback<Act>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="ph-button ph-button--icon ph-transport__toggle"
            aria-label="Repeat"
            title="Repeat what is selected, or in focus, or all (R)"
            aria-pressed=move || if repeats.get() { "true" } else { "false" }
            on:click=move |_| on_act.run(Act::ToggleRepeat)
        >
            <IconView icon=Icon::Repeat/>
        </button>
    }
}

/// Of a recording that is still being made: whether its end is followed, and the way back to it.
#[component]
fn Live(live: Signal<Option<bool>>, on_live: Option<Callback<()>>) -> impl IntoView {
    let is_live = Memo::new(move |_| live.get().is_some());
    let follows = Memo::new(move |_| live.get() == Some(true));
    let title = move || match follows.get() {
        true => "The end is followed as it is recorded",
        false => "Go to the end and follow it as it is recorded",
    };
    view! {
        <Show when=move || is_live.get()>
            <button
                type="button"
                class="ph-button ph-transport__live"
                data-testid="live"
                title=title
                aria-pressed=move || if follows.get() { "true" } else { "false" }
                on:click=move |_| {
                    if let Some(on_live) = on_live {
                        on_live.run(());
                    }
                }
            >
                <span class="ph-transport__lamp" aria-hidden="true"></span>
                "Live"
            </button>
        </Show>
    }
}

/// What was told last; it fades by its style.
#[component]
fn Telling(told: Signal<Told>) -> impl IntoView {
    view! {
        <div class="ph-transport__told" role="status">
            {move || {
                let Told { turn, text } = told.get();
                // An element of its own for each, so that each fades anew.
                (turn > 0).then(|| view! { <span class="ph-transport__words" data-testid="told" data-turn=turn>{text}</span> })
            }}
        </div>
    }
}
