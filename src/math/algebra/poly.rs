//! Polynomials over ℚ in atoms, with rational (also negative) exponents.
//!
//! Accepts: sums and products within the [`Budget`]. Refuses: more ([`Trouble::TooLarge`]). Products are folded at once
//! (`fold`).

use std::sync::Arc;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

use super::fold::{Folded, fold, single_power};
use super::held::{Kinds, Measured};
use super::monomial::{Atom, Exponent, Monomial};
use super::{Budget, Canon, Result, Trouble, rational};

/// Bits a written-out power may have; beyond, it stays a power.
pub const MAX_BITS: u64 = 1 << 15;

/// Atoms, all that they hold written out, that one unit pays for where they are shared.
const SHARED: u64 = 8;

/// A sum of rational multiples of monomials, sorted by monomial, without zero coefficients.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Poly(pub Vec<(Monomial, BigRational)>);

impl Poly {
    /// 0
    pub fn zero() -> Self {
        Self(Vec::new())
    }

    /// 1
    pub fn one() -> Self {
        Self::constant(BigRational::one())
    }

    /// A rational number.
    pub fn constant(value: BigRational) -> Self {
        if value.is_zero() { Self::zero() } else { Self(vec![(Monomial::one(), value)]) }
    }

    /// A small integer.
    pub fn integer(value: i64) -> Self {
        Self::constant(BigRational::from_integer(value.into()))
    }

    /// One atom.
    pub fn atom(atom: Atom) -> Self {
        Self::term(Monomial::atom(atom), BigRational::one())
    }

    /// One term, not folded.
    pub fn term(monomial: Monomial, coefficient: BigRational) -> Self {
        if coefficient.is_zero() { Self::zero() } else { Self(vec![(monomial, coefficient)]) }
    }

    /// Whether it is 0 in form.
    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is 1.
    pub fn is_one(&self) -> bool {
        matches!(self.0.as_slice(), [(m, c)] if m.is_one() && c.is_one())
    }

    /// The rational number it is, if it is one.
    pub fn rational(&self) -> Option<BigRational> {
        match self.0.as_slice() {
            [] => Some(BigRational::zero()),
            [(m, c)] if m.is_one() => Some(c.clone()),
            _ => None,
        }
    }

    /// What going through it takes: its factors, and a part of what they hold, which is shared for the most part.
    fn weight(&self) -> u64 {
        let factors: usize = self.0.iter().map(|(monomial, _)| monomial.0.len().max(1)).sum();
        (factors as u64).saturating_add(self.size() / SHARED)
    }

    /// Its only term, if it has one.
    pub fn single(&self) -> Option<(&Monomial, &BigRational)> {
        match self.0.as_slice() {
            [(m, c)] => Some((m, c)),
            _ => None,
        }
    }

    /// The coefficient of the last monomial, which decides the sign of the form.
    pub fn leading(&self) -> BigRational {
        self.0.last().map_or_else(BigRational::zero, |(_, c)| c.clone())
    }

    /// The sum.
    pub fn plus(&self, other: &Self, budget: &mut Budget) -> Result<Self> {
        budget.spend(self.weight().saturating_add(other.weight()))?;
        let mut terms = Vec::with_capacity(self.0.len() + other.0.len());
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        loop {
            match (left.peek(), right.peek()) {
                (Some(a), Some(b)) => match a.0.cmp(&b.0) {
                    std::cmp::Ordering::Less => terms.extend(left.next().cloned()),
                    std::cmp::Ordering::Greater => terms.extend(right.next().cloned()),
                    std::cmp::Ordering::Equal => {
                        budget.bits(&a.1)?;
                        budget.bits(&b.1)?;
                        let sum = rational::sum(&a.1, &b.1);
                        if !sum.is_zero() {
                            terms.push((a.0.clone(), sum));
                        }
                        left.next();
                        right.next();
                    }
                },
                (Some(_), None) => terms.extend(left.next().cloned()),
                (None, Some(_)) => terms.extend(right.next().cloned()),
                (None, None) => return Ok(Self(terms)),
            }
        }
    }

    /// −self
    #[must_use]
    pub fn negated(&self) -> Self {
        Self(self.0.iter().map(|(m, c)| (m.clone(), -c)).collect())
    }

    /// self − other
    pub fn minus(&self, other: &Self, budget: &mut Budget) -> Result<Self> {
        self.plus(&other.negated(), budget)
    }

    /// A rational multiple.
    pub fn scaled(&self, factor: &BigRational, budget: &mut Budget) -> Result<Self> {
        if factor.is_zero() {
            return Ok(Self::zero());
        }
        budget.spend(self.weight())?;
        for (_, c) in &self.0 {
            budget.bits(c)?;
        }
        Ok(Self(self.0.iter().map(|(m, c)| (m.clone(), rational::product(c, factor))).collect()))
    }

