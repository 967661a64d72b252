//! Programs written by hand as recordings, and a client that asks about them. Long because a script, a log and a client
//! share their words: every test needs all three.

use std::sync::Arc;

use engine::Engine;
use recording::{
    event::Event,
    ids::{BindingId, FunctionId, InstanceId, ObjectId, ScopeId, ScriptId, SiteId},
    manifest::Head,
    point::{Micros, Point},
    reader::Reader,
    record::Record,
    script::{
        Binding, BindingKind, Function, FunctionKind, Position, Scope, ScopeKind, Script, ScriptKind, Site,
        SiteKind,
    },
    source::MemorySource,
    tracker::Tracker,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Value},
    writer::{Options, Writer},
};
use wire::{
    command::Command,
    envelope::{CallId, Incoming, request},
    error::ProtocolError,
    event::Event as WireEvent,
    ids::{PauseId, RecordingId, SessionId},
    pause::{GetAllFrames, GetScope, NamedValue},
    point::ExecutionPoint,
    recording::CreateSession,
    session::{CreatePause, CreatePauseResult},
};

/// A script while its tables are written. Positions are given by a snippet of the text.
pub(crate) struct Code {
    pub(crate) script: Script,
    text: String,
}

impl Code {
    /// A classic script at level 3, with its top-level function and root scope.
    pub(crate) fn classic(id: u32, text: &str) -> Self {
        Self::new(id, ScriptKind::External, ScopeKind::Script, text)
    }

    pub(crate) fn module(id: u32, text: &str) -> Self {
        Self::new(id, ScriptKind::Module, ScopeKind::Module, text)
    }

