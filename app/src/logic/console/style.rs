//! Styles that a program gives its messages with `%c`: only what changes how text looks, and nothing that loads, moves or
//! covers.

use components::console::TextStyle;

/// Longer values are no colours or widths.
const MAX_LEN: usize = 80;
/// Beyond this a message's words would be far apart.
const MAX_PADDING_PX: f64 = 12.0;

/// Reads declarations as in a `style` attribute; what is not allowed is left out.
pub(super) fn style(text: &str) -> TextStyle {
    let mut style = TextStyle::default();
    for declaration in text.split(';').take(32) {
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let value = value
            .trim()
            .trim_end_matches("!important")
            .trim()
            .to_ascii_lowercase();
        if value.is_empty() || value.len() > MAX_LEN {
            continue;
        }
        match name.trim().to_ascii_lowercase().as_str() {
            "color" if is_colour(&value) => style.colour = Some(value),
            "background" | "background-color" if is_colour(&value) => style.background = Some(value),
            "font-weight"
                if is_word(&value, &["normal", "bold", "bolder", "lighter"]) || is_weight(&value) =>
            {
                style.weight = Some(value)
            }
            "font-style" if is_word(&value, &["normal", "italic", "oblique"]) => style.slant = Some(value),
            "text-decoration" | "text-decoration-line"
                if is_word(&value, &["none", "underline", "overline", "line-through"]) =>
            {
                style.decoration = Some(value)
            }
            "border-radius" => {
                style.radius_px = pixels(&value).map_or(style.radius_px, |px| px.min(MAX_PADDING_PX))
            }
            "padding" | "padding-left" | "padding-right" | "padding-inline" => {
                // The last of one to four lengths is that of a side.
                let side = value
                    .split_whitespace()
                    .nth(1)
                    .or(value.split_whitespace().next());
                let side = side.and_then(pixels).unwrap_or_default();
                style.padding_px = style.padding_px.max(side.min(MAX_PADDING_PX));
            }
            _ => {}
        }
    }
    style
}

fn is_word(value: &str, words: &[&str]) -> bool {
    words.contains(&value)
}

fn is_weight(value: &str) -> bool {
    value
        .parse::<u32>()
        .is_ok_and(|weight| (1..=1000).contains(&weight))
}

/// Names, `#` and digits, and the functions that make colours of numbers. Nothing else has parentheses, so no `url(…)` and
/// no `var(…)`.
fn is_colour(value: &str) -> bool {
    let arguments = match value.split_once('(') {
        None => {
            return value
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || char == '#');
        }
        Some((function, arguments)) => {
            if !is_word(
                function.trim(),
                &[
                    "rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch",
                ],
            ) {
                return false;
            }
            arguments
        }
    };
    let Some(numbers) = arguments.strip_suffix(')') else {
        return false;
    };
    numbers
        .chars()
        .all(|char| char.is_ascii_alphanumeric() || matches!(char, ' ' | ',' | '.' | '%' | '/' | '-' | '+'))
}

fn pixels(value: &str) -> Option<f64> {
    let number: f64 = match value.strip_suffix("em") {
        Some(ems) => ems.trim_end_matches('r').parse::<f64>().ok()? * 12.0,
        None => value.strip_suffix("px").unwrap_or(value).parse().ok()?,
    };
    (number.is_finite() && number >= 0.0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_changes_how_text_looks_is_allowed() {
        let found = style(
            "color: #fff; background: rgb(10, 20, 30); font-weight: bold; padding: 2px 6px; text-decoration: underline",
        );
        assert_eq!(
            found,
            TextStyle {
                colour: Some("#fff".to_owned()),
                background: Some("rgb(10, 20, 30)".to_owned()),
                weight: Some("bold".to_owned()),
                decoration: Some("underline".to_owned()),
                padding_px: 6.0,
                ..TextStyle::default()
            }
        );
    }

    #[test]
    fn what_loads_moves_or_covers_is_not() {
        for hostile in [
            "background: url(https://evil.example/x)",
            "background: red url(x)",
            "background-image: url(x)",
            "color: var(--x)",
            "color: rgb(url(x))",
            "position: fixed; inset: 0; z-index: 9",
            "font-size: 900px",
            "display: none",
            "color",
            "padding: -9px",
            "padding: NaN",
        ] {
            assert_eq!(style(hostile), TextStyle::default(), "{hostile}");
        }
        assert_eq!(style("padding: 9999px").padding_px, MAX_PADDING_PX);
    }
}
