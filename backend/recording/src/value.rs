//! JavaScript values as they were recorded, and what is known of an object at one moment.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ids::{FunctionId, ObjectId};

/// Text shared between the many values that hold it. Lone surrogates of the program's strings became U+FFFD.
pub type Text = Arc<str>;

/// One JavaScript value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// `undefined`
    Undefined,
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// Any number, NaN, infinities and -0 included.
    Number(#[serde(with = "bits")] f64),
    /// A string, whole.
    String(Text),
    /// A bigint, in decimal digits.
    BigInt(Text),
    /// A symbol's description.
    Symbol(Text),
    /// An object or function.
    Object(ObjectId),
    /// A `let`, `const` or class binding before its declaration ran.
    Uninitialized,
    /// The recorder could not see it.
    Unavailable,
}

/// JSON has no NaN: numbers in event tables travel as their 64 bits.
mod bits {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(number.to_bits())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        u64::deserialize(deserializer).map(f64::from_bits)
    }
}

/// A property's key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Key {
    /// A named property; private names keep their `#`.
    Name(Text),
    /// An array index.
    Index(u32),
    /// A symbol, by description.
    Symbol(Text),
}

/// One own property of an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Property {
    /// Its key.
    pub key: Key,
    /// Its value, or what stands in its place.
    pub value: Slot,
    /// 1 writable, 2 configurable, 4 enumerable (the protocol's bits).
    pub flags: u8,
}

/// What a property holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Slot {
    /// A plain value.
    Value(Value),
    /// A getter and/or setter; getters are never called by the recorder.
    Accessor {
        /// The getter function.
        get: Option<ObjectId>,
        /// The setter function.
        set: Option<ObjectId>,
    },
}

/// Everything the recorder saw of an object at one moment; later changes arrive as records of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectState {
    /// The constructor's name as a debugger shows it: `Object`, `Array`, `Todo`, `HTMLDivElement`, `Function`, ….
    pub class_name: Text,
    /// Its prototype, where it is not the default one of its kind.
    pub prototype: Option<ObjectId>,
    /// What kind of object it is, with the parts only that kind has.
    pub kind: ObjectKind,
    /// Own properties, in order; array elements are in [`ObjectKind::Array`] instead.
    pub properties: Vec<Property>,
    /// How many own properties there were; more than `properties` holds if the recorder stopped at its limit.
    pub n_properties: u32,
}

/// The parts only some objects have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ObjectKind {
    /// Nothing but properties.
    Plain,
    /// An array: `elements` holds the first ones, None for a hole.
    Array {
        /// Its `length`.
        length: u32,
        /// The first elements, up to the recorder's limit of 1,000.
        elements: Vec<Option<Value>>,
    },
    /// A typed array: the first elements only (limit 64), never a history.
    TypedArray {
        /// Its `length`.
        length: u32,
        /// The first elements.
        elements: Vec<Value>,
    },
    /// A `Map`, in insertion order.
    Map {
        /// Number of entries, more than `entries` holds past the limit of 1,000.
        size: u32,
        /// Keys and values.
        entries: Vec<(Value, Value)>,
    },
    /// A `Set`, in insertion order.
    Set {
        /// Number of members.
        size: u32,
        /// The members.
        entries: Vec<Value>,
    },
    /// `WeakMap`, `WeakSet`, `WeakRef`: opaque.
    Weak,
    /// A function or class.
    Function {
        /// Its `name`.
        name: Text,
        /// Where it is written, if a recorded script holds it.
        function: Option<FunctionId>,
    },
    /// A `Date`, in milliseconds since 1970 (NaN if invalid).
    Date(#[serde(with = "bits")] f64),
    /// A `RegExp`, as written: `/a+/gi`.
    RegExp(Text),
    /// An error.
    Error {
        /// Its `message`.
        message: Text,
        /// Its `stack`, with the recorder's own additions taken out.
        stack: Text,
    },
    /// A promise. Its state is known only when the recorder saw it settle.
    Promise,
    /// A boxed primitive (`new Number(3)`).
    Boxed(Value),
    /// A node of the document.
    Node {
        /// `nodeType`: 1 element, 3 text, 8 comment, 9 document, 11 fragment.
        node_type: u8,
        /// `nodeName`.
        node_name: Text,
        /// `nodeValue` of text and comments.
        node_value: Option<Text>,
        /// Attributes in order.
        attributes: Vec<(Text, Text)>,
    },
    /// A proxy; its target is not looked into.
    Proxy,
    /// The global object, or another window.
    Window,
    /// The recorder met an error while looking (a hostile host object).
    Opaque,
}
