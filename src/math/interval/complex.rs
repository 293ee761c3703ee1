//! Complex enclosures: rectangles with real enclosures for sides.
//!
//! Accepts all rectangles. A part that is exactly 0 stays exactly 0 in every operation that allows it, so that numbers
//! known to be real or imaginary are still known to be so afterwards. Refuses a divisor that contains 0.
use super::{Interval, Precision, Undecided};

/// The numbers `x + iy` with x and y in given intervals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complex {
    re: Interval,
    im: Interval,
}

impl Complex {
    /// The rectangle with these sides.
    pub fn new(re: Interval, im: Interval) -> Self {
        Self { re, im }
    }
    /// Exactly 0.
    pub fn zero() -> Self {
        Interval::zero().into()
    }
    /// Exactly 1.
    pub fn one() -> Self {
        Interval::one().into()
    }
    /// The imaginary unit, exactly.
    pub fn i() -> Self {
        Self::new(Interval::zero(), Interval::one())
    }
    /// The real part.
    pub fn re(&self) -> &Interval {
        &self.re
    }
    /// The imaginary part.
    pub fn im(&self) -> &Interval {
        &self.im
    }
    /// Whether the enclosure of the imaginary part is exactly 0.
    pub fn is_real(&self) -> bool {
        self.im.is_zero()
    }
    /// Whether the rectangle is exactly the number 0.
    pub fn is_zero(&self) -> bool {
        self.re.is_zero() && self.im.is_zero()
    }
    /// Whether the rectangle contains 0.
    pub fn contains_zero(&self) -> bool {
        self.re.contains_zero() && self.im.contains_zero()
    }
    /// Whether the two rectangles share a number.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.re.overlaps(&other.re) && self.im.overlaps(&other.im)
    }
    /// The smallest rectangle of this precision that contains this one.
    pub fn round(&self, precision: Precision) -> Self {
        Self::new(self.re.round(precision), self.im.round(precision))
    }
    /// The conjugates.
    pub fn conjugate(&self) -> Self {
        Self::new(self.re.clone(), self.im.neg())
    }
    /// The products with i.
    pub fn times_i(&self) -> Self {
        Self::new(self.im.neg(), self.re.clone())
    }
    /// The sum.
    pub fn add(&self, other: &Self, precision: Precision) -> Self {
        Self::new(self.re.add(&other.re, precision), self.im.add(&other.im, precision))
    }
    /// The product.
    pub fn mul(&self, other: &Self, precision: Precision) -> Result<Self, Undecided> {
        if self.is_real() {
            return other.mul_real(&self.re, precision);
        }
        if other.is_real() {
            return self.mul_real(&other.re, precision);
        }
        let product = |a: &Interval, b: &Interval| a.mul(b, precision);
        let re = product(&self.re, &other.re)?.sub(&product(&self.im, &other.im)?, precision);
        let im = product(&self.re, &other.im)?.add(&product(&self.im, &other.re)?, precision);
        Ok(Self::new(re, im))
    }
    /// The product with a real number.
    pub fn mul_real(&self, factor: &Interval, precision: Precision) -> Result<Self, Undecided> {
        Ok(Self::new(self.re.mul(factor, precision)?, self.im.mul(factor, precision)?))
    }
    /// The square: its real part `(x - y)(x + y)` and `2xy`.
    pub fn square(&self, precision: Precision) -> Result<Self, Undecided> {
        let re = self.re.square(precision)?.sub(&self.im.square(precision)?, precision);
        Ok(Self::new(re, self.re.mul(&self.im, precision)?.scale(1)?))
    }
    /// The quotient; refuses a divisor that contains 0.
    pub fn div(&self, other: &Self, precision: Precision) -> Result<Self, Undecided> {
        if other.is_real() {
            return Ok(Self::new(self.re.div(&other.re, precision)?, self.im.div(&other.re, precision)?));
        }
        if other.contains_zero() {
            return Err(Undecided::DivisionByZero);
        }
        let wide = precision.plus(8);
        let norm = other.norm(wide)?;
        let product = self.mul(&other.conjugate(), wide)?;
        Ok(Self::new(product.re.div(&norm, precision)?, product.im.div(&norm, precision)?))
    }
    /// The square of the absolute value.
    pub fn norm(&self, precision: Precision) -> Result<Interval, Undecided> {
        Ok(self.re.square(precision)?.add(&self.im.square(precision)?, precision))
    }
    /// The absolute value.
    pub fn abs(&self, precision: Precision) -> Result<Interval, Undecided> {
        if self.is_real() {
            return Ok(self.re.abs().round(precision));
        }
        if self.re.is_zero() {
            return Ok(self.im.abs().round(precision));
        }
        self.norm(precision.plus(8))?.sqrt(precision)
    }
    /// An integer power; `z^0 = 1`, also for 0. Refuses negative powers of a rectangle that contains 0.
    pub fn pow_integer(&self, exponent: i64, precision: Precision) -> Result<Self, Undecided> {
        if self.is_real() {
            return Ok(self.re.pow_integer(exponent, precision)?.into());
        }
        if self.re.is_zero() {
            // (iy)^n = i^n y^n
            let power = Self::from(self.im.pow_integer(exponent, precision)?);
            return Ok((0..exponent.rem_euclid(4)).fold(power, |power, _| power.times_i()));
        }
        let magnitude = exponent.unsigned_abs();
        let length = u64::BITS - magnitude.leading_zeros();
        let wide = precision.plus(2 * length + 4);
        let mut power = Self::one();
        for bit in (0..length).rev() {
            power = power.square(wide)?;
            if magnitude >> bit & 1 == 1 {
                power = power.mul(self, wide)?;
            }
        }
        if exponent < 0 { Self::one().div(&power, precision) } else { Ok(power.round(precision)) }
    }
}

impl From<Interval> for Complex {
    fn from(re: Interval) -> Self {
        Self::new(re, Interval::zero())
    }
}
