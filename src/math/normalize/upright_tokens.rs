//! The tokens of an expression of units: names, powers, blanks and signs.
//!
//! Accepts: known units in a font, with a Greek prefix or the name of an ohm or an ångström, °C, whole powers up to nine.
//! Refuses: letters without a font, names that are no known unit, and `in`, which is a word as well.

use super::upright_units::{FONTS, Reader};
use crate::math::named_units;
use crate::math::unicode;
use crate::math::units;

/// Blanks, besides white space.
const BLANKS: &[&str] = &["~", "\\,", "\\;", "\\:", "\\ ", "\\!", "\\quad", "\\thinspace"];

impl<'s> Reader<'s> {
    /// The name of a unit: letters in a font, or a Greek letter with or without a prefix.
    pub(super) fn name(&mut self) -> Option<String> {
        let start = self.rest;
        let prefix = if self.upright && start.starts_with(['k', 'M', 'm', 'G']) { &start[..1] } else { "" };
        let ohm = ["\\Omega", "Ω", "\u{2126}"].iter().find_map(|name| {
            let tail = start[prefix.len()..].trim_start();
            tail.strip_prefix(name).filter(|tail| !tail.starts_with(|c: char| c.is_ascii_alphabetic()))
        });
        if let Some(tail) = ohm {
            self.rest = tail;
            self.composed |= !prefix.is_empty();
            return Some(format!("{prefix}Ω"));
        }
        if self.strip_any(&["\\AA", "\\mathring{A}", "\\mathring{\\mathrm{A}}", "\\r{A}", "\u{212b}", "Å"]) {
            self.composed |= !start.starts_with('Å');
            return Some("Å".to_owned());
        }
        if self.strip_any(&["^\\circ", "^{\\circ}", "°"]) {
            return self.celsius();
        }
        let mut name = String::new();
        if self.strip_any(&["\\mu", "μ", "µ"]) {
            name.push('μ');
            self.strip_any(&["{}"]);
            self.skip_white();
            // `\mu\text{s}`
            if !self.upright {
                let rest = FONTS.iter().find_map(|font| self.command(font))?;
                self.rest = rest.trim_start().strip_prefix('{')?;
                self.skip_white();
                name.push_str(self.letters());
                self.skip_white();
                self.rest = self.rest.strip_prefix('}')?;
                return units::is_upright(&name).then_some(name);
            }
        } else if !self.upright {
            return None;
        }
        name.push_str(self.letters());
        if let Some(pair) = self.second_word(&name) {
            return Some(pair);
        }
        (name != "in" && units::is_upright(&name)).then_some(name)
    }

    /// The name of two words that begins with a word: `mm Hg`, `degrees Celsius`.
    fn second_word(&mut self, first: &str) -> Option<String> {
        let rest = self.rest.strip_prefix([' ', '~', '-'])?;
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let pair = format!("{first} {}", &rest[..end]);
        let joined = named_units::joined(&pair);
        if !self.upright || joined == pair || joined.contains(' ') {
            return None;
        }
        self.rest = &rest[end..];
        Some(joined.into_owned())
    }

    /// The C of `°C`, in its own font or that of the sign.
    fn celsius(&mut self) -> Option<String> {
        self.skip_white();
        let font = if self.upright { None } else { FONTS.iter().find_map(|font| self.command(font)) };
        if let Some(rest) = font {
            self.rest = rest.trim_start();
            // Other units may follow in the same font: they are not looked for.
            self.rest = self.rest.strip_prefix("{C}")?;
        } else {
            self.rest = self.rest.strip_prefix('C').filter(|_| self.upright)?;
        }
        (!self.rest.starts_with(|c: char| c.is_ascii_alphabetic())).then(|| "celsius".to_owned())
    }

    fn letters(&mut self) -> &'s str {
        let length = self.rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (letters, rest) = self.rest.split_at(length);
        self.rest = rest;
        letters
    }

    /// The power behind a unit, 1 where there is none.
    pub(super) fn power(&mut self) -> Option<i32> {
        let raised: String = self
            .rest
            .chars()
            .map_while(|c| unicode::script_digit(c).filter(|_| !"₀₁₂₃₄₅₆₇₈₉".contains(c)))
            .map(|(_, c)| c)
            .collect();
        if !raised.is_empty() {
            self.rest = self.rest.trim_start_matches(unicode::is_script);
            return raised.parse().ok().filter(|power: &i32| power.abs() <= 9);
        }
        let rest = self.rest.trim_start();
        let Some(exponent) = rest.strip_prefix('^') else { return Some(1) };
        let exponent = exponent.trim_start();
        let (digits, tail) = match exponent.strip_prefix('{') {
            Some(inner) => inner.split_once('}')?,
            // In a text the whole number is raised, in a formula its first digit.
            None if self.upright => {
                let signs = exponent.len() - exponent.trim_start_matches(['-', '−']).len();
                let end = signs + exponent[signs..].bytes().take_while(u8::is_ascii_digit).count();
                exponent.split_at(end)
            }
            None => exponent.split_at(exponent.chars().next().map_or(0, char::len_utf8)),
        };
        let power: i32 = digits.trim().replace('−', "-").parse().ok()?;
        self.rest = tail;
        self.composed |= self.upright;
        (power != 0 && power.abs() <= 9).then_some(power)
    }

    /// The text behind a command and before its argument.
    pub(super) fn command(&self, name: &str) -> Option<&'s str> {
        let rest = self.rest.strip_prefix('\\')?.strip_prefix(name)?;
        rest.trim_start().starts_with('{').then_some(rest)
    }

    pub(super) fn strip_any(&mut self, names: &[&str]) -> bool {
        for name in names {
            let Some(rest) = self.rest.strip_prefix(name) else { continue };
            let letter = name.starts_with('\\') && name.ends_with(|c: char| c.is_ascii_alphabetic());
            if letter && rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
                continue;
            }
            self.rest = rest;
            return true;
        }
        false
    }

    pub(super) fn strip_word(&mut self, word: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(word).filter(|rest| rest.starts_with(' ')) else { return false };
        self.rest = rest.trim_start();
        true
    }

    pub(super) fn skip_white(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Skips blanks; returns whether any of them is displayed.
    pub(super) fn skip_blanks(&mut self) -> bool {
        let mut seen = false;
        loop {
            let white = self.rest.len();
            self.skip_white();
            // White space is displayed in a text, and separates words of units in a font.
            seen |= self.upright && self.rest.len() < white;
            if !self.strip_any(BLANKS) {
                return seen;
            }
            seen = true;
        }
    }

    /// Whether only blanks stand before the end of a group or of the text.
    pub(super) fn at_end(&mut self) -> bool {
        let before = self.rest;
        self.skip_blanks();
        let end = self.rest.is_empty() || self.rest.starts_with(['}', ')']) || self.rest.starts_with("\\right)");
        self.rest = before;
        end
    }
}
