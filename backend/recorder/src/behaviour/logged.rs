//! What the probes log of small programs. Long because it is a list of programs and of what each logs.

use recording::{
    event::Event,
    ids::{BindingId, InstanceId},
    record::Record,
    value::{Key, ObjectKind, Slot, Value},
};

use super::{Run, run};
use crate::{instrument::Goal, log::Item};

impl Run {
    /// The values written to a variable, by name, with their owners.
    fn writes(&self, name: &str) -> Vec<(InstanceId, Value)> {
        let is_named = |binding: &BindingId| {
            let idx = binding.0.checked_sub(self.script.first_binding.0);
            idx.and_then(|idx| self.script.bindings.get(idx as usize))
                .is_some_and(|found| &*found.name == name)
        };
        self.records
            .iter()
            .filter_map(|record| match record {
                Record::Write {
                    owner,
                    binding,
                    value,
                } if is_named(binding) => Some((*owner, value.clone())),
                _ => None,
            })
            .collect()
    }

    fn numbers_written(&self, name: &str) -> Vec<f64> {
        self.writes(name)
            .into_iter()
            .filter_map(|(_, value)| match value {
                Value::Number(number) => Some(number),
                _ => None,
            })
            .collect()
    }

    /// Objects as their last whole state had them, with property changes since.
    fn changes(&self) -> Vec<String> {
        let object = |value: &Value| match value {
            Value::Number(number) => number.to_string(),
            Value::String(text) => format!("{text:?}"),
            Value::Object(_) => "object".to_owned(),
            other => format!("{other:?}"),
        };
        let key = |key: &Key| match key {
            Key::Name(name) | Key::Symbol(name) => name.to_string(),
            Key::Index(index) => index.to_string(),
        };
        self.records
            .iter()
            .filter_map(|record| match record {
                Record::Property { key: k, value, .. } => Some(format!("{} = {}", key(k), object(value))),
                Record::PropertyDelete { key: k, .. } => Some(format!("delete {}", key(k))),
                Record::Splice {
                    start,
                    n_removed,
                    inserted,
                    ..
                } => {
                    let inserted: Vec<_> = inserted.iter().map(object).collect();
                    Some(format!("splice {start} -{n_removed} +[{}]", inserted.join(" ")))
                }
                Record::MapSet { key, value, .. } => Some(format!("set {} {}", object(key), object(value))),
                Record::SetAdd { value, .. } => Some(format!("add {}", object(value))),
                Record::EntryDelete { key, .. } => Some(format!("drop {}", object(key))),
                Record::EntriesClear { .. } => Some("clear".to_owned()),
                _ => None,
            })
            .collect()
    }
}

#[test]
fn variables_are_written_as_they_change() {
    let run = run(
        "let a = 1; a += 2; a++; --a; var b; [a, b] = [10, 20]; ({ a } = { a: 30 }); for (let i = 0; i < 2; i++) b = i;
         function f(x) { x = x * 2; return x } f(21)",
        Goal::Script,
        2,
    );
    assert_eq!(run.numbers_written("a"), [1.0, 3.0, 4.0, 3.0, 10.0, 30.0]);
    assert_eq!(run.numbers_written("b"), [20.0, 0.0, 1.0]);
    assert_eq!(run.numbers_written("i"), [0.0, 1.0, 2.0]);
    assert_eq!(run.numbers_written("x"), [42.0]);
    assert!(run.records.contains(&Record::Return(Value::Number(42.0))));
    assert!(
        run.writes("a")
            .iter()
            .all(|(owner, _)| *owner == InstanceId::STATIC)
    );
    assert!(
        run.writes("x")
            .iter()
            .all(|(owner, _)| *owner != InstanceId::STATIC)
    );
}

#[test]
fn what_literals_make_is_told_as_if_it_had_been_looked_at() {
    let program = "const o = { a: -0, 'b c': 'x', c: undefined }, l = [1.5, null, [true]]; for (let i = 0; i < 2; i++) f({ n: i });
        function f(x) {} o.a = 3; l.push(4)";
    let states = |level| {
        let run = run(program, Goal::Script, level);
        let shown = |record: &Record| match record {
            Record::Object { state, .. } if !matches!(state.kind, ObjectKind::Function { .. }) => {
                let state = format!("{state:?}");
                // Inner and outer ones are numbered in another order.
                Some(state.replace(
                    |character: char| character.is_ascii_digit() && state.contains("ObjectId"),
                    "",
                ))
            }
            _ => None,
        };
        let mut states: Vec<_> = run.records.iter().filter_map(shown).collect();
        states.sort();
        (states, run.changes())
    };
    let (looked_at, told) = (states(2), states(3));
    assert_eq!(told.0, looked_at.0);
    assert_eq!(told.0.len(), 5);
    assert_eq!(told.1, ["a = 3", "splice 3 -0 +[4]"]);
}

