//! From an answer as written to the small alphabet of `grammars/math.pest`.
//!
//! Accepts: LaTeX, plain text and Unicode, up to [`MAX_LENGTH`] bytes and [`MAX_DEPTH`] levels, in one linear pass without recursion.
//! Drops decoration (spacing, `\left`, `$`, styles), tells words from products of letters, bars that open from bars that close,
//! thousands separators from lists. Refuses: unknown commands, unbalanced brackets, foreign digits, control characters, anything
//! deeper than the limit. Nothing here evaluates.

use super::symbols::{Command, command, is_operand_end, is_separator_word, unicode};
use super::words::{self, WordKind};

/// Longest answer that is read, in bytes of the extracted text.
pub const MAX_LENGTH: usize = 6_000;
/// Deepest nesting of brackets, exponents and prefix operators.
pub const MAX_DEPTH: usize = 256;

/// Why a text cannot be normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Longer than [`MAX_LENGTH`].
    TooLong,
    /// Deeper than [`MAX_DEPTH`].
    TooDeep,
    /// Not an answer this grammar knows; says what stood where.
    Unreadable(String),
}

/// An answer in the grammar's alphabet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Normal {
    /// The text the grammar reads.
    pub text: String,
    /// A currency sign that was dropped.
    pub currency: Option<char>,
    /// Digits were grouped by plain spaces (`1 000`), which only some policies read as one number.
    pub space_grouped: bool,
    /// How deep it nests.
    pub depth: usize,
}

/// Normalises an answer.
pub fn normalize(source: &str) -> Result<Normal, Refusal> {
    let source = trim(source);
    if source.len() > MAX_LENGTH {
        return Err(Refusal::TooLong);
    }
    Scanner::new(source).run()
}

/// Cuts what surrounds an answer: blanks, sentence punctuation, a trailing line break of LaTeX, Markdown emphasis.
pub fn trim(source: &str) -> &str {
    let mut text = source;
    loop {
        let before = text.len();
        text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}');
        text = text.strip_suffix("\\\\").unwrap_or(text);
        if !text.ends_with("\\,") && !text.ends_with("\\;") && !text.ends_with("\\:") {
            text = text.trim_end_matches([',', ';', ':', '。', '，']);
        } else {
            text = &text[..text.len() - 2];
        }
        if text.ends_with('.') && !text.ends_with("\\right.") && !text.ends_with("..") {
            text = &text[..text.len() - 1];
        }
        if text.len() >= 4
            && let Some(inner) = text.strip_prefix("**").and_then(|t| t.strip_suffix("**"))
            && !inner.contains("**")
        {
            text = inner;
        }
        if text.len() == before {
            return text;
        }
    }
}

/// What an open bracket was, and where its opener stands in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Paren,
    Set,
    /// `{`, and where its contents begin.
    Brace(usize),
    /// `{a \over b`: a brace that became a fraction.
    Over,
    /// `\text{`: remembers the mode to return to.
    Text(bool),
    Bar(usize),
    Floor,
    Ceil,
    Angle,
    Environment,
}

impl Open {
    /// Whether a comma inside separates items whatever digits stand around it.
    fn separates_items(self) -> bool {
        !matches!(self, Self::Brace(_) | Self::Over | Self::Text(_) | Self::Bar(_))
    }
}

