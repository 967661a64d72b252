//! A recording with a secret of each kind in every place where such content stands, and copies of it among what the program
//! held.

use recording::{
    event::{Event, KeyKind, Keyboard, Message, MessageLevel, MessageSource, Navigation, Paint},
    ids::{BindingId, FunctionId, InstanceId, ObjectId, ScopeId, ScriptId, SiteId},
    manifest::Head,
    network::{Body, NetworkEvent, RequestEvent},
    page::{Annotation, DomChange, DomNode, DomOp, ListenerChange, Relation},
    point::Micros,
    record::Record,
    script::{
        Binding, BindingKind, Function, FunctionKind, Position, Scope, ScopeKind, Script, ScriptKind, Site,
        SiteKind,
    },
    share::LeftOut,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Text, Value},
    writer::Writer,
};

/// A secret, what has to be left out for it to be gone, and what stands in the place of it before.
pub(crate) const SECRETS: [(&str, LeftOut); 27] = [
    ("SourceTextSecret", LeftOut::Sources),
    ("SourceMapSecret", LeftOut::Sources),
    ("InlineScriptSecret", LeftOut::Sources),
    ("HandlerAttributeSecret", LeftOut::Sources),
    ("DataMapSecret", LeftOut::Sources),
    ("AnswerBodySecret", LeftOut::Bodies),
    ("NestedInBodySecret", LeftOut::Bodies),
    ("RequestBodySecret", LeftOut::Bodies),
    ("SocketSecret", LeftOut::Bodies),
    ("PlainHeaderSecret", LeftOut::Headers),
    ("RawHeaderSecret", LeftOut::Headers),
    ("BearerTokenSecret", LeftOut::SecretHeaders),
    ("CookieValueSecret", LeftOut::SecretHeaders),
    ("ConsoleSecret", LeftOut::Console),
    ("CountLabelSecret", LeftOut::Console),
    ("AnnotationSecret", LeftOut::Console),
    ("hunter2horse", LeftOut::Typed),
    ("FieldValueSecret", LeftOut::Typed),
    ("TextareaSecret", LeftOut::Typed),
    ("PageTextSecret", LeftOut::Texts),
    ("ChangedTextSecret", LeftOut::Texts),
    ("AltTextSecret", LeftOut::Texts),
    ("TitleSecret", LeftOut::Texts),
    ("PictureSecret", LeftOut::Pictures),
    ("QuerySecret", LeftOut::Queries),
    ("FragmentSecret", LeftOut::Queries),
    ("HeldValueSecret", LeftOut::Values),
];

const SCRIPT: &str = "const key = 'SourceTextSecret';\nfunction send() { work(); }\n";
const INLINE: &str = "let inline = 'InlineScriptSecret';";

fn text(text: &str) -> Text {
    text.into()
}

fn string(content: &str) -> Value {
    Value::String(text(content))
}

fn script(id: u32, kind: ScriptKind, url: &str, content: &str, source_map_url: Option<&str>) -> Script {
    let at = |line, column| Position { line, column };
    let first = id * 10;
    Script {
        id: ScriptId(id),
        url: url.to_owned(),
        kind,
        level: 3,
        hash: format!("{id:064}"),
        n_code_units: content.encode_utf16().count() as u32,
        n_lines: content.lines().count() as u32,
        document_line: 0,
        source_map_url: source_map_url.map(str::to_owned),
        first_site: SiteId(first + 1),
        sites: (0..3)
            .map(|column| Site {
                position: at(1, column),
                function: FunctionId(first),
                scope: ScopeId(first),
                kind: SiteKind::Statement,
            })
            .collect(),
        first_function: FunctionId(first),
        functions: vec![Function {
            name: String::new(),
            kind: FunctionKind::TopLevel,
            is_async: false,
            is_generator: false,
            start: at(1, 0),
            end: at(2, 0),
            body: at(1, 0),
            parameters: Vec::new(),
            parent: None,
            scope: ScopeId(first),
        }],
        first_scope: ScopeId(first),
        scopes: vec![Scope {
            kind: ScopeKind::Script,
            parent: None,
            function: FunctionId(first),
            start: at(1, 0),
            end: at(2, 0),
            bindings: vec![BindingId(first + 1)],
            has_instances: false,
        }],
        first_binding: BindingId(first + 1),
        bindings: vec![Binding {
            name: "held".into(),
            kind: BindingKind::Let,
            scope: ScopeId(first),
            position: at(1, 6),
        }],
    }
}

