//! Reads dates: a day and a month, with or without a year.
//!
//! Accepts: `March 5, 2020`, `5 March 2020`, `the 5th of March`, `2020-03-05`, which are equal where they name the same
//! day; `3/5/2020`, whose day and month can be exchanged and which is equal only to itself. Refuses: days that the month
//! does not have, further words.

/// Longest date, in bytes.
const MAX_DATE: usize = 60;
const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The canonical text of a date: `2020-03-05`, `--03-05` without a year.
pub(super) fn read(source: &str) -> Option<String> {
    if source.len() > MAX_DATE {
        return None;
    }
    if is_numeric(source) {
        return Some(source.to_owned());
    }
    // Most answers are formulas and return here: a date in words has separators and no operators.
    let bytes = source.as_bytes();
    let separated = bytes.iter().any(|b| matches!(b, b' ' | b'~' | b',' | b'\n'));
    let operators =
        bytes.iter().any(|b| matches!(b, b'=' | b'+' | b'-' | b'*' | b'/' | b'_' | b'(' | b')' | b'[' | b']' | b'<' | b'>' | b'|'));
    if !separated || operators {
        return None;
    }
    let plain = without_fonts(source);
    let words: Vec<&str> = plain.split([' ', ',', '~', '\n']).filter(|word| !word.is_empty()).collect();
    let (weekday, words) = match words.split_first() {
        Some((first, rest)) if DAYS.contains(&first.to_ascii_lowercase().as_str()) => (Some(first.to_ascii_lowercase()), rest),
        _ => (None, words.as_slice()),
    };
    let words = words.strip_prefix(&["the"]).unwrap_or(words);
    let words = words.strip_prefix(&["The"]).unwrap_or(words);
    let (month, day, rest) = match words {
        [first, second, rest @ ..] if month(first).is_some() => (month(first)?, day(second)?, rest),
        [first, "of", second, rest @ ..] | [first, second, rest @ ..] => (month(second)?, day(first)?, rest),
        _ => return None,
    };
    let last = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let year = match rest {
        [] => "-",
        [year] if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => year,
        _ => return None,
    };
    let weekday = weekday.map_or(String::new(), |weekday| format!("{weekday} "));
    (day <= last).then(|| format!("{weekday}{year}-{month:02}-{day:02}"))
}

/// The text without dollar signs and the fonts of words.
fn without_fonts(source: &str) -> String {
    let mut text = source.replace(['$', '^'], "");
    for font in ["\\text", "\\mathrm", "\\textrm"] {
        text = text.replace(&format!("{font}{{"), "");
    }
    text.replace(['{', '}'], "").replace("\\,", " ").replace("\\ ", " ")
}

/// The number of a month, by its name or its first three or more letters with a full stop.
fn month(word: &str) -> Option<u32> {
    let name = word.trim_end_matches('.').to_ascii_lowercase();
    let place =
        MONTHS.iter().position(|month| *month == name || (name.len() == 3 || name == "sept") && month.starts_with(&name))?;
    u32::try_from(place + 1).ok()
}

/// `5`, `5th`.
fn day(word: &str) -> Option<u32> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let ending = matches!(&word[digits..], "" | "st" | "nd" | "rd" | "th");
    word[..digits].parse().ok().filter(|day| ending && digits <= 2 && *day > 0)
}

/// `2022-03-05`, `3/5/2022`: a date is not a difference or a quotient.
fn is_numeric(source: &str) -> bool {
    if source.len() > 10 || !source.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let parts: Vec<&str> = source.split(['-', '/']).collect();
    let [first, second, third] = parts.as_slice() else { return false };
    if !parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())) {
        return false;
    }
    let within = |part: &str, most: u32| part.len() <= 2 && part.parse::<u32>().is_ok_and(|n| (1..=most).contains(&n));
    let (year_first, year_last) = (first.len() == 4, third.len() == 4);
    if source.contains('-') && source.contains('/') {
        return false;
    }
    if year_first {
        // `2022-3-5` may be a difference; a date in that order has a month and a day of two digits each.
        return within(second, 12) && within(third, 31) && (source.contains('/') || (second.len() == 2 && third.len() == 2));
    }
    year_last && ((within(first, 12) && within(second, 31)) || (within(first, 31) && within(second, 12)))
}
