//! Reads what stands before an index without its brackets: a numeral with its base, `(201)_{4}`, and a letter in braces,
//! `{a}_{n}`.
//!
//! Accepts: two or more digits of the base. One digit in brackets with an index, `(3)_4`, may be a product of successive
//! numbers and is left as it is written.

use super::Scanner;

impl Scanner<'_> {
    /// Called at `_`: removes the brackets around the digits before it, where a base follows.
    pub(super) fn numeral_in_brackets(&mut self) {
        let Some(head) = self.out.strip_suffix(')') else { return };
        let Some((before, digits)) = head.rsplit_once('(') else { return };
        let before = before.len();
        let Some(base) = base(self.rest()) else { return };
        let fits = digits.len() > 1 && digits.chars().all(|digit| digit.is_digit(base.min(10)));
        if fits && !crate::math::symbols::is_operand_end(&self.out[..before]) {
            self.out.pop();
            self.out.remove(before);
        }
    }
}

impl Scanner<'_> {
    /// Called at `_`: removes the braces around a single letter, `{a}_{n}`.
    pub(super) fn letter_in_braces(&mut self) {
        let bytes = self.out.as_bytes();
        let argument =
            |before: &[u8]| before.last().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'}' | b']' | b'^' | b'_'));
        if let [before @ .., b'{', letter, b'}'] = bytes
            && letter.is_ascii_alphabetic()
            && !argument(before)
        {
            let letter = char::from(*letter);
            self.out.truncate(self.out.len() - 3);
            self.put_letter(letter);
        }
    }
}

/// The base that follows `_`.
fn base(rest: &str) -> Option<u32> {
    let (digits, behind) = match rest.strip_prefix('{') {
        Some(inner) => inner.split_once('}')?,
        None => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
    };
    let digits = digits.trim();
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|base| plain && (2..=36).contains(base) && !behind.starts_with(|c: char| c.is_ascii_digit()))
}
