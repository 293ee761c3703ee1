//! Reads a whole expression of units whose letters all stand in an upright font: `\frac{\text{m}}{\text{s}^2}`,
//! `\mathrm{W\,m^{-1}\,K^{-1}}`, `\text{J/(mol·K)}`, `\mathrm{k}\Omega`.
//!
//! Accepts: products, quotients, fractions, brackets and powers of known units behind a number, up to the end of its value.
//! Refuses: letters without a font (they may be symbols), a product after a slash (`J/mol·K` has two readings), groups
//! without a blank between them that join to another unit (`\mathrm{m}\mathrm{s}` displays ms).

use super::Scanner;
use super::unit_letters;
use crate::math::units;

/// Most units of one expression.
const MAX_UNITS: usize = 12;
/// Deepest nesting of groups, brackets and fractions.
const MAX_DEPTH: usize = 6;

/// Commands with an upright argument.
pub(super) const FONTS: &[&str] = &["text", "mathrm", "textrm", "textnormal", "mbox", "rm"];
/// Commands of a fraction.
const FRACTIONS: &[&str] = &["frac", "dfrac", "tfrac"];
/// Blanks at the ends of the argument of a font.
const BLANK_ENDS: [char; 2] = ['~', ' '];
/// Signs of a product.
const TIMES: &[&str] = &["\\cdot", "\\times", "*", "·", "⋅", "×", "\u{2022}"];

/// A unit and its power.
type Factor = (String, i32);

/// What was read, and how it was written.
#[derive(Default)]
struct Reading {
    factors: Vec<Factor>,
    /// There is more than one word in one font, with a power behind it at most.
    composed: bool,
    /// The blank behind the last factor.
    apart: bool,
}

/// Reads units from a text; see [`super::upright_tokens`] for their names, powers and blanks.
pub(super) struct Reader<'s> {
    pub(super) rest: &'s str,
    depth: usize,
    /// Inside the argument of a font.
    pub(super) upright: bool,
    /// As in [`Reading`].
    pub(super) composed: bool,
}

impl Scanner<'_> {
    /// Reads an expression of units at this place; returns whether there was one.
    pub(super) fn upright_units(&mut self) -> bool {
        // The letters may be meant as symbols in another font: an answer with units is also read without this rule.
        if self.text_mode || self.expanding || self.letters_are_symbols || !unit_letters::is_whole_value(&self.out) {
            return false;
        }
        let Some((reading, length)) = read(self.rest()) else { return false };
        let behind = &self.rest()[length..];
        // `\text{ m/s}\text{ north}`: words that belong to the unit.
        let words = FONTS.iter().any(|font| behind.trim_start().strip_prefix('\\').is_some_and(|rest| rest.starts_with(font)));
        if !reading.composed || words || !unit_letters::is_end(behind) {
            return false;
        }
        self.unit_letters = true;
        self.at += length;
        for (place, (name, power)) in reading.factors.iter().enumerate() {
            if place > 0 {
                self.put("*");
            }
            self.word(name, 0);
            if *power != 1 {
                self.put(&format!("^{{{power}}}"));
            }
        }
        self.space = true;
        true
    }
}

/// The units at the beginning of a text, and the length of their expression.
fn read(text: &str) -> Option<(Reading, usize)> {
    let mut reader = Reader { rest: text, depth: 0, upright: false, composed: false };
    let mut reading = reader.product(true)?;
    reading.composed = reader.composed || reading.factors.len() > 1;
    Some((reading, text.len() - reader.rest.len()))
}

impl<'s> Reader<'s> {
    /// Factors up to the end of the group, or, outside of groups, up to the first thing that is no unit. `outside`: outside
    /// of groups.
    fn product(&mut self, outside: bool) -> Option<Reading> {
        let mut reading = Reading::default();
        // After a slash: the units below it, and whether they are one bracket.
        let (mut below, mut closed) = (false, false);
        loop {
            let before = self.rest;
            let apart = self.skip_blanks();
            let times = !reading.factors.is_empty() && self.strip_any(TIMES);
            let over = !times && !reading.factors.is_empty() && self.strip_any(&["/", "\\/", "per "]);
            if times || over {
                self.skip_blanks();
            }
            let raised = self.raising_word();
            let start = self.rest;
            let Some((mut factors, bracket)) = self.factor(over) else {
                // What is no unit ends the expression outside of groups, and makes a group no unit.
                let ends = outside && !times && !over && raised == 1;
                self.rest = before;
                return if ends && !reading.factors.is_empty() { Some(reading) } else { None };
            };
            let inside = start.split_once('{').map_or("", |(_, inside)| inside);
            let blank = apart || reading.apart || inside.starts_with(BLANK_ENDS) || inside.starts_with("\\,");
            let glued = !(blank || times || over || reading.factors.is_empty());
            if glued && joins(reading.factors.last(), factors.first()) {
                return None;
            }
            if over {
                below = true;
            } else if below && (times || closed || factors.iter().any(|(_, power)| *power < 0)) {
                return None;
            }
            closed = below && bracket;
            let sign = if below { -1 } else { 1 };
            factors.iter_mut().for_each(|(_, power)| *power *= sign * raised);
            reading.factors.append(&mut factors);
            let written = &start[..start.len() - self.rest.len()];
            reading.apart = written.trim_end_matches('}').ends_with(BLANK_ENDS);
            if reading.factors.len() > MAX_UNITS {
                return None;
            }
            if self.depth > 0 && self.at_end() {
                return Some(reading);
            }
        }
    }

