//! Compares two answers that were read: first properties outside their trees, then the trees, then other readings.
//!
//! Accepts any two answers under a policy. A currency sign is a unit, `and` is not `or`, and an option is compared by
//! its letter. After `≈` a reference gives an approximation, so its exact side is compared first.

use std::borrow::Cow;

use num_traits::Zero;

use super::marked_calls::Calls;
use super::readings::last_side;
use super::{
    Comparer, Decision, Node, bare_units, constants, definitions, equals_itself, is_formula, labelled, marked_calls, modulo,
    named_values, ordinals, part_labels, piecewise, slashes, solved, unsure, vector_marks,
};
use crate::math::algebra::Budget;
use crate::math::answer::Answer;
use crate::math::node::{MulOp, RelOp};
use crate::math::options::{Options, options};
use crate::math::policy::Policy;
use crate::math::{chemistry, clauses, congruences, names, polar, same_text, symbols, units};
use crate::{Reason, Rule};

/// Rules that decide from properties outside the trees; the first that returns a decision is used.
const BEFORE: &[fn(&Answer, &Answer) -> Option<Decision>] = &[permutations, currencies, ordinals::differ, joints];

/// Rules that can still make two answers equal whose trees are not equal; the first that applies is used. Each checks
/// its own condition and, where it has one, its switch.
const OTHERWISE: &[fn(&mut Pair<'_, '_>, Decision) -> Option<Rule>] = &[
    written_alike,
    unit_letters,
    renamed_arguments,
    other_name,
    named_values_alike,
    decimal_comma,
    bare_braces,
    vectors_alike,
    word_in_letters,
    labels_left_out,
];

/// Compares two answers under a policy within a budget; returns the decision and the remaining budget.
pub fn compare(policy: &Policy, gold: &Answer, answer: &Answer, budget: Budget) -> (Decision, Budget) {
    let (decision, budget) = as_written(policy, gold, answer, budget);
    if decision.is_equal() {
        return (decision, budget);
    }
    if let Some(formula) = chemistry::formula(&gold.source)
        && chemistry::formula(&answer.source) == Some(formula)
    {
        return (Decision::equal(Rule::Text), budget);
    }
    if !policy.assignment {
        return (decision, budget);
    }
    let Some((gold, answer)) = part_labels::left_out(policy, gold, answer) else { return (decision, budget) };
    let (unlabelled, budget) = as_written(policy, &gold, &answer, budget);
    (if unlabelled.is_equal() { Decision::equal(Rule::Assignment) } else { decision }, budget)
}

/// Compares two answers, labels included.
fn as_written(policy: &Policy, gold: &Answer, answer: &Answer, mut budget: Budget) -> (Decision, Budget) {
    match options(gold, answer) {
        Options::Judged(decision) => return (decision, budget),
        Options::Texts(texts) => {
            let (decision, budget) = compare(policy, &texts[0], &texts[1], budget);
            return (if decision.is_equal() { Decision::equal(Rule::Choice) } else { decision }, budget);
        }
        Options::Other => {}
    }
    if policy.stated_choice && polar::says_the_same(&gold.source, &answer.source) {
        return (Decision::equal(Rule::StatedChoice), budget);
    }
    if clauses::differ(&gold.source, &answer.source, policy.assignment) {
        return (Decision::not_equal(Reason::WrongKind, Rule::Kind), budget);
    }
    if let Some(decision) = BEFORE.iter().find_map(|rule| rule(gold, answer)) {
        return (decision, budget);
    }
    match marked_calls::as_symbols(policy, gold, answer, &mut budget) {
        Calls::None => {}
        Calls::Symbols(pair) => return compare(policy, &pair.0, &pair.1, budget),
        Calls::Unclear(reason) => return (Decision::not_equal(reason, Rule::Notation), budget),
    }
    if let Some(decision) = modulo::compare(policy, gold, answer, &mut budget) {
        return (decision, budget);
    }
    let (g, a) = match (gold.node(), answer.node()) {
        (Some(g), Some(a)) => (priced(g, gold), priced(a, answer)),
        _ => {
            let congruent = congruences::compare(gold, answer, policy.assignment);
            let mut budget = budget;
            let decision = congruent.or_else(|| piecewise::compare(policy, gold, answer, &mut budget));
            return (decision.unwrap_or_else(|| same_text::compare(gold, answer)), budget);
        }
    };
    let (g, a) = (as_read(policy, g), as_read(policy, a));
    let (g, a) = (g.as_ref(), a.as_ref());
    if g == a && equals_itself(g) && !unsure::brackets_differ(gold, answer) {
        return (Decision::equal(Rule::Identical), budget);
    }
    let mut pair = Pair { gold, g, answer, a, policy, comparer: Comparer::new(policy, budget, g, a) };
    let mut decision = pair.trees();
    if decision.is_equal() && bare_units::differ(pair.gold, pair.g, pair.answer, pair.a) {
        decision = Decision::not_equal(Reason::Undecided, Rule::Unit);
    }
    if !decision.is_equal()
        && let Some(rule) = OTHERWISE.iter().find_map(|rule| rule(&mut pair, decision))
        && (rule == Rule::UnitLetter || !bare_units::differ(pair.gold, pair.g, pair.answer, pair.a))
    {
        decision = Decision::equal(rule);
    }
    if decision.is_equal()
        && let Some(objection) = unsure::objection(&mut pair.comparer, (gold, g), (answer, a), decision.rule)
    {
        decision = objection;
    }
    (decision, pair.comparer.budget)
}

