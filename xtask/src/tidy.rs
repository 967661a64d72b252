//! `cargo xtask tidy`: the rules of `docs/ARCHITECTURE.md` that a program can check. Each complaint says which rule was
//! broken, where, and what to do.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::process::{Outcome, output, root};

/// A package, where it lies, and which of ours it may build on (dev-dependencies apart).
const LAYERS: [(&str, &str, &[&str]); 16] = [
    ("wire", "protocol/wire", &[]),
    ("client", "protocol/client", &["wire"]),
    ("recording", "backend/recording", &[]),
    ("exporter", "backend/exporter", &["recording"]),
    ("interpreter", "backend/interpreter", &["recording"]),
    ("engine", "backend/engine", &["interpreter", "recording", "wire"]),
    ("importer", "backend/importer", &["recording"]),
    ("recorder", "backend/recorder", &["recording"]),
    (
        "playhead",
        "backend/server",
        &["engine", "exporter", "importer", "wire", "recording", "recorder"],
    ),
    (
        "worker",
        "backend/worker",
        &["engine", "exporter", "interpreter", "recording"],
    ),
    ("worker-importer", "backend/worker-importer", &["importer"]),
    (
        "worker-interpreter",
        "backend/worker-interpreter",
        &["interpreter"],
    ),
    ("components", "components", &["wire"]),
    ("gallery", "components/gallery", &["components", "wire"]),
    ("app", "app", &["components", "client", "wire"]),
    ("xtask", "xtask", &[]),
];

/// Words that must not stand in the sources below a folder (tests apart), and the rule they break. Which crate may name
/// which is checked on the manifests; here is what a manifest cannot tell.
const FORBIDDEN: [(&str, &[&str], &str); 11] = [
    (
        "protocol/wire/src",
        &["async fn", "web_sys", "std::net", "std::fs"],
        "wire never does I/O",
    ),
    (
        "backend/recording/src",
        &["std::thread", "SystemTime", "Instant"],
        "a recording knows no thread and no clock",
    ),
    (
        "backend/exporter/src",
        &["std::net", "std::fs", "std::thread", "SystemTime", "Instant"],
        "what hands recordings on works in a page, too",
    ),
    (
        "backend/importer/src",
        &["std::net", "std::fs", "std::thread", "SystemTime", "Instant"],
        "the importer takes bytes and gives bytes, natively and in the page",
    ),
    (
        "backend/engine/src",
        &["std::net", "std::fs", "std::thread", "SystemTime", "Instant"],
        "the engine never learns which host or transport it is behind",
    ),
    (
        "components/src",
        &[
            "gloo_net",
            "web_sys::WebSocket",
            "wire::command",
            "wire::envelope",
        ],
        "a component never starts a request",
    ),
    (
        "app/src/panels",
        &["client::", "gloo_net", "web_sys::WebSocket"],
        "a panel wires stores to components and never speaks to the service",
    ),
    (
        "app/src/stores",
        &[
            "crate::panels",
            "components::",
            "web_sys::Element",
            "web_sys::HtmlElement",
        ],
        "stores know no panels, components or DOM",
    ),
    (
        "app/src/logic",
        &["leptos", "web_sys", "client::", "crate::stores"],
        "logic is pure",
    ),
    (
        "app/src/url",
        &["leptos", "web_sys", "client::", "crate::stores"],
        "link state is pure",
    ),
    (
        "",
        &["inner_html", "insert_adjacent_html", "set_inner_html"],
        "recorded content is hostile: text nodes only",
    ),
];

/// A file with more lines needs a reason; tests, which are read one at a time, do not.
const LONG_FILE: usize = 500;

/// Checks everything and prints what is wrong.
///
/// # Errors
/// How many rules are broken.
pub(crate) fn tidy() -> Outcome {
    let mut complaints = Vec::new();
    layers(&mut complaints);
    let files = tracked_files();
    for (folder, words, rule) in FORBIDDEN {
        for file in files.iter().filter(|file| is_source_below(file, folder)) {
            imports(file, words, rule, &mut complaints);
        }
    }
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
    {
        module_header(file, &mut complaints);
    }
    sockets(&files, &mut complaints);
    if complaints.is_empty() {
        return Ok(());
    }
    complaints.iter().for_each(|complaint| eprintln!("{complaint}"));
    Err(format!(
        "{} broken; the rules and their reasons are in docs/ARCHITECTURE.md",
        complaints.len()
    ))
}

