//! Proof by an enclosure that a constant is not zero.
//!
//! Accepts: constants. Refuses, as [`Trouble::Undecided`]: constants that no precision separates from zero. Refuses, as
//! [`Trouble::Undefined`]: constants that their [bound](root_bound) shows to be zero.

use super::eval::{PRECISIONS, evaluate_poly};
use super::form::{Atom, Poly};
use super::{Budget, Result, Trouble, root_bound};
use crate::math::interval::Precision;

/// Shows that a constant is not zero.
pub fn separate_from_zero(poly: &Poly, budget: &mut Budget) -> Result<()> {
    let poly = &without_base(poly);
    let bound = root_bound::separation_bits(poly);
    for bits in PRECISIONS {
        match evaluate_poly(poly, Precision::new(bits), budget) {
            Ok(value) if !value.contains_zero() => return Ok(()),
            Ok(value) => {
                if bound.is_some_and(|bound| root_bound::below(&value, bound)) {
                    return Err(Trouble::Undefined);
                }
            }
            Err(trouble) if trouble.may_yield_to_precision() => {}
            Err(_) => return Err(Trouble::Undecided),
        }
    }
    Err(Trouble::Undecided)
}

/// The form without the unknown base of `\log`, where every term has the same power of ln(base), which is not zero.
fn without_base(poly: &Poly) -> Poly {
    let parts: Vec<_> = poly.0.iter().map(|(monomial, c)| (monomial.without(&Atom::LogBase), c)).collect();
    match parts.split_first() {
        Some((((_, power), _), rest)) if rest.iter().all(|((_, other), _)| other == power) => {
            Poly(parts.into_iter().map(|((monomial, _), c)| (monomial, c.clone())).collect())
        }
        _ => poly.clone(),
    }
}