fn element(id: u32, parent: u32, name: &str, attributes: &[(&str, &str)]) -> DomNode {
    let attributes = attributes.iter().map(|(name, value)| (text(name), text(value)));
    DomNode {
        id: ObjectId(id),
        parent: Some(ObjectId(parent)),
        relation: Relation::Child,
        node_type: 1,
        name: text(name),
        value: None,
        attributes: attributes.collect(),
        namespace: None,
    }
}

fn words(id: u32, parent: u32, value: &str) -> DomNode {
    DomNode {
        node_type: 3,
        name: text("#text"),
        value: Some(text(value)),
        ..element(id, parent, "", &[])
    }
}

fn document() -> DomChange {
    DomChange::Document {
        url: text("https://site.test/?user=QuerySecret"),
        nodes: vec![
            DomNode {
                node_type: 9,
                parent: None,
                ..element(100, 0, "#document", &[])
            },
            element(
                101,
                100,
                "BODY",
                &[("onload", "start('HandlerAttributeSecret')"), ("class", "page")],
            ),
            element(102, 101, "SCRIPT", &[]),
            words(103, 102, INLINE),
            element(104, 101, "P", &[]),
            words(105, 104, "Words: PageTextSecret"),
            element(
                106,
                101,
                "IMG",
                &[("alt", "AltTextSecret"), ("src", "/a.png?v=QuerySecret")],
            ),
            element(
                107,
                101,
                "INPUT",
                &[("value", "FieldValueSecret"), ("type", "text")],
            ),
            element(108, 101, "TEXTAREA", &[]),
            words(109, 108, "TextareaSecret"),
            element(
                110,
                101,
                "A",
                &[("href", "https://site.test/#access_token=FragmentSecret")],
            ),
            element(111, 101, "STYLE", &[]),
            words(112, 111, ".page { color: red }"),
        ],
    }
}

fn network(request: u32, what: RequestEvent) -> Event {
    Event::Network(NetworkEvent { request, what })
}

fn message(method: &str, said: Option<&str>, arguments: Vec<Value>) -> Event {
    Event::Message(Message {
        source: MessageSource::ConsoleApi,
        level: MessageLevel::Info,
        method: text(method),
        text: said.map(text),
        arguments,
        url: Some(text("https://site.test/app.js?token=QuerySecret")),
        position: None,
    })
}

/// What becomes of a body on its way to a writer.
struct Planting<W> {
    writer: Writer<W>,
    time: u64,
    n_bodies: u64,
}

impl<W: std::io::Write> Planting<W> {
    fn mark(&mut self, event: Event) {
        self.time += 1_000;
        self.writer.mark(Micros(self.time), event).unwrap();
    }

    fn body(&mut self, content: &str) -> Body {
        self.n_bodies += 1;
        let hash = format!("{:064x}", self.n_bodies);
        self.writer.add_body(&hash, content.as_bytes()).unwrap();
        Body {
            hash: text(&hash),
            len: content.len() as u64,
            is_cut: false,
        }
    }

    fn hold(&mut self, value: Value) {
        self.writer.push(Record::Step(SiteId(2))).unwrap();
        self.writer
            .push(Record::Write {
                owner: InstanceId::STATIC,
                binding: BindingId(1),
                value,
            })
            .unwrap();
    }

    fn type_in(&mut self, typed: &str) {
        for key in typed.chars() {
            for kind in [KeyKind::Down, KeyKind::Up] {
                let key = text(&key.to_string());
                self.mark(Event::Keyboard(Keyboard {
                    kind,
                    key,
                    is_synthetic: false,
                }));
            }
        }
    }

