//! The texts that a body holds: itself, the strings in its JSON, the values of its form.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Passes on the texts of a body. Bytes that are no text have none.
pub(super) fn texts(body: &[u8], pass_on: &mut dyn FnMut(&str)) {
    let Ok(text) = std::str::from_utf8(body) else {
        return;
    };
    pass_on(text);
    match text.trim_start().as_bytes().first() {
        Some(b'{' | b'[' | b'"') => {
            // What comes before an error in it is passed on all the same.
            let _ = Leaves { pass_on }.deserialize(&mut serde_json::Deserializer::from_str(text));
        }
        _ if text.contains('=') && !text.contains(['<', '\n', ' ']) => fields(text, pass_on),
        _ => {}
    }
}

/// Passes on the values of a form or a query, as they stand and decoded.
pub(super) fn fields(text: &str, pass_on: &mut dyn FnMut(&str)) {
    for field in text.split('&') {
        let value = field.split_once('=').map_or(field, |(_, value)| value);
        pass_on(value);
        let decoded = decoded(value);
        if decoded != value {
            pass_on(&decoded);
        }
    }
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        let escaped = (*byte == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        let escaped = escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        at += if escaped.is_some() { 3 } else { 1 };
        bytes.push(match (escaped, byte) {
            (Some(byte), _) => byte,
            (None, b'+') => b' ',
            (None, byte) => *byte,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Passes on every string in JSON that is a value.
struct Leaves<'a> {
    pass_on: &'a mut dyn FnMut(&str),
}

impl<'de> DeserializeSeed<'de> for Leaves<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Leaves<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        (self.pass_on)(text);
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let pass_on = self.pass_on;
        while list
            .next_element_seed(Leaves {
                pass_on: &mut *pass_on,
            })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let pass_on = self.pass_on;
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(Leaves {
                pass_on: &mut *pass_on,
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Vec<String> {
        let mut found = Vec::new();
        texts(body.as_bytes(), &mut |text| found.push(text.to_owned()));
        assert_eq!(found.remove(0), body);
        found
    }

    #[test]
    fn strings_of_json_and_values_of_forms_are_texts() {
        assert_eq!(of(r#"{"a": ["b\n", 1, null], "c": {"d": "e"}}"#), ["b\n", "e"]);
        assert_eq!(of(r#"{"a": "b", "#), ["b"]);
        assert_eq!(of("a=b+c%21&d=%zz"), ["b+c%21", "b c!", "%zz"]);
        assert_eq!(of("<p class=x>"), Vec::<String>::new());
    }
}
