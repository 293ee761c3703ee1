//! Questions about the outermost shape of a tree, answered for any tree.

use num_traits::Signed;

use crate::math::names;
use crate::math::node::{BigOp, Brackets, Func, MulOp, Node, RelOp, Sign};
use crate::math::words;

/// Commands between two statements or values.
const RELATIONS: &[&str] =
    &["\\or", "\\and", "\\lor", "\\land", "\\neq", "\\ne", "\\neg", "\\approx", "\\leq", "\\geq", "\\le", "\\ge", "\\in", "\\sim"];

/// Removes layers without a meaning: a sum of one positive term, a list of one item.
pub fn simplify(node: &Node) -> &Node {
    match node {
        Node::Sum(terms) if terms.len() == 1 && terms[0].0 == Sign::Plus => simplify(&terms[0].1),
        Node::List(items) if items.len() == 1 => simplify(&items[0]),
        node => node,
    }
}

/// Whether a node assigns values to unknowns by name: two such nodes are compared as they are.
pub fn says_which(node: &Node) -> bool {
    match node {
        Node::Relation(..) | Node::Either(_) => true,
        Node::List(items) | Node::Set(items) => items.iter().any(says_which),
        _ => false,
    }
}

/// The number of different unknowns in the inequalities among some items.
pub fn unknowns(items: &[Node]) -> usize {
    let mut names: Vec<&Node> = Vec::new();
    for item in items {
        if let Node::Relation(sides, ops) = item
            && !ops.contains(&RelOp::Equal)
            && let Some(name) = sides.iter().find(|side| is_name(side))
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names.len()
}

pub fn is_membership(node: &Node) -> bool {
    matches!(node, Node::Relation(_, ops) if ops.as_slice() == [RelOp::In])
}

/// Whether the outermost node is that of a number or formula.
pub fn is_scalar(node: &Node) -> bool {
    matches!(
        node,
        Node::Number(_)
            | Node::Decimal { .. }
            | Node::Based { .. }
            | Node::Symbol(_)
            | Node::Pi
            | Node::Euler
            | Node::Imaginary
            | Node::Sum(_)
            | Node::Product(_)
            | Node::Power(..)
            | Node::Root(..)
            | Node::Percent(_)
            | Node::Degrees(_)
            | Node::Factorial(..)
            | Node::Binomial(..)
            | Node::Function(..)
            | Node::Apply(..)
            | Node::Big { .. }
    )
}

/// Whether a node is a formula and not only a name.
pub fn is_formula(node: &Node) -> bool {
    is_scalar(node) && !is_name(node)
}

/// +1 or −1 for ±∞.
pub fn infinity(node: &Node) -> Option<i8> {
    match node {
        Node::Infinity => Some(1),
        Node::Sum(terms) => match terms.as_slice() {
            [(Sign::Minus, inner)] => infinity(inner).map(|sign| -sign),
            [(Sign::Plus, inner)] => infinity(inner),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a node is something that can be given a value: a symbol, an indexed symbol, an applied function, or a tuple
/// of those.
pub fn is_name(node: &Node) -> bool {
    match simplify(node) {
        Node::Symbol(name) | Node::Marked(name) | Node::Apply(name, _) => !states_something(name),
        Node::Imaginary => true,
        Node::Group(_, items) => items.iter().all(is_name),
        Node::Function(Func::Abs, args) => args.iter().all(|arg| is_name(arg) || is_product_of_names(arg)),
        // A ratio of names.
        Node::Ratio(parts) => parts.iter().all(is_name),
        // `A B` as the name of a segment.
        node => is_product_of_names(node) || is_acidity(node),
    }
}

/// Whether a product is the name of a negative logarithm of chemistry: pH, pOH, pK_a.
fn is_acidity(node: &Node) -> bool {
    let Node::Product(factors) = node else { return false };
    let mut letters = factors.iter().map(|(_, factor)| match simplify(factor) {
        Node::Symbol(name) => name.as_ref(),
        _ => "",
    });
    letters.next() == Some("p")
        && matches!(
            (letters.next(), letters.next(), letters.next()),
            (Some("H" | "K_a" | "K_b" | "K_w"), None, _) | (Some("O"), Some("H"), None) | (Some("OH"), None, _)
        )
}

/// Whether the index of a name states something of its own, `n_{or 6}`, `n_{\neq 6}`: it then is no part of a name.
fn states_something(name: &str) -> bool {
    let Some((_, index)) = name.split_once('_') else { return false };
    let hedges = index.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() > 1 && words::is_hedge(word));
    hedges || index.contains(['=', '<', '>', '"']) || RELATIONS.iter().any(|sign| names::mentions(index, sign))
}

/// Whether a node is a quantity that is no unknown by itself, so that an equation with it says its value: a mean ⟨E⟩, a
/// derivative, a ratio or difference of two quantities of one kind, `l_1/l_2` and `C_p - C_v`, a determinant.
pub fn is_quantity(node: &Node) -> bool {
    match simplify(node) {
        Node::Angle(items) => items.len() == 1,
        Node::Function(Func::Det, arguments) => arguments.iter().all(is_name),
        Node::Product(factors) => match factors.as_slice() {
            [(MulOp::Times, above), (MulOp::Over, below)] => {
                let named = |node: &Node| match simplify(node) {
                    Node::Symbol(name) if !names::is_run(name) => Some(name.clone()),
                    _ => None,
                };
                match (named(above), named(below)) {
                    (Some(above), Some(below)) => above != below && !(is_unknown(&above) && is_unknown(&below)),
                    _ => false,
                }
            }
            _ => false,
        },
        Node::Sum(terms) => match terms.as_slice() {
            [(Sign::Plus, Node::Symbol(one)), (Sign::Minus, Node::Symbol(other))] => {
                match (one.split_once('_'), other.split_once('_')) {
                    (Some((letter, i)), Some((same, j))) => letter == same && i != j && !is_unknown(letter),
                    _ => false,
                }
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether a node is a sum of different letters, each perhaps with a positive whole number as a factor, that is asked for
/// in place of the letters: `m + n = 293`, `100a + b`. The letters of unknowns are refused: `x + y = 5` is an equation.
pub fn is_sum_of_results(node: &Node) -> bool {
    let Node::Sum(terms) = simplify(node) else { return false };
    let letter_of = |node: &Node| match simplify(node) {
        Node::Symbol(name) if name.len() == 1 && !is_unknown(name) => Some(name.clone()),
        _ => None,
    };
    let mut letters = Vec::with_capacity(terms.len());
    terms.len() > 1
        && terms.iter().all(|(sign, term)| {
            let letter = match simplify(term) {
                Node::Product(factors) => match factors.as_slice() {
                    [(MulOp::Times, Node::Number(factor)), (MulOp::Times, name)] if factor.is_integer() && factor.is_positive() => {
                        letter_of(name)
                    }
                    _ => None,
                },
                node => letter_of(node),
            };
            let fresh = *sign == Sign::Plus && letter.as_ref().is_some_and(|letter| !letters.contains(letter));
            letters.extend(letter);
            fresh
        })
}

/// The letters of unknowns and coordinates, with or without an index: `y/x = 2` is a line and not a value.
fn is_unknown(name: &str) -> bool {
    matches!(name.split(['_', '\'']).next().unwrap_or(name), "x" | "y" | "z")
}

pub fn is_product_of_names(node: &Node) -> bool {
    let segment = |n: &Node| match simplify(n) {
        Node::Symbol(name) => name.starts_with(|c: char| c.is_ascii_uppercase()),
        n => is_product_of_names(n),
    };
    matches!(node, Node::Product(factors) if factors.iter().all(|(_, n)| segment(n)))
}

pub fn is_constant_side(node: &Node) -> bool {
    let mut constant = is_scalar(node) || infinity(node).is_some();
    node.walk(&mut |n| constant &= !matches!(n, Node::Symbol(_) | Node::Marked(_) | Node::Apply(..)));
    constant
}

pub fn is_literal_like(node: &Node) -> bool {
    let mut plain = true;
    node.walk(&mut |n| plain &= !matches!(n, Node::Pi | Node::Symbol(_)));
    plain
}

pub fn real_line(node: &Node) -> bool {
    match node {
        Node::Marked(name) => name.as_ref() == "\\acc{mathbb:R}",
        Node::Group(Brackets { left_closed: false, right_closed: false }, items) => {
            matches!(items.as_slice(), [low, high] if infinity(low) == Some(-1) && infinity(high) == Some(1))
        }
        _ => false,
    }
}

/// The entries of a tuple, vector, or matrix of one row or column; the rows of another matrix.
pub fn components(node: &Node) -> Option<Vec<Node>> {
    match node {
        Node::Group(_, items) | Node::Angle(items) => Some(items.clone()),
        Node::Matrix(rows) if rows.iter().all(|row| row.len() == 1) => Some(rows.iter().flatten().cloned().collect()),
        Node::Matrix(rows) if rows.len() == 1 => Some(rows[0].clone()),
        Node::Matrix(rows) => Some(rows.iter().map(|row| Node::Matrix(vec![row.clone()])).collect()),
        _ => None,
    }
}

pub fn without_percent(node: &Node) -> Option<&Node> {
    match node {
        Node::Percent(value) => Some(value),
        _ => None,
    }
}

/// Whether a formula contains no notation, so that the algebra can read it.
pub(super) fn is_scalar_throughout(node: &Node) -> bool {
    let mut scalar = true;
    node.walk(&mut |node| {
        scalar &= match node {
            Node::Product(factors) => !factors.iter().any(|(op, _)| *op == MulOp::Cross),
            Node::Big { op, lower, upper, .. } => {
                let integer = |bound: &Option<Box<Node>>| match bound.as_deref() {
                    Some(Node::Relation(sides, _)) => sides.last().is_some_and(|side| side.literal().is_some()),
                    Some(bound) => bound.literal().is_some(),
                    None => false,
                };
                matches!(op, BigOp::Sum | BigOp::Product) && integer(lower) && integer(upper)
            }
            // The bound of a sum, checked above.
            Node::Relation(_, ops) => ops.as_slice() == [RelOp::Equal],
            node => is_scalar(node),
        };
    });
    scalar && is_scalar(node)
}
