//! What was typed just before a moment, as it is read: letters in a row as text, other keys and chords as keys.

use components::picture::Caption;

use super::moment::key_name;

/// How long a press can be seen after it, and how long typing goes on without one, in ms.
const PRESS_MS: f64 = 1_600.0;
/// A modifier that is held longer than this before a key is told apart from it, in ms.
const CHORD_MS: f64 = 1_000.0;
/// Captions at most, and letters of a text: the latest.
const N_CAPTIONS: usize = 6;
const N_LETTERS: usize = 48;

/// A press of a key.
#[derive(Clone, Copy, Debug)]
pub struct Press<'a> {
    /// When, in ms.
    pub time_ms: f64,
    /// What the browser calls the key, such as `a` or `Enter`.
    pub key: &'a str,
}

/// The captions at a time. `latest` are the presses until then, the last first.
pub fn captions<'a>(latest: impl Iterator<Item = Press<'a>>, time_ms: f64) -> Vec<Caption> {
    let mut presses = Vec::new();
    let mut later_ms = time_ms;
    for press in latest {
        // Typing is shown as far back as it goes on without a rest.
        if later_ms - press.time_ms > PRESS_MS || presses.len() > N_LETTERS + N_CAPTIONS {
            break;
        }
        later_ms = press.time_ms;
        presses.push(press);
    }
    let mut captions: Vec<Caption> = Vec::new();
    let mut held: Option<(f64, Vec<&'static str>)> = None;
    for press in presses.into_iter().rev() {
        if press.key == "Shift" {
            // It is in the letters that come of it.
            continue;
        }
        if let Some(modifier) = modifier(press.key) {
            let (since_ms, names) = held.get_or_insert_with(|| (press.time_ms, Vec::new()));
            *since_ms = press.time_ms;
            if !names.contains(&modifier) {
                names.push(modifier);
            }
            continue;
        }
        let chord = held
            .take()
            .filter(|(since_ms, _)| press.time_ms - since_ms <= CHORD_MS)
            .map(|(_, names)| names);
        match (chord, text_of(press.key)) {
            (Some(names), _) => {
                let key = name_of(press.key);
                let key = if key.chars().count() == 1 {
                    key.to_ascii_uppercase()
                } else {
                    key
                };
                captions.push(Caption::Key(format!("{}+{key}", names.join("+"))));
            }
            (None, Some(letter)) => match captions.last_mut() {
                Some(Caption::Text(text)) => text.push(letter),
                // A space alone cannot be seen.
                _ if letter == ' ' => captions.push(Caption::Key(name_of(press.key))),
                _ => captions.push(Caption::Text(letter.to_string())),
            },
            (None, None) => captions.push(Caption::Key(name_of(press.key))),
        }
    }
    if let Some((_, names)) = held {
        captions.push(Caption::Key(names.join("+")));
    }
    for caption in &mut captions {
        if let Caption::Text(text) = caption {
            let n_letters = text.chars().count();
            if n_letters > N_LETTERS {
                let end: String = text.chars().skip(n_letters - N_LETTERS).collect();
                *text = format!("…{end}");
            }
        }
    }
    let n_before = captions.len().saturating_sub(N_CAPTIONS);
    captions.split_off(n_before)
}

fn modifier(key: &str) -> Option<&'static str> {
    match key {
        "Control" => Some("Ctrl"),
        "Alt" => Some("Alt"),
        "AltGraph" => Some("AltGr"),
        "Meta" => Some("Meta"),
        _ => None,
    }
}

/// What a key types: keys that do are called by it.
fn text_of(key: &str) -> Option<char> {
    let mut letters = key.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if !letter.is_control() => Some(letter),
        _ => None,
    }
}

/// A key as it stands on the keyboard, with its sign where it has one.
fn name_of(key: &str) -> String {
    match key {
        "Backspace" => "⌫ Backspace".to_owned(),
        "Enter" => "⏎ Enter".to_owned(),
        "Tab" => "⇥ Tab".to_owned(),
        "Escape" => "Esc".to_owned(),
        _ => key_name(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(presses: &[(f64, &str)], time_ms: f64, expected: &[&str]) {
        let latest = presses.iter().rev().filter(|(at_ms, _)| *at_ms <= time_ms);
        let captions = captions(
            latest.map(|(time_ms, key)| Press {
                time_ms: *time_ms,
                key,
            }),
            time_ms,
        );
        let shown: Vec<String> = captions
            .into_iter()
            .map(|caption| match caption {
                Caption::Text(text) => format!("\"{text}\""),
                Caption::Key(key) => key,
            })
            .collect();
        assert_eq!(shown, expected, "{presses:?} at {time_ms}");
    }

    #[test]
    fn letters_in_a_row_are_text_and_other_keys_are_keys() {
        let typed = [
            (0.0, "Shift"),
            (10.0, "H"),
            (200.0, "i"),
            (300.0, " "),
            (400.0, "y"),
            (500.0, "o"),
            (600.0, "Enter"),
            (2_100.0, "ArrowDown"),
        ];
        check(&typed, 450.0, &["\"Hi y\""]);
        check(&typed, 700.0, &["\"Hi yo\"", "⏎ Enter"]);
        check(&typed, 2_150.0, &["\"Hi yo\"", "⏎ Enter", "↓"]);
        check(&typed, 3_800.0, &[]);
        check(&[(0.0, " ")], 5.0, &["Space"]);
    }

    #[test]
    fn a_rest_begins_anew() {
        check(&[(0.0, "a"), (2_000.0, "b")], 2_100.0, &["\"b\""]);
        check(&[(0.0, "a"), (1_500.0, "b")], 2_100.0, &["\"ab\""]);
    }

    #[test]
    fn keys_held_together_are_one() {
        check(
            &[(0.0, "x"), (100.0, "Control"), (200.0, "a"), (300.0, "b")],
            400.0,
            &["\"x\"", "Ctrl+A", "\"b\""],
        );
        check(
            &[(0.0, "Control"), (50.0, "Alt"), (90.0, "Delete")],
            100.0,
            &["Ctrl+Alt+Delete"],
        );
        check(&[(0.0, "Meta")], 100.0, &["Meta"]);
    }

    #[test]
    fn long_texts_end_with_what_was_typed_last() {
        let typed: Vec<(f64, &str)> = (0..60)
            .map(|at| (f64::from(at) * 10.0, if at == 59 { "z" } else { "a" }))
            .collect();
        let latest = typed.iter().rev().map(|(time_ms, key)| Press {
            time_ms: *time_ms,
            key,
        });
        let captions = captions(latest, 600.0);
        assert!(
            matches!(&captions[..], [Caption::Text(text)] if text.starts_with("…a") && text.ends_with("az")),
            "{captions:?}"
        );
    }
}
