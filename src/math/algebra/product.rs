//! Products and powers of polynomials, folded: the identities of each atom are applied to its powers immediately.
//!
//! i² = −1, (√p)² = p, |p|² = p², e^{iπ} = −1, and a power of a prime is written out. A term may fold into a sum, which
//! then multiplies the rest.
//!
//! Accepts: any polynomials and products of powers of atoms. Refuses, as [`Trouble::TooLarge`]: a power of a sum with a
//! negative exponent, and work that exceeds the [`Budget`].

use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::budget::MAX_BITS;
use super::factor::factor;
use super::form::{Atom, Exponent, Monomial, Poly};
use super::held::Measured;
use super::prime_powers::take_powers;
use super::rewriting::Rewriting;
use super::sum::SHARED;
use super::unit_root::unit_root;
use super::{Budget, Result, Trouble, rational};

impl Poly {
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
        // Sorting compares the contents of the atoms.
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
        // (a + b)^n has at least n + 1 terms, except where roots fold: refuse early what cannot fit.
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
}

/// (c·m)^n for any integer n, kept as a power where writing it out would exceed [`MAX_BITS`].
pub fn single_power(monomial: &Monomial, coefficient: &BigRational, exponent: i64, budget: &mut Budget) -> Result<Poly> {
    if exponent < 0 && monomial.0.iter().any(|(atom, _)| matches!(atom, Atom::Base(p) | Atom::Abs(p) if p.single().is_none())) {
        return Err(Trouble::TooLarge);
    }
    let raised = monomial.raised(Exponent::from_integer(exponent))?;
    let bits = coefficient.numer().bits().max(coefficient.denom().bits());
    if coefficient.abs().is_one() {
        let sign = if coefficient.is_negative() && exponent % 2 != 0 { -BigRational::one() } else { BigRational::one() };
        return folded_poly(raised, sign, budget);
    }
    if bits.saturating_mul(exponent.unsigned_abs()) <= MAX_BITS {
        let power = i32::try_from(exponent).map_err(|_| Trouble::TooLarge)?;
        budget.spend(bits * u64::from(power.unsigned_abs()) / 64 + 1)?;
        return folded_poly(raised, num_traits::Pow::pow(coefficient.clone(), power), budget);
    }
    // Too long to write out: it stays factorised, so that equal powers are equal in form.
    let mut product = raised;
    for (prime, multiplicity) in factor(coefficient, budget)? {
        let exponent = multiplicity.checked_mul(exponent).ok_or(Trouble::TooLarge)?;
        product = product.times(&Monomial::power(Atom::Prime(prime), Exponent::from_integer(exponent)))?;
    }
    let sign = if coefficient.is_negative() && exponent % 2 != 0 { -BigRational::one() } else { BigRational::one() };
    folded_poly(product, sign, budget)
}

/// A folded term as a polynomial.
pub fn folded_poly(monomial: Monomial, coefficient: BigRational, budget: &mut Budget) -> Result<Poly> {
    Ok(match fold(monomial, coefficient, budget)? {
        Folded::Term(m, c) => Poly::term(m, c),
        Folded::Poly(poly) => poly,
    })
}

/// A folded term. It may be a sum: (√(x + 1))² is x + 1.
pub enum Folded {
    Term(Monomial, BigRational),
    Poly(Poly),
}

/// Applies the identities of each atom until the monomial is in normal form.
pub fn fold(monomial: Monomial, coefficient: BigRational, budget: &mut Budget) -> Result<Folded> {
    let mut folding = Folding { monomial, coefficient, negated: false, extra: None, place: 0 };
    while let Some((atom, exponent)) = folding.monomial.0.get(folding.place) {
        let exponent = *exponent;
        match atom {
            Atom::Imaginary => folding.imaginary(exponent),
            Atom::Prime(_) => folding.prime(exponent, budget)?,
            Atom::Base(poly) if exponent >= Exponent::one() => {
                let poly = poly.clone();
                folding.base(&poly, exponent, budget)?;
            }
            Atom::Abs(poly) => match (exponent / Exponent::from_integer(2)).floor().to_integer() {
                0 => folding.place += 1,
                pairs => {
                    let poly = poly.clone();
                    folding.absolute(&poly, pairs, exponent, budget)?;
                }
            },
            Atom::Cis(turn) if matches!(turn.0.as_slice(), [(Atom::Pi, one)] if one.is_one()) => folding.turn(exponent, budget)?,
            _ => folding.place += 1,
        }
    }
    let Folding { monomial, coefficient, negated, extra, .. } = folding;
    let coefficient = if negated { -coefficient } else { coefficient };
    match extra {
        None => Ok(Folded::Term(monomial, coefficient)),
        Some(extra) => {
            let rest = Poly::term(monomial, coefficient);
            Ok(Folded::Poly(rest.times(&extra, budget)?))
        }
    }
}

