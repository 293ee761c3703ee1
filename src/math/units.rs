//! Units of measurement: which words are units, and how the units convert.
//!
//! Accepts: lengths, areas, volumes, masses, times, speeds, angles, force, energy, power, pressure, money and a few
//! more, in words or abbreviations, with powers and `per`. Refuses: temperatures in degrees (they do not convert by a
//! factor). A phrase that is not a known unit is a label and is compared as words.

use num_bigint::BigInt;
use num_rational::BigRational;

use super::named_units;
use super::si::{self, Dimension};

/// A known unit: a factor times powers of base units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// How many base units it is.
    pub factor: BigRational,
    /// Powers of the base units, sorted by name.
    pub dimension: Vec<(&'static str, i32)>,
}

/// Whether a sequence of letters is the name or abbreviation of a unit. Outside of words `eV` is e·V, and capitals are
/// constants or points; see [`is_symbol`].
pub fn is_unit_word(word: &str) -> bool {
    let capital = word.len() == 1 && matches!(word, "K" | "A" | "C" | "F" | "H" | "S" | "T");
    !(word == "eV" || capital || is_symbol(word))
        && (is_known(word) || is_bare_name(word) || matches!(word, "sq" | "cu" | "square" | "cubic" | "per"))
}

/// Names of [`named_units`] that are words without a font, too.
fn is_bare_name(word: &str) -> bool {
    word.len() > 4 && word.is_ascii() && (named_units::entry(word).is_some() || in_upright(word).is_some())
}

/// Whether letters without a font may be the name or symbol of a unit: `K`, `mA`, `mol`.
pub fn is_known(word: &str) -> bool {
    listed(word).is_some() || si::is_unit(word) || in_another_case(word).is_some()
}

/// Whether a word is the name or symbol of a unit where its font says that it is a word: `\text{T}`, `\mathrm{AU}`.
pub fn is_upright(word: &str) -> bool {
    is_known(word) || named_units::entry(word).is_some() || in_upright(word).is_some()
}

/// Whether bare letters are the symbol of a unit that a formula may also mean as a product: `mA`, `kT`, `eV`, `dB`,
/// `lbs`.
pub fn is_symbol(word: &str) -> bool {
    matches!(word, "eV" | "dB" | "lbs" | "hrs" | "yrs")
        || (2..=4).contains(&word.len()) && si::is_unit(word) && listed(word).is_none()
}

/// Whether a text is an expression of units in LaTeX: `m/s^2`, `kg\cdot m^{-1}`.
pub fn is_expression(text: &str) -> bool {
    let text = text.replace("\\cdot", "*").replace("\\,", " ");
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).peekable();
    let marks = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'*' | b'/' | b'^' | b'{' | b'}' | b'-'));
    marks && words.peek().is_some() && words.all(is_upright)
}

/// Whether a phrase consists of units and still is no unit, because a product after a slash has two readings:
/// `J/mol*K`.
pub fn has_two_readings(phrase: &str, power: i32) -> bool {
    let unit = |(word, _): (&str, _)| {
        let name = word.split('^').next().unwrap_or(word);
        is_upright(name) || name == "per"
    };
    phrase.contains(['*', '/']) && pieces(phrase).all(unit) && read(phrase, power).is_none()
}

/// The unit of a currency sign.
pub fn currency(sign: char) -> Option<&'static str> {
    Some(match sign {
        '$' => "dollar",
        '¢' => "cent",
        '€' => "euro",
        '£' => "sterling",
        '¥' => "yen",
        '₹' => "rupee",
        '₽' => "ruble",
        _ => return None,
    })
}

/// Whether a base unit is money; the unit of an amount of money may be left out.
pub fn is_money(dimension: &str) -> bool {
    matches!(dimension, "dollar" | "euro" | "sterling" | "yen" | "rupee" | "ruble")
}

/// Whether two phrases have units of one dimension for different quantities: hertz and becquerels, grays and sieverts.
pub fn are_apart(one: &str, other: &str) -> bool {
    let has = |phrase: &str, symbol: &str| {
        pieces(phrase).any(|(word, _)| {
            let word = word.split('^').next().unwrap_or(word);
            let word = if matches!(word, "Ci" | "curie" | "curies") { "Bq" } else { word };
            si::symbol(word).or_else(|| si::symbol(&word.to_ascii_lowercase())) == Some(symbol)
        })
    };
    let apart = |(a, b): &(&str, &str)| has(one, a) && has(other, b) || has(one, b) && has(other, a);
    [("Hz", "Bq"), ("Gy", "Sv")].iter().any(apart)
}

