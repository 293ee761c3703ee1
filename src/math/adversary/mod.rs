//! Adversarial tests of the verifier: generated pairs are checked against the laws of equality and the
//! [oracle](super::oracle).
//!
//! Accepts: a seed or a fuzzer's bytes. A pair that breaks a law is reduced to a smaller pair that still breaks it.
//! Compiled only for tests and fuzzing.

mod choices;
mod grammar;
mod identities;
#[cfg(test)]
mod laws;
mod pairs;
mod productions;
mod readings;
mod term;
#[cfg(test)]
mod tests;

use std::fmt;

use super::answer::{Answer, with_stack};
use super::names;
use super::node::Node;
use super::oracle::{self, Fault, Opinion};
use super::{Extract, Math, Policy};
use crate::Reason;
pub use choices::Choices;
pub use pairs::{Origin, Pair};
pub use readings::{normal_form_fault, response_fault};
use term::Term;

/// Largest number of attempts to reduce a finding.
const MAX_ATTEMPTS: usize = 400;

/// A pair that breaks a law.
#[derive(Debug, Clone)]
pub struct Finding {
    pub origin: Origin,
    pub law: Law,
    pub gold: String,
    pub answer: String,
    /// The rule by which the verifier decided.
    pub rule: String,
    /// The evidence against the verdict.
    pub evidence: String,
}

/// The law that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Law {
    /// The verifier calls the pair equal, and the oracle contradicts for this reason.
    Oracle(Fault),
    /// Equal in one order, and proved different in the other order.
    Symmetry,
    /// A text that has a value is judged different from itself or undefined.
    Reflexivity,
}

impl Law {
    /// Whether the finding is a fault of the verifier under every convention.
    pub fn is_certain(self) -> bool {
        !matches!(self, Self::Oracle(fault) if !fault.is_certain())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}   {}   |   {}   by `{}`; {}", self.law, self.origin, self.gold, self.answer, self.rule, self.evidence)
    }
}

/// Both policies without their one-sided switches, so that equality is an equivalence relation.
pub fn policies() -> [Policy; 2] {
    let lenient = Policy {
        decimals: 0,
        percent_sign: false,
        missing_unit: false,
        other_label: false,
        missing_base: false,
        constant_names: false,
        ratio_fraction: false,
        stated_choice: false,
        decimal_comma: false,
        assignment: false,
        inequality_interval: false,
        any_brackets: false,
        repeated_items: false,
        approximate: false,
        ..Policy::lenient()
    };
    [Policy::strict(), lenient].map(|policy| Policy { extract: Extract::Whole, ..policy })
}

/// The law that a pair breaks, if any.
pub fn check(math: &Math, pair: &Pair) -> Option<Finding> {
    check_texts(math, pair.origin, &pair.gold.to_string(), &pair.answer.to_string())
}

/// The law that two texts break, if any.
pub fn check_texts(math: &Math, origin: Origin, gold: &str, answer: &str) -> Option<Finding> {
    let (law, rule, evidence) = broken(math, gold, answer)?;
    Some(Finding { origin, law, gold: gold.to_owned(), answer: answer.to_owned(), rule, evidence })
}

