//! Sources as files: a tree by origin and folder, and which are worth searching.

use std::collections::{BTreeMap, HashMap, HashSet};

use wire::{
    debugger::{Source, SourceKind},
    ids::SourceId,
};

use super::place;

/// A row of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// How deep it lies.
    pub depth: usize,
    /// What it is called.
    pub name: String,
    /// What tells it from others: opened and closed by this.
    pub path: String,
    /// The source, for a file.
    pub source_id: Option<SourceId>,
    /// What is told beside the name: `original`, `inline`, `pretty`, or nothing.
    pub note: &'static str,
    /// Whether others stand under it, and whether they are shown.
    pub is_open: Option<bool>,
    /// Its place among those of the same parent, from 1.
    pub position: usize,
    /// How many that parent has.
    pub n_siblings: usize,
}

#[derive(Default)]
struct Folder {
    folders: BTreeMap<String, Folder>,
    files: Vec<File>,
}

struct File {
    name: String,
    source_id: SourceId,
    note: &'static str,
    /// Scripts written inside of a page, and what was laid out for reading.
    inner: Vec<File>,
}

/// The tree of those whose address has `filter` in it; `toggled` are the paths of rows that are not as they begin: folders
/// open, pages closed. With a filter everything is open.
pub fn tree(all: &[Source], filter: &str, toggled: &HashSet<String>) -> Vec<FileRow> {
    let filter = filter.trim().to_lowercase();
    let mut root = Folder::default();
    let names = names(all);
    let mut inner: HashMap<&str, Vec<File>> = HashMap::new();
    let is_page = |url: &str| {
        all.iter()
            .any(|other| other.kind == SourceKind::Html && other.url.as_deref() == Some(url))
    };
    let fits = |source: &Source| {
        filter.is_empty()
            || source
                .url
                .as_deref()
                .unwrap_or_default()
                .to_lowercase()
                .contains(&filter)
    };
    let n_inline = inline_numbers(all);
    let wanted = all.iter().filter(|source| fits(source));
    for source in wanted.clone() {
        let host = match source.kind {
            SourceKind::InlineScript => source.url.as_deref().filter(|url| is_page(url)),
            SourceKind::PrettyPrinted => source.generated_source_ids.first().map(SourceId::as_str),
            _ => None,
        };
        if let Some(host) = host {
            let file = File {
                name: match source.kind {
                    SourceKind::InlineScript => {
                        format!("inline script {}", inner.get(host).map_or(0, Vec::len) + 1)
                    }
                    _ => names.get(&source.source_id).cloned().unwrap_or_default(),
                },
                source_id: source.source_id.clone(),
                note: note(source),
                inner: Vec::new(),
            };
            inner.entry(host).or_default().push(file);
        }
    }
    for source in wanted {
        let is_inside = match source.kind {
            SourceKind::InlineScript => source.url.as_deref().is_some_and(is_page),
            SourceKind::PrettyPrinted => !source.generated_source_ids.is_empty(),
            _ => false,
        };
        if is_inside {
            continue;
        }
        let mut held = match source.kind {
            SourceKind::Html => source
                .url
                .as_deref()
                .and_then(|url| inner.remove(url))
                .unwrap_or_default(),
            _ => Vec::new(),
        };
        held.extend(inner.remove(source.source_id.as_str()).unwrap_or_default());
        let mut parts = folders(source.url.as_deref());
        let mut name = names.get(&source.source_id).cloned().unwrap_or_default();
        if source.kind == SourceKind::InlineScript {
            // The page itself is not among the sources: its address is all there is to put them under.
            parts.push(place::short_name(source.url.as_deref()).to_owned());
            name = format!(
                "inline script {}",
                n_inline.get(&source.source_id).copied().unwrap_or(1)
            );
        }
        let mut folder = &mut root;
        for part in parts {
            folder = folder.folders.entry(part).or_default();
        }
        folder.files.push(File {
            name,
            source_id: source.source_id.clone(),
            note: note(source),
            inner: held,
        });
    }
    // A filter may have left out what they stand in.
    root.files.extend(inner.into_values().flatten());
    let mut rows = Vec::new();
    let lister = Lister {
        toggled,
        all_open: !filter.is_empty(),
    };
    lister.folder(root, "", 0, &mut rows);
    rows
}

