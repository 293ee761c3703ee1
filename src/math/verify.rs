//! The verifier: judges a completion against reference answers under one policy and returns an outcome.
//!
//! Accepts any text on both sides. A reference that cannot be read makes the sample unscored; a completion that cannot
//! be read makes it incorrect.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde_json::Value;

use super::algebra::Budget;
use super::answer::{self, Answer, Form, Unread, with_stack};
use super::compare::{self, equals_itself, hedging_label};
use super::decision::Decision;
use super::extract::{self, Extracted};
use super::normalize::{MAX_LENGTH, trim};
use super::policy::{Extract, Policy};
use super::{choice, plain_text, written};
use crate::{Outcome, Reason, Reward, Rule, Sample};

/// Work allowed for comparing one answer with one reference, and for comparing all the boxes of a completion with each
/// other; see [`Budget`]. About a millisecond of arithmetic.
const WORK: u64 = 6_000;
/// Further work for each byte of both sides, so that a long expansion can be checked and time grows linearly with
/// length.
const WORK_PER_BYTE: u64 = 4;
/// An unmarked reference of at most this many bytes is read as a bare answer. A longer one that cannot be read may be a
/// whole solution with an answer phrase in it.
const LONGEST_ANSWER: usize = 40;
/// The longest reference or extracted text in an outcome, in bytes.
const MAX_SHOWN: usize = 400;

/// Judges a completion's final answer against the reference answers (golds).
///
/// ```
/// use r1rewards::math::Math;
/// let outcome = Math::strict().verify(&["\\frac{1}{2}".into()], "Halve it: \\boxed{0.5}.");
/// assert!(outcome.is_correct());
/// assert_eq!(outcome.rule.as_deref(), Some("canonical"));
/// ```
#[derive(Debug, Clone)]
pub struct Math {
    policy: Policy,
}

/// A reference answer, read once for all the samples of its prompt.
#[derive(Debug, Clone)]
pub struct Gold {
    pub(super) answer: Result<Answer, Unread>,
    /// Whether it equals itself, and the work that this comparison took; computed on first use.
    stands: OnceLock<(bool, u64)>,
    /// The whole text, where it is a solution that marks its answer; `answer` is then a part of it.
    pub(super) whole: Option<Box<str>>,
    /// Its text as [`written`] compares it, where `answer` could not be read and the text is not damaged.
    pub(super) written: Option<Box<str>>,
}

impl Gold {
    fn new(answer: Result<Answer, Unread>) -> Self {
        Self { answer, stands: OnceLock::new(), whole: None, written: None }
    }

    /// A reference that is the whole text; where it cannot be read, it is compared as it is written.
    fn bare(text: &str, answer: Result<Answer, Unread>) -> Self {
        let unread = answer.as_ref().is_err_and(|unread| unread.reason == Reason::Unparsable);
        let written = if unread { written::canonical(text).map(String::into_boxed_str) } else { None };
        Self { written, ..Self::new(answer) }
    }

    /// Its answer, where `text` is written in the same way: as the answer itself, or as the whole text that marks it.
    pub(super) fn written_as(&self, text: &str) -> Option<&Answer> {
        let answer = self.answer.as_ref().ok()?;
        (answer.source == text || self.is_all_of(text)).then_some(answer)
    }

    /// Whether a text is the whole of a reference that marks its answer.
    pub(super) fn is_all_of(&self, text: &str) -> bool {
        self.whole.as_deref() == Some(text)
    }
}

impl Math {
    /// The verifier under a policy.
    pub fn new(policy: Policy) -> Self {
        Self { policy }
    }

    /// The policy for training.
    pub fn strict() -> Self {
        Self::new(Policy::strict())
    }

    /// The policy for evaluation.
    pub fn lenient() -> Self {
        Self::new(Policy::lenient())
    }