/// Whether money stands beside another unit, which is no unit but a multiple: `K dollars`, `dollars m`.
pub fn scales_money(phrase: &str) -> bool {
    let money = |word: &str| any(word).is_some_and(|(_, of)| of.iter().any(|(base, _)| is_money(base)));
    let other = |word: &str| word != "in" && !money(word) && any(word).is_some();
    let words: Vec<(&str, Option<char>)> = pieces(phrase).filter(|(word, _)| !word.is_empty()).collect();
    words.windows(2).any(|pair| {
        let beside = matches!(pair[0].1, Some(' ' | '*' | '-'));
        beside && (money(pair[0].0) && other(pair[1].0) || other(pair[0].0) && money(pair[1].0))
    })
}

/// Picometres, whose symbol is also that of a time of day: [`read`] refuses it.
pub fn picometres() -> Unit {
    Unit { factor: BigRational::new(BigInt::from(1), BigInt::from(1_000_000_000_000_i64)), dimension: vec![("m", 1)] }
}

/// Reads a phrase such as `square feet`, `cm`, `miles per hour`, `m/s`, `kg*m^2/s`; `power` is the power written after
/// its last word. Units after a slash are in the denominator. A product after a slash (`J/mol*K`) has two readings and
/// gives `None`, as two words for a power do (`cubic square meters`), and such a word or a `per` without a unit behind it.
pub fn read(phrase: &str, power: i32) -> Option<Unit> {
    let mut unit = Unit { factor: BigRational::from_integer(BigInt::from(1)), dimension: Vec::new() };
    let (mut sign, mut next) = (1, 1);
    let mut last: Option<(BigRational, Dimension, i32)> = None;
    let phrase = named_units::joined(phrase);
    if scales_money(&phrase) {
        return None;
    }
    let mut words = pieces(&phrase).peekable();
    let mut open = false;
    while let Some((word, joint)) = words.next() {
        match word {
            "" => {}
            "square" | "sq" | "cubic" | "cu" if next > 1 => return None,
            "square" | "sq" => next = 2,
            "cubic" | "cu" => next = 3,
            "per" if open || next > 1 => return None,
            "per" => (sign, open) = (-1, true),
            "squared" | "cubed" => {
                let (ratio, dimension, exponent) = last.take()?;
                let more = exponent * if word == "squared" { 1 } else { 2 };
                unit.times(&ratio, dimension, more);
                last = Some((ratio, dimension, exponent + more));
            }
            word => {
                let (name, written) = match word.split_once('^') {
                    Some((name, written)) => (name, written.parse().ok()?),
                    None => (word, if words.peek().is_none() { power } else { 1 }),
                };
                let (ratio, dimension) = any(name)?;
                let exponent = sign * next * written;
                unit.times(&ratio, dimension, exponent);
                last = Some((ratio, dimension, exponent));
                (next, open) = (1, false);
            }
        }
        match joint {
            Some('/') => sign = -1,
            Some('*') if sign < 0 => return None,
            _ => {}
        }
    }
    last.filter(|_| next == 1 && !open).map(|_| unit.of_differences())
}

/// The words of a phrase, each with the sign behind it. The minus of `kg^-1` is no sign between words.
fn pieces(phrase: &str) -> impl Iterator<Item = (&str, Option<char>)> {
    let mut rest = Some(phrase).filter(|phrase| !phrase.is_empty());
    std::iter::from_fn(move || {
        let text = rest?;
        let joint =
            |(place, sign): &(usize, char)| matches!(sign, ' ' | '*' | '/') || *sign == '-' && !text[..*place].ends_with('^');
        let Some((end, sign)) = text.char_indices().find(joint) else {
            rest = None;
            return Some((text, None));
        };
        rest = Some(&text[end + 1..]).filter(|tail| !tail.is_empty());
        Some((&text[..end], Some(sign)))
    })
}

