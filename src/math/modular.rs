//! Refutation: two formulas with different values modulo a prime are different.
//!
//! Accepts: sums, products, quotients and integer powers of rationals and symbols. The symbols get values from a hash
//! of the pair, so that a formula which agrees with the reference at known points cannot be prepared. Draws no
//! conclusion from agreement, from a division by zero modulo the prime, or from anything that is not a rational
//! function.

use std::cell::OnceCell;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};

use super::algebra::Budget;
use super::names;
use super::node::{MulOp, Node, Sign};

/// Two primes below 2⁶¹, so that a sum of two residues fits 64 bits.
const PRIMES: [u64; 2] = [(1 << 61) - 1, 2_305_843_009_213_693_921];
/// Number of nodes from which expansion costs more than two evaluations.
const WORTHWHILE: u64 = 24;
/// Exponent from which a single power is worth an evaluation.
const HIGH_POWER: u32 = 4;

/// Whether the two are proved to be different rational functions. Pairs that are cheap to expand are not tried.
pub fn refuted(gold: &Node, answer: &Node, budget: &mut Budget) -> bool {
    let (left, right) = (Cost::of(gold), Cost::of(answer));
    if !(left.worthwhile() || right.worthwhile()) || budget.spend(left.units() + right.units()).is_err() {
        return false;
    }
    let seed = fingerprint(gold).wrapping_add(fingerprint(answer));
    PRIMES.iter().any(|&prime| {
        let field = Field::new(prime, seed);
        matches!((field.value(gold), field.value(answer)), (Some(g), Some(a)) if g != a)
    })
}

/// A formula's residues modulo the two primes, with the values of its symbols computed from their names. Different
/// residues prove different rational functions. The points are public, so a formula can be prepared that has equal
/// residues: agreement proves nothing.
pub fn residues(node: &Node) -> Option<[u64; 2]> {
    let [first, second] = PRIMES.map(|prime| Field::new(prime, 0).value(node));
    Some([first?, second?])
}

/// A hash of a name (FNV-1a), equal on every machine.
pub fn hash_of(name: &str) -> u64 {
    fnv(0xCBF2_9CE4_8422_2325, name.as_bytes())
}

/// The cost of evaluating a formula.
#[derive(Default)]
struct Cost {
    nodes: u64,
    /// Powers and divisions: about sixty multiplications each.
    powers: u64,
    high: bool,
}

impl Cost {
    fn of(node: &Node) -> Self {
        let mut cost = Self::default();
        node.walk(&mut |node| {
            cost.nodes += 1;
            match node {
                Node::Power(_, exponent) => {
                    cost.powers += 1;
                    cost.high |= exponent.literal().and_then(ToPrimitive::to_u32).is_some_and(|e| e >= HIGH_POWER);
                }
                Node::Product(factors) => {
                    cost.powers += factors.iter().filter(|(op, _)| *op == MulOp::Over).count() as u64;
                }
                node => {
                    cost.powers += u64::from(node.literal().is_some_and(|value| !value.is_integer()));
                }
            }
        });
        cost
    }

    fn worthwhile(&self) -> bool {
        self.high || self.nodes >= WORTHWHILE
    }

    fn units(&self) -> u64 {
        self.nodes / 4 + 4 * self.powers
    }
}

/// A hash of the symbols and numbers of a formula (FNV-1a), equal on every machine.
fn fingerprint(node: &Node) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325;
    node.walk(&mut |node| match node {
        Node::Symbol(name) => hash = fnv(hash, name.as_bytes()),
        node => {
            if let Some(value) = node.literal() {
                hash = fnv(hash, &value.numer().to_signed_bytes_le());
                hash = fnv(hash, &value.denom().to_signed_bytes_le());
            }
        }
    });
    hash
}

fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3))
}

struct Field {
    prime: u64,
    seed: u64,
    /// 1/100 modulo the prime, computed on first use: an inverse takes about a hundred multiplications, and an answer
    /// may contain many percent signs.
    hundredth: OnceCell<u64>,
}

impl Field {
    fn new(prime: u64, seed: u64) -> Self {
        Self { prime, seed, hundredth: OnceCell::new() }
    }

