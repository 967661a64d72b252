//! What is told of documents: at any point, whatever was changed by then.

use recording::{
    event::Event,
    ids::ObjectId,
    page::{DomChange, DomNode, DomOp, ListenerChange, Relation},
    script::BindingKind,
    value::{ObjectKind, Value},
};
use wire::{
    dom::{
        GetAllBoundingClientRects, GetBoundingClientRect, GetBoxModel, GetDocument, GetEventListeners,
        GetParentNodes, Node, PerformSearch, QuerySelector,
    },
    pause::{GetAllFrames, GetObjectPreview, GetScope, Object, ObjectPreviewLevel},
    point::ExecutionPoint,
};

use crate::{
    page::{element, id, layout, node, text, todo_document},
    support::{Client, Code, Log, object_value, of_kind},
};

fn changes(ops: Vec<DomOp>) -> Event {
    Event::Dom(DomChange::Changes(ops))
}

/// A node as a fresh pause has it.
fn object(client: &mut Client, point: &ExecutionPoint, object: u32) -> Object {
    let pause = &client.pause(point);
    let data = client
        .ask_in(
            pause,
            GetObjectPreview {
                object: id(object),
                level: Some(ObjectPreviewLevel::Full),
            },
        )
        .data;
    let found = data
        .objects
        .into_iter()
        .find(|found| found.object_id == id(object));
    found.unwrap_or_else(|| panic!("nothing of {object}"))
}

fn node_of(client: &mut Client, point: &ExecutionPoint, node: u32) -> Node {
    object(client, point, node).preview.unwrap().node.unwrap()
}

/// A document as text: tag names, `#shadow` and `#frame`, texts.
fn outline(client: &mut Client, point: &ExecutionPoint) -> String {
    fn add(client: &mut Client, point: &ExecutionPoint, id: &wire::ids::ObjectId, text: &mut String) {
        let node = node_of(client, point, id.as_str().parse().unwrap());
        match node.node_type {
            3 => text.push_str(&format!("'{}'", node.node_value.unwrap())),
            _ => text.push_str(&node.node_name.to_lowercase()),
        }
        let children = node.child_nodes.unwrap();
        if !children.is_empty() {
            text.push('(');
            for (idx, child) in children.iter().enumerate() {
                text.push_str(if idx > 0 { " " } else { "" });
                add(client, point, child, text);
            }
            text.push(')');
        }
    }
    let pause = client.pause(point);
    let document = client.ask_in(&pause, GetDocument {}).document;
    let mut text = String::new();
    add(client, point, &document, &mut text);
    text
}

#[test]
fn documents_are_as_they_were_at_the_point() {
    let mut log = Log::new([]);
    let nothing = log.mark(Event::Navigation(recording::event::Navigation {
        url: "https://site.test/".into(),
        kind: "load".into(),
    }));
    let loaded = log.mark(todo_document());
    let grown = log.mark(changes(vec![
        DomOp::Insert {
            parent: ObjectId(6),
            relation: Relation::Child,
            before: Some(ObjectId(9)),
            nodes: vec![element(20, None, "LI", &[]), text(21, 20, "between")],
        },
        DomOp::Attribute {
            node: ObjectId(6),
            name: "class".into(),
            value: None,
        },
    ]));
    let shrunk = log.mark(changes(vec![
        DomOp::Remove { node: ObjectId(7) },
        DomOp::Value {
            node: ObjectId(10),
            value: "2".into(),
        },
    ]));
    log.check(|client| {
        // Backwards, so that nothing can be left over from an earlier point.
        assert_eq!(
            outline(client, &shrunk),
            "#document(html html(head body(ul(li('between') li('2')))))"
        );
        assert_eq!(
            outline(client, &grown),
            "#document(html html(head body(ul(li('one') li('between') li('two')))))"
        );
        assert_eq!(
            outline(client, &loaded),
            "#document(html html(head body(ul(li('one') li('two')))))"
        );
        let list = node_of(client, &loaded, 6);
        let attributes: Vec<_> = list
            .attributes
            .iter()
            .map(|attr| format!("{}={}", attr.name, attr.value))
            .collect();
        assert_eq!(attributes, ["id=tasks", "class=list big"]);
        assert_eq!(
            node_of(client, &loaded, 1).document_url.as_deref(),
            Some("https://site.test/")
        );
        assert_eq!(node_of(client, &grown, 6).attributes.len(), 1);

        // What is out of the document keeps what it had.
        let gone = node_of(client, &shrunk, 7);
        assert!(!gone.is_connected);
        assert_eq!((gone.parent_node, gone.child_nodes), (None, Some(vec![id(8)])));
        assert!(node_of(client, &shrunk, 9).is_connected);

        let pause = client.pause(&nothing);
        let (code, message) = client.error_in(&pause, GetDocument {});
        assert_eq!(
            (code, message.contains("no document yet")),
            (45, true),
            "{message}"
        );
    });
}

