//! The result of a comparison of two answers: the reason, and the rule that decided.
//!
//! Every result names a rule, so there is no equality without the rule that proves it.

use crate::{Reason, Rule};

/// The result of comparing two answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// [`Reason::Equal`], or why the answers do not count as equal.
    pub reason: Reason,
    /// The rule that decided.
    pub rule: Rule,
}

impl Decision {
    /// The answers are proved equal by this rule.
    pub const fn equal(rule: Rule) -> Self {
        Self { reason: Reason::Equal, rule }
    }

    /// The answers are not equal, by this rule.
    pub const fn different(rule: Rule) -> Self {
        Self { reason: Reason::Different, rule }
    }

    /// The answers are proved equal (`equal`) or not equal, by this rule.
    pub const fn of(equal: bool, rule: Rule) -> Self {
        if equal { Self::equal(rule) } else { Self::different(rule) }
    }

    /// The answers do not count as equal for a reason other than a difference: not comparable, undecided or undefined,
    /// for example.
    pub const fn not_equal(reason: Reason, rule: Rule) -> Self {
        Self { reason, rule }
    }

    /// Whether the two are equal.
    pub fn is_equal(self) -> bool {
        self.reason == Reason::Equal
    }
}
