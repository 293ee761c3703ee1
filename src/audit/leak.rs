//! Whether a prompt gives its reference away.
//!
//! An answer that a prompt states is one of three things: the answer to what the prompt asks (a leak), the answer of an example before
//! another question, or words about an answer (what a person in the problem says, what to answer if there is none). The last two are told
//! from the first by what stands around the mark.

use super::finding::FindingCode;
use super::words::shorten;
use crate::math::{Gold, Math};
use crate::reading::trim;

/// References of at least this many bytes are looked for in the prompt; shorter ones occur there by chance.
const LEAST_OF_TEXT: usize = 8;

/// Marks of a final answer, in lower case.
const MARKS: [&str; 12] = [
    "\\boxed{",
    "####",
    "answer is",
    "answer:",
    "answer =",
    "<answer>",
    "solution:",
    "answer**",
    "答案:",
    "答案：",
    "antwort:",
    "réponse:",
];

/// Words that begin a question, at the start of a line or sentence.
const QUESTIONS: [&str; 8] = ["question:", "problem:", "q:", "user:", "human:", "exercise:", "问题：", "问题:"];

/// Whether the prompt gives the reference away.
pub(super) fn find(math: &Math, answers: &[String], read: &[Gold], prompt: &str) -> Option<(FindingCode, String)> {
    if prompt.is_empty() {
        return None;
    }
    stated(math, read, prompt).or_else(|| shown(answers, read, prompt))
}

/// What an answer that a prompt states is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Statement {
    /// Nothing speaks against its being the answer to the question.
    Answer,
    /// A question follows, or words before it say that it is not simply the answer.
    Perhaps,
    /// The form of an answer, or the answer to an earlier question.
    Example,
}

/// A right answer behind a mark of an answer.
fn stated(math: &Math, read: &[Gold], prompt: &str) -> Option<(FindingCode, String)> {
    /// Of more marks than these, the last ones are looked at.
    const MOST_MARKS: usize = 16;
    let lower = prompt.to_ascii_lowercase();
    let mut places: Vec<(usize, usize)> =
        MARKS.iter().flat_map(|mark| lower.match_indices(mark).map(|(at, mark)| (at, at + mark.len()))).collect();
    places.sort_unstable_by_key(|(at, _)| std::cmp::Reverse(*at));
    places.truncate(MOST_MARKS);
    let statements: Vec<(Statement, &str)> = places
        .into_iter()
        .map(|(at, end)| (at, end, statement(&prompt[end..])))
        .filter(|(.., text)| !text.is_empty())
        .map(|(at, end, text)| (classify(&lower, at, end), text))
        .collect();
    let finding = |kind: Statement, text: &str| match kind {
        Statement::Answer => Some((FindingCode::GoldInPrompt, format!("the prompt gives `{}` as the answer", shorten(text)))),
        Statement::Perhaps => {
            let detail = format!("the prompt has `{}` as an answer, perhaps not to its question", shorten(text));
            Some((FindingCode::GoldTextInPrompt, detail))
        }
        Statement::Example => None,
    };
    // What the whole prompt concludes with: an answer of several lines or parts is read only so.
    let (last, _) = *statements.first()?;
    let outcome = math.judge(read, prompt);
    let whole = outcome.is_correct().then(|| finding(last, outcome.extracted.as_deref().unwrap_or_default())).flatten();
    // What follows a mark, up to the end of its sentence: an instruction behind it (`put your answer in \boxed{}`) hides nothing.
    let is_right = |text: &str| math.judge(read, &format!("\\boxed{{{text}}}")).is_correct();
    let found = statements.into_iter().filter(|(kind, text)| *kind != Statement::Example && is_right(text));
    let parts = found.filter_map(|(kind, text)| finding(kind, text));
    whole.into_iter().chain(parts).min_by_key(|(code, _)| *code != FindingCode::GoldInPrompt)
}

/// What the answer is whose mark is at `at` and ends at `end`, of a prompt in lower case.
fn classify(lower: &str, at: usize, end: usize) -> Statement {
    let (before, after) = (&lower[..at], &lower[end..]);
    let after = &after[after.find('\n').unwrap_or(after.len())..];
    if shows_the_form(before) || asks_again(before, &lower[end..], after) {
        Statement::Example
    } else if lower[end..].contains(['?', '？']) || is_conditional(before) {
        Statement::Perhaps
    } else {
        Statement::Answer
    }
}

