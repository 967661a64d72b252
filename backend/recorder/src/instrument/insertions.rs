//! Text that is only ever added to: insertions at byte offsets of an original, applied at once, and the way back from a
//! column of the result to the original.

use super::positions::LineIndex;
use recording::script::Position;

/// Insertions in the order they were asked for; those at the same offset keep that order.
#[derive(Debug, Default)]
pub(crate) struct Insertions {
    list: Vec<(u32, String)>,
}

/// A place held in an [`Insertions`] to be filled later.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reserved(usize);

impl Insertions {
    pub(crate) fn add(&mut self, offset: u32, text: impl Into<String>) {
        self.list.push((offset, text.into()));
    }

    /// Holds the place at `offset`, before whatever is added there later.
    pub(crate) fn reserve(&mut self, offset: u32) -> Reserved {
        self.list.push((offset, String::new()));
        Reserved(self.list.len() - 1)
    }

    pub(crate) fn fill(&mut self, reserved: Reserved, text: String) {
        if let Some(slot) = self.list.get_mut(reserved.0) {
            slot.1 = text;
        }
    }

    /// The original with everything inserted, and the map back.
    ///
    /// A space is added where a probe would otherwise grow together with a keyword before it (`return!x`).
    pub(crate) fn apply(mut self, original: &str) -> (String, InsertionMap) {
        self.list.retain(|(_, text)| !text.is_empty());
        self.list.sort_by_key(|&(offset, _)| offset);
        let n_added: usize = self.list.iter().map(|(_, text)| text.len() + 1).sum();
        let mut result = String::with_capacity(original.len() + n_added);
        let mut map = InsertionMap::default();
        let mut copied = 0;
        for (offset, text) in &self.list {
            let offset = (*offset as usize).min(original.len());
            result.push_str(original.get(copied..offset).unwrap_or_default());
            copied = copied.max(offset);
            let before = result.len();
            let is_glued = text.chars().next().is_some_and(is_identifier_part)
                && result.chars().next_back().is_some_and(is_identifier_part);
            if is_glued {
                result.push(' ');
            }
            result.push_str(text);
            map.push(before as u32, (result.len() - before) as u32);
        }
        result.push_str(original.get(copied..).unwrap_or_default());
        (result, map)
    }
}

fn is_identifier_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || character == '$'
}

/// Where the insertions stand in the result.
#[derive(Debug, Default)]
pub(crate) struct InsertionMap {
    /// (offset in the result where an insertion begins, its length, length of all insertions up to and including it).
    spans: Vec<(u32, u32, u32)>,
}

impl InsertionMap {
    fn push(&mut self, start: u32, n_bytes: u32) {
        let total = self.spans.last().map_or(0, |span| span.2) + n_bytes;
        self.spans.push((start, n_bytes, total));
    }

    /// The original's offset of an offset in the result; one within an insertion belongs to what follows it.
    pub(crate) fn original_offset(&self, offset: u32) -> u32 {
        let n_before = self.spans.partition_point(|&(start, _, _)| start <= offset);
        match n_before.checked_sub(1).and_then(|i| self.spans.get(i)) {
            None => offset,
            Some(&(start, n_bytes, total)) => offset.max(start + n_bytes) - total,
        }
    }

    /// The original's position of a position in the result.
    pub(crate) fn original_position(
        &self,
        result_lines: &LineIndex,
        original_lines: &LineIndex,
        position: Position,
    ) -> Position {
        original_lines.position(self.original_offset(result_lines.offset(position)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn insertions_keep_their_order_and_never_grow_together_with_a_word() {
        let original = "return!x";
        let mut insertions = Insertions::default();
        let reserved = insertions.reserve(6);
        insertions.add(6, "_$r(");
        insertions.add(8, ")");
        insertions.add(0, "_$s(1);");
        insertions.fill(reserved, "/**/".to_owned());
        assert_eq!(insertions.apply(original).0, "_$s(1);return/**/_$r(!x)");

        let mut insertions = Insertions::default();
        insertions.add(6, "_$r(");
        assert_eq!(insertions.apply(original).0, "return _$r(!x");
    }

    #[test]
    fn positions_of_the_result_lead_back_to_the_original() {
        let original = "f(a);\n  g(b);";
        let mut insertions = Insertions::default();
        insertions.add(0, "_$s(1);");
        insertions.add(8, "_$s(2);");
        insertions.add(12, "é\u{fe0f}");
        let (result, map) = insertions.apply(original);
        let (result_lines, original_lines) = (LineIndex::new(&result), LineIndex::new(original));
        let back =
            |line, column| map.original_position(&result_lines, &original_lines, Position { line, column });
        assert_eq!(back(1, 7), Position { line: 1, column: 0 });
        assert_eq!(back(1, 3), Position { line: 1, column: 0 }, "within a probe");
        assert_eq!(back(1, 9), Position { line: 1, column: 2 });
        assert_eq!(back(2, 0), Position { line: 2, column: 0 });
        assert_eq!(back(2, 9), Position { line: 2, column: 2 });
    }
}
