//! Properties of enclosures that only tests need: membership and width.
use num_rational::BigRational;

use super::{Complex, Float, Interval, Precision, Round, Undecided, constants};

impl Interval {
    /// Whether the interval contains a rational.
    pub fn contains_rational(&self, value: &BigRational) -> bool {
        self.lower().to_rational().is_ok_and(|low| low <= *value) && self.upper().to_rational().is_ok_and(|high| *value <= high)
    }
    /// Whether the interval contains every number of `other`.
    pub fn contains(&self, other: &Self) -> bool {
        self.lower() <= other.lower() && other.upper() <= self.upper()
    }
    /// An upper bound on the difference of the endpoints.
    pub fn width(&self) -> Float {
        self.upper().sub(self.lower(), 32, Round::Up)
    }
    /// Approximate number of leading bits of the number that are known: 0 or less where not even its size is known,
    /// `i64::MAX` for a point.
    pub fn accuracy(&self) -> i64 {
        if self.is_point() {
            return i64::MAX;
        }
        self.magnitude().saturating_sub(self.width().magnitude())
    }
    /// Both endpoints as rationals.
    pub fn to_rationals(&self) -> Result<(BigRational, BigRational), Undecided> {
        Ok((self.lower().to_rational()?, self.upper().to_rational()?))
    }
    /// The sine.
    pub fn sin(&self, precision: Precision) -> Result<Self, Undecided> {
        Ok(self.sin_cos(precision)?.0)
    }
    /// The cosine.
    pub fn cos(&self, precision: Precision) -> Result<Self, Undecided> {
        Ok(self.sin_cos(precision)?.1)
    }
    /// The natural logarithm of 2.
    pub fn ln_2(precision: Precision) -> Self {
        let places = precision.bits();
        constants::enclosure(constants::ln_2(places), places)
    }
}

impl Complex {
    /// Whether the rectangle contains every number of `other`.
    pub fn contains(&self, other: &Self) -> bool {
        self.re().contains(other.re()) && self.im().contains(other.im())
    }
    /// Approximate number of leading bits of the number that are known, relative to its larger part.
    pub fn accuracy(&self) -> i64 {
        let width = self.re().width().magnitude().max(self.im().width().magnitude());
        if self.re().is_point() && self.im().is_point() { i64::MAX } else { self.magnitude().saturating_sub(width) }
    }
    /// The smallest `g` with both parts below `2^g` in magnitude.
    pub fn magnitude(&self) -> i64 {
        self.re().magnitude().max(self.im().magnitude())
    }
}
