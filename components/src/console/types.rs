//! What the console shows.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    preview::{Token, Tone},
    primitives::icon::Icon,
    tree::{Branch, TreeRow},
};

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
            Self::Log => Icon::Log,
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

/// The sign in front of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// Something to know.
    Info,
    /// Anything else: no sign.
    #[default]
    Log,
    /// A stack.
    Trace,
    /// An expression that a person wrote.
    Input,
    /// What it gave.
    Output,
    /// A print statement.
    Print,
    /// A handler of an event.
    Event,
}

impl Look {
    /// The sign of a level.
    pub fn of(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Info => Self::Info,
            Level::Log => Self::Log,
        }
    }

    pub(crate) fn icon(self) -> Option<Icon> {
        Some(match self {
            Self::Log => return None,
            Self::Error => Icon::Error,
            Self::Warning => Icon::Warning,
            Self::Info => Icon::Info,
            Self::Trace => Icon::Stack,
            Self::Input => Icon::ChevronRight,
            Self::Output => Icon::ArrowLeft,
            Self::Print => Icon::Code,
            Self::Event => Icon::Mouse,
        })
    }

    /// Its name, for those who do not see the icon.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::Warning => "Warning",
            Self::Info => "Info",
            Self::Log => "Log",
            Self::Trace => "Trace",
            Self::Input => "Expression",
            Self::Output => "Result",
            Self::Print => "Print statement",
            Self::Event => "Event",
        }
    }
}

/// How a program wants a piece of its message to look. Only what cannot load, move or cover anything; whoever fills it in
/// has checked the values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextStyle {
    /// The colour of the text, as CSS.
    pub colour: Option<String>,
    /// The colour behind it, as CSS.
    pub background: Option<String>,
    /// How bold it is, as CSS.
    pub weight: Option<String>,
    /// Whether it leans, as CSS.
    pub slant: Option<String>,
    /// Lines under, over or through it, as CSS.
    pub decoration: Option<String>,
    /// Room to its left and right, in CSS pixels.
    pub padding_px: f64,
    /// How round its corners are, in CSS pixels.
    pub radius_px: f64,
}

/// A piece of a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Piece {
    /// The text and what it is.
    pub token: Token,
    /// How the program wants it to look; None for as usual.
    pub style: Option<Box<TextStyle>>,
}

impl Piece {
    /// Words.
    pub fn plain(text: &str) -> Self {
        Token::new(Tone::Plain, text).into()
    }

    /// Whether it takes more room than its text.
    pub fn is_padded(&self) -> bool {
        self.style.as_ref().is_some_and(|style| style.padding_px > 0.0)
    }
}

impl From<Token> for Piece {
    fn from(token: Token) -> Self {
        Self { token, style: None }
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsoleRow {
    /// How serious it is, which decides its colour.
    pub level: Level,
    /// The sign in front of it.
    pub look: Look,
    /// What it says.
    pub pieces: Arc<[Piece]>,
    /// How many groups it stands in.
    pub depth: u8,
    /// How often the same was said in a row, at least 1.
    pub n_times: u32,
    /// Whether there is something to open: objects, a stack, what a group holds.
    pub branch: Branch,
    /// Whether it heads a group.
    pub is_heading: bool,
    /// Where it was said: `app.js:12`. Empty if unknown.
    pub location: String,
    /// When it was said; empty if that is not shown.
    pub time: String,
    /// A sign that a person chose; empty for none.
    pub badge: String,
}

impl Default for ConsoleRow {
    fn default() -> Self {
        Self {
            level: Level::Log,
            look: Look::Log,
            pieces: [].into(),
            depth: 0,
            n_times: 1,
            branch: Branch::Leaf,
            is_heading: false,
            location: String::new(),
            time: String::new(),
            badge: String::new(),
        }
    }
}

/// A line under a message that was opened.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A value, or something in it.
    Value(TreeRow),
    /// A frame of a stack.
    Frame {
        /// The function.
        name: String,
        /// Where: `app.js:12`. Empty if unknown.
        location: String,
    },
    /// A row of a table.
    Cells {
        /// The texts.
        cells: Arc<[String]>,
        /// How wide each column is, in characters.
        widths: Arc<[usize]>,
        /// Whether these are the headings.
        is_heading: bool,
    },
    /// Words: that something is on its way, or why there is nothing.
    Note(String),
}

/// Given a number of columns, calls back with the number of lines of each message.
pub type EachLines = Arc<dyn Fn(usize, &mut dyn FnMut(usize)) + Send + Sync>;

/// The messages shown, each made when it comes into sight: a million of them cost nothing until then.
#[derive(Clone)]
pub struct ConsoleRows {
    /// How many.
    pub n_rows: usize,
    /// Makes a message from its index.
    pub row: Arc<dyn Fn(usize) -> ConsoleRow + Send + Sync>,
    /// Says of each message in order how many lines it takes at a number of columns, at least 1; [`super::wrap`] counts
    /// them.
    pub n_lines: EachLines,
    /// What stands under messages that were opened, by their index.
    pub parts: Arc<BTreeMap<usize, Arc<[Part]>>>,
}

impl Default for ConsoleRows {
    fn default() -> Self {
        Self {
            n_rows: 0,
            row: Arc::new(|_| ConsoleRow::default()),
            n_lines: Arc::new(|_, _| {}),
            parts: Arc::default(),
        }
    }
}

/// What a person did with a message or a line under it.
#[derive(Clone, Debug)]
pub enum Act {
    /// Wants to go to its moment.
    Go,
    /// Wants it opened or closed.
    Toggle,
    /// Wants its repeats one by one, or together again.
    Unfold,
    /// Wants to see its place in the source.
    ShowPlace,
    /// Opens or closes the line under it of this index.
    TogglePart(usize),
    /// Presses what stands at the end of the line under it of this index.
    PressPart(usize),
    /// Wants to see the place of the line under it of this index.
    ShowPartPlace(usize),
    /// Asks what else can be done, here.
    Menu(crate::primitives::menu::MenuPlace),
    /// Has come to see it.
    See,
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
    /// Words that a message must contain, in any case, or a pattern between slashes. Empty: all.
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
