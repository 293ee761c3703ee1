//! What is suspicious about a judged completion.

use memchr::memmem;

use super::finding::FindingCode;
use super::words::shorten;
use crate::math::Math;
use crate::reading::{Thinking, trim};
use crate::{Outcome, Reason, Sample, Verdict};

/// A right completion with at most this many bytes besides its answer has no reasoning.
const LEAST_REASONING: usize = 40;
/// The end of the thinking in which another answer is looked for, in bytes.
const CONCLUSION: usize = 400;

/// The policies that completions are examined under.
pub(super) struct Judges {
    /// The policy of the run.
    pub own: Math,
    /// The policy `lenient`, if the policy of the run is `strict`.
    pub lenient: Option<Math>,
}

/// Examines a completion that the math verifier judged.
pub(super) fn examine(judges: &Judges, sample: &Sample, outcome: &Outcome) -> Option<(FindingCode, String)> {
    match outcome.verdict {
        Verdict::Unscored => None,
        Verdict::Correct => no_reasoning(sample, outcome).or_else(|| contradicted(judges, sample, outcome)),
        Verdict::Incorrect => lenient_only(judges.lenient.as_ref()?, sample, outcome),
    }
}

fn no_reasoning(sample: &Sample, outcome: &Outcome) -> Option<(FindingCode, String)> {
    let answer = outcome.extracted.as_deref()?;
    let text = trim(&sample.completion);
    (text.len() <= answer.len() + LEAST_REASONING).then(|| (FindingCode::NoReasoning, format!("`{}`", shorten(text))))
}

/// The thinking concludes with an answer that is not equal to the one that was judged.
fn contradicted(judges: &Judges, sample: &Sample, outcome: &Outcome) -> Option<(FindingCode, String)> {
    let answer = outcome.extracted.as_deref()?;
    let text = &sample.completion;
    // A search from the end is slow; what is not in the text is not looked for that way.
    memmem::find(text.as_bytes(), b"</think>")?;
    let thinking = trim(&text[..text.rfind("</think>")?]);
    let end = &thinking[thinking.ceil_char_boundary(thinking.len().saturating_sub(CONCLUSION))..];
    let end = trim(end.rfind("<think>").map_or(end, |open| &end[open + "<think>".len()..]));
    let marked = ["\\boxed{", "answer is", "answer:", "Answer:", "####"].iter().any(|mark| end.contains(mark));
    let concluded = marked.then(|| judges.own.parse(end).extracted).flatten()?;
    let equal = |gold: &str, other: &str| judges.own.verify(&[gold.to_owned()], &format!("\\boxed{{{other}}}")).is_correct();
    let agrees =
        sample.answers().iter().any(|gold| equal(gold, &concluded)) || equal(&concluded, answer) || equal(answer, &concluded);
    (!agrees).then(|| {
        (
            FindingCode::Contradicted,
            format!("the thinking ends with `{}`, the answer is `{}`", shorten(&concluded), shorten(answer)),
        )
    })
}

fn lenient_only(lenient: &Math, sample: &Sample, outcome: &Outcome) -> Option<(FindingCode, String)> {
    if sample.answers().is_empty() || matches!(outcome.reason, Reason::ThinkUnclosed | Reason::EmptyCompletion) {
        return None;
    }
    let other = lenient.verify(sample.answers(), &sample.completion);
    other.is_correct().then(|| {
        let rule = other.rule.as_deref().unwrap_or_default();
        let found = other.extracted.as_deref().unwrap_or_default();
        (
            FindingCode::LenientOnly,
            format!("`strict`: {}; `lenient`: `{}` by the rule `{rule}`", outcome.reason.code(), shorten(found)),
        )
    })
}

/// The number of bytes of thinking, and of the rest.
pub(super) fn lengths(text: &str) -> (usize, usize) {
    let answer = Thinking::default().read(text).answer().map_or(0, |answer| answer.len());
    (text.len().saturating_sub(answer), answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(gold: &str, completion: &str) -> Option<&'static str> {
        let judges = Judges { own: Math::strict(), lenient: Some(Math::lenient()) };
        let sample = Sample::new(completion).with_answer(gold);
        let outcome = judges.own.verify(sample.answers(), completion);
        examine(&judges, &sample, &outcome).map(|(code, _)| code.code())
    }

    #[test]
    fn each_suspicion_has_its_code() {
        let long = "We multiply six by seven, which is six times seven ones, and count them.";
        let cases = [
            ("42", format!("{long} \\boxed{{42}}"), None),
            ("42", "\\boxed{42}".to_owned(), Some("no_reasoning")),
            ("42", format!("<think>{long} So the answer is 41.</think> \\boxed{{42}}"), Some("contradicted")),
            ("42", format!("<think>{long} So the answer is 42.</think> \\boxed{{42}}"), None),
            ("42", format!("{long} We get 42"), Some("lenient_only")),
            ("42", format!("{long} \\boxed{{41}}"), None),
            ("42", format!("<think>{long} \\boxed{{42}}"), None),
        ];
        for (gold, completion, expected) in cases {
            assert_eq!(found(gold, &completion), expected, "{completion}");
        }
    }
}
