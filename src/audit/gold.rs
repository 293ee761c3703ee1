//! What is wrong with the references of a row, as the math verifier reads them.

use super::finding::FindingCode;
use super::words::{plain_words, shorten};
use super::{leak, prompt};
use crate::math::{Gold, Math};
use crate::reading::{count_words, trim};
use crate::{Outcome, Reason, Verdict};

/// Texts that stand in for a missing answer, in lower case and without punctuation at the end.
const SENTINELS: &[&str] = &[
    "proof",
    "see proof",
    "see solution",
    "see the solution",
    "see above",
    "see below",
    "see explanation",
    "solution",
    "answer",
    "n/a",
    "tbd",
    "todo",
    "notfound",
    "no final answer",
    "not provided",
    "not available",
    "not applicable",
    "not specified",
    "missing",
    "placeholder",
    "open-ended",
    "open ended",
    "answer not found",
    "unable to determine the answer",
    "-",
    "--",
    "?",
    "??",
    "...",
    "…",
    "_",
];

/// Texts that stand in for a missing answer or are one: sodium, the empty set, what does not follow from the text of a question, what a
/// program prints.
const PERHAPS: &[&str] = &["na", "none", "nil", "null", "nan", "unknown", "not found", "not given", "no answer", "error"];

/// A phrase of at least this many words is a sentence, which no completion repeats word by word.
const WORDS_OF_PROSE: usize = 6;

/// A placeholder that is a sentence has at most this many words.
const WORDS_OF_A_PLACEHOLDER: u64 = 6;

/// The references of a row, read once, and what is wrong with them.
pub(super) struct Golds {
    /// As they were read.
    pub read: Vec<Gold>,
    /// What is wrong, with details.
    pub faults: Vec<(FindingCode, String)>,
}

impl Golds {
    /// The kind of value of the first reference, for the table of kinds.
    pub(super) fn kind(&self) -> &'static str {
        match self.read.first() {
            None => "none",
            Some(gold) => gold.kind().unwrap_or("unreadable"),
        }
    }
}

/// Reads the references and examines each, also against the prompt.
pub(super) fn examine(math: &Math, answers: &[String], prompt: &str) -> Golds {
    let read: Vec<Gold> = answers.iter().map(|answer| math.gold(answer)).collect();
    let mut faults: Vec<(FindingCode, String)> =
        answers.iter().zip(&read).filter_map(|(text, gold)| fault(math, text, gold)).collect();
    if faults.is_empty() {
        faults.extend(answers.iter().zip(&read).filter_map(|(text, gold)| remark(text, gold)));
        faults.extend(several(math, answers, &read));
        faults.extend(leak::find(math, answers, &read, prompt));
    }
    faults.extend(
        answers
            .iter()
            .find_map(|answer| prompt::broken(answer))
            .map(|why| (FindingCode::TextBroken, format!("the reference: {why}"))),
    );
    Golds { read, faults }
}

/// Why no completion, or not the one that repeats it, can equal the reference.
fn fault(math: &Math, text: &str, gold: &Gold) -> Option<(FindingCode, String)> {
    let shown = shorten(text);
    if trim(text).is_empty() {
        return Some((FindingCode::GoldMissing, "the reference is blank".to_owned()));
    }
    if is_sentinel(text) {
        return Some((FindingCode::GoldSentinel, format!("`{shown}`")));
    }
    let bare = trim(text).trim_start_matches("\\text{").trim_end_matches('}').trim_end_matches('.');
    if gold.problem().is_none() && PERHAPS.iter().any(|word| bare.eq_ignore_ascii_case(word)) {
        return Some((FindingCode::GoldPerhapsMissing, format!("`{shown}`")));
    }
    if let Some((reason, detail)) = gold.problem() {
        let code = if reason == Reason::Hedged { FindingCode::GoldHedged } else { FindingCode::GoldUnreadable };
        return Some((code, format!("`{shown}`: {} ({detail})", reason.code())));
    }
    let repeated = repeated(math, gold)?;
    let code = match (repeated.verdict, repeated.reason) {
        (Verdict::Correct, _) => return None,
        (Verdict::Unscored, Reason::GoldUnusable) => FindingCode::GoldUnusable,
        (Verdict::Unscored, _) => FindingCode::GoldUnreadable,
        (Verdict::Incorrect, Reason::Hedged) => FindingCode::GoldHedged,
        (Verdict::Incorrect, _) => FindingCode::GoldUnequal,
    };
    Some((code, format!("`{shown}`: {}", why(&repeated))))
}

/// The outcome of a completion that gives the reference as its answer.
fn repeated(math: &Math, gold: &Gold) -> Option<Outcome> {
    let text = gold.text()?;
    let boxed = math.judge(std::slice::from_ref(gold), &format!("\\boxed{{{text}}}"));
    // Text that is not balanced cannot stand in a box.
    Some(if boxed.is_correct() {
        boxed
    } else {
        Some(math.judge(std::slice::from_ref(gold), text)).filter(Outcome::is_correct).unwrap_or(boxed)
    })
}

