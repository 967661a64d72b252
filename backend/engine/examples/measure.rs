//! How long the engine takes at random places of a recording: `measure [FILE | STEPS]`. Without a file it makes a long one
//! in memory first. Prints percentiles of processor time. For figures worth quoting, build with optimisation.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    dead_code,
    reason = "a tool for developers"
)]

#[path = "../tests/engine/support.rs"]
mod support;

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use recording::{
    ids::{BindingId, FunctionId, InstanceId, ObjectId, ScopeId, SiteId},
    manifest::Head,
    point::{Micros, Point},
    reader::Reader,
    record::Record,
    script::BindingKind,
    source::MemorySource,
    value::{Key, ObjectKind, Value},
    writer::Writer,
};
use support::{Client, Code, RECORDING, number, object_value, of_kind, plain};
use wire::{
    debugger::{FindStepOverTarget, GetHitCounts, Location, SameLineSourceLocations},
    ids::{FindPointsId, SourceId},
    pause::{GetAllFrames, GetScope},
    point::ExecutionPoint,
    session::{CreatePause, EnsureProcessed, FindPoints, PointPageLimits, PointSelector},
};

const STATIC: InstanceId = InstanceId::STATIC;

/// Lines of the library whose statements run at random.
const N_LINES: u32 = 10_000;

fn main() {
    let argument = std::env::args().nth(1).unwrap_or_else(|| "1000000".to_owned());
    let Ok(n_steps) = argument.parse() else {
        let file = std::fs::read(&argument).unwrap();
        let reader = Reader::open(Box::new(MemorySource::from(file.clone()))).unwrap();
        let mut client = Client::of_recording(file, &reader.head().recording_id);
        client.ask(EnsureProcessed {});
        return pauses(&mut client, reader.manifest().counts.steps);
    };
    let began = now();
    let file = Program::new().run(n_steps);
    println!(
        "{n_steps} steps, {} MB, written in {:.1?}",
        file.len() >> 20,
        now() - began
    );
    let mut client = Client::of(file);
    let began = now();
    client.ask(EnsureProcessed {});
    println!("indexes read in {:.1?}", (now() - began));

    pauses(&mut client, n_steps);
    let mut random = Random(7);
    let source_id = SourceId::from("s1");
    let found: Vec<_> = (0..20)
        .map(|_| {
            let line = random.below(u64::from(N_LINES)) as u32 + 2;
            let location = Location {
                source_id: source_id.clone(),
                line,
                column: 0,
            };
            let began = now();
            client.ask(FindPoints {
                find_points_id: FindPointsId::from("x"),
                point_selector: PointSelector::Location {
                    location,
                    on_stack_frame: None,
                },
                point_limits: Some(PointPageLimits {
                    max_count: Some(10_000),
                    ..PointPageLimits::default()
                }),
            });
            now() - began
        })
        .collect();
    report("points of a place that runs now and then", found);
    let location = Location {
        source_id: source_id.clone(),
        line: 1,
        column: 0,
    };
    let found: Vec<_> = (0..20)
        .map(|_| {
            let began = now();
            client.ask(FindPoints {
                find_points_id: FindPointsId::from("x"),
                point_selector: PointSelector::Location {
                    location: location.clone(),
                    on_stack_frame: None,
                },
                point_limits: Some(PointPageLimits {
                    max_count: Some(10_000),
                    ..PointPageLimits::default()
                }),
            });
            now() - began
        })
        .collect();
    report("the first 10,000 points of a busy place", found);
    let counted: Vec<_> = (0..20)
        .map(|_| {
            let locations = (0..N_LINES).map(|line| SameLineSourceLocations {
                line: line + 2,
                columns: vec![0],
            });
            let params = GetHitCounts {
                locations: locations.collect(),
                source_id: source_id.clone(),
                max_hits: None,
                range: None,
            };
            let began = now();
            client.ask(params);
            now() - began
        })
        .collect();
    report("hit counts of 10,000 lines", counted);
}

