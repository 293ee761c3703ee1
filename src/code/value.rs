//! Python values on the host.
//!
//! Plain data, and handles (names of objects that stay in the program's instance). [`wire`](super::wire) refuses
//! everything else.

use num_bigint::BigInt;
use serde_json::Value as Json;
use std::fmt::Write as _;

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
    /// A naive `date`, `time`, `datetime` or `timedelta`: its tag in the encoding and its packed fields.
    Moment(u8, Vec<u8>),
    /// An object of the program.
    Handle(Handle),
}

/// The name of an object that stays in the program's instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handle {
    /// Its number in that instance.
    pub id: u64,
    /// What it can do, as bits (`sandboxes/python/app/solution.py`).
    pub capabilities: u32,
    /// The name of its type, for messages.
    pub name: String,
}

impl Value {
    /// The value that a JSON value stands for: arrays are lists, objects are dictionaries with string keys, numbers
    /// with a point or exponent are floats. `{"$float": "nan" | "inf" | "-inf"}` is a float that JSON lacks, `{"$dict":
    /// [[key, value], ...]}` a dictionary whose keys are not all text.
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
            Json::Object(map) if map.len() == 1 && not_finite(map).is_some() => Value::Float(not_finite(map).unwrap_or(f64::NAN)),
            Json::Object(map) if map.len() == 1 && pairs(map).is_some() => Value::Dict(pairs(map).unwrap_or_default()),
            Json::Object(map) => {
                Value::Dict(map.iter().map(|(key, value)| (Value::Str(key.clone()), Value::from_json(value))).collect())
            }
        }
    }

    /// How many values it is made of, including itself.
    pub fn parts(&self) -> usize {
        let all = |items: &[Value]| items.iter().map(Value::parts).sum::<usize>();
        1 + match self {
            Self::List(items) | Self::Tuple(items) | Self::Set(items) | Self::FrozenSet(items) | Self::Deque(_, items) => {
                all(items)
            }
            Self::Dict(pairs) => pairs.iter().map(|(key, value)| key.parts() + value.parts()).sum(),
            _ => 0,
        }
    }

    /// A string value.
    pub fn str(text: impl Into<String>) -> Value {
        Value::Str(text.into())
    }
}

/// A float that JSON has no number for.
fn not_finite(map: &serde_json::Map<String, Json>) -> Option<f64> {
    match map.get("$float")?.as_str()? {
        "nan" => Some(f64::NAN),
        "inf" => Some(f64::INFINITY),
        "-inf" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// The pairs of a `{"$dict": ...}` object; keys are numbers, text, truth values or null.
fn pairs(map: &serde_json::Map<String, Json>) -> Option<Vec<(Value, Value)>> {
    let pair = |pair: &Json| match pair.as_array()?.as_slice() {
        [Json::Array(_) | Json::Object(_), _] => None,
        [key, value] => Some((Value::from_json(key), Value::from_json(value))),
        _ => None,
    };
    map.get("$dict")?.as_array()?.iter().map(pair).collect()
}

/// Nearly as Python's `repr` writes it, for messages and reports.
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
            // Decimal formatting is quadratic in the length, and a report does not need so long a number.
            Self::Int(value) if value.bits() > 4096 => write!(f, "<an integer of {} bits>", value.bits()),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Complex(real, imaginary) => write!(f, "complex({real:?}, {imaginary:?})"),
            // Character by character, so that `report::shown_value` can stop it with an error: the text may have
            // millions of characters.
            Self::Str(text) => {
                f.write_char('"')?;
                for character in text.chars() {
                    if character == '\'' { f.write_char(character)? } else { write!(f, "{}", character.escape_debug())? }
                }
                f.write_char('"')
            }
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
