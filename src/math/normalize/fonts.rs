//! Reads commands that change the appearance of their argument: words, fonts, accents.
//!
//! Accepts: `\text{…}` as words, upright letters as units, words or functions, bold letters and letters under an accent
//! as separate symbols. Refuses: an accent over more than a name, a bold style without a symbol.

use std::borrow::Cow;

use super::{Open, Refusal, Scanner, unit_letters};
use crate::math::functions;
use crate::math::symbols::{Command, command, is_greek};
use crate::math::units;
use crate::math::words::{self, WordKind};

/// Longest name under an accent, in bytes.
const MAX_MARKED: usize = 24;

impl Scanner<'_> {
    pub(super) fn text_argument(&mut self) -> Result<(), Refusal> {
        let rest = self.rest();
        let tail = rest.trim_start();
        if !tail.starts_with('{') {
            return self.refuse("`\\text` without its braces");
        }
        self.at += rest.len() - tail.len() + 1;
        // A choice letter or a single symbol in `\text{}` is read as it is without `\text{}`.
        let inner = tail[1..].trim_start();
        // After a unit the letter is another unit.
        let measures = ["\"", "\"*", "\"/"].iter().any(|end| self.out.ends_with(end));
        let letter = !measures
            && inner.trim_start_matches('(').bytes().next().filter(u8::is_ascii_alphabetic).is_some()
            && inner.trim_start_matches('(').bytes().skip(1).find(|b| *b != b' ' && *b != b')' && *b != b'.') == Some(b'}');
        // `3+2\sqrt3\text{ m}`: the m is a unit, also behind a sum.
        let unit =
            letter && !self.letters_are_symbols && units::is_upright(&inner[..1]) && self.after_number() && !self.among_symbols();
        self.unit_letters |= unit;
        let letter = letter && !unit || (!measures && lists_options(inner));
        self.open("", Open::Text(self.text_mode));
        self.text_mode = !letter;
        self.space = true;
        Ok(())
    }

    /// Whether a number or a group was written last.
    fn after_number(&self) -> bool {
        self.out.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '}' | ')'))
    }

    /// Whether the formula so far contains a symbol: the h of `\pi r^2 h` is then another symbol, not an hour.
    fn among_symbols(&self) -> bool {
        let formula = self.out.rsplit(['=', '<', '>', ',', ';', '"']).next().unwrap_or("");
        let mut command = false;
        let mut before = 0;
        let letters = formula.bytes().any(|b| {
            command = b == b'\\' || (command && b.is_ascii_alphabetic());
            // The e of `5e-12` is part of the number.
            let exponent = b == b'e' && u8::is_ascii_digit(&before);
            before = b;
            b.is_ascii_alphabetic() && !command && !exponent
        });
        // Greek letters and `\hbar` are symbols, π is a number.
        let greek = |rest: &str| {
            let name = &rest[..rest.bytes().take_while(u8::is_ascii_alphabetic).count()];
            is_greek(name) || name == "hbar"
        };
        letters || formula.split('\\').skip(1).any(greek)
    }

    /// `\mathrm{cm}`, `\operatorname{lcm}`: letters become a word or a function; other contents are a group.
    pub(super) fn style_argument(&mut self, name: &str) -> Result<(), Refusal> {
        let rest = self.rest();
        let tail = rest.trim_start();
        // `\operatorname*{argmax}`: the star places bounds and has no meaning of its own.
        let tail = if name == "operatorname" { tail.strip_prefix('*').map_or(tail, str::trim_start) } else { tail };
        if !tail.starts_with('{') {
            return Ok(());
        }
        let Some(end) = balanced(tail) else { return self.refuse("a brace is never closed") };
        let inner = tail[1..end].trim();
        let measures = self.after_number() || unit_letters::is_behind_unit(&self.out);
        let letters = inner.bytes().all(|b| b.is_ascii_alphabetic() || b == b' ' || b == b'.');
        if !letters || !inner.bytes().any(|b| b.is_ascii_alphabetic()) {
            // `9.8\,\mathrm{m/s^2}`: units are words.
            if measures && name != "mathit" && units::is_expression(inner) {
                self.at += rest.len() - tail.len() + 1;
                self.open("", Open::Text(self.text_mode));
                self.text_mode = true;
                self.space = true;
            }
            return Ok(());
        }
        self.at += rest.len() - tail.len() + end + 1;
        if inner.len() == 1 {
            // `5\,\mathrm{m}`: upright letters are units, slanted ones are symbols. An answer may leave out the font, so
            // that it is also read with a symbol.
            let unit = measures && name != "mathit" && units::is_upright(inner);
            self.unit_letters |= unit;
            if unit && !self.letters_are_symbols {
                self.word(inner, 0);
            } else {
                self.put_letter(char::from(inner.as_bytes()[0]));
            }
            return Ok(());
        }
        // Slanted and bold letters are symbols as a rule: `2\mathit{mg}` may be a mass or a force.
        if matches!(name, "mathit" | "mathbf") && measures && units::is_known(inner) {
            self.bare_unit(inner, true);
        }
        // `8\,\mathrm{min}`
        if matches!(inner, "min" | "sec") && measures && unit_letters::is_end(self.rest()) {
            self.word(inner, 0);
            return Ok(());
        }
        if let Some(function) = functions::of_function_command(inner)
            && self.argument_follows()
            && !(measures && name != "operatorname" && !self.rest().trim_start().starts_with('('))
        {
            return self.named(function);
        }
        if let WordKind::Function(function) = words::classify(inner, true, false, false) {
            return self.named(function);
        }
        // `\frac12\mathrm{mv}^2`: symbols in another font, not a unit.
        let symbols = inner.len() == 2 && !inner.contains(['.', ' ']) && !units::is_known(inner);
        // `2.5\ \mathrm{AU}`: a unit that only a font shows, or, behind a decimal and a blank, an abbreviation that is not known.
        let unit = measures && units::is_upright(inner) || self.is_label_behind_number();
        let label = symbols && !matches!(name, "mathit" | "mathbf") && unit;
        self.unit_letters |= label;
        if symbols && self.after_operand() && (!label || self.letters_are_symbols) {
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

    /// Whether letters that come next stand behind a decimal and a blank and end its value.
    fn is_label_behind_number(&self) -> bool {
        self.space && unit_letters::is_literal(&self.out) && unit_letters::is_end(self.rest())
    }

    /// Whether an operand can begin here. A function's name in a font is a function only in front of one: `5^{\operatorname{th}}`,
    /// `V_{\operatorname{int}}` and `30\operatorname{deg}` have words.
    fn argument_follows(&self) -> bool {
        let next = self.rest().trim_start().bytes().next();
        next.is_some_and(|b| {
            !matches!(
                b,
                b'}' | b')' | b']' | b',' | b';' | b'.' | b':' | b'=' | b'+' | b'-' | b'*' | b'/' | b'<' | b'>' | b'&' | b'$'
            )
        })
    }

    /// `\mathbf{F}`, `\boldsymbol\omega`: a separate symbol; bold words and numbers are read as words and numbers.
    pub(super) fn bold_argument(&mut self) -> Result<(), Refusal> {
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
        let indexed = || inner.split_once('_').is_some_and(|(letter, index)| is_letter(letter) && is_index(index));
        let symbol = match named {
            Some(name) => matches!(command(name), Some(Command::Symbol(_))),
            None => inner.len() == 1 && inner.as_bytes()[0].is_ascii_alphabetic() || indexed(),
        };
        if symbol {
            self.at += skipped + length;
            self.mark("b", inner);
            return Ok(());
        }
        if tail.starts_with('{') { self.style_argument("mathbf") } else { self.refuse("a style over more than a symbol") }
    }

    /// `\vec{v}`, `\overline{AB}`, `\mathbb{R}`: a separate symbol.
    pub(super) fn accent(&mut self, name: &str) -> Result<(), Refusal> {
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
        let inner = match unstyled(inner) {
            "\\imath" => "i",
            "\\jmath" => "j",
            inner => inner,
        };
        let plain = !inner.is_empty()
            && inner.len() <= MAX_MARKED
            && inner.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'\\' | b' ' | b'\''));
        if !plain {
            return self.refuse(&format!("`\\{name}` over more than a name"));
        }
        self.at += skipped + length;
        // The wide accents have the same meaning as the narrow ones.
        let mark = match name {
            "overrightarrow" => "vec",
            // Over one letter the two bars are one mark.
            "overline" if is_letter(inner) => "bar",
            "widehat" => "hat",
            "widetilde" => "tilde",
            name => name,
        };
        self.mark(mark, &without_blanks(inner));
        Ok(())
    }

    /// Writes a marked symbol. `\vec{E_0}` is `\vec{E}_0`: the index of a single letter stands behind its mark.
    fn mark(&mut self, mark: &str, symbol: &str) {
        let (symbol, index) = match symbol.split_once('_') {
            Some((letter, index)) if is_letter(letter) && is_index(index) => (letter, Some(index)),
            _ => (symbol, None),
        };
        self.put("\\acc{");
        self.put(mark);
        self.put(":");
        self.put(symbol);
        self.put("}");
        if let Some(index) = index {
            self.put("_{");
            self.put(index);
            self.put("}");
        }
    }
}