    /// The power in a word before a unit: `square meters`.
    fn raising_word(&mut self) -> i32 {
        if !self.upright {
            return 1;
        }
        let words = [("square", 2), ("sq", 2), ("cubic", 3), ("cu", 3)];
        words.into_iter().find_map(|(word, power)| self.strip_word(word).then_some(power)).unwrap_or(1)
    }

    /// One unit, fraction, bracket or font with its power, and whether it is a bracket. `over`: a slash stands before it.
    fn factor(&mut self, over: bool) -> Option<(Vec<Factor>, bool)> {
        let fraction = FRACTIONS.iter().find_map(|name| self.command(name));
        if let Some(rest) = fraction {
            self.rest = rest;
            self.composed = true;
            let mut top = self.group('{', '}', self.upright)?;
            let low = self.group('{', '}', self.upright)?;
            top.extend(low.into_iter().map(|(name, power)| (name, -power)));
            return Some((top, true));
        }
        if let Some(rest) = FONTS.iter().find_map(|name| self.command(name)) {
            self.rest = rest;
            return self.in_font();
        }
        // `\mathrm{J}/(\mathrm{kg}\cdot\mathrm{K})`: in the bracket every unit has a font of its own.
        if over && self.rest.starts_with("\\left(") {
            self.rest = &self.rest["\\left".len()..];
        }
        if (self.upright || over) && self.rest.starts_with('(') {
            self.composed = true;
            let mut inner = self.group('(', ')', self.upright)?;
            let power = self.power()?;
            inner.iter_mut().for_each(|(_, of)| *of *= power);
            return Some((inner, true));
        }
        let name = self.name()?;
        let power = self.power()?;
        Some((vec![(name, power)], false))
    }

    /// The argument of a font, whose power belongs to its last unit. A prefix may be in a font of its own: `\mathrm{k}\Omega`.
    fn in_font(&mut self) -> Option<(Vec<Factor>, bool)> {
        let start = self.rest;
        let inside = self.rest.trim_start().strip_prefix('{')?;
        let prefix = inside.trim_start().find('}').map(|end| inside.trim_start()[..end].trim());
        if let Some(prefix) = prefix.filter(|prefix| matches!(*prefix, "k" | "M" | "m" | "G")) {
            self.rest = &inside[inside.find('}')? + 1..];
            self.skip_white();
            if self.strip_any(&["\\Omega", "Ω", "\u{2126}"]) && !self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
                self.composed = true;
                let power = self.power()?;
                return Some((vec![(format!("{prefix}Ω"), power)], false));
            }
            self.rest = start;
        }
        let composed = self.composed;
        let body = start.trim_start();
        // An open bracket may be closed outside of the font: `\text{W/(m}^2\cdot\text{K}^4)`.
        let Some(mut factors) = self.group('{', '}', true) else {
            self.composed = composed;
            self.rest = body;
            return self.open_bracket().map(|factors| (factors, true));
        };
        let text = body[1..body.len() - self.rest.len() - 1].trim();
        let word = text.chars().all(|c| c.is_ascii_alphabetic());
        self.composed |= !word;
        let power = self.power()?;
        // `\text{(m/s)}^2`: the power is that of the bracket, and one power has no other.
        let raised = |c: char| c.is_ascii_digit() || matches!(c, ')' | '}' | '²' | '³');
        if power != 1 && text.ends_with(raised) {
            return None;
        }
        let (_, last) = factors.last_mut()?;
        *last *= power;
        Some((factors, false))
    }

    /// `{ W/(m}^2\cdot\text{K}^4)`: units over a bracket that is opened in a font and closed behind it.
    fn open_bracket(&mut self) -> Option<Vec<Factor>> {
        let inside = self.rest.strip_prefix('{')?;
        let (head, tail) = inside.split_at(inside.find('}')?);
        let (above, first) = head.split_once("/(")?;
        if above.contains(['(', '/']) || first.contains(['(', ')', '/', '{']) {
            return None;
        }
        let close = tail.find(')')?;
        let middle = &tail[..close];
        // The font in which it is closed: `\text{J/(mol}\cdot\text{K)}`.
        let open = middle.matches('{').count() + 1 > middle.matches('}').count();
        if middle.contains('(') {
            return None;
        }
        let below = format!("\\mathrm{{{first}{middle}{}", if open { "}" } else { "" });
        let top = format!("\\mathrm{{{above}}}");
        let mut nested = Reader { rest: &top, depth: self.depth + 1, upright: false, composed: true };
        let mut factors = nested.all()?;
        let mut nested = Reader { rest: &below, depth: self.depth + 1, upright: false, composed: true };
        factors.extend(nested.all()?.into_iter().map(|(name, power)| (name, -power)));
        self.rest = &tail[close + 1..];
        if open {
            self.rest = self.rest.strip_prefix('}')?;
        }
        self.composed = true;
        // A power behind the bracket has no place in a font.
        (!self.rest.starts_with('^')).then_some(factors)
    }

    /// The units of a whole text.
    fn all(&mut self) -> Option<Vec<Factor>> {
        if self.depth > MAX_DEPTH {
            return None;
        }
        let reading = self.product(false)?;
        Some(reading.factors)
    }

    /// The units between two brackets, with everything between them.
    fn group(&mut self, open: char, close: char, upright: bool) -> Option<Vec<Factor>> {
        self.skip_white();
        self.rest = self.rest.strip_prefix(open)?;
        if self.depth == MAX_DEPTH {
            return None;
        }
        let outer = std::mem::replace(&mut self.upright, upright);
        self.depth += 1;
        let reading = self.product(false);
        self.depth -= 1;
        self.upright = outer;
        self.skip_blanks();
        self.strip_any(&["\\right"]);
        self.rest = self.rest.strip_prefix(close)?;
        Some(reading?.factors)
    }
}

