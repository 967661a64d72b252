//! Small recordings for the tests: scripts, a log that does a bit of everything, and ways to write and open them.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "shared by several tests, of which none uses all"
)]

use std::sync::Arc;

use recording::{
    event::{Event, Message, MessageLevel, MessageSource, Mouse, MouseKind, Paint},
    ids::{BindingId, FunctionId, InstanceId, ObjectId, ScopeId, ScriptId, SiteId},
    manifest::{Head, Manifest},
    point::Micros,
    reader::Reader,
    record::Record,
    script::{
        Binding, BindingKind, Function, FunctionKind, Position, Scope, ScopeKind, Script, ScriptKind, Site,
        SiteKind,
    },
    source::MemorySource,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Value},
    writer::{Options, Writer},
};

pub const TEXT: &str = "let n = 0;\nfunction tick(x) { n += x; return n }\n";

/// Eight steps or so to a chunk.
pub const SMALL: Options = Options {
    steps_per_chunk: 8,
    bytes_per_chunk: 4096,
    level: 3,
};

pub fn head() -> Head {
    Head {
        format: 0,
        recording_id: "7d9f2a52-64a4-4a3c-9a0e-3f3a3c0a0001".to_owned(),
        build_id: "linux-chromium-20261120-playhead".to_owned(),
        url: "https://example.test/".to_owned(),
        recorded_at: 1_800_000_000_000.0,
        viewport: (800, 600),
        device_pixel_ratio: 1.0,
    }
}

/// A script with sites 1..=6, functions 0 (the top level) and 1, bindings 1 (`n`) and 2 (`x`).
pub fn script() -> Script {
    let at = |line, column| Position { line, column };
    let site = |position, function| Site {
        position,
        function: FunctionId(function),
        scope: ScopeId(function),
        kind: SiteKind::Statement,
    };
    let function = |name: &str, kind, parent, scope| Function {
        name: name.to_owned(),
        kind,
        is_async: false,
        is_generator: false,
        start: at(1, 0),
        end: at(2, 39),
        body: at(1, 0),
        parameters: Vec::new(),
        parent,
        scope: ScopeId(scope),
    };
    let scope = |kind, parent, function, binding| Scope {
        kind,
        parent,
        function: FunctionId(function),
        start: at(1, 0),
        end: at(2, 39),
        bindings: vec![BindingId(binding)],
        has_instances: false,
    };
    Script {
        id: ScriptId(0),
        url: "https://example.test/app.js".to_owned(),
        kind: ScriptKind::External,
        level: 3,
        hash: "5f2b".repeat(16),
        n_code_units: TEXT.len() as u32,
        n_lines: 2,
        document_line: 0,
        source_map_url: None,
        first_site: SiteId(1),
        sites: vec![
            site(at(1, 0), 0),
            site(at(2, 0), 0),
            site(at(2, 19), 1),
            site(at(2, 27), 1),
            site(at(2, 30), 1),
            site(at(2, 33), 1),
        ],
        first_function: FunctionId(0),
        functions: vec![
            function("", FunctionKind::TopLevel, None, 0),
            function("tick", FunctionKind::Function, Some(FunctionId(0)), 1),
        ],
        first_scope: ScopeId(0),
        scopes: vec![
            scope(ScopeKind::Script, None, 0, 1),
            scope(ScopeKind::Function, Some(ScopeId(0)), 1, 2),
        ],
        first_binding: BindingId(1),
        bindings: vec![
            Binding {
                name: "n".into(),
                kind: BindingKind::Let,
                scope: ScopeId(0),
                position: at(1, 4),
            },
            Binding {
                name: "x".into(),
                kind: BindingKind::Parameter,
                scope: ScopeId(1),
                position: at(2, 14),
            },
        ],
    }
}

pub fn text(text: &str) -> Arc<str> {
    text.into()
}

pub fn step(site: u32) -> Record {
    Record::Step(SiteId(site))
}

