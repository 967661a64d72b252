//! A long recording made without a browser: a program of 1,000 functions in a file of 10,000 lines that calls eight
//! deep, writes variables, changes objects and logs, for as many steps as asked.

use std::{fs::File, io::BufWriter, path::Path, sync::Arc};

use recording::{
    event::{Event, Message, MessageLevel, MessageSource},
    ids::{BindingId, FunctionId, InstanceId, ObjectId, ScopeId, ScriptId, SiteId},
    manifest::Head,
    point::Micros,
    record::Record,
    script::{
        Binding, BindingKind, Function, FunctionKind, Position, Scope, ScopeKind, Script, ScriptKind, Site,
        SiteKind,
    },
    value::{Key, ObjectKind, ObjectState, Property, Slot, Value},
    writer::Writer,
};

use crate::timeline;

const N_FUNCTIONS: u32 = 1_000;
/// Calls below the top level.
const DEPTH: u32 = 8;
const N_OBJECTS: u32 = 200;
/// Steps of one call.
const STEPS_PER_CALL: u64 = 4;

/// The text of one function; ten lines of ten thousand.
const FUNCTION: &str = "function f#(a, b) {
  // adds, doubles,
  // asks the next one
  let x = a + b;
  let y = x * 2;

  table[a % 200].value = y;

  return next(#, x) + y;
}
";
/// Line within [`FUNCTION`] (from 0) of each of its steps.
const STEP_LINES: [u32; STEPS_PER_CALL as usize] = [3, 4, 6, 8];

/// Writes a recording of about `n_steps` steps.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn write(path: &Path, n_steps: u64) -> std::io::Result<()> {
    write_until(path, 1, |program, _| {
        Ok(program.n_calls * STEPS_PER_CALL >= n_steps)
    })
}

/// Writes a recording of about `n_bytes`, with a picture each so many of them; `number` becomes part of its id.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn write_large(path: &Path, number: u64, n_bytes: u64, picture_each: u64) -> std::io::Result<()> {
    let mut n_pictures = 0;
    write_until(path, number, |program, round| {
        if round.is_multiple_of(256) {
            let n_written = std::fs::metadata(path)?.len();
            if n_written >= n_bytes {
                return Ok(true);
            }
            while u64::from(n_pictures) * picture_each <= n_written {
                timeline::paint(&mut program.writer, Micros(program.n_calls), n_pictures)?;
                n_pictures += 1;
            }
        }
        Ok(false)
    })
}

/// Writes one until `is_enough`, which is asked before each round, and may write what happens beside the program.
fn write_until(
    path: &Path,
    number: u64,
    mut is_enough: impl FnMut(&mut Program, u32) -> std::io::Result<bool>,
) -> std::io::Result<()> {
    let head = Head {
        format: 0,
        recording_id: format!("5a7e11ed-0000-4000-8000-{number:012x}"),
        build_id: "linux-chromium-20261120-playhead".to_owned(),
        url: "http://localhost/synthetic/".to_owned(),
        recorded_at: 0.0,
        viewport: (800, 600),
        device_pixel_ratio: 1.0,
    };
    let mut writer = Writer::create(BufWriter::new(File::create(path)?), head)?;
    let (script, text) = script();
    writer.add_script(&script, &text)?;
    let mut program = Program {
        writer,
        random: 1,
        n_calls: 0,
    };
    program.push(Record::Tick(Micros(0)))?;
    program.push(Record::Enter {
        function: FunctionId(0),
        parent: InstanceId::STATIC,
        this: None,
        arguments: Vec::new(),
    })?;
    for object in 1..=N_OBJECTS {
        program.push(Record::Object {
            object: ObjectId(object),
            state: Box::new(row()),
        })?;
    }
    let mut round = 0;
    while !is_enough(&mut program, round)? {
        let function = (round * DEPTH) % N_FUNCTIONS;
        program.call(function, f64::from(round), 0)?;
        if round.is_multiple_of(1_000) {
            program.log(round)?;
        }
        round += 1;
    }
    program.push(Record::End)?;
    program.push(Record::Leave)?;
    program
        .writer
        .finish("A synthetic recording".to_owned(), Vec::new(), Vec::new())?;
    Ok(())
}

struct Program {
    writer: Writer<BufWriter<File>>,
    random: u64,
    n_calls: u64,
}

impl Program {
    fn call(&mut self, function: u32, a: f64, depth: u32) -> std::io::Result<f64> {
        let b = f64::from(self.next_random() % 1_000);
        let instance = self.writer.tracker().next_instance;
        self.push(Record::Enter {
            function: FunctionId(function + 1),
            parent: InstanceId::STATIC,
            this: None,
            arguments: vec![Value::Number(a), Value::Number(b)],
        })?;
        let site = |step: u32| SiteId(1 + function * STEPS_PER_CALL as u32 + step);
        let binding = |idx: u32| BindingId(1 + function * 4 + idx);
        let (x, y) = (a + b, (a + b) * 2.0);
        self.push(Record::Step(site(0)))?;
        self.push(Record::Write {
            owner: instance,
            binding: binding(2),
            value: Value::Number(x),
        })?;
        self.push(Record::Step(site(1)))?;
        self.push(Record::Write {
            owner: instance,
            binding: binding(3),
            value: Value::Number(y),
        })?;
        self.push(Record::Step(site(2)))?;
        let object = ObjectId(1 + (a as u32) % N_OBJECTS);
        self.push(Record::Property {
            object,
            key: Key::Name(Arc::from("value")),
            value: Value::Number(y),
        })?;
        self.push(Record::Step(site(3)))?;
        self.n_calls += 1;
        if self.n_calls.is_multiple_of(1_024) {
            self.push(Record::Tick(Micros(self.n_calls)))?;
        }
        let below = if depth + 1 < DEPTH {
            self.call((function + 1) % N_FUNCTIONS, x % 1e6, depth + 1)?
        } else {
            0.0
        };
        self.push(Record::Return(Value::Number(below + y)))?;
        self.push(Record::Leave)?;
        Ok(below + y)
    }