#[test]
fn recordings_without_documents_say_so() {
    let mut log = Log::new([]);
    let point = log.mark(Event::Navigation(recording::event::Navigation {
        url: "https://site.test/".into(),
        kind: "load".into(),
    }));
    let mut client = log.open(65_536);
    let pause = client.pause(&point);
    let (code, message) = client.error_in(&pause, GetDocument {});
    assert_eq!(
        (code, message.as_str()),
        (45, "this recording says nothing of documents")
    );
}

#[test]
fn shadow_roots_and_frames_are_children() {
    let mut log = Log::new([]);
    log.mark(todo_document());
    let grown = log.mark(changes(vec![
        DomOp::Insert {
            parent: ObjectId(5),
            relation: Relation::Child,
            before: None,
            nodes: vec![
                element(30, None, "X-BOX", &[]),
                DomNode {
                    relation: Relation::ShadowRoot,
                    ..node(31, Some(30), 11, "#document-fragment")
                },
                element(32, Some(31), "P", &[]),
                text(33, 30, "light"),
            ],
        },
        DomOp::Insert {
            parent: ObjectId(5),
            relation: Relation::Child,
            before: None,
            nodes: vec![element(40, None, "IFRAME", &[])],
        },
        DomOp::Insert {
            parent: ObjectId(40),
            relation: Relation::ContentDocument,
            before: None,
            nodes: vec![node(41, None, 9, "#document"), element(42, Some(41), "HTML", &[])],
        },
        DomOp::Url {
            node: ObjectId(41),
            url: "about:srcdoc".into(),
        },
    ]));
    log.check(|client| {
        let text = outline(client, &grown);
        assert!(
            text.ends_with("x-box(#document-fragment(p) 'light') iframe(#document(html)))))"),
            "{text}"
        );
        assert_eq!(object(client, &grown, 31).class_name, "ShadowRoot");
        assert_eq!(object(client, &grown, 40).class_name, "HTMLIFrameElement");
        assert_eq!(node_of(client, &grown, 31).parent_node, Some(id(30)));
        let frame_document = node_of(client, &grown, 41);
        assert_eq!(frame_document.parent_node, Some(id(40)));
        assert_eq!(frame_document.document_url.as_deref(), Some("about:srcdoc"));
        assert!(frame_document.is_connected);

        let fresh = client.pause(&grown);
        let data = client.ask_in(&fresh, GetParentNodes { node: id(42) }).data;
        let mut ids: Vec<_> = data
            .objects
            .iter()
            .map(|object| object.object_id.to_string())
            .collect();
        ids.sort();
        assert_eq!(ids, ["1", "3", "40", "41", "42", "5"]);
    });
}

#[test]
fn selectors_find_the_first_below() {
    let mut log = Log::new([]);
    let point = log.mark(todo_document());
    log.check(|client| {
        let pause = client.pause(&point);
        let mut first = |node: u32, selector: &str| {
            let selector = selector.to_owned();
            client
                .ask_in(
                    &pause,
                    QuerySelector {
                        node: id(node),
                        selector,
                    },
                )
                .result
                .map(|found| found.to_string())
        };
        assert_eq!(first(1, "li").as_deref(), Some("7"));
        assert_eq!(first(1, "#tasks > LI:nth-child(2)").as_deref(), Some("9"));
        assert_eq!(first(1, "ul.big:has(> li)").as_deref(), Some("6"));
        assert_eq!(first(1, "[data-id='2' i]:not(.done), b").as_deref(), Some("9"));
        assert_eq!(first(6, ":scope > li:last-of-type").as_deref(), Some("9"));
        assert_eq!(first(6, "ul"), None, "the node itself is not below itself");
        assert_eq!(first(1, "li:hover"), None, "where the mouse was is not recorded");
        assert_eq!(first(1, ":root").as_deref(), Some("3"));
        let deep = format!("{}a{}", ":not(".repeat(500), ")".repeat(500));
        for wrong in ["", "li:", "a[", ":unheard-of", "li >", &deep] {
            let selector = wrong.to_owned();
            let node = id(1);
            let (code, message) = client.error_in(&pause, QuerySelector { node, selector });
            assert!(
                code == 33 && message.starts_with("not a selector"),
                "{wrong}: {message}"
            );
        }
        let node = id(999);
        let (_, message) = client.error_in(
            &pause,
            QuerySelector {
                node,
                selector: "a".to_owned(),
            },
        );
        assert_eq!(message, "no such node in this pause: 999");
    });
}

