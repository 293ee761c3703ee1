//! Python values on the host, and when two are equal.
//!
//! Accepts: plain data, and handles (names of the program's own objects). Refuses: nothing here; what cannot be a value never gets past the wire.
//!
//! Equality is Python's `==`: `1 == 1.0 == True`, `nan` equals nothing, sets and dictionaries have no order, a list is not a tuple, and a
//! handle equals only itself. [`Equality`] says what is forgiven beyond that.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One as _, ToPrimitive as _, Zero as _};
use serde_json::Value as Json;

/// A Python value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An `int` of any size.
    Int(BigInt),
    /// A `float`, by its bits.
    Float(f64),
    /// A `complex`.
    Complex(f64, f64),
    /// A `str` without lone surrogates.
    Str(String),
    /// `bytes`.
    Bytes(Vec<u8>),
    /// A `bytearray`.
    ByteArray(Vec<u8>),
    /// A `list`.
    List(Vec<Value>),
    /// A `tuple`.
    Tuple(Vec<Value>),
    /// A `set`, sorted by encoding.
    Set(Vec<Value>),
    /// A `frozenset`, sorted by encoding.
    FrozenSet(Vec<Value>),
    /// A `dict`, in its order.
    Dict(Vec<(Value, Value)>),
    /// A `range`: start, stop, step.
    Range(BigInt, BigInt, BigInt),
    /// A `collections.deque`: its bound, its items.
    Deque(Option<u64>, Vec<Value>),
    /// A `fractions.Fraction`: numerator, denominator.
    Fraction(BigInt, BigInt),
    /// A `decimal.Decimal`, as `str` writes it.
    Decimal(String),
    /// A naive `date`, `time`, `datetime` or `timedelta`: its tag and packed fields.
    Moment(u8, Vec<u8>),
    /// An object of the program's.
    Handle(Handle),
}

/// The name of an object that stays in the program's instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handle {
    /// Its number there.
    pub id: u64,
    /// What it can do, as bits (`sandboxes/python/app/solution.py`).
    pub capabilities: u32,
    /// The name of its type, for people.
    pub name: String,
}

/// What equality forgives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equality {
    /// An expected list equals a tuple with the same items: JSON has no tuples.
    pub list_is_tuple: bool,
    /// Floats are equal within so much, relative to the larger or absolute, whichever is more; 0 is exact.
    pub tolerance: f64,
}

impl Default for Equality {
    fn default() -> Self {
        Self { list_is_tuple: true, tolerance: 0.0 }
    }
}

impl Equality {
    /// Whether `got` equals what was expected.
    pub fn holds(&self, expected: &Value, got: &Value) -> bool {
        match (expected, got) {
            (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) | (Value::Deque(_, a), Value::Deque(_, b)) => {
                self.all(a, b)
            }
            (Value::List(a), Value::Tuple(b)) if self.list_is_tuple => self.all(a, b),
            (Value::Dict(a), Value::Dict(b)) => self.dicts(a, b),
            _ if self.tolerance > 0.0 => self.close(expected, got) || same_key(expected, got),
            _ => same_key(expected, got),
        }
    }

    fn all(&self, expected: &[Value], got: &[Value]) -> bool {
        expected.len() == got.len() && expected.iter().zip(got).all(|(a, b)| self.holds(a, b))
    }

    fn dicts(&self, expected: &[(Value, Value)], got: &[(Value, Value)]) -> bool {
        let found: std::collections::HashMap<_, _> = got.iter().filter_map(|(key, value)| Some((key_of(key)?, value))).collect();
        expected.len() == got.len()
            && expected
                .iter()
                .all(|(key, value)| key_of(key).and_then(|key| found.get(&key)).is_some_and(|got| self.holds(value, got)))
    }

    fn close(&self, expected: &Value, got: &Value) -> bool {
        let (Some(a), Some(b)) = (real(expected), real(got)) else { return false };
        // One of the two is a float; whole numbers are compared exactly.
        let floats = matches!(expected, Value::Float(_)) || matches!(got, Value::Float(_));
        floats && a.is_finite() && b.is_finite() && (a - b).abs() <= self.tolerance * a.abs().max(b.abs()).max(1.0)
    }
}

