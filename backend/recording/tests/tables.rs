//! What is written of documents, layouts, styles, listeners, dispatches, annotations and requests is read again.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{SMALL, head, open, text};
use recording::{
    event::{Event, Row},
    ids::ObjectId,
    network::{Body, NetworkEvent, RequestEvent},
    page::{
        Annotation, ComputedStyle, Dispatch, DomChange, DomNode, DomOp, ElementLayout, Layout,
        ListenerChange, Relation, StyleRule, StyleSheet, StyleSheets,
    },
    point::{Micros, Point},
    reader::Reader,
    script::Position,
    writer::Writer,
};

/// Writes events, each at a mark of its own; gives the reader and the points.
fn written(events: &[Event]) -> (Reader, Vec<Point>) {
    let mut file = Vec::new();
    let mut writer = Writer::create_with(&mut file, head(), SMALL).unwrap();
    writer.add_body("aa", b"the body").unwrap();
    // A second time it is not stored again.
    writer.add_body("aa", b"the body").unwrap();
    let points = events
        .iter()
        .enumerate()
        .map(|(idx, event)| writer.mark(Micros(idx as u64 * 10), event.clone()).unwrap())
        .collect();
    writer.finish(String::new(), Vec::new(), Vec::new()).unwrap();
    (open(&file), points)
}

/// Events of one table come back as they were, in their places.
fn check<E: Clone + PartialEq + std::fmt::Debug>(
    rows: Vec<E>,
    event: impl Fn(E) -> Event,
    read: impl Fn(&Reader) -> std::sync::Arc<Vec<Row<E>>>,
) {
    let events: Vec<Event> = rows.iter().cloned().map(event).collect();
    let (reader, points) = written(&events);
    let expected: Vec<_> = rows
        .into_iter()
        .zip(points)
        .enumerate()
        .map(|(idx, (event, point))| Row {
            point,
            time: Micros(idx as u64 * 10),
            event,
        })
        .collect();
    assert_eq!(*read(&reader), expected);
    assert_eq!(reader.warnings(), Vec::<String>::new());
}

fn node(id: u32, parent: Option<u32>) -> DomNode {
    DomNode {
        id: ObjectId(id),
        parent: parent.map(ObjectId),
        relation: Relation::Child,
        node_type: 1,
        name: text("DIV"),
        value: None,
        attributes: Vec::new(),
        namespace: None,
    }
}

#[test]
fn documents() {
    let shadow_root = DomNode {
        relation: Relation::ShadowRoot,
        node_type: 11,
        ..node(3, Some(2))
    };
    let with_all = DomNode {
        value: Some(text("value \u{0}\u{1f600}")),
        attributes: vec![(text("id"), text("a")), (text("class"), text(""))],
        namespace: Some(text("http://www.w3.org/2000/svg")),
        relation: Relation::ContentDocument,
        ..node(u32::MAX, Some(3))
    };
    let insert = DomOp::Insert {
        parent: ObjectId(1),
        relation: Relation::ShadowRoot,
        before: Some(ObjectId(2)),
        nodes: vec![node(9, None)],
    };
    let rows = vec![
        DomChange::Document {
            url: text("https://site.test/"),
            nodes: vec![node(1, None), node(2, Some(1)), shadow_root, with_all],
        },
        DomChange::Changes(vec![
            insert,
            DomOp::Insert {
                parent: ObjectId(1),
                relation: Relation::Child,
                before: None,
                nodes: Vec::new(),
            },
            DomOp::Remove { node: ObjectId(2) },
            DomOp::Attribute {
                node: ObjectId(2),
                name: text("a"),
                value: Some(text("b")),
            },
            DomOp::Attribute {
                node: ObjectId(2),
                name: text("a"),
                value: None,
            },
            DomOp::Value {
                node: ObjectId(3),
                value: text("now"),
            },
            DomOp::Url {
                node: ObjectId(1),
                url: text("https://site.test/#"),
            },
        ]),
        DomChange::Changes(Vec::new()),
    ];
    check(rows, Event::Dom, |reader| reader.dom().unwrap());
}

#[test]
fn layouts() {
    let element = ElementLayout {
        id: ObjectId(5),
        rect: [-1.5, 0.1, 1e9, 3.25],
        rects: vec![[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0]],
        edges: [[1.0, 2.0, 3.0, 4.0], [0.0; 4], [0.5; 4]],
        clip: Some([None, Some(1.0), None, Some(-2.0)]),
        style: 7,
        pseudo: vec![(text("::before"), 3)],
    };
    let rows = vec![
        Layout {
            is_full: true,
            viewport: (800.0, 600.0),
            scroll: (0.0, 12.5),
            elements: vec![element.clone()],
            gone: Vec::new(),
            order: Some(vec![ObjectId(5), ObjectId(4)]),
            styles: vec![ComputedStyle {
                base: Some(1),
                properties: vec![(text("color"), text("red"))],
            }],
        },
        Layout {
            is_full: false,
            viewport: (1.0, 1.0),
            scroll: (0.0, 0.0),
            elements: vec![ElementLayout {
                rects: Vec::new(),
                clip: None,
                pseudo: Vec::new(),
                ..element
            }],
            gone: vec![ObjectId(4)],
            order: None,
            styles: Vec::new(),
        },
    ];
    check(rows, Event::Layout, |reader| reader.layouts().unwrap());
}

