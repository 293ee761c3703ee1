//! A second opinion on equality: both sides evaluated in floating point, by code that shares nothing with the verifier but the parser's tree.
//!
//! Accepts: any two trees. It proves nothing and decides no verdict; it stands in tests and in fuzzing, where it contradicts the verifier: whenever that
//! says *equal*, both sides must agree wherever both have a value, have one at the same points, and have one somewhere.

mod ball;
mod evaluate;
mod points;
mod powers;
mod relations;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::node::Node;
use ball::{Trouble, Value};
use evaluate::Evaluator;
use points::{Kind, Point};

/// Why two answers are not equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Neither has a value anywhere, or one of them has none.
    NoValue,
    /// They have different values.
    Value,
    /// One has a value where the other has none.
    Domain,
    /// So it is over the reals, but their principal values over the complex numbers agree.
    RealDomain,
    /// Real points show no difference, points off the axis do.
    OffAxis,
    /// Relations that are no multiples of each other.
    Relation,
}

impl Fault {
    /// Whether no reading makes the two equal. Symbols beside i may be meant to be real.
    pub fn is_certain(self) -> bool {
        self != Self::OffAxis
    }
}

/// A contradiction: what is wrong, and where it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Contradiction {
    pub fault: Fault,
    pub at: String,
}

/// What the oracle says of two answers that are said to be equal.
#[derive(Debug, Clone, PartialEq)]
pub enum Opinion {
    /// They agreed wherever they could be compared.
    Agrees,
    /// They cannot be equal.
    Contradicts(Contradiction),
    /// Nothing could be compared.
    None,
}

/// Says whether two answers may be equal.
pub fn opinion(gold: &Node, answer: &Node) -> Opinion {
    match (gold, answer) {
        (Node::Group(gold_brackets, g), Node::Group(answer_brackets, a)) if gold_brackets == answer_brackets => in_order(g, a),
        (Node::Angle(g), Node::Angle(a)) | (Node::Ratio(g), Node::Ratio(a)) => in_order(g, a),
        (Node::Matrix(g), Node::Matrix(a)) => {
            let rows: Vec<Opinion> = g.iter().zip(a).map(|(g, a)| in_order(g, a)).collect();
            together(rows)
        }
        (Node::List(g) | Node::Set(g), Node::List(a) | Node::Set(a)) => in_any_order(g, a),
        (Node::Quantity(g, unit, power), Node::Quantity(a, other, other_power)) if (unit, power) == (other, other_power) => {
            opinion(g, a)
        }
        (Node::Degrees(_) | Node::Quantity(..), _) => scalars(gold, answer),
        // An extra unit may be read past.
        (_, Node::Degrees(value) | Node::Quantity(value, ..)) => match opinion(gold, value) {
            Opinion::Contradicts(_) => scalars(gold, answer),
            read_past => read_past,
        },
        (Node::Relation(gs, go), Node::Relation(as_, ao)) => relations::opinion(gs, go, as_, ao),
        _ => scalars(gold, answer),
    }
}

/// Whether an answer and all its parts have a value nearly everywhere.
pub fn has_value(node: &Node) -> bool {
    match node {
        Node::Group(_, parts) | Node::Angle(parts) | Node::Ratio(parts) | Node::List(parts) | Node::Set(parts) => {
            parts.iter().all(has_value)
        }
        Node::Matrix(rows) => rows.iter().flatten().all(has_value),
        node => {
            let survey = Survey::of(node, node, &symbols_of(&[node]), points::real(), false);
            4 * survey.valued[0] >= 3 * survey.points
        }
    }
}

fn in_order(gold: &[Node], answer: &[Node]) -> Opinion {
    if gold.len() != answer.len() {
        return Opinion::None;
    }
    together(gold.iter().zip(answer).map(|(g, a)| opinion(g, a)).collect())
}

/// Every element must be possible as one of the other side.
fn in_any_order(gold: &[Node], answer: &[Node]) -> Opinion {
    const MAX_ITEMS: usize = 6;
    if gold.len() > MAX_ITEMS || answer.len() > MAX_ITEMS {
        return Opinion::None;
    }
    let best = |from: &Node, of: &[Node], swap: bool| {
        let opinions = of.iter().map(|other| if swap { opinion(other, from) } else { opinion(from, other) });
        // The least of all contradictions says most: an element without a value differs from every other in value.
        let weight = |opinion: &Opinion| match opinion {
            Opinion::Contradicts(Contradiction { fault: Fault::Value, .. }) => 2,
            Opinion::Contradicts(_) => 1,
            _ => 0,
        };
        opinions.min_by_key(weight).unwrap_or(Opinion::None)
    };
    let mut all: Vec<Opinion> = gold.iter().map(|g| best(g, answer, false)).collect();
    all.extend(answer.iter().map(|a| best(a, gold, true)));
    together(all)
}

fn together(opinions: Vec<Opinion>) -> Opinion {
    let mut all = Opinion::None;
    for opinion in opinions {
        match opinion {
            Opinion::Contradicts(_) => return opinion,
            Opinion::Agrees => all = Opinion::Agrees,
            Opinion::None => {}
        }
    }
    all
}