struct Scanner<'a> {
    source: &'a str,
    at: usize,
    out: String,
    stack: Vec<Open>,
    /// Brackets that separate list items: thousands separators are not read inside them.
    list_brackets: usize,
    /// Prefix operators and exponents since the last infix operator.
    run: usize,
    depth: usize,
    /// Inside `\text{}`: every run of letters is a word.
    text_mode: bool,
    space: bool,
    /// The last thing written was a command word, which a letter must not touch.
    after_command: bool,
    currency: Option<char>,
    odd_dollars: bool,
    space_grouped: bool,
    /// Reading a replacement from the Unicode table: its argument stands in the source.
    expanding: bool,
    /// The whole answer is `a \over b`.
    over: bool,
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
            expanding: false,
            over: false,
        }
    }

    fn run(mut self) -> Result<Normal, Refusal> {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b'~' => {
                    self.at += 1;
                    self.space = true;
                }
                // The `\f` of `\frac` read as an escape by an earlier program.
                b'\x0c' if self.rest()[1..].starts_with("rac") => self.damaged("frac")?,
                b'\\' => self.command()?,
                b'0'..=b'9' => self.number()?,
                b'.' if self.byte(1).is_some_and(|b| b.is_ascii_digit()) => self.number()?,
                b'a'..=b'z' | b'A'..=b'Z' => self.letters()?,
                0..=127 => self.ascii(byte)?,
                _ => self.unicode()?,
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
        if self.stack.is_empty() {
            Ok(Normal { text: self.out, currency: self.currency, space_grouped: self.space_grouped, depth: self.depth })
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

    /// Writes a token that is no digit, letter or word.
    fn put(&mut self, token: &str) {
        self.out.push_str(token);
        self.space = false;
        self.after_command = false;
    }

    /// Writes a command word, which needs a blank before a letter that follows.
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
        self.out.push(letter);
        self.space = false;
        self.after_command = false;
    }

    /// Writes the lexeme of a number; two numbers never run together.
    fn put_number(&mut self, lexeme: &str) {
        if self.space && self.out.ends_with(|c: char| c.is_ascii_digit() || c == '.') {
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

    fn open(&mut self, token: &str, kind: Open) {
        self.put(token);
        self.stack.push(kind);
        self.list_brackets += usize::from(kind.separates_items());
    }

    fn close(&mut self, token: &str, matches: impl Fn(Open) -> bool) -> Result<Open, Refusal> {
        if let Some(Open::Bar(place)) = self.stack.last().copied()
            && !matches(Open::Bar(place))
        {
            self.stack.pop();
            self.demote_bar(place);
            return self.close(token, matches);
        }
        match self.stack.pop() {
            Some(kind) if matches(kind) => {
                self.list_brackets -= usize::from(kind.separates_items());
                self.put(token);
                Ok(kind)
            }
            _ => self.refuse("a bracket closes that was not opened"),
        }
    }

    /// A bar that opened nothing was a divider (`x | x > 0`).
    fn demote_bar(&mut self, place: usize) {
        self.out.replace_range(place..place + "\\lv".len(), "\\mid");
    }

    fn bar(&mut self) -> Result<(), Refusal> {
        if self.after_operand() && matches!(self.stack.last(), Some(Open::Bar(_))) {
            self.close("\\rv", |kind| matches!(kind, Open::Bar(_)))?;
            self.after_command = true;
        } else {
            self.open("\\lv", Open::Bar(self.out.len()));
            self.after_command = true;
        }
        Ok(())
    }

    fn ascii(&mut self, byte: u8) -> Result<(), Refusal> {
        self.at += 1;
        match byte {
            b'+' => self.plus_minus("+"),
            b'-' => self.plus_minus("-"),
            b'*' if self.peek() == Some(b'*') => {
                self.at += 1;
                self.run += 1;
                self.put("^");
            }
            b'*' => self.infix("*"),
            b'/' => self.infix("/"),
            b'^' => self.power()?,
            b'_' => {
                self.run += 1;
                self.put("_");
            }
            b'(' => self.open("(", Open::Paren),
            b'[' => self.open("[", Open::Paren),
            b')' => drop(self.close(")", |kind| kind == Open::Paren)?),
            b']' => drop(self.close("]", |kind| kind == Open::Paren)?),
            b'{' => self.brace(),
            b'}' => {
                let token = match self.stack.last() {
                    Some(Open::Text(_)) => "",
                    Some(Open::Over) => "}}",
                    _ => "}",
                };
                let space = self.space;
                if let Open::Text(mode) = self.close(token, |kind| matches!(kind, Open::Brace(_) | Open::Over | Open::Text(_)))? {
                    self.text_mode = mode;
                    self.space = space;
                }
            }
            b'|' => self.bar()?,
            b',' | b';' => self.infix(if byte == b',' { "," } else { ";" }),
            b':' => self.infix(":"),
            b'=' => {
                while self.peek() == Some(b'=') {
                    self.at += 1;
                }
                self.infix("=");
            }
            b'<' | b'>' => {
                let equal = self.peek() == Some(b'=');
                self.at += usize::from(equal);
                self.infix(match (byte, equal) {
                    (b'<', true) => "<=",
                    (b'<', false) => "<",
                    (_, true) => ">=",
                    (_, false) => ">",
                });
            }
            b'!' if self.peek() == Some(b'=') => {
                self.at += 1;
                self.infix("!=");
            }
            b'!' => self.put("!"),
            b'%' => self.put("%"),
            b'\'' => self.put("'"),
            b'&' => self.infix("&"),
            b'$' => {
                if self.odd_dollars && (self.byte(0).is_some_and(|b| b.is_ascii_digit() || b == b'.') || self.after_operand()) {
                    self.currency = Some('$');
                }
                self.space = true;
            }
            b'.' if self.text_mode || self.rest().is_empty() => self.space = true,
            b'.' if self.rest().starts_with("..") => {
                while self.peek() == Some(b'.') {
                    self.at += 1;
                }
                self.put_command("ldots");
            }
            b'?' | b'"' | b'`' if self.text_mode => self.space = true,
            _ => return self.refuse(&format!("`{}`", char::from(byte).escape_default())),
        }
        Ok(())
    }

    /// `^`, where `^\circ` is a degree sign.
    fn power(&mut self) -> Result<(), Refusal> {
        let rest = self.rest().trim_start();
        let skipped = self.rest().len() - rest.len();
        for sign in ["{\\circ}", "\\circ", "{\\degree}", "{ \\circ }", "°"] {
            if rest.starts_with(sign) {
                self.at += skipped + sign.len();
                self.put("@");
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
        if !self.after_operand() && !self.after_command {
            return self.refuse("an exponent without a base");
        }
        self.run += 1;
        self.put("^");
        Ok(())
    }

    fn brace(&mut self) {
        self.open("{", Open::Brace(self.out.len() + 1));
    }

    /// `a \over b`, `n \choose k`: the command takes the whole group around it, or the whole answer.
    fn fraction_of_group(&mut self, name: &str) -> Result<(), Refusal> {
        let start = match self.stack.pop() {
            Some(Open::Brace(start)) => {
                self.stack.push(Open::Over);
                start
            }
            None if !self.over => {
                self.over = true;
                0
            }
            _ => return self.refuse("two fractions in one group"),
        };
        if start == self.out.len() {
            return self.refuse("a fraction without a numerator");
        }
        self.out.insert_str(start, name);
        self.infix("}{");
        Ok(())
    }

    fn unicode(&mut self) -> Result<(), Refusal> {
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
        if let Some(mapped) = unicode::latex(letter) {
            self.at += letter.len_utf8();
            return self.expand(mapped);
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

    /// Reads a replacement from the Unicode table as if it stood in the source.
    fn expand(&mut self, latex: &'static str) -> Result<(), Refusal> {
        let (source, at) = (self.source, self.at);
        // The tables map to short, balanced ASCII, so this cannot nest.
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

    // ---- numbers ----------------------------------------------------------------------------------------------------------------

    fn digits_at(&self, at: usize) -> usize {
        self.source.as_bytes()[at.min(self.source.len())..].iter().take_while(|b| b.is_ascii_digit()).count()
    }

    fn number(&mut self) -> Result<(), Refusal> {
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
            let repeating = self.rest()[1..].starts_with("\\overline{") || self.rest()[1..].starts_with("\\bar{");
            if decimals > 0 || repeating {
                lexeme.push('.');
                lexeme.push_str(&self.source[self.at + 1..self.at + 1 + decimals]);
                self.at += 1 + decimals;
                plain_integer = false;
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
        self.put_number(&lexeme);
        self.ordinal_suffix();
        Ok(())
    }

    /// `,ddd` groups outside brackets, `{,}ddd`, `\,ddd` and `\!` anywhere, blanks between groups of three digits.
    fn thousands(&mut self, lexeme: &mut String) {
        let start = self.at;
        let mut digits = String::new();
        let mut kind = None;
        while let Some((found, skip)) = self.group_separator(kind) {
            digits.push_str(&self.source[self.at + skip..self.at + skip + 3]);
            self.at += skip + 3;
            kind = Some(found);
        }
        let ragged = self.peek() == Some(b',') && self.byte(1).is_some_and(|b| b.is_ascii_digit());
        if (ragged && kind == Some(Grouping::Comma)) || (lexeme.starts_with('0') && kind.is_some()) {
            self.at = start;
            return;
        }
        self.space_grouped |= kind == Some(Grouping::Space);
        lexeme.push_str(&digits);
    }

    fn group_separator(&self, expected: Option<Grouping>) -> Option<(Grouping, usize)> {
        let rest = self.rest();
        let (kind, skip) = if let Some(tail) = rest.strip_prefix(",") {
            let joined = tail.trim_start_matches(' ').strip_prefix("\\!");
            match joined {
                Some(tail) => (Grouping::Tight, rest.len() - tail.trim_start_matches(' ').len()),
                None if self.list_brackets == 0 => (Grouping::Comma, 1),
                None => return None,
            }
        } else if let Some(tail) = rest.trim_start_matches(' ').strip_prefix("{,").map(|tail| tail.trim_start_matches(' '))
            && let Some(tail) = tail.strip_prefix('}')
        {
            (Grouping::Tight, rest.len() - tail.trim_start_matches("\\!").len())
        } else if rest.starts_with("\\,") || rest.starts_with("\\ ") {
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

    /// `0.1\overline{6}`.
    fn repetend(&mut self, lexeme: &mut String) {
        for mark in ["\\overline{", "\\bar{"] {
            if let Some(tail) = self.rest().strip_prefix(mark)
                && let Some((digits, _)) = tail.split_once('}')
                && !digits.is_empty()
                && digits.bytes().all(|b| b.is_ascii_digit())
            {
                self.at += mark.len() + digits.len() + 1;
                lexeme.push('~');
                lexeme.push_str(digits);
            }
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

    /// `1.5e-3`: the mark belongs to the number only where digits follow it.
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
        lexeme.push_str(&self.rest()[..1 + sign + digits]);
        self.at += 1 + sign + digits;
    }

    /// `3rd`, `21st`.
    fn ordinal_suffix(&mut self) {
        let rest = self.rest();
        for suffix in ["st", "nd", "rd", "th"] {
            if rest.starts_with(suffix) && !rest[2..].starts_with(|c: char| c.is_alphanumeric()) {
                self.at += 2;
            }
        }
    }

    // ---- letters and words ------------------------------------------------------------------------------------------------------

    fn letters(&mut self) -> Result<(), Refusal> {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let run = &rest[..length];
        if run.chars().any(|c| !c.is_ascii() && unicode::is_lookalike(c)) {
            return self.refuse("a letter of another alphabet that looks like a Latin one");
        }
        let after = rest[length..].bytes().next();
        let before = self.out.bytes().last();
        let bounded_left =
            self.text_mode || self.space || before.is_none_or(|b| matches!(b, b'"' | b',' | b';' | b':' | b'(' | b'{'));
        let bounded_right = self.text_mode
            || after.is_none_or(|b| {
                matches!(
                    b,
                    b' ' | b'\n'
                        | b'\t'
                        | b','
                        | b'.'
                        | b';'
                        | b':'
                        | b')'
                        | b']'
                        | b'}'
                        | b'!'
                        | b'?'
                        | b'$'
                        | b'\''
                        | b'-'
                        | b'/'
                )
            });
        if let Some(half) = ["a.m", "p.m"].into_iter().find(|half| rest.starts_with(half)) {
            self.word(&half.replace('.', ""), half.len());
            return Ok(());
        }
        if before == Some(b'{') && after == Some(b'}') && self.measures() && super::units::is_unit_word(run) {
            self.word(run, length);
            return Ok(());
        }
        let after_number = before.is_some_and(|b| b.is_ascii_digit() || b == b'}' || b == b')' || b == b'@');
        if length == 1 && after_number && self.space && bounded_right && super::units::is_unit_word(run) {
            self.word(run, length);
            return Ok(());
        }
        match words::classify(run, bounded_left && bounded_right, self.text_mode, after_number && bounded_right) {
            WordKind::Separator(_) if self.text_mode && !is_separator_word(&self.source[..self.at], &rest[length..]) => {
                self.word(run, length)
            }
            WordKind::Separator(name) => {
                self.at += length;
                self.run = 0;
                self.put_command(name);
                self.space = true;
            }
            WordKind::Function(name) => {
                self.at += length;
                return self.named(name);
            }
            WordKind::Percent => {
                self.at += length;
                self.put("%");
            }
            WordKind::Word => self.word(run, length),
            WordKind::Product => {
                for letter in run.chars() {
                    if !letter.is_ascii() {
                        return self.refuse("a letter outside ASCII in a formula");
                    }
                    self.put_letter(letter);
                }
                self.at += length;
            }
        }
        Ok(())
    }

    /// Whether the brace just opened follows a number that is no argument of a command: `800{ml}`.
    fn measures(&self) -> bool {
        let head = self.out[..self.out.len() - 1].trim_end();
        let command = head.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        command.len() < head.len()
            && !command.ends_with(['^', '_', '}', '\\'])
            && !command.ends_with(|c: char| c.is_ascii_alphabetic())
    }

    /// A word goes between double quotes; words that follow each other share them.
    fn word(&mut self, run: &str, length: usize) {
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
        // `forty-two`, `p.m.`, `cm/s`: marks inside a phrase belong to it.
        let rest = self.rest().as_bytes();
        if rest.first() == Some(&b'-') && rest.get(1).is_some_and(u8::is_ascii_alphabetic) {
            self.at += 1;
        }
        if rest.first() == Some(&b'/') && super::units::is_unit_word(run) {
            let tail = &self.rest()[1..];
            let end = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
            if super::units::is_unit_word(&tail[..end]) {
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

    // ---- commands ---------------------------------------------------------------------------------------------------------------

    fn command(&mut self) -> Result<(), Refusal> {
        let rest = &self.rest()[1..];
        let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        if length == 0 {
            return self.control_symbol(rest);
        }
        let name = &rest[..length];
        self.at += 1 + length;
        self.named(name)
    }

    /// A command whose first letter and backslash became one control character.
    fn damaged(&mut self, name: &str) -> Result<(), Refusal> {
        self.at += name.len();
        self.named(name)
    }

    fn control_symbol(&mut self, rest: &str) -> Result<(), Refusal> {
        let Some(symbol) = rest.chars().next() else { return self.refuse("a lone backslash") };
        self.at += 1 + symbol.len_utf8();
        match symbol {
            ',' | ';' | ':' | ' ' | '>' | '/' | '\n' => self.space = true,
            '!' => self.space = false,
            '(' | ')' | '[' | ']' => self.space = true,
            '{' => self.open("\\{", Open::Set),
            '}' => drop(self.close("\\}", |kind| kind == Open::Set)?),
            '%' => self.put("%"),
            '$' => {
                self.currency = Some('$');
                self.space = true;
            }
            '|' => self.bar()?,
            '&' => self.infix("&"),
            '_' => self.put("_"),
            '\x0c' if rest[1..].starts_with("rac") => {
                self.at -= 1;
                self.damaged("frac")?;
            }
            '\\' if self.in_environment() => self.infix("\\\\"),
            // `\\frac`: a backslash that was escaped twice on its way here; `\\ ` is a line break.
            '\\' if over_escaped(self.rest()) => self.at -= 1,
            '\\' => self.space = true,
            // `\6` in a matrix: a row break that lost a backslash.
            '0'..='9' if self.in_environment() => {
                self.at -= 1;
                self.infix("\\\\");
            }
            _ => return self.refuse(&format!("`\\{}`", symbol.escape_default())),
        }
        Ok(())
    }

    fn in_environment(&self) -> bool {
        self.stack.contains(&Open::Environment)
    }

    fn named(&mut self, name: &str) -> Result<(), Refusal> {
        // `\quadx`: a blank that was joined to what follows it.
        if let Some(tail) = name.strip_prefix("qquad").or_else(|| name.strip_prefix("quad"))
            && !tail.is_empty()
            && !self.expanding
        {
            self.at -= tail.len();
            self.space = true;
            return Ok(());
        }
        let Some(command) = command(name) else { return self.refuse(&format!("unknown command `\\{name}`")) };
        match command {
            Command::Drop => {}
            Command::Space => self.space = true,
            Command::Delimiter => self.delimiter(),
            Command::Symbol(name) => self.put_command(name),
            Command::Prefix(name) => {
                self.run += 1;
                self.put_command(name);
                let next = self.rest().trim_start().bytes().next();
                if !self.expanding && next.is_none_or(|b| matches!(b, b'}' | b')' | b']' | b',' | b'=' | b'+' | b'/')) {
                    return self.refuse(&format!("`\\{name}` without an argument"));
                }
            }
            Command::Infix(token) => self.infix(token),
            Command::Operator(name) => {
                self.run = 0;
                self.put_command(name);
            }
            Command::Sign(token) => self.plus_minus(token),
            Command::Degree => self.put("@"),
            Command::Text => self.text_argument()?,
            Command::Style => self.style_argument(name)?,
            Command::Accent => self.accent(name)?,
            Command::Wrapper => {
                if !self.rest().trim_start().starts_with('{') {
                    return self.refuse(&format!("`\\{name}` without an argument"));
                }
            }
            Command::Begin => self.begin()?,
            Command::End => self.end()?,
            Command::Over(name) => self.fraction_of_group(name)?,
            Command::Phantom => drop(self.braced()?),
            Command::OpenBar => {
                let place = self.out.len();
                self.open("\\lv", Open::Bar(place));
                self.after_command = true;
            }
            Command::CloseBar => {
                self.close("\\rv", |kind| matches!(kind, Open::Bar(_)))?;
                self.after_command = true;
            }
            Command::Open(token) => self.open_named(token),
            Command::Close(token) => {
                let wanted = match token {
                    "rfloor" => Open::Floor,
                    "rceil" => Open::Ceil,
                    _ => Open::Angle,
                };
                self.close("", |kind| kind == wanted)?;
                self.put_command(token);
            }
            Command::Mod => {
                // `a \bmod n` and `\pmod{n}` are notation, not arithmetic: keep them as words.
                self.out.push_str("\"mod\"");
            }
        }
        Ok(())
    }

    fn open_named(&mut self, token: &'static str) {
        let kind = match token {
            "lfloor" => Open::Floor,
            "lceil" => Open::Ceil,
            _ => Open::Angle,
        };
        self.open("", kind);
        self.put_command(token);
    }

    /// `\left` and its kin: only a null delimiter `.` goes with them.
    fn delimiter(&mut self) {
        let rest = self.rest();
        let tail = rest.trim_start();
        if tail.starts_with('.') && !tail[1..].starts_with(|c: char| c.is_ascii_digit()) {
            self.at += rest.len() - tail.len() + 1;
        }
    }

    /// The text between the braces that come next.
    fn braced(&mut self) -> Result<&'a str, Refusal> {
        let rest = self.rest();
        let tail = rest.trim_start();
        let start = self.at + rest.len() - tail.len();
        if !tail.starts_with('{') {
            return self.refuse("a command without its braces");
        }
        match tail.find('}') {
            Some(end) => {
                self.at = start + end + 1;
                Ok(&tail[1..end])
            }
            None => self.refuse("a brace is never closed"),
        }
    }

    fn text_argument(&mut self) -> Result<(), Refusal> {
        let rest = self.rest();
        let tail = rest.trim_start();
        if !tail.starts_with('{') {
            return self.refuse("`\\text` without its braces");
        }
        self.at += rest.len() - tail.len() + 1;
        // A choice letter or a lone symbol in `\text{}` is what it is without it.
        let inner = tail[1..].trim_start();
        let letter = inner.trim_start_matches('(').bytes().next().filter(u8::is_ascii_alphabetic).is_some()
            && inner.trim_start_matches('(').bytes().skip(1).find(|b| *b != b' ' && *b != b')' && *b != b'.') == Some(b'}');
        self.open("", Open::Text(self.text_mode));
        self.text_mode = !letter;
        self.space = true;
        Ok(())
    }

    /// `\mathrm{cm}`, `\mathbf{i}`, `\operatorname{lcm}`: letters become a word, a function or a marked symbol; more is a group.
    fn style_argument(&mut self, name: &str) -> Result<(), Refusal> {
        let rest = self.rest();
        let tail = rest.trim_start();
        if !tail.starts_with('{') {
            // `\mathbf i`
            return if name == "mathbf" || name == "bm" || name == "boldsymbol" {
                self.refuse("a style without its braces")
            } else {
                Ok(())
            };
        }
        let Some(end) = tail.find('}') else { return self.refuse("a brace is never closed") };
        let inner = tail[1..end].trim();
        let bold = matches!(name, "mathbf" | "bm" | "boldsymbol");
        if inner.is_empty()
            || !inner.bytes().all(|b| b.is_ascii_alphabetic() || b == b' ' || b == b'.')
            || inner.bytes().all(|b| !b.is_ascii_alphabetic())
        {
            return Ok(());
        }
        self.at += rest.len() - tail.len() + end + 1;
        if inner.len() == 1 {
            if bold {
                self.put("\\acc{b:");
                self.put(inner);
                self.put("}");
            } else {
                self.put_letter(char::from(inner.as_bytes()[0]));
            }
            return Ok(());
        }
        if let WordKind::Function(function) = words::classify(inner, true, false, false) {
            return self.named(function);
        }
        for word in inner.split([' ', '.']).filter(|w| !w.is_empty()) {
            if let WordKind::Separator(name) = words::classify(word, true, true, false) {
                self.put_command(name);
                self.space = true;
            } else if let WordKind::Percent = words::classify(word, true, true, false) {
                self.put("%");
            } else {
                self.word(word, 0);
            }
        }
        Ok(())
    }

    /// `\vec{v}`, `\overline{AB}`, `\mathbb{R}`: a symbol of its own.
    fn accent(&mut self, name: &str) -> Result<(), Refusal> {
        let rest = self.rest();
        let tail = rest.trim_start();
        let inner = if tail.starts_with('{') {
            self.braced()?
        } else {
            let Some(letter) = tail.chars().next().filter(char::is_ascii_alphanumeric) else {
                return self.refuse("an accent over nothing");
            };
            self.at += rest.len() - tail.len() + letter.len_utf8();
            &tail[..1]
        };
        let inner = inner.trim();
        let plain = !inner.is_empty()
            && inner.len() <= 24
            && inner.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'\\' | b' ' | b'\''));
        if !plain {
            return self.refuse(&format!("`\\{name}` over more than a name"));
        }
        self.put("\\acc{");
        self.put(name);
        self.put(":");
        self.put(inner);
        self.put("}");
        Ok(())
    }

    fn begin(&mut self) -> Result<(), Refusal> {
        let environment = self.braced()?.trim_end_matches('*');
        match environment {
            "pmatrix" | "bmatrix" | "Bmatrix" | "vmatrix" | "Vmatrix" | "matrix" | "smallmatrix" | "array" => {}
            "cases" | "aligned" | "align" | "gathered" => {}
            _ => return self.refuse(&format!("unknown environment `{environment}`")),
        }
        if environment == "array" && self.rest().trim_start().starts_with('{') {
            self.braced()?;
        }
        self.put("\\begin{");
        self.put(environment);
        self.open("}", Open::Environment);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Refusal> {
        self.braced()?;
        // A row break before the end ends nothing.
        if self.out.ends_with("\\\\") {
            self.out.truncate(self.out.len() - 2);
        }
        self.close("\\end{}", |kind| kind == Open::Environment)?;
        Ok(())
    }
}

/// Whether a command known by name follows: `\\frac` for `\frac`.
fn over_escaped(rest: &str) -> bool {
    let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    length > 1 && command(&rest[..length]).is_some()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grouping {
    Comma,
    Tight,
    Space,
}