    fn log(&mut self, round: u32) -> std::io::Result<()> {
        let message = Message {
            source: MessageSource::ConsoleApi,
            level: MessageLevel::Info,
            method: Arc::from("log"),
            text: None,
            arguments: vec![Value::String(Arc::from("round")), Value::Number(f64::from(round))],
            url: None,
            position: None,
        };
        self.writer
            .mark(Micros(self.n_calls), Event::Message(message))
            .map(drop)
    }

    fn push(&mut self, record: Record) -> std::io::Result<()> {
        self.writer.push(record).map(drop)
    }

    /// A linear congruence (Knuth, MMIX): the same numbers in every run.
    fn next_random(&mut self) -> u32 {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) as u32
    }
}

/// An object of the program's table.
fn row() -> ObjectState {
    ObjectState {
        class_name: Arc::from("Object"),
        prototype: None,
        kind: ObjectKind::Plain,
        properties: vec![Property {
            key: Key::Name(Arc::from("value")),
            value: Slot::Value(Value::Number(0.0)),
            flags: 7,
        }],
        n_properties: 1,
    }
}

/// The script's tables and its text.
pub(crate) fn script() -> (Script, String) {
    let lines_each = FUNCTION.lines().count() as u32;
    let text: String = (0..N_FUNCTIONS)
        .map(|idx| FUNCTION.replace('#', &idx.to_string()))
        .collect();
    let n_lines = N_FUNCTIONS * lines_each;
    let end = Position {
        line: n_lines + 1,
        column: 0,
    };
    let top = Function {
        name: String::new(),
        kind: FunctionKind::TopLevel,
        is_async: false,
        is_generator: false,
        start: Position { line: 1, column: 0 },
        end,
        body: Position { line: 1, column: 0 },
        parameters: Vec::new(),
        parent: None,
        scope: ScopeId(0),
    };
    let root = Scope {
        kind: ScopeKind::Script,
        parent: None,
        function: FunctionId(0),
        start: top.start,
        end,
        bindings: Vec::new(),
        has_instances: false,
    };
    let (mut functions, mut scopes, mut bindings, mut sites) =
        (vec![top], vec![root], Vec::new(), Vec::new());
    for idx in 0..N_FUNCTIONS {
        let first_line = idx * lines_each + 1;
        let at = |line: u32, column: u32| Position {
            line: first_line + line,
            column,
        };
        let (function, scope) = (FunctionId(idx + 1), ScopeId(idx + 1));
        let first_binding = 1 + idx * 4;
        let name = format!("f{idx}");
        let parameters = "function (".len() as u32 + name.len() as u32;
        let variables = [
            ("a", BindingKind::Parameter, at(0, parameters)),
            ("b", BindingKind::Parameter, at(0, parameters + 3)),
            ("x", BindingKind::Let, at(3, 6)),
            ("y", BindingKind::Let, at(4, 6)),
        ];
        bindings.extend(variables.map(|(name, kind, position)| Binding {
            name: Arc::from(name),
            kind,
            scope,
            position,
        }));
        sites.extend(STEP_LINES.map(|line| Site {
            position: at(line, 2),
            function,
            scope,
            kind: SiteKind::Statement,
        }));
        scopes.push(Scope {
            kind: ScopeKind::Function,
            parent: Some(ScopeId(0)),
            function,
            start: at(0, 0),
            end: at(9, 1),
            bindings: (first_binding..first_binding + 4).map(BindingId).collect(),
            has_instances: false,
        });
        functions.push(Function {
            kind: FunctionKind::Function,
            is_async: false,
            is_generator: false,
            start: at(0, 0),
            end: at(9, 1),
            body: at(0, parameters + 7),
            parameters: vec![BindingId(first_binding), BindingId(first_binding + 1)],
            parent: Some(FunctionId(0)),
            scope,
            name,
        });
    }
    let script = Script {
        id: ScriptId(0),
        url: "http://localhost/synthetic/program.js".to_owned(),
        kind: ScriptKind::External,
        level: 3,
        hash: "synthetic".to_owned(),
        n_code_units: text.len() as u32,
        n_lines,
        document_line: 0,
        source_map_url: None,
        first_site: SiteId(1),
        sites,
        first_function: FunctionId(0),
        functions,
        first_scope: ScopeId(0),
        scopes,
        first_binding: BindingId(1),
        bindings,
    };
    (script, text)
}
