//! Objects at a moment: states, changes, previews of every kind. Long because every kind of object has a case.

use recording::{
    ids::{InstanceId, ObjectId},
    record::Record,
    script::BindingKind,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Value},
};
use wire::{
    ids,
    pause::{GetAllFrames, GetObjectPreview, GetObjectPreviews, GetScope, Object, ObjectPreviewLevel},
    point::ExecutionPoint,
};

use crate::support::{Client, Code, Log, number, object_value, of_kind, plain, value_text};

const STATIC: InstanceId = InstanceId::STATIC;

/// A program that holds object 1 in a variable and does something to it before each of its steps.
fn history(changes: &[&[Record]]) -> (Log, Vec<ExecutionPoint>) {
    let mut code = Code::classic(1, "var it = f(); change(it);");
    let root = code.root();
    let it = code.binding("it", BindingKind::Var, root, "it = ");
    let (f, _) = code.call("f", "f();", root);
    code.binding("p", BindingKind::Parameter, code.script.functions[1].scope, "it)");
    let site = code.site("change", root);
    assert_eq!(f.0, 1001);
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    log.write(STATIC, it, object_value(1));
    let points = changes.iter().map(|records| {
        for record in *records {
            log.push(record.clone());
        }
        log.step(site)
    });
    let points = points.collect();
    (log, points)
}

fn whole(object: u32, state: ObjectState) -> Record {
    Record::Object {
        object: ObjectId(object),
        state: Box::new(state),
    }
}

fn set(key: Key, value: Value) -> Record {
    Record::Property {
        object: ObjectId(1),
        key,
        value,
    }
}

fn name(name: &str) -> Key {
    Key::Name(name.into())
}

/// Object 1 at a point, fully previewed, after the client learned of it from the global scope; with the objects it
/// refers to.
fn preview(client: &mut Client, point: &ExecutionPoint, level: ObjectPreviewLevel) -> Vec<Object> {
    let pause_id = client.pause(point);
    client.ask_in(&pause_id, GetAllFrames {});
    client.ask_in(
        &pause_id,
        GetScope {
            scope: ids::ScopeId::from("global"),
        },
    );
    let object = ids::ObjectId::from("1");
    client
        .ask_in(
            &pause_id,
            GetObjectPreview {
                object,
                level: Some(level),
            },
        )
        .data
        .objects
}

/// An object as text: class, properties and entries.
fn text(object: &Object) -> String {
    let mut text = object.class_name.clone();
    let Some(preview) = &object.preview else {
        return text;
    };
    for property in preview.properties.iter().flatten() {
        text += &format!(" {}={}", property.name, value_text(&property.value));
        if property.flags.0 != 7 {
            text += &format!("({})", property.flags.0);
        }
    }
    for entry in preview.container_entries.iter().flatten() {
        match &entry.key {
            Some(key) => text += &format!(" {}=>{}", value_text(key), value_text(&entry.value)),
            None => text += &format!(" {}", value_text(&entry.value)),
        }
    }
    if let Some(count) = preview.container_entry_count {
        text += &format!(" size {count}");
    }
    if preview.overflow {
        text += " …";
    }
    text
}

/// What scope and preview together said of object 1 at each of the points.
fn check(changes: &[&[Record]], expected: &[&str]) {
    let (log, points) = history(changes);
    log.check(|client| {
        for (point, expected) in points.iter().zip(expected) {
            let pause_id = client.pause(point);
            client.ask_in(&pause_id, GetAllFrames {});
            let data = client
                .ask_in(
                    &pause_id,
                    GetScope {
                        scope: ids::ScopeId::from("global"),
                    },
                )
                .data;
            let object = data
                .objects
                .iter()
                .find(|object| object.object_id.as_str() == "1");
            assert_eq!(object.map(text).as_deref(), Some(*expected), "at {point}");
        }
    });
}