fn is_sentinel(text: &str) -> bool {
    let text = trim(text).trim_start_matches("\\boxed{").trim_start_matches("\\text{").trim_end_matches('}');
    let lower = text.to_lowercase();
    let bare = lower.trim_matches(['(', ')', '[', ']', '<', '>', '$']).trim_end_matches(['.', '!']).trim();
    if SENTINELS.contains(&bare) || SENTINELS.contains(&&*lower) {
        return true;
    }
    // Short sentences about a missing answer: `see the figure above`, `answer not available`, `the proof is omitted here`.
    let short = count_words(bare) <= WORDS_OF_A_PLACEHOLDER && !bare.contains(|c: char| c.is_ascii_digit() || "\\=<>+".contains(c));
    let starts = ["see ", "answer not ", "answer unavailable", "error:", "refer to "].iter().any(|start| bare.starts_with(start));
    short && (starts || bare.contains("proof is "))
}

/// What is good to know about a reference that can be used.
fn remark(text: &str, gold: &Gold) -> Option<(FindingCode, String)> {
    if gold.is_solution() {
        return Some((FindingCode::GoldSolution, format!("the answer is `{}`", shorten(gold.text().unwrap_or_default()))));
    }
    is_prose(text).then(|| (FindingCode::GoldProse, format!("`{}`", shorten(text))))
}

/// Whether a reference is a sentence. It may be read as something else: `a number that has two divisors` as a number.
fn is_prose(text: &str) -> bool {
    plain_words(text) >= WORDS_OF_PROSE
}

/// Whether a reference says `or` between two parts.
fn says_or(text: &str) -> bool {
    let joins = |text: &str, word: &str| {
        text.split_once(word).is_some_and(|(left, right)| !trim(left).is_empty() && !trim(right).is_empty())
    };
    joins(text, " or ") || joins(text, "{or}") || joins(text, "{ or }")
}

/// Whether a reference that says `or` is one answer: a set of values in parts, such as `x < 1 or x > 2`, all of which an answer
/// must give.
fn is_union(text: &str, gold: &Gold) -> bool {
    const SIGNS: [&str; 6] = ["<", ">", "\u{2264}", "\u{2265}", "\u{2208}", "\u{2260}"];
    const COMMANDS: [&str; 10] = ["\\in", "\\lt", "\\gt", "\\le", "\\ge", "\\leq", "\\geq", "\\leqslant", "\\geqslant", "\\ne"];
    let commands = |part: &str| {
        part.match_indices('\\').any(|(at, _)| {
            let letters = part[at + 1..].bytes().take_while(u8::is_ascii_alphabetic).count();
            COMMANDS.contains(&&part[at..=at + letters])
        })
    };
    let is_condition = |part: &str| SIGNS.iter().any(|sign| part.contains(sign)) || commands(part);
    let parts = text.replace("{or}", " or ").replace("{ or }", " or ");
    gold.kind() == Some("set expression") || parts.split(" or ").all(is_condition)
}

/// Whether the row accepts answers that are not equal.
fn several(math: &Math, answers: &[String], read: &[Gold]) -> Option<(FindingCode, String)> {
    let (first, text) = (read.first()?, answers.first()?);
    if let Some((other, _)) = answers.iter().zip(read).skip(1).find(|(_, gold)| !equal(math, first, gold)) {
        return Some((FindingCode::GoldSeveral, format!("`{}` and `{}` are accepted", shorten(text), shorten(other))));
    }
    let offers = |(text, gold): (&String, &Gold)| {
        !is_prose(text) && !gold.is_solution() && !is_union(text, gold) && (gold.has_alternatives() || says_or(text))
    };
    let place = answers.iter().zip(read).position(offers)?;
    Some((FindingCode::GoldSeveral, format!("`{}` offers alternatives", shorten(&answers[place]))))
}

/// Whether two references are equal, in either direction: one may have a unit that the other leaves out.
pub(super) fn equal(math: &Math, left: &Gold, right: &Gold) -> bool {
    let holds = |gold: &Gold, answer: &Gold| {
        answer.text().is_some_and(|text| math.judge(std::slice::from_ref(gold), &format!("\\boxed{{{text}}}")).is_correct())
    };
    left.text() == right.text() || holds(left, right) || holds(right, left)
}

