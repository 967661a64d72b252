//! Scripts that no document names: what workers run, and texts that are evaluated while the program runs.

use super::{Scripts, Source, sha256};
use crate::instrument::instrument_after;

/// How a worker runs its script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkerKind {
    Classic,
    Module,
}

/// What a text that is made into a function is to look like when it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shell {
    /// The function itself, without a name.
    Function,
    /// A function that takes a document, a form and an element, within which the function's names are looked up.
    Handler,
}

/// How a text names itself.
pub(crate) const SOURCE_URL: &str = "//# sourceURL=";
/// Where workers get their runtime, below the recorder's own address.
pub(crate) const WORKER_RUNTIME: &str = "worker.js";
/// How names begin that are given to code without one.
const CODE_NAME: &str = "playhead-code-";

/// Around a handler: what it sees of its element.
const HANDLER_START: &str = "(function(){with(arguments[0])with(arguments[1])with(arguments[2])return ";
const HANDLER_END: &str = "})";

impl Scripts {
    /// Notes what a worker is about to run.
    pub(crate) fn note_worker(&mut self, url: String, kind: WorkerKind) {
        if kind == WorkerKind::Module {
            self.module_urls.insert(url.clone());
        }
        self.workers.insert(url, kind);
    }

    pub(crate) fn worker(&self, url: &str) -> Option<WorkerKind> {
        self.workers.get(url).copied()
    }

    /// Registers what a worker runs; the runtime goes before it, whatever becomes of it, for what it imports is rewritten.
    pub(crate) fn add_worker(&mut self, kind: WorkerKind, own_url: &str, source: Source<'_>) -> String {
        let prefix = match kind {
            WorkerKind::Classic => format!("importScripts(\"{own_url}{WORKER_RUNTIME}\");"),
            WorkerKind::Module => format!("import \"{own_url}{WORKER_RUNTIME}\";"),
        };
        let text = self.add_after(&prefix, source);
        match text.contains(&prefix) {
            true => text,
            false => prefix + &text,
        }
    }

    /// Registers a text given to `eval`, and gives the text to evaluate instead; None to evaluate it as it is, if there is
    /// nothing to record or it means something only where it stands.
    pub(crate) fn evaluate(&mut self, source: Source<'_>) -> Option<String> {
        self.register_evaluated(source, |text| Some((text.to_owned(), 0)))
    }

    /// The same for a text that the runtime evaluates, not the page: the engine then does not tell which text it is, so
    /// that it gets a name.
    pub(crate) fn evaluate_alone(&mut self, source: Source<'_>) -> Option<String> {
        let text = self.evaluate(source)?;
        Some(self.named(text, source))
    }

    fn named(&mut self, text: String, source: Source<'_>) -> String {
        if source.text.contains(SOURCE_URL) {
            return text;
        }
        let idx = self.rewritten.as_ref().map_or(0, Vec::len).saturating_sub(1);
        let name = format!("{CODE_NAME}{idx}");
        let named = format!("{text}\n{SOURCE_URL}{name}");
        self.by_hash.insert(name.clone(), idx);
        self.named_code.insert(name, source.url.to_owned());
        named
    }

    /// The address of the document a code without a name of its own belongs to.
    pub(crate) fn url_of_code(&self, name: &str) -> Option<&str> {
        self.named_code.get(name).map(String::as_str)
    }

    /// The same for a text that is a function in parentheses, of which only the function is to run.
    pub(crate) fn make_function(&mut self, source: Source<'_>, shell: Shell) -> Option<String> {
        let head = source.text.split_once('(')?.1.split_once('(')?.0;
        let name = head.rsplit([' ', '*']).next()?;
        let text = self.register_evaluated(source, |text| {
            let start = text.find(&format!("({head}("))?;
            let end = text.rfind("})")? + 2;
            // The name is not one the function can see.
            let nameless = format!("({}{}(", head.strip_suffix(name)?, " ".repeat(name.len()));
            let function = text.get(start..end)?.replacen(&format!("({head}("), &nameless, 1);
            Some(match shell {
                Shell::Function => (function, -(start as i64)),
                Shell::Handler => (
                    format!("{HANDLER_START}{function}{HANDLER_END}"),
                    HANDLER_START.len() as i64 - start as i64,
                ),
            })
        })?;
        Some(self.named(text, source))
    }

    fn register_evaluated(
        &mut self,
        source: Source<'_>,
        cut: impl FnOnce(&str) -> Option<(String, i64)>,
    ) -> Option<String> {
        /// A page that evaluates something new each time must not fill the recording with scripts.
        const MAX_EVALUATED: usize = 20_000;
        if self.n_evaluated >= MAX_EVALUATED {
            self.warn(format!(
                "{}: too many texts were evaluated: some are not recorded",
                source.url
            ));
            return None;
        }
        let rewritten = instrument_after("", source.text, source.goal, source.level, self.bases).ok()?;
        if rewritten.sites.is_empty() {
            return None;
        }
        let (text, column) = cut(&rewritten.text)?;
        self.n_evaluated += 1;
        self.add(source);
        let entry = self.rewritten.as_mut()?;
        let idx = entry.len().checked_sub(1)?;
        entry.last_mut()?.place.column = column;
        self.by_hash.insert(sha256(text.as_bytes()), idx);
        Some(text)
    }
}
