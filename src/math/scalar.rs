//! Decides whether two formulas are equal, by a fixed sequence of methods from literals to certified numerics.
//!
//! Accepts any two scalar trees. The methods, in order: exact literals ▸ a difference modulo a prime (proof of
//! difference) ▸ long numbers by their cross products ▸ exact canonical forms ▸ independence of the atoms (a nonzero form is a proof of difference) ▸
//! enclosures at growing precision (separated enclosures are a proof of difference) ▸ a root bound for algebraic
//! numbers (close enough is a proof of equality) ▸ the policy's numeric agreement of written decimals. Where none of
//! them decides, the result is [`Reason::Undecided`].

use std::sync::Arc;

use num_rational::BigRational;
use num_traits::{One, Signed};

use super::algebra::{
    self, Atom, Budget, Canon, Domain, Exponent, Formula, Held, Kinds, Measured, Monomial, PRECISIONS, Poly, Rewriting, Trouble,
    points, root_bound,
};
use super::decision::Decision;
use super::interval::{Complex, Precision, Undecided};
use super::node::{MulOp, Node, Sign};
use super::tolerance::Tolerance;
use super::{decimals, long, modular};
use crate::{Reason, Rule};

/// How near two numbers that are not equal may be.
#[derive(Debug, Clone, Copy)]
pub struct Closeness<'p> {
    /// A decimal with at least this many significant digits may agree numerically with an exact value; 0: never.
    pub decimals: u32,
    /// How far an answer may be from the reference; `None`: only equal numbers are equal.
    pub tolerance: Option<&'p Tolerance>,
}

impl Closeness<'_> {
    /// Only equal numbers are equal.
    pub const EXACT: Self = Self { decimals: 0, tolerance: None };

    fn is_exact(self) -> bool {
        self.decimals == 0 && self.tolerance.is_none()
    }
}

/// Decides whether two formulas are equal, or two numbers near enough.
pub fn compare(gold: &Node, answer: &Node, near: Closeness<'_>, budget: &mut Budget) -> Decision {
    let digits = near.decimals;
    if let (Some(a), Some(b)) = (gold.literal(), answer.literal()) {
        if a == b {
            return Decision::equal(Rule::Rational);
        }
        return if digits > 0 && decimals::agree_exactly(gold, answer, digits) {
            Decision::equal(Rule::Decimals)
        } else if near.tolerance.is_some_and(|tolerance| tolerance.admits(a, b)) {
            Decision::equal(Rule::Tolerance)
        } else {
            Decision::different(Rule::Rational)
        };
    }
    // The same tree: equal where it has a value.
    if gold == answer {
        if has_value(gold) {
            return Decision::equal(Rule::Identical);
        }
        return match algebra::canonical(gold, budget) {
            Ok(_) => Decision::equal(Rule::Canonical),
            Err(trouble) => trouble_decision(trouble),
        };
    }
    // Skipped where numbers may be rounded: they may agree with a value that they differ from.
    if near.is_exact() && modular::refuted(gold, answer, budget) {
        return Decision::different(Rule::Modular);
    }
    match long::equal(gold, answer, budget) {
        Some(true) => return Decision::equal(Rule::Canonical),
        Some(false) if near.is_exact() => return Decision::different(Rule::Canonical),
        _ => {}
    }
    let left = match algebra::formula(gold, budget) {
        Ok(formula) => formula,
        Err(trouble) => return trouble_decision(trouble),
    };
    let right = match algebra::formula(answer, budget) {
        Ok(formula) => formula,
        Err(trouble) => return trouble_decision(trouble),
    };
    let decision = formulas(&left, &right, budget);
    let constant = left.canon.is_constant() && right.canon.is_constant();
    if decision.is_equal() || near.is_exact() || !constant || decision.reason == Reason::Undefined {
        return decision;
    }
    if digits > 0 && decimals::agree(gold, &left.canon, answer, &right.canon, digits, budget) {
        return Decision::equal(Rule::Decimals);
    }
    match near.tolerance {
        Some(tolerance) if tolerance.admits_value(&left.canon, &right.canon, budget) => Decision::equal(Rule::Tolerance),
        _ => decision,
    }
}

