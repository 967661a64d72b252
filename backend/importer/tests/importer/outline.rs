//! Documents as texts, by three roads: from the rows of a recording, from Playwright's snapshots and from rrweb's events. What is
//! compared is the tree: names, texts, the attributes that all of them tell.

use std::collections::HashMap;

use recording::{
    page::{DomChange, DomNode, DomOp, Relation},
    point::Micros,
    reader::Reader,
};
use serde_json::Value as Json;

/// A tree, told as one text a node: `/0/1 BODY class=card`.
pub(crate) type Outline = Vec<String>;

/// The documents of a recording as they were at some times, in microseconds; what is at a time counts.
pub(crate) fn of_recording(reader: &Reader, times: &[u64]) -> Vec<Outline> {
    let rows = reader.dom().unwrap();
    let mut rows = rows.iter().peekable();
    let mut tree = Tree::default();
    let mut outlines = Vec::new();
    for time in times {
        while let Some(row) = rows.next_if(|row| row.time <= Micros(*time)) {
            tree.apply(&row.event);
        }
        outlines.push(tree.outline());
    }
    outlines
}

#[derive(Default)]
struct Tree {
    nodes: HashMap<u32, (DomNode, Vec<u32>)>,
    root: Option<u32>,
}

impl Tree {
    fn apply(&mut self, change: &DomChange) {
        match change {
            DomChange::Document { nodes, .. } => {
                *self = Self::default();
                self.root = nodes.first().map(|node| node.id.0);
                self.insert(nodes, None);
            }
            DomChange::Changes(ops) => ops.iter().for_each(|op| self.apply_op(op)),
        }
    }

    fn insert(&mut self, nodes: &[DomNode], place: Option<(u32, Option<u32>)>) {
        for (nth, node) in nodes.iter().enumerate() {
            let id = node.id.0;
            self.detach(id);
            self.nodes.insert(id, (node.clone(), Vec::new()));
            let (parent, before) = match (nth, place, node.parent) {
                (0, Some(place), _) => place,
                (_, _, Some(parent)) => (parent.0, None),
                _ => continue,
            };
            let siblings = &mut self
                .nodes
                .get_mut(&parent)
                .unwrap_or_else(|| panic!("no node {parent}"))
                .1;
            let at = match before {
                Some(before) => siblings
                    .iter()
                    .position(|known| *known == before)
                    .expect("the sibling is there"),
                None => siblings.len(),
            };
            siblings.insert(at, id);
        }
    }

    fn detach(&mut self, id: u32) {
        self.nodes
            .values_mut()
            .for_each(|(_, children)| children.retain(|child| *child != id));
    }

    fn apply_op(&mut self, op: &DomOp) {
        match op {
            DomOp::Insert {
                parent,
                before,
                nodes,
                relation,
            } => {
                self.insert(nodes, Some((parent.0, before.map(|before| before.0))));
                self.nodes.get_mut(&nodes[0].id.0).unwrap().0.relation = *relation;
            }
            DomOp::Remove { node } => self.detach(node.0),
            DomOp::Attribute { node, name, value } => {
                let attributes = &mut self.nodes.get_mut(&node.0).unwrap().0.attributes;
                attributes.retain(|(known, _)| known != name);
                attributes.extend(value.as_ref().map(|value| (name.clone(), value.clone())));
            }
            DomOp::Value { node, value } => {
                self.nodes.get_mut(&node.0).unwrap().0.value = Some(value.clone())
            }
            DomOp::Url { .. } => {}
        }
    }

    fn outline(&self) -> Outline {
        let mut outline = Vec::new();
        if let Some(root) = self.root {
            self.add(root, "", &mut outline);
        }
        outline
    }

