//! How high messages are: known from their text alone, so that the list can be laid out without being drawn.
//!
//! This works because the text is set in a font of fixed width. Lines break between words; a message with a word longer
//! than a line is broken at any character instead, because browsers would break such a word where they like.

use super::ConsoleRows;
use crate::{preview::char_columns, primitives::virtual_list::RowLayout};

/// Longer messages are cut here; the whole text can be copied.
pub const MAX_LINES: usize = 24;

const LINE_PX: f64 = 18.0;
const PADDING_PX: f64 = 7.0;
/// The height of a line under a message.
const PART_PX: f64 = 20.0;
/// What stands beside the text: the sign and the twisty in front, location and time behind, with their gaps. As in
/// `console.css`.
const FRONT_PX: f64 = 50.0;
const LOCATION_PX: f64 = 108.0;
const TIME_PX: f64 = 72.0;
const END_PX: f64 = 12.0;
/// Below this the location gives way, as in `console.css`.
pub(crate) const NARROW_BELOW_PX: f64 = 480.0;
/// The advance of a character at 12 px, and room at the end of a line for fonts that are a trifle wider.
const COLUMN_PX: f64 = 7.2;
const SLACK_PX: f64 = 1.5;

/// How many columns a message's text has in a console this wide.
pub(crate) fn text_columns(width_px: f64, shows_time: bool) -> usize {
    let mut beside = FRONT_PX + END_PX;
    if width_px >= NARROW_BELOW_PX {
        beside += LOCATION_PX;
    }
    if shows_time {
        beside += TIME_PX;
    }
    (((width_px - beside - SLACK_PX) / COLUMN_PX) as usize).max(12)
}

/// What a line of the list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The message of this index.
    Row(usize),
    /// Of the message of the first index, the part of the second.
    Part(usize, usize),
}

/// Messages and what is open under them as lines of one list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lines {
    /// Of each opened message: its index, the line that it stands in, and how many lines are under it.
    opened: Vec<(usize, usize, usize)>,
    n_rows: usize,
}

impl Lines {
    pub(crate) fn new(rows: &ConsoleRows) -> Self {
        let mut n_before = 0;
        let opened = rows
            .parts
            .iter()
            .filter(|(row, _)| **row < rows.n_rows)
            .map(|(row, parts)| {
                let line = row + n_before;
                n_before += parts.len();
                (*row, line, parts.len())
            });
        Self {
            opened: opened.collect(),
            n_rows: rows.n_rows,
        }
    }

    /// What stands in a line.
    pub(crate) fn at(&self, line: usize) -> Option<Line> {
        let n_above = self.opened.partition_point(|(_, at, _)| *at < line);
        let row = match n_above.checked_sub(1).and_then(|last| self.opened.get(last)) {
            Some((row, at, n_parts)) if line <= at + n_parts => return Some(Line::Part(*row, line - at - 1)),
            Some((row, at, n_parts)) => row + (line - at - n_parts),
            None => line,
        };
        (row < self.n_rows).then_some(Line::Row(row))
    }

    /// The line that a message stands in.
    pub(crate) fn of_row(&self, row: usize) -> usize {
        let n_above = self.opened.partition_point(|(at, _, _)| *at < row);
        match n_above.checked_sub(1).and_then(|last| self.opened.get(last)) {
            Some((above, line, n_parts)) => line + n_parts + (row - above),
            None => row,
        }
    }
}

/// How a text is broken into lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrapped {
    /// How many lines it takes at most, at least 1 and at most [`MAX_LINES`].
    pub n_lines: usize,
    /// Whether it is broken at any character.
    pub is_broken_anywhere: bool,
}

/// Breaks a text into lines of `columns` characters.
pub fn wrap<'a>(pieces: impl IntoIterator<Item = &'a str> + Clone, columns: usize) -> Wrapped {
    let text = || pieces.clone().into_iter().flat_map(str::chars);
    let is_broken_anywhere = longest_word(text()) > columns;
    let n_lines = if is_broken_anywhere {
        n_lines_anywhere(text(), columns)
    } else {
        n_lines_of_words(text(), columns)
    };
    Wrapped {
        n_lines: n_lines.min(MAX_LINES),
        is_broken_anywhere,
    }
}

fn longest_word(text: impl Iterator<Item = char>) -> usize {
    let (mut longest, mut word) = (0, 0);
    for char in text {
        word = if char.is_whitespace() {
            0
        } else {
            word + char_columns(char)
        };
        longest = longest.max(word);
    }
    longest
}

