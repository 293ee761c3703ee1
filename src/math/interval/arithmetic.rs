//! Sums, products, quotients, integer powers and roots of real enclosures.
//!
//! Accepts all enclosures. Refuses a divisor that contains 0, an even root of an enclosure that reaches below 0, and
//! magnitudes out of bounds. Each endpoint is the directed rounding of the exact endpoint (powers: of a product of
//! directed roundings), so a narrower argument gives a narrower result.
//!
//! Source: R. E. Moore, R. B. Kearfott, M. J. Cloud, *Introduction to Interval Analysis* (2009), chapters 2 and 5.
use super::{Float, Interval, Precision, Round, Undecided};

/// Radicands of more bits than this are computed by logarithms.
const MAX_RADICAND: u64 = 1 << 15;

impl Interval {
    /// The sum.
    pub fn add(&self, other: &Self, precision: Precision) -> Self {
        let bits = precision.bits();
        Self::new(self.lower().add(other.lower(), bits, Round::Down), self.upper().add(other.upper(), bits, Round::Up))
    }
    /// The difference.
    pub fn sub(&self, other: &Self, precision: Precision) -> Self {
        let bits = precision.bits();
        Self::new(self.lower().sub(other.upper(), bits, Round::Down), self.upper().sub(other.lower(), bits, Round::Up))
    }
    /// The product.
    pub fn mul(&self, other: &Self, precision: Precision) -> Result<Self, Undecided> {
        let bits = precision.bits();
        let down = |x: &Float, y: &Float| x.mul(y, bits, Round::Down);
        let up = |x: &Float, y: &Float| x.mul(y, bits, Round::Up);
        let ((a, b), (c, d)) = ((self.lower(), self.upper()), (other.lower(), other.upper()));
        // The endpoints by the signs of the factors; a factor with 0 in its interior takes the last arms.
        let (lower, upper) = match (!a.is_negative(), !b.is_positive(), !c.is_negative(), !d.is_positive()) {
            (true, _, true, _) => (down(a, c)?, up(b, d)?),
            (true, _, _, true) => (down(b, c)?, up(a, d)?),
            (_, true, true, _) => (down(a, d)?, up(b, c)?),
            (_, true, _, true) => (down(b, d)?, up(a, c)?),
            (true, ..) => (down(b, c)?, up(b, d)?),
            (_, true, ..) => (down(a, d)?, up(a, c)?),
            (_, _, true, _) => (down(a, d)?, up(b, d)?),
            (_, _, _, true) => (down(b, c)?, up(a, c)?),
            _ => (down(a, d)?.min(down(b, c)?), up(a, c)?.max(up(b, d)?)),
        };
        Ok(Self::new(lower, upper))
    }
    /// The square: never below 0, unlike the product of an enclosure with itself.
    pub fn square(&self, precision: Precision) -> Result<Self, Undecided> {
        let x = self.abs();
        let bits = precision.bits();
        Ok(Self::new(x.lower().mul(x.lower(), bits, Round::Down)?, x.upper().mul(x.upper(), bits, Round::Up)?))
    }
    /// The quotient; refuses a divisor that contains 0.
    pub fn div(&self, other: &Self, precision: Precision) -> Result<Self, Undecided> {
        if other.contains_zero() {
            return Err(Undecided::DivisionByZero);
        }
        if other.is_negative() {
            return self.neg().div(&other.neg(), precision);
        }
        let bits = precision.bits();
        let ((a, b), (c, d)) = ((self.lower(), self.upper()), (other.lower(), other.upper()));
        let lower = a.div(if a.is_negative() { c } else { d }, bits, Round::Down)?;
        let upper = b.div(if b.is_negative() { d } else { c }, bits, Round::Up)?;
        Ok(Self::new(lower, upper))
    }
    /// The reciprocal.
    pub fn recip(&self, precision: Precision) -> Result<Self, Undecided> {
        Self::one().div(self, precision)
    }
    /// The product with `2^shift`, exact.
    pub fn scale(&self, shift: i64) -> Result<Self, Undecided> {
        Ok(Self::new(self.lower().scale(shift)?, self.upper().scale(shift)?))
    }
    /// An integer power; `x^0 = 1`, also for 0. Refuses negative powers of an enclosure that contains 0.
    pub fn pow_integer(&self, exponent: i64, precision: Precision) -> Result<Self, Undecided> {
        if exponent < 0 {
            // The reciprocal of the power: one inexact division at the end, and no overflow unless the power overflows.
            let wide = precision.plus(8);
            return self.pow_natural(exponent.unsigned_abs(), wide)?.recip(precision);
        }
        self.pow_natural(exponent.cast_unsigned(), precision)
    }
    fn pow_natural(&self, exponent: u64, precision: Precision) -> Result<Self, Undecided> {
        if exponent == 0 {
            return Ok(Self::one());
        }
        if exponent.is_multiple_of(2) {
            let x = self.abs();
            return Ok(Self::new(
                power(x.lower(), exponent, precision, Round::Down)?,
                power(x.upper(), exponent, precision, Round::Up)?,
            ));
        }
        // Odd powers keep order and sign; the power of a negative number is the negative of the power of its absolute
        // value.
        let end = |x: &Float, round| {
            if !x.is_negative() {
                return power(x, exponent, precision, round);
            }
            let mirrored = if round == Round::Down { Round::Up } else { Round::Down };
            Ok(-&power(&x.abs(), exponent, precision, mirrored)?)
        };
        Ok(Self::new(end(self.lower(), Round::Down)?, end(self.upper(), Round::Up)?))
    }
    /// The square root; refuses an enclosure that reaches below 0.
    pub fn sqrt(&self, precision: Precision) -> Result<Self, Undecided> {
        self.root(2, precision)
    }
    /// The real root of a degree above 0; of even degree it refuses an enclosure that reaches below 0.
    pub fn root(&self, degree: u32, precision: Precision) -> Result<Self, Undecided> {
        if degree == 0 || (degree.is_multiple_of(2) && self.lower().is_negative()) {
            return Err(Undecided::Domain);
        }
        let end = |x: &Float, round| {
            if !x.is_negative() {
                return root(x, degree, precision, round);
            }
            let mirrored = if round == Round::Down { Round::Up } else { Round::Down };
            Ok(-&root(&x.abs(), degree, precision, mirrored)?)
        };
        Ok(Self::new(end(self.lower(), Round::Down)?, end(self.upper(), Round::Up)?))
    }
}

