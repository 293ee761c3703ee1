//! Formulas drawn from the productions of the grammar.
//!
//! Accepts: a source of choices and a depth. Only a few symbols and numbers are used, so that different formulas often
//! have equal values.

use super::choices::Choices;
use super::grammar::{NUMBERS, PRODUCTIONS, SYMBOLS};
use super::term::{Term, arity};

/// The leaves of one pair of formulas; only a few, so that both formulas share them.
#[derive(Debug, Clone)]
pub struct Palette {
    leaves: Vec<&'static str>,
}

impl Palette {
    pub fn draw(choices: &mut Choices<'_>) -> Self {
        let mut leaves: Vec<&'static str> = (0..3).map(|_| choices.pick(NUMBERS)).collect();
        match choices.below(8) {
            0 => {}
            1..=4 => leaves.extend(["x"; 3]),
            5 => leaves.extend(["x", "x", "n"]),
            _ => leaves.extend(["x", "y", "x", "y"]),
        }
        if choices.once_in(10) {
            leaves.extend(["i", "i"]);
        }
        Self { leaves }
    }

    pub fn leaf(&self, choices: &mut Choices<'_>) -> Term {
        Term::leaf(choices.pick(&self.leaves))
    }

    /// A formula of at most this depth.
    pub fn term(&self, choices: &mut Choices<'_>, depth: usize) -> Term {
        if depth == 0 || choices.below(5) == 0 {
            return self.leaf(choices);
        }
        let template = choices.pick(PRODUCTIONS);
        let parts = (0..arity(template)).map(|_| self.term(choices, depth - 1)).collect();
        Term { template, parts }
    }
}

/// The leaves that may replace a part of a formula when a finding is reduced.
pub fn smallest() -> impl Iterator<Item = Term> {
    SYMBOLS.iter().chain(&NUMBERS[..4]).map(|leaf| Term::leaf(leaf))
}
