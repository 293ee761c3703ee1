//! Normalises an answer as written to the small alphabet of `grammars/math.pest`.
//!
//! Accepts: LaTeX, plain text and Unicode, up to [`MAX_LENGTH`] bytes and [`MAX_DEPTH`] levels, in one linear pass
//! without recursion over the nesting. Drops decoration (spacing, `\left`, `$`, styles); distinguishes words from
//! products of letters, opening bars from closing bars, thousands separators from lists. Refuses: unknown commands,
//! unbalanced brackets, foreign digits, control characters, anything deeper than the limit. It evaluates nothing.

mod aside;
mod beyond_ascii;
mod brackets;
mod characters;
mod colours;
mod commands;
mod degree_signs;
mod evaluated;
mod exponents;
mod fonts;
mod half_open;
mod letters;
mod numbers;
mod numerals;
mod parameters;
mod powers_of_ten;
mod repeating;
mod sizes;
mod trim;
mod unit_letters;
mod upright_tokens;
mod upright_units;

pub use trim::{trim, unboxed};

use super::si;
use super::symbols::{has_command, is_operand_end};

/// Longest answer that is read, in bytes of the extracted text.
pub const MAX_LENGTH: usize = 6_000;
/// Deepest nesting of brackets, exponents and prefix operators.
pub const MAX_DEPTH: usize = 256;

/// Largest sum of the exponents of all literals (`1e400`) of one answer: the digits that they add together.
pub const MAX_EXPONENTS: u64 = 16_000;

/// Why a text cannot be normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Longer than [`MAX_LENGTH`].
    TooLong,
    /// Deeper than [`MAX_DEPTH`].
    TooDeep,
    /// Not an answer in the known notation; the text says what was found, and where.
    Unreadable(String),
}

/// Which units were read in letters without a font; each may be a product of symbols instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BareUnits {
    /// Any: `5 cm`, `3 m/s`.
    pub any: bool,
    /// Directly behind a number: `2mg` is a weight, or two milligrams.
    pub glued: bool,
    /// A prefix before a capital that is also the letter of a quantity: `3 kT`, `2 mV`.
    pub prefixed: bool,
}

/// An answer in the grammar's alphabet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Normal {
    /// The text for the grammar.
    pub text: String,
    /// A currency sign that was dropped.
    pub currency: Option<char>,
    /// Whether digits were grouped by plain spaces (`1 000`), which only some policies read as one number.
    pub space_grouped: bool,
    /// Whether a bare letter was read as a unit (`5 m`); it may also be a symbol.
    pub unit_letters: bool,
    /// The units in letters without a font.
    pub bare_units: BareUnits,
    /// The depth of nesting.
    pub depth: usize,
}

/// The two shapes of a Greek letter, φ and ϕ, are one letter unless an answer contains both; then the second shape gets
/// a mark. `None` where nothing changes.
fn with_shapes_apart(source: &str) -> Option<String> {
    if !has_command(source, "\\var") {
        return None;
    }
    let mut apart = None;
    for letter in ["phi", "theta", "epsilon", "rho", "sigma"] {
        let (plain, other) = (format!("\\{letter}"), format!("\\var{letter}"));
        if source.contains(&plain) && source.contains(&other) {
            let text = apart.as_deref().unwrap_or(source);
            apart = Some(text.replace(&other, &format!("\\breve{{{plain}}}")));
        }
    }
    apart
}

/// Normalises an answer; a bare letter behind a number that can be its unit is one.
pub fn normalize(source: &str) -> Result<Normal, Refusal> {
    scan(source, false)
}

/// Normalises an answer with every bare letter as a symbol: `5 m` is 5·m.
pub fn normalize_symbols(source: &str) -> Result<Normal, Refusal> {
    scan(source, true)
}

