//! What is being opened in the page, and what was opened before.

use std::sync::Arc;

use leptos::prelude::*;

use crate::logic::opening::{Read, Word};

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Opening {
    /// Nothing is being opened.
    #[default]
    Nothing,
    /// Something is.
    Busy {
        /// What it is called.
        name: String,
        /// What another recorder wrote, if it is that: `a HAR file`.
        kind: Option<String>,
        /// How much of it has come, if it has to be read whole.
        read: Option<Read>,
        /// Whether the browser asks the person whether the page may reach their own network.
        asks_network: bool,
    },
    /// It is a file, and the browser has to be asked once more whether the page may read it.
    NeedsLeave {
        /// What it is called.
        name: String,
    },
    /// It was a file, to which there is no way back: it has to be chosen again.
    NeedsFile,
    /// Something could not be.
    Failed {
        /// What it is called.
        name: String,
        /// Why not, as a sentence.
        reason: String,
    },
}

/// A recording that was opened in the page and can be opened again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recent {
    /// The recording's id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// The file's name, or its address.
    pub place: String,
    /// Whether it is an address.
    pub is_address: bool,
    /// Its size in bytes.
    pub size: u64,
    /// When it was opened last, ms since 1970.
    pub opened_at: f64,
}

/// Which opening something belongs to: only the newest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn(u32);

/// What is being opened, what is said of it, and what was opened before.
#[derive(Clone, Copy)]
pub struct OpeningStore {
    opening: RwSignal<Opening>,
    turn: StoredValue<u32>,
    word: RwSignal<Option<String>>,
    recents: RwSignal<Arc<[Recent]>>,
    is_dragged_over: RwSignal<bool>,
    n_opened: RwSignal<u32>,
}

fn busy(name: String) -> Opening {
    Opening::Busy {
        name,
        kind: None,
        read: None,
        asks_network: false,
    }
}

impl Default for OpeningStore {
    fn default() -> Self {
        Self {
            opening: RwSignal::default(),
            turn: StoredValue::default(),
            word: RwSignal::default(),
            recents: RwSignal::new([].into()),
            is_dragged_over: RwSignal::default(),
            n_opened: RwSignal::default(),
        }
    }
}

impl OpeningStore {
    /// How far it is.
    pub fn opening(&self) -> Signal<Opening> {
        self.opening.into()
    }

    /// A word about what has been opened, until it is dismissed.
    pub fn word(&self) -> Signal<Option<String>> {
        self.word.into()
    }

    /// Counts what has been opened.
    pub fn n_opened(&self) -> Signal<u32> {
        self.n_opened.into()
    }

    /// What was opened before, the latest first.
    pub fn recents(&self) -> Signal<Arc<[Recent]>> {
        self.recents.into()
    }

    /// Whether a file is held over the page.
    pub fn is_dragged_over(&self) -> Signal<bool> {
        self.is_dragged_over.into()
    }

    /// Whether nothing is under way.
    pub fn is_settled(&self) -> bool {
        !matches!(self.opening.get(), Opening::Busy { .. })
    }

    /// Something is opened from now on, in place of whatever was.
    pub fn begin(&self, name: String) -> Turn {
        self.word.set(None);
        self.opening.set(busy(name));
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        Turn(self.turn.get_value())
    }

    /// Whether it is still what the person wants.
    pub fn is_wanted(&self, turn: Turn) -> bool {
        self.turn.try_get_value() == Some(turn.0)
    }

    /// Says what the engine says meanwhile.
    pub fn tell(&self, turn: Turn, word: Word) {
        if self.is_wanted(turn) {
            self.opening.try_update(|opening| {
                if let Opening::Busy { read, kind, .. } = opening {
                    match word {
                        Word::Read(now) => *read = Some(now),
                        Word::Importing(what) => *kind = Some(what),
                    }
                }
            });
        }
    }

