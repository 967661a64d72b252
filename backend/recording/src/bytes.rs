//! Numbers as bytes: varints, zigzag, and a cursor that reads them without ever panicking or trusting a length.

use thiserror::Error;

/// Why bytes could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes stop inside something.
    #[error("the bytes end too early")]
    EndsEarly,
    /// A number is larger than its place allows.
    #[error("a number is out of range")]
    OutOfRange,
    /// A tag or operation that this version does not have.
    #[error("unknown {what} {tag}")]
    UnknownTag {
        /// What kind of tag.
        what: &'static str,
        /// Its number.
        tag: u64,
    },
    /// A text is not UTF-8.
    #[error("a text is not UTF-8")]
    NotUtf8,
    /// Something refers to a string, chunk or place that is not there.
    #[error("a reference to {0} leads nowhere")]
    Dangling(&'static str),
    /// Decompressing failed, or gave more bytes than allowed.
    #[error("the compressed bytes are damaged: {0}")]
    Compressed(String),
    /// The bytes do not match their checksum.
    #[error("the checksum does not match")]
    Checksum,
    /// JSON that does not hold what it should.
    #[error("its JSON is damaged: {0}")]
    Json(String),
    /// Bytes that cannot stand where they stand.
    #[error("{0}")]
    Malformed(&'static str),
}

/// Appends `number` in groups of 7 bits, low ones first; the high bit says that more follow.
pub(crate) fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends a signed number, small ones of either sign in few bytes.
pub(crate) fn put_zigzag(out: &mut Vec<u8>, number: i64) {
    put_varint(out, zigzag(number));
}

pub(crate) fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

pub(crate) fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// Reads from the front of some bytes.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self::at(bytes, 0)
    }

    pub(crate) fn at(bytes: &'a [u8], at: usize) -> Self {
        Self {
            bytes,
            at: at.min(bytes.len()),
        }
    }

    pub(crate) fn position(&self) -> usize {
        self.at
    }

    pub(crate) fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.remaining() == 0
    }

    #[inline]
    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        let byte = *self.bytes.get(self.at).ok_or(DecodeError::EndsEarly)?;
        self.at += 1;
        Ok(byte)
    }

    pub(crate) fn take(&mut self, n_bytes: usize) -> Result<&'a [u8], DecodeError> {
        let end = self.at.checked_add(n_bytes).ok_or(DecodeError::EndsEarly)?;
        let taken = self.bytes.get(self.at..end).ok_or(DecodeError::EndsEarly)?;
        self.at = end;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        self.take(N)?.try_into().map_err(|_| DecodeError::EndsEarly)
    }

    #[inline]
    pub(crate) fn varint(&mut self) -> Result<u64, DecodeError> {
        let first = self.u8()?;
        if first < 0x80 {
            return Ok(u64::from(first));
        }
        let mut number = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = self.u8()?;
            if shift == 63 && byte > 1 {
                return Err(DecodeError::OutOfRange);
            }
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(DecodeError::OutOfRange)
    }

    #[inline]
    pub(crate) fn u32(&mut self) -> Result<u32, DecodeError> {
        u32::try_from(self.varint()?).map_err(|_| DecodeError::OutOfRange)
    }

    #[inline]
    pub(crate) fn zigzag(&mut self) -> Result<i64, DecodeError> {
        Ok(unzigzag(self.varint()?))
    }

    /// A number of things that follow, each of at least `min_bytes` (1 or more): never more than can be there.
    pub(crate) fn count(&mut self, min_bytes: usize) -> Result<usize, DecodeError> {
        let count = usize::try_from(self.varint()?).map_err(|_| DecodeError::EndsEarly)?;
        if count > self.remaining() / min_bytes.max(1) {
            return Err(DecodeError::EndsEarly);
        }
        Ok(count)
    }
}
