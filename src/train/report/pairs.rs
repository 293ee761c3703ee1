//! Samples before the training beside samples after it, as HTML.
//!
//! The filter above them (newly solved, lost, …) works without scripts: hidden radio buttons, and rules in the style
//! sheet that hide what does not fit the chosen one.

use std::fmt::Write as _;
use std::str::FromStr as _;

use super::samples::{Attempt, Judged, Problem, Samples};
use crate::Reason;
use crate::report::html::{block, escape, short};
use crate::report::scale::{brief, signed, whole};

/// The most characters of an answer and of a prompt.
const TEXT: usize = 6000;
const PROMPT: usize = 3000;
/// The most attempts of a problem on one side.
const ATTEMPTS: usize = 8;
/// The most problems, and the most bytes of HTML for all of them.
const PROBLEMS: usize = 100;
const BYTES: usize = 6 << 20;

/// What the training changed about a problem: the word for the style sheet and the label of the filter.
const CHANGES: [(&str, &str); 4] =
    [("gained", "solved more often"), ("lost", "solved less often"), ("kept", "solved as often"), ("never", "never solved")];

/// The samples, or a sentence if there are none.
pub(super) fn draw(before: Option<&Samples>, after: Option<&Samples>) -> String {
    let pairs = pairs(before, after);
    if pairs.is_empty() {
        return "<p>No samples were recorded.</p>".to_owned();
    }
    let both = before.is_some() && after.is_some();
    let mut html = if both { filter(&pairs) } else { String::new() };
    html.push_str("<div class=problems>");
    let (start, mut shown) = (html.len(), 0);
    for pair in pairs.iter().take(PROBLEMS) {
        if html.len() - start > BYTES {
            break;
        }
        problem(pair, both, &mut html);
        shown += 1;
    }
    html.push_str("</div>");
    if shown < pairs.len() {
        let left = whole(pairs.len() - shown);
        let _ = write!(html, "<p class=note>{left} more problems are not shown; they are in the files of samples.</p>");
    }
    html
}

/// A problem as it was answered before and after.
struct Pair<'a> {
    before: Option<&'a Problem>,
    after: Option<&'a Problem>,
}

impl Pair<'_> {
    /// The share of correct attempts after the training less that before it decides.
    fn change(&self) -> &'static str {
        let rate = |problem: Option<&Problem>| problem.map_or((0, 1), |problem| (problem.correct(), problem.attempts.len().max(1)));
        let ((solved, of), (solved_after, of_after)) = (rate(self.before), rate(self.after));
        match (solved_after * of).cmp(&(solved * of_after)) {
            std::cmp::Ordering::Greater => CHANGES[0].0,
            std::cmp::Ordering::Less => CHANGES[1].0,
            std::cmp::Ordering::Equal if solved > 0 => CHANGES[2].0,
            std::cmp::Ordering::Equal => CHANGES[3].0,
        }
    }
}

/// The problems of `after` in their order, then those only in `before`.
fn pairs<'a>(before: Option<&'a Samples>, after: Option<&'a Samples>) -> Vec<Pair<'a>> {
    let listed = |samples: Option<&'a Samples>| samples.map_or(&[][..], |samples| &samples.problems);
    let of = |samples: Option<&'a Samples>, name: &str| samples.and_then(|samples| samples.of(name));
    let answered = listed(after).iter().map(|problem| Pair { before: of(before, &problem.name), after: Some(problem) });
    let only = listed(before).iter().filter(|problem| of(after, &problem.name).is_none());
    answered.chain(only.map(|problem| Pair { before: Some(problem), after: None })).collect()
}

