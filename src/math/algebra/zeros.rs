//! Where syntax alone shows a form to be zero: nowhere, at most on a set without volume, or unknown.
//!
//! Accepts: any form. "No" means not shown: a form may have no zero although syntax does not show it.

use num_rational::BigRational;
use num_traits::{One, Signed};

use super::form::{Atom, Exponent, Monomial, Poly};
use super::held::{Kinds, Measured};
use super::independence::independent;
use super::reality::{self, signed_part};

/// A form divided by its content, with its last coefficient positive: it has the same zeros.
pub fn without_content(poly: &Poly) -> Poly {
    let mut content = poly.content();
    if poly.leading().is_negative() {
        content = -content;
    }
    if content.is_one() { poly.clone() } else { Poly(poly.0.iter().map(|(m, c)| (m.clone(), c / &content)).collect()) }
}

/// Whether syntax alone guarantees that the number `poly` is not zero, or that the function `poly` is not the zero
/// function.
pub fn surely_not_zero(poly: &Poly) -> bool {
    match poly.0.as_slice() {
        [] => false,
        [(monomial, _)] => no_factor_is_zero(monomial),
        // Two terms whose quotient is a power of something that is not constant.
        [(one, _), (other, _)] if no_factor_is_zero(one) && simple_quotient(one, other) => true,
        // An unknown function may take any value, and two indices may be equal, so neither counts as independent.
        _ => independent(poly) && !poly.kinds().any(Kinds::CALL) && poly.0.iter().all(|(monomial, _)| has_plain_names(monomial)),
    }
}

/// Whether no symbol has a computed index: `x_{n+1}` may equal `x_{1+n}`.
fn has_plain_names(monomial: &Monomial) -> bool {
    monomial.0.iter().all(|(atom, _)| match atom {
        Atom::Symbol(name) => is_plain(name),
        _ => true,
    })
}

fn is_plain(name: &str) -> bool {
    !name.contains(['+', '-', '*', '/', '(', '^', ','])
}

fn no_factor_is_zero(monomial: &Monomial) -> bool {
    monomial.0.iter().all(|(atom, _)| match atom {
        Atom::Prime(_) | Atom::Imaginary | Atom::Pi | Atom::LogBase | Atom::Symbol(_) | Atom::Exp(_) | Atom::Cis(_) => true,
        // 1/Γ is entire: a factorial is zero nowhere.
        Atom::Factorial(_) => true,
        Atom::Abs(inner) | Atom::Base(inner) => surely_not_zero(inner),
        _ => false,
    })
}

/// Whether syntax alone guarantees that a form is zero nowhere: a positive constant plus terms that are not negative,
/// or one positive term.
pub fn has_no_zero(poly: &Poly) -> bool {
    let constant = poly.0.first().is_some_and(|(monomial, c)| monomial.is_one() && c.is_positive());
    let nonnegative = |(monomial, c): &(Monomial, BigRational)| {
        c.is_positive()
            && monomial.0.iter().all(|(atom, exponent)| !exponent.is_negative() && reality::is_nonnegative(atom, *exponent))
    };
    let power = |atom: &Atom| matches!(atom, Atom::Exp(_) | Atom::Prime(_) | Atom::Pi | Atom::Factorial(_));
    let positive =
        |(monomial, _): &(Monomial, BigRational)| monomial.0.iter().all(|(atom, _)| power(atom) && reality::is_positive_atom(atom));
    (constant && poly.0.iter().all(nonnegative)) || (poly.0.len() == 1 && poly.0.iter().all(positive))
}

/// Whether syntax alone guarantees that a divisor and a numerator have no common zero: the divisor is a symbol, and the
/// numerator at the zero of that symbol is a nonzero constant.
pub fn apart(divisor: &Poly, numerator: &Poly) -> bool {
    let Some((monomial, _)) = divisor.single() else { return false };
    let [(symbol @ Atom::Symbol(_), _)] = monomial.0.as_slice() else { return false };
    // The terms with the lowest power of the symbol are what is left at zero, after multiplication by the inverse of
    // that power.
    let exponent = |m: &Monomial| m.0.iter().find(|(atom, _)| atom == symbol).map_or_else(Exponent::default, |(_, e)| *e);
    let Some(lowest) = numerator.0.iter().map(|(m, _)| exponent(m)).min() else { return false };
    let left =
        Poly(numerator.0.iter().filter(|(m, _)| exponent(m) == lowest).map(|(m, c)| (m.without(symbol).0, c.clone())).collect());
    left.is_constant() && lowest <= Exponent::default() && surely_not_zero(&left)
}

/// Whether the quotient of two monomials is a power of one symbol, or of e or e^i to a multiple of symbols.
fn simple_quotient(one: &Monomial, other: &Monomial) -> bool {
    let Ok(inverse) = other.raised(-Exponent::one()) else { return false };
    let Ok(quotient) = one.times(&inverse) else { return false };
    let symbols = |monomial: &Monomial| {
        monomial.0.iter().any(|(atom, _)| matches!(atom, Atom::Symbol(_)))
            && monomial.0.iter().all(|(atom, _)| matches!(atom, Atom::Symbol(_) | Atom::Prime(_)))
    };
    match quotient.0.as_slice() {
        [(Atom::Symbol(_), _)] => true,
        [(Atom::Exp(power) | Atom::Cis(power), _)] => symbols(power),
        // i next to a function of symbols, as in sin x = (e^{ix} − e^{−ix})/2i.
        [(Atom::Imaginary, _), (Atom::Cis(power), _)] => symbols(power),
        _ => false,
    }
}

/// Whether the zeros of `poly` have no volume as soon as one value is not zero: `poly` is analytic on a connected
/// domain.
pub fn vanishes_thinly(poly: &Poly) -> bool {
    poly.0.iter().all(|(monomial, _)| monomial.0.iter().all(|(atom, _)| is_analytic(atom)))
}

fn is_analytic(atom: &Atom) -> bool {
    let monomial = |monomial: &Monomial| monomial.0.iter().all(|(atom, _)| is_analytic(atom));
    match atom {
        Atom::Prime(_) | Atom::Imaginary | Atom::Pi | Atom::LogBase => true,
        Atom::Symbol(name) => is_plain(name),
        Atom::Exp(held) | Atom::Cis(held) => monomial(held),
        Atom::Ln(inner) | Atom::Base(inner) => inner.is_constant() || is_connected(inner),
        Atom::Factorial(inner) => vanishes_thinly(inner),
        _ => false,
    }
}

/// Whether {P > 0} is the whole space or a half space.
fn is_connected(poly: &Poly) -> bool {
    let linear = |(monomial, _): &(Monomial, BigRational)| match monomial.0.as_slice() {
        [] => true,
        [(Atom::Symbol(_), one)] => one.is_one(),
        _ => false,
    };
    signed_part(poly).is_none() || poly.0.iter().all(linear)
}
