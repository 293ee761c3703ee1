//! LaTeX commands: what each shows, and what it does with its argument.
//!
//! Accepts: the commands of [`symbols`](crate::math::symbols), with damaged or doubled backslashes mended where only one reading is left.
//! Refuses: unknown commands and environments, commands without their argument.

use super::{Open, Refusal, Scanner};
use crate::math::symbols::{Command, command};
use crate::math::units;
use crate::math::words::{self, WordKind};

/// Longest name under an accent.
const MAX_MARKED: usize = 24;

impl<'a> Scanner<'a> {
    pub(super) fn command(&mut self) -> Result<(), Refusal> {
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
    pub(super) fn damaged(&mut self, name: &str) -> Result<(), Refusal> {
        self.at += name.len();
        self.named(name)
    }

    pub(super) fn control_symbol(&mut self, rest: &str) -> Result<(), Refusal> {
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

    pub(super) fn in_environment(&self) -> bool {
        self.stack.contains(&Open::Environment)
    }

    pub(super) fn named(&mut self, name: &str) -> Result<(), Refusal> {
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
            Command::Circle if self.out.ends_with(|c: char| c.is_ascii_digit()) => self.put("@"),
            Command::Circle => {
                self.run = 0;
                self.put_command("circ");
            }
            Command::Asterisk(name) => self.asterisk(name),
            Command::Text => self.text_argument()?,
            Command::Style => self.style_argument(name)?,
            Command::Bold => self.bold_argument()?,
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

    pub(super) fn open_named(&mut self, token: &'static str) {
        let kind = match token {
            "lfloor" => Open::Floor,
            "lceil" => Open::Ceil,
            _ => Open::Angle,
        };
        self.open("", kind);
        self.put_command(token);
    }

    /// `\left` and its kin: a null delimiter `.` goes with them.
    fn delimiter(&mut self) {
        let rest = self.rest();
        let tail = rest.trim_start();
        if tail.starts_with('.') {
            self.at += rest.len() - tail.len() + 1;
            self.space = true;
        }
    }

    fn asterisk(&mut self, name: &'static str) {
        let digit = |text: &str| text.trim_start().starts_with(|c: char| c.is_ascii_digit());
        let mark = self.out.ends_with('^') || self.out.ends_with("^{");
        if mark || self.out.ends_with(|c: char| c.is_ascii_digit()) || digit(self.rest()) {
            self.infix("*");
        } else {
            self.run = 0;
            self.put_command(name);
        }
    }

    /// The text between the braces that come next.
    pub(super) fn braced(&mut self) -> Result<&'a str, Refusal> {
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

    pub(super) fn text_argument(&mut self) -> Result<(), Refusal> {
        let rest = self.rest();
        let tail = rest.trim_start();
        if !tail.starts_with('{') {
            return self.refuse("`\\text` without its braces");
        }
        self.at += rest.len() - tail.len() + 1;
        // A choice letter or a lone symbol in `\text{}` is what it is without it.
        let inner = tail[1..].trim_start();
        // Behind a unit stands another.
        let measures = ["\"", "\"*", "\"/"].iter().any(|end| self.out.ends_with(end));
        let letter = !measures
            && inner.trim_start_matches('(').bytes().next().filter(u8::is_ascii_alphabetic).is_some()
            && inner.trim_start_matches('(').bytes().skip(1).find(|b| *b != b' ' && *b != b')' && *b != b'.') == Some(b'}');
        self.open("", Open::Text(self.text_mode));
        self.text_mode = !letter;
        self.space = true;
        Ok(())
    }

    /// `\mathrm{cm}`, `\operatorname{lcm}`: letters become a word or a function; more is a group.
    fn style_argument(&mut self, name: &str) -> Result<(), Refusal> {
        let rest = self.rest();
        let tail = rest.trim_start();
        if !tail.starts_with('{') {
            return Ok(());
        }
        let Some(end) = tail.find('}') else { return self.refuse("a brace is never closed") };
        let inner = tail[1..end].trim();
        if !inner.bytes().all(|b| b.is_ascii_alphabetic() || b == b' ' || b == b'.')
            || !inner.bytes().any(|b| b.is_ascii_alphabetic())
        {
            return Ok(());
        }
        self.at += rest.len() - tail.len() + end + 1;
        let measures = self.out.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '}' | ')'));
        if inner.len() == 1 {
            // `5\,\mathrm{m}`: upright letters are units, slanted ones are symbols.
            if measures && name != "mathit" && units::is_unit_word(inner) {
                self.word(inner, 0);
            } else {
                self.put_letter(char::from(inner.as_bytes()[0]));
            }
            return Ok(());
        }
        if let WordKind::Function(function) = words::classify(inner, true, false, false) {
            return self.named(function);
        }
        // `\frac12\mathrm{mv}^2`: symbols in another font, and no unit.
        let symbols = inner.len() == 2 && !inner.contains(['.', ' ']) && !units::is_unit_word(inner);
        if symbols && self.after_operand() {
            inner.chars().for_each(|letter| self.put_letter(letter));
            return Ok(());
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

    /// `\mathbf{F}`, `\boldsymbol\omega`: a symbol of its own; bold words and numbers are words and numbers.
    fn bold_argument(&mut self) -> Result<(), Refusal> {
        let rest = self.rest();
        let tail = rest.trim_start();
        let skipped = rest.len() - tail.len();
        let (inner, length) = if tail.starts_with('{') {
            let Some(end) = tail.find('}') else { return self.refuse("a brace is never closed") };
            (tail[1..end].trim(), end + 1)
        } else {
            let letters = tail.strip_prefix('\\').map_or(0, |name| 1 + name.bytes().take_while(u8::is_ascii_alphabetic).count());
            let length = if letters > 1 { letters } else { usize::from(tail.starts_with(|c: char| c.is_ascii_alphabetic())) };
            (&tail[..length], length)
        };
        let named = inner.strip_prefix('\\').filter(|name| name.bytes().all(|b| b.is_ascii_alphabetic()));
        let symbol = match named {
            Some(name) => matches!(command(name), Some(Command::Symbol(_))),
            None => inner.len() == 1 && inner.as_bytes()[0].is_ascii_alphabetic(),
        };
        if symbol {
            self.at += skipped + length;
            self.mark("b", inner);
            return Ok(());
        }
        if tail.starts_with('{') { self.style_argument("mathrm") } else { self.refuse("a style over more than a symbol") }
    }

    /// `\vec{v}`, `\overline{AB}`, `\mathbb{R}`: a symbol of its own.
    fn accent(&mut self, name: &str) -> Result<(), Refusal> {
        let rest = self.rest();
        let tail = rest.trim_start();
        let skipped = rest.len() - tail.len();
        let (inner, length) = if tail.starts_with('{') {
            let Some(end) = balanced(tail) else { return self.refuse("a brace is never closed") };
            (tail[1..end].trim(), end + 1)
        } else {
            // `\hat\theta`, `\vec v`
            let letters = tail.strip_prefix('\\').map_or(0, |name| 1 + name.bytes().take_while(u8::is_ascii_alphabetic).count());
            let length = if letters > 1 { letters } else { usize::from(tail.starts_with(|c: char| c.is_ascii_alphanumeric())) };
            (&tail[..length], length)
        };
        let inner = unstyled(inner);
        let plain = !inner.is_empty()
            && inner.len() <= MAX_MARKED
            && inner.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'\\' | b' ' | b'\''));
        if !plain {
            return self.refuse(&format!("`\\{name}` over more than a name"));
        }
        self.at += skipped + length;
        // An arrow is an arrow, however long.
        let mark = match name {
            "overrightarrow" => "vec",
            "widehat" => "hat",
            "widetilde" => "tilde",
            name => name,
        };
        self.mark(mark, inner);
        Ok(())
    }

    fn mark(&mut self, mark: &str, symbol: &str) {
        self.put("\\acc{");
        self.put(mark);
        self.put(":");
        self.put(symbol);
        self.put("}");
    }

    pub(super) fn begin(&mut self) -> Result<(), Refusal> {
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

    pub(super) fn end(&mut self) -> Result<(), Refusal> {
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

/// Where the brace that a text begins with is closed.
fn balanced(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        depth == 0
    })
}

/// The symbol in `\mathbf{x}`, `\mathbf x`: under an accent the font says nothing more.
fn unstyled(inner: &str) -> &str {
    let styles = ["\\mathbf", "\\boldsymbol", "\\bm", "\\mathrm"];
    let Some(rest) = styles.into_iter().find_map(|style| inner.strip_prefix(style)) else { return inner };
    let rest = rest.trim();
    rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).map_or(rest, str::trim)
}
