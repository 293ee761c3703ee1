//! The verifier: one policy, gold answers, a completion, an outcome.
//!
//! Accepts: any text on both sides. Refuses: nothing; a gold that cannot be read makes the sample unscored, a completion that cannot be
//! read makes it incorrect.

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
use super::{choice, plain_text};
use crate::{Outcome, Reason, Reward, Rule, Sample};

/// Work allowed for comparing one answer with one gold, and for comparing all the boxes of a response with each other; see [`Budget`].
/// About a millisecond of arithmetic.
const WORK: u64 = 6_000;
/// Work allowed for each byte of both sides: who writes an expansion out may have it checked, and time grows with length alone.
const WORK_PER_BYTE: u64 = 4;
/// A longer reference that cannot be read may be a solution, which marks its answer.
const LONGEST_ANSWER: usize = 40;
/// The longest gold or extracted text that an outcome carries.
const MAX_SHOWN: usize = 400;

/// Judges a completion's final answer against the gold answers.
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

/// A gold answer, read once for all the samples of its prompt.
#[derive(Debug, Clone)]
pub struct Gold {
    pub(super) answer: Result<Answer, Unread>,
    /// Whether it equals itself and what finding out took, once it was asked for.
    stands: OnceLock<(bool, u64)>,
    /// The whole of a text that marks its answer, of which `answer` is a part.
    whole: Option<Box<str>>,
}

impl Gold {
    fn new(answer: Result<Answer, Unread>) -> Self {
        Self { answer, stands: OnceLock::new(), whole: None }
    }

    /// What it reads as, where a bare answer is written as it is: as its answer, or as the whole text that marks it.
    pub(super) fn written_as(&self, text: &str) -> Option<&Answer> {
        let answer = self.answer.as_ref().ok()?;
        (answer.source == text || self.whole.as_deref() == Some(text)).then_some(answer)
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

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Reads a gold answer; one that is a whole solution gives the answer it marks, by the reading of `strict`: what several marks or the text beside
    /// one leave open is no gold.
    pub fn gold(&self, text: &str) -> Gold {
        let answer = Answer::read(text);
        let whole = self.policy.extract == Extract::Whole;
        let marked = text.contains("\\boxed") || (!whole && (text.contains("####") || text.contains("answer is")));
        if !marked && (answer.is_ok() || text.len() <= LONGEST_ANSWER) {
            return Gold::new(answer);
        }
        let policy = Policy { thinking: self.policy.thinking.clone(), ..Policy::strict() };
        // A policy that reproduces another grader takes the last box, as that does.
        let policy = if self.policy.is_peer() {
            Policy { extract: Extract::Auto, last_box: true, last_number: false, ..self.policy.clone() }
        } else {
            policy
        };
        let unclear = |reason: Reason| Unread { reason, detail: "the reference marks no single answer".to_owned() };
        let found = match extract::extract(text, &policy) {
            // What nothing marks is the whole of it or a fragment.
            Ok(found) if found.by == "bare" => return Gold::new(answer),
            Ok(found) => found,
            Err(Reason::NoAnswer) => return Gold::new(answer),
            Err(reason) => return Gold::new(Err(unclear(reason))),
        };
        let Ok(read) = Answer::read(&found.answer) else { return Gold::new(answer) };
        let strict = Self::new(policy);
        let agree =
            found.rivals.iter().all(|rival| Answer::read(rival).is_ok_and(|rival| strict.compare(&read, &rival).0.is_equal()));
        let answer = if agree { Ok(read) } else { Err(unclear(Reason::Hedged)) };
        Gold { whole: Some(trim(text).into()), ..Gold::new(answer) }
    }

    /// Judges a completion against acceptable golds: equal to any of them is correct.
    pub fn verify(&self, golds: &[String], completion: &str) -> Outcome {
        let golds: Vec<Gold> = golds.iter().map(|gold| self.gold(gold)).collect();
        self.judge(&golds, completion)
    }

    /// Judges a completion against golds that were read before.
    pub fn judge(&self, golds: &[Gold], completion: &str) -> Outcome {
        self.judge_found(golds, completion, &extract::extract(completion, &self.policy))
    }

    /// Judges a completion whose final answer was looked for.
    pub(super) fn judge_found(&self, golds: &[Gold], completion: &str, found: &Result<Extracted, Reason>) -> Outcome {
        if golds.is_empty() {
            return Outcome::unscored(Reason::GoldMissing);
        }
        if golds.iter().all(|gold| gold.answer.is_err()) {
            let detail =
                golds.iter().find_map(|gold| gold.answer.as_ref().err()).map(|unread| unread.detail.clone()).unwrap_or_default();
            return Outcome::unscored(Reason::GoldUnparsable).with_detail(detail);
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

    /// A sentence that names an option, where every reference is a letter and nothing marks a clearer answer.
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
        // Written as the reference is: it was read before, and is not refused.
        let written = trim(&found.answer);
        if let Some(same) = golds.iter().find_map(|gold| gold.written_as(written)) {
            return Ok(Cow::Borrowed(same));
        }
        let answer = Answer::read(&found.answer).map_err(|unread| {
            *work += answer::effort(&found.answer, 0);
            Box::new(Outcome::incorrect(unread.reason).with_detail(unread.detail))
        })?;
        *work += answer.effort();
        match self.unfit(&answer) {
            Some(refusal) => Err(Box::new(Outcome::incorrect(refusal.reason).with_rule(refusal.rule))),
            None => Ok(Cow::Owned(answer)),
        }
    }

    /// Whether all that stands beside an answer is equal to it. All of it shares what one comparison may take, and is no longer than one answer may be.
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
            Answer::read(rival).is_ok_and(|rival| {
                *work += rival.effort();
                // One of them may have a unit that the other leaves out.
                equal(answer, &rival, work) || equal(&rival, answer, work)
            })
        })
    }

    /// Whether a gold equals itself, and what finding out takes; one that does not says nothing about any answer.
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

    /// Answers that are refused before any comparison: hedging words behind a value, digits grouped by blanks.
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
        // Plain numbers on both sides: most of all traffic, and no allocation.
        if let (Form::Plain(g), Form::Plain(a)) = (&gold.form, &answer.form) {
            if g.same(a) {
                return (Decision::equal(Rule::Integer), 1);
            }
            // Only a decimal may agree with a number that it is not.
            if self.policy.decimals == 0 || (g.is_whole() && a.is_whole()) {
                return (Decision::different(Rule::Integer), 1);
            }
        }
        if self.policy.plain_text {
            return (plain_text::compare(gold, answer), 1);
        }
        let (decision, budget) = self.compare_forms(gold, answer, Budget::new(budget));
        (decision, budget.used().max(1))
    }

    /// The names of the rewritings that comparing two answers takes.
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

/// The golds that could be read.
fn readable(golds: &[Gold]) -> impl Iterator<Item = &Answer> {
    golds.iter().filter_map(|gold| gold.answer.as_ref().ok())
}

/// The work allowed for answers of so many bytes in all.
pub(super) fn work_for(bytes: usize) -> u64 {
    WORK + WORK_PER_BYTE * bytes as u64
}

/// A text cut to what an outcome may carry.
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