impl Value {
    /// The value that a JSON value writes: arrays are lists, objects dictionaries with string keys, numbers with a point or exponent floats.
    ///
    /// ```
    /// use r1rewards::code::Value;
    /// assert_eq!(Value::from_json(&serde_json::json!([1, null])), Value::List(vec![Value::Int(1.into()), Value::None]));
    /// ```
    pub fn from_json(json: &Json) -> Value {
        match json {
            Json::Null => Value::None,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => {
                let text = number.to_string();
                text.parse::<BigInt>().map_or_else(|_| Value::Float(text.parse().unwrap_or(f64::NAN)), Value::Int)
            }
            Json::String(text) => Value::Str(text.clone()),
            Json::Array(items) => Value::List(items.iter().map(Value::from_json).collect()),
            Json::Object(map) => {
                Value::Dict(map.iter().map(|(key, value)| (Value::Str(key.clone()), Value::from_json(value))).collect())
            }
        }
    }

    /// A string value.
    pub fn str(text: impl Into<String>) -> Value {
        Value::Str(text.into())
    }
}

/// As Python writes it, or nearly: this is for people.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |f: &mut std::fmt::Formatter<'_>, open: &str, items: &[Value], close: &str| {
            f.write_str(open)?;
            for (index, item) in items.iter().enumerate() {
                write!(f, "{}{item}", if index == 0 { "" } else { ", " })?;
            }
            f.write_str(close)
        };
        match self {
            Self::None => f.write_str("None"),
            Self::Bool(value) => f.write_str(if *value { "True" } else { "False" }),
            // Quadratic in the length: people don't read so many digits.
            Self::Int(value) if value.bits() > 4096 => write!(f, "<an integer of {} bits>", value.bits()),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Complex(real, imaginary) => write!(f, "complex({real:?}, {imaginary:?})"),
            Self::Str(text) => write!(f, "{text:?}"),
            Self::Bytes(bytes) => write!(f, "b\"{}\"", bytes.escape_ascii()),
            Self::ByteArray(bytes) => write!(f, "bytearray(b\"{}\")", bytes.escape_ascii()),
            Self::List(items) => list(f, "[", items, "]"),
            Self::Tuple(items) => list(f, "(", items, if items.len() == 1 { ",)" } else { ")" }),
            Self::Set(items) => list(f, "{", items, "}"),
            Self::FrozenSet(items) => list(f, "frozenset({", items, "})"),
            Self::Deque(_, items) => list(f, "deque([", items, "])"),
            Self::Dict(pairs) => {
                f.write_str("{")?;
                for (index, (key, value)) in pairs.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
            Self::Range(start, stop, step) => write!(f, "range({start}, {stop}, {step})"),
            Self::Fraction(numerator, denominator) => write!(f, "Fraction({numerator}, {denominator})"),
            Self::Decimal(text) => write!(f, "Decimal({text:?})"),
            Self::Moment(tag, fields) => write!(f, "<{} {fields:?}>", char::from(*tag)),
            Self::Handle(handle) => write!(f, "<{} object>", handle.name),
        }
    }
}

fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => value.to_f64(),
        Value::Float(value) => Some(*value),
        _ => None,
    }
}

fn same_key(a: &Value, b: &Value) -> bool {
    key_of(a).is_some_and(|key| Some(key) == key_of(b))
}

/// A form that equal values share and unequal ones don't; `None` where the value equals nothing, not even itself.
fn key_of(value: &Value) -> Option<String> {
    let mut key = String::new();
    write_key(value, &mut key).then_some(key)
}

