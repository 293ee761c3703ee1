//! Bytes to values, and past them.

use num_bigint::{BigInt, Sign};

use super::{MAX_DEPTH, MAX_INT_BYTES, Malformed};
use crate::code::value::{Handle, Value};

/// Parts of a message.
const MAX_MESSAGE: usize = 16;

/// The value of some bytes.
///
/// # Errors
/// Bytes that are not exactly one value; see the module's page.
pub fn decode(bytes: &[u8]) -> Result<Value, Malformed> {
    let mut reader = Reader { bytes, at: 0 };
    let value = reader.value(0)?;
    if reader.at == bytes.len() { Ok(value) } else { Err(reader.malformed("bytes after the value")) }
}

/// Checks that bytes are one value, and gives how many values it is made of, without building any of them.
///
/// # Errors
/// As [`decode`].
pub fn check(bytes: &[u8]) -> Result<usize, Malformed> {
    let mut reader = Reader { bytes, at: 0 };
    let parts = reader.skip(0)?;
    if reader.at == bytes.len() { Ok(parts) } else { Err(reader.malformed("bytes after the value")) }
}

/// The items of a tuple, each as the bytes of its value.
///
/// # Errors
/// Bytes that are not exactly one tuple; see the module's page.
pub fn tuple(bytes: &[u8]) -> Result<Vec<&[u8]>, Malformed> {
    let mut reader = Reader { bytes, at: 0 };
    if reader.array::<1>()? != [b't'] {
        return Err(reader.malformed("something else than a tuple"));
    }
    let count = reader.length()?;
    let mut items = Vec::new();
    for _ in 0..count {
        let start = reader.at;
        reader.skip(1)?;
        items.push(&bytes[start..reader.at]);
        if items.len() > MAX_MESSAGE {
            return Err(reader.malformed("more parts than a message has"));
        }
    }
    if reader.at == bytes.len() { Ok(items) } else { Err(reader.malformed("bytes after the value")) }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Value, Malformed> {
        if depth > MAX_DEPTH {
            return Err(self.malformed("nesting too deep"));
        }
        let tag = self.array::<1>()?[0];
        Ok(match tag {
            b'N' => Value::None,
            b'T' => Value::Bool(true),
            b'F' => Value::Bool(false),
            b'i' => Value::Int(self.int()?),
            b'f' => Value::Float(self.float()?),
            b'c' => Value::Complex(self.float()?, self.float()?),
            b's' => Value::Str(self.text()?),
            b'b' => Value::Bytes(self.counted()?.to_vec()),
            b'B' => Value::ByteArray(self.counted()?.to_vec()),
            b'l' => Value::List(self.items(depth)?),
            b't' => Value::Tuple(self.items(depth)?),
            b'S' => Value::Set(self.set(depth)?),
            b'Z' => Value::FrozenSet(self.set(depth)?),
            b'd' => {
                let count = self.length()?;
                let mut pairs = Vec::new();
                for _ in 0..count {
                    pairs.push((self.value(depth + 1)?, self.value(depth + 1)?));
                }
                Value::Dict(pairs)
            }
            b'r' => Value::Range(self.tagged_int()?, self.tagged_int()?, self.tagged_int()?),
            b'q' => self.deque(depth)?,
            b'R' => Value::Fraction(self.tagged_int()?, self.tagged_int()?),
            b'D' => Value::Decimal(self.text()?),
            b'y' => Value::Moment(tag, self.take(4)?.to_vec()),
            b'h' => Value::Moment(tag, self.take(8)?.to_vec()),
            b'Y' | b'e' => Value::Moment(tag, self.take(12)?.to_vec()),
            b'H' => Value::Handle(Handle {
                id: u64::from_le_bytes(self.array()?),
                capabilities: u32::from_le_bytes(self.array()?),
                name: self.text()?,
            }),
            _ => return Err(self.malformed("an unknown tag")),
        })
    }

    /// Passes over a value; as strict as building it, and gives how many values it is made of.
    fn skip(&mut self, depth: usize) -> Result<usize, Malformed> {
        if depth > MAX_DEPTH {
            return Err(self.malformed("nesting too deep"));
        }
        let [tag] = self.array::<1>()?;
        let inner = match tag {
            b'N' | b'T' | b'F' => 0,
            b'i' => self.int_bytes().map(|_| 0)?,
            b'f' => self.take(8).map(|_| 0)?,
            b'c' => self.take(16).map(|_| 0)?,
            b's' | b'D' => self.str().map(|_| 0)?,
            b'b' | b'B' => self.counted().map(|_| 0)?,
            b'l' | b't' => self.skip_items(depth, false)?,
            b'S' | b'Z' => self.skip_items(depth, true)?,
            b'd' => {
                let mut parts = 0;
                for _ in 0..self.length()? {
                    parts += self.skip(depth + 1)? + self.skip(depth + 1)?;
                }
                parts
            }
            b'r' => (0..3).try_for_each(|_| self.skip_tagged_int()).map(|()| 0)?,
            b'R' => (0..2).try_for_each(|_| self.skip_tagged_int()).map(|()| 0)?,
            // Its bound is at most eight bytes.
            b'q' => {
                if self.bytes.get(self.at) == Some(&b'N') {
                    self.at += 1;
                } else {
                    let bound = self.tagged_int()?;
                    if u64::try_from(bound).is_err() {
                        return Err(self.malformed("a deque's bound"));
                    }
                }
                if self.bytes.get(self.at) != Some(&b'l') {
                    return Err(self.malformed("a deque's items"));
                }
                self.skip(depth + 1)? - 1
            }
            b'y' => self.take(4).map(|_| 0)?,
            b'h' => self.take(8).map(|_| 0)?,
            b'Y' | b'e' => self.take(12).map(|_| 0)?,
            b'H' => {
                self.take(12)?;
                self.str().map(|_| 0)?
            }
            _ => return Err(self.malformed("an unknown tag")),
        };
        Ok(1 + inner)
    }

    fn skip_items(&mut self, depth: usize, sorted: bool) -> Result<usize, Malformed> {
        let (mut parts, mut previous) = (0, None);
        for _ in 0..self.length()? {
            let start = self.at;
            parts += self.skip(depth + 1)?;
            let part = &self.bytes[start..self.at];
            if sorted && previous.is_some_and(|previous| previous >= part) {
                return Err(self.malformed("a set out of order"));
            }
            previous = Some(part);
        }
        Ok(parts)
    }

    fn skip_tagged_int(&mut self) -> Result<(), Malformed> {
        if self.array::<1>()? == [b'i'] {
            self.int_bytes().map(drop)
        } else {
            Err(self.malformed("something else than an integer"))
        }
    }

    fn int(&mut self) -> Result<BigInt, Malformed> {
        self.int_bytes().map(BigInt::from_signed_bytes_le)
    }

    /// The bytes of an integer, of which none is needless.
    fn int_bytes(&mut self) -> Result<&'a [u8], Malformed> {
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

    fn tagged_int(&mut self) -> Result<BigInt, Malformed> {
        if self.array::<1>()?[0] == b'i' { self.int() } else { Err(self.malformed("something else than an integer")) }
    }

    fn deque(&mut self, depth: usize) -> Result<Value, Malformed> {
        let longest = match self.value(depth + 1)? {
            Value::None => None,
            Value::Int(longest) if longest.sign() != Sign::Minus => {
                Some(u64::try_from(longest).map_err(|_| self.malformed("a deque's bound"))?)
            }
            _ => return Err(self.malformed("a deque's bound")),
        };
        match self.value(depth + 1)? {
            Value::List(items) => Ok(Value::Deque(longest, items)),
            _ => Err(self.malformed("a deque's items")),
        }
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Value>, Malformed> {
        let count = self.length()?;
        // Not reserved: the count is a claim.
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(self.value(depth + 1)?);
        }
        Ok(items)
    }

    fn set(&mut self, depth: usize) -> Result<Vec<Value>, Malformed> {
        let count = self.length()?;
        let mut items = Vec::new();
        let mut previous: Option<&[u8]> = None;
        for _ in 0..count {
            let start = self.at;
            items.push(self.value(depth + 1)?);
            let part = &self.bytes[start..self.at];
            if previous.is_some_and(|previous| previous >= part) {
                return Err(self.malformed("a set out of order"));
            }
            previous = Some(part);
        }
        Ok(items)
    }

    fn float(&mut self) -> Result<f64, Malformed> {
        self.array().map(f64::from_le_bytes)
    }

    fn text(&mut self) -> Result<String, Malformed> {
        self.str().map(str::to_owned)
    }

    fn str(&mut self) -> Result<&'a str, Malformed> {
        let bytes = self.counted()?;
        std::str::from_utf8(bytes).map_err(|_| self.malformed("text that is not UTF-8"))
    }

    fn counted(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.length()?;
        self.take(length)
    }

    fn length(&mut self) -> Result<usize, Malformed> {
        let length = u32::from_le_bytes(self.array()?) as usize;
        // Every item takes a byte at least.
        if length > self.bytes.len() - self.at { Err(self.malformed("a length beyond the bytes")) } else { Ok(length) }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (found, _) = self.bytes[self.at..].split_first_chunk::<N>().ok_or_else(|| self.malformed("an early end"))?;
        self.at += N;
        Ok(*found)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let found = self.bytes[self.at..].get(..length).ok_or_else(|| self.malformed("an early end"))?;
        self.at += length;
        Ok(found)
    }

    fn malformed(&self, what: &'static str) -> Malformed {
        Malformed { what, at: self.at }
    }
}