#[test]
fn properties_change_and_go() {
    check(
        &[
            &[whole(1, plain(&[("a", number(1)), ("b", number(2))]))],
            &[set(name("a"), number(5)), set(name("#c"), Value::Null)],
            &[Record::PropertyDelete {
                object: ObjectId(1),
                key: name("a"),
            }],
            &[],
            &[whole(1, plain(&[("z", number(0))]))],
        ],
        &[
            "Object a=1 b=2",
            "Object a=5 b=2 #c=null",
            "Object b=2 #c=null",
            "Object b=2 #c=null",
            "Object z=0",
        ],
    );
}

#[test]
fn arrays_are_spliced_and_cut() {
    let array = |elements: &[i32]| {
        let elements: Vec<_> = elements.iter().map(|element| Some(number(*element))).collect();
        of_kind(
            "Array",
            ObjectKind::Array {
                length: elements.len() as u32,
                elements,
            },
            &[],
        )
    };
    let splice = |start, n_removed, inserted: &[i32]| Record::Splice {
        object: ObjectId(1),
        start,
        n_removed,
        inserted: inserted.iter().map(|element| number(*element)).collect(),
    };
    check(
        &[
            &[whole(1, array(&[1, 2, 3]))],
            &[splice(3, 0, &[4])],
            &[splice(0, 2, &[9])],
            &[set(Key::Index(5), number(7))],
            &[set(name("length"), number(1))],
            &[
                set(name("tag"), Value::Boolean(true)),
                Record::PropertyDelete {
                    object: ObjectId(1),
                    key: Key::Index(0),
                },
            ],
        ],
        &[
            "Array length=3(1) 0=1 1=2 2=3",
            "Array length=4(1) 0=1 1=2 2=3 3=4",
            "Array length=3(1) 0=9 1=3 2=4",
            "Array length=6(1) 0=9 1=3 2=4 5=7",
            "Array length=1(1) 0=9",
            "Array length=1(1) tag=true",
        ],
    );
}

#[test]
fn containers_keep_their_entries() {
    let map = ObjectKind::Map {
        size: 1,
        entries: vec![(number(1), object_value(1))],
    };
    let map_set = |key: Value, value: i32| Record::MapSet {
        object: ObjectId(1),
        key,
        value: number(value),
    };
    check(
        &[
            &[whole(1, of_kind("Map", map, &[]))],
            &[
                map_set(Value::Number(f64::NAN), 2),
                map_set(Value::Number(f64::NAN), 3),
                map_set(number(1), 4),
            ],
            &[Record::EntryDelete {
                object: ObjectId(1),
                key: number(1),
            }],
            &[Record::EntriesClear { object: ObjectId(1) }],
        ],
        &[
            "Map 1=>#1 size 1",
            "Map 1=>4 NaN=>3 size 2",
            "Map NaN=>3 size 1",
            "Map size 0",
        ],
    );
    let set_of = ObjectKind::Set {
        size: 0,
        entries: Vec::new(),
    };
    let add = |value: i32| Record::SetAdd {
        object: ObjectId(1),
        value: number(value),
    };
    check(
        &[
            &[whole(1, of_kind("Set", set_of, &[]))],
            &(0..7).chain(0..3).map(add).collect::<Vec<_>>(),
            &[Record::EntryDelete {
                object: ObjectId(1),
                key: number(0),
            }],
        ],
        &["Set size 0", "Set 0 1 2 3 4 size 7 …", "Set 1 2 3 4 5 size 6 …"],
    );
}

#[test]
fn an_object_seen_only_later_is_unavailable() {
    let (log, points) = history(&[&[], &[whole(1, plain(&[]))]]);
    log.check(|client| {
        assert_eq!(client.stack_text(&points[0]), "- 1:14 | global it=unavailable\n");
        assert_eq!(client.stack_text(&points[1]), "- 1:14 | global it=#1\n");
    });
}

