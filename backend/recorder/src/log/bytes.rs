//! The bytes of a block, read from its front.

use recording::value::Text;

use super::Malformed;

/// The bytes of a block that are still to be read.
pub(super) struct Bytes<'b> {
    rest: &'b [u8],
    n_total: usize,
}

impl<'b> Bytes<'b> {
    pub(super) fn new(block: &'b [u8]) -> Self {
        Self {
            rest: block,
            n_total: block.len(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn n_left(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub(super) fn malformed(&self, what: &'static str) -> Malformed {
        Malformed {
            what,
            offset: self.n_total - self.rest.len(),
        }
    }

    pub(super) fn take(&mut self, n_bytes: usize) -> Result<&'b [u8], Malformed> {
        let Some((taken, rest)) = self.rest.split_at_checked(n_bytes) else {
            return Err(self.malformed("cut record"));
        };
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Malformed> {
        let Some((&byte, rest)) = self.rest.split_first() else {
            return Err(self.malformed("cut record"));
        };
        self.rest = rest;
        Ok(byte)
    }

    pub(super) fn varint(&mut self) -> Result<u32, Malformed> {
        let mut number = 0_u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            number |= u32::from(byte & 127).checked_shl(shift).unwrap_or(0);
            if byte & 128 == 0 {
                return Ok(number);
            }
        }
        Err(self.malformed("endless number"))
    }

    pub(super) fn zigzag(&mut self) -> Result<i64, Malformed> {
        let number = self.varint()?;
        Ok(i64::from((number >> 1) as i32 ^ -((number & 1) as i32)))
    }

    pub(super) fn float(&mut self) -> Result<f64, Malformed> {
        let bytes = self.take(8)?;
        Ok(bytes.try_into().map(f64::from_le_bytes).unwrap_or(f64::NAN))
    }

    pub(super) fn text(&mut self) -> Result<Text, Malformed> {
        let n_bytes = self.varint()? as usize;
        Ok(Text::from(String::from_utf8_lossy(self.take(n_bytes)?)))
    }

    /// A number of things each at least a byte long.
    pub(super) fn count(&self, n: u32) -> Result<usize, Malformed> {
        let n = n as usize;
        if n > self.rest.len() {
            Err(self.malformed("impossible length"))
        } else {
            Ok(n)
        }
    }
}
