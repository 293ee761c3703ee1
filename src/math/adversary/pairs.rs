//! Generated pairs of formulas that a verifier may wrongly call equal.
//!
//! Accepts: a source of choices. Every pair records the table row that it came from.

use super::choices::Choices;
use super::grammar::PRODUCTIONS;
use super::identities::{AROUND_ZERO, CONDITIONAL, Identity, SOUND, ZEROS};
use super::productions::Palette;
use super::term::{Term, arity};

/// Templates in which both sides are put, so that a wrong equality also takes effect inside other formulas.
const CONTEXTS: &[&str] = &[
    "#0",
    "#0",
    "#0",
    "<#0>+1",
    "2\\cdot <#0>",
    "\\frac{1}{#0}",
    "<#0>^{2}",
    "\\sqrt{#0}",
    "|#0|",
    "\\ln(#0)",
    "e^{#0}",
    "\\sin(#0)",
    "(#0,1)",
    "\\{#0,1\\}",
    "#0=y",
    "y=<#0>+1",
    "#0<y",
    "#0\\ge 0",
    "#0,7",
    "\\begin{pmatrix}#0\\\\1\\end{pmatrix}",
];

/// How a pair was generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// Two texts of any kind.
    Text,
    /// Two formulas drawn independently.
    Random,
    /// An identity without a condition.
    Sound,
    /// A rewriting whose condition need not be met.
    Conditional,
    /// Formulas that contain a term equal to zero.
    AroundZero,
    /// A pair of another origin, with a part of one side changed.
    Changed,
}

/// A pair of formulas.
#[derive(Debug, Clone)]
pub struct Pair {
    pub origin: Origin,
    /// The row of the table that the pair came from.
    pub row: &'static str,
    pub gold: Term,
    pub answer: Term,
}

impl Pair {
    /// A pair of any origin.
    pub fn draw(choices: &mut Choices<'_>) -> Self {
        let palette = Palette::draw(choices);
        let mut pair = match choices.below(10) {
            0 | 1 => Self::random(choices, &palette),
            2 | 3 => Self::identity(choices, &palette, Origin::Sound, SOUND),
            4..=7 => Self::identity(choices, &palette, Origin::Conditional, CONDITIONAL),
            _ => Self::around_zero(choices, &palette),
        };
        if choices.once_in(5) {
            let place = choices.below(pair.answer.size());
            let mut fresh = change(choices, &palette);
            pair.answer = pair.answer.changed(place, &mut |old| fresh(old));
            pair.origin = Origin::Changed;
        }
        let context = choices.pick(CONTEXTS);
        let within = |term: Term| Term { template: context, parts: vec![term] };
        let (left, right) = (within(pair.gold), within(pair.answer));
        let (gold, answer) = if choices.once_in(2) { (right, left) } else { (left, right) };
        Self { gold, answer, ..pair }
    }

    fn random(choices: &mut Choices<'_>, palette: &Palette) -> Self {
        Self { origin: Origin::Random, row: "", gold: palette.term(choices, 2), answer: palette.term(choices, 2) }
    }

    fn identity(choices: &mut Choices<'_>, palette: &Palette, origin: Origin, table: &[Identity]) -> Self {
        let (left, right) = choices.pick(table);
        let parts: Vec<Term> = (0..3).map(|_| palette.term(choices, 2)).collect();
        Self { origin, row: left, gold: Term::instance(left, &parts), answer: Term::instance(right, &parts) }
    }

    fn around_zero(choices: &mut Choices<'_>, palette: &Palette) -> Self {
        let inside: Vec<Term> = (0..2).map(|_| palette.term(choices, 1)).collect();
        let row = choices.pick(ZEROS);
        let zero = Term::instance(row, &inside);
        let (left, right) = choices.pick(AROUND_ZERO);
        let parts = [palette.term(choices, 1), palette.term(choices, 1), zero];
        Self { origin: Origin::AroundZero, row, gold: Term::instance(right, &parts), answer: Term::instance(left, &parts) }
    }
}

/// A replacement for a term: a leaf, another production with the same parts, or a production that contains the term.
fn change<'c>(choices: &'c mut Choices<'_>, palette: &'c Palette) -> impl FnMut(&Term) -> Term + 'c {
    move |old| match choices.below(3) {
        0 => palette.leaf(choices),
        1 => {
            let places = arity(old.template);
            let alike: Vec<&'static str> = PRODUCTIONS.iter().copied().filter(|template| arity(template) == places).collect();
            if places == 0 || alike.is_empty() {
                palette.leaf(choices)
            } else {
                Term { template: choices.pick(&alike), parts: old.parts.clone() }
            }
        }
        _ => {
            let alone: Vec<&'static str> = PRODUCTIONS.iter().copied().filter(|template| arity(template) == 1).collect();
            Term { template: choices.pick(&alone), parts: vec![old.clone()] }
        }
    }
}
