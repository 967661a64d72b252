//! When something changed, the same object at another point, and which methods of the console were called.

use recording::{
    event::{Event, Message, MessageLevel, MessageSource, Navigation},
    ids::{InstanceId, ObjectId},
    record::Record,
    script::BindingKind,
    value::{Key, ObjectKind, Value},
};
use serde_json::{Value as Json, json};
use wire::{
    ids::PauseId,
    pause::{GetAllFrames, GetScope},
    point::ExecutionPoint,
    session::ExperimentalCommand,
};

use crate::support::{Client, Code, Log, number, object_value, of_kind, plain};

const STATIC: InstanceId = InstanceId::STATIC;

fn ask(client: &mut Client, name: &str, params: Json) -> Json {
    let command = ExperimentalCommand {
        name: name.to_owned(),
        params: Some(params),
    };
    client.ask(command).rval.unwrap()
}

fn refusal(client: &mut Client, name: &str, params: Json) -> String {
    let command = ExperimentalCommand {
        name: name.to_owned(),
        params: Some(params),
    };
    let (code, message) = client.error(command);
    assert_eq!(code, 33, "{message}");
    message
}

/// A pause whose frames and global scope were shown.
fn pause(client: &mut Client, point: &ExecutionPoint) -> PauseId {
    let pause_id = client.pause(point);
    client.ask_in(&pause_id, GetAllFrames {});
    let scope = wire::ids::ScopeId::from("global");
    client.ask_in(&pause_id, GetScope { scope });
    pause_id
}

/// Writes as text: what was done, and with what; the line of the statement, and the function.
fn told(answer: &Json) -> Vec<String> {
    let told = answer["writes"].as_array().into_iter().flatten().map(|write| {
        let mut text = write["kind"].as_str().unwrap().to_owned();
        if let Some(name) = write["property"]["name"].as_str() {
            text += &format!(" .{name}");
        }
        if let Some(key) = write.get("key") {
            text += &format!(" [{}]", key["value"]);
        }
        if let Some(value) = write.get("value") {
            text += &match (value.get("value"), value.get("object")) {
                (Some(value), _) => format!(" {value}"),
                (None, Some(object)) => format!(" #{}", object.as_str().unwrap()),
                (None, None) => format!(" {value}"),
            };
        }
        if let Some(splice) = write.get("splice") {
            let n_inserted = splice["inserted"].as_array().map_or(0, Vec::len);
            text += &format!(" {}-{}+{n_inserted}", splice["start"], splice["removedCount"]);
        }
        let line = write["point"]["frame"][0]["line"].as_u64();
        text += &format!(" @{}", line.map_or("-".to_owned(), |line| line.to_string()));
        if let Some(name) = write["functionName"].as_str() {
            text += &format!(" {name}");
        }
        text
    });
    told.collect()
}

/// All pages of an answer, and how many there were.
fn pages(client: &mut Client, mut params: Json) -> (Vec<String>, usize) {
    let mut all = Vec::new();
    for n_pages in 1..100 {
        let answer = ask(client, "findWrites", params.clone());
        all.extend(told(&answer));
        match answer.get("next") {
            Some(next) => params["from"] = next.clone(),
            None => return (all, n_pages),
        }
    }
    panic!("no end of pages");
}

/// A function is called twice, and its parameter and a global variable change in it.
fn calls() -> (Log, Vec<ExecutionPoint>) {
    let mut code = Code::classic(
        1,
        "var g = 1;\nadd(3);\nadd(4);\nfunction add(n) {\n n *= 2;\n g = g + n;\n}\nend;",
    );
    let root = code.root();
    let (add, inner) = code.call("add", "function add(n) {\n n *= 2;\n g = g + n;\n}", root);
    let g = code.binding("g", BindingKind::Var, root, "g = 1");
    let n = code.binding("n", BindingKind::Parameter, inner, "n) {");
    let [s_g, s_3, s_4] = ["var g", "add(3)", "add(4)"].map(|text| code.site(text, root));
    let (s_n, s_sum) = (code.site("n *= 2", inner), code.site("g = g + n", inner));
    let s_end = code.site("end;", root);
    let top = code.top();
    let mut log = Log::new([code]);
    let mut points = Vec::new();
    log.enter(top, STATIC, &[]);
    points.push(log.step(s_g));
    log.write(STATIC, g, 1);
    let mut sum = 1;
    for (site, given) in [(s_3, 3), (s_4, 4)] {
        points.push(log.step(site));
        let frame = log.enter(add, STATIC, &[number(given)]);
        points.push(log.step(s_n));
        log.write(frame, n, given * 2);
        points.push(log.step(s_sum));
        sum += given * 2;
        log.write(STATIC, g, sum);
        log.end();
    }
    points.push(log.step(s_end));
    log.end();
    (log, points)
}

