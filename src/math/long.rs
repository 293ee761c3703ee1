//! Exact comparison of long rational numbers, written with powers: \(\frac{2^{2009} - 1}{3 \cdot 2^{2008} - 1}\).
//!
//! Accepts: sums, products, quotients and whole powers of numbers, of which at least one has a power of more than
//! [`WORTHWHILE`] bits. Fractions are not brought to lowest terms, because a greatest common divisor of long numbers costs
//! more than everything else; two fractions are equal where their cross products are. Gives no decision on anything
//! else, on a division by zero, and where the work would exceed [`MAX_COST`].

use num_bigint::BigInt;
use num_traits::{One, Pow, ToPrimitive, Zero};

use super::algebra::Budget;
use super::node::{MulOp, Node, Sign};

/// Number of bits from which numbers are compared here.
const WORTHWHILE: u64 = 1_000;
/// Most units of work that a comparison may take here.
const MAX_COST: u64 = 5_000;
/// Products of machine words that one unit pays for, in products of long numbers.
const WORD_PRODUCTS: u64 = 512;
/// Largest exponent.
const MAX_EXPONENT: u64 = 1 << 20;

/// Whether two long rational numbers are equal; `None` where this is not decided here.
pub fn equal(gold: &Node, answer: &Node, budget: &mut Budget) -> Option<bool> {
    if !(has_power(gold) || has_power(answer)) {
        return None;
    }
    let (g, a) = (Size::of(gold)?, Size::of(answer)?);
    if g.most.max(a.most) < WORTHWHILE {
        return None;
    }
    let cost = g.cost.saturating_add(a.cost).saturating_add(product_cost(g.top, a.low)).saturating_add(product_cost(a.top, g.low));
    if cost > MAX_COST || !budget.affords(cost) {
        return None;
    }
    budget.spend(cost).ok()?;
    let (g, a) = (Fraction::of(gold)?, Fraction::of(answer)?);
    Some(g.top * a.low == a.top * g.low)
}

fn has_power(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Power(..)));
    found
}

/// Units for the product of two numbers with these numbers of bits.
fn product_cost(left: u64, right: u64) -> u64 {
    let (left, right) = (left / 64 + 1, right / 64 + 1);
    left.saturating_mul(right) / WORD_PRODUCTS + (left + right) / 64
}

/// Upper bounds for the evaluation of a number.
struct Size {
    /// Bits of the numerator.
    top: u64,
    /// Bits of the denominator.
    low: u64,
    /// Most bits of any part.
    most: u64,
    /// Units of work.
    cost: u64,
}

impl Size {
    fn of(node: &Node) -> Option<Self> {
        if let Some(value) = node.literal() {
            let (top, low) = (value.numer().bits(), value.denom().bits());
            return Some(Self { top, low, most: top.max(low), cost: 1 });
        }
        match node {
            Node::Sum(terms) => {
                let mut parts = terms.iter().map(|(sign, term)| if is_plain(*sign) { Self::of(term) } else { None });
                let first = parts.next()??;
                parts.try_fold(first, |sum, part| Some(sum.plus(&part?)))
            }
            Node::Product(factors) => {
                let mut total = Self { top: 1, low: 1, most: 1, cost: 1 };
                for (op, factor) in factors {
                    let part = Self::of(factor)?;
                    total = match op {
                        MulOp::Times | MulOp::Dot => total.times(&part),
                        MulOp::Over => total.times(&part.turned()),
                        MulOp::Cross => return None,
                    };
                }
                Some(total)
            }
            Node::Power(base, exponent) => {
                let exponent = whole(exponent)?;
                let base = Self::of(base)?;
                let count = exponent.unsigned_abs();
                if count > MAX_EXPONENT {
                    return None;
                }
                let (top, low) = (base.top.saturating_mul(count), base.low.saturating_mul(count));
                // All squarings before the last take a third of it, and multiplying by the base may double both.
                let work = 3 * (product_cost(top, top) + product_cost(low, low)) / 2;
                let size = Self { top, low, most: base.most.max(top).max(low), cost: base.cost.saturating_add(work) };
                Some(if exponent < 0 { size.turned() } else { size })
            }
            _ => None,
        }
    }

