//! Standing adversaries: pairs that the verifier may take for equal, held against the laws of equality and the [oracle](super::oracle).
//!
//! Accepts: a seed or a fuzzer's bytes. What contradicts is made as small as it gets while it still contradicts. Only in tests and in fuzzing.

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

/// Tries to make a finding smaller.
const MAX_ATTEMPTS: usize = 400;

/// A pair that breaks a law.
#[derive(Debug, Clone)]
pub struct Finding {
    pub origin: Origin,
    pub law: Law,
    pub gold: String,
    pub answer: String,
    /// The verifier's rule.
    pub rule: String,
    /// What speaks against it.
    pub evidence: String,
}

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Law {
    /// The verifier says *equal*, the oracle says why not.
    Oracle(Fault),
    /// Equal one way and proved different the other way.
    Symmetry,
    /// Different from itself, or undefined, though it has a value.
    Reflexivity,
}

impl Law {
    /// Whether there is no reading under which it holds.
    pub fn is_certain(self) -> bool {
        !matches!(self, Self::Oracle(fault) if !fault.is_certain())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}   {}   |   {}   by `{}`; {}", self.law, self.origin, self.gold, self.answer, self.rule, self.evidence)
    }
}

/// The policies without their one-sided switches, whose equality is an equivalence.
pub fn policies() -> [Policy; 2] {
    let lenient = Policy {
        decimals: 0,
        percent_sign: false,
        missing_unit: false,
        other_label: false,
        missing_base: false,
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

/// The law that a pair breaks, if it breaks one.
pub fn check(math: &Math, pair: &Pair) -> Option<Finding> {
    check_texts(math, pair.origin, &pair.gold.to_string(), &pair.answer.to_string())
}

/// The law that two texts break, if they break one.
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
    // A unit is the reference's to give.
    if back.reason == Reason::Different && !has_unit(gold) && !has_unit(answer) {
        return Some((Law::Symmetry, rule, format!("back: {}", back.rule.unwrap_or_default())));
    }
    // An answer that is the reference to the letter is never incorrect, whatever value it has or lacks.
    if gold == answer {
        return None;
    }
    // `dx` and `HR` are products where the other answer shows their letters alone: which of the two they are, is a reading and no value.
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

/// The smallest pair in reach that breaks the same law.
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

/// Pairs with a part less: a side cut down to one of its parts, or a term that stands in both replaced by one of its own parts or by a leaf.
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
