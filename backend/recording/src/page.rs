//! What the page was: its documents, where elements stood and how they looked, style sheets, listeners, dispatched
//! events, annotations. Nodes are named by the object ids of the log, so a variable that holds a node leads to it.

use serde::{Deserialize, Serialize};

use crate::{ids::ObjectId, value::Text};

/// A change of the documents, taken at the end of the task that made it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DomChange {
    /// A new document took the place of everything: all its nodes, in document order, the document node first.
    Document {
        /// `document.URL`
        url: Text,
        /// Its nodes.
        nodes: Vec<DomNode>,
    },
    /// Changes of the documents known so far, in the order they were made.
    Changes(Vec<DomOp>),
}

/// A node as it was when it came into a document. Nodes follow the node they belong to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DomNode {
    /// The node.
    pub id: ObjectId,
    /// The node it belongs to; None for the first of a list.
    pub parent: Option<ObjectId>,
    /// How it belongs to it. Children come in their order.
    #[serde(default, skip_serializing_if = "Relation::is_child")]
    pub relation: Relation,
    /// `nodeType`
    pub node_type: u8,
    /// `nodeName`
    pub name: Text,
    /// `nodeValue`, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
    /// Attributes of an element, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(Text, Text)>,
    /// `namespaceURI` of an element that is not HTML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Text>,
}

/// How a node belongs to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Relation {
    /// It is one of its children.
    #[default]
    Child,
    /// It is its shadow root.
    ShadowRoot,
    /// It is the document that the frame element shows.
    ContentDocument,
}

impl Relation {
    fn is_child(&self) -> bool {
        *self == Self::Child
    }
}

/// One change of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DomOp {
    /// Nodes came: one with all below it, the first of `nodes`.
    Insert {
        /// The node they came into.
        parent: ObjectId,
        /// How the first belongs to it; the next two say where among children.
        #[serde(default, skip_serializing_if = "Relation::is_child")]
        relation: Relation,
        /// The child before which they came; None: as the last.
        before: Option<ObjectId>,
        /// The nodes, in document order.
        nodes: Vec<DomNode>,
    },
    /// A node went, with all below it.
    Remove {
        /// The node.
        node: ObjectId,
    },
    /// An attribute was set or, with None, removed.
    Attribute {
        /// The element.
        node: ObjectId,
        /// Its name.
        name: Text,
        /// Its value.
        value: Option<Text>,
    },
    /// The text of a text, comment or processing-instruction node changed.
    Value {
        /// The node.
        node: ObjectId,
        /// The text now.
        value: Text,
    },
    /// `document.URL` changed.
    Url {
        /// The document.
        node: ObjectId,
        /// Its URL now.
        url: Text,
    },
}

/// Where elements stood and how they looked when the page was painted. CSS pixels from the upper left of the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// Whether this says all; else what is not mentioned is as in the layout before.
    pub is_full: bool,
    /// Width and height of the window.
    pub viewport: (f64, f64),
    /// How far the document is scrolled.
    pub scroll: (f64, f64),
    /// Elements that are laid out and were not so before, or otherwise.
    pub elements: Vec<ElementLayout>,
    /// Elements that are laid out no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<ObjectId>,
    /// All elements that are laid out, in the order they are painted, the topmost first; None: as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<ObjectId>>,
    /// Computed styles that elements of this layout refer to, in addition to those of the layouts before since the last
    /// full one; numbered on from them (from 0 in a full one).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub styles: Vec<ComputedStyle>,
}

/// Where one element stood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ElementLayout {
    /// The element.
    pub id: ObjectId,
    /// `getBoundingClientRect()`: left, top, right, bottom.
    pub rect: [f64; 4],
    /// `getClientRects()`, if there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rects: Vec<[f64; 4]>,
    /// Widths of margin, border and padding: top, right, bottom, left each.
    pub edges: [[f64; 4]; 3],
    /// Left, top, right, bottom beyond which ancestors hide it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip: Option<[Option<f64>; 4]>,
    /// Its computed style, by number.
    pub style: u32,
    /// Styles of pseudo elements that are there: `::before`, `::after`, `::marker`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pseudo: Vec<(Text, u32)>,
}

/// A computed style.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComputedStyle {
    /// The style it is like, by number; smaller than its own.
    pub base: Option<u32>,
    /// Properties, as name and value, that are otherwise than there.
    pub properties: Vec<(Text, Text)>,
}

/// The style sheets that apply, in cascade order: those of documents and shadow roots, adopted ones after linked ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StyleSheets {
    /// The sheets that are new or changed since the row before. Sheets keep their numbers.
    pub sheets: Vec<StyleSheet>,
    /// All sheets that apply, in order, by number.
    pub order: Vec<u32>,
}

/// A style sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StyleSheet {
    /// Its number, unique in the recording.
    pub id: u32,
    /// The `style` or `link` element, the document or shadow root that adopted it.
    pub owner: Option<ObjectId>,
    /// The document or shadow root whose nodes it styles.
    pub root: Option<ObjectId>,
    /// Its URL, if it was loaded.
    pub href: Option<Text>,
    /// Whether it is switched off.
    pub is_disabled: bool,
    /// Its rules; None if the browser did not let us see them (another origin).
    pub rules: Option<Vec<StyleRule>>,
}

/// A rule that declares properties. Rules within groups (`@media`, `@supports`, `@layer`, `@import`, nesting) stand in
/// one list, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StyleRule {
    /// Its selectors, nested ones written out.
    pub selector: Text,
    /// The rule as text.
    pub text: Text,
    /// What it declares: name, value, whether important.
    pub declarations: Vec<(Text, Text, bool)>,
    /// Whether all conditions around it held.
    pub applies: bool,
    /// Number of the cascade layer: rules in smaller ones are weaker; None: in no layer, strongest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<u32>,
    /// Where it begins in the sheet's text: line from 1, column from 0; None if it cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<(u32, u32)>,
}

/// A listener was added or removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListenerChange {
    /// The node, window or other target.
    pub target: ObjectId,
    /// The type, such as `click`.
    pub event_type: Text,
    /// The function, or object with `handleEvent`.
    pub handler: ObjectId,
    /// Whether it runs on the way down.
    pub capture: bool,
    /// Added, or removed.
    pub is_added: bool,
}

/// An event began to be dispatched, a timer ran out, a frame was asked for: what runs from here, with no frame below it and
/// until the next dispatch or task, are its handlers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dispatch {
    /// The protocol's name for the type, such as `event.mouse.click`.
    pub event_type: Text,
}

/// Something the page's code noted for a tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Annotation {
    /// What kind of note.
    pub kind: Text,
    /// The note.
    pub contents: Text,
}
