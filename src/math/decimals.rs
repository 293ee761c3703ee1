//! Decides when a number written with decimals counts as equal to an exact one (option `decimals`).
//!
//! Accepts: under a policy that allows it, decimals with enough significant digits, all of them right; also formulas of
//! literals that contain such decimals, to the precision that their digits give. Refuses: an integer as a rounded
//! number, on either side.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Pow, Signed, Zero};

use super::algebra::{self, Budget, Canon, PRECISIONS};
use super::interval::{Interval, Precision};
use super::node::{MulOp, Node, Sign};

/// Fewest significant digits of a decimal inside a formula.
const MIN_IN_FORMULA: u32 = 6;
/// Most factors of a product of literals that contains decimals.
const MAX_FACTORS: usize = 8;

/// Whether a decimal literal agrees with an exact literal in all its digits.
pub fn agree_exactly(gold: &Node, answer: &Node, digits: u32) -> bool {
    let near = |decimal: &Node, exact: &Node| off_by_half(decimal, exact, digits).is_some_and(Ordering::is_le);
    // Two decimals agree only where one has more digits than the other; integers are exact.
    match (gold, answer) {
        (Node::Decimal { scale: g, .. }, Node::Decimal { scale: a, .. }) => {
            // The shorter must be the longer, rounded. In a tie both neighbours would be right, so the reference must
            // then be the longer.
            let tie = |short: &Node, long: &Node| off_by_half(short, long, digits).is_some_and(Ordering::is_eq);
            if a <= g { near(answer, gold) } else { near(gold, answer) && !tie(gold, answer) }
        }
        (Node::Decimal { .. }, exact) => !exact.literal().is_some_and(BigRational::is_integer) && near(gold, answer),
        (exact, Node::Decimal { .. }) => !exact.literal().is_some_and(BigRational::is_integer) && near(answer, gold),
        _ => false,
    }
}

/// Compares the distance of a decimal literal from another literal with half a unit in its last place.
/// Cross-multiplication avoids common denominators, which would take time quadratic in the length.
fn off_by_half(decimal: &Node, other: &Node, digits: u32) -> Option<Ordering> {
    let (half, a, b) = (half_unit(decimal, digits)?, decimal.literal()?, other.literal()?);
    let distance: BigInt = a.numer() * b.denom() - b.numer() * a.denom();
    Some((distance.abs() * half.denom()).cmp(&(a.denom() * b.denom() * half.numer())))
}

/// Half a unit in the last place of a written decimal; `None` where it has fewer than `digits` significant digits.
fn half_unit(node: &Node, digits: u32) -> Option<BigRational> {
    match node {
        Node::Decimal { scale, significant, .. } if *significant >= digits => {
            Some(BigRational::new_raw(1.into(), BigInt::from(2) * Pow::pow(BigInt::from(10), *scale)))
        }
        _ => None,
    }
}

/// A number that was written with decimals and its largest possible error (`slack`): each decimal may be off by half a
/// unit in its last place, other literals are exact.
struct Rounded {
    value: BigRational,
    slack: BigRational,
}

impl Rounded {
    /// Whether its error is at most that of a bare decimal of `digits` significant digits: half a unit in the last
    /// digit. The test is slack · 10^digits ≤ 5 · |value|.
    fn is_known_to(&self, digits: u32) -> bool {
        let unit = BigRational::from_integer(Pow::pow(BigInt::from(10), digits));
        &self.slack * unit <= self.value.abs() * BigRational::from_integer(5.into())
    }
}

/// The value and error of a formula of literals: a bare decimal with at least `digits` significant digits, or sums,
/// products and quotients of decimals with more. `None` where it contains no decimal, or one with too few digits.
fn rounded(node: &Node, digits: u32) -> Option<Rounded> {
    let bare = match node {
        Node::Sum(terms) if terms.len() == 1 => &terms[0].1,
        node => node,
    };
    if let Node::Decimal { value, .. } = bare {
        let negative = matches!(node, Node::Sum(terms) if terms[0].0 == Sign::Minus);
        return Some(Rounded { value: if negative { -value } else { value.clone() }, slack: half_unit(bare, digits)? });
    }
    let mut decimals = false;
    node.walk(&mut |node| decimals |= matches!(node, Node::Decimal { .. }));
    if !decimals {
        return None;
    }
    // Cancellation leaves fewer significant digits than were written.
    propagated(node, digits.max(MIN_IN_FORMULA))
        .filter(|rounded| rounded.is_known_to(digits))
        .filter(|rounded| !rounded.slack.is_zero())
}

