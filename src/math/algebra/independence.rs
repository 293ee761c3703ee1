//! Forms whose terms are linearly independent, so that a form that is not zero syntactically is not zero as a number.
//!
//! Accepts: any form. "No" means that none of the theorems named here applies.

use num_traits::{One, Signed};

use super::form::{Atom, Exponent, Poly};
use super::held::Kinds;

/// Whether distinct monomials in the atoms of a form are known to be linearly independent over ℚ: free symbols and
/// unknown functions of simple arguments, square-free radicals of primes (Besicovitch, "On the linear independence of
/// fractional powers of integers", 1940), i, and either π (Lindemann 1882) or e (Hermite 1873) but not both.
pub fn independent(poly: &Poly) -> bool {
    let simple = |kinds: Kinds| kinds.only(Kinds::FREE | Kinds::PRIME | Kinds::CALL);
    let (mut pi, mut e) = (false, false);
    for (atom, exponent) in poly.0.iter().flat_map(|(monomial, _)| monomial.0.iter()) {
        match atom {
            Atom::Symbol(_) | Atom::Imaginary => {}
            Atom::Prime(prime) => {
                if prime.bits() > 20 || exponent.is_negative() || *exponent >= Exponent::one() {
                    return false;
                }
            }
            Atom::Apply(_, held) if simple(held.kinds()) => {}
            Atom::Factorial(held) if simple(held.kinds()) => {}
            Atom::Pi => pi = true,
            Atom::Exp(power) if power.is_one() => e = true,
            _ => return false,
        }
    }
    !(pi && e)
}
