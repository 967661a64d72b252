//! Everything that can be done by a key or from the palette: one table, from which the keyboard, the palette, the sheet of
//! shortcuts and the settings are made. This file is long because it is a table.

use components::picture::PictureRef;
use leptos::prelude::*;
use wire::debugger::Location;

use crate::{
    logic::layout::Panel,
    stores::{Step, Stores, focus::Edge, preferences::PreferenceStore, sources::SearchKind},
    url::Link,
};

/// What commands act on.
#[derive(Clone, Copy)]
pub struct Page {
    /// The recording's stores.
    pub stores: Stores,
    /// What the person likes.
    pub preferences: PreferenceStore,
    /// What the palette shows, if it is open.
    pub palette: RwSignal<Option<Mode>>,
    /// Whether the sheet of shortcuts is shown.
    pub is_help_open: RwSignal<bool>,
    /// Whether the settings are shown.
    pub are_settings_open: RwSignal<bool>,
    /// Copies the link to this moment.
    pub copy_link: Callback<()>,
    /// Whether there is room for one panel only.
    pub is_narrow: Signal<bool>,
    /// The way to the picture.
    pub picture: PictureRef,
    /// The link that the page was opened with.
    pub opened: StoredValue<Link>,
    /// The keys that were pressed last for a command; of the palette none.
    pub pressed: StoredValue<String>,
    /// Whether the page is in a frame of somebody else's page.
    pub is_embedded: bool,
    /// What everything on the page belongs to.
    pub owner: StoredValue<Owner>,
    /// Opens the share sheet, once that has come.
    pub share: StoredValue<Option<Callback<()>>>,
}

/// What the palette looks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Something to do.
    #[default]
    Commands,
    /// A source, by its name; `:` and a number lead to a line.
    Files,
    /// A function of the source that is shown.
    Symbols,
    /// A line of the source that is shown.
    Lines,
}

/// Something to do.
#[derive(Clone, Copy)]
pub struct Command {
    /// What preferences call it.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// With what it belongs together.
    pub group: &'static str,
    /// The keys it has by itself, as [`crate::logic::keys`] writes them.
    pub keys: &'static [&'static str],
    /// Does it.
    pub run: fn(Page),
}

const fn command(
    id: &'static str,
    group: &'static str,
    name: &'static str,
    keys: &'static [&'static str],
    run: fn(Page),
) -> Command {
    Command {
        id,
        name,
        group,
        keys,
        run,
    }
}

const MOVE: &str = "Move in time";
const LOOK: &str = "Zoom the timeline";
const STEP: &str = "Step";
const FIND: &str = "Find";
const SHOW: &str = "Show";
const FOCUS: &str = "Focus";
const PAGE: &str = "This page";