    /// Its policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Reads a reference answer. A reference that is a whole solution gives the answer that it marks, extracted as
    /// under `strict`: several different marked answers, or text next to the mark that makes it unclear, leave no
    /// usable reference.
    pub fn gold(&self, text: &str) -> Gold {
        let answer = Answer::read_as(text, &self.policy.declared);
        let whole = self.policy.extract == Extract::Whole;
        let marked = text.contains("\\boxed") || (!whole && (text.contains("####") || text.contains("answer is")));
        if !marked && (answer.is_ok() || text.len() <= LONGEST_ANSWER) {
            return Gold::bare(text, answer);
        }
        let policy = Policy {
            thinking: self.policy.thinking.clone(),
            declared: self.policy.declared.clone(),
            labels: self.policy.labels.clone(),
            ..Policy::strict()
        };
        // A policy that reproduces another grader takes the last box, as that grader does.
        let policy = if self.policy.is_peer() {
            Policy { extract: Extract::Auto, last_box: true, last_number: false, ..self.policy.clone() }
        } else {
            policy
        };
        let unclear = |reason: Reason| Unread { reason, detail: "the reference marks no single answer".to_owned() };
        let found = match extract::extract(text, &policy) {
            // Without a mark the text is the whole answer or a fragment.
            Ok(found) if found.by == "bare" => return Gold::bare(text, answer),
            Ok(found) => found,
            Err(Reason::NoAnswer) => return Gold::bare(text, answer),
            Err(reason) => return Gold::new(Err(unclear(reason))),
        };
        let Ok(read) = Answer::read_as(&found.answer, &policy.declared) else { return Gold::bare(text, answer) };
        let strict = Self::new(policy);
        let agree = found.rivals.iter().all(|rival| {
            Answer::read_as(rival, &strict.policy.declared).is_ok_and(|rival| strict.compare(&read, &rival).0.is_equal())
        });
        let answer = if agree { Ok(read) } else { Err(unclear(Reason::Hedged)) };
        Gold { whole: Some(trim(text).into()), ..Gold::new(answer) }
    }

    /// Judges a completion against acceptable references: correct where it is equal to one of them.
    pub fn verify(&self, golds: &[String], completion: &str) -> Outcome {
        let golds: Vec<Gold> = golds.iter().map(|gold| self.gold(gold)).collect();
        self.judge(&golds, completion)
    }

    /// Judges a completion against references that were read before.
    pub fn judge(&self, golds: &[Gold], completion: &str) -> Outcome {
        // Without a usable reference there is no need to search the completion.
        without_reference(golds).unwrap_or_else(|| self.judge_found(golds, completion, &extract::extract(completion, &self.policy)))
    }

    /// Judges a completion whose extraction was done before.
    pub(super) fn judge_found(&self, golds: &[Gold], completion: &str, found: &Result<Extracted, Reason>) -> Outcome {
        if let Some(unscored) = without_reference(golds) {
            return unscored;
        }
        let written: Vec<&str> = golds.iter().filter_map(|gold| gold.written.as_deref()).collect();
        if let Ok(found) = found
            && written::repeats(&written, found)
        {
            return Outcome::correct(Reason::Equal).with_rule(Rule::Written).with_extracted(shorten(&found.answer));
        }
        if written.len() == golds.len() {
            return unparsable(golds);
        }
        let mut work = extract::effort(completion, &self.policy);
        let stated = self.policy.stated_choice.then(|| self.judge_choice(golds, completion, found)).flatten();
        let outcome = match (stated, found) {
            (Some(outcome), _) => outcome,
            (None, Err(reason)) => Outcome::incorrect(*reason),
            (None, Ok(found)) => self.judge_extracted(golds, found, &mut work).with_extracted(shorten(&found.answer)),
        };
        outcome.with_work(work)
    }

    /// Judges by a sentence that names an option, where every reference is a letter and nothing marks a clearer answer.
    fn judge_choice(&self, golds: &[Gold], completion: &str, found: &Result<Extracted, Reason>) -> Option<Outcome> {
        let letter = |gold: &Gold| {
            choice::read(&gold.answer.as_ref().ok()?.source).filter(|gold| gold.text.is_none()).map(|gold| gold.letter)
        };
        let letters = golds.iter().map(letter).collect::<Option<Vec<_>>>()?;
        let sentence = |by: &str| matches!(by, "phrase" | "bare");
        if found.as_ref().is_ok_and(|found| !sentence(found.by) || choice::read(&found.answer).is_some()) {
            return None;
        }
        let stated = choice::stated(&self.policy.thinking.read(completion).answer()?)?;
        let outcome =
            if letters.contains(&stated) { Outcome::correct(Reason::Equal) } else { Outcome::incorrect(Reason::Different) };
        Some(outcome.with_extracted(stated.to_string()).with_rule(Rule::StatedChoice))
    }

