//! Domain DOM: nodes, their boxes and listeners, and pictures of the page in a pause.
//!
//! Every command here carries `sessionId` and `pauseId`. All lengths are CSS pixels, from the upper left of the window.

use serde::{Deserialize, Serialize};

use crate::{
    graphics::{ScreenShot, ScreenShotDescription},
    ids::ObjectId,
    pause::PauseData,
};

/// Any number of quadrilaterals, eight numbers each: x and y of the four corners, clockwise from the upper left.
pub type Quads = Vec<f64>;

/// A rectangle; an array of four numbers on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 4]", into = "[f64; 4]")]
pub struct Rect {
    /// Least x.
    pub left: f64,
    /// Least y.
    pub top: f64,
    /// Greatest x.
    pub right: f64,
    /// Greatest y.
    pub bottom: f64,
}

impl From<[f64; 4]> for Rect {
    fn from([left, top, right, bottom]: [f64; 4]) -> Self {
        Self {
            left,
            top,
            right,
            bottom,
        }
    }
}

impl From<Rect> for [f64; 4] {
    fn from(
        Rect {
            left,
            top,
            right,
            bottom,
        }: Rect,
    ) -> Self {
        [left, top, right, bottom]
    }
}

message! {
    /// A listener of a node.
    pub struct EventListener {
        /// The node it is attached to.
        pub node: ObjectId,
        /// The function that is called.
        pub handler: ObjectId,
        /// Name of the event, such as `click`.
        #[serde(rename = "type")]
        pub event_type: String,
        /// Whether it runs on the way down, before those of descendants.
        pub capture: bool,
    }

    /// A DOM node, as part of its object's preview.
    pub struct Node {
        /// `nodeType`: 1 element, 3 text, 8 comment, 9 document, 10 doctype.
        pub node_type: u32,
        /// `nodeName`.
        pub node_name: String,
        /// `nodeValue`: the text of text and comment nodes.
        pub node_value: Option<String>,
        /// Whether it is in the document.
        pub is_connected: bool,
        /// Attributes of an element.
        pub attributes: Vec<Attr> = [],
        /// Which pseudo element it is; absent for ordinary nodes.
        pub pseudo_type: Option<PseudoType>,
        /// The style declaration of an element's `style` attribute.
        pub style: Option<ObjectId>,
        /// The parent; for the document of an `iframe`, that element. Absent at the root.
        pub parent_node: Option<ObjectId>,
        /// The children, in order; for an `iframe`, its document as well.
        pub child_nodes: Option<Vec<ObjectId>>,
        /// URL of a document node.
        #[serde(rename = "documentURL")]
        pub document_url: Option<String>,
    }

    /// An attribute of an element.
    pub struct Attr {
        /// Its name.
        pub name: String,
        /// Its value, empty if it has none.
        pub value: String,
    }

    /// The boxes of a node, each a list because inline content breaks over lines.
    pub struct BoxModel {
        /// The node.
        pub node: ObjectId,
        /// Content only.
        pub content: Quads,
        /// Content and padding.
        pub padding: Quads,
        /// Content, padding and border.
        pub border: Quads,
        /// Content, padding, border and margin.
        pub margin: Quads,
    }

    /// Edges beyond which an ancestor hides an element. An edge that hides nothing is absent.
    #[derive(Copy, Default)]
    pub struct ClipBounds {
        /// Nothing shows to the left of this x.
        pub left: Option<f64>,
        /// Nothing shows above this y.
        pub top: Option<f64>,
        /// Nothing shows to the right of this x.
        pub right: Option<f64>,
        /// Nothing shows below this y.
        pub bottom: Option<f64>,
    }

    /// Where an element is drawn.
    pub struct NodeBounds {
        /// The element.
        pub node: ObjectId,
        /// The smallest rectangle around all of it.
        pub rect: Rect,
        /// Its rectangles, if there are several; empty if `rect` is the only one.
        pub rects: Vec<Rect> = [],
        /// How ancestors clip it; absent if they do not.
        pub clip_bounds: Option<ClipBounds>,
        /// `hidden` for elements with that CSS property, absent otherwise.
        pub visibility: Option<String>,
        /// `none` for elements with that CSS property, absent otherwise.
        pub pointer_events: Option<String>,
    }
}

