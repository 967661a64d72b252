//! Where keys move the cursor: lines up and down, names left and right.

use leptos::prelude::*;

use super::{Shown, SourcePlace, layout::LINE_PX};

/// Where a key moves the cursor to; None for a key that does not move it.
pub(super) fn place_after_key(
    shown: Shown,
    key: &str,
    has_command: bool,
    cursor: Option<SourcePlace>,
    height_px: f64,
) -> Option<SourcePlace> {
    let (n_lines, names) = shown.text.with_untracked(|text| {
        let line = cursor.map_or(1, |cursor| cursor.line);
        (text.n_lines() as u32, text.line_text(line).to_owned())
    });
    let now = cursor.unwrap_or(SourcePlace { line: 1, column: 0 });
    let page = (height_px / LINE_PX) as u32;
    let line = |line: u32| SourcePlace {
        line: line.clamp(1, n_lines.max(1)),
        column: 0,
    };
    Some(match key {
        "ArrowDown" => line(now.line + 1),
        "ArrowUp" => line(now.line.saturating_sub(1)),
        "PageDown" => line(now.line + page.max(2) - 1),
        "PageUp" => line(now.line.saturating_sub(page.max(2) - 1)),
        "Home" if has_command => line(1),
        "End" if has_command => line(n_lines),
        "Home" => line(now.line),
        "End" => SourcePlace {
            column: names.encode_utf16().count() as u32,
            ..now
        },
        "ArrowLeft" | "ArrowRight" => SourcePlace {
            column: name_beside(&names, now.column, key == "ArrowRight").unwrap_or(now.column),
            ..now
        },
        _ => return None,
    })
}

/// The column of the next name in a line, or of the one before. Looks at a few thousand characters at most.
fn name_beside(line: &str, column: u32, is_forward: bool) -> Option<u32> {
    let is_name = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$');
    let (mut unit, mut was_name, mut before) = (0_u32, false, None);
    for char in line.chars() {
        let begins = is_name(char) && !was_name && !char.is_ascii_digit();
        was_name = is_name(char);
        if begins {
            if is_forward && unit > column {
                return Some(unit);
            }
            if !is_forward && unit >= column {
                return before;
            }
            before = Some(unit);
        }
        unit += char.len_utf16() as u32;
    }
    before.filter(|_| !is_forward)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_reached_one_after_the_other() {
        let line = "let a1 = '😀' + bé;";
        let mut found = vec![0];
        while let Some(next) = name_beside(line, found[found.len() - 1], true) {
            found.push(next);
        }
        assert_eq!(found, [0, 4, 16]);
        assert_eq!(name_beside(line, 16, false), Some(4));
        assert_eq!(name_beside(line, 0, false), None);
    }
}
