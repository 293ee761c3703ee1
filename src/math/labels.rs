//! Labels: words behind a number that say what was counted and leave the number what it is.
//!
//! Accepts: lower-case English words that count (`apples`, `ways`), known units among them, a few counters of Chinese. Refuses: whatever may change the
//! number (`thirds`, `dozen`, `squared`), turn it round (`without`, `fewer`), date it (`March`), or is no word that we know the look of:
//! abbreviations, capitals, other scripts. A value with such words is equal only to a value with the same.

use super::{numbers, units, words};

/// Shortest word that is no abbreviation.
const SHORTEST: usize = 3;

/// Words shorter than that which change nothing.
const SHORT: &[&str] = &["of", "in", "on", "cm", "an", "a"];

/// Multiples, fractions and operations.
const CHANGING: &[&str] = &[
    "half",
    "halves",
    "quarter",
    "quarters",
    "dozen",
    "dozens",
    "score",
    "scores",
    "gross",
    "pair",
    "pairs",
    "couple",
    "couples",
    "grand",
    "myriad",
    "myriads",
    "googol",
    "lakh",
    "lakhs",
    "lac",
    "lacs",
    "crore",
    "crores",
    "mil",
    "mill",
    "mln",
    "bln",
    "tens",
    "squared",
    "cubed",
    "doubled",
    "tripled",
    "halved",
    "double",
    "triple",
    "quadruple",
    "twice",
    "thrice",
    "fold",
    "plus",
    "minus",
    "times",
    "over",
    "divided",
    "multiplied",
    "added",
    "subtracted",
    "raised",
    "mod",
    "modulo",
    "remainder",
    "factorial",
    "factorials",
    "choose",
    "power",
    "powers",
    "exponent",
    "root",
    "sqrt",
    "log",
    "inverse",
    "reciprocal",
    "negative",
    "negated",
    "opposite",
    "positive",
    "percent",
    "percentage",
    "percents",
    "permille",
    "base",
    "binary",
    "octal",
    "hex",
    "hexadecimal",
    "infinity",
    "infinite",
];

/// Hedges, negations and comparisons beyond those that make an answer a hedge.
const TURNING: &[&str] = &[
    "roughly",
    "around",
    "circa",
    "approx",
    "guess",
    "guessing",
    "unknown",
    "possibly",
    "probably",
    "likely",
    "unlikely",
    "unsure",
    "uncertain",
    "false",
    "fails",
    "invalid",
    "impossible",
    "never",
    "none",
    "nothing",
    "without",
    "lacking",
    "missing",
    "excluding",
    "excluded",
    "instead",
    "rather",
    "versus",
    "through",
    "until",
    "till",
    "between",
    "under",
    "above",
    "below",
    "beyond",
    "greater",
    "fewer",
    "larger",
    "smaller",
    "higher",
    "lower",
    "bigger",
    "exceeding",
    "off",
    "short",
    "ago",
    "past",
    "before",
    "after",
    "since",
    "within",
    "every",
    "out",
    "cannot",
    "cant",
    "isnt",
    "arent",
    "doesnt",
    "dont",
    "wont",
    "wasnt",
    "nope",
    "yes",
    "yet",
    "though",
    "although",
    "however",
    "unless",
    "else",
    "otherwise",
    "both",
    "and",
    "too",
    "many",
    "few",
    "several",
    "enough",
];

/// Months, which make a number a day.
const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "noon",
    "midnight",
];

/// Counters and units of Chinese that stand alone behind a number.
const COUNTERS: &[&str] = &[
    "个", "人", "只", "名", "本", "条", "张", "次", "种", "岁", "元", "米", "厘米", "千米", "公里", "千克", "克", "小时", "分钟",
    "秒", "天",
];

/// Whether words behind a number leave it what it is.
pub fn is_plain(phrase: &str) -> bool {
    COUNTERS.contains(&phrase) || phrase.split([' ', '-', '/', '*']).filter(|word| !word.is_empty()).all(is_plain_word)
}

fn is_plain_word(word: &str) -> bool {
    if units::is_unit_word(word) {
        return true;
    }
    let small = word.bytes().skip(1).all(|b| b.is_ascii_lowercase());
    if !small || !word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return false;
    }
    let lower = word.to_ascii_lowercase();
    let word = lower.as_str();
    if word.len() < SHORTEST {
        return SHORT.contains(&word);
    }
    let number = numbers::is_number_word(word.strip_suffix('s').unwrap_or(word)) || numbers::is_number_word(word);
    let scale = word.ends_with("illion") || word.ends_with("illions");
    let listed = [CHANGING, TURNING, MONTHS].iter().any(|table| table.contains(&word));
    !number && !scale && !listed && !words::is_hedge(word)
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn what_was_counted_is_a_label() {
        for phrase in ["apples", "ways", "square feet", "red balls", "pieces of cake", "Students", "km/h", "个"] {
            assert!(is_plain(phrase), "{phrase}");
        }
    }

    #[test]
    fn what_changes_a_number_is_none() {
        for phrase in [
            "thirds",
            "tenths",
            "dozen",
            "million",
            "lakh",
            "k",
            "ab",
            "万",
            "ᵏ",
            "squared",
            "red or blue",
            "MAX",
            "March",
            "fewer apples",
            "pairs",
            "ⅹ",
            "яблок",
        ] {
            assert!(!is_plain(phrase), "{phrase}");
        }
    }
}