/// Every command, in the order in which sheets and palettes list them.
pub const COMMANDS: &[Command] = &[
    command("play", MOVE, "Play or pause", &["Space", "K"], |page| {
        page.stores.toggle_play()
    }),
    command("back-5", MOVE, "Back 5 seconds", &["Left"], |page| {
        seek_by(page, -5.0)
    }),
    command("forward-5", MOVE, "Forward 5 seconds", &["Right"], |page| {
        seek_by(page, 5.0)
    }),
    command("back-10", MOVE, "Back 10 seconds", &["J"], |page| {
        seek_by(page, -10.0)
    }),
    command("forward-10", MOVE, "Forward 10 seconds", &["L"], |page| {
        seek_by(page, 10.0)
    }),
    command("slower", MOVE, "Play slower", &["<"], |page| {
        page.stores.playing.change_speed(false)
    }),
    command("faster", MOVE, "Play faster", &[">"], |page| {
        page.stores.playing.change_speed(true)
    }),
    command(
        "repeat",
        MOVE,
        "Repeat what is selected, or in focus, or all",
        &["R"],
        |page| page.stores.playing.toggle_repeats(),
    ),
    command("skip-idle", MOVE, "Skip idle time, or play it", &[], |page| {
        let playing = page.stores.playing;
        playing.skip_idle(!playing.skips_idle().get_untracked());
    }),
    command("go-to-time", MOVE, "Go to a time or a point", &["T"], |page| {
        page.stores.playing.is_typing().set(true)
    }),
    command("start", MOVE, "To the beginning", &["Home"], |page| {
        page.stores.seek(0.0)
    }),
    command("end", MOVE, "To the end", &["End"], |page| {
        page.stores
            .seek(page.stores.timeline.duration_ms().get_untracked());
    }),
    command(
        TENTHS,
        MOVE,
        "To tenths of the recording: the beginning, 10 %, 20 % …",
        &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        go_to_tenth,
    ),
    command("paint-before", MOVE, "Previous picture", &[","], |page| {
        page.stores.go_to_paint(false)
    }),
    command("paint-after", MOVE, "Next picture", &["."], |page| {
        page.stores.go_to_paint(true)
    }),
    command(
        "event-before",
        MOVE,
        "Previous click, key or page",
        &["[", "Shift+Left"],
        |page| page.stores.go_to_marker(false),
    ),
    command(
        "event-after",
        MOVE,
        "Next click, key or page",
        &["]", "Shift+Right"],
        |page| page.stores.go_to_marker(true),
    ),
    command(
        "message-before",
        MOVE,
        "Previous console message",
        &["Shift+Up"],
        |page| go_to_message(page, false),
    ),
    command(
        "message-after",
        MOVE,
        "Next console message",
        &["Shift+Down"],
        |page| go_to_message(page, true),
    ),
    command(
        "place-before",
        MOVE,
        "Back to the place before",
        &["Mod+[", "Alt+-"],
        |_| history(-1),
    ),
    command(
        "place-after",
        MOVE,
        "Forward to the place after",
        &["Mod+]", "Alt+="],
        |_| history(1),
    ),
    command("zoom-in", LOOK, "Look closer", &["W", "+", "="], |page| {
        page.stores.view.zoom_in()
    }),
    command("zoom-out", LOOK, "Look from further away", &["S", "-"], |page| {
        page.stores.view.zoom_out()
    }),
    command("pan-left", LOOK, "Look at what comes earlier", &["A"], |page| {
        page.stores.view.pan(false)
    }),
    command("pan-right", LOOK, "Look at what comes later", &["D"], |page| {
        page.stores.view.pan(true)
    }),
    command("fit", LOOK, "Look at what is selected, or at all", &["F"], fit),
    // Shift and ; is : to a keyboard that has them on one key, and ' and " likewise.
    command("step-over", STEP, "Step over", &["F10", "Mod+'"], |page| {
        page.stores.step(Step::Over)
    }),
    command("step-back", STEP, "Step back", &["Shift+F10", "Mod+\""], |page| {
        page.stores.step(Step::Back)
    }),
    command("step-in", STEP, "Step in", &["F11", "F9", "Mod+;"], |page| {
        page.stores.step(Step::In)
    }),
    command("step-out", STEP, "Step out", &["Shift+F11", "Mod+:"], |page| {
        page.stores.step(Step::Out)
    }),
    command(
        "resume",
        STEP,
        "Run to the next breakpoint",
        &["F8", "Mod+\\"],
        |page| page.stores.points.run(true),
    ),
    command(
        "rewind",
        STEP,
        "Run back to the previous breakpoint",
        &["Shift+F8", "Mod+|"],
        |page| page.stores.points.run(false),
    ),
    command(
        "step-to-caller",
        STEP,
        "Step back to where this was called",
        &["Mod+Shift+F11"],
        |page| page.stores.points.step_to_caller(),
    ),
    command(
        "step-back-in",
        STEP,
        "Step back into the call before",
        &["Mod+F11"],
        |page| page.stores.points.step_back_in(),
    ),
    command(
        "frame-out",
        STEP,
        "Select the frame that called this one",
        &["Mod+."],
        |page| select_frame(page, true),
    ),
    command(
        "frame-in",
        STEP,
        "Select the frame that this one called",
        &["Mod+,"],
        |page| select_frame(page, false),
    ),
    command(
        "toggle-breakpoint",
        STEP,
        "Put a breakpoint on the line of the cursor, or take it away",
        &["Mod+B"],
        |page| {
            at_cursor(page, |stores, at| {
                stores
                    .points
                    .toggle_breakpoint(stores, &at.source_id, at.line, None);
            });
        },
    ),
    command(
        "toggle-print",
        STEP,
        "Print from the line of the cursor, or edit what it prints",
        &["Mod+Alt+B"],
        |page| {
            at_cursor(page, |stores, at| {
                stores.points.toggle_print(stores, &at.source_id, at.line, None);
            });
        },
    ),
    command(
        "breakpoints-off",
        STEP,
        "Put all breakpoints out of force, or back into it",
        &["Mod+F8"],
        |page| page.stores.points.toggle_all_breakpoints(page.stores),
    ),
    command(
        "palette",
        FIND,
        "Find a command",
        &["Mod+K", "Mod+Shift+P"],
        |page| page.palette.set(Some(Mode::Commands)),
    ),
    command("go-to-file", FIND, "Go to a source", &["Mod+P"], |page| {
        page.palette.set(Some(Mode::Files))
    }),
    command(
        "go-to-symbol",
        FIND,
        "Go to a function of this source",
        &["Mod+Shift+O"],
        |page| page.palette.set(Some(Mode::Symbols)),
    ),
    command(
        "go-to-line",
        FIND,
        "Go to a line of this source",
        &["Mod+G"],
        |page| page.palette.set(Some(Mode::Lines)),
    ),
    command(
        "find-in-sources",
        FIND,
        "Search all sources",
        &["Mod+Shift+F"],
        |page| search(page, SearchKind::Text),
    ),
    command(
        "find-function",
        FIND,
        "Search the functions of all sources",
        &["Mod+O"],
        |page| search(page, SearchKind::Functions),
    ),
    command("close-source", FIND, "Close this source", &["Alt+W"], |page| {
        let sources = page.stores.sources;
        if let Some(shown) = sources.shown().get_untracked() {
            sources.close(&shown.source_id);
        }
    }),
    command("show-picture", SHOW, "Show the picture", &[], |page| {
        page.preferences.show_panel(Panel::Picture)
    }),
    command(
        "picture-full",
        SHOW,
        "Fill the screen with the picture",
        &["Alt+Enter"],
        |page| page.picture.fill_screen(),
    ),
    command("film", SHOW, "Show or hide the film strip", &[], |page| {
        page.preferences
            .set_film(!untrack(|| page.preferences.has_film()));
    }),
    command("show-console", SHOW, "Show the console", &["Mod+`"], |page| {
        page.preferences.show_panel(Panel::Console)
    }),
    command(
        "console-clear",
        SHOW,
        "Clear what was evaluated in the console",
        &["Mod+L"],
        |page| page.stores.console.clear_evaluations(),
    ),
    command("show-source", SHOW, "Show the sources", &[], |page| {
        page.preferences.show_panel(Panel::Source)
    }),
    command("show-stack", SHOW, "Show the call stack", &[], |page| {
        page.preferences.show_panel(Panel::Stack)
    }),
    command("show-scopes", SHOW, "Show the scopes", &[], |page| {
        page.preferences.show_panel(Panel::Scopes)
    }),
    command(
        "show-points",
        SHOW,
        "Show print statements, breakpoints and watches",
        &[],
        |page| page.preferences.show_panel(Panel::Points),
    ),
    command("show-compare", SHOW, "Show changes", &[], |page| {
        page.preferences.show_panel(Panel::Compare)
    }),
    command("show-network", SHOW, "Show the network", &[], |page| {
        page.preferences.show_panel(Panel::Network)
    }),
    command("show-elements", SHOW, "Show the elements", &[], |page| {
        page.preferences.show_panel(Panel::Elements)
    }),
    command(
        "pick-element",
        SHOW,
        "Pick an element on the picture",
        &["Mod+Shift+C"],
        |page| {
            if page.stores.toggle_picking() {
                page.preferences.arrange(|all| all.show(Panel::Picture));
            }
        },
    ),
    command("show-events", SHOW, "Show the events", &[], |page| {
        page.preferences.show_panel(Panel::Events)
    }),
    command("show-comments", SHOW, "Show the comments", &[], |page| {
        page.preferences.show_panel(Panel::Comments)
    }),
    command("show-protocol", SHOW, "Show the protocol log", &["~"], |page| {
        page.preferences.show_panel(Panel::Protocol)
    }),
    command(
        "focus-around",
        FOCUS,
        "Focus around this moment, or on the whole recording again",
        &["Shift+F"],
        |page| page.stores.focus_around(),
    ),
    command("focus-begin", FOCUS, "Begin the focus here", &[], |page| {
        page.stores.focus.begin_at(here(page))
    }),
    command("focus-end", FOCUS, "End the focus here", &[], |page| {
        page.stores.focus.end_at(here(page))
    }),
    command(
        "focus-reach",
        FOCUS,
        "Move the focus to this moment",
        &[],
        |page| page.stores.focus.reach(here(page)),
    ),
    command(
        "focus-clear",
        FOCUS,
        "Focus on the whole recording",
        &[],
        |page| page.stores.focus.clear(),
    ),
    command("copy-time", PAGE, "Copy the time", &[], |page| {
        crate::panels::copying::time(page.stores)
    }),
    command("copy-point", PAGE, "Copy the execution point", &[], |page| {
        crate::panels::copying::point(page.stores)
    }),
    command(
        "copy-link",
        PAGE,
        "Copy a link to this moment",
        &["Shift+U"],
        |page| page.copy_link.run(()),
    ),
    command("share", PAGE, "Share a link or a file", &["Shift+S"], |page| {
        if let Some(open) = page.share.get_value() {
            open.run(());
        }
    }),
    command("comment", PAGE, "Comment on this moment", &["Shift+C"], |page| {
        page.preferences.show_panel(Panel::Comments);
        crate::panels::comments::begin(page.stores);
    }),
    command(
        "next-area",
        PAGE,
        "Move to the next part of the page",
        &["F6"],
        |_| super::areas::move_focus(true),
    ),
    command(
        "area-before",
        PAGE,
        "Move to the part of the page before",
        &["Shift+F6"],
        |_| super::areas::move_focus(false),
    ),
    command(
        "theme",
        PAGE,
        "Change between light and dark",
        &["Alt+Shift+T"],
        change_theme,
    ),
    command(
        "layout",
        PAGE,
        "Put all panels back in their places",
        &[],
        |page| page.preferences.reset_layout(),
    ),
    command("settings", PAGE, "Settings", &["F1"], |page| {
        page.are_settings_open.set(true)
    }),
    command("help", PAGE, "Show these shortcuts", &["?"], |page| {
        page.is_help_open.set(true)
    }),
];

