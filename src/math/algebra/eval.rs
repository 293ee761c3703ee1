//! Certified values of constants: enclosures of canonical forms at a given precision.
//!
//! Accepts: forms without free symbols, or with values for them. Refuses: unknown functions, unevaluated sums and
//! integrals, and values that enclosures cannot decide at this precision.

use std::cmp::Ordering;
use std::collections::HashMap;

use num_bigint::BigInt;
use num_rational::BigRational;

use super::conjugate::is_real;
use super::form::{Atom, Canon, Exponent, Monomial, Poly};
use super::reality::atom_is_real;
use super::{Budget, Result, Trouble};
use crate::math::interval::{Complex, Interval, Precision, Undecided};
use crate::math::node::Func;

/// Precisions in bits, tried in turn before a question is left undecided.
pub const PRECISIONS: [u32; 5] = [64, 128, 320, 768, 2_048];

type Value = std::result::Result<Complex, Undecided>;

/// An enclosure of a form; `symbols` gives values to free symbols.
pub fn evaluate(canon: &Canon, precision: Precision, symbols: &dyn Fn(&str) -> Option<BigRational>, budget: &mut Budget) -> Value {
    let mut evaluator = Evaluator { precision, symbols, budget, known: HashMap::new() };
    evaluator.canon(canon)
}

/// An enclosure of a polynomial without free symbols.
pub fn evaluate_poly(poly: &Poly, precision: Precision, budget: &mut Budget) -> Value {
    evaluate_poly_at(poly, precision, &|_| None, budget)
}

/// An enclosure of a polynomial; `symbols` gives values to free symbols.
pub fn evaluate_poly_at(
    poly: &Poly,
    precision: Precision,
    symbols: &dyn Fn(&str) -> Option<BigRational>,
    budget: &mut Budget,
) -> Value {
    Evaluator { precision, symbols, budget, known: HashMap::new() }.poly(poly)
}

/// The sign of a constant that is known to be real, where an enclosure decides it.
pub fn sign_of(poly: &Poly, budget: &mut Budget) -> Result<Ordering> {
    if let Some(value) = poly.rational() {
        return Ok(value.numer().sign().cmp(&num_bigint::Sign::NoSign));
    }
    for bits in PRECISIONS {
        match evaluate_poly(poly, Precision::new(bits), budget) {
            Ok(value) => {
                if let Some(sign) = real_sign(&value).filter(|s| *s != Ordering::Equal || value.re().is_zero()) {
                    return Ok(sign);
                }
            }
            Err(trouble) if trouble.may_yield_to_precision() => {}
            Err(_) => return Err(Trouble::TooLarge),
        }
    }
    Err(Trouble::Undecided)
}

/// The sign of a value that is known to be real, from its enclosure.
fn real_sign(value: &Complex) -> Option<Ordering> {
    value.im().contains_zero().then(|| value.re().sign()).flatten()
}

/// ⌊c⌋ or ⌈c⌉ of a real constant that is not an integer.
pub fn floor_of(canon: &Canon, ceil: bool, budget: &mut Budget) -> Option<BigInt> {
    if !canon.is_constant() {
        return None;
    }
    for bits in PRECISIONS {
        let value = evaluate(canon, Precision::new(bits), &|_| None, budget).ok()?;
        if !value.is_real() {
            return None;
        }
        let found = if ceil { value.re().ceil() } else { value.re().floor() };
        if let Ok(found) = found {
            return Some(found);
        }
    }
    None
}

/// The largest index of a root that is taken by Newton's method; higher ones are taken by logarithms.
const MAX_ROOT: u32 = 64;

struct Evaluator<'a> {
    precision: Precision,
    symbols: &'a dyn Fn(&str) -> Option<BigRational>,
    budget: &'a mut Budget,
    /// Enclosures of shared atoms, keyed by the address of their contents, the kind of atom and the exponent: each is
    /// computed once.
    known: HashMap<(usize, u8, Exponent), Complex>,
}