/// Pauses and steps at random points.
fn pauses(client: &mut Client, n_steps: u64) {
    let mut random = Random(7);
    let mut pauses = Vec::new();
    let mut steps = Vec::new();
    let mut n_scopes = 0;
    for _ in 0..500 {
        let point = ExecutionPoint::from(Point::before_step(random.below(n_steps)).0);
        let began = now();
        let pause_id = client.ask(CreatePause { point: point.clone() }).pause_id;
        let frames = client.ask_in(&pause_id, GetAllFrames {}).data.frames;
        for scope in frames.into_iter().flat_map(|frame| frame.scope_chain) {
            n_scopes += client.ask_in(&pause_id, GetScope { scope }).data.scopes.len();
        }
        pauses.push(now() - began);
        let began = now();
        client.ask(FindStepOverTarget { point });
        steps.push(now() - began);
    }
    report(
        &format!("createPause + getAllFrames + all scopes ({n_scopes} scopes)"),
        pauses,
    );
    report("step over", steps);
}

/// Time this thread had a core, where the system tells (Linux), so that a busy machine does not blur the figures; else
/// time on the wall.
fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = schedstat
        .as_deref()
        .and_then(|text| text.split(' ').next())
        .and_then(|nanos| nanos.parse().ok());
    nanos.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    println!(
        "{what}: median {:.2?}, p90 {:.2?}, p99 {:.2?}, most {:.2?}",
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0)
    );
}

/// A sequence that looks random and is the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// A page that handles one event after the other: a handler, a loop with closures, calls, changes of objects.
struct Program {
    code: Option<Code>,
    handler: FunctionId,
    inner: FunctionId,
    library: FunctionId,
    loop_scope: ScopeId,
    sites: [SiteId; 5],
    library_site: SiteId,
    bindings: [BindingId; 5],
    state: [BindingId; 20],
}

impl Program {
    fn new() -> Self {
        let lines = (0..N_LINES).map(|line| format!("\nstatement_{line}();"));
        let text = format!(
            "handler(); inner(); library(); state; test; body; update; end;{}",
            lines.collect::<String>()
        );
        let mut code = Code::classic(1, &text);
        let root = code.root();
        let state =
            std::array::from_fn(|idx| code.binding(&format!("state{idx}"), BindingKind::Var, root, "state"));
        let (handler, in_handler) = code.call("handler", "handler", root);
        let event = code.binding("event", BindingKind::Parameter, in_handler, "handler");
        let sum = code.binding("sum", BindingKind::Var, in_handler, "handler");
        let loop_scope = code.block(in_handler, true);
        let i = code.binding("i", BindingKind::Let, loop_scope, "handler");
        let (inner, in_inner) = code.call("inner", "inner", loop_scope);
        let depth = code.binding("depth", BindingKind::Parameter, in_inner, "inner");
        let local = code.binding("local", BindingKind::Let, in_inner, "handler");
        let (library, in_library) = code.call("library", "library", root);
        let sites = [
            code.site("handler", in_handler),
            code.site("test", loop_scope),
            code.site("update", loop_scope),
            code.site("body", in_inner),
            code.site("end", in_inner),
        ];
        let sites_of_library: Vec<_> = (0..N_LINES)
            .map(|line| code.site(&format!("statement_{line}("), in_library))
            .collect();
        Self {
            code: Some(code),
            handler,
            inner,
            library,
            loop_scope,
            sites,
            library_site: sites_of_library[0],
            bindings: [event, sum, i, depth, local],
            state,
        }
    }

    fn run(mut self, n_steps: u64) -> Vec<u8> {
        let mut file = Vec::new();
        let head = Head {
            format: 0,
            recording_id: RECORDING.to_owned(),
            build_id: "linux-chromium-20261120-playhead".to_owned(),
            url: "https://site.test/".to_owned(),
            recorded_at: 0.0,
            viewport: (800, 600),
            device_pixel_ratio: 1.0,
        };
        let mut writer = Writer::create(&mut file, head).unwrap();
        let code = self.code.take().unwrap();
        writer.add_script(&code.script, code.text()).unwrap();
        let mut random = Random(1);
        let mut next_object = 1;
        for (idx, binding) in self.state.into_iter().enumerate() {
            let object = ObjectId(next_object);
            next_object += 1;
            let state = Box::new(plain(&[
                ("name", Value::String(format!("state {idx}").into())),
                ("n", number(0)),
            ]));
            writer.push(Record::Object { object, state }).unwrap();
            writer
                .push(Record::Write {
                    owner: STATIC,
                    binding,
                    value: Value::Object(object),
                })
                .unwrap();
        }
        while writer.tracker().n_steps < n_steps {
            self.task(&mut writer, &mut random, &mut next_object);
        }
        writer.finish(String::new(), Vec::new(), Vec::new()).unwrap();
        file
    }