    fn requests(&mut self) {
        let headers = [
            ("x-trace", "PlainHeaderSecret"),
            ("Authorization", "Bearer BearerTokenSecret"),
            ("Cookie", "session=CookieValueSecret; theme=dark"),
        ];
        let headers: Vec<_> = headers.map(|(name, value)| (text(name), text(value))).into();
        self.mark(network(
            1,
            RequestEvent::Sent {
                url: text("https://site.test/data?user=QuerySecret"),
                method: text("POST"),
                headers: headers.clone(),
                cause: text("fetch"),
                initiator: Some((text("https://site.test/app.js?token=QuerySecret"), None)),
                trigger: None,
                redirected_from: None,
            },
        ));
        let raw = "POST /data?user=QuerySecret HTTP/1.1\r\nx-trace: RawHeaderSecret\r\ncookie: session=CookieValueSecret\r\n";
        self.mark(network(1, RequestEvent::RawHeaders(text(raw))));
        let body = self.body("name=RequestBodySecret&typed=hunter2horse");
        self.mark(network(1, RequestEvent::RequestBody(body)));
        self.mark(network(
            1,
            RequestEvent::Response {
                status: 200,
                status_text: text("OK"),
                protocol: text("HTTP/1.1"),
                headers,
                from_cache: false,
            },
        ));
        let body =
            self.body(r#"{"user": {"name": "AnswerBodySecret", "notes": ["a NestedInBodySecret note"]}}"#);
        self.mark(network(1, RequestEvent::ResponseBody(body)));
        let body = self.body("SocketSecret over the wire");
        self.mark(network(
            1,
            RequestEvent::Frame {
                is_sent: false,
                is_text: true,
                body,
            },
        ));
        let (encoded_size, decoded_size) = (1, 1);
        self.mark(network(
            1,
            RequestEvent::Done {
                encoded_size,
                decoded_size,
            },
        ));
    }
}

/// The recording.
pub(crate) fn planted() -> Vec<u8> {
    let mut file = Vec::new();
    let head = Head {
        format: 0,
        recording_id: "7d9f2a52-64a4-4a3c-9a0e-3f3a3c0a0001".to_owned(),
        build_id: "linux-chromium-20261120-playhead".to_owned(),
        url: "https://site.test/?user=QuerySecret".to_owned(),
        recorded_at: 1_800_000_000_000.0,
        viewport: (800, 600),
        device_pixel_ratio: 1.0,
    };
    let mut planting = Planting {
        writer: Writer::create(&mut file, head).unwrap(),
        time: 0,
        n_bodies: 0,
    };
    let map_url = "https://site.test/app.js.map?token=QuerySecret";
    let external = script(
        0,
        ScriptKind::External,
        "https://site.test/app.js?token=QuerySecret",
        SCRIPT,
        Some(map_url),
    );
    planting.writer.add_script(&external, SCRIPT).unwrap();
    planting
        .writer
        .add_source_map(
            &external.hash,
            r#"{"version":3,"sources":["a.ts"],"sourcesContent":["SourceMapSecret"],"mappings":""}"#,
        )
        .unwrap();
    let inline = script(
        1,
        ScriptKind::Inline,
        "https://site.test/",
        INLINE,
        Some("data:application/json,DataMapSecret"),
    );
    planting.writer.add_script(&inline, INLINE).unwrap();

    planting.mark(Event::Navigation(Navigation {
        url: text("https://site.test/?user=QuerySecret"),
        kind: text("load"),
    }));
    planting.mark(Event::Dom(document()));
    planting
        .writer
        .push(Record::Enter {
            function: FunctionId(0),
            parent: InstanceId::STATIC,
            this: None,
            arguments: Vec::new(),
        })
        .unwrap();
    planting.writer.push(Record::Step(SiteId(1))).unwrap();
    planting.type_in("hunter2horse");
    planting.requests();
    // What the program held of all that.
    for held in [
        "AnswerBodySecret",
        "Hello AnswerBodySecret!",
        "a NestedInBodySecret note",
        "SocketSecret over the wire",
        "BearerTokenSecret",
        "CookieValueSecret",
        "hunter2horse",
        "you typed hunter2horse",
        "hunt",
        "h",
        "name=RequestBodySecret&typed=hunter2horse",
        "RequestBodySecret",
        "https://site.test/data?user=QuerySecret",
        "QuerySecret",
        "?user=QuerySecret",
        "at f (https://site.test/app.js?token=QuerySecret:1:2)",
        SCRIPT,
        INLINE,
        "HeldValueSecret",
        "data:image/png;base64,PictureSecret",
    ] {
        planting.hold(string(held));
    }
    planting
        .writer
        .push(Record::Append {
            owner: InstanceId::STATIC,
            binding: BindingId(1),
            suffix: string(" and HeldValueSecret"),
        })
        .unwrap();
    let error = ObjectState {
        class_name: text("TypeError"),
        prototype: None,
        kind: ObjectKind::Error {
            message: text("no HeldValueSecret"),
            stack: text(
                "TypeError: no HeldValueSecret\n    at f (https://site.test/app.js?token=QuerySecret:1:2)",
            ),
        },
        properties: vec![Property {
            key: Key::Name(text("AnswerBodySecret of it")),
            value: Slot::Value(string("AnswerBodySecret")),
            flags: 7,
        }],
        n_properties: 1,
    };
    planting
        .writer
        .push(Record::Object {
            object: ObjectId(1),
            state: Box::new(error),
        })
        .unwrap();
    planting.hold(Value::Object(ObjectId(1)));
    let node = |node_name: &str, node_value: Option<&str>, attributes: &[(&str, &str)]| ObjectState {
        class_name: text("HTMLElement"),
        prototype: None,
        kind: ObjectKind::Node {
            node_type: if node_value.is_some() { 3 } else { 1 },
            node_name: text(node_name),
            node_value: node_value.map(text),
            attributes: attributes
                .iter()
                .map(|(name, value)| (text(name), text(value)))
                .collect(),
        },
        properties: Vec::new(),
        n_properties: 0,
    };
    for (id, state) in [
        (103, node("#text", Some(INLINE), &[])),
        (105, node("#text", Some("Words: PageTextSecret"), &[])),
        (
            106,
            node(
                "IMG",
                None,
                &[("alt", "AltTextSecret"), ("src", "/a.png?v=QuerySecret")],
            ),
        ),
        (107, node("INPUT", None, &[("value", "FieldValueSecret")])),
        (109, node("#text", Some("TextareaSecret"), &[])),
    ] {
        let (object, state) = (ObjectId(id), Box::new(state));
        planting.writer.push(Record::Object { object, state }).unwrap();
    }
    planting.mark(message(
        "log",
        None,
        vec![string("ConsoleSecret"), Value::Object(ObjectId(1))],
    ));
    planting.mark(message("count", Some("CountLabelSecret: 1"), Vec::new()));
    planting.mark(Event::Annotation(Annotation {
        kind: text("note"),
        contents: text("AnnotationSecret"),
    }));
    planting.mark(Event::Dom(DomChange::Changes(vec![
        DomOp::Value {
            node: ObjectId(105),
            value: text("Now: ChangedTextSecret"),
        },
        DomOp::Attribute {
            node: ObjectId(107),
            name: text("value"),
            value: Some(text("FieldValueSecret")),
        },
        DomOp::Url {
            node: ObjectId(100),
            url: text("https://site.test/next?user=QuerySecret"),
        },
    ])));
    planting.mark(Event::Listener(ListenerChange {
        target: ObjectId(107),
        event_type: text("input"),
        handler: ObjectId(1),
        capture: false,
        is_added: true,
    }));
    let picture = b"\xff\xd8 a picture of PictureSecret";
    planting
        .writer
        .add_paint_image("c0ffee", "image/jpeg", picture)
        .unwrap();
    planting.mark(Event::Paint(Paint {
        hash: text("c0ffee"),
        mime_type: text("image/jpeg"),
        width: 800,
        height: 600,
        scale: 1.0,
    }));
    planting.hold(string("the end"));
    planting.writer.push(Record::End).unwrap();
    planting.writer.push(Record::Leave).unwrap();
    planting
        .writer
        .finish(
            "TitleSecret".to_owned(),
            vec!["https://site.test/?user=QuerySecret was slow".to_owned()],
            Vec::new(),
        )
        .unwrap();
    file
}
