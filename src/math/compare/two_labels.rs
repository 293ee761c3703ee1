//! Decides whether a policy that lets labels differ may let these two differ: `5 apples` for `5 fruits`, and not `5 m` for
//! `5 N m` or `5 km north` for `5 km south`.
//!
//! Accepts: words without a known unit on both sides, and a unit with further words beside the same unit. Refuses: a known
//! unit beside other words, two units of different kinds or sizes, words that are opposites, rates of different things (`apples per day`,
//! `apples per hour`), and words that make another unit (`light minutes`).

use crate::math::si;
use crate::math::units::{self, Unit};

/// Most words of a label in which a unit is looked for.
const MAX_WORDS: usize = 8;

/// Words that are opposites after a value: directions, turns, gains.
const OPPOSITES: &[(&str, &str)] = &[
    ("north", "south"),
    ("northward", "southward"),
    ("northwards", "southwards"),
    ("northeast", "southwest"),
    ("northwest", "southeast"),
    ("northern", "southern"),
    ("n", "s"),
    ("east", "west"),
    ("eastward", "westward"),
    ("eastwards", "westwards"),
    ("eastern", "western"),
    ("e", "w"),
    ("up", "down"),
    ("upward", "downward"),
    ("upwards", "downwards"),
    ("uphill", "downhill"),
    ("upstream", "downstream"),
    ("left", "right"),
    ("leftward", "rightward"),
    ("leftwards", "rightwards"),
    ("forward", "backward"),
    ("forwards", "backwards"),
    ("forward", "back"),
    ("inward", "outward"),
    ("inwards", "outwards"),
    ("clockwise", "counterclockwise"),
    ("clockwise", "anticlockwise"),
    ("profit", "loss"),
    ("gain", "loss"),
    ("profit", "deficit"),
    ("surplus", "deficit"),
    ("win", "loss"),
    ("win", "defeat"),
    ("won", "lost"),
    ("gained", "lost"),
    ("increase", "decrease"),
    ("rise", "fall"),
    ("credit", "debit"),
    ("deposit", "withdrawal"),
    ("ahead", "behind"),
    ("early", "late"),
    ("hotter", "colder"),
    ("warmer", "colder"),
    ("warmer", "cooler"),
    ("faster", "slower"),
    ("older", "younger"),
    ("taller", "shorter"),
    ("longer", "shorter"),
    ("heavier", "lighter"),
];

/// Words before a unit that make another unit, or none, of it: `light minutes`, `Canadian dollars`, `cubic square meters`.
const BEFORE: &[&str] = &[
    "light",
    "fluid",
    "fl",
    "troy",
    "imperial",
    "long",
    "short",
    "nautical",
    "canadian",
    "australian",
    "zealand",
    "kong",
    "singapore",
    "jamaican",
    "per",
    "square",
    "sq",
    "cubic",
    "cu",
];

/// Words behind a unit that do.
const BEHIND: &[&str] = &["per", "of arc", "of mercury", "square", "cubic"];

/// The unit of a label that may stand for another unit.
pub(super) enum Measured {
    /// Both have a unit.
    Both(Unit, Unit),
    /// Neither has one, and nothing speaks against a difference of the words.
    Neither,
    /// They cannot mean the same.
    Different,
}

/// A known unit beside a label: the unit of the same kind in the label.
pub(super) fn beside_unit(unit: &Unit, label: &str) -> Measured {
    let generic = |base: &str| base == "unit" || base == "yen" && matches!(label, "元" | "yuan" | "Yuan" | "RMB");
    if matches!(unit.dimension.as_slice(), [(base, 1)] if generic(base)) {
        return Measured::Neither;
    }
    let same = units_in(label, &unit.dimension);
    same.map_or(Measured::Different, |other| Measured::Both(unit.clone(), other))
}

/// Two labels of which neither is a unit alone.
pub(super) fn of_words(gold: &str, answer: &str) -> Measured {
    if opposed(gold, answer) || rates_differ(gold, answer) || prefixes_differ(gold, answer) {
        return Measured::Different;
    }
    match (leading_unit(gold), leading_unit(answer)) {
        (Some(g), Some(a)) => Measured::Both(g, a),
        (None, None) => Measured::Neither,
        _ => Measured::Different,
    }
}

/// Whether a word of one label is the opposite of a word of the other.
fn opposed(gold: &str, answer: &str) -> bool {
    let words = |label: &str| -> Vec<String> {
        let words = label.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        words.map(|word| word.to_lowercase()).take(MAX_WORDS).collect()
    };
    let (gold, answer) = (words(gold), words(answer));
    let is = |word: &String, name: &str| {
        let tail = word.strip_prefix(name);
        matches!(tail, Some("" | "s" | "es"))
    };
    let has = |words: &[String], name: &str| words.iter().any(|word| is(word, name));
    OPPOSITES.iter().any(|(one, other)| has(&gold, one) && has(&answer, other) || has(&gold, other) && has(&answer, one))
}