fn write_key(value: &Value, out: &mut String) -> bool {
    use std::fmt::Write as _;
    let mut list = |tag: &str, items: &[Value]| {
        out.push_str(tag);
        let done = items.iter().all(|item| {
            let written = write_key(item, out);
            out.push(',');
            written
        });
        out.push(')');
        done
    };
    match value {
        Value::List(items) => return list("l(", items),
        Value::Tuple(items) => return list("t(", items),
        Value::Deque(_, items) => return list("q(", items),
        Value::Set(items) | Value::FrozenSet(items) => {
            let Some(mut keys) = items.iter().map(key_of).collect::<Option<Vec<_>>>() else { return false };
            keys.sort();
            let _ = write!(out, "S({})", keys.join(","));
        }
        Value::Dict(pairs) => {
            let keyed = pairs.iter().map(|(key, value)| Some(format!("{}:{}", key_of(key)?, key_of(value)?)));
            let Some(mut keys) = keyed.collect::<Option<Vec<_>>>() else { return false };
            keys.sort();
            let _ = write!(out, "d({})", keys.join(","));
        }
        Value::None => out.push('N'),
        Value::Str(text) => {
            let _ = write!(out, "s{text:?}");
        }
        Value::Bytes(bytes) | Value::ByteArray(bytes) => {
            let _ = write!(out, "b{bytes:?}");
        }
        Value::Range(start, stop, step) => {
            let _ = write!(out, "{}", range_key(start, stop, step));
        }
        Value::Moment(tag, fields) => {
            let _ = write!(out, "m{tag}{fields:?}");
        }
        Value::Handle(handle) => {
            let _ = write!(out, "H{}", handle.id);
        }
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Complex(..) | Value::Fraction(..) | Value::Decimal(_) => {
            let Some(number) = number_key(value) else { return false };
            let _ = write!(out, "n{number}");
        }
    }
    true
}

/// Two ranges are equal when they have the same items.
fn range_key(start: &BigInt, stop: &BigInt, step: &BigInt) -> String {
    use num_integer::Integer as _;
    let length = if step.is_zero() { BigInt::zero() } else { (stop - start).div_ceil(step).max(BigInt::zero()) };
    if length.is_zero() {
        return "r0".to_owned();
    }
    let step = if length.is_one() { BigInt::one() } else { step.clone() };
    format!("r{length},{start},{step}")
}

/// The number's exact value as text, the same for every type that writes it.
fn number_key(value: &Value) -> Option<String> {
    match value {
        Value::Bool(value) => Some(u8::from(*value).to_string()),
        Value::Int(value) => {
            Some(value.to_str_radix(16)).map(|hex| if hex.len() < 2 { value.to_string() } else { format!("x{hex}") })
        }
        Value::Fraction(numerator, denominator) => Some(rational_key(&ratio(numerator.clone(), denominator.clone())?)),
        Value::Float(value) if value.is_nan() => None,
        Value::Float(value) if value.is_infinite() => Some(if *value > 0.0 { "inf" } else { "-inf" }.to_owned()),
        Value::Float(value) => BigRational::from_float(*value).map(|exact| rational_key(&exact)),
        Value::Complex(real, imaginary) if *imaginary == 0.0 => number_key(&Value::Float(*real)),
        Value::Complex(real, imaginary) => {
            Some(format!("{}+{}j", number_key(&Value::Float(*real))?, number_key(&Value::Float(*imaginary))?))
        }
        Value::Decimal(text) => decimal_key(text),
        _ => None,
    }
}

fn rational_key(exact: &BigRational) -> String {
    if exact.is_integer() {
        return number_key(&Value::Int(exact.to_integer())).unwrap_or_default();
    }
    format!("{}/{}", exact.numer().to_str_radix(16), exact.denom().to_str_radix(16))
}

fn ratio(numerator: BigInt, denominator: BigInt) -> Option<BigRational> {
    (!denominator.is_zero()).then(|| BigRational::new(numerator, denominator))
}

/// Decimals with more zeros than any integer that can cross are equal only when written alike.
const MAX_DECIMAL_EXPONENT: i64 = 400_000;

fn decimal_key(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    match lower.trim_start_matches(['+', '-']) {
        "infinity" => return Some(if lower.starts_with('-') { "-inf" } else { "inf" }.to_owned()),
        other if other.starts_with("nan") || other.starts_with("snan") => return None,
        _ => {}
    }
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: BigInt = format!("{whole}{fraction}").parse().ok()?;
    if digits.is_zero() {
        return Some("0".to_owned());
    }
    let exponent = exponent.parse::<i64>().ok()?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    if exponent.abs() > MAX_DECIMAL_EXPONENT {
        return Some(format!("D{lower}"));
    }
    let power = BigInt::from(10).pow(u32::try_from(exponent.unsigned_abs()).ok()?);
    let exact = if exponent < 0 { ratio(digits, power)? } else { BigRational::from_integer(digits * power) };
    Some(rational_key(&exact))
}
