//! Programs made at random, each answer compared with what a plain run through the whole log comes to.

use std::collections::{BTreeMap, HashMap};

use recording::{
    event::{Event, Message, MessageLevel, MessageSource},
    ids::{BindingId, FunctionId, InstanceId, ObjectId, SiteId},
    record::Record,
    script::BindingKind,
    value::{Key, Value},
};
use wire::{
    debugger::{
        FindReverseStepOverTarget, FindStepInTarget, FindStepOutTarget, FindStepOverTarget, PauseReason,
    },
    pause::{GetAllFrames, GetScope},
    point::ExecutionPoint,
    session::{GetPointFrameSteps, GetPointsBoundingTime},
};

use crate::support::{Client, Code, Log, number, object_value, plain, value_text};

const N_OBJECTS: u32 = 3;

/// What is to be seen at one step.
struct Expected {
    point: ExecutionPoint,
    /// Frames from the running one on: instance, column, parameter, local variable.
    stack: Vec<(InstanceId, u32, String, String)>,
    /// The property of each object.
    objects: Vec<String>,
}

/// A run through the program as it is made.
struct Run {
    log: Log,
    random: u64,
    functions: [FunctionId; 2],
    sites: [SiteId; 4],
    parameter: [BindingId; 2],
    local: [BindingId; 2],
    stack: Vec<Frame>,
    suspended: Vec<Frame>,
    variables: HashMap<(InstanceId, BindingId), i32>,
    objects: BTreeMap<u32, i32>,
    expected: Vec<Expected>,
}