/// The command whose keys stand for parts of the recording. The palette has none to press.
pub(crate) const TENTHS: &str = "tenths";

/// Whether a command's panel is part of this page.
pub(crate) fn is_there(command: &Command) -> bool {
    command
        .id
        .strip_prefix("show-")
        .and_then(Panel::of_key)
        .is_none_or(super::panels::is_there)
}

/// Whether a chord moves in time, so that a key that is held down passes through moments.
pub(crate) fn moves(chord: &str, preferences: PreferenceStore) -> bool {
    of_chord(chord, preferences).is_some_and(|command| command.group == MOVE)
}

/// The keys of a command: those the person chose, or its own.
pub(crate) fn keys_of(command: &Command, preferences: PreferenceStore) -> Vec<String> {
    let chosen = preferences.keys().with(|keys| keys.get(command.id).cloned());
    chosen.unwrap_or_else(|| command.keys.iter().map(|key| (*key).to_owned()).collect())
}

/// The command of a chord, if any.
pub(crate) fn of_chord(chord: &str, preferences: PreferenceStore) -> Option<&'static Command> {
    let chosen = preferences.keys().get_untracked();
    let has = |command: &&Command| match chosen.get(command.id) {
        Some(keys) => keys.iter().any(|key| key == chord),
        None => command.keys.contains(&chord),
    };
    COMMANDS.iter().find(has)
}

