//! A source made ready to be shown: its lines found, its words told apart where they are looked at.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    highlight::{self, State},
    types::{CodeSpan, Language},
};
use crate::preview::char_columns;

/// How far apart the states are that are kept of a text, in bytes. What is looked at is read again from the one before, so
/// a page of it costs well under a millisecond; all of a 5 MB source are 640 states.
const STATE_EVERY: usize = 8 << 10;
/// How many stretches between two states are kept as spans: a few windows full.
const N_KEPT: usize = 24;
/// Lines up to this long are drawn whole; of longer ones, what is in sight.
pub(crate) const WHOLE_LINE: usize = 2_000;
/// How far apart the known places of a long line are, in bytes.
const STOP_EVERY: usize = 4 << 10;
/// How wide a tab is at most; the same as in the style sheet.
const TAB: usize = 4;

/// A source with its lines and its words.
#[derive(Debug, Default)]
pub struct SourceText {
    text: Arc<str>,
    language: Language,
    /// The first byte of each line.
    line_begins: Vec<u32>,
    widest_columns: usize,
    read: Mutex<Read>,
}

/// What has been read of the words so far.
#[derive(Debug, Default)]
struct Read {
    /// Where each stretch begins, and how it is read from there.
    states: Vec<(usize, State)>,
    /// How far they reach.
    end: usize,
    /// The spans of stretches that were looked at, the last at the end.
    kept: Vec<(usize, Arc<[CodeSpan]>)>,
    /// Known places of long lines, by the line.
    stops: HashMap<usize, Arc<[LinePosition]>>,
}

/// A place in a line, counted in all the ways there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LinePosition {
    /// Bytes from the line's begin.
    pub(crate) byte: usize,
    /// Columns of a fixed-width font, with tabs opened.
    pub(crate) column: usize,
    /// UTF-16 code units, as the protocol counts.
    pub(crate) unit: usize,
}

impl LinePosition {
    /// The place behind a character.
    fn after(self, char: char) -> Self {
        let columns = match char {
            '\t' => TAB - self.column % TAB,
            char => char_columns(char),
        };
        Self {
            byte: self.byte + char.len_utf8(),
            column: self.column + columns,
            unit: self.unit + char.len_utf16(),
        }
    }
}

impl SourceText {
    /// Finds the lines of a text. The words are read by [`Self::read_on`] and where they are looked at.
    pub fn new(text: Arc<str>, language: Language) -> Self {
        let line_ends = text.match_indices('\n').map(|(at, _)| at as u32 + 1);
        let line_begins: Vec<u32> = std::iter::once(0).chain(line_ends).collect();
        let widest = text.split('\n').map(n_columns).max();
        Self {
            line_begins,
            widest_columns: widest.unwrap_or(0),
            read: Mutex::new(Read {
                states: vec![(0, State::new(language))],
                ..Read::default()
            }),
            text,
            language,
        }
    }

    /// The text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// How many lines there are; an empty text has one, a text that is not there has none.
    pub fn n_lines(&self) -> usize {
        self.line_begins.len()
    }

    /// The columns of the longest line.
    pub fn widest_columns(&self) -> usize {
        self.widest_columns
    }

    /// Reads the words of the next `n_bytes`, so that later ones are told apart rightly; false once all are. Until then, what
    /// is looked at beyond is read as if it stood at the beginning of a text.
    pub fn read_on(&self, n_bytes: usize) -> bool {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let goal = read.end.saturating_add(n_bytes);
        let mut spans = Vec::new();
        while read.end < goal.min(self.text.len()) {
            let Some((begin, mut state)) = read.states.last().cloned() else {
                return false;
            };
            spans.clear();
            let end = begin + STATE_EVERY;
            read.end = highlight::run(&self.text, self.language, begin, end, &mut state, &mut spans);
            let end = read.end;
            read.states.push((end, state));
        }
        read.end < self.text.len()
    }

