//! Byte offsets of a text to (line, UTF-16 column) and back: the parser counts bytes, browsers count UTF-16 code units.

use recording::script::Position;

/// Where the lines of a text begin, and where its characters beyond ASCII stand.
#[derive(Debug)]
pub(crate) struct LineIndex {
    /// Byte offset of each line's first character. Lines end at `\n`.
    line_starts: Vec<u32>,
    /// For every character of more than one byte, in order: (offset just past it, bytes minus code units up to there).
    wide: Vec<(u32, u32)>,
    n_bytes: u32,
}

impl LineIndex {
    pub(crate) fn new(text: &str) -> Self {
        let mut line_starts = vec![0];
        let mut wide = Vec::new();
        let mut surplus = 0;
        for (offset, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                line_starts.push(offset as u32 + 1);
            } else if byte >= 0xc0 {
                let n_bytes = if byte >= 0xf0 {
                    4
                } else if byte >= 0xe0 {
                    3
                } else {
                    2
                };
                surplus += if n_bytes == 4 { 2 } else { n_bytes - 1 };
                wide.push((offset as u32 + n_bytes, surplus));
            }
        }
        Self {
            line_starts,
            wide,
            n_bytes: text.len() as u32,
        }
    }

    pub(crate) fn n_lines(&self) -> u32 {
        self.line_starts.len() as u32
    }

    /// Number of UTF-16 code units of the whole text.
    pub(crate) fn n_code_units(&self) -> u32 {
        self.code_units_before(self.n_bytes)
    }

    /// The position of a byte offset, which must lie on a character's boundary.
    pub(crate) fn position(&self, offset: u32) -> Position {
        let line_idx = self
            .line_starts
            .partition_point(|&start| start <= offset)
            .saturating_sub(1);
        let start = self.line_starts.get(line_idx).copied().unwrap_or(0);
        let column = self.code_units_before(offset) - self.code_units_before(start);
        Position {
            line: line_idx as u32 + 1,
            column,
        }
    }

    /// The byte offset of a position; clamped to the end of the text.
    pub(crate) fn offset(&self, position: Position) -> u32 {
        let Some(&start) = self.line_starts.get(position.line.saturating_sub(1) as usize) else {
            return self.n_bytes;
        };
        let wanted = self.code_units_before(start) + position.column;
        // Between two wide characters bytes and code units run in step.
        let n_before = self
            .wide
            .partition_point(|&(end, surplus)| end - surplus <= wanted);
        let surplus = n_before
            .checked_sub(1)
            .and_then(|i| self.wide.get(i))
            .map_or(0, |&(_, surplus)| surplus);
        (wanted + surplus).min(self.n_bytes)
    }

    fn code_units_before(&self, offset: u32) -> u32 {
        let n_before = self.wide.partition_point(|&(end, _)| end <= offset);
        let surplus = n_before
            .checked_sub(1)
            .and_then(|i| self.wide.get(i))
            .map_or(0, |&(_, surplus)| surplus);
        offset - surplus
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_utf16_code_units() {
        let text = "ab\nçx\n😀y€z";
        let index = LineIndex::new(text);
        let column_of = |needle: &str| {
            let position = index.position(text.find(needle).map_or(0, |i| i as u32));
            (position.line, position.column)
        };
        assert_eq!(column_of("b"), (1, 1));
        assert_eq!(column_of("x"), (2, 1));
        assert_eq!(column_of("y"), (3, 2));
        assert_eq!(column_of("z"), (3, 4));
        assert_eq!(index.n_lines(), 3);
        assert_eq!(index.n_code_units() as usize, text.encode_utf16().count());
    }

    #[test]
    fn every_position_leads_back_to_its_offset() {
        let text = "let é = '😀';\n\n/* € */ f(é)\r\nü";
        let index = LineIndex::new(text);
        for (offset, _) in text.char_indices() {
            assert_eq!(
                index.offset(index.position(offset as u32)),
                offset as u32,
                "offset {offset}"
            );
        }
        assert_eq!(
            index.offset(Position { line: 99, column: 0 }) as usize,
            text.len()
        );
    }
}
