//! Decides the readings that depend on the whole tree: letters before brackets, letters that are matrices, dots between
//! scalars.
//!
//! Accepts any tree as the parser folded it. A product that contains notation keeps its signs, and the algebra does not
//! read it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{calculus, integrals};
use crate::math::declared::Declared;
use crate::math::names;
use crate::math::node::{BigOp, MulOp, Node};

/// The letters that stand for vectors where others are matrices.
const VECTORS: &str = "buvwxyz";

pub(super) fn settle(node: &mut Node, declared: &Declared) {
    declared.mark(node);
    let (mut dots, mut letters) = (false, false);
    node.walk(&mut |node| match node {
        Node::Product(factors) => dots |= factors.iter().any(|(op, _)| *op == MulOp::Dot),
        Node::Power(_, exponent) => letters |= is_mark(exponent, true) || exponent.is_minus_one(),
        _ => {}
    });
    if letters && has_matrices(node) {
        names::take_apart(node);
        mark_matrices(node);
    }
    if letters && has_operators(node) {
        mark_letters(node);
    }
    mark_products(node);
    if letters && conjugates(node) {
        mark_letters(node);
    }
    calculus::mark_differentials(node);
    integrals::gather(node);
    names::settle(node, &declared.functions);
    if dots {
        join(node);
    }
}

/// `X^T`, `(AB)^\dagger`, `V^*`: the mark is on a capital, or is a mark that has no other meaning.
fn is_adjoint(base: &Node, exponent: &Node) -> bool {
    matches!(exponent, Node::Marked(_) | Node::Symbol(_)) && is_mark(exponent, holds_capital(base))
}

/// Whether an exponent marks a matrix. `capital`: the base contains a capital.
fn is_mark(exponent: &Node, capital: bool) -> bool {
    match exponent {
        Node::Marked(name) => matches!(name.as_ref(), "\\top" | "\\dagger") || capital,
        Node::Symbol(name) => matches!(name.as_ref(), "T" | "H") && capital,
        _ => false,
    }
}

fn holds_capital(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Symbol(name) if is_capital(name)));
    found
}

fn is_capital(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Whether capitals stand for matrices: one is transposed, one is inverted in a product with another, or a sequence of
/// capitals is inverted.
fn has_matrices(node: &Node) -> bool {
    Survey::of(node).matrices
}

/// Facts about a tree, found in one pass from the leaves.
#[derive(Clone, Copy, Default)]
struct Survey {
    /// A capital.
    capital: bool,
    /// Capitals that stand for matrices.
    matrices: bool,
}

impl Survey {
    fn of(node: &Node) -> Self {
        let mut whole = Self { capital: matches!(node, Node::Symbol(name) if is_capital(name)), matrices: false };
        let (mut capitals, mut inverted, mut base_has_one) = (0, false, None);
        node.each_child(&mut |child| {
            let part = Self::of(child);
            whole.capital |= part.capital;
            whole.matrices |= part.matrices;
            capitals += usize::from(part.capital);
            base_has_one.get_or_insert(part.capital);
            inverted |= part.capital && matches!(child, Node::Power(_, exponent) if exponent.is_minus_one());
        });
        whole.matrices |= match node {
            Node::Power(base, exponent) => {
                is_mark(exponent, base_has_one == Some(true))
                    || exponent.is_minus_one() && matches!(base.as_ref(), Node::Symbol(name) if names::is_run(name))
            }
            Node::Product(_) => capitals > 1 && inverted,
            _ => false,
        };
        whole
    }
}

/// Whether small letters are operators or vectors: one has a dagger, or `x^T` is in a product with another vector.
fn has_operators(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| match node {
        Node::Power(base, exponent) => {
            let dagger = matches!(exponent.as_ref(), Node::Marked(name) if name.as_ref() == "\\dagger");
            found |= dagger && matches!(base.as_ref(), Node::Symbol(_) | Node::Marked(_));
        }
        Node::Product(factors) => {
            let transposed = |factor: &Node| match factor {
                Node::Power(base, exponent) => {
                    matches!(exponent.as_ref(), Node::Symbol(name) if name.as_ref() == "T") && is_vector(base)
                }
                _ => false,
            };
            let vectors = factors.iter().filter(|(_, factor)| is_vector(factor) || transposed(factor)).count();
            found |= vectors > 1 && factors.iter().any(|(_, factor)| transposed(factor));
        }
        _ => {}
    });
    found
}

/// A letter that stands for a vector where one is transposed: `x`, `x_1`, `\beta`.
fn is_vector(node: &Node) -> bool {
    let Node::Symbol(name) = node else { return false };
    let letter = name.split(['_', '\'']).next().unwrap_or(name);
    (letter.len() == 1 && VECTORS.contains(letter)) || matches!(letter, "\\beta" | "\\theta" | "\\mu")
}

