//! What a person likes, over all recordings: the theme, how the panels share the page.

use leptos::prelude::*;
use reactive_stores::Store;
use serde::{Deserialize, Serialize};

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
        read
    }

    /// Writes what is to be kept.
    pub fn write(&self) -> String {
        // Strings and finite numbers always have a form in JSON.
        serde_json::to_string(self).unwrap_or_default()
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
