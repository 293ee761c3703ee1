//! Equality of the answers of one group, for votes: every answer is read once, and most pairs are told apart without a
//! comparison.
//!
//! For every pair the result is the same as when one answer is judged against the other. A shortcut may only report a
//! difference, and only with a proof (residues modulo a prime at fixed points, disjoint enclosures at a fixed point).
//! Agreement at these points proves nothing, so the pair goes to the full comparison. No shortcut is taken where a
//! policy forgives differences of value (written decimals, percent signs, a base left out), or where an answer contains
//! anything other than numbers and formulas.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use num_bigint::BigInt;
use num_rational::BigRational;

use super::algebra::{self, Budget, Kinds, Measured};
use super::answer::{Answer, Form, with_stack};
use super::compare::{has_label, is_constant_name};
use super::declared::Declared;
use super::extract::Extracted;
use super::interval::{Complex, Precision};
use super::node::{Brackets, MulOp, Node, Sign};
use super::normalize::trim;
use super::policy::Policy;
use super::verify::{Gold, Math};
use super::{choice, extract, modular, names};

/// Work allowed for the canonical form of one answer; answers that need more are compared pair by pair.
const BUDGET: u64 = 5_000;
/// Number of different values that a symbol may take at the fixed point.
const POINTS: u64 = 9_973;
/// Precision, in bits, of the enclosures that tell values apart.
const BITS: u32 = 64;

/// An answer read in both of its roles, as the reference and as the completion.
struct Prepared<'a> {
    text: &'a str,
    gold: Gold,
    gold_key: Key,
    /// The answer that the completion gives, as it is written.
    written: String,
    completion: Completion,
}

/// A completion's answer, read once.
enum Completion {
    /// Never accepted: there is nothing to extract.
    Refused,
    /// Unreadable or refused before any comparison: accepted only by a reference that is written like it.
    Unfit,
    /// The answer and its key.
    Read(Box<(Answer, Key)>),
    /// Written like the reference of the same text, which was read already.
    AsGold,
    /// Several boxes, or words that hedge: judged as a whole for every pair.
    Judged,
}

impl Math {
    /// The equality of answers by index, as described at [`Reward::equality`](crate::Reward::equality).
    pub(super) fn equality_of<'a>(&'a self, answers: &[Option<&'a str>]) -> Box<dyn Fn(usize, usize) -> bool + 'a> {
        let mut places = HashMap::new();
        let mut prepared = Vec::new();
        let index: Vec<Option<usize>> = answers
            .iter()
            .map(|answer| {
                answer.map(|text| {
                    *places.entry(text).or_insert_with(|| {
                        prepared.push(self.prepare(text));
                        prepared.len() - 1
                    })
                })
            })
            .collect();
        Box::new(move |gold, answer| match (index[gold], index[answer]) {
            (Some(gold), Some(answer)) => self.accepts(&prepared[gold], &prepared[answer]),
            _ => false,
        })
    }

    fn prepare<'a>(&self, text: &'a str) -> Prepared<'a> {
        let gold = self.gold(text);
        let gold_key = gold.answer.as_ref().map_or(Key::Opaque, |answer| Key::of(answer, self.policy()));
        let (written, completion) = match extract::extract(text, self.policy()) {
            Ok(found) => (trim(&found.answer).to_owned(), self.read_completion(&found, &gold)),
            Err(_) => (String::new(), Completion::Refused),
        };
        Prepared { text, gold, gold_key, written, completion }
    }

    /// The answer of a completion, of whose text `gold` is the reading as a reference.
    fn read_completion(&self, found: &Extracted, gold: &Gold) -> Completion {
        if !found.rivals.is_empty() {
            return Completion::Judged;
        }
        let written = trim(&found.answer);
        let gold = gold.answer.as_ref().ok().filter(|gold| gold.source == written);
        let Some(answer) =
            gold.map(Cow::Borrowed).or_else(|| Answer::read_as(&found.answer, &self.policy().declared).ok().map(Cow::Owned))
        else {
            return Completion::Unfit;
        };
        if self.unfit(&answer).is_some() {
            return Completion::Unfit;
        }
        match answer {
            Cow::Borrowed(_) => Completion::AsGold,
            Cow::Owned(answer) => {
                let key = Key::of(&answer, self.policy());
                Completion::Read(Box::new((answer, key)))
            }
        }
    }

    /// Whether `judge` finds the answer's text correct against the reference.
    fn accepts(&self, gold: &Prepared<'_>, answer: &Prepared<'_>) -> bool {
        let judged = || self.judge(std::slice::from_ref(&gold.gold), answer.text).is_correct();
        let Ok(reference) = &gold.gold.answer else { return gold.gold.written.is_some() && judged() };
        // Where the reference is a letter, a sentence may name an option, whatever else the text contains.
        if self.policy().stated_choice && choice::read(&reference.source).is_some() {
            return judged();
        }
        // A bare answer may be the whole of a reference that marks its answer.
        if gold.gold.is_all_of(&answer.written) {
            return judged();
        }
        let (read, key) = match &answer.completion {
            Completion::Refused => return false,
            Completion::Unfit => return reference.source == answer.written && judged(),
            Completion::Judged => return judged(),
            Completion::AsGold => match &answer.gold.answer {
                Ok(read) => (read, &answer.gold_key),
                Err(_) => return false,
            },
            Completion::Read(read) => (&read.0, &read.1),
        };
        !gold.gold_key.differs(key) && self.compare(reference, read).0.is_equal()
    }
}

