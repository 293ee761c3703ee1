//! Decides whether one bare letter behind a number is a unit: the m of `5 m`.
//!
//! Accepts: a letter behind a numeral that is the whole value, with nothing but units after it: `5 m`, `9.8 m s^{-2}`,
//! `x = \frac12 m`. Refuses: a letter behind a sum (`5 + 3 m`), in a fraction or a root (`\frac{5}{10 m}`), or beside
//! other symbols (`2 m g h`): there it is a symbol. An answer with such a unit is also read with a symbol in its place,
//! see [`super::normalize_symbols`].

use crate::math::units;

/// Commands of a value that is a number: any other command before the letter makes the letter a symbol.
const OF_NUMBERS: &[&str] = &["frac", "sqrt", "pi"];

/// Most units of a product whose letters have no font.
const MAX_FACTORS: usize = 8;

/// What may follow the units of a value.
const ENDS: &[&str] = &[
    ",", ";", ":", ".", "=", "<", ">", ")", "]", "}", "$", "|", "!", "?", "\\right", "\\}", "\\)", "\\]", "\\\\", "\\text",
    "\\mathrm", "\\mbox", "\\quad", "\\qquad", "\\approx", "≈", "\\leq", "\\geq", "\\le", "\\ge", "\\lt", "\\gt",
];

/// Whether a letter is a unit. `out`: the normalised text before it; `behind`: the source after it.
pub fn is_unit(letter: &str, out: &str, behind: &str) -> bool {
    (units::is_unit_word(letter) || units::is_symbol(letter))
        && (continues_units(letter, out, behind) || is_numeral(value_before(out)))
        && ends_value(letter, behind)
}

/// A unit that begins with a Greek letter, or is one: `\mu m`, `μF`, `k\Omega`. Returns its symbol and its length in the
/// source.
pub fn greek(out: &str, rest: &str) -> Option<(String, usize)> {
    let strip = |text: &str, names: &[&str]| names.iter().find(|name| text.starts_with(**name)).map(|name| name.len());
    let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '{', '}']).len();
    let (mut symbol, mut at) = (String::new(), 0);
    if let Some(length) = strip(rest, &["\\mu", "μ", "µ"]) {
        at += length;
        at += blanks(&rest[at..]);
        let font = strip(&rest[at..], &["\\text{", "\\mathrm{"]).unwrap_or(0);
        at += font + blanks(&rest[at + font..]);
        let letters = rest[at..].bytes().take_while(u8::is_ascii_alphabetic).count();
        symbol.push('μ');
        symbol.push_str(&rest[at..at + letters]);
        at += letters;
        if font > 0 {
            at += strip(&rest[at..], &["}"])?;
        }
    } else {
        let prefix = strip(rest, &["k", "M", "m", "G"]).unwrap_or(0);
        symbol.push_str(&rest[..prefix]);
        at += prefix + blanks(&rest[prefix..]);
        at += strip(&rest[at..], &["\\Omega", "Ω", "\u{2126}"])?;
        symbol.push('Ω');
    }
    let behind = &rest[at..];
    let whole = !behind.starts_with(|c: char| c.is_ascii_alphabetic());
    (whole && units::is_known(&symbol) && is_numeral(value_before(out)) && ends_value(&symbol, behind)).then_some((symbol, at))
}

/// Whether units follow a unit's word up to the end of the value, with powers: the `^2` of `5 cm^2`.
pub fn is_raised(word: &str, out: &str, behind: &str) -> bool {
    power(behind).is_some() && is_whole_value(out) && ends_value(word, behind)
}

/// Whether nothing follows that could belong to the value, except a number of smaller units: `1 h 30 min`.
pub fn is_end(behind: &str) -> bool {
    let next = behind.trim_start();
    next.is_empty() || ENDS.iter().any(|end| next.starts_with(end)) || is_measured(next)
}

/// Whether the formula before a place is a number, which a unit may follow.
pub fn is_whole_value(out: &str) -> bool {
    is_numeral(value_before(out))
}

