//! Reads characters outside ASCII as their ASCII or LaTeX equivalents.
//!
//! Accepts: superscript and subscript digits after a base, the symbols of the Unicode table, spaces, currency signs,
//! letters of words. Refuses: every other character, named by its code point.

use super::{Refusal, Scanner, unit_letters};
use crate::math::unicode;

impl Scanner<'_> {
    pub(super) fn unicode(&mut self) -> Result<(), Refusal> {
        let Some(letter) = self.rest().chars().next() else { return Ok(()) };
        if let Some((class, _)) = unicode::script_digit(letter) {
            let mut digits = String::new();
            while let Some(c) = self.rest().chars().next() {
                match unicode::script_digit(c) {
                    Some((same, plain)) if same == class => digits.push(plain),
                    _ => break,
                }
                self.at += c.len_utf8();
            }
            if !self.after_operand() {
                return self.refuse("a raised or lowered digit without a base");
            }
            self.put(if class == unicode::Script::Super { "^{" } else { "_{" });
            self.put(&digits);
            self.put("}");
            return Ok(());
        }
        if let Some(number) = unicode::circled(letter) {
            self.at += letter.len_utf8();
            // `①③`: two statements.
            if self.out.ends_with('}')
                && self.out[..self.out.len() - 1].trim_end_matches(|c: char| c.is_ascii_digit()).ends_with("circled:")
            {
                self.infix(",");
            }
            self.put(&format!("\\acc{{circled:{number}}}"));
            return Ok(());
        }
        if matches!(letter, '°' | 'º') {
            self.at += letter.len_utf8();
            self.degree_sign();
            return Ok(());
        }
        // `25℃`
        if let Some(name) = temperature(letter)
            && unit_letters::is_whole_value(&self.out)
            && unit_letters::is_end(&self.rest()[letter.len_utf8()..])
        {
            self.at += letter.len_utf8();
            self.word(name, 0);
            return Ok(());
        }
        if matches!(letter, 'μ' | 'µ' | 'Ω' | '\u{2126}' | '\u{212b}') && self.upright_units() {
            return Ok(());
        }
        if matches!(letter, 'μ' | 'µ' | 'Ω' | '\u{2126}') && !self.letters_are_symbols && self.greek_unit() {
            return Ok(());
        }
        if let Some(mapped) = unicode::latex(letter) {
            self.at += letter.len_utf8();
            self.expand(mapped)?;
            // `√51`: the sign stands over the whole number; `\sqrt51` displays √5 beside a 1.
            if letter == '√' {
                self.radicand();
            }
            return Ok(());
        }
        if unicode::is_space(letter) {
            self.at += letter.len_utf8();
            self.space = true;
            return Ok(());
        }
        if "€£¥₹₽₩¢".contains(letter) {
            self.at += letter.len_utf8();
            self.currency = Some(letter);
            self.space = true;
            return Ok(());
        }
        if letter.is_alphabetic() && !unicode::is_lookalike(letter) {
            return self.letters();
        }
        self.refuse(&format!("`{}`", letter.escape_unicode()))
    }

    /// The number behind a sign of a root, in braces.
    fn radicand(&mut self) {
        let rest = self.rest();
        let whole = rest.bytes().take_while(u8::is_ascii_digit).count();
        let decimals = rest[whole..].strip_prefix('.').map_or(0, |tail| tail.bytes().take_while(u8::is_ascii_digit).count());
        if whole == 0 {
            return;
        }
        let length = if decimals > 0 { whole + 1 + decimals } else { whole };
        self.put("{");
        self.put(&rest[..length]);
        self.put("}");
        self.at += length;
    }

    /// Reads a replacement from the Unicode table as if it were in the source.
    fn expand(&mut self, latex: &'static str) -> Result<(), Refusal> {
        let (source, at) = (self.source, self.at);
        // The table maps to short, balanced ASCII, so this cannot nest.
        let mut inner = Scanner {
            source: latex,
            at: 0,
            out: std::mem::take(&mut self.out),
            stack: std::mem::take(&mut self.stack),
            ..Scanner::new("")
        };
        inner.expanding = true;
        inner.run = self.run;
        inner.space = self.space;
        inner.after_command = self.after_command;
        inner.list_brackets = self.list_brackets;
        while let Some(byte) = inner.peek() {
            match byte {
                b'\\' => inner.command()?,
                b'0'..=b'9' => inner.number()?,
                b'a'..=b'z' | b'A'..=b'Z' => inner.letters()?,
                b' ' => inner.at += 1,
                _ => inner.ascii(byte)?,
            }
        }
        self.out = inner.out;
        self.stack = inner.stack;
        self.run = inner.run;
        self.space = inner.space;
        self.after_command = inner.after_command;
        self.list_brackets = inner.list_brackets;
        (self.source, self.at) = (source, at);
        Ok(())
    }
}

/// The scale of a temperature that one character shows with its degree sign.
fn temperature(letter: char) -> Option<&'static str> {
    match letter {
        '℃' => Some("celsius"),
        '℉' => Some("fahrenheit"),
        _ => None,
    }
}
