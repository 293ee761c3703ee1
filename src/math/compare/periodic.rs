//! Solutions with a whole number as a parameter: `x = π/4 + kπ, k ∈ ℤ`.
//!
//! Accepts: values of names of one small letter, with one parameter that ranges over ℤ or ℕ; another letter for the
//! parameter; and, in ℤ and where π or a degree is a factor of the parameter, the parameter counted from another number
//! or downwards, since k ↦ ±k + m only reorders ℤ. Refuses: a parameter whose set is not stated, that is a name of the
//! answer itself or stands in an index, other letters and other sets (`V = πr²h, r ∈ ℝ` is a formula and its domain),
//! and solutions for several names that are counted apart from each other.

use std::sync::Arc;

use super::shapes::is_membership;
use super::{Comparer, Decision, Node, pair_up};
use crate::Rule;
use crate::math::names;
use crate::math::node::{MulOp, RelOp, Sign};

/// Letters of parameters.
const PARAMETERS: [&str; 7] = ["j", "k", "l", "m", "n", "p", "q"];
/// Most solutions that are compared in this way.
const MAX_SOLUTIONS: usize = 8;
/// The parameter k of ℤ is also read as k + m and −k + m for these m.
const SHIFTS: [i64; 5] = [0, 1, -1, 2, -2];

/// Whether two such solutions are the same.
pub(super) fn equal(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    let (Some(g), Some(a)) = (Solutions::of(gold), Solutions::of(answer)) else { return false };
    let known = |letter: &Arc<str>, items: &[Node]| items.iter().any(|item| mentions(item, letter));
    if g.set != a.set || g.items.len() != a.items.len() || (g.letter != a.letter && known(&g.letter, &a.items)) {
        return false;
    }
    let readings: Vec<Node> = if g.set == Parameters::Integers && g.is_periodic() && a.is_periodic() {
        counted(&g.letter)
    } else {
        vec![Node::Symbol(g.letter.clone())]
    };
    if g.is_for_one_name() && a.is_for_one_name() {
        // Each solution holds for all numbers of the set by itself.
        let read = |item: &Node, reading: &Node| with(item, &a.letter, reading);
        return pair_up(Rule::Relation, &g.items, a.items.iter().collect(), |g, a| {
            let same = readings.iter().any(|reading| comparer.compare(g, &read(a, reading)).is_equal());
            Decision::of(same, Rule::Relation)
        })
        .is_equal();
    }
    readings.iter().any(|reading| {
        let items: Vec<Node> = a.items.iter().map(|item| with(item, &a.letter, reading)).collect();
        comparer.multiset(&g.items, &items).is_equal()
    })
}

/// The numbers that a parameter ranges over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parameters {
    Integers,
    Naturals,
}

impl Parameters {
    /// ℤ and ℕ, with double strokes, in bold or as plain capitals.
    fn of(set: &Node) -> Option<Self> {
        let (Node::Marked(name) | Node::Symbol(name)) = set else { return None };
        match name.as_ref() {
            "\\acc{mathbb:Z}" | "\\acc{b:Z}" | "Z" => Some(Self::Integers),
            "\\acc{mathbb:N}" | "\\acc{b:N}" | "N" => Some(Self::Naturals),
            _ => None,
        }
    }
}

/// Solutions, their parameter and its set.
struct Solutions {
    items: Vec<Node>,
    letter: Arc<str>,
    set: Parameters,
}

impl Solutions {
    fn of(node: &Node) -> Option<Self> {
        let (Node::List(all) | Node::Either(all)) = node else { return None };
        // `x = a or x = b, k ∈ ℤ`: the set behind the last solution is that of all.
        let (all, of_all): (Vec<&Node>, bool) = match all.split_last()? {
            (Node::List(last), others) if last.len() == 2 => (others.iter().chain(last).collect(), true),
            _ => (all.iter().collect(), false),
        };
        let (mut items, mut parameter) = (Vec::with_capacity(all.len()), None);
        for item in all {
            match item {
                Node::Relation(sides, _) if is_membership(item) => match sides.as_slice() {
                    [Node::Symbol(letter), set] if parameter.is_none() && !names::is_run(letter) => {
                        parameter = Some((letter.clone(), set));
                    }
                    _ => return None,
                },
                Node::Either(several) => items.extend(several.iter().cloned()),
                Node::List(_) => return None,
                item => items.push(item.clone()),
            }
        }
        let (letter, set) = parameter?;
        let few = !items.is_empty() && items.len() <= MAX_SOLUTIONS;
        let solutions = Self { items, letter, set: Parameters::of(set)? };
        let sound = few && PARAMETERS.contains(&solutions.letter.as_ref()) && solutions.are_values();
        (sound && (!of_all || solutions.is_for_one_name())).then_some(solutions)
    }

