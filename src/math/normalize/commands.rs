//! Reads LaTeX commands: what each displays, and what it does with its argument.
//!
//! Accepts: the commands of [`symbols`](crate::math::symbols); damaged or doubled backslashes are repaired where only
//! one reading is possible. Refuses: unknown commands and environments, commands without their argument.

use super::{Open, Refusal, Scanner, colours};
use crate::math::functions;
use crate::math::symbols::{Command, command};

impl<'a> Scanner<'a> {
    pub(super) fn command(&mut self) -> Result<(), Refusal> {
        let rest = &self.rest()[1..];
        let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        if length == 0 {
            return self.control_symbol(rest);
        }
        let name = &rest[..length];
        if may_begin_units(name) && self.upright_units() {
            return Ok(());
        }
        if matches!(name, "mu" | "Omega") && !self.letters_are_symbols && self.greek_unit() {
            return Ok(());
        }
        self.at += 1 + length;
        self.named(name)
    }

    /// A command whose backslash and first letter became one control character.
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
            '{' if opens_system(rest) => self.system = true,
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
            // `\\frac`: a backslash that was escaped twice; `\\ ` is a line break.
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
        // `\quadx`: a blank that was joined to the following letter.
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
            Command::Prefix(name) => self.prefix(name)?,
            Command::Infix(token) => self.infix(token),
            Command::Operator(name) => self.operator(name),
            Command::Sign(token) => self.plus_minus(token),
            Command::Degree => self.degree_sign(),
            Command::Circle if self.out.ends_with(|c: char| c.is_ascii_digit()) => self.degree_sign(),
            Command::Circle => self.operator("circ"),
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
            Command::Colour => self.colour(name)?,
            Command::OpenBracket("\\{") => self.open("\\{", Open::Set),
            Command::CloseBracket("\\}") => drop(self.close("\\}", |kind| kind == Open::Set)?),
            Command::OpenBracket(token) => self.open(token, Open::Paren),
            Command::CloseBracket(token) => drop(self.close(token, |kind| kind == Open::Paren)?),
            Command::OpenBar => self.open_bar(),
            Command::CloseBar => self.close_bar()?,
            Command::Open(token) => self.open_named(token),
            Command::Close(token) => self.close_named(token)?,
            Command::Letter(letter) => self.put_letter(letter),
            Command::Mod => {
                // `a \bmod n` and `\pmod{n}` are notation, not arithmetic: they are kept as words.
                self.out.push_str("\"mod\"");
            }
        }
        Ok(())
    }

    /// A command that takes an argument.
    fn prefix(&mut self, name: &'static str) -> Result<(), Refusal> {
        let next = self.rest().trim_start().bytes().next();
        if !self.expanding && self.is_label(name, next) {
            return Ok(());
        }
        self.run += 1;
        self.put_command(name);
        if !self.expanding && next.is_none_or(|b| matches!(b, b'}' | b')' | b']' | b',' | b'=' | b'+' | b'/')) {
            return self.refuse(&format!("`\\{name}` without an argument"));
        }
        Ok(())
    }

    /// `R_{\max}`, `R_\max`: the name of a function as an index is the word. `R_{\text{max}}` is the same name.
    fn is_label(&mut self, name: &'static str, next: Option<u8>) -> bool {
        if !functions::is_name(name) {
            return false;
        }
        if self.out.ends_with('_') {
            self.put("{");
            self.word(name, 0);
            self.put("}");
            return true;
        }
        let index = match self.stack.last() {
            Some(Open::Brace(place)) => self.out[..place - 1].ends_with('_'),
            _ => false,
        };
        let alone = index && matches!(next, Some(b'}' | b','));
        if alone {
            self.word(name, 0);
        }
        alone
    }

    /// A command between two operands.
    fn operator(&mut self, name: &'static str) {
        self.run = 0;
        self.put_command(name);
    }

    /// `\left` and similar commands: a null delimiter `.` is dropped with them.
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
            self.operator(name);
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

    /// `\textcolor{red}{12}`, `{\color{red}12}`: the colour is dropped, and the text behind it is read as it stands. Only
    /// colours that are seen on a page are read: white text displays nothing.
    fn colour(&mut self, name: &str) -> Result<(), Refusal> {
        let rest = self.rest();
        let model = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')).map(|(model, _)| model);
        self.at += model.map_or(0, |model| model.len() + 2);
        let colour = self.braced()?.trim();
        if !colours::is_visible(model, colour) {
            return self.refuse(&format!("`\\{name}` with an unknown colour"));
        }
        if name == "textcolor" && !self.rest().trim_start().starts_with('{') {
            return self.refuse(&format!("`\\{name}` without an argument"));
        }
        self.space = true;
        Ok(())
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
        let system = std::mem::take(&mut self.system);
        self.put("\\begin{");
        self.put(if system { "cases" } else { environment });
        self.open("}", Open::Environment);
        Ok(())
    }

    pub(super) fn end(&mut self) -> Result<(), Refusal> {
        self.braced()?;
        // A row break before the end begins no new row.
        if self.out.ends_with("\\\\") {
            self.out.truncate(self.out.len() - 2);
        }
        self.close("\\end{}", |kind| kind == Open::Environment)?;
        Ok(())
    }
}

/// `\left\{\begin{array}`: whether the rows of an environment follow a brace that is not closed behind them.
fn opens_system(rest: &str) -> bool {
    let Some(tail) = rest[1..].trim_start().strip_prefix("\\begin{") else { return false };
    let Some((name, tail)) = tail.split_once('}') else { return false };
    let Some((rows, behind)) = tail.split_once(&format!("\\end{{{name}}}")) else { return false };
    let behind = behind.trim_start();
    let behind = behind.strip_prefix("\\right").map_or(behind, str::trim_start);
    let rows_only = matches!(name, "array" | "aligned" | "align" | "align*" | "gathered" | "matrix");
    rows_only && !rows.contains("\\begin") && !behind.starts_with("\\}") && !behind.starts_with("\\rbrace")
}

/// Whether an expression of units may begin with a command.
fn may_begin_units(name: &str) -> bool {
    matches!(
        name,
        "text"
            | "mathrm"
            | "textrm"
            | "textnormal"
            | "mbox"
            | "rm"
            | "frac"
            | "dfrac"
            | "tfrac"
            | "mu"
            | "Omega"
            | "AA"
            | "mathring"
            | "r"
    )
}

/// Whether a command known by name follows: `\\frac` for `\frac`.
fn over_escaped(rest: &str) -> bool {
    let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    length > 1 && command(&rest[..length]).is_some()
}
