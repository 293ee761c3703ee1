//! Powers and roots, by the conventions of [`super::evaluate`].
//!
//! Accepts: any base and exponent. There is no opinion where conventions differ: odd roots of negative numbers where i
//! occurs, and powers of negative numbers with an exponent that is not whole, unless the exponent is written as a
//! fraction.

use num_integer::Integer;
use num_rational::Ratio;
use num_traits::{One, ToPrimitive, Zero};

use super::ball::{Ball, Plane, Trouble, Value};
use crate::math::node::{MulOp, Node, Sign};

/// base^exponent. `ratio` is the exponent where it is written as a fraction of literals; `varies` says whether the
/// exponent contains symbols.
pub fn power(base: Ball, exponent: Ball, ratio: Option<Ratio<i64>>, varies: bool, plane: Plane) -> Value {
    if let Some(ratio) = ratio {
        return rational_power(base, ratio, plane);
    }
    if let Some(whole) = exponent.straightened()?.integer()? {
        return base.power(whole);
    }
    if base.is_zero()? {
        return if exponent.is_real() && exponent.re > 0.0 { Ok(Ball::ZERO) } else { Err(Trouble::Undefined) };
    }
    let base = base.straightened()?;
    // (−2)^n is usually written for whole n; a constant exponent may be a fraction written in another form.
    if base.is_real() && base.re < 0.0 && (varies || plane == Plane::Real) {
        return Err(Trouble::Unknown);
    }
    (exponent * base.ln(true)?).exp()
}

/// The root with this index, which need not be a literal number.
pub fn root(argument: Ball, index: Ball, plane: Plane) -> Value {
    match index.integer()? {
        Some(0) => Err(Trouble::Undefined),
        Some(index) if index >= 2 => rational_power(argument, Ratio::new(1, index), plane),
        // Indices of 1 and below 0 are not written in practice.
        Some(_) => Err(Trouble::Unknown),
        None => power(argument, index.inverse()?, None, true, plane),
    }
}

fn rational_power(base: Ball, exponent: Ratio<i64>, plane: Plane) -> Value {
    if exponent.is_integer() {
        return base.power(*exponent.numer());
    }
    if base.is_zero()? {
        return if *exponent.numer() > 0 { Ok(Ball::ZERO) } else { Err(Trouble::Undefined) };
    }
    let base = base.straightened()?;
    if base.is_real() && base.re < 0.0 {
        return match (exponent.denom().is_odd(), plane) {
            (true, Plane::Complex) => Err(Trouble::Unknown),
            (true, _) => {
                let size = rational_power(base.abs(), exponent, plane)?;
                Ok(if exponent.numer().is_odd() { -size } else { size })
            }
            (false, Plane::Real) => Err(Trouble::Undefined),
            (false, _) => principal(base, exponent),
        };
    }
    principal(base, exponent)
}

fn principal(base: Ball, exponent: Ratio<i64>) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "small literals")]
    let exponent = Ball::exact(*exponent.numer() as f64).over(Ball::exact(*exponent.denom() as f64))?;
    (exponent * base.ln(true)?).exp()
}

/// A fraction of literals: `3`, `-2/3`, `0.5`, `\frac{1}{2}-1`.
pub fn ratio(node: &Node) -> Option<Ratio<i64>> {
    const LARGEST: i64 = 10_000;
    let found = match node {
        Node::Sum(terms) => terms.iter().try_fold(Ratio::<i64>::zero(), |total, (sign, term)| {
            let term = ratio(term)?;
            match sign {
                Sign::Plus => Some(total + term),
                Sign::Minus => Some(total - term),
                Sign::PlusMinus | Sign::MinusPlus => None,
            }
        })?,
        Node::Product(factors) => factors.iter().try_fold(Ratio::<i64>::one(), |total, (op, factor)| {
            let factor = ratio(factor)?;
            let small = total.numer().abs() <= LARGEST && *total.denom() <= LARGEST;
            match op {
                MulOp::Times if small => Some(total * factor),
                MulOp::Over if small && !factor.is_zero() => Some(total / factor),
                _ => None,
            }
        })?,
        node => {
            let value = node.literal()?;
            Ratio::new(value.numer().to_i64()?, value.denom().to_i64()?)
        }
    };
    (found.numer().abs() <= LARGEST && *found.denom() <= LARGEST).then_some(found)
}
