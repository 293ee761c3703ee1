//! Units of the SI with their prefixes, and the commands of `siunitx`.
//!
//! Accepts: the symbols (`mA`, `kΩ`, `μm`) and names (`milliampere`) of units that take prefixes, with the case of their
//! letters; `\SI{5}{m/s}`, `\qty{5}{\metre\per\second}`, `\unit{kg}`. Refuses: two prefixes, a prefix alone.

use std::collections::HashMap;
use std::sync::LazyLock;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Pow};

use super::symbols::has_command;

/// Powers of the base units, sorted by name.
pub type Dimension = &'static [(&'static str, i32)];

/// A unit: its symbol, its name, and what it is in base units (a power of ten of them).
type Row = (&'static str, &'static str, i32, Dimension);

/// Units that take prefixes. The base unit of mass is the gram.
const UNITS: &[Row] = &[
    ("m", "meter", 0, &[("m", 1)]),
    ("m", "metre", 0, &[("m", 1)]),
    ("g", "gram", 0, &[("g", 1)]),
    ("s", "second", 0, &[("s", 1)]),
    ("A", "ampere", 0, &[("ampere", 1)]),
    ("K", "kelvin", 0, &[("kelvin", 1)]),
    ("mol", "mole", 0, &[("mole", 1)]),
    ("L", "liter", -3, &[("m", 3)]),
    ("L", "litre", -3, &[("m", 3)]),
    ("l", "liter", -3, &[("m", 3)]),
    ("Hz", "hertz", 0, &[("s", -1)]),
    ("Bq", "becquerel", 0, &[("s", -1)]),
    ("N", "newton", 3, &[("g", 1), ("m", 1), ("s", -2)]),
    ("J", "joule", 3, &[("g", 1), ("m", 2), ("s", -2)]),
    ("W", "watt", 3, &[("g", 1), ("m", 2), ("s", -3)]),
    ("Pa", "pascal", 3, &[("g", 1), ("m", -1), ("s", -2)]),
    ("bar", "bar", 8, &[("g", 1), ("m", -1), ("s", -2)]),
    ("C", "coulomb", 0, &[("ampere", 1), ("s", 1)]),
    ("V", "volt", 3, &[("ampere", -1), ("g", 1), ("m", 2), ("s", -3)]),
    ("Ω", "ohm", 3, &[("ampere", -2), ("g", 1), ("m", 2), ("s", -3)]),
    ("ohm", "ohm", 3, &[("ampere", -2), ("g", 1), ("m", 2), ("s", -3)]),
    ("S", "siemens", -3, &[("ampere", 2), ("g", -1), ("m", -2), ("s", 3)]),
    ("F", "farad", -3, &[("ampere", 2), ("g", -1), ("m", -2), ("s", 4)]),
    ("H", "henry", 3, &[("ampere", -2), ("g", 1), ("m", 2), ("s", -2)]),
    ("Wb", "weber", 3, &[("ampere", -1), ("g", 1), ("m", 2), ("s", -2)]),
    ("T", "tesla", 3, &[("ampere", -1), ("g", 1), ("s", -2)]),
    ("eV", "electronvolt", 0, &[("electron volt", 1)]),
];

/// Prefixes: symbol, name, power of ten.
const PREFIXES: &[(&str, &str, i32)] = &[
    ("f", "femto", -15),
    ("p", "pico", -12),
    ("n", "nano", -9),
    ("μ", "micro", -6),
    ("µ", "micro", -6),
    ("m", "milli", -3),
    ("c", "centi", -2),
    ("d", "deci", -1),
    ("h", "hecto", 2),
    ("k", "kilo", 3),
    ("M", "mega", 6),
    ("G", "giga", 9),
    ("T", "tera", 12),
];

/// Every spelling, with its size as a power of ten of base units. Most words of an answer are no unit, and one look shows it.
static SPELLINGS: LazyLock<HashMap<String, (i32, Dimension)>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    let mut add = |word: String, power: i32, (.., dimension): &Row| {
        // `pm` is a time of day.
        if word != "pm" {
            all.entry(word).or_insert((power, *dimension));
        }
    };
    UNITS.iter().for_each(|row| add(row.0.to_owned(), row.2, row));
    for (prefix, prefix_name, power) in PREFIXES {
        UNITS.iter().for_each(|row| add(format!("{prefix}{}", row.0), power + row.2, row));
        // `Mohms` is written, too; the case of the symbol counts.
        for (prefix, row) in [prefix_name, prefix].into_iter().flat_map(|prefix| UNITS.iter().map(move |row| (prefix, row))) {
            add(format!("{prefix}{}", row.1), power + row.2, row);
            add(format!("{prefix}{}s", row.1), power + row.2, row);
        }
    }
    for row in UNITS {
        add(row.1.to_owned(), row.2, row);
        add(format!("{}s", row.1), row.2, row);
    }
    all
});

/// The unit of a symbol or name, with or without a prefix: its size in base units, and their powers.
pub fn unit(word: &str) -> Option<(BigRational, Dimension)> {
    SPELLINGS.get(word).map(|(power, dimension)| (power_of_ten(*power), *dimension))
}

