//! JavaScript values in transit: one enum for the protocol's seven optional fields, and the records that carry one.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};

use crate::{ids::ObjectId, lenient::Object};

/// A JavaScript value. Objects are named by id; their contents come separately, in a [`super::PauseData`].
///
/// Two numbers are equal as `Object.is` has it: NaN equals itself, -0 does not equal 0.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// `undefined`; `{}` on the wire.
    #[default]
    Undefined,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number, NaN, the infinities and -0 included.
    Number(f64),
    /// A string; a long one may have been cut by the recorder.
    String(String),
    /// A bigint: its decimal digits, without the `n`.
    Bigint(String),
    /// A symbol: how it prints.
    Symbol(String),
    /// An object or function.
    Object(ObjectId),
    /// A variable whose declaration has not run yet.
    Uninitialized,
    /// A value that the server cannot give, or gave in a form newer than this.
    Unavailable,
}

/// A value and what it is called: a binding of a scope, the result of a getter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedValue {
    /// Name of the variable or property.
    pub name: String,
    /// Its value.
    pub value: Value,
}

/// An own property of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Name of the property, or how its symbol prints.
    pub name: String,
    /// Its value; [`Value::Undefined`] for an accessor.
    pub value: Value,
    /// What may be done to it; absence on the wire means everything.
    pub flags: PropertyConfigurationFlags,
    /// The getter function of an accessor, if it has one.
    pub get: Option<ObjectId>,
    /// The setter function of an accessor, if it has one.
    pub set: Option<ObjectId>,
    /// Whether the property's key is a symbol rather than a string.
    pub is_symbol: bool,
}

/// Whether a property is writable (1), configurable (2) and enumerable (4), as a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PropertyConfigurationFlags(pub u8);

impl Value {
    /// The id, if this is an object.
    pub fn as_object(&self) -> Option<&ObjectId> {
        match self {
            Self::Object(id) => Some(id),
            _ => None,
        }
    }

    /// Writes the one field that says this value; none for `undefined`.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::Undefined => Ok(()),
            Self::Null => map.serialize_entry("value", &()),
            Self::Bool(value) => map.serialize_entry("value", value),
            Self::Number(value) => write_number(*value, map),
            Self::String(value) => map.serialize_entry("value", value),
            Self::Bigint(digits) => map.serialize_entry("bigint", digits),
            Self::Symbol(text) => map.serialize_entry("symbol", text),
            Self::Object(id) => map.serialize_entry("object", id),
            Self::Uninitialized => map.serialize_entry("uninitialized", &true),
            Self::Unavailable => map.serialize_entry("unavailable", &true),
        }
    }
}

/// Whole numbers go without a fraction, as JavaScript writes them; those that JSON has no form for go as text.
fn write_number<M: SerializeMap>(value: f64, map: &mut M) -> Result<(), M::Error> {
    const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
    if value.is_nan() {
        map.serialize_entry("unserializableNumber", "NaN")
    } else if value.is_infinite() {
        map.serialize_entry(
            "unserializableNumber",
            if value > 0.0 { "Infinity" } else { "-Infinity" },
        )
    } else if value == 0.0 && value.is_sign_negative() {
        map.serialize_entry("unserializableNumber", "-0")
    } else if value.trunc() == value && value.abs() <= MAX_SAFE_INTEGER {
        map.serialize_entry("value", &(value as i64))
    } else {
        map.serialize_entry("value", &value)
    }
}

impl PropertyConfigurationFlags {
    /// Writable, configurable and enumerable: an ordinary property.
    pub const ALL: Self = Self(7);

    /// Whether it can be assigned to.
    pub const fn is_writable(self) -> bool {
        self.0 & 1 != 0
    }

    /// Whether it can be deleted or redefined.
    pub const fn is_configurable(self) -> bool {
        self.0 & 2 != 0
    }

    /// Whether loops over the object's keys see it.
    pub const fn is_enumerable(self) -> bool {
        self.0 & 4 != 0
    }
}