/// Two answers and their trees.
struct Pair<'a, 'p> {
    gold: &'a Answer,
    g: &'a Node,
    answer: &'a Answer,
    a: &'a Node,
    policy: &'p Policy,
    comparer: Comparer<'p>,
}

impl Pair<'_, '_> {
    /// Compares the trees. Of a reference with an approximation, the exact side is compared first.
    fn trees(&mut self) -> Decision {
        let lettered = self.gold.is_lettered() || self.answer.is_lettered();
        if let Some(exact) = exact_part(self.g) {
            let decision = self.comparer.answers(exact, self.a, lettered);
            if decision.is_equal() {
                return decision;
            }
        }
        self.comparer.answers(self.g, self.a, lettered)
    }

    /// Whether every quantity of an answer has a value that is proved to be different from zero.
    fn is_not_zero(&mut self, node: &Node) -> bool {
        let mut values = Vec::new();
        node.walk(&mut |node| {
            if let Node::Quantity(value, ..) = node {
                values.push(value.as_ref().clone());
            }
        });
        values.iter().all(|value| match value.literal() {
            Some(literal) => !literal.is_zero(),
            None => self.comparer.compare(value, &Node::integer(0)).reason == Reason::Different,
        })
    }
}

/// The answers must be equal in both readings; as cycles of a permutation only identical texts are.
fn permutations(gold: &Answer, answer: &Answer) -> Option<Decision> {
    let differ = gold.is_permutation() && answer.is_permutation() && !same_text::identical(gold, answer);
    differ.then_some(Decision::not_equal(Reason::Undecided, Rule::Permutation))
}

/// Signs of two currencies; dollars and cents are one.
fn currencies(gold: &Answer, answer: &Answer) -> Option<Decision> {
    let of = |answer: &Answer| Some(units::read(units::currency(currency(answer)?)?, 1)?.dimension);
    (of(gold)? != of(answer)?).then_some(Decision::different(Rule::Unit))
}

fn joints(gold: &Answer, answer: &Answer) -> Option<Decision> {
    (gold.joint()? != answer.joint()?).then_some(Decision::different(Rule::Joint))
}

/// Answers that no rule can compare are still equal to the same text; an expression without a value is not.
fn written_alike(pair: &mut Pair<'_, '_>, decision: Decision) -> Option<Rule> {
    let nameless = matches!(decision.reason, Reason::WrongKind | Reason::Undecided | Reason::TooLarge);
    (nameless && same_text::identical(pair.gold, pair.answer)).then_some(Rule::Identical)
}

/// Reads the m of `5 m` as a symbol. Answers that are equal with every such letter as an unknown are equal whatever the
/// letter stands for, so also as units.
fn unit_letters(pair: &mut Pair<'_, '_>, _: Decision) -> Option<Rule> {
    // Zero metres are zero kilograms as symbols, and not as units.
    if !(pair.is_not_zero(pair.g) && pair.is_not_zero(pair.a)) {
        return None;
    }
    // A range or a size with a unit is none of the letter.
    let stated = |node: &Node| match node {
        Node::Quantity(value, ..) => match value.as_ref() {
            Node::Group(..) => true,
            Node::Product(factors) => factors.iter().any(|(op, _)| *op == MulOp::Cross),
            _ => false,
        },
        _ => false,
    };
    if stated(pair.g) || stated(pair.a) {
        return None;
    }
    // `x = 3 m` is solved, and with a letter m it is a product.
    if solved::differ(pair.g, pair.a) {
        return None;
    }
    // `5 mN` and `5 Nm` are two units, although their letters have the same product.
    if let (Node::Quantity(_, g, gp), Node::Quantity(_, a, ap)) = (pair.g, pair.a)
        && let (Some(g), Some(a)) = (units::read(g, *gp), units::read(a, *ap))
        && g.dimension != a.dimension
    {
        return None;
    }
    let (g, a) = (pair.gold.with_symbols(&pair.policy.declared), pair.answer.with_symbols(&pair.policy.declared));
    if g.is_none() && a.is_none() {
        return None;
    }
    let (gold, answer) = (g.as_ref().unwrap_or(pair.gold), a.as_ref().unwrap_or(pair.answer));
    let (g, a) = (gold.node()?, answer.node()?);
    pair.comparer.answers(&priced(g, gold), &priced(a, answer), true).is_equal().then_some(Rule::UnitLetter)
}

