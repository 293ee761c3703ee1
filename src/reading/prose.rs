//! The effect of the words next to an answer.
//!
//! An answer may be followed by words that add to it (`4 apples`, `4, which completes the proof`). It may not be
//! followed by words that change it (`4 hundred`), deny it (`not 4`) or offer another one (`4 or 5`).

/// Whether a word denies the value next to it.
pub(crate) fn denies(word: &str) -> bool {
    matches!(
        word,
        "not"
            | "never"
            | "neither"
            | "nor"
            | "cannot"
            | "isnt"
            | "wasnt"
            | "arent"
            | "cant"
            | "except"
            | "excluding"
            | "without"
            | "unlike"
            | "no"
    ) || word.ends_with("n't")
        || word.ends_with("n’t")
}

/// Whether a text ends with words that deny the value after it (`not 4`, `anything but 4`) or offer it as one of
/// several (`either 4`).
#[cfg(feature = "math")]
pub(crate) fn excludes(before: &str) -> bool {
    let mut last = words(before).rev();
    match last.next().as_deref() {
        Some("but") => {
            last.next().is_some_and(|word| matches!(word.as_str(), "all" | "any" | "anything" | "everything" | "nothing"))
        }
        Some(word) => denies(word) || word == "either",
        None => false,
    }
}

/// Whether a word offers another answer.
pub(crate) fn offers(word: &str) -> bool {
    matches!(
        word,
        "or" | "xor"
            | "nor"
            | "either"
            | "else"
            | "otherwise"
            | "alternatively"
            | "instead"
            | "maybe"
            | "perhaps"
            | "possibly"
            | "probably"
            | "vs"
            | "versus"
    )
}

/// Whether a word after a number makes it another number: `4 hundred`, `4 squared`. A noun that is also a fraction
/// (`4 quarter circles`) does not.
pub(crate) fn counts(word: &str) -> bool {
    matches!(
        word,
        "zero"
            | "one"
            | "two"
            | "three"
            | "four"
            | "five"
            | "six"
            | "seven"
            | "eight"
            | "nine"
            | "ten"
            | "eleven"
            | "twelve"
            | "thirteen"
            | "fourteen"
            | "fifteen"
            | "sixteen"
            | "seventeen"
            | "eighteen"
            | "nineteen"
            | "twenty"
            | "thirty"
            | "forty"
            | "fifty"
            | "sixty"
            | "seventy"
            | "eighty"
            | "ninety"
            | "hundred"
            | "hundreds"
            | "thousand"
            | "thousands"
            | "million"
            | "millions"
            | "billion"
            | "billions"
            | "trillion"
            | "trillions"
            | "dozen"
            | "dozens"
            | "halves"
            | "thirds"
            | "fourths"
            | "fifths"
            | "sixths"
            | "sevenths"
            | "eighths"
            | "ninths"
            | "tenths"
            | "hundredths"
            | "thousandths"
            | "double"
            | "twice"
            | "triple"
            | "squared"
            | "cubed"
            | "factorial"
            | "percent"
            | "millionen"
            | "milliarde"
            | "milliarden"
            | "tausend"
            | "hundert"
            | "dutzend"
            | "millón"
            | "millones"
            | "billones"
            | "milliers"
            | "milliards"
            | "douzaine"
            | "douzaines"
            | "docena"
            | "docenas"
            | "cientos"
            | "milhões"
            | "milhares"
            | "milioni"
            | "mila"
            | "миллион"
            | "миллиона"
            | "миллионов"
            | "миллиард"
            | "миллиарда"
            | "миллиардов"
            | "тысяча"
            | "тысячи"
            | "тысяч"
    )
}

/// Whether a word between two numbers is an operation; without a second number it may be a noun (`it appears 4 times`).
pub(crate) fn is_operator(word: &str) -> bool {
    matches!(
        word,
        "plus" | "minus" | "times" | "over" | "divided" | "multiplied" | "point" | "mod" | "modulo" | "choose" | "by" | "to"
    )
}