#[derive(Clone)]
struct Frame {
    instance: InstanceId,
    function_idx: usize,
    last_column: Option<u32>,
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut code = Code::module(1, "abcdefgh");
        let root = code.root();
        let held: Vec<_> = (0..N_OBJECTS)
            .map(|idx| code.binding(&format!("o{idx}"), BindingKind::Var, root, "a"))
            .collect();
        let (f, in_f) = code.call("f", "a", root);
        let (g, in_g) = code.call("g", "e", root);
        let parameter = [in_f, in_g].map(|scope| code.binding("p", BindingKind::Parameter, scope, "a"));
        let local = [in_f, in_g].map(|scope| code.binding("v", BindingKind::Var, scope, "a"));
        let sites =
            [("b", in_f), ("c", in_f), ("f", in_g), ("g", in_g)].map(|(at, scope)| code.site(at, scope));
        let mut log = Log::new([code]);
        for (idx, binding) in (0..).zip(held) {
            log.object(idx + 1, plain(&[("x", number(0))]));
            log.write(InstanceId::STATIC, binding, object_value(idx + 1));
        }
        Self {
            log,
            random: seed,
            functions: [f, g],
            sites,
            parameter,
            local,
            stack: Vec::new(),
            suspended: Vec::new(),
            variables: HashMap::new(),
            objects: (1..=N_OBJECTS).map(|object| (object, 0)).collect(),
            expected: Vec::new(),
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) as usize % bound
    }

    fn act(&mut self) {
        match self.below(20) {
            0..=2 if self.stack.len() < 6 => self.enter(),
            3..=4 if !self.stack.is_empty() => {
                self.stack.pop();
                match self.below(3) {
                    0 => {
                        self.log.push(Record::Leave);
                    }
                    _ => self.log.end(),
                }
            }
            5 if !self.stack.is_empty() => {
                self.log.push(Record::Suspend);
                self.suspended.extend(self.stack.pop());
            }
            6 if !self.suspended.is_empty() => {
                let idx = self.below(self.suspended.len());
                let frame = self.suspended.remove(idx);
                self.log.push(Record::Resume(frame.instance));
                self.stack.push(frame);
            }
            7..=9 => self.write(),
            10 => {
                let object = self.below(N_OBJECTS as usize) as u32 + 1;
                let value = self.below(1000) as i32;
                self.objects.insert(object, value);
                let record = match self.below(3) {
                    0 => Record::Object {
                        object: ObjectId(object),
                        state: Box::new(plain(&[("x", number(value))])),
                    },
                    _ => Record::Property {
                        object: ObjectId(object),
                        key: Key::Name("x".into()),
                        value: number(value),
                    },
                };
                self.log.push(record);
            }
            11 => {
                self.log.mark(Event::Message(Message {
                    source: MessageSource::ConsoleApi,
                    level: MessageLevel::Info,
                    method: "log".into(),
                    text: None,
                    arguments: vec![Value::Null],
                    url: None,
                    position: None,
                }));
            }
            _ => self.step(),
        }
    }

    fn enter(&mut self) {
        let function_idx = self.below(2);
        let argument = self.below(1000) as i32;
        let instance = self.log.enter(
            self.functions[function_idx],
            InstanceId::STATIC,
            &[number(argument)],
        );
        self.variables
            .insert((instance, self.parameter[function_idx]), argument);
        self.stack.push(Frame {
            instance,
            function_idx,
            last_column: None,
        });
    }

    /// Writes a variable of any frame on the stack, as a closure might.
    fn write(&mut self) {
        if self.stack.is_empty() {
            return;
        }
        let frame_idx = self.below(self.stack.len());
        let frame = self.stack[frame_idx].clone();
        let binding = match self.below(2) {
            0 => self.parameter[frame.function_idx],
            _ => self.local[frame.function_idx],
        };
        let value = self.below(1000) as i32;
        self.variables.insert((frame.instance, binding), value);
        self.log.write(frame.instance, binding, value);
    }

    fn step(&mut self) {
        let second = self.below(2);
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        let site_idx = frame.function_idx * 2 + second;
        frame.last_column = Some([1, 2, 5, 6][site_idx]);
        let point = self.log.step(self.sites[site_idx]);
        let text = |owner, binding| {
            let value = self.variables.get(&(owner, binding));
            value.map_or("undefined".to_owned(), ToString::to_string)
        };
        let frames = self.stack.iter().rev().map(|frame| {
            let Frame {
                instance,
                function_idx,
                last_column,
            } = frame;
            // A frame that has run nothing stands where its body begins.
            let column = last_column.unwrap_or([0, 4][*function_idx]);
            let parameter = text(*instance, self.parameter[*function_idx]);
            (
                *instance,
                column,
                parameter,
                text(*instance, self.local[*function_idx]),
            )
        });
        self.expected.push(Expected {
            point,
            stack: frames.collect(),
            objects: self.objects.values().map(ToString::to_string).collect(),
        });
    }
}

fn check_pause(client: &mut Client, expected: &Expected) {
    let pause_id = client.pause(&expected.point);
    let all = client.ask_in(&pause_id, GetAllFrames {});
    let mut stack = Vec::new();
    for id in &all.frames {
        let frame = all
            .data
            .frames
            .iter()
            .find(|frame| frame.frame_id == *id)
            .unwrap();
        let scope = client
            .ask_in(
                &pause_id,
                GetScope {
                    scope: frame.scope_chain[0].clone(),
                },
            )
            .data
            .scopes
            .remove(0);
        let bindings = scope.bindings.unwrap();
        let instance = InstanceId(id.as_str().parse().unwrap());
        stack.push((
            instance,
            frame.location[0].column,
            value_text(&bindings[0].value),
            value_text(&bindings[1].value),
        ));
    }
    assert_eq!(stack, expected.stack, "at {}", expected.point);
    let module = all.data.frames[0].scope_chain[1].clone();
    let data = client.ask_in(&pause_id, GetScope { scope: module }).data;
    let mut objects: Vec<_> = data.objects.iter().collect();
    objects.sort_by_key(|object| object.object_id.clone());
    let values = objects.iter().map(|object| {
        let properties = object.preview.as_ref().unwrap().properties.as_ref().unwrap();
        value_text(&properties[0].value)
    });
    assert_eq!(
        values.collect::<Vec<_>>(),
        expected.objects,
        "at {}",
        expected.point
    );
}