    fn new(id: u32, kind: ScriptKind, root: ScopeKind, text: &str) -> Self {
        // Ids of different scripts must not meet.
        let first = id * 1000;
        let mut code = Self {
            script: Script {
                id: ScriptId(id),
                url: format!("https://site.test/{id}.js"),
                kind,
                level: 3,
                hash: format!("{id:064x}"),
                n_code_units: text.encode_utf16().count() as u32,
                n_lines: text.split('\n').count() as u32,
                document_line: 0,
                source_map_url: None,
                first_site: SiteId(first + 1),
                sites: Vec::new(),
                first_function: FunctionId(first),
                functions: Vec::new(),
                first_scope: ScopeId(first),
                scopes: Vec::new(),
                first_binding: BindingId(first + 1),
                bindings: Vec::new(),
            },
            text: text.to_owned(),
        };
        code.function("", FunctionKind::TopLevel, text, None, root);
        code
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn position(&self, snippet: &str) -> Position {
        let at = self
            .text
            .find(snippet)
            .unwrap_or_else(|| panic!("no {snippet:?} in the text"));
        let before = &self.text[..at];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Position {
            line: before.matches('\n').count() as u32 + 1,
            column: before[line_start..].len() as u32,
        }
    }

    fn function(
        &mut self,
        name: &str,
        kind: FunctionKind,
        snippet: &str,
        around: Option<ScopeId>,
        scope_kind: ScopeKind,
    ) -> (FunctionId, ScopeId) {
        let id = FunctionId(self.script.first_function.0 + self.script.functions.len() as u32);
        let start = self.position(snippet);
        let parent = around.map(|scope| self.scope_of(scope).function);
        let scope = self.push_scope(scope_kind, around, id, start, false);
        self.script.functions.push(Function {
            name: name.to_owned(),
            kind,
            is_async: false,
            is_generator: false,
            start,
            end: start,
            body: start,
            parameters: Vec::new(),
            parent,
            scope,
        });
        (id, scope)
    }

    /// A function that begins at `snippet`, written in the scope `around`.
    pub(crate) fn call(&mut self, name: &str, snippet: &str, around: ScopeId) -> (FunctionId, ScopeId) {
        self.function(
            name,
            FunctionKind::Function,
            snippet,
            Some(around),
            ScopeKind::Function,
        )
    }

    pub(crate) fn arrow(&mut self, name: &str, snippet: &str, around: ScopeId) -> (FunctionId, ScopeId) {
        self.function(
            name,
            FunctionKind::Arrow,
            snippet,
            Some(around),
            ScopeKind::Function,
        )
    }

    /// A block in the function of the scope around it.
    pub(crate) fn block(&mut self, around: ScopeId, has_instances: bool) -> ScopeId {
        let function = self.scope_of(around).function;
        self.push_scope(
            ScopeKind::Block,
            Some(around),
            function,
            Position::default(),
            has_instances,
        )
    }

    fn push_scope(
        &mut self,
        kind: ScopeKind,
        parent: Option<ScopeId>,
        function: FunctionId,
        start: Position,
        has_instances: bool,
    ) -> ScopeId {
        let id = ScopeId(self.script.first_scope.0 + self.script.scopes.len() as u32);
        let bindings = Vec::new();
        self.script.scopes.push(Scope {
            kind,
            parent,
            function,
            start,
            end: start,
            bindings,
            has_instances,
        });
        id
    }

    fn scope_of(&self, scope: ScopeId) -> &Scope {
        &self.script.scopes[(scope.0 - self.script.first_scope.0) as usize]
    }

    pub(crate) fn root(&self) -> ScopeId {
        self.script.first_scope
    }

    pub(crate) fn top(&self) -> FunctionId {
        self.script.first_function
    }

    /// A variable declared at `snippet`.
    pub(crate) fn binding(
        &mut self,
        name: &str,
        kind: BindingKind,
        scope: ScopeId,
        snippet: &str,
    ) -> BindingId {
        let id = BindingId(self.script.first_binding.0 + self.script.bindings.len() as u32);
        let position = self.position(snippet);
        self.script.bindings.push(Binding {
            name: name.into(),
            kind,
            scope,
            position,
        });
        let scope_idx = (scope.0 - self.script.first_scope.0) as usize;
        self.script.scopes[scope_idx].bindings.push(id);
        if kind == BindingKind::Parameter {
            let function = self.script.scopes[scope_idx].function;
            let function_idx = (function.0 - self.script.first_function.0) as usize;
            self.script.functions[function_idx].parameters.push(id);
        }
        id
    }

    /// A place to stop, at `snippet`, in `scope`.
    pub(crate) fn site(&mut self, snippet: &str, scope: ScopeId) -> SiteId {
        let id = SiteId(self.script.first_site.0 + self.script.sites.len() as u32);
        let position = self.position(snippet);
        let function = self.scope_of(scope).function;
        self.script.sites.push(Site {
            position,
            function,
            scope,
            kind: SiteKind::Statement,
        });
        id
    }
}

/// A program's log, written by hand. The clock moves 100 µs with each step.
#[derive(Default)]
pub(crate) struct Log {
    scripts: Vec<Code>,
    entries: Vec<Entry>,
    images: Vec<(&'static str, Vec<u8>)>,
    bodies: Vec<(&'static str, Vec<u8>)>,
    tracker: Tracker,
}

enum Entry {
    Record(Record),
    Mark(Micros, Event),
    MarkAt(Point, Micros, Event),
}

pub(crate) const RECORDING: &str = "b7a0b1a2-0000-4000-8000-000000000001";

/// Sizes of chunks at which answers are compared: every step alone, some together, all in one.
pub(crate) const CHUNK_SIZES: [u64; 3] = [1, 3, 65_536];

impl Log {
    pub(crate) fn new(scripts: impl IntoIterator<Item = Code>) -> Self {
        Self {
            scripts: scripts.into_iter().collect(),
            ..Self::default()
        }
    }

    pub(crate) fn push(&mut self, record: Record) -> Option<Point> {
        let point = self.tracker.apply(&record).point;
        self.entries.push(Entry::Record(record));
        point
    }

    /// Runs to a site; gives the point before it.
    pub(crate) fn step(&mut self, site: SiteId) -> ExecutionPoint {
        self.push(Record::Tick(Micros(self.tracker.time.0 + 100)));
        let point = self.push(Record::Step(site)).unwrap();
        ExecutionPoint::from(point.0)
    }

    pub(crate) fn enter(
        &mut self,
        function: FunctionId,
        parent: InstanceId,
        arguments: &[Value],
    ) -> InstanceId {
        self.enter_with(function, parent, None, arguments)
    }

    pub(crate) fn enter_with(
        &mut self,
        function: FunctionId,
        parent: InstanceId,
        this: Option<Value>,
        arguments: &[Value],
    ) -> InstanceId {
        let instance = self.tracker.next_instance;
        self.push(Record::Enter {
            function,
            parent,
            this,
            arguments: arguments.to_vec(),
        });
        instance
    }

    pub(crate) fn end(&mut self) {
        self.push(Record::End);
        self.push(Record::Leave);
    }

    pub(crate) fn write(&mut self, owner: InstanceId, binding: BindingId, value: impl Into<Given>) {
        let value = value.into().0;
        self.push(Record::Write {
            owner,
            binding,
            value,
        });
    }

    pub(crate) fn scope(&mut self, scope: ScopeId, parent: InstanceId) -> InstanceId {
        let instance = self.tracker.next_instance;
        self.push(Record::Scope { scope, parent });
        instance
    }

    pub(crate) fn scope_copy(&mut self, scope: ScopeId, from: InstanceId) -> InstanceId {
        let instance = self.tracker.next_instance;
        self.push(Record::ScopeCopy { scope, from });
        instance
    }

    pub(crate) fn object(&mut self, object: u32, state: ObjectState) {
        self.push(Record::Object {
            object: ObjectId(object),
            state: Box::new(state),
        });
    }

    pub(crate) fn mark(&mut self, event: Event) -> ExecutionPoint {
        let time = Micros(self.tracker.time.0 + 10);
        self.tracker.apply(&Record::Tick(time));
        let point = self.tracker.apply(&Record::Mark).point.unwrap();
        self.entries.push(Entry::Mark(time, event));
        ExecutionPoint::from(point.0)
    }

    pub(crate) fn mark_at(&mut self, point: Point, event: Event) {
        self.entries.push(Entry::MarkAt(point, self.tracker.time, event));
    }

    pub(crate) fn image(&mut self, hash: &'static str, bytes: &[u8]) {
        self.images.push((hash, bytes.to_vec()));
    }

    pub(crate) fn body(&mut self, hash: &'static str, bytes: &[u8]) {
        self.bodies.push((hash, bytes.to_vec()));
    }

    pub(crate) fn file(&self, steps_per_chunk: u64) -> Vec<u8> {
        let mut file = Vec::new();
        let head = Head {
            format: 0,
            recording_id: RECORDING.to_owned(),
            build_id: "linux-chromium-20261120-playhead".to_owned(),
            url: "https://site.test/".to_owned(),
            recorded_at: 0.0,
            viewport: (800, 600),
            device_pixel_ratio: 2.0,
        };
        let options = Options {
            steps_per_chunk,
            ..Options::default()
        };
        let mut writer = Writer::create_with(&mut file, head, options).unwrap();
        for code in &self.scripts {
            writer.add_script(&code.script, code.text()).unwrap();
        }
        for (hash, bytes) in &self.images {
            writer.add_paint_image(hash, "image/jpeg", bytes).unwrap();
        }
        for (hash, bytes) in &self.bodies {
            writer.add_body(hash, bytes).unwrap();
        }
        for entry in &self.entries {
            match entry {
                Entry::Record(record) => writer.push(record.clone()).map(drop),
                Entry::Mark(time, event) => writer.mark(*time, event.clone()).map(drop),
                Entry::MarkAt(point, time, event) => writer.mark_at(*point, *time, event.clone()),
            }
            .unwrap();
        }
        writer.finish("title".to_owned(), Vec::new(), Vec::new()).unwrap();
        file
    }

    /// A client of this recording with a session, its log cut into chunks of so many steps.
    pub(crate) fn open(&self, steps_per_chunk: u64) -> Client {
        Client::of(self.file(steps_per_chunk))
    }

    /// Runs a check on this recording cut up in several ways: answers do not depend on it.
    pub(crate) fn check(&self, check: impl Fn(&mut Client)) {
        CHUNK_SIZES
            .iter()
            .for_each(|steps_per_chunk| check(&mut self.open(*steps_per_chunk)));
    }
}

/// A value written as what it is.
pub(crate) struct Given(Value);

impl From<i32> for Given {
    fn from(number: i32) -> Self {
        Self(Value::Number(f64::from(number)))
    }
}

impl From<&str> for Given {
    fn from(text: &str) -> Self {
        Self(Value::String(text.into()))
    }
}

impl From<Value> for Given {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

pub(crate) fn number(number: i32) -> Value {
    Given::from(number).0
}

pub(crate) fn object_value(object: u32) -> Value {
    Value::Object(ObjectId(object))
}

/// A plain object with these properties.
pub(crate) fn plain(properties: &[(&str, Value)]) -> ObjectState {
    of_kind("Object", ObjectKind::Plain, properties)
}

pub(crate) fn of_kind(class_name: &str, kind: ObjectKind, properties: &[(&str, Value)]) -> ObjectState {
    let property = |(name, value): &(&str, Value)| Property {
        key: Key::Name((*name).into()),
        value: Slot::Value(value.clone()),
        flags: 7,
    };
    ObjectState {
        class_name: class_name.into(),
        prototype: None,
        kind,
        properties: properties.iter().map(property).collect(),
        n_properties: properties.len() as u32,
    }
}

/// A client with one session.
pub(crate) struct Client {
    pub(crate) engine: Engine,
    pub(crate) session_id: Option<SessionId>,
    n_calls: i64,
}

/// What came of a command: the events before its answer, as text, and the answer.
pub(crate) struct Outcome<R> {
    pub(crate) events: Vec<String>,
    pub(crate) result: Result<R, ProtocolError>,
}

impl<R> Outcome<R> {
    /// The payloads of the events of one kind.
    pub(crate) fn events<E: WireEvent>(&self) -> Vec<E> {
        let mut found = Vec::new();
        for text in &self.events {
            if let Incoming::Event(event) = Incoming::decode(text).unwrap()
                && event.method == E::METHOD
            {
                assert!(event.session_id.is_some(), "{text}");
                found.push(event.read().unwrap());
            }
        }
        found
    }
}

impl Client {
    pub(crate) fn of(file: Vec<u8>) -> Self {
        Self::of_recording(file, RECORDING)
    }

    /// A client of a recording that has this id.
    pub(crate) fn of_recording(file: Vec<u8>, id: &str) -> Self {
        let mut client = Self::without_session(file);
        let recording_id = RecordingId::from(id);
        let created = client.ask(CreateSession {
            recording_id,
            experimental_settings: None,
            focus_window: None,
            focus_request: None,
        });
        client.session_id = Some(created.session_id);
        client
    }

    pub(crate) fn without_session(file: Vec<u8>) -> Self {
        let reader = Arc::new(Reader::open(Box::new(MemorySource::from(file))).unwrap());
        let open = move |id: &RecordingId| match id.as_str() {
            id if id == reader.head().recording_id => Ok(reader.clone()),
            other => Err(format!("no recording {other}")),
        };
        Self::of_engine(Engine::new(Box::new(open)))
    }

    /// A client without a session.
    pub(crate) fn of_engine(engine: Engine) -> Self {
        Self {
            engine,
            session_id: None,
            n_calls: 0,
        }
    }

    /// Sends a command and waits for its answer.
    pub(crate) fn send<C: Command>(&mut self, pause_id: Option<&PauseId>, params: &C) -> Outcome<C::Result> {
        self.n_calls += 1;
        let id = CallId::from(self.n_calls);
        let text = request(&id, self.session_id.as_ref(), pause_id, params).unwrap();
        let mut frames = Vec::new();
        self.engine.handle(&text, &mut frames).unwrap();
        while !frames
            .last()
            .is_some_and(|frame| frame.starts_with(&format!("{{\"id\":{id},")))
        {
            assert!(
                self.engine.poll(&mut frames),
                "{} is never answered: {frames:?}",
                C::METHOD
            );
        }
        let answer = frames.pop().unwrap();
        let Incoming::Response(response) = Incoming::decode(&answer).unwrap() else {
            panic!("{answer}")
        };
        let result = response
            .outcome
            .map(|result| wire::envelope::read(result).unwrap());
        Outcome {
            events: frames,
            result,
        }
    }

    /// The answer of a command that succeeds.
    pub(crate) fn ask<C: Command>(&mut self, params: C) -> C::Result {
        self.send(None, &params).result.unwrap()
    }

    /// The error of a command that fails: its code and its text.
    pub(crate) fn error<C: Command>(&mut self, params: C) -> (i32, String)
    where
        C::Result: std::fmt::Debug,
    {
        let error = self.send(None, &params).result.unwrap_err();
        (error.code.0, error.message)
    }

    pub(crate) fn pause(&mut self, point: &ExecutionPoint) -> PauseId {
        let CreatePauseResult { pause_id } = self.ask(CreatePause { point: point.clone() });
        pause_id
    }

    pub(crate) fn ask_in<C: Command>(&mut self, pause_id: &PauseId, params: C) -> C::Result {
        self.send(Some(pause_id), &params).result.unwrap()
    }

    pub(crate) fn error_in<C: Command>(&mut self, pause_id: &PauseId, params: C) -> (i32, String)
    where
        C::Result: std::fmt::Debug,
    {
        let error = self.send(Some(pause_id), &params).result.unwrap_err();
        (error.code.0, error.message)
    }

    /// A stack at a point as text: a line for each frame, its name, line and column, then its scopes with their
    /// variables.
    pub(crate) fn stack_text(&mut self, point: &ExecutionPoint) -> String {
        let pause_id = self.pause(point);
        let all = self.ask_in(&pause_id, GetAllFrames {});
        let mut text = String::new();
        for id in &all.frames {
            let frame = all
                .data
                .frames
                .iter()
                .find(|frame| frame.frame_id == *id)
                .unwrap();
            let name = frame.function_name.as_deref().unwrap_or("-");
            let at = &frame.location[0];
            text += &format!("{name} {}:{}", at.line, at.column);
            for scope_id in &frame.scope_chain {
                // A scope that frames share is sent once: ask in a pause of its own.
                let other = self.pause(point);
                self.ask_in(&other, GetAllFrames {});
                let data = self
                    .ask_in(
                        &other,
                        GetScope {
                            scope: scope_id.clone(),
                        },
                    )
                    .data;
                let scope = data
                    .scopes
                    .iter()
                    .find(|scope| scope.scope_id == *scope_id)
                    .unwrap();
                let bindings = scope.bindings.as_deref().unwrap_or_default();
                text += &format!(" | {}", scope.scope_type);
                bindings
                    .iter()
                    .for_each(|binding| text += &format!(" {}", binding_text(binding)));
            }
            text.push('\n');
        }
        text
    }
}

fn binding_text(binding: &NamedValue) -> String {
    format!("{}={}", binding.name, value_text(&binding.value))
}

/// A value in short: objects as `#id`.
pub(crate) fn value_text(value: &wire::pause::Value) -> String {
    use wire::pause::Value;
    match value {
        Value::Undefined => "undefined".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("'{text}'"),
        Value::Bigint(digits) => format!("{digits}n"),
        Value::Symbol(text) => format!("Symbol({text})"),
        Value::Object(id) => format!("#{id}"),
        Value::Uninitialized => "uninitialized".to_owned(),
        Value::Unavailable => "unavailable".to_owned(),
    }
}