#[test]
fn styles() {
    let rule = StyleRule {
        selector: text("a > b"),
        text: text("a > b { color: red }"),
        declarations: vec![(text("color"), text("red"), true)],
        applies: true,
        layer: Some(2),
        position: Some((1, 0)),
    };
    let sheet = StyleSheet {
        id: 1,
        owner: Some(ObjectId(3)),
        root: Some(ObjectId(1)),
        href: Some(text("https://site.test/a.css")),
        is_disabled: false,
        rules: Some(vec![
            rule.clone(),
            StyleRule {
                applies: false,
                layer: None,
                position: None,
                ..rule
            },
        ]),
    };
    let unseen = StyleSheet {
        id: 2,
        owner: None,
        root: None,
        href: None,
        is_disabled: true,
        rules: None,
    };
    let rows = vec![
        StyleSheets {
            sheets: vec![sheet, unseen],
            order: vec![2, 1],
        },
        StyleSheets {
            sheets: Vec::new(),
            order: Vec::new(),
        },
    ];
    check(rows, Event::Styles, |reader| reader.styles().unwrap());
}

#[test]
fn listeners_dispatches_and_annotations() {
    let listener = |is_added: bool| ListenerChange {
        target: ObjectId(1),
        event_type: text("click"),
        handler: ObjectId(2),
        capture: !is_added,
        is_added,
    };
    check(vec![listener(true), listener(false)], Event::Listener, |reader| {
        reader.listeners().unwrap()
    });
    let dispatch = Dispatch {
        event_type: text("event.mouse.click"),
    };
    check(vec![dispatch.clone(), dispatch], Event::Dispatch, |reader| {
        reader.dispatches().unwrap()
    });
    let annotation = Annotation {
        kind: text("note"),
        contents: text("{\"a\":1}"),
    };
    check(vec![annotation], Event::Annotation, |reader| {
        reader.annotations().unwrap()
    });
}

#[test]
fn requests() {
    let body = |is_cut| Body {
        hash: text("aa"),
        len: 8,
        is_cut,
    };
    let what = vec![
        RequestEvent::Sent {
            url: text("https://site.test/"),
            method: text("GET"),
            headers: vec![(text("A"), text("b"))],
            cause: text("fetch"),
            initiator: Some((
                text("https://site.test/1.js"),
                Some(Position { line: 1, column: 2 }),
            )),
            trigger: Some(Point(1 << 40)),
            redirected_from: Some(3),
        },
        RequestEvent::RawHeaders(text("GET / HTTP/1.1\r\n")),
        RequestEvent::Destination(text("::1"), 443),
        RequestEvent::RequestBody(body(true)),
        RequestEvent::Response {
            status: 204,
            status_text: text(""),
            protocol: text("h2"),
            headers: Vec::new(),
            from_cache: true,
        },
        RequestEvent::ResponseRawHeaders(text("HTTP/1.1 204\r\n")),
        RequestEvent::ResponseBody(body(false)),
        RequestEvent::Done {
            encoded_size: 1 << 40,
            decoded_size: u64::from(u32::MAX),
        },
        RequestEvent::Failed(text("aborted")),
        RequestEvent::Frame {
            is_sent: true,
            is_text: false,
            body: body(false),
        },
    ];
    let rows: Vec<_> = what
        .into_iter()
        .map(|what| NetworkEvent {
            request: u32::MAX,
            what,
        })
        .collect();
    check(rows.clone(), Event::Network, |reader| reader.network().unwrap());
    let (reader, _) = written(&[Event::Network(rows.into_iter().next().unwrap())]);
    assert_eq!(reader.body("aa").unwrap(), b"the body");
    assert!(reader.body("bb").is_err());
}

/// Files written before a member was added, and by others who leave out what is usual, are read.
#[test]
fn members_left_out_are_as_usual() {
    let node: DomNode =
        serde_json::from_str(r##"{"id":1,"parent":null,"node_type":9,"name":"#document"}"##).unwrap();
    assert_eq!(
        (node.relation, node.value, node.attributes.len()),
        (Relation::Child, None, 0)
    );
    let op: DomOp =
        serde_json::from_str(r#"{"Insert":{"parent":1,"before":null,"nodes":[],"later":true}}"#).unwrap();
    assert!(matches!(
        op,
        DomOp::Insert {
            relation: Relation::Child,
            ..
        }
    ));
    let element: ElementLayout = serde_json::from_str(
        r#"{"id":1,"rect":[0,0,1,1],"edges":[[0,0,0,0],[0,0,0,0],[0,0,0,0]],"style":0}"#,
    )
    .unwrap();
    assert_eq!(
        (element.rects.len(), element.clip, element.pseudo.len()),
        (0, None, 0)
    );
}
