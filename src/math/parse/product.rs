//! Products: which `\times` multiplies, and which is notation.
//!
//! Accepts: any factors. `\times` multiplies next to a number; between other operands it is a cross product or a product of
//! sets, and between the numbers of a size it states that size.

use num_rational::BigRational;
use num_traits::One;

use crate::math::labels;
use crate::math::node::{MulOp, Node};
use crate::math::units;

/// The node for a product of these factors; a single factor is returned as it is.
pub(super) fn product(mut factors: Vec<(MulOp, Node)>) -> Node {
    if factors.len() == 1 && factors[0].0 == MulOp::Times {
        return factors.remove(0).1;
    }
    if factors.iter().any(|(op, _)| *op == MulOp::Cross) {
        multiply_numbers(&mut factors);
    }
    Node::Product(factors)
}

/// Makes `\times` a plain product next to a number, and everywhere in a chain that contains a number: `\frac12\times
/// b\times h`. A chain that contains vectors is not changed as a whole.
pub(super) fn multiply_numbers(factors: &mut [(MulOp, Node)]) {
    let starts = |(op, _): &(MulOp, Node)| matches!(op, MulOp::Cross | MulOp::Dot);
    let scalars: Vec<bool> = factors
        .chunk_by(|_, next| !starts(next))
        .map(|operand| operand.iter().all(|(op, factor)| *op == MulOp::Over || is_scalar_value(factor)))
        .collect();
    let mut vectors = false;
    factors.iter().for_each(|(_, factor)| factor.walk(&mut |node| vectors |= matches!(node, Node::Marked(_))));
    let chain = !vectors && scalars.contains(&true);
    let mut place = 0;
    for (index, factor) in factors.iter_mut().enumerate() {
        place += usize::from(index > 0 && starts(factor));
        if factor.0 == MulOp::Cross && (chain || scalars[place] || scalars[place - 1]) {
            factor.0 = MulOp::Times;
        }
    }
}

/// Words for what has a size of several numbers, apart from units of length.
const SHAPES: &str = "matrix matrices grid grids board boards array arrays table tables rectangle rectangles square squares box boxes tile tiles \
    pixel pixels";
/// Words for one thing with a size, which is not counted: `2\times n matrix` is a size, `2\times n squares` may be their number.
const ONE_SHAPE: &str = "matrix grid board chessboard checkerboard array table rectangle lattice determinant image photo photograph picture \
    painting poster screen rug carpet room garden";
/// Words behind which more is said of a shape: `matrix of real numbers`.
const SAYS_MORE: &str = "of over in on for to whose that";

/// Whether the factors before a unit of length or the name of a shape are a size: numbers joined by `\times` alone, before one shape any
/// factors with a `\times` and numbers joined by any sign, before another noun in the singular whole numbers. `2.5\times10 m` is in
/// scientific notation; `3\times4 cm^2` and `4\times3 ways` are products.
pub(super) fn is_size(factors: &[(MulOp, Node)], phrase: &str, power: i32) -> bool {
    let crossed = || factors.iter().any(|(op, _)| *op == MulOp::Cross);
    let length = || units::read(phrase, 1).is_some_and(|unit| unit.is_of("m") && unit.factor <= BigRational::one());
    let of_numbers = || is_product_of_numbers(factors) && (length() || is_among(SHAPES, phrase) || is_one_thing(factors, phrase));
    power == 1 && ((crossed() || are_joined_numbers(factors)) && is_one_shape(phrase) || of_numbers())
}

/// A size; between numbers every sign is a cross: `3\cdot5 matrix` states what `3\times5 matrix` does.
pub(super) fn size(mut factors: Vec<(MulOp, Node)>) -> Node {
    let joined = are_joined_numbers(&factors);
    factors.iter_mut().filter(|(op, _)| joined && *op == MulOp::Dot).for_each(|(op, _)| *op = MulOp::Cross);
    Node::Product(factors)
}

/// Whether a phrase names one thing with a size: `matrix`, `real matrix`, `matrix of real numbers`, and not `matrix entries`.
pub fn is_one_shape(phrase: &str) -> bool {
    let noun = phrase.split([' ', '-']).take_while(|word| !is_among(SAYS_MORE, word)).last();
    noun.is_some_and(|noun| is_among(ONE_SHAPE, noun))
}

fn is_one_thing(factors: &[(MulOp, Node)], phrase: &str) -> bool {
    let whole = |node: &Node| matches!(node, Node::Number(value) if value.is_integer());
    factors.iter().all(|(_, factor)| whole(factor)) && labels::is_one_thing(phrase, |word| is_among(SAYS_MORE, word))
}

/// Whether factors are several numbers joined by signs of multiplication.
fn are_joined_numbers(factors: &[(MulOp, Node)]) -> bool {
    let joined = |(place, (op, factor)): (usize, &(MulOp, Node))| {
        (place == 0 || matches!(op, MulOp::Cross | MulOp::Dot)) && matches!(factor, Node::Number(_) | Node::Decimal { .. })
    };
    factors.len() > 1 && factors.iter().enumerate().all(joined)
}

fn is_among(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether factors are numbers joined by `\times` alone.
pub(super) fn is_product_of_numbers(factors: &[(MulOp, Node)]) -> bool {
    let scientific = matches!(factors, [(_, Node::Decimal { .. }), (_, ten)] if *ten == Node::integer(10));
    let crossed = |(place, (op, factor)): (usize, &(MulOp, Node))| {
        (place == 0 || *op == MulOp::Cross) && matches!(factor, Node::Number(_) | Node::Decimal { .. })
    };
    factors.len() > 1 && !scientific && factors.iter().enumerate().all(crossed)
}

/// Whether syntax alone shows that a factor is a scalar, so that `\times` before or after it multiplies: a number, a
/// function's value, a sum that contains a number, a power of a small letter.
fn is_scalar_value(node: &Node) -> bool {
    match node {
        Node::Number(_) | Node::Decimal { .. } | Node::Based { .. } | Node::Pi | Node::Euler | Node::Imaginary => true,
        Node::Root(..) | Node::Function(..) | Node::Factorial(..) | Node::Binomial(..) | Node::Percent(_) | Node::Degrees(_) => {
            true
        }
        Node::Sum(terms) => terms.iter().any(|(_, term)| is_scalar_value(term)),
        Node::Product(factors) => factors.iter().all(|(op, factor)| *op == MulOp::Over || is_scalar_value(factor)),
        Node::Power(base, exponent) => {
            let small = matches!(base.as_ref(), Node::Symbol(name) if name.starts_with(|c: char| c.is_ascii_lowercase()));
            is_scalar_value(base) || (small && exponent.literal().is_some())
        }
        _ => false,
    }
}
