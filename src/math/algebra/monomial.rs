//! Atoms, and products of powers of them.
//!
//! Accepts: rational exponents that fit 64 bits. Refuses: larger ones ([`Trouble::TooLarge`]). Atoms are compared by structure; two
//! atoms that differ in structure may still be equal numbers, so that a difference of monomials proves nothing by itself.

use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedMul, Zero};
use smallvec::SmallVec;

use super::{Canon, Poly, Result, Trouble};
use crate::math::node::{BigOp, Func};

/// An exponent.
pub type Exponent = Ratio<i64>;

/// What cannot be expanded further.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Atom {
    /// A prime (or a cofactor without small factors) under a root, or to a power too large to write out.
    Prime(BigInt),
    /// i, with exponent 1.
    Imaginary,
    /// π
    Pi,
    /// e to a monomial; e itself is the empty one.
    Exp(Arc<Monomial>),
    /// e to i times a real monomial.
    Cis(Arc<Monomial>),
    /// The natural logarithm of a polynomial.
    Ln(Arc<Poly>),
    /// The natural logarithm of the base that `\log` leaves unsaid.
    LogBase,
    /// A free symbol.
    Symbol(Arc<str>),
    /// A polynomial under a root.
    Base(Arc<Poly>),
    /// |p|
    Abs(Arc<Poly>),
    /// p!
    Factorial(Arc<Poly>),
    /// A named function of canonical arguments that has no closer form.
    Function(Func, Arc<[Canon]>),
    /// An unknown function of canonical arguments.
    Apply(Arc<str>, Arc<[Canon]>),
    /// A sum, product, integral or limit that is not evaluated.
    Big(BigOp, Arc<[Canon]>),
    /// A quotient standing where only a monomial fits.
    Value(Arc<Canon>),
}

/// A product of powers of atoms, sorted by atom, without zero exponents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Monomial(pub SmallVec<[(Atom, Exponent); 1]>);

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
                    std::cmp::Ordering::Less => factors.extend(left.next().cloned()),
                    std::cmp::Ordering::Greater => factors.extend(right.next().cloned()),
                    std::cmp::Ordering::Equal => {
                        let exponent = bounded(a.1.checked_add(&b.1))?;
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

/// Exponents stay far below 64 bits, so that plain arithmetic on them cannot overflow.
fn bounded(exponent: Option<Exponent>) -> Result<Exponent> {
    exponent.filter(|e| e.numer().unsigned_abs() < 1 << 61 && *e.denom() < 1 << 30).ok_or(Trouble::TooLarge)
}