/// The unit of a dimension that consecutive words of a label are, the most words first; `None` where the words beside them make another
/// unit of it.
fn units_in(label: &str, dimension: &[(&'static str, i32)]) -> Option<Unit> {
    let words: Vec<&str> = label.split([' ', '-']).filter(|word| !word.is_empty()).take(MAX_WORDS).collect();
    let windows = (1..=words.len()).rev().flat_map(|length| (0..=words.len() - length).map(move |start| (start, start + length)));
    let mut found = windows.filter(|&(start, end)| words[start..end] != ["in"]).filter_map(|(start, end)| {
        let unit = units::read(&words[start..end].join(" "), 1).filter(|unit| unit.dimension == dimension)?;
        let before = start.checked_sub(1).map(|place| words[place].to_ascii_lowercase());
        let behind = words[end..].iter().take(2).map(|word| word.to_ascii_lowercase()).collect::<Vec<_>>().join(" ");
        let changed = before.is_some_and(|word| BEFORE.contains(&word.as_str()))
            || BEHIND.iter().any(|word| behind.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphabetic)));
        Some(Some(unit).filter(|_| !changed))
    });
    found.next().flatten()
}

/// Whether only one of two labels is a rate, or both are and the words below differ: `apples per day` and `apples per hour`.
fn rates_differ(one: &str, other: &str) -> bool {
    let below = |label: &str| -> Option<String> {
        let below = label.strip_prefix("per ").or_else(|| Some(label.split_once(" per ").or_else(|| label.split_once('/'))?.1))?;
        let word = below.trim_start().split([' ', '-', '/', '*']).next().unwrap_or("");
        Some(word.strip_suffix('s').filter(|stem| stem.len() > 2).unwrap_or(word).to_owned())
    };
    match (below(one), below(other)) {
        (None, None) => false,
        (Some(one), Some(other)) => {
            let same = one == other || one.len() > 3 && one.eq_ignore_ascii_case(&other);
            !same && !matches!((units::read(&one, 1), units::read(&other, 1)), (Some(one), Some(other)) if one == other)
        }
        // `bpm` is an abbreviation of `beats per minute`.
        (None, Some(_)) => !abbreviates(one),
        (Some(_), None) => !abbreviates(other),
    }
}

/// Whether a label is one short word that may abbreviate a rate: `bpm`, `fps`.
fn abbreviates(label: &str) -> bool {
    label.len() <= 4 && label.contains('p') && label.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Whether words of two labels are one word with two prefixes, or with one and without: `megaflops` and `gigaflops`.
fn prefixes_differ(one: &str, other: &str) -> bool {
    let words = |label: &str| label.split([' ', '-']).take(MAX_WORDS).map(str::to_ascii_lowercase).collect::<Vec<_>>();
    let (one, other) = (words(one), words(other));
    let stem = |word: &str| si::behind_prefix(word).unwrap_or(word).trim_end_matches('s').to_owned();
    // Known units are converted.
    let differ =
        |a: &str, b: &str| !units::is_upright(a) && a.trim_end_matches('s') != b.trim_end_matches('s') && stem(a) == stem(b);
    one.iter().any(|a| other.iter().any(|b| differ(a, b)))
}

/// The unit with which a label begins. A whole word in the singular may describe what comes behind it: `5 second graders`.
fn leading_unit(label: &str) -> Option<Unit> {
    let words: Vec<&str> = label.split([' ', '-']).filter(|word| !word.is_empty()).take(MAX_WORDS).collect();
    let first = words.first()?;
    let describes = first.len() > 3 && !first.ends_with('s') && !first.contains('/') && *first != "feet";
    if describes || *first == "in" || units::read(first, 1).is_none() {
        return None;
    }
    (1..=words.len()).rev().find_map(|length| units::read(&words[..length].join(" "), 1))
}

#[cfg(test)]
mod tests {
    use super::{Measured, beside_unit, of_words, opposed};
    use crate::math::units;

    #[test]
    fn opposites_are_found_whatever_stands_beside_them() {
        for (one, other) in [("km north", "km south"), ("losses", "wins"), ("m to the left", "m to the right"), ("Profit", "loss")]
        {
            assert!(opposed(one, other) && opposed(other, one), "{one}, {other}");
        }
        for (one, other) in [("km north", "km"), ("apples", "pears"), ("profit", "profit"), ("wings", "losses")] {
            assert!(!opposed(one, other), "{one}, {other}");
        }
    }

    #[test]
    fn a_unit_stands_only_beside_the_same_unit() {
        let metre = units::read("m", 1).unwrap();
        assert!(matches!(beside_unit(&metre, "meters high"), Measured::Both(..)));
        for label in ["cmm", "apples", "people in line", "second graders"] {
            assert!(matches!(beside_unit(&metre, label), Measured::Different), "{label}");
        }
        assert!(matches!(of_words("second graders", "students"), Measured::Neither));
        assert!(matches!(of_words("km away", "apples"), Measured::Different));
        let minute = units::read("minute", 1).unwrap();
        for label in ["light minutes", "minutes of arc", "meters per minute", "minutes per apple"] {
            assert!(matches!(beside_unit(&minute, label), Measured::Different), "{label}");
        }
        assert!(matches!(beside_unit(&minute, "additional minutes"), Measured::Both(..)));
    }

    #[test]
    fn the_words_below_and_the_prefix_of_a_label_count() {
        for (one, other) in [
            ("apples per day", "apples per hour"),
            ("apples per day", "apples"),
            ("per apple", "per pear"),
            ("megaflops", "gigaflops"),
        ] {
            assert!(matches!(of_words(one, other), Measured::Different), "{one}, {other}");
        }
        for (one, other) in [("apples per day", "pears/day"), ("cells per mL", "cells/mL"), ("megaflops", "megaflop")] {
            assert!(matches!(of_words(one, other), Measured::Neither), "{one}, {other}");
        }
    }
}