    fn add(&self, id: u32, path: &str, outline: &mut Outline) {
        let (node, children) = &self.nodes[&id];
        let relation = match node.relation {
            Relation::Child => "",
            Relation::ShadowRoot => "shadow ",
            Relation::ContentDocument => "content ",
        };
        let attributes = node.attributes.iter().map(|(name, value)| (&**name, &**value));
        outline.push(line(
            path,
            &format!("{relation}{}", node.name),
            node.value.as_deref(),
            attributes,
        ));
        for (nth, child) in children.iter().enumerate() {
            self.add(*child, &format!("{path}/{nth}"), outline);
        }
    }
}

fn line<'a>(
    path: &str,
    name: &str,
    value: Option<&str>,
    attributes: impl Iterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut attributes: Vec<String> = attributes
        .map(|(name, value)| format!("{name}={value:?}"))
        .collect();
    attributes.sort();
    let value = value.map(|value| format!(" {value:?}")).unwrap_or_default();
    format!("{path} {name}{value} {}", attributes.join(" "))
        .trim_end()
        .to_owned()
}

/// A snapshot of Playwright, written out by itself: `snapshots` are all of its frame so far, itself the last.
pub(crate) fn of_snapshots(snapshots: &[&Json]) -> Outline {
    fn numbered<'j>(node: &'j Json, nodes: &mut Vec<&'j Json>) {
        if node.is_string() {
            nodes.push(node);
        } else if node[0].is_string() {
            node.as_array()
                .unwrap()
                .iter()
                .skip(2)
                .for_each(|child| numbered(child, nodes));
            nodes.push(node);
        }
    }
    fn add(snapshots: &[&Json], at: usize, node: &Json, path: &str, outline: &mut Outline) {
        if let Some(text) = node.as_str() {
            return outline.push(line(path, "#text", Some(text), [].into_iter()));
        }
        if node[0].is_array() {
            let there = at - node[0][0].as_u64().unwrap() as usize;
            let mut nodes = Vec::new();
            numbered(&snapshots[there]["html"], &mut nodes);
            return add(
                snapshots,
                there,
                nodes[node[0][1].as_u64().unwrap() as usize],
                path,
                outline,
            );
        }
        let name = node[0].as_str().unwrap();
        let empty = serde_json::Map::new();
        let written = node[1].as_object().unwrap_or(&empty);
        let mut attributes: Vec<(&str, &str)> = Vec::new();
        for (name, value) in written {
            let value = value.as_str().unwrap();
            match &**name {
                "__playwright_value_" => attributes.push(("value", value)),
                "__playwright_checked_" if value == "true" => attributes.push(("checked", "")),
                name if name.starts_with("__playwright") => {}
                "value" if written.contains_key("__playwright_value_") => {}
                "checked" if written.contains_key("__playwright_checked_") => {}
                name => attributes.push((name, value)),
            }
        }
        outline.push(line(path, name, None, attributes.into_iter()));
        let children = node.as_array().unwrap().iter().skip(2);
        // The head begins with an address that Playwright put there.
        let children = children.skip(usize::from(name == "HEAD"));
        for (nth, child) in children.enumerate() {
            add(snapshots, at, child, &format!("{path}/{nth}"), outline);
        }
    }
    let mut outline = vec![" #document".to_owned()];
    let last = snapshots.last().unwrap();
    let n_before = match last["doctype"].as_str() {
        Some(doctype) => {
            outline.push(format!("/0 {doctype}"));
            1
        }
        None => 0,
    };
    add(
        snapshots,
        snapshots.len() - 1,
        &last["html"],
        &format!("/{n_before}"),
        &mut outline,
    );
    outline
}

/// Documents of rrweb's events, made as its player makes them.
#[derive(Default)]
pub(crate) struct Replay {
    nodes: HashMap<i64, (Json, Vec<i64>)>,
    root: i64,
}

