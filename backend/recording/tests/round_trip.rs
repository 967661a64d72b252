//! Any log that is written is read again, record for record, from any record on.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{SMALL, head, open, records, text};
use proptest::{collection::vec, option, prelude::*};
use recording::{
    ids::{BindingId, FunctionId, InstanceId, ObjectId, ScopeId, SiteId},
    point::Micros,
    record::Record,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Text, Value},
    writer::{Options, Writer},
};

fn any_text() -> BoxedStrategy<Text> {
    prop_oneof![
        Just(text("")),
        Just(text("twice")),
        ".{0,12}".prop_map(Text::from)
    ]
    .boxed()
}

/// Small ids are common, as in life; large ones must work too.
fn any_id() -> BoxedStrategy<u32> {
    prop_oneof![4 => 0..40_u32, 1 => 0..u32::MAX].boxed()
}

fn instance() -> BoxedStrategy<InstanceId> {
    any_id().prop_map(InstanceId).boxed()
}

fn object() -> BoxedStrategy<ObjectId> {
    any_id().prop_map(ObjectId).boxed()
}

fn value() -> BoxedStrategy<Value> {
    prop_oneof![
        Just(Value::Undefined),
        Just(Value::Null),
        any::<bool>().prop_map(Value::Boolean),
        prop_oneof![
            any::<f64>(),
            any::<i32>().prop_map(f64::from),
            (-20..300_i32).prop_map(f64::from),
            // Often the same again, or near.
            (990..1010_i32).prop_map(f64::from),
            any::<i64>().prop_map(|integer| integer as f64),
            prop_oneof![Just(-0.0), Just(f64::INFINITY), Just(9_007_199_254_740_993.0)],
        ]
        // NaN is not equal to itself; `nan_keeps_its_bits` has it.
        .prop_filter("a NaN", |number| !number.is_nan())
        .prop_map(Value::Number),
        any_text().prop_map(Value::String),
        any_text().prop_map(Value::BigInt),
        any_text().prop_map(Value::Symbol),
        object().prop_map(Value::Object),
        Just(Value::Uninitialized),
        Just(Value::Unavailable),
    ]
    .boxed()
}

fn key() -> BoxedStrategy<Key> {
    prop_oneof![
        any_text().prop_map(Key::Name),
        any_id().prop_map(Key::Index),
        any_text().prop_map(Key::Symbol)
    ]
    .boxed()
}

fn slot() -> BoxedStrategy<Slot> {
    prop_oneof![
        value().prop_map(Slot::Value),
        (option::of(object()), option::of(object())).prop_map(|(get, set)| Slot::Accessor { get, set }),
    ]
    .boxed()
}

fn object_kind() -> BoxedStrategy<ObjectKind> {
    let values = || vec(value(), 0..4);
    prop_oneof![
        Just(ObjectKind::Plain),
        (any_id(), vec(option::of(value()), 0..4))
            .prop_map(|(length, elements)| ObjectKind::Array { length, elements }),
        (any_id(), values()).prop_map(|(length, elements)| ObjectKind::TypedArray { length, elements }),
        (any_id(), vec((value(), value()), 0..3))
            .prop_map(|(size, entries)| ObjectKind::Map { size, entries }),
        (any_id(), values()).prop_map(|(size, entries)| ObjectKind::Set { size, entries }),
        Just(ObjectKind::Weak),
        (any_text(), option::of(any_id().prop_map(FunctionId)))
            .prop_map(|(name, function)| ObjectKind::Function { name, function }),
        (-1e15..1e15).prop_map(ObjectKind::Date),
        any_text().prop_map(ObjectKind::RegExp),
        (any_text(), any_text()).prop_map(|(message, stack)| ObjectKind::Error { message, stack }),
        Just(ObjectKind::Promise),
        value().prop_map(ObjectKind::Boxed),
        (
            any::<u8>(),
            any_text(),
            option::of(any_text()),
            vec((any_text(), any_text()), 0..3)
        )
            .prop_map(
                |(node_type, node_name, node_value, attributes)| ObjectKind::Node {
                    node_type,
                    node_name,
                    node_value,
                    attributes
                }
            ),
        Just(ObjectKind::Proxy),
        Just(ObjectKind::Window),
        Just(ObjectKind::Opaque),
    ]
    .boxed()
}

fn object_state() -> BoxedStrategy<Box<ObjectState>> {
    let property = (key(), slot(), 0..8_u8)
        .prop_map(|(key, value, flags)| Property { key, value, flags })
        .boxed();
    (
        any_text(),
        option::of(object()),
        object_kind(),
        vec(property, 0..3),
        any_id(),
    )
        .prop_map(|(class_name, prototype, kind, properties, n_properties)| {
            Box::new(ObjectState {
                class_name,
                prototype,
                kind,
                properties,
                n_properties,
            })
        })
        .boxed()
}