/// What stepping should come to, by looking through all steps.
fn check_steps(client: &mut Client, all: &[Expected], at: usize) {
    let here = &all[at];
    let running = |idx: usize| all[idx].stack[0].0;
    let next_of = |instance: InstanceId| (at + 1..all.len()).find(|idx| running(*idx) == instance);
    let previous_of = |instance: InstanceId| (0..at).rev().find(|idx| running(*idx) == instance);
    let instances: Vec<InstanceId> = here.stack.iter().map(|frame| frame.0).collect();
    // Whoever called a frame that was resumed by nobody goes on after its last step.
    let async_out = || {
        let mut outermost = *instances.last().unwrap();
        loop {
            let first = (0..all.len()).find(|idx| running(*idx) == outermost)?;
            let last = (0..all.len()).rfind(|idx| running(*idx) == outermost)?.max(at);
            let callers = all[first].stack.iter().skip(1).map(|frame| frame.0);
            let mut next =
                callers.filter_map(|caller| (last + 1..all.len()).find(|idx| running(*idx) == caller));
            if let Some(found) = next.next() {
                return Some(found);
            }
            let caller = all[first].stack.last().unwrap().0;
            if caller == outermost {
                return None;
            }
            outermost = caller;
        }
    };
    let out = instances.iter().skip(1).find_map(|instance| next_of(*instance));
    let out = out.or_else(async_out);
    let over = next_of(instances[0]).or(out);
    let is_within = |idx: &usize| all[*idx].stack.iter().any(|frame| frame.0 == instances[0]);
    let into = Some(at + 1)
        .filter(|idx| *idx < all.len())
        .filter(is_within)
        .or(over);
    let back = instances.iter().find_map(|instance| previous_of(*instance));
    let point = here.point.clone();
    let targets = [
        (
            client.ask(FindStepOverTarget { point: point.clone() }).target,
            over,
        ),
        (client.ask(FindStepOutTarget { point: point.clone() }).target, out),
        (client.ask(FindStepInTarget { point: point.clone() }).target, into),
        (
            client
                .ask(FindReverseStepOverTarget { point: point.clone() })
                .target,
            back,
        ),
    ];
    for (kind, (target, expected)) in ["over", "out", "in", "back"].iter().zip(targets) {
        let target = Some(target)
            .filter(|target| target.reason == PauseReason::Step)
            .map(|target| target.point);
        assert_eq!(
            target,
            expected.map(|idx| all[idx].point.clone()),
            "step {kind} from {point}"
        );
    }
    let steps = client.ask(GetPointFrameSteps { point: point.clone() }).steps;
    let own = (0..all.len())
        .filter(|idx| running(*idx) == instances[0])
        .map(|idx| all[idx].point.clone());
    assert_eq!(
        steps.iter().map(|step| step.point.clone()).collect::<Vec<_>>(),
        own.collect::<Vec<_>>()
    );
    let time = steps.iter().find(|step| step.point == point).unwrap().time;
    let around = client.ask(GetPointsBoundingTime { time });
    assert!(
        around.before.point >= point && around.before.time <= time,
        "{point} at {time}: {around:?}"
    );
    assert!(around.after.time >= time, "{point} at {time}: {around:?}");
}

#[test]
fn answers_are_those_of_a_plain_run() {
    for seed in 0..4 {
        let mut run = Run::new(seed);
        for _ in 0..250 {
            run.act();
        }
        assert!(
            run.expected.len() > 30,
            "a program that does nothing proves nothing"
        );
        for steps_per_chunk in [1, 7, 65_536] {
            let mut client = run.log.open(steps_per_chunk);
            for at in 0..run.expected.len() {
                check_pause(&mut client, &run.expected[at]);
                check_steps(&mut client, &run.expected, at);
            }
        }
    }
}