fn seek_by(page: Page, seconds: f64) {
    let now_ms = page.stores.timeline.time_ms().get_untracked();
    page.stores.seek(now_ms + seconds * 1000.0);
}

fn fit(page: Page) {
    let view = page.stores.view;
    match view.selection().get_untracked() {
        Some(selection) if view.view().get_untracked() != Some(selection) => view.see(selection),
        _ => view.fit(),
    }
}

/// The keys' order counts, whatever a person has made them.
fn go_to_tenth(page: Page) {
    let command = COMMANDS.iter().find(|command| command.id == TENTHS);
    let keys = command.map(|command| keys_of(command, page.preferences));
    let pressed = page.pressed.get_value();
    let tenth = keys.and_then(|keys| keys.iter().position(|key| *key == pressed));
    if let Some(tenth) = tenth {
        let all_ms = page.stores.timeline.duration_ms().get_untracked();
        page.stores.seek(all_ms * tenth as f64 / 10.0);
    }
}

fn select_frame(page: Page, is_out: bool) {
    let pause = page.stores.pause;
    let (selected, n_frames) = (pause.selected().get_untracked(), untrack(|| pause.frames()).len());
    let to = match is_out {
        true => selected + 1,
        false => selected.wrapping_sub(1),
    };
    if to < n_frames {
        page.stores.select_frame(to);
    }
}

/// Does something to the line of the cursor in the source that is shown.
fn at_cursor(page: Page, act: impl FnOnce(Stores, Location)) {
    if let Some(at) = page.stores.sources.cursor_untracked() {
        act(page.stores, at);
    }
}

fn search(page: Page, kind: SearchKind) {
    page.preferences.show_panel(Panel::Source);
    page.stores.sources.ask_to_search(kind);
}

fn go_to_message(page: Page, is_forward: bool) {
    page.stores.go_to_message(is_forward);
}

fn here(page: Page) -> Edge {
    let moment = page.stores.timeline.moment().get_untracked();
    Edge {
        time_ms: moment.time_ms,
        point: moment.point,
    }
}

fn history(by: i32) {
    if let Ok(history) = window().history() {
        // Refused where there is nothing to go to.
        history.go_with_delta(by).ok();
    }
}

fn change_theme(page: Page) {
    let is_dark = match page.preferences.theme().get_untracked().as_str() {
        "dark" => true,
        "light" => false,
        _ => window()
            .match_media("(prefers-color-scheme: dark)")
            .is_ok_and(|list| list.is_some_and(|list| list.matches())),
    };
    let theme = if is_dark { "light" } else { "dark" };
    page.preferences.set_theme(theme.to_owned());
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_key_and_no_id_means_two_things() {
        let mut seen = HashSet::new();
        for command in COMMANDS {
            assert!(seen.insert(command.id), "{}", command.id);
            for key in command.keys {
                assert!(seen.insert(key), "{key}");
            }
        }
    }
}
