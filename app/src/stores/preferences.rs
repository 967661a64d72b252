//! What a person likes, over all recordings: the theme, where the panels stand, what the keys do.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use reactive_stores::Store;
use serde::{Deserialize, Serialize};

use crate::logic::layout::{Arrangement, Dock, Panel, Stacked};

/// The choices. What an older or newer version wrote is read as far as it is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Store)]
#[serde(default)]
pub struct Preferences {
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// The share of the left column.
    pub columns: f64,
    /// The share of the picture in its column.
    pub left_rows: f64,
    /// The share of the source in its column.
    pub right_rows: f64,
    /// The share of the stack beside the scopes.
    pub bottom: f64,
    /// The panel chosen where there is room for one only.
    pub panel: String,
    /// Where the panels stand where there is room for several.
    pub arrangement: Arrangement,
    /// When keys without Ctrl, Alt or Meta do something: `always`, `focused`, or `never` (WCAG 2.1.4).
    pub single_keys: String,
    /// What steps do with libraries' code: `over` passes over it, `into` goes through it.
    pub libraries: String,
    /// What playing passes over and stops at, in words with spaces between: `idle`, and the keys of kinds of tracks.
    pub playing: String,
    /// Whether there is a film strip above the timeline.
    pub film: bool,
    /// The keys that the person has chosen for commands, by the command's id; commands not in it have their own.
    pub keys: BTreeMap<String, Vec<String>>,
    /// The tracks of the timeline that are hidden, by their keys.
    pub hidden_tracks: BTreeSet<String>,
    /// What is kept of single recordings, by what and whose it is, such as `sources/ID`; the last kept at the end.
    pub kept: Vec<(String, String)>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: "system".to_owned(),
            columns: 0.47,
            left_rows: 0.6,
            right_rows: 0.58,
            bottom: 0.42,
            panel: "console".to_owned(),
            arrangement: Arrangement::default(),
            single_keys: "always".to_owned(),
            libraries: "over".to_owned(),
            playing: String::new(),
            film: true,
            keys: BTreeMap::new(),
            hidden_tracks: BTreeSet::new(),
            kept: Vec::new(),
        }
    }
}

impl Preferences {
    /// Where they are kept.
    pub const KEY: &'static str = "playhead.preferences";

    /// Reads what was kept; anything unreadable counts as nothing.
    pub fn read(text: &str) -> Self {
        let mut read: Self = serde_json::from_str(text).unwrap_or_default();
        for share in [
            &mut read.columns,
            &mut read.left_rows,
            &mut read.right_rows,
            &mut read.bottom,
        ] {
            *share = if share.is_finite() {
                share.clamp(0.1, 0.9)
            } else {
                0.5
            };
        }
        read.arrangement = read.arrangement.mended();
        read
    }

    /// Writes what is to be kept.
    pub fn write(&self) -> String {
        // Strings and finite numbers always have a form in JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// When keys without Ctrl, Alt or Meta do something: whoever speaks to the computer, or presses keys by accident, wants them
/// to do less (WCAG 2.1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SingleKeys {
    /// Wherever nobody types.
    Always,
    /// Only while the timeline or the picture has the keyboard.
    Focused,
    /// Never.
    Never,
}

impl SingleKeys {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Always, Self::Focused, Self::Never];

    /// What it is called where it is kept.
    pub fn key(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Focused => "focused",
            Self::Never => "never",
        }
    }

    /// The choice that is kept by that key, or else the first.
    pub fn of_key(key: &str) -> Self {
        let found = Self::ALL.into_iter().find(|choice| choice.key() == key);
        found.unwrap_or(Self::Always)
    }
}

/// A line between panels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Between the columns.
    Columns,
    /// Below the picture.
    LeftRows,
    /// Below the source.
    RightRows,
    /// Between the stack and the scopes.
    Bottom,
}

/// The choices as they are now, field by field.
#[derive(Clone, Copy)]
pub struct PreferenceStore {
    all: Store<Preferences>,
}

impl PreferenceStore {
    /// Begins with what was kept.
    pub fn new(kept: Preferences) -> Self {
        Self {
            all: Store::new(kept),
        }
    }

    /// All of them, to be kept.
    pub fn all(&self) -> Preferences {
        self.all.get()
    }

    /// Whether there is a film strip above the timeline. Tracked.
    pub fn has_film(&self) -> bool {
        self.all.film().get()
    }

    /// Shows the film strip, or hides it.
    pub fn set_film(&self, is_shown: bool) {
        self.all.film().set(is_shown);
    }

    /// The theme.
    pub fn theme(&self) -> Signal<String> {
        let theme = self.all.theme();
        Signal::derive(move || theme.get())
    }

    /// The panel chosen where there is room for one only.
    pub fn panel(&self) -> Signal<String> {
        let panel = self.all.panel();
        Signal::derive(move || panel.get())
    }

    /// Where the panels stand.
    pub fn arrangement(&self) -> Signal<Arrangement> {
        let arrangement = self.all.arrangement();
        Signal::derive(move || arrangement.get())
    }

    /// The panels of a dock.
    pub fn dock(&self, dock: Dock) -> Memo<Stacked> {
        let arrangement = self.all.arrangement();
        Memo::new(move |_| arrangement.with(|arrangement| arrangement.dock(dock).clone()))
    }

