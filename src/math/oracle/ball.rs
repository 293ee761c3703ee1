//! Complex numbers in floating point with a running estimate of their error.
//!
//! Accepts: finite numbers. Refuses overflow, and every decision that the error does not allow ([`Trouble::Unknown`]).
//! An expression without a value is [`Trouble::Undefined`].

use std::f64::consts::{FRAC_PI_2, PI};
use std::fmt;
use std::ops::{Add, Mul, Neg, Sub};

const EPSILON: f64 = f64::EPSILON;
/// Two numbers whose distance is at most this many times their error may be equal.
const NEAR: f64 = 4.0;
/// Two numbers whose distance is more than this many times their error are certainly different.
const FAR: f64 = 1_000.0;
/// Relative errors above this are too large for a decision.
const COARSE: f64 = 1e-7;

/// Why there is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// There is no value: a division by zero, or an even root of a negative number over the reals.
    Undefined,
    /// No opinion: an unknown function, a number that is too large, or too much cancellation.
    Unknown,
}

/// The numbers over which a formula is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plane {
    /// The reals: even roots and logarithms of negatives have no value, odd roots of negatives are negative.
    Real,
    /// Even roots and logarithms of negatives have their principal value, odd roots of negatives are negative.
    Extended,
    /// Every power has its principal value; where that differs from the real value there is no opinion.
    Complex,
}

/// A number, or the reason why there is none.
pub type Value = Result<Ball, Trouble>;

/// A complex number and an estimate of its distance from the true value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ball {
    pub re: f64,
    pub im: f64,
    pub error: f64,
}

impl Ball {
    pub const ZERO: Self = Self::exact(0.0);
    pub const ONE: Self = Self::exact(1.0);
    pub const I: Self = Self { re: 0.0, im: 1.0, error: 0.0 };

    pub const fn exact(re: f64) -> Self {
        Self { re, im: 0.0, error: 0.0 }
    }

    /// A real number rounded to the nearest float.
    pub fn rounded(re: f64) -> Self {
        Self { re, im: 0.0, error: EPSILON * re.abs() }
    }

    pub fn complex(re: f64, im: f64) -> Self {
        Self { re, im, error: 0.0 }
    }

    pub fn size(self) -> f64 {
        self.re.hypot(self.im)
    }

    pub fn is_real(self) -> bool {
        self.im == 0.0
    }

    /// A value with the error of one more rounding.
    fn widened(re: f64, im: f64, error: f64) -> Self {
        Self { re, im, error: error + EPSILON * re.hypot(im) }
    }

    /// Refuses values that overflow or underflow the range of floats.
    pub fn checked(self) -> Value {
        let size = self.size();
        let lost = !size.is_finite() || !self.error.is_finite() || (size < 1e-280 && size != 0.0);
        if lost { Err(Trouble::Unknown) } else { Ok(self) }
    }

    /// Whether this number equals the other, as far as the error allows: at points without special relations, a number
    /// within a small error of another is taken to be equal to it.
    pub fn is(self, other: Self) -> Result<bool, Trouble> {
        let (distance, error) = ((self.re - other.re).hypot(self.im - other.im), self.error + other.error);
        if distance > FAR * error {
            return Ok(false);
        }
        if distance <= NEAR * error && error <= COARSE * (1.0 + self.size().min(other.size())) {
            Ok(true)
        } else {
            Err(Trouble::Unknown)
        }
    }

    pub fn is_zero(self) -> Result<bool, Trouble> {
        self.is(Self::ZERO)
    }

    /// Drops an imaginary part that is within the error of zero.
    pub fn straightened(self) -> Result<Self, Trouble> {
        if self.im == 0.0 {
            return Ok(self);
        }
        let on_axis = Ball { re: 0.0, ..self }.is_zero()?;
        Ok(if on_axis { Self { im: 0.0, ..self } } else { self })
    }

    /// The sign of a real number.
    pub fn sign(self) -> Result<i32, Trouble> {
        if !self.is_real() {
            return Err(Trouble::Unknown);
        }
        Ok(if self.is_zero()? {
            0
        } else if self.re > 0.0 {
            1
        } else {
            -1
        })
    }