    /// Says whether the browser asks about the person's own network.
    pub fn ask_network(&self, turn: Turn, asks: bool) {
        if self.is_wanted(turn) {
            self.opening.try_update(|opening| {
                if let Opening::Busy { asks_network, .. } = opening {
                    *asks_network = asks;
                }
            });
        }
    }

    /// A file cannot be read before the person has said so once more.
    pub fn need_leave(&self, turn: Turn, name: String) {
        if self.is_wanted(turn) {
            self.opening.try_set(Opening::NeedsLeave { name });
        }
    }

    /// There is no way back to a file.
    pub fn need_file(&self) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.opening.set(Opening::NeedsFile);
    }

    /// It is open; a word about it.
    pub fn finish(&self, turn: Turn, word: Option<String>) {
        if self.is_wanted(turn) {
            self.opening.try_set(Opening::Nothing);
            self.word.try_set(word);
            self.n_opened.try_update(|n_opened| *n_opened += 1);
        }
    }

    /// It cannot be opened.
    pub fn fail(&self, turn: Turn, name: String, reason: String) {
        if self.is_wanted(turn) {
            self.opening.try_set(Opening::Failed { name, reason });
        }
    }

    /// Takes away the word about what has been opened, if that is still the latest.
    pub fn forget_word(&self, turn: Turn) {
        if self.is_wanted(turn) {
            self.word.try_set(None);
        }
    }

    /// Takes away what is said, and gives up what is being opened.
    pub fn dismiss(&self) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.opening.set(Opening::Nothing);
        self.word.set(None);
    }

    /// These were opened before.
    pub fn set_recents(&self, mut recents: Vec<Recent>) {
        recents.sort_by(|a, b| b.opened_at.total_cmp(&a.opened_at));
        self.recents.try_set(recents.into());
    }

    /// A file is held over the page, or no longer.
    pub fn drag_over(&self, is_over: bool) {
        if self.is_dragged_over.try_get_untracked() != Some(is_over) {
            self.is_dragged_over.try_set(is_over);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_store(test: impl FnOnce(OpeningStore)) {
        Owner::new().with(|| test(OpeningStore::default()));
    }

    #[test]
    fn only_the_newest_opening_counts() {
        with_store(|store| {
            let first = store.begin("first".to_owned());
            let second = store.begin("second".to_owned());
            store.fail(first, "first".to_owned(), "late".to_owned());
            store.tell(
                first,
                Word::Read(Read {
                    n_read: 1,
                    n_all: None,
                }),
            );
            assert_eq!(store.opening().get_untracked(), busy("second".to_owned()));
            store.tell(second, Word::Importing("a HAR file".to_owned()));
            let is_import = |opening: &Opening| matches!(opening, Opening::Busy { kind: Some(kind), .. } if kind == "a HAR file");
            assert!(store.opening().with_untracked(is_import));
            store.finish(second, Some("open".to_owned()));
            assert_eq!(store.opening().get_untracked(), Opening::Nothing);
            assert_eq!(store.word().get_untracked().as_deref(), Some("open"));
        });
    }

    #[test]
    fn what_is_given_up_is_no_longer_wanted() {
        with_store(|store| {
            let turn = store.begin("a".to_owned());
            store.dismiss();
            store.fail(turn, "a".to_owned(), "late".to_owned());
            assert_eq!(store.opening().get_untracked(), Opening::Nothing);
            assert!(!store.is_wanted(turn));
        });
    }

    #[test]
    fn the_latest_comes_first() {
        with_store(|store| {
            let recent = |id: &str, opened_at| Recent {
                id: id.to_owned(),
                opened_at,
                ..Recent::default()
            };
            store.set_recents(vec![recent("a", 1.0), recent("b", 3.0), recent("c", 2.0)]);
            let ids: Vec<String> = store
                .recents()
                .get_untracked()
                .iter()
                .map(|it| it.id.clone())
                .collect();
            assert_eq!(ids, ["b", "c", "a"]);
        });
    }
}