#[test]
fn levels_rise_and_nothing_lesser_follows() {
    let many: Vec<_> = (0..12).map(|idx| (format!("p{idx}"), number(idx))).collect();
    let mut many: Vec<_> = many
        .iter()
        .map(|(name, value)| (&**name, value.clone()))
        .collect();
    many.insert(0, ("child", object_value(2)));
    let child = whole(2, plain(&[("grandchild", object_value(3))]));
    let grandchild = whole(3, plain(&[("x", number(1))]));
    let (log, points) = history(&[&[whole(1, plain(&many)), child, grandchild]]);
    log.check(|client| {
        // The scope told some of it; the rest comes with its children's own previews, and their children's names.
        let objects = preview(client, &points[0], ObjectPreviewLevel::Full);
        let texts: Vec<_> = objects.iter().map(text).collect();
        assert!(texts[0].ends_with("p10=10 p11=11"), "{texts:?}");
        assert_eq!(&texts[1..], ["Object grandchild=#3", "Object"]);
        assert!(
            preview(client, &points[0], ObjectPreviewLevel::CanOverflow).is_empty(),
            "the scope told that already"
        );

        let pause_id = client.pause(&points[0]);
        client.ask_in(&pause_id, GetAllFrames {});
        let object = ids::ObjectId::from("1");
        let unnamed = GetObjectPreview {
            object: object.clone(),
            level: None,
        };
        assert_eq!(
            client.error_in(&pause_id, unnamed),
            (33, "no such object in this pause: 1".to_owned())
        );
        let data = client
            .ask_in(
                &pause_id,
                GetScope {
                    scope: ids::ScopeId::from("global"),
                },
            )
            .data;
        let first = data
            .objects
            .iter()
            .find(|other| other.object_id == object)
            .unwrap();
        assert!(
            text(first).ends_with("p8=8 …"),
            "ten properties, and there are more: {}",
            text(first)
        );
        assert_eq!(
            data.objects
                .iter()
                .map(text)
                .filter(|text| text == "Object")
                .count(),
            1,
            "the child by name"
        );
        let one_unknown = GetObjectPreviews {
            objects: vec![object.clone(), ids::ObjectId::from("999")],
            level: None,
        };
        assert_eq!(client.error_in(&pause_id, one_unknown).0, 33);
        // Nothing of an answer that was not given counts as sent.
        let both = vec![object.clone(), ids::ObjectId::from("2")];
        let data = client
            .ask_in(
                &pause_id,
                GetObjectPreviews {
                    objects: both.clone(),
                    level: None,
                },
            )
            .data;
        assert_eq!(data.objects.len(), 3);
        let again = client
            .ask_in(
                &pause_id,
                GetObjectPreviews {
                    objects: both,
                    level: None,
                },
            )
            .data;
        assert!(again.objects.is_empty());
        let too_many = GetObjectPreviews {
            objects: vec![object; 501],
            level: None,
        };
        assert_eq!(client.error_in(&pause_id, too_many).0, 33);
    });
}

