//! Products whose signs physicists leave out: `h/2\pi` for h/(2π), and `l \times w` for `lw`.
//!
//! Accepts: with `slash_products` one slash behind a formula that is no number, and all factors behind it; with `cross_products`
//! `\times` between letters without a mark. Refuses: `1/2mv^2`, whose fraction is a coefficient, quotients with several slashes,
//! and `\times` between vectors, sets and, where they may be matrices, capitals, and in a size (`3\times5 matrix`).

use super::{Comparer, Node};
use crate::math::names;
use crate::math::node::MulOp;
use crate::math::parse;

/// Whether the answers are equal with every cross between letters as a product.
pub(super) fn equal_times(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    let capitals = comparer.policy.scalar_capitals;
    let crossed = |node: &Node| {
        let (mut crosses, mut others) = (false, false);
        node.walk(&mut |node| match node {
            Node::Product(factors) if factors.iter().any(|(op, _)| *op == MulOp::Cross) => {
                crosses = true;
                // Only in a size does a cross between numbers not multiply.
                others |= factors.iter().all(|(_, factor)| factor.literal().is_some());
            }
            // `m\times n matrix` is a size, too.
            Node::Quantity(_, word, _) => others |= parse::is_one_shape(word),
            Node::Symbol(name) => others |= names::is_marked(name) || !capitals && names::is_capitals(name),
            Node::Marked(_) | Node::Set(_) | Node::Group(..) | Node::Matrix(_) | Node::SetExpr(..) | Node::SetBuilder(..) => {
                others = true
            }
            _ => {}
        });
        (crosses, others)
    };
    let ((g, no), (a, neither)) = (crossed(gold), crossed(answer));
    // Where both have a cross, it may be that of vectors: `b \times a` is not `a \times b`.
    if g == a || no || neither {
        return false;
    }
    let (mut gold, mut answer) = (gold.clone(), answer.clone());
    multiply(&mut gold);
    multiply(&mut answer);
    comparer.compare(&gold, &answer).is_equal()
}

fn multiply(node: &mut Node) {
    if let Node::Product(factors) = node {
        factors.iter_mut().filter(|(op, _)| *op == MulOp::Cross).for_each(|(op, _)| *op = MulOp::Times);
    }
    node.children_mut().into_iter().for_each(multiply);
}

/// Whether a product has factors behind its one slash.
pub(super) fn has_products(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Product(factors) if behind(factors).is_some()));
    found
}

/// Divides by all factors behind the slash of a product. A `\frac` is a product of its own.
pub(super) fn put_below(node: &mut Node) {
    if let Node::Product(factors) = node
        && let Some(place) = behind(factors)
    {
        factors[place..].iter_mut().for_each(|(op, _)| *op = MulOp::Over);
    }
    node.children_mut().into_iter().for_each(put_below);
}

/// Where the factors behind the one slash of a product begin, if all of them multiply and the numerator is no number.
fn behind(factors: &[(MulOp, Node)]) -> Option<usize> {
    let slash = factors.iter().position(|(op, _)| *op == MulOp::Over)?;
    let numeric = factors[..slash].iter().all(|(_, factor)| factor.literal().is_some());
    let rest = &factors[slash + 1..];
    (!numeric && !rest.is_empty() && rest.iter().all(|(op, _)| *op == MulOp::Times)).then_some(slash + 1)
}