pub fn enter(function: u32, arguments: Vec<Value>) -> Record {
    Record::Enter {
        function: FunctionId(function),
        parent: InstanceId::STATIC,
        this: None,
        arguments,
    }
}

pub fn message(words: &str) -> Event {
    Event::Message(Message {
        source: MessageSource::ConsoleApi,
        level: MessageLevel::Info,
        method: text("log"),
        text: None,
        arguments: vec![Value::String(text(words)), Value::Number(f64::NAN)],
        url: None,
        position: None,
    })
}

pub fn object_state(class_name: &str, total: f64) -> Box<ObjectState> {
    Box::new(ObjectState {
        class_name: text(class_name),
        prototype: None,
        kind: ObjectKind::Plain,
        properties: vec![Property {
            key: Key::Name(text("total")),
            value: Slot::Value(Value::Number(total)),
            flags: 7,
        }],
        n_properties: 1,
    })
}

/// Records a program that calls `tick` this many times from its top level: six steps a call, objects that live on, a
/// frame that stays open over many chunks, messages, mouse events and one paint.
pub fn record_ticks<W: std::io::Write>(writer: &mut Writer<W>, n_ticks: u32) {
    writer.add_script(&script(), TEXT).unwrap();
    writer.push(Record::Tick(Micros(1_000))).unwrap();
    writer.push(enter(0, Vec::new())).unwrap();
    writer.push(step(1)).unwrap();
    writer
        .push(Record::Object {
            object: ObjectId(1),
            state: object_state("Counter", 0.0),
        })
        .unwrap();
    let (owner, binding) = (InstanceId::STATIC, BindingId(1));
    writer
        .push(Record::Write {
            owner,
            binding,
            value: Value::Object(ObjectId(1)),
        })
        .unwrap();
    for tick in 0..n_ticks {
        writer
            .push(Record::Tick(Micros(2_000 + u64::from(tick) * 1_000)))
            .unwrap();
        writer.push(step(2)).unwrap();
        writer
            .push(enter(
                1,
                vec![Value::Number(f64::from(tick)), Value::String(text("an argument"))],
            ))
            .unwrap();
        writer.push(step(3)).unwrap();
        let object = ObjectId(tick + 2);
        writer
            .push(Record::Object {
                object,
                state: object_state("Tick", f64::from(tick)),
            })
            .unwrap();
        writer.push(step(4)).unwrap();
        let owner = writer.tracker().top().unwrap().instance;
        writer
            .push(Record::Write {
                owner,
                binding: BindingId(2),
                value: Value::Object(object),
            })
            .unwrap();
        writer.push(step(5)).unwrap();
        let (key, value) = (Key::Name(text("total")), Value::Number(f64::from(tick) / 4.0));
        writer
            .push(Record::Property {
                object: ObjectId(1),
                key,
                value,
            })
            .unwrap();
        let time = Micros(2_500 + u64::from(tick) * 1_000);
        if tick % 3 == 0 {
            writer.mark(time, message(&format!("tick {tick}"))).unwrap();
        }
        if tick % 4 == 0 {
            let at = f64::from(tick);
            let mouse = Mouse {
                kind: MouseKind::Move,
                client_x: at,
                client_y: at,
                is_synthetic: false,
            };
            writer.mark(time, Event::Mouse(mouse)).unwrap();
        }
        writer.push(step(6)).unwrap();
        writer.push(Record::Return(Value::Undefined)).unwrap();
        writer.push(Record::Leave).unwrap();
    }
    writer
        .add_paint_image("c0ffee", "image/jpeg", b"not truly a JPEG")
        .unwrap();
    let paint = Paint {
        hash: text("c0ffee"),
        mime_type: text("image/jpeg"),
        width: 800,
        height: 600,
        scale: 1.0,
    };
    writer.mark(Micros(0), Event::Paint(paint)).unwrap();
    writer.push(Record::End).unwrap();
    writer.push(Record::Leave).unwrap();
}

