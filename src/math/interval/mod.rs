//! Certified numerics: real and complex enclosures at a precision that the caller chooses.
//!
//! Accepts exact integers and rationals and returns intervals that are proved to contain the true value of every
//! operation; rounding may only widen an interval. Refuses, with [`Undecided`], operations that have no value, that
//! this precision cannot decide, or that would take more memory or time than the precision accounts for. Nothing here
//! panics, and no result depends on the platform, the thread or earlier computations.
mod arithmetic;
mod complex;
mod complex_functions;
mod constants;
mod exponential;
mod fixed;
mod float;
mod hyperbolic;
mod inverse;
mod real;
mod series;
mod trigonometric;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod literature;
#[cfg(test)]
mod measure;

pub use complex::Complex;
pub use float::{Float, Round};
pub use real::Interval;

/// Why an operation has no enclosure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Undecided {
    /// The divisor's enclosure contains 0, or a pole lies within the argument.
    #[error("division by an enclosure that contains zero")]
    DivisionByZero,
    /// The argument's enclosure may lie on both sides of a branch cut, or contains the branch point and other numbers.
    #[error("the argument may lie on either side of a branch cut")]
    BranchCut,
    /// The value, or an intermediate result, exceeds the bounds of this module: more precision does not help.
    #[error("too large to compute")]
    TooLarge,
    /// Some of the argument lies outside the domain of the real function.
    #[error("outside the domain")]
    Domain,
    /// The enclosure is too wide for a discrete answer (floor, ceiling).
    #[error("the enclosure is too wide to decide")]
    TooWide,
}

impl Undecided {
    /// Whether the same computation from narrower enclosures may succeed.
    pub fn may_yield_to_precision(self) -> bool {
        self != Self::TooLarge
    }
}

/// A number of significant bits, always within [`Precision::MIN`] and [`Precision::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Precision(u32);

impl Precision {
    /// The fewest bits.
    pub const MIN: u32 = 32;
    /// The most bits.
    pub const MAX: u32 = 8192;
    /// The precision to begin with: 64 bits.
    pub const START: Self = Self(64);

    /// The precision nearest to `bits` within the bounds.
    pub fn new(bits: u32) -> Self {
        Self(bits.clamp(Self::MIN, Self::MAX))
    }
    /// The number of bits.
    pub fn bits(self) -> u32 {
        self.0
    }
    /// Approximate number of word products of one transcendental function at this precision, for budgets.
    pub fn work(self) -> u64 {
        let words = u64::from(self.0 / 64 + 2);
        let terms = u64::from(3 * self.0.isqrt());
        terms * (words * words + 16)
    }
    /// A precision with more bits, for intermediate results; may exceed [`Precision::MAX`].
    fn plus(self, guard: u32) -> Self {
        Self(self.0.saturating_add(guard))
    }
}
