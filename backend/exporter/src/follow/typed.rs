//! What was typed, by the keys that were pressed: kept as all the runs of up to four characters in it, which is enough to
//! find any part of it again.

use std::collections::HashSet;

use recording::event::{KeyKind, Keyboard};

use super::LEFT_OUT;

/// Characters in a row by which what was typed is found within a text.
const N_CHARS: usize = 4;
/// Characters in a row by which it is found within a name.
const N_CHARS_OF_NAME: usize = 8;

/// What was typed.
#[derive(Default)]
pub(super) struct Typed {
    /// Every run of one to four characters, and of eight.
    runs: HashSet<Run>,
    /// What was typed since it was last interrupted.
    current: Vec<char>,
}

/// Some characters in a row; shorter ones end in zeros.
type Run = [char; N_CHARS_OF_NAME];

impl Typed {
    /// A key was pressed.
    pub(super) fn press(&mut self, key: &Keyboard) {
        if key.kind != KeyKind::Down {
            return;
        }
        let mut chars = key.key.chars();
        match (chars.next(), chars.next(), &*key.key) {
            (Some(char), None, _) => self.current.push(char),
            (_, _, "Backspace") => {
                self.note();
                self.current.pop();
            }
            (_, _, "Shift" | "AltGraph" | "CapsLock" | "Dead") => {}
            _ => self.end(),
        }
    }

    /// What is typed next has nothing to do with what was typed before.
    pub(super) fn end(&mut self) {
        self.note();
        self.current.clear();
    }

    /// Notes what was typed by now, as it stands and as forms, addresses and JSON spell it.
    fn note(&mut self) {
        let text: String = self.current.iter().collect();
        let json = serde_json::to_string(&text).unwrap_or_default();
        let encoded: String = text.bytes().map(percent_encoded).collect();
        let form = encoded.replace("%20", "+");
        for spelling in [text.as_str(), json.trim_matches('"'), &encoded, &form] {
            let chars: Vec<char> = spelling.chars().collect();
            for len in (1..=N_CHARS).chain([N_CHARS_OF_NAME]) {
                self.runs.extend(chars.windows(len).map(run));
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The text without what was typed; None if nothing of it was.
    pub(super) fn cleaned(&self, text: &str) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        let chars: Vec<char> = text.chars().collect();
        if chars.len() < N_CHARS {
            let is_all = !chars.is_empty() && self.runs.contains(&run(&chars));
            return is_all.then(|| LEFT_OUT.to_owned());
        }
        self.without_runs(&chars, N_CHARS)
    }

    /// The name without longer parts of what was typed.
    pub(super) fn cleaned_of_runs(&self, name: &str) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        self.without_runs(&name.chars().collect::<Vec<_>>(), N_CHARS_OF_NAME)
    }

    fn without_runs(&self, chars: &[char], len: usize) -> Option<String> {
        let mut cleaned = String::new();
        // Up to where characters belong to what was typed, and whether any did.
        let (mut typed_to, mut is_changed) = (0, false);
        for (at, char) in chars.iter().enumerate() {
            let window = chars.get(at..at + len);
            if window.is_some_and(|window| self.runs.contains(&run(window))) {
                if typed_to < at || !is_changed {
                    cleaned.push_str(LEFT_OUT);
                }
                (typed_to, is_changed) = (at + len, true);
            }
            if at >= typed_to {
                cleaned.push(*char);
            }
        }
        is_changed.then_some(cleaned)
    }
}

fn run(chars: &[char]) -> Run {
    let mut run = ['\0'; N_CHARS_OF_NAME];
    run.iter_mut().zip(chars).for_each(|(slot, char)| *slot = *char);
    run
}

fn percent_encoded(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'*' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[&str]) -> Typed {
        let mut typed = Typed::default();
        for key in keys {
            typed.press(&Keyboard {
                kind: KeyKind::Down,
                key: (*key).into(),
                is_synthetic: false,
            });
        }
        typed.end();
        typed
    }

    #[test]
    fn what_was_typed_goes_wherever_four_characters_of_it_stand() {
        let typed = typed(&["h", "u", "n", "t", "e", "r", "2", " ", "x"]);
        let cases = [
            ("the word is hunter2!", Some("the word is [left out]!")),
            ("hunt", Some("[left out]")),
            ("h", Some("[left out]")),
            ("hu", Some("[left out]")),
            ("a hut", None),
            ("z", None),
            ("q=hunter2%20x&r", Some("q=[left out]&r")),
            ("q=hunter2+x&r", Some("q=[left out]&r")),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(typed.cleaned(text).as_deref(), expected, "{text}");
        }
        assert_eq!(typed.cleaned_of_runs("hunter2"), None);
        assert_eq!(
            typed.cleaned_of_runs("my hunter2 x").as_deref(),
            Some("my [left out]")
        );
    }

    #[test]
    fn what_was_taken_back_was_typed_all_the_same() {
        let typed = typed(&[
            "a",
            "b",
            "c",
            "d",
            "Backspace",
            "Backspace",
            "x",
            "y",
            "Enter",
            "q",
        ]);
        assert_eq!(typed.cleaned("abcd").as_deref(), Some("[left out]"));
        assert_eq!(typed.cleaned("abxy").as_deref(), Some("[left out]"));
        assert_eq!(typed.cleaned("xyq"), None);
    }
}
