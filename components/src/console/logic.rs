//! How high messages are: known from their text alone, so that the list can be laid out without being drawn.
//!
//! This works because the text is set in a font of fixed width. Lines break between words; a message with a word longer
//! than a line is broken at any character instead, because browsers would break such a word where they like.

use super::ConsoleRows;
use crate::{preview::char_columns, primitives::virtual_list::RowLayout};

/// Longer messages are cut here; the whole value is in the scopes of the message's moment.
pub const MAX_LINES: usize = 24;

const LINE_PX: f64 = 18.0;
const PADDING_PX: f64 = 7.0;
/// What stands beside the text: the icon in front, location and time behind, with their gaps. As in `console.css`.
const WIDE_PX: f64 = 36.0 + 100.0 + 64.0 + 28.0;
const NARROW_PX: f64 = 36.0 + 64.0 + 20.0;
/// Below this the location gives way, as in `console.css`.
pub(crate) const NARROW_BELOW_PX: f64 = 480.0;
/// The advance of a character at 12 px, and room at the end of a line for fonts that are a trifle wider.
const COLUMN_PX: f64 = 7.2;
const SLACK_PX: f64 = 1.5;

/// How many columns a message's text has in a console this wide.
pub(crate) fn text_columns(width_px: f64) -> usize {
    let beside = if width_px < NARROW_BELOW_PX {
        NARROW_PX
    } else {
        WIDE_PX
    };
    (((width_px - beside - SLACK_PX) / COLUMN_PX) as usize).max(12)
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

pub(crate) fn lay_out(rows: &ConsoleRows, columns: usize) -> RowLayout {
    RowLayout::stacked(
        (0..rows.n_rows).map(|index| (rows.n_lines)(index, columns) as f64 * LINE_PX + PADDING_PX),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
