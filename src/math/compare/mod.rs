//! Decides whether two answers are equal: structures here, formulas in [`super::scalar`].
//!
//! Accepts any two trees under a policy. Lists and sets are compared in any order, tuples and intervals in their order
//! and with their brackets, relations up to side, direction and scale. A list is not equal to a single value, nor a set
//! to its subset. A relation that is always true (`x = x`) or never true (`41 = 42`) is equal only to the same
//! relation. Only the policy can forgive more.

mod answers;
mod antiderivatives;
mod bare_units;
mod bound;
mod clock;
mod componentwise;
mod constants;
mod definitions;
mod described;
mod inequalities;
mod labelled;
mod marked_calls;
mod matrix;
mod modulo;
mod named_values;
mod notation;
mod ordinals;
mod part_labels;
mod periodic;
mod piecewise;
mod plus_minus;
mod positive_letters;
mod quantities;
mod ranges;
mod readings;
mod relations;
mod runs;
mod shapes;
mod slashes;
mod solved;
mod two_labels;
mod unsure;
mod vector_marks;

use super::algebra::Budget;
use super::capitals;
use super::decision::Decision;
use super::names;
use super::node::Node;
use super::policy::Policy;
use super::{scalar, words};
use crate::{Reason, Rule};
pub use answers::compare as answers;
pub(super) use constants::is_constant_name;
pub(super) use part_labels::has_label;
use plus_minus::{Reading, branches, choices, has_plus_minus, is_ambiguous};
pub use quantities::hedging_label;
pub(super) use shapes::is_scalar;
use shapes::{infinity, is_formula, real_line, simplify, unknowns};

/// Most elements of a list or set that is compared in any order; longer ones are compared in their order.
const MAX_ITEMS: usize = 64;
/// Most values of both sides together after every ± is replaced by its values.
const MAX_BRANCHES: u64 = 2 * MAX_ITEMS as u64;

/// Compares answers under a policy, within a budget.
struct Comparer<'p> {
    policy: &'p Policy,
    /// Work left.
    budget: Budget,
    /// Whether the pair contains ±.
    choices: bool,
}

/// Pairs every part of `gold` with an equal part of `answer`; both have the same number of parts. Equality is
/// transitive, so the first equal part is taken. Where a part has no equal: different by `rule`, or the decision that
/// prevented a comparison.
fn pair_up<G, A>(
    rule: Rule,
    gold: impl IntoIterator<Item = G>,
    mut answer: Vec<A>,
    mut compare: impl FnMut(&G, &A) -> Decision,
) -> Decision {
    let mut worst = Decision::different(rule);
    for part in gold {
        let mut equal = None;
        for (place, other) in answer.iter().enumerate() {
            let decision = compare(&part, other);
            if decision.is_equal() {
                equal = Some(place);
                break;
            }
            if decision.reason != Reason::Different {
                worst = decision;
            }
        }
        match equal {
            Some(place) => drop(answer.remove(place)),
            None => return worst,
        }
    }
    Decision::equal(rule)
}

/// An element of another kind, or without a value, counts as different.
fn as_elements(decision: Decision) -> Decision {
    match decision.reason {
        Reason::WrongKind | Reason::Undefined => Decision::different(Rule::Elements),
        _ => decision,
    }
}

fn size(node: &Node) -> u64 {
    let mut nodes = 0;
    node.walk(&mut |_| nodes += 1);
    nodes
}

/// Whether an answer is certainly equal to an answer with the same tree: syntax alone guarantees that every part of it
/// has a value.
pub fn equals_itself(node: &Node) -> bool {
    match node {
        Node::List(parts)
        | Node::Either(parts)
        | Node::Set(parts)
        | Node::Group(_, parts)
        | Node::Angle(parts)
        | Node::Ratio(parts) => parts.iter().all(equals_itself),
        Node::Matrix(rows) => rows.iter().flatten().all(equals_itself),
        Node::Relation(sides, _) => sides.iter().all(|side| *side == Node::Blank || equals_itself(side)),
        Node::Quantity(value, ..) | Node::Degrees(value) => equals_itself(value),
        Node::EmptySet | Node::Text(_) | Node::Marked(_) => true,
        node => infinity(node).is_some() || scalar::has_value(node),
    }
}

const KIND: Decision = Decision::not_equal(Reason::WrongKind, Rule::Kind);

impl<'p> Comparer<'p> {
    /// A comparer of a pair, with its budget.
    pub fn new(policy: &'p Policy, budget: Budget, gold: &Node, answer: &Node) -> Self {
        Self { policy, budget, choices: has_plus_minus(gold) || has_plus_minus(answer) }
    }

