//! Lists of machine integers as one block of bytes, so that an argument of a million integers is read and written by the
//! interpreter's C code.
//!
//! Accepts: lists of at least [`LEAST`] integers that all fit into 64 bits. Refuses, when reading: a shorter list, a width that is
//! not 1, 2, 4 or 8 bytes, and a width that is larger than the integers need, so that a list has one encoding.

use num_bigint::BigInt;

use super::reader::{Malformed, Reader};
use super::value::Value;

/// Shorter lists are written item by item.
pub(super) const LEAST: usize = 8;

/// The integers of a list that is written as one block, and none for any other list.
pub(super) fn words(items: &[Value]) -> Option<Vec<i64>> {
    if items.len() < LEAST {
        return None;
    }
    let word = |item: &Value| match item {
        Value::Int(value) => i64::try_from(value).ok(),
        _ => None,
    };
    items.iter().map(word).collect()
}

/// The bytes of each integer: the least of 1, 2, 4 and 8 that all of them fit into.
fn width(words: &[i64]) -> usize {
    let (low, high) = words.iter().fold((0, 0), |(low, high), word| (*word.min(&low), *word.max(&high)));
    let fits = |bits: u32| low >= -(1_i64 << (bits - 1)) && high < 1_i64 << (bits - 1);
    [1, 2, 4].into_iter().find(|width| fits(8 * width)).unwrap_or(8) as usize
}

/// Writes the width, the number of integers and the integers.
pub(super) fn put(out: &mut Vec<u8>, words: &[i64]) {
    let width = width(words);
    out.push(width as u8);
    out.extend(u32::try_from(words.len()).unwrap_or(u32::MAX).to_le_bytes());
    words.iter().for_each(|word| out.extend(&word.to_le_bytes()[..width]));
}

/// Reads what [`put`] writes.
pub(super) fn take(reader: &mut Reader) -> Result<Vec<i64>, Malformed> {
    let [given] = reader.array::<1>()?;
    if ![1, 2, 4, 8].contains(&given) {
        return Err(reader.malformed("a width of integers"));
    }
    let count = reader.length()?;
    let bytes = reader.take(count.saturating_mul(usize::from(given)))?;
    let words: Vec<i64> = bytes.chunks_exact(usize::from(given)).map(word).collect();
    if words.len() < LEAST || width(&words) != usize::from(given) {
        return Err(reader.malformed("integers packed otherwise than they are written"));
    }
    Ok(words)
}

/// Up to eight bytes as a signed integer.
fn word(bytes: &[u8]) -> i64 {
    let sign = if bytes.last().is_some_and(|byte| *byte >= 0x80) { 0xff } else { 0 };
    let mut all = [sign; 8];
    all[..bytes.len()].copy_from_slice(bytes);
    i64::from_le_bytes(all)
}

/// The integers as values.
pub(super) fn values(words: Vec<i64>) -> Vec<Value> {
    words.into_iter().map(|word| Value::Int(BigInt::from(word))).collect()
}
