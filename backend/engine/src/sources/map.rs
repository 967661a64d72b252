//! Source maps: where the pieces of a generated text come from. The JSON is read here, forgiving what maps in the wild
//! do; the mappings by oxc_sourcemap. Maps are hostile: sizes are bounded, and what lies outside the texts is dropped.

use std::{collections::HashMap, sync::Arc};

use oxc_sourcemap::JSONSourceMap;
use recording::script::Position;
use serde::Deserialize;

use super::{address, lines::Lines};

/// Mappings in one map: the largest bundles have two million. Each takes 28 bytes.
const MAX_TOKENS: usize = 8 << 20;

/// Original sources in one map.
const MAX_SOURCES: usize = 65_536;

/// What a source map says, before its mappings are decoded.
pub(crate) struct SourceMap {
    /// The original sources it names.
    pub(crate) sources: Vec<Original>,
    parts: Vec<Part>,
}

/// An original source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Original {
    /// Its address, resolved.
    pub(crate) url: String,
    /// Its text, if the map brings it.
    pub(crate) text: Option<Arc<str>>,
}

/// One section; a map without sections is one.
struct Part {
    /// What positions count from: 0-based.
    line: u32,
    column: u32,
    mappings: String,
    names: Vec<String>,
    /// Where its sources begin in those of the map.
    first_source: u32,
    n_sources: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Json {
    version: u32,
    #[serde(default)]
    sections: Vec<Section>,
    #[serde(default)]
    mappings: String,
    #[serde(default)]
    source_root: Option<String>,
    #[serde(default)]
    sources: Vec<Option<String>>,
    #[serde(default)]
    sources_content: Option<Vec<Option<String>>>,
    #[serde(default)]
    names: Vec<String>,
}

#[derive(Deserialize)]
struct Section {
    offset: Offset,
    map: Box<serde_json::value::RawValue>,
}

#[derive(Deserialize)]
struct Offset {
    line: u32,
    column: u32,
}

impl SourceMap {
    /// Reads a map. What is relative in it is relative to `base`.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    pub(crate) fn read(json: &str, base: &str) -> Result<Self, String> {
        let mut map = Self {
            sources: Vec::new(),
            parts: Vec::new(),
        };
        let json = read_json(json)?;
        if json.sections.is_empty() {
            map.add_part(json, Offset { line: 0, column: 0 }, base)?;
        } else {
            for Section { offset, map: inner } in json.sections {
                let inner = read_json(inner.get())?;
                if !inner.sections.is_empty() {
                    return Err("its sections have sections".to_owned());
                }
                map.add_part(inner, offset, base)?;
            }
        }
        Ok(map)
    }

    fn add_part(&mut self, json: Json, offset: Offset, base: &str) -> Result<(), String> {
        let first_source = self.sources.len();
        if first_source + json.sources.len() > MAX_SOURCES {
            return Err(format!("it names more than {MAX_SOURCES} sources"));
        }
        let root = json.source_root.unwrap_or_default();
        let mut texts = json.sources_content.unwrap_or_default().into_iter();
        for source in &json.sources {
            self.sources.push(Original {
                url: address::of_original(base, &root, source.as_deref().unwrap_or_default()),
                text: texts.next().flatten().map(Arc::from),
            });
        }
        self.parts.push(Part {
            line: offset.line,
            column: offset.column,
            mappings: json.mappings,
            names: json.names,
            first_source: first_source as u32,
            n_sources: json.sources.len() as u32,
        });
        Ok(())
    }

    /// Decodes the mappings of a generated text. Those that lie outside it, or outside their original's text, are
    /// dropped; those of originals without a text say that nothing is known from there on.
    ///
    /// # Errors
    /// Why they cannot be decoded, in words.
    pub(crate) fn mapping(&self, generated: &Lines) -> Result<Mapping, String> {
        let is_separator = |byte: &u8| matches!(byte, b',' | b';');
        let n_at_most = self
            .parts
            .iter()
            .map(|part| 1 + part.mappings.bytes().filter(|byte| is_separator(byte)).count());
        if n_at_most.sum::<usize>() > MAX_TOKENS {
            return Err(format!("it has more than {MAX_TOKENS} mappings"));
        }
        let originals: Vec<Option<Lines>> = self
            .sources
            .iter()
            .map(|source| source.text.as_deref().map(Lines::new))
            .collect();
        let mut names = Names::default();
        let mut tokens = Vec::new();
        for part in &self.parts {
            part.decode(&mut names, |mut token| {
                if !generated.has(token.generated) {
                    return;
                }
                if let Some(source) = token.source {
                    match originals.get(source as usize) {
                        Some(Some(lines)) if lines.has(token.original) => {}
                        Some(Some(_)) => return,
                        _ => token.source = None,
                    }
                }
                tokens.push(token);
            })?;
        }
        Ok(Mapping::new(tokens, names.names))
    }
}

