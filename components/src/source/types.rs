//! What the view of a source takes and reports. Lines count from 1, columns from 0 in UTF-16 code units, as on the wire.

use std::{collections::BTreeMap, sync::Arc};

use leptos::prelude::ViewFn;

/// How a source is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// JavaScript, with JSX where it occurs.
    Script,
    /// TypeScript, where `<` before a name is a type.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// A page with scripts and styles in it.
    Html,
    /// A style sheet.
    Css,
    /// Data.
    Json,
    /// Anything else: shown without colours.
    #[default]
    Plain,
}

/// What a piece of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    /// Nothing special.
    Name,
    /// A word of the language.
    Keyword,
    /// A string, a template's text or a regular expression.
    String,
    /// A number.
    Number,
    /// A comment.
    Comment,
    /// A name that is called or declared as a function.
    Function,
    /// A name that begins with a capital, or a tag.
    Type,
    /// The name of an attribute, of a key in data or of a property in a style sheet.
    Key,
    /// Brackets and operators.
    Punctuation,
}

/// A stretch of one kind, as bytes of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodeSpan {
    /// Its first byte.
    pub(crate) begin: u32,
    /// The byte after its last.
    pub(crate) end: u32,
    /// What it is.
    pub(crate) kind: CodeKind,
}

/// Where a frame stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceMark {
    /// Its line.
    pub line: u32,
    /// Its column.
    pub column: u32,
    /// Whether it is the youngest frame: what runs next. Others wait for a call to return.
    pub is_top: bool,
}

/// How often lines ran, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineHits {
    /// By line. A line without an entry cannot run, or has not been asked about.
    pub n_hits: BTreeMap<u32, u32>,
    /// The columns of lines where a program can be stopped, for lines that have any.
    pub columns: BTreeMap<u32, Arc<[u32]>>,
}

impl LineHits {
    /// More hits than this are not counted.
    pub const MAX: u32 = 10_000;

    /// How often a line ran; None for one that cannot.
    pub fn of(&self, line: u32) -> Option<u32> {
        self.n_hits.get(&line).copied()
    }
}

/// Something that stands below a line and is as wide as the window, such as the editor of a print statement.
#[derive(Clone)]
pub struct LineInsert {
    /// The line above it.
    pub line: u32,
    /// Its height.
    pub height_px: f64,
    /// What it shows.
    pub view: ViewFn,
}

/// What is marked beside the number of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GutterKind {
    /// The line prints something.
    Print,
    /// The line stops the program.
    Breakpoint,
}

/// A mark beside the number of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GutterMark {
    /// What it stands for.
    pub kind: GutterKind,
    /// Whether it is in force.
    pub is_enabled: bool,
    /// Whether something is wrong with it; the label says what.
    pub has_trouble: bool,
    /// What it says when pointed at, and to those who do not see it.
    pub label: String,
}

/// A place in the source that is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourcePlace {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// A wish to have a place in sight. Two wishes differ by `turn`, so that the same place can be asked for again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlaceReveal {
    /// The place.
    pub place: SourcePlace,
    /// Any number; a new one repeats the wish.
    pub turn: u32,
}

/// An expression that is pointed at, or reached with the arrow keys.
#[derive(Clone, Debug, PartialEq)]
pub struct HoverTarget {
    /// Where the word that is pointed at begins.
    pub place: SourcePlace,
    /// The word itself.
    pub word: String,
    /// The word with what it is a property of: `a.b[c]` for the `c` in brackets is `c`, for `b` it is `a.b`.
    pub expression: String,
}

/// What is shown beside an expression.
#[derive(Clone)]
pub struct Popover {
    /// Where it stands.
    pub place: SourcePlace,
    /// What it shows.
    pub view: ViewFn,
}

/// A wish for the menu of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct LineMenu {
    /// The place it is about.
    pub place: SourcePlace,
    /// The word there, if there is one.
    pub target: Option<HoverTarget>,
    /// Where to open it, in CSS pixels of the window.
    pub x_px: f64,
    /// As `x_px`.
    pub y_px: f64,
}

/// A stretch of a line that was searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundRange {
    /// The line.
    pub line: u32,
    /// The column of its first code unit.
    pub begin: u32,
    /// The column after its last.
    pub end: u32,
}

/// What was searched for in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundRanges {
    /// Every stretch, in the order of the text.
    pub all: Arc<[FoundRange]>,
    /// The index of the one that is looked at.
    pub current: Option<usize>,
}

impl FoundRanges {
    /// Those of a line, each with whether it is the one looked at.
    pub(crate) fn of_line(&self, line: u32) -> impl Iterator<Item = (FoundRange, bool)> + '_ {
        let first = self.all.partition_point(|found| found.line < line);
        self.all[first..]
            .iter()
            .enumerate()
            .take_while(move |(_, found)| found.line == line)
            .map(move |(at, found)| (*found, self.current == Some(first + at)))
    }
}