    /// How many bytes have been read for their words.
    pub fn n_read(&self) -> usize {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).end
    }

    /// A line's text without its end; empty for a line that is not there. `line` counts from 1.
    pub fn line_text(&self, line: u32) -> &str {
        self.line((line as usize).wrapping_sub(1))
            .map_or("", |(_, text)| text)
    }

    /// Where a line stands in the text, without its end; None for a line that is not there. 0-based.
    pub(crate) fn line(&self, index: usize) -> Option<(usize, &str)> {
        let begin = *self.line_begins.get(index)? as usize;
        let end = self
            .line_begins
            .get(index + 1)
            .map_or(self.text.len(), |next| *next as usize - 1);
        let line = self.text.get(begin..end)?;
        Some((begin, line.strip_suffix('\r').unwrap_or(line)))
    }

    /// The spans that touch a stretch of bytes.
    pub(crate) fn spans_in(&self, range: Range<usize>) -> Vec<CodeSpan> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if range.end > read.end {
            let (mut state, mut spans) = (State::new(self.language), Vec::new());
            highlight::run(
                &self.text,
                self.language,
                range.start,
                range.end,
                &mut state,
                &mut spans,
            );
            return spans;
        }
        let first = read
            .states
            .partition_point(|(begin, _)| *begin <= range.start)
            .saturating_sub(1);
        let last = read.states.partition_point(|(begin, _)| *begin < range.end);
        let mut found = Vec::new();
        for stretch in first..last {
            let spans = self.stretch(&mut read, stretch);
            let from = spans.partition_point(|span| span.end as usize <= range.start);
            let within = spans
                .iter()
                .skip(from)
                .take_while(|span| (span.begin as usize) < range.end);
            found.extend(within.copied());
        }
        found
    }

    fn stretch(&self, read: &mut Read, index: usize) -> Arc<[CodeSpan]> {
        if let Some(at) = read.kept.iter().position(|(kept, _)| *kept == index) {
            let kept = read.kept.remove(at);
            let spans = Arc::clone(&kept.1);
            read.kept.push(kept);
            return spans;
        }
        let Some((begin, mut state)) = read.states.get(index).cloned() else {
            return [].into();
        };
        let end = read
            .states
            .get(index + 1)
            .map_or(self.text.len(), |(end, _)| *end);
        let mut spans = Vec::new();
        highlight::run(&self.text, self.language, begin, end, &mut state, &mut spans);
        let spans: Arc<[CodeSpan]> = spans.into();
        if read.kept.len() >= N_KEPT {
            read.kept.remove(0);
        }
        read.kept.push((index, Arc::clone(&spans)));
        spans
    }

    /// The place in a line that is at, or the last before, a column of the screen. 0-based.
    pub(crate) fn at_column(&self, line_idx: usize, column: usize) -> LinePosition {
        self.position(line_idx, |at| at.column <= column)
    }

    /// The place in a line that is at, or the last before, a column of the protocol. 0-based.
    pub(crate) fn at_unit(&self, line_idx: usize, unit: usize) -> LinePosition {
        self.position(line_idx, |at| at.unit <= unit)
    }

    /// The last place in a line that `is_within`, which holds up to some place and not after.
    fn position(&self, line_idx: usize, is_within: impl Fn(&LinePosition) -> bool) -> LinePosition {
        let Some((_, line)) = self.line(line_idx) else {
            return LinePosition::default();
        };
        let mut at = LinePosition::default();
        if line.len() > STOP_EVERY {
            let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            if read.stops.len() > 64 {
                read.stops.clear();
            }
            let stops = read.stops.entry(line_idx).or_insert_with(|| stops(line));
            let n_before = stops.partition_point(&is_within);
            at = n_before
                .checked_sub(1)
                .and_then(|last| stops.get(last))
                .copied()
                .unwrap_or_default();
        }
        for char in line.get(at.byte..).unwrap_or_default().chars() {
            let next = at.after(char);
            if !is_within(&next) {
                break;
            }
            at = next;
        }
        at
    }
}

/// The same text under the same language: whole texts are not compared.
impl PartialEq for SourceText {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.text, &other.text) && self.language == other.language
    }
}

fn n_columns(line: &str) -> usize {
    if line.is_ascii() && !line.contains('\t') {
        return line.len();
    }
    line.chars()
        .fold(LinePosition::default(), LinePosition::after)
        .column
}

/// Places of a line, one every few thousand bytes.
fn stops(line: &str) -> Arc<[LinePosition]> {
    let (mut at, mut next, mut stops) = (LinePosition::default(), STOP_EVERY, Vec::new());
    for char in line.chars() {
        if at.byte >= next {
            stops.push(at);
            next = at.byte + STOP_EVERY;
        }
        at = at.after(char);
    }
    stops.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::CodeKind;

    #[test]
    fn lines_are_found_whatever_ends_them() {
        let source = SourceText::new("a\r\nbé\n\nc".into(), Language::Plain);
        assert_eq!(source.n_lines(), 4);
        assert_eq!(
            [1, 2, 3, 4, 5, 0].map(|line| source.line_text(line)),
            ["a", "bé", "", "c", "", ""]
        );
        assert_eq!(SourceText::new("".into(), Language::Plain).n_lines(), 1);
        assert_eq!(
            SourceText::new("\tx\ty".into(), Language::Plain).widest_columns(),
            9
        );
    }

    #[test]
    fn places_of_an_endless_line_agree_in_every_count() {
        let line = format!("{}日😀\tz{}", "x".repeat(9_000), "y".repeat(9_000));
        let source = SourceText::new(line.as_str().into(), Language::Plain);
        let z = source.at_unit(0, 9_004);
        assert_eq!(&line[z.byte..z.byte + 1], "z");
        assert_eq!(
            z.column, 9_008,
            "two wide characters, then a tab to the next column of four"
        );
        assert_eq!(source.at_column(0, z.column), z);
        assert_eq!(
            source.at_column(0, 9_001).unit,
            9_000,
            "inside of a wide character"
        );
        let end = source.at_column(0, usize::MAX);
        assert_eq!((end.byte, end.column), (line.len(), source.widest_columns()));
    }

    #[test]
    fn words_far_down_are_told_apart_once_what_is_before_has_been_read() {
        let text = format!("/*{}\nlet a;\n*/ let b;", "x\n".repeat(40_000));
        let source = SourceText::new(text.as_str().into(), Language::Script);
        let at = text.find("let a").unwrap_or_default();
        let kind = || source.spans_in(at..at + 3).first().map(|span| span.kind);
        assert_eq!(kind(), Some(CodeKind::Keyword), "as if the text began there");
        let mut n_slices = 0;
        while source.read_on(16 << 10) {
            n_slices += 1;
        }
        assert_eq!(n_slices, text.len() / (16 << 10));
        assert_eq!(kind(), Some(CodeKind::Comment));
        let last = source.spans_in(text.len() - 6..text.len());
        assert_eq!(last.first().map(|span| span.kind), Some(CodeKind::Keyword));
    }
}
