//! The scripts of a recording as they arrive: gives out their ids, and answers what the decoder asks about them.

use std::{collections::HashMap, fmt::Write as _, sync::Arc};

use recording::{
    ids::{BindingId, FunctionId, ScopeId, ScriptId, SiteId},
    script::{Position, Script, ScriptKind},
};
use sha2::{Digest, Sha256};

use crate::{
    instrument::{Bases, Goal, LineIndex, WayBack, instrument_after, untouched},
    maps::MapAddress,
};

mod made;
mod modules;
mod places;

pub(crate) use made::{SOURCE_URL, Shell, WORKER_RUNTIME, WorkerKind};

/// A script as the browser is about to load it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'s> {
    /// Its URL; the document's for an inline script.
    pub url: &'s str,
    /// Its text.
    pub text: &'s str,
    /// How it is loaded.
    pub kind: ScriptKind,
    /// How it is to be parsed.
    pub goal: Goal,
    /// What to record of it.
    pub level: u8,
    /// Line of the document where it begins, 0-based.
    pub document_line: u32,
}

/// All scripts so far.
#[derive(Debug, Default)]
pub struct Scripts {
    bases: Bases,
    n_scripts: u32,
    /// By site, from site 1.
    sites: Vec<FunctionId>,
    /// By function.
    functions: Vec<FunctionInfo>,
    /// By binding, from binding 1: whether it is a top-level variable.
    static_bindings: Vec<bool>,
    /// Top-level variables of classic scripts, by the function that is the top level.
    globals: HashMap<FunctionId, Vec<(Arc<str>, BindingId)>>,
    /// Of rewritten scripts, by URL: the line of the document they begin at, and the way back. The last wins.
    ways_back: HashMap<String, Vec<(u32, Arc<WayBack>)>>,
    pending: Vec<(Script, Arc<str>)>,
    map_addresses: Vec<MapAddress>,
    /// What was made of which text, if anybody will ask: programs that look at the text of their own functions.
    rewritten: Option<Vec<Rewritten>>,
    /// Of those, by sha-256 of the text the engine got.
    by_hash: HashMap<String, usize>,
    /// Addresses of what workers run.
    workers: HashMap<String, WorkerKind>,
    /// Texts of inline scripts by what was put in their place, as the document holds it.
    inline_originals: HashMap<String, Arc<str>>,
    /// URLs that modules import: what is fetched from there is a module.
    module_urls: std::collections::HashSet<String>,
    /// Names that import maps lead elsewhere, and where to. Names that end with `/` stand for all that begin so.
    import_map: Vec<(String, url::Url)>,
    /// Addresses of what worklets run.
    worklets: std::collections::HashSet<String>,
    n_evaluated: usize,
    /// Addresses of the documents of code that has no name of its own, by the name it was given.
    named_code: HashMap<String, String>,
    warnings: Vec<String>,
}

/// A script before and after.
#[derive(Debug)]
struct Rewritten {
    original: Arc<str>,
    text: String,
    back: Arc<WayBack>,
    place: Place,
}

/// Where a script begins in what the engine counts lines and columns of.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// 0-based.
    line: u32,
    /// Of the rewritten text's first line; negative if the engine got the text without its beginning.
    column: i64,
    /// Of the original's first line.
    original_column: u32,
}

/// What the decoder needs to know of a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FunctionInfo {
    pub(crate) level: u8,
    pub(crate) is_async: bool,
    /// Whether it is the top level of a classic script that has variables.
    pub(crate) has_globals: bool,
}

impl Scripts {
    /// For a Node program, whose runtime asks for original texts and positions: its stack traces arrive clean.
    pub(crate) fn of_node() -> Self {
        Self {
            rewritten: Some(Vec::new()),
            ..Self::default()
        }
    }

    /// For pages, whose runtime asks the same.
    pub(crate) fn of_page() -> Self {
        Self::of_node()
    }

    pub(crate) fn is_of_node(&self) -> bool {
        self.rewritten.is_some()
    }

