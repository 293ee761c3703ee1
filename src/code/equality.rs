//! When two Python values are equal.
//!
//! Accepts: any two values. The work is at most a small multiple of the bytes of both, whatever the program sent:
//! numbers are compared by size before they are written out, and sets are compared by hash.
//!
//! Equality is Python's `==`: `1 == 1.0 == True`, `nan` equals nothing, sets and dictionaries have no order, a list is
//! not a tuple, and a handle equals only itself. [`Equality`] says which differences are ignored beyond that.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher as _};

use num_bigint::BigInt;
use num_traits::{One as _, Signed as _, ToPrimitive as _, Zero as _};

use super::number;
use super::value::Value;

/// Most items of a set, or keys of a dictionary, with one hash. Values that were not built to collide hardly ever share
/// a hash.
const MAX_BUCKET: usize = 64;
/// Most bits of the parts of two ranges that are compared by their items; longer ones are equal only if their parts are
/// equal.
const MAX_RANGE_BITS: u64 = 4_096;

/// Which differences are ignored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equality {
    /// An expected list equals a tuple with the same items: JSON has no tuples.
    pub list_is_tuple: bool,
    /// Floats are equal within this tolerance, relative to the larger of the two or absolute, whichever allows more; 0
    /// is exact.
    pub tolerance: f64,
}

impl Default for Equality {
    fn default() -> Self {
        Self { list_is_tuple: true, tolerance: 0.0 }
    }
}

impl Equality {
    /// Whether `got` equals what was expected.
    ///
    /// ```
    /// use r1rewards::code::{Equality, Value};
    /// let expected = Value::List(vec![Value::Int(1.into())]);
    /// assert!(Equality::default().holds(&expected, &Value::Tuple(vec![Value::Float(1.0)])));
    /// assert!(!Equality::default().holds(&expected, &Value::str("[1]")));
    /// ```
    pub fn holds(&self, expected: &Value, got: &Value) -> bool {
        match (expected, got) {
            (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) | (Value::Deque(_, a), Value::Deque(_, b)) => {
                self.all(a, b)
            }
            (Value::List(a), Value::Tuple(b)) if self.list_is_tuple => self.all(a, b),
            (Value::Dict(a), Value::Dict(b)) => self.dicts(a, b),
            (Value::Set(a) | Value::FrozenSet(a), Value::Set(b) | Value::FrozenSet(b)) => sets(a, b),
            _ => leaves(expected, got) || (self.tolerance > 0.0 && self.close(expected, got)),
        }
    }

    fn all(&self, expected: &[Value], got: &[Value]) -> bool {
        expected.len() == got.len() && expected.iter().zip(got).all(|(a, b)| self.holds(a, b))
    }

    fn dicts(&self, expected: &[(Value, Value)], got: &[(Value, Value)]) -> bool {
        if expected.len() != got.len() {
            return false;
        }
        let Some(found) = buckets(got.iter().map(|(key, value)| (key, (key, value)))) else { return false };
        expected.iter().all(|(key, value)| {
            let same =
                |bucket: &Vec<(&Value, &Value)>| bucket.iter().any(|(other, got)| exact(key, other) && self.holds(value, got));
            hash(key).and_then(|hash| found.get(&hash)).is_some_and(same)
        })
    }

    fn close(&self, expected: &Value, got: &Value) -> bool {
        let (Some(a), Some(b)) = (real(expected), real(got)) else { return false };
        // At least one of the two must be a float; integers are compared exactly.
        let floats = matches!(expected, Value::Float(_)) || matches!(got, Value::Float(_));
        floats && a.is_finite() && b.is_finite() && (a - b).abs() <= self.tolerance * a.abs().max(b.abs()).max(1.0)
    }
}

fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => value.to_f64(),
        Value::Float(value) => Some(*value),
        _ => None,
    }
}

/// Python's `==`.
fn exact(a: &Value, b: &Value) -> bool {
    Equality { list_is_tuple: false, tolerance: 0.0 }.holds(a, b)
}

