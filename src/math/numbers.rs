//! Reads numbers written in words.
//!
//! Accepts: English cardinals and ordinals up to the trillions (`forty-two`, `one hundred and five`, `third`), common
//! fractions (`one half`, `two-thirds`, `three and a quarter`), a leading `negative` or `minus`, and a final `percent`.
//! Refuses: everything else, including digits.

use num_bigint::BigInt;
use num_rational::BigRational;

/// A number in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelled {
    /// The number before `percent`.
    pub value: BigRational,
    /// Whether `percent` follows it.
    pub percent: bool,
}

/// Reads a phrase in normal form (lower case, single blanks, no hyphens) as a number.
pub fn spelled(phrase: &str) -> Option<Spelled> {
    let (phrase, percent) = match phrase.strip_suffix(" percent").or_else(|| phrase.strip_suffix(" per cent")) {
        Some(rest) => (rest, true),
        None => (phrase, false),
    };
    let (phrase, negative) = match phrase.strip_prefix("negative ").or_else(|| phrase.strip_prefix("minus ")) {
        Some(rest) => (rest, true),
        None => (phrase, false),
    };
    let value = match number(phrase) {
        Some(whole) if !ends_in_fraction_of_one(phrase) => BigRational::from_integer(whole),
        _ => mixed(phrase)?,
    };
    Some(Spelled { value: if negative { -value } else { value }, percent })
}

/// Whether a word is a number or part of one.
pub fn is_number_word(word: &str) -> bool {
    number_word(word).is_some() || matches!(word, "half" | "halves" | "quarter" | "quarters")
}

/// `one hundredth` is 1/100, not the hundredth.
fn ends_in_fraction_of_one(phrase: &str) -> bool {
    phrase.strip_prefix("one ").is_some_and(|rest| !rest.contains(' ') && rest.ends_with("th"))
}

/// A fraction, alone or after a whole number: `one half`, `a half`, `three and a quarter`.
fn mixed(phrase: &str) -> Option<BigRational> {
    if let Some(value) = fraction(phrase) {
        return Some(value);
    }
    let (whole, part) = phrase.rsplit_once(" and ")?;
    let part = fraction(part)?;
    (part < BigRational::from_integer(1.into())).then_some(())?;
    Some(BigRational::from_integer(number(whole)?) + part)
}

fn fraction(phrase: &str) -> Option<BigRational> {
    if phrase == "half" {
        return Some(BigRational::new(1.into(), 2.into()));
    }
    let (top, low) = phrase.rsplit_once(' ')?;
    let one = matches!(top, "a" | "one");
    let top = if one { BigInt::from(1) } else { cardinal(top)? };
    let (name, plural) = match low {
        "half" | "quarter" => (low, false),
        "halves" => ("half", true),
        _ => low.strip_suffix('s').map_or((low, false), |name| (name, true)),
    };
    // `two third` and `one thirds` are not numbers.
    if plural == one {
        return None;
    }
    let low: u64 = match name {
        "half" => 2,
        "quarter" => 4,
        name if is_ordinal(name) => match number_word(name)? {
            (1 | 2, _) => return None,
            (value, _) => value,
        },
        _ => return None,
    };
    Some(BigRational::new(top, low.into()))
}

/// A number without ordinals.
fn cardinal(phrase: &str) -> Option<BigInt> {
    if phrase.split(' ').any(is_ordinal) { None } else { number(phrase) }
}

/// Whether a word is an ordinal number.
pub fn is_ordinal(word: &str) -> bool {
    matches!(word, "first" | "second" | "third") || (word.ends_with("th") && number_word(word).is_some())
}