fn scan(source: &str, letters_are_symbols: bool) -> Result<Normal, Refusal> {
    let source = trim(source);
    if source.len() > MAX_LENGTH {
        return Err(Refusal::TooLong);
    }
    let plain = si::written_out(source);
    let source = plain.as_deref().unwrap_or(source);
    let aside = aside::as_relation(source);
    let source = aside.as_deref().unwrap_or(source);
    let parameter = parameters::as_item(source);
    let source = parameter.as_deref().unwrap_or(source);
    let times = powers_of_ten::with_times(source);
    let source = times.as_deref().unwrap_or(source);
    let size = sizes::with_times(source);
    let source = size.as_deref().unwrap_or(source);
    let apart = with_shapes_apart(source);
    let source = apart.as_deref().unwrap_or(source);
    let evaluated = evaluated::with_round_brackets(source);
    let source = evaluated.as_deref().unwrap_or(source);
    let brackets = half_open::with_round_brackets(source);
    Scanner { letters_are_symbols, ..Scanner::new(brackets.as_deref().unwrap_or(source)) }.run()
}

/// The kind of an open bracket, and for some kinds a position in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Paren,
    /// `^(`: a bracket around an exponent, written as a group.
    Exponent,
    Set,
    /// `{`, and the output position where its contents begin.
    Brace(usize),
    /// `{a \over b`: a brace that became a fraction.
    Over,
    /// `\text{`, and the text mode to restore at its end.
    Text(bool),
    Bar(usize),
    Floor,
    Ceil,
    Angle,
    Environment,
}

impl Open {
    /// Whether a comma inside always separates items, whatever digits are around it.
    fn separates_items(self) -> bool {
        !matches!(self, Self::Brace(_) | Self::Exponent | Self::Over | Self::Text(_) | Self::Bar(_))
    }
}

struct Scanner<'a> {
    source: &'a str,
    at: usize,
    out: String,
    stack: Vec<Open>,
    /// Open brackets whose commas separate items: thousands separators are not read inside them.
    list_brackets: usize,
    /// Prefix operators and exponents since the last infix operator.
    run: usize,
    depth: usize,
    /// Inside `\text{}`, where every sequence of letters is a word.
    text_mode: bool,
    space: bool,
    /// The output ends with a command word, which must be separated from a following letter.
    after_command: bool,
    currency: Option<char>,
    odd_dollars: bool,
    space_grouped: bool,
    /// No bare letter is read as a unit.
    letters_are_symbols: bool,
    /// A bare letter was read as a unit.
    unit_letters: bool,
    /// The units in letters without a font.
    bare_units: BareUnits,
    /// The sum of the exponents of the literals so far.
    exponents: u64,
    /// Whether the answer contains Euler's number as a letter of its own; not looked for yet: `None`.
    lone_e: Option<bool>,
    /// The scanner reads a replacement from the Unicode table, whose argument comes later in the source.
    expanding: bool,
    /// The whole answer is `a \over b`.
    over: bool,
    /// A bar occurred in angle brackets.
    divided: bool,
    /// A brace that is never closed came before the environment that comes next, so its rows are a system.
    system: bool,
}

impl<'a> Scanner<'a> {
    fn new(source: &'a str) -> Self {
        let dollars =
            source.bytes().enumerate().filter(|&(i, b)| b == b'$' && (i == 0 || source.as_bytes()[i - 1] != b'\\')).count();
        Self {
            source,
            at: 0,
            out: String::with_capacity(source.len() + 16),
            stack: Vec::new(),
            list_brackets: 0,
            run: 0,
            depth: 0,
            text_mode: false,
            space: false,
            after_command: false,
            currency: None,
            odd_dollars: dollars % 2 == 1,
            space_grouped: false,
            letters_are_symbols: false,
            unit_letters: false,
            bare_units: BareUnits::default(),
            exponents: 0,
            lone_e: None,
            expanding: false,
            over: false,
            divided: false,
            system: false,
        }
    }

