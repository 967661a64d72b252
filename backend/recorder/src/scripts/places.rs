//! From places the engine names back to the original texts.

use recording::script::Position;

use super::Scripts;

impl Scripts {
    /// Says where an inline script begins in its document as it was and as it is now: 0-based columns of its first line.
    pub(crate) fn place_inline(&mut self, text: &str, column: u32, original_column: u32) {
        let Some(kept) = &mut self.rewritten else { return };
        if let Some(entry) = kept.iter_mut().rev().find(|entry| entry.text == text) {
            entry.place.column = i64::from(column);
            entry.place.original_column = original_column;
        }
    }

    /// The original's place of a place the engine names: 1-based line and column of the script with a hash, or else of an
    /// address.
    pub(crate) fn original_place(&self, hash: &str, url: &str, line: u32, column: u32) -> Option<(u32, u32)> {
        let column = column.checked_sub(1)?;
        let found = self.by_hash.get(hash).or_else(|| self.by_hash.get(url));
        let Some(entry) = found.and_then(|&idx| self.rewritten.as_ref()?.get(idx)) else {
            let found = self.original_position(url, Position { line, column })?;
            return Some((found.line, found.column + 1));
        };
        let place = entry.place;
        let within = line.checked_sub(place.line).filter(|&line| line > 0)?;
        let is_first = within == 1;
        let column = match is_first {
            true => u32::try_from(i64::from(column) - place.column).unwrap_or(0),
            false => column,
        };
        let found = entry.back.original(Position { line: within, column });
        let is_first = found.line == 1;
        let column = found.column + if is_first { place.original_column } else { 0 };
        Some((found.line + place.line, column + 1))
    }
}
