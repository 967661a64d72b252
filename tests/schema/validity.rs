//! Whether the validator that all traffic of the tests goes through ([`tests::valid`]) lets through what the schema
//! allows, and nothing else.

use serde_json::{Value as Json, json};
use tests::{
    schema::Schema,
    valid::{wrongs_of, wrongs_of_request},
};
use wire::command::Scope;

use crate::instances::{Generator, Size};

/// Every answer and event of the schema, made up: the answer's method, and the message.
fn messages(schema: &Schema, seed: u64) -> Vec<(Option<String>, Json)> {
    let mut messages = Vec::new();
    let mut generator = Generator::new(schema, Size::Random, seed);
    for domain in &schema.domains {
        for command in &domain.commands {
            let result = generator.instance("", schema.result_of(&command.method).unwrap());
            messages.push((Some(command.method.clone()), json!({ "id": 1, "result": result })));
        }
        for event in &domain.events {
            let params = generator.instance("", schema.payload_of(&event.method).unwrap().0);
            let mut message = json!({ "method": event.method, "params": params });
            if domain.scope != Scope::None {
                message["sessionId"] = json!("session");
            }
            messages.push((None, message));
        }
    }
    messages
}

#[test]
fn what_the_schema_allows_is_let_through() {
    let schema = Schema::load();
    for seed in 0..20 {
        for (asked, message) in messages(&schema, seed) {
            let wrongs = wrongs_of(&schema, &message, asked.as_deref());
            assert!(wrongs.is_empty(), "{wrongs:?}\n{message}");
        }
    }
}

#[test]
fn a_field_too_many_or_of_another_kind_is_seen() {
    let schema = Schema::load();
    let mut n_changed = 0;
    for (asked, message) in messages(&schema, 7) {
        let payload = if asked.is_some() { "result" } else { "params" };
        let mut more = message.clone();
        more[payload]["surprise"] = json!(1);
        assert!(!wrongs_of(&schema, &more, asked.as_deref()).is_empty(), "{more}");
        for name in message[payload].as_object().unwrap().keys() {
            // What may be anything is not told apart from anything else.
            let mut other = message.clone();
            other[payload][name] = match &message[payload][name] {
                Json::String(_) => json!(1),
                _ => json!("other"),
            };
            let may_be_anything = ["data", "metadata", "params", "rval", "experimentalSettings"];
            if !may_be_anything.contains(&name.as_str()) || payload == "params" {
                let wrongs = wrongs_of(&schema, &other, asked.as_deref());
                n_changed += usize::from(!wrongs.is_empty());
                assert!(!wrongs.is_empty() || other[payload][name].is_string(), "{other}");
            }
        }
    }
    assert!(n_changed > 100, "{n_changed}");
}

#[test]
fn frames_around_messages_are_looked_at() {
    let schema = Schema::load();
    let bad = [
        json!([]),
        json!({ "id": 1 }),
        json!({ "id": 1, "result": {}, "error": { "code": 1, "message": "x" } }),
        json!({ "id": 1, "error": { "code": 1, "message": "" } }),
        json!({ "id": 1, "error": "no" }),
        json!({ "method": "Session.nothing", "params": {}, "sessionId": "1" }),
        json!({ "method": "Session.mouseEvents", "params": { "events": [] } }),
        json!({ "method": "Session.mouseEvents", "params": { "events": [{ "kind": "jump" }] }, "sessionId": "1" }),
    ];
    for message in bad {
        let asked = Some("Session.ensureProcessed");
        assert!(!wrongs_of(&schema, &message, asked).is_empty(), "{message}");
    }
    let request = json!({ "id": 1, "method": "Session.createPause", "params": { "point": "12" } });
    assert_eq!(wrongs_of_request(&schema, &request), Vec::<String>::new());
    let request = json!({ "id": 1, "method": "Session.createPause", "params": { "point": "1.5" } });
    assert_eq!(wrongs_of_request(&schema, &request).len(), 1);
}
