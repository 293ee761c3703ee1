//! Units of measurement: which words are units and how they convert.
//!
//! Accepts: lengths, areas, volumes, masses, times, speeds, angles, force, energy, power, pressure, money and a few more, in words or abbreviations, with powers and
//! `per`. Refuses: temperatures (they do not convert by a factor). A phrase that is no known unit is a label, compared as words.

use num_bigint::BigInt;
use num_rational::BigRational;

/// A known unit: a factor times powers of base units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// How many base units it is.
    pub factor: BigRational,
    /// Powers of the base units, sorted by name.
    pub dimension: Vec<(&'static str, i32)>,
}

/// Whether a run of letters is the name or abbreviation of a unit.
pub fn is_unit_word(word: &str) -> bool {
    lookup(word).is_some() || matches!(word, "sq" | "cu" | "square" | "cubic" | "per")
}

/// Reads a phrase such as `square feet`, `cm`, `miles per hour`, `m/s`, with the power written behind it (`cm` and 2).
pub fn read(phrase: &str, power: i32) -> Option<Unit> {
    let mut unit = Unit { factor: BigRational::from_integer(BigInt::from(1)), dimension: Vec::new() };
    let mut sign = 1;
    let mut next = 1;
    let mut words = phrase.split([' ', '-']).filter(|w| !w.is_empty()).peekable();
    words.peek()?;
    let mut any = false;
    while let Some(word) = words.next() {
        for (index, part) in word.split('/').enumerate() {
            if index > 0 {
                sign = -1;
            }
            match part {
                "square" | "sq" => next = 2,
                "cubic" | "cu" => next = 3,
                "per" => sign = -1,
                "" => {}
                _ => {
                    let (ratio, dimension) = lookup(part)?;
                    let last = words.peek().is_none();
                    let exponent = sign * next * if last { power } else { 1 };
                    unit.factor *= pow(&ratio, exponent);
                    for &(base, p) in dimension {
                        add(&mut unit.dimension, base, p * exponent);
                    }
                    next = 1;
                    any = true;
                }
            }
        }
    }
    any.then_some(unit)
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

type Entry = (i64, i64, &'static [(&'static str, i32)]);

fn lookup(word: &str) -> Option<(BigRational, &'static [(&'static str, i32)])> {
    let (top, low, dimension) = entry(word).or_else(|| {
        let lower = word.to_ascii_lowercase();
        // Abbreviations are written as they are (`mm` is no `Mm`); only whole words may start with a capital.
        (lower.len() > 3)
            .then(|| entry(&lower))
            .flatten()
            .or_else(|| lower.strip_suffix('s').filter(|w| w.len() > 2).and_then(entry))
    })?;
    Some((BigRational::new(BigInt::from(top), BigInt::from(low)), dimension))
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
    const VOLTAGE: &[(&str, i32)] = &[("volt", 1)];
    const AMOUNT: &[(&str, i32)] = &[("mole", 1)];
    const ANGLE: &[(&str, i32)] = &[("degree", 1)];
    const DOLLAR: &[(&str, i32)] = &[("dollar", 1)];
    const UNIT: &[(&str, i32)] = &[("unit", 1)];
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
        "V" | "volt" => (1, 1, VOLTAGE),
        "mol" | "mole" => (1, 1, AMOUNT),
        "degree" | "deg" => (1, 1, ANGLE),
        "dollar" | "usd" | "buck" => (1, 1, DOLLAR),
        "cent" => (1, 100, DOLLAR),
        "unit" => (1, 1, UNIT),
        _ => return None,
    })
}
