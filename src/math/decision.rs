//! What a comparison found, and by which rule.
//!
//! Accepts: every end a comparison can have. Refuses: an equality without the rule that proves it.

use crate::{Reason, Rule};

/// The result of comparing two answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// [`Reason::Equal`], or why not.
    pub reason: Reason,
    /// The rule that decided.
    pub rule: Rule,
}

impl Decision {
    /// Proved equal by a rule.
    pub const fn equal(rule: Rule) -> Self {
        Self { reason: Reason::Equal, rule }
    }

    /// Not equal, by a rule.
    pub const fn different(rule: Rule) -> Self {
        Self { reason: Reason::Different, rule }
    }

    /// Proved equal or proved not to be, by a rule.
    pub const fn of(equal: bool, rule: Rule) -> Self {
        if equal { Self::equal(rule) } else { Self::different(rule) }
    }

    /// Not comparable, undecided or undefined.
    pub const fn not_equal(reason: Reason, rule: Rule) -> Self {
        Self { reason, rule }
    }

    /// Whether the two are equal.
    pub fn is_equal(self) -> bool {
        self.reason == Reason::Equal
    }
}
