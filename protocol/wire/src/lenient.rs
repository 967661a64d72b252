//! How the macros read numbers, strings and flags: forgiving where a peer may differ, without copying text twice.

use std::{fmt, marker::PhantomData};

use serde::de::{Deserializer, Error, Unexpected, Visitor};

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
pub(crate) fn integer_option<'de, T: Integer, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(deserializer.deserialize_any(IntegerVisitor)?.map(T::clamped))
}

/// Reads a string through `read`, whose error becomes the decoding error.
pub(crate) fn text<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    read: fn(&str) -> Result<T, &'static str>,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(TextVisitor {
        read,
        result: PhantomData,
    })
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
