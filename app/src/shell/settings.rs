//! The settings: the theme, where panels stand, which keys do what.

use std::sync::Arc;

use components::primitives::{
    button::Button,
    dialog::Dialog,
    select::{Choice, Select},
};
use leptos::{ev::KeyboardEvent, prelude::*};

use super::commands::{self, COMMANDS, Command, Page};
use crate::{
    logic::{keys, layout::Panel, playing::STOPS},
    panels::header::ThemeSelect,
    stores::preferences::SingleKeys,
};

/// The dialog of settings. What is changed holds at once and is kept.
#[component]
pub fn Settings(page: Page) -> impl IntoView {
    let preferences = page.preferences;
    let panels = move || {
        let is_there = |panel: &Panel| super::panels::is_there(*panel);
        Panel::ALL
            .into_iter()
            .filter(is_there)
            .map(|panel| {
                let is_shown = move || preferences.arrangement().with(|all| all.dock_of(panel).is_some());
                let change = move |event| match event_target_checked(&event) {
                    true => preferences.show_panel(panel),
                    false => preferences.hide_panel(panel),
                };
                view! { <label class="ph-settings__check"><input type="checkbox" prop:checked=is_shown on:change=change/>{panel.name()}</label> }
            })
            .collect_view()
    };
    let playing = page.stores.playing;
    let stops = STOPS.map(|(kind, name)| {
        let is_on = move || playing.stops().with(|stops| stops.contains(&kind));
        view! {
            <label class="ph-settings__check">
                <input type="checkbox" prop:checked=is_on on:change=move |_| playing.toggle_stop(kind)/>
                {format!("Stop at {name}")}
            </label>
        }
    });
    let frames = move || {
        let words = playing.frames().with(|frames| frames.words());
        words.unwrap_or_else(|| "Nothing has been played on this page yet.".to_owned())
    };
    let choice = |(choice, name): (SingleKeys, &str)| Choice {
        key: choice.key().to_owned(),
        name: name.to_owned(),
    };
    let single_keys: Arc<[Choice]> = [
        (SingleKeys::Always, "wherever nobody types"),
        (SingleKeys::Focused, "on the timeline and the picture"),
        (SingleKeys::Never, "never"),
    ]
    .map(choice)
    .into();
    let rows = COMMANDS
        .iter()
        .filter(|command| commands::is_there(command))
        .map(|command| view! { <KeyRow command=command page=page/> })
        .collect_view();
    view! {
        <Dialog title="Settings" is_open=page.are_settings_open on_close=move |()| page.are_settings_open.set(false)>
            <section class="ph-settings__part">
                <h3 class="ph-sheet__name">"Look"</h3>
                <div class="ph-settings__line"><span>"Theme"</span><ThemeSelect/></div>
                <div class="ph-settings__line">
                    <span>"Panels"</span>
                    <Button on_press=move |_| preferences.reset_layout()>"Put all back in their places"</Button>
                </div>
                <div class="ph-settings__checks" role="group" aria-label="Panels that are shown">{panels}</div>
            </section>
            <section class="ph-settings__part">
                <h3 class="ph-sheet__name">"Playing"</h3>
                <label class="ph-settings__check">
                    <input
                        type="checkbox"
                        prop:checked=move || playing.skips_idle().get()
                        on:change=move |event| playing.skip_idle(event_target_checked(&event))
                    />
                    "Idle time is skipped: from two seconds in which nothing was painted, pressed, said or requested"
                </label>
                <div class="ph-settings__checks" role="group" aria-label="What playing stops at">{stops}</div>
                <p class="ph-settings__hint" data-testid="frames">{frames}</p>
            </section>
            <section class="ph-settings__part">
                <h3 class="ph-sheet__name">"Stepping"</h3>
                <label class="ph-settings__check">
                    <input
                        type="checkbox"
                        prop:checked=move || preferences.passes_libraries()
                        on:change=move |event| preferences.pass_libraries(event_target_checked(&event))
                    />
                    "Steps pass over the code of libraries (node_modules, vendor folders, CDN hosts, .min.js)"
                </label>
            </section>
            <section class="ph-settings__part">
                <h3 class="ph-sheet__name">"Keys"</h3>
                <div class="ph-settings__line">
                    <span>"Single keys such as K or , do something"</span>
                    <Select
                        label="When single keys do something"
                        choices=single_keys
                        chosen=Signal::derive(move || preferences.single_keys().key().to_owned())
                        on_choose=move |key: String| preferences.set_single_keys(SingleKeys::of_key(&key))
                    />
                </div>
                <p class="ph-settings__hint">"Let them do less if you speak to your computer, or press keys by accident."</p>
                <p class="ph-settings__hint">"To change a key press its button, then the new key. Backspace takes it away, Escape leaves it as it was."</p>
                <div>{rows}</div>
            </section>
        </Dialog>
    }
}

/// A command with the buttons that change its keys.
#[component]
fn KeyRow(command: &'static Command, page: Page) -> impl IntoView {
    let preferences = page.preferences;
    let is_mac = super::is_mac();
    let is_listening = RwSignal::new(false);
    let trouble = RwSignal::new(None::<String>);
    let chords = Memo::new(move |_| commands::keys_of(command, preferences));
    let is_changed = move || preferences.keys().with(|keys| keys.contains_key(command.id));
    let on_keydown = move |event: KeyboardEvent| {
        if !is_listening.get_untracked() || event.key() == "Tab" {
            return;
        }
        event.stop_propagation();
        event.prevent_default();
        let Some(chord) = keys::chord(&super::press_of(&event), is_mac) else {
            return;
        };
        match chord.as_str() {
            "Escape" => {}
            "Backspace" => preferences.set_keys(command.id, Some(Vec::new())),
            chord => match commands::of_chord(chord, preferences).filter(|other| other.id != command.id) {
                Some(other) => {
                    return trouble.set(Some(format!(
                        "{} is taken by “{}”",
                        keys::shown(chord, is_mac),
                        other.name
                    )));
                }
                None => preferences.set_keys(command.id, Some(vec![chord.to_owned()])),
            },
        }
        trouble.set(None);
        is_listening.set(false);
    };
    let shown = move || match (is_listening.get(), chords.get().as_slice()) {
        (true, _) => "Press a key…".to_owned(),
        (false, []) => "None".to_owned(),
        (false, chords) => chords
            .iter()
            .map(|chord| keys::shown(chord, is_mac))
            .collect::<Vec<_>>()
            .join("  or  "),
    };
    view! {
        <div class="ph-settings__line">
            <span>{command.name}</span>
            <span class="ph-settings__keys">
                <span class="ph-settings__trouble" role="status">{move || trouble.get()}</span>
                <Show when=is_changed>
                    <Button on_press=move |_| preferences.set_keys(command.id, None)>"As before"</Button>
                </Show>
                <button
                    type="button"
                    class="ph-button ph-settings__key"
                    aria-label=move || format!("Key of {}: {}", command.name, shown())
                    on:click=move |_| is_listening.set(true)
                    on:keydown=on_keydown
                    on:blur=move |_| { is_listening.set(false); trouble.set(None); }
                >
                    {shown}
                </button>
            </span>
        </div>
    }
}