/// Marks products in which the order of letters has a meaning wherever they occur: strings under a star, `(ab)^*`, or
/// in the pattern of a set, `\{a^n b^n\}`, and upper indices, `F^{\mu\nu}`.
fn mark_products(node: &mut Node) {
    match node {
        Node::Power(base, exponent) if matches!(exponent.as_ref(), Node::Marked(star) if star.as_ref() == "*") => {
            mark_letters(base)
        }
        Node::Power(base, exponent) if has_indices(base, exponent) => mark_letters(exponent),
        Node::SetBuilder(items, _) => items.iter_mut().filter(|item| is_pattern(item)).for_each(mark_letters),
        _ => {}
    }
    node.children_mut().into_iter().for_each(mark_products);
}

/// Whether an exponent is two or more Greek letters that count the components of its base.
fn has_indices(base: &Node, exponent: &Node) -> bool {
    let tensor = |name: &str| is_capital(name) || matches!(name, "g" | "\\eta" | "\\epsilon" | "\\Gamma");
    let index = |(_, factor): &(MulOp, Node)| matches!(factor, Node::Symbol(name) if matches!(name.as_ref(), "\\mu" | "\\nu" | "\\rho" | "\\sigma" | "\\lambda" | "\\kappa" | "\\alpha" | "\\beta"));
    matches!(base, Node::Symbol(name) if tensor(name)) && matches!(exponent, Node::Product(factors) if factors.iter().all(index))
}

/// Whether a product consists of letters, two or more of them with exponents that are letters.
fn is_pattern(node: &Node) -> bool {
    let counted = |factor: &Node| match factor {
        Node::Power(base, exponent) => matches!(base.as_ref(), Node::Symbol(_)) && matches!(exponent.as_ref(), Node::Symbol(_)),
        _ => false,
    };
    let letter = |factor: &Node| matches!(factor, Node::Symbol(name) if name.len() == 1);
    match node {
        Node::Product(factors) => {
            factors.iter().all(|(op, factor)| *op == MulOp::Times && (counted(factor) || letter(factor)))
                && factors.iter().filter(|(_, factor)| counted(factor)).count() > 1
        }
        _ => false,
    }
}

fn mark_matrices(node: &mut Node) {
    match node {
        Node::Symbol(name) if is_capital(name) || (name.len() == 1 && VECTORS.contains(name.as_ref())) => {
            *node = Node::Marked(Arc::clone(name));
        }
        // The mark itself is not a matrix.
        Node::Power(base, exponent) if is_adjoint(base, exponent) => mark_matrices(base),
        node => node.children_mut().into_iter().for_each(mark_matrices),
    }
}

/// Whether a product contains a letter and its inverse with another letter between them: `aba^{-1}b^{-1}`, `g^{-1}Hg`.
fn conjugates(node: &Node) -> bool {
    let letter = |node: &Node| match node {
        Node::Symbol(name) => Some((Arc::clone(name), false)),
        Node::Power(base, exponent) => match base.as_ref() {
            Node::Symbol(name) => Some((Arc::clone(name), exponent.is_minus_one())),
            _ => None,
        },
        _ => None,
    };
    let mut found = false;
    node.walk(&mut |node| {
        if let Node::Product(factors) = node
            && factors.iter().any(|(_, factor)| matches!(factor, Node::Power(_, exponent) if exponent.is_minus_one()))
        {
            // The last position of each letter among the letters of the product, and whether it was inverted there.
            let mut last: BTreeMap<Arc<str>, (usize, bool)> = BTreeMap::new();
            let letters = factors.iter().filter(|(op, _)| *op == MulOp::Times).filter_map(|(_, factor)| letter(factor));
            for (place, (name, inverse)) in letters.enumerate() {
                let before = last.insert(name, (place, inverse));
                found |= before.is_some_and(|(there, turned)| turned != inverse && place - there > 1);
            }
        }
    });
    found
}

fn mark_letters(node: &mut Node) {
    match node {
        Node::Symbol(name) => *node = Node::Marked(Arc::clone(name)),
        node => node.children_mut().into_iter().for_each(mark_letters),
    }
}

/// Makes dots between scalars plain products; returns whether a node contains notation.
fn join(node: &mut Node) -> bool {
    let mut notation = match node {
        Node::Marked(_) | Node::Text(_) => true,
        Node::Big { op, .. } => matches!(op, BigOp::Integral | BigOp::Limit),
        Node::Product(factors) => factors.iter().any(|(op, _)| *op == MulOp::Cross),
        _ => false,
    };
    for child in node.children_mut() {
        notation |= join(child);
    }
    if let (false, Node::Product(factors)) = (notation, node) {
        factors.iter_mut().filter(|(op, _)| *op == MulOp::Dot).for_each(|(op, _)| *op = MulOp::Times);
    }
    notation
}
