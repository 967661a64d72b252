//! What the entries of the file are called.

use crate::ids::ScriptId;

pub(crate) const HEAD: &str = "head.json";
pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const CHUNKS: &str = "index/chunks.zst";
pub(crate) const SCRIPTS: &str = "index/scripts.json.zst";
pub(crate) const COMMENTS: &str = "comments.json";

pub(crate) const MESSAGES: &str = "messages";
pub(crate) const MOUSE: &str = "mouse";
pub(crate) const KEYBOARD: &str = "keyboard";
pub(crate) const NAVIGATIONS: &str = "navigations";
pub(crate) const PAINTS: &str = "paints";
pub(crate) const DOM: &str = "dom";
pub(crate) const LAYOUTS: &str = "layouts";
pub(crate) const STYLES: &str = "styles";
pub(crate) const LISTENERS: &str = "listeners";
pub(crate) const DISPATCHES: &str = "dispatches";
pub(crate) const ANNOTATIONS: &str = "annotations";
pub(crate) const NETWORK: &str = "network";

/// All tables of events.
pub(crate) const TABLES: [&str; 12] = [
    MESSAGES,
    MOUSE,
    KEYBOARD,
    NAVIGATIONS,
    PAINTS,
    DOM,
    LAYOUTS,
    STYLES,
    LISTENERS,
    DISPATCHES,
    ANNOTATIONS,
    NETWORK,
];

pub(crate) fn chunk(chunk_idx: usize) -> String {
    format!("trace/{chunk_idx}.zst")
}

pub(crate) fn group(group_idx: usize) -> String {
    format!("index/{group_idx}.zst")
}

/// Throws, times and calls of a group's chunks, and which sites are in which of its blocks of runs.
pub(crate) fn details(group_idx: usize) -> String {
    format!("index/{group_idx}/moments.zst")
}

/// A block of runs of a group.
pub(crate) fn runs(group_idx: usize, block_idx: usize) -> String {
    format!("index/{group_idx}/runs/{block_idx}.zst")
}

pub(crate) fn script(id: ScriptId) -> String {
    format!("scripts/{}.json.zst", id.0)
}

pub(crate) fn text(hash: &str) -> String {
    format!("texts/{hash}.zst")
}

/// The source map of the scripts that have the text of this hash.
pub(crate) fn source_map(text_hash: &str) -> String {
    format!("maps/{text_hash}.json.zst")
}

/// Batches of rows, numbered from 0 for each kind of event.
pub(crate) fn events(kind: &str, batch_idx: u32) -> String {
    format!("events/{kind}/{batch_idx}.json.zst")
}

pub(crate) fn paint(hash: &str, mime_type: &str) -> String {
    format!("{}{}", paint_stem(hash), extension(mime_type))
}

/// A paint's name without what follows the dot.
pub(crate) fn paint_stem(hash: &str) -> String {
    format!("paints/{hash}.")
}

/// The body of a request or an answer.
pub(crate) fn body(hash: &str) -> String {
    format!("bodies/{hash}.zst")
}

fn extension(mime_type: &str) -> &str {
    match mime_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        _ => "bin",
    }
}

/// The number in `prefix<number>suffix`, written as [`u32`] prints it.
pub(crate) fn number_in(name: &str, prefix: &str, suffix: &str) -> Option<u32> {
    let digits = name.strip_prefix(prefix)?.strip_suffix(suffix)?;
    let number: u32 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}
