//! How the macros read numbers, strings and flags: forgiving where a peer may differ, without copying text twice.

use std::{fmt, marker::PhantomData};

use serde::{
    de::{Deserializer, Error, MapAccess, Unexpected, Visitor},
    forward_to_deserialize_any,
};

/// Integers that can be clamped from a wider one.
pub(crate) trait Integer: Sized {
    fn clamped(value: i64) -> Self;
}

impl Integer for u32 {
    fn clamped(value: i64) -> Self {
        value.clamp(0, i64::from(Self::MAX)) as Self
    }
}

impl Integer for u64 {
    fn clamped(value: i64) -> Self {
        value.max(0) as Self
    }
}

impl Integer for i32 {
    fn clamped(value: i64) -> Self {
        value.clamp(i64::from(Self::MIN), i64::from(Self::MAX)) as Self
    }
}

/// Reads a number into an integer: a fraction is cut off, a value out of range becomes the nearest one in range.
pub(crate) fn integer<'de, T: Integer, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    integer_option(deserializer)?.ok_or_else(|| D::Error::invalid_type(Unexpected::Unit, &IntegerVisitor))
}

/// As [`integer`], and `null` is `None`.
#[inline(never)]
pub(crate) fn integer_option<'de, T: Integer, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(deserializer.deserialize_any(IntegerVisitor)?.map(T::clamped))
}

/// Reads a string to be shared.
#[inline(never)]
pub(crate) fn shared_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<std::sync::Arc<str>, D::Error> {
    text(deserializer, |text| Ok(text.into()))
}

/// Reads a string through `read`, whose error becomes the decoding error.
#[inline(never)]
pub(crate) fn text<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    read: fn(&str) -> Result<T, &'static str>,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(TextVisitor {
        read,
        result: PhantomData,
    })
}

/// A deserializer that reads structs from objects only. Derived code reads them from arrays too, at twice the size.
pub(crate) struct Object<D>(pub(crate) D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Object<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, ObjectVisitor(visitor))
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct ObjectVisitor<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for ObjectVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(map)
    }
}

/// For `skip_serializing_if`, which passes a reference.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
pub(crate) fn is_false(flag: &bool) -> bool {
    !flag
}

struct IntegerVisitor;

impl Visitor<'_> for IntegerVisitor {
    type Value = Option<i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer")
    }

    fn visit_i64<E>(self, value: i64) -> Result<Option<i64>, E> {
        Ok(Some(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Option<i64>, E> {
        Ok(Some(i64::try_from(value).unwrap_or(i64::MAX)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Option<i64>, E> {
        Ok(Some(value as i64))
    }

    fn visit_unit<E>(self) -> Result<Option<i64>, E> {
        Ok(None)
    }
}

struct TextVisitor<T> {
    read: fn(&str) -> Result<T, &'static str>,
    result: PhantomData<T>,
}

impl<T> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).map_err(E::custom)
    }
}