    /// The integer that this is, if it is one.
    pub fn integer(self) -> Result<Option<i64>, Trouble> {
        let nearest = self.re.round();
        if nearest.abs() > 1e9 {
            return Err(Trouble::Unknown);
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 10⁹")]
        Ok(self.is(Self::exact(nearest))?.then_some(nearest as i64))
    }

    pub fn inverse(self) -> Value {
        if self.is_zero()? {
            return Err(Trouble::Undefined);
        }
        // Divides by the size twice, because its square may leave the range of floats. An imaginary part of zero stays
        // +0: the sign of −0 would choose a branch.
        let size = self.size();
        Self::widened(self.re / size / size, (0.0 - self.im) / size / size, self.error / size / size).checked()
    }

    pub fn over(self, other: Self) -> Value {
        (self * other.inverse()?).checked()
    }

    pub fn abs(self) -> Self {
        if self.is_real() {
            Self { re: self.re.abs(), ..self }
        } else {
            Self { re: self.size(), im: 0.0, error: self.error + EPSILON * self.size() }
        }
    }

    pub fn exp(self) -> Value {
        if self.re.abs() > 600.0 || self.error > COARSE {
            return Err(Trouble::Unknown);
        }
        let size = self.re.exp();
        let error = size * (self.error + EPSILON);
        if self.is_real() {
            return Self::widened(size, 0.0, error).checked();
        }
        Self::widened(size * self.im.cos(), size * self.im.sin(), error).checked()
    }

    /// The principal logarithm; over the reals, of positive numbers only.
    pub fn ln(self, complex: bool) -> Value {
        if self.is_zero()? {
            return Err(Trouble::Undefined);
        }
        let z = self.straightened()?;
        if z.is_real() && z.re < 0.0 && !complex {
            return Err(Trouble::Undefined);
        }
        let (size, error) = (z.size(), z.error / z.size());
        let im = match z.is_real() {
            true if z.re < 0.0 => PI,
            true => 0.0,
            false => z.im.atan2(z.re),
        };
        Self::widened(size.ln(), im, error + EPSILON).checked()
    }

    /// A whole power.
    pub fn power(self, exponent: i64) -> Value {
        if exponent == 0 {
            return if self.is_zero()? { Err(Trouble::Undefined) } else { Ok(Self::ONE) };
        }
        if exponent < 0 {
            return self.power(-exponent)?.inverse();
        }
        if exponent > 4_000 {
            return Err(Trouble::Unknown);
        }
        let (mut result, mut base, mut rest) = (Self::ONE, self, exponent);
        while rest > 0 {
            if rest % 2 == 1 {
                result = (result * base).checked()?;
            }
            rest /= 2;
            if rest > 0 {
                base = (base * base).checked()?;
            }
        }
        Ok(result)
    }

    pub fn sin(self) -> Value {
        if self.is_real() {
            return self.bounded(self.re.sin());
        }
        // sin z = (e^{iz} − e^{−iz})/2i
        let (forward, backward) = self.turns()?;
        Ok((forward - backward) * Self::complex(0.0, -0.5))
    }

    pub fn cos(self) -> Value {
        if self.is_real() {
            return self.bounded(self.re.cos());
        }
        let (forward, backward) = self.turns()?;
        Ok((forward + backward) * Self::exact(0.5))
    }

    /// A value of sine or cosine. Their slope is at most 1, so the error is that of the argument plus one rounding.
    fn bounded(self, value: f64) -> Value {
        if self.error > COARSE || self.re.abs() > 1e12 {
            Err(Trouble::Unknown)
        } else {
            Ok(Self { re: value, im: 0.0, error: self.error + EPSILON })
        }
    }

    fn turns(self) -> Result<(Self, Self), Trouble> {
        let turned = self * Self::I;
        Ok((turned.exp()?, (-turned).exp()?))
    }

    pub fn sinh(self) -> Value {
        Ok((self.exp()? - (-self).exp()?) * Self::exact(0.5))
    }

    pub fn cosh(self) -> Value {
        Ok((self.exp()? + (-self).exp()?) * Self::exact(0.5))
    }

    /// The principal square root of any number.
    pub fn sqrt_complex(self) -> Value {
        if self.is_zero()? {
            return Ok(Self::ZERO);
        }
        (self.ln(true)? * Self::exact(0.5)).exp()
    }

    pub fn arcsin(self, complex: bool) -> Value {
        if self.is_real() {
            if self.abs().is(Self::ONE)? {
                return Ok(Self::rounded(FRAC_PI_2.copysign(self.re)));
            }
            if self.re.abs() < 1.0 {
                let slope = 1.0 / (1.0 - self.re * self.re).sqrt();
                return Ok(Self::widened(self.re.asin(), 0.0, slope * self.error + EPSILON));
            }
            if !complex {
                return Err(Trouble::Undefined);
            }
        }
        // −i ln(iz + √(1 − z²))
        let root = (Self::ONE - self * self).sqrt_complex()?;
        Ok((self * Self::I + root).ln(true)? * Self::complex(0.0, -1.0))
    }

    pub fn arccos(self, complex: bool) -> Value {
        Ok(Self::rounded(FRAC_PI_2) - self.arcsin(complex)?)
    }

    pub fn arctan(self) -> Value {
        if self.is_real() {
            return Ok(Self::widened(self.re.atan(), 0.0, self.error + EPSILON));
        }
        // (ln(1 + iz) − ln(1 − iz))/2i
        let turned = self * Self::I;
        Ok(((Self::ONE + turned).ln(true)? - (Self::ONE - turned).ln(true)?) * Self::complex(0.0, -0.5))
    }

    pub fn arsinh(self) -> Value {
        if self.is_real() {
            return Ok(Self::widened(self.re.asinh(), 0.0, self.error + EPSILON));
        }
        (self + (self * self + Self::ONE).sqrt_complex()?).ln(true)
    }

    pub fn arcosh(self, complex: bool) -> Value {
        if self.is(Self::ONE)? {
            return Ok(Self::ZERO);
        }
        if self.is_real() && self.re < 1.0 && !complex {
            return Err(Trouble::Undefined);
        }
        (self + (self + Self::ONE).sqrt_complex()? * (self - Self::ONE).sqrt_complex()?).ln(true)
    }

    pub fn artanh(self, complex: bool) -> Value {
        let (above, below) = ((Self::ONE + self).ln(complex)?, (Self::ONE - self).ln(complex)?);
        Ok((above - below) * Self::exact(0.5))
    }

    /// π
    pub fn pi() -> Self {
        Self::rounded(PI)
    }
}

impl fmt::Display for Ball {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let round = |x: f64| (x * 1e6).round() / 1e6;
        if self.is_real() { write!(f, "{}", round(self.re)) } else { write!(f, "{}{:+}i", round(self.re), round(self.im)) }
    }
}

impl Neg for Ball {
    type Output = Self;
    fn neg(self) -> Self {
        Self { re: -self.re, im: 0.0 - self.im, error: self.error }
    }
}

impl Add for Ball {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        // The exact rounding error of the sum, which is often zero.
        let lost = |a: f64, b: f64| {
            let sum = a + b;
            let part = sum - a;
            ((a - (sum - part)) + (b - part)).abs()
        };
        let rounding = lost(self.re, other.re) + lost(self.im, other.im);
        Self { re: self.re + other.re, im: self.im + other.im, error: self.error + other.error + rounding }
    }
}

impl Sub for Ball {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Ball {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let error = self.size() * other.error + other.size() * self.error + self.error * other.error;
        if self.is_real() && other.is_real() {
            let product = self.re * other.re;
            let lost = product == 0.0 && self.re != 0.0 && other.re != 0.0;
            return Self::widened(product, 0.0, if lost { f64::INFINITY } else { error });
        }
        // Four products and two sums.
        let (re, im) = (self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re);
        Self::widened(re, im, error + 2.0 * EPSILON * self.size() * other.size())
    }
}