/// A power of a number that is not negative, by repeated squaring, with every step rounded in one direction.
///
/// There are at most `2 log2(exponent)` roundings, each magnified in relative terms by at most the exponent, so
/// `2 bits(exponent)` guard bits and a few more keep the result within an ulp or two of the true power.
fn power(base: &Float, exponent: u64, precision: Precision, round: Round) -> Result<Float, Undecided> {
    let wide = precision.bits() + 2 * (u64::BITS - exponent.leading_zeros()) + 4;
    let mut result = Float::one();
    for bit in (0..u64::BITS - exponent.leading_zeros()).rev() {
        result = result.mul(&result, wide, round)?;
        if exponent >> bit & 1 == 1 {
            result = result.mul(base, wide, round)?;
        }
    }
    Ok(result.round(precision.bits(), round))
}

/// A root of a number that is not negative.
fn root(x: &Float, degree: u32, precision: Precision, round: Round) -> Result<Float, Undecided> {
    let bits = precision.bits();
    if x.is_zero() || u64::from(degree) * u64::from(bits) <= MAX_RADICAND.max(2 * u64::from(bits) + 1) {
        return x.root(degree, bits, round);
    }
    // x^(1/n) = exp(ln(x) / n).
    let wide = precision.plus(48);
    let ln = Interval::point(x.clone()).ln(wide)?;
    let value = ln.div(&Interval::from_i64(i64::from(degree)), wide)?.exp(precision)?;
    Ok(if round == Round::Down { value.lower().clone() } else { value.upper().clone() })
}