    fn run(mut self) -> Result<Normal, Refusal> {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b'~' => {
                    self.at += 1;
                    self.space = true;
                }
                // The `\f` of `\frac`, which an earlier program read as an escape.
                b'\x0c' if self.rest()[1..].starts_with("rac") => self.damaged("frac")?,
                b'\\' => self.command()?,
                b'0'..=b'9' => self.number()?,
                b'.' if self.byte(1).is_some_and(|b| b.is_ascii_digit()) => self.number()?,
                b'a'..=b'z' | b'A'..=b'Z' => self.letters()?,
                0..=127 => self.ascii(byte)?,
                _ => self.unicode()?,
            }
            if self.exponents > MAX_EXPONENTS {
                return Err(Refusal::TooLong);
            }
            if self.stack.len() + self.run > MAX_DEPTH {
                return Err(Refusal::TooDeep);
            }
            self.depth = self.depth.max(self.stack.len() + self.run);
        }
        while let Some(Open::Bar(place)) = self.stack.last().copied() {
            self.stack.pop();
            self.demote_bar(place);
        }
        if self.over {
            self.out.push('}');
        }
        // `\langle\psi|`: a bra without a ket.
        if self.divided && self.out.ends_with("\\mid") && self.stack == [Open::Angle] {
            self.stack.pop();
        }
        if self.stack.is_empty() {
            Ok(Normal {
                text: self.out,
                currency: self.currency,
                space_grouped: self.space_grouped,
                unit_letters: self.unit_letters,
                bare_units: self.bare_units,
                depth: self.depth,
            })
        } else {
            Err(Refusal::Unreadable("a bracket is never closed".into()))
        }
    }

    fn peek(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.source.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn refuse<T>(&self, what: &str) -> Result<T, Refusal> {
        Err(Refusal::Unreadable(format!("{what} at byte {}", self.at)))
    }

    /// Writes a token that is not a digit, letter or word.
    fn put(&mut self, token: &str) {
        self.out.push_str(token);
        self.space = false;
        self.after_command = false;
    }

    /// Writes a command word; a following letter needs a blank before it.
    fn put_command(&mut self, name: &str) {
        self.out.push('\\');
        self.out.push_str(name);
        self.space = false;
        self.after_command = true;
    }

    fn put_letter(&mut self, letter: char) {
        if self.after_command {
            self.out.push(' ');
        }
        if self.fuses(letter) {
            self.out.extend(['{', letter, '}']);
        } else {
            self.out.push(letter);
        }
        self.space = false;
        self.after_command = false;
    }

    /// Whether the grammar would take a letter for the exponent mark of the number before it. `2e-1` is a number, which `number` reads whole;
    /// in `2e - 1`, `2 e-1` and `2\mathrm{e}-1` the letter is a factor, and in `6.63 e-34` and `3e8m` it is a mark.
    fn fuses(&self, letter: char) -> bool {
        let digits = |c: char| c.is_ascii_digit() || c == '.';
        if !matches!(letter, 'e' | 'E') || !self.out.ends_with(digits) {
            return false;
        }
        let mantissa = &self.out[self.out.trim_end_matches(digits).len()..];
        let behind = self.rest();
        let written = behind.strip_prefix(letter);
        let tight = written.is_some() && self.source[..self.at].ends_with(digits) && self.lone_e != Some(true);
        let behind = written.unwrap_or(behind);
        let mark =
            (tight || mantissa.contains('.')) && behind.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit());
        // Nothing but a sign or a digit can become an exponent; a command may write one.
        let other = |c: char| c.is_ascii() && !c.is_ascii_digit() && !matches!(c, '+' | '-' | '\\' | '{');
        !mark && !behind.trim_start().is_empty() && !behind.trim_start().starts_with(other)
    }

    /// Writes the lexeme of a number; two numbers are never joined, whatever was between them.
    fn put_number(&mut self, lexeme: &str) {
        if self.out.ends_with(|c: char| c.is_ascii_digit() || c == '.') {
            self.out.push(' ');
        }
        self.put(lexeme);
    }

    /// Whether the last token can end an operand.
    fn after_operand(&self) -> bool {
        is_operand_end(&self.out)
    }

    fn infix(&mut self, token: &str) {
        self.run = 0;
        self.put(token);
    }

    fn plus_minus(&mut self, token: &str) {
        self.run = if self.after_operand() { 0 } else { self.run + 1 };
        self.put(token);
    }
}