fn n_lines_anywhere(text: impl Iterator<Item = char>, columns: usize) -> usize {
    let (mut lines, mut column) = (1, 0);
    for char in text {
        if char == '\n' {
            (lines, column) = (lines + 1, 0);
            continue;
        }
        let width = columns_of(char);
        column += width;
        if column > columns {
            (lines, column) = (lines + 1, width);
        }
        if lines > MAX_LINES {
            break;
        }
    }
    lines
}

/// Browsers know more places to break than blanks; each of them can only save lines.
fn n_lines_of_words(text: impl Iterator<Item = char>, columns: usize) -> usize {
    // `column` is where the next character stands, `word` how much of the line the word it belongs to has taken.
    let (mut lines, mut column, mut word) = (1, 0, 0);
    for char in text {
        match char {
            '\n' => (lines, column, word) = (lines + 1, 0, 0),
            // Blanks at the end of a line hang over it.
            char if char.is_whitespace() => (column, word) = (column + columns_of(char), 0),
            char => {
                let width = char_columns(char);
                (column, word) = (column + width, word + width);
                if column > columns {
                    (lines, column) = (lines + 1, word);
                }
            }
        }
        if lines > MAX_LINES {
            break;
        }
    }
    lines
}

fn columns_of(char: char) -> usize {
    // Tabs as the style sets them.
    if char == '\t' { 4 } else { char_columns(char) }
}

/// Where every line lies.
pub(crate) fn lay_out(rows: &ConsoleRows, columns: usize) -> RowLayout {
    let mut opened = rows.parts.iter().peekable();
    let mut heights = Vec::with_capacity(rows.n_rows);
    let mut index = 0;
    (rows.n_lines)(columns, &mut |n_lines| {
        if index < rows.n_rows {
            heights.push(n_lines as f64 * LINE_PX + PADDING_PX);
            let n_parts = opened
                .next_if(|(row, _)| **row == index)
                .map_or(0, |(_, parts)| parts.len());
            heights.extend(std::iter::repeat_n(PART_PX, n_parts));
            index += 1;
        }
    });
    RowLayout::stacked(heights)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::console::Part;

    #[test]
    fn lines_break_between_words() {
        let lines = |pieces: &[&str]| wrap(pieces.iter().copied(), 10);
        let words = |n_lines| Wrapped {
            n_lines,
            is_broken_anywhere: false,
        };
        assert_eq!(lines(&[""]), words(1));
        assert_eq!(lines(&["01234 6789"]), words(1));
        assert_eq!(
            lines(&["01234 67", "89a"]),
            words(2),
            "a word runs over two pieces"
        );
        assert_eq!(lines(&["0123456789   b"]), words(2), "blanks hang over the end");
        assert_eq!(lines(&["a\nb\nc"]), words(3));
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken_anywhere() {
        let lines = |text: &str| wrap([text], 10);
        let anywhere = |n_lines| Wrapped {
            n_lines,
            is_broken_anywhere: true,
        };
        assert_eq!(lines("01234 56789abcdef"), anywhere(2));
        assert_eq!(lines("日本日本日本"), anywhere(2));
        assert_eq!(lines(&"x".repeat(10_000)), anywhere(MAX_LINES));
    }

    #[test]
    fn lines_are_messages_and_what_is_open_under_them() {
        let note = || Part::Note(String::new());
        let rows = ConsoleRows {
            n_rows: 4,
            n_lines: Arc::new(|_, each| (0..4).for_each(|_| each(1))),
            parts: Arc::new([(1, [note(), note()].into()), (2, [note()].into())].into()),
            ..ConsoleRows::default()
        };
        let lines = Lines::new(&rows);
        let found: Vec<Line> = (0..10).map_while(|line| lines.at(line)).collect();
        assert_eq!(
            found,
            [
                Line::Row(0),
                Line::Row(1),
                Line::Part(1, 0),
                Line::Part(1, 1),
                Line::Row(2),
                Line::Part(2, 0),
                Line::Row(3)
            ]
        );
        assert_eq!(
            (0..4).map(|row| lines.of_row(row)).collect::<Vec<_>>(),
            [0, 1, 4, 6]
        );
        let layout = lay_out(&rows, 80);
        assert_eq!((layout.n_rows(), layout.top_px(6)), (7, 3.0 * 25.0 + 3.0 * 20.0));
    }
}
