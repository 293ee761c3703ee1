//! What the oracle can say.

/// Why two answers are not equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Neither has a value anywhere, or one of them has none.
    NoValue,
    /// They have different values.
    Value,
    /// One has a value where the other has none.
    Domain,
    /// So it is over the reals, but their principal values over the complex numbers agree.
    RealDomain,
    /// Real points show no difference, points off the axis do.
    OffAxis,
    /// Relations that are no multiples of each other.
    Relation,
}

impl Fault {
    /// Whether no reading makes the two equal. Symbols beside i may be meant to be real.
    pub fn is_certain(self) -> bool {
        self != Self::OffAxis
    }
}

/// A contradiction: what is wrong, and where it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Contradiction {
    pub fault: Fault,
    pub at: String,
}

/// What the oracle says of two answers that are said to be equal.
#[derive(Debug, Clone, PartialEq)]
pub enum Opinion {
    /// They agreed wherever they could be compared.
    Agrees,
    /// They cannot be equal.
    Contradicts(Contradiction),
    /// Nothing could be compared.
    None,
}
