//! What a person chose for the console, kept over all recordings: times, and what was evaluated before.

use std::sync::Arc;

use leptos::prelude::*;

use crate::stores::preferences::PreferenceStore;

/// Where the choices are kept.
const KEY: &str = "console";
/// How many expressions are remembered.
const MAX_HISTORY: usize = 100;
/// Longer expressions are not.
const MAX_LEN: usize = 4_000;

/// The choices.
#[derive(Clone, Copy)]
pub struct Choices {
    kept: RwSignal<Kept>,
    preferences: Option<PreferenceStore>,
}

#[derive(Clone, Debug, PartialEq)]
struct Kept {
    shows_time: bool,
    history: Arc<[String]>,
}

impl Default for Choices {
    fn default() -> Self {
        Self::new()
    }
}

impl Choices {
    /// What was kept.
    pub fn new() -> Self {
        let preferences: Option<PreferenceStore> = use_context();
        let text = preferences.and_then(|preferences| preferences.kept(KEY));
        Self {
            kept: RwSignal::new(read(&text.unwrap_or_default())),
            preferences,
        }
    }

    pub(super) fn shows_time(self) -> Signal<bool> {
        Signal::derive(move || self.kept.with(|kept| kept.shows_time))
    }

    pub(super) fn show_time(self, shows_time: bool) {
        self.kept.update(|kept| kept.shows_time = shows_time);
        self.keep();
    }

    /// What was evaluated, the latest last.
    pub(super) fn history(self) -> Signal<Arc<[String]>> {
        Signal::derive(move || self.kept.with(|kept| Arc::clone(&kept.history)))
    }

    pub(super) fn remember(self, expression: &str) {
        if expression.len() > MAX_LEN {
            return;
        }
        self.kept.update(|kept| {
            let mut history: Vec<String> = kept
                .history
                .iter()
                .filter(|other| *other != expression)
                .cloned()
                .collect();
            history.push(expression.to_owned());
            let n_over = history.len().saturating_sub(MAX_HISTORY);
            history.drain(..n_over);
            kept.history = history.into();
        });
        self.keep();
    }

    fn keep(self) {
        if let Some(preferences) = self.preferences {
            preferences.keep(KEY, self.kept.with_untracked(write));
        }
    }
}

/// Anything unreadable counts as nothing.
fn read(text: &str) -> Kept {
    let (shows_time, history): (bool, Vec<String>) = serde_json::from_str(text).unwrap_or((true, Vec::new()));
    Kept {
        shows_time,
        history: history.into(),
    }
}

fn write(kept: &Kept) -> String {
    // Strings and booleans always have a form in JSON.
    serde_json::to_string(&(kept.shows_time, &kept.history[..])).unwrap_or_default()
}