fn record() -> BoxedStrategy<Record> {
    let function = || any_id().prop_map(FunctionId);
    let binding = || any_id().prop_map(BindingId);
    let scope = || any_id().prop_map(ScopeId);
    // In three, because `prop_oneof` takes ten at most.
    prop_oneof![
        prop_oneof![
            4 => any_id().prop_map(|site| Record::Step(SiteId(site))),
            1 => (0..1_u64 << 60).prop_map(|time| Record::Tick(Micros(time))),
            2 => (function(), instance(), option::of(value()), vec(value(), 0..3)).prop_map(
                |(function, parent, this, arguments)| Record::Enter { function, parent, this, arguments }
            ),
            2 => Just(Record::Leave),
            1 => Just(Record::End),
            1 => Just(Record::Suspend),
            1 => instance().prop_map(Record::Resume),
            1 => value().prop_map(Record::Return),
            1 => value().prop_map(Record::Throw),
        ]
        .boxed(),
        prop_oneof![
            (instance(), binding(), value()).prop_map(|(owner, binding, value)| Record::Write {
                owner,
                binding,
                value
            }),
            (instance(), binding(), value()).prop_map(|(owner, binding, suffix)| Record::Append {
                owner,
                binding,
                suffix
            }),
            (scope(), instance()).prop_map(|(scope, parent)| Record::Scope { scope, parent }),
            (scope(), instance()).prop_map(|(scope, from)| Record::ScopeCopy { scope, from }),
            (object(), object_state()).prop_map(|(object, state)| Record::Object { object, state }),
            (object(), key(), value()).prop_map(|(object, key, value)| Record::Property {
                object,
                key,
                value
            }),
        ]
        .boxed(),
        prop_oneof![
            (object(), key()).prop_map(|(object, key)| Record::PropertyDelete { object, key }),
            (object(), any_id(), any_id(), vec(value(), 0..4)).prop_map(
                |(object, start, n_removed, inserted)| {
                    Record::Splice {
                        object,
                        start,
                        n_removed,
                        inserted,
                    }
                }
            ),
            (object(), value(), value()).prop_map(|(object, key, value)| Record::MapSet {
                object,
                key,
                value
            }),
            (object(), value()).prop_map(|(object, value)| Record::SetAdd { object, value }),
            (object(), value()).prop_map(|(object, key)| Record::EntryDelete { object, key }),
            object().prop_map(|object| Record::EntriesClear { object }),
            Just(Record::Catch),
            Just(Record::Mark),
        ],
    ]
    .boxed()
}

fn write(log: &[Record], options: Options) -> Vec<u8> {
    let mut file = Vec::new();
    let mut writer = Writer::create_with(&mut file, head(), options).unwrap();
    for record in log {
        writer.push(record.clone()).unwrap();
    }
    writer.finish(String::new(), Vec::new(), Vec::new()).unwrap();
    file
}

/// The writer moves clocks that run backwards up to the last tick.
fn with_rising_clock(log: &[Record]) -> Vec<Record> {
    let mut last = Micros(0);
    let rise = |record: &Record| match record {
        Record::Tick(time) => {
            last = last.max(*time);
            Record::Tick(last)
        }
        record => record.clone(),
    };
    log.iter().map(rise).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn every_record_is_read_again(log in vec(record(), 0..200)) {
        let file = write(&log, SMALL);
        prop_assert_eq!(records(&open(&file)), with_rising_clock(&log));
    }

    #[test]
    fn reading_can_start_at_any_record(log in vec(record(), 1..300)) {
        let options = Options { steps_per_chunk: u64::MAX, bytes_per_chunk: usize::MAX, ..SMALL };
        let reader = open(&write(&log, options));
        let chunk = reader.chunk(0).unwrap();
        let all: Vec<_> = chunk.records_from(Default::default()).collect();
        prop_assert_eq!(all.len(), log.len());
        for (idx, (position, _)) in all.iter().enumerate().step_by(7) {
            let from_here: Vec<_> = chunk.records_from(*position).collect();
            prop_assert_eq!(&from_here[..], &all[idx..]);
        }
        prop_assert_eq!(chunk.records_from(chunk.end()).next(), None);
    }
}

#[test]
fn nan_keeps_its_bits() {
    let nan = f64::from_bits(0x7ff8_0000_0000_00ff);
    let log = [
        Record::Return(Value::Number(nan)),
        Record::Return(Value::Number(-0.0)),
    ];
    let read = records(&open(&write(&log, SMALL)));
    let [
        Record::Return(Value::Number(nan_read)),
        Record::Return(Value::Number(zero_read)),
    ] = &read[..]
    else {
        panic!("{read:?}");
    };
    assert_eq!(
        (nan_read.to_bits(), zero_read.to_bits()),
        (nan.to_bits(), (-0.0_f64).to_bits())
    );
}

#[test]
fn a_list_no_reader_would_accept_is_refused() {
    let mut writer = Writer::create(Vec::new(), head()).unwrap();
    let inserted = vec![Value::Null; (1 << 20) + 1];
    let error = writer
        .push(Record::Splice {
            object: ObjectId(1),
            start: 0,
            n_removed: 0,
            inserted,
        })
        .unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    writer.push(Record::Mark).unwrap();
}

#[test]
fn more_happenings_than_a_point_can_number_are_parted_by_an_idle_step() {
    let log = vec![Record::Mark; 130_000];
    let read = records(&open(&write(&log, Options::default())));
    assert_eq!(
        read.iter()
            .filter(|record| **record == Record::Step(SiteId::IDLE))
            .count(),
        2
    );
    assert_eq!(
        read.iter().filter(|record| **record == Record::Mark).count(),
        130_000
    );
}