/// Whether a number and its unit come before a place: another unit may follow, the m of `5\,\mathrm{kW}\,\mathrm{m}^{-2}`.
pub fn is_behind_unit(out: &str) -> bool {
    let Some((before, words)) = out.strip_suffix('"').and_then(|out| out.rsplit_once('"')) else { return false };
    let last = words.rsplit([' ', '/', '*']).next().unwrap_or(words);
    units::is_upright(last) && is_whole_value(before)
}

/// Whether the formula before a place is a decimal literal: `2.5`, `-300`.
pub fn is_literal(out: &str) -> bool {
    let value = value_before(out);
    // `1,5 million`: the comma may be a decimal point.
    let comma = out.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').ends_with(',');
    let digits = value.strip_prefix('-').unwrap_or(value);
    !comma && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && digits.ends_with(|c: char| c.is_ascii_digit())
}

/// Longest value, in bytes, that a unit may follow: looking for the beginning of a longer one at each of many units would take
/// quadratic time.
const MAX_VALUE: usize = 256;

/// The formula before a place, from the last relation or separator on; empty where it is longer than [`MAX_VALUE`].
fn value_before(out: &str) -> &str {
    let start = out.floor_char_boundary(out.len().saturating_sub(MAX_VALUE));
    let near = &out[start..];
    let mut value = near.rsplit(['=', '<', '>', ',', ';', ':', '"']).next().unwrap_or("");
    if value.contains('\\') {
        value = ["\\and", "\\or", "\\in"].iter().fold(value, |value, joint| value.rsplit(joint).next().unwrap_or(value));
    }
    if start > 0 && value.len() == near.len() { "" } else { value.trim() }
}

/// Whether a text is a number, perhaps behind opening brackets of a tuple or a set.
fn is_numeral(value: &str) -> bool {
    let inner = ["(", "[", "\\{"].iter().find_map(|open| value.strip_prefix(open));
    is_whole_numeral(value) || inner.is_some_and(|inner| is_whole_numeral(inner.trim_start()))
}

/// Whether a text is a number, without a sum outside of brackets and without open brackets.
fn is_whole_numeral(value: &str) -> bool {
    let value = value.strip_prefix(['-', '+']).or_else(|| value.strip_prefix("\\pm")).unwrap_or(value);
    let (mut depth, mut digits, mut rest) = (0_usize, false, value);
    while let Some(first) = rest.chars().next() {
        rest = &rest[first.len_utf8()..];
        match first {
            '0'..='9' => digits = true,
            '{' | '(' => depth += 1,
            '}' | ')' => match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return false,
            },
            '+' | '-' if depth == 0 => return false,
            '.' | ' ' | '/' | '^' | '*' | '#' | '+' | '-' => {}
            // The exponent of a literal: `1e5`.
            'e' if depth == 0 && rest.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                rest = rest.strip_prefix('-').unwrap_or(rest);
            }
            '\\' => {
                let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
                if !OF_NUMBERS.contains(&&rest[..length]) {
                    return false;
                }
                digits |= &rest[..length] == "pi";
                rest = &rest[length..];
            }
            _ => return false,
        }
    }
    digits && depth == 0
}

/// Whether a letter follows a unit and has a negative power, the s of `m s^{-1}`, or a product sign before it, the m of
/// `N \cdot m`, or is the metre of `N m`.
fn continues_units(letter: &str, out: &str, behind: &str) -> bool {
    if letter == "m" && out.ends_with("\"N\"") || is_multiplied(out) {
        return true;
    }
    let unit = out.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '^' | '{' | '}' | '-'));
    let product = !unit.rsplit('"').nth(1).is_some_and(|words| words.contains('/'));
    unit.ends_with('"') && product && power(behind).is_some_and(|power| power.starts_with('-'))
}

/// Whether units with a product sign behind each come before a place: the s of `N \cdot m \cdot s` follows two.
pub fn is_multiplied(out: &str) -> bool {
    let mut rest = out;
    for _ in 0..MAX_FACTORS {
        let Some(product) = rest.strip_suffix('*') else { return false };
        let unit = product.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '^' | '{' | '}' | '-'));
        let Some((before, word)) = unit.strip_suffix('"').and_then(|unit| unit.rsplit_once('"')) else { return false };
        if !units::is_upright(word) || is_whole_value(before) {
            return units::is_upright(word);
        }
        rest = before;
    }
    false
}

