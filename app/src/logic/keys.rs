//! Key chords: how they are written in a table, read from a key press, and shown to a person.
//!
//! Written `Mod+Shift+K`, `F10`, `?`. `Mod` is Ctrl, on a Mac Cmd. Shift is written only for letters and for keys with names:
//! of other characters it is part already (`?`, not `Shift+/`).

/// What a key press says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Press {
    /// `KeyboardEvent.key`.
    pub key: String,
    /// Whether Ctrl is held.
    pub has_ctrl: bool,
    /// Whether Alt is held.
    pub has_alt: bool,
    /// Whether Shift is held.
    pub has_shift: bool,
    /// Whether Meta (Cmd, Windows) is held.
    pub has_meta: bool,
}

/// The chord of a key press; None for presses of Shift and the like alone.
pub fn chord(press: &Press, is_mac: bool) -> Option<String> {
    let key = match press.key.as_str() {
        "" | "Shift" | "Control" | "Alt" | "Meta" | "Dead" | "Unidentified" | "Process" | "AltGraph" => {
            return None;
        }
        " " => "Space".to_owned(),
        key if key.chars().count() == 1 => key.to_uppercase(),
        key => key.strip_prefix("Arrow").unwrap_or(key).to_owned(),
    };
    let (has_mod, other) = match is_mac {
        true => (press.has_meta, press.has_ctrl.then_some("Ctrl")),
        false => (press.has_ctrl, press.has_meta.then_some("Meta")),
    };
    let is_letter_or_named = key.chars().count() > 1 || key.chars().all(char::is_alphabetic);
    let mut parts = Vec::new();
    parts.extend(has_mod.then_some("Mod"));
    parts.extend(other);
    // Alt makes other characters on a Mac: there it is part of them.
    parts.extend((press.has_alt && (!is_mac || key.is_ascii())).then_some("Alt"));
    parts.extend((press.has_shift && is_letter_or_named).then_some("Shift"));
    parts.push(&key);
    Some(parts.join("+"))
}

/// Whether a chord is a character by itself, so that it must not act while somebody writes (WCAG 2.1.4).
pub fn is_single(chord: &str) -> bool {
    let key = chord.strip_prefix("Shift+").unwrap_or(chord);
    key == "Space" || key.chars().count() == 1
}

/// Whether a chord belongs to whoever writes: characters, and what moves in text.
pub fn is_typing(chord: &str) -> bool {
    let key = chord.rsplit('+').next().unwrap_or(chord);
    let edits = [
        "Left",
        "Right",
        "Up",
        "Down",
        "Home",
        "End",
        "Backspace",
        "Delete",
        "Enter",
        "Tab",
        "Escape",
        "PageUp",
        "PageDown",
    ];
    let is_edit =
        edits.contains(&key) || (chord.starts_with("Mod+") && ["A", "C", "V", "X", "Z", "Y"].contains(&key));
    is_single(chord) || is_edit
}

/// The keys of a chord as their caps say them.
pub fn caps(chord: &str, is_mac: bool) -> Vec<String> {
    // `Mod++` ends with the key `+`.
    let (held, key) = match chord.strip_suffix("++") {
        Some(held) => (held, "+"),
        None if chord == "+" => ("", "+"),
        None => chord.rsplit_once('+').unwrap_or(("", chord)),
    };
    let cap = |part: &str| -> String {
        match (part, is_mac) {
            ("Mod", true) | ("Meta", true) => "⌘",
            ("Mod", false) => "Ctrl",
            ("Alt", true) => "⌥",
            ("Ctrl", true) => "⌃",
            ("Left", _) => "←",
            ("Right", _) => "→",
            ("Up", _) => "↑",
            ("Down", _) => "↓",
            ("Escape", _) => "Esc",
            (part, _) => part,
        }
        .to_owned()
    };
    held.split('+')
        .filter(|part| !part.is_empty())
        .chain([key])
        .map(cap)
        .collect()
}

/// A chord in one word, as menus show it.
pub fn shown(chord: &str, is_mac: bool) -> String {
    caps(chord, is_mac).join("+")
}

/// How well a text answers what somebody typed, None if not at all: the characters in order, better together, at the
/// beginnings of words, and early. Takes time in proportion to the text.
pub fn fuzzy(text: &str, typed: &str) -> Option<i64> {
    let mut wanted = typed
        .chars()
        .filter(|char| !char.is_whitespace())
        .flat_map(char::to_lowercase)
        .peekable();
    let (mut score, mut n_together, mut before) = (0, 0, ' ');
    for (at, char) in text.chars().enumerate() {
        let Some(next) = wanted.peek() else { break };
        if char.to_lowercase().eq([*next]) {
            wanted.next();
            n_together += 1;
            let begins = !before.is_alphanumeric() || (char.is_uppercase() && before.is_lowercase());
            score += n_together * n_together * 6 + if begins { 12 } else { 0 } - (at as i64).min(40) / 8;
        } else {
            n_together = 0;
        }
        before = char;
    }
    wanted
        .peek()
        .is_none()
        .then_some(score * 8 - text.chars().count().min(400) as i64 / 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str, held: &str) -> Press {
        Press {
            key: key.to_owned(),
            has_ctrl: held.contains('c'),
            has_alt: held.contains('a'),
            has_shift: held.contains('s'),
            has_meta: held.contains('m'),
        }
    }

    #[test]
    fn presses_have_one_name_each() {
        for (key, held, is_mac, chord_text) in [
            ("k", "c", false, "Mod+K"),
            ("k", "m", true, "Mod+K"),
            ("k", "c", true, "Ctrl+K"),
            ("?", "s", false, "?"),
            ("U", "s", false, "Shift+U"),
            ("F10", "s", false, "Shift+F10"),
            ("ArrowLeft", "", false, "Left"),
            (" ", "", false, "Space"),
            ("+", "c", false, "Mod++"),
        ] {
            assert_eq!(chord(&press(key, held), is_mac).as_deref(), Some(chord_text));
        }
        assert_eq!(chord(&press("Shift", "s"), false), None);
    }

    #[test]
    fn caps_are_those_of_the_keyboard() {
        assert_eq!(caps("Mod+Shift+F", false), ["Ctrl", "Shift", "F"]);
        assert_eq!(caps("Mod+Left", true), ["⌘", "←"]);
        assert_eq!(caps("Mod++", false), ["Ctrl", "+"]);
        assert_eq!(caps("+", false), ["+"]);
    }

    #[test]
    fn who_writes_keeps_what_writing_needs() {
        assert!(
            is_typing("K")
                && is_typing("Shift+U")
                && is_typing("Space")
                && is_typing("Left")
                && is_typing("Mod+C")
        );
        assert!(!is_typing("F10") && !is_typing("Mod+K"));
        assert!(is_single("?") && is_single("Shift+U") && !is_single("F10") && !is_single("Left"));
    }

    #[test]
    fn the_better_answer_comes_first() {
        let best = |typed: &str, texts: &[&str]| {
            let mut found: Vec<_> = texts
                .iter()
                .filter_map(|text| Some((fuzzy(text, typed)?, *text)))
                .collect();
            found.sort_by_key(|(score, _)| -score);
            found
                .into_iter()
                .map(|(_, text)| text.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            best("so", &["Resume over", "Step over", "Sources"]),
            ["Sources", "Step over", "Resume over"]
        );
        assert_eq!(best("stov", &["Step over", "Stack"]), ["Step over"]);
        assert_eq!(best("", &["a", "bb"]).len(), 2);
    }
}
