//! Writes the values of Arrow columns as JSON.
//!
//! - Numbers keep all digits: integers and decimals exactly, floating-point numbers in the shortest form that reads back
//!   to the same. `NaN` and the infinities are written as such, which JSON lacks: a column that holds one is refused when
//!   it is read as a field.
//! - Text is text, also as a dictionary, as views and in the large types. Binary values that are UTF-8 are text, because
//!   many writers do not mark text; other binary values are refused when they are read.
//! - Times are text as in ISO 8601: `2026-01-31`, `2026-01-31T12:00:00.5` (with `Z` if the column has a time zone, whose
//!   times are given in UTC), `12:00:00`, `PT1.5S`.
//! - Lists and structs are lists and objects. A map is an object if its keys are text, else a list of objects with `key`
//!   and `value`.
//! - Unions and intervals are refused when they are read.

use std::io::Write as _;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, ArrowTemporalType, Date32Type, Date64Type, Decimal32Type, Decimal64Type,
    Decimal128Type, Decimal256Type, DecimalType, DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType,
    DurationSecondType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, RunEndIndexType,
    Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, OffsetSizeTrait};
use arrow_buffer::ArrowNativeType as _;
use arrow_schema::{DataType, TimeUnit};

use crate::core::json_text::MARK;
use crate::rows::format::written::push_text;

/// A floating-point number of half precision.
type Half = <Float16Type as ArrowPrimitiveType>::Native;
use crate::rows::lines::MAX_LINE;

/// Writes the value at a position.
pub(super) type Cell<'a> = Box<dyn Fn(usize, &mut Vec<u8>) + Send + 'a>;

/// The begin of a member of an object: the name and a colon.
pub(super) fn member(name: &str) -> Vec<u8> {
    let mut text = Vec::with_capacity(name.len() + 3);
    push_text(&mut text, name.as_bytes());
    text.push(b':');
    text
}

/// The writer of a column.
pub(super) fn cell(column: &dyn Array) -> Cell<'_> {
    let value = value(column);
    if column.null_count() == 0 {
        return value;
    }
    Box::new(move |row, out| if column.is_null(row) { out.extend_from_slice(b"null") } else { value(row, out) })
}

