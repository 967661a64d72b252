//! Answers what pages ask while they wait: which text to run in the place of another, and what the original looked like.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex, OnceLock},
};

use recording::script::ScriptKind;

use crate::{
    html,
    instrument::Goal,
    intercept::lock,
    levels::{Glob, level_of},
    runtime,
    scripts::{SOURCE_URL, Scripts, Shell, Source, WorkerKind},
};

/// What answers are made of.
#[derive(Clone)]
pub(crate) struct Answers {
    pub(crate) scripts: Arc<Mutex<Scripts>>,
    pub(crate) levels: Arc<[(Glob, u8)]>,
    /// The address of the page that is recorded.
    pub(crate) document_url: Arc<Mutex<String>>,
    /// The recorder's own address, once it listens: port and secret.
    pub(crate) own: Arc<OnceLock<(u16, String)>>,
}

impl Answers {
    /// Answers a question. None if there is nothing to say: the page then goes on with what it has.
    pub(crate) fn answer(&self, what: &str, body: &str) -> Option<String> {
        match what {
            "text" => return lock(&self.scripts).text_of_quote(body),
            "places" => return Some(self.places(body)),
            _ => {}
        }
        let (base, text) = body.split_once('\n')?;
        match what {
            "worker" | "worker-module" | "module" | "worklet" => {
                let url = url::Url::parse(base).ok()?.join(text).ok()?.to_string();
                let mut scripts = lock(&self.scripts);
                match what {
                    "module" => scripts.note_module(url),
                    "worklet" => scripts.note_worklet(url),
                    "worker" => scripts.note_worker(url, WorkerKind::Classic),
                    _ => scripts.note_worker(url, WorkerKind::Module),
                }
                return Some(String::new());
            }
            "warn" => {
                lock(&self.scripts).warn(format!("{base}: {text}"));
                return None;
            }
            _ => {}
        }
        let url = source_url(text).unwrap_or(base);
        let level = level_of(url, &lock(&self.document_url), &self.levels);
        let source = |kind, goal| Source {
            url,
            text,
            kind,
            goal,
            level,
            document_line: 0,
        };
        if level == 0 {
            return None;
        }
        let mut scripts = lock(&self.scripts);
        match what {
            "worker-text" => Some(scripts.add_worker(
                WorkerKind::Classic,
                &self.own_url(),
                source(ScriptKind::External, Goal::Script),
            )),
            "worker-module-text" => Some(scripts.add_worker(
                WorkerKind::Module,
                &self.own_url(),
                source(ScriptKind::Module, Goal::Module),
            )),
            "eval" => scripts.evaluate(source(ScriptKind::Eval, Goal::Eval)),
            "eval-alone" => scripts.evaluate_alone(source(ScriptKind::Eval, Goal::Eval)),
            "function" => scripts.make_function(source(ScriptKind::Eval, Goal::Eval), Shell::Function),
            "handler" => scripts.make_function(source(ScriptKind::Eval, Goal::Eval), Shell::Handler),
            "script" => Some(scripts.add(source(ScriptKind::Inline, Goal::Script))),
            "module-script" => Some(scripts.add(source(ScriptKind::InlineModule, Goal::Module))),
            "markup" => {
                let (rewritten, warning) = html::rewrite(text, base, level, &mut scripts);
                if let Some(warning) = warning {
                    scripts.warn(warning);
                }
                Some(rewritten)
            }
            _ => None,
        }
    }

    /// How addresses of the recorder begin; empty for programs that are not pages.
    pub(crate) fn own_url(&self) -> String {
        self.own.get().map_or_else(String::new, |(port, secret)| {
            format!("http://127.0.0.1:{port}/{secret}/")
        })
    }

    /// What workers run first, by the path they ask for it: its query tells the script of one that another started.
    pub(crate) fn worker_runtime(&self, path: &str) -> Option<String> {
        let (port, secret) = self.own.get()?;
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        let script = pairs.find_map(|(name, value)| (name == "url").then_some(value));
        Some(runtime::for_worker(*port, secret, script.as_deref()))
    }

    /// Lines of `line column hash url` to lines of `line:column`, empty where nothing is known.
    fn places(&self, body: &str) -> String {
        let scripts = lock(&self.scripts);
        let mut answer = String::new();
        for line in body.lines() {
            let found = place(line, &scripts);
            if let Some((line, column)) = found {
                let _ = write!(answer, "{line}:{column}");
            }
            answer.push('\n');
        }
        answer
    }
}

fn place(line: &str, scripts: &Scripts) -> Option<(u32, u32)> {
    let mut parts = line.splitn(4, ' ');
    let (line, column) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let (hash, url) = (parts.next()?, parts.next()?);
    scripts.original_place(hash, url, line, column)
}

/// The name a text gives itself by its last `//# sourceURL=`.
fn source_url(text: &str) -> Option<&str> {
    let rest = text.get(text.rfind(SOURCE_URL)? + SOURCE_URL.len()..)?;
    let name = rest.lines().next()?.trim();
    (!name.is_empty() && !name.contains(char::is_whitespace)).then_some(name)
}