/// Reads `f(m) = 2m` as `f(n) = 2n`, where the whole answers are definitions.
fn renamed_arguments(pair: &mut Pair<'_, '_>, _: Decision) -> Option<Rule> {
    if !matches!((pair.g, pair.a), (Node::Relation(..), Node::Relation(..))) {
        return None;
    }
    let settled = names::settled(pair.g, pair.a, &pair.policy.declared.functions);
    let (g, a) = settled.as_ref().map_or((pair.g, pair.a), |(g, a)| (g, a));
    let (Node::Relation(gs, go), Node::Relation(sides, ops)) = (g, a) else { return None };
    let renamed = Node::Relation(definitions::with_arguments_of((gs, go), (sides, ops))?, ops.clone());
    pair.comparer.compare(g, &renamed).is_equal().then_some(Rule::Relation)
}

/// Reads the values of `R = 5` and `x = 5`, which are whole answers.
fn other_name(pair: &mut Pair<'_, '_>, _: Decision) -> Option<Rule> {
    // A letter or a function of letters: not a derivative, an absolute value or a tuple.
    let plain = |name: &str| {
        !name.contains(['\'', '\\']) || symbols::is_greek(name.trim_start_matches('\\').split('_').next().unwrap_or(""))
    };
    let named = |node: &Node| match node {
        Node::Relation(sides, _) => match sides.first() {
            Some(Node::Symbol(name) | Node::Apply(name, _)) => plain(name),
            // A vector whose size alone is given, by the name of one letter.
            Some(Node::Marked(name)) => vector_marks::letter(name).is_some_and(|letter| letter.len() == 1),
            _ => false,
        },
        _ => false,
    };
    if !pair.policy.any_name || !named(pair.g) || !named(pair.a) || values_of_one_function(pair.g, pair.a) {
        return None;
    }
    let last = |node: &Node| last_side(node).filter(|_| pair.policy.last_of_chain).unwrap_or_else(|| node.clone());
    let (g, a) = (last(pair.g), last(pair.a));
    let (g, a) = (pair.comparer.value_of(&g)?, pair.comparer.value_of(&a)?);
    pair.comparer.compare(&g, &a).is_equal().then_some(Rule::Assignment)
}

/// Whether both give values of one function at different places: `f(2) = 5` and `f(3) = 5`. The letters of arguments may
/// differ, `f(x)` and `f(t)`.
fn values_of_one_function(gold: &Node, answer: &Node) -> bool {
    let call = |node: &Node| match node {
        Node::Relation(sides, _) => match sides.first() {
            Some(Node::Apply(name, arguments)) => Some((name.clone(), arguments.clone())),
            _ => None,
        },
        _ => None,
    };
    let letter =
        |node: &Node| matches!(node, Node::Symbol(name) if name.starts_with(|c: char| c.is_ascii_lowercase() || c == '\\'));
    match (call(gold), call(answer)) {
        (Some((f, g)), Some((h, a))) => f == h && g != a && !(g.iter().all(letter) && a.iter().all(letter)),
        _ => false,
    }
}

/// Compares name by name where a number may differ from the reference: lists of equations.
fn named_values_alike(pair: &mut Pair<'_, '_>, _: Decision) -> Option<Rule> {
    let near = pair.policy.decimals > 0 || !pair.policy.tolerance.is_none();
    let equal = near && named_values::equal(&mut pair.comparer, pair.g, pair.a)
        || pair.policy.further_names && named_values::equal_with_further(&mut pair.comparer, pair.g, pair.a);
    equal.then_some(Rule::Elements)
}