fn broken(math: &Math, gold: &str, answer: &str) -> Option<(Law, String, String)> {
    let judge = |gold: &str, answer: &str| math.verify(&[gold.to_owned()], answer);
    let second = |gold: &str, answer: &str| {
        let (g, a) = (Answer::read(gold).ok()?, Answer::read(answer).ok()?);
        with_stack(g.depth().max(a.depth()), || Some(oracle::opinion(g.node()?.as_ref(), a.node()?.as_ref())))
    };
    let valued = |text: &str| {
        let read = Answer::read(text).ok()?;
        with_stack(read.depth(), || Some(oracle::has_value(read.node()?.as_ref())))
    };
    let own = judge(gold, gold);
    if matches!(own.reason, Reason::Different | Reason::Undefined) && valued(gold) == Some(true) {
        return Some((Law::Reflexivity, own.rule.unwrap_or_default().into_owned(), String::new()));
    }
    let forth = judge(gold, answer);
    if !forth.is_correct() {
        return None;
    }
    let rule = forth.rule.unwrap_or_default().into_owned();
    let back = judge(answer, gold);
    // A unit that only the answer has is accepted, so symmetry is not required where a unit occurs.
    if back.reason == Reason::Different && !has_unit(gold) && !has_unit(answer) {
        return Some((Law::Symmetry, rule, format!("back: {}", back.rule.unwrap_or_default())));
    }
    // An answer that is identical to the reference is never incorrect, even when it has no value.
    if gold == answer {
        return None;
    }
    // `dx` and `HR` are products where the other answer contains their letters separately. The choice depends on how
    // the text is read, so the oracle is not consulted.
    match second(gold, answer).filter(|_| !has_joined_letters(gold) && !has_joined_letters(answer)) {
        Some(Opinion::Contradicts(contradiction)) => Some((Law::Oracle(contradiction.fault), rule, contradiction.at)),
        _ => None,
    }
}

fn has_joined_letters(text: &str) -> bool {
    let mut found = false;
    if let Some(node) = Answer::read(text).ok().as_ref().and_then(Answer::node) {
        node.walk(&mut |node| {
            found |= matches!(node, Node::Symbol(name) if names::differential(name).is_some() || names::is_run(name))
        });
    }
    found
}

fn has_unit(text: &str) -> bool {
    let mut found = false;
    if let Some(node) = Answer::read(text).ok().as_ref().and_then(Answer::node) {
        node.walk(&mut |node| found |= matches!(node, Node::Degrees(_) | Node::Quantity(..)));
    }
    found
}

/// Reduces a pair to the smallest one found within [`MAX_ATTEMPTS`] that breaks the same law.
pub fn smaller(math: &Math, mut pair: Pair) -> Pair {
    let Some(first) = check(math, &pair) else { return pair };
    let mut attempts = 0;
    'again: loop {
        for candidate in candidates(&pair) {
            attempts += 1;
            if attempts > MAX_ATTEMPTS {
                return pair;
            }
            if check(math, &candidate).is_some_and(|finding| finding.law == first.law) {
                pair = candidate;
                continue 'again;
            }
        }
        return pair;
    }
}

/// Smaller pairs: a side replaced by one of its parts, or a term that occurs in both sides replaced by one of its own
/// parts or by a leaf.
fn candidates(pair: &Pair) -> Vec<Pair> {
    let size = pair.gold.size() + pair.answer.size();
    let with = |gold: Term, answer: Term| Pair { gold, answer, ..*pair };
    let mut all = Vec::new();
    for (gold, answer) in pair.gold.parts.iter().zip(&pair.answer.parts) {
        all.push(with(gold.clone(), answer.clone()));
    }
    let mut terms: Vec<&Term> = pair.gold.subterms();
    terms.extend(pair.answer.subterms());
    for term in terms {
        let smaller = term.parts.iter().cloned().chain(productions::smallest());
        for part in smaller {
            all.push(with(pair.gold.replaced(term, &part), pair.answer.replaced(term, &part)));
        }
    }
    all.extend(pair.gold.parts.iter().map(|part| with(part.clone(), pair.answer.clone())));
    all.extend(pair.answer.parts.iter().map(|part| with(pair.gold.clone(), part.clone())));
    all.retain(|candidate| {
        let smaller = candidate.gold.size() + candidate.answer.size();
        smaller < size || smaller == size && candidate.to_string_len() < pair.to_string_len()
    });
    all.sort_by_key(|candidate| candidate.gold.size() + candidate.answer.size());
    all
}

impl Pair {
    fn to_string_len(&self) -> usize {
        self.gold.to_string().len() + self.answer.to_string().len()
    }
}
