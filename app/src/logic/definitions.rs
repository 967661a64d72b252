//! Where names come from: where one is declared in a text, from which module it is imported, which source that module is.

use wire::debugger::Source;

use super::place;

/// Lines that are looked through for a declaration; a name is looked for in time in proportion to the text.
const MAX_LOOKED: usize = 8 << 20;

/// Where a name is declared in a text, the last declaration up to a line before the first behind: what a reader would find
/// first. Line from 1, column in UTF-16 code units.
pub fn definition(text: &str, name: &str, line: u32) -> Option<(u32, u32)> {
    let mut found: Option<(u32, u32)> = None;
    for (at, text) in lines_with(text, name) {
        let Some(byte) = declared_at(text, name) else {
            continue;
        };
        let column = text
            .get(..byte)
            .map_or(0, |before| before.encode_utf16().count() as u32);
        if at > line {
            return found.or(Some((at, column)));
        }
        found = Some((at, column));
    }
    found
}

/// The lines that have `needle` in them, with their numbers.
fn lines_with<'a>(text: &'a str, needle: &'a str) -> impl Iterator<Item = (u32, &'a str)> {
    let is_bearable = !needle.is_empty() && text.len() <= MAX_LOOKED;
    let lines = text
        .split('\n')
        .enumerate()
        .filter(move |(_, line)| is_bearable && line.contains(needle));
    lines.map(|(at, line)| (at as u32 + 1, line))
}

/// Where a line declares a name: behind a word that declares, among parameters, or as a method.
fn declared_at(line: &str, name: &str) -> Option<usize> {
    // Minified lines declare everything at once; what is found in them helps nobody.
    if line.len() > 2_000 {
        return None;
    }
    let is_name = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$');
    let whole = line.match_indices(name).filter(|(at, _)| {
        let before = line.get(..*at).and_then(|before| before.chars().next_back());
        let behind = line
            .get(at + name.len()..)
            .and_then(|behind| behind.chars().next());
        !before.is_some_and(is_name) && !behind.is_some_and(is_name)
    });
    for (at, _) in whole {
        let before = line.get(..at).unwrap_or_default().trim_end();
        let behind = line.get(at + name.len()..).unwrap_or_default().trim_start();
        let last_word = before
            .rsplit(|char: char| !is_name(char))
            .next()
            .unwrap_or_default();
        let declares = matches!(
            last_word,
            "function" | "class" | "const" | "let" | "var" | "interface" | "type" | "enum" | "namespace"
        ) || before.ends_with("function*");
        let statement = before.trim_start();
        let statement = statement.strip_prefix("export ").unwrap_or(statement);
        // `let a, b` and `const { a, b } = …`, up to what is assigned.
        let is_listed = ["const ", "let ", "var "]
            .iter()
            .any(|word| statement.starts_with(word))
            && !before.contains('=')
            && before.ends_with([',', '{', '[']);
        let is_parameter =
            before.contains("function") && before.rfind('(') > before.rfind(')') && !before.contains('=');
        let is_method = behind.starts_with('(')
            && line.trim_end().ends_with('{')
            && ["", "async", "static", "get", "set", "*"].contains(&statement);
        if declares || is_listed || is_parameter || is_method {
            return Some(at);
        }
    }
    None
}

/// The module that a name is imported from in a text.
pub fn import_of(text: &str, name: &str) -> Option<String> {
    for (_, line) in lines_with(text, name) {
        let line = line.get(..line.len().min(2_000)).unwrap_or_default();
        let imports = line.trim_start().starts_with("import") || line.contains("require(");
        let has_name = line
            .split(|char: char| !(char.is_alphanumeric() || matches!(char, '_' | '$')))
            .any(|word| word == name);
        if !imports || !has_name {
            continue;
        }
        let quote = line.rfind(['"', '\''])?;
        let before = line.get(..quote)?;
        let open = before.rfind(['"', '\''])?;
        return before.get(open + 1..).map(str::to_owned);
    }
    None
}

/// The source that a module's name leads to from another: the same folder's file, else any file of that name.
pub fn resolve<'a>(all: &'a [Source], from: &Source, module: &str) -> Option<&'a Source> {
    let stem = |url: &str| {
        let name = place::short_name(Some(url));
        name.split_once('.').map_or(name, |(stem, _)| stem).to_owned()
    };
    let wanted = stem(module);
    let folder = from
        .url
        .as_deref()
        .and_then(|url| url.rsplit_once('/'))
        .map_or("", |(folder, _)| folder);
    let fits = |source: &&Source| {
        source.source_id != from.source_id && source.url.as_deref().is_some_and(|url| stem(url) == wanted)
    };
    let score = |source: &&Source| {
        let url = source.url.as_deref().unwrap_or_default();
        let is_beside = module.starts_with("./") && url.rsplit_once('/').is_some_and(|(at, _)| at == folder);
        (is_beside, source.kind == from.kind)
    };
    all.iter().filter(fits).max_by_key(score)
}

#[cfg(test)]
mod tests {
    use wire::{debugger::SourceKind, ids::SourceId};

    use super::*;

    fn original(id: &str, url: &str) -> Source {
        Source {
            source_id: SourceId::from(id),
            kind: SourceKind::SourceMapped,
            content_id: String::new(),
            url: Some(url.to_owned()),
            generated_source_ids: Vec::new(),
            content_hash: None,
        }
    }

    #[test]
    fn declarations_are_found_around_and_before() {
        let text = "const total = 1;\nfunction add(total, b) {\n  use(total);\n}\nclass Cart {\n  addTo(x) {\n}\nlet late, { early } = q;";
        assert_eq!(definition(text, "total", 3), Some((2, 13)));
        assert_eq!(definition(text, "total", 1), Some((1, 6)));
        assert_eq!(definition(text, "add", 1), Some((2, 9)));
        assert_eq!(definition(text, "Cart", 1), Some((5, 6)));
        assert_eq!(definition(text, "addTo", 1), Some((6, 2)));
        assert_eq!(definition(text, "use", 1), None);
        assert_eq!(definition(text, "", 1), None);
    }

    #[test]
    fn imports_lead_to_files() {
        let text = "import { sum as add } from './sum';\nconst fs = require('fs');";
        assert_eq!(import_of(text, "add").as_deref(), Some("./sum"));
        assert_eq!(import_of(text, "fs").as_deref(), Some("fs"));
        assert_eq!(import_of(text, "su"), None);
        let all = [
            original("app", "https://a.test/src/ui/app.tsx"),
            original("other sum", "https://a.test/src/server/sum.ts"),
            original("sum", "https://a.test/src/ui/sum.ts"),
        ];
        let found = resolve(&all, &all[0], "./sum").map(|source| source.source_id.to_string());
        assert_eq!(found.as_deref(), Some("sum"));
    }
}