/// Whether a text in words up to its brace is a list of options: `\text{A, C}`, `\text{B and D}`.
fn lists_options(text: &str) -> bool {
    let Some((text, _)) = text.split_once('}') else { return false };
    let mut options = 0;
    let parts = text.split([',', ' ']).filter(|part| !part.is_empty() && *part != "and");
    let all = parts.into_iter().all(|part| {
        options += 1;
        part.len() == 1 && part.as_bytes()[0].is_ascii_uppercase()
    });
    all && options > 1 && (text.contains(',') || text.contains(" and "))
}

/// A name without its blanks, which are not displayed; one stays where it ends the name of a command.
fn without_blanks(name: &str) -> Cow<'_, str> {
    if !name.contains(' ') {
        return name.into();
    }
    let mut bare = String::with_capacity(name.len());
    for part in name.split(' ').filter(|part| !part.is_empty()) {
        let command = bare.rsplit_once('\\').is_some_and(|(_, tail)| tail.bytes().all(|b| b.is_ascii_alphabetic()));
        if command && part.starts_with(|c: char| c.is_ascii_alphabetic()) {
            bare.push(' ');
        }
        bare.push_str(part);
    }
    bare.into()
}

/// The position where the brace at the beginning of a text is closed.
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

/// Whether an index is one letter or a number.
fn is_index(index: &str) -> bool {
    is_letter(index) || (!index.is_empty() && index.len() <= 2 && index.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a name is a single letter, Latin or Greek.
fn is_letter(name: &str) -> bool {
    let (letters, most) = name.strip_prefix('\\').map_or((name, 1), |letters| (letters, MAX_MARKED));
    (1..=most).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_alphabetic())
}

/// The symbol in `\mathbf{x}` or `\mathbf x`: under an accent the font has no further meaning.
fn unstyled(inner: &str) -> &str {
    let styles = ["\\mathbf", "\\boldsymbol", "\\bm", "\\mathrm"];
    let Some(rest) = styles.into_iter().find_map(|style| inner.strip_prefix(style)) else { return inner };
    let rest = rest.trim();
    rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).map_or(rest, str::trim)
}
