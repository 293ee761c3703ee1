//! YAML 1.2 documents whose content is a mapping or a list.

use std::collections::HashSet;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::limits::MAX_DEPTH;

/// A collection that is being read.
enum Open {
    Sequence,
    /// The keys that were read, and whether a key comes next. Plain and quoted keys differ: `1` and `"1"`.
    Mapping {
        keys: HashSet<(bool, String)>,
        key_is_next: bool,
    },
}

/// Checks that a text is valid: the parser's grammar, and what the parser does not check: unprintable characters, other
/// versions, duplicate keys.
pub(super) fn validate(text: &str) -> Result<(), String> {
    if let Some(character) = text.chars().find(|character| !is_printable(*character)) {
        return Err(format!("the character U+{:04X}", u32::from(character)));
    }
    if text.starts_with('\t') {
        return Err("a tab as indentation".to_owned());
    }
    if let Some(version) =
        text.lines().find_map(|line| line.strip_prefix("%YAML ")).filter(|version| !version.trim_start().starts_with("1."))
    {
        return Err(format!("version {}", version.trim()));
    }
    let mut open: Vec<Open> = Vec::new();
    let mut collection = false;
    for event in Parser::new_from_str(text) {
        match event.map_err(|error| error.to_string())?.0 {
            Event::MappingStart(..) => {
                node(&mut open, None)?;
                open.push(Open::Mapping { keys: HashSet::new(), key_is_next: true });
                collection = true;
            }
            Event::SequenceStart(..) => {
                node(&mut open, None)?;
                open.push(Open::Sequence);
                collection = true;
            }
            Event::MappingEnd | Event::SequenceEnd => drop(open.pop()),
            Event::Scalar(value, style, ..) => node(&mut open, Some((style == ScalarStyle::Plain, value.into_owned())))?,
            Event::Alias(_) => node(&mut open, None)?,
            _ => {}
        }
        if open.len() > MAX_DEPTH {
            return Err(format!("deeper than {MAX_DEPTH} levels"));
        }
    }
    if collection { Ok(()) } else { Err("neither a mapping nor a list".to_owned()) }
}

/// Adds a node as a key or a value of the innermost collection.
fn node(open: &mut [Open], scalar: Option<(bool, String)>) -> Result<(), String> {
    let Some(Open::Mapping { keys, key_is_next }) = open.last_mut() else { return Ok(()) };
    let is_key = std::mem::replace(key_is_next, !*key_is_next);
    match scalar.filter(|_| is_key) {
        Some(key) if keys.contains(&key) => Err(format!("the key `{}` twice", key.1)),
        Some(key) => {
            keys.insert(key);
            Ok(())
        }
        None => Ok(()),
    }
}

/// YAML 1.2.2, production 1.
fn is_printable(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::validate;

    #[test]
    fn documents_of_yaml_1_2_are_valid() {
        for text in [
            "a: 1\nb: 2",
            "a:\n- 1\n- 2\nb: {c: 1, d: [2]}",
            "- a: 1\n  b: 2\n- c",
            "a: &x 1\nb: *x",
            "%YAML 1.2\n---\na: \"\\u00e9\\n\"",
            "a: |\n  x\n  y\nb: 'it''s'",
            "1: a\n\"1\": b",
            "? [a, b]\n: c",
            "a: {b: 1}\nc: {b: 2}",
            "a: 1\n---\na: 2",
        ] {
            assert_eq!(validate(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_yaml_1_2_refuses_is_not() {
        for text in [
            "  a: 1\nb: 2",
            "a: 1\n b: 2",
            "a:\n  b: 1\n c: 2",
            "\ta: 1",
            "a:\n\t- b",
            "a: 1\na: 2",
            "{a: 1, a: 2}",
            "a: *x",
            "- *a\n- &a 1",
            "a: \"\\q\"",
            "a: \"x",
            "a: \u{1}",
            "a: \"\u{7f}\"",
            "%YAML 1.2\na: 1",
            "%YAML 3.0\n---\na: 1",
            "a: @x",
            "a: b: c",
            "a: [1, 2",
            "a: &x &y 1",
            "a sentence",
            "",
        ] {
            assert!(validate(text).is_err(), "{text}");
        }
    }
}
