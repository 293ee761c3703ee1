//! Polynomials over ℚ in atoms, with rational (also negative) exponents: constructors and simple properties.
//!
//! Accepts: any terms, sorted by monomial. Refuses: numbers that do not fit an exponent ([`Trouble::TooLarge`]).

use std::sync::Arc;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

use super::form::{Atom, Canon, Exponent, Monomial, Poly};
use super::held::{Kinds, Measured};
use super::{Result, Trouble};

impl Poly {
    /// 0
    pub fn zero() -> Self {
        Self(Vec::new())
    }

    /// 1
    pub fn one() -> Self {
        Self::constant(BigRational::one())
    }

    /// A rational number.
    pub fn constant(value: BigRational) -> Self {
        if value.is_zero() { Self::zero() } else { Self(vec![(Monomial::one(), value)]) }
    }

    /// A small integer.
    pub fn integer(value: i64) -> Self {
        Self::constant(BigRational::from_integer(value.into()))
    }

    /// One atom.
    pub fn atom(atom: Atom) -> Self {
        Self::term(Monomial::atom(atom), BigRational::one())
    }

    /// One term, not folded.
    pub fn term(monomial: Monomial, coefficient: BigRational) -> Self {
        if coefficient.is_zero() { Self::zero() } else { Self(vec![(monomial, coefficient)]) }
    }

    /// Whether it is 0 in form.
    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is 1.
    pub fn is_one(&self) -> bool {
        matches!(self.0.as_slice(), [(m, c)] if m.is_one() && c.is_one())
    }

    /// The rational number that it is in form, if it is one.
    pub fn rational(&self) -> Option<BigRational> {
        match self.0.as_slice() {
            [] => Some(BigRational::zero()),
            [(m, c)] if m.is_one() => Some(c.clone()),
            _ => None,
        }
    }

    /// Its only term, if it has one.
    pub fn single(&self) -> Option<(&Monomial, &BigRational)> {
        match self.0.as_slice() {
            [(m, c)] => Some((m, c)),
            _ => None,
        }
    }

    /// The coefficient of the last monomial, which decides the sign of the form.
    pub fn leading(&self) -> BigRational {
        self.0.last().map_or_else(BigRational::zero, |(_, c)| c.clone())
    }

    /// −self
    #[must_use]
    pub fn negated(&self) -> Self {
        Self(self.0.iter().map(|(m, c)| (m.clone(), -c)).collect())
    }

    /// The positive rational that divides all coefficients and leaves them coprime integers.
    pub fn content(&self) -> BigRational {
        let mut top = BigInt::zero();
        let mut low = BigInt::one();
        for (_, c) in &self.0 {
            top = top.gcd(c.numer());
            low = low.lcm(c.denom());
        }
        if top.is_zero() { BigRational::one() } else { BigRational::new(top, low) }
    }

    /// Adds the names of its symbols, at any depth, to `names`.
    pub fn symbols(&self, names: &mut Vec<Arc<str>>) {
        if self.is_constant() {
            return;
        }
        for (monomial, _) in &self.0 {
            monomial.symbols(names);
        }
    }

    /// Whether it has no symbols: a number.
    pub fn is_constant(&self) -> bool {
        !self.kinds().any(Kinds::FREE)
    }
}

impl Monomial {
    fn symbols(&self, names: &mut Vec<Arc<str>>) {
        let canons = |canons: &[Canon], names: &mut Vec<Arc<str>>| {
            for canon in canons {
                canon.num.symbols(names);
                canon.den.symbols(names);
            }
        };
        for (atom, _) in &self.0 {
            match atom {
                Atom::Symbol(name) if !names.contains(name) => names.push(name.clone()),
                Atom::Exp(held) | Atom::Cis(held) => held.symbols(names),
                Atom::Ln(held) | Atom::FormalLn(held) | Atom::Base(held) | Atom::Abs(held) | Atom::Factorial(held) => {
                    held.symbols(names);
                }
                Atom::Function(_, held) | Atom::Apply(_, held) => canons(held, names),
                Atom::Value(held) => canons(std::slice::from_ref(&**held), names),
                _ => {}
            }
        }
    }
}

/// An integer value as i64.
pub fn small_integer(value: &BigRational) -> Option<i64> {
    if value.is_integer() { value.numer().to_i64() } else { None }
}

/// A rational as an exponent.
pub fn small_ratio(value: &BigRational) -> Result<Exponent> {
    let (top, low) = (value.numer().to_i64(), value.denom().to_i64());
    match (top, low) {
        // Far below 64 bits, so that sums of exponents rarely overflow.
        (Some(top), Some(low)) if top.unsigned_abs() < 1 << 61 && low < 1 << 31 => Ok(Exponent::new(top, low)),
        _ => Err(Trouble::TooLarge),
    }
}
