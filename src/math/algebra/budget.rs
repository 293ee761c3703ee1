//! The work budget of one comparison, and the domain needs of the formula being built.
//!
//! Work is charged before it is done. Once the budget is used up, every further charge fails with
//! [`Trouble::TooLarge`].
//!
//! One unit is the cost of one step of the algebra, about a sixth of a microsecond; the methods of [`Budget`] say what
//! each kind of work is charged. The budget counts units and does not read a clock, so that verdicts do not depend on
//! the machine. `benches/measure/bounds.rs` measures how long a unit takes.

use num_rational::BigRational;

use super::domain::Domain;
use super::rewriting::{Rewriting, Used};
use super::{Result, Trouble, rational};
use crate::math::interval::Precision;

/// Largest number of bits of a power that is written out; a longer one stays a power.
pub const MAX_BITS: u64 = 1 << 15;
/// Products of machine words that one unit pays for when enclosures are computed.
const WORD_PRODUCTS: u64 = 24;

/// The work allowed for one comparison.
#[derive(Debug, Clone)]
pub struct Budget {
    left: u64,
    used: u64,
    /// What must hold for the formula being built to have a value.
    pub(super) domain: Domain,
    /// Which rewritings were used.
    pub rewritings: Used,
}

impl Budget {
    /// A budget of `units` units.
    pub fn new(units: u64) -> Self {
        Self { left: units, used: 0, domain: Domain::default(), rewritings: Used::default() }
    }

    /// Charges `units`, and one more for the call. Work that is refused is not counted as used.
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

    /// Whether so many units are left.
    pub fn affords(&self, units: u64) -> bool {
        self.left > units
    }

    /// Charges for arithmetic on a number of this size.
    pub fn bits(&mut self, value: &BigRational) -> Result<()> {
        let (top, low) = (value.numer().bits() / 64, value.denom().bits() / 64);
        let limbs = top + low;
        if limbs == 0 {
            return self.spend(1);
        }
        if limbs > 4 * MAX_BITS / 64 {
            return Err(Trouble::TooLarge);
        }
        // A product of n limbs takes n² limb operations, and one unit pays for some hundreds of them; the gcd of two
        // long numbers takes one pass per bit.
        let gcd = if rational::power_of_two(value.denom()).is_some() { 0 } else { 2 * top * low };
        self.spend(limbs + limbs * limbs / 128 + gcd)
    }

    /// Charges for adding long numbers (more than 128 bits). Moving the terms of a sum is charged elsewhere.
    pub fn long(&mut self, value: &BigRational) -> Result<()> {
        if value.numer().bits() + value.denom().bits() > 128 { self.bits(value) } else { Ok(()) }
    }

    /// Charges for multiplying `count` integers up to `largest`, one after the other.
    pub fn product(&mut self, count: u64, largest: u64) -> Result<()> {
        let limbs = count.saturating_mul(u64::from(64 - largest.leading_zeros())) / 64;
        // On average a factor meets half of the limbs of the product; one unit pays for some hundreds of limb
        // operations.
        self.spend(limbs.saturating_add(limbs.saturating_mul(limbs) / 256))
    }

    /// Charges for the product of two monomials that have `count` atoms in total, beyond the cost of two powers.
    pub fn factors(&mut self, count: u64) -> Result<()> {
        if count > 2 { self.spend(count) } else { Ok(()) }
    }

    /// Charges for `count` products of enclosures.
    pub fn products(&mut self, count: u64, precision: Precision) -> Result<()> {
        let words = u64::from(precision.bits() / 64 + 2);
        self.spend(count.saturating_mul(words * words / WORD_PRODUCTS + 2))
    }

    /// Charges for one transcendental function at a precision.
    pub fn function(&mut self, precision: Precision) -> Result<()> {
        self.spend(precision.work() / WORD_PRODUCTS)
    }

    /// Records that a rewriting was used.
    pub(super) fn rewrite(&mut self, rewriting: Rewriting) {
        self.rewritings.note(rewriting);
    }

    /// Units used so far.
    pub fn used(&self) -> u64 {
        self.used
    }
}