/// The writer of the values of a column that are not null.
fn value(column: &dyn Array) -> Cell<'_> {
    match column.data_type() {
        DataType::Null => Box::new(|_, out| out.extend_from_slice(b"null")),
        DataType::Boolean => {
            let values = column.as_boolean();
            Box::new(move |row, out| out.extend_from_slice(if values.value(row) { b"true" } else { b"false" }))
        }
        DataType::Int8 => integer::<Int8Type>(column),
        DataType::Int16 => integer::<Int16Type>(column),
        DataType::Int32 => integer::<Int32Type>(column),
        DataType::Int64 => integer::<Int64Type>(column),
        DataType::UInt8 => integer::<UInt8Type>(column),
        DataType::UInt16 => integer::<UInt16Type>(column),
        DataType::UInt32 => integer::<UInt32Type>(column),
        DataType::UInt64 => integer::<UInt64Type>(column),
        DataType::Float16 => {
            let values = column.as_primitive::<Float16Type>();
            Box::new(move |row, out| float(fewest_digits(values.value(row)), out))
        }
        DataType::Float32 => {
            let values = column.as_primitive::<Float32Type>();
            Box::new(move |row, out| float(values.value(row), out))
        }
        DataType::Float64 => {
            let values = column.as_primitive::<Float64Type>();
            Box::new(move |row, out| float(values.value(row), out))
        }
        DataType::Decimal32(..) => decimal::<Decimal32Type>(column),
        DataType::Decimal64(..) => decimal::<Decimal64Type>(column),
        DataType::Decimal128(..) => decimal::<Decimal128Type>(column),
        DataType::Decimal256(..) => decimal::<Decimal256Type>(column),
        DataType::Date32 => date::<Date32Type>(column),
        DataType::Date64 => date::<Date64Type>(column),
        DataType::Time32(TimeUnit::Second) => time::<Time32SecondType>(column),
        DataType::Time32(_) => time::<Time32MillisecondType>(column),
        DataType::Time64(TimeUnit::Microsecond) => time::<Time64MicrosecondType>(column),
        DataType::Time64(_) => time::<Time64NanosecondType>(column),
        DataType::Timestamp(unit, zone) => match unit {
            TimeUnit::Second => timestamp::<TimestampSecondType>(column, zone.as_ref()),
            TimeUnit::Millisecond => timestamp::<TimestampMillisecondType>(column, zone.as_ref()),
            TimeUnit::Microsecond => timestamp::<TimestampMicrosecondType>(column, zone.as_ref()),
            TimeUnit::Nanosecond => timestamp::<TimestampNanosecondType>(column, zone.as_ref()),
        },
        DataType::Duration(unit) => match unit {
            TimeUnit::Second => duration::<DurationSecondType>(column, 0),
            TimeUnit::Millisecond => duration::<DurationMillisecondType>(column, 3),
            TimeUnit::Microsecond => duration::<DurationMicrosecondType>(column, 6),
            TimeUnit::Nanosecond => duration::<DurationNanosecondType>(column, 9),
        },
        DataType::Utf8 => text::<i32>(column),
        DataType::LargeUtf8 => text::<i64>(column),
        DataType::Utf8View => {
            let values = column.as_string_view();
            Box::new(move |row, out| push_text(out, values.value(row).as_bytes()))
        }
        DataType::Binary => bytes::<i32>(column),
        DataType::LargeBinary => bytes::<i64>(column),
        DataType::BinaryView => {
            let values = column.as_binary_view();
            Box::new(move |row, out| binary(values.value(row), out))
        }
        DataType::FixedSizeBinary(_) => {
            let values = column.as_fixed_size_binary();
            Box::new(move |row, out| binary(values.value(row), out))
        }
        DataType::List(_) => list::<i32>(column),
        DataType::LargeList(_) => list::<i64>(column),
        DataType::FixedSizeList(..) => {
            let lists = column.as_fixed_size_list();
            let (item, length) = (cell(lists.values().as_ref()), usize::try_from(lists.value_length()).unwrap_or(0));
            Box::new(move |row, out| items(&item, row * length..(row + 1) * length, out))
        }
        DataType::ListView(_) => list_view::<i32>(column),
        DataType::LargeListView(_) => list_view::<i64>(column),
        DataType::Struct(_) => object(column),
        DataType::Map(..) => map(column),
        DataType::Dictionary(key, _) => match **key {
            DataType::Int8 => dictionary::<Int8Type>(column),
            DataType::Int16 => dictionary::<Int16Type>(column),
            DataType::Int32 => dictionary::<Int32Type>(column),
            DataType::Int64 => dictionary::<Int64Type>(column),
            DataType::UInt8 => dictionary::<UInt8Type>(column),
            DataType::UInt16 => dictionary::<UInt16Type>(column),
            DataType::UInt32 => dictionary::<UInt32Type>(column),
            DataType::UInt64 => dictionary::<UInt64Type>(column),
            _ => refused("a-dictionary-with-odd-keys"),
        },
        DataType::RunEndEncoded(ends, _) => match ends.data_type() {
            DataType::Int16 => runs::<Int16Type>(column),
            DataType::Int32 => runs::<Int32Type>(column),
            _ => runs::<Int64Type>(column),
        },
        DataType::Interval(_) => refused("an-interval"),
        DataType::Union(..) => refused("a-union"),
    }
}