/// Whether a word names a number or an operation: such words are part of a formula.
pub(crate) fn is_formula(word: &str) -> bool {
    matches!(
        word,
        "pi" | "sqrt"
            | "sin"
            | "cos"
            | "tan"
            | "log"
            | "ln"
            | "exp"
            | "inf"
            | "infinity"
            | "alpha"
            | "beta"
            | "gamma"
            | "theta"
            | "lambda"
            | "phi"
            | "mu"
            | "sigma"
            | "omega"
    )
}

/// The text after the last end of a sentence.
pub(crate) fn last_sentence(text: &str) -> &str {
    text.rfind(['.', '\n', '!', '?', ';']).map_or(text, |stop| &text[stop + 1..])
}

/// The words of a text, in lower case.
pub(crate) fn words(text: &str) -> impl DoubleEndedIterator<Item = String> + '_ {
    text.split(|c: char| !(c.is_alphabetic() || c == '\'' || c == '’'))
        .filter(|word| word.contains(char::is_alphabetic))
        .map(str::to_lowercase)
}

/// Whether words after an answer leave it unchanged: no digit, no sign of a formula, no single letter, and no word that
/// changes, denies or offers. The content of a reason (`4, since 2+2=4`) is not examined, except for another offered
/// value.
pub(crate) fn is_plain(rest: &str) -> bool {
    let rest = rest.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '!' | '*' | '_' | '"' | '”' | '`' | '—' | '–')
    });
    if rest.is_empty() {
        return true;
    }
    if gives_reason(rest) {
        // `as is 5` and `because 5 is right, too` are not reasons.
        let more = |word: &str| matches!(word, "or" | "xor" | "also" | "too" | "but" | "either" | "both" | "alternatively");
        let same = |word: &str| matches!(word, "is" | "are" | "was" | "would" | "does" | "well");
        return !words(rest).any(|word| more(&word))
            && words(rest).nth(1).is_none_or(|word| !same(&word))
            && reason_value(rest).is_none();
    }
    let formula = |c: char| {
        c.is_numeric()
            || matches!(
                c,
                '$' | '\\'
                    | '^'
                    | '_'
                    | '='
                    | '<'
                    | '>'
                    | '+'
                    | '*'
                    | '/'
                    | '|'
                    | '~'
                    | '{'
                    | '}'
                    | '['
                    | ']'
                    | '('
                    | ')'
                    | '&'
                    | '%'
                    | '#'
                    | '@'
                    | '?'
            )
    };
    if rest.chars().any(|c| formula(c) || is_beyond_prose(c)) {
        return false;
    }
    // A number in words belongs to the answer at the beginning, after `and` and after an operation; `the smallest one`
    // is prose.
    let mut joined = true;
    words(rest).all(|word| {
        let alone = word.chars().count() == 1 && word != "a" && !(word == "i" && rest.contains("I "));
        let changes = alone || denies(&word) || offers(&word) || is_formula(&word) || (joined && counts(&word));
        joined = word == "and" || is_operator(&word);
        !changes
    })
}

/// Whether a clause after a comma only adds information about the value in front of it.
#[cfg(feature = "math")]
pub(crate) fn is_clause(rest: &str) -> bool {
    const BEGINS: &str =
        "which as since because so where with when exactly precisely respectively the that this for in and after completing giving";
    let Some(clause) = rest.trim_start().strip_prefix(',') else { return true };
    words(clause).next().is_none_or(|word| BEGINS.split_whitespace().any(|known| known == word))
}

/// The words directly after a value (at most three), up to a word that continues the sentence.
pub(crate) fn leading_words(sentence: &str) -> &str {
    const GOES_ON: &str = "of in on at by to for from with as is was are were because since and or but if when where which that who \
        the a an this these so after before during every each such we it he she they you only more left remaining total \
        altogether apart away there then than times plus minus over";
    let words = sentence.trim_start_matches([' ', '~']);
    let mut end = 0;
    for word in words.split_inclusive(' ').take(3) {
        let plain = word.trim_end();
        if !plain.starts_with(char::is_alphabetic) || GOES_ON.split_whitespace().any(|known| known == plain.to_lowercase()) {
            break;
        }
        end += word.len();
        if !plain.ends_with(char::is_alphabetic) {
            break;
        }
    }
    words[..end].trim_end_matches(|c: char| !c.is_alphanumeric())
}

