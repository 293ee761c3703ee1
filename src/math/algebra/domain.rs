//! Where a formula has a value: what was assumed while its canonical form was built.
//!
//! A canonical form forgets how it was written: √x·√x and x have one form. Their domains differ, and the [`Domain`] remembers that. Domains are meant
//! up to sets without volume: x/x and 1 have the same, √x/√x and 1 have not.
//!
//! Accepts: signs (of what stands under even roots and in logarithms), divisors, bases of powers with an exponent that is no number. Refuses, as
//! [`Trouble::Undecided`]: to say that a formula has a value before one point is found where all its needs are certainly met.

use std::fmt;
use std::sync::Arc;

use num_rational::BigRational;
use num_traits::{One, Signed};

use super::eval::{evaluate_poly, evaluate_poly_at};
use super::held::{Kinds, Measured};
use super::monomial::{Atom, Monomial};
use super::poly::Poly;
use super::reality::{self, signed_part};
use super::zeros::{separate_from_zero, surely_not_zero, vanishes_thinly, without_content};
use super::{Budget, Canon, Result, Trouble, points};
use crate::math::interval::{Precision, Undecided};

/// Something a formula needs to have a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// This is positive (it stands under an even root, in a logarithm).
    Positive(Poly),
    /// This is positive, or the exponent it has is a whole number.
    Base(Poly),
    /// The first is positive, or the second, of which it is the base, is a whole number although its coefficients are not.
    Power(Poly, Canon),
    /// This is a whole number (it is the exponent of a negative number).
    Whole(Poly),
    /// The root of an index of this is taken, or its logarithm where the index is 0, and it may be complex: a branch is chosen.
    Branch(Poly, i64),
    /// This is not zero, and may vanish on more than a surface.
    Divisor(Poly),
}

/// The needs of a formula.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Domain {
    needs: Vec<Need>,
    /// Divisors of which one value that is not zero says that they vanish on a surface at most.
    divisors: Vec<Poly>,
    /// Everything that divides and has symbols: where it is zero an equation loses solutions.
    removed: Vec<Poly>,
    /// Symbols that stand for whole numbers: they are in the exponent of a negative number, or in a factorial.
    integers: Vec<Arc<str>>,
    /// i is written in the formula, or what only complex numbers have.
    pub complex: bool,
    /// Something was simplified that holds for real values of the symbols only.
    pub real: bool,
}

impl Domain {
    /// Whether it is everything, by its looks.
    pub fn is_everything(&self) -> bool {
        self.needs.is_empty() && self.divisors.is_empty()
    }

    fn add(&mut self, need: Need) {
        if !self.needs.contains(&need) {
            self.needs.push(need);
        }
    }

    /// `poly` must be positive.
    pub fn positive(&mut self, poly: &Poly) {
        self.real = true;
        if let Some(poly) = signed_part(poly) {
            self.add(Need::Positive(poly));
        }
    }

    /// A power of `poly` is taken whose exponent is no number. Symbols in it are whole numbers wherever `poly` is negative.
    pub fn base(&mut self, poly: &Poly, exponent: &Canon) {
        self.real = true;
        let Some(poly) = signed_part(poly) else { return };
        if !(exponent.den.is_one() && reality::may_be_whole(&exponent.num)) {
            self.add(Need::Power(poly.clone(), exponent.clone()));
        }
        self.add(Need::Base(poly));
    }

    /// A branch is chosen for what may be complex.
    pub fn branch(&mut self, poly: &Poly, index: i64) {
        if !poly.is_constant() {
            self.add(Need::Branch(poly.clone(), index));
        }
    }

    /// A negative number is raised to `exponent`. Symbols with whole coefficients in it stand for whole numbers.
    pub fn whole(&mut self, exponent: &Canon) {
        self.integers(&exponent.num);
        if exponent.den.is_one() && reality::may_be_whole(&exponent.num) {
            let terms = exponent.num.0.iter().filter(|(monomial, _)| !monomial.is_one());
            terms.for_each(|(monomial, _)| self.add(Need::Whole(Poly::term(monomial.clone(), BigRational::one()))));
        } else {
            self.add(Need::Whole(exponent.num.clone()));
        }
    }

    /// The symbols of `poly` stand for whole numbers: a point where it matters has them whole.
    pub fn integers(&mut self, poly: &Poly) {
        poly.symbols(&mut self.integers);
    }

    /// `poly` divides.
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

    /// Keeps what divides and has symbols: the factors of a product one by one.
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

    /// What divides and has symbols.
    pub fn removed(&self) -> &[Poly] {
        &self.removed
    }

    /// Both needs together.
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

    /// Whether two domains are the same: the needs of each follow from those of the other.
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

    /// Whether `poly` is positive by the needs: a product or sum of what is, or more than what is.
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

