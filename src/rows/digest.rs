//! Digests of what was judged: of a completion with its prompt and reference, and of a group.
//!
//! A digest is XXH3 (64 bits) of canonical JSON and text. It is the same on every machine and in every release, and does
//! not depend on the place of a row in its file. It finds accidents (rows that were reordered or edited); it is not
//! cryptographic and does not resist deliberate collisions.
//!
//! The digest of the prompt and reference is that of the canonical JSON of `[prompt, answers, tests]` (keys sorted, no
//! spaces, null for what is absent). It is the seed of the digest of a completion, which is that of the completion's
//! bytes. For a conversation of several attempts, the canonical JSON of the list of attempts is hashed with this seed
//! first, and the result is the seed. Pictures and a reward of the row's own (`context.rs`) are a fourth item of
//! the list. The digest of a group counts also the columns that options of the rewards name.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use twox_hash::XxHash3_64;

use crate::Sample;
use crate::core::hash::write_canonical;

/// 64 bits that identify a content; shown as 16 hexadecimal digits.
///
/// ```
/// use r1rewards::rows::Digest;
/// let digest: Digest = "00000000000000ff".parse()?;
/// assert_eq!(digest.to_string(), "00000000000000ff");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(u64);

impl Digest {
    /// The digest of everything that the samples of a row have in common: prompt, reference, and what belongs to them whatever the
    /// rewards are.
    pub(crate) fn of_shared(shared: &Sample, context: Option<u64>) -> Self {
        let mut text = Hashed::new(0);
        let written = write_shared(shared, context, &mut text);
        debug_assert!(written.is_ok(), "a hasher takes everything");
        text.finish()
    }

    /// The digest of the group that a sample belongs to, if any: that of its prompt and reference, and of the row's id
    /// if the group is a row without a prompt.
    pub(crate) fn of_group(sample: &Sample, shared: Self) -> Option<Self> {
        let shared = match sample.context {
            Some(context) => Self(XxHash3_64::oneshot_with_seed(shared.0, &context.to_le_bytes())),
            None => shared,
        };
        match (&sample.group, &sample.prompt) {
            (Some(id), _) => {
                let mut text = Hashed::new(shared.0);
                let _ = write_canonical(id, &mut text);
                Some(text.finish())
            }
            (None, Some(_)) => Some(shared),
            (None, None) => None,
        }
    }

    /// The digest of a completion; `shared` is that of its prompt and reference.
    pub(crate) fn of_completion(shared: Self, completion: &str, attempts: Option<&Value>) -> Self {
        let seed = attempts.map_or(shared.0, |attempts| {
            let mut text = Hashed::new(shared.0);
            let _ = write_canonical(attempts, &mut text);
            text.finish().0
        });
        Self(XxHash3_64::oneshot_with_seed(seed, completion.as_bytes()))
    }

    /// A digest of these bits.
    pub(super) fn of_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The 64 bits.
    pub fn bits(self) -> u64 {
        self.0
    }
}

fn write_shared(shared: &Sample, context: Option<u64>, out: &mut Hashed) -> fmt::Result {
    use fmt::Write as _;
    let optional = |value: Option<&Value>, out: &mut Hashed| match value {
        Some(value) => write_canonical(value, out),
        None => out.write_str("null"),
    };
    out.write_char('[')?;
    optional(shared.prompt.as_deref(), out)?;
    out.write_str(",[")?;
    for (index, answer) in shared.answers().iter().enumerate() {
        out.write_str(if index == 0 { "" } else { "," })?;
        write_text(answer, out)?;
    }
    out.write_str("],")?;
    optional(shared.tests.as_deref(), out)?;
    if let Some(context) = context {
        write!(out, ",\"{context:016x}\"")?;
    }
    out.write_char(']')
}

/// Writes a JSON string without copying its text.
fn write_text(text: &str, out: &mut Hashed) -> fmt::Result {
    serde_json::to_writer(out, text).map_err(|_| fmt::Error)
}

