//! Units of the SI with their prefixes, and the commands of `siunitx`.
//!
//! Accepts: the symbols (`mA`, `kΩ`, `μm`) and names (`milliampere`) of units that take prefixes, with the case of their
//! letters; `\SI{5}{m/s}`, `\qty{5}{\metre\per\second}`, `\unit{kg}`. Units and prefixes that are also common letters of formulas
//! (`cd`, `MB`, `us`) are units only in a font or as a whole word. Refuses: two prefixes, a prefix alone.

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

/// Units that only a font or a whole word shows to be units: symbol, name, size as a multiple of a power of ten, and the symbols of
/// their prefixes.
type Upright = (&'static str, &'static str, (i64, i32), Dimension, &'static [&'static str]);

const SMALL: &[&str] = &["n", "μ", "µ", "u", "m"];
const MIDDLE: &[&str] = &["m", "k", "M"];
const LARGE: &[&str] = &["k", "M", "G", "T", "P", "E"];
const OF_ENERGY: &[&str] = &["m", "k", "M", "G", "T"];
const OF_DOSE: &[&str] = &["n", "μ", "µ", "u", "m", "c", "k"];

const UPRIGHT: &[Upright] = &[
    ("cd", "candela", (1, 0), &[("candela", 1)], MIDDLE),
    ("lm", "lumen", (1, 0), &[("lumen", 1)], MIDDLE),
    ("lx", "lux", (1, 0), &[("lumen", 1), ("m", -2)], MIDDLE),
    ("kat", "katal", (1, 0), &[("mole", 1), ("s", -1)], SMALL),
    ("Gy", "gray", (1, 0), &[("m", 2), ("s", -2)], OF_DOSE),
    ("Sv", "sievert", (1, 0), &[("m", 2), ("s", -2)], OF_DOSE),
    ("cal", "calorie", (4184, 0), &[("g", 1), ("m", 2), ("s", -2)], OF_ENERGY),
    ("rad", "radian", (1, 0), &[("radian", 1)], SMALL),
    ("Wh", "watthour", (36, 5), &[("g", 1), ("m", 2), ("s", -2)], OF_ENERGY),
    ("bit", "bit", (1, 0), &[("bit", 1)], LARGE),
    ("bps", "", (1, 0), &[("bit", 1), ("s", -1)], LARGE),
    ("B", "byte", (8, 0), &[("bit", 1)], LARGE),
    ("", "ton", (1, 6), &[("g", 1)], &["k", "M", "G"]),
    ("", "tonne", (1, 6), &[("g", 1)], &["k", "M", "G"]),
];

/// Spellings of [`UPRIGHT`] that are other words, too: `5 gray cats`, option B, a time of day.
const OTHER_WORDS: &[&str] = &["gray", "Gray", "B", "am", "pm"];

/// Prefixes that are read as those of a unit only in a font or as a whole word: symbol, name, power of ten, and the symbols of the
/// units with which the symbol stands (none: with all).
const UPRIGHT_PREFIXES: &[(&str, &str, i32, &[&str])] = &[
    ("a", "atto", -18, &["g", "J", "L", "mol", "F"]),
    ("u", "micro", -6, &[]),
    ("da", "deca", 1, &["m", "g", "L", "l", "N", "J", "Pa"]),
    ("da", "deka", 1, &["m", "g", "L", "l", "N", "J", "Pa"]),
    ("P", "peta", 15, &["m", "g", "J", "W", "Hz", "eV", "Pa", "Bq"]),
    ("E", "exa", 18, &["m", "g", "J", "W", "Hz", "eV", "Pa", "Bq"]),
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

/// A spelling of a unit: its size as a multiple of a power of ten of base units, their powers, and the symbol without a prefix.
type Spelling = ((i64, i32), Dimension, &'static str);

/// The spellings of [`UNITS`]. Most words of an answer are no unit, and one look shows it.
static SPELLINGS: LazyLock<HashMap<String, Spelling>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    let mut add = |word: String, power: i32, (symbol, .., dimension): &Row| {
        // `pm` is a time of day.
        if word != "pm" {
            all.entry(word).or_insert(((1, power), *dimension, *symbol));
        }
    };
    UNITS.iter().for_each(|row| add(row.0.to_owned(), row.2, row));
    for (prefix, prefix_name, power) in PREFIXES {
        UNITS.iter().for_each(|row| add(format!("{prefix}{}", row.0), power + row.2, row));
        // `Mohms` is written, too; the case of the symbol counts.
        for (prefix, row) in [prefix_name, prefix].into_iter().flat_map(|prefix| UNITS.iter().map(move |row| (prefix, row))) {
            names(row.1).for_each(|name| add(format!("{prefix}{name}"), power + row.2, row));
        }
    }
    for row in UNITS {
        names(row.1).for_each(|name| add(name, row.2, row));
    }
    all
});