/// Whether another question follows an answer: a word that begins a question (`rest` is all behind the mark), or a line (of `lines`, those
/// after that of the mark) that begins as one before the mark does; or a question whose answer is left to be written.
fn asks_again(before: &str, rest: &str, lines: &str) -> bool {
    let begins = |at: usize| {
        rest[..at].trim_end_matches([' ', '*', '#', '\t']).ends_with(['\n', '.', '。', '?', '!'])
            || at > 0 && rest[..at].ends_with(' ')
    };
    if QUESTIONS.iter().any(|word| rest.match_indices(word).any(|(at, _)| begins(at))) {
        return true;
    }
    let labels: Vec<String> = before.lines().filter_map(label).collect();
    if lines.lines().filter_map(label).any(|label| labels.contains(&label)) {
        return true;
    }
    let open = lines.trim_end_matches(|letter: char| letter.is_whitespace() || "*#".contains(letter));
    let asked = MARKS.iter().find_map(|mark| open.strip_suffix(mark));
    asked.is_some_and(|asked| asked.contains(['?', '？']))
}

/// What a line begins with, if that may begin each of several questions: a word before a colon, or a number before a point or bracket,
/// without digits. `None` for a mark of an answer.
fn label(line: &str) -> Option<String> {
    /// The most letters before the colon.
    const MOST: usize = 24;
    let line = line.trim_start_matches(|letter: char| letter.is_whitespace() || "*#>-(".contains(letter));
    let is_numbered = line.starts_with(|letter: char| letter.is_ascii_digit());
    let (end, mark) = if is_numbered {
        line.char_indices().find(|(_, letter)| !letter.is_ascii_digit()).filter(|(_, letter)| ".):、".contains(*letter))?
    } else {
        line.char_indices().take(MOST).find(|(_, letter)| ":：".contains(*letter))?
    };
    let label = &line[..end + mark.len_utf8()];
    (!MARKS.iter().any(|mark| label.contains(mark))).then(|| label.chars().filter(|letter| !letter.is_ascii_digit()).collect())
}

/// Whether what stands before a mark of an answer says that it shows how one is to be written: `for example \boxed{A}`.
fn shows_the_form(before: &str) -> bool {
    const WORDS: [&str; 7] = ["example", "e.g.", "such as", "for instance", "in the form", "in the format", "like this"];
    /// The most bytes between such words and the answer that they show.
    const NEAR: usize = 60;
    let start = (before.len().saturating_sub(NEAR)..).find(|place| before.is_char_boundary(*place)).unwrap_or(0);
    WORDS.iter().any(|word| before[start..].contains(word))
}

/// Whether the sentence before a mark of an answer says when it is one: `if there is none, the answer is`.
fn is_conditional(before: &str) -> bool {
    const WORDS: [&str; 11] = ["if", "when", "unless", "otherwise", "in case", "suppose", "wenn", "falls", "sonst", "如果", "否则"];
    let sentence = before.rsplit(['\n', '?', '。', '？']).next().unwrap_or(before);
    let sentence = sentence.rsplit(". ").next().unwrap_or(sentence);
    WORDS.iter().any(|word| {
        sentence.match_indices(word).any(|(at, word)| {
            let is_letter = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphabetic());
            let (left, right) = (sentence[..at].chars().next_back(), sentence[at + word.len()..].chars().next());
            !word.is_ascii() || !is_letter(left) && !is_letter(right)
        })
    })
}

/// A reference whose text stands in the prompt: a formula or the like, no number and no word.
fn shown(answers: &[String], read: &[Gold], prompt: &str) -> Option<(FindingCode, String)> {
    let lower = prompt.to_ascii_lowercase();
    let options = lower.contains("(a)") && lower.contains("(b)")
        || lower.contains("a)") && lower.contains("b)")
        || lower.contains("a.") && lower.contains("b.");
    let long = |(text, gold): &(&String, &Gold)| {
        trim(text).len() >= LEAST_OF_TEXT && !gold.is_solution() && !matches!(gold.kind(), Some("number" | "words") | None)
    };
    let (text, _) = answers.iter().zip(read).filter(long).find(|(text, _)| !options && prompt.contains(trim(text)))?;
    Some((FindingCode::GoldTextInPrompt, format!("the prompt contains `{}`", shorten(text))))
}