/// A hasher that JSON is written to.
struct Hashed(XxHash3_64);

impl Hashed {
    fn new(seed: u64) -> Self {
        Self(XxHash3_64::with_seed(seed))
    }

    fn finish(&self) -> Digest {
        Digest(std::hash::Hasher::finish(&self.0))
    }
}

impl fmt::Write for Hashed {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        std::hash::Hasher::write(&mut self.0, text.as_bytes());
        Ok(())
    }
}

impl std::io::Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        std::hash::Hasher::write(&mut self.0, bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

impl std::str::FromStr for Digest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let bits = u64::from_str_radix(text, 16).ok().filter(|_| digits);
        bits.map(Self).ok_or_else(|| format!("`{text}` is no digest: it must be 16 hexadecimal digits"))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Digest;
    use crate::rows::Fields;

    fn digests(row: &str) -> Vec<String> {
        Fields::default().read(row, 7).digests().each.into_iter().flatten().map(|digest| digest.to_string()).collect()
    }

    /// Results that were written by earlier versions are joined by these digests, so they must never change.
    #[test]
    fn the_digest_of_a_row_is_that_of_its_page() {
        let row = r#"{"prompt": [{"role": "user", "content": "é?"}], "completion": "so 42", "answer": 42}"#;
        let shared = twox_hash::XxHash3_64::oneshot(r#"[[{"content":"é?","role":"user"}],["42"],null]"#.as_bytes());
        let whole = twox_hash::XxHash3_64::oneshot_with_seed(shared, b"so 42");
        assert_eq!(digests(row), [format!("{whole:016x}")]);
        let alone = twox_hash::XxHash3_64::oneshot(b"[null,[],null]");
        assert_eq!(digests(r#"{"completion": "x"}"#), [format!("{:016x}", twox_hash::XxHash3_64::oneshot_with_seed(alone, b"x"))]);
    }

    #[test]
    fn neither_place_nor_spelling_counts_but_every_part_does() {
        let row = |prompt: &str, completion: &str, answer: &str| {
            digests(&format!(r#"{{"id": 3, "prompt": {prompt}, "completion": {completion}, "answer": {answer}}}"#))
        };
        let one = row(r#""p""#, r#""c""#, r#""1""#);
        assert_eq!(one, digests(r#"{"answer":"1","completion":"\u0063","prompt":"p","other":5}"#));
        for other in [row(r#""q""#, r#""c""#, r#""1""#), row(r#""p""#, r#""d""#, r#""1""#), row(r#""p""#, r#""c""#, r#""2""#)] {
            assert_ne!(one, other);
        }
        let talk = |first: &str| {
            row(
                r#""p""#,
                &format!(r#"[{{"role": "assistant", "content": "{first}"}}, {{"role": "assistant", "content": "c"}}]"#),
                "1",
            )
        };
        assert_ne!(talk("a"), talk("b"), "an earlier attempt is part of what was judged");
    }

    #[test]
    fn the_completions_of_a_row_without_a_prompt_are_a_group_of_their_own() {
        let group = |row: &str| Fields::default().read(row, 7).digests().group;
        assert_eq!(group(r#"{"completion": "x", "answer": "1"}"#), None);
        let listed = group(r#"{"id": 1, "completion": ["x"], "answer": "1"}"#);
        assert!(listed.is_some() && listed != group(r#"{"id": 2, "completion": ["x"], "answer": "1"}"#));
        let asked = group(r#"{"id": 1, "prompt": "p", "completion": "x", "answer": "1"}"#);
        assert_eq!(asked, group(r#"{"id": 2, "prompt": "p", "completion": ["y", "z"], "answer": "1"}"#));
    }

    #[test]
    fn what_is_no_digest_is_refused() {
        for text in ["", "12", "+0000000000000ff", "zzzzzzzzzzzzzzzz"] {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
    }
}
