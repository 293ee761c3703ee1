//! Units that only a font or a whole word shows to be units: `\text{t}`, `\mathrm{AU}`, `rpm`, 厘米. As bare letters they
//! are symbols.
//!
//! Accepts: abbreviations with the case of their letters, names in any case and in the plural, names of two words
//! (`mm Hg`, `degrees Celsius`, `light-years`). Units whose size depends on the author (horsepower, calorie of food) or is
//! no rational number of base units (parsec, bel) have a dimension of their own, so that they equal only themselves.

use std::borrow::Cow;

use super::si::Dimension;

/// How many base units it is, as a fraction, and their powers.
pub type Entry = (i64, i64, Dimension);

const LENGTH: Dimension = &[("m", 1)];
const AREA: Dimension = &[("m", 2)];
const VOLUME: Dimension = &[("m", 3)];
const MASS: Dimension = &[("g", 1)];
const TIME: Dimension = &[("s", 1)];
const SPEED: Dimension = &[("m", 1), ("s", -1)];
const FORCE: Dimension = &[("g", 1), ("m", 1), ("s", -2)];
const ENERGY: Dimension = &[("g", 1), ("m", 2), ("s", -2)];
const PRESSURE: Dimension = &[("g", 1), ("m", -1), ("s", -2)];
const CHARGE: Dimension = &[("ampere", 1), ("s", 1)];
const CONCENTRATION: Dimension = &[("m", -3), ("mole", 1)];
const ANGLE: Dimension = &[("degree", 1)];

/// Names of two words and the name in the table that they have.
const PAIRS: &[(&str, &str, &str)] = &[
    ("mm", "hg", "mmHg"),
    ("cm", "hg", "cmHg"),
    ("light", "year", "ly"),
    ("astronomical", "unit", "AU"),
    ("nautical", "mile", "nauticalmile"),
    ("metric", "ton", "tonne"),
    ("electron", "volt", "eV"),
    ("us", "dollar", "dollar"),
    ("percentage", "point", "percentagepoint"),
    ("degree", "celsius", "celsius"),
    ("degree", "centigrade", "celsius"),
    ("degree", "fahrenheit", "fahrenheit"),
    ("deg", "celsius", "celsius"),
    ("degree", "c", "celsius"),
    ("degree", "f", "fahrenheit"),
];

/// The unit of a word: as it is written, or a name of more than three letters in another case or in the plural.
pub fn entry(word: &str) -> Option<Entry> {
    exact(word).or_else(|| {
        let lower = word.to_ascii_lowercase();
        (lower.len() > 3).then(|| exact(&lower).or_else(|| lower.strip_suffix('s').and_then(exact))).flatten()
    })
}

/// The phrase with its names of two words as one word.
pub fn joined(phrase: &str) -> Cow<'_, str> {
    if !phrase.contains([' ', '-']) {
        return phrase.into();
    }
    let mut out: Cow<'_, str> = phrase.into();
    for (first, second, name) in PAIRS {
        if let Some((start, end)) = place(&out, first, second) {
            out = format!("{}{name}{}", &out[..start], &out[end..]).into();
        }
    }
    out
}

/// Where two words stand next to each other, either of them perhaps in the plural.
fn place(phrase: &str, first: &str, second: &str) -> Option<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = 0;
    for (end, joint) in phrase.char_indices().chain([(phrase.len(), ' ')]) {
        if matches!(joint, ' ' | '-' | '*' | '/' | '^') {
            words.push((start, end));
            start = end + 1;
        }
    }
    let is = |(start, end): (usize, usize), name: &str| {
        let word = &phrase[start..end];
        // One letter keeps its case: `degrees C`.
        let same = |word: &str| if word.len() == 1 { word == name.to_ascii_uppercase() } else { word.eq_ignore_ascii_case(name) };
        same(word) || word.len() > 2 && word.strip_suffix('s').is_some_and(same)
    };
    words
        .windows(2)
        .find(|pair| {
            let joint = phrase.as_bytes().get(pair[0].1);
            matches!(joint, Some(b' ' | b'-')) && is(pair[0], first) && is(pair[1], second)
        })
        .map(|pair| (pair[0].0, pair[1].1))
}