/// The part of an answer that can prove a difference without a full comparison.
enum Key {
    /// No key: compare.
    Opaque,
    Formula(Box<Formula>),
    /// Components in brackets, in order.
    Tuple(Option<Brackets>, Vec<Formula>),
    /// Items in any order.
    Items(Vec<Formula>),
}

impl Key {
    fn of(answer: &Answer, policy: &Policy) -> Self {
        let marked = answer
            .normal
            .as_ref()
            .is_some_and(|normal| normal.currency.is_some() || (policy.bare_braces && normal.text.starts_with('{')));
        let comma = policy.decimal_comma && answer.source.contains(',');
        if marked
            || comma
            || policy.plain_text
            || !policy.tolerance.is_none()
            || policy.up_to_constant
            || policy.declared != Declared::default()
            || choice::read(&answer.source).is_some()
            || (policy.assignment && has_label(&answer.source))
        {
            return Self::Opaque;
        }
        let depth = answer.depth();
        with_stack(depth, || match &answer.form {
            Form::Plain(_) => answer.node().map_or(Self::Opaque, |node| Self::of_node(&node, depth, policy)),
            Form::Tree(node) => Self::of_node(node, depth, policy),
            Form::Phrase(_) | Form::Notation(_) => Self::Opaque,
        })
    }

    fn of_node(node: &Node, depth: usize, policy: &Policy) -> Self {
        let formulas = |nodes: &[Node]| nodes.iter().map(|node| Formula::of(node, depth, policy)).collect::<Option<Vec<_>>>();
        let found = match node {
            Node::List(items) if items.len() == 1 => return Self::of_node(&items[0], depth, policy),
            Node::Group(brackets, items) => formulas(items).map(|items| Self::Tuple(Some(*brackets), items)),
            Node::Angle(items) => formulas(items).map(|items| Self::Tuple(None, items)),
            Node::List(items) | Node::Set(items) => formulas(items).map(Self::Items),
            node => Formula::of(node, depth, policy).map(|formula| Self::Formula(Box::new(formula))),
        };
        found.unwrap_or(Self::Opaque)
    }

    /// Whether the keys prove that the answers are different. Pairs of different kinds go to the full comparison.
    fn differs(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Formula(one), Self::Formula(other)) => one.differs(other),
            (Self::Tuple(left, one), Self::Tuple(right, other)) => {
                left == right && one.len() == other.len() && one.iter().zip(other).any(|(one, other)| one.differs(other))
            }
            (Self::Items(one), Self::Items(other)) => one.iter().any(|item| other.iter().all(|other| item.differs(other))),
            _ => false,
        }
    }
}

/// A number or formula that is compared by its value.
struct Formula {
    node: Node,
    depth: usize,
    residues: Option<[u64; 2]>,
    /// An enclosure at a fixed point, computed only where the residues do not differ.
    value: OnceCell<Option<Complex>>,
}

impl Formula {
    fn of(node: &Node, depth: usize, policy: &Policy) -> Option<Self> {
        let mut exact = true;
        node.walk(&mut |node| exact &= compares_by_value(node, policy));
        exact.then(|| Self { node: node.clone(), depth, residues: modular::residues(node), value: OnceCell::new() })
    }

    fn differs(&self, other: &Self) -> bool {
        if let (Some(one), Some(other)) = (&self.residues, &other.residues)
            && one != other
        {
            return true;
        }
        matches!((self.value(), other.value()), (Some(one), Some(other)) if !one.overlaps(other))
    }

    fn value(&self) -> Option<&Complex> {
        self.value.get_or_init(|| with_stack(self.depth, || enclosure(&self.node))).as_ref()
    }
}

/// Whether a node is part of a formula that every policy compares by its value.
fn compares_by_value(node: &Node, policy: &Policy) -> bool {
    match node {
        // A sequence of capitals, or `dx`, is a product where the other answer shows that it is one.
        Node::Symbol(name) => {
            let otherwise = policy.constant_names && is_constant_name(name);
            !names::is_run(name) && names::differential(name).is_none() && !otherwise
        }
        // A cross may be a product.
        Node::Product(factors) => !(policy.cross_products && factors.iter().any(|(op, _)| *op == MulOp::Cross)),
        Node::Number(_)
        | Node::Pi
        | Node::Euler
        | Node::Imaginary
        | Node::Power(..)
        | Node::Root(..)
        | Node::Factorial(..)
        | Node::Binomial(..)
        | Node::Function(..) => true,
        Node::Sum(terms) => terms.iter().all(|(sign, _)| matches!(sign, Sign::Plus | Sign::Minus)),
        Node::Decimal { .. } => policy.decimals == 0,
        Node::Percent(_) => !policy.percent_sign,
        _ => false,
    }
}

/// An enclosure of a formula whose symbols have positive values computed from their names.
fn enclosure(node: &Node) -> Option<Complex> {
    let mut budget = Budget::new(BUDGET);
    let formula = algebra::formula(node, &mut budget).ok()?;
    // |a| may be compared as a where the other side shows that a is not negative; identities of other atoms hold only
    // where both sides are defined, and the point may lie outside. A constant has the same value at every point.
    let kinds = formula.canon.kinds();
    if !formula.canon.is_constant() && !kinds.only(Kinds::FREE | Kinds::PRIME | Kinds::IMAGINARY) {
        return None;
    }
    let point = |name: &str| Some(BigRational::new(BigInt::from(modular::hash_of(name) % POINTS + 3), 101.into()));
    algebra::evaluate(&formula.canon, Precision::new(BITS), &point, &mut budget).ok()
}
