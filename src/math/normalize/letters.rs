//! Reads sequences of letters: words in quotes, functions without their backslash, products of symbols.
//!
//! Accepts: letters of any alphabet as words, ASCII letters as symbols. Refuses: letters that look like Latin letters,
//! letters outside ASCII in a formula.

use super::{Refusal, Scanner, unit_letters};
use crate::math::functions;
use crate::math::symbols::is_separator_word;
use crate::math::unicode;
use crate::math::units;
use crate::math::words::{self, WordKind};

/// Characters that end a word in plain text.
const ENDS_WORD: &[char] = &[' ', '\n', '\t', ',', '.', ';', ':', ')', ']', '}', '!', '?', '$', '\'', '-', '/'];

/// Accents that are read without their backslash before a brace.
const BARE_ACCENTS: &[&str] = &["bar", "hat", "vec", "tilde", "overline"];

/// Longest abbreviation of a unit that letters of a product may also spell.
const LONGEST_ABBREVIATION: usize = 4;

/// A sequence of letters and the characters next to it.
#[derive(Clone, Copy)]
struct Letters<'a> {
    run: &'a str,
    /// The source after it.
    behind: &'a str,
    /// The last byte written before it.
    before: Option<u8>,
    /// Whether blanks or punctuation are on its left.
    bounded_left: bool,
    /// Whether blanks or punctuation are on its right.
    bounded_right: bool,
}

impl Letters<'_> {
    fn after(&self) -> Option<u8> {
        self.behind.bytes().next()
    }

    fn is_bounded(&self) -> bool {
        self.bounded_left && self.bounded_right
    }

    /// Whether a unit may occur here.
    fn after_number(&self) -> bool {
        self.before.is_some_and(|b| b.is_ascii_digit() || b == b'}' || b == b')' || b == b'@')
    }
}

impl<'a> Scanner<'a> {
    pub(super) fn letters(&mut self) -> Result<(), Refusal> {
        let letters = self.run_of_letters();
        if letters.run.chars().any(|c| !c.is_ascii() && unicode::is_lookalike(c)) {
            return self.refuse("a letter of another alphabet that looks like a Latin one");
        }
        // `bar{x}`: an accent without its backslash.
        if !self.text_mode && letters.behind.starts_with('{') && BARE_ACCENTS.contains(&letters.run) {
            self.at += letters.run.len();
            return self.named(letters.run);
        }
        if self.known_by_its_place(letters) { Ok(()) } else { self.classified(letters) }
    }

    /// Reads a unit with a Greek letter; returns whether there was one.
    pub(super) fn greek_unit(&mut self) -> bool {
        let Some((symbol, length)) = unit_letters::greek(&self.out, self.rest()) else { return false };
        self.unit_letters = true;
        // `4 \mu m` may be a product behind a name.
        let font = ["\\text{", "\\mathrm{"].iter().any(|font| self.rest()[..length].contains(font));
        self.bare_units.any |= !(self.text_mode || font);
        // `2\mu g` may be a force of friction.
        self.bare_units.glued |= !(self.text_mode || font || self.space) && self.rest().starts_with("\\mu");
        self.word(&symbol, length);
        true
    }