impl Part {
    fn decode(&self, names: &mut Names, mut take: impl FnMut(Token)) -> Result<(), String> {
        let json = JSONSourceMap {
            version: 3,
            file: None,
            mappings: self.mappings.clone(),
            source_root: None,
            // Only how many there are matters.
            sources: vec![String::new(); self.n_sources as usize],
            sources_content: None,
            names: self.names.clone(),
            debug_id: None,
            x_google_ignore_list: None,
        };
        let decoded = oxc_sourcemap::SourceMap::from_json(json).map_err(|error| error.to_string())?;
        for token in decoded.get_tokens() {
            let (line, column) = (token.get_dst_line(), token.get_dst_col());
            // Only the first line of a section is moved to the right.
            let column = if line == 0 {
                column.saturating_add(self.column)
            } else {
                column
            };
            take(Token {
                generated: Position {
                    line: line.saturating_add(self.line).saturating_add(1),
                    column,
                },
                source: token
                    .get_source_id()
                    .map(|source| source.saturating_add(self.first_source)),
                original: Position {
                    line: token.get_src_line().saturating_add(1),
                    column: token.get_src_col(),
                },
                name: token
                    .get_name_id()
                    .and_then(|name| self.names.get(name as usize))
                    .map(|name| names.number(name)),
            });
        }
        Ok(())
    }
}

fn read_json(text: &str) -> Result<Json, String> {
    // Servers may guard JSON against being run as a script.
    let text = match text.strip_prefix(")]}") {
        Some(_) => text.split_once('\n').map_or("", |(_, rest)| rest),
        None => text,
    };
    let json: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match json.version {
        3 => Ok(json),
        other => Err(format!("it is of version {other}, not 3")),
    }
}

/// Names, each once.
#[derive(Default)]
struct Names {
    names: Vec<Arc<str>>,
    by_name: HashMap<Arc<str>, u32>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.by_name.get(name) {
            return *number;
        }
        let (number, name): (u32, Arc<str>) = (self.names.len() as u32, name.into());
        self.names.push(name.clone());
        self.by_name.insert(name, number);
        number
    }
}

/// From some place of the generated text on: where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) generated: Position,
    /// Which original source; None if from nowhere.
    pub(crate) source: Option<u32>,
    pub(crate) original: Position,
    name: Option<u32>,
}

/// Places of a generated text and of what it was made from, both ways.
#[derive(Debug, Default)]
pub(crate) struct Mapping {
    /// By place in the generated text, one for each.
    tokens: Vec<Token>,
    /// Those that come from somewhere, by source and place in it.
    by_original: Vec<u32>,
    names: Vec<Arc<str>>,
}

impl Mapping {
    fn new(mut tokens: Vec<Token>, names: Vec<Arc<str>>) -> Self {
        // Where several stand at one place the last counts, as in browsers.
        tokens.reverse();
        tokens.sort_by_key(|token| token.generated);
        tokens.dedup_by_key(|token| token.generated);
        let mut by_original: Vec<u32> = (0u32..)
            .zip(&tokens)
            .filter(|(_, token)| token.source.is_some())
            .map(|(idx, _)| idx)
            .collect();
        let key = |idx: &u32| {
            tokens
                .get(*idx as usize)
                .map(|token| (token.source, token.original, token.generated))
        };
        by_original.sort_by_key(key);
        Self {
            tokens,
            by_original,
            names,
        }
    }

    /// A mapping to one source: pairs of places in the generated text and in that source. Of several for one place the
    /// first counts.
    pub(crate) fn of_pairs(pairs: impl IntoIterator<Item = (Position, Position)>) -> Self {
        let mut tokens: Vec<Token> = pairs
            .into_iter()
            .map(|(generated, original)| Token {
                generated,
                source: Some(0),
                original,
                name: None,
            })
            .collect();
        tokens.reverse();
        Self::new(tokens, Vec::new())
    }

    /// What a place of the generated text comes from: what the last mapping before it on its line says.
    pub(crate) fn original(&self, generated: Position) -> Option<&Token> {
        let after = self.tokens.partition_point(|token| token.generated <= generated);
        let token = self.tokens.get(after.checked_sub(1)?)?;
        (token.generated.line == generated.line && token.source.is_some()).then_some(token)
    }

    /// The mapping that begins just there.
    pub(crate) fn at(&self, generated: Position) -> Option<&Token> {
        self.original(generated)
            .filter(|token| token.generated == generated)
    }

    /// The name a mapping gives to what stands there.
    pub(crate) fn name(&self, token: &Token) -> Option<&Arc<str>> {
        self.names.get(token.name? as usize)
    }

