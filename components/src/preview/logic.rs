//! Text that shows what is in it: characters that would hide or reorder others are replaced by pictures of themselves.

use std::borrow::Cow;

/// The text with its invisible characters made visible. Line ends and tabs stay.
pub fn visible_text(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().map(|char| match char {
        _ if !is_unseen(char) => char,
        // The pictures of the control characters stand in the same order as the characters.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + char as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ => '\u{fffd}',
    });
    Cow::Owned(shown.collect())
}

/// [`visible_text`] of a text that is given away, which most are without being copied.
pub fn visible(text: String) -> String {
    match visible_text(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(shown) => shown,
    }
}

fn is_unseen(char: char) -> bool {
    match char {
        '\n' | '\t' => false,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        // Marks and overrides of the writing direction, which can make code read as what it is not.
        '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => true,
        _ => false,
    }
}

/// How many columns of a fixed-width font a character takes.
pub fn char_columns(char: char) -> usize {
    match char {
        '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' => 2,
        '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// How many columns a text takes in one line.
pub fn n_columns(text: &str) -> usize {
    match text.is_ascii() {
        true => text.len(),
        false => text.chars().map(char_columns).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_hide_is_shown() {
        assert_eq!(visible_text("plain\ttext\n"), "plain\ttext\n");
        assert_eq!(visible_text("a\u{1b}[31m"), "a\u{241b}[31m");
        assert_eq!(visible_text("user\u{202e}nimda"), "user\u{fffd}nimda");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(n_columns("abc"), 3);
        assert_eq!(n_columns("日本"), 4);
        assert_eq!(n_columns("e\u{301}"), 1);
    }
}
