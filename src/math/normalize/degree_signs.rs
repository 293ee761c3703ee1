//! Reads what a degree sign behind a number begins: a temperature, or minutes and seconds of an angle.
//!
//! Accepts: `25^\circ\text{C}`, `77°F`, `30^\circ15'`, `30°15′20″`, at the end of a value. Refuses: letters behind the degrees
//! of a formula (`\sin 30^\circ C`), where they are symbols, and minutes behind anything but a whole number of degrees.

use super::Scanner;
use super::unit_letters;

/// Blanks between a degree sign and what follows it.
const BLANKS: &[&str] = &["~", "\\,", "\\;", "\\ ", "\\!", "\\:"];
/// The marks of seconds and of minutes; those of seconds begin like those of minutes.
const SECONDS: &[&str] = &["''", "′′", "’’", "″", "”", "\"", "^{\\prime\\prime}", "^{\\prime \\prime}", "^{''}", "\\prime\\prime"];
const MINUTES: &[&str] = &["'", "′", "’", "^{\\prime}", "^\\prime", "^{'}"];

impl Scanner<'_> {
    /// Writes a degree sign, or the unit that it begins.
    pub(super) fn degree_sign(&mut self) {
        if !(self.expanding || self.temperature() || self.minutes()) {
            self.put("@");
        }
    }

    /// The letter of a scale behind the sign.
    fn temperature(&mut self) -> bool {
        if !unit_letters::is_whole_value(&self.out) {
            return false;
        }
        let Some((scale, length)) = scale(self.rest(), self.text_mode) else { return false };
        if !unit_letters::is_end(&self.rest()[length..]) {
            return false;
        }
        self.at += length;
        self.word(scale, 0);
        true
    }

    /// Minutes and seconds: `30"degree"15"arcminute"`, which are read like hours and minutes.
    fn minutes(&mut self) -> bool {
        let degrees = self.out.len() - self.out.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let whole = degrees > 0 && !self.out[..self.out.len() - degrees].ends_with('.') && unit_letters::is_literal(&self.out);
        let Some((parts, length)) = minutes_and_seconds(self.rest()).filter(|_| whole) else { return false };
        if !unit_letters::is_end(&self.rest()[length..]) {
            return false;
        }
        self.at += length;
        self.word("degree", 0);
        for (number, unit) in parts {
            self.put_number(number);
            self.word(unit, 0);
        }
        true
    }
}

/// The scale of a temperature at the beginning of a text, and its length.
fn scale(text: &str, upright: bool) -> Option<(&'static str, usize)> {
    let blanks = |rest: &str| text_after(rest, BLANKS).len();
    let mut rest = &text[text.len() - blanks(text)..];
    let font = ["\\text", "\\mathrm", "\\textrm", "\\rm", "\\mbox", "\\textnormal", ""]
        .iter()
        .find_map(|font| rest.strip_prefix(font)?.trim_start().strip_prefix('{'));
    let open = font.filter(|_| !upright);
    rest = open.unwrap_or(rest);
    rest = rest.trim_start_matches([' ', '~']);
    let mut letters = rest.chars();
    let name = match letters.next()? {
        'C' => "celsius",
        'F' => "fahrenheit",
        _ => return None,
    };
    rest = letters.as_str();
    if rest.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    if open.is_some() {
        rest = rest.trim_start().strip_prefix('}')?;
    }
    // `30^\circ C^2`, `30^\circ C_1`
    (!rest.starts_with(['^', '_', '\''])).then_some((name, text.len() - rest.len()))
}

/// The minutes and seconds at the beginning of a text, with their units, and their length.
fn minutes_and_seconds(text: &str) -> Option<(Vec<(&str, &'static str)>, usize)> {
    let mut parts = Vec::new();
    let mut rest = text;
    for (unit, marks) in [("arcminute", MINUTES), ("arcsecond", SECONDS)] {
        let start = text_after(rest, BLANKS);
        let digits = start.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let (number, behind) = start.split_at(digits);
        let behind = behind.trim_start();
        let seconds = SECONDS.iter().find(|mark| behind.starts_with(**mark));
        let mark =
            if unit == "arcminute" && seconds.is_some() { None } else { marks.iter().find(|mark| behind.starts_with(**mark)) };
        let below = number.parse::<f64>().is_ok_and(|number| number < 60.0) && !number.starts_with('.') && !number.ends_with('.');
        if let Some(mark) = mark.filter(|_| below) {
            parts.push((number, unit));
            rest = &behind[mark.len()..];
        }
    }
    (!parts.is_empty()).then(|| (parts, text.len() - rest.len()))
}

/// A text without the blanks at its beginning.
fn text_after<'t>(text: &'t str, blanks: &[&str]) -> &'t str {
    let mut rest = text.trim_start();
    while let Some(tail) = blanks.iter().find_map(|blank| rest.strip_prefix(blank)) {
        rest = tail.trim_start();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::{minutes_and_seconds, scale};

    #[test]
    fn a_letter_behind_a_degree_sign_is_a_scale() {
        for text in ["C", r"\text{C}", r"\,\mathrm{C}", r"\text{ C}", "{C}", " C", r"~\mathrm{C}"] {
            assert_eq!(scale(text, false), Some(("celsius", text.len())), "{text}");
        }
        for text in ["", "Cx", "C_1", r"\text{Cats}", "K", r"\text{C", "CD"] {
            assert_eq!(scale(text, false), None, "{text}");
        }
    }

    #[test]
    fn primes_behind_degrees_are_minutes_and_seconds() {
        assert_eq!(minutes_and_seconds("15'"), Some((vec![("15", "arcminute")], 3)));
        assert_eq!(minutes_and_seconds(" 15' 20''").map(|found| found.0), Some(vec![("15", "arcminute"), ("20", "arcsecond")]));
        assert_eq!(minutes_and_seconds("20''").map(|found| found.0), Some(vec![("20", "arcsecond")]));
        for text in ["", "15", "75'", "x'", "'", "15."] {
            assert_eq!(minutes_and_seconds(text), None, "{text}");
        }
    }
}