/// A cardinal or ordinal: `three`, `forty two`, `one hundred and five`, `third`.
fn number(phrase: &str) -> Option<BigInt> {
    let mut total: u64 = 0;
    let mut group: u64 = 0;
    let mut seen = false;
    let mut last_scale = u64::MAX;
    for word in phrase.split(' ') {
        if word == "and" && seen {
            continue;
        }
        let (value, kind) = number_word(word)?;
        match kind {
            NumberWord::Unit => {
                // `forty two` is one number; `three four` (two numbers) and `forty twelve` (none) are refused.
                if !group.is_multiple_of(10) || (!group.is_multiple_of(100) && value >= 10) {
                    return None;
                }
                if seen && value == 0 {
                    return None;
                }
                group = group.checked_add(value)?;
            }
            NumberWord::Hundred => {
                if group == 0 || group > 99 {
                    return None;
                }
                group *= 100;
            }
            NumberWord::Scale => {
                if group == 0 || value >= last_scale {
                    return None;
                }
                last_scale = value;
                total = total.checked_add(group.checked_mul(value)?)?;
                group = 0;
            }
        }
        seen = true;
    }
    seen.then(|| BigInt::from(total + group))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NumberWord {
    Unit,
    Hundred,
    Scale,
}

fn number_word(word: &str) -> Option<(u64, NumberWord)> {
    use NumberWord::{Hundred, Scale, Unit};
    Some(match word {
        "zero" => (0, Unit),
        "one" | "first" => (1, Unit),
        "two" | "second" => (2, Unit),
        "three" | "third" => (3, Unit),
        "four" | "fourth" => (4, Unit),
        "five" | "fifth" => (5, Unit),
        "six" | "sixth" => (6, Unit),
        "seven" | "seventh" => (7, Unit),
        "eight" | "eighth" => (8, Unit),
        "nine" | "ninth" => (9, Unit),
        "ten" | "tenth" => (10, Unit),
        "eleven" | "eleventh" => (11, Unit),
        "twelve" | "twelfth" => (12, Unit),
        "thirteen" | "thirteenth" => (13, Unit),
        "fourteen" | "fourteenth" => (14, Unit),
        "fifteen" | "fifteenth" => (15, Unit),
        "sixteen" | "sixteenth" => (16, Unit),
        "seventeen" | "seventeenth" => (17, Unit),
        "eighteen" | "eighteenth" => (18, Unit),
        "nineteen" | "nineteenth" => (19, Unit),
        "twenty" | "twentieth" => (20, Unit),
        "thirty" | "thirtieth" => (30, Unit),
        "forty" | "fortieth" => (40, Unit),
        "fifty" | "fiftieth" => (50, Unit),
        "sixty" | "sixtieth" => (60, Unit),
        "seventy" | "seventieth" => (70, Unit),
        "eighty" | "eightieth" => (80, Unit),
        "ninety" | "ninetieth" => (90, Unit),
        "hundred" | "hundredth" => (100, Hundred),
        "thousand" | "thousandth" => (1_000, Scale),
        "million" | "millionth" => (1_000_000, Scale),
        "billion" | "billionth" => (1_000_000_000, Scale),
        "trillion" | "trillionth" => (1_000_000_000_000, Scale),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(phrase: &str) -> Option<(i64, i64)> {
        let value = spelled(phrase)?.value;
        Some((value.numer().try_into().ok()?, value.denom().try_into().ok()?))
    }

    #[test]
    fn cardinals_ordinals_and_fractions_have_their_value() {
        assert_eq!(read("one hundred and twenty three"), Some((123, 1)));
        assert_eq!(read("twenty first"), Some((21, 1)));
        assert_eq!(read("one half"), Some((1, 2)));
        assert_eq!(read("two thirds"), Some((2, 3)));
        assert_eq!(read("three and a quarter"), Some((13, 4)));
        assert_eq!(read("minus seven"), Some((-7, 1)));
        assert_eq!(read("one hundredth"), Some((1, 100)));
        assert!(spelled("fifty percent").is_some_and(|s| s.percent));
    }

    #[test]
    fn phrases_that_are_not_one_number_are_refused() {
        for phrase in ["three four", "one or two", "two third", "forty twelve", "a", "and five", "two and three", "zero zero"] {
            assert_eq!(read(phrase), None, "{phrase}");
        }
    }
}
