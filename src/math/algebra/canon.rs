//! Quotients of polynomials in atoms: the canonical form of a formula.
//!
//! Accepts: field operations, integer and rational powers. Refuses: division by a form that is zero. Numerator and
//! denominator are not reduced to lowest terms, so no multivariate gcd is needed: two quotients are equal when the
//! difference of their cross products is zero.

use num_rational::BigRational;
use num_traits::{One, Signed};
use smallvec::SmallVec;

use super::form::{Atom, Canon, Exponent, Monomial, Poly};
use super::held::Held;
use super::product::{folded_poly, single_power};
use super::{Budget, Result, Trouble, rational};
use crate::math::node::Func;

impl From<Poly> for Canon {
    fn from(num: Poly) -> Self {
        Self { num, den: Poly::one() }
    }
}

impl Canon {
    /// A rational number.
    pub fn constant(value: BigRational) -> Self {
        Poly::constant(value).into()
    }

    /// A small integer.
    pub fn integer(value: i64) -> Self {
        Poly::integer(value).into()
    }

    /// One atom.
    pub fn atom(atom: Atom) -> Self {
        Poly::atom(atom).into()
    }

    /// A named function of one argument that has no closer form.
    pub fn function(func: Func, argument: &Self) -> Self {
        Self::atom(Atom::Function(func, Held::new(vec![argument.clone()])))
    }

    /// The rational number it is, if it is one in form.
    pub fn rational(&self) -> Option<BigRational> {
        if self.den.is_one() { self.num.rational() } else { None }
    }

    /// Whether it is zero in form.
    pub fn is_zero(&self) -> bool {
        self.num.is_zero()
    }

    /// Whether it has no symbols.
    pub fn is_constant(&self) -> bool {
        self.num.is_constant() && self.den.is_constant()
    }

    /// num/den, brought to normal form. The caller has already recorded den as a divisor.
    fn quotient(num: Poly, den: Poly, budget: &mut Budget) -> Result<Self> {
        if den.is_zero() {
            return Err(Trouble::Undefined);
        }
        if den.is_one() {
            return Ok(num.into());
        }
        if num.is_zero() {
            return Ok(num.into());
        }
        if let Some((monomial, coefficient)) = den.single() {
            let (top, low) = inverse(monomial, coefficient, budget)?;
            let num = num.times(&top, budget)?;
            if low.is_one() {
                return Ok(num.into());
            }
            return Self::quotient(num, low, budget);
        }
        let mut content = den.content();
        if den.leading().is_negative() {
            content = -content;
        }
        let scale = rational::reciprocal(&content).ok_or(Trouble::Undefined)?;
        let (num, den) = (num.scaled(&scale, budget)?, den.scaled(&scale, budget)?);
        if let Some(factor) = multiple_of(&num, &den) {
            return Ok(Self::constant(factor));
        }
        Ok(Self { num, den })
    }

    /// The sum.
    pub fn plus(&self, other: &Self, budget: &mut Budget) -> Result<Self> {
        if self.den == other.den {
            return Self::quotient(self.num.plus(&other.num, budget)?, self.den.clone(), budget);
        }
        let left = self.num.times(&other.den, budget)?;
        let right = other.num.times(&self.den, budget)?;
        Self::quotient(left.plus(&right, budget)?, self.den.times(&other.den, budget)?, budget)
    }

    /// −self
    #[must_use]
    pub fn negated(&self) -> Self {
        Self { num: self.num.negated(), den: self.den.clone() }
    }

    /// The product.
    pub fn times(&self, other: &Self, budget: &mut Budget) -> Result<Self> {
        if self.den.is_one() && other.den.is_one() {
            return Ok(self.num.times(&other.num, budget)?.into());
        }
        // Cross-cancelling equal factors keeps (x+1)·1/(x+1) small.
        if self.num == other.den {
            return Self::quotient(other.num.clone(), self.den.clone(), budget);
        }
        if other.num == self.den {
            return Self::quotient(self.num.clone(), other.den.clone(), budget);
        }
        Self::quotient(self.num.times(&other.num, budget)?, self.den.times(&other.den, budget)?, budget)
    }

