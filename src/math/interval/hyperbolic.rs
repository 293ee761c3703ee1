//! The inverses of the hyperbolic functions. The hyperbolic functions themselves are computed from exponentials.
//!
//! Accepts all arguments for asinh, at least 1 for acosh and within (-1, 1) for atanh; refuses the others with
//! [`Undecided::Domain`].
use super::fixed::{GUARD, is_tiny, monotone, near_zero, smallness};
use super::{Float, Interval, Precision, Undecided};

impl Interval {
    /// The inverse hyperbolic sine.
    pub fn asinh(&self, precision: Precision) -> Result<Self, Undecided> {
        monotone(self, |x| asinh(x, precision))
    }
    /// The inverse hyperbolic cosine; refuses an enclosure that reaches below 1.
    pub fn acosh(&self, precision: Precision) -> Result<Self, Undecided> {
        if *self.lower() < Float::one() {
            return Err(Undecided::Domain);
        }
        monotone(self, |x| {
            // acosh(x) = 2 asinh(sqrt((x - 1) / 2)), accurate near 1.
            let wide = precision.plus(GUARD);
            let half = Interval::point(x.clone()).sub(&Interval::one(), wide).scale(-1)?;
            Ok(half.sqrt(wide)?.asinh(wide)?.scale(1)?.round(precision))
        })
    }
    /// The inverse hyperbolic tangent; refuses an enclosure that reaches beyond (-1, 1).
    pub fn atanh(&self, precision: Precision) -> Result<Self, Undecided> {
        let one = Float::one();
        if *self.lower() <= -&one || *self.upper() >= one {
            return Err(Undecided::Domain);
        }
        monotone(self, |x| {
            if is_tiny(x, precision) {
                return near_zero(x, true, precision);
            }
            // atanh(x) = ln((1 + x) / (1 - x)) / 2; near 0 the quotient is near 1 and loses as many bits as
            // `smallness(x)`.
            let wide = precision.plus(GUARD + smallness(x));
            let (point, one) = (Self::point(x.clone()), Self::one());
            let quotient = one.add(&point, wide).div(&one.sub(&point, wide), wide)?;
            Ok(quotient.ln(wide)?.scale(-1)?.round(precision))
        })
    }
}

/// `asinh(x) = ln(x + sqrt(x^2 + 1))`, for `x > 0`.
fn asinh(x: &Float, precision: Precision) -> Result<Interval, Undecided> {
    if x.is_negative() {
        return Ok(asinh(&-x, precision)?.neg());
    }
    if is_tiny(x, precision) {
        return near_zero(x, false, precision);
    }
    let wide = precision.plus(GUARD + smallness(x));
    let point = Interval::point(x.clone());
    let root = point.square(wide)?.add(&Interval::one(), wide).sqrt(wide)?;
    Ok(point.add(&root, wide).ln(wide)?.round(precision))
}