impl Default for PropertyConfigurationFlags {
    fn default() -> Self {
        Self::ALL
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined)
            | (Self::Null, Self::Null)
            | (Self::Uninitialized, Self::Uninitialized)
            | (Self::Unavailable, Self::Unavailable) => true,
            (Self::Bool(left), Self::Bool(right)) => left == right,
            (Self::Number(left), Self::Number(right)) => {
                left.to_bits() == right.to_bits() || left.is_nan() && right.is_nan()
            }
            (Self::String(left), Self::String(right))
            | (Self::Bigint(left), Self::Bigint(right))
            | (Self::Symbol(left), Self::Symbol(right)) => left == right,
            (Self::Object(left), Self::Object(right)) => left == right,
            _ => false,
        }
    }
}

impl Eq for Value {}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

impl From<ObjectId> for Value {
    fn from(value: ObjectId) -> Self {
        Self::Object(value)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write(&mut map)?;
        map.end()
    }
}

impl Serialize for NamedValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        self.value.write(&mut map)?;
        map.end()
    }
}

impl Serialize for Property {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        self.value.write(&mut map)?;
        if self.flags != PropertyConfigurationFlags::ALL {
            map.serialize_entry("flags", &self.flags)?;
        }
        if let Some(getter) = &self.get {
            map.serialize_entry("get", getter)?;
        }
        if let Some(setter) = &self.set {
            map.serialize_entry("set", setter)?;
        }
        if self.is_symbol {
            map.serialize_entry("isSymbol", &true)?;
        }
        map.end()
    }
}

/// Every field that a value, a named value or a property may have: one decoder serves the three.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    name: Option<String>,
    #[serde(default, deserialize_with = "primitive")]
    value: Option<Value>,
    object: Option<ObjectId>,
    unserializable_number: Option<String>,
    bigint: Option<String>,
    symbol: Option<String>,
    uninitialized: Option<bool>,
    unavailable: Option<bool>,
    flags: Option<PropertyConfigurationFlags>,
    get: Option<ObjectId>,
    set: Option<ObjectId>,
    is_symbol: Option<bool>,
}

impl Fields {
    fn take_name<E: serde::de::Error>(&mut self) -> Result<String, E> {
        self.name.take().ok_or_else(|| E::missing_field("name"))
    }

    fn take_value(&mut self) -> Value {
        if let Some(value) = self.value.take() {
            value
        } else if let Some(id) = self.object.take() {
            Value::Object(id)
        } else if let Some(text) = self.unserializable_number.take() {
            match text.as_str() {
                "NaN" => Value::Number(f64::NAN),
                "Infinity" => Value::Number(f64::INFINITY),
                "-Infinity" => Value::Number(f64::NEG_INFINITY),
                "-0" => Value::Number(-0.0),
                _ => Value::Unavailable,
            }
        } else if let Some(digits) = self.bigint.take() {
            Value::Bigint(digits)
        } else if let Some(text) = self.symbol.take() {
            Value::Symbol(text)
        } else if self.uninitialized == Some(true) {
            Value::Uninitialized
        } else if self.unavailable == Some(true) {
            Value::Unavailable
        } else {
            Value::Undefined
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Fields::deserialize(Object(deserializer))?.take_value())
    }
}

impl<'de> Deserialize<'de> for NamedValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::deserialize(Object(deserializer))?;
        Ok(Self {
            name: fields.take_name()?,
            value: fields.take_value(),
        })
    }
}

impl<'de> Deserialize<'de> for Property {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::deserialize(Object(deserializer))?;
        Ok(Self {
            name: fields.take_name()?,
            value: fields.take_value(),
            flags: fields.flags.unwrap_or_default(),
            get: fields.get,
            set: fields.set,
            is_symbol: fields.is_symbol.unwrap_or(false),
        })
    }
}

/// Reads the `value` field; `Some(Null)` for `null`, where serde's own `Option` would say `None`.
fn primitive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    deserializer.deserialize_any(PrimitiveVisitor).map(Some)
}

struct PrimitiveVisitor;

impl<'de> Visitor<'de> for PrimitiveVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a primitive")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    // The schema rules arrays and objects out here; one such value should not cost the whole message.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Unavailable)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Unavailable)
    }
}