    /// 1/self, wherever self is not zero.
    pub fn inverse(&self, budget: &mut Budget) -> Result<Self> {
        if self.is_zero() {
            return Err(Trouble::Undefined);
        }
        budget.domain.divisor(&self.num);
        Self::quotient(self.den.clone(), self.num.clone(), budget)
    }

    /// self/other
    pub fn over(&self, other: &Self, budget: &mut Budget) -> Result<Self> {
        self.times(&other.inverse(budget)?, budget)
    }

    /// An integer power.
    pub fn integer_power(&self, exponent: i64, budget: &mut Budget) -> Result<Self> {
        if exponent < 0 {
            if self.is_zero() {
                return Err(Trouble::Undefined);
            }
            budget.domain.divisor(&self.num);
            if let (true, Some((monomial, coefficient))) = (self.den.is_one(), self.num.single())
                && let Ok(power) = single_power(monomial, coefficient, exponent, budget)
            {
                return Ok(power.into());
            }
            return self.inverse(budget)?.integer_power(exponent.checked_neg().ok_or(Trouble::TooLarge)?, budget);
        }
        let exponent = exponent.unsigned_abs();
        if exponent == 0 {
            // 0^0 is undefined; every other base to the power 0 is 1 wherever the base is defined.
            if self.is_zero() {
                return Err(Trouble::Undefined);
            }
            budget.domain.divisor(&self.num);
            return Ok(Self::integer(1));
        }
        let num = self.num.power(exponent, budget)?;
        if self.den.is_one() {
            return Ok(num.into());
        }
        Self::quotient(num, self.den.power(exponent, budget)?, budget)
    }

    /// The numerator of self − other: zero in form exactly when the two are equal in form.
    pub fn difference(&self, other: &Self, budget: &mut Budget) -> Result<Poly> {
        if self.den == other.den {
            return self.num.minus(&other.num, budget);
        }
        let left = self.num.times(&other.den, budget)?;
        let right = other.num.times(&self.den, budget)?;
        left.minus(&right, budget)
    }
}

/// The rational number q with num = q·den, if there is one.
pub fn multiple_of(num: &Poly, den: &Poly) -> Option<BigRational> {
    if num.0.len() != den.0.len() || num.is_zero() {
        return None;
    }
    let factor = rational::product(&num.0[0].1, &rational::reciprocal(&den.0[0].1)?);
    num.0.iter().zip(&den.0).all(|(a, b)| a.0 == b.0 && a.1 == rational::product(&b.1, &factor)).then_some(factor)
}

/// 1/(c·m) as a fraction of polynomials: roots are moved to the numerator.
fn inverse(monomial: &Monomial, coefficient: &BigRational, budget: &mut Budget) -> Result<(Poly, Poly)> {
    let mut plain = SmallVec::new();
    let mut top = Poly::one();
    let mut low = Poly::one();
    for (atom, exponent) in &monomial.0 {
        match atom {
            // 1/P^q = P^(⌈q⌉ − q) / P^⌈q⌉
            Atom::Base(poly) => {
                let whole = exponent.ceil();
                let rest = whole - exponent;
                top = top.times(&Poly::term(Monomial::power(atom.clone(), rest), BigRational::one()), budget)?;
                low = low.times(&poly.power(whole.to_integer().unsigned_abs(), budget)?, budget)?;
            }
            // 1/|P|^q = |P|^(2 − q) / P²
            Atom::Abs(poly) if poly.single().is_none() => {
                let rest = Exponent::from_integer(2) - exponent;
                top = top.times(&Poly::term(Monomial::power(atom.clone(), rest), BigRational::one()), budget)?;
                low = low.times(&poly.power(2, budget)?, budget)?;
            }
            _ => plain.push((atom.clone(), -exponent)),
        }
    }
    budget.bits(coefficient)?;
    let plain = folded_poly(Monomial(plain), rational::reciprocal(coefficient).ok_or(Trouble::Undefined)?, budget)?;
    Ok((top.times(&plain, budget)?, low))
}