    /// Whether every solution is a value of a name of one small letter, the parameter is none of these names, it stands
    /// in a value, and nowhere as a part of another name.
    fn are_values(&self) -> bool {
        let small = |name: &str| name.len() == 1 && name.starts_with(|c: char| c.is_ascii_lowercase()) || name.starts_with('\\');
        let value = |item: &Node| match item {
            Node::Relation(sides, ops) if ops.as_slice() == [RelOp::Equal] => {
                matches!(&sides[0], Node::Symbol(name) if small(name) && *name != self.letter)
            }
            _ => false,
        };
        let mut within = false;
        self.items.iter().for_each(|item| {
            item.walk(&mut |part| {
                if let Node::Symbol(name) | Node::Marked(name) | Node::Apply(name, _) = part {
                    within |= *name != self.letter && names::mentions(name, &self.letter);
                }
            });
        });
        !within && self.items.iter().all(value) && self.items.iter().any(|item| mentions(item, &self.letter))
    }

    /// Whether every solution is a value of the same name.
    fn is_for_one_name(&self) -> bool {
        let name = |item: &Node| match item {
            Node::Relation(sides, _) => sides.first().cloned(),
            _ => None,
        };
        self.items.iter().all(|item| name(item) == name(&self.items[0]))
    }

    /// Whether each value is a sum in which the parameter stands in products with π or in degrees only.
    fn is_periodic(&self) -> bool {
        let turns = |node: &Node| {
            let (mut turns, mut nested) = (false, false);
            node.walk(&mut |part| {
                turns |= matches!(part, Node::Pi | Node::Degrees(_));
                nested |= matches!(part, Node::Power(..) | Node::Function(..) | Node::Apply(..) | Node::Root(..));
            });
            turns && !nested
        };
        let periodic = |value: &Node| match value {
            Node::Sum(terms) => terms.iter().all(|(_, term)| !mentions(term, &self.letter) || turns(term)),
            term => !mentions(term, &self.letter) || turns(term),
        };
        self.items.iter().all(|item| matches!(item, Node::Relation(sides, _) if sides[1..].iter().all(periodic)))
    }
}

/// k + m and −k + m.
fn counted(letter: &Arc<str>) -> Vec<Node> {
    let shifted = |sign: Sign, shift: i64| {
        let parameter = Node::Symbol(letter.clone());
        Node::Sum(vec![(sign, parameter), (Sign::Plus, Node::integer(shift))])
    };
    let both = |shift: i64| [shifted(Sign::Plus, shift), shifted(Sign::Minus, shift)];
    SHIFTS.into_iter().flat_map(both).collect()
}

fn mentions(node: &Node, letter: &Arc<str>) -> bool {
    let mut found = false;
    node.walk(&mut |part| {
        if let Node::Symbol(name) | Node::Marked(name) | Node::Apply(name, _) = part {
            found |= names::mentions(name, letter);
        }
    });
    found
}

/// The node with a value in the place of a letter; a product, so that it is one factor.
fn with(node: &Node, letter: &Arc<str>, value: &Node) -> Node {
    let mut node = node.clone();
    replace(&mut node, letter, &Node::Product(vec![(MulOp::Times, value.clone())]));
    node
}

fn replace(node: &mut Node, letter: &Arc<str>, value: &Node) {
    match node {
        Node::Symbol(name) if name == letter => *node = value.clone(),
        node => node.children_mut().into_iter().for_each(|child| replace(child, letter, value)),
    }
}