fn filter(pairs: &[Pair<'_>]) -> String {
    let mut html = format!("<input type=radio name=change id=all checked><label for=all>all {}</label>", whole(pairs.len()));
    for (word, label) in CHANGES {
        let count = pairs.iter().filter(|pair| pair.change() == word).count();
        let _ = write!(html, "<input type=radio name=change id={word}><label for={word}>{label} {}</label>", whole(count));
    }
    html
}

fn problem(pair: &Pair<'_>, both: bool, html: &mut String) {
    let Some(shown) = pair.after.or(pair.before) else { return };
    let change = if both { pair.change() } else { "" };
    let _ = write!(html, "<article class=problem data-change=\"{change}\"><h3><bdi>{}</bdi></h3>", short(&shown.name, 120));
    if !shown.prompt.is_empty() {
        let _ = write!(html, "<details><summary>Prompt</summary>{}</details>", block(&shown.prompt, PROMPT));
    }
    html.push_str(if both { "<div class=\"sides two\">" } else { "<div class=sides>" });
    if both || pair.before.is_some() {
        side("before", pair.before, html);
    }
    if both || pair.after.is_some() {
        side("after", pair.after, html);
    }
    html.push_str("</div></article>");
}

fn side(title: &str, problem: Option<&Problem>, html: &mut String) {
    let Some(problem) = problem else {
        let _ = write!(html, "<section><h4>{title}</h4><p>not sampled</p></section>");
        return;
    };
    let (correct, all) = (problem.correct(), problem.attempts.len());
    let _ = write!(html, "<section><h4>{title}: {} of {} correct</h4>", whole(correct), whole(all));
    for (place, attempt) in problem.attempts.iter().take(ATTEMPTS).enumerate() {
        let open = if place == 0 { " open" } else { "" };
        let (judged, rest) = (judgement(&attempt.judged, false), details(attempt));
        let text = block(&attempt.text, TEXT);
        let _ = write!(html, "<details{open}><summary>{judged}</summary>{rest}{text}</details>");
    }
    if all > ATTEMPTS {
        let _ = write!(html, "<p class=note>{} more attempts are not shown.</p>", whole(all - ATTEMPTS));
    }
    html.push_str("</section>");
}

/// The terms of the reward, the extracted answer and other fields.
fn details(attempt: &Attempt) -> String {
    let mut html = String::new();
    for (name, term) in attempt.terms.iter().take(30) {
        let _ = write!(html, "<li><bdi>{}</bdi> {}</li>", short(name, 60), judgement(term, true));
    }
    if let Some(extracted) = &attempt.extracted {
        let _ = write!(html, "<li>extracted <code>{}</code></li>", short(extracted, 200));
    }
    for (name, value) in attempt.others.iter().take(30) {
        let _ = write!(html, "<li><bdi>{}</bdi> <bdi>{}</bdi></li>", short(name, 60), short(value, 120));
    }
    if html.is_empty() { html } else { format!("<ul class=terms>{html}</ul>") }
}

/// Verdict, reason and reward. `small` is for a term: its verdict is a mark, and its reward has a sign.
fn judgement(judged: &Judged, small: bool) -> String {
    let mut parts = Vec::new();
    if let Some(verdict) = &judged.verdict {
        let (class, mark) = match verdict.as_str() {
            "correct" => ("correct", "✓"),
            "incorrect" => ("incorrect", "✗"),
            "unscored" => ("unscored", "?"),
            _ => ("other", "·"),
        };
        let word = short(verdict, 30);
        parts.push(match small {
            true => format!("<span class=\"mark {class}\" title=\"{word}\">{mark}</span>"),
            false => format!("<span class=\"badge {class}\">{mark} {word}</span>"),
        });
    }
    if let Some(reward) = judged.reward {
        parts.push(if small { signed(&brief(reward)) } else { format!("reward {}", brief(reward)) });
    }
    if let Some(reason) = &judged.reason {
        let sentence = Reason::from_str(reason).map(Reason::describe).unwrap_or_default();
        parts.push(format!("<span class=reason title=\"{}\">{}</span>", escape(sentence), short(reason, 60)));
    }
    if parts.is_empty() { "not judged".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::super::notes::Notes;
    use super::*;

    fn samples(lines: &str) -> Samples {
        Samples::read("samples", lines, &mut Notes::default())
    }

    /// A file in which each problem has these verdicts.
    fn judged(problems: &[(&str, &[&str])]) -> Samples {
        let line = |(name, verdicts): &(&str, &[&str])| {
            let attempts: Vec<_> = verdicts.iter().map(|verdict| serde_json::json!({"text": "t", "verdict": verdict})).collect();
            serde_json::json!({"problem": name, "attempts": attempts}).to_string()
        };
        samples(&problems.iter().map(line).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn a_problem_is_sorted_by_what_the_training_changed() {
        let (yes, no) = ("correct", "incorrect");
        let before = judged(&[("up", &[yes, no]), ("down", &[yes]), ("same", &[yes, no]), ("never", &[no]), ("gone", &[yes])]);
        let after = judged(&[("up", &[yes]), ("down", &[yes, no]), ("same", &[yes, yes, no, no]), ("never", &[no, no])]);
        let changes: Vec<_> = pairs(Some(&before), Some(&after)).iter().map(Pair::change).collect();
        assert_eq!(changes, ["gained", "lost", "kept", "never", "lost"]);
        let html = draw(Some(&before), Some(&after));
        assert!(html.contains("<label for=lost>solved less often 2</label>") && html.contains("not sampled"), "{html}");
    }

    #[test]
    fn one_file_alone_is_shown_without_a_filter() {
        let html = draw(None, Some(&judged(&[("a", &["correct"])])));
        assert!(html.contains("<h4>after: 1 of 1 correct</h4>"), "{html}");
        assert!(!html.contains("before") && !html.contains("<input"), "{html}");
        assert_eq!(draw(None, None), "<p>No samples were recorded.</p>");
    }

    #[test]
    fn a_reason_carries_its_sentence() {
        let attempt = r#"{"problem":"a","attempts":[{"text":"t","verdict":"correct","reason":"equal","reward":1.1,
            "components":{"format":{"verdict":"incorrect","reason":"private reason","reward":-0.5}}}]}"#;
        let html = draw(None, Some(&samples(&attempt.replace('\n', " "))));
        assert!(html.contains("<span class=reason title=\"The answer equals the reference.\">equal</span>"), "{html}");
        assert!(html.contains("✓ correct</span> reward 1.1"), "{html}");
        assert!(html.contains("title=\"incorrect\">✗</span> −0.5 <span class=reason title=\"\">private reason"), "{html}");
    }

    #[test]
    fn many_long_samples_make_a_bounded_page() {
        let attempts = vec!["\u{202e}".repeat(200_000); 12];
        let line = |nth| serde_json::json!({"problem": format!("p{nth}"), "attempts": attempts}).to_string();
        let html = draw(None, Some(&samples(&(0..30).map(line).collect::<Vec<_>>().join("\n"))));
        assert!(html.len() < 8 << 20, "{}", html.len());
        assert!(html.contains("4 more attempts are not shown.") && html.contains("more problems are not shown"));
        assert!(html.contains("[194,000 characters cut here]"));
    }
}
