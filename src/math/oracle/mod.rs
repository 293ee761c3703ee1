//! A second opinion on equality: both sides are evaluated in floating point, by code that shares only the parser's tree
//! with the verifier.
//!
//! Accepts: any two trees. It proves nothing and decides no verdict; it is used in tests and in fuzzing, where it
//! checks the verifier. Whenever the verifier says *equal*, both sides must agree wherever both have a value, must have
//! a value at the same points, and must have one somewhere.

mod ball;
mod clock;
mod evaluate;
mod opinion;
mod points;
mod powers;
mod relations;
mod survey;
mod symbols;
#[cfg(test)]
mod tests;

use super::node::Node;

pub use opinion::{Contradiction, Fault, Opinion};

/// Whether two answers may be equal.
pub fn opinion(gold: &Node, answer: &Node) -> Opinion {
    match (gold, answer) {
        (Node::Group(gold_brackets, g), Node::Group(answer_brackets, a)) if gold_brackets == answer_brackets => in_order(g, a),
        (Node::Angle(g), Node::Angle(a)) => in_order(g, a),
        (Node::Ratio(g), Node::Ratio(a)) => clock::opinion(g, a).unwrap_or_else(|| in_order(g, a)),
        (Node::Matrix(g), Node::Matrix(a)) => {
            let rows: Vec<Opinion> = g.iter().zip(a).map(|(g, a)| in_order(g, a)).collect();
            together(rows)
        }
        (Node::List(g) | Node::Set(g), Node::List(a) | Node::Set(a)) => in_any_order(g, a),
        (Node::Quantity(g, unit, power), Node::Quantity(a, other, other_power)) if (unit, power) == (other, other_power) => {
            opinion(g, a)
        }
        (Node::Degrees(_) | Node::Quantity(..), _) => survey::scalars(gold, answer),
        // The verifier may ignore an extra unit.
        (_, Node::Degrees(value) | Node::Quantity(value, ..)) => match opinion(gold, value) {
            Opinion::Contradicts(_) => survey::scalars(gold, answer),
            read_past => read_past,
        },
        (Node::Relation(gs, go), Node::Relation(as_, ao)) => relations::opinion(gs, go, as_, ao),
        _ => survey::scalars(gold, answer),
    }
}

/// Whether an answer and all its parts have a value nearly everywhere.
pub fn has_value(node: &Node) -> bool {
    match node {
        Node::Group(_, parts) | Node::Angle(parts) | Node::Ratio(parts) | Node::List(parts) | Node::Set(parts) => {
            parts.iter().all(has_value)
        }
        Node::Matrix(rows) => rows.iter().flatten().all(has_value),
        node => survey::has_value(node),
    }
}

fn in_order(gold: &[Node], answer: &[Node]) -> Opinion {
    if gold.len() != answer.len() {
        return Opinion::None;
    }
    together(gold.iter().zip(answer).map(|(g, a)| opinion(g, a)).collect())
}

/// For every element, the other side must have an element that it may equal.
fn in_any_order(gold: &[Node], answer: &[Node]) -> Opinion {
    const MAX_ITEMS: usize = 6;
    if gold.len() > MAX_ITEMS || answer.len() > MAX_ITEMS {
        return Opinion::None;
    }
    let best = |from: &Node, of: &[Node], swap: bool| {
        let opinions = of.iter().map(|other| if swap { opinion(other, from) } else { opinion(from, other) });
        // The opinion with the least weight is kept. A different value weighs most, because an element without a value
        // differs in value from every element.
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
