//! A small page, written by hand, that the tests of documents and styles share.

use recording::{
    event::Event,
    ids::ObjectId,
    page::{DomChange, DomNode, Relation},
};

/// The wire id of an object.
pub(crate) fn id(object: u32) -> wire::ids::ObjectId {
    wire::ids::ObjectId::from(object.to_string())
}

pub(crate) fn node(id: u32, parent: Option<u32>, node_type: u8, name: &str) -> DomNode {
    DomNode {
        id: ObjectId(id),
        parent: parent.map(ObjectId),
        relation: Relation::Child,
        node_type,
        name: name.into(),
        value: None,
        attributes: Vec::new(),
        namespace: None,
    }
}

pub(crate) fn element(id: u32, parent: Option<u32>, name: &str, attributes: &[(&str, &str)]) -> DomNode {
    DomNode {
        attributes: attributes
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
        ..node(id, parent, 1, name)
    }
}

pub(crate) fn text(id: u32, parent: u32, value: &str) -> DomNode {
    DomNode {
        value: Some(value.into()),
        ..node(id, Some(parent), 3, "#text")
    }
}

/// 1 document, 2 doctype, 3 html, 4 head, 5 body, 6 ul, in it 7 li with 8 text and 9 li with 10 text.
pub(crate) fn todo_document() -> Event {
    Event::Dom(DomChange::Document {
        url: "https://site.test/".into(),
        nodes: vec![
            node(1, None, 9, "#document"),
            node(2, Some(1), 10, "html"),
            element(3, Some(1), "HTML", &[]),
            element(4, Some(3), "HEAD", &[]),
            element(5, Some(3), "BODY", &[]),
            element(6, Some(5), "UL", &[("id", "tasks"), ("class", "list big")]),
            element(7, Some(6), "LI", &[("data-id", "1"), ("class", "done")]),
            text(8, 7, "one"),
            element(
                9,
                Some(6),
                "LI",
                &[
                    ("data-id", "2"),
                    ("style", "color: RED; --X: a(b;c) ! important; ; bad"),
                ],
            ),
            text(10, 9, "two"),
        ],
    })
}

/// Where its elements stood.
pub(crate) mod layout {
    use recording::{
        ids::ObjectId,
        page::{ComputedStyle, ElementLayout, Layout},
    };

    fn at(id: u32, rect: [f64; 4], style: u32) -> ElementLayout {
        ElementLayout {
            id: ObjectId(id),
            rect,
            rects: Vec::new(),
            edges: [[0.0; 4]; 3],
            clip: None,
            style,
            pseudo: Vec::new(),
        }
    }

    fn style(base: Option<u32>, properties: &[(&str, &str)]) -> ComputedStyle {
        ComputedStyle {
            base,
            properties: properties
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
        }
    }

    /// All of it.
    pub(crate) fn first() -> Layout {
        Layout {
            is_full: true,
            viewport: (800.0, 600.0),
            scroll: (0.0, 0.0),
            elements: vec![
                at(5, [0.0, 0.0, 800.0, 600.0], 0),
                ElementLayout {
                    edges: [[1.0, 2.0, 3.0, 4.0], [1.0; 4], [2.0; 4]],
                    ..at(6, [10.0, 20.0, 110.0, 70.0], 1)
                },
                at(7, [10.0, 20.0, 110.0, 30.0], 1),
                at(4, [0.0, 0.0, 1.0, 1.0], 0),
            ],
            gone: Vec::new(),
            order: Some([7, 6, 5].map(ObjectId).to_vec()),
            styles: vec![
                style(
                    None,
                    &[("display", "block"), ("visibility", "visible"), ("color", "red")],
                ),
                style(Some(0), &[("display", "list-item")]),
            ],
        }
    }

    /// What was otherwise at the next paint: 7 moved, 9 came, 4 went.
    pub(crate) fn moved() -> Layout {
        Layout {
            is_full: false,
            viewport: (800.0, 600.0),
            scroll: (0.0, 0.0),
            elements: vec![
                ElementLayout {
                    clip: Some([None, None, None, Some(70.0)]),
                    ..at(7, [10.0, 30.0, 110.0, 40.0], 1)
                },
                ElementLayout {
                    pseudo: vec![("::before".into(), 0)],
                    ..at(9, [10.0, 40.0, 110.0, 50.0], 3)
                },
            ],
            gone: vec![ObjectId(4)],
            order: Some([9, 7, 6, 5].map(ObjectId).to_vec()),
            styles: vec![
                style(Some(1), &[("visibility", "hidden")]),
                style(Some(2), &[("pointer-events", "none")]),
            ],
        }
    }
}
