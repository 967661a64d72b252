//! Places in sources: which of several stands for a frame, and how they are called.

use components::source::Language;
use wire::{
    debugger::{ContentType, Location, Source, SourceKind},
    ids::SourceId,
    pause::{Frame, FrameType},
};

/// The place to show of those that are the same: the last is the most original.
pub fn preferred(locations: &[Location]) -> Option<&Location> {
    locations.last()
}

/// What a function without a name is called.
pub const ANONYMOUS: &str = "(anonymous)";

/// What a frame is called.
pub fn frame_name(frame: &Frame) -> String {
    let named = frame
        .original_function_name
        .as_ref()
        .or(frame.function_name.as_ref())
        .filter(|name| !name.is_empty());
    match (named, &frame.frame_type) {
        (Some(name), _) => name.clone(),
        (None, FrameType::Global) => "(script)".to_owned(),
        (None, FrameType::Module) => "(module)".to_owned(),
        (None, FrameType::Eval) => "(eval)".to_owned(),
        (None, _) => ANONYMOUS.to_owned(),
    }
}

/// The last part of a URL's path, or what stands for it: `app.js`, `example.com`, `(no name)`.
pub fn short_name(url: Option<&str>) -> &str {
    let Some(url) = url.filter(|url| !url.is_empty()) else {
        return "(no name)";
    };
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit('/').next() {
        Some(name) if !name.is_empty() => name,
        _ => url,
    }
}

/// What links call a source: as much of the end of its address as no other source has, or its id after a `~`.
pub fn link_name(source: &Source, all: &[Source]) -> String {
    let path = source.url.as_deref().map_or("", path_of);
    let mut names = path.rmatch_indices('/').map(|(at, _)| at + 1).chain([0]);
    let unique = names.find_map(|at| {
        let name = path.get(at..).filter(|name| !name.is_empty())?;
        let mut others = all.iter().filter(|other| is_called(other, name));
        let is_it = others
            .next()
            .is_some_and(|other| other.source_id == source.source_id);
        (is_it && others.next().is_none()).then(|| name.to_owned())
    });
    unique.unwrap_or_else(|| format!("~{}", source.source_id.as_str()))
}

/// The sources that a link may mean by a name, those first that a person would look for.
pub fn of_link_name<'a>(name: &str, all: &'a [Source]) -> Vec<&'a Source> {
    let is_it = |source: &&Source| match name.strip_prefix('~') {
        Some(id) => source.source_id.as_str() == id,
        None => is_called(source, name),
    };
    let mut found: Vec<&Source> = all.iter().filter(is_it).collect();
    found.sort_by_key(|source| !is_worth_listing(source, all));
    found
}

fn is_called(source: &Source, name: &str) -> bool {
    let url = source.url.as_deref().unwrap_or_default();
    let is_end_of = |url: &str| {
        url.strip_suffix(name)
            .is_some_and(|before| before.is_empty() || before.ends_with('/'))
    };
    is_end_of(path_of(url)) || is_end_of(url)
}

/// An address without what follows its path.
fn path_of(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

/// What a source is called in a list: a script inside a page is told from the page.
pub fn source_name(source: &Source) -> String {
    let name = short_name(source.url.as_deref());
    match source.kind {
        SourceKind::InlineScript => format!("{name} (inline script)"),
        _ => name.to_owned(),
    }
}

/// Whether a source is a library's and not the page's own.
pub fn is_library(url: &str) -> bool {
    [
        "/node_modules/",
        "/vendor/",
        ".min.js",
        "//cdn.",
        "//unpkg.com/",
        "//cdnjs.",
    ]
    .iter()
    .any(|sign| url.contains(sign))
}

/// Whether a person would look for a source by name: not what was made from others that are there, nor the scripts of a page
/// that is there whole.
pub fn is_worth_listing(source: &Source, all: &[Source]) -> bool {
    match source.kind {
        SourceKind::InlineScript => !all
            .iter()
            .any(|other| other.kind == SourceKind::Html && other.url == source.url),
        SourceKind::PrettyPrinted => {
            // What was laid out for reading stands for what it was made from, unless that has originals.
            !source.generated_source_ids.iter().any(|id| has_original(id, all))
        }
        SourceKind::SourceMapped => true,
        _ => !all
            .iter()
            .any(|other| other.generated_source_ids.contains(&source.source_id)),
    }
}

fn has_original(id: &SourceId, all: &[Source]) -> bool {
    all.iter()
        .any(|other| other.kind == SourceKind::SourceMapped && other.generated_source_ids.contains(id))
}

/// How a source is read: by the end of its address, and by what the service says.
pub fn language(source: &Source, content_type: &ContentType) -> Language {
    if matches!(content_type, ContentType::Html) || source.kind == SourceKind::Html {
        return Language::Html;
    }
    if source.kind == SourceKind::InlineScript {
        return Language::Script;
    }
    let name = short_name(source.url.as_deref());
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("ts" | "mts" | "cts") => Language::TypeScript,
        Some("tsx") => Language::Tsx,
        Some("css" | "scss" | "sass" | "less") => Language::Css,
        Some("json" | "map") => Language::Json,
        Some("html" | "htm" | "vue" | "svelte" | "svg" | "xml") => Language::Html,
        Some("txt" | "md") => Language::Plain,
        _ => Language::Script,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_last_part_of_the_path() {
        for (url, name) in [
            (Some("https://example.com/assets/app.js?v=2#x"), "app.js"),
            (Some("https://example.com/"), "example.com"),
            (Some("https://example.com/todo/"), "todo"),
            (Some("/"), "/"),
            (Some(""), "(no name)"),
            (None, "(no name)"),
        ] {
            assert_eq!(short_name(url), name);
        }
    }

    fn source(id: &str, kind: SourceKind, url: &str) -> Source {
        Source {
            source_id: SourceId::from(id),
            kind,
            url: Some(url.to_owned()),
            generated_source_ids: Vec::new(),
            content_id: String::new(),
            content_hash: None,
        }
    }

    #[test]
    fn a_link_calls_a_source_by_what_no_other_is_called() {
        let script = SourceKind::ScriptSource;
        let all = [
            source("1", script.clone(), "https://a.test/cart/app.js?v=1"),
            source("2", script.clone(), "https://a.test/list/app.js"),
            source("3", script.clone(), "https://a.test/main.js"),
            source("4", SourceKind::PrettyPrinted, "https://a.test/main.js"),
            source("5", script, "https://a.test/"),
        ];
        let names: Vec<String> = all.iter().map(|source| link_name(source, &all)).collect();
        assert_eq!(names, ["cart/app.js", "list/app.js", "~3", "~4", "a.test/"]);
        for (name, source) in names.iter().zip(&all) {
            let found = of_link_name(name, &all);
            assert_eq!(
                found.first().map(|found| &found.source_id),
                Some(&source.source_id),
                "{name}"
            );
        }
        let several = of_link_name("app.js", &all);
        assert_eq!(several.len(), 2);
        assert!(of_link_name("pp.js", &all).is_empty());
    }

    #[test]
    fn libraries_are_told_by_their_address() {
        assert!(is_library("https://example.com/node_modules/x/index.js"));
        assert!(!is_library("https://example.com/app.js"));
    }
}