struct Lister<'a> {
    toggled: &'a HashSet<String>,
    all_open: bool,
}

impl Lister<'_> {
    fn folder(&self, folder: Folder, path: &str, depth: usize, rows: &mut Vec<FileRow>) {
        let n_siblings = folder.folders.len() + folder.files.len();
        let mut position = 0;
        for (mut name, mut inner) in folder.folders {
            // A folder that holds one folder and nothing else stands in one row with it.
            while inner.files.is_empty() && inner.folders.len() == 1 {
                let Some((next, only)) = inner.folders.pop_first() else {
                    break;
                };
                name = format!("{}/{next}", name.trim_end_matches('/'));
                inner = only;
            }
            position += 1;
            let path = format!("{path}/{name}");
            // Folders of libraries begin closed, everything else open.
            let is_open = self.all_open || self.toggled.contains(&path) == is_library_folder(&name);
            rows.push(FileRow {
                depth,
                name,
                path: path.clone(),
                source_id: None,
                note: "",
                is_open: Some(is_open),
                position,
                n_siblings,
            });
            if is_open {
                self.folder(inner, &path, depth + 1, rows);
            }
        }
        let mut files = folder.files;
        files.sort_by(|one, other| one.name.cmp(&other.name));
        self.files(files, path, depth, (position, n_siblings), rows);
    }

    fn files(
        &self,
        files: Vec<File>,
        path: &str,
        depth: usize,
        before: (usize, usize),
        rows: &mut Vec<FileRow>,
    ) {
        for (at, file) in files.into_iter().enumerate() {
            let path = format!("{path}/{}", file.source_id);
            let has_inner = !file.inner.is_empty();
            let is_open = self.all_open || self.toggled.contains(&path);
            rows.push(FileRow {
                depth,
                name: file.name,
                path: path.clone(),
                source_id: Some(file.source_id),
                note: file.note,
                is_open: has_inner.then_some(is_open),
                position: before.0 + at + 1,
                n_siblings: before.1,
            });
            if has_inner && is_open {
                let n_inner = file.inner.len();
                self.files(file.inner, &path, depth + 1, (0, n_inner), rows);
            }
        }
    }
}

fn is_library_folder(name: &str) -> bool {
    name.split('/')
        .any(|part| matches!(part, "node_modules" | "vendor"))
        || place::is_library(&format!("//{name}/"))
}

fn note(source: &Source) -> &'static str {
    match source.kind {
        SourceKind::Html => "page",
        SourceKind::InlineScript => "inline",
        SourceKind::SourceMapped => "original",
        SourceKind::PrettyPrinted => "pretty",
        _ => "",
    }
}

/// What each source is called; those of one kind and address are numbered from the second on.
fn names(all: &[Source]) -> HashMap<SourceId, String> {
    let mut seen: HashMap<(Option<&str>, &str), usize> = HashMap::new();
    let mut names = HashMap::new();
    for source in all {
        let n = seen.entry((source.url.as_deref(), note(source))).or_default();
        *n += 1;
        let name = match source.url.as_deref() {
            None | Some("") => format!("script {}", source.source_id),
            url => place::short_name(url).to_owned(),
        };
        names.insert(
            source.source_id.clone(),
            if *n > 1 && source.url.is_some() {
                format!("{name} ({n})")
            } else {
                name
            },
        );
    }
    names
}

/// Which of its page's scripts each script is, from 1.
fn inline_numbers(all: &[Source]) -> HashMap<SourceId, usize> {
    let mut n_seen: HashMap<Option<&str>, usize> = HashMap::new();
    let inline = all
        .iter()
        .filter(|source| source.kind == SourceKind::InlineScript);
    inline
        .map(|source| {
            let n = n_seen.entry(source.url.as_deref()).or_default();
            *n += 1;
            (source.source_id.clone(), *n)
        })
        .collect()
}