fn refused(what: &'static str) -> Cell<'static> {
    Box::new(move |_, out| mark(what, out))
}

/// Writes what is not JSON in place of a value, with the reason.
fn mark(what: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(MARK.as_bytes());
    out.extend_from_slice(what.as_bytes());
}

fn integer<T: ArrowPrimitiveType<Native: std::fmt::Display>>(column: &dyn Array) -> Cell<'_> {
    let values = column.as_primitive::<T>();
    Box::new(move |row, out| drop(write!(out, "{}", values.value(row))))
}

/// A number of half precision, as the number that is written with the fewest digits that read back to it; whole numbers are
/// exact.
fn fewest_digits(value: Half) -> f64 {
    /// A number of half precision needs at most this number of digits behind the first.
    const MOST: usize = 4;
    let exact = value.to_f64();
    if !exact.is_finite() || exact.fract() == 0.0 {
        return exact;
    }
    let rounded = |digits: usize| format!("{exact:.digits$e}").parse::<f64>().ok();
    (0..=MOST).filter_map(rounded).find(|near| Half::from_f64(*near) == value).unwrap_or(exact)
}

fn float(value: impl Into<f64> + std::fmt::Debug + Copy, out: &mut Vec<u8>) {
    let wide: f64 = value.into();
    if wide.is_finite() {
        // The debug format has the fewest digits that read back to the same, and an exponent where it is shorter.
        drop(write!(out, "{value:?}"));
    } else {
        let name: &[u8] = match (wide.is_nan(), wide > 0.0) {
            (true, _) => b"NaN",
            (false, true) => b"Infinity",
            (false, false) => b"-Infinity",
        };
        out.extend_from_slice(name);
    }
}

fn decimal<T: DecimalType>(column: &dyn Array) -> Cell<'_> {
    let values = column.as_primitive::<T>();
    Box::new(move |row, out| out.extend_from_slice(values.value_as_string(row).as_bytes()))
}

/// Writes a time as text; a value that no calendar has is refused when it is read.
fn shown(value: Option<impl std::fmt::Display>, out: &mut Vec<u8>) {
    match value {
        Some(value) => drop(write!(out, "\"{value}\"")),
        None => mark("a-time-outside-of-the-calendar", out),
    }
}

fn date<T: ArrowTemporalType>(column: &dyn Array) -> Cell<'_>
where
    i64: From<T::Native>,
{
    let values = column.as_primitive::<T>();
    Box::new(move |row, out| shown(values.value_as_date(row), out))
}

fn time<T: ArrowTemporalType>(column: &dyn Array) -> Cell<'_>
where
    i64: From<T::Native>,
{
    let values = column.as_primitive::<T>();
    Box::new(move |row, out| shown(values.value_as_time(row).map(|time| time.format("%H:%M:%S%.f")), out))
}

fn timestamp<'a, T: ArrowTemporalType>(column: &'a dyn Array, zone: Option<&Arc<str>>) -> Cell<'a>
where
    i64: From<T::Native>,
{
    let values = column.as_primitive::<T>();
    let form = if zone.is_some() { "%Y-%m-%dT%H:%M:%S%.fZ" } else { "%Y-%m-%dT%H:%M:%S%.f" };
    Box::new(move |row, out| shown(values.value_as_datetime(row).map(|time| time.format(form)), out))
}

/// A duration whose unit is 10^-`places` seconds.
fn duration<T: ArrowPrimitiveType<Native = i64>>(column: &dyn Array, places: u32) -> Cell<'_> {
    let values = column.as_primitive::<T>();
    Box::new(move |row, out| {
        let value = values.value(row);
        let (sign, unit) = (if value < 0 { "-" } else { "" }, 10_u64.pow(places));
        let (whole, part) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
        let fraction = format!("{part:0width$}", width = places as usize);
        let fraction = fraction.trim_end_matches('0');
        let point = if part == 0 { "" } else { "." };
        let fraction = if part == 0 { "" } else { fraction };
        drop(write!(out, "\"{sign}PT{whole}{point}{fraction}S\""));
    })
}

