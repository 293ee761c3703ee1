//! Atoms, and products of powers of them.
//!
//! Accepts: rational exponents that fit 64 bits. Refuses: larger ones ([`Trouble::TooLarge`]). Atoms are compared by structure; two
//! atoms that differ in structure may still be equal numbers, so that a difference of monomials proves nothing by itself.

use std::cmp::Ordering;
use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, Zero};
use smallvec::SmallVec;

use super::held::{Held, Kinds, Measured};
use super::{Canon, Poly, Result, Trouble};
use crate::math::node::Func;

/// An exponent.
pub type Exponent = Ratio<i64>;

/// What cannot be expanded further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Atom {
    /// A prime (or a cofactor without small factors) under a root, or to a power too large to write out.
    Prime(BigInt),
    /// i, with exponent 1.
    Imaginary,
    /// π
    Pi,
    /// e to a monomial; e itself is the empty one.
    Exp(Held<Monomial>),
    /// e to i times a real monomial.
    Cis(Held<Monomial>),
    /// ln |p| of a real polynomial p; that p is positive is a need of the [`Domain`](super::Domain).
    Ln(Held<Poly>),
    /// The logarithm of p as it stands in powers p^x where p may be negative: x is then an integer. Stands in exponents only.
    FormalLn(Held<Poly>),
    /// The natural logarithm of the base that `\log` leaves unsaid.
    LogBase,
    /// A free symbol.
    Symbol(Arc<str>),
    /// A polynomial under a root.
    Base(Held<Poly>),
    /// |p| of a real polynomial.
    Abs(Held<Poly>),
    /// p!
    Factorial(Held<Poly>),
    /// A named function of canonical arguments that has no closer form.
    Function(Func, Held<Vec<Canon>>),
    /// An unknown function of canonical arguments.
    Apply(Arc<str>, Held<Vec<Canon>>),
    /// A quotient standing where only a monomial fits.
    Value(Held<Canon>),
}

impl Ord for Atom {
    /// By kind, in the order above, then by what it holds.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Prime(a), Self::Prime(b)) => a.cmp(b),
            (Self::Exp(a), Self::Exp(b)) | (Self::Cis(a), Self::Cis(b)) => a.cmp(b),
            (Self::Ln(a), Self::Ln(b))
            | (Self::FormalLn(a), Self::FormalLn(b))
            | (Self::Base(a), Self::Base(b))
            | (Self::Abs(a), Self::Abs(b))
            | (Self::Factorial(a), Self::Factorial(b)) => a.cmp(b),
            (Self::Symbol(a), Self::Symbol(b)) => a.cmp(b),
            (Self::Function(f, a), Self::Function(g, b)) => f.cmp(g).then_with(|| a.cmp(b)),
            (Self::Apply(f, a), Self::Apply(g, b)) => f.cmp(g).then_with(|| a.cmp(b)),
            (Self::Value(a), Self::Value(b)) => a.cmp(b),
            _ => self.kind().cmp(&other.kind()),
        }
    }
}

impl PartialOrd for Atom {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Atom {
    /// Its place in the order of kinds.
    fn kind(&self) -> u8 {
        match self {
            Self::Prime(_) => 0,
            Self::Imaginary => 1,
            Self::Pi => 2,
            Self::Exp(_) => 3,
            Self::Cis(_) => 4,
            Self::Ln(_) => 5,
            Self::FormalLn(_) => 6,
            Self::LogBase => 7,
            Self::Symbol(_) => 8,
            Self::Base(_) => 9,
            Self::Abs(_) => 10,
            Self::Factorial(_) => 11,
            Self::Function(..) => 12,
            Self::Apply(..) => 13,
            Self::Value(_) => 14,
        }
    }

    /// Where what it holds is, and its kind: the same for equal atoms that share it.
    pub fn place(&self) -> Option<(usize, u8)> {
        let place = match self {
            Self::Prime(_) | Self::Imaginary | Self::Pi | Self::LogBase | Self::Symbol(_) => return None,
            Self::Exp(held) | Self::Cis(held) => held.place(),
            Self::Ln(held) | Self::FormalLn(held) | Self::Base(held) | Self::Abs(held) | Self::Factorial(held) => held.place(),
            Self::Function(_, held) | Self::Apply(_, held) => held.place(),
            Self::Value(held) => held.place(),
        };
        Some((place, self.kind()))
    }

    /// Atoms in it, itself among them; see [`Measured::size`].
    pub fn size(&self) -> u64 {
        let held = match self {
            Self::Prime(_) | Self::Imaginary | Self::Pi | Self::LogBase | Self::Symbol(_) => 0,
            Self::Exp(held) | Self::Cis(held) => held.size(),
            Self::Ln(held) | Self::FormalLn(held) | Self::Base(held) | Self::Abs(held) | Self::Factorial(held) => held.size(),
            Self::Function(_, held) | Self::Apply(_, held) => held.size(),
            Self::Value(held) => held.size(),
        };
        held.saturating_add(1)
    }

    /// Its kind and those of all that it holds; see [`Measured::kinds`].
    pub fn kinds(&self) -> Kinds {
        match self {
            Self::Pi | Self::LogBase => Kinds::NONE,
            Self::Prime(_) => Kinds::PRIME,
            Self::Imaginary => Kinds::IMAGINARY,
            Self::Symbol(_) => Kinds::FREE,
            Self::Exp(held) => Kinds::EXP | held.kinds(),
            Self::Cis(held) => Kinds::IMAGINARY | held.kinds(),
            Self::Ln(held) => Kinds::LN | held.kinds(),
            Self::FormalLn(held) => Kinds::FORMAL | held.kinds(),
            Self::Base(held) => Kinds::ROOT | held.kinds(),
            Self::Abs(held) => Kinds::ABS | held.kinds(),
            Self::Factorial(held) => Kinds::FACTORIAL | held.kinds(),
            Self::Function(_, held) => Kinds::FUNCTION | held.kinds(),
            Self::Apply(_, held) => Kinds::FREE | Kinds::CALL | held.kinds(),
            Self::Value(held) => held.kinds(),
        }
    }
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

    /// Atoms in it, at any depth.
    pub fn size(&self) -> u64 {
        self.0.iter().fold(0, |size: u64, (atom, _)| size.saturating_add(atom.size())).max(1)
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

impl Measured for Monomial {
    fn size(&self) -> u64 {
        self.size()
    }

    fn kinds(&self) -> Kinds {
        self.0.iter().fold(Kinds::NONE, |kinds, (atom, _)| kinds | atom.kinds())
    }
}

/// a + b; the general addition takes greatest common divisors, which integers do not need.
fn sum(a: Exponent, b: Exponent) -> Result<Exponent> {
    let sum = if a.is_integer() && b.is_integer() {
        a.numer().checked_add(b.numer()).map(Exponent::from_integer)
    } else {
        a.checked_add(&b)
    };
    bounded(sum)
}

/// a/index, which must stay small: nested roots multiply their indices.
pub fn divided(a: Exponent, index: i64) -> Result<Exponent> {
    bounded(a.checked_div(&Exponent::from_integer(index)))
}

/// Exponents stay far below 64 bits, so that plain arithmetic on them cannot overflow.
fn bounded(exponent: Option<Exponent>) -> Result<Exponent> {
    exponent.filter(|e| e.numer().unsigned_abs() < 1 << 61 && *e.denom() < 1 << 30).ok_or(Trouble::TooLarge)
}