/// Whether a word is the symbol or name of a unit.
pub fn is_unit(word: &str) -> bool {
    SPELLINGS.contains_key(word)
}

fn power_of_ten(exponent: i32) -> BigRational {
    let power = BigRational::from_integer(Pow::pow(BigInt::from(10), exponent.unsigned_abs()));
    if exponent < 0 { BigRational::one() / power } else { power }
}

/// The text with the commands of `siunitx` written out: `\SI{5}{\metre\per\second}` as `5\text{ metre/second}`. `None`
/// where there are none, or one of them cannot be read.
pub fn written_out(source: &str) -> Option<String> {
    if !["\\SI{", "\\qty{", "\\unit{", "\\si{"].iter().any(|command| has_command(source, command)) {
        return None;
    }
    let mut out = String::with_capacity(source.len() + 16);
    let mut rest = source;
    while let Some(start) = rest.find('\\') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        if let Some(tail) = ["\\SI", "\\qty"].iter().find_map(|name| rest.strip_prefix(name)).filter(|tail| tail.starts_with('{')) {
            let (number, tail) = group(tail)?;
            let (unit, tail) = group(tail)?;
            // Digits before the command would join its number.
            if !is_numeral(number) || out.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '^' | '_' | '-')) {
                return None;
            }
            out.push_str(&format!("{number}\\text{{ {}}}", plain(unit)?));
            rest = tail;
        } else if let Some(tail) =
            ["\\unit", "\\si"].iter().find_map(|name| rest.strip_prefix(name)).filter(|tail| tail.starts_with('{'))
        {
            let (unit, tail) = group(tail)?;
            out.push_str(&format!("\\text{{ {}}}", plain(unit)?));
            rest = tail;
        } else {
            out.push('\\');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    Some(out)
}

/// Whether a text is one numeral: digits with a point, a sign and an exponent.
fn is_numeral(text: &str) -> bool {
    let text = text.trim();
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let digits = |part: &str, points: usize| {
        let part = part.strip_prefix(['-', '+']).unwrap_or(part);
        part.starts_with(|c: char| c.is_ascii_digit())
            && part.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && part.matches('.').count() <= points
    };
    digits(mantissa, 1) && digits(exponent, 0)
}

/// The contents of a group without groups inside, and the text behind it.
fn group(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('{')?;
    let end = inner.find(['{', '}'])?;
    inner[end..].strip_prefix('}').map(|rest| (&inner[..end], rest))
}

/// A unit in words: `\kilo\metre\per\second\squared` as `kilometre/second^2`, `m.s^{-1}` as `m*s^{-1}`.
fn plain(unit: &str) -> Option<String> {
    if !unit.contains('\\') {
        return Some(unit.replace(['.', '~'], "*"));
    }
    let (mut out, mut prefix, mut below, mut power) = (String::new(), "", false, "");
    for name in unit.split('\\').skip(1) {
        let name = name.trim();
        match name {
            "per" => below = true,
            "squared" => out.push_str("^2"),
            "cubed" => out.push_str("^3"),
            "square" => power = "^2",
            "cubic" => power = "^3",
            "celsius" | "degreeCelsius" | "degree" | "percent" => return None,
            name if PREFIXES.iter().any(|row| row.1 == name) => prefix = name,
            name if name.bytes().all(|b| b.is_ascii_lowercase()) && !name.is_empty() => {
                if !out.is_empty() {
                    out.push(if below { '/' } else { '*' });
                } else if below {
                    return None;
                }
                out.push_str(prefix);
                out.push_str(name);
                out.push_str(power);
                (prefix, power, below) = ("", "", false);
            }
            _ => return None,
        }
    }
    (!out.is_empty() && prefix.is_empty() && !below).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_power_of_ten() {
        let size = |word: &str| unit(word).map(|(size, _)| size);
        assert_eq!(size("mA"), size("milliamperes"));
        assert_eq!(size("km"), Some(power_of_ten(3)));
        assert_eq!(size("μF"), Some(power_of_ten(-9)));
        assert_eq!(size("V"), Some(power_of_ten(3)));
        for word in ["kk", "k", "kkm", "Km", "milli", "apples", "pm", "", "mkm"] {
            assert_eq!(size(word), None, "{word}");
        }
    }

    #[test]
    fn commands_of_siunitx_are_written_out() {
        assert_eq!(written_out(r"\SI{5}{m/s}").as_deref(), Some(r"5\text{ m/s}"));
        assert_eq!(
            written_out(r"x=\qty{5e3}{\kilo\metre\per\second\squared}").as_deref(),
            Some(r"x=5e3\text{ kilometre/second^2}")
        );
        assert_eq!(written_out(r"\qty{5}{}"), Some(r"5\text{ }".to_owned()));
        for text in [r"\SI{5", r"2\SI{5}{m}", r"1,\SI{500}{m}", r"\SI{2+3}{m}", r"\SI{5(2)}{m}", r"-\SI{2}{m}"] {
            assert_eq!(written_out(text), None, "{text}");
        }
        assert_eq!(written_out(r"\frac12"), None);
    }
}
