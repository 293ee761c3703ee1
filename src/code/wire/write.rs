//! Values to bytes.

use num_bigint::BigInt;

use crate::code::value::Value;

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