    /// Finds a point at which every need is certainly met.
    pub fn certify(&self, budget: &mut Budget) -> Result<()> {
        if self.is_everything() || (self.divisors.is_empty() && self.needs.iter().all(is_half_space) && !self.contradicts()) {
            return Ok(());
        }
        let constants = |poly: &&Poly| poly.is_constant();
        for divisor in self.divisors.iter().chain(self.needs.iter().filter_map(Need::as_divisor)).filter(constants) {
            separate_from_zero(divisor, budget)?;
        }
        for need in self.needs.iter().filter(|need| need.poly().is_constant()) {
            match need {
                Need::Positive(poly) if !is_positive(poly, budget) => return Err(Trouble::Undecided),
                Need::Base(_) | Need::Power(..) => return Err(Trouble::Undecided),
                _ => {}
            }
        }
        if self.needs.iter().all(|need| need.poly().is_constant()) && self.divisors.iter().all(Poly::is_constant) {
            return Ok(());
        }
        let names = self.symbols();
        for row in 0..points::ROWS {
            let value = |name: &str| {
                let place = names.iter().position(|known| known.as_ref() == name)?;
                if self.integers.iter().any(|known| known.as_ref() == name) {
                    points::whole(place, row)
                } else {
                    points::value(place, row)
                }
            };
            if self.is_met_at(&value, budget)? {
                return Ok(());
            }
        }
        Err(Trouble::Undecided)
    }

    /// Whether two half spaces exclude each other: x > 0 and −x > 0.
    fn contradicts(&self) -> bool {
        self.needs.iter().any(|need| match need {
            Need::Positive(poly) => self.makes_positive(&poly.negated()),
            _ => false,
        })
    }

    /// Whether every need is certainly met at a point.
    pub fn is_met_at(&self, value: &dyn Fn(&str) -> Option<BigRational>, budget: &mut Budget) -> Result<bool> {
        for poly in self.divisors.iter().chain(self.needs.iter().map(Need::poly)) {
            // An unknown function has no value here; what divides by it on both sides is one formula.
            if poly.is_constant() || poly.kinds().any(Kinds::CALL) && self.needs.iter().any(|need| need.as_divisor() == Some(poly))
            {
                continue;
            }
            let signed =
                self.needs.iter().any(|need| matches!(need, Need::Positive(p) | Need::Base(p) | Need::Power(p, _) if p == poly));
            let met = match evaluate_poly_at(poly, Precision::START, value, budget) {
                Ok(found) if signed => found.im().contains_zero() && found.re().is_positive(),
                Ok(found) => !found.contains_zero(),
                Err(Undecided::TooLarge) => budget.spend(1).map(|()| false)?,
                Err(_) => false,
            };
            // An exponent may be anything here: whole numbers lie in every domain that this need leaves. A branch there always is.
            if !met && !self.needs.iter().any(|need| matches!(need, Need::Whole(p) | Need::Branch(p, _) if p == poly)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn symbols(&self) -> Vec<Arc<str>> {
        let mut names = Vec::new();
        for poly in self.divisors.iter().chain(self.needs.iter().map(Need::poly)) {
            poly.symbols(&mut names);
        }
        names.sort();
        names
    }
}

impl fmt::Display for Domain {
    /// What has to hold, in words; nothing for a domain that is everything.
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
    fn poly(&self) -> &Poly {
        match self {
            Self::Positive(poly)
            | Self::Base(poly)
            | Self::Power(poly, _)
            | Self::Whole(poly)
            | Self::Branch(poly, _)
            | Self::Divisor(poly) => poly,
        }
    }

    fn as_divisor(&self) -> Option<&Poly> {
        match self {
            Self::Divisor(poly) => Some(poly),
            _ => None,
        }
    }
}

/// Whether a constant is certainly positive.
fn is_positive(poly: &Poly, budget: &mut Budget) -> bool {
    evaluate_poly(poly, Precision::START, budget).is_ok_and(|value| value.im().contains_zero() && value.re().is_positive())
}

/// A symbol, or its negative: what has both signs somewhere, whatever other symbols do.
fn is_half_space(need: &Need) -> bool {
    match need {
        Need::Positive(poly) | Need::Base(poly) | Need::Power(poly, _) => {
            matches!(poly.single(), Some((monomial, _)) if matches!(monomial.0.as_slice(), [(Atom::Symbol(_) | Atom::Apply(..), one)] if one.is_one()))
        }
        Need::Whole(_) | Need::Branch(..) => true,
        Need::Divisor(_) => false,
    }
}

/// P − Q where that is a number.
fn shift(poly: &Poly, other: &Poly) -> Option<BigRational> {
    let constant = |poly: &Poly| poly.0.first().filter(|(m, _)| m.is_one()).map(|(_, c)| c.clone());
    let rest = |poly: &Poly| usize::from(constant(poly).is_some());
    (poly.0[rest(poly)..] == other.0[rest(other)..] && poly.0.len() > rest(poly))
        .then(|| constant(poly).unwrap_or_default() - constant(other).unwrap_or_default())
}