    /// Changes where the panels stand.
    pub fn arrange(&self, change: impl FnOnce(&mut Arrangement)) {
        self.all.arrangement().update(change);
    }

    /// Brings a panel into sight, wherever it stands.
    pub fn show_panel(&self, panel: Panel) {
        self.arrange(|arrangement| arrangement.show(panel));
        self.set_panel(panel.key());
    }

    /// Takes a panel off the page, until it is asked for again.
    pub fn hide_panel(&self, panel: Panel) {
        self.arrange(|arrangement| arrangement.hide(panel));
    }

    /// Puts every panel and every line back where they were at first.
    pub fn reset_layout(&self) {
        let first = Preferences::default();
        self.all.arrangement().set(first.arrangement);
        self.all.columns().set(first.columns);
        self.all.left_rows().set(first.left_rows);
        self.all.right_rows().set(first.right_rows);
        self.all.bottom().set(first.bottom);
    }

    /// When keys without Ctrl, Alt or Meta do something.
    pub fn single_keys(&self) -> SingleKeys {
        SingleKeys::of_key(&self.all.single_keys().get())
    }

    /// Chooses when keys without Ctrl, Alt or Meta do something.
    pub fn set_single_keys(&self, when: SingleKeys) {
        self.all.single_keys().set(when.key().to_owned());
    }

    /// Whether steps pass over libraries' code.
    pub fn passes_libraries(&self) -> bool {
        self.all.libraries().get() != "into"
    }

    /// Has steps pass over libraries' code, or go through it.
    pub fn pass_libraries(&self, is_on: bool) {
        let value = if is_on { "over" } else { "into" };
        self.all.libraries().set(value.to_owned());
    }

    /// What playing passes over and stops at. Not tracked.
    pub fn playing(&self) -> String {
        self.all.playing().get_untracked()
    }

    /// Keeps what playing passes over and stops at.
    pub fn set_playing(&self, kept: String) {
        if self.playing() != kept {
            self.all.playing().set(kept);
        }
    }

    /// The keys that the person has chosen, by the command's id.
    pub fn keys(&self) -> Signal<BTreeMap<String, Vec<String>>> {
        let keys = self.all.keys();
        Signal::derive(move || keys.get())
    }

    /// Chooses the keys of a command; None gives it back its own.
    pub fn set_keys(&self, id: &str, chosen: Option<Vec<String>>) {
        self.all.keys().update(|keys| match chosen {
            Some(chosen) => drop(keys.insert(id.to_owned(), chosen)),
            None => drop(keys.remove(id)),
        });
    }

    /// The tracks of the timeline that are hidden, by their keys.
    pub fn hidden_tracks(&self) -> Signal<BTreeSet<String>> {
        let hidden = self.all.hidden_tracks();
        Signal::derive(move || hidden.get())
    }

    /// Shows a track of the timeline, or hides it.
    pub fn show_track(&self, key: &str, is_shown: bool) {
        self.all.hidden_tracks().update(|hidden| match is_shown {
            true => drop(hidden.remove(key)),
            false => drop(hidden.insert(key.to_owned())),
        });
    }

    /// What was kept of a recording under a key such as `sources/ID`. Not tracked.
    pub fn kept(&self, key: &str) -> Option<String> {
        let all = self.all.kept();
        all.with_untracked(|kept| {
            kept.iter()
                .find(|(other, _)| other == key)
                .map(|(_, value)| value.clone())
        })
    }

    /// Keeps something of a recording. Of many recordings that of the last is kept.
    pub fn keep(&self, key: &str, value: String) {
        /// Entries that are kept: a browser gives a page a few megabytes for all it keeps.
        const MAX_KEPT: usize = 60;
        if self.kept(key).as_ref() == Some(&value) {
            return;
        }
        self.all.kept().update(|kept| {
            kept.retain(|(other, _)| other != key);
            let n_over = (kept.len() + 1).saturating_sub(MAX_KEPT);
            kept.drain(..n_over);
            kept.push((key.to_owned(), value));
        });
    }

    /// The share in front of a line.
    pub fn share(&self, split: Split) -> Signal<f64> {
        let all = self.all;
        match split {
            Split::Columns => Signal::derive(move || all.columns().get()),
            Split::LeftRows => Signal::derive(move || all.left_rows().get()),
            Split::RightRows => Signal::derive(move || all.right_rows().get()),
            Split::Bottom => Signal::derive(move || all.bottom().get()),
        }
    }

    /// Chooses a theme.
    pub fn set_theme(&self, theme: String) {
        self.all.theme().set(theme);
    }

    /// Chooses a panel.
    pub fn set_panel(&self, panel: &str) {
        self.all.panel().set(panel.to_owned());
    }

    /// Moves a line.
    pub fn set_share(&self, split: Split, share: f64) {
        match split {
            Split::Columns => self.all.columns().set(share),
            Split::LeftRows => self.all.left_rows().set(share),
            Split::RightRows => self.all.right_rows().set(share),
            Split::Bottom => self.all.bottom().set(share),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_whatever_it_is() {
        let kept = Preferences {
            theme: "dark".to_owned(),
            columns: 0.3,
            ..Preferences::default()
        };
        assert_eq!(Preferences::read(&kept.write()), kept);
        assert_eq!(Preferences::read("nonsense"), Preferences::default());
        assert_eq!(
            Preferences::read(r#"{"theme":"light","columns":7,"later":[]}"#).columns,
            0.9
        );
    }
}