#[allow(clippy::too_many_lines, reason = "a table")]
fn exact(word: &str) -> Option<Entry> {
    Some(match word {
        // Lengths.
        "Å" => (1, 10_000_000_000, LENGTH),
        "AU" => (149_597_870_700, 1, LENGTH),
        "ly" | "lightyear" => (9_460_730_472_580_800, 1, LENGTH),
        "pc" | "parsec" => (1, 1, &[("parsec", 1)]),
        "kpc" | "kiloparsec" => (1000, 1, &[("parsec", 1)]),
        "Mpc" | "megaparsec" => (1_000_000, 1, &[("parsec", 1)]),
        "micron" => (1, 1_000_000, LENGTH),
        "nauticalmile" => (1852, 1, LENGTH),
        "厘米" => (1, 100, LENGTH),
        "毫米" => (1, 1000, LENGTH),
        "分米" => (1, 10, LENGTH),
        "米" => (1, 1, LENGTH),
        "千米" | "公里" => (1000, 1, LENGTH),
        "平方厘米" => (1, 10_000, AREA),
        "平方米" => (1, 1, AREA),
        "立方厘米" => (1, 1_000_000, VOLUME),
        "立方米" => (1, 1, VOLUME),
        "升" => (1, 1000, VOLUME),
        "毫升" => (1, 1_000_000, VOLUME),
        "cc" => (1, 1_000_000, VOLUME),
        "ha" => (10_000, 1, AREA),
        // Masses.
        "t" => (1_000_000, 1, MASS),
        "lbs" => (45_359_237, 100_000, MASS),
        "克" => (1, 1, MASS),
        "千克" | "公斤" => (1000, 1, MASS),
        "吨" => (1_000_000, 1, MASS),
        "Da" | "amu" | "dalton" => (1, 1, &[("dalton", 1)]),
        "kDa" => (1000, 1, &[("dalton", 1)]),
        // Times, speeds, turns.
        "hrs" | "Hrs" | "Hr" => (3600, 1, TIME),
        "Sec" => (1, 1, TIME),
        "Min" => (60, 1, TIME),
        "Day" => (86_400, 1, TIME),
        "yrs" | "Yrs" | "Yr" => (12, 1, &[("month", 1)]),
        "fortnight" => (1_209_600, 1, TIME),
        "小时" => (3600, 1, TIME),
        "分钟" => (60, 1, TIME),
        "秒" => (1, 1, TIME),
        "天" => (86_400, 1, TIME),
        "kmph" => (1000, 3600, SPEED),
        "knot" => (1852, 3600, SPEED),
        "rev" | "revs" | "revolution" | "rotation" => (1, 1, &[("revolution", 1)]),
        "rpm" | "RPM" => (1, 60, &[("revolution", 1), ("s", -1)]),
        "rps" => (1, 1, &[("revolution", 1), ("s", -1)]),
        // Angles.
        "arcmin" | "arcminute" => (1, 60, ANGLE),
        "arcsec" | "arcsecond" => (1, 3600, ANGLE),
        "sr" | "steradian" => (1, 1, &[("steradian", 1)]),
        // Force, energy, pressure.
        "Nm" => (1000, 1, ENERGY),
        "kNm" => (1_000_000, 1, ENERGY),
        "lbf" => (44_482_216_152_605, 10_000_000_000, FORCE),
        "kgf" => (980_665, 100, FORCE),
        "dyn" | "dyne" => (1, 100, FORCE),
        "erg" | "ergs" => (1, 10_000, ENERGY),
        "hp" | "horsepower" => (1, 1, &[("horsepower", 1)]),
        "Btu" | "BTU" => (1, 1, &[("British thermal unit", 1)]),
        "mmHg" => (133_322_387_415, 1_000_000, PRESSURE),
        "cmHg" => (133_322_387_415, 100_000, PRESSURE),
        "torr" | "Torr" => (101_325_000, 760, PRESSURE),
        "psi" => (44_482_216_152_605, 6_451_600, PRESSURE),
        // Charge, amounts, radiation, light, sound.
        "Ah" => (3600, 1, CHARGE),
        "mAh" => (3600, 1000, CHARGE),
        "mM" => (1, 1, CONCENTRATION),
        "μM" => (1, 1000, CONCENTRATION),
        "nM" => (1, 1_000_000, CONCENTRATION),
        "Ci" | "curie" => (37_000_000_000, 1, &[("s", -1)]),
        "dB" | "decibel" => (1, 1, &[("decibel", 1)]),
        "gauss" => (1, 10, &[("ampere", -1), ("g", 1), ("s", -2)]),
        // Temperatures, which have no factor between their scales.
        "celsius" | "centigrade" => (1, 1, &[("celsius", 1)]),
        "fahrenheit" => (1, 1, &[("fahrenheit", 1)]),
        "KB" => (8000, 1, &[("bit", 1)]),
        // Shares and money.
        "percentagepoint" => (1, 1, &[("percentage point", 1)]),
        "USD" => (1, 1, &[("dollar", 1)]),
        "EUR" => (1, 1, &[("euro", 1)]),
        "GBP" => (1, 1, &[("sterling", 1)]),
        "JPY" => (1, 1, &[("yen", 1)]),
        "INR" => (1, 1, &[("rupee", 1)]),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{entry, joined};

    #[test]
    fn abbreviations_keep_their_case_and_names_do_not() {
        assert!(entry("AU").is_some() && entry("au").is_none());
        assert!(entry("Torr").is_some() && entry("ha").is_some() && entry("Ha").is_none());
        assert_eq!(entry("Fortnights"), entry("fortnight"));
        assert_eq!(entry("Celsius"), entry("celsius"));
        assert_eq!(entry("ts"), None);
    }

    #[test]
    fn names_of_two_words_are_one_word() {
        for (phrase, name) in [
            ("mm Hg", "mmHg"),
            ("degrees Celsius", "celsius"),
            ("degrees C", "celsius"),
            ("light-years", "ly"),
            ("J/electron volt", "J/eV"),
            ("degrees c", "degrees c"),
            ("mm Hgs", "mmHg"),
            ("degrees", "degrees"),
        ] {
            assert_eq!(joined(phrase), name, "{phrase}");
        }
    }
}
