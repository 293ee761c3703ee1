//! Exact algebra: canonical forms of numbers and formulas.
//!
//! Accepts: rational functions over ℚ in atoms (symbols, π, roots, exponentials, logarithms, trigonometric functions as
//! e^{ix}, factorials, absolute values, unknown functions). Refuses: infinities, undefined values
//! ([`Trouble::Undefined`]) and forms that exceed the [`Budget`] ([`Trouble::TooLarge`]).
//!
//! There is no floating point and no tolerance. Two formulas with equal forms are equal wherever both are defined over
//! the reals; the [`Domain`] that is returned with a form describes where that is. Two formulas with different forms
//! may still be equal; [`super::scalar`] decides these cases.

mod absolute;
mod budget;
mod build;
mod canon;
mod certify;
mod conjugate;
mod display;
mod domain;
mod eval;
mod exponential;
mod extremum;
mod factor;
mod factorial;
mod form;
mod held;
mod independence;
mod logarithm;
mod monomial;
pub mod points;
mod poly;
mod power;
mod prime_powers;
mod product;
mod rational;
mod reality;
mod rewriting;
pub mod root_bound;
mod roots;
mod separate;
mod sum;
mod transcendental;
mod unit_root;
mod zeros;

pub use budget::Budget;
pub use build::{Formula, canonical, formula};
pub use canon::multiple_of;
pub use domain::Domain;
pub use eval::{PRECISIONS, evaluate, evaluate_poly, floor_of, sign_of};
pub use form::{Atom, Canon, Exponent, Monomial, Poly};
pub use held::{Held, Kinds, Measured};
pub use independence::independent;
pub use rewriting::{ROWS as REWRITINGS, Rewriting};
pub use separate::separate_from_zero;
pub use zeros::{apart, has_no_zero};

/// Why there is no canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The form needs more work, more digits or larger exponents than the budget allows.
    TooLarge,
    /// The formula has no value: a division by zero, the logarithm of zero.
    Undefined,
    /// It is not known whether the formula has a value: a divisor may be zero, or a sign may be the wrong one.
    Undecided,
    /// Not a number or formula (a list, a set, words).
    NotScalar,
}

/// The module's result.
pub type Result<T> = std::result::Result<T, Trouble>;