/// A term that is being folded: the factors before `place` are already folded.
struct Folding {
    monomial: Monomial,
    coefficient: BigRational,
    /// Whether the sign of the coefficient is to be changed.
    negated: bool,
    /// The factors that were expanded and removed from the monomial.
    extra: Option<Poly>,
    place: usize,
}

impl Folding {
    /// Sets the exponent of the current atom and moves on to the next one.
    fn leave(&mut self, exponent: Exponent) {
        if exponent.is_zero() {
            self.monomial.0.remove(self.place);
        } else {
            self.monomial.0[self.place].1 = exponent;
            self.place += 1;
        }
    }

    /// Multiplies by the expanded value of an atom.
    fn multiply(&mut self, power: &Poly, budget: &mut Budget) -> Result<()> {
        self.extra = Some(self.extra.take().unwrap_or_else(Poly::one).times(power, budget)?);
        Ok(())
    }

    /// i² = −1
    fn imaginary(&mut self, exponent: Exponent) {
        let turns = exponent.to_integer().rem_euclid(4);
        self.negated ^= turns >= 2;
        self.leave(Exponent::from_integer(turns % 2));
    }

    /// Whole powers of a prime are written out, up to [`MAX_BITS`].
    fn prime(&mut self, exponent: Exponent, budget: &mut Budget) -> Result<()> {
        let whole = exponent.floor().to_integer();
        let (Atom::Prime(prime), true) = (&self.monomial.0[self.place].0, whole != 0) else {
            self.place += 1;
            return Ok(());
        };
        let bits = prime.bits().saturating_mul(whole.unsigned_abs());
        if bits > MAX_BITS {
            // Powers of this prime in the coefficient are moved into the unexpanded power: 2·2^N is 2^(N+1).
            let prime = prime.clone();
            let moved = take_powers(&mut self.coefficient, &prime, budget)?;
            self.monomial.0[self.place].1 = exponent + Exponent::from_integer(moved);
            self.place += 1;
            return Ok(());
        }
        let power = u32::try_from(whole.unsigned_abs()).map_err(|_| Trouble::TooLarge)?;
        let power = num_traits::Pow::pow(prime.clone(), power);
        budget.spend(bits / 64 + 1)?;
        let factor = BigRational::from_integer(power);
        let factor = if whole > 0 { factor } else { rational::reciprocal(&factor).ok_or(Trouble::Undefined)? };
        self.coefficient = rational::product(&self.coefficient, &factor);
        self.leave(exponent - Exponent::from_integer(whole));
        Ok(())
    }

    /// (√P)² = P
    fn base(&mut self, poly: &Poly, exponent: Exponent, budget: &mut Budget) -> Result<()> {
        let whole = exponent.floor();
        self.leave(exponent - whole);
        let power = poly.power(whole.to_integer().unsigned_abs(), budget)?;
        self.multiply(&power, budget)
    }

    /// |P|² = P²
    fn absolute(&mut self, poly: &Poly, pairs: i64, exponent: Exponent, budget: &mut Budget) -> Result<()> {
        self.leave(exponent - Exponent::from_integer(pairs * 2));
        let power = match poly.single() {
            Some((m, c)) => single_power(m, c, pairs * 2, budget)?,
            None if pairs > 0 => poly.power(pairs.unsigned_abs() * 2, budget)?,
            None => return Err(Trouble::TooLarge),
        };
        self.multiply(&power, budget)
    }

    /// e^{iπ} = −1, and the roots of unity in radicals.
    fn turn(&mut self, exponent: Exponent, budget: &mut Budget) -> Result<()> {
        let mut turns = exponent - (exponent / Exponent::from_integer(2)).floor() * Exponent::from_integer(2);
        if turns >= Exponent::one() {
            self.negated = !self.negated;
            turns -= Exponent::one();
        }
        let Some(terms) = unit_root(turns) else {
            self.leave(turns);
            return Ok(());
        };
        budget.rewrite(Rewriting::SpecialAngle);
        let value = Poly(terms);
        self.monomial.0.remove(self.place);
        self.extra = Some(match self.extra.take() {
            None => value,
            Some(extra) => extra.times(&value, budget)?,
        });
        Ok(())
    }
}