    fn judge_extracted(&self, golds: &[Gold], found: &Extracted, work: &mut u64) -> Outcome {
        *work += readable(golds).map(Answer::effort).sum::<u64>();
        let answer = match self.read_extracted(golds, found, work) {
            Ok(answer) => answer,
            Err(refused) => return *refused,
        };
        if !self.agree(&answer, found, work) {
            return Outcome::incorrect(Reason::Hedged).with_rule(Rule::Boxes);
        }
        let mut first: Option<Decision> = None;
        for gold in readable(golds) {
            let (decision, used) = self.compare(gold, &answer);
            *work += used;
            if decision.is_equal() {
                return Outcome::correct(Reason::Equal).with_rule(decision.rule);
            }
            first.get_or_insert(decision);
        }
        let decision = first.unwrap_or(Decision::different(Rule::Text));
        let stand = golds.iter().filter(|gold| gold.answer.is_ok()).any(|gold| {
            let (stands, used) = self.stands(gold);
            *work += used;
            stands
        });
        let outcome = if stand { Outcome::incorrect(decision.reason) } else { Outcome::unscored(Reason::GoldUnusable) };
        outcome.with_rule(decision.rule)
    }

    /// Reads the answer that was extracted, or refuses it.
    fn read_extracted<'g>(&self, golds: &'g [Gold], found: &Extracted, work: &mut u64) -> Result<Cow<'g, Answer>, Box<Outcome>> {
        // It is written like a reference, which was read before and is not refused.
        let written = trim(&found.answer);
        if let Some(same) = golds.iter().find_map(|gold| gold.written_as(written)) {
            return Ok(Cow::Borrowed(same));
        }
        let answer = Answer::read_as(&found.answer, &self.policy.declared).map_err(|unread| {
            *work += answer::effort(&found.answer, 0);
            Box::new(Outcome::incorrect(unread.reason).with_detail(unread.detail))
        })?;
        *work += answer.effort();
        match self.unfit(&answer) {
            Some(refusal) => Err(Box::new(Outcome::incorrect(refusal.reason).with_rule(refusal.rule))),
            None => Ok(Cow::Owned(answer)),
        }
    }

    /// Whether every rival answer (the other marked values of the completion) is equal to the answer. All these
    /// comparisons share the work of one comparison, and the rivals together may be no longer than one answer.
    fn agree(&self, answer: &Answer, found: &Extracted, work: &mut u64) -> bool {
        let rivals = found.rivals.iter().map(String::len).sum::<usize>();
        if rivals > MAX_LENGTH {
            return false;
        }
        let mut left = work_for(found.answer.len() + rivals);
        let mut equal = |gold: &Answer, answer: &Answer, work: &mut u64| {
            let (decision, used) = self.compare_within(gold, answer, left);
            *work += used;
            left = left.saturating_sub(used);
            decision.is_equal()
        };
        found.rivals.iter().all(|rival| {
            Answer::read_as(rival, &self.policy.declared).is_ok_and(|rival| {
                *work += rival.effort();
                // One of the two may have a unit that the other leaves out.
                equal(answer, &rival, work) || equal(&rival, answer, work)
            })
        })
    }

    /// Whether a reference equals itself, and the work of finding out. A reference that does not equal itself gives no
    /// verdict about any answer.
    fn stands(&self, gold: &Gold) -> (bool, u64) {
        *gold.stands.get_or_init(|| match &gold.answer {
            Ok(answer) => match &answer.form {
                Form::Tree(node) if !equals_itself(node) => {
                    let (decision, used) = self.compare(answer, answer);
                    (decision.is_equal(), used)
                }
                _ => (true, 0),
            },
            Err(_) => (false, 0),
        })
    }

    /// The refusal of an answer before any comparison: hedging words after a value, or digits grouped by blanks.
    pub(super) fn unfit(&self, answer: &Answer) -> Option<Decision> {
        if let Form::Tree(node) = &answer.form
            && hedging_label(node)
        {
            return Some(Decision::not_equal(Reason::Hedged, Rule::Label));
        }
        if answer.normal.as_ref().is_some_and(|normal| normal.space_grouped) && !self.policy.space_thousands {
            return Some(Decision::not_equal(Reason::Unparsable, Rule::SpaceThousands));
        }
        None
    }

    /// Compares two answers that were read; returns the decision and the work it took.
    pub(super) fn compare(&self, gold: &Answer, answer: &Answer) -> (Decision, u64) {
        self.compare_within(gold, answer, work_for(gold.source.len() + answer.source.len()))
    }

    fn compare_within(&self, gold: &Answer, answer: &Answer, budget: u64) -> (Decision, u64) {
        // Plain numbers on both sides: the most frequent case, compared without an allocation.
        if let (Form::Plain(g), Form::Plain(a)) = (&gold.form, &answer.form) {
            if g.same(a) {
                return (Decision::equal(Rule::Integer), 1);
            }
            // Only a decimal may agree with a number that it is not equal to.
            if self.policy.tolerance.is_none() && (self.policy.decimals == 0 || (g.is_whole() && a.is_whole())) {
                return (Decision::different(Rule::Integer), 1);
            }
        }
        if self.policy.plain_text {
            return (plain_text::compare(gold, answer), 1);
        }
        let (decision, budget) = self.compare_forms(gold, answer, Budget::new(budget));
        (decision, budget.used().max(1))
    }

    /// The names of the rewritings that comparing two answers uses.
    pub(super) fn rewritings(&self, gold: &Answer, answer: &Answer) -> Vec<&'static str> {
        let budget = Budget::new(work_for(gold.source.len() + answer.source.len()));
        self.compare_forms(gold, answer, budget).1.rewritings.rows().map(|row| row.name).collect()
    }

    fn compare_forms(&self, gold: &Answer, answer: &Answer, budget: Budget) -> (Decision, Budget) {
        let depth = gold.depth().max(answer.depth());
        with_stack(depth, || compare::answers(&self.policy, gold, answer, budget))
    }
}

