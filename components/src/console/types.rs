//! What the console shows.

use std::sync::Arc;

use crate::{preview::Token, primitives::icon::Icon};

/// How serious a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something failed.
    Error,
    /// Something is doubtful.
    Warning,
    /// Something to know.
    Info,
    /// Anything else.
    Log,
}

impl Level {
    /// Every level, the gravest first.
    pub const ALL: [Level; 4] = [Level::Error, Level::Warning, Level::Info, Level::Log];

    /// Its name, for those who do not see the icon.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::Warning => "Warning",
            Self::Info => "Info",
            Self::Log => "Log",
        }
    }

    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Error => "errors",
            Self::Warning => "warnings",
            Self::Info => "infos",
            Self::Log => "logs",
        }
    }

    pub(crate) fn icon(self) -> Icon {
        match self {
            Self::Error => Icon::Error,
            Self::Warning => Icon::Warning,
            Self::Info => Icon::Info,
            Self::Log => Icon::ChevronRight,
        }
    }

    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Error => "ph-level--error",
            Self::Warning => "ph-level--warning",
            Self::Info => "ph-level--info",
            Self::Log => "ph-level--log",
        }
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsoleRow {
    /// How serious it is.
    pub level: Level,
    /// What it says.
    pub tokens: Arc<[Token]>,
    /// Where it was said: `app.js:12`. Empty if unknown.
    pub location: String,
    /// When it was said.
    pub time: String,
}

/// The messages shown, each made when it comes into sight: a million of them cost nothing until then.
#[derive(Clone)]
pub struct ConsoleRows {
    /// How many.
    pub n_rows: usize,
    /// Makes a message from its index.
    pub row: Arc<dyn Fn(usize) -> ConsoleRow + Send + Sync>,
    /// How many lines a message takes at a number of columns, at least 1; [`super::wrap`] counts them.
    pub n_lines: Arc<dyn Fn(usize, usize) -> usize + Send + Sync>,
}

impl Default for ConsoleRows {
    fn default() -> Self {
        let row = |_| ConsoleRow {
            level: Level::Log,
            tokens: [].into(),
            location: String::new(),
            time: String::new(),
        };
        Self {
            n_rows: 0,
            row: Arc::new(row),
            n_lines: Arc::new(|_, _| 1),
        }
    }
}

/// How many messages of each level there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LevelCounts {
    /// In the order of [`Level::ALL`].
    pub n_messages: [u64; 4],
}

impl LevelCounts {
    /// How many there are of a level.
    pub fn of(self, level: Level) -> u64 {
        self.n_messages[level as usize]
    }
}

/// Which messages the person wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterState {
    /// Words that a message must contain, in any case. Empty: all.
    pub text: String,
    /// Whether each level is shown, in the order of [`Level::ALL`].
    pub levels: [bool; 4],
}

impl Default for FilterState {
    fn default() -> Self {
        Self {
            text: String::new(),
            levels: [true; 4],
        }
    }
}

impl FilterState {
    /// Whether a level is shown.
    pub fn shows(&self, level: Level) -> bool {
        self.levels[level as usize]
    }

    /// The same, with one level changed.
    pub fn toggled(mut self, level: Level) -> Self {
        let slot = &mut self.levels[level as usize];
        *slot = !*slot;
        self
    }
}