impl Replay {
    pub(crate) fn take(&mut self, event: &Json) {
        let data = &event["data"];
        match (event["type"].as_u64().unwrap(), data["source"].as_u64()) {
            (2, _) => {
                self.nodes.clear();
                self.root = data["node"]["id"].as_i64().unwrap();
                self.add(&data["node"]);
            }
            (3, Some(0)) => self.mutate(data),
            (3, Some(5)) => {
                // A field that is not in the document yet has no number.
                let Some((node, _)) = self.nodes.get_mut(&data["id"].as_i64().unwrap()) else {
                    return;
                };
                match node["attributes"]["type"].as_str() {
                    Some("checkbox" | "radio") => node["attributes"]["checked"] = data["isChecked"].clone(),
                    _ => node["attributes"]["value"] = data["text"].clone(),
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, node: &Json) -> i64 {
        let id = node["id"].as_i64().unwrap();
        let children = node["childNodes"].as_array().cloned().unwrap_or_default();
        let children = children.iter().map(|child| self.add(child)).collect();
        self.nodes.insert(id, (node.clone(), children));
        id
    }

    fn mutate(&mut self, data: &Json) {
        let all = |name: &str| data[name].as_array().cloned().unwrap_or_default();
        let id = |json: &Json| json.as_i64();
        for removed in all("removes") {
            let parent = self.nodes.get_mut(&id(&removed["parentId"]).unwrap()).unwrap();
            parent.1.retain(|child| Some(*child) != id(&removed["id"]));
        }
        // Whatever waits for another is tried again.
        let mut waiting = all("adds");
        while !waiting.is_empty() {
            let n_before = waiting.len();
            waiting.retain(|added| {
                let place = |replay: &Self| {
                    let siblings = &replay.nodes.get(&id(&added["parentId"])?)?.1;
                    match id(&added["nextId"]) {
                        Some(next) => siblings.iter().position(|child| *child == next),
                        None => Some(siblings.len()),
                    }
                };
                let Some(at) = place(self) else { return true };
                let node = self.add(&added["node"]);
                let parent = self.nodes.get_mut(&id(&added["parentId"]).unwrap()).unwrap();
                parent.1.insert(at, node);
                false
            });
            assert!(waiting.len() < n_before, "nodes wait for each other: {waiting:?}");
        }
        for text in all("texts") {
            self.nodes.get_mut(&id(&text["id"]).unwrap()).unwrap().0["textContent"] = text["value"].clone();
        }
        for change in all("attributes") {
            let node = &mut self.nodes.get_mut(&id(&change["id"]).unwrap()).unwrap().0;
            for (name, value) in change["attributes"].as_object().unwrap() {
                node["attributes"][name] = value.clone();
            }
        }
    }

    pub(crate) fn outline(&self) -> Outline {
        let mut outline = Vec::new();
        if !self.nodes.is_empty() {
            self.list(self.root, "", &mut outline);
        }
        outline
    }

    fn list(&self, id: i64, path: &str, outline: &mut Outline) {
        let (node, children) = &self.nodes[&id];
        let (name, value) = match node["type"].as_u64().unwrap() {
            0 => ("#document".to_owned(), None),
            1 => (node["name"].as_str().unwrap().to_owned(), None),
            2 => (node["tagName"].as_str().unwrap().to_uppercase(), None),
            3 => ("#text".to_owned(), node["textContent"].as_str()),
            5 => ("#comment".to_owned(), node["textContent"].as_str()),
            kind => panic!("no such kind of node: {kind}"),
        };
        let text = |value: &Json| match value {
            Json::Bool(true) => Some(String::new()),
            Json::String(text) => Some(text.clone()),
            _ => None,
        };
        let attributes = node["attributes"].as_object().into_iter().flatten();
        let attributes: Vec<(String, String)> = attributes
            .filter(|(name, _)| !name.starts_with("rr_") && !name.starts_with("_css"))
            .filter_map(|(name, value)| Some((name.clone(), text(value)?)))
            .collect();
        outline.push(line(
            path,
            &name,
            value,
            attributes.iter().map(|(name, value)| (&**name, &**value)),
        ));
        for (nth, child) in children.iter().enumerate() {
            self.list(*child, &format!("{path}/{nth}"), outline);
        }
    }
}