#[test]
fn each_iteration_has_variables_of_its_own_when_captured() {
    let run = run(
        "var fns = []; for (let i = 0; i < 3; i++) fns.push(() => i)",
        Goal::Script,
        2,
    );
    let copies = run
        .records
        .iter()
        .filter(|record| matches!(record, Record::ScopeCopy { .. }))
        .count();
    assert_eq!(copies, 3);
    let owners: std::collections::BTreeSet<_> = run.writes("i").into_iter().map(|(owner, _)| owner).collect();
    assert_eq!(owners.len(), 4);
}

#[test]
fn closures_write_to_the_frame_they_were_made_in() {
    let run = run(
        "function outer() { let n = 0; return () => { n++ } } const one = outer(), two = outer(); one(); two(); two()",
        Goal::Script,
        2,
    );
    let writes = run.writes("n");
    let of = |owner: InstanceId| -> Vec<Value> {
        writes
            .iter()
            .filter(|(found, _)| *found == owner)
            .map(|(_, value)| value.clone())
            .collect()
    };
    let (first, second) = (writes[0].0, writes[1].0);
    assert_eq!(of(first), [Value::Number(0.0), Value::Number(1.0)]);
    assert_eq!(
        of(second),
        [Value::Number(0.0), Value::Number(1.0), Value::Number(2.0)]
    );
}

#[test]
fn objects_are_followed() {
    let run = run(
        "const o = { a: 1 }, list = [1], map = new Map(), set = new Set(); o.a = 2; o.a++; ++o.a; o.b = { c: 0 }; o.b.c += 5;
         delete o.a; list.push(2, 3); list.pop(); list.unshift(0); list.splice(1, 1, 'x', 'y'); list[0] = 9;
         [list[0], list[1]] = [list[1], list[0]]; map.set('k', 1); map.delete('k'); map.clear(); set.add(7);
         o.b?.c; map.get('none')?.push(1); class P { #p = 1; bump() { this.#p++ } } new P().bump()",
        Goal::Script,
        3,
    );
    assert_eq!(
        run.changes(),
        [
            "a = 2",
            "a = 3",
            "a = 4",
            "b = object",
            "c = 5",
            "delete a",
            "splice 1 -0 +[2 3]",
            "splice 2 -1 +[]",
            "splice 0 -0 +[0]",
            "splice 1 -1 +[\"x\" \"y\"]",
            "0 = 9",
            "0 = \"x\"",
            "1 = 9",
            "set \"k\" 1",
            "drop \"k\"",
            "clear",
            "add 7",
            "#p = 2"
        ]
    );
}

#[test]
fn objects_of_every_kind_are_seen() {
    let run = run(
        "class Dog { constructor() { this.name = 'rex' } get loud() { throw 1 } }
         const all = [new Date(5), /a+/gi, new TypeError('no'), new Map([[1, { deep: true }]]), new Set(['m']), new Uint8Array([1, 2]),
           Promise.resolve(1), new Number(3), new WeakMap(), new Dog(), Dog, [1, , 3], Symbol('s'), 10n, Object.create(null),
           new Proxy({}, {}), { get x() { throw 2 } }, function named() {}];",
        Goal::Script,
        2,
    );
    let states: Vec<_> = run
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Object { state, .. } => Some(state),
            _ => None,
        })
        .collect();
    let has = |test: &dyn Fn(&ObjectKind) -> bool| states.iter().any(|state| test(&state.kind));
    assert!(has(&|kind| *kind == ObjectKind::Date(5.0)));
    assert!(has(&|kind| *kind == ObjectKind::RegExp("/a+/gi".into())));
    assert!(has(
        &|kind| matches!(kind, ObjectKind::Error { message, stack } if &**message == "no" && stack.starts_with("TypeError: no"))
    ));
    assert!(has(
        &|kind| matches!(kind, ObjectKind::Map { size: 1, entries } if matches!(entries[0], (Value::Number(_), Value::Object(_))))
    ));
    assert!(has(&|kind| *kind
        == ObjectKind::Set {
            size: 1,
            entries: vec![Value::String("m".into())]
        }));
    assert!(has(&|kind| matches!(
        kind,
        ObjectKind::TypedArray { length: 2, .. }
    )));
    assert!(has(&|kind| *kind == ObjectKind::Promise));
    assert!(has(&|kind| *kind == ObjectKind::Boxed(Value::Number(3.0))));
    assert!(has(&|kind| *kind == ObjectKind::Weak));
    assert!(has(&|kind| *kind == ObjectKind::Proxy));
    assert!(has(
        &|kind| matches!(kind, ObjectKind::Array { length: 3, elements } if elements[1].is_none())
    ));
    assert!(has(
        &|kind| matches!(kind, ObjectKind::Function { name, function: Some(_) } if &**name == "Dog")
    ));
    assert!(has(
        &|kind| matches!(kind, ObjectKind::Function { name, function: Some(_) } if &**name == "named")
    ));
    let dog = states
        .iter()
        .find(|state| &*state.class_name == "Dog")
        .expect("the dog");
    assert!(dog.prototype.is_some());
    assert!(states.iter().any(|state| {
        state.properties.iter().any(|property| {
            matches!(
                property.value,
                Slot::Accessor {
                    get: Some(_),
                    set: None
                }
            )
        })
    }));
}

