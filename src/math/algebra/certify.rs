//! Whether a formula has a value anywhere: the search for a point at which all needs of its [`Domain`] are certainly
//! met.
//!
//! Where no such point is found, the answer is [`Trouble::Undecided`].

use std::sync::Arc;

use num_rational::BigRational;
use num_traits::One;

use super::domain::{Domain, Need};
use super::eval::{evaluate_poly, evaluate_poly_at};
use super::form::{Atom, Poly};
use super::held::{Kinds, Measured};
use super::separate::separate_from_zero;
use super::{Budget, Result, Trouble, points};
use crate::math::interval::{Precision, Undecided};

impl Domain {
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
            // An unknown function has no value here, so its need is skipped. `Domain::same` requires both formulas to have
            // this divisor.
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
            // These two needs are not tested at the point: the domain that `Whole` leaves contains whole numbers, and a
            // branch always exists.
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

/// Whether a constant is certainly positive.
fn is_positive(poly: &Poly, budget: &mut Budget) -> bool {
    evaluate_poly(poly, Precision::START, budget).is_ok_and(|value| value.im().contains_zero() && value.re().is_positive())
}

/// A symbol or its negative, which takes both signs whatever the values of other symbols are.
fn is_half_space(need: &Need) -> bool {
    match need {
        Need::Positive(poly) | Need::Base(poly) | Need::Power(poly, _) => {
            matches!(poly.single(), Some((monomial, _)) if matches!(monomial.0.as_slice(), [(Atom::Symbol(_) | Atom::Apply(..), one)] if one.is_one()))
        }
        Need::Whole(_) | Need::Branch(..) => true,
        Need::Divisor(_) => false,
    }
}
