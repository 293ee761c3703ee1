//! What a comparison found, and by which rule.
//!
//! Accepts: every end a comparison can have. Refuses: an equality without the rule that proves it.

use crate::Reason;

/// The result of comparing two answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// [`Reason::Equal`], or why not.
    pub reason: Reason,
    /// The rule that decided.
    pub rule: &'static str,
}

impl Decision {
    /// Proved equal by a rule.
    pub const fn equal(rule: &'static str) -> Self {
        Self { reason: Reason::Equal, rule }
    }

    /// Not equal, by a rule.
    pub const fn different(rule: &'static str) -> Self {
        Self { reason: Reason::Different, rule }
    }

    /// Not comparable, undecided or undefined.
    pub const fn not_equal(reason: Reason, rule: &'static str) -> Self {
        Self { reason, rule }
    }

    /// Whether the two are equal.
    pub fn is_equal(self) -> bool {
        self.reason == Reason::Equal
    }
}
