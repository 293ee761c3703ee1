//! The data types of canonical forms: atoms, monomials, polynomials and quotients, which contain each other.
//!
//! The types do not enforce the normal form; the code that builds a value keeps it normal. Atoms are compared by
//! structure. Two atoms that differ in structure may still be equal numbers, so a difference of monomials proves
//! nothing by itself.

use std::cmp::Ordering;
use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::{BigRational, Ratio};
use smallvec::SmallVec;

use super::held::{Held, Kinds, Measured};
use crate::math::node::Func;

/// An exponent.
pub type Exponent = Ratio<i64>;

/// A factor that is not expanded further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Atom {
    /// A prime (or a cofactor without small factors) under a root, or to a power too large to write out.
    Prime(BigInt),
    /// i, with exponent 1.
    Imaginary,
    /// π
    Pi,
    /// e to the power of a monomial; e itself has the empty monomial.
    Exp(Held<Monomial>),
    /// e to the power of i times a real monomial.
    Cis(Held<Monomial>),
    /// ln |p| of a real polynomial p; that p is positive is a need of the [`Domain`](super::Domain).
    Ln(Held<Poly>),
    /// The logarithm of p in powers p^x where p may be negative: x is then an integer. Occurs only in exponents.
    FormalLn(Held<Poly>),
    /// The natural logarithm of the base of `\log`, where the formula does not state the base.
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
    /// A quotient in a place where only a monomial fits.
    Value(Held<Canon>),
}

impl Ord for Atom {
    /// By kind, in the order above, then by contents.
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
    /// The position of its kind in the order of kinds.
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

    /// The address of its contents, and its kind: the same for equal atoms that share their contents.
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

    /// Number of atoms in it, including itself; see [`Measured::size`].
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

    /// Its kind and the kinds of all atoms in it; see [`Measured::kinds`].
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

/// A sum of rational multiples of monomials, sorted by monomial, without zero coefficients.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Poly(pub Vec<(Monomial, BigRational)>);

/// A numerator and a denominator; the denominator is 1 or has at least two terms and coprime integer coefficients.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Canon {
    /// The numerator.
    pub num: Poly,
    /// The denominator.
    pub den: Poly,
}

impl Measured for Monomial {
    fn size(&self) -> u64 {
        self.0.iter().fold(0, |size: u64, (atom, _)| size.saturating_add(atom.size())).max(1)
    }

    fn kinds(&self) -> Kinds {
        self.0.iter().fold(Kinds::NONE, |kinds, (atom, _)| kinds | atom.kinds())
    }
}

impl Measured for Poly {
    fn size(&self) -> u64 {
        self.0.iter().fold(0, |size: u64, (monomial, _)| size.saturating_add(monomial.size())).max(1)
    }

    fn kinds(&self) -> Kinds {
        self.0.iter().fold(Kinds::NONE, |kinds, (monomial, _)| kinds | monomial.kinds())
    }
}

impl Measured for Canon {
    fn size(&self) -> u64 {
        self.num.size().saturating_add(self.den.size())
    }

    fn kinds(&self) -> Kinds {
        self.num.kinds() | self.den.kinds()
    }
}

impl Measured for Vec<Canon> {
    fn size(&self) -> u64 {
        self.iter().fold(1, |size: u64, canon| size.saturating_add(canon.size()))
    }

    fn kinds(&self) -> Kinds {
        self.iter().fold(Kinds::NONE, |kinds, canon| kinds | canon.kinds())
    }
}