    /// Registers a script, and gives the text to run in its place.
    ///
    /// A script that cannot be parsed runs as it is; a warning says so.
    pub fn add(&mut self, source: Source<'_>) -> String {
        self.add_after("", source)
    }

    /// The same for a script that is to run code of ours first, on its first line. Without it if the script runs as it is.
    pub(crate) fn add_after(&mut self, prefix: &str, source: Source<'_>) -> String {
        let Source {
            url,
            text,
            kind,
            goal,
            level,
            document_line,
        } = source;
        let lines = LineIndex::new(text);
        let mut script = Script {
            id: ScriptId(self.n_scripts),
            url: url.to_owned(),
            kind,
            level,
            hash: sha256(text.as_bytes()),
            n_code_units: lines.n_code_units(),
            n_lines: lines.n_lines(),
            document_line,
            source_map_url: source_map_url(url, text),
            first_site: SiteId(self.bases.site),
            sites: Vec::new(),
            first_function: FunctionId(self.bases.function),
            functions: Vec::new(),
            first_scope: ScopeId(self.bases.scope),
            scopes: Vec::new(),
            first_binding: BindingId(self.bases.binding),
            bindings: Vec::new(),
        };
        let rewritten = match level {
            0 => None,
            _ => match instrument_after(prefix, text, goal, level, self.bases) {
                Ok(rewritten) => Some(rewritten),
                Err(error) => {
                    self.warnings.push(format!("{url}: not recorded: {error}"));
                    script.level = 0;
                    None
                }
            },
        };
        let original: Arc<str> = Arc::from(text);
        let result = match rewritten {
            None => {
                let is_module = goal == Goal::Module;
                (script.functions, script.scopes) = untouched(text, is_module, self.bases);
                text.to_owned()
            }
            Some(rewritten) => {
                if rewritten.is_module && kind == ScriptKind::External {
                    script.kind = ScriptKind::Module;
                }
                if rewritten.is_module {
                    self.note_imports(url, &rewritten.imports);
                }
                self.warnings.extend(
                    rewritten
                        .warnings
                        .iter()
                        .map(|warning| format!("{url}: {warning}")),
                );
                self.bases.literal += rewritten.n_literals;
                script.sites = rewritten.sites;
                script.functions = rewritten.functions;
                script.scopes = rewritten.scopes;
                script.bindings = rewritten.bindings;
                let ways = self.ways_back.entry(url.to_owned()).or_default();
                ways.retain(|(line, _)| *line != document_line);
                let back = Arc::new(rewritten.back);
                ways.push((document_line, back.clone()));
                ways.sort_by_key(|(line, _)| *line);
                if let Some(kept) = &mut self.rewritten {
                    // The parser of documents gives scripts lines that end alike.
                    let hash = match kind {
                        ScriptKind::Inline | ScriptKind::InlineModule => {
                            sha256(rewritten.text.replace("\r\n", "\n").as_bytes())
                        }
                        _ => sha256(rewritten.text.as_bytes()),
                    };
                    self.by_hash.insert(hash, kept.len());
                    kept.push(Rewritten {
                        place: Place {
                            line: document_line,
                            ..Place::default()
                        },
                        original: original.clone(),
                        text: rewritten.text.clone(),
                        back,
                    });
                }
                rewritten.text
            }
        };
        if result != text && matches!(kind, ScriptKind::Inline | ScriptKind::InlineModule) {
            self.inline_originals
                .insert(result.replace("\r\n", "\n"), original.clone());
        }
        self.index(&script);
        self.pending.push((script, original));
        result
    }

    fn index(&mut self, script: &Script) {
        self.n_scripts += 1;
        self.bases.site += script.sites.len() as u32;
        self.bases.function += script.functions.len() as u32;
        self.bases.scope += script.scopes.len() as u32;
        self.bases.binding += script.bindings.len() as u32;
        self.sites.extend(script.sites.iter().map(|site| site.function));
        self.functions
            .extend(script.functions.iter().map(|function| FunctionInfo {
                level: script.level,
                is_async: function.is_async,
                has_globals: false,
            }));
        let is_classic = matches!(script.kind, ScriptKind::External | ScriptKind::Inline);
        let mut globals = Vec::new();
        for (idx, binding) in script.bindings.iter().enumerate() {
            let is_static = binding.scope == script.first_scope;
            self.static_bindings.push(is_static);
            if is_static && is_classic {
                globals.push((
                    binding.name.clone(),
                    BindingId(script.first_binding.0 + idx as u32),
                ));
            }
        }
        if let (false, Some(info)) = (
            globals.is_empty(),
            self.functions.get_mut(script.first_function.0 as usize),
        ) {
            info.has_globals = true;
            self.globals.insert(script.first_function, globals);
        }
    }