#[test]
fn searches_look_for_text_selectors_and_paths() {
    let mut log = Log::new([]);
    let point = log.mark(todo_document());
    log.check(|client| {
        let pause = client.pause(&point);
        let mut search = |query: &str| {
            let query = query.to_owned();
            let found = client.ask_in(&pause, PerformSearch { query }).nodes;
            found
                .iter()
                .map(|id| id.to_string())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(search("TWO"), "10", "text, whatever its case");
        assert_eq!(search("big"), "6", "an attribute");
        assert_eq!(search("<li"), "7 9");
        assert_eq!(search("<i"), "", "no tag begins so");
        assert_eq!(search("\"1\""), "7", "a whole attribute value");
        assert_eq!(search("ul > li:first-child"), "7", "a selector");
        assert_eq!(search("//ul/li[2]"), "9", "a path");
        assert_eq!(search("//li[contains(., 'tw')]/.."), "6");
        assert_eq!(search("//li[@data-id = '1']/following-sibling::li/text()"), "10");
        assert_eq!(search("//*[count(li) = 2] | //head"), "4 6");
        assert_eq!(search("//li[last()][position() = 1 and not(@class)]"), "9");
        assert_eq!(search("id('tasks')/li[1]"), "7");
        assert_eq!(search("//li[string-length(normalize-space(.)) * 2 > 5]"), "7 9");
        assert_eq!(search("(//li)[2]/ancestor::body"), "5");
        assert_eq!(search("//ul/@class/.."), "6");
        assert_eq!(search("//li["), "");
        assert_eq!(search("   "), "");
    });
}

#[test]
fn variables_lead_to_nodes() {
    let mut code = Code::classic(1, "var list = 1;\nlist;\n");
    let list = code.binding("list", BindingKind::Var, code.root(), "list");
    let last = code.site("list;\n", code.root());
    let top = code.top();
    let mut log = Log::new([code]);
    log.mark(todo_document());
    log.enter(top, recording::ids::InstanceId::STATIC, &[]);
    let kind = |name: &str| ObjectKind::Node {
        node_type: 1,
        node_name: name.into(),
        node_value: None,
        attributes: Vec::new(),
    };
    log.object(
        50,
        of_kind("HTMLDivElement", kind("DIV"), &[("mine", Value::Boolean(true))]),
    );
    log.object(6, of_kind("HTMLUListElement", kind("UL"), &[]));
    log.write(recording::ids::InstanceId::STATIC, list, object_value(6));
    let at = log.step(last);
    log.check(|client| {
        let pause = client.pause(&at);
        let chain = client.ask_in(&pause, GetAllFrames {}).data.frames[0]
            .scope_chain
            .clone();
        let scope = chain.last().unwrap().clone();
        let data = client.ask_in(&pause, GetScope { scope }).data;
        let value = &data.scopes[0].bindings.as_ref().unwrap()[0].value;
        assert_eq!(value.as_object(), Some(&id(6)));
        let found = data
            .objects
            .iter()
            .find(|object| object.object_id == id(6))
            .unwrap();
        assert_eq!(found.class_name, "HTMLUListElement");
        let list = found.preview.clone().unwrap().node.unwrap();
        assert_eq!(list.child_nodes, Some(vec![id(7), id(9)]));
        assert_eq!(list.parent_node, Some(id(5)));
        assert!(list.is_connected);
    });
}

#[test]
fn listeners_are_those_that_are_alive() {
    let listener = |target, event_type: &str, handler, is_added| {
        Event::Listener(ListenerChange {
            target: ObjectId(target),
            event_type: event_type.into(),
            handler: ObjectId(handler),
            capture: false,
            is_added,
        })
    };
    let mut log = Log::new([]);
    log.mark(todo_document());
    log.object(62, of_kind("Window", ObjectKind::Window, &[]));
    log.mark(listener(62, "resize", 60, true));
    log.mark(listener(6, "click", 60, true));
    log.mark(listener(6, "keydown", 61, true));
    let twice = log.mark(listener(6, "click", 60, true));
    log.mark(listener(5, "click", 60, true));
    let removed = log.mark(listener(6, "click", 60, false));
    log.check(|client| {
        let mut types = |point: &ExecutionPoint| {
            let pause = client.pause(point);
            let answer = client.ask_in(&pause, GetEventListeners { node: id(6) });
            assert!(
                answer.listeners.iter().all(|listener| answer
                    .data
                    .objects
                    .iter()
                    .any(|object| object.object_id == listener.handler)),
                "the functions come along"
            );
            let types = answer
                .listeners
                .iter()
                .map(|listener| listener.event_type.as_str());
            types.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(types(&twice), "click keydown");
        assert_eq!(types(&removed), "keydown");
        let pause = client.pause(&removed);
        // The global object stands for the window.
        let window = client.ask_in(
            &pause,
            GetEventListeners {
                node: "global".into(),
            },
        );
        assert_eq!(window.listeners[0].event_type, "resize");
        let (_, message) = client.error_in(&pause, GetEventListeners { node: id(999) });
        assert_eq!(message, "no such object in this pause: 999");
    });
}

#[test]
fn boxes_are_those_of_the_last_paint() {
    let mut log = Log::new([]);
    let loaded = log.mark(todo_document());
    log.mark(Event::Layout(layout::first()));
    let painted = log.mark(Event::Layout(layout::moved()));
    let removed = log.mark(changes(vec![DomOp::Remove { node: ObjectId(7) }]));
    log.check(|client| {
        let pause = client.pause(&painted);
        let model = client.ask_in(&pause, GetBoxModel { node: id(6) }).model;
        assert_eq!(model.border, [10.0, 20.0, 110.0, 20.0, 110.0, 70.0, 10.0, 70.0]);
        assert_eq!(model.margin, [6.0, 19.0, 112.0, 19.0, 112.0, 73.0, 6.0, 73.0]);
        assert_eq!(model.padding, [11.0, 21.0, 109.0, 21.0, 109.0, 69.0, 11.0, 69.0]);
        assert_eq!(model.content, [13.0, 23.0, 107.0, 23.0, 107.0, 67.0, 13.0, 67.0]);
        let all = client.ask_in(&pause, GetAllBoundingClientRects {}).elements;
        let in_order: Vec<_> = all.iter().map(|bounds| bounds.node.to_string()).collect();
        assert_eq!(in_order, ["9", "7", "6", "5"], "the topmost first");
        assert_eq!(
            all[0].visibility.as_deref(),
            Some("hidden"),
            "as the style it is based on"
        );
        assert_eq!(all[0].pointer_events.as_deref(), Some("none"));
        assert_eq!(all[1].clip_bounds.unwrap().bottom, Some(70.0));
        assert_eq!(all[2].visibility, None);
        let rect = client.ask_in(&pause, GetBoundingClientRect { node: id(7) }).rect;
        assert_eq!((rect.top, rect.bottom), (30.0, 40.0), "it had moved");
        let rect = client.ask_in(&pause, GetBoundingClientRect { node: id(4) }).rect;
        assert_eq!((rect.left, rect.bottom), (0.0, 0.0), "head is not laid out");
        let (_, message) = client.error_in(&pause, GetBoxModel { node: id(4) });
        assert!(message.starts_with("HEAD is not laid out"), "{message}");
        let (_, message) = client.error_in(&pause, GetBoundingClientRect { node: id(8) });
        assert_eq!(message, "#text is not an element");

        let before = node_of(client, &painted, 9).child_nodes.unwrap();
        assert_eq!(before[0].as_str(), "before-9");
        let fresh = client.pause(&painted);
        let data = client.ask_in(
            &fresh,
            GetObjectPreview {
                object: before[0].clone(),
                level: None,
            },
        );
        let pseudo = data
            .data
            .objects
            .last()
            .unwrap()
            .preview
            .clone()
            .unwrap()
            .node
            .unwrap();
        assert_eq!(pseudo.pseudo_type, Some(wire::dom::PseudoType::Before));
        assert_eq!(pseudo.parent_node, Some(id(9)));

        let pause = client.pause(&removed);
        let all = client.ask_in(&pause, GetAllBoundingClientRects {}).elements;
        assert_eq!(all.len(), 3, "what is gone since the paint is not told");

        let pause = client.pause(&loaded);
        let (code, _) = client.error_in(&pause, GetAllBoundingClientRects {});
        assert_eq!(code, 65, "nothing was painted yet");
    });
}

/// Whatever a log says, the answers are those of some forest, and come.
#[test]
fn impossible_changes_are_harmless() {
    let insert = |parent: u32, before: Option<u32>, nodes: Vec<DomNode>| DomOp::Insert {
        parent: ObjectId(parent),
        relation: Relation::Child,
        before: before.map(ObjectId),
        nodes,
    };
    let mut log = Log::new([]);
    log.mark(todo_document());
    let mut ops = vec![
        insert(777, None, vec![element(70, None, "A", &[])]),
        insert(
            6,
            Some(777),
            vec![element(71, None, "B", &[]), element(71, Some(71), "B", &[])],
        ),
        // A node below itself, by way of another.
        insert(7, None, vec![element(6, None, "UL", &[])]),
        insert(6, None, vec![element(7, None, "LI", &[])]),
        insert(5, Some(5), vec![element(5, Some(5), "BODY", &[])]),
        DomOp::Remove { node: ObjectId(888) },
        DomOp::Remove { node: ObjectId(3) },
        DomOp::Remove { node: ObjectId(3) },
        insert(1, None, vec![element(1, Some(1), "HTML", &[])]),
        insert(1, None, vec![element(u32::MAX, None, "HTML", &[])]),
    ];
    for number in 100..5_000 {
        ops.push(insert(number - 1, None, vec![element(number, None, "DIV", &[])]));
    }
    ops.push(insert(100, None, vec![element(4_999, None, "DIV", &[])]));
    ops.push(insert(4_999, None, vec![element(100, None, "DIV", &[])]));
    let end = log.mark(changes(ops));
    let mut client = log.open(65_536);
    let pause = client.pause(&end);
    client.ask_in(&pause, GetDocument {});
    for node in [1, 3, 5, 6, 7, 70, 71, 100, 4_998, u32::MAX] {
        client.ask_in(&pause, GetParentNodes { node: id(node) });
    }
    for query in ["div", "//div/div", "div div div", ":has(div)"] {
        let query = query.to_owned();
        client.ask_in(&pause, PerformSearch { query });
    }
}

/// Points far apart cost little even in a large document that changes all the time.
#[test]
fn large_documents_are_answered_at_any_point() {
    const ROWS: u32 = 40_000;
    let mut nodes = vec![
        node(1, None, 9, "#document"),
        element(2, Some(1), "HTML", &[]),
        element(3, Some(2), "BODY", &[]),
    ];
    for row in 0..ROWS {
        nodes.push(element(100 + row * 2, Some(3), "P", &[]));
        nodes.push(text(101 + row * 2, 100 + row * 2, "text"));
    }
    let mut log = Log::new([]);
    log.mark(Event::Dom(DomChange::Document {
        url: "https://site.test/".into(),
        nodes,
    }));
    let mut points = Vec::new();
    for change in 0..30_000_u32 {
        let row = change.wrapping_mul(2_654_435_761) % ROWS;
        let op = DomOp::Value {
            node: ObjectId(101 + row * 2),
            value: change.to_string().into(),
        };
        points.push((log.mark(changes(vec![op])), row, change));
    }
    let mut client = log.open(65_536);
    for idx in [29_999, 0, 15_000, 14_999, 29_998, 5] {
        let (point, row, change) = &points[idx];
        let text = node_of(&mut client, point, 101 + row * 2);
        assert_eq!(text.node_value, Some(change.to_string()));
    }
}
