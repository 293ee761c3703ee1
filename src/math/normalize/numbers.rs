//! Reads numbers as written: separators, decimals, repeating parts, mixed numbers, exponents.
//!
//! Accepts: `1,000`, `1{,}000`, `1 000`, `3{,}5`, `0.1\overline{6}`, `2 1/2`, `1.5e-3`, `21st`. Characters that are not
//! part of the number are left in the source. Refuses: digits in brackets after a decimal, `0.5(3)`, which may repeat
//! or multiply.

use super::repeating::{in_brackets, marked_digits, repetend};
use super::{Refusal, Scanner};

impl Scanner<'_> {
    fn digits_at(&self, at: usize) -> usize {
        self.source.as_bytes()[at.min(self.source.len())..].iter().take_while(|b| b.is_ascii_digit()).count()
    }

    pub(super) fn number(&mut self) -> Result<(), Refusal> {
        let mut lexeme = String::with_capacity(16);
        let whole = self.digits_at(self.at);
        lexeme.push_str(&self.source[self.at..self.at + whole]);
        self.at += whole;
        if whole > 0 && whole <= 3 {
            self.thousands(&mut lexeme);
        }
        let mut plain_integer = lexeme.len() == whole;
        if self.rest().starts_with("{,}") && self.digits_at(self.at + 3) > 0 {
            // A comma in braces that does not group thousands is a decimal comma.
            let decimals = self.digits_at(self.at + 3);
            lexeme.push('.');
            lexeme.push_str(&self.source[self.at + 3..self.at + 3 + decimals]);
            self.at += 3 + decimals;
            plain_integer = false;
        } else if self.peek() == Some(b'.') && !self.rest().starts_with("..") {
            let decimals = self.digits_at(self.at + 1);
            // `0.(3)` is 0.333…; `0.5(3)` is a repeating decimal or a product.
            if decimals > 0 && in_brackets(&self.rest()[1 + decimals..]).is_some() {
                return Err(Refusal::Unreadable("digits in brackets behind a decimal: they repeat or they multiply".into()));
            }
            if decimals > 0 || repetend(&self.rest()[1..]).is_some() {
                lexeme.push('.');
                lexeme.push_str(&self.source[self.at + 1..self.at + 1 + decimals]);
                self.at += 1 + decimals;
                plain_integer = false;
                if decimals == 3 {
                    self.thousandths(&mut lexeme);
                }
                self.repetend(&mut lexeme);
            } else if !self.rest()[1..].starts_with(|c: char| c.is_alphanumeric()) {
                // `5.` is 5; a full stop before anything else is punctuation.
                self.at += 1;
            }
        }
        if plain_integer && self.mixed_number(&lexeme) {
            return Ok(());
        }
        self.exponent_mark(&mut lexeme);
        let alone = self.out.is_empty() || self.out.ends_with(['"', ',', ';', '(']);
        self.put_number(&lexeme);
        if lexeme.bytes().all(|b| b.is_ascii_digit()) {
            self.ordinal_suffix(&lexeme, alone);
        }
        Ok(())
    }

    /// `,ddd` groups digits outside brackets, `,0dd` also inside, `{,}ddd`, `\,ddd` and `\!` anywhere, blanks between groups of three
    /// digits.
    fn thousands(&mut self, lexeme: &mut String) {
        let start = self.at;
        let mut digits = String::new();
        let mut kind = None;
        while let Some((found, skip)) = self.group_separator(lexeme, kind) {
            digits.push_str(&self.source[self.at + skip..self.at + skip + 3]);
            self.at += skip + 3;
            kind = Some(found);
        }
        let ragged = self.list_brackets == 0 && self.peek() == Some(b',') && self.byte(1).is_some_and(|b| b.is_ascii_digit());
        if (ragged && kind == Some(Grouping::Comma)) || (lexeme.starts_with('0') && kind.is_some()) {
            self.at = start;
            return;
        }
        self.space_grouped |= kind == Some(Grouping::Space);
        lexeme.push_str(&digits);
    }

    /// `0.168\,29`: thin blanks group the digits behind a point by three.
    fn thousandths(&mut self, lexeme: &mut String) {
        while self.rest().starts_with("\\,") {
            let digits = self.digits_at(self.at + 2);
            let behind = self.source[self.at + 2 + digits..].trim_start();
            // `0.125\,10^{-3}` is a product.
            if !(1..=3).contains(&digits) || behind.starts_with(['^', '_', '.', '!', '/']) {
                return;
            }
            lexeme.push_str(&self.source[self.at + 2..self.at + 2 + digits]);
            self.at += 2 + digits;
            if digits < 3 {
                return;
            }
        }
    }

    fn group_separator(&self, lexeme: &str, expected: Option<Grouping>) -> Option<(Grouping, usize)> {
        let rest = self.rest();
        let (kind, skip) = if let Some(tail) = rest.strip_prefix(",") {
            let joined = tail.trim_start_matches(' ').strip_prefix("\\!");
            match joined {
                Some(tail) => (Grouping::Tight, rest.len() - tail.trim_start_matches(' ').len()),
                None if self.list_brackets == 0 || expected.is_some() || is_no_item(lexeme, tail) => (Grouping::Comma, 1),
                None => return None,
            }
        } else if let Some(tail) = rest.trim_start_matches(' ').strip_prefix("{,").map(|tail| tail.trim_start_matches(' '))
            && let Some(tail) = tail.strip_prefix('}')
        {
            (Grouping::Tight, rest.len() - tail.trim_start_matches("\\!").len())
        } else if rest.starts_with("\\,") || rest.starts_with("\\!") || rest.starts_with("\\ ") {
            (Grouping::Tight, 2)
        } else if rest.starts_with('\u{202f}') || rest.starts_with('\u{2009}') || rest.starts_with('\u{a0}') {
            (Grouping::Tight, rest.chars().next().map_or(0, char::len_utf8))
        } else if rest.starts_with(' ') && !self.text_mode {
            (Grouping::Space, 1)
        } else {
            return None;
        };
        let after = self.at + skip;
        let fits = self.digits_at(after) == 3 && expected.is_none_or(|e| e == kind);
        // `2 100/3` would be a mixed number, `1, 200` a list.
        let fraction = fits && kind == Grouping::Space && self.source[after + 3..].trim_start().starts_with('/');
        (fits && !fraction).then_some((kind, skip))
    }

    /// `0.1\overline{6}`, `0.1\dot6`.
    fn repetend(&mut self, lexeme: &mut String) {
        if let Some((length, digits)) = repetend(self.rest()) {
            self.at += length;
            lexeme.push('~');
            lexeme.push_str(&digits);
        } else if let Some((length, digits)) = marked_digits(self.rest()) {
            // The mark is behind the last digit that was read.
            self.at += length;
            lexeme.insert(lexeme.len() - 1, '~');
            lexeme.push_str(&digits);
        }
    }

    /// `2 1/2`: a whole number, blanks, a proper fraction.
    fn mixed_number(&mut self, whole: &str) -> bool {
        let rest = self.rest();
        let tail = rest.trim_start_matches(' ');
        if tail.len() == rest.len() {
            return false;
        }
        let start = self.source.len() - tail.len();
        let top = self.digits_at(start);
        if top == 0 || top > 9 || self.source.as_bytes().get(start + top) != Some(&b'/') {
            return false;
        }
        let low = self.digits_at(start + top + 1);
        let after = self.source.as_bytes().get(start + top + 1 + low);
        if low == 0 || low > 9 || after.is_some_and(|&b| b == b'.' || b == b'^' || b == b'/') {
            return false;
        }
        let (top_text, low_text) = (&self.source[start..start + top], &self.source[start + top + 1..start + top + 1 + low]);
        let (whole, top_text, low_text) = (whole.to_owned(), top_text.to_owned(), low_text.to_owned());
        self.at = start + top + 1 + low;
        self.put_number(&whole);
        self.put("\\frac{");
        self.put(&top_text);
        self.put("}{");
        self.put(&low_text);
        self.put("}");
        true
    }

    /// `1.5e-3`: the `e` is part of the number only where digits follow it. In `e(2e-1)` it is Euler's number, as it is in front.
    fn exponent_mark(&mut self, lexeme: &mut String) {
        let rest = self.rest().as_bytes();
        if !matches!(rest.first(), Some(b'e' | b'E')) {
            return;
        }
        let sign = usize::from(matches!(rest.get(1), Some(b'+' | b'-')));
        let digits = self.digits_at(self.at + 1 + sign);
        let after = rest.get(1 + sign + digits);
        if digits == 0 || after.is_some_and(|b| b.is_ascii_alphanumeric()) {
            return;
        }
        let sum = rest[0] == b'e' && sign == 1 && !lexeme.contains('.');
        if sum && self.has_lone_e() {
            return;
        }
        let exponent: u64 = self.rest()[1 + sign..1 + sign + digits].parse().unwrap_or(u64::MAX);
        self.exponents = self.exponents.saturating_add(exponent);
        lexeme.push_str(&self.rest()[..1 + sign + digits]);
        self.at += 1 + sign + digits;
    }

    /// Whether the answer contains an `e` that is neither in a word nor a possible exponent mark.
    fn has_lone_e(&mut self) -> bool {
        *self.lone_e.get_or_insert_with(|| {
            let source = self.source.as_bytes();
            let lone = |at: usize| {
                let before = at.checked_sub(1).map(|before| source[before]);
                let after = source.get(at + 1);
                let word = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'\\' | b'.');
                let mark = before.is_some_and(|b| b.is_ascii_digit())
                    && after.is_some_and(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-'));
                source[at] == b'e' && !before.as_ref().is_some_and(word) && !after.is_some_and(word) && !mark
            };
            (0..source.len()).any(lone)
        })
    }

    /// `3rd`, `the 21st century`: drops the ordinal suffix of the number, where nothing or a word follows.
    fn ordinal_suffix(&mut self, lexeme: &str, alone: bool) {
        let rest = self.rest();
        let Some(suffix) = rest.get(..2).filter(|_| alone) else { return };
        let tail = rest[2..].trim_start_matches([' ', '.', '}', ')']);
        let ends = tail.is_empty() || tail.starts_with(',');
        let word = rest[2..].starts_with(' ') && tail.starts_with(|c: char| c.is_ascii_alphabetic());
        if suffix == ordinal(lexeme) && (ends || word) {
            self.at += 2;
        }
    }
}

/// The ending of a number in words: 1st, 12th, 22nd.
fn ordinal(number: &str) -> &'static str {
    let teen = number.len() > 1 && number.as_bytes()[number.len() - 2] == b'1';
    match number.as_bytes().last() {
        Some(b'1') if !teen => "st",
        Some(b'2') if !teen => "nd",
        Some(b'3') if !teen => "rd",
        _ => "th",
    }
}

/// Whether what follows a comma in brackets is no item of its own: three digits that begin with 0, unless both are codes
/// of three binary digits, as in `\{100,010\}`.
fn is_no_item(lexeme: &str, tail: &str) -> bool {
    let is_code = |digits: &str| digits.len() == 3 && digits.bytes().all(|digit| matches!(digit, b'0' | b'1'));
    tail.starts_with('0') && tail.get(..3).is_some_and(|group| !(is_code(lexeme) && is_code(group)))
}

/// How thousands are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grouping {
    Comma,
    Tight,
    Space,
}
