//! Every form that a value has on the wire, and that reading and writing undo each other.

use proptest::prelude::{prop_assert_eq, proptest};
use serde_json::{Value as Json, json};
use wire::pause::{NamedValue, Property, PropertyConfigurationFlags, Value};

#[track_caller]
fn check(wire: Json, value: Value) {
    assert_eq!(serde_json::from_value::<Value>(wire.clone()).unwrap(), value);
    assert_eq!(serde_json::to_string(&value).unwrap(), wire.to_string());
}

#[test]
fn each_form_reads_and_writes() {
    check(json!({}), Value::Undefined);
    check(json!({"value": null}), Value::Null);
    check(json!({"value": true}), Value::Bool(true));
    check(json!({"value": 0}), Value::Number(0.0));
    check(json!({"value": -3}), Value::Number(-3.0));
    check(json!({"value": 0.1}), Value::Number(0.1));
    check(
        json!({"value": 0.300_000_000_000_000_04}),
        Value::Number(0.1 + 0.2),
    );
    check(
        json!({"value": 9_007_199_254_740_991_i64}),
        Value::Number(9_007_199_254_740_991.0),
    );
    check(json!({"value": 1e300}), Value::Number(1e300));
    check(json!({"value": ""}), Value::from(""));
    check(json!({"value": "a\"b"}), Value::from("a\"b"));
    check(json!({"unserializableNumber": "NaN"}), Value::Number(f64::NAN));
    check(
        json!({"unserializableNumber": "Infinity"}),
        Value::Number(f64::INFINITY),
    );
    check(
        json!({"unserializableNumber": "-Infinity"}),
        Value::Number(f64::NEG_INFINITY),
    );
    check(json!({"unserializableNumber": "-0"}), Value::Number(-0.0));
    check(
        json!({"bigint": "123456789012345678901234567890"}),
        Value::Bigint("123456789012345678901234567890".into()),
    );
    check(json!({"symbol": "Symbol(x)"}), Value::Symbol("Symbol(x)".into()));
    check(json!({"object": "12"}), Value::Object("12".into()));
    check(json!({"uninitialized": true}), Value::Uninitialized);
    check(json!({"unavailable": true}), Value::Unavailable);
}

#[test]
fn zeros_differ_by_sign() {
    assert_ne!(Value::Number(0.0), Value::Number(-0.0));
}

#[test]
fn forms_newer_than_this_are_unavailable() {
    for wire in [
        json!({"value": [1]}),
        json!({"value": {"a": {}}}),
        json!({"unserializableNumber": "1/0"}),
    ] {
        assert_eq!(serde_json::from_value::<Value>(wire).unwrap(), Value::Unavailable);
    }
}

#[test]
fn what_is_not_a_value_is_an_error() {
    for wire in [
        json!(1),
        json!("x"),
        json!(null),
        json!({"object": 1}),
        json!({"bigint": 5}),
    ] {
        assert!(serde_json::from_value::<Value>(wire.clone()).is_err(), "{wire}");
    }
}

#[test]
fn a_property_has_its_value_beside_its_name() {
    let wire = json!({"name": "x", "value": null});
    let property: Property = serde_json::from_value(wire.clone()).unwrap();
    assert_eq!(
        (property.flags, &property.value),
        (PropertyConfigurationFlags::ALL, &Value::Null)
    );
    assert_eq!(serde_json::to_value(&property).unwrap(), wire);

    let said = json!({"name": "x", "value": null, "flags": 7, "isSymbol": false});
    assert_eq!(serde_json::from_value::<Property>(said).unwrap(), property);

    let accessor: Property =
        serde_json::from_value(json!({"name": "y", "flags": 4, "get": "1", "set": "2"})).unwrap();
    assert_eq!(accessor.value, Value::Undefined);
    assert!(
        accessor.flags.is_enumerable() && !accessor.flags.is_writable() && !accessor.flags.is_configurable()
    );
    assert_eq!((accessor.get, accessor.set), (Some("1".into()), Some("2".into())));
}

#[test]
fn a_name_is_required() {
    assert!(serde_json::from_str::<NamedValue>(r#"{"value": 1}"#).is_err());
    assert!(serde_json::from_str::<Property>(r#"{"value": 1}"#).is_err());
}

proptest! {
    #[test]
    fn every_number_comes_back(bits: u64) {
        let value = Value::Number(f64::from_bits(bits));
        prop_assert_eq!(serde_json::from_str::<Value>(&serde_json::to_string(&value).unwrap()).unwrap(), value);
    }

    #[test]
    fn every_string_comes_back(text: String) {
        let value = Value::String(text);
        prop_assert_eq!(serde_json::from_str::<Value>(&serde_json::to_string(&value).unwrap()).unwrap(), value);
    }
}