impl Evaluator<'_> {
    fn canon(&mut self, canon: &Canon) -> Value {
        let num = self.poly(&canon.num)?;
        if canon.den.is_one() {
            return Ok(num);
        }
        let den = self.poly(&canon.den)?;
        self.pay(2)?;
        num.div(&den, self.precision)
    }

    /// Charges for `products` products of enclosures.
    fn pay(&mut self, products: u64) -> std::result::Result<(), Undecided> {
        self.budget.products(products, self.precision).map_err(|_| Undecided::TooLarge)
    }

    /// Charges for one transcendental function.
    fn pay_function(&mut self) -> std::result::Result<(), Undecided> {
        self.budget.function(self.precision).map_err(|_| Undecided::TooLarge)
    }

    fn poly(&mut self, poly: &Poly) -> Value {
        let mut total = Complex::zero();
        for (monomial, coefficient) in &poly.0 {
            self.pay(2)?;
            let coefficient = Interval::from_rational(coefficient, self.precision)?;
            let term = self.monomial(monomial)?.mul_real(&coefficient, self.precision)?;
            total = total.add(&term, self.precision);
        }
        Ok(total)
    }

    fn monomial(&mut self, monomial: &Monomial) -> Value {
        let mut product = Complex::one();
        for (atom, exponent) in &monomial.0 {
            let factor = self.power(atom, *exponent)?;
            self.pay(1)?;
            product = product.mul(&factor, self.precision)?;
        }
        Ok(product)
    }

    /// A power of an atom; computed once for all atoms that share the same contents.
    fn power(&mut self, atom: &Atom, exponent: Exponent) -> Value {
        let Some((place, kind)) = atom.place() else { return self.fresh_power(atom, exponent) };
        if let Some(known) = self.known.get(&(place, kind, exponent)) {
            return Ok(known.clone());
        }
        let value = self.fresh_power(atom, exponent)?;
        self.known.insert((place, kind, exponent), value.clone());
        Ok(value)
    }

    fn fresh_power(&mut self, atom: &Atom, exponent: Exponent) -> Value {
        let exact = |precision| {
            Interval::from_rational(&BigRational::new((*exponent.numer()).into(), (*exponent.denom()).into()), precision)
        };
        // e^(m·q) in one step: raising an enclosure of e^m to a large power would widen it.
        match atom {
            Atom::Exp(power) => {
                self.pay_function()?;
                return self.monomial(power)?.mul_real(&exact(self.precision)?, self.precision)?.exp(self.precision);
            }
            Atom::Cis(power) => {
                self.pay_function()?;
                let angle = self.monomial(power)?.mul_real(&exact(self.precision)?, self.precision)?;
                return angle.times_i().exp(self.precision);
            }
            _ => {}
        }
        let base = self.atom(atom)?;
        let length = u64::from(u64::BITS - exponent.numer().unsigned_abs().leading_zeros());
        self.pay(2 * length)?;
        if exponent.is_integer() {
            return base.pow_integer(exponent.to_integer(), self.precision);
        }
        self.pay_function()?;
        let index = u32::try_from(*exponent.denom()).map_err(|_| Undecided::TooLarge)?;
        if index > MAX_ROOT {
            self.pay_function()?;
            let log = base.ln(self.precision)?;
            return log.mul_real(&exact(self.precision)?, self.precision)?.exp(self.precision);
        }
        let root = if base.is_real() && (index % 2 == 1 || !base.re().is_negative()) {
            base.re().root(index, self.precision)?.into()
        } else if atom_is_real(atom) || self.is_real_base(atom)? {
            // Known to be real although the enclosure has an imaginary part, because it was computed from roots of
            // unity.
            base.re().root(index, self.precision)?.into()
        } else {
            base.root(index, self.precision)?
        };
        root.pow_integer(*exponent.numer(), self.precision)
    }

    /// Whether a sum under a root is real.
    fn is_real_base(&mut self, atom: &Atom) -> std::result::Result<bool, Undecided> {
        match atom {
            Atom::Base(poly) => is_real(poly, self.budget).map_err(|_| Undecided::TooLarge),
            _ => Ok(false),
        }
    }

    fn atom(&mut self, atom: &Atom) -> Value {
        let p = self.precision;
        match atom {
            Atom::Prime(prime) => Ok(Interval::from_integer(prime, p)?.into()),
            Atom::Imaginary => Ok(Complex::i()),
            Atom::Pi => Ok(Interval::pi(p).into()),
            Atom::Ln(poly) => {
                let value = self.poly(poly)?;
                self.pay_function()?;
                Ok(value.re().abs().ln(p)?.into())
            }
            Atom::FormalLn(poly) => {
                let value = self.poly(poly)?;
                self.pay_function()?;
                Ok(value.re().ln(p)?.into())
            }
            Atom::Symbol(name) => {
                let value = (self.symbols)(name).ok_or(Undecided::Domain)?;
                Ok(Interval::from_rational(&value, p)?.into())
            }
            Atom::Base(poly) => self.poly(poly),
            Atom::Abs(poly) => {
                let value = self.poly(poly)?;
                self.pay(2)?;
                Ok(value.re().abs().into())
            }
            Atom::Value(canon) => self.canon(canon),
            Atom::Function(func, arguments) => self.function(*func, arguments),
            Atom::Exp(_) | Atom::Cis(_) => self.power(atom, 1.into()),
            Atom::LogBase | Atom::Factorial(_) | Atom::Apply(..) => Err(Undecided::TooLarge),
        }
    }

    fn function(&mut self, func: Func, arguments: &[Canon]) -> Value {
        let [argument] = arguments else { return Err(Undecided::TooLarge) };
        let value = self.canon(argument)?;
        self.pay_function()?;
        let p = self.precision;
        if func == Func::Abs {
            return Ok(value.abs(p)?.into());
        }
        if func == Func::Ln {
            return value.ln(p);
        }
        if !value.is_real() {
            return Err(Undecided::TooLarge);
        }
        let x = value.re();
        let result = match func {
            Func::Arcsin => x.asin(p)?,
            Func::Arccos => x.acos(p)?,
            Func::Arctan => x.atan(p)?,
            Func::Arccot => Interval::pi(p).scale(-1)?.sub(&x.atan(p)?, p),
            Func::Arsinh => x.asinh(p)?,
            Func::Arcosh => x.acosh(p)?,
            Func::Artanh => x.atanh(p)?,
            Func::Floor => Interval::from_integer(&x.floor()?, p)?,
            Func::Ceil => Interval::from_integer(&x.ceil()?, p)?,
            _ => return Err(Undecided::TooLarge),
        };
        Ok(result.into())
    }
}
