//! The oracle's result types.

/// Why two answers are not equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// One of the two has no value anywhere, or neither has.
    NoValue,
    /// They have different values.
    Value,
    /// One has a value where the other has none.
    Domain,
    /// One has a value where the other has none over the reals, but their principal values over the complex numbers
    /// agree.
    RealDomain,
    /// Real points show no difference, but points off the real axis do.
    OffAxis,
    /// Relations with different solutions.
    Relation,
}

impl Fault {
    /// Whether the two are unequal under every convention. [`Fault::OffAxis`] is not certain, because symbols next to i
    /// may be meant to be real.
    pub fn is_certain(self) -> bool {
        self != Self::OffAxis
    }
}

/// A contradiction: the fault, and the point at which it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Contradiction {
    pub fault: Fault,
    pub at: String,
}

/// The oracle's opinion on two answers that the verifier calls equal.
#[derive(Debug, Clone, PartialEq)]
pub enum Opinion {
    /// They agreed at every point at which they could be compared.
    Agrees,
    /// They cannot be equal.
    Contradicts(Contradiction),
    /// Nothing could be compared.
    None,
}
