//! Counts the values, the depth and the digits of a JSON text before it is parsed.
//!
//! Accepts: the bytes of JSON, valid or not. Refuses: more values than a bound ([`MOST_VALUES`] for most columns),
//! deeper nesting than [`MOST_DEPTH`], a number with more than [`MOST_DIGITS`] characters. A value of two bytes takes
//! about a hundred after parsing, and the time to convert digits is quadratic, so both need a bound. It takes one pass
//! and constant memory.

use crate::core::json_text::end_of_string;

/// The most values and keys of a column; lists of token ids, message lists and tables have far fewer. They take about
/// 30 MB of memory at most.
pub const MOST_VALUES: usize = 1 << 18;
/// The most values and keys of the column of tests, which may hold long lists (numbers to sort, for example). The
/// sandbox that runs the tests takes more memory than these.
pub const MOST_OF_TESTS: usize = 1 << 20;
/// The most levels of lists and objects; the JSON parser has the same limit.
pub const MOST_DEPTH: usize = 127;
/// The most characters of a number; Python's JSON reader has the same limit for integers.
pub const MOST_DIGITS: usize = 4300;

/// The counts of a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weight {
    /// The number of values on all levels, and of keys.
    pub values: usize,
    /// The depth of the deepest level.
    pub depth: usize,
    /// The characters of the longest number.
    pub digits: usize,
}

impl Weight {
    /// Counts a text.
    pub fn of(bytes: &[u8]) -> Self {
        let (mut weight, mut level, mut at) = (Self::default(), 0_usize, 0);
        while let Some(byte) = bytes.get(at) {
            let start = at;
            at += 1;
            match byte {
                b'"' => at = end_of_string(bytes, at).unwrap_or(bytes.len()),
                b'[' | b'{' => {}
                b']' | b'}' => {
                    level = level.saturating_sub(1);
                    continue;
                }
                b'-' | b'0'..=b'9' => {
                    at += run(&bytes[at..], |byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
                    weight.digits = weight.digits.max(at - start);
                }
                b't' | b'f' | b'n' => at += run(&bytes[at..], u8::is_ascii_lowercase),
                _ => continue,
            }
            weight.values += 1;
            if matches!(byte, b'[' | b'{') {
                level += 1;
                weight.depth = weight.depth.max(level);
            }
        }
        weight
    }

    /// Checks the counts against the bounds.
    ///
    /// # Errors
    /// The count that is over its bound, and the fix; the message is worded to follow the column's name.
    pub fn check(self, most_values: usize) -> Result<(), String> {
        if self.depth > MOST_DEPTH {
            return Err(format!("is nested {} levels deep; at most {MOST_DEPTH} are read", self.depth));
        }
        if self.digits > MOST_DIGITS {
            return Err(format!(
                "has a number of {} characters; at most {MOST_DIGITS} are read: write it as a string",
                self.digits
            ));
        }
        if self.values > most_values {
            return Err(format!(
                "holds {} values; at most {most_values} are read: shorten it or split the row into several",
                self.values
            ));
        }
        Ok(())
    }
}

fn run(bytes: &[u8], goes_on: impl Fn(&u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| goes_on(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::Weight;

    #[test]
    fn values_and_keys_are_counted_and_strings_are_one_each() {
        let counts = |json: &str| {
            let Weight { values, depth, digits } = Weight::of(json.as_bytes());
            (values, depth, digits)
        };
        assert_eq!(counts("1"), (1, 0, 1));
        assert_eq!(counts("[]"), (1, 1, 0));
        assert_eq!(counts(r#" ["a,[\"", null, true, -1.5e-3, {"k": [2]}] "#), (9, 3, 7));
        assert_eq!(counts(r#"{"a": "\\", "b": {}}"#), (5, 2, 0));
        assert_eq!(counts(r#"["\"#), (2, 1, 0), "invalid JSON is counted without a panic");
    }
}