impl Reward for Math {
    fn name(&self) -> &str {
        "math"
    }

    fn config(&self) -> Value {
        let mut config = self.policy.options();
        config["kind"] = self.name().into();
        config
    }

    fn score(&self, sample: &Sample) -> Outcome {
        self.verify(&sample.answers, &sample.completion)
    }

    fn equality<'a>(&'a self, answers: &[Option<&'a str>]) -> Box<dyn Fn(usize, usize) -> bool + 'a> {
        self.equality_of(answers)
    }

    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        let mut golds: Option<(&[String], Vec<Gold>)> = None;
        let mut outcomes = Vec::with_capacity(samples.len());
        for sample in samples {
            let read = match &golds {
                Some((texts, read)) if *texts == sample.answers.as_slice() => read,
                _ => &golds.insert((&sample.answers, sample.answers.iter().map(|gold| self.gold(gold)).collect())).1,
            };
            outcomes.push(self.judge(read, &sample.completion));
        }
        outcomes
    }
}

/// The outcome where there is no reference, or none that can be read.
fn without_reference(golds: &[Gold]) -> Option<Outcome> {
    if golds.is_empty() {
        return Some(Outcome::unscored(Reason::GoldMissing));
    }
    let usable = golds.iter().any(|gold| gold.answer.is_ok() || gold.written.is_some());
    (!usable).then(|| unparsable(golds))
}

/// The outcome where no reference can be read.
fn unparsable(golds: &[Gold]) -> Outcome {
    let detail = golds.iter().find_map(|gold| gold.answer.as_ref().err()).map(|unread| unread.detail.clone());
    Outcome::unscored(Reason::GoldUnparsable).with_detail(detail.unwrap_or_default())
}

/// The reference answers that could be read.
fn readable(golds: &[Gold]) -> impl Iterator<Item = &Answer> {
    golds.iter().filter_map(|gold| gold.answer.as_ref().ok())
}

/// The work allowed for answers of this many bytes in all.
pub(super) fn work_for(bytes: usize) -> u64 {
    WORK + WORK_PER_BYTE * bytes as u64
}

/// The text, cut to the longest that an outcome may contain (400 bytes).
pub(super) fn shorten(text: &str) -> String {
    if text.len() <= MAX_SHOWN {
        return text.to_owned();
    }
    let mut end = MAX_SHOWN;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}