    /// Compares two answers, with the reading of their names decided from both. `lettered`: whether either contains
    /// letters.
    pub fn answers(&mut self, gold: &Node, answer: &Node, lettered: bool) -> Decision {
        if !lettered {
            return self.compare(gold, answer);
        }
        let settled = names::settled(gold, answer, &self.policy.declared.functions);
        let (gold, answer) = settled.as_ref().map_or((gold, answer), |(gold, answer)| (gold, answer));
        let decision = self.compare(gold, answer);
        if !decision.is_equal() {
            return self.with_positive(gold, answer, decision);
        }
        // The letters may be matrices: the answers are equal only if they are equal in both readings.
        if self.policy.scalar_capitals || gold == answer {
            return decision;
        }
        match capitals::as_matrices(gold, answer) {
            Some((gold, answer)) => self.compare(&gold, &answer),
            None => decision,
        }
    }

    /// Compares two trees.
    pub fn compare(&mut self, gold: &Node, answer: &Node) -> Decision {
        let (gold, answer) = (simplify(gold), simplify(answer));
        let (g, a) = (matrix::value(gold), matrix::value(answer));
        let (gold, answer) = (g.as_ref().unwrap_or(gold), a.as_ref().unwrap_or(answer));
        let decision = self.structures(gold, answer);
        if decision.is_equal() {
            return decision;
        }
        // Trees that no rule can compare are still equal where they are the same.
        if decision.reason == Reason::WrongKind && gold == answer {
            return Decision::equal(Rule::Identical);
        }
        self.forgiving(gold, answer, decision)
    }

    fn structures(&mut self, gold: &Node, answer: &Node) -> Decision {
        if self.budget.spend(1).is_err() {
            return Decision::not_equal(Reason::TooLarge, Rule::Budget);
        }
        if self.choices && (has_plus_minus(gold) || has_plus_minus(answer)) {
            return self.chosen(gold, answer);
        }
        match (gold, answer) {
            // The unit of `s = 7 m` belongs to its value, which is compared with `7 cm`.
            (Node::Quantity(..) | Node::Degrees(_), Node::Relation(..))
            | (Node::Relation(..), Node::Quantity(..) | Node::Degrees(_)) => KIND,
            (Node::Quantity(..) | Node::Degrees(_), _) | (_, Node::Quantity(..) | Node::Degrees(_)) => {
                self.quantities(gold, answer)
            }
            (Node::EmptySet, Node::EmptySet) => Decision::equal(Rule::Identical),
            (Node::EmptySet, Node::Set(items)) | (Node::Set(items), Node::EmptySet) => Decision::of(items.is_empty(), Rule::Set),
            (Node::List(g), Node::List(a)) if self.policy.ordered_lists => self.ordered(g, a),
            (Node::List(_), Node::Set(_)) | (Node::Set(_), Node::List(_)) if self.policy.ordered_lists => KIND,
            (Node::List(g), Node::List(a)) | (Node::Either(g), Node::Either(a)) => self.multiset(g, a),
            (Node::List(g) | Node::Set(g), Node::Set(a) | Node::List(a)) => self.set(g, a),
            (Node::Group(bg, g), Node::Group(ba, a)) => {
                if bg != ba || g.len() != a.len() || self.is_reversed(*bg, g, a) {
                    return Decision::different(Rule::Brackets);
                }
                self.ordered(g, a)
            }
            (Node::Angle(g), Node::Angle(a)) | (Node::Apply(_, g), Node::Apply(_, a)) if !is_scalar(gold) || !is_scalar(answer) => {
                self.ordered(g, a)
            }
            (Node::Matrix(g), Node::Matrix(a)) => self.matrices(g, a),
            (Node::Ratio(g), Node::Ratio(a)) => match (clock::minutes(gold), clock::minutes(answer)) {
                (Some(g), Some(a)) => Decision::of(g == a, Rule::Elements),
                _ if gold != answer && (clock::has_half_day(g) || clock::has_half_day(a)) => KIND,
                _ => self.ordered(g, a),
            },
            (Node::Text(g), Node::Text(a)) => {
                let phrase = |text: &str| words::phrase(&words::with_capitals(text));
                Decision::of(phrase(g) == phrase(a), Rule::Text)
            }
            (Node::SetBuilder(g, gc), Node::SetBuilder(a, ac)) => {
                let heads = self.ordered(g, a);
                if heads.is_equal() { self.multiset(gc, ac) } else { heads }
            }
            (Node::SetExpr(..), _) | (_, Node::SetExpr(..)) => self.set_expressions(gold, answer),
            (Node::Relation(gs, go), Node::Relation(as_, ao)) => self.relations(gs, go, as_, ao),
            _ => match (infinity(gold), infinity(answer)) {
                (Some(g), Some(a)) => Decision::of(g == a, Rule::Infinity),
                (None, None) if is_scalar(gold) && is_scalar(answer) => {
                    let decision = scalar::compare(gold, answer, self.policy.closeness(), &mut self.budget);
                    if decision.reason == Reason::WrongKind { self.notation(gold, answer) } else { decision }
                }
                (None, None) => self.mixed(gold, answer),
                _ => KIND,
            },
        }
    }