    /// The product, folded.
    pub fn times(&self, other: &Self, budget: &mut Budget) -> Result<Self> {
        if let Some(factor) = self.rational() {
            budget.bits(&factor)?;
            return other.scaled(&factor, budget);
        }
        if let Some(factor) = other.rational() {
            budget.bits(&factor)?;
            return self.scaled(&factor, budget);
        }
        budget.spend((self.0.len() as u64).saturating_mul(other.0.len() as u64))?;
        let mut terms = Vec::with_capacity(self.0.len() * other.0.len());
        let mut folded = Self::zero();
        for (m, c) in &self.0 {
            for (n, d) in &other.0 {
                budget.bits(c)?;
                budget.bits(d)?;
                budget.factors((m.0.len() + n.0.len()) as u64)?;
                match fold(m.times(n)?, rational::product(c, d), budget)? {
                    Folded::Term(monomial, coefficient) => terms.push((monomial, coefficient)),
                    Folded::Poly(poly) => folded = folded.plus(&poly, budget)?,
                }
            }
        }
        let product = Self::collect(terms, budget)?;
        budget.spend(product.size() / SHARED)?;
        if folded.is_zero() { Ok(product) } else { product.plus(&folded, budget) }
    }

    /// Sorts terms and adds those with equal monomials.
    fn collect(mut terms: Vec<(Monomial, BigRational)>, budget: &mut Budget) -> Result<Self> {
        let size = terms.iter().fold(0, |size: u64, (monomial, _)| size.saturating_add(monomial.size()));
        // Sorting looks into what the atoms hold.
        budget.spend(size / SHARED)?;
        terms.sort_by(|a, b| a.0.cmp(&b.0));
        let mut out: Vec<(Monomial, BigRational)> = Vec::with_capacity(terms.len());
        for (monomial, coefficient) in terms {
            match out.last_mut() {
                Some((last, sum)) if *last == monomial => {
                    budget.long(sum)?;
                    *sum = rational::sum(sum, &coefficient);
                }
                _ => out.push((monomial, coefficient)),
            }
        }
        out.retain(|(_, c)| !c.is_zero());
        Ok(Self(out))
    }

    /// A non-negative integer power.
    pub fn power(&self, mut exponent: u64, budget: &mut Budget) -> Result<Self> {
        if let Some((monomial, coefficient)) = self.single() {
            let power = i64::try_from(exponent).map_err(|_| Trouble::TooLarge)?;
            return single_power(monomial, coefficient, power, budget);
        }
        // (a + b)^n has at least n + 1 terms unless roots fold away: refuse early what cannot fit.
        if exponent > 1_000_000 {
            return Err(Trouble::TooLarge);
        }
        let mut result = Self::one();
        let mut square = self.clone();
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = result.times(&square, budget)?;
            }
            exponent >>= 1;
            if exponent > 0 {
                square = square.times(&square, budget)?;
            }
        }
        Ok(result)
    }

    /// The positive rational that divides all coefficients and leaves them coprime integers.
    pub fn content(&self) -> BigRational {
        let mut top = BigInt::zero();
        let mut low = BigInt::one();
        for (_, c) in &self.0 {
            top = top.gcd(c.numer());
            low = low.lcm(c.denom());
        }
        if top.is_zero() { BigRational::one() } else { BigRational::new(top, low) }
    }

    /// Adds the names of its symbols, at any depth, to those known.
    pub fn symbols(&self, names: &mut Vec<Arc<str>>) {
        if self.is_constant() {
            return;
        }
        for (monomial, _) in &self.0 {
            monomial.symbols(names);
        }
    }

    /// Whether it has no symbols: a number.
    pub fn is_constant(&self) -> bool {
        !self.kinds().any(Kinds::FREE)
    }
}

impl Monomial {
    fn symbols(&self, names: &mut Vec<Arc<str>>) {
        let canons = |canons: &[Canon], names: &mut Vec<Arc<str>>| {
            for canon in canons {
                canon.num.symbols(names);
                canon.den.symbols(names);
            }
        };
        for (atom, _) in &self.0 {
            match atom {
                Atom::Symbol(name) if !names.contains(name) => names.push(name.clone()),
                Atom::Exp(held) | Atom::Cis(held) => held.symbols(names),
                Atom::Ln(held) | Atom::FormalLn(held) | Atom::Base(held) | Atom::Abs(held) | Atom::Factorial(held) => {
                    held.symbols(names);
                }
                Atom::Function(_, held) | Atom::Apply(_, held) => canons(held, names),
                Atom::Value(held) => canons(std::slice::from_ref(&**held), names),
                _ => {}
            }
        }
    }
}

impl Measured for Poly {
    fn size(&self) -> u64 {
        self.0.iter().fold(0, |size: u64, (monomial, _)| size.saturating_add(monomial.size())).max(1)
    }

    fn kinds(&self) -> Kinds {
        self.0.iter().fold(Kinds::NONE, |kinds, (monomial, _)| kinds | monomial.kinds())
    }
}

/// An integer value as i64.
pub fn small_integer(value: &BigRational) -> Option<i64> {
    if value.is_integer() { value.numer().to_i64() } else { None }
}

/// A rational as an exponent.
pub fn small_ratio(value: &BigRational) -> Result<Exponent> {
    let (top, low) = (value.numer().to_i64(), value.denom().to_i64());
    match (top, low) {
        // Far below 64 bits, so that sums of exponents rarely overflow.
        (Some(top), Some(low)) if top.unsigned_abs() < 1 << 61 && low < 1 << 31 => Ok(Exponent::new(top, low)),
        _ => Err(Trouble::TooLarge),
    }
}