    fn value(&self, node: &Node) -> Option<u64> {
        Some(match node {
            Node::Symbol(name) if names::is_run(name) => return None,
            Node::Symbol(name) => fnv(self.seed ^ self.prime, name.as_bytes()) % self.prime,
            Node::Sum(terms) => {
                let mut sum = 0;
                for (sign, term) in terms {
                    let term = self.value(term)?;
                    sum = self.plus(
                        sum,
                        match sign {
                            Sign::Plus => term,
                            Sign::Minus => self.minus(term),
                            _ => return None,
                        },
                    );
                }
                sum
            }
            Node::Product(factors) => {
                let mut product = 1;
                for (op, factor) in factors {
                    let factor = self.value(factor)?;
                    let factor = match op {
                        MulOp::Times | MulOp::Dot => factor,
                        MulOp::Over => self.inverse(factor)?,
                        MulOp::Cross => return None,
                    };
                    product = self.times(product, factor);
                }
                product
            }
            Node::Power(base, exponent) => {
                let exponent = integer(exponent)?;
                let base = self.value(base)?;
                if base == 0 {
                    return None;
                }
                let power = self.power(base, exponent.unsigned_abs());
                if exponent < 0 { self.inverse(power)? } else { power }
            }
            Node::Percent(value) => {
                let hundredth = self.hundredth.get_or_init(|| self.power(100, self.prime - 2));
                self.times(self.value(value)?, *hundredth)
            }
            node => self.residue(node.literal()?)?,
        })
    }

    fn residue(&self, value: &BigRational) -> Option<u64> {
        let modulo = |n: &BigInt| match n.to_u64() {
            Some(small) if small < self.prime => Some(small),
            _ => n.mod_floor(&BigInt::from(self.prime)).to_u64(),
        };
        let top = modulo(value.numer())?;
        Some(if value.is_integer() { top } else { self.times(top, self.inverse(modulo(value.denom())?)?) })
    }

    fn plus(&self, a: u64, b: u64) -> u64 {
        (a + b) % self.prime
    }

    fn minus(&self, a: u64) -> u64 {
        (self.prime - a) % self.prime
    }

    fn times(&self, a: u64, b: u64) -> u64 {
        let product = u128::from(a) * u128::from(b) % u128::from(self.prime);
        u64::try_from(product).unwrap_or(0)
    }

    fn power(&self, base: u64, mut exponent: u64) -> u64 {
        let (mut result, mut square) = (1, base);
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = self.times(result, square);
            }
            square = self.times(square, square);
            exponent >>= 1;
        }
        result
    }

    /// The inverse by Fermat's little theorem; `None` for 0.
    fn inverse(&self, a: u64) -> Option<u64> {
        (a != 0).then(|| self.power(a, self.prime - 2))
    }
}

/// An integer literal, with its sign.
fn integer(node: &Node) -> Option<i64> {
    let value = match node {
        Node::Sum(terms) => match terms.as_slice() {
            [(Sign::Minus, inner)] => -inner.literal()?,
            _ => return None,
        },
        node => node.literal()?.clone(),
    };
    let small = value.is_integer() && value.abs() < BigRational::from_integer((1_i64 << 31).into());
    if small { value.to_integer().to_i64() } else { None }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::math::answer::Answer;

    fn refuted_texts(gold: &str, answer: &str) -> bool {
        let read = |text| Answer::read(text).ok().and_then(|answer| answer.node().map(Cow::into_owned)).expect("a formula");
        refuted(&read(gold), &read(answer), &mut Budget::new(100_000))
    }

    #[test]
    fn the_moduli_are_prime() {
        // The Miller–Rabin test with the first twelve primes as bases is exact for all 64-bit numbers.
        for prime in PRIMES {
            let field = Field::new(prime, 0);
            let twos = (prime - 1).trailing_zeros();
            for witness in [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37] {
                let mut x = field.power(witness, (prime - 1) >> twos);
                let mut passes = x == 1 || x == prime - 1;
                for _ in 1..twos {
                    x = field.times(x, x);
                    passes |= x == prime - 1;
                }
                assert!(passes, "{prime} {witness}");
            }
        }
    }

    #[test]
    fn different_powers_are_refuted_and_equal_ones_are_not() {
        assert!(refuted_texts("(x+1)^{5000}", "(x+1)^{4999}(x-1)"));
        assert!(refuted_texts("(a+b+c+d)^{90}", "(a+b+c+d)^{90}+1"));
        assert!(!refuted_texts("(x+1)^{400}", "(x^2+2x+1)^{200}"));
    }

    #[test]
    fn formulas_that_are_not_rational_functions_are_not_refuted() {
        assert!(!refuted_texts("(x+\\sqrt{2})^{50}", "(x+\\sqrt{3})^{50}"));
    }
}