/// Whether a text begins with a word that introduces a reason.
pub(crate) fn gives_reason(rest: &str) -> bool {
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | '—' | '–' | '-'));
    ["since ", "because ", "as "].iter().any(|word| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

/// Whether a mathematical sign continues the expression in front of it: `∨`, `⊕`. Arrows and signs that compare,
/// conclude or end a proof do not.
pub(crate) fn is_operation(c: char) -> bool {
    let apart = matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2208}'..='\u{220e}' | '\u{2234}' | '\u{2235}' | '\u{223c}'..='\u{228b}');
    is_beyond_prose(c) && !apart
}

/// The value, where a reason consists only of a value: `since it's 5`.
pub(crate) fn reason_value(rest: &str) -> Option<&str> {
    let mut said = rest.split_whitespace().skip(1);
    match said.next()? {
        "it" | "that" | "this" => matches!(said.next()?, "is" | "was" | "equals" | "=").then_some(())?,
        "it's" | "it’s" | "that's" | "that’s" => {}
        _ => return None,
    }
    let (value, None) = (said.next()?.trim_matches(['.', ',', ')', '*', '$']), said.next()) else { return None };
    (value.contains(char::is_numeric) || value.contains('\\') || counts(value)).then_some(value)
}

/// Whether a character is a mathematical or other sign that does not occur in prose.
fn is_beyond_prose(c: char) -> bool {
    matches!(c, '\u{b0}'..='\u{b3}' | '\u{b9}'..='\u{bf}' | '\u{d7}' | '\u{f7}' | '\u{2044}' | '\u{2070}'..='\u{209f}' | '\u{2150}'..='\u{22ff}')
}

/// The end of the first sentence of a line: its full stop, or the end of the line.
pub(crate) fn sentence_end(text: &str) -> usize {
    let line = text.find('\n').map_or(text, |end| &text[..end]);
    let mut from = 0;
    while let Some(place) = line[from..].find(['.', '!', '?']) {
        let end = from + place;
        let behind = &line[end + 1..];
        let abbreviated = line[..end].ends_with("i.e")
            || line[..end].ends_with("e.g")
            || line[..end].ends_with("vs")
            || line[..end].ends_with("approx");
        if !abbreviated && (behind.is_empty() || behind.starts_with(char::is_whitespace)) {
            return end;
        }
        from = end + 1;
    }
    line.trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_say_more_are_plain() {
        for rest in [
            "",
            ".",
            " books",
            ", which completes the proof.",
            " cm",
            " apples are left in the basket",
            " (since 2+2=4)",
            " because $x>0$",
            " times",
            " quarter circles",
            ", which is the smallest one",
            ", as asked",
            "**",
        ] {
            assert!(is_plain(rest), "{rest}");
        }
    }

    #[test]
    fn words_that_change_deny_or_offer_are_not() {
        for rest in [
            " hundred",
            " (or $5$)",
            " or so",
            ", not",
            "/5",
            " x",
            " and 5",
            " thirds",
            ", maybe five",
            " since 2+2=4 or 5",
            "²",
            " pi",
            "^2",
            " times five",
            " and five",
        ] {
            assert!(!is_plain(rest), "{rest}");
        }
    }

    #[test]
    fn a_sentence_ends_at_its_full_stop() {
        for (text, end) in [("4. 5", 1), ("4.5 is", 6), ("4", 1), ("4.\n5", 1), ("so, i.e. 4. No", 10), ("4.5", 3)] {
            assert_eq!(sentence_end(text), end, "{text}");
        }
    }
}
