//! Whether two formulas are equal: the ladder from literals to certified numerics.
//!
//! Accepts: any two scalar trees. Decides by, in this order: exact literals ▸ a difference modulo a
//! prime (proof of difference) ▸ exact canonical forms ▸ independence of the atoms
//! (a nonzero form is a proof of difference) ▸ enclosures at growing precision (separated is a proof of difference) ▸ a root bound for
//! algebraic numbers (close enough is a proof of equality) ▸ the policy's numeric agreement of written decimals. Refuses to guess:
//! what none of these decides is [`Reason::Undecided`].

use std::cmp::Ordering;
use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Pow, Signed, Zero};

use super::algebra::{self, Atom, Budget, Canon, Monomial, PRECISIONS, Poly, Trouble};
use super::decision::Decision;
use super::interval::{Complex, Interval, Precision, Undecided};
use super::node::{MulOp, Node, Sign};
use super::{modular, root_bound};
use crate::Reason;

/// Values given to free symbols when two formulas are told apart numerically: rationals without short relations, of both signs.
const SAMPLES: [[(i64, i64); 6]; 4] = [
    [(17, 7), (29, 11), (53, 19), (71, 31), (97, 41), (113, 43)],
    [(-23, 9), (-37, 13), (-61, 17), (-83, 29), (-101, 37), (-127, 47)],
    [(5, 13), (7, 23), (11, 29), (3, 17), (13, 41), (9, 31)],
    [(-7, 15), (31, 12), (-13, 33), (41, 18), (-19, 35), (47, 20)],
];

/// Decides whether two formulas are equal. `digits`: decimals agree numerically from this many significant digits on; 0 never.
pub fn compare(gold: &Node, answer: &Node, digits: u32, budget: &mut Budget) -> Decision {
    if let (Some(a), Some(b)) = (gold.literal(), answer.literal()) {
        if a == b {
            return Decision::equal("rational");
        }
        return if digits > 0 && decimals_agree_exactly(gold, answer, digits) {
            Decision::equal("decimals")
        } else {
            Decision::different("rational")
        };
    }
    // Written alike: equal where there is a value.
    if gold == answer {
        if has_value(gold) {
            return Decision::equal("identical");
        }
        return match algebra::canonical(gold, budget) {
            Ok(_) => Decision::equal("canonical"),
            Err(trouble) => trouble_decision(trouble),
        };
    }
    // Not where rounded decimals may agree with what they differ from.
    if digits == 0 && modular::refuted(gold, answer) {
        return Decision::different("modular");
    }
    let left = match algebra::canonical(gold, budget) {
        Ok(canon) => canon,
        Err(trouble) => return trouble_decision(trouble),
    };
    let right = match algebra::canonical(answer, budget) {
        Ok(canon) => canon,
        Err(trouble) => return trouble_decision(trouble),
    };
    let decision = forms(&left, &right, budget);
    if decision.is_equal() || digits == 0 || !left.is_constant() || !right.is_constant() {
        return decision;
    }
    if decimals_agree(gold, &left, answer, &right, digits) { Decision::equal("decimals") } else { decision }
}

/// Whether a formula has a value by its looks: sums, products and whole powers of numbers and symbols, divided by numbers at most.
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
        Trouble::TooLarge => Decision::not_equal(Reason::TooLarge, "budget"),
        Trouble::Undefined => Decision::not_equal(Reason::Undefined, "undefined"),
        Trouble::NotScalar => Decision::not_equal(Reason::WrongKind, "kind"),
    }
}

/// Decides whether two canonical forms are equal.
pub fn forms(left: &Canon, right: &Canon, budget: &mut Budget) -> Decision {
    let difference = match left.difference(right, budget) {
        Ok(difference) => difference,
        Err(trouble) => return trouble_decision(trouble),
    };
    if difference.is_zero() {
        return Decision::equal("canonical");
    }
    let difference = match with_domain(&difference, left, right, budget) {
        Ok(Some(reduced)) if reduced.is_zero() => return Decision::equal("canonical"),
        Ok(Some(reduced)) => reduced,
        Ok(None) => difference,
        Err(trouble) => return trouble_decision(trouble),
    };
    if independent(&difference) {
        return Decision::different("canonical");
    }
    if difference.is_constant() { constant(&difference) } else { sampled(left, right) }
}

