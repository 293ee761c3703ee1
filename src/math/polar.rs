//! Sentences that answer a question of yes or no: `Yes, the series converges.`
//!
//! Accepts: a sentence that begins with the word, a comma or full stop behind it. Refuses: sentences that limit or take
//! back the word (`Yes, but only for x > 0`, `Yes. Actually no`), and a yes with a negation behind it.

use crate::reading::prose::words;

/// Longest sentence, in bytes.
const MAX_SENTENCE: usize = 1_000;
/// Words that limit or take back what stands before them.
const LIMITING: &str = "but however although though unless if only except or either maybe perhaps possibly sometimes otherwise wait actually \
    depends sure unsure guess wrong incorrect false instead rather whereas while yes";
/// Words that turn a yes.
const NEGATING: &str = "no not never neither nor none cannot cant isnt doesnt dont wont wasnt arent without nothing";

/// Whether a reference is one of the two words and a sentence says it.
pub fn says_the_same(reference: &str, sentence: &str) -> bool {
    word(reference).is_some_and(|gold| stated(sentence) == Some(gold))
}

/// `Yes`, `no.`, `\text{Yes}`: whether it is yes.
fn word(text: &str) -> Option<bool> {
    let text = text.trim().trim_matches(['$', '.']);
    let text = text.strip_prefix("\\text{").and_then(|inner| inner.strip_suffix('}')).unwrap_or(text);
    match text {
        "Yes" | "yes" | "YES" => Some(true),
        "No" | "no" | "NO" => Some(false),
        _ => None,
    }
}

/// What the sentence says.
fn stated(sentence: &str) -> Option<bool> {
    let sentence = sentence.trim();
    if sentence.len() > MAX_SENTENCE || sentence.contains('?') {
        return None;
    }
    let (first, rest) = sentence.split_once([',', '.', ':', ';'])?;
    let yes = word(first)?;
    let listed = |list: &str, word: &str| list.split_whitespace().any(|known| known == word);
    let turned = words(rest).any(|word| {
        let plain: String = word.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
        listed(LIMITING, &plain) || (yes && (listed(NEGATING, &plain) || plain.ends_with("nt") && word.contains(['\'', '’'])))
    });
    (!turned).then_some(yes)
}

#[cfg(test)]
mod tests {
    use super::says_the_same;

    #[test]
    fn a_sentence_says_what_its_first_word_says() {
        for (reference, sentence) in [
            ("Yes", "Yes, the series converges."),
            ("No.", "No, such a function does not exist"),
            ("\\text{Yes}", "yes. It holds for all n."),
        ] {
            assert!(says_the_same(reference, sentence), "{sentence}");
        }
        for (reference, sentence) in [
            ("Yes", "No, it converges."),
            ("No", "Yes, it converges."),
            ("Yes", "Yes, but only for n > 3."),
            ("Yes", "Yes, it does not converge."),
            ("Yes", "Yes, it doesn't converge."),
            ("No", "No, wait, yes."),
            ("Yes", "Yes or no, it converges."),
            ("Yes", "Yes, is it true?"),
            ("Yes", "Yesterday, it converged."),
            ("5", "Yes, 5."),
        ] {
            assert!(!says_the_same(reference, sentence), "{sentence}");
        }
    }
}
