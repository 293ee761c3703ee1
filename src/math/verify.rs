//! The verifier: one policy, gold answers, a completion, an outcome.
//!
//! Accepts: any text on both sides. Refuses: nothing; a gold that cannot be read makes the sample unscored, a completion that cannot be
//! read makes it incorrect.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde_json::Value;

use super::algebra::Budget;
use super::answer::{self, Answer, Form, Unread, with_stack};
use super::compare::{Comparer, equals_itself, hedging_label, is_formula};
use super::decision::Decision;
use super::extract::{self, Extracted};
use super::node::{Node, RelOp};
use super::normalize::{MAX_LENGTH, trim};
use super::policy::{Extract, Policy};
use super::{choice, plain_text, units, words};
use crate::{Outcome, Reason, Reward, Sample};

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
        let whole = self.policy.extract == Extract::None;
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
        if golds.is_empty() {
            return Outcome::unscored(Reason::GoldMissing);
        }
        if golds.iter().all(|gold| gold.answer.is_err()) {
            let detail =
                golds.iter().find_map(|gold| gold.answer.as_ref().err()).map(|unread| unread.detail.clone()).unwrap_or_default();
            return Outcome::unscored(Reason::GoldUnparsable).with_detail(detail);
        }
        let work = extract::effort(completion, &self.policy);
        if self.policy.stated_choice
            && let Some(outcome) = self.judge_choice(golds, completion)
        {
            return outcome.with_work(work);
        }
        match extract::extract(completion, &self.policy) {
            Err(reason) => Outcome::incorrect(reason).with_work(work),
            Ok(found) => self.judge_extracted(golds, &found, work),
        }
    }

    /// A sentence that names an option, where every reference is a letter and nothing marks a clearer answer.
    fn judge_choice(&self, golds: &[Gold], completion: &str) -> Option<Outcome> {
        let letter = |gold: &Gold| {
            choice::read(&gold.answer.as_ref().ok()?.source).filter(|gold| gold.text.is_none()).map(|gold| gold.letter)
        };
        let letters = golds.iter().map(letter).collect::<Option<Vec<_>>>()?;
        let marked = extract::extract(completion, &self.policy).ok();
        let sentence = |by: &str| matches!(by, "phrase" | "bare");
        if marked.is_some_and(|found| !sentence(found.by) || choice::read(&found.answer).is_some()) {
            return None;
        }
        let stated = choice::stated(&self.policy.thinking.read(completion).answer()?)?;
        let outcome =
            if letters.contains(&stated) { Outcome::correct(Reason::Equal) } else { Outcome::incorrect(Reason::Different) };
        Some(outcome.with_extracted(stated.to_string()).with_rule("stated_choice"))
    }

    fn judge_extracted(&self, golds: &[Gold], found: &Extracted, mut work: u64) -> Outcome {
        let shown = shorten(&found.answer);
        work += golds.iter().filter_map(|gold| gold.answer.as_ref().ok()).map(Answer::effort).sum::<u64>();
        // Written as the reference is: it was read before.
        let written = trim(&found.answer);
        let same = golds.iter().find_map(|gold| gold.written_as(written));
        let answer = match same.map_or_else(|| Answer::read(&found.answer).map(Cow::Owned), |gold| Ok(Cow::Borrowed(gold))) {
            Ok(answer) => answer,
            Err(unread) => {
                work += answer::effort(&found.answer, 0);
                return Outcome::incorrect(unread.reason).with_extracted(shown).with_detail(unread.detail).with_work(work);
            }
        };
        work += if same.is_none() { answer.effort() } else { 0 };
        // What is refused in an answer is refused in no answer that is the reference to the letter.
        if same.is_none()
            && let Some(refusal) = self.unfit(&answer)
        {
            return Outcome::incorrect(refusal.reason).with_extracted(shown).with_rule(refusal.rule).with_work(work);
        }
        // All of them share what one comparison may take, and are no longer than one answer may be.
        let rivals = found.rivals.iter().map(String::len).sum::<usize>();
        if rivals > MAX_LENGTH {
            return Outcome::incorrect(Reason::Hedged).with_extracted(shown).with_rule("boxes").with_work(work);
        }
        let mut left = work_for(found.answer.len() + rivals);
        for rival in &found.rivals {
            let agrees = Answer::read(rival).is_ok_and(|rival| {
                work += rival.effort();
                let mut agrees = |gold: &Answer, answer: &Answer| {
                    let (decision, used) = self.compare_within(gold, answer, left);
                    work += used;
                    left = left.saturating_sub(used);
                    decision.is_equal()
                };
                // One of them may have a unit that the other leaves out.
                agrees(&answer, &rival) || agrees(&rival, &answer)
            });
            if !agrees {
                return Outcome::incorrect(Reason::Hedged).with_extracted(shown).with_rule("boxes").with_work(work);
            }
        }
        let mut first: Option<Decision> = None;
        for gold in golds.iter().filter_map(|gold| gold.answer.as_ref().ok()) {
            let (decision, used) = self.compare(gold, &answer);
            work += used;
            if decision.is_equal() {
                return Outcome::correct(Reason::Equal).with_extracted(shown).with_rule(decision.rule).with_work(work);
            }
            first.get_or_insert(decision);
        }
        let decision = first.unwrap_or(Decision::different("text"));
        let stand = golds.iter().filter(|gold| gold.answer.is_ok()).any(|gold| {
            let (stands, used) = self.stands(gold);
            work += used;
            stands
        });
        if !stand {
            return Outcome::unscored(Reason::GoldUnusable).with_extracted(shown).with_rule(decision.rule).with_work(work);
        }
        Outcome::incorrect(decision.reason).with_extracted(shown).with_rule(decision.rule).with_work(work)
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
            return Some(Decision::not_equal(Reason::Hedged, "label"));
        }
        if answer.normal.as_ref().is_some_and(|normal| normal.space_grouped) && !self.policy.space_thousands {
            return Some(Decision::not_equal(Reason::Unparsable, "space_thousands"));
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
                return (Decision::equal("integer"), 1);
            }
            // Only a decimal may agree with a number that it is not.
            if self.policy.decimals == 0 || (g.is_whole() && a.is_whole()) {
                return (Decision::different("integer"), 1);
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
        with_stack(depth, || self.compare_read(gold, answer, budget))
    }

    fn compare_read(&self, gold: &Answer, answer: &Answer, budget: Budget) -> (Decision, Budget) {
        match choice::options(gold, answer) {
            choice::Options::Judged(decision) => return (decision, budget),
            choice::Options::Texts(texts) => {
                let (decision, budget) = self.compare_read(&texts[0], &texts[1], budget);
                return (if decision.is_equal() { Decision::equal("choice") } else { decision }, budget);
            }
            choice::Options::Other => {}
        }
        // Both readings must say equal: as cycles, those that are written alike.
        if gold.is_permutation() && answer.is_permutation() && !identical(gold, answer) {
            return (Decision::not_equal(Reason::Undecided, "permutation"), budget);
        }
        if let (Some(g), Some(a)) = (currency(gold), currency(answer))
            && g != a
        {
            return (Decision::different("unit"), budget);
        }
        if let (Some(g), Some(a)) = (gold.joint(), answer.joint())
            && g != a
        {
            return (Decision::different("joint"), budget);
        }
        let (g, a) = match (gold.node(), answer.node()) {
            (Some(g), Some(a)) => (priced(g, gold), priced(a, answer)),
            _ => return (text(gold, answer), budget),
        };
        let (g, a) = (g.as_ref(), a.as_ref());
        if g == a && equals_itself(g) {
            return (Decision::equal("identical"), budget);
        }
        let mut comparer = Comparer::new(&self.policy, budget, g, a);
        let exact = exact_part(g);
        let lettered = gold.is_lettered() || answer.is_lettered();
        let mut decision = comparer.answers(exact.unwrap_or(g), a, lettered);
        if exact.is_some() && !decision.is_equal() {
            decision = comparer.answers(g, a, lettered);
        }
        // What no rule can compare is still equal to itself; an expression without a value is not.
        let nameless = matches!(decision.reason, Reason::WrongKind | Reason::Undecided | Reason::TooLarge);
        let decision = if nameless && identical(gold, answer) { Decision::equal("identical") } else { decision };
        let decision = if decision.is_equal() || !self.policy.decimal_comma {
            decision
        } else {
            self.decimal_comma(gold, g, answer, a, &mut comparer, decision)
        };
        let decision = match &answer.normal {
            Some(normal) if self.policy.bare_braces && !decision.is_equal() => {
                let inner = normal.text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
                let tuple = inner.and_then(|inner| Answer::read(&format!("({inner})")).ok());
                match tuple.as_ref().and_then(Answer::node) {
                    Some(tuple) if comparer.compare(g, &tuple).is_equal() => Decision::equal("bare_braces"),
                    _ => decision,
                }
            }
            _ => decision,
        };
        // A product of letters may be a word: `odd` against \text{odd}.
        let decision = if !decision.is_equal() && same_letters(gold, answer) { Decision::equal("text") } else { decision };
        (decision, comparer.budget)
    }

    /// `3,5` as 3.5 where the other side is one number.
    fn decimal_comma(
        &self,
        gold: &Answer,
        g: &Node,
        answer: &Answer,
        a: &Node,
        comparer: &mut Comparer<'_>,
        decision: Decision,
    ) -> Decision {
        let reread = |read: &Answer| {
            let (whole, decimals) = read.source.trim_matches('$').split_once(',')?;
            let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            let magnitude = whole.trim_start_matches('-');
            // `1,234` groups thousands, whatever the other side is.
            let grouped = decimals.len() == 3 && magnitude.len() <= 3 && magnitude != "0";
            if !digits(magnitude) || !digits(decimals) || grouped {
                return None;
            }
            Some(Answer::read(&format!("{whole}.{decimals}")).ok()?.node()?.into_owned())
        };
        let number = |node: &Node| !matches!(node, Node::List(_) | Node::Set(_) | Node::Group(..));
        let found = match (reread(gold), reread(answer)) {
            (Some(g), None) if number(a) => comparer.compare(&g, a),
            (None, Some(a)) if number(g) => comparer.compare(g, &a),
            _ => return decision,
        };
        if found.is_equal() { Decision::equal("decimal_comma") } else { decision }
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

/// The exact side of a reference such as `\frac{\sqrt3}{3} \approx 0.577`.
fn exact_part(gold: &Node) -> Option<&Node> {
    match gold {
        Node::Relation(sides, ops) if ops.as_slice() == [RelOp::Approx] && is_formula(&sides[0]) => sides.first(),
        _ => None,
    }
}

/// Whether two answers were written the same, decoration aside.
fn identical(gold: &Answer, answer: &Answer) -> bool {
    matches!((&gold.normal, &answer.normal), (Some(g), Some(a)) if g.text == a.text)
}

fn currency(answer: &Answer) -> Option<char> {
    answer.normal.as_ref().and_then(|normal| normal.currency)
}

/// A currency sign is a unit that may be left out.
fn priced<'a>(node: Cow<'a, Node>, answer: &Answer) -> Cow<'a, Node> {
    match (node.as_ref(), currency(answer).and_then(units::currency)) {
        (Node::Quantity(..), _) | (_, None) => node,
        (_, Some(unit)) => Cow::Owned(Node::Quantity(Box::new(node.into_owned()), unit.into(), 1)),
    }
}

