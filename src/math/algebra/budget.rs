//! The meter of one comparison, and the needs of the formula being built.
//!
//! Accepts: charges, made before the work they pay for. Refuses: to go on once the budget is used up ([`Trouble::TooLarge`]).
//!
//! One unit is what a step of the algebra takes, about a sixth of a microsecond; [`Budget`]'s methods say what each kind of work is charged. A count and
//! no clock, so that verdicts do not depend on the machine; `examples/bounds.rs` measures how long a unit takes.

use num_rational::BigRational;

use super::domain::Domain;
use super::rewriting::{Rewriting, Used};
use super::{Result, Trouble, rational};
use crate::math::interval::Precision;

/// Bits a written-out power may have; beyond, it stays a power.
pub const MAX_BITS: u64 = 1 << 15;
/// Word products that one unit pays for, in enclosures.
const WORD_PRODUCTS: u64 = 24;

/// Work allowed for one comparison.
#[derive(Debug, Clone)]
pub struct Budget {
    left: u64,
    used: u64,
    /// What the formula being built needs to have a value.
    pub(super) domain: Domain,
    /// Which rewritings were used.
    pub rewritings: Used,
}

impl Budget {
    /// A budget of so many units.
    pub fn new(units: u64) -> Self {
        Self { left: units, used: 0, domain: Domain::default(), rewritings: Used::default() }
    }

    /// Uses units, and one for the call. What is refused is not done, and not counted as used.
    pub fn spend(&mut self, units: u64) -> Result<()> {
        let units = units.saturating_add(1);
        match self.left.checked_sub(units) {
            Some(left) => {
                self.left = left;
                self.used += units;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(Trouble::TooLarge)
            }
        }
    }

    /// Uses what arithmetic on a number of this size takes.
    pub fn bits(&mut self, value: &BigRational) -> Result<()> {
        let (top, low) = (value.numer().bits() / 64, value.denom().bits() / 64);
        let limbs = top + low;
        if limbs == 0 {
            return self.spend(1);
        }
        if limbs > 4 * MAX_BITS / 64 {
            return Err(Trouble::TooLarge);
        }
        // A product of n limbs is n² limb operations, of which a unit is some hundreds; a gcd of two long numbers takes a pass a bit.
        let gcd = if rational::power_of_two(value.denom()).is_some() { 0 } else { 2 * top * low };
        self.spend(limbs + limbs * limbs / 128 + gcd)
    }

    /// Uses what a sum takes that costs more than moving its terms: that of long numbers.
    pub fn long(&mut self, value: &BigRational) -> Result<()> {
        if value.numer().bits() + value.denom().bits() > 128 { self.bits(value) } else { Ok(()) }
    }

    /// Uses what the product of `count` integers up to `largest` takes, one after the other.
    pub fn product(&mut self, count: u64, largest: u64) -> Result<()> {
        let limbs = count.saturating_mul(u64::from(64 - largest.leading_zeros())) / 64;
        // Half of the limbs on average, of which a unit is some hundreds.
        self.spend(limbs.saturating_add(limbs.saturating_mul(limbs) / 256))
    }

    /// Uses what monomials with so many atoms take beyond those of two powers.
    pub fn factors(&mut self, count: u64) -> Result<()> {
        if count > 2 { self.spend(count) } else { Ok(()) }
    }

    /// Uses what so many products of enclosures take.
    pub fn products(&mut self, count: u64, precision: Precision) -> Result<()> {
        let words = u64::from(precision.bits() / 64 + 2);
        self.spend(count.saturating_mul(words * words / WORD_PRODUCTS + 2))
    }

    /// Uses what a transcendental function takes at a precision.
    pub fn function(&mut self, precision: Precision) -> Result<()> {
        self.spend(precision.work() / WORD_PRODUCTS)
    }

    /// Takes note of a rewriting.
    pub(super) fn rewrite(&mut self, rewriting: Rewriting) {
        self.rewritings.note(rewriting);
    }

    /// Units used so far.
    pub fn used(&self) -> u64 {
        self.used
    }
}