#[test]
fn functions_lead_to_their_text() {
    let run = run(
        "const f = (a = () => 1) => a; function g() {} class C { m() {} } console.log(f, g, C)",
        Goal::Script,
        3,
    );
    let function_named = |name: &str| {
        run.records.iter().find_map(|record| match record {
            Record::Object { state, .. } => match &state.kind {
                ObjectKind::Function {
                    name: found,
                    function,
                } if &**found == name => *function,
                _ => None,
            },
            _ => None,
        })
    };
    for name in ["f", "g", "m"] {
        let id = function_named(name).expect(name);
        let function = &run.script.functions[(id.0 - run.script.first_function.0) as usize];
        assert_eq!(function.name, name);
    }
}

#[test]
fn console_messages_carry_their_arguments() {
    let run = run(
        "const o = { n: 1 }; console.log('at', o, 3); console.count(); console.assert(false, 'no'); o.n = 2; console.warn(o)",
        Goal::Script,
        2,
    );
    let messages: Vec<_> = run
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Event(Event::Message(message)) => Some(message),
            _ => None,
        })
        .collect();
    let methods: Vec<_> = messages.iter().map(|message| &*message.method).collect();
    assert_eq!(methods, ["log", "count", "assert", "warn"]);
    assert!(matches!(
        &messages[0].arguments[..],
        [Value::String(_), Value::Object(_), Value::Number(_)]
    ));
    assert_eq!(messages[1].text.as_deref(), Some("default: 1"));
    // At level 2 changes are not followed, but what the console shows is looked at anew.
    let last = run.records.iter().rev().find_map(|record| match record {
        Record::Object { state, .. } if &*state.class_name == "Object" => Some(state.clone()),
        _ => None,
    });
    assert_eq!(
        last.expect("the object").properties[0].value,
        Slot::Value(Value::Number(2.0))
    );
}

#[test]
fn await_suspends_the_frame_and_resumes_it() {
    let run = run(
        "async function f() { await null; return 1 } await f()",
        Goal::Module,
        1,
    );
    let shape: Vec<_> = run
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Enter { .. } => Some("enter"),
            Record::Suspend => Some("suspend"),
            Record::Resume(_) => Some("resume"),
            Record::Leave => Some("leave"),
            _ => None,
        })
        .collect();
    assert_eq!(
        shape,
        [
            "enter", "enter", "suspend", "suspend", "resume", "leave", "resume", "leave"
        ]
    );
}

#[test]
fn long_strings_that_grow_are_logged_by_what_they_grow_by() {
    let run = run(
        "let s = ''; for (let i = 0; i < 200; i++) s += 'abcd'",
        Goal::Script,
        2,
    );
    let appended = run
        .records
        .iter()
        .filter(|record| matches!(record, Record::Append { .. }))
        .count();
    assert!(appended > 100);
}

