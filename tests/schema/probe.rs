//! Asks a type which fields or strings it reads, without giving it anything to read.

use std::{cell::Cell, fmt};

use serde::{
    de::{DeserializeOwned, Deserializer, Error, Visitor},
    forward_to_deserialize_any,
};

/// What a derived type says it is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    /// The fields of a struct.
    Fields(&'static [&'static str]),
    /// The strings of an enum.
    Strings(&'static [&'static str]),
}

/// The shape of `T`; `None` if it is neither a struct nor an enum to serde.
pub(crate) fn shape_of<T: DeserializeOwned>() -> Option<Shape> {
    let seen = Cell::new(None);
    let refused = T::deserialize(Probe { seen: &seen });
    assert!(refused.is_err(), "a probe has nothing to give");
    seen.get()
}

struct Probe<'a> {
    seen: &'a Cell<Option<Shape>>,
}

#[derive(Debug)]
struct Refused;

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Refused;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Refused> {
        self.seen.set(Some(Shape::Fields(fields)));
        Err(Refused)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Refused> {
        self.seen.set(Some(Shape::Strings(variants)));
        Err(Refused)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Refused> {
        Err(Refused)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map identifier ignored_any
    }
}

impl Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Refused {}
