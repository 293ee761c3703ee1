//! The index: what the page filters and sorts by, as columns of numbers.
//!
//! The columns follow each other without gaps, the widest first, so that a page reads each in place. Numbers are little
//! endian, as on every machine that has a browser.

use serde_json::{Value, json};

use super::blocks::Entry;

/// The columns with their types and how they are read from an entry.
const COLUMNS: &[(&str, Type)] = &[
    ("reward", Type::Float(|entry| entry.reward[0])),
    ("otherReward", Type::Float(|entry| entry.reward[1])),
    ("work", Type::Float(|entry| entry.work)),
    ("file", Type::Word(|entry| entry.file)),
    ("line", Type::Word(|entry| entry.line)),
    ("source", Type::Word(|entry| entry.source)),
    ("group", Type::Word(|entry| entry.group)),
    ("length", Type::Word(|entry| entry.length)),
    ("verdict", Type::Byte(|entry| entry.verdict[0])),
    ("reason", Type::Byte(|entry| entry.reason[0])),
    ("otherVerdict", Type::Byte(|entry| entry.verdict[1])),
    ("otherReason", Type::Byte(|entry| entry.reason[1])),
];

#[derive(Clone, Copy)]
enum Type {
    Float(fn(&Entry) -> f64),
    Word(fn(&Entry) -> u32),
    Byte(fn(&Entry) -> u8),
}

/// The bytes of the columns.
pub(super) fn bytes<'a>(entries: impl Iterator<Item = &'a Entry> + Clone) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (_, kind) in COLUMNS {
        match kind {
            Type::Float(of) => entries.clone().for_each(|entry| bytes.extend(of(entry).to_le_bytes())),
            Type::Word(of) => entries.clone().for_each(|entry| bytes.extend(of(entry).to_le_bytes())),
            Type::Byte(of) => entries.clone().for_each(|entry| bytes.push(of(entry))),
        }
    }
    bytes
}

/// The names and types of the columns, as the page reads them.
pub(super) fn columns() -> Value {
    let name = |kind: &Type| match kind {
        Type::Float(_) => "f64",
        Type::Word(_) => "u32",
        Type::Byte(_) => "u8",
    };
    COLUMNS.iter().map(|(column, kind)| json!([column, name(kind)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_behind_each_other_the_widest_first() {
        let entry = |line| Entry { line, reward: [0.5, f64::NAN], verdict: [1, 3], ..Entry::default() };
        let entries = [entry(7), entry(300)];
        let bytes = bytes(entries.iter());
        assert_eq!(bytes.len(), 2 * (3 * 8 + 5 * 4 + 4));
        assert_eq!(bytes[..16], [0.5_f64.to_le_bytes(), 0.5_f64.to_le_bytes()].concat());
        // The column `line` follows three of floats and one of words.
        let at = 2 * (3 * 8 + 4);
        assert_eq!(bytes[at..at + 8], [7, 0, 0, 0, 44, 1, 0, 0]);
        assert_eq!(bytes[bytes.len() - 8..], [1, 1, 0, 0, 3, 3, 0, 0]);
        assert_eq!(columns()[4], json!(["line", "u32"]));
    }
}
