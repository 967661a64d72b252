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

    #[test]
    fn libraries_are_told_by_their_address() {
        assert!(is_library("https://example.com/node_modules/x/index.js"));
        assert!(!is_library("https://example.com/app.js"));
    }
}