/// The value and the slack of a formula of literals, by the rules of error propagation: the slacks of terms add, the
/// relative slacks of factors add.
fn propagated(node: &Node, digits: u32) -> Option<Rounded> {
    match node {
        Node::Number(value) | Node::Based { value, .. } => Some(Rounded { value: value.clone(), slack: BigRational::zero() }),
        Node::Decimal { value, .. } => Some(Rounded { value: value.clone(), slack: half_unit(node, digits)? }),
        Node::Sum(terms) => {
            let mut total = Rounded { value: BigRational::zero(), slack: BigRational::zero() };
            for (sign, term) in terms {
                let term = propagated(term, digits)?;
                match sign {
                    Sign::Plus => total.value += term.value,
                    Sign::Minus => total.value -= term.value,
                    Sign::PlusMinus | Sign::MinusPlus => return None,
                }
                total.slack += term.slack;
            }
            Some(total)
        }
        Node::Product(factors) if factors.len() <= MAX_FACTORS => {
            let mut product = Rounded { value: BigRational::one(), slack: BigRational::zero() };
            for (op, factor) in factors {
                let factor = propagated(factor, digits)?;
                // Relative slacks add only where they are small.
                if factor.value.is_zero() || !factor.is_known_to(3) {
                    return None;
                }
                let relative = factor.slack / factor.value.abs();
                product.slack = product.slack / product.value.abs() + relative;
                match op {
                    MulOp::Over => product.value /= factor.value,
                    _ => product.value *= factor.value,
                }
                product.slack *= product.value.abs();
            }
            Some(product)
        }
        _ => None,
    }
}

/// Whether a side that was written with decimals agrees with the exact other side: the exact value is within the
/// decimals' error.
pub fn agree(gold: &Node, left: &Canon, answer: &Node, right: &Canon, digits: u32, budget: &mut Budget) -> bool {
    let (exact, decimal) = match (rounded(gold, digits), rounded(answer, digits)) {
        (None, Some(rounded)) => (left, rounded),
        (Some(rounded), None) => (right, rounded),
        (Some(g), Some(a)) => (left, if g.slack > a.slack { Rounded { slack: g.slack, ..a } } else { a }),
        (None, None) => return false,
    };
    // Integers are exact.
    if exact.rational().is_some_and(|value| value.is_integer()) {
        return false;
    }
    for bits in PRECISIONS {
        let precision = Precision::new(bits);
        let Ok(value) = algebra::evaluate(exact, precision, &|_| None, budget) else { return false };
        let (Ok(decimal), Ok(slack)) =
            (Interval::from_rational(&decimal.value, precision), Interval::from_rational(&decimal.slack, precision))
        else {
            return false;
        };
        let (low, high) = (decimal.sub(&slack, precision), decimal.add(&slack, precision));
        // A real number whose form goes through i (roots of unity) keeps an imaginary part around zero.
        if !value.im().contains_zero() {
            return false;
        }
        let value = value.re();
        if value.certainly_less(&low) || high.certainly_less(value) {
            return false;
        }
        if low.certainly_less(value) && value.certainly_less(&high) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(units: i64, scale: u32) -> Node {
        let value = BigRational::new(units.into(), Pow::pow(BigInt::from(10), scale));
        Node::Decimal { value, scale, significant: 20 }
    }

    proptest! {
        #[test]
        fn half_a_unit_off_is_what_the_definition_says(units in -9_999_i64..9_999, scale in 0_u32..4, finer in -99_999_i64..99_999, places in 0_u32..6) {
            let (short, long) = (decimal(units, scale), decimal(finer, places));
            let half = BigRational::new(1.into(), BigInt::from(2) * Pow::pow(BigInt::from(10), scale));
            let (a, b) = (short.literal().unwrap(), short.literal().unwrap() + half.clone());
            let distance = (a - long.literal().unwrap()).abs();
            prop_assert_eq!(off_by_half(&short, &long, 1), Some(distance.cmp(&half)));
            prop_assert_eq!(off_by_half(&short, &Node::Number(b), 1), Some(Ordering::Equal));
        }
    }
}
