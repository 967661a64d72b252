//! Whether the crate `wire` says exactly what the published schema says, and reads what real peers send.
//!
//! The schema is read by [`tests::schema`]; without it the tests fail.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test panics to fail")]

mod envelopes;
mod instances;
mod points;
mod probe;
mod table;
mod tolerance;
mod validity;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use tests::schema::{Record, Schema, Type};
use wire::command::{COMMANDS, Scope};

use crate::{
    instances::{Generator, Size},
    table::{Entry, Table},
};

/// How many random instances each type is tried with.
const N_RANDOM: u64 = 100;

#[test]
fn every_command_is_there_with_its_scope() {
    let schema = Schema::load();
    let expected: BTreeMap<String, Scope> = schema
        .domains
        .iter()
        .flat_map(|domain| {
            domain
                .commands
                .iter()
                .map(|command| (command.method.clone(), domain.scope))
        })
        .collect();
    let ours: BTreeMap<String, Scope> = COMMANDS
        .iter()
        .map(|command| (command.method.to_owned(), command.scope))
        .collect();
    assert_eq!(ours, expected);
    assert_eq!(COMMANDS.len(), expected.len(), "a method is listed twice");
}

#[test]
fn every_event_is_there_with_its_scope() {
    let schema = Schema::load();
    let expected: BTreeMap<String, Scope> = schema
        .domains
        .iter()
        .flat_map(|domain| {
            domain
                .events
                .iter()
                .map(|event| (event.method.clone(), domain.scope))
        })
        .collect();
    let ours: BTreeMap<String, Scope> = wire::event::EVENTS
        .iter()
        .map(|event| (event.method.to_owned(), event.scope))
        .collect();
    assert_eq!(ours, expected);
    assert_eq!(
        wire::event::EVENTS.len(),
        expected.len(),
        "a method is listed twice"
    );
}

#[test]
fn the_table_has_every_type_command_and_event() {
    let schema = Schema::load();
    let expected: BTreeSet<&str> = schema.subjects().map(|(name, _)| name).collect();
    let table = Table::new();
    let ours: BTreeSet<&str> = table.entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(ours, expected);
    assert_eq!(table.entries.len(), expected.len(), "a name is listed twice");
}

#[test]
fn no_struct_has_a_field_that_the_schema_lacks() {
    let mut n_structs = 0;
    each_subject(|schema, entry, subject| {
        let (Some(fields), Type::Record(record)) = (&entry.fields, subject) else {
            return;
        };
        let records: Vec<&Record> = match (schema.union_of(&entry.name), schema.named("Pause.Property")) {
            // One decoder reads every member of a union.
            (Some(members), _) => members.collect(),
            // One decoder reads values and all that is made from them; a property has every field of the others.
            (None, Type::Record(property)) if record.is_value(schema) => vec![property],
            _ => vec![record],
        };
        let expected: BTreeSet<&str> = records
            .into_iter()
            .flat_map(|record| schema.fields(record))
            .map(|field| field.name.as_str())
            .collect();
        assert_eq!(
            fields.iter().copied().collect::<BTreeSet<_>>(),
            expected,
            "{}",
            entry.name
        );
        n_structs += 1;
    });
    assert!(n_structs > 200, "{n_structs} structs");
}

#[test]
fn no_enum_lacks_a_string_or_has_one_too_many() {
    let mut n_enums = 0;
    each_subject(|_, entry, subject| {
        if let Type::Strings(expected) = subject {
            let ours = entry
                .strings
                .as_ref()
                .unwrap_or_else(|| panic!("{} is not an enum in the table", entry.name));
            assert_eq!(ours, expected, "{}", entry.name);
            n_enums += 1;
        }
    });
    assert!(n_enums > 0);
}

#[test]
fn least_and_fullest_instances_come_back_unchanged() {
    each_subject(|schema, entry, subject| {
        for size in [Size::Least, Size::Fullest] {
            for instance in Generator::new(schema, size, 0).variants(&entry.name, subject) {
                check_round_trip(entry, &instance);
            }
        }
    });
}

#[test]
fn random_instances_come_back_unchanged() {
    each_subject(|schema, entry, subject| {
        for seed in 1..=N_RANDOM {
            check_round_trip(
                entry,
                &Generator::new(schema, Size::Random, seed).instance(&entry.name, subject),
            );
        }
    });
}

/// Without this the round trips above could pass on types that accept anything.
#[test]
fn an_instance_without_a_required_field_is_refused() {
    let mut n_refused = 0;
    each_subject(|schema, entry, subject| {
        let Type::Record(record) = subject else { return };
        let least = Generator::new(schema, Size::Least, 0).instance(&entry.name, subject);
        for field in schema.fields(record).filter(|field| !field.is_optional) {
            let mut instance = least.clone();
            instance.as_object_mut().unwrap().remove(&field.name);
            let name = format!("{}.{}", entry.name, field.name);
            match tolerance::MAY_BE_ABSENT.iter().any(|absent| name == *absent) {
                true => assert!(
                    (entry.round_trip)(&instance.to_string()).is_ok(),
                    "{name} may be absent"
                ),
                false => assert!(
                    (entry.round_trip)(&instance.to_string()).is_err(),
                    "{name} was not missed"
                ),
            }
            n_refused += 1;
        }
    });
    assert!(n_refused > 0);
}

/// Runs `check` on every type, parameter list, result and event of the schema with our type for it.
fn each_subject(mut check: impl FnMut(&Schema, &Entry, &Type)) {
    let schema = Schema::load();
    let table = Table::new();
    for (name, subject) in schema.subjects() {
        let entry = table.entries.iter().find(|entry| entry.name == name);
        check(
            &schema,
            entry.unwrap_or_else(|| panic!("the table lacks {name}")),
            subject,
        );
    }
}

#[track_caller]
fn check_round_trip(entry: &Entry, instance: &Json) {
    match (entry.round_trip)(&instance.to_string()) {
        Ok(text) => {
            let back: Json = serde_json::from_str(&text).unwrap();
            assert_eq!(
                numbers_as_floats(back),
                numbers_as_floats(instance.clone()),
                "{}",
                entry.name
            );
        }
        Err(error) => panic!("{}: {error}\n{instance}", entry.name),
    }
}

/// JSON has one kind of number: `1` and `1.0` are the same.
fn numbers_as_floats(json: Json) -> Json {
    match json {
        Json::Number(number) => Json::from(number.as_f64().unwrap()),
        Json::Array(items) => items.into_iter().map(numbers_as_floats).collect(),
        Json::Object(fields) => fields
            .into_iter()
            .map(|(name, field)| (name, numbers_as_floats(field)))
            .collect(),
        other => other,
    }
}