/// The text up to the end of its sentence or line, without the punctuation around it.
fn statement(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    let end = line.find(". ").or_else(|| line.find(|letter: char| "。；;".contains(letter))).unwrap_or(line.len());
    line[..end].trim_matches(|letter: char| letter.is_whitespace() || ".:*()}<".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(gold: &str, prompt: &str) -> &'static str {
        let math = Math::strict();
        find(&math, &[gold.to_owned()], &[math.gold(gold)], prompt).map_or("", |(code, _)| code.code())
    }

    #[test]
    fn an_answer_to_the_question_is_a_leak() {
        for (gold, prompt) in [
            ("42", "What is 6*7? Answer: 42"),
            ("42", "Question: What is 2+2? Answer: 4\n\nQuestion: What is 6*7? Answer: 42"),
            ("72", "What is 8*9? Answer: 72. Put your final answer within \\boxed{}."),
            ("42", "What is 6*7? (Answer: 42)"),
            ("48", "What is 6*8?\nSolution: 48"),
            ("90", "9 乘 10 是多少? 答案：90"),
            ("90", "求 9 乘 10。答案：90"),
            ("42", "Multiply the numbers. The answer is 42.\nInput: 6, 7"),
            ("42", "What is 6*7?\nHint: the answer is 42.\nAnswer:"),
            ("42", "1. What is 2+2? Answer: 4\n2. What is 6*7? Answer: 42"),
            ("5", "It is known that the answer is 5. Solve 2+3."),
        ] {
            assert_eq!(code(gold, prompt), "gold_in_prompt", "{prompt:?}");
        }
    }

    #[test]
    fn the_answer_of_an_example_is_none() {
        for (gold, prompt) in [
            ("4", "Question: What is 2+2? Answer: 4\n\nQuestion: What is 3+1? Answer:"),
            ("4", "What is 2+2?\nAnswer: 4\n\nWhat is 3+1?\nAnswer:"),
            ("4", "1. 2+2 = ? Answer: 4\n2. Add 3 and 1."),
            ("4", "Example 1: 2+2. Answer: 4\nExample 2: 3+1. Answer:"),
            ("4", "Task: add 2 and 2\nAnswer: 4\n\nTask: add 3 and 1\nAnswer:"),
            ("4", "Frage: Wie viel ist 2+2\nAntwort: 4\n\nFrage: Wie viel ist 3+1\nAntwort:"),
            ("4", "问题：2+2\n答案：4\n\n问题：3+1\n答案："),
            ("6", "Q: 2*3? #### 6\n\nQ: What is 12/2?"),
            ("24", "Problem:\nWhat is 4*6?\n\nSolution: The final answer is $24$.\n\nProblem:\nWhat is 4!?\n\nSolution:"),
            ("A", "Which letter is first? Write the letter, for example \\boxed{A}."),
        ] {
            assert_eq!(code(gold, prompt), "", "{prompt:?}");
        }
    }

    #[test]
    fn what_may_be_no_answer_to_the_question_is_a_warning() {
        for (gold, prompt) in [
            ("9", "Ann says the answer is 9. Is she right?"),
            ("0", "How many roots are there? If there is none, the answer is 0."),
            ("0", "Wie viele? Wenn es keine gibt, Antwort: 0"),
            ("0", "方程有几个根。如果没有，答案：0"),
            ("42", "What is 6*7? The answer is 42. Is that clear?"),
            ("5", "Tom has 2 and 3 apples. How many?\n#### 5\n\nAnn has 1 and 4 pears. How many?"),
        ] {
            assert_eq!(code(gold, prompt), "gold_text_in_prompt", "{prompt:?}");
        }
    }

    #[test]
    fn a_number_that_is_no_answer_is_none() {
        for (gold, prompt) in [
            ("42", "What is 6*7? Put the answer in \\boxed{}."),
            ("7", "What is 3+4? Answer: with a number from 1 to 9."),
            ("42", "The numbers are 42 and 7. Find the larger. Answer: in \\boxed{}"),
        ] {
            assert_eq!(code(gold, prompt), "", "{prompt:?}");
        }
        assert_eq!(code("\\frac{\\pi^2}{6}", "Show that the sum is \\frac{\\pi^2}{6}."), "gold_text_in_prompt");
    }
}
