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
        self.left = self.left.checked_sub((steps as u64).saturating_add(1)).ok_or(Trouble::TooLarge)?;
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
        let gcd = if rational::power_of_two(value.denom()).is_some() { 0 } else { 2 * top * low };
        let steps = limbs + limbs * limbs / 128 + gcd;
        self.spend(usize::try_from(steps).unwrap_or(usize::MAX))
    }

    /// Uses the steps that a sum takes which costs more than moving its terms: that of long numbers.
    pub fn long(&mut self, value: &BigRational) -> Result<()> {
        if value.numer().bits() + value.denom().bits() > 128 { self.bits(value) } else { Ok(()) }
    }

    /// Uses the steps that the product of `count` integers up to `largest` takes, one after the other.
    pub fn product(&mut self, count: u64, largest: u64) -> Result<()> {
        let limbs = count.saturating_mul(u64::from(64 - largest.leading_zeros())) / 64;
        // Half of the limbs on average, of which a step is some hundreds.
        let steps = limbs.saturating_add(limbs.saturating_mul(limbs) / 256);
        self.spend(usize::try_from(steps).unwrap_or(usize::MAX - 1))
    }

    /// Uses the steps that monomials of so many factors take beyond those of two powers.
    pub fn factors(&mut self, count: usize) -> Result<()> {
        if count > 2 { self.spend(count) } else { Ok(()) }
    }

    /// Steps used so far.
    pub fn used(&self) -> u64 {
        self.total - self.left
    }
}