/// Phrases and notation are equal only to themselves.
fn text(gold: &Answer, answer: &Answer) -> Decision {
    let same = match (&gold.form, &answer.form) {
        (Form::Phrase(g), Form::Phrase(a)) => !g.is_empty() && g == a,
        (Form::Notation(g), Form::Notation(a)) => bare(g) == bare(a),
        _ => {
            return if same_letters(gold, answer) {
                Decision::equal("text")
            } else {
                Decision::not_equal(Reason::WrongKind, "kind")
            };
        }
    };
    if same { Decision::equal("text") } else { Decision::different("text") }
}

/// Notation without the braces around all of it, which a box leaves.
fn bare(notation: &str) -> &str {
    let Some(inner) = notation.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else { return notation };
    let mut depth = 0_i32;
    let closes = inner.bytes().any(|byte| {
        depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        depth < 0
    });
    if closes { notation } else { bare(inner) }
}

/// The same word, once written as text and once as letters.
fn same_letters(gold: &Answer, answer: &Answer) -> bool {
    let spelled = |answer: &Answer| match (&answer.form, &answer.normal) {
        (Form::Phrase(phrase), _) => Some((phrase.clone(), true)),
        (_, Some(normal)) if normal.text.len() > 1 && normal.text.bytes().all(|b| b.is_ascii_alphabetic()) => {
            Some((words::phrase(&normal.text), false))
        }
        _ => None,
    };
    match (spelled(gold), spelled(answer)) {
        (Some((g, gp)), Some((a, ap))) => (gp || ap) && g == a,
        _ => false,
    }
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