/// Rewrites |p| as p where both sides are defined only for p ≥ 0 because p stands under an even root or in a logarithm.
fn with_domain(difference: &Poly, left: &Canon, right: &Canon, budget: &mut Budget) -> algebra::Result<Option<Poly>> {
    if !difference.any_atom(&mut |atom| matches!(atom, Atom::Abs(_))) {
        return Ok(None);
    }
    let mut positive: Vec<Poly> = Vec::new();
    for poly in [&left.num, &left.den, &right.num, &right.den] {
        for (monomial, _) in &poly.0 {
            for (atom, exponent) in &monomial.0 {
                if exponent.denom() % 2 == 0 {
                    match atom {
                        Atom::Symbol(_) => positive.push(Poly::atom(atom.clone())),
                        Atom::Base(inner) => positive.push(inner.as_ref().clone()),
                        _ => {}
                    }
                }
                if let Atom::Ln(inner) = atom {
                    positive.push(inner.as_ref().clone());
                }
            }
        }
    }
    let mut total = Poly::zero();
    for (monomial, coefficient) in &difference.0 {
        let mut term = Poly::constant(coefficient.clone());
        for (atom, exponent) in &monomial.0 {
            let factor = match atom {
                Atom::Abs(inner) if positive.contains(inner) && exponent.is_integer() && !exponent.is_negative() => {
                    inner.power(exponent.to_integer().unsigned_abs(), budget)?
                }
                Atom::Abs(inner) if positive.contains(&inner.negated()) && exponent.is_integer() && !exponent.is_negative() => {
                    inner.negated().power(exponent.to_integer().unsigned_abs(), budget)?
                }
                _ => Poly::term(Monomial::power(atom.clone(), *exponent), BigRational::from_integer(1.into())),
            };
            term = term.times(&factor, budget)?;
        }
        total = total.plus(&term, budget)?;
    }
    Ok(Some(total))
}

/// Whether distinct monomials in these atoms are known to be linearly independent over ℚ: free symbols, square-free radicals of
/// primes (Besicovitch 1940), i, and either π or e but not both.
fn independent(poly: &Poly) -> bool {
    let (mut pi, mut e) = (false, false);
    for (monomial, _) in &poly.0 {
        for (atom, exponent) in &monomial.0 {
            match atom {
                Atom::Symbol(_) | Atom::Imaginary => {}
                Atom::Prime(prime) => {
                    if prime.bits() > 20 || exponent.is_negative() || *exponent >= 1.into() {
                        return false;
                    }
                }
                Atom::Pi => pi = true,
                Atom::Exp(power) if power.is_one() => e = true,
                _ => return false,
            }
        }
    }
    !(pi && e)
}

/// Decides whether a constant is zero.
fn constant(difference: &Poly) -> Decision {
    let bound = root_bound::separation_bits(difference);
    for bits in PRECISIONS {
        match algebra::evaluate_poly(difference, Precision::new(bits)) {
            Ok(value) if !value.contains_zero() => return Decision::different("enclosure"),
            Ok(value) => {
                if bound.is_some_and(|bound| root_bound::below(&value, bound)) {
                    return Decision::equal("root_bound");
                }
            }
            Err(trouble) if trouble.may_yield_to_precision() => {}
            Err(_) => break,
        }
    }
    Decision::not_equal(Reason::Undecided, "enclosure")
}

/// Tells two formulas apart at sample points where both are real.
fn sampled(left: &Canon, right: &Canon) -> Decision {
    let mut names: Vec<Arc<str>> = Vec::new();
    for poly in [&left.num, &left.den, &right.num, &right.den] {
        poly.any_atom(&mut |atom| {
            if let Atom::Symbol(name) = atom
                && !names.contains(name)
            {
                names.push(name.clone());
            }
            false
        });
    }
    names.sort();
    let precision = Precision::new(PRECISIONS[1]);
    for row in SAMPLES {
        let value = |name: &str| {
            let place = names.iter().position(|n| n.as_ref() == name)?;
            let (top, low) = row[place % row.len()];
            Some(BigRational::new(BigInt::from(top + i64::try_from(place / row.len()).ok()?), low.into()))
        };
        let complex =
            left.num.any_atom(&mut |a| matches!(a, Atom::Imaginary)) || right.num.any_atom(&mut |a| matches!(a, Atom::Imaginary));
        let evaluate = |canon: &Canon| -> Result<Complex, Undecided> { algebra::evaluate(canon, precision, &value) };
        if let (Ok(a), Ok(b)) = (evaluate(left), evaluate(right))
            && (complex || (a.im().contains_zero() && b.im().contains_zero()))
            && !a.overlaps(&b)
        {
            return Decision::different("enclosure");
        }
    }
    Decision::not_equal(Reason::Undecided, "enclosure")
}

