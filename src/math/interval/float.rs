//! Binary floating point of any precision with directed rounding: `mantissa * 2^exponent`.
//!
//! Accepts any mantissa. Refuses magnitudes beyond `2^±2^32` with [`Undecided::TooLarge`], in products, quotients and
//! scalings. Sums are total, because each sum can exceed that range by at most one bit. No operation aligns operands
//! over more bits than they and the precision have.
use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::Undecided;

/// The largest magnitude of a result: its leading bit lies within `2^±MAX_MAGNITUDE`.
pub const MAX_MAGNITUDE: i64 = 1 << 32;
/// The largest shift that a conversion to an integer or a rational may do.
const MAX_SHIFT: i64 = 1 << 20;
/// The magnitude of 0: below all others, and far from overflow under addition.
const ZERO_MAGNITUDE: i64 = i64::MIN / 4;

/// The direction in which an inexact result is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// Towards minus infinity.
    Down,
    /// Towards plus infinity.
    Up,
}

/// A number `mantissa * 2^exponent`, not normalised; equality and order are those of the values.
#[derive(Debug, Clone)]
pub struct Float {
    mantissa: BigInt,
    exponent: i64,
}

impl Float {
    /// The number `mantissa * 2^exponent`, if its magnitude is within bounds.
    pub fn new(mantissa: BigInt, exponent: i64) -> Result<Self, Undecided> {
        // With a larger exponent, the sum of a length in bits and the exponent could overflow.
        if exponent.unsigned_abs() > 1 << 60 {
            return Err(Undecided::TooLarge);
        }
        Self { mantissa, exponent }.checked()
    }
    /// The number 0.
    pub fn zero() -> Self {
        Self { mantissa: BigInt::zero(), exponent: 0 }
    }
    /// The number 1.
    pub fn one() -> Self {
        Self { mantissa: BigInt::one(), exponent: 0 }
    }
    /// An integer, exact.
    pub fn integer(value: impl Into<BigInt>) -> Self {
        Self { mantissa: value.into(), exponent: 0 }
    }
    /// `mantissa * 2^exponent` rounded to `bits` bits; for exponents that callers know to be small.
    pub(super) fn rounded(mantissa: BigInt, exponent: i64, bits: u32, round: Round) -> Self {
        let surplus = mantissa.bits().saturating_sub(u64::from(bits));
        if surplus == 0 {
            return Self { mantissa, exponent };
        }
        // The shift of a BigInt rounds towards minus infinity; the upward rounding is its mirror image.
        let mantissa = match round {
            Round::Down => mantissa >> surplus,
            Round::Up => -((-mantissa) >> surplus),
        };
        Self { mantissa, exponent: exponent + surplus.cast_signed() }
    }
    /// This number, if it is 0 or its magnitude is within bounds.
    pub(super) fn checked(self) -> Result<Self, Undecided> {
        if self.is_zero() {
            // A zero is normalised, because exponents of zeros would add up without bound.
            return Ok(Self::zero());
        }
        if self.magnitude().abs() <= MAX_MAGNITUDE { Ok(self) } else { Err(Undecided::TooLarge) }
    }
    /// This number with `bits` bits.
    pub fn round(&self, bits: u32, round: Round) -> Self {
        Self::rounded(self.mantissa.clone(), self.exponent, bits, round)
    }
    /// The sign.
    pub fn sign(&self) -> Ordering {
        match self.mantissa.sign() {
            Sign::Minus => Ordering::Less,
            Sign::NoSign => Ordering::Equal,
            Sign::Plus => Ordering::Greater,
        }
    }
    /// Whether this is 0.
    pub fn is_zero(&self) -> bool {
        self.mantissa.is_zero()
    }
    /// Whether this is below 0.
    pub fn is_negative(&self) -> bool {
        self.mantissa.is_negative()
    }
    /// Whether this is above 0.
    pub fn is_positive(&self) -> bool {
        self.mantissa.is_positive()
    }
    /// The `g` with `2^(g-1) <= |x| < 2^g`; for 0, a number below all others.
    pub fn magnitude(&self) -> i64 {
        if self.is_zero() { ZERO_MAGNITUDE } else { self.mantissa.bits().cast_signed() + self.exponent }
    }
    /// The sum.
    pub fn add(&self, other: &Self, bits: u32, round: Round) -> Self {
        if self.is_zero() {
            return other.round(bits, round);
        }
        if other.is_zero() {
            return self.round(bits, round);
        }
        let (big, small) = if self.magnitude() >= other.magnitude() { (self, other) } else { (other, self) };
        // The last place of `big` when it has at least two bits more than requested.
        let place = big.exponent.min(big.magnitude() - i64::from(bits) - 2);
        if small.magnitude() <= place {
            // |small| < 2^place: it only decides between this multiple of 2^place and its neighbour.
            let mut mantissa = &big.mantissa << (big.exponent - place).cast_unsigned();
            match (round, small.is_positive()) {
                (Round::Down, false) => mantissa -= 1,
                (Round::Up, true) => mantissa += 1,
                _ => {}
            }
            return Self::rounded(mantissa, place, bits, round);
        }
        // Here the exponents differ by no more bits than the operands and the precision have.
        let exponent = self.exponent.min(other.exponent);
        let sum = match self.exponent.cmp(&other.exponent) {
            Ordering::Equal => &self.mantissa + &other.mantissa,
            Ordering::Greater => (&self.mantissa << (self.exponent - exponent).cast_unsigned()) + &other.mantissa,
            Ordering::Less => &self.mantissa + (&other.mantissa << (other.exponent - exponent).cast_unsigned()),
        };
        Self::rounded(sum, exponent, bits, round)
    }
    /// The difference.
    pub fn sub(&self, other: &Self, bits: u32, round: Round) -> Self {
        self.add(&-other, bits, round)
    }
    /// The product.
    pub fn mul(&self, other: &Self, bits: u32, round: Round) -> Result<Self, Undecided> {
        Self::rounded(&self.mantissa * &other.mantissa, self.exponent + other.exponent, bits, round).checked()
    }
    /// The quotient.
    pub fn div(&self, other: &Self, bits: u32, round: Round) -> Result<Self, Undecided> {
        if other.is_zero() {
            return Err(Undecided::DivisionByZero);
        }
        // At least `bits + 1` bits of quotient, so that rounding its floor or ceiling once more in the same direction
        // is the directed rounding of the true quotient.
        let shift = (u64::from(bits) + 2 + other.mantissa.bits()).saturating_sub(self.mantissa.bits());
        let dividend = &self.mantissa << shift;
        let quotient = match round {
            Round::Down => dividend.div_floor(&other.mantissa),
            Round::Up => Integer::div_ceil(&dividend, &other.mantissa),
        };
        Self::rounded(quotient, self.exponent - other.exponent - shift.cast_signed(), bits, round).checked()
    }
    /// The root of a number that is not negative, computed as the floor of an integer root.
    pub fn root(&self, degree: u32, bits: u32, round: Round) -> Result<Self, Undecided> {
        if degree == 0 || self.is_negative() {
            return Err(Undecided::Domain);
        }
        if self.is_zero() || degree == 1 {
            return Ok(self.round(bits, round));
        }
        let n = u64::from(degree);
        // A radicand m * 2^e with n | e and at least n * (bits + 2) bits has a root of at least bits + 2 bits.
        let least = (n * (u64::from(bits) + 2)).saturating_sub(self.mantissa.bits());
        let off = (self.exponent - least.cast_signed()).rem_euclid(i64::from(degree));
        let shift = least + off.cast_unsigned();
        let radicand: BigUint = self.mantissa.magnitude() << shift;
        let mut root = if degree == 2 { radicand.sqrt() } else { radicand.nth_root(degree) };
        if round == Round::Up && root.pow(degree) != radicand {
            root += 1u32;
        }
        let exponent = (self.exponent - shift.cast_signed()) / i64::from(degree);
        Self::rounded(BigInt::from(root), exponent, bits, round).checked()
    }
    /// This number times `2^shift`.
    pub fn scale(&self, shift: i64) -> Result<Self, Undecided> {
        if shift.unsigned_abs() > 1 << 60 {
            return Err(Undecided::TooLarge);
        }
        Self { mantissa: self.mantissa.clone(), exponent: self.exponent + shift }.checked()
    }
    /// The absolute value.
    pub fn abs(&self) -> Self {
        Self { mantissa: self.mantissa.abs(), exponent: self.exponent }
    }
    /// The largest integer that is not above this number.
    pub fn floor(&self) -> Result<BigInt, Undecided> {
        if self.magnitude() > MAX_SHIFT { Err(Undecided::TooLarge) } else { Ok(self.to_fixed(0)) }
    }
    /// The exact value as a rational.
    pub fn to_rational(&self) -> Result<BigRational, Undecided> {
        if self.is_zero() {
            return Ok(BigRational::zero());
        }
        if self.exponent.abs() > MAX_SHIFT {
            return Err(Undecided::TooLarge);
        }
        let shift = self.exponent.unsigned_abs();
        Ok(if self.exponent >= 0 {
            BigRational::from_integer(&self.mantissa << shift)
        } else {
            BigRational::new(self.mantissa.clone(), BigInt::one() << shift)
        })
    }
    /// The floor of `x * 2^places`; callers check the magnitude first.
    pub(super) fn to_fixed(&self, places: u32) -> BigInt {
        let shift = self.exponent + i64::from(places);
        if shift >= 0 { &self.mantissa << shift.cast_unsigned() } else { &self.mantissa >> shift.unsigned_abs() }
    }
}

impl std::ops::Neg for &Float {
    type Output = Float;
    fn neg(self) -> Float {
        Float { mantissa: -&self.mantissa, exponent: self.exponent }
    }
}

impl Ord for Float {
    fn cmp(&self, other: &Self) -> Ordering {
        let (sign, theirs) = (self.sign(), other.sign());
        if sign != theirs || sign == Ordering::Equal {
            return sign.cmp(&theirs);
        }
        let by_magnitude = self.magnitude().cmp(&other.magnitude());
        if by_magnitude != Ordering::Equal {
            return if sign == Ordering::Greater { by_magnitude } else { by_magnitude.reverse() };
        }
        // Equal leading bits: the exponents differ by no more than the lengths of the mantissas.
        let gap = self.exponent - other.exponent;
        match gap.cmp(&0) {
            Ordering::Equal => self.mantissa.cmp(&other.mantissa),
            Ordering::Greater => (&self.mantissa << gap.cast_unsigned()).cmp(&other.mantissa),
            Ordering::Less => self.mantissa.cmp(&(&other.mantissa << gap.unsigned_abs())),
        }
    }
}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Float {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Float {}