fn text<O: OffsetSizeTrait>(column: &dyn Array) -> Cell<'_> {
    let values = column.as_string::<O>();
    Box::new(move |row, out| push_text(out, values.value(row).as_bytes()))
}

fn bytes<O: OffsetSizeTrait>(column: &dyn Array) -> Cell<'_> {
    let values = column.as_binary::<O>();
    Box::new(move |row, out| binary(values.value(row), out))
}

fn binary(value: &[u8], out: &mut Vec<u8>) {
    if str::from_utf8(value).is_ok() {
        push_text(out, value);
    } else {
        mark(&format!("{}-bytes-of-binary-data", value.len()), out);
    }
}

fn items(item: &Cell<'_>, range: std::ops::Range<usize>, out: &mut Vec<u8>) {
    out.push(b'[');
    for place in range.clone() {
        if place > range.start {
            out.push(b',');
        }
        item(place, out);
        // The row is refused for its size, so the rest is not needed.
        if out.len() > MAX_LINE {
            break;
        }
    }
    out.push(b']');
}

fn list<O: OffsetSizeTrait>(column: &dyn Array) -> Cell<'_> {
    let lists = column.as_list::<O>();
    let (item, offsets) = (cell(lists.values().as_ref()), lists.value_offsets());
    Box::new(move |row, out| items(&item, offsets[row].as_usize()..offsets[row + 1].as_usize(), out))
}

fn list_view<O: OffsetSizeTrait>(column: &dyn Array) -> Cell<'_> {
    let lists = column.as_list_view::<O>();
    let (item, offsets, sizes) = (cell(lists.values().as_ref()), lists.value_offsets(), lists.value_sizes());
    Box::new(move |row, out| items(&item, offsets[row].as_usize()..offsets[row].as_usize() + sizes[row].as_usize(), out))
}

fn object(column: &dyn Array) -> Cell<'_> {
    let object = column.as_struct();
    let members: Vec<(Vec<u8>, Cell<'_>)> =
        object.fields().iter().zip(object.columns()).map(|(field, column)| (member(field.name()), cell(column.as_ref()))).collect();
    Box::new(move |row, out| {
        out.push(b'{');
        for (place, (member, value)) in members.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            out.extend_from_slice(member);
            value(row, out);
        }
        out.push(b'}');
    })
}

fn map(column: &dyn Array) -> Cell<'_> {
    let map = column.as_map();
    let (keys, values, offsets) = (cell(map.keys().as_ref()), cell(map.values().as_ref()), map.value_offsets());
    let kind = map.keys().data_type();
    let by_text = matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    Box::new(move |row, out| {
        let range = offsets[row].as_usize()..offsets[row + 1].as_usize();
        out.push(if by_text { b'{' } else { b'[' });
        for place in range.clone() {
            if place > range.start {
                out.push(b',');
            }
            if by_text {
                keys(place, out);
                out.push(b':');
                values(place, out);
            } else {
                out.extend_from_slice(b"{\"key\":");
                keys(place, out);
                out.extend_from_slice(b",\"value\":");
                values(place, out);
                out.push(b'}');
            }
            if out.len() > MAX_LINE {
                break;
            }
        }
        out.push(if by_text { b'}' } else { b']' });
    })
}

fn dictionary<K: ArrowDictionaryKeyType>(column: &dyn Array) -> Cell<'_> {
    let dictionary = column.as_dictionary::<K>();
    let value = cell(dictionary.values().as_ref());
    Box::new(move |row, out| match dictionary.key(row) {
        Some(key) => value(key, out),
        None => out.extend_from_slice(b"null"),
    })
}

fn runs<R: RunEndIndexType>(column: &dyn Array) -> Cell<'_> {
    let Some(runs) = column.as_run_opt::<R>() else { return refused("runs-with-odd-ends") };
    let value = cell(runs.values().as_ref());
    Box::new(move |row, out| value(runs.get_physical_index(row), out))
}