impl Unit {
    fn times(&mut self, ratio: &BigRational, dimension: &[(&'static str, i32)], exponent: i32) {
        self.factor *= pow(ratio, exponent);
        for &(base, power) in dimension {
            add(&mut self.dimension, base, power * exponent);
        }
    }

    /// A degree Celsius among other units is a difference of temperatures, and these are the same in kelvins: J/(kg °C).
    fn of_differences(mut self) -> Self {
        if self.dimension.len() > 1
            && let Some(place) = self.dimension.iter().position(|(base, _)| *base == "celsius")
        {
            let (_, power) = self.dimension.remove(place);
            add(&mut self.dimension, "kelvin", power);
        }
        self
    }

    /// Whether it is the first power of one base unit.
    pub fn is_of(&self, base: &str) -> bool {
        matches!(self.dimension.as_slice(), [(dimension, 1)] if *dimension == base)
    }
}

fn add(dimension: &mut Vec<(&'static str, i32)>, base: &'static str, power: i32) {
    match dimension.binary_search_by(|(b, _)| (*b).cmp(base)) {
        Ok(place) => {
            dimension[place].1 += power;
            if dimension[place].1 == 0 {
                dimension.remove(place);
            }
        }
        Err(place) => dimension.insert(place, (base, power)),
    }
}

fn pow(ratio: &BigRational, exponent: i32) -> BigRational {
    num_traits::Pow::pow(ratio.clone(), exponent.clamp(-9, 9))
}

type Entry = (i64, i64, Dimension);

/// A unit in any font.
fn any(word: &str) -> Option<(BigRational, Dimension)> {
    let named = || named_units::entry(word).map(|(top, low, dimension)| (BigRational::new(top.into(), low.into()), dimension));
    lookup(word).or_else(named).or_else(|| in_upright(word))
}

/// A unit of the SI that a font or a whole word shows: `kB`, `Megabytes`.
fn in_upright(word: &str) -> Option<(BigRational, Dimension)> {
    si::upright(word).or_else(|| cases(word)?.iter().find_map(|word| si::upright(word)))
}

fn lookup(word: &str) -> Option<(BigRational, Dimension)> {
    table(word).or_else(|| si::unit(word)).or_else(|| si::unit(&in_another_case(word)?))
}

/// The spelling of a name of the SI that is written in another case: `Kilometers`, `MWatt`, `MOHMS`.
fn in_another_case(word: &str) -> Option<String> {
    cases(word)?.into_iter().find(|word| si::is_unit(word))
}

/// A longer word in small letters. The first letter keeps its case where that names a unit, because `M` is mega and `m` milli.
fn cases(word: &str) -> Option<[String; 2]> {
    let lower = (word.len() > 4).then(|| word.to_ascii_lowercase())?;
    let first = word.chars().next()?;
    let kept = format!("{first}{}", &lower[first.len_utf8()..]);
    Some([kept, lower])
}

fn table(word: &str) -> Option<(BigRational, Dimension)> {
    let (top, low, dimension) = listed(word)?;
    Some((BigRational::new(BigInt::from(top), BigInt::from(low)), dimension))
}

/// The entry of a word or abbreviation.
fn listed(word: &str) -> Option<Entry> {
    // Abbreviations are case-sensitive (`mm` is not `Mm`); only whole words may start with a capital or have a plural.
    let in_words = || {
        let lower = (word.len() > 3).then(|| word.to_ascii_lowercase())?;
        entry(&lower).or_else(|| lower.strip_suffix('s').and_then(entry))
    };
    entry(word).or_else(in_words)
}

#[allow(clippy::too_many_lines, reason = "a table")]
fn entry(word: &str) -> Option<Entry> {
    const LENGTH: &[(&str, i32)] = &[("m", 1)];
    const AREA: &[(&str, i32)] = &[("m", 2)];
    const VOLUME: &[(&str, i32)] = &[("m", 3)];
    const MASS: &[(&str, i32)] = &[("g", 1)];
    const TIME: &[(&str, i32)] = &[("s", 1)];
    const MONTHS: &[(&str, i32)] = &[("month", 1)];
    const SPEED: &[(&str, i32)] = &[("m", 1), ("s", -1)];
    const FREQUENCY: &[(&str, i32)] = &[("s", -1)];
    const FORCE: &[(&str, i32)] = &[("g", 1), ("m", 1), ("s", -2)];
    const ENERGY: &[(&str, i32)] = &[("g", 1), ("m", 2), ("s", -2)];
    const POWER: &[(&str, i32)] = &[("g", 1), ("m", 2), ("s", -3)];
    const PRESSURE: &[(&str, i32)] = &[("g", 1), ("m", -1), ("s", -2)];
    const AMOUNT: &[(&str, i32)] = &[("mole", 1)];
    const ANGLE: &[(&str, i32)] = &[("degree", 1)];
    const DOLLAR: &[(&str, i32)] = &[("dollar", 1)];
    const UNIT: &[(&str, i32)] = &[("unit", 1)];
    const RADIANS: &[(&str, i32)] = &[("radian", 1)];
    const KELVIN: &[(&str, i32)] = &[("kelvin", 1)];
    const ELECTRON_VOLT: &[(&str, i32)] = &[("electron volt", 1)];
    const CURRENT: &[(&str, i32)] = &[("ampere", 1)];
    Some(match word {
        "mm" | "millimeter" | "millimetre" => (1, 1000, LENGTH),
        "cm" | "centimeter" | "centimetre" => (1, 100, LENGTH),
        "dm" | "decimeter" | "decimetre" => (1, 10, LENGTH),
        "m" | "meter" | "metre" => (1, 1, LENGTH),
        "km" | "kilometer" | "kilometre" => (1000, 1, LENGTH),
        "in" | "inch" | "inches" => (254, 10_000, LENGTH),
        "ft" | "foot" | "feet" => (3048, 10_000, LENGTH),
        "yd" | "yard" => (9144, 10_000, LENGTH),
        "mi" | "mile" => (1_609_344, 1000, LENGTH),
        "nm" | "nanometer" | "nanometre" => (1, 1_000_000_000, LENGTH),
        "acre" => (40_468_564_224, 10_000_000, AREA),
        "hectare" => (10_000, 1, AREA),
        "l" | "L" | "liter" | "litre" => (1, 1000, VOLUME),
        "ml" | "mL" | "milliliter" | "millilitre" => (1, 1_000_000, VOLUME),
        "gal" | "gallon" => (3_785_411_784, 1_000_000_000_000, VOLUME),
        "qt" | "quart" => (946_352_946, 1_000_000_000_000, VOLUME),
        "pt" | "pint" => (473_176_473, 1_000_000_000_000, VOLUME),
        "mg" | "milligram" => (1, 1000, MASS),
        "g" | "gram" => (1, 1, MASS),
        "kg" | "kgs" | "kilogram" => (1000, 1, MASS),
        "ton" | "tonne" => (1_000_000, 1, MASS),
        "oz" | "ounce" => (28_349_523_125, 1_000_000_000, MASS),
        "lb" | "pound" => (45_359_237, 100_000, MASS),
        "ms" | "millisecond" => (1, 1000, TIME),
        "s" | "sec" | "second" => (1, 1, TIME),
        "min" | "minute" => (60, 1, TIME),
        "h" | "hr" | "hour" => (3600, 1, TIME),
        "day" => (86_400, 1, TIME),
        "week" => (604_800, 1, TIME),
        "month" => (1, 1, MONTHS),
        "year" | "yr" => (12, 1, MONTHS),
        "mph" => (1_609_344, 3_600_000, SPEED),
        "kph" | "kmh" => (1000, 3600, SPEED),
        "Hz" | "hertz" => (1, 1, FREQUENCY),
        "N" | "newton" => (1000, 1, FORCE),
        "J" | "joule" => (1000, 1, ENERGY),
        "kJ" | "kilojoule" => (1_000_000, 1, ENERGY),
        "W" | "watt" => (1000, 1, POWER),
        "kW" | "kilowatt" => (1_000_000, 1, POWER),
        "Pa" | "pascal" => (1000, 1, PRESSURE),
        "kPa" | "kilopascal" => (1_000_000, 1, PRESSURE),
        "mol" | "mole" => (1, 1, AMOUNT),
        "degree" | "deg" => (1, 1, ANGLE),
        "radian" | "rad" => (1, 1, RADIANS),
        "K" | "kelvin" => (1, 1, KELVIN),
        "eV" => (1, 1, ELECTRON_VOLT),
        "keV" => (1000, 1, ELECTRON_VOLT),
        "MeV" => (1_000_000, 1, ELECTRON_VOLT),
        "GeV" => (1_000_000_000, 1, ELECTRON_VOLT),
        "kHz" => (1000, 1, FREQUENCY),
        "MHz" => (1_000_000, 1, FREQUENCY),
        "GHz" => (1_000_000_000, 1, FREQUENCY),
        "MPa" => (1_000_000_000, 1, PRESSURE),
        "GPa" => (1_000_000_000_000, 1, PRESSURE),
        "atm" | "atmosphere" => (101_325_000, 1, PRESSURE),
        "kWh" => (3_600_000_000, 1, ENERGY),
        "amp" => (1, 1, CURRENT),
        "cal" | "calorie" => (4184, 1, ENERGY),
        "kcal" | "kilocalorie" => (4_184_000, 1, ENERGY),
        "angstrom" | "ångström" => (1, 10_000_000_000, LENGTH),
        "dollar" | "usd" | "buck" => (1, 1, DOLLAR),
        "cent" => (1, 100, DOLLAR),
        "euro" => (1, 1, &[("euro", 1)]),
        "sterling" => (1, 1, &[("sterling", 1)]),
        "yen" => (1, 1, &[("yen", 1)]),
        "rupee" | "Rs" => (1, 1, &[("rupee", 1)]),
        "ruble" => (1, 1, &[("ruble", 1)]),
        "unit" => (1, 1, UNIT),
        _ => return None,
    })
}
