//! Execution points: the positions in a recording where the program can be looked at, ordered as integers of any size.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
    sync::Arc,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A position in a recording, a decimal integer of any length. "0" is the beginning.
///
/// Equality, order and hash are those of the integer, so `007` equals `7`; the text is kept as it came. Points exceed
/// 64 bits on other servers and nothing promises that they fit 128.
#[derive(Clone)]
pub struct ExecutionPoint(Arc<str>);

impl ExecutionPoint {
    /// Takes a point from its text.
    ///
    /// # Errors
    /// [`NotAPoint`] if the text is empty or has anything but the digits 0 to 9.
    pub fn new(text: &str) -> Result<Self, NotAPoint> {
        match text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
            true => Ok(Self(text.into())),
            false => Err(NotAPoint),
        }
    }

    /// The first point of every recording, "0".
    pub fn beginning() -> Self {
        Self("0".into())
    }

    /// The text as it came or as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The integer, if it fits.
    pub fn to_u128(&self) -> Option<u128> {
        self.0.parse().ok()
    }

    /// The digits that count: none for zero.
    fn significant(&self) -> &str {
        self.0.trim_start_matches('0')
    }
}

/// The text of a would-be point has something other than digits, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPoint;

impl NotAPoint {
    const TEXT: &str = "execution point is not a decimal integer";
}

impl fmt::Display for NotAPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::TEXT)
    }
}

impl std::error::Error for NotAPoint {}

impl Default for ExecutionPoint {
    fn default() -> Self {
        Self::beginning()
    }
}

impl From<u128> for ExecutionPoint {
    fn from(number: u128) -> Self {
        Self(number.to_string().into())
    }
}

impl From<u64> for ExecutionPoint {
    fn from(number: u64) -> Self {
        Self(number.to_string().into())
    }
}

impl FromStr for ExecutionPoint {
    type Err = NotAPoint;

    fn from_str(text: &str) -> Result<Self, NotAPoint> {
        Self::new(text)
    }
}

impl Ord for ExecutionPoint {
    fn cmp(&self, other: &Self) -> Ordering {
        let (left, right) = (self.significant(), other.significant());
        left.len().cmp(&right.len()).then_with(|| left.cmp(right))
    }
}

impl PartialOrd for ExecutionPoint {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ExecutionPoint {
    fn eq(&self, other: &Self) -> bool {
        self.significant() == other.significant()
    }
}

impl Eq for ExecutionPoint {}

impl Hash for ExecutionPoint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.significant().hash(state);
    }
}

impl fmt::Display for ExecutionPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for ExecutionPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExecutionPoint({})", self.0)
    }
}

impl Serialize for ExecutionPoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ExecutionPoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::lenient::text(deserializer, |text| {
            Self::new(text).map_err(|NotAPoint| NotAPoint::TEXT)
        })
    }
}