/// Two formulas: over the reals, and over the complex numbers where i occurs or where the reals give them no value.
fn scalars(gold: &Node, answer: &Node) -> Opinion {
    let symbols = symbols_of(&[gold, answer]);
    if has_imaginary(gold) || has_imaginary(answer) {
        let on_axis = Survey::of(gold, answer, &symbols, points::real(), true).opinion(true);
        if on_axis != Opinion::Agrees || symbols.is_empty() {
            return on_axis;
        }
        return match Survey::of(gold, answer, &symbols, points::complex(), true).opinion(false) {
            Opinion::Contradicts(Contradiction { at, .. }) => Opinion::Contradicts(Contradiction { fault: Fault::OffAxis, at }),
            _ => on_axis,
        };
    }
    let survey = Survey::of(gold, answer, &symbols, points::real(), false);
    let nowhere = survey.valued == [0, 0];
    let real = survey.opinion(true);
    let Opinion::Contradicts(Contradiction { fault: Fault::NoValue | Fault::Domain, at }) = &real else { return real };
    match Survey::of(gold, answer, &symbols, points::real(), true).opinion(true) {
        // √−4 and 2√−1.
        Opinion::Agrees if nowhere => Opinion::Agrees,
        Opinion::Agrees => Opinion::Contradicts(Contradiction { fault: Fault::RealDomain, at: at.clone() }),
        Opinion::Contradicts(Contradiction { fault: Fault::Value, at }) if nowhere => {
            let fault = if symbols.is_empty() { Fault::Value } else { Fault::OffAxis };
            Opinion::Contradicts(Contradiction { fault, at })
        }
        _ => real,
    }
}

/// What was found at all the points.
#[derive(Default)]
struct Survey {
    /// Points, and those at which both have a value.
    points: usize,
    both: usize,
    /// Points at which the left or the right side has a value, and none.
    valued: [usize; 2],
    without: [usize; 2],
    unknown: usize,
    /// Points at which the values differ, and the first of them.
    differ: Vec<String>,
    /// Points between the whole numbers, and whole ones, at which only one has a value.
    generic: Vec<String>,
    whole: Vec<String>,
}

impl Survey {
    fn of(gold: &Node, answer: &Node, symbols: &[Arc<str>], points: impl Iterator<Item = Point>, complex: bool) -> Self {
        let mut survey = Self::default();
        // Without symbols all the points are one.
        let points = points.take(if symbols.is_empty() && !has_log_base(gold) && !has_log_base(answer) { 1 } else { usize::MAX });
        for point in points {
            let value = |node: &Node| Evaluator { symbols, point, complex, bound: Vec::new() }.value(node);
            survey.note(point, symbols, value(gold), value(answer));
        }
        survey
    }

    fn note(&mut self, point: Point, symbols: &[Arc<str>], gold: Value, answer: Value) {
        self.points += 1;
        let place = || point.shown(symbols);
        for (side, value) in [gold, answer].into_iter().enumerate() {
            self.valued[side] += usize::from(value.is_ok());
            self.without[side] += usize::from(value == Err(Trouble::Undefined));
        }
        match (gold, answer) {
            (Ok(g), Ok(a)) => match g.is(a) {
                Ok(true) => self.both += 1,
                Ok(false) if (g - a).size() > 1e-9 * g.size().max(a.size()) => {
                    self.both += 1;
                    self.differ.push(format!("{} {g} against {a}", place()));
                }
                _ => self.unknown += 1,
            },
            (Ok(value), Err(Trouble::Undefined)) | (Err(Trouble::Undefined), Ok(value)) => {
                let text = if gold.is_ok() {
                    format!("{} {value} against none", place())
                } else {
                    format!("{} none against {value}", place())
                };
                match point.kind {
                    Kind::Generic => self.generic.push(text),
                    Kind::Whole => self.whole.push(text),
                    Kind::Extreme => {}
                }
            }
            (Err(Trouble::Undefined), Err(Trouble::Undefined)) => {}
            _ => self.unknown += 1,
        }
    }

    /// `everywhere`: whether a value is wanted somewhere.
    fn opinion(mut self, everywhere: bool) -> Opinion {
        let contradiction = |fault, at| Opinion::Contradicts(Contradiction { fault, at });
        // At some points there may be no opinion.
        let nothing = |side: usize| self.valued[side] == 0 && 3 * self.without[side] >= self.points;
        if everywhere && (nothing(0) || nothing(1)) {
            return contradiction(Fault::NoValue, format!("{} points", self.points));
        }
        // What shows at one point of many may be an accident of rounding.
        let few = usize::from(self.points > 1);
        if self.differ.len() > few {
            return contradiction(Fault::Value, self.differ.swap_remove(0));
        }
        // Whole points may be removable ones; three of them are not.
        if self.generic.len() > few || self.whole.len() >= 3 {
            return contradiction(Fault::Domain, self.generic.into_iter().chain(self.whole).next().unwrap_or_default());
        }
        if self.both > 0 { Opinion::Agrees } else { Opinion::None }
    }
}

fn symbols_of(nodes: &[&Node]) -> Vec<Arc<str>> {
    let mut symbols: Vec<Arc<str>> = Vec::new();
    for node in nodes {
        node.walk(&mut |node| {
            if let Node::Symbol(name) = node
                && !symbols.contains(name)
            {
                symbols.push(name.clone());
            }
        });
    }
    symbols.sort();
    symbols
}

fn has_imaginary(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Imaginary));
    found
}

fn has_log_base(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Function(crate::math::node::Func::Log, arguments) if arguments.len() == 1));
    found
}
