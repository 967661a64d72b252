//! How high messages are: known from their text alone, so that the list can be laid out without being drawn.
//!
//! This works because the text is set in a font of fixed width and broken at any character (`word-break: break-all`).

use super::ConsoleRows;
use crate::{preview::char_columns, primitives::virtual_list::RowLayout};

/// Longer messages are cut here; the whole value is in the scopes of the message's moment.
pub const MAX_LINES: usize = 24;

const LINE_PX: f64 = 18.0;
const PADDING_PX: f64 = 7.0;
/// What stands beside the text: the icon in front, location and time behind, with their gaps. As in `console.css`.
const WIDE_PX: f64 = 36.0 + 150.0 + 72.0 + 24.0;
const NARROW_PX: f64 = 36.0 + 72.0 + 16.0;
/// Below this the location gives way, as in `console.css`.
pub(crate) const NARROW_BELOW_PX: f64 = 480.0;
/// The advance of a character at 12 px, of the widest among the fonts the style names; a narrower one leaves some room.
const COLUMN_PX: f64 = 7.25;

/// How many columns a message's text has in a console this wide.
pub(crate) fn text_columns(width_px: f64) -> usize {
    let beside = if width_px < NARROW_BELOW_PX {
        NARROW_PX
    } else {
        WIDE_PX
    };
    (((width_px - beside) / COLUMN_PX) as usize).max(12)
}

/// How many lines a text takes at `columns` characters to a line, at least 1 and at most [`MAX_LINES`].
pub fn n_lines<'a>(pieces: impl IntoIterator<Item = &'a str>, columns: usize) -> usize {
    let (mut lines, mut column) = (1, 0);
    for char in pieces.into_iter().flat_map(str::chars) {
        let width = match char {
            '\n' => {
                (lines, column) = (lines + 1, 0);
                0
            }
            // As the style sets them.
            '\t' => 4,
            _ => char_columns(char),
        };
        column += width;
        if column > columns {
            (lines, column) = (lines + 1, width);
        }
        if lines >= MAX_LINES {
            return MAX_LINES;
        }
    }
    lines
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
    fn lines_break_at_the_column_and_at_line_ends() {
        assert_eq!(n_lines([""], 10), 1);
        assert_eq!(n_lines(["0123456789"], 10), 1);
        assert_eq!(n_lines(["01234", "56789a"], 10), 2);
        assert_eq!(n_lines(["a\nb\nc"], 10), 3);
        assert_eq!(n_lines(["日本日本日本"], 10), 2);
        assert_eq!(n_lines(["x".repeat(10_000).as_str()], 10), MAX_LINES);
    }
}