    fn task(&self, writer: &mut Writer<&mut Vec<u8>>, random: &mut Random, next_object: &mut u32) {
        let [_, sum, i, _, local] = self.bindings;
        let [s_handler, s_test, s_update, s_body, s_end] = self.sites;
        let time = writer.tracker().time.0;
        let event = ObjectId(*next_object);
        *next_object += 1;
        let push = |writer: &mut Writer<&mut Vec<u8>>, record: Record| {
            writer.push(record).unwrap();
        };
        push(writer, Record::Tick(Micros(time + random.below(5_000))));
        let list = ObjectKind::Array {
            length: 0,
            elements: Vec::new(),
        };
        push(
            writer,
            Record::Object {
                object: event,
                state: Box::new(of_kind("Array", list, &[])),
            },
        );
        let frame = writer.tracker().next_instance;
        let arguments = vec![object_value(event.0)];
        push(
            writer,
            Record::Enter {
                function: self.handler,
                parent: STATIC,
                this: Some(Value::Undefined),
                arguments,
            },
        );
        push(writer, Record::Step(s_handler));
        push(
            writer,
            Record::Write {
                owner: frame,
                binding: sum,
                value: number(0),
            },
        );
        let mut scope = writer.tracker().next_instance;
        push(
            writer,
            Record::Scope {
                scope: self.loop_scope,
                parent: frame,
            },
        );
        for round in 0..5 {
            push(
                writer,
                Record::Write {
                    owner: scope,
                    binding: i,
                    value: number(round),
                },
            );
            push(writer, Record::Step(s_test));
            for depth in 0..4 {
                let inner = writer.tracker().next_instance;
                let arguments = vec![number(depth)];
                push(
                    writer,
                    Record::Enter {
                        function: self.inner,
                        parent: scope,
                        this: None,
                        arguments,
                    },
                );
                push(writer, Record::Step(s_body));
                let text = Value::String(format!("local {}", random.below(1_000)).into());
                push(
                    writer,
                    Record::Write {
                        owner: inner,
                        binding: local,
                        value: text,
                    },
                );
            }
            push(
                writer,
                Record::Enter {
                    function: self.library,
                    parent: STATIC,
                    this: None,
                    arguments: Vec::new(),
                },
            );
            for _ in 0..4 {
                let line = random.below(u64::from(N_LINES)) as u32;
                push(writer, Record::Step(SiteId(self.library_site.0 + line)));
            }
            push(writer, Record::End);
            push(writer, Record::Leave);
            for _ in 0..4 {
                push(writer, Record::Step(s_end));
                push(writer, Record::Return(number(round)));
                push(writer, Record::Leave);
            }
            let value = Value::Number(random.below(1_000_000) as f64);
            let changed = ObjectId(1 + random.below(20) as u32);
            push(
                writer,
                Record::Property {
                    object: changed,
                    key: Key::Name("n".into()),
                    value: value.clone(),
                },
            );
            let inserted = vec![value.clone()];
            push(
                writer,
                Record::Splice {
                    object: event,
                    start: round as u32,
                    n_removed: 0,
                    inserted,
                },
            );
            push(
                writer,
                Record::Write {
                    owner: frame,
                    binding: sum,
                    value,
                },
            );
            let from = scope;
            scope = writer.tracker().next_instance;
            push(
                writer,
                Record::ScopeCopy {
                    scope: self.loop_scope,
                    from,
                },
            );
            push(writer, Record::Step(s_update));
        }
        // As the recorder does: what changes is written whole now and then.
        if random.below(200) == 0 {
            for object in 1..=20 {
                let state = plain(&[("name", Value::String("state".into())), ("n", number(0))]);
                push(
                    writer,
                    Record::Object {
                        object: ObjectId(object),
                        state: Box::new(state),
                    },
                );
            }
        }
        push(writer, Record::End);
        push(writer, Record::Leave);
        push(writer, Record::Tick(Micros(time + 5_000)));
    }
}
