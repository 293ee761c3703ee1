//! Products of powers of atoms.
//!
//! Accepts: rational exponents that fit 64 bits. Refuses: larger ones ([`Trouble::TooLarge`]).

use std::cmp::Ordering;

use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, Zero};
use smallvec::SmallVec;

use super::form::{Atom, Exponent, Monomial};
use super::{Result, Trouble};

impl Monomial {
    /// The empty product.
    pub fn one() -> Self {
        Self(SmallVec::new())
    }

    /// A power of one atom.
    pub fn power(atom: Atom, exponent: Exponent) -> Self {
        let mut factors = SmallVec::new();
        if !exponent.is_zero() {
            factors.push((atom, exponent));
        }
        Self(factors)
    }

    /// One atom.
    pub fn atom(atom: Atom) -> Self {
        Self::power(atom, Exponent::from_integer(1))
    }

    /// Whether it is the empty product.
    pub fn is_one(&self) -> bool {
        self.0.is_empty()
    }

    /// The product.
    pub fn times(&self, other: &Self) -> Result<Self> {
        if self.is_one() {
            return Ok(other.clone());
        }
        if other.is_one() {
            return Ok(self.clone());
        }
        let mut factors = SmallVec::with_capacity(self.0.len() + other.0.len());
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        loop {
            match (left.peek(), right.peek()) {
                (Some(a), Some(b)) => match a.0.cmp(&b.0) {
                    Ordering::Less => factors.extend(left.next().cloned()),
                    Ordering::Greater => factors.extend(right.next().cloned()),
                    Ordering::Equal => {
                        let exponent = sum(a.1, b.1)?;
                        if !exponent.is_zero() {
                            factors.push((a.0.clone(), exponent));
                        }
                        left.next();
                        right.next();
                    }
                },
                (Some(_), None) => factors.extend(left.next().cloned()),
                (None, Some(_)) => factors.extend(right.next().cloned()),
                (None, None) => return Ok(Self(factors)),
            }
        }
    }

    /// Every exponent times `factor`.
    pub fn raised(&self, factor: Exponent) -> Result<Self> {
        let mut factors = SmallVec::with_capacity(self.0.len());
        for (atom, exponent) in &self.0 {
            let exponent = bounded(exponent.checked_mul(&factor))?;
            if !exponent.is_zero() {
                factors.push((atom.clone(), exponent));
            }
        }
        Ok(Self(factors))
    }

    /// The monomial without an atom, and that atom's exponent.
    pub fn without(&self, atom: &Atom) -> (Self, Exponent) {
        let mut rest = self.clone();
        match rest.0.iter().position(|(a, _)| a == atom) {
            Some(place) => {
                let (_, exponent) = rest.0.remove(place);
                (rest, exponent)
            }
            None => (rest, Exponent::zero()),
        }
    }
}

/// a + b. The general addition takes greatest common divisors, which integers do not need.
fn sum(a: Exponent, b: Exponent) -> Result<Exponent> {
    let sum = if a.is_integer() && b.is_integer() {
        a.numer().checked_add(b.numer()).map(Exponent::from_integer)
    } else {
        a.checked_add(&b)
    };
    bounded(sum)
}

/// a/index, within the bounds of [`bounded`], because nested roots multiply their indices.
pub fn divided(a: Exponent, index: i64) -> Result<Exponent> {
    bounded(a.checked_div(&Exponent::from_integer(index)))
}

/// Checks that an exponent is far below 64 bits, so that plain arithmetic on it cannot overflow.
fn bounded(exponent: Option<Exponent>) -> Result<Exponent> {
    exponent.filter(|e| e.numer().unsigned_abs() < 1 << 61 && *e.denom() < 1 << 30).ok_or(Trouble::TooLarge)
}
