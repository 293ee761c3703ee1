//! Certified values of constants: enclosures of canonical forms at a given precision.
//!
//! Accepts: forms without free symbols, or with values for them. Refuses: unknown functions, unevaluated sums and integrals, and
//! whatever the enclosures cannot decide at this precision.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;

use super::canon::Canon;
use super::monomial::{Atom, Exponent, Monomial};
use super::poly::Poly;
use super::{Result, Trouble};
use crate::math::interval::{Complex, Interval, Precision, Undecided};
use crate::math::node::Func;

/// Bits tried in turn before a question is left undecided.
pub const PRECISIONS: [u32; 5] = [64, 128, 320, 768, 2_048];

type Value = std::result::Result<Complex, Undecided>;

/// An enclosure of a form; `symbols` gives values to free symbols.
pub fn evaluate(canon: &Canon, precision: Precision, symbols: &dyn Fn(&str) -> Option<BigRational>) -> Value {
    let evaluator = Evaluator { precision, symbols };
    let num = evaluator.poly(&canon.num)?;
    if canon.den.is_one() {
        return Ok(num);
    }
    num.div(&evaluator.poly(&canon.den)?, precision)
}

/// An enclosure of a polynomial without free symbols.
pub fn evaluate_poly(poly: &Poly, precision: Precision) -> Value {
    Evaluator { precision, symbols: &|_| None }.poly(poly)
}

/// The sign of a real constant, where an enclosure decides it.
pub fn sign_of(poly: &Poly) -> Result<Ordering> {
    if let Some(value) = poly.rational() {
        return Ok(value.numer().sign().cmp(&num_bigint::Sign::NoSign));
    }
    for bits in PRECISIONS {
        match evaluate_poly(poly, Precision::new(bits)) {
            Ok(value) if value.is_real() => {
                if let Some(sign) = value.re().sign().filter(|s| *s != Ordering::Equal || value.re().is_zero()) {
                    return Ok(sign);
                }
            }
            Ok(_) => return Err(Trouble::TooLarge),
            Err(trouble) if trouble.may_yield_to_precision() => {}
            Err(_) => return Err(Trouble::TooLarge),
        }
    }
    Err(Trouble::TooLarge)
}

/// ⌊c⌋ or ⌈c⌉ of a real constant that is no integer.
pub fn floor_of(canon: &Canon, ceil: bool) -> Option<BigInt> {
    if !canon.is_constant() {
        return None;
    }
    for bits in PRECISIONS {
        let value = evaluate(canon, Precision::new(bits), &|_| None).ok()?;
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

struct Evaluator<'a> {
    precision: Precision,
    symbols: &'a dyn Fn(&str) -> Option<BigRational>,
}

impl Evaluator<'_> {
    fn canon(&self, canon: &Canon) -> Value {
        evaluate(canon, self.precision, self.symbols)
    }

    fn poly(&self, poly: &Poly) -> Value {
        let mut total = Complex::zero();
        for (monomial, coefficient) in &poly.0 {
            let coefficient = Interval::from_rational(coefficient, self.precision)?;
            let term = self.monomial(monomial)?.mul_real(&coefficient, self.precision)?;
            total = total.add(&term, self.precision);
        }
        Ok(total)
    }

    fn monomial(&self, monomial: &Monomial) -> Value {
        let mut product = Complex::one();
        for (atom, exponent) in &monomial.0 {
            let factor = self.power(atom, *exponent)?;
            product = product.mul(&factor, self.precision)?;
        }
        Ok(product)
    }

    fn power(&self, atom: &Atom, exponent: Exponent) -> Value {
        let exact =
            || Interval::from_rational(&BigRational::new((*exponent.numer()).into(), (*exponent.denom()).into()), self.precision);
        // e^(m·q) at once: raising an enclosure of e^m to a large power would widen it.
        match atom {
            Atom::Exp(power) => return self.monomial(power)?.mul_real(&exact()?, self.precision)?.exp(self.precision),
            Atom::Cis(power) => return self.monomial(power)?.mul_real(&exact()?, self.precision)?.times_i().exp(self.precision),
            _ => {}
        }
        let base = self.atom(atom)?;
        if exponent.is_integer() {
            return base.pow_integer(exponent.to_integer(), self.precision);
        }
        let index = u32::try_from(*exponent.denom()).map_err(|_| Undecided::TooLarge)?;
        let root = if base.is_real() && (index % 2 == 1 || !base.re().is_negative()) {
            Complex::new(base.re().root(index, self.precision)?, Interval::zero())
        } else {
            base.root(index, self.precision)?
        };
        root.pow_integer(*exponent.numer(), self.precision)
    }

    fn atom(&self, atom: &Atom) -> Value {
        let real = |value: Interval| Complex::new(value, Interval::zero());
        match atom {
            Atom::Prime(prime) => Ok(real(Interval::from_integer(prime, self.precision)?)),
            Atom::Imaginary => Ok(Complex::i()),
            Atom::Pi => Ok(real(Interval::pi(self.precision))),
            Atom::Ln(poly) => {
                let value = self.poly(poly)?;
                if value.is_real() { Ok(real(value.re().ln(self.precision)?)) } else { value.ln(self.precision) }
            }
            Atom::Symbol(name) => {
                let value = (self.symbols)(name).ok_or(Undecided::Domain)?;
                Ok(real(Interval::from_rational(&value, self.precision)?))
            }
            Atom::Base(poly) => self.poly(poly),
            Atom::Abs(poly) => Ok(real(self.poly(poly)?.abs(self.precision)?)),
            Atom::Value(canon) => self.canon(canon),
            Atom::Function(func, arguments) => self.function(*func, arguments),
            Atom::Exp(_) | Atom::Cis(_) => self.power(atom, 1.into()),
            Atom::LogBase | Atom::Factorial(_) | Atom::Apply(..) | Atom::Big(..) => Err(Undecided::TooLarge),
        }
    }

    fn function(&self, func: Func, arguments: &[Canon]) -> Value {
        let [argument] = arguments else { return Err(Undecided::TooLarge) };
        let value = self.canon(argument)?;
        let p = self.precision;
        if func == Func::Abs {
            return Ok(Complex::new(value.abs(p)?, Interval::zero()));
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
        Ok(Complex::new(result, Interval::zero()))
    }
}