/// The spellings that only a font or a whole word shows to be units.
static UPRIGHT_SPELLINGS: LazyLock<HashMap<String, Spelling>> = LazyLock::new(|| {
    let mut all: HashMap<String, Spelling> = HashMap::new();
    let mut add = |word: String, spelling: Spelling| {
        if !word.is_empty() && !OTHER_WORDS.contains(&word.as_str()) {
            all.entry(word).or_insert(spelling);
        }
    };
    for (symbol, name, power, dimension) in UNITS {
        for (prefix, prefix_name, of_prefix, symbols) in UPRIGHT_PREFIXES {
            let spelling = ((1, power + of_prefix), *dimension, *symbol);
            if symbols.is_empty() || symbols.contains(symbol) {
                add(format!("{prefix}{symbol}"), spelling);
            }
            names(name).for_each(|name| add(format!("{prefix_name}{name}"), spelling));
        }
    }
    for (symbol, name, (multiple, power), dimension, prefixes) in UPRIGHT {
        let spelling = |of_prefix: i32| ((*multiple, power + of_prefix), *dimension, *symbol);
        std::iter::once((*symbol).to_owned()).chain(names(name)).for_each(|word| add(word, spelling(0)));
        // Short names are not looked for in small letters: `Bits`.
        names(name).for_each(|name| add(name[..1].to_ascii_uppercase() + &name[1..], spelling(0)));
        let further = UPRIGHT_PREFIXES.iter().map(|(prefix, name, power, _)| (prefix, name, power));
        for (prefix, prefix_name, of_prefix) in PREFIXES.iter().map(|(prefix, name, power)| (prefix, name, power)).chain(further) {
            if prefixes.contains(prefix) && !symbol.is_empty() {
                add(format!("{prefix}{symbol}"), spelling(*of_prefix));
            }
            if prefixes.contains(prefix) {
                names(name).for_each(|name| add(format!("{prefix_name}{name}"), spelling(*of_prefix)));
            }
            // `Mbits`, `ktons`; `flux` is a word.
            if prefixes.contains(prefix) && matches!(*prefix, "k" | "M" | "G" | "T") {
                names(name).for_each(|name| add(format!("{prefix}{name}"), spelling(*of_prefix)));
            }
        }
    }
    all
});

/// A name and its plural: `henry`, `henrys`, `henries`.
fn names(name: &str) -> impl Iterator<Item = String> {
    let irregular = name.strip_suffix('y').filter(|stem| !stem.ends_with('a')).map(|stem| format!("{stem}ies"));
    let all = [Some(name.to_owned()), Some(format!("{name}s")), irregular];
    all.into_iter().flatten().filter(move |_| !name.is_empty())
}

/// The unit of a symbol or name, with or without a prefix: its size in base units, and their powers.
pub fn unit(word: &str) -> Option<(BigRational, Dimension)> {
    SPELLINGS.get(word).map(sized)
}

/// Whether a word is the symbol or name of a unit.
pub fn is_unit(word: &str) -> bool {
    SPELLINGS.contains_key(word)
}

/// As [`unit`], for letters that are a unit in a font or as a whole word.
pub fn upright(word: &str) -> Option<(BigRational, Dimension)> {
    UPRIGHT_SPELLINGS.get(word).map(sized)
}

/// The symbol, without a prefix, of a spelling of a unit.
pub fn symbol(word: &str) -> Option<&'static str> {
    SPELLINGS.get(word).or_else(|| UPRIGHT_SPELLINGS.get(word)).map(|(.., symbol)| *symbol)
}

/// Whether letters are the symbol of a unit in any case: `pa`, `HZ`.
pub fn is_symbol_in_some_case(word: &str) -> bool {
    let of = |symbol: &str| symbol.eq_ignore_ascii_case(word);
    UNITS.iter().any(|row| of(row.0)) || UPRIGHT.iter().any(|row| of(row.0))
}

/// The word behind the name of a prefix: `dollars` in `kilodollars`.
pub fn behind_prefix(word: &str) -> Option<&str> {
    let all = PREFIXES.iter().map(|row| row.1).chain(UPRIGHT_PREFIXES.iter().map(|row| row.1));
    all.into_iter().find_map(|name| word.strip_prefix(name)).filter(|rest| rest.len() > 2)
}

fn sized(((multiple, power), dimension, _): &Spelling) -> (BigRational, Dimension) {
    (BigRational::from_integer(BigInt::from(*multiple)) * power_of_ten(*power), *dimension)
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
            name if PREFIXES.iter().any(|row| row.1 == name) || UPRIGHT_PREFIXES.iter().any(|row| row.1 == name) => prefix = name,
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
        assert_eq!(size("henries"), size("H"));
    }

    #[test]
    fn letters_of_formulas_are_units_in_a_font_only() {
        let size = |word: &str| upright(word).map(|(size, _)| size);
        for (word, other) in [("kB", "kilobytes"), ("us", "dekameters"), ("mcd", "millicandelas"), ("PJ", "petajoules")] {
            assert!(size(word).is_some() && size(other).is_some() && unit(word).is_none(), "{word}, {other}");
        }
        assert_eq!(size("Mcal"), size("megacalories"));
        assert_eq!(size("Bits"), size("bit"));
        for word in ["B", "dB", "flux", "gray", "am", "as", "pm", "PM", "exams", "futon", "mbit", "Grad", "Gcd", "Bps", "kilos", ""]
        {
            assert_eq!(size(word), None, "{word}");
        }
        assert_eq!(behind_prefix("kilodollars"), Some("dollars"));
        assert_eq!(behind_prefix("exams"), None);
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