/// Cargo edges between our packages.
fn layers(complaints: &mut Vec<String>) {
    let names: Vec<&str> = LAYERS.iter().map(|(name, _, _)| *name).collect();
    for (name, folder, allowed) in LAYERS {
        let manifest = root().join(folder).join("Cargo.toml");
        let Ok(text) = fs::read_to_string(&manifest) else {
            complaints.push(format!("{folder}/Cargo.toml: is missing"));
            continue;
        };
        let mut is_normal = false;
        for (line_idx, line) in text.lines().enumerate() {
            if line.starts_with('[') {
                is_normal = line.contains("dependencies") && !line.contains("dev-dependencies");
            }
            let key = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if is_normal && names.contains(&key) && !allowed.contains(&key) {
                complaints.push(format!(
                    "{folder}/Cargo.toml:{}: {name} may not depend on {key} (layering table of docs/ARCHITECTURE.md)",
                    line_idx + 1
                ));
            }
        }
    }
}

fn imports(file: &Path, words: &[&str], rule: &str, complaints: &mut Vec<String>) {
    let Ok(text) = fs::read_to_string(root().join(file)) else {
        return;
    };
    for (line_idx, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("#[cfg(test)]") {
            return;
        }
        let code = line.split("//").next().unwrap_or_default();
        if let Some(word) = words.iter().find(|word| contains_word(code, word)) {
            complaints.push(format!("{}:{}: {word} — {rule}", file.display(), line_idx + 1));
        }
    }
}

/// Whether `code` has `word` not as the tail of a longer name.
fn contains_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        !code[..at]
            .chars()
            .next_back()
            .is_some_and(|before| before.is_alphanumeric() || before == '_')
    })
}

/// The websocket and the native sockets stand in one file each.
fn sockets(files: &[PathBuf], complaints: &mut Vec<String>) {
    let client = Path::new("protocol/client/src");
    for file in files
        .iter()
        .filter(|file| file.starts_with(client) && !file.starts_with(client.join("transport")))
    {
        imports(
            file,
            &["gloo_net", "web_sys", "tokio", "tokio_tungstenite"],
            "I/O of the client lives in transport/ alone",
            complaints,
        );
    }
}

/// Every module begins with what it is for; long files say why they are long.
fn module_header(file: &Path, complaints: &mut Vec<String>) {
    let Ok(text) = fs::read_to_string(root().join(file)) else {
        return;
    };
    if !text.starts_with("//!") {
        complaints.push(format!(
            "{}:1: a module begins with a `//!` line that says what it is for",
            file.display()
        ));
    }
    let n_lines = text.lines().count();
    let header: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
    let is_test = file.components().any(|part| part.as_os_str() == "tests");
    if n_lines > LONG_FILE && !is_test && !header.to_lowercase().contains("long") {
        complaints.push(format!(
            "{}: {n_lines} lines; split it by noun, or say in its header why it is long (tables may be)",
            file.display()
        ));
    }
}

fn is_source_below(file: &Path, folder: &str) -> bool {
    let is_rust = file.extension().is_some_and(|extension| extension == "rs");
    let is_apart = file
        .components()
        .any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "examples" | "xtask")));
    is_rust
        && !is_apart
        && (folder.is_empty() || file.starts_with(folder) || file.with_extension("") == Path::new(folder))
}

/// Files git knows, or would know, relative to the project.
fn tracked_files() -> Vec<PathBuf> {
    let mut git = Command::new("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root());
    output(&mut git)
        .unwrap_or_default()
        .lines()
        .map(PathBuf::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::contains_word;

    #[test]
    fn a_word_is_not_found_inside_a_longer_name() {
        assert!(contains_word("use client::Connection;", "client::"));
        assert!(!contains_word("use my_client::Connection;", "client::"));
    }
}