    /// Notes that what is fetched from an address is a module.
    pub fn note_module(&mut self, url: String) {
        self.module_urls.insert(url);
    }

    /// Whether what is fetched from an address is known to be a module.
    pub fn is_module(&self, url: &str) -> bool {
        self.module_urls.contains(url)
    }

    /// Scripts added since the last time, with their texts, in order.
    pub fn take_pending(&mut self) -> Vec<(Script, Arc<str>)> {
        let named = self.pending.iter().filter_map(|(script, _)| {
            let url = script
                .source_map_url
                .clone()
                .filter(|url| !url.starts_with("data:"))?;
            let text_hash = script.hash.clone();
            Some(MapAddress { text_hash, url })
        });
        self.map_addresses.extend(named);
        std::mem::take(&mut self.pending)
    }

    /// The source map of the script added last is there, whatever its text says.
    pub(crate) fn name_map(&mut self, url: String) {
        if let Some((script, _)) = self.pending.last_mut() {
            script.source_map_url = Some(url);
        }
    }

    /// Source maps that scripts taken since the last time name, but for those that stand in their texts.
    pub(crate) fn take_map_addresses(&mut self) -> Vec<MapAddress> {
        std::mem::take(&mut self.map_addresses)
    }

    /// Notes what could not be recorded.
    pub fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }

    /// What could not be recorded, since the last time.
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    pub(crate) fn function_of_site(&self, site: u32) -> Option<FunctionId> {
        self.sites.get((site as usize).checked_sub(1)?).copied()
    }

    pub(crate) fn function(&self, function: FunctionId) -> Option<FunctionInfo> {
        self.functions.get(function.0 as usize).copied()
    }

    /// Whether a binding is a top-level variable; None if there is no such binding.
    pub(crate) fn is_static(&self, binding: BindingId) -> Option<bool> {
        if binding == BindingId::THIS {
            return Some(false);
        }
        self.static_bindings
            .get((binding.0 as usize).checked_sub(1)?)
            .copied()
    }

    pub(crate) fn has_scope(&self, scope: ScopeId) -> bool {
        scope.0 < self.bases.scope
    }

    /// The variables that every script can write once this top level has run.
    pub(crate) fn globals_of(&self, top_level: FunctionId) -> impl Iterator<Item = (Arc<str>, BindingId)> {
        self.globals.get(&top_level).into_iter().flatten().cloned()
    }

    /// The original text of a function or class, as the engine quotes it; None if no script has it.
    pub(crate) fn text_of_quote(&self, quoted: &str) -> Option<String> {
        self.rewritten.iter().flatten().rev().find_map(|script| {
            let start = script.text.find(quoted)?;
            let original_offset = |offset: usize| script.back.original_offset(offset as u32) as usize;
            let range = original_offset(start)..original_offset(start + quoted.len());
            script.original.get(range).map(str::to_owned)
        })
    }

    /// The original of an inline script that the document holds rewritten; None for any other text.
    pub(crate) fn original_text(&self, text: &str) -> Option<Arc<str>> {
        let is_rewritten = text.contains("_$");
        is_rewritten
            .then(|| self.inline_originals.get(text).cloned())
            .flatten()
    }

    /// The original position of a position the browser names, both relative to the document for inline scripts.
    pub(crate) fn original_position(&self, url: &str, position: Position) -> Option<Position> {
        let line = position.line.checked_sub(1)?;
        let ways = self.ways_back.get(url)?;
        let (first_line, back) = ways.iter().rev().find(|(first_line, _)| *first_line <= line)?;
        if position.line == first_line + 1 && *first_line > 0 {
            // The first line of an inline script begins somewhere within the document's line.
            return Some(position);
        }
        let within = back.original(Position {
            line: position.line - first_line,
            column: position.column,
        });
        Some(Position {
            line: within.line + first_line,
            column: within.column,
        })
    }
}

