//! Exact algebra: canonical forms of numbers and formulas.
//!
//! Accepts: rational functions over ℚ in atoms (symbols, π, roots, exponentials, logarithms, trigonometric functions as e^{ix},
//! factorials, absolute values, unknown functions). Refuses: infinities, undefined values ([`Trouble::Undefined`]) and whatever
//! exceeds the [`Budget`] ([`Trouble::TooLarge`]). No floating point, no tolerance: what is equal in form is equal, wherever both
//! sides are defined over the reals; what differs in form may still be equal and is left to [`super::compare`].

mod build;
mod canon;
mod display;
mod eval;
mod factor;
mod monomial;
mod poly;
mod rational;
mod roots;
mod transcendental;
mod unit_root;

pub use build::canonical;
pub use canon::{Canon, multiple_of};
pub use eval::{PRECISIONS, evaluate, evaluate_poly, floor_of, sign_of};
pub use monomial::{Atom, Exponent, Monomial};
pub use poly::Poly;

use num_rational::BigRational;

/// Why there is no canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// More work, more digits or larger exponents than the budget allows.
    TooLarge,
    /// No value: a division by zero, the logarithm of zero.
    Undefined,
    /// Not a number or formula (a list, a set, words).
    NotScalar,
}

/// The module's result.
pub type Result<T> = std::result::Result<T, Trouble>;

/// Work allowed for one comparison, in steps of about a limb operation: a count, so that verdicts do not depend on the machine.
#[derive(Debug, Clone)]
pub struct Budget {
    left: u64,
    total: u64,
}

impl Budget {
    /// A budget of so many steps.
    pub fn new(steps: u64) -> Self {
        Self { left: steps, total: steps }
    }

    /// Uses steps.
    pub fn spend(&mut self, steps: usize) -> Result<()> {
        self.left = self.left.checked_sub(steps as u64 + 1).ok_or(Trouble::TooLarge)?;
        Ok(())
    }

    /// Uses the steps that arithmetic on a number of this size takes.
    pub fn bits(&mut self, value: &BigRational) -> Result<()> {
        let (top, low) = (value.numer().bits() / 64, value.denom().bits() / 64);
        let limbs = top + low;
        if limbs == 0 {
            return self.spend(1);
        }
        if limbs > 4 * poly::MAX_BITS / 64 {
            return Err(Trouble::TooLarge);
        }
        // A product of n limbs is n² limb operations, of which a step is some hundreds; a gcd of two long numbers takes a pass a bit.
        let steps = limbs + limbs * limbs / 128 + top * low / 2;
        self.spend(usize::try_from(steps).unwrap_or(usize::MAX))
    }

    /// Steps used so far.
    pub fn used(&self) -> u64 {
        self.total - self.left
    }
}
