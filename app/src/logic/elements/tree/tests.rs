//! Which rows a document has, and what is read for them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::{Value, json};

use super::*;

/// A document of objects by id; what is asked for is noted.
fn check(objects: &[(&str, Value)], state: &State) -> (Rows, Vec<String>) {
    let objects: HashMap<String, Rc<Object>> = objects
        .iter()
        .map(|(id, node)| {
            let object = json!({ "objectId": id, "className": "Node", "preview": { "node": node } });
            ((*id).to_owned(), Rc::new(serde_json::from_value(object).unwrap()))
        })
        .collect();
    let asked = std::cell::RefCell::new(Vec::new());
    let read = |id: &ObjectId, _| {
        asked.borrow_mut().push(id.as_str().to_owned());
        objects
            .get(id.as_str())
            .map_or(Found::Pending, |object| Found::Ready(Rc::clone(object)))
    };
    let rows = Rows::new(&"doc".into(), state, &read);
    (rows, asked.into_inner())
}

fn element(name: &str, children: &[&str]) -> Value {
    json!({ "nodeType": 1, "nodeName": name, "isConnected": true, "childNodes": children })
}

fn page() -> Vec<(&'static str, Value)> {
    vec![
        (
            "doc",
            json!({ "nodeType": 9, "nodeName": "#document", "isConnected": true, "childNodes": ["html"] }),
        ),
        ("html", element("HTML", &["head", "body"])),
        ("head", element("HEAD", &["title"])),
        ("body", element("BODY", &["blank", "p", "div"])),
        (
            "blank",
            json!({ "nodeType": 3, "nodeName": "#text", "nodeValue": "\n  ", "isConnected": true }),
        ),
        ("p", element("P", &["text"])),
        (
            "text",
            json!({ "nodeType": 3, "nodeName": "#text", "nodeValue": "Buy  milk", "isConnected": true }),
        ),
        ("div", element("DIV", &["p2", "p3"])),
        ("p2", element("P", &[])),
        ("p3", element("P", &[])),
    ]
}

fn lines(rows: &Rows) -> Vec<String> {
    let text = |row: &DomRow| {
        row.tokens
            .iter()
            .map(|token| token.text.as_str())
            .collect::<String>()
    };
    rows.rows
        .iter()
        .map(|row| format!("{}{}", "  ".repeat(row.depth), text(row)))
        .collect()
}

#[test]
fn the_body_begins_open_and_nothing_closed_is_read() {
    let (rows, asked) = check(&page(), &State::default());
    assert_eq!(
        lines(&rows),
        [
            "<html>",
            "  <head>…</head>",
            "  <body>",
            "    <p>Buy milk</p>",
            "    <div>…</div>",
            "  </body>",
            "</html>"
        ]
    );
    assert!(!asked.iter().any(|id| id == "p2"), "{asked:?}");
    // `head` has one child, which could be a text to show in its row.
    assert!(rows.is_pending);
    assert_eq!((rows.rows[3].position, rows.rows[3].n_siblings), (1, 2));
    assert_eq!(rows.row_of(&"text".into()), Some(3));
    assert_eq!(rows.path(3), [0, 2, 3]);
}

#[test]
fn what_is_open_is_found_again_by_its_way_from_the_document() {
    let (rows, _) = check(&page(), &State::default());
    let key = rows.infos[4].key.clone();
    assert_eq!(&*key, "/HTML1/BODY1/DIV1");
    let mut state = State::default();
    state.toggled.insert(key);
    let (rows, _) = check(&page(), &state);
    assert_eq!(
        lines(&rows)[4..8],
        ["    <div>", "      <p></p>", "      <p></p>", "    </div>"]
    );
    assert_eq!(rows.open().count(), 3);
    let closed = State {
        toggled: rows.infos[..1].iter().map(|info| info.key.clone()).collect(),
        ..State::default()
    };
    assert_eq!(lines(&check(&page(), &closed).0), ["<html>…</html>"]);
}

#[test]
fn many_children_are_shown_some_at_a_time() {
    let ids: Vec<String> = (0..1000).map(|n| format!("c{n}")).collect();
    let mut objects = vec![
        (
            "doc",
            json!({ "nodeType": 9, "nodeName": "#document", "isConnected": true, "childNodes": ["html"] }),
        ),
        (
            "html",
            element("HTML", &ids.iter().map(String::as_str).collect::<Vec<_>>()),
        ),
    ];
    for id in &ids {
        objects.push((id, element("I", &[])));
    }
    let (rows, asked) = check(&objects, &State::default());
    assert_eq!((rows.rows.len(), asked.len()), (300 + 3, 300 + 3));
    assert_eq!(lines(&rows)[301], "  Show 300 of 700 more nodes");
    let more = State {
        more: HashMap::from([(rows.infos[301].key.clone(), 3)]),
        ..State::default()
    };
    assert_eq!(check(&objects, &more).0.rows.len(), 1000 + 2);
}