/// Whether a decimal literal agrees with an exact literal to all its digits.
fn decimals_agree_exactly(gold: &Node, answer: &Node, digits: u32) -> bool {
    let near = |decimal: &Node, exact: &Node| off_by_half(decimal, exact, digits).is_some_and(Ordering::is_le);
    // Two decimals agree only where one has more digits than the other; integers are exact.
    match (gold, answer) {
        (Node::Decimal { scale: g, .. }, Node::Decimal { scale: a, .. }) => {
            // The shorter is the longer, rounded; of a tie either neighbour would be, so the reference must be the longer.
            let tie = |short: &Node, long: &Node| off_by_half(short, long, digits).is_some_and(Ordering::is_eq);
            if a <= g { near(answer, gold) } else { near(gold, answer) && !tie(gold, answer) }
        }
        (Node::Decimal { .. }, exact) => !exact.literal().is_some_and(BigRational::is_integer) && near(gold, answer),
        (exact, Node::Decimal { .. }) => !exact.literal().is_some_and(BigRational::is_integer) && near(answer, gold),
        _ => false,
    }
}

/// How the distance of a decimal literal from another literal compares with half a unit in its last place. Common denominators would cost
/// the square of the length.
fn off_by_half(decimal: &Node, other: &Node, digits: u32) -> Option<Ordering> {
    let (half, a, b) = (half_unit(decimal, digits)?, decimal.literal()?, other.literal()?);
    let distance: BigInt = a.numer() * b.denom() - b.numer() * a.denom();
    Some((distance.abs() * half.denom()).cmp(&(a.denom() * b.denom() * half.numer())))
}

/// Half a unit in the last place of a written decimal with enough significant digits.
fn half_unit(node: &Node, digits: u32) -> Option<BigRational> {
    match node {
        Node::Decimal { scale, significant, .. } if *significant >= digits => {
            Some(BigRational::new_raw(1.into(), BigInt::from(2) * Pow::pow(BigInt::from(10), *scale)))
        }
        _ => None,
    }
}

/// How far a formula with decimals in it may be off: half a unit of a bare decimal, or the relative error of its shortest decimal.
fn slack(node: &Node, canon: &Canon, digits: u32) -> Option<BigRational> {
    let value = canon.rational();
    let bare = match node {
        Node::Sum(terms) if terms.len() == 1 => &terms[0].1,
        node => node,
    };
    if let Some(half) = half_unit(bare, digits) {
        return Some(half);
    }
    let mut fewest: Option<u32> = None;
    node.walk(&mut |node| {
        if let Node::Decimal { significant, .. } = node {
            fewest = Some(fewest.map_or(*significant, |f| f.min(*significant)));
        }
    });
    let fewest = fewest.filter(|f| *f >= digits.max(6))?;
    let (top, low) = value?.into();
    // Not in lowest terms, which nothing here needs and which would cost the square of the length.
    Some(BigRational::new_raw(top.abs(), low * Pow::pow(BigInt::from(10), fewest - 1)))
}

/// Whether a side that was written with decimals agrees with the exact other side.
fn decimals_agree(gold: &Node, left: &Canon, answer: &Node, right: &Canon, digits: u32) -> bool {
    let (exact, decimal, slack) = match (slack(gold, left, digits), slack(answer, right, digits)) {
        (None, Some(slack)) => (left, right, slack),
        (Some(slack), None) => (right, left, slack),
        (Some(a), Some(b)) => (left, right, a.max(b)),
        (None, None) => return false,
    };
    let Some(decimal) = decimal.rational() else { return false };
    if slack.is_zero() {
        return false;
    }
    for bits in PRECISIONS {
        let precision = Precision::new(bits);
        let Ok(value) = algebra::evaluate(exact, precision, &|_| None) else { return false };
        let (Ok(decimal), Ok(slack)) = (Interval::from_rational(&decimal, precision), Interval::from_rational(&slack, precision))
        else {
            return false;
        };
        let (low, high) = (decimal.sub(&slack, precision), decimal.add(&slack, precision));
        // A real number in a form that goes through i (roots of unity) keeps an imaginary part around zero.
        if !value.im().contains_zero() {
            return false;
        }
        let value = value.re();
        if value.certainly_less(&low) || high.certainly_less(value) {
            return false;
        }
        if low.certainly_less(value) && value.certainly_less(&high) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(units: i64, scale: u32) -> Node {
        let value = BigRational::new(units.into(), Pow::pow(BigInt::from(10), scale));
        Node::Decimal { value, scale, significant: 20 }
    }

    proptest! {
        #[test]
        fn half_a_unit_off_is_what_the_definition_says(units in -9_999_i64..9_999, scale in 0_u32..4, finer in -99_999_i64..99_999, places in 0_u32..6) {
            let (short, long) = (decimal(units, scale), decimal(finer, places));
            let half = BigRational::new(1.into(), BigInt::from(2) * Pow::pow(BigInt::from(10), scale));
            let (a, b) = (short.literal().unwrap(), short.literal().unwrap() + half.clone());
            let distance = (a - long.literal().unwrap()).abs();
            prop_assert_eq!(off_by_half(&short, &long, 1), Some(distance.cmp(&half)));
            prop_assert_eq!(off_by_half(&short, &Node::Number(b), 1), Some(Ordering::Equal));
        }
    }
}