    fn turned(self) -> Self {
        Self { top: self.low, low: self.top, ..self }
    }

    fn with(&self, other: &Self, top: u64, low: u64, work: u64) -> Self {
        let cost = self.cost.saturating_add(other.cost).saturating_add(work);
        Self { top, low, most: self.most.max(other.most).max(top).max(low), cost }
    }

    fn times(&self, other: &Self) -> Self {
        let work = product_cost(self.top, other.top).saturating_add(product_cost(self.low, other.low));
        self.with(other, self.top.saturating_add(other.top), self.low.saturating_add(other.low), work)
    }

    fn plus(&self, other: &Self) -> Self {
        let top = self.top.saturating_add(other.low).max(other.top.saturating_add(self.low)).saturating_add(1);
        let work = [(self.top, other.low), (other.top, self.low), (self.low, other.low)]
            .into_iter()
            .fold(0, |work: u64, (left, right)| work.saturating_add(product_cost(left, right)));
        self.with(other, top, self.low.saturating_add(other.low), work)
    }
}

fn is_plain(sign: Sign) -> bool {
    matches!(sign, Sign::Plus | Sign::Minus)
}

/// A small whole number.
fn whole(node: &Node) -> Option<i64> {
    if let Some(value) = node.literal() {
        return value.is_integer().then(|| value.to_integer().to_i64()).flatten();
    }
    let Node::Sum(terms) = node else { return None };
    terms.iter().try_fold(0_i64, |sum, (sign, term)| {
        let term = term.literal().filter(|value| value.is_integer())?.to_integer().to_i64()?;
        match sign {
            Sign::Plus => sum.checked_add(term),
            Sign::Minus => sum.checked_sub(term),
            _ => None,
        }
    })
}

/// A quotient of integers that is not brought to lowest terms; the denominator is not zero.
struct Fraction {
    top: BigInt,
    low: BigInt,
}

impl Fraction {
    fn of(node: &Node) -> Option<Self> {
        if let Some(value) = node.literal() {
            return Some(Self { top: value.numer().clone(), low: value.denom().clone() });
        }
        match node {
            Node::Sum(terms) => {
                let mut total = Self { top: BigInt::zero(), low: BigInt::one() };
                for (sign, term) in terms {
                    let term = Self::of(term)?;
                    let top = if *sign == Sign::Minus { -term.top } else { term.top };
                    total = if total.low == term.low {
                        Self { top: total.top + top, low: total.low }
                    } else {
                        Self { top: total.top * &term.low + top * &total.low, low: total.low * term.low }
                    };
                }
                Some(total)
            }
            Node::Product(factors) => {
                let mut total = Self { top: BigInt::one(), low: BigInt::one() };
                for (op, factor) in factors {
                    let factor = Self::of(factor)?;
                    let factor = if *op == MulOp::Over { factor.turned()? } else { factor };
                    total = Self { top: total.top * factor.top, low: total.low * factor.low };
                }
                Some(total)
            }
            Node::Power(base, exponent) => {
                let (base, exponent) = (Self::of(base)?, whole(exponent)?);
                // 0⁰ has no value here.
                if base.top.is_zero() && exponent <= 0 {
                    return None;
                }
                let count = u32::try_from(exponent.unsigned_abs()).ok()?;
                let power = Self { top: Pow::pow(base.top, count), low: Pow::pow(base.low, count) };
                if exponent < 0 { power.turned() } else { Some(power) }
            }
            _ => None,
        }
    }

    fn turned(self) -> Option<Self> {
        (!self.top.is_zero()).then_some(Self { top: self.low, low: self.top })
    }
}
