//! Reads a sentence without numbers, `n is even`, as words.
//!
//! Accepts: words of Latin letters, some of them between dollar signs or in `\text{}`, with a verb among them or
//! an article before them. Refuses:
//! digits, operators, primes and commands: what they mean would be lost. Two sentences are equal up to case, articles and
//! punctuation.

/// Longest sentence, in bytes.
const MAX_SENTENCE: usize = 300;
/// Words that make a sequence of words a sentence.
const VERBS: &str = "is are was were has have does do did cannot can exist exists diverges converges divides holds lies equals belongs wins there it";

/// The words of a sentence, without the marks of formulas and fonts.
pub(super) fn read(source: &str) -> Option<String> {
    if source.len() > MAX_SENTENCE || !source.contains(' ') || source.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    // Operators, before anything is copied.
    if source.bytes().any(|b| matches!(b, b'=' | b'+' | b'*' | b'/' | b'^' | b'_' | b'<' | b'>' | b'|' | b'[' | b']')) {
        return None;
    }
    let text = source.replace('$', "").replace("\\(", "").replace("\\)", "").replace("\\ ", " ").replace('~', " ");
    let text = text.replace("\\text{", "").replace("\\textbf{", "").replace("\\mathrm{", "").replace('}', "");
    let lettered = text.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | ',' | '\'' | '’' | '.' | ';' | '\n'));
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect();
    // Full stops inside are abbreviations, which lose their meaning with their stops.
    let inside = text.trim_end().trim_end_matches('.').contains('.');
    if has_primes(&text) || has_both_cases(&words) {
        return None;
    }
    let verb = words.iter().any(|word| VERBS.split(' ').any(|verb| verb.eq_ignore_ascii_case(word)));
    // `I do not know.` says nothing about the problem.
    let named = words.iter().any(|word| word.len() > 2) && !words.contains(&"I");
    // `an isosceles triangle`; a capital A may be the letter of an option.
    let article = words.first().is_some_and(|word| matches!(*word, "an" | "An" | "the" | "The"));
    let titled = article && words[1..].iter().all(|word| word.len() > 2);
    (lettered && !inside && (verb || titled) && named && words.len() > 1).then_some(text)
}

/// `f' is positive`: an apostrophe that is not inside a word is a derivative.
fn has_primes(text: &str) -> bool {
    let pieces: Vec<&str> = text.split(['\'', '’']).collect();
    pieces.windows(2).any(|pair| {
        let letters = pair[0].chars().rev().take_while(char::is_ascii_alphabetic).count();
        letters < 2 || !pair[1].starts_with(|c: char| c.is_ascii_alphabetic())
    })
}

/// `C is greater than c`: the letters are different, and sentences are compared without their case.
fn has_both_cases(words: &[&str]) -> bool {
    let single = |word: &&&str| word.len() == 1;
    words.iter().filter(single).any(|one| words.iter().filter(single).any(|other| one != other && one.eq_ignore_ascii_case(other)))
}
