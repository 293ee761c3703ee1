//! Values as bytes: the exact, canonical encoding that crosses between the host and a guest.
//!
//! Accepts: a value (one tag byte, then its content; lengths are 32-bit, everything little-endian). Refuses, without panicking and without allocating
//! more than a small multiple of the input: unknown tags, lengths beyond the bytes, nesting beyond [`MAX_DEPTH`], integers beyond
//! [`MAX_INT_BYTES`] or with a needless byte, text that isn't UTF-8, sets out of order, bytes after the value.
//!
//! | tag | value | content |
//! |---|---|---|
//! | `N` `T` `F` | None, True, False | |
//! | `i` | int | length, two's complement, shortest |
//! | `f` `c` | float, complex | 8 or 16 bytes |
//! | `s` `b` `B` | str, bytes, bytearray | length, bytes |
//! | `l` `t` | list, tuple | count, items |
//! | `S` `Z` | set, frozenset | count, items sorted by their bytes |
//! | `d` | dict | count, key and value each |
//! | `r` | range | three ints |
//! | `q` | deque | its bound (None or int), then `l` |
//! | `R` | Fraction | numerator and denominator (ints) |
//! | `D` | Decimal | length, text |
//! | `y` `h` `Y` `e` | date, time, datetime, timedelta | packed fields |
//! | `H` | handle | number (8 bytes), capabilities (4), length, name |
//!
//! The Python twin is `sandboxes/python/app/wire.py`.

use num_bigint::{BigInt, Sign};

use super::value::{Handle, Value};

/// Containers inside containers, and a little for the message around the value.
pub const MAX_DEPTH: usize = 210;
/// Bytes of an integer: a little over 300,000 decimal digits.
pub const MAX_INT_BYTES: usize = 1 << 17;

/// Bytes that are no value: what is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {at}")]
pub struct Malformed {
    /// What is wrong.
    pub what: &'static str,
    /// Where.
    pub at: usize,
}

/// The bytes of a value.
///
/// ```
/// use r1rewards::code::{Value, wire};
/// let value = Value::Tuple(vec![Value::Int((-129).into()), Value::str("é")]);
/// assert_eq!(wire::decode(&wire::encode(&value)), Ok(value));
/// ```
pub fn encode(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, value);
    out
}

/// The value of some bytes.
///
/// # Errors
/// Bytes that are not exactly one value; see the module's page.
pub fn decode(bytes: &[u8]) -> Result<Value, Malformed> {
    let mut reader = Reader { bytes, at: 0 };
    let value = reader.value(0)?;
    if reader.at == bytes.len() { Ok(value) } else { Err(reader.malformed("bytes after the value")) }
}

fn put(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::None => out.push(b'N'),
        Value::Bool(value) => out.push(if *value { b'T' } else { b'F' }),
        Value::Int(value) => put_int(out, value),
        Value::Float(value) => {
            out.push(b'f');
            out.extend(value.to_le_bytes());
        }
        Value::Complex(real, imaginary) => {
            out.push(b'c');
            out.extend(real.to_le_bytes());
            out.extend(imaginary.to_le_bytes());
        }
        Value::Str(text) => put_bytes(out, b's', text.as_bytes()),
        Value::Bytes(bytes) => put_bytes(out, b'b', bytes),
        Value::ByteArray(bytes) => put_bytes(out, b'B', bytes),
        Value::List(items) => put_items(out, b'l', items),
        Value::Tuple(items) => put_items(out, b't', items),
        Value::Set(items) => put_set(out, b'S', items),
        Value::FrozenSet(items) => put_set(out, b'Z', items),
        Value::Dict(pairs) => {
            out.push(b'd');
            put_length(out, pairs.len());
            for (key, value) in pairs {
                put(out, key);
                put(out, value);
            }
        }
        Value::Range(start, stop, step) => {
            out.push(b'r');
            [start, stop, step].into_iter().for_each(|part| put_int(out, part));
        }
        Value::Deque(longest, items) => {
            out.push(b'q');
            match longest {
                Some(longest) => put_int(out, &(*longest).into()),
                None => out.push(b'N'),
            }
            put_items(out, b'l', items);
        }
        Value::Fraction(numerator, denominator) => {
            out.push(b'R');
            put_int(out, numerator);
            put_int(out, denominator);
        }
        Value::Decimal(text) => put_bytes(out, b'D', text.as_bytes()),
        Value::Moment(tag, fields) => {
            out.push(*tag);
            out.extend(fields);
        }
        Value::Handle(handle) => {
            out.push(b'H');
            out.extend(handle.id.to_le_bytes());
            out.extend(handle.capabilities.to_le_bytes());
            put_length(out, handle.name.len());
            out.extend(handle.name.as_bytes());
        }
    }
}

fn put_int(out: &mut Vec<u8>, value: &BigInt) {
    out.push(b'i');
    let bytes = value.to_signed_bytes_le();
    put_length(out, bytes.len());
    out.extend(bytes);
}

fn put_bytes(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    put_length(out, bytes.len());
    out.extend(bytes);
}

fn put_items(out: &mut Vec<u8>, tag: u8, items: &[Value]) {
    out.push(tag);
    put_length(out, items.len());
    items.iter().for_each(|item| put(out, item));
}

fn put_set(out: &mut Vec<u8>, tag: u8, items: &[Value]) {
    let mut parts: Vec<_> = items.iter().map(encode).collect();
    parts.sort();
    out.push(tag);
    put_length(out, parts.len());
    parts.iter().for_each(|part| out.extend(part));
}

/// Nothing on the host is 4 GiB long: rows and replies are bounded far below.
fn put_length(out: &mut Vec<u8>, length: usize) {
    out.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
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

    fn int(&mut self) -> Result<BigInt, Malformed> {
        let bytes = self.counted()?;
        if bytes.is_empty() || bytes.len() > MAX_INT_BYTES {
            return Err(self.malformed("an integer of no bytes or too many"));
        }
        let value = BigInt::from_signed_bytes_le(bytes);
        let needless = bytes.len() > 1 && value.to_signed_bytes_le().len() < bytes.len();
        if needless { Err(self.malformed("an integer with a needless byte")) } else { Ok(value) }
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
        let bytes = self.counted()?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| self.malformed("text that is not UTF-8"))
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
