//! The productions of scalar formulas, as templates, and formulas drawn from them.
//!
//! Accepts: a supply of choices and a depth. Few symbols and numbers, so that different formulas meet in value.

use super::choices::Choices;
use super::term::{Term, arity};

/// Templates with places, the frequent ones more than once.
pub const PRODUCTIONS: &[&str] = &[
    "<#0>+<#1>",
    "<#0>-<#1>",
    "<#0>\\cdot <#1>",
    "\\frac{#0}{#1}",
    "<#0>+<#1>",
    "<#0>-<#1>",
    "<#0>\\cdot <#1>",
    "\\frac{#0}{#1}",
    "-<#0>",
    "<#0>/<#1>",
    "<#0>^{2}",
    "<#0>^{3}",
    "<#0>^{-1}",
    "<#0>^{-2}",
    "<#0>^{0}",
    "<#0>^{\\frac{1}{2}}",
    "<#0>^{\\frac{1}{3}}",
    "<#0>^{\\frac{2}{3}}",
    "<#0>^{\\frac{3}{2}}",
    "<#0>^{-\\frac{1}{2}}",
    "<#0>^{\\frac{4}{2}}",
    "<#0>^{\\frac{2}{4}}",
    "<#0>^{0.5}",
    "<#0>^{#1}",
    "<#0>^{n}",
    "<#0>^{2n}",
    "<#0>^{n/2}",
    "<#0>^{1/n}",
    "\\sqrt{#0}",
    "\\sqrt{#0}",
    "\\sqrt[3]{#0}",
    "\\sqrt[4]{#0}",
    "\\sqrt[6]{#0}",
    "\\sqrt[n]{#0}",
    "|#0|",
    "|#0|",
    "\\ln(#0)",
    "\\ln(#0)",
    "\\log_{2}(#0)",
    "\\log_{#0}(#1)",
    "\\log(#0)",
    "\\lg(#0)",
    "e^{#0}",
    "\\exp(#0)",
    "2^{#0}",
    "(-1)^{#0}",
    "(-2)^{#0}",
    "\\sin(#0)",
    "\\cos(#0)",
    "\\tan(#0)",
    "\\cot(#0)",
    "\\sec(#0)",
    "\\csc(#0)",
    "\\sin^{2}(#0)",
    "\\cos^{2}(#0)",
    "\\arcsin(#0)",
    "\\arccos(#0)",
    "\\arctan(#0)",
    "\\arccot(#0)",
    "\\sin^{-1}(#0)",
    "\\sinh(#0)",
    "\\cosh(#0)",
    "\\tanh(#0)",
    "\\coth(#0)",
    "\\arsinh(#0)",
    "\\arcosh(#0)",
    "\\artanh(#0)",
    "<#0>!",
    "\\binom{#0}{#1}",
    "\\binom{#0}{2}",
    "\\binom{n}{#0}",
    "\\lfloor #0\\rfloor ",
    "\\lceil #0\\rceil ",
    "\\min(#0,#1)",
    "\\max(#0,#1)",
    "\\gcd(#0,#1)",
    "<#0>\\%",
    "<#0>^\\circ ",
    "e^{i<#0>}",
    "i<#0>",
    "\\sum_{k=1}^{3}<#0>",
    "\\sum_{k=1}^{3}(<#0>+k)",
    "\\sum_{k=0}^{2}<#0>^{k}",
    "\\prod_{k=1}^{3}(<#0>+k)",
    "\\begin{vmatrix}#0&#1\\\\1&2\\end{vmatrix}",
];

/// Numbers and constants.
const NUMBERS: &[&str] = &[
    "1",
    "2",
    "3",
    "0",
    "4",
    "5",
    "6",
    "8",
    "9",
    "-1",
    "-2",
    "-3",
    "-8",
    "10",
    "12",
    "\\frac{1}{2}",
    "\\frac{1}{3}",
    "-\\frac{1}{2}",
    "\\frac{2}{3}",
    "0.5",
    "1.5",
    "0.25",
    "2\\frac{1}{2}",
    "50\\%",
    "180^\\circ ",
    "\\pi ",
    "e",
    "\\sqrt{2}",
    "\\sqrt{3}",
    "\\frac{\\pi}{3}",
    "\\frac{\\pi}{4}",
    "\\ln 2",
];
const SYMBOLS: &[&str] = &["x", "y", "n"];

/// The leaves of one pair of formulas: few, so that they meet.
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

/// The leaves that a formula may be made smaller to.
pub fn smallest() -> impl Iterator<Item = Term> {
    SYMBOLS.iter().chain(&NUMBERS[..4]).map(|leaf| Term::leaf(leaf))
}
