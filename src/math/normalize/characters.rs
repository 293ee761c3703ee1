//! Reads single characters: operators, brackets, exponents, dollar signs.
//!
//! Accepts: the ASCII characters of formulas, and those of words inside `\text{}`. Refuses: control characters, an
//! exponent without a base.

use super::{Open, Refusal, Scanner};

impl Scanner<'_> {
    /// Reads a character that is not a letter, digit or backslash.
    pub(super) fn ascii(&mut self, byte: u8) -> Result<(), Refusal> {
        self.at += 1;
        match byte {
            b'+' => self.plus_minus("+"),
            b'-' => self.plus_minus("-"),
            b'*' if self.peek() == Some(b'*') => {
                self.at += 1;
                self.power_mark();
            }
            b'*' => self.infix("*"),
            b'/' => self.infix("/"),
            b',' => self.infix(","),
            b';' => self.infix(";"),
            b':' => self.infix(":"),
            b'&' => self.infix("&"),
            b'^' => self.power()?,
            b'_' => {
                self.run += 1;
                self.numeral_in_brackets();
                self.letter_in_braces();
                self.put("_");
            }
            b'(' => self.open("(", Open::Paren),
            b'[' => self.open("[", Open::Paren),
            b')' => self.closing_paren()?,
            b']' => drop(self.close("]", |kind| kind == Open::Paren)?),
            b'{' => self.open("{", Open::Brace(self.out.len() + 1)),
            b'}' => self.closing_brace()?,
            b'|' => self.bar()?,
            b'=' | b'<' | b'>' => self.relation(byte),
            b'!' if self.peek() == Some(b'=') => {
                self.at += 1;
                self.infix("!=");
            }
            b'!' => self.put("!"),
            b'%' => self.put("%"),
            b'\'' => self.put("'"),
            b'$' => self.dollar(),
            b'.' if self.text_mode || self.rest().is_empty() => self.space = true,
            b'.' if self.rest().starts_with("..") => {
                while self.peek() == Some(b'.') {
                    self.at += 1;
                }
                self.put_command("ldots");
            }
            b'"' | b'`' if self.text_mode => self.space = true,
            b'?' if self.text_mode => self.put("?"),
            _ => return self.refuse(&format!("`{}`", char::from(byte).escape_default())),
        }
        Ok(())
    }

    /// `=`, `==`, `<`, `<=`, `>`, `>=`.
    fn relation(&mut self, byte: u8) {
        if byte == b'=' {
            while self.peek() == Some(b'=') {
                self.at += 1;
            }
            return self.infix("=");
        }
        let equal = self.peek() == Some(b'=');
        self.at += usize::from(equal);
        self.infix(match (byte, equal) {
            (b'<', true) => "<=",
            (b'<', false) => "<",
            (_, true) => ">=",
            (_, false) => ">",
        });
    }

    /// A dollar sign: a currency sign where the number of dollar signs is odd and it is before a digit or after an
    /// operand, else the border of a formula.
    fn dollar(&mut self) {
        if self.odd_dollars && (self.byte(0).is_some_and(|b| b.is_ascii_digit() || b == b'.') || self.after_operand()) {
            self.currency = Some('$');
        }
        self.space = true;
    }

    /// `^`, where `^\circ` is a degree sign.
    fn power(&mut self) -> Result<(), Refusal> {
        let rest = self.rest().trim_start();
        let skipped = self.rest().len() - rest.len();
        for sign in ["{\\circ}", "\\circ", "{\\degree}", "{ \\circ }", "°"] {
            if rest.starts_with(sign) {
                self.at += skipped + sign.len();
                self.degree_sign();
                return Ok(());
            }
        }
        for (mark, primes) in [("{\\prime\\prime}", "''"), ("{\\prime}", "'"), ("\\prime", "'")] {
            if rest.starts_with(mark) {
                self.at += skipped + mark.len();
                self.put(primes);
                return Ok(());
            }
        }
        // `^3P_0`: an index on the upper left of the first symbol.
        if self.out.is_empty() && !rest.is_empty() {
            self.put("{}");
        } else if !self.after_operand() && !self.after_command {
            return self.refuse("an exponent without a base");
        }
        self.power_mark();
        Ok(())
    }
}