impl Run {
    /// What stands among the properties of objects in double brackets, as they were first seen or as it changed.
    fn slots(&self) -> Vec<String> {
        let text = |value: &Value| match value {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.to_string(),
            Value::Object(_) => "object".to_owned(),
            other => format!("{other:?}"),
        };
        let slot = |key: &Key, value: &Value| match key {
            Key::Name(name) if name.starts_with("[[") => Some(format!("{name}={}", text(value))),
            _ => None,
        };
        self.records
            .iter()
            .flat_map(|record| match record {
                Record::Object { state, .. } => state
                    .properties
                    .iter()
                    .filter_map(|property| match &property.value {
                        Slot::Value(value) => slot(&property.key, value),
                        Slot::Accessor { .. } => None,
                    })
                    .collect(),
                Record::Property { key, value, .. } => slot(key, value).into_iter().collect::<Vec<_>>(),
                _ => Vec::new(),
            })
            .collect()
    }
}

#[test]
fn promises_proxies_and_buffers_say_how_they_stand() {
    let promises = run(
        "const made = Promise.resolve(7); const lost = Promise.reject('no'); lost.catch(() => {});
         let settle; const open = new Promise((resolve) => { settle = resolve }); settle(8);
         const waited = (async () => 9)(); await waited;
         const never = new Promise(() => {}); const thenable = Promise.resolve({ then() {} });",
        Goal::Module,
        3,
    );
    assert_eq!(
        promises.slots(),
        [
            "[[PromiseState]]=fulfilled",
            "[[PromiseResult]]=7",
            "[[PromiseState]]=rejected",
            "[[PromiseResult]]=no",
            "[[PromiseState]]=pending",
            "[[PromiseState]]=fulfilled",
            "[[PromiseResult]]=8",
            "[[PromiseState]]=fulfilled",
            "[[PromiseResult]]=9",
            "[[PromiseState]]=pending",
        ]
    );
    let others = run(
        "const proxy = new Proxy({ a: 1 }, {}); const view = new DataView(new ArrayBuffer(8), 2);",
        Goal::Script,
        3,
    );
    let mut slots = others.slots();
    slots.sort();
    assert_eq!(
        slots,
        [
            "[[Handler]]=object",
            "[[Target]]=object",
            "[[buffer]]=object",
            "[[byteLength]]=6",
            "[[byteLength]]=8",
            "[[byteOffset]]=2"
        ]
    );
}

#[test]
fn built_ins_that_change_objects_are_seen() {
    let run = run(
        "const typed = new Uint8Array(3); typed[1] = 300; typed[2] = 2.5; const list = [1]; [].push.apply(list, [2, 3]);
         const date = new Date(0); date.setTime(5); typed.fill(9); const o = {}; Reflect.set(o, 'k', 1);
         class A { constructor() { this.a = 1 } } class B extends A { b = 2; constructor() { super() } } const b = new B();",
        Goal::Script,
        3,
    );
    // What the array made of the value, not what it was given.
    assert_eq!(run.changes()[..2], ["1 = 44", "2 = 2"]);
    let last = |is_wanted: &dyn Fn(&ObjectKind) -> bool| {
        run.records.iter().rev().find_map(|record| match record {
            Record::Object { state, .. } if is_wanted(&state.kind) => Some(state.kind.clone()),
            _ => None,
        })
    };
    let number = |n: f64| Some(Value::Number(n));
    assert_eq!(
        last(&|kind| matches!(kind, ObjectKind::Array { .. })),
        Some(ObjectKind::Array {
            length: 3,
            elements: vec![number(1.0), number(2.0), number(3.0)]
        })
    );
    assert_eq!(
        last(&|kind| matches!(kind, ObjectKind::Date(_))),
        Some(ObjectKind::Date(5.0))
    );
    assert_eq!(
        last(&|kind| matches!(kind, ObjectKind::TypedArray { .. })),
        Some(ObjectKind::TypedArray {
            length: 3,
            elements: vec![Value::Number(9.0); 3]
        })
    );
    let has_property = |name: &str| {
        run.records.iter().any(|record| match record {
            Record::Object { state, .. } => state
                .properties
                .iter()
                .any(|property| property.key == Key::Name(name.into())),
            _ => false,
        })
    };
    assert!(has_property("k"), "set by Reflect");
    assert!(has_property("b"), "a field that came after the object was seen");
}

#[test]
fn looking_runs_nothing_of_the_program() {
    let run = run(
        "const seen = []; const list = []; Object.defineProperty(list, 0, { get() { seen.push('element') } });
         const pattern = /a/g; Object.defineProperty(pattern, 'global', { get() { seen.push('flag') } });
         const o = { get x() { seen.push('getter') } }; const all = [list, pattern, o]; console.log(seen.length)",
        Goal::Script,
        3,
    );
    assert_eq!(run.output.trim(), "0");
}
