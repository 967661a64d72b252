//! The keyboard: one table says which key does what; the sheet that lists them is made from it.

use crate::stores::{Step, Stores};

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table says it in words")]
pub enum Action {
    TogglePlay,
    SeekBy { seconds: i32 },
    SeekToStart,
    SeekToEnd,
    Paint { is_forward: bool },
    Event { is_forward: bool },
    Step(Step),
    CopyLink,
    ShowHelp,
}

/// A key, or two that do the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// The values of `KeyboardEvent.key`, in lower case.
    keys: &'static [&'static str],
    /// Whether Shift must be held; None where it is part of the key itself, as in `?`.
    shift: Option<bool>,
    /// How the keys are written.
    pub shown: &'static [&'static str],
    /// What they do, in words.
    pub label: &'static str,
    /// What they do.
    pub action: Action,
}

const fn shortcut(
    keys: &'static [&'static str],
    shift: Option<bool>,
    shown: &'static [&'static str],
    label: &'static str,
    action: Action,
) -> Shortcut {
    Shortcut {
        keys,
        shift,
        shown,
        label,
        action,
    }
}

/// Every shortcut, as the sheet lists them.
pub const SHORTCUTS: &[Shortcut] = &[
    shortcut(
        &[" ", "k"],
        Some(false),
        &["Space", "K"],
        "Play or pause",
        Action::TogglePlay,
    ),
    shortcut(
        &["arrowleft"],
        Some(false),
        &["←"],
        "Back 5 seconds",
        Action::SeekBy { seconds: -5 },
    ),
    shortcut(
        &["arrowright"],
        Some(false),
        &["→"],
        "Forward 5 seconds",
        Action::SeekBy { seconds: 5 },
    ),
    shortcut(
        &["j"],
        Some(false),
        &["J"],
        "Back 10 seconds",
        Action::SeekBy { seconds: -10 },
    ),
    shortcut(
        &["l"],
        Some(false),
        &["L"],
        "Forward 10 seconds",
        Action::SeekBy { seconds: 10 },
    ),
    shortcut(
        &["home"],
        Some(false),
        &["Home"],
        "To the beginning",
        Action::SeekToStart,
    ),
    shortcut(&["end"], Some(false), &["End"], "To the end", Action::SeekToEnd),
    shortcut(
        &[","],
        None,
        &[","],
        "Previous picture",
        Action::Paint { is_forward: false },
    ),
    shortcut(
        &["."],
        None,
        &["."],
        "Next picture",
        Action::Paint { is_forward: true },
    ),
    shortcut(
        &["["],
        None,
        &["["],
        "Previous click, key or page",
        Action::Event { is_forward: false },
    ),
    shortcut(
        &["]"],
        None,
        &["]"],
        "Next click, key or page",
        Action::Event { is_forward: true },
    ),
    shortcut(
        &["f10"],
        Some(false),
        &["F10"],
        "Step over",
        Action::Step(Step::Over),
    ),
    shortcut(
        &["f10"],
        Some(true),
        &["Shift", "F10"],
        "Step back",
        Action::Step(Step::Back),
    ),
    shortcut(&["f11"], Some(false), &["F11"], "Step in", Action::Step(Step::In)),
    shortcut(
        &["f11"],
        Some(true),
        &["Shift", "F11"],
        "Step out",
        Action::Step(Step::Out),
    ),
    shortcut(
        &["u"],
        Some(true),
        &["Shift", "U"],
        "Copy a link to this moment",
        Action::CopyLink,
    ),
    shortcut(&["?"], None, &["?"], "Show these shortcuts", Action::ShowHelp),
];

/// What a key does, None if nothing.
pub fn action_of(key: &str, has_shift: bool) -> Option<Action> {
    let key = key.to_lowercase();
    let is_meant = |shortcut: &&Shortcut| {
        shortcut.keys.contains(&key.as_str()) && shortcut.shift.is_none_or(|shift| shift == has_shift)
    };
    SHORTCUTS.iter().find(is_meant).map(|shortcut| shortcut.action)
}

/// Does what concerns the stores; what concerns the page is the page's.
pub fn perform(action: Action, stores: Stores) {
    use leptos::prelude::GetUntracked;
    let timeline = stores.timeline;
    match action {
        Action::TogglePlay => stores.toggle_play(),
        Action::SeekBy { seconds } => timeline.go_to(
            timeline.time_ms().get_untracked() + f64::from(seconds) * 1000.0,
            None,
        ),
        Action::SeekToStart => timeline.go_to(0.0, None),
        Action::SeekToEnd => timeline.go_to(timeline.duration_ms().get_untracked(), None),
        Action::Paint { is_forward } => stores.go_to_paint(is_forward),
        Action::Event { is_forward } => stores.go_to_marker(is_forward),
        Action::Step(step) => stores.step(step),
        Action::CopyLink | Action::ShowHelp => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_either_case_and_shift_tells_them_apart() {
        assert_eq!(action_of("K", false), Some(Action::TogglePlay));
        assert_eq!(action_of("F10", true), Some(Action::Step(Step::Back)));
        assert_eq!(action_of("U", true), Some(Action::CopyLink));
        assert_eq!(action_of("u", false), None);
        assert_eq!(action_of("?", true), Some(Action::ShowHelp));
    }

    #[test]
    fn no_key_means_two_things() {
        for (index, one) in SHORTCUTS.iter().enumerate() {
            for other in &SHORTCUTS[index + 1..] {
                let shares_key = one.keys.iter().any(|key| other.keys.contains(key));
                assert!(
                    !shares_key || one.shift != other.shift,
                    "{} and {}",
                    one.label,
                    other.label
                );
            }
        }
    }
}
