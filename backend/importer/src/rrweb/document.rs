//! The documents that rrweb's snapshots and mutations tell of, as rows of the recording.

use std::collections::{HashMap, HashSet};

use recording::{
    ids::ObjectId,
    page::{DomChange, DomNode, DomOp, Relation},
    value::Text,
};
use serde_json::Value as Json;

use super::{
    events::{Added, Input, Mutation, Node, node},
    style,
};
use crate::{limits::MAX_NODES, story::Story};

const SVG: &str = "http://www.w3.org/2000/svg";

/// Nodes by rrweb's numbers, which begin anew with each snapshot.
#[derive(Default)]
pub(super) struct Documents {
    known: HashMap<i64, Known>,
    url: String,
    title: String,
    /// What is being typed.
    typing: Option<Typing>,
}

/// What is remembered of a node.
struct Known {
    object: ObjectId,
    /// How it is called in the names of actions; empty for what is no element.
    label: String,
    /// Its `style` attribute.
    style: Option<String>,
    shadow_root: Option<ObjectId>,
    /// Whether it is a box to check.
    is_box: bool,
}

struct Typing {
    id: i64,
    from: f64,
    until: f64,
    text: String,
}

impl Documents {
    /// The address of what comes next.
    pub(super) fn set_url(&mut self, url: &str) {
        url.clone_into(&mut self.url);
    }

    /// The title of the last document that has one.
    pub(super) fn title(&self) -> &str {
        &self.title
    }

    /// How an element is called.
    pub(super) fn describe(&self, id: i64) -> &str {
        match self.known.get(&id) {
            Some(known) if !known.label.is_empty() => &known.label,
            _ => "the page",
        }
    }

    /// A document in the place of all there was.
    pub(super) fn replace(&mut self, at: f64, root: &Node, story: &mut Story) {
        self.end_typing(story);
        self.known.clear();
        let mut nodes = Vec::new();
        if self.flatten(root, None, &mut nodes, story).is_none() {
            return story.leaving.add("documents of more than half a million nodes");
        }
        let n_nodes = nodes.len();
        let change = DomChange::Document {
            url: self.url.as_str().into(),
            nodes,
        };
        story.document(at, change, n_nodes);
    }

    /// Changes, in the order in which rrweb's player makes them.
    pub(super) fn mutate(&mut self, at: f64, mutation: Mutation, story: &mut Story) {
        let mut ops = Vec::new();
        for removed in &mutation.removes {
            match self.known.get(&removed.id) {
                Some(known) => ops.push(DomOp::Remove { node: known.object }),
                None => story.leaving.add("changes of nodes that are not there"),
            }
        }
        self.add_all(mutation.adds, &mut ops, story);
        for text in mutation.texts {
            match self.known.get(&text.id) {
                Some(known) => ops.push(DomOp::Value {
                    node: known.object,
                    value: text.value.unwrap_or_default().into(),
                }),
                None => story.leaving.add("changes of nodes that are not there"),
            }
        }
        for change in mutation.attributes {
            let Some(known) = self.known.get_mut(&change.id) else {
                story.leaving.add("changes of nodes that are not there");
                continue;
            };
            for (name, value) in change.attributes {
                if is_own(&name) {
                    continue;
                }
                let value = match (&*name, &value) {
                    ("style", Json::Object(_)) => {
                        Some(style::changed(known.style.as_deref().unwrap_or_default(), &value))
                    }
                    _ => attribute(&value),
                };
                if name == "style" {
                    known.style.clone_from(&value);
                }
                ops.push(DomOp::Attribute {
                    node: known.object,
                    name: name.into(),
                    value: value.map(Text::from),
                });
            }
        }
        if ops.is_empty() {
            return;
        }
        let n_nodes = ops.iter().map(|op| match op {
            DomOp::Insert { nodes, .. } => nodes.len(),
            _ => 1,
        });
        let n_nodes = n_nodes.sum();
        story.document(at, DomChange::Changes(ops), n_nodes);
    }

    /// Adds nodes. A node may stand before what it is added to or before: then it waits for that.
    fn add_all(&mut self, adds: Vec<Added>, ops: &mut Vec<DomOp>, story: &mut Story) {
        let mut pending: HashSet<i64> = adds.iter().map(|added| added.node.id).collect();
        let mut waiting: HashMap<i64, Vec<Added>> = HashMap::new();
        let mut ready: Vec<Added> = adds.into_iter().rev().collect();
        let mut is_last_round = false;
        loop {
            while let Some(added) = ready.pop() {
                let waits_for = |id: &i64| *id != added.node.id && pending.contains(id);
                let next_id = added.next_id.filter(|id| !is_last_round && waits_for(id));
                if let Some(id) = Some(added.parent_id).filter(waits_for).or(next_id) {
                    waiting.entry(id).or_default().push(added);
                    continue;
                }
                let id = added.node.id;
                self.add_one(added, ops, story);
                if pending.remove(&id) {
                    ready.extend(waiting.remove(&id).into_iter().flatten().rev());
                }
            }
            if waiting.is_empty() {
                return;
            }
            // What waits for each other: the order among children matters least.
            if is_last_round {
                let n_lost = waiting.values().map(Vec::len).sum::<usize>();
                return story
                    .leaving
                    .add_many("nodes whose parents are not there", n_lost as u64);
            }
            is_last_round = true;
            ready.extend(waiting.drain().flat_map(|(_, added)| added));
        }
    }