    /// At least one side is not a formula. `ℝ` and the interval of all real numbers are equal; other pairs are equal
    /// only where they are built alike.
    fn mixed(&mut self, gold: &Node, answer: &Node) -> Decision {
        if real_line(gold) && real_line(answer) { Decision::equal(Rule::RealLine) } else { self.notation(gold, answer) }
    }

    /// Compares with each ± replaced by its values; where several ± have two readings, the answers must be equal in
    /// both.
    fn chosen(&mut self, gold: &Node, answer: &Node) -> Decision {
        let (g, a) = (Self::as_point(gold), Self::as_point(answer));
        if g.is_some() || a.is_some() {
            return self.structures(g.as_ref().unwrap_or(gold), a.as_ref().unwrap_or(answer));
        }
        let ambiguous = is_ambiguous(gold) || is_ambiguous(answer);
        let readings: &[Reading] = if ambiguous { &[Reading::Together, Reading::Apart] } else { &[Reading::Together] };
        let mut decision = KIND;
        for reading in readings {
            let branches = branches(gold, *reading).saturating_add(branches(answer, *reading));
            let cost = branches.saturating_mul(size(gold) + size(answer)) / 16;
            if branches > MAX_BRANCHES || self.budget.spend(cost).is_err() {
                return Decision::not_equal(Reason::TooLarge, Rule::PlusMinus);
            }
            decision = self.structures(&choices(gold, *reading), &choices(answer, *reading));
            if !decision.is_equal() {
                break;
            }
        }
        decision
    }

    fn ordered(&mut self, gold: &[Node], answer: &[Node]) -> Decision {
        if gold.len() != answer.len() {
            return Decision::different(Rule::Length);
        }
        let mut rule = Decision::equal(Rule::Elements);
        for (g, a) in gold.iter().zip(answer) {
            let decision = self.compare(g, a);
            if !decision.is_equal() {
                return decision;
            }
            if gold.len() == 1 {
                rule = decision;
            }
        }
        rule
    }

    fn multiset(&mut self, gold: &[Node], answer: &[Node]) -> Decision {
        // Inequalities in several unknowns are not a list of intervals.
        if (unknowns(gold) > 1) != (unknowns(answer) > 1) {
            return Decision::different(Rule::Unknowns);
        }
        if gold.len() != answer.len() {
            return if self.policy.repeated_items { self.set(gold, answer) } else { Decision::different(Rule::Length) };
        }
        if gold.len() > MAX_ITEMS {
            return self.ordered(gold, answer);
        }
        if let Some(decision) = self.bound_together(gold, answer) {
            return decision;
        }
        // With the same labels in both lists a label belongs to its value: `5 cats, 6 dogs` is not `5 dogs, 6 cats`.
        let labelled = Self::have_same_labels(gold, answer);
        let mut free: Vec<&Node> = answer.iter().collect();
        // Equal trees are paired first, so that long lists in another order need no arithmetic.
        let mut unpaired = Vec::new();
        for g in gold.iter() {
            match free.iter().position(|a| *a == g).filter(|_| equals_itself(g)) {
                Some(place) => drop(free.swap_remove(place)),
                None => unpaired.push(g),
            }
        }
        pair_up(Rule::Elements, unpaired, free, |g, a| {
            if labelled && !Self::have_one_label(g, a) {
                return Decision::different(Rule::Elements);
            }
            as_elements(self.compare(g, a))
        })
    }

    fn set(&mut self, gold: &[Node], answer: &[Node]) -> Decision {
        if gold.len() > MAX_ITEMS || answer.len() > MAX_ITEMS {
            return self.ordered(gold, answer);
        }
        if let Some(decision) = self.bound_together(gold, answer) {
            return decision;
        }
        let mut all_in = |from: &[Node], of: &[Node], swap: bool| {
            let mut worst = Decision::equal(Rule::Elements);
            for x in from {
                if of.contains(x) && equals_itself(x) {
                    continue;
                }
                let mut found = Decision::different(Rule::Elements);
                for y in of {
                    let decision = if swap { self.compare(y, x) } else { self.compare(x, y) };
                    if decision.is_equal() || matches!(decision.reason, Reason::Undecided | Reason::TooLarge) {
                        found = decision;
                    }
                    if decision.is_equal() {
                        break;
                    }
                }
                if !found.is_equal() {
                    worst = found;
                    break;
                }
            }
            worst
        };
        let forth = all_in(gold, answer, false);
        if forth.is_equal() { all_in(answer, gold, true) } else { forth }
    }

    fn matrices(&mut self, gold: &[Vec<Node>], answer: &[Vec<Node>]) -> Decision {
        if gold.len() != answer.len() || gold.iter().zip(answer).any(|(g, a)| g.len() != a.len()) {
            return Decision::different(Rule::Shape);
        }
        for (g, a) in gold.iter().zip(answer) {
            let decision = self.ordered(g, a);
            if !decision.is_equal() {
                return decision;
            }
        }
        Decision::equal(Rule::Elements)
    }
}