open_enum! {
    /// Which pseudo element a node is.
    pub enum PseudoType {
        /// `::before`
        Before = "before",
        /// `::after`
        After = "after",
        /// `::marker`
        Marker = "marker",
    }
}

commands! { Pause:
    read "DOM.getDocument" GetDocument => GetDocumentResult;
    read "DOM.getParentNodes" GetParentNodes => GetParentNodesResult;
    read "DOM.querySelector" QuerySelector => QuerySelectorResult;
    read "DOM.getEventListeners" GetEventListeners => GetEventListenersResult;
    read "DOM.getBoxModel" GetBoxModel => GetBoxModelResult;
    read "DOM.getBoundingClientRect" GetBoundingClientRect => GetBoundingClientRectResult;
    read "DOM.getAllBoundingClientRects" GetAllBoundingClientRects => GetAllBoundingClientRectsResult;
    read "DOM.performSearch" PerformSearch => PerformSearchResult;
    read "DOM.repaintGraphics" RepaintGraphics => RepaintGraphicsResult;
}

message! {
    /// Asks for the page's document node.
    pub struct GetDocument {}

    /// Answer to [`GetDocument`].
    pub struct GetDocumentResult {
        /// The document node.
        pub document: ObjectId,
        /// About it and nodes near it.
        pub data: PauseData,
    }

    /// Asks for a node and all its ancestors.
    pub struct GetParentNodes {
        /// The node.
        pub node: ObjectId,
    }

    /// Answer to [`GetParentNodes`].
    pub struct GetParentNodesResult {
        /// The node and its ancestors up to the document.
        pub data: PauseData,
    }

    /// Finds the first descendant that matches a selector.
    pub struct QuerySelector {
        /// Where to begin.
        pub node: ObjectId,
        /// CSS selector.
        pub selector: String,
    }

    /// Answer to [`QuerySelector`].
    pub struct QuerySelectorResult {
        /// The found node; absent if there is none.
        pub result: Option<ObjectId>,
        /// About it and its ancestors.
        pub data: PauseData,
    }

    /// Asks for the listeners of a node.
    pub struct GetEventListeners {
        /// The node.
        pub node: ObjectId,
    }

    /// Answer to [`GetEventListeners`].
    pub struct GetEventListenersResult {
        /// The listeners.
        pub listeners: Vec<EventListener>,
        /// About their functions.
        pub data: PauseData,
    }

    /// Asks for the boxes of a node.
    pub struct GetBoxModel {
        /// The node.
        pub node: ObjectId,
    }

    /// Answer to [`GetBoxModel`].
    pub struct GetBoxModelResult {
        /// The boxes.
        pub model: BoxModel,
    }

    /// Asks where a node is drawn.
    pub struct GetBoundingClientRect {
        /// The node.
        pub node: ObjectId,
    }

    /// Answer to [`GetBoundingClientRect`].
    pub struct GetBoundingClientRectResult {
        /// The smallest rectangle around the node.
        pub rect: Rect,
    }

    /// Asks where every element is drawn.
    pub struct GetAllBoundingClientRects {}

    /// Answer to [`GetAllBoundingClientRects`].
    pub struct GetAllBoundingClientRectsResult {
        /// Every element, the topmost first.
        pub elements: Vec<NodeBounds>,
    }

    /// Finds nodes whose name, attributes or text contain a string.
    pub struct PerformSearch {
        /// The string.
        pub query: String,
    }

    /// Answer to [`PerformSearch`].
    pub struct PerformSearchResult {
        /// The found nodes.
        pub nodes: Vec<ObjectId>,
        /// About them and their ancestors.
        pub data: PauseData,
    }

    /// Draws the page as it is in this pause, whether or not it was painted then.
    pub struct RepaintGraphics {}

    /// Answer to [`RepaintGraphics`].
    pub struct RepaintGraphicsResult {
        /// What the picture is.
        pub description: ScreenShotDescription,
        /// The picture; absent if one with the same hash was sent before in this session.
        pub screen_shot: Option<ScreenShot>,
    }
}