    fn add_one(&mut self, added: Added, ops: &mut Vec<DomOp>, story: &mut Story) {
        let Some(parent) = self.known.get(&added.parent_id) else {
            return story.leaving.add("nodes whose parents are not there");
        };
        let mut parent_object = parent.object;
        if added.node.is_shadow {
            parent_object = match parent.shadow_root {
                Some(root) => root,
                None => {
                    let root = story.new_node();
                    ops.push(DomOp::Insert {
                        parent: parent_object,
                        relation: Relation::ShadowRoot,
                        before: None,
                        nodes: vec![shadow_root(root, None)],
                    });
                    if let Some(parent) = self.known.get_mut(&added.parent_id) {
                        parent.shadow_root = Some(root);
                    }
                    root
                }
            };
        }
        let before = added
            .next_id
            .and_then(|id| self.known.get(&id))
            .map(|next| next.object);
        let mut nodes = Vec::new();
        if self.flatten(&added.node, None, &mut nodes, story).is_none() {
            return story.leaving.add("documents of more than half a million nodes");
        }
        let is_document = added.node.kind == node::DOCUMENT;
        ops.push(DomOp::Insert {
            parent: parent_object,
            relation: if is_document {
                Relation::ContentDocument
            } else {
                Relation::Child
            },
            before,
            nodes,
        });
    }

    /// A node with all below it, in order; recursive as far as JSON may nest. None if there are too many.
    fn flatten(
        &mut self,
        node: &Node,
        parent: Option<(ObjectId, Relation)>,
        nodes: &mut Vec<DomNode>,
        story: &mut Story,
    ) -> Option<()> {
        if nodes.len() >= MAX_NODES {
            return None;
        }
        // A node that was there before and comes again is the same.
        let object = match self.known.get(&node.id) {
            Some(known) => known.object,
            None => story.new_node(),
        };
        let attributes = attributes_of(node);
        let tag = node.tag_name.as_deref().unwrap_or_default();
        let of = |name: &str| attributes.iter().find(|(known, _)| &**known == name);
        self.known.insert(
            node.id,
            Known {
                object,
                label: label(node, &attributes),
                style: of("style").map(|(_, value)| value.to_string()),
                shadow_root: None,
                is_box: tag == "input"
                    && of("type").is_some_and(|(_, kind)| matches!(&**kind, "checkbox" | "radio")),
            },
        );
        let (parent, relation) = parent.map_or((None, Relation::Child), |(parent, relation)| {
            (Some(parent), relation)
        });
        nodes.push(DomNode {
            id: object,
            parent,
            relation,
            node_type: node_type(node.kind)?,
            name: node_name(node),
            value: matches!(node.kind, node::TEXT | node::CDATA | node::COMMENT)
                .then(|| node.text_content.as_deref().unwrap_or_default().into()),
            attributes,
            namespace: node.is_svg.then(|| SVG.into()),
        });
        if tag == "title" && !node.is_svg {
            let texts = node
                .child_nodes
                .iter()
                .filter_map(|child| child.text_content.as_deref());
            let title = texts.collect::<String>().trim().to_owned();
            if !title.is_empty() {
                self.title = title;
            }
        }
        if let Some(text) = style_text(node) {
            nodes.push(DomNode {
                id: story.new_node(),
                parent: Some(object),
                relation: Relation::Child,
                node_type: 3,
                name: "#text".into(),
                value: Some(text.into()),
                attributes: Vec::new(),
                namespace: None,
            });
            return Some(());
        }
        if node.child_nodes.iter().any(|child| child.is_shadow) {
            let root = story.new_node();
            nodes.push(shadow_root(root, Some(object)));
            for child in node.child_nodes.iter().filter(|child| child.is_shadow) {
                self.flatten(child, Some((root, Relation::Child)), nodes, story)?;
            }
            if let Some(known) = self.known.get_mut(&node.id) {
                known.shadow_root = Some(root);
            }
        }
        for child in node.child_nodes.iter().filter(|child| !child.is_shadow) {
            let relation = match child.kind {
                node::DOCUMENT => Relation::ContentDocument,
                _ => Relation::Child,
            };
            self.flatten(child, Some((object, relation)), nodes, story)?;
        }
        Some(())
    }