#[test]
fn every_kind_shows_its_own_parts() {
    let kinds = |kind: ObjectKind| -> wire::pause::ObjectPreview {
        let (log, points) = history(&[&[whole(1, of_kind("It", kind, &[]))]]);
        let mut client = log.open(1);
        let pause_id = client.pause(&points[0]);
        client.ask_in(&pause_id, GetAllFrames {});
        let data = client
            .ask_in(
                &pause_id,
                GetScope {
                    scope: ids::ScopeId::from("global"),
                },
            )
            .data;
        let object = data
            .objects
            .into_iter()
            .find(|object| object.object_id.as_str() == "1")
            .unwrap();
        object.preview.unwrap()
    };
    let names = |preview: &wire::pause::ObjectPreview| {
        let properties = preview.properties.iter().flatten();
        properties
            .map(|property| format!("{}={}", property.name, value_text(&property.value)))
            .collect::<Vec<_>>()
    };
    let function = kinds(ObjectKind::Function {
        name: "f".into(),
        function: Some(recording::ids::FunctionId(1001)),
    });
    assert_eq!(function.function_name.as_deref(), Some("f"));
    assert_eq!(function.function_parameter_names, Some(vec!["p".to_owned()]));
    let location = &function.function_location.unwrap()[0];
    assert_eq!(
        (location.source_id.as_str(), location.line, location.column),
        ("s1", 1, 9)
    );
    assert_eq!(kinds(ObjectKind::Date(1_500.0)).date_time, Some(1_500));
    assert_eq!(kinds(ObjectKind::Date(f64::NAN)).date_time, None);
    assert_eq!(
        kinds(ObjectKind::RegExp("/a/g".into())).regexp_string.as_deref(),
        Some("/a/g")
    );
    let error = kinds(ObjectKind::Error {
        message: "no".into(),
        stack: "E: no".into(),
    });
    assert_eq!(names(&error), ["message='no'", "stack='E: no'"]);
    assert_eq!(
        names(&kinds(ObjectKind::Boxed(number(3)))),
        ["[[PrimitiveValue]]=3"]
    );
    let typed = kinds(ObjectKind::TypedArray {
        length: 100,
        elements: vec![number(1), number(2)],
    });
    assert_eq!(names(&typed), ["0=1", "1=2"]);
    assert_eq!(value_text(&typed.getter_values.unwrap()[0].value), "100");
    assert!(kinds(ObjectKind::Proxy).proxy_state.is_some());
    assert!(
        kinds(ObjectKind::Promise).promise_state.is_none(),
        "how it stands is not recorded"
    );
    let node = kinds(ObjectKind::Node {
        node_type: 1,
        node_name: "LI".into(),
        node_value: None,
        attributes: vec![("class".into(), "done".into())],
    });
    let node = node.node.unwrap();
    assert_eq!(
        (node.node_type, &*node.node_name, &*node.attributes[0].value),
        (1, "LI", "done")
    );
}

#[test]
fn accessors_symbols_and_prototypes_are_told_apart() {
    let mut state = plain(&[]);
    state.prototype = Some(ObjectId(4));
    state.properties = vec![
        Property {
            key: name("size"),
            value: Slot::Accessor {
                get: Some(ObjectId(2)),
                set: Some(ObjectId(3)),
            },
            flags: 2,
        },
        Property {
            key: Key::Symbol("Symbol.iterator".into()),
            value: Slot::Value(number(1)),
            flags: 3,
        },
    ];
    let getter = of_kind(
        "Function",
        ObjectKind::Function {
            name: "get size".into(),
            function: None,
        },
        &[],
    );
    let (log, points) = history(&[&[
        whole(1, state),
        whole(2, getter),
        whole(4, of_kind("Base", ObjectKind::Plain, &[])),
    ]]);
    log.check(|client| {
        let pause_id = client.pause(&points[0]);
        client.ask_in(&pause_id, GetAllFrames {});
        let data = client
            .ask_in(
                &pause_id,
                GetScope {
                    scope: ids::ScopeId::from("global"),
                },
            )
            .data;
        let object = |id: &str| {
            data.objects
                .iter()
                .find(|object| object.object_id.as_str() == id)
                .unwrap()
        };
        let preview = object("1").preview.as_ref().unwrap();
        let properties = preview.properties.as_ref().unwrap();
        assert_eq!(properties[0].get.as_ref().unwrap().as_str(), "2");
        assert_eq!(properties[0].set.as_ref().unwrap().as_str(), "3");
        assert!(properties[1].is_symbol && properties[1].flags.0 == 3);
        assert_eq!(preview.prototype_id.as_ref().unwrap().as_str(), "4");
        assert_eq!(object("4").class_name, "Base");
        assert_eq!(
            object("3").class_name,
            "Function",
            "a setter that was never shown is a function all the same"
        );
    });
}

#[test]
fn long_strings_are_cut() {
    let long = "é".repeat(20_000);
    check(
        &[&[whole(1, plain(&[("s", Value::String((&*long).into()))]))]],
        &[&format!("Object s='{}…'", "é".repeat(10_000))],
    );
}
