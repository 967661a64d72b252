//! rrweb's events, as far as they are read. Numbers are those of its `@rrweb/types`.

use serde::Deserialize;
use serde_json::{Value as Json, value::RawValue};

use crate::har::lenient;

pub(super) const DOM_CONTENT_LOADED: u64 = 0;
pub(super) const LOAD: u64 = 1;
pub(super) const FULL_SNAPSHOT: u64 = 2;
pub(super) const INCREMENTAL_SNAPSHOT: u64 = 3;
pub(super) const META: u64 = 4;
pub(super) const CUSTOM: u64 = 5;
pub(super) const PLUGIN: u64 = 6;

/// What an incremental event is about.
pub(super) mod source {
    pub(in super::super) const MUTATION: u64 = 0;
    pub(in super::super) const MOUSE_MOVE: u64 = 1;
    pub(in super::super) const MOUSE_INTERACTION: u64 = 2;
    pub(in super::super) const SCROLL: u64 = 3;
    pub(in super::super) const VIEWPORT_RESIZE: u64 = 4;
    pub(in super::super) const INPUT: u64 = 5;
    pub(in super::super) const TOUCH_MOVE: u64 = 6;
    pub(in super::super) const MEDIA_INTERACTION: u64 = 7;
    pub(in super::super) const STYLE_SHEET_RULE: u64 = 8;
    pub(in super::super) const CANVAS_MUTATION: u64 = 9;
    pub(in super::super) const FONT: u64 = 10;
    pub(in super::super) const DRAG: u64 = 12;
    pub(in super::super) const STYLE_DECLARATION: u64 = 13;
    pub(in super::super) const SELECTION: u64 = 14;
    pub(in super::super) const ADOPTED_STYLE_SHEET: u64 = 15;
}

pub(super) const MOUSE_DOWN: u64 = 1;
pub(super) const CLICK: u64 = 2;
pub(super) const CONTEXT_MENU: u64 = 3;
pub(super) const DOUBLE_CLICK: u64 = 4;
pub(super) const TOUCH_START: u64 = 7;

/// An event. Times are milliseconds since 1970.
#[derive(Deserialize)]
pub(super) struct Event<'t> {
    #[serde(rename = "type")]
    pub(super) kind: u64,
    #[serde(borrow)]
    pub(super) data: Option<&'t RawValue>,
    pub(super) timestamp: Option<f64>,
}

#[derive(Deserialize)]
pub(super) struct Meta {
    pub(super) href: String,
    #[serde(default)]
    pub(super) width: f64,
    #[serde(default)]
    pub(super) height: f64,
}

#[derive(Deserialize)]
pub(super) struct FullSnapshot {
    pub(super) node: Node,
}

/// A node with all below it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Node {
    #[serde(rename = "type")]
    pub(super) kind: u64,
    pub(super) id: i64,
    pub(super) tag_name: Option<String>,
    /// Of a document type.
    pub(super) name: Option<String>,
    pub(super) text_content: Option<String>,
    #[serde(deserialize_with = "attributes")]
    pub(super) attributes: Vec<(String, Json)>,
    pub(super) child_nodes: Vec<Node>,
    #[serde(rename = "isSVG")]
    pub(super) is_svg: bool,
    /// Whether it is below the shadow root of its parent.
    pub(super) is_shadow: bool,
}

/// Kinds of nodes.
pub(super) mod node {
    pub(in super::super) const DOCUMENT: u64 = 0;
    pub(in super::super) const DOCUMENT_TYPE: u64 = 1;
    pub(in super::super) const ELEMENT: u64 = 2;
    pub(in super::super) const TEXT: u64 = 3;
    pub(in super::super) const CDATA: u64 = 4;
    pub(in super::super) const COMMENT: u64 = 5;
}

/// Attributes in the order in which they stand.
fn attributes<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Json)>, D::Error> {
    struct InOrder;
    impl<'de> serde::de::Visitor<'de> for InOrder {
        type Value = Vec<(String, Json)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("attributes")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut attributes = Vec::new();
            while let Some(attribute) = map.next_entry()? {
                attributes.push(attribute);
            }
            Ok(attributes)
        }
    }
    deserializer.deserialize_map(InOrder)
}

#[derive(Deserialize)]
pub(super) struct Incremental {
    pub(super) source: u64,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) positions: Option<Vec<Place>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) time_offset: Option<f64>,
}

#[derive(Deserialize)]
pub(super) struct Interaction {
    #[serde(rename = "type")]
    pub(super) kind: u64,
    #[serde(default)]
    pub(super) id: i64,
    pub(super) x: Option<f64>,
    pub(super) y: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Input {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) is_checked: bool,
}

/// Changes of a document.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Mutation {
    pub(super) texts: Vec<TextChange>,
    pub(super) attributes: Vec<AttributeChange>,
    pub(super) removes: Vec<Removed>,
    pub(super) adds: Vec<Added>,
}

#[derive(Deserialize)]
pub(super) struct TextChange {
    pub(super) id: i64,
    pub(super) value: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct AttributeChange {
    pub(super) id: i64,
    #[serde(deserialize_with = "attributes")]
    pub(super) attributes: Vec<(String, Json)>,
}

#[derive(Deserialize)]
pub(super) struct Removed {
    pub(super) id: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Added {
    pub(super) parent_id: i64,
    pub(super) next_id: Option<i64>,
    pub(super) node: Node,
}

#[derive(Deserialize)]
pub(super) struct Custom<'t> {
    pub(super) tag: String,
    #[serde(borrow)]
    pub(super) payload: Option<&'t RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Plugin<'t> {
    pub(super) plugin: String,
    #[serde(borrow)]
    pub(super) payload: Option<&'t RawValue>,
}