#[test]
fn a_variables_writes_are_told_with_the_statements_that_made_them() {
    let (log, points) = calls();
    log.check(|client| {
        let pause_id = pause(client, points.last().unwrap());
        let g = json!({ "pauseId": pause_id, "variable": { "name": "g", "scopeId": "global" } });
        let answer = ask(client, "findWrites", g.clone());
        assert_eq!(told(&answer), ["set 1 @1", "set 7 @6 add", "set 15 @6 add"]);
        assert_eq!(answer.get("next"), None);
        let first = &answer["writes"][0];
        assert_eq!(
            first["point"]["point"],
            json!(points[0]),
            "the statement, before it"
        );
        assert_eq!(
            first["after"]["point"],
            json!(points[1]),
            "where the value is seen"
        );

        // In pages of one, either way.
        let mut paged = g.clone();
        paged["maxCount"] = json!(1);
        let (all, n_pages) = pages(client, paged.clone());
        assert_eq!((all.len(), n_pages), (3, 3));
        assert_eq!(all, told(&answer));
        paged["backward"] = json!(true);
        let (all, _) = pages(client, paged);
        assert_eq!(all, ["set 15 @6 add", "set 7 @6 add", "set 1 @1"]);

        // Of a range: what is not yet seen at its begin, and is at its end.
        let ranged = |begin: &ExecutionPoint, end: &ExecutionPoint| {
            let mut params = g.clone();
            (params["begin"], params["end"]) = (json!(begin), json!(end));
            params
        };
        let within = |client: &mut Client, from: usize, to: usize| {
            told(&ask(client, "findWrites", ranged(&points[from], &points[to])))
        };
        assert_eq!(within(client, 0, 1), ["set 1 @1"]);
        assert_eq!(
            within(client, 1, 3),
            [""; 0],
            "at the statement it is yet to come"
        );
        assert_eq!(within(client, 3, 4), ["set 7 @6 add"]);
        assert_eq!(
            ask(client, "findWrites", ranged(&points[1], &points[3]))["reached"],
            json!(points[3])
        );
    });
}

#[test]
fn a_parameter_begins_with_its_argument() {
    let (log, points) = calls();
    log.check(|client| {
        let pause_id = client.pause(&points[6]);
        let frames = client.ask_in(&pause_id, GetAllFrames {}).frames;
        let variable = json!({ "name": "n", "frameId": frames[0] });
        let answer = ask(
            client,
            "findWrites",
            json!({ "pauseId": pause_id, "variable": variable }),
        );
        assert_eq!(
            told(&answer),
            ["argument 4 @3", "set 8 @5 add"],
            "of this call, not of the other"
        );
        let nothing = json!({ "name": "m", "frameId": frames[0] });
        assert_eq!(
            refusal(
                client,
                "findWrites",
                json!({ "pauseId": pause_id, "variable": nothing })
            ),
            "findWrites: nothing declares \"m\" there"
        );
        assert_eq!(
            refusal(client, "findWrites", json!({ "pauseId": pause_id })),
            "findWrites: exactly one of variable, property and object says what to look for"
        );
    });
}

