//! Where a formula has a value: the conditions that were assumed while its canonical form was built.
//!
//! A canonical form does not record how the formula was written: √x·√x and x have one form. Their domains differ, and
//! [`Domain`] records that. Two domains count as the same when they differ only by a set without volume: x/x and 1 have
//! the same domain, √x/√x and 1 do not.
//!
//! Accepts: signs (of arguments of even roots and logarithms), divisors, and bases of powers whose exponent is not a
//! number. Whether a point exists where all needs are met is decided in `certify`.

use std::fmt;
use std::sync::Arc;

use num_rational::BigRational;
use num_traits::{One, Signed};

use super::form::{Canon, Monomial, Poly};
use super::reality::{self, signed_part};
use super::zeros::{surely_not_zero, vanishes_thinly, without_content};

/// A condition under which a formula has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// This is positive (it is the argument of an even root or of a logarithm).
    Positive(Poly),
    /// This is positive, or its exponent is a whole number.
    Base(Poly),
    /// The first is positive, or the second, which is its exponent, is a whole number although its coefficients are not
    /// whole.
    Power(Poly, Canon),
    /// This is a whole number (it is the exponent of a negative number).
    Whole(Poly),
    /// The root of this with the given index is taken (index 0: its logarithm), and this may be complex, so a branch is
    /// chosen.
    Branch(Poly, i64),
    /// This is not zero. Its zeros may form a set with volume.
    Divisor(Poly),
}

/// The needs of a formula.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Domain {
    pub(super) needs: Vec<Need>,
    /// Divisors whose zeros have no volume as soon as one value is not zero.
    pub(super) divisors: Vec<Poly>,
    /// Every divisor that contains symbols: dividing an equation by it loses the solutions at which it is zero.
    removed: Vec<Poly>,
    /// Symbols that stand for whole numbers: they occur in the exponent of a negative number, or in a factorial.
    pub(super) integers: Vec<Arc<str>>,
    /// The formula contains i, a name for complex numbers, or Re, Im or Arg of something that is not constant.
    pub complex: bool,
    /// A simplification was used that holds only for real values of the symbols.
    pub real: bool,
}

impl Domain {
    /// Whether syntax alone guarantees that the formula is defined for all values of its symbols: no need was recorded.
    pub fn is_everything(&self) -> bool {
        self.needs.is_empty() && self.divisors.is_empty()
    }

    fn add(&mut self, need: Need) {
        if !self.needs.contains(&need) {
            self.needs.push(need);
        }
    }

    /// Records that `poly` must be positive.
    pub fn positive(&mut self, poly: &Poly) {
        self.real = true;
        if let Some(poly) = signed_part(poly) {
            self.add(Need::Positive(poly));
        }
    }

    /// Records a power of `poly` with an exponent that is not a number. Wherever `poly` is negative, the symbols of the
    /// exponent are whole numbers.
    pub fn base(&mut self, poly: &Poly, exponent: &Canon) {
        self.real = true;
        let Some(poly) = signed_part(poly) else { return };
        if !(exponent.den.is_one() && reality::may_be_whole(&exponent.num)) {
            self.add(Need::Power(poly.clone(), exponent.clone()));
        }
        self.add(Need::Base(poly));
    }

    /// Records that a branch is chosen for a form that may be complex.
    pub fn branch(&mut self, poly: &Poly, index: i64) {
        if !poly.is_constant() {
            self.add(Need::Branch(poly.clone(), index));
        }
    }

    /// Records that a negative number is raised to `exponent`. Symbols with whole coefficients in it stand for whole
    /// numbers.
    pub fn whole(&mut self, exponent: &Canon) {
        self.integers(&exponent.num);
        if exponent.den.is_one() && reality::may_be_whole(&exponent.num) {
            let terms = exponent.num.0.iter().filter(|(monomial, _)| !monomial.is_one());
            terms.for_each(|(monomial, _)| self.add(Need::Whole(Poly::term(monomial.clone(), BigRational::one()))));
        } else {
            self.add(Need::Whole(exponent.num.clone()));
        }
    }

    /// Records that the symbols of `poly` stand for whole numbers: a point at which the needs are tested gives them
    /// whole values.
    pub fn integers(&mut self, poly: &Poly) {
        poly.symbols(&mut self.integers);
    }

    /// Records that `poly` divides.
    pub fn divisor(&mut self, poly: &Poly) {
        if poly.is_constant() && surely_not_zero(poly) {
            return;
        }
        let poly = &without_content(poly);
        self.remove(poly);
        if surely_not_zero(poly) {
            return;
        }
        if vanishes_thinly(poly) {
            if !self.divisors.contains(poly) {
                self.divisors.push(poly.clone());
            }
        } else {
            self.add(Need::Divisor(poly.clone()));
        }
    }

