//! Leaves out of records and rows what is not to be handed on.

mod page;
mod rows;

use std::collections::{BTreeSet, HashMap, HashSet};

use recording::{
    error::ReadError,
    ids::ObjectId,
    reader::Reader,
    script::Script,
    share::LeftOut,
    value::{Key, ObjectKind, ObjectState, Text, Value},
};

use crate::{
    addresses,
    follow::{Follow, LEFT_OUT},
    roles::Roles,
    walk::Visit,
};

/// What is left out, and what was found of it elsewhere.
pub(crate) struct Scrub {
    left_out: BTreeSet<LeftOut>,
    follow: Follow,
    /// What the nodes of the documents are for.
    pub(crate) roles: Roles,
    /// Requests whose bodies are content of a kind that is left out.
    of_left_out: HashSet<u32>,
    /// What became of texts met before: the same few stand in most records. Forgotten with each chunk.
    met: HashMap<Text, Option<Text>>,
}

/// How many texts are remembered.
const MAX_MET: usize = 100_000;

impl Scrub {
    pub(crate) fn new(reader: &Reader, left_out: &BTreeSet<LeftOut>) -> Result<Self, ReadError> {
        Ok(Self {
            left_out: left_out.clone(),
            follow: Follow::of(reader, left_out)?,
            roles: Roles::default(),
            of_left_out: HashSet::new(),
            met: HashMap::new(),
        })
    }

    /// Whether a kind of content is left out.
    pub(crate) fn leaves_out(&self, what: LeftOut) -> bool {
        self.left_out.contains(&what)
    }

    /// Whether texts can stay as they are.
    fn keeps_texts(&self) -> bool {
        self.follow.is_empty()
            && !self.leaves_out(LeftOut::Queries)
            && !self.leaves_out(LeftOut::Pictures)
            && !self.leaves_out(LeftOut::Values)
    }

    /// A text that the program held or that is about it, as it may be handed on.
    pub(crate) fn text(&mut self, text: &mut Text) {
        if self.keeps_texts() {
            return;
        }
        let cleaned = match self.met.get(text) {
            Some(cleaned) => cleaned.clone(),
            None => {
                let cleaned = self.cleaned(text).map(Text::from);
                if self.met.len() >= MAX_MET {
                    self.met.clear();
                }
                self.met.insert(text.clone(), cleaned.clone());
                cleaned
            }
        };
        if let Some(cleaned) = cleaned {
            *text = cleaned;
        }
    }

    fn texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t mut Text>) {
        texts.into_iter().for_each(|text| self.text(text));
    }

    fn cleaned(&self, text: &str) -> Option<String> {
        if self.leaves_out(LeftOut::Pictures) && text.starts_with("data:image/") {
            return Some(LEFT_OUT.to_owned());
        }
        let without = match self.leaves_out(LeftOut::Queries) {
            true => addresses::without_queries(text),
            false => None,
        };
        let followed = self.follow.cleaned(without.as_deref().unwrap_or(text));
        followed.or(without)
    }

    /// A text for people outside of the log, such as a sentence of the manifest.
    pub(crate) fn sentence(&self, text: &str) -> String {
        self.cleaned(text).unwrap_or_else(|| text.to_owned())
    }

    /// A longer text of which parts may go, such as a body; None if it is as it was.
    pub(crate) fn within_text(&self, text: &str) -> Option<String> {
        let without = match self.leaves_out(LeftOut::Queries) {
            true => addresses::without_queries(text),
            false => None,
        };
        let followed = self.follow.cleaned_within(without.as_deref().unwrap_or(text));
        followed.or(without)
    }

    /// An address, which may be relative to another.
    pub(crate) fn address(&self, address: &str) -> Option<String> {
        if self.leaves_out(LeftOut::Pictures) && address.starts_with("data:image/") {
            return Some("data:,".to_owned());
        }
        let without = match self.leaves_out(LeftOut::Queries) {
            true => addresses::without_query(address),
            false => None,
        };
        let followed = self.follow.cleaned(without.as_deref().unwrap_or(address));
        followed.or(without)
    }

    fn address_of(&self, address: &mut Text) {
        if let Some(cleaned) = self.address(address) {
            *address = cleaned.into();
        }
    }

    /// A script, without its text.
    pub(crate) fn script(&self, script: &Script) -> Script {
        let mut script = script.clone();
        if let Some(url) = self.address(&script.url) {
            script.url = url;
        }
        let is_left_out = self.leaves_out(LeftOut::Sources);
        script.source_map_url = script
            .source_map_url
            .filter(|_| !is_left_out)
            .map(|url| self.address(&url).unwrap_or(url));
        script
    }

    /// A value that stands in a row, not in the log.
    fn value_of(&mut self, value: &mut Value) {
        match value {
            Value::String(_) | Value::Symbol(_) if self.leaves_out(LeftOut::Values) => {
                *value = Value::String(LEFT_OUT.into());
            }
            Value::String(text) | Value::Symbol(text) => self.text(text),
            _ => {}
        }
    }

    /// An error's words, and its trace, which begins with them.
    fn error(&mut self, message: &mut Text, stack: &mut Text) {
        if self.leaves_out(LeftOut::Values) {
            let places = stack.lines().filter(|line| line.trim_start().starts_with("at "));
            let places = places.collect::<Vec<_>>().join("\n");
            (*message, *stack) = (LEFT_OUT.into(), format!("{LEFT_OUT}\n{places}").into());
        }
        self.texts([message, stack]);
    }
}

impl Visit for Scrub {
    fn value(&mut self, value: &mut Value) {
        self.value_of(value);
    }

    fn key(&mut self, key: &mut Key) {
        if let Key::Name(name) | Key::Symbol(name) = key
            && !self.keeps_texts()
        {
            let without = match self.leaves_out(LeftOut::Queries) {
                true => addresses::without_queries(name),
                false => None,
            };
            let followed = self.follow.cleaned_name(without.as_deref().unwrap_or(name));
            if let Some(cleaned) = followed.or(without) {
                *name = cleaned.into();
            }
        }
    }

    fn state(&mut self, object: ObjectId, state: &mut ObjectState) {
        match &mut state.kind {
            ObjectKind::RegExp(source) => self.text(source),
            ObjectKind::Error { message, stack } => self.error(message, stack),
            ObjectKind::Node {
                node_type,
                node_name,
                node_value,
                attributes,
            } => self.node(object, (*node_type, node_name), node_value.as_mut(), attributes),
            _ => {}
        }
    }
}
