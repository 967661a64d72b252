//! Follows what is left out to wherever else it stands. A body that is left out was read by the program, a word that was
//! typed is in a variable, a token from a header in a closure: where the same text stands among what the program held, it
//! goes as well.
//!
//! How it is found: a text that is, as a whole, one that is left out (at least [`MIN_EQUAL`] characters: fewer are words
//! that stand everywhere); a text that contains one of at least [`MIN_WITHIN`] bytes; and of what was typed any four
//! characters in a row, or fewer that are all of a text, because a program that looks at each key holds every
//! beginning of a word. What a program works out of a text (its length, its hash, a part of a number) is not found.

mod bodies;
mod typed;

use std::{
    collections::{BTreeSet, HashMap, HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

use recording::{
    error::ReadError,
    event::{Keyboard, Navigation},
    network::{NetworkEvent, RequestEvent, is_secret_header},
    page::{DomChange, DomOp},
    reader::Reader,
    share::LeftOut,
};

use self::typed::Typed;
use crate::addresses;

/// What stands in the place of what was left out.
pub(crate) const LEFT_OUT: &str = "[left out]";

/// Characters of a text that is followed where it is all of another.
const MIN_EQUAL: usize = 4;
/// Bytes of a text that is followed into others.
const MIN_WITHIN: usize = 8;
/// Texts that are followed into others: more would take longer than they are worth, and are followed as a whole only.
const MAX_WITHIN: usize = 100_000;

/// The texts that are followed.
#[derive(Default)]
pub(crate) struct Follow {
    /// Hashes of texts that go where they are all of a text.
    equal: HashSet<u64>,
    /// Texts that go wherever they stand.
    within: Vec<Box<str>>,
    /// By their first bytes, which of `within`.
    by_begin: HashMap<[u8; MIN_WITHIN], Vec<u32>>,
    typed: Typed,
}

impl Follow {
    /// Gathers what is to be followed, from all of the recording: what was said before a part is still held in it.
    pub(crate) fn of(reader: &Reader, left_out: &BTreeSet<LeftOut>) -> Result<Self, ReadError> {
        let mut follow = Self::default();
        let has = |what| left_out.contains(&what);
        if has(LeftOut::Typed) {
            for batch in reader.batches::<Keyboard>() {
                batch?.iter().for_each(|row| follow.typed.press(&row.event));
            }
            follow.typed.end();
        }
        if has(LeftOut::Sources) {
            for script in reader.scripts() {
                if let Ok(text) = reader.text(script.id) {
                    follow.whole(&text);
                }
            }
        }
        if has(LeftOut::Queries) {
            follow.queries(reader)?;
        }
        for batch in reader.batches::<NetworkEvent>() {
            for row in batch? {
                follow.request(reader, left_out, &row.event.what);
            }
        }
        Ok(follow)
    }

    fn request(&mut self, reader: &Reader, left_out: &BTreeSet<LeftOut>, what: &RequestEvent) {
        let has = |what| left_out.contains(&what);
        if let RequestEvent::Sent { headers, .. } | RequestEvent::Response { headers, .. } = what
            && (has(LeftOut::Headers) || has(LeftOut::SecretHeaders))
        {
            for (_, value) in headers.iter().filter(|(name, _)| is_secret_header(name)) {
                self.header(value);
            }
        }
        if let RequestEvent::RawHeaders(text) | RequestEvent::ResponseRawHeaders(text) = what
            && (has(LeftOut::Headers) || has(LeftOut::SecretHeaders))
        {
            let headers = text.lines().filter_map(|line| line.split_once(':'));
            for (_, value) in headers.filter(|(name, _)| is_secret_header(name)) {
                self.header(value.trim());
            }
        }
        if let Some(body) = what.body().filter(|_| has(LeftOut::Bodies)) {
            // A body that cannot be read cannot leave either.
            if let Ok(bytes) = reader.body(&body.hash) {
                bodies::texts(&bytes, &mut |text| self.text(text));
            }
        }
    }

    /// A header's value, and the parts of it that are secrets of their own: what follows `Bearer`, the values of cookies.
    fn header(&mut self, value: &str) {
        self.text(value);
        for part in value.split([' ', ';', ',']).filter(|part| !part.is_empty()) {
            self.text(part.split_once('=').map_or(part, |(_, value)| value));
        }
    }

    fn queries(&mut self, reader: &Reader) -> Result<(), ReadError> {
        self.address(&reader.head().url);
        for script in reader.scripts() {
            self.address(&script.url);
        }
        for batch in reader.batches::<Navigation>() {
            batch?.iter().for_each(|row| self.address(&row.event.url));
        }
        for batch in reader.batches::<DomChange>() {
            for row in batch? {
                match &row.event {
                    DomChange::Document { url, .. } => self.address(url),
                    DomChange::Changes(ops) => ops.iter().for_each(|op| {
                        if let DomOp::Url { url, .. } = op {
                            self.address(url);
                        }
                    }),
                }
            }
        }
        for batch in reader.batches::<NetworkEvent>() {
            for row in batch? {
                if let RequestEvent::Sent { url, .. } = &row.event.what {
                    self.address(url);
                }
            }
        }
        Ok(())
    }

    /// The query of an address, with and without its question mark, and each value in it.
    fn address(&mut self, address: &str) {
        let Some(query) = addresses::query_of(address) else {
            return;
        };
        self.text(query);
        self.text(query.trim_start_matches(['?', '#']));
        bodies::fields(query.trim_start_matches(['?', '#']), &mut |text| self.text(text));
    }

    /// A text that goes where it is all of another, and where it is long enough wherever it stands.
    fn text(&mut self, text: &str) {
        self.whole(text);
        let Some(begin) = begin_of(text.as_bytes()).filter(|_| self.within.len() < MAX_WITHIN) else {
            return;
        };
        let known = self.by_begin.entry(begin).or_default();
        let is_new = known.iter().all(|idx| {
            let known = self.within.get(*idx as usize);
            known.is_some_and(|known| **known != *text)
        });
        if is_new {
            known.push(self.within.len() as u32);
            self.within.push(text.into());
        }
    }

    /// A text that goes where it is all of another.
    fn whole(&mut self, text: &str) {
        if text.chars().nth(MIN_EQUAL - 1).is_some() {
            self.equal.insert(hash(text));
        }
    }

    /// Whether there is nothing to follow.
    pub(crate) fn is_empty(&self) -> bool {
        self.equal.is_empty() && self.typed.is_empty()
    }

    /// A text as it may be handed on; None if it is as it was.
    pub(crate) fn cleaned(&self, text: &str) -> Option<String> {
        if self.equal.contains(&hash(text)) {
            return Some(LEFT_OUT.to_owned());
        }
        self.cleaned_within(text)
    }

    /// A longer text as it may be handed on; None if it is as it was.
    pub(crate) fn cleaned_within(&self, text: &str) -> Option<String> {
        let without = self.without(text);
        let typed = self.typed.cleaned(without.as_deref().unwrap_or(text));
        typed.or(without)
    }

    /// The name of a property as it may be handed on: single words that were typed stay, they are mostly its own.
    pub(crate) fn cleaned_name(&self, name: &str) -> Option<String> {
        let without = self.without(name);
        let typed = self.typed.cleaned_of_runs(without.as_deref().unwrap_or(name));
        typed.or(without)
    }

    /// The text without those that go wherever they stand.
    fn without(&self, text: &str) -> Option<String> {
        if self.within.is_empty() {
            return None;
        }
        let bytes = text.as_bytes();
        let mut cleaned = String::new();
        let (mut at, mut kept_to) = (0, 0);
        while let Some(begin) = bytes.get(at..).and_then(begin_of) {
            let starting = self.by_begin.get(&begin).map_or(&[][..], |known| known);
            let found = starting.iter().filter_map(|idx| {
                let known = self.within.get(*idx as usize)?;
                bytes
                    .get(at..)?
                    .starts_with(known.as_bytes())
                    .then(|| known.len())
            });
            match found.max() {
                // Both ends are those of characters: what was found is text, and so is what it was found in.
                Some(len) => {
                    cleaned.push_str(text.get(kept_to..at).unwrap_or_default());
                    cleaned.push_str(LEFT_OUT);
                    at += len;
                    kept_to = at;
                }
                None => at += 1,
            }
        }
        (kept_to > 0).then(|| {
            cleaned.push_str(text.get(kept_to..).unwrap_or_default());
            cleaned
        })
    }
}

fn begin_of(bytes: &[u8]) -> Option<[u8; MIN_WITHIN]> {
    bytes.get(..MIN_WITHIN)?.try_into().ok()
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
