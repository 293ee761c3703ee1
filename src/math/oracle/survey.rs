//! Comparison of two formulas at many points.
//!
//! Accepts: any two trees. A tree that is not a formula has no known value at any point, and there is no opinion on it.

use std::sync::Arc;

use super::ball::{Plane, Trouble, Value};
use super::evaluate::Evaluator;
use super::opinion::{Contradiction, Fault, Opinion};
use super::points::{self, Kind, Point};
use super::symbols::{has_imaginary, has_log_base, symbols_of};
use crate::math::node::Node;

/// Compares two formulas over the reals, and over the complex numbers where i occurs or where they have no value over
/// the reals.
pub fn scalars(gold: &Node, answer: &Node) -> Opinion {
    let symbols = symbols_of(&[gold, answer]);
    if has_imaginary(gold) || has_imaginary(answer) {
        let on_axis = Survey::of(gold, answer, &symbols, points::real(), Plane::Complex).opinion(true);
        if on_axis != Opinion::Agrees || symbols.is_empty() {
            return on_axis;
        }
        return match Survey::of(gold, answer, &symbols, points::complex(), Plane::Complex).opinion(false) {
            Opinion::Contradicts(Contradiction { at, .. }) => Opinion::Contradicts(Contradiction { fault: Fault::OffAxis, at }),
            _ => on_axis,
        };
    }
    let survey = Survey::of(gold, answer, &symbols, points::real(), Plane::Real);
    let nowhere = survey.valued == [0, 0];
    let whole_only = survey.generic.is_empty() && !survey.whole.is_empty();
    let real = survey.opinion(true);
    let Opinion::Contradicts(Contradiction { fault: fault @ (Fault::NoValue | Fault::Domain), at }) = &real else { return real };
    match Survey::of(gold, answer, &symbols, points::real(), Plane::Extended).opinion(true) {
        // Not real at any point: √(−x²−4) and 2√(−x²/4−1), √(−x⁰) and √−1.
        Opinion::Agrees if *fault == Fault::NoValue => Opinion::Agrees,
        opinion @ (Opinion::Agrees | Opinion::None) if nowhere => opinion,
        // (−1)^x has a real value only at whole x, and other conventions give it complex values elsewhere.
        Opinion::Agrees if whole_only => Opinion::None,
        Opinion::Agrees => Opinion::Contradicts(Contradiction { fault: Fault::RealDomain, at: at.clone() }),
        Opinion::Contradicts(Contradiction { fault: Fault::Value, at }) if nowhere => {
            let fault = if symbols.is_empty() { Fault::Value } else { Fault::OffAxis };
            Opinion::Contradicts(Contradiction { fault, at })
        }
        _ => real,
    }
}

/// Whether a formula has a value nearly everywhere.
pub fn has_value(node: &Node) -> bool {
    let survey = Survey::of(node, node, &symbols_of(&[node]), points::real(), Plane::Real);
    4 * survey.valued[0] >= 3 * survey.points
}

/// The results at all points.
#[derive(Default)]
struct Survey {
    /// Number of points, and number of those at which both have a value.
    points: usize,
    both: usize,
    /// Number of points at which the left or the right side has a value.
    valued: [usize; 2],
    /// Points at which the values differ, as text.
    differ: Vec<String>,
    /// Number of generic points; number of those at which both sides have a value; and for the left and the right side,
    /// the number of those at which it has a value, and at which it is undefined.
    generic_points: usize,
    generic_both: usize,
    generic_valued: [usize; 2],
    generic_without: [usize; 2],
    /// Generic points, and whole ones, at which only one side has a value, as text.
    generic: Vec<String>,
    whole: Vec<String>,
}

impl Survey {
    fn of(gold: &Node, answer: &Node, symbols: &[Arc<str>], points: impl Iterator<Item = Point>, plane: Plane) -> Self {
        let mut survey = Self::default();
        // Without symbols, all points are equivalent.
        let points = points.take(if symbols.is_empty() && !has_log_base(gold) && !has_log_base(answer) { 1 } else { usize::MAX });
        for point in points {
            let value = |node: &Node| Evaluator { symbols, point, plane, bound: Vec::new() }.value(node);
            survey.note(point, symbols, value(gold), value(answer));
        }
        survey
    }

    fn note(&mut self, point: Point, symbols: &[Arc<str>], gold: Value, answer: Value) {
        self.points += 1;
        let generic = usize::from(point.kind == Kind::Generic);
        self.generic_points += generic;
        self.generic_both += generic * usize::from(gold.is_ok() && answer.is_ok());
        let place = || point.shown(symbols);
        for (side, value) in [gold, answer].into_iter().enumerate() {
            self.valued[side] += usize::from(value.is_ok());
            self.generic_valued[side] += generic * usize::from(value.is_ok());
            self.generic_without[side] += generic * usize::from(value == Err(Trouble::Undefined));
        }
        match (gold, answer) {
            (Ok(g), Ok(a)) => match g.is(a) {
                Ok(true) => self.both += 1,
                Ok(false) if (g - a).size() > 1e-9 * g.size().max(a.size()) => {
                    self.both += 1;
                    self.differ.push(format!("{} {g} against {a}", place()));
                }
                _ => {}
            },
            (Ok(value), Err(Trouble::Undefined)) | (Err(Trouble::Undefined), Ok(value)) => {
                let text = if gold.is_ok() {
                    format!("{} {value} against none", place())
                } else {
                    format!("{} none against {value}", place())
                };
                match point.kind {
                    Kind::Generic => self.generic.push(text),
                    Kind::Whole => self.whole.push(text),
                    Kind::Extreme => {}
                }
            }
            _ => {}
        }
    }

    /// `everywhere`: whether having no value at all points is a fault.
    fn opinion(mut self, everywhere: bool) -> Opinion {
        let contradiction = |fault, at| Opinion::Contradicts(Contradiction { fault, at });
        // At whole and at extreme points a value may be unknown, so only generic points count here.
        let nothing = |side: usize| {
            let other = self.generic_valued[1 - side] > 0 || self.valued == [0, 0];
            other && self.valued[side] == 0 && self.generic_without[side] == self.generic_points
        };
        if everywhere && (nothing(0) || nothing(1)) {
            return contradiction(Fault::NoValue, format!("{} points", self.points));
        }
        // A difference at only one of several points may be a rounding error.
        let few = usize::from(self.points > 1);
        if self.differ.len() > few {
            return contradiction(Fault::Value, self.differ.swap_remove(0));
        }
        // A missing value at a whole point may be a removable singularity. Three or more whole points at which only one
        // side has a value are a fault where no generic point has a value on both sides.
        if self.generic.len() > few || self.whole.len() >= 3 && self.generic_both == 0 {
            return contradiction(Fault::Domain, self.generic.into_iter().chain(self.whole).next().unwrap_or_default());
        }
        if self.both > 0 { Opinion::Agrees } else { Opinion::None }
    }
}
