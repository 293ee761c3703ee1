//! Sums and rational multiples of polynomials.
//!
//! The work is charged to the [`Budget`]; what exceeds it is [`Trouble::TooLarge`](super::Trouble::TooLarge).

use std::cmp::Ordering;

use num_rational::BigRational;
use num_traits::Zero;

use super::form::Poly;
use super::held::Measured;
use super::{Budget, Result, rational};

/// Number of atoms, counted with all their contents written out, that one unit pays for. It is more than one because most
/// contents are shared.
pub const SHARED: u64 = 8;

impl Poly {
    /// The cost of traversing it: its factors, and a fraction of the size of their contents, most of which are shared.
    fn weight(&self) -> u64 {
        let factors: usize = self.0.iter().map(|(monomial, _)| monomial.0.len().max(1)).sum();
        (factors as u64).saturating_add(self.size() / SHARED)
    }

    /// The sum.
    pub fn plus(&self, other: &Self, budget: &mut Budget) -> Result<Self> {
        budget.spend(self.weight().saturating_add(other.weight()))?;
        let mut terms = Vec::with_capacity(self.0.len() + other.0.len());
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        loop {
            match (left.peek(), right.peek()) {
                (Some(a), Some(b)) => match a.0.cmp(&b.0) {
                    Ordering::Less => terms.extend(left.next().cloned()),
                    Ordering::Greater => terms.extend(right.next().cloned()),
                    Ordering::Equal => {
                        budget.bits(&a.1)?;
                        budget.bits(&b.1)?;
                        let sum = rational::sum(&a.1, &b.1);
                        if !sum.is_zero() {
                            terms.push((a.0.clone(), sum));
                        }
                        left.next();
                        right.next();
                    }
                },
                (Some(_), None) => terms.extend(left.next().cloned()),
                (None, Some(_)) => terms.extend(right.next().cloned()),
                (None, None) => return Ok(Self(terms)),
            }
        }
    }

    /// self − other
    pub fn minus(&self, other: &Self, budget: &mut Budget) -> Result<Self> {
        self.plus(&other.negated(), budget)
    }

    /// A rational multiple.
    pub fn scaled(&self, factor: &BigRational, budget: &mut Budget) -> Result<Self> {
        if factor.is_zero() {
            return Ok(Self::zero());
        }
        budget.spend(self.weight())?;
        for (_, c) in &self.0 {
            budget.bits(c)?;
        }
        Ok(Self(self.0.iter().map(|(m, c)| (m.clone(), rational::product(c, factor))).collect()))
    }
}