/// Whether only units stand between a place and the end of the value.
fn ends_value(letter: &str, behind: &str) -> bool {
    let (mut rest, mut below) = (after_power(behind), false);
    loop {
        let next = rest.trim_start_matches([' ', '~', '\t', '\n']);
        let next = ["\\,", "\\;", "\\ ", "\\!"].iter().fold(next, |next, space| next.trim_start_matches(space)).trim_start();
        let sign = ["/", "*", "\\cdot", "·", "⋅"].iter().find_map(|sign| next.strip_prefix(sign));
        let word = sign.unwrap_or(next).trim_start();
        let length = word.bytes().take_while(u8::is_ascii_alphabetic).count();
        if length == 0 {
            return sign.is_none() && is_end(next);
        }
        let (word, tail) = word.split_at(length);
        let joined = sign.is_some() || power(tail).is_some_and(|power| power.starts_with('-')) || (letter == "N" && word == "m");
        let measured = joined && units::is_known(word);
        // `J/kg K` has two readings.
        let slash = next.starts_with('/');
        if measured && below && !slash {
            return false;
        }
        if measured {
            below |= slash;
            rest = after_power(tail);
        } else {
            // `5 m high`, `3 s or 4 s`: a word ends the value.
            return sign.is_none() && length > 1;
        }
    }
}

/// Whether a number with a unit comes next: the `30 min` of `1 h 30 min`.
fn is_measured(text: &str) -> bool {
    let behind = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let unit = behind.trim_start();
    let unit = ["\\text{", "\\mathrm{"].iter().find_map(|font| unit.strip_prefix(font)).unwrap_or(unit).trim_start();
    let length = unit.bytes().take_while(u8::is_ascii_alphabetic).count();
    behind.len() < text.len() && units::is_known(&unit[..length])
}

/// The whole number in a power at the beginning: `^2`, `^{-1}`, `²`.
fn power(text: &str) -> Option<&str> {
    let exponent = text.strip_prefix('^')?;
    let exponent = match exponent.strip_prefix('{') {
        Some(inner) => &inner[..inner.find('}')?],
        None => &exponent[..exponent.len() - exponent.trim_start_matches(|c: char| c == '-' || c.is_ascii_digit()).len()],
    };
    let exponent = exponent.trim();
    let digits = exponent.strip_prefix('-').unwrap_or(exponent);
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(exponent)
}

/// The text after a power at its beginning, or the text.
fn after_power(text: &str) -> &str {
    if let Some(raised) = text.strip_prefix(['²', '³']) {
        return raised;
    }
    if power(text).is_none() {
        return text;
    }
    match text.strip_prefix("^{") {
        Some(inner) => inner.split_once('}').map_or(text, |(_, rest)| rest),
        None => text[1..].trim_start_matches(|c: char| c == '-' || c.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::is_unit;

    #[test]
    fn a_letter_behind_a_numeral_that_is_the_whole_value_is_a_unit() {
        for (before, behind) in [
            ("5", ""),
            ("-5", "."),
            ("x=\\frac{1}{2}", ""),
            ("1.5*10^{-3}", "^{2}"),
            ("2\\sqrt{3}", "\\,s^{-1}"),
            ("(5", ", 3 m)"),
            ("9.8", "/s^2"),
            ("5", " high"),
            ("(2+\\sqrt{3})", ""),
        ] {
            assert!(is_unit("m", before, behind), "{before} m{behind}");
        }
    }

    #[test]
    fn a_letter_in_a_formula_is_a_symbol() {
        for (before, behind) in [
            ("5+3", ""),
            ("\\frac{5}{10", "}"),
            ("63/(10", ")"),
            ("\\sqrt{2", " g h}"),
            ("16", "^{2}-8 m n"),
            ("2", " g h"),
            ("5", " + 3 m"),
            ("\\zeta(5/2)", ""),
            ("x2", ""),
            ("5", "(x+1)"),
            ("", ""),
        ] {
            assert!(!is_unit("m", before, behind), "{before} m{behind}");
        }
    }
}
