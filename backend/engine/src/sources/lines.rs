//! Lines and columns of a text, columns in UTF-16 code units. Lines end at `\n`, as in recordings.

use recording::script::Position;
use wire::debugger::SourceLocation;

/// Where the lines of a text begin, and where its characters beyond ASCII stand.
#[derive(Debug)]
pub(crate) struct Lines {
    /// Byte offset of each line's first character.
    starts: Vec<u32>,
    /// For every character of more than one byte, in order: (offset just past it, bytes minus code units up to there).
    wide: Vec<(u32, u32)>,
    n_bytes: u32,
}

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        let mut starts = vec![0];
        let mut wide = Vec::new();
        let mut surplus = 0;
        for (offset, byte) in (0u32..).zip(text.bytes()) {
            if byte == b'\n' {
                starts.push(offset + 1);
            } else if byte >= 0xc0 {
                // (bytes, bytes minus UTF-16 code units) of the character that begins here.
                let (n_bytes, extra) = match byte {
                    0xf0.. => (4, 2),
                    0xe0.. => (3, 2),
                    _ => (2, 1),
                };
                surplus += extra;
                wide.push((offset + n_bytes, surplus));
            }
        }
        Self {
            starts,
            wide,
            n_bytes: u32::try_from(text.len()).unwrap_or(u32::MAX),
        }
    }

    /// The position of a byte offset on a character's boundary.
    pub(crate) fn position(&self, offset: u32) -> Position {
        let line_idx = self
            .starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1);
        let start = self.starts.get(line_idx).copied().unwrap_or(0);
        Position {
            line: line_idx as u32 + 1,
            column: self
                .code_units_before(offset)
                .saturating_sub(self.code_units_before(start)),
        }
    }

    /// As [`Self::position`], as the protocol writes it.
    pub(crate) fn location(&self, offset: u32) -> SourceLocation {
        let Position { line, column } = self.position(offset);
        SourceLocation { line, column }
    }

    /// The bytes of a line, without what ends it.
    pub(crate) fn line(&self, line: u32) -> Option<std::ops::Range<u32>> {
        let line_idx = line.checked_sub(1)? as usize;
        let start = *self.starts.get(line_idx)?;
        let end = self
            .starts
            .get(line_idx + 1)
            .map_or(self.n_bytes, |next| next - 1);
        Some(start..end)
    }

    /// Whether the text reaches as far.
    pub(crate) fn has(&self, position: Position) -> bool {
        self.line(position.line).is_some_and(|range| {
            let len = self.code_units_before(range.end) - self.code_units_before(range.start);
            position.column <= len
        })
    }

    fn code_units_before(&self, offset: u32) -> u32 {
        offset - self.surplus(self.wide.partition_point(|(end, _)| *end <= offset))
    }

    fn surplus(&self, n_wide: usize) -> u32 {
        let last = n_wide.checked_sub(1).and_then(|idx| self.wide.get(idx));
        last.map_or(0, |(_, surplus)| *surplus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_utf16_code_units() {
        let text = "ab\nçx\n😀y€z";
        let lines = Lines::new(text);
        for (snippet, line, column) in [("b", 1, 1), ("x", 2, 1), ("y", 3, 2), ("z", 3, 4)] {
            let offset = text.find(snippet).map_or(0, |at| at as u32);
            let position = Position { line, column };
            assert_eq!(lines.position(offset), position, "{snippet}");
            assert!(lines.has(position), "{snippet}");
        }
    }

    #[test]
    fn what_lies_outside_is_known() {
        let lines = Lines::new("ab\nc");
        let has = |line, column| lines.has(Position { line, column });
        assert!(has(1, 2), "the end of a line is a place in it");
        assert_eq!(
            [has(0, 0), has(1, 3), has(2, 2), has(3, 0), has(1, u32::MAX)],
            [false; 5]
        );
        assert_eq!(
            (lines.line(1), lines.line(2), lines.line(3)),
            (Some(0..2), Some(3..4), None)
        );
    }
}
