//! Sums, products, integrals and limits: the letter that one binds, and where that letter may be caught.

use super::Node;
use super::shapes::is_scalar_throughout;
use crate::math::names;
use crate::math::node::{BigOp, MulOp, RelOp, Sign};

/// The common name for bound letters, which no answer can contain.
const BOUND: &str = "\u{0}";

/// A sum, product, integral or limit: the letter it binds, its bounds and its body.
pub(super) struct Bound {
    pub(super) letter: String,
    pub(super) bounds: [Option<Node>; 2],
    pub(super) body: Node,
}

impl Bound {
    pub(super) fn of(node: &Node) -> Option<Self> {
        let Node::Big { op, lower, upper, body } = node else { return None };
        let upper = upper.as_deref().cloned();
        if *op == BigOp::Integral {
            let (letter, body) = differential(body)?;
            return Some(Self { letter, bounds: [lower.as_deref().cloned(), upper], body });
        }
        let Some(Node::Relation(sides, ops)) = lower.as_deref() else { return None };
        match (sides.as_slice(), ops.as_slice()) {
            ([Node::Symbol(letter), start], [RelOp::Equal | RelOp::To]) => {
                Some(Self { letter: letter.to_string(), bounds: [Some(start.clone()), upper], body: body.as_ref().clone() })
            }
            _ => None,
        }
    }

    /// Renames the bound letter to the common name; `None` where the letter occurs in an index.
    pub(super) fn renamed(mut self) -> Option<Self> {
        let mut plain = true;
        self.body.walk(&mut |node| {
            if let Node::Symbol(name) | Node::Marked(name) | Node::Apply(name, _) = node {
                plain &= *name.as_ref() == *self.letter || !names::mentions(name, &self.letter);
            }
        });
        if !plain {
            return None;
        }
        rename(&mut self.body, &self.letter);
        Some(self)
    }
}

/// The letter and the integrand of `f(x)\,dx`.
fn differential(body: &Node) -> Option<(String, Node)> {
    let whole = [(MulOp::Times, body.clone())];
    let factors = if let Node::Product(factors) = body { factors.as_slice() } else { &whole };
    let named = |name: &Node| match name {
        Node::Symbol(name) => names::differential(name).filter(|of| of.0 == "d").map(|of| of.1.to_owned()),
        _ => None,
    };
    let (rest, letter) = match factors {
        [rest @ .., (MulOp::Times, name)] if named(name).is_some() => (rest, named(name)?),
        [rest @ .., (MulOp::Times, Node::Symbol(d)), (MulOp::Times, Node::Symbol(letter))] if d.as_ref() == "d" => {
            (rest, letter.to_string())
        }
        // `\frac{3\,dz}{z}`
        [(MulOp::Times, above), below @ ..] if !below.is_empty() && is_scalar_throughout(body) => {
            let (letter, above) = differential(above)?;
            let rest = [(MulOp::Times, above)].into_iter().chain(below.iter().cloned()).collect();
            return Some((letter, Node::Product(rest)));
        }
        _ => return None,
    };
    let integrand = match rest {
        [] => Node::integer(1),
        [(MulOp::Times, only)] => only.clone(),
        rest => Node::Product(rest.to_vec()),
    };
    Some((letter, integrand))
}

fn rename(node: &mut Node, letter: &str) {
    match node {
        Node::Symbol(name) if name.as_ref() == letter => *node = Node::Symbol(BOUND.into()),
        node => node.children_mut().into_iter().for_each(|child| rename(child, letter)),
    }
}

/// Whether a term has the letter that a sum, product, integral or limit in another term binds: where that one ends is then
/// told by the order of the terms alone, as in `\sum_i a_i + b_i`.
pub(super) fn may_capture(terms: &[(Sign, &Node)]) -> bool {
    let bound = |node: &Node| {
        let mut letters = Vec::new();
        node.walk(&mut |node| match (Bound::of(node), node) {
            (Some(bound), _) => letters.push(bound.letter),
            // `\sum_{i=1}`: without other letters i is the imaginary unit.
            (None, Node::Big { lower: Some(lower), .. }) => {
                if let Node::Relation(sides, _) = &**lower
                    && sides.first() == Some(&Node::Imaginary)
                {
                    letters.push("i".to_owned());
                }
            }
            _ => {}
        });
        letters
    };
    let has = |node: &Node, letter: &str| {
        let mut found = false;
        node.walk(&mut |node| {
            if let Node::Symbol(name) | Node::Marked(name) = node {
                found |= **name == *letter || names::mentions(name, letter);
            }
        });
        found
    };
    terms.iter().enumerate().any(|(place, (_, term))| {
        bound(term).iter().any(|letter| terms.iter().enumerate().any(|(other, (_, node))| other != place && has(node, letter)))
    })
}