/// Records a program that works hard: calls in a loop, a few variables and properties written in each iteration,
/// numbers that do not repeat, objects born and strings grown, at level 3. Gives the number of steps.
pub fn record_work<W: std::io::Write>(writer: &mut Writer<W>, n_calls: u32) -> u64 {
    let mut seed = 1_u64;
    let mut random = move || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as u32
    };
    let names = ["left", "right", "count", "title", "done"].map(text);
    writer.add_script(&script(), TEXT).unwrap();
    writer.push(enter(0, Vec::new())).unwrap();
    writer.push(step(1)).unwrap();
    for call in 0..n_calls {
        if call % 50 == 0 {
            writer
                .push(Record::Tick(Micros(
                    u64::from(call) * 20 + u64::from(random() % 20),
                )))
                .unwrap();
        }
        writer.push(step(2)).unwrap();
        let argument = Value::Number(f64::from(random() % 1000));
        writer
            .push(enter(1, vec![argument, Value::Object(ObjectId(call / 10 + 1))]))
            .unwrap();
        let owner = writer.tracker().top().unwrap().instance;
        let write = |binding, value| Record::Write {
            owner,
            binding: BindingId(binding),
            value,
        };
        writer.push(step(3)).unwrap();
        writer
            .push(write(2, Value::Number(f64::from(random()) / f64::from(u32::MAX))))
            .unwrap();
        for round in 0..random() % 12 {
            writer.push(step(4)).unwrap();
            writer.push(step(5)).unwrap();
            writer.push(write(1, Value::Number(f64::from(round)))).unwrap();
            writer.push(step(6)).unwrap();
            if random() % 4 == 0 {
                let key = Key::Name(names[(random() % 5) as usize].clone());
                let object = ObjectId((call / 10 + 1).saturating_sub(random() % 30).max(1));
                writer
                    .push(Record::Property {
                        object,
                        key,
                        value: Value::Number(f64::from(random() % 5000)),
                    })
                    .unwrap();
            }
        }
        if call % 10 == 9 {
            let object = ObjectId(call / 10 + 1);
            writer
                .push(Record::Object {
                    object,
                    state: object_state("Item", f64::from(random() % 100)),
                })
                .unwrap();
            let suffix = Value::String(text(&format!("row {}; ", random() % 500)));
            writer
                .push(Record::Append {
                    owner: InstanceId::STATIC,
                    binding: BindingId(1),
                    suffix,
                })
                .unwrap();
        }
        writer
            .push(Record::Return(Value::Number(f64::from(random() % 100_000))))
            .unwrap();
        writer.push(Record::Leave).unwrap();
    }
    writer.push(Record::End).unwrap();
    writer.push(Record::Leave).unwrap();
    writer.tracker().n_steps
}

/// A whole recording of [`record_ticks`], and its manifest.
pub fn ticks(n_ticks: u32) -> (Vec<u8>, Manifest) {
    ticks_with(n_ticks, SMALL)
}

/// The same, cut up as `options` says.
pub fn ticks_with(n_ticks: u32, options: Options) -> (Vec<u8>, Manifest) {
    let mut file = Vec::new();
    let mut writer = Writer::create_with(&mut file, head(), options).unwrap();
    record_ticks(&mut writer, n_ticks);
    let manifest = writer.finish("Ticks".to_owned(), Vec::new(), Vec::new()).unwrap();
    (file, manifest)
}

pub fn open(file: &[u8]) -> Reader {
    Reader::open(Box::new(MemorySource::from(file.to_vec()))).unwrap()
}

/// All records of a recording, in order.
pub fn records(reader: &Reader) -> Vec<Record> {
    let chunks = (0..reader.chunks().len()).map(|idx| reader.chunk(idx).unwrap());
    chunks
        .flat_map(|chunk| {
            chunk
                .records_from(Default::default())
                .map(|(_, record)| record)
                .collect::<Vec<_>>()
        })
        .collect()
}