/// The origin and the folders of an address.
fn folders(url: Option<&str>) -> Vec<String> {
    let Some(url) = url.filter(|url| !url.is_empty()) else {
        return vec!["(no address)".to_owned()];
    };
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let (origin, rest) = match path.split_once("://") {
        Some((scheme, rest)) => {
            let (host, rest) = rest.split_once('/').unwrap_or((rest, ""));
            let origin = match (scheme, host) {
                ("http" | "https", host) => host.to_owned(),
                (scheme, host) => format!("{scheme}://{host}"),
            };
            (origin, rest)
        }
        None => match path.split_once(':') {
            Some((scheme, rest)) if scheme.len() > 1 => (format!("{scheme}:"), rest),
            _ => (String::new(), path),
        },
    };
    let mut parts: Vec<&str> = rest
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    if !path.ends_with('/') {
        parts.pop();
    }
    let origin = (!origin.is_empty()).then_some(origin);
    // A hostile address may have any number of folders.
    origin
        .into_iter()
        .chain(parts.into_iter().take(32).map(str::to_owned))
        .collect()
}

/// The sources to search: those that a person would read, without those made from others that are there.
pub fn searched(all: &[Source], has_libraries: bool) -> Vec<SourceId> {
    let is_wanted = |source: &&Source| {
        place::is_worth_listing(source, all)
            && (has_libraries || !source.url.as_deref().is_some_and(place::is_library))
    };
    let mut wanted: Vec<&Source> = all.iter().filter(is_wanted).collect();
    wanted.sort_by(|one, other| one.url.cmp(&other.url));
    wanted
        .into_iter()
        .map(|source| source.source_id.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(id: &str, kind: SourceKind, url: Option<&str>, generated: &[&str]) -> Source {
        Source {
            source_id: SourceId::from(id),
            kind,
            content_id: String::new(),
            url: url.map(str::to_owned),
            generated_source_ids: generated.iter().map(|id| SourceId::from(*id)).collect(),
            content_hash: None,
        }
    }

    fn all() -> Vec<Source> {
        use SourceKind::*;
        vec![
            source("1", Html, Some("https://a.test/"), &[]),
            source("2", InlineScript, Some("https://a.test/"), &[]),
            source("3", InlineScript, Some("https://a.test/"), &[]),
            source("4", ScriptSource, Some("https://a.test/dist/app.js?v=1"), &[]),
            source("5", SourceMapped, Some("https://a.test/src/ui/app.tsx"), &["4"]),
            source("6", SourceMapped, Some("https://a.test/src/ui/sum.ts"), &["4"]),
            source("7", PrettyPrinted, Some("https://a.test/dist/app.js?v=1"), &["4"]),
            source("8", ScriptSource, Some("https://a.test/dist/app.js?v=1"), &[]),
            source("9", Unspecified, None, &[]),
            source(
                "10",
                ScriptSource,
                Some("https://a.test/node_modules/x/index.js"),
                &[],
            ),
            source("11", InlineScript, Some("https://a.test/old/page.html"), &[]),
        ]
    }

    fn shown(filter: &str, toggled: &[&str]) -> Vec<String> {
        let toggled = toggled.iter().map(|path| (*path).to_owned()).collect();
        let rows = tree(&all(), filter, &toggled);
        rows.iter()
            .map(|row| {
                let sign = row.is_open.map_or("", |is_open| if is_open { "-" } else { "+" });
                let note = if row.note.is_empty() {
                    String::new()
                } else {
                    format!(" [{}]", row.note)
                };
                format!("{}{sign}{}{note}", " ".repeat(row.depth), row.name)
            })
            .collect()
    }

    #[test]
    fn sources_stand_by_origin_and_folder() {
        assert_eq!(
            shown("", &["/a.test/1"]),
            [
                "-(no address)",
                " script 9",
                "-a.test",
                " -dist",
                "  +app.js",
                "  app.js (2)",
                " +node_modules/x",
                " -old/page.html",
                "  inline script 1 [inline]",
                " -src/ui",
                "  app.tsx [original]",
                "  sum.ts [original]",
                " -a.test [page]",
                "  inline script 1 [inline]",
                "  inline script 2 [inline]",
            ]
        );
        assert_eq!(shown("SUM", &[]), ["-a.test/src/ui", " sum.ts [original]"]);
    }

    #[test]
    fn a_text_is_searched_once() {
        let ids = |has_libraries| {
            let mut ids: Vec<String> = searched(&all(), has_libraries)
                .iter()
                .map(ToString::to_string)
                .collect();
            ids.sort();
            ids
        };
        // The scripts of a page are in the page; what was made from others is told by those.
        assert_eq!(ids(false), ["1", "11", "5", "6", "8", "9"]);
        assert_eq!(ids(true), ["1", "10", "11", "5", "6", "8", "9"]);
    }
}