    /// Where a place of an original source went: the first mapping at or after it on its line, else the last one before.
    pub(crate) fn generated(&self, source: u32, original: Position) -> Option<Position> {
        let token = |idx: usize| self.tokens.get(*self.by_original.get(idx)? as usize);
        let key = |idx: &u32| {
            self.tokens
                .get(*idx as usize)
                .map(|token| (token.source, token.original))
        };
        let is_on_line =
            |token: &&Token| token.source == Some(source) && token.original.line == original.line;
        let after = self
            .by_original
            .partition_point(|idx| key(idx) < Some((Some(source), original)));
        let found = token(after)
            .filter(is_on_line)
            .or_else(|| token(after.checked_sub(1)?).filter(is_on_line))?;
        // Of several places made from one, the first in the generated text.
        let first = self
            .by_original
            .partition_point(|idx| key(idx) < Some((Some(source), found.original)));
        token(first).map(|token| token.generated)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "tests")]

    use super::*;

    fn at(line: u32, column: u32) -> Position {
        Position { line, column }
    }

    /// Where places of a generated text lead.
    fn check(json: &str, generated: &str, expected: &[(Position, Option<(u32, Position)>)]) -> Mapping {
        let map = SourceMap::read(json, "https://site.test/x/bundle.js.map")
            .unwrap_or_else(|error| panic!("{error}"));
        let mapping = map
            .mapping(&Lines::new(generated))
            .unwrap_or_else(|error| panic!("{error}"));
        for (place, original) in expected {
            let found = mapping
                .original(*place)
                .and_then(|token| Some((token.source?, token.original)));
            assert_eq!(found, *original, "{place:?} of {generated:?}");
        }
        mapping
    }

    #[test]
    fn places_lead_there_and_back() {
        // x of line 1 comes from a.js 2:4 and is called `count` there; y from a.js 1:0; z from nowhere.
        let json = r#"{"version":3,"sources":["a.js"],"sourcesContent":["first\nlet count"],"names":["count"],
            "mappings":"AACIA,CADJ,C"}"#;
        let mapping = check(
            json,
            "xyz",
            &[
                (at(1, 0), Some((0, at(2, 4)))),
                (at(1, 1), Some((0, at(1, 0)))),
                (at(1, 2), None),
                (at(2, 0), None),
            ],
        );
        let token = mapping
            .at(at(1, 0))
            .map(|token| mapping.name(token).map(|name| &**name));
        assert_eq!(token, Some(Some("count")));
        assert_eq!(mapping.generated(0, at(2, 4)), Some(at(1, 0)));
        assert_eq!(
            mapping.generated(0, at(2, 0)),
            Some(at(1, 0)),
            "the next on its line"
        );
        assert_eq!(
            mapping.generated(0, at(1, 3)),
            Some(at(1, 1)),
            "the last on its line"
        );
        assert_eq!(mapping.generated(0, at(3, 0)), None);
        assert_eq!(mapping.generated(1, at(1, 0)), None);
    }

    #[test]
    fn sections_stand_where_their_offset_says() {
        let json = r#"{"version":3,"sections":[
            {"offset":{"line":0,"column":0},"map":{"version":3,"sources":["a.js"],"sourcesContent":["a"],"mappings":"AAAA"}},
            {"offset":{"line":1,"column":2},"map":{"version":3,"sources":["b.js"],"sourcesContent":["b\nb"],"mappings":"AAAA;AACA"}}
        ]}"#;
        check(
            json,
            "one\ntwo\nthree",
            &[
                (at(1, 2), Some((0, at(1, 0)))),
                (at(2, 1), None),
                (at(2, 2), Some((1, at(1, 0)))),
                (at(3, 0), Some((1, at(2, 0)))),
            ],
        );
    }

    #[test]
    fn what_lies_outside_the_texts_is_dropped() {
        // Line 9 of an original of one line; column 9 of a generated line of one; a source without a text.
        let json = r#"{"version":3,"sources":["a.js",null],"sourcesContent":["a"],"names":[],"mappings":"AAQA,CARA,SAAA;ACAA"}"#;
        let mapping = check(
            json,
            "xy\nz",
            &[
                (at(1, 0), None),
                (at(1, 1), Some((0, at(1, 0)))),
                (at(2, 0), None),
            ],
        );
        assert_eq!(mapping.tokens.len(), 2);
    }

    #[test]
    fn hostile_maps_are_refused_in_words() {
        let refused = |json: &str| {
            let map = SourceMap::read(json, "").and_then(|map| map.mapping(&Lines::new("x")).map(drop));
            map.expect_err(json)
        };
        for json in [
            "",
            "[]",
            "{}",
            r#"{"version":2,"sources":[],"mappings":""}"#,
            r#"{"version":3,"sources":["a"],"mappings":"g"}"#,
            r#"{"version":3,"sources":["a"],"mappings":"DAAA"}"#,
            r#"{"version":3,"sources":[],"mappings":"AAAA"}"#,
            r#"{"version":3,"sources":["a"],"mappings":"AAAAA"}"#,
            r#"{"version":3,"sections":[{"offset":{"line":0,"column":0},"map":{"version":3,"sections":[
                {"offset":{"line":0,"column":0},"map":{}}]}}]}"#,
        ] {
            assert!(!refused(json).is_empty());
        }
        let many = format!(
            r#"{{"version":3,"sources":[],"mappings":"{}"}}"#,
            ";".repeat(MAX_TOKENS)
        );
        assert!(refused(&many).contains("more than"));
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        refused(&deep);
    }

    #[test]
    fn a_guard_against_running_json_is_passed_over() {
        check(
            ")]}'\n{\"version\":3,\"sources\":[\"a\"],\"sourcesContent\":[\"a\"],\"mappings\":\"AAAA\"}",
            "x",
            &[(at(1, 0), Some((0, at(1, 0))))],
        );
    }
}