/// Whether syntax alone guarantees that the formula is defined for all values of its symbols: sums, products and whole
/// powers of numbers and symbols, divided by positive literals only.
pub fn has_value(node: &Node) -> bool {
    let positive = |node: &Node| node.literal().is_some_and(Signed::is_positive);
    match node {
        Node::Number(_) | Node::Decimal { .. } | Node::Based { .. } => true,
        Node::Symbol(_) | Node::Pi | Node::Euler | Node::Imaginary => true,
        Node::Sum(terms) => terms.iter().all(|(sign, term)| matches!(sign, Sign::Plus | Sign::Minus) && has_value(term)),
        Node::Product(factors) => factors.iter().all(|(op, factor)| positive(factor) || (*op == MulOp::Times && has_value(factor))),
        Node::Power(base, exponent) => {
            positive(exponent) && exponent.literal().is_some_and(BigRational::is_integer) && has_value(base)
        }
        Node::Root(None, argument) => positive(argument),
        Node::Percent(value) => has_value(value),
        Node::Apply(_, arguments) => arguments.iter().all(has_value),
        _ => false,
    }
}

fn trouble_decision(trouble: Trouble) -> Decision {
    match trouble {
        Trouble::TooLarge => Decision::not_equal(Reason::TooLarge, Rule::Budget),
        Trouble::Undefined => Decision::not_equal(Reason::Undefined, Rule::Undefined),
        Trouble::Undecided => Decision::not_equal(Reason::Undecided, Rule::Domain),
        Trouble::NotScalar => Decision::not_equal(Reason::WrongKind, Rule::Kind),
    }
}

/// Decides whether two formulas are equal: whether they have the same value and are defined for the same values of
/// their symbols.
pub fn formulas(left: &Formula, right: &Formula, budget: &mut Budget) -> Decision {
    let decision = forms(&left.canon, &right.canon, &left.domain, budget);
    if !decision.is_equal() {
        return decision;
    }
    match same_places(&left.domain, &right.domain, budget) {
        Ok(()) => decision,
        Err(trouble) => trouble_decision(trouble),
    }
}

/// Shows that two formulas are defined for the same values of their symbols, and for one choice of values at least.
pub fn same_places(left: &Domain, right: &Domain, budget: &mut Budget) -> algebra::Result<()> {
    // A simplification that holds for real symbols proves nothing for complex ones.
    if (left.complex || right.complex) && (left.real || right.real) {
        return Err(Trouble::Undecided);
    }
    if !left.same(right) {
        return Err(Trouble::Undecided);
    }
    left.certify(budget)?;
    right.certify(budget)
}

/// Decides whether two canonical forms have the same value wherever both are defined; those places lie within `domain`.
pub fn forms(left: &Canon, right: &Canon, domain: &Domain, budget: &mut Budget) -> Decision {
    let difference = match left.difference(right, budget) {
        Ok(difference) => difference,
        Err(trouble) => return trouble_decision(trouble),
    };
    if difference.is_zero() {
        return Decision::equal(Rule::Canonical);
    }
    let difference = match with_domain(&difference, domain, budget) {
        Ok(Some(reduced)) if reduced.is_zero() => return Decision::equal(Rule::Canonical),
        Ok(Some(reduced)) => reduced,
        Ok(None) => difference,
        Err(trouble) => return trouble_decision(trouble),
    };
    if algebra::independent(&difference) {
        return Decision::different(Rule::Canonical);
    }
    if difference.is_constant() { constant(&difference, budget) } else { sampled(left, right, domain, budget) }
}