#[test]
fn rounds_of_a_loop_hand_their_variable_on_and_texts_grow() {
    let mut code = Code::classic(1, "for (let i = 0;;) {\n i += 'a';\n f(() => i);\n}");
    let root = code.root();
    let round = code.block(root, true);
    let i = code.binding("i", BindingKind::Let, round, "i = 0");
    let (s_grow, s_call) = (code.site("i += 'a'", round), code.site("f(()", round));
    let top = code.top();
    let mut log = Log::new([code]);
    let frame = log.enter(top, STATIC, &[]);
    let mut instance = log.scope(round, frame);
    log.write(instance, i, Value::Uninitialized);
    log.write(instance, i, "x");
    let mut points = Vec::new();
    for _ in 0..3 {
        log.step(s_grow);
        let suffix = Value::String("a".into());
        log.push(Record::Append {
            owner: instance,
            binding: i,
            suffix,
        });
        points.push(log.step(s_call));
        instance = log.scope_copy(round, instance);
    }
    log.end();
    log.check(|client| {
        let pause_id = client.pause(&points[2]);
        let frames = client.ask_in(&pause_id, GetAllFrames {}).frames;
        let params = json!({ "pauseId": pause_id, "variable": { "name": "i", "frameId": frames[0] } });
        let (all, _) = pages(client, params.clone());
        let texts: Vec<_> = all.iter().map(|text| text.split(' ').nth(1).unwrap()).collect();
        assert_eq!(texts, [r#""x""#, r#""xa""#, r#""xaa""#, r#""xaaa""#]);
        let mut last = params;
        (last["backward"], last["maxCount"]) = (json!(true), json!(2));
        let answer = ask(client, "findWrites", last);
        assert_eq!(told(&answer), [r#"set "xaaa" @2"#, r#"set "xaa" @2"#]);
    });
}

/// A program that holds object 1 in a global variable and does something to it in each of its statements.
fn changes(changes: &[Record]) -> (Log, ExecutionPoint) {
    let mut code = Code::classic(1, "var it = f();\nchange(it);");
    let root = code.root();
    let it = code.binding("it", BindingKind::Var, root, "it = ");
    let (make, change) = (code.site("var it", root), code.site("change", root));
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    log.step(make);
    let (first, others) = changes.split_first().unwrap();
    log.push(first.clone());
    log.write(STATIC, it, object_value(1));
    for record in others {
        log.step(change);
        log.push(record.clone());
    }
    let end = log.step(change);
    log.end();
    (log, end)
}

fn whole(state: recording::value::ObjectState) -> Record {
    Record::Object {
        object: ObjectId(1),
        state: Box::new(state),
    }
}

fn set(key: Key, value: Value) -> Record {
    let object = ObjectId(1);
    Record::Property { object, key, value }
}

fn splice(start: u32, n_removed: u32, inserted: &[i32]) -> Record {
    Record::Splice {
        object: ObjectId(1),
        start,
        n_removed,
        inserted: inserted.iter().map(|value| number(*value)).collect(),
    }
}

fn array(elements: &[i32]) -> recording::value::ObjectState {
    let elements: Vec<_> = elements.iter().map(|value| Some(number(*value))).collect();
    let length = elements.len() as u32;
    of_kind("Array", ObjectKind::Array { length, elements }, &[])
}

/// What changed object 1, or a property of it, either way round and in pages of any size.
fn check(records: &[Record], property: Option<&str>, expected: &[&str]) {
    let (log, end) = changes(records);
    log.check(|client| {
        let pause_id = pause(client, &end);
        let mut params = json!({ "pauseId": pause_id });
        match property {
            Some(name) => params["property"] = json!({ "object": "1", "name": name }),
            None => params["object"] = json!("1"),
        }
        assert_eq!(pages(client, params.clone()).0, expected);
        params["maxCount"] = json!(2);
        assert_eq!(pages(client, params.clone()).0, expected);
        params["backward"] = json!(true);
        let mut backward = pages(client, params).0;
        backward.reverse();
        assert_eq!(backward, expected);
    });
}

#[test]
fn an_objects_properties_have_a_history() {
    let name = |name: &str| Key::Name(name.into());
    let records = [
        whole(plain(&[("a", number(1))])),
        set(name("a"), number(2)),
        set(name("b"), number(3)),
        set(name("a"), number(2)),
        Record::PropertyDelete {
            object: ObjectId(1),
            key: name("a"),
        },
        // Native code put something in; nobody saw it.
        whole(plain(&[("b", number(3)), ("c", number(4))])),
        whole(plain(&[("b", number(3)), ("c", number(4))])),
    ];
    check(
        &records,
        None,
        &[
            "first @1",
            "set .a 2 @2",
            "set .b 3 @2",
            "set .a 2 @2",
            "delete .a @2",
            "noticed .c 4 @2",
        ],
    );
    check(
        &records,
        Some("a"),
        &["first 1 @1", "set 2 @2", "set 2 @2", "delete @2"],
    );
    check(&records, Some("c"), &["noticed 4 @2"]);
    check(&records, Some("d"), &[]);
}

#[test]
fn an_element_changes_when_others_move() {
    let records = [
        whole(array(&[5, 6])),
        splice(2, 0, &[7]),
        splice(0, 1, &[]),
        set(Key::Index(0), number(9)),
        set(Key::Name("length".into()), number(0)),
    ];
    check(
        &records,
        None,
        &[
            "first @1",
            "splice 2-0+1 @2",
            "splice 0-1+0 @2",
            "set .0 9 @2",
            "set .length 0 @2",
        ],
    );
    check(
        &records,
        Some("0"),
        &["first 5 @1", "splice 6 0-1+0 @2", "set 9 @2", "delete @2"],
    );
    check(
        &records,
        Some("length"),
        &["first 2 @1", "splice 3 2-0+1 @2", "splice 2 0-1+0 @2", "set 0 @2"],
    );
}

#[test]
fn a_maps_entries_have_a_history() {
    let object = ObjectId(1);
    let empty = ObjectKind::Map {
        size: 0,
        entries: Vec::new(),
    };
    let key = Value::String("k".into());
    let records = [
        whole(of_kind("Map", empty, &[])),
        Record::MapSet {
            object,
            key: key.clone(),
            value: number(1),
        },
        Record::EntryDelete { object, key },
        Record::EntriesClear { object },
    ];
    check(
        &records,
        None,
        &["first @1", r#"set ["k"] 1 @2"#, r#"delete ["k"] @2"#, "clear @2"],
    );
}

#[test]
fn an_object_is_shown_at_another_point() {
    let (log, end) = changes(&[whole(array(&[5])), splice(1, 0, &[6])]);
    log.check(|client| {
        let here = pause(client, &end);
        let object_at = |at: &str| json!({ "pauseId": here, "objectId": "1", "at": at });
        let earlier = ask(client, "findWrites", json!({ "pauseId": here, "object": "1" }));
        let at = earlier["writes"][0]["after"]["point"]
            .as_str()
            .unwrap()
            .to_owned();
        let there = ask(client, "objectAt", object_at(&at));
        assert_eq!(there["objectId"], "1");
        assert_ne!(there["pauseId"], json!(here));
        let preview = &there["data"]["objects"][0]["preview"];
        let values: Vec<_> = preview["properties"].as_array().unwrap().iter().collect();
        let values: Vec<_> = values.iter().map(|property| property["value"].as_i64()).collect();
        assert_eq!(
            values,
            [Some(1), Some(5)],
            "its length, and the one element it had"
        );

        let before = ask(client, "objectAt", object_at("0"));
        assert_eq!(before.get("objectId"), None, "it was not there yet");
        let unknown = json!({ "pauseId": here, "objectId": "7", "at": "0" });
        assert_eq!(
            refusal(client, "objectAt", unknown),
            "no such object in this pause: 7"
        );
    });
}

#[test]
fn console_methods_are_told_with_the_groups_they_stand_in() {
    let mut code = Code::classic(1, "talk();");
    let site = code.site("talk", code.root());
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    log.step(site);
    let said = |method: &str| {
        Event::Message(Message {
            source: MessageSource::ConsoleApi,
            level: MessageLevel::Info,
            method: method.into(),
            text: None,
            arguments: Vec::new(),
            url: None,
            position: None,
        })
    };
    let methods = [
        "groupEnd",
        "group",
        "log",
        "groupCollapsed",
        "table",
        "groupEnd",
        "debug",
    ];
    let points = methods.map(|method| log.mark(said(method)));
    log.end();
    let url = "https://site.test/".into();
    log.mark(Event::Navigation(Navigation {
        url,
        kind: "load".into(),
    }));
    log.mark(said("count"));
    log.check(|client| {
        let answer = ask(client, "consoleCalls", json!({}));
        let calls: Vec<_> = answer["calls"].as_array().unwrap().iter().collect();
        let calls: Vec<_> = calls
            .iter()
            .map(|call| format!("{} {}", call["method"].as_str().unwrap(), call["depth"]))
            .collect();
        let all = [
            "groupEnd 0",
            "group 0",
            "groupCollapsed 1",
            "table 2",
            "groupEnd 1",
            "debug 1",
            "count 0",
        ];
        assert_eq!(calls, all);
        assert_eq!(answer["calls"][1]["point"], json!(points[1]));
        let some = ask(
            client,
            "consoleCalls",
            json!({ "begin": points[2], "maxCount": 1 }),
        );
        assert_eq!(some["calls"][0]["depth"], 1, "groups that began before count");
        assert_eq!(some["nextBegin"], json!(points[4]));
    });
}
