//! Sentences that answer a question of yes or no: `Yes, the series converges.`
//!
//! Accepts: the word, a comma and one sentence without another mark; behind a no the sentence has a negation (`No, there
//! is no such function`), behind a yes it has none. Refuses: sentences that limit or take back the word (`Yes, but only
//! for x > 0`, `Yes, provided …`), fragments of less than three words, and several sentences.

use crate::reading::prose::words;

/// Longest sentence, in bytes.
const MAX_SENTENCE: usize = 1_000;
/// Words that limit or take back what stands before them.
const LIMITING: &str = "but however although though unless if only except or either maybe perhaps possibly sometimes otherwise wait actually \
    depends sure unsure guess wrong incorrect false instead rather whereas while yes some provided assuming given suppose supposing when whenever \
    where case cases fail fails failed impossible hmm hold mean correct true mind until most usually almost nearly hardly barely";
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
    if sentence.len() > MAX_SENTENCE {
        return None;
    }
    let (first, rest) = sentence.split_once(',')?;
    let yes = word(first)?;
    let rest = rest.trim().trim_end_matches('.');
    if rest.contains(['?', '!', ':', ';', '—', '\n']) || rest.contains(". ") || words(rest).count() < 3 {
        return None;
    }
    let listed = |list: &str, word: &str| list.split_whitespace().any(|known| known == word);
    let (mut limited, mut denied) = (false, false);
    for word in words(rest) {
        let plain: String = word.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
        limited |= listed(LIMITING, &plain);
        denied |= listed(NEGATING, &plain);
    }
    denied |= rest.contains("n't") || rest.contains("n’t");
    (!limited && denied != yes).then_some(yes)
}

#[cfg(test)]
mod tests {
    use super::says_the_same;

    #[test]
    fn a_sentence_says_what_its_first_word_says() {
        for (reference, sentence) in [
            ("Yes", "Yes, the series converges."),
            ("No.", "No, such a function does not exist"),
            ("\\text{Yes}", "yes, it holds for all n."),
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
            ("Yes", "Yes, is it so big?"),
            ("Yes", "Yesterday, it all converged."),
            ("Yes", "Yes, it holds for some n."),
            ("Yes", "Yes, the series converges. Hold on, it fails."),
            ("No", "No, it is true for all n."),
            ("No", "no.1"),
            ("Yes", "Yes, 5."),
        ] {
            assert!(!says_the_same(reference, sentence), "{sentence}");
        }
    }
}