/// Whether two values without parts are equal.
fn leaves(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::None, Value::None) => true,
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Bytes(a) | Value::ByteArray(a), Value::Bytes(b) | Value::ByteArray(b)) => a == b,
        (Value::Range(a, b, c), Value::Range(d, e, f)) => ranges([a, b, c], [d, e, f]),
        (Value::Moment(tag, fields), Value::Moment(other, others)) => tag == other && fields == others,
        (Value::Handle(a), Value::Handle(b)) => a.id == b.id,
        _ => number::equal(a, b),
    }
}

/// Two ranges are equal when they have the same items.
fn ranges(a: [&BigInt; 3], b: [&BigInt; 3]) -> bool {
    if a == b {
        return true;
    }
    if a.iter().chain(&b).any(|part| part.bits() > MAX_RANGE_BITS) {
        return false;
    }
    let items = |[start, stop, step]: [&BigInt; 3]| {
        use num_integer::Integer as _;
        let length = if step.is_zero() { BigInt::zero() } else { (stop - start).div_ceil(step).max(BigInt::zero()) };
        let first = if length.is_positive() { start.clone() } else { BigInt::zero() };
        let step = if length > BigInt::one() { step.clone() } else { BigInt::zero() };
        (length, first, step)
    };
    items(a) == items(b)
}

/// Whether two sets have the same number of items and each item of `a` has an equal one in `b`; no set has two equal
/// items.
fn sets(a: &[Value], b: &[Value]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let Some(found) = buckets(b.iter().map(|item| (item, item))) else { return false };
    a.iter().all(|item| {
        hash(item).and_then(|hash| found.get(&hash)).is_some_and(|bucket| bucket.iter().any(|other| exact(item, other)))
    })
}

/// Groups `items` by the hash of their value; `None` if a value has no hash, or if more than [`MAX_BUCKET`] share one.
fn buckets<'v, T>(items: impl Iterator<Item = (&'v Value, T)>) -> Option<HashMap<u64, Vec<T>>> {
    let mut found: HashMap<u64, Vec<T>> = HashMap::new();
    for (value, thing) in items {
        let bucket = found.entry(hash(value)?).or_default();
        bucket.push(thing);
        if bucket.len() > MAX_BUCKET {
            return None;
        }
    }
    Some(found)
}

/// A hash that equal values share; `None` for a value that equals nothing.
fn hash(value: &Value) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    let all = |hasher: &mut DefaultHasher, items: &[Value]| {
        items.iter().try_for_each(|item| {
            hasher.write_u64(hash(item)?);
            Some(())
        })
    };
    match value {
        Value::None => hasher.write_u8(b'N'),
        Value::Str(text) => hasher.write(text.as_bytes()),
        Value::Bytes(bytes) | Value::ByteArray(bytes) => hasher.write(bytes),
        Value::List(items) => all(&mut hasher, items)?,
        Value::Tuple(items) => all(&mut hasher, items)?,
        Value::Deque(_, items) => all(&mut hasher, items)?,
        Value::Set(items) | Value::FrozenSet(items) => {
            let sum = items.iter().try_fold(0_u64, |sum, item| Some(sum.wrapping_add(hash(item)?)))?;
            hasher.write_u64(sum);
        }
        Value::Dict(pairs) => {
            let sum = pairs.iter().try_fold(0_u64, |sum, (key, _)| Some(sum.wrapping_add(hash(key)?)))?;
            hasher.write_u64(sum);
        }
        // Rarely a key, and equal ranges may differ in their parts, so all ranges have one hash.
        Value::Range(..) => hasher.write_u8(b'r'),
        Value::Moment(tag, fields) => {
            hasher.write_u8(*tag);
            hasher.write(fields);
        }
        Value::Handle(handle) => hasher.write_u64(handle.id),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Complex(..) | Value::Fraction(..) | Value::Decimal(_) => {
            hasher.write_u64(number::hash(value)?);
        }
    }
    Some(hasher.finish())
}