/// Whether two units without a blank between them look like one other unit.
fn joins(left: Option<&Factor>, right: Option<&Factor>) -> bool {
    match (left, right) {
        (Some((left, 1)), Some((right, _))) => units::is_upright(&format!("{left}{right}")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    fn units(text: &str) -> Option<String> {
        let (reading, length) = read(text)?;
        assert_eq!(length, text.trim_end().len(), "{text}");
        let factors = reading.factors.iter();
        Some(factors.map(|(name, power)| format!("{name}{power}")).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn units_in_fonts_are_read_with_their_powers() {
        for (text, expected) in [
            (r"\frac{\text{m}}{\text{s}^2}", "m1 s-2"),
            (r"\mathrm{\frac{m}{s}}", "m1 s-1"),
            (r"\mathrm{W\,m^{-1}\,K^{-1}}", "W1 m-1 K-1"),
            (r"\text{ J/(mol·K)}", "J1 mol-1 K-1"),
            (r"\text{ J/(mol K)}", "J1 mol-1 K-1"),
            (r"\text{ W/(m}^2\cdot\text{K}^4)", "W1 m-2 K-4"),
            (r"\text{ N·m}^2/\text{kg}^2", "N1 m2 kg-2"),
            (r"\mathrm{~m} \mathrm{~s}^{-2}", "m1 s-2"),
            (r"\mathrm{~m~s^{-2}}", "m1 s-2"),
            (r"\mathrm{\mu s}", "μs1"),
            (r"\mathrm{k}\Omega", "kΩ1"),
            (r"\mathrm{k\Omega}", "kΩ1"),
            (r"\Omega\,\text{m}", "Ω1 m1"),
            (r"\text{newtons per square meter}", "newtons1 meter-2"),
            (r"\text{square meters}", "meters2"),
            (r"\text{J/(mol}\cdot\text{K)}", "J1 mol-1 K-1"),
            (r"\text{J/(kg}\cdot^\circ\text{C)}", "J1 kg-1 celsius-1"),
            (r"\text{ J/(kg·°C)}", "J1 kg-1 celsius-1"),
            (r"\mathrm{J}/(\mathrm{kg}\cdot\mathrm{K})", "J1 kg-1 K-1"),
            (r"\mathrm{J}/\left(\mathrm{kg}\cdot\mathrm{K}\right)", "J1 kg-1 K-1"),
        ] {
            assert_eq!(units(text).as_deref().unwrap_or("none"), expected, "{text}");
        }
    }

    #[test]
    fn letters_without_a_font_and_two_readings_are_refused() {
        for text in [
            r"\text{ J/mol·K}",
            r"\text{ (m/s)}^2",
            r"\text{ per square meter}",
            r"\mathrm{m}\mathrm{s}",
            r"\frac{m}{s}",
            r"\frac{3\mathrm{m}}{2}",
            r"\text{ km north}",
            r"\text{ m/(s)}/(x)",
            r"\mathrm{m^{x}}",
            r"\mathrm{m^{1/2}}",
            r"\text{apples}",
            r"\text{ }",
            r"\text{ m/(s",
            r"\mathrm{J}/(kg)",
            r"\mathrm{J}/(\mathrm{kg}\cdot m)",
        ] {
            assert!(units(text).is_none(), "{text}");
        }
    }
}