/// Reads `3,5` as 3.5 where the other side is not a list, set or tuple.
fn decimal_comma(pair: &mut Pair<'_, '_>, _: Decision) -> Option<Rule> {
    if !pair.policy.decimal_comma {
        return None;
    }
    let number = |node: &Node| !matches!(node, Node::List(_) | Node::Set(_) | Node::Group(..));
    let found = match (with_decimal_point(pair.gold), with_decimal_point(pair.answer)) {
        (Some(g), None) if number(pair.a) => pair.comparer.compare(&g, pair.a),
        (None, Some(a)) if number(pair.g) => pair.comparer.compare(pair.g, &a),
        _ => return None,
    };
    found.is_equal().then_some(Rule::DecimalComma)
}

/// Reads an answer `{1, 2}` without backslashes as a tuple.
fn bare_braces(pair: &mut Pair<'_, '_>, _: Decision) -> Option<Rule> {
    if !pair.policy.bare_braces {
        return None;
    }
    let inner = pair.answer.normal.as_ref()?.text.strip_prefix('{')?.strip_suffix('}')?;
    let tuple = Answer::read(&format!("({inner})")).ok()?;
    pair.comparer.compare(pair.g, &*tuple.node()?).is_equal().then_some(Rule::BareBraces)
}

/// Compares with one mark for the vectors of both answers.
fn vectors_alike(pair: &mut Pair<'_, '_>, _: Decision) -> Option<Rule> {
    let (g, a) = (vector_marks::unified(pair.g), vector_marks::unified(pair.a));
    if g.is_none() && a.is_none() {
        return None;
    }
    let (g, a) = (g.as_ref().unwrap_or(pair.g), a.as_ref().unwrap_or(pair.a));
    pair.comparer.answers(g, a, true).is_equal().then_some(Rule::Notation)
}

/// Values with labels, against the same values in the same order. Not a reading of each item: a label may not move from
/// one value to another.
fn labels_left_out(pair: &mut Pair<'_, '_>, _: Decision) -> Option<Rule> {
    (pair.policy.assignment && labelled::equal(&mut pair.comparer, pair.g, pair.a)).then_some(Rule::Assignment)
}

/// A product of letters may be a word: `odd` is equal to \text{odd}.
fn word_in_letters(pair: &mut Pair<'_, '_>, _: Decision) -> Option<Rule> {
    same_text::same_letters(pair.gold, pair.answer).then_some(Rule::Text)
}

/// An answer with a decimal comma, read with a point.
fn with_decimal_point(answer: &Answer) -> Option<Node> {
    let (whole, decimals) = answer.source.trim_matches('$').split_once(',')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let magnitude = whole.trim_start_matches('-');
    // `1,234` groups thousands, whatever the other side is.
    let grouped = decimals.len() == 3 && magnitude.len() <= 3 && magnitude != "0";
    if !digits(magnitude) || !digits(decimals) || grouped {
        return None;
    }
    Some(Answer::read(&format!("{whole}.{decimals}")).ok()?.node()?.into_owned())
}

/// The exact side of a reference such as `\frac{\sqrt3}{3} \approx 0.577`.
fn exact_part(gold: &Node) -> Option<&Node> {
    match gold {
        Node::Relation(sides, ops) if ops.as_slice() == [RelOp::Approx] && is_formula(&sides[0]) => sides.first(),
        _ => None,
    }
}

fn currency(answer: &Answer) -> Option<char> {
    answer.normal.as_ref().and_then(|normal| normal.currency)
}

/// The tree as the policy reads its products: strings of capitals apart, and factors behind a slash below it.
fn as_read<'a>(policy: &Policy, node: Cow<'a, Node>) -> Cow<'a, Node> {
    let mut node = node;
    if policy.scalar_capitals && names::has_open(&node) {
        names::take_apart_numbers(node.to_mut());
    }
    if policy.slash_products && slashes::has_products(&node) {
        slashes::put_below(node.to_mut());
    }
    if policy.constant_names && constants::has_temperatures(&node) {
        constants::put_below(node.to_mut());
    }
    node
}

/// The tree with a currency sign added as its unit, or before another unit behind it: `\$5/h`, and `\$5 K`, which is not five kelvins.
fn priced<'a>(node: Cow<'a, Node>, answer: &Answer) -> Cow<'a, Node> {
    match (node.as_ref(), currency(answer).and_then(units::currency)) {
        (Node::Quantity(value, phrase, power), Some(sign))
            if units::read(phrase, *power).is_some_and(|unit| !unit.dimension.iter().any(|(base, _)| units::is_money(base))) =>
        {
            Cow::Owned(Node::Quantity(value.clone(), format!("{sign} {phrase}"), *power))
        }
        (Node::Quantity(..), _) | (_, None) => node,
        (_, Some(unit)) => Cow::Owned(Node::Quantity(Box::new(node.into_owned()), unit.into(), 1)),
    }
}