/// sha-256, hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The last `//# sourceMappingURL=` of a text, resolved. Data URLs stay whole.
fn source_map_url(url: &str, text: &str) -> Option<String> {
    const MARK: &str = "# sourceMappingURL=";
    let at = text.rfind(MARK).filter(|&at| at >= 2)?;
    if !matches!(text.get(at - 2..at), Some("//" | "/*")) {
        return None;
    }
    let rest = text.get(at + MARK.len()..)?;
    let name = rest
        .split(|c: char| c.is_whitespace() || c == '*')
        .next()
        .filter(|name| !name.is_empty())?;
    match url::Url::parse(url).and_then(|base| base.join(name)) {
        Ok(resolved) => Some(resolved.into()),
        Err(_) => Some(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source<'s>(url: &'s str, text: &'s str, level: u8) -> Source<'s> {
        Source {
            url,
            text,
            kind: ScriptKind::External,
            goal: Goal::Either,
            level,
            document_line: 0,
        }
    }

    #[test]
    fn ids_run_on_from_script_to_script() {
        let mut scripts = Scripts::default();
        scripts.add(source(
            "https://a/1.js",
            "let a = 1; function f() { return a }",
            3,
        ));
        scripts.add(source("https://a/2.js", "f()", 3));
        let added = scripts.take_pending();
        let (first, second) = (&added[0].0, &added[1].0);
        assert_eq!(first.first_site, SiteId(1));
        assert_eq!(second.first_site.0, first.first_site.0 + first.sites.len() as u32);
        assert_eq!(second.first_function.0 as usize, first.functions.len());
        assert_eq!(
            scripts.function_of_site(second.first_site.0),
            Some(second.first_function)
        );
        let globals: Vec<_> = scripts.globals_of(first.first_function).collect();
        assert_eq!(globals.first(), Some(&("a".into(), BindingId(1))));
    }

    #[test]
    fn a_script_with_a_syntax_error_runs_as_it_is_and_says_so() {
        let mut scripts = Scripts::default();
        let text = scripts.add(source("https://a/broken.js", "let = = 3", 3));
        assert_eq!(text, "let = = 3");
        assert_eq!(scripts.take_pending()[0].0.level, 0);
        assert!(scripts.take_warnings()[0].starts_with("https://a/broken.js: not recorded: syntax error"));
    }

    #[test]
    fn imports_of_a_module_are_modules() {
        let mut scripts = Scripts::default();
        scripts.add(source(
            "https://a/x/main.js",
            "import './b.js'; import c from 'bare'; export {}",
            3,
        ));
        assert!(scripts.is_module("https://a/x/b.js"));
        assert!(!scripts.is_module("https://a/x/bare"));
        assert_eq!(scripts.take_pending()[0].0.kind, ScriptKind::Module);
    }

    #[test]
    fn source_maps_are_found_at_the_end() {
        let url = "https://a/x/main.js";
        assert_eq!(
            source_map_url(url, "f()\n//# sourceMappingURL=main.js.map\n").as_deref(),
            Some("https://a/x/main.js.map")
        );
        assert_eq!(source_map_url(url, "f('# sourceMappingURL=no')"), None);
    }

    #[test]
    fn positions_the_browser_names_lead_back() {
        let mut scripts = Scripts::default();
        let text = scripts.add(Source {
            document_line: 4,
            ..source("https://a/", "\nf();\n  g();", 3)
        });
        let column = text
            .lines()
            .nth(2)
            .and_then(|line| line.find("g()"))
            .unwrap_or_default() as u32;
        let position = scripts.original_position("https://a/", Position { line: 7, column });
        assert_eq!(position, Some(Position { line: 7, column: 2 }));
    }
}
