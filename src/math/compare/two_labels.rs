//! Decides whether a policy that lets labels differ may let these two differ: `5 apples` for `5 fruits`, and not `5 m` for
//! `5 N m` or `5 km north` for `5 km south`.
//!
//! Accepts: words without a known unit on both sides, and a unit with further words beside the same unit. Refuses: a known
//! unit beside other words, two units of different kinds or sizes, and words that are opposites.

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
    let same = units_in(label).into_iter().find(|other| other.dimension == unit.dimension);
    same.map_or(Measured::Different, |other| Measured::Both(unit.clone(), other))
}

/// Two labels of which neither is a unit alone.
pub(super) fn of_words(gold: &str, answer: &str) -> Measured {
    if opposed(gold, answer) {
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

/// The units that consecutive words of a label are, the longest first.
fn units_in(label: &str) -> Vec<Unit> {
    let words: Vec<&str> = label.split([' ', '-']).filter(|word| !word.is_empty()).take(MAX_WORDS).collect();
    let mut found = Vec::new();
    for length in (1..=words.len()).rev() {
        found.extend(words.windows(length).filter(|words| *words != ["in"]).filter_map(|words| units::read(&words.join(" "), 1)));
    }
    found
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
    }
}