    /// Somebody typed, chose or checked something: the field has it, and the actions tell of it.
    pub(super) fn input(&mut self, at: f64, document_at: f64, input: &Input, story: &mut Story) {
        let Some(known) = self.known.get(&input.id) else {
            // A program sets the value of a field before it puts it into the document.
            return story
                .leaving
                .add("values of fields that were not in the document yet");
        };
        let (name, value) = match known.is_box {
            true => ("checked", input.is_checked.then(String::new)),
            false => ("value", Some(input.text.clone())),
        };
        let is_box = known.is_box;
        let op = DomOp::Attribute {
            node: known.object,
            name: name.into(),
            value: value.map(Text::from),
        };
        story.document(document_at, DomChange::Changes(vec![op]), 1);
        // That a box was checked is told by the click.
        if is_box {
            return;
        }
        match &mut self.typing {
            Some(typing) if typing.id == input.id && !input.text.is_empty() => {
                typing.until = at;
                typing.text.clone_from(&input.text);
            }
            _ => {
                self.end_typing(story);
                if !input.text.is_empty() {
                    self.typing = Some(Typing {
                        id: input.id,
                        from: at,
                        until: at,
                        text: input.text.clone(),
                    });
                }
            }
        }
    }

    /// Tells what was typed into one field, once it is known.
    pub(super) fn end_typing(&mut self, story: &mut Story) {
        if let Some(typing) = self.typing.take() {
            let title = format!("Type {:?} into {}", typing.text, self.describe(typing.id));
            story.action(typing.from, &title, Some(typing.until - typing.from), None);
        }
    }
}

fn shadow_root(id: ObjectId, parent: Option<ObjectId>) -> DomNode {
    DomNode {
        id,
        parent,
        relation: if parent.is_some() {
            Relation::ShadowRoot
        } else {
            Relation::Child
        },
        node_type: 11,
        name: "#document-fragment".into(),
        value: None,
        attributes: Vec::new(),
        namespace: None,
    }
}

fn node_type(kind: u64) -> Option<u8> {
    Some(match kind {
        node::DOCUMENT => 9,
        node::DOCUMENT_TYPE => 10,
        node::ELEMENT => 1,
        node::TEXT => 3,
        node::CDATA => 4,
        node::COMMENT => 8,
        _ => return None,
    })
}

fn node_name(node: &Node) -> Text {
    match node.kind {
        node::DOCUMENT => "#document".into(),
        node::DOCUMENT_TYPE => node.name.as_deref().unwrap_or("html").into(),
        node::TEXT => "#text".into(),
        node::CDATA => "#cdata-section".into(),
        node::COMMENT => "#comment".into(),
        _ => {
            let tag = node.tag_name.as_deref().unwrap_or("unknown");
            if node.is_svg {
                tag.into()
            } else {
                tag.to_uppercase().into()
            }
        }
    }
}

/// What rrweb itself noted in attributes: sizes, scroll positions, pictures of canvases, texts of style sheets.
fn is_own(name: &str) -> bool {
    name.starts_with("rr_") || name.starts_with("_css")
}

fn attributes_of(node: &Node) -> Vec<(Text, Text)> {
    let own = node.attributes.iter().filter(|(name, _)| !is_own(name));
    own.filter_map(|(name, value)| Some((name.as_str().into(), attribute(value)?.into())))
        .collect()
}

/// An attribute's value; None if it is not there.
fn attribute(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(true) => Some(String::new()),
        _ => None,
    }
}

/// The text of a `style` element, where rrweb keeps it beside the element's own.
fn style_text(node: &Node) -> Option<&str> {
    let is_style = node.tag_name.as_deref() == Some("style");
    let css = node.attributes.iter().find(|(name, _)| name == "_cssText")?;
    css.1.as_str().filter(|_| is_style)
}

/// A short name: `button#share`, `input.new`.
fn label(node: &Node, attributes: &[(Text, Text)]) -> String {
    const MAX_CHARS: usize = 60;
    let Some(tag) = node.tag_name.as_deref() else {
        return String::new();
    };
    let of = |name: &str| {
        let found = attributes.iter().find(|(known, _)| &**known == name);
        found.map(|(_, value)| &**value).filter(|value| !value.is_empty())
    };
    let label = match (of("id"), of("name"), of("class")) {
        (Some(id), ..) => format!("{tag}#{id}"),
        (_, Some(name), _) => format!("{tag}[name={name}]"),
        (_, _, Some(class)) => format!("{tag}.{}", class.split_whitespace().next().unwrap_or_default()),
        _ => tag.to_owned(),
    };
    label.chars().take(MAX_CHARS).collect()
}
