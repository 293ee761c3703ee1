//! Real enclosures: a closed interval with binary endpoints, and its properties.
//!
//! Accepts integers and rationals of any size (long ones are rounded outward to the precision). A property is reported
//! only where it holds for every number in the interval; otherwise the result is `None`, false or an error.
use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;

use super::{Float, Precision, Round, Undecided};

/// A non-empty closed interval of real numbers, `[lower, upper]`.
///
/// Two intervals are equal when their endpoints are; equal intervals do not imply that the enclosed numbers are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    lower: Float,
    upper: Float,
}

impl Interval {
    /// The interval between two numbers, in either order.
    pub fn new(one: Float, other: Float) -> Self {
        if one <= other { Self { lower: one, upper: other } } else { Self { lower: other, upper: one } }
    }
    /// The interval of one number.
    pub fn point(value: Float) -> Self {
        Self { lower: value.clone(), upper: value }
    }
    /// Exactly 0.
    pub fn zero() -> Self {
        Self::point(Float::zero())
    }
    /// Exactly 1.
    pub fn one() -> Self {
        Self::point(Float::one())
    }
    /// An integer, exact.
    pub fn from_i64(value: i64) -> Self {
        Self::point(Float::integer(value))
    }
    /// An integer, exact if it fits the precision.
    pub fn from_integer(value: &BigInt, precision: Precision) -> Result<Self, Undecided> {
        // Only the leading bits of a long integer are copied more than once.
        let value = Float::integer(value.clone()).checked()?;
        Ok(Self::point(value).round(precision))
    }
    /// A rational, exact if it is a binary fraction that fits the precision.
    pub fn from_rational(value: &BigRational, precision: Precision) -> Result<Self, Undecided> {
        // Rounding numerator and denominator first keeps the division short when they are long.
        let wide = precision.plus(32);
        let numerator = Self::from_integer(value.numer(), wide)?;
        if value.is_integer() {
            return Ok(numerator.round(precision));
        }
        numerator.div(&Self::from_integer(value.denom(), wide)?, precision)
    }
    /// The least number of the interval.
    pub fn lower(&self) -> &Float {
        &self.lower
    }
    /// The greatest number of the interval.
    pub fn upper(&self) -> &Float {
        &self.upper
    }
    /// The smallest interval of this precision that contains this one.
    pub fn round(&self, precision: Precision) -> Self {
        let bits = precision.bits();
        Self { lower: self.lower.round(bits, Round::Down), upper: self.upper.round(bits, Round::Up) }
    }
    /// This interval, if its endpoints are within the bounds of magnitude.
    pub(super) fn checked(self) -> Result<Self, Undecided> {
        Ok(Self { lower: self.lower.checked()?, upper: self.upper.checked()? })
    }
    /// Whether the interval is a single number.
    pub fn is_point(&self) -> bool {
        self.lower == self.upper
    }
    /// Whether the interval is exactly the number 0.
    pub fn is_zero(&self) -> bool {
        self.lower.is_zero() && self.upper.is_zero()
    }
    /// Whether the interval contains 0.
    pub fn contains_zero(&self) -> bool {
        !self.lower.is_positive() && !self.upper.is_negative()
    }
    /// Whether the two intervals share a number.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.lower <= other.upper && other.lower <= self.upper
    }
    /// Whether every number of this interval is below every number of `other`.
    pub fn certainly_less(&self, other: &Self) -> bool {
        self.upper < other.lower
    }
    /// The sign that all numbers of the interval share.
    pub fn sign(&self) -> Option<Ordering> {
        let (lower, upper) = (self.lower.sign(), self.upper.sign());
        (lower == upper).then_some(lower)
    }
    /// Whether every number is above 0.
    pub fn is_positive(&self) -> bool {
        self.lower.is_positive()
    }
    /// Whether every number is below 0.
    pub fn is_negative(&self) -> bool {
        self.upper.is_negative()
    }
    /// The smallest `g` with `|x| < 2^g` for all numbers in the interval.
    pub fn magnitude(&self) -> i64 {
        self.lower.magnitude().max(self.upper.magnitude())
    }
    /// The smallest interval that contains both.
    pub fn hull(&self, other: &Self) -> Self {
        Self { lower: self.lower.clone().min(other.lower.clone()), upper: self.upper.clone().max(other.upper.clone()) }
    }
    /// The numbers of the interval between two bounds that the true value is known to satisfy.
    pub(super) fn clamped(self, least: Option<&Float>, greatest: Option<&Float>) -> Self {
        let mut clamped = self;
        if let Some(least) = least.filter(|least| clamped.lower < **least) {
            clamped.lower = least.clone();
        }
        if let Some(greatest) = greatest.filter(|greatest| clamped.upper > **greatest) {
            clamped.upper = greatest.clone();
        }
        clamped
    }
    /// The floor, where it is the same for all numbers of the interval.
    pub fn floor(&self) -> Result<BigInt, Undecided> {
        let floor = self.lower.floor()?;
        if self.upper.floor()? == floor { Ok(floor) } else { Err(Undecided::TooWide) }
    }
    /// The ceiling, where it is the same for all numbers of the interval.
    pub fn ceil(&self) -> Result<BigInt, Undecided> {
        Ok(-self.neg().floor()?)
    }
    /// The numbers of the opposite sign.
    pub fn neg(&self) -> Self {
        Self { lower: -&self.upper, upper: -&self.lower }
    }
    /// The absolute values.
    pub fn abs(&self) -> Self {
        if self.lower.is_negative() && self.upper.is_positive() {
            return Self { lower: Float::zero(), upper: self.lower.abs().max(self.upper.clone()) };
        }
        if self.lower.is_negative() { self.neg() } else { self.clone() }
    }
}
