//! A source made ready to be shown: its lines found and its words told apart, once.

use std::{collections::BTreeMap, sync::Arc};

use super::highlight;
use crate::preview::n_columns;

/// How a source is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// JavaScript and its kin.
    Script,
    /// A page with scripts in it.
    Html,
    /// Anything else: shown without colours.
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

/// A source with its lines and its pieces.
#[derive(Debug, Default, PartialEq)]
pub struct SourceText {
    text: Arc<str>,
    /// The first byte of each line.
    line_begins: Vec<u32>,
    /// In order, without overlaps; what lies between is [`CodeKind::Name`].
    spans: Vec<CodeSpan>,
    widest_columns: usize,
}

impl SourceText {
    /// Lines longer than this are shown in part; more would only slow the page down.
    pub const SHOWN_COLUMNS: usize = 4000;

    /// Reads a source. Takes time in proportion to its length, whatever is in it.
    pub fn new(text: Arc<str>, language: Language) -> Self {
        let line_ends = text.match_indices('\n').map(|(at, _)| at as u32 + 1);
        let line_begins: Vec<u32> = std::iter::once(0).chain(line_ends).collect();
        let spans = highlight::spans(&text, language);
        let widest = text
            .split('\n')
            .map(|line| n_columns(line).min(Self::SHOWN_COLUMNS))
            .max();
        Self {
            line_begins,
            spans,
            widest_columns: widest.unwrap_or(0),
            text,
        }
    }

    /// How many lines there are; an empty text has one, a text that is not there has none.
    pub fn n_lines(&self) -> usize {
        self.line_begins.len()
    }

    /// The columns of the longest line, as far as it is shown.
    pub fn widest_columns(&self) -> usize {
        self.widest_columns
    }

    /// Where a line stands in the text, without its end; None for a line that is not there. 0-based.
    pub(crate) fn line(&self, index: usize) -> Option<(u32, &str)> {
        let begin = *self.line_begins.get(index)?;
        let end = self
            .line_begins
            .get(index + 1)
            .map_or(self.text.len(), |next| *next as usize - 1);
        let line = self.text.get(begin as usize..end)?;
        Some((begin, line.strip_suffix('\r').unwrap_or(line)))
    }

    /// The spans that touch the bytes from `begin` to `end`.
    pub(crate) fn spans_in(&self, begin: u32, end: u32) -> impl Iterator<Item = CodeSpan> + '_ {
        let first = self.spans.partition_point(|span| span.end <= begin);
        self.spans[first..]
            .iter()
            .copied()
            .take_while(move |span| span.begin < end)
    }
}

/// Where a frame stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceMark {
    /// Its line, from 1.
    pub line: u32,
    /// Its column in UTF-16 code units, from 0.
    pub column: u32,
    /// Whether it is the youngest frame: what runs next. Others wait for a call to return.
    pub is_top: bool,
}

/// How often lines ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineHits {
    /// By line, from 1. A line without an entry cannot run.
    pub n_hits: BTreeMap<u32, u32>,
}

impl LineHits {
    /// How often a line ran; None for one that cannot.
    pub fn of(&self, line: u32) -> Option<u32> {
        self.n_hits.get(&line).copied()
    }
}
