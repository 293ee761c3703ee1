//! Reads untrusted bytes in order: numbers, lengths and text as [`wire`](super::wire) writes them.
//!
//! Accepts: any bytes. Refuses malformed ones with [`Malformed`]; a length is checked against the bytes that are left
//! before anything is allocated.

/// Most bytes of an integer: a little over 300,000 decimal digits.
pub const MAX_INT_BYTES: usize = 1 << 17;

/// Bytes that are not a value: what is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {at}")]
pub struct Malformed {
    /// What is wrong.
    pub what: &'static str,
    /// Where.
    pub at: usize,
}

/// Reads bytes in order.
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    /// A reader of these bytes, at the first one.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Eight bytes as a float.
    pub(super) fn float(&mut self) -> Result<f64, Malformed> {
        self.array().map(f64::from_le_bytes)
    }

    /// The bytes of an integer, in the shortest encoding.
    pub(super) fn int_bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let bytes = self.counted()?;
        if bytes.is_empty() || bytes.len() > MAX_INT_BYTES {
            return Err(self.malformed("an integer of no bytes or too many"));
        }
        match bytes {
            [.., before, 0x00] if *before < 0x80 => Err(self.malformed("an integer with a needless byte")),
            [.., before, 0xff] if *before >= 0x80 => Err(self.malformed("an integer with a needless byte")),
            _ => Ok(bytes),
        }
    }

    /// Counted bytes as text.
    pub(super) fn str(&mut self) -> Result<&'a str, Malformed> {
        let bytes = self.counted()?;
        std::str::from_utf8(bytes).map_err(|_| self.malformed("text that is not UTF-8"))
    }

    /// A length, then that many bytes.
    pub(super) fn counted(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.length()?;
        self.take(length)
    }

    /// A length, at most the number of bytes left.
    pub(super) fn length(&mut self) -> Result<usize, Malformed> {
        let length = u32::from_le_bytes(self.array()?) as usize;
        // Every item takes at least one byte.
        if length > self.bytes.len() - self.at { Err(self.malformed("a length beyond the bytes")) } else { Ok(length) }
    }

    /// The next `N` bytes, as an array.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (found, _) = self.bytes[self.at..].split_first_chunk::<N>().ok_or_else(|| self.malformed("an early end"))?;
        self.at += N;
        Ok(*found)
    }

    /// The next `length` bytes.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let found = self.bytes[self.at..].get(..length).ok_or_else(|| self.malformed("an early end"))?;
        self.at += length;
        Ok(found)
    }

    /// An error at the current position.
    pub(super) fn malformed(&self, what: &'static str) -> Malformed {
        Malformed { what, at: self.at }
    }
}
