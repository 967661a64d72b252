//! JSON of others: read piece by piece, so that what is damaged is left out and the rest is read.

use std::{
    fmt,
    io::{self, BufRead, Read},
    marker::PhantomData,
};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::limits::{MAX_LINE, MAX_NESTING};

/// Reads a value.
///
/// # Errors
/// It nests too deep, or is not as it should be.
pub(crate) fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, String> {
    read_with(text, PhantomData)
}

/// As [`read`], by a seed.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_with<'t, S: DeserializeSeed<'t>>(text: &'t str, seed: S) -> Result<S::Value, String> {
    if nests_deeper_than(text, MAX_NESTING) {
        return Err(format!("it nests deeper than {MAX_NESTING} levels"));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    json.disable_recursion_limit();
    let value = seed.deserialize(&mut json).map_err(|error| error.to_string())?;
    json.end().map_err(|error| error.to_string())?;
    Ok(value)
}

/// Whether arrays and objects stand in each other more often than so. Linear, and without recursion.
fn nests_deeper_than(text: &str, limit: usize) -> bool {
    let (mut depth, mut is_in_string, mut is_escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_in_string => is_escaped = true,
            b'"' => is_in_string = !is_in_string,
            _ if is_in_string => {}
            b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// Passes over the byte order mark, which JSON must not have and some tools write.
pub(crate) fn skip_mark(text: &mut dyn BufRead) {
    if text
        .fill_buf()
        .is_ok_and(|beginning| beginning.starts_with(b"\xef\xbb\xbf"))
    {
        text.consume(3);
    }
}

/// Passes over white space, and gives what comes then; None at the end.
pub(crate) fn skip_white(text: &mut dyn BufRead) -> io::Result<Option<u8>> {
    loop {
        let bytes = text.fill_buf()?;
        let n_white = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        match bytes.get(n_white) {
            Some(byte) => {
                let byte = *byte;
                text.consume(n_white);
                return Ok(Some(byte));
            }
            None if n_white == 0 => return Ok(None),
            None => text.consume(n_white),
        }
    }
}

/// The next line that is not empty, without its end; None after the last. A line that is too long or no UTF-8 is an error of its
/// own, and the next one can be read.
pub(crate) fn next_line(text: &mut dyn BufRead) -> io::Result<Option<Result<String, &'static str>>> {
    skip_white(text)?;
    let mut line = Vec::new();
    let n_bytes = (&mut *text).take(MAX_LINE).read_until(b'\n', &mut line)?;
    if n_bytes == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') && n_bytes as u64 == MAX_LINE {
        while line.last() != Some(&b'\n') {
            line.clear();
            if (&mut *text).take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
                break;
            }
        }
        return Ok(Some(Err("it is too long")));
    }
    let line = String::from_utf8(line).map_err(|_| "it is no UTF-8");
    Ok(Some(line.map(|mut line| {
        line.truncate(line.trim_end().len());
        line
    })))
}

/// Takes each element of an array in turn, as text, without looking into it. What was taken before something turns out to be
/// damaged stays taken.
pub(crate) struct Each<F>(pub(crate) F);

impl<'de, F: FnMut(Box<RawValue>)> DeserializeSeed<'de> for Each<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(Box<RawValue>)> Visitor<'de> for Each<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element::<Box<RawValue>>()? {
            (self.0)(element);
        }
        Ok(())
    }
}

/// Takes each element of some arrays that are members of an object, with the name of the member, and other members whole.
pub(crate) struct EachIn<'k, F> {
    /// The members that are arrays; or, if there is one of this name first, the object that has them.
    pub(crate) arrays: &'k [&'k str],
    /// A member that is an object with such members.
    pub(crate) within: Option<&'k str>,
    /// Takes a member, or an element of an array.
    pub(crate) take: F,
}

impl<'de, F: FnMut(&str, Box<RawValue>)> DeserializeSeed<'de> for EachIn<'_, &mut F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, F: FnMut(&str, Box<RawValue>)> Visitor<'de> for EachIn<'_, &mut F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { arrays, within, take } = self;
        while let Some(name) = members.next_key::<String>()? {
            if within == Some(&name) {
                members.next_value_seed(EachIn {
                    arrays,
                    within: None,
                    take: &mut *take,
                })?;
            } else if within.is_none() && arrays.contains(&&*name) {
                members.next_value_seed(Each(|element| take(&name, element)))?;
            } else if within.is_none() {
                take(&name, members.next_value()?);
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_nests_too_deep_is_refused_without_recursion() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(read::<IgnoredAny>(&nested(MAX_NESTING)).is_ok());
        let error = read::<IgnoredAny>(&nested(1_000_000)).unwrap_err();
        assert!(error.contains("deeper than"), "{error}");
        // Brackets in texts do not nest.
        let text = format!("[\"{}\\\"{}\"]", "[".repeat(1000), "{".repeat(1000));
        assert!(read::<Vec<String>>(&text).is_ok());
    }

    #[test]
    fn lines_are_read_one_by_one_whatever_they_are() {
        let mut text: &[u8] = b"one\r\n\xff\n\nlast";
        let mut lines = Vec::new();
        while let Some(line) = next_line(&mut text).unwrap() {
            lines.push(line);
        }
        assert_eq!(
            lines,
            [Ok("one".to_owned()), Err("it is no UTF-8"), Ok("last".to_owned())]
        );
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let long = vec![b'x'; MAX_LINE as usize * 2 + 7];
        let mut text: &[u8] = &[&long[..], b"\nnext\n"].concat();
        assert_eq!(next_line(&mut text).unwrap(), Some(Err("it is too long")));
        assert_eq!(next_line(&mut text).unwrap(), Some(Ok("next".to_owned())));
    }

    #[test]
    fn what_came_before_the_damage_stays() {
        let mut found = Vec::new();
        let mut take = |name: &str, value: Box<RawValue>| found.push(format!("{name} {value}"));
        let text = r#"{"a":[1],"log":{"version":"1.2","entries":[{"b":2},3"#;
        let seed = EachIn {
            arrays: &["entries"],
            within: Some("log"),
            take: &mut take,
        };
        let read = seed.deserialize(&mut serde_json::Deserializer::from_str(text));
        assert!(read.is_err());
        assert_eq!(found, ["version \"1.2\"", "entries {\"b\":2}", "entries 3"]);
    }
}