    fn run_of_letters(&self) -> Letters<'a> {
        let rest = self.rest();
        // A character of the table, the σ of `abσ`, is a symbol of its own.
        let ends = |c: char| !c.is_alphabetic() || (!c.is_ascii() && unicode::latex(c).is_some());
        let length = rest.find(ends).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(length);
        let before = self.out.bytes().last();
        let bounded_left =
            self.text_mode || self.space || before.is_none_or(|b| matches!(b, b'"' | b',' | b';' | b':' | b'(' | b'{'));
        let bounded_right = self.text_mode || behind.is_empty() || behind.starts_with(ENDS_WORD);
        Letters { run, behind, before, bounded_left, bounded_right }
    }

    /// Reads letters whose meaning their neighbours show: a separator between equations, `per cent`, a call, `a.m.` or
    /// `p.m.`, minutes and seconds, a unit.
    fn known_by_its_place(&mut self, letters: Letters<'_>) -> bool {
        let Letters { run, behind, before, .. } = letters;
        if let Some((word, name)) = self.glued_separator(run, letters.after()) {
            self.at += word.len();
            self.separate(name);
            return true;
        }
        // `v_{max}`, and statements joined in Chinese: `6和8`.
        if run.len() > 1 && self.in_index(behind) {
            self.index(run);
            self.at += run.len();
            return true;
        }
        if let Some(name) = self.between_values(run, behind) {
            self.at += run.len();
            self.separate(name);
            return true;
        }
        if run == "per"
            && let Some(rest) = behind.trim_start().strip_prefix("cent")
            && !rest.starts_with(char::is_alphabetic)
        {
            self.at += run.len() + behind.len() - rest.len();
            self.put("%");
            return true;
        }
        // `floor(x)`, `abs(x)`: as calls in plain text, and words otherwise.
        if behind.starts_with('(')
            && let Some(name) = functions::of_call(run)
        {
            self.run += 1;
            self.at += run.len();
            self.put_command(name);
            return true;
        }
        if matches!(run, "k" | "M" | "m" | "G") && !self.letters_are_symbols && self.greek_unit() {
            return true;
        }
        // `12 sq. in`
        if matches!(run, "sq" | "cu") && behind.starts_with('.') && letters.after_number() {
            self.word(run, run.len() + 1);
            return true;
        }
        // `Rs. 500`
        if run == "Rs" && before.is_none() {
            let amount = behind.strip_prefix('.').unwrap_or(behind).trim_start();
            if amount.starts_with(|c: char| c.is_ascii_digit()) {
                self.currency = Some('₹');
                self.at += run.len() + behind.len() - amount.len();
                return true;
            }
        }
        // `90 min`, `5 sec`: units where no argument of the functions follows.
        if matches!(run, "min" | "sec") && letters.after_number() && unit_letters::is_end(behind) {
            self.word(run, run.len());
            return true;
        }
        if let Some(half) = ["a.m", "p.m", "A.M", "P.M"].into_iter().find(|half| self.rest().starts_with(half)) {
            self.word(&half.replace('.', ""), half.len());
            return true;
        }
        if let Some(zeros) = self.scale(run, behind) {
            self.at += run.len();
            self.put(&format!("*10^{{{zeros}}}"));
            return true;
        }
        let in_braces = before == Some(b'{') && behind.starts_with('}') && self.measures();
        if in_braces && units::is_unit_word(run) {
            self.bare_unit(run, true);
            self.word(run, run.len());
            return true;
        }
        let multiplied = unit_letters::is_multiplied(&self.out);
        let unit = (run.len() == 1 && (self.space || multiplied) || letters.after_number() && units::is_symbol(run))
            && !self.letters_are_symbols
            && unit_letters::is_unit(run, &self.out, behind);
        if unit {
            // Behind a number and a blank a symbol with a prefix is a unit: `5 mN` is not `5 Nm`.
            let apart = run.len() > 1 && self.space && before.is_some_and(|byte| byte.is_ascii_digit());
            self.unit_letters |= !apart;
            self.bare_unit(run, !(self.space || multiplied));
            self.word(run, run.len());
        }
        unit
    }

    /// Notes that letters without a font are read as a unit. `glued`: no blank stands before them.
    pub(super) fn bare_unit(&mut self, run: &str, glued: bool) {
        if !self.text_mode {
            self.bare_units.any = true;
            self.bare_units.glued |= glued;
            self.bare_units.prefixed |=
                units::is_symbol(run) && run.ends_with(|c: char| c.is_ascii_uppercase()) && !run.ends_with("eV");
        }
    }

    /// Reads a sequence of letters by its kind.
    fn classified(&mut self, letters: Letters<'_>) -> Result<(), Refusal> {
        let run = letters.run;
        // `1+2ft`, `\frac{1}{2ml}`: letters glued to a number that is not the whole value are symbols.
        let glued = !self.space && run.len() <= LONGEST_ABBREVIATION && letters.before.is_some_and(|b| b.is_ascii_digit());
        let of_term = glued && !unit_letters::is_whole_value(&self.out);
        let unit = letters.after_number()
            && (letters.bounded_right || unit_letters::is_raised(run, &self.out, letters.behind))
            && !of_term;
        // `\frac{1}{12} ml^2`: an abbreviation may be meant as a product; the answer is then also read with symbols.
        // Behind a number and a blank it is a unit: `5 cm`.
        let apart = self.space && letters.before.is_some_and(|b| b.is_ascii_digit());
        let short = unit && run.len() <= LONGEST_ABBREVIATION && !self.text_mode && !apart && units::is_unit_word(run);
        let unit = unit && !(short && self.letters_are_symbols);
        self.unit_letters |= unit && short;
        if unit && run.len() <= LONGEST_ABBREVIATION && units::is_unit_word(run) {
            self.bare_unit(run, !apart);
        }
        match words::classify(run, letters.is_bounded(), self.text_mode, unit) {
            WordKind::Separator(_) if self.text_mode && !is_separator_word(&self.source[..self.at], letters.behind) => {
                self.word(run, run.len());
            }
            WordKind::Separator(name) => {
                self.at += run.len();
                self.separate(name);
            }
            WordKind::Function(name) => {
                self.at += run.len();
                return self.named(name);
            }
            // `5 percentage points`: a difference of two shares, and no share.
            WordKind::Percent if letters.behind.trim_start().starts_with("point") => {
                self.word("percentage", run.len());
            }
            WordKind::Percent => {
                self.at += run.len();
                self.put("%");
            }
            WordKind::Word if !self.multiplies(letters) => self.word(run, run.len()),
            WordKind::Word | WordKind::Product => {
                for letter in run.chars() {
                    if !letter.is_ascii() {
                        return self.refuse("a letter outside ASCII in a formula");
                    }
                    self.put_letter(letter);
                }
                self.at += run.len();
            }
        }
        Ok(())
    }

    /// Whether letters that look like a short word are a product: a whole side of a fraction (`\frac{abc}{4R}`), or a numerator with a
    /// formula behind the slash (`abc/(4R)`, `abc/2`). `miles/hour` has words on both sides.
    fn multiplies(&self, letters: Letters<'_>) -> bool {
        let run = letters.run;
        let small = (3..=LONGEST_ABBREVIATION).contains(&run.len()) && run.bytes().all(|byte| byte.is_ascii_lowercase());
        let side = || (self.out.ends_with("\\frac{") || self.out.ends_with("}{")) && letters.behind.starts_with('}');
        let above =
            || letters.behind.strip_prefix('/').is_some_and(|below| below.starts_with(|c: char| c == '(' || c.is_ascii_digit()));
        small && !self.text_mode && !units::is_unit_word(run) && (side() || above())
    }

    /// The zeros that the word of a scale adds to the number before it: `2.5 million`.
    fn scale(&self, run: &str, behind: &str) -> Option<u8> {
        let zeros = match run {
            "thousand" => 3,
            "million" => 6,
            "billion" => 9,
            "trillion" => 12,
            _ => return None,
        };
        // `2 million 500 thousand`, `5 million-th`: a number in words, or another word.
        let ends = !behind.starts_with('-') && !behind.trim_start_matches([' ', '}']).starts_with(|c: char| c.is_ascii_digit());
        (ends && unit_letters::is_literal(&self.out)).then_some(zeros)
    }

    /// Whether letters are the whole of an index in braces.
    pub(super) fn in_index(&self, behind: &str) -> bool {
        // The brace of `\text{not }` in `V_{\text{not }x}` is not that of the index.
        let behind = if self.text_mode { behind.trim_start().strip_prefix('}').unwrap_or("") } else { behind };
        self.out.ends_with("_{") && behind.trim_start().starts_with('}')
    }

    /// Writes the letters of an index as they are, whether or not they also name a function.
    pub(super) fn index(&mut self, run: &str) {
        run.chars().for_each(|letter| self.put_letter(letter));
    }

    /// `6和8`, `6或8`: the Chinese words for `and` and `or` between two values.
    fn between_values(&self, run: &str, behind: &str) -> Option<&'static str> {
        let name = match run {
            "和" => "and",
            "或" => "or",
            _ => return None,
        };
        let value = |c: char| c.is_ascii_digit() || matches!(c, '-' | '(' | '\\' | '$' | '√');
        let before = self.out.ends_with(|c: char| c.is_ascii_digit() || matches!(c, ')' | '}'));
        (before && behind.trim_start().starts_with(value)).then_some(name)
    }

    fn separate(&mut self, name: &str) {
        self.run = 0;
        self.put_command(name);
        self.space = true;
    }

    /// `x=1orx=2`, `f(x)=1orf(x)=2`, `x=1或x=2`: the word between two equations, written without blanks, and its meaning.
    fn glued_separator(&self, run: &str, after: Option<u8>) -> Option<(&'static str, &'static str)> {
        let name = [("or", "or"), ("and", "and"), ("或", "or"), ("和", "and")]
            .into_iter()
            .find(|(word, _)| run.strip_prefix(word).is_some_and(|rest| rest.len() == 1))?;
        let between = !self.text_mode && self.out.contains('=') && self.out.ends_with(|c: char| c.is_ascii_digit());
        (between && matches!(after, Some(b'=' | b'('))).then_some(name)
    }

    /// Whether the brace just opened follows a number that is not an argument of a command: `800{ml}`.
    pub(super) fn measures(&self) -> bool {
        let head = self.out[..self.out.len() - 1].trim_end();
        let command = head.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        command.len() < head.len()
            && !command.ends_with(['^', '_', '}', '\\'])
            && !command.ends_with(|c: char| c.is_ascii_alphabetic())
    }

    /// Writes a word between double quotes; adjacent words share them.
    pub(super) fn word(&mut self, run: &str, length: usize) {
        // `5\% points`
        if matches!(run, "point" | "points") && self.out.ends_with('%') {
            self.out.pop();
            self.word("percentage", 0);
        }
        let joined = self.out.ends_with('"') && !self.out.ends_with("\"\"") && self.out.len() > 1;
        if joined {
            self.out.pop();
            let glued = self.at > 0 && self.source.as_bytes()[self.at - 1] == b'-';
            self.out.push(if glued { '-' } else { ' ' });
        } else {
            self.out.push('"');
        }
        self.out.push_str(run);
        self.out.push('"');
        self.at += length;
        // `forty-two`, `cm/s`: a hyphen between letters and a slash between units belong to the phrase.
        let rest = self.rest().as_bytes();
        if rest.first() == Some(&b'-') && rest.get(1).is_some_and(u8::is_ascii_alphabetic) {
            self.at += 1;
        }
        if rest.first() == Some(&b'/') && units::is_unit_word(run) {
            let tail = &self.rest()[1..];
            let end = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
            if units::is_unit_word(&tail[..end]) {
                self.out.pop();
                self.out.push('/');
                self.out.push_str(&tail[..end]);
                self.out.push('"');
                self.at += 1 + end;
            }
        }
        self.space = false;
        self.after_command = false;
    }
}
