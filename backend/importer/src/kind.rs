//! What a file is, told from how it begins.

use std::fmt;

use crate::error::ImportError;

/// The kinds of files that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A trace of Playwright: a ZIP.
    Playwright,
    /// Events of rrweb: JSON, in an array, an object or line by line; may be packed with gzip.
    Rrweb,
    /// A HAR file: JSON, or a ZIP of it with its bodies.
    Har,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Playwright => "a Playwright trace",
            Self::Rrweb => "an rrweb event file",
            Self::Har => "a HAR file",
        })
    }
}

impl Kind {
    /// What JSON is that begins so.
    pub(crate) fn of_text(beginning: &[u8]) -> Result<Self, ImportError> {
        let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning);
        let keys = first_keys(text);
        let has = |key: &str| keys.iter().any(|known| known == key);
        if has("log") {
            return Ok(Self::Har);
        }
        if has("type") && (has("data") || has("timestamp")) || has("events") || keys == [PACKED] {
            return Ok(Self::Rrweb);
        }
        if has("version") && has("type") && has("browserName") {
            return Err(ImportError::IsBareTrace);
        }
        Err(ImportError::Unknown)
    }
}

/// Stands for an array that begins with a text: packed events.
const PACKED: &str = "\0packed";

/// The keys of the first object, as far as they stand in what is here; an array or two around it are passed over.
fn first_keys(text: &[u8]) -> Vec<String> {
    let mut keys = Vec::new();
    let mut depth = 0;
    let mut is_in_object = false;
    let mut bytes = text.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'{' if !is_in_object => is_in_object = true,
            b'[' if !is_in_object && at < 64 => {}
            b'"' => {
                let mut string = Vec::new();
                let mut is_escaped = false;
                for (_, byte) in bytes.by_ref() {
                    match byte {
                        b'"' if !is_escaped => break,
                        _ if string.len() < 64 => string.push(*byte),
                        _ => {}
                    }
                    is_escaped = *byte == b'\\' && !is_escaped;
                }
                if !is_in_object {
                    return if text.first() == Some(&b'[') {
                        vec![PACKED.to_owned()]
                    } else {
                        keys
                    };
                }
                let is_key = bytes
                    .clone()
                    .find(|(_, byte)| !byte.is_ascii_whitespace())
                    .is_some_and(|(_, byte)| *byte == b':');
                if depth == 0 && is_key {
                    keys.push(String::from_utf8_lossy(&string).into_owned());
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            b'}' | b']' => break,
            _ if is_in_object || byte.is_ascii_whitespace() => {}
            _ => break,
        }
    }
    keys
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = match Kind::of_text(text.as_bytes()) {
            Ok(kind) => format!("{kind:?}"),
            Err(error) => error.to_string(),
        };
        assert!(found.contains(expected), "{text}: {found}");
    }

    #[test]
    fn json_is_told_apart_by_its_keys() {
        check(r#"{"log": {"version": "1.2""#, "Har");
        check("\u{feff}\n {\n  \"log\" : {", "Har");
        check(r#"[{"type":4,"data":{"href":"a"},"timestamp":1}]"#, "Rrweb");
        check(
            r#"{"type":2,"data":{"node":{"type":0,"childNodes":[{"log":1"#,
            "Rrweb",
        );
        check(r#"[[{"timestamp":1,"type":4"#, "Rrweb");
        check(r#"{"events":[{"type":4}]}"#, "Rrweb");
        check(r#"{"a":"}\"{","events":["#, "Rrweb");
        check(r#"["x\u009c\u00ab"#, "Rrweb");
        check(
            r#"{"version":8,"type":"context-options","browserName":"chromium"}"#,
            "import the whole trace.zip",
        );
        for text in [
            "",
            "[]",
            "{}",
            "12",
            "\"log\"",
            "<html>",
            r#"{"a":{"log":1}}"#,
            "[[[[[1",
            "log",
        ] {
            check(text, "not a file that can be imported");
        }
    }
}