fn why(outcome: &Outcome) -> String {
    let rule = outcome.rule.as_deref().map_or_else(String::new, |rule| format!(", by the rule `{rule}`"));
    let detail = outcome.detail.as_deref().map_or_else(String::new, |detail| format!(": {detail}"));
    format!("{}{rule}{detail}", outcome.reason.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(answers: &[&str], prompt: &str) -> Vec<&'static str> {
        let answers: Vec<String> = answers.iter().map(|&answer| answer.to_owned()).collect();
        examine(&Math::strict(), &answers, prompt).faults.iter().map(|(code, _)| code.code()).collect()
    }

    #[test]
    fn each_fault_of_a_reference_has_its_code() {
        let cases: &[(&[&str], &str, &[&str])] = &[
            (&["42"], "What is 6*7?", &[]),
            (&["\\frac{1}{2}"], "Halve 1.", &[]),
            (&[" "], "", &["gold_missing"]),
            (&["N/A"], "", &["gold_sentinel"]),
            (&["unknown"], "", &["gold_perhaps_missing"]),
            (&["Not found."], "", &["gold_perhaps_missing"]),
            (&["\\text{Proof.}"], "", &["gold_sentinel"]),
            (&["1 + + )"], "", &["gold_unreadable"]),
            (&["\\frac{1}{0}"], "", &["gold_unusable"]),
            (&["42", "43"], "", &["gold_several"]),
            (&["0.5", "1/2"], "", &[]),
            (&["The function is continuous at each point"], "", &["gold_prose"]),
            (&[r"\text{all whole numbers that are odd, and } 2"], "", &["gold_prose"]),
            (&["(a + b)(a + c)(b + c)"], "", &[]),
            (&["x=-1 or x=1"], "", &["gold_several"]),
            (&["see the figure above"], "", &["gold_sentinel"]),
            (&[r"\text{The proof is omitted here.}"], "", &["gold_sentinel"]),
            (&["ERROR: timeout"], "", &["gold_sentinel"]),
            (&["\text{Sunday}"], "", &["text_broken"]),
            (&["Half of 84 is 42. #### 42"], "", &["gold_solution"]),
            (&["42"], "What is 6*7? Answer: 42", &["gold_in_prompt"]),
            (&["42"], "What is 6*7? Put the answer in \\boxed{}.", &[]),
            (&["4"], "Question: What is 2+2? Answer: 4\n\nQuestion: What is 3+1? Answer:", &[]),
            (&["6"], "Q: 2*3? #### 6\n\nQ: What is 12/2?", &[]),
            (&["24"], "Problem:\nWhat is 4*6?\n\nSolution: The final answer is $24$.\n\nProblem:\nWhat is 4!?\n\nSolution:", &[]),
            (&["42"], "Question: What is 2+2? Answer: 4\n\nQuestion: What is 6*7? Answer: 42", &["gold_in_prompt"]),
            (&["72"], "What is 8*9? Answer: 72. Put your final answer within \\boxed{}.", &["gold_in_prompt"]),
            (&["42"], "What is 6*7? (Answer: 42)", &["gold_in_prompt"]),
            (&["48"], "What is 6*8?\nSolution: 48", &["gold_in_prompt"]),
            (&["90"], "9 乘 10 是多少? 答案：90", &["gold_in_prompt"]),
            (&["7"], "What is 3+4? Answer: with a number from 1 to 9.", &[]),
            (&["A"], "Which letter is first? Write the letter, for example \\boxed{A}.", &[]),
            (&["42"], "The numbers are 42 and 7. Find the larger. Answer: in \\boxed{}", &[]),
            (&["\\frac{\\pi^2}{6}"], "Show that the sum is \\frac{\\pi^2}{6}.", &["gold_text_in_prompt"]),
            (&["4\u{fffd}2 apples"], "", &["gold_unreadable", "text_broken"]),
        ];
        for (answers, prompt, expected) in cases {
            assert_eq!(codes(answers, prompt), *expected, "{answers:?} in {prompt:?}");
        }
    }

    #[test]
    fn a_union_is_one_answer_and_alternatives_are_several() {
        for one in [
            "x<1 or x>2",
            "$x<1$ or $x>2$",
            r"x > 5 \text{ or } x < -2",
            r"x \leq 1 \text{ or } x \geq 3",
            r"x\in(-\infty,1) \text{ or } x\in(2,\infty)",
            "x < 1 or x = 5",
        ] {
            assert_eq!(codes(&[one], ""), [""; 0], "{one}");
        }
        for several in ["5 or 7", r"5 \text{ or } 7", "x=1 or x=2", r"\infty \text{ or } 0", r"\inf A \text{ or } \int f"] {
            assert_eq!(codes(&[several], ""), ["gold_several"], "{several}");
        }
        assert_eq!(codes(&["x<1 or x>2", "x<1"], ""), ["gold_several"], "two references");
    }

    #[test]
    fn answers_that_only_look_like_placeholders_are_kept() {
        for honest in ["no solution", "does not exist", "undefined", "0", "A", "\\emptyset", "impossible", "e"] {
            assert!(!is_sentinel(honest), "{honest}");
        }
    }
}
