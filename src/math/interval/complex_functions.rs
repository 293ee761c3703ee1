//! Complex functions, principal values: arg is in (-pi, pi], and the cut along the negative real axis belongs to the
//! upper side.
//!
//! Accepts rectangles that lie on one side of the cut, that touch it from above, or whose imaginary part is exactly 0.
//! Refuses, with [`Undecided::BranchCut`], those that meet both sides or that contain 0 besides other numbers where the
//! function has no limit, and with [`Undecided::Domain`] the logarithm and the argument of exactly 0.
use super::fixed::GUARD;
use super::{Complex, Interval, Precision, Undecided};

impl Complex {
    /// The principal argument.
    pub fn arg(&self, precision: Precision) -> Result<Interval, Undecided> {
        if self.is_zero() {
            return Err(Undecided::Domain);
        }
        if self.contains_zero() {
            return Err(Undecided::BranchCut);
        }
        let wide = precision.plus(8);
        let right_angle = || Interval::pi(wide).scale(-1);
        let quotient = |a: &Interval, b: &Interval| a.div(b, wide)?.atan(wide);
        // A quotient of two intervals takes its extremes at corners, and so does the angle.
        let (re, im) = (self.re(), self.im());
        let arg = if re.is_positive() {
            quotient(im, re)?
        } else if im.is_positive() {
            right_angle()?.sub(&quotient(re, im)?, wide)
        } else if im.is_negative() {
            right_angle()?.neg().sub(&quotient(re, im)?, wide)
        } else if !im.lower().is_negative() {
            // The real part is negative, and the imaginary part touches 0 from above or is 0.
            Interval::pi(wide).add(&quotient(im, re)?, wide)
        } else {
            return Err(Undecided::BranchCut);
        };
        Ok(arg.round(precision))
    }
    /// The exponential.
    pub fn exp(&self, precision: Precision) -> Result<Self, Undecided> {
        if self.is_real() {
            return Ok(self.re().exp(precision)?.into());
        }
        let wide = precision.plus(8);
        let (sin, cos) = self.im().sin_cos(wide)?;
        Self::new(cos, sin).mul_real(&self.re().exp(wide)?, precision)
    }
    /// The principal logarithm.
    pub fn ln(&self, precision: Precision) -> Result<Self, Undecided> {
        let im = self.arg(precision)?;
        let re = if self.is_real() || self.re().is_zero() {
            self.abs(precision)?.ln(precision)?
        } else {
            self.norm(precision.plus(GUARD))?.ln(precision)?.scale(-1)?
        };
        Ok(Self::new(re, im))
    }
    /// The principal square root: `z = x + iy` has the parts `sqrt((|z| + x) / 2)` and, with the sign of y,
    /// `sqrt((|z| - x) / 2)`. The smaller part is computed from the product of both, `y / 2`.
    pub fn sqrt(&self, precision: Precision) -> Result<Self, Undecided> {
        let (re, im) = (self.re(), self.im());
        if self.is_real() {
            return real_sqrt(re, precision);
        }
        if !re.is_positive() && im.lower().is_negative() && !im.is_negative() {
            return Err(Undecided::BranchCut);
        }
        let wide = precision.plus(GUARD);
        let abs = self.abs(wide)?;
        let half = |part: Interval| part.scale(-1)?.clamped(Some(&super::Float::zero()), None).sqrt(wide);
        let root = if re.is_positive() {
            let root = half(abs.add(re, wide))?;
            let other = im.scale(-1)?.div(&root, wide)?;
            Self::new(root, other)
        } else if re.is_negative() && !im.is_zero() {
            let root = half(abs.sub(re, wide))?;
            let other = im.abs().scale(-1)?.div(&root, wide)?;
            Self::new(other, if im.is_negative() { root.neg() } else { root })
        } else {
            let root = half(abs.sub(re, wide))?;
            Self::new(half(abs.add(re, wide))?, if im.is_negative() { root.neg() } else { root })
        };
        Ok(root.round(precision))
    }
    /// The principal root of a degree above 0: `|z|^(1/n) (cos(arg/n) + i sin(arg/n))`.
    pub fn root(&self, degree: u32, precision: Precision) -> Result<Self, Undecided> {
        if degree == 0 {
            return Err(Undecided::Domain);
        }
        if degree == 1 {
            return Ok(self.round(precision));
        }
        if degree == 2 {
            return self.sqrt(precision);
        }
        if self.is_real() && !self.re().lower().is_negative() {
            return Ok(self.re().root(degree, precision)?.into());
        }
        let wide = precision.plus(GUARD);
        let angle = self.arg(wide)?.div(&Interval::from_i64(i64::from(degree)), wide)?;
        let (sin, cos) = angle.sin_cos(wide)?;
        Self::new(cos, sin).mul_real(&self.abs(wide)?.root(degree, wide)?, precision)
    }
}

/// The principal square root of a real number; imaginary for a negative one.
fn real_sqrt(x: &Interval, precision: Precision) -> Result<Complex, Undecided> {
    if !x.lower().is_negative() {
        return Ok(x.sqrt(precision)?.into());
    }
    let below = x.neg().clamped(Some(&super::Float::zero()), None).sqrt(precision)?;
    if !x.upper().is_positive() {
        return Ok(Complex::new(Interval::zero(), below));
    }
    // The sign is unknown: the root is real or imaginary.
    let above = x.clone().clamped(Some(&super::Float::zero()), None);
    Ok(Complex::new(above.sqrt(precision)?, below))
}
