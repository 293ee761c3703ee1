//! Exact algebra: canonical forms of numbers and formulas.
//!
//! Accepts: rational functions over ℚ in atoms (symbols, π, roots, exponentials, logarithms, trigonometric functions as e^{ix},
//! factorials, absolute values, unknown functions). Refuses: infinities, undefined values ([`Trouble::Undefined`]) and whatever
//! exceeds the [`Budget`] ([`Trouble::TooLarge`]). No floating point, no tolerance: what is equal in form is equal, wherever both
//! sides are defined over the reals, and the [`Domain`] that goes with a form says where that is; what differs in form may still be equal and is
//! left to [`super::scalar`].

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
    /// More work, more digits or larger exponents than the budget allows.
    TooLarge,
    /// No value: a division by zero, the logarithm of zero.
    Undefined,
    /// It is not known whether there is a value: a divisor that may be zero, a sign that may be the wrong one.
    Undecided,
    /// Not a number or formula (a list, a set, words).
    NotScalar,
}

/// The module's result.
pub type Result<T> = std::result::Result<T, Trouble>;
