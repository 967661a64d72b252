//! Which addresses are of modules: what modules import, by way of import maps.

use super::Scripts;
use crate::instrument::{Bases, Goal, instrument};

impl Scripts {
    pub(super) fn note_imports(&mut self, url: &str, imports: &[String]) {
        let Ok(base) = url::Url::parse(url) else { return };
        let is_address =
            |name: &&String| name.starts_with('.') || name.starts_with('/') || url::Url::parse(name).is_ok();
        for import in imports {
            let target = match is_address(&import) {
                true => base.join(import).ok(),
                false => self.mapped(import),
            };
            if let Some(target) = target {
                self.module_urls.insert(target.into());
            }
        }
    }

    /// Takes in the text of an import map of a document.
    pub(crate) fn note_import_map(&mut self, base: &url::Url, text: &str) {
        let Ok(map) = serde_json::from_str::<serde_json::Value>(text) else {
            return;
        };
        let scopes = map.get("scopes").and_then(serde_json::Value::as_object);
        let tables = map
            .get("imports")
            .into_iter()
            .chain(scopes.into_iter().flat_map(|scopes| scopes.values()));
        for (name, address) in tables.filter_map(serde_json::Value::as_object).flatten() {
            if let Some(target) = address.as_str().and_then(|address| base.join(address).ok()) {
                self.import_map.push((name.clone(), target));
            }
        }
        // The longest name that fits counts, and of those the last.
        self.import_map.sort_by_key(|(name, _)| name.len());
    }

    fn mapped(&self, import: &str) -> Option<url::Url> {
        self.import_map.iter().rev().find_map(|(name, target)| {
            let rest = import.strip_prefix(name.as_str())?;
            match rest {
                "" => Some(target.clone()),
                _ if name.ends_with('/') => target.join(rest).ok(),
                _ => None,
            }
        })
    }

    /// Notes a module that a worklet runs, which has no runtime and is left as it is.
    pub(crate) fn note_worklet(&mut self, url: String) {
        self.warn(format!("{url}: worklets are not recorded"));
        self.worklets.insert(url);
    }

    /// Whether a script is left as it is; what it imports then is, too.
    pub(crate) fn is_left_alone(&mut self, url: &str, text: &str) -> bool {
        if !self.worklets.contains(url) {
            return false;
        }
        let parsed = instrument(text, Goal::Module, 1, Bases::default());
        let imports = parsed.map(|module| module.imports).unwrap_or_default();
        let base = url::Url::parse(url).ok();
        let targets = imports
            .iter()
            .filter_map(|import| base.as_ref()?.join(import).ok());
        self.worklets.extend(targets.map(String::from));
        true
    }
}
