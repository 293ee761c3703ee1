//! Values as bytes: the exact, canonical encoding between the host and a guest.
//!
//! Accepts: a value (one tag byte, then its content; lengths are 32-bit, everything is little-endian). Refuses, without
//! panicking and without allocating more than a small multiple of the input: unknown tags, lengths beyond the bytes,
//! nesting beyond [`MAX_DEPTH`], integers beyond [`MAX_INT_BYTES`] or not in their shortest encoding, text that isn't
//! UTF-8, sets out of order, bytes after the value.
//!
//! | tag | value | content |
//! |---|---|---|
//! | `N` `T` `F` | None, True, False | |
//! | `i` | int | length, two's complement, shortest |
//! | `f` `c` | float, complex | 8 or 16 bytes |
//! | `s` `b` `B` | str, bytes, bytearray | length, bytes |
//! | `l` `t` | list, tuple | count, items |
//! | `L` | list of at least 8 integers of 64 bits | width of an integer in bytes (the least of 1, 2, 4, 8), count, integers; never written as `l` |
//! | `S` `Z` | set, frozenset | count, items sorted by their bytes |
//! | `d` | dict | count, key and value each |
//! | `r` | range | three ints |
//! | `q` | deque | its bound (None or int), count, items |
//! | `R` | Fraction | numerator and denominator (ints) |
//! | `D` | Decimal | length, text |
//! | `y` `h` `Y` `e` | date, time, datetime, timedelta | packed fields |
//! | `H` | handle | number (8 bytes), capabilities (4), length, name |
//!
//! The Python implementation of the same encoding is `sandboxes/python/app/wire.py`.

use num_bigint::{BigInt, Sign};

use super::reader::Reader;
use super::value::{Handle, Value};
use super::words;

pub use super::reader::{MAX_INT_BYTES, Malformed};

/// Most levels of containers inside containers, including those of the message around the value.
pub const MAX_DEPTH: usize = 210;
/// Most parts of a message.
const MAX_MESSAGE: usize = 16;

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

/// Decodes one value.
///
/// # Errors
/// Bytes that are not exactly one value; see the module's documentation.
pub fn decode(bytes: &[u8]) -> Result<Value, Malformed> {
    let mut reader = Reader::new(bytes);
    let value = reader.value(0)?;
    if reader.at == bytes.len() { Ok(value) } else { Err(reader.malformed("bytes after the value")) }
}

/// Checks that bytes are one value and counts the values that it is made of, without building any of them.
///
/// # Errors
/// As [`decode`].
pub fn check(bytes: &[u8]) -> Result<usize, Malformed> {
    let mut reader = Reader::new(bytes);
    let parts = reader.skip(0)?;
    if reader.at == bytes.len() { Ok(parts) } else { Err(reader.malformed("bytes after the value")) }
}

/// The items of a tuple, each as the bytes of its value.
///
/// # Errors
/// Bytes that are not exactly one tuple; see the module's documentation.
pub fn tuple(bytes: &[u8]) -> Result<Vec<&[u8]>, Malformed> {
    let mut reader = Reader::new(bytes);
    if reader.array::<1>()? != [b't'] {
        return Err(reader.malformed("not a tuple"));
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
        Value::List(items) => match words::words(items) {
            Some(packed) => {
                out.push(b'L');
                words::put(out, &packed);
            }
            None => put_items(out, b'l', items),
        },
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
            put_length(out, items.len());
            items.iter().for_each(|item| put(out, item));
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

/// No value on the host is 4 GiB long: rows and replies are limited to far less.
fn put_length(out: &mut Vec<u8>, length: usize) {
    out.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
}

impl Reader<'_> {
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
            b'l' => {
                let items = self.items(depth)?;
                if words::words(&items).is_some() {
                    return Err(self.malformed("integers that are not packed"));
                }
                Value::List(items)
            }
            b'L' => Value::List(words::values(words::take(self)?)),
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

    /// Checks one value as strictly as decoding does, without building it; gives how many values it is made of.
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
            b'l' => self.skip_list(depth)?,
            b'L' => words::take(self)?.len(),
            b't' => self.skip_items(depth, false)?,
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
            // The bound is at most eight bytes.
            b'q' => {
                if self.bytes.get(self.at) == Some(&b'N') {
                    self.at += 1;
                } else {
                    let bound = self.tagged_int()?;
                    if u64::try_from(bound).is_err() {
                        return Err(self.malformed("a deque's bound"));
                    }
                }
                self.skip_items(depth, false)?
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

    /// As [`Reader::skip_items`], for a list, which is packed if all its items are machine integers.
    fn skip_list(&mut self, depth: usize) -> Result<usize, Malformed> {
        let start = self.at;
        let parts = self.skip_items(depth, false)?;
        let mut items = Reader { bytes: self.bytes, at: start };
        let count = items.length()?;
        let packed = count >= words::LEAST
            && (0..count).all(|_| items.array() == Ok([b'i']) && items.int_bytes().is_ok_and(|bytes| bytes.len() <= 8));
        if packed { Err(self.malformed("integers that are not packed")) } else { Ok(parts) }
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
        if self.array::<1>()? == [b'i'] { self.int_bytes().map(drop) } else { Err(self.malformed("not an integer")) }
    }

    fn int(&mut self) -> Result<BigInt, Malformed> {
        self.int_bytes().map(BigInt::from_signed_bytes_le)
    }

    fn tagged_int(&mut self) -> Result<BigInt, Malformed> {
        if self.array::<1>()?[0] == b'i' { self.int() } else { Err(self.malformed("not an integer")) }
    }

    fn deque(&mut self, depth: usize) -> Result<Value, Malformed> {
        let longest = match self.value(depth + 1)? {
            Value::None => None,
            Value::Int(longest) if longest.sign() != Sign::Minus => {
                Some(u64::try_from(longest).map_err(|_| self.malformed("a deque's bound"))?)
            }
            _ => return Err(self.malformed("a deque's bound")),
        };
        Ok(Value::Deque(longest, self.items(depth)?))
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Value>, Malformed> {
        let count = self.length()?;
        // Not reserved: the count is untrusted.
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

    fn text(&mut self) -> Result<String, Malformed> {
        self.str().map(str::to_owned)
    }
}
