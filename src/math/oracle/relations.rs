//! Equations and inequalities: wherever one holds, the other must hold.
//!
//! Accepts: relations of two sides with one sign. There is no opinion on chains, memberships and relations with an
//! empty side.

use std::sync::Arc;

use super::ball::{Plane, Trouble, Value};
use super::evaluate::Evaluator;
use super::opinion::{Contradiction, Fault, Opinion};
use super::points::{self, Kind, Point};
use super::symbols::{has_imaginary, symbols_of};
use crate::math::node::{Node, RelOp};

/// A relation as (left − right) ∘ 0.
struct Zero<'n> {
    left: &'n Node,
    op: RelOp,
    right: &'n Node,
}

impl<'n> Zero<'n> {
    /// Swaps the sides where needed, so that an inequality has the sign `<` or `≤`.
    fn of(sides: &'n [Node], ops: &[RelOp]) -> Option<Self> {
        let ([left, right], [op]) = (sides, ops) else { return None };
        match op {
            RelOp::Equal | RelOp::NotEqual | RelOp::Less | RelOp::LessEqual => Some(Self { left, op: *op, right }),
            RelOp::Greater => Some(Self { left: right, op: RelOp::Less, right: left }),
            RelOp::GreaterEqual => Some(Self { left: right, op: RelOp::LessEqual, right: left }),
            RelOp::Approx | RelOp::In | RelOp::To => None,
        }
    }

    fn at(&self, point: Point, symbols: &[Arc<str>]) -> Value {
        self.value(point, symbols, Plane::Real)
    }

    fn value(&self, point: Point, symbols: &[Arc<str>], plane: Plane) -> Value {
        let mut evaluator = Evaluator { symbols, point, plane, bound: Vec::new() };
        Ok(evaluator.value(self.left)? - evaluator.value(self.right)?)
    }
}

/// Whether two relations may have the same meaning: inequalities hold at the same points, and equations have the same
/// zeros along each axis.
pub fn opinion(gs: &[Node], go: &[RelOp], as_: &[Node], ao: &[RelOp]) -> Opinion {
    let (Some(gold), Some(answer)) = (Zero::of(gs, go), Zero::of(as_, ao)) else { return Opinion::None };
    let nodes = [gold.left, gold.right, answer.left, answer.right];
    let symbols = symbols_of(&nodes);
    if symbols.is_empty() || nodes.into_iter().any(has_imaginary) {
        return Opinion::None;
    }
    let contradiction = |fault, at| Opinion::Contradicts(Contradiction { fault, at });
    if gold.op != answer.op {
        return contradiction(Fault::Relation, format!("{:?} against {:?}", gold.op, answer.op));
    }
    let ordered = matches!(gold.op, RelOp::Less | RelOp::LessEqual);
    let (mut seen, mut apart, mut turned) = (0, Vec::new(), Vec::new());
    for point in points::real().filter(|point| point.kind == Kind::Generic) {
        match (gold.at(point, &symbols), answer.at(point, &symbols)) {
            (Ok(p), Ok(q)) => {
                let (Ok(false), Ok(false)) = (p.is_zero(), q.is_zero()) else { continue };
                seen += 1;
                if ordered && p.is_real() && q.is_real() && (p.re < 0.0) != (q.re < 0.0) {
                    turned.push(point.shown(&symbols));
                }
            }
            (Ok(_), Err(Trouble::Undefined)) | (Err(Trouble::Undefined), Ok(_)) => apart.push(point),
            _ => {}
        }
    }
    if turned.len() > 1 {
        return contradiction(Fault::Relation, format!("{}: only one holds", turned.swap_remove(0)));
    }
    if let [point, _, ..] = apart.as_slice() {
        let both = gold.value(*point, &symbols, Plane::Extended).is_ok() && answer.value(*point, &symbols, Plane::Extended).is_ok();
        return contradiction(if both { Fault::RealDomain } else { Fault::Domain }, point.shown(&symbols));
    }
    for (gold, answer) in [(&gold, &answer), (&answer, &gold)] {
        if let Some(at) = lost_zero(gold, answer, &symbols) {
            return contradiction(Fault::Relation, format!("{at}: a zero of one side only"));
        }
    }
    if seen > 0 { Opinion::Agrees } else { Opinion::None }
}

/// A zero of one difference, found by a change of sign along an axis, that is not a zero of the other.
fn lost_zero(one: &Zero<'_>, other: &Zero<'_>, symbols: &[Arc<str>]) -> Option<String> {
    const STEPS: i32 = 60;
    for point in points::real().take(2) {
        for symbol in 0..symbols.len().min(2) {
            let at = |relation: &Zero<'_>, x: f64| {
                relation
                    .at(point.moved(symbol, x), symbols)
                    .ok()
                    .filter(|ball| ball.is_real() && ball.error <= 1e-9 * (1.0 + ball.size()))
                    .map(|ball| ball.re)
            };
            let place = |step: i32| f64::from(step) * 0.216_739 - 6.513;
            for step in 0..STEPS {
                let (mut low, mut high) = (place(step), place(step + 1));
                let (Some(first), Some(last)) = (at(one, low), at(one, high)) else { continue };
                if first == 0.0 || last == 0.0 || (first < 0.0) == (last < 0.0) {
                    continue;
                }
                for _ in 0..60 {
                    let middle = f64::midpoint(low, high);
                    let Some(value) = at(one, middle) else { break };
                    if (value < 0.0) == (first < 0.0) { low = middle } else { high = middle }
                }
                // The sign also changes at a pole or a jump.
                let small = |x: f64| at(one, x).is_some_and(|value| value.abs() <= 1e-6 * first.abs().max(last.abs()));
                if high - low > 1e-9 || !small(low) || !small(high) {
                    continue;
                }
                // At the zero itself a quotient has no value, so the values near the zero are compared: close to it
                // they must be smaller than farther away.
                let falls = |relation: &Zero<'_>| {
                    let largest =
                        |distance: f64| Some(at(relation, low - distance)?.abs().max(at(relation, high + distance)?.abs()));
                    Some(largest(1e-5)? < 0.3 * largest(1e-2)?)
                };
                if falls(one) == Some(true) && falls(other) == Some(false) {
                    return Some(point.moved(symbol, low).shown(symbols));
                }
            }
        }
    }
    None
}