    /// Keeps a divisor that contains symbols; of a product, each factor separately.
    fn remove(&mut self, poly: &Poly) {
        let mut keep = |poly: Poly| {
            if !poly.is_constant() && !self.removed.contains(&poly) {
                self.removed.push(poly);
            }
        };
        match poly.single() {
            Some((monomial, _)) => monomial.0.iter().for_each(|(atom, _)| keep(Poly::atom(atom.clone()))),
            None => keep(poly.clone()),
        }
    }

    /// The divisors that contain symbols.
    pub fn removed(&self) -> &[Poly] {
        &self.removed
    }

    /// The needs of both domains together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        other.needs.into_iter().for_each(|need| self.add(need));
        for (mine, theirs) in [(&mut self.divisors, other.divisors), (&mut self.removed, other.removed)] {
            for poly in theirs {
                if !mine.contains(&poly) {
                    mine.push(poly);
                }
            }
        }
        for name in other.integers {
            if !self.integers.contains(&name) {
                self.integers.push(name);
            }
        }
        self.complex |= other.complex;
        self.real |= other.real;
        self
    }

    /// Whether a symbol or sum is positive wherever the formula has a value.
    pub fn makes_positive(&self, poly: &Poly) -> bool {
        self.needs.iter().any(|need| matches!(need, Need::Positive(known) if known == poly))
    }

    /// Whether two domains are the same: each need of one follows from the needs of the other.
    pub fn same(&self, other: &Self) -> bool {
        self.implies(other) && other.implies(self)
    }

    fn implies(&self, other: &Self) -> bool {
        other.needs.iter().all(|need| self.needs.contains(need) || self.makes(need))
    }

    fn makes(&self, need: &Need) -> bool {
        match need {
            Need::Positive(poly) | Need::Base(poly) | Need::Power(poly, _) => self.surely_positive(poly),
            Need::Whole(_) | Need::Divisor(_) | Need::Branch(..) => false,
        }
    }

    /// Whether the needs imply that `poly` is positive: it is a product or sum of positive forms, or a positive form
    /// plus a constant that is not negative.
    pub fn surely_positive(&self, poly: &Poly) -> bool {
        if self.makes_positive(poly)
            || (!poly.is_zero() && poly.0.iter().all(|(monomial, c)| self.surely_positive_term(monomial, c)))
        {
            return true;
        }
        // P = Q + c with Q positive and c not negative.
        self.needs.iter().any(|need| match need {
            Need::Positive(known) => shift(poly, known).is_some_and(|shift| !shift.is_negative()),
            _ => false,
        })
    }

    fn surely_positive_term(&self, monomial: &Monomial, coefficient: &BigRational) -> bool {
        coefficient.is_positive()
            && monomial
                .0
                .iter()
                .all(|(atom, exponent)| reality::is_nonnegative(atom, *exponent) || self.makes_positive(&Poly::atom(atom.clone())))
    }
}

impl fmt::Display for Domain {
    /// The needs in words; empty for a domain without needs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, need) in self.needs.iter().enumerate() {
            f.write_str(if place == 0 { " where " } else { ", " })?;
            match need {
                Need::Positive(poly) => write!(f, "{poly} > 0")?,
                Need::Base(poly) => write!(f, "{poly} > 0 or whole exponents")?,
                Need::Power(poly, exponent) => write!(f, "{poly} > 0 or {exponent} is whole")?,
                Need::Whole(poly) => write!(f, "{poly} is whole")?,
                Need::Branch(poly, index) => write!(f, "branch {index} of {poly}")?,
                Need::Divisor(poly) => write!(f, "{poly} is not 0")?,
            }
        }
        Ok(())
    }
}

impl Need {
    /// The form that the need is about.
    pub(super) fn poly(&self) -> &Poly {
        match self {
            Self::Positive(poly)
            | Self::Base(poly)
            | Self::Power(poly, _)
            | Self::Whole(poly)
            | Self::Branch(poly, _)
            | Self::Divisor(poly) => poly,
        }
    }

    /// The form that must not be zero, for a divisor.
    pub(super) fn as_divisor(&self) -> Option<&Poly> {
        match self {
            Self::Divisor(poly) => Some(poly),
            _ => None,
        }
    }
}

/// P − Q, where it is a number.
fn shift(poly: &Poly, other: &Poly) -> Option<BigRational> {
    let constant = |poly: &Poly| poly.0.first().filter(|(m, _)| m.is_one()).map(|(_, c)| c.clone());
    let rest = |poly: &Poly| usize::from(constant(poly).is_some());
    (poly.0[rest(poly)..] == other.0[rest(other)..] && poly.0.len() > rest(poly))
        .then(|| constant(poly).unwrap_or_default() - constant(other).unwrap_or_default())
}
