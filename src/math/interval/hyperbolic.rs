//! The hyperbolic functions and their inverses.
//!
//! Accepts arguments below about `2^32` for sinh and cosh, all for tanh and asinh, at least 1 for acosh and within
//! (-1, 1) for atanh; refuses the others with [`Undecided::Domain`] or [`Undecided::TooLarge`].
use super::fixed::{GUARD, is_tiny, monotone, near_zero, smallness};
use super::{Float, Interval, Precision, Round, Undecided};

impl Interval {
    /// The hyperbolic sine.
    pub fn sinh(&self, precision: Precision) -> Result<Self, Undecided> {
        monotone(self, |x| sinh(x, precision))
    }
    /// The hyperbolic cosine.
    pub fn cosh(&self, precision: Precision) -> Result<Self, Undecided> {
        monotone(&self.abs(), |x| {
            let (up, down) = exponentials(x, precision.plus(GUARD))?;
            Ok(up.add(&down, precision.plus(GUARD)).scale(-1)?.round(precision).clamped(Some(&Float::one()), None))
        })
    }
    /// The hyperbolic tangent.
    pub fn tanh(&self, precision: Precision) -> Result<Self, Undecided> {
        monotone(self, |x| tanh(x, precision))
    }
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
            // atanh(x) = ln((1 + x) / (1 - x)) / 2; near 0 the quotient is near 1 and loses as many bits as x is small.
            let wide = precision.plus(GUARD + smallness(x));
            let (point, one) = (Self::point(x.clone()), Self::one());
            let quotient = one.add(&point, wide).div(&one.sub(&point, wide), wide)?;
            Ok(quotient.ln(wide)?.scale(-1)?.round(precision))
        })
    }
}

/// `exp(x)` and `exp(-x)`.
fn exponentials(x: &Float, precision: Precision) -> Result<(Interval, Interval), Undecided> {
    let up = Interval::point(x.clone()).exp(precision)?;
    let down = up.recip(precision)?;
    Ok((up, down))
}

/// `sinh(x) = (exp(x) - exp(-x)) / 2`, which loses as many bits as x is small.
fn sinh(x: &Float, precision: Precision) -> Result<Interval, Undecided> {
    if is_tiny(x, precision) {
        return near_zero(x, true, precision);
    }
    let wide = precision.plus(GUARD + smallness(x));
    let (up, down) = exponentials(x, wide)?;
    Ok(up.sub(&down, wide).scale(-1)?.round(precision))
}

/// `tanh(x) = 1 - 2 / (exp(2x) + 1)`, for `x > 0`.
fn tanh(x: &Float, precision: Precision) -> Result<Interval, Undecided> {
    if x.is_negative() {
        return Ok(tanh(&-x, precision)?.neg());
    }
    if is_tiny(x, precision) {
        return near_zero(x, false, precision);
    }
    let one = Float::one();
    let bits = i64::from(precision.bits());
    if x.magnitude() > 32 {
        // exp(2x) + 1 > 2^(2x) and 2x >= 2^33: far beyond the precision.
        let lower = one.sub(&one.scale(-2 * bits)?, precision.bits(), Round::Down);
        return Ok(Interval::new(lower, one));
    }
    let wide = precision.plus(GUARD + smallness(x));
    let exp = Interval::point(x.scale(1)?).exp(wide);
    let quotient = match exp {
        Ok(exp) => Interval::from_i64(2).div(&exp.add(&Interval::one(), wide), wide)?,
        // exp(2x) beyond the bounds of magnitude is above 2^(4 bits).
        Err(Undecided::TooLarge) => Interval::new(Float::zero(), one.scale(-2 * bits)?),
        Err(other) => return Err(other),
    };
    Ok(Interval::one().sub(&quotient, wide).round(precision).clamped(None, Some(&one)))
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