/// Rewrites |p| as p where p is positive in the domain, and as −p where −p is positive there.
fn with_domain(difference: &Poly, domain: &Domain, budget: &mut Budget) -> algebra::Result<Option<Poly>> {
    if !difference.kinds().any(Kinds::ABS) || domain.is_everything() {
        return Ok(None);
    }
    let mut total = Poly::zero();
    for (monomial, coefficient) in &difference.0 {
        let mut term = Poly::constant(coefficient.clone());
        for (atom, exponent) in &monomial.0 {
            let factor = match atom {
                Atom::Abs(inner) if domain.surely_positive(inner) => {
                    budget.rewritings.note(Rewriting::AbsOfPositive);
                    positive_power(inner, *exponent, budget)?
                }
                Atom::Abs(inner) if exponent.is_integer() && !exponent.is_negative() => {
                    let opposite = inner.negated();
                    if domain.surely_positive(&opposite) {
                        opposite.power(exponent.to_integer().unsigned_abs(), budget)?
                    } else {
                        Poly::term(Monomial::power(atom.clone(), *exponent), BigRational::from_integer(1.into()))
                    }
                }
                _ => Poly::term(Monomial::power(atom.clone(), *exponent), BigRational::from_integer(1.into())),
            };
            term = term.times(&factor, budget)?;
        }
        total = total.plus(&term, budget)?;
    }
    Ok(Some(total))
}

/// pᵉ for a positive p, in the form that roots have.
fn positive_power(poly: &Poly, exponent: Exponent, budget: &mut Budget) -> algebra::Result<Poly> {
    match poly.single() {
        Some((monomial, coefficient)) if coefficient.is_one() => Ok(Poly::term(monomial.raised(exponent)?, BigRational::one())),
        _ if exponent.is_integer() && !exponent.is_negative() => poly.power(exponent.to_integer().unsigned_abs(), budget),
        _ => Ok(Poly::term(Monomial::power(Atom::Base(Held::new(poly.clone())), exponent), BigRational::one())),
    }
}

/// Decides whether a constant is zero.
fn constant(difference: &Poly, budget: &mut Budget) -> Decision {
    let bound = root_bound::separation_bits(difference);
    for bits in PRECISIONS {
        match algebra::evaluate_poly(difference, Precision::new(bits), budget) {
            Ok(value) if !value.contains_zero() => return Decision::different(Rule::Enclosure),
            Ok(value) => {
                if bound.is_some_and(|bound| root_bound::below(&value, bound)) {
                    return Decision::equal(Rule::RootBound);
                }
            }
            Err(trouble) if trouble.may_yield_to_precision() => {}
            Err(_) => break,
        }
    }
    Decision::not_equal(Reason::Undecided, Rule::Enclosure)
}

/// Looks for a difference between two formulas at sample points within the domain where both are real.
fn sampled(left: &Canon, right: &Canon, domain: &Domain, budget: &mut Budget) -> Decision {
    let mut names: Vec<Arc<str>> = Vec::new();
    for poly in [&left.num, &left.den, &right.num, &right.den] {
        poly.symbols(&mut names);
    }
    names.sort();
    let precision = Precision::new(PRECISIONS[0]);
    let complex = [left, right].iter().any(|canon| canon.kinds().any(Kinds::IMAGINARY));
    for row in 0..points::ROWS {
        let value = |name: &str| points::value(names.iter().position(|n| n.as_ref() == name)?, row);
        match domain.is_met_at(&value, budget) {
            Ok(true) => {}
            Ok(false) => continue,
            Err(trouble) => return trouble_decision(trouble),
        }
        let mut evaluate = |canon: &Canon| -> Result<Complex, Undecided> { algebra::evaluate(canon, precision, &value, budget) };
        if let (Ok(a), Ok(b)) = (evaluate(left), evaluate(right))
            && (complex || (a.im().contains_zero() && b.im().contains_zero()))
            && !a.overlaps(&b)
        {
            return Decision::different(Rule::Enclosure);
        }
    }
    Decision::not_equal(Reason::Undecided, Rule::Enclosure)
}
