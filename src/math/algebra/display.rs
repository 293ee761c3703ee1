//! Canonical forms as text, for explanations.
//!
//! Accepts: any form. The text is for human readers: long text is shortened, and no comparison uses it.

use std::fmt;

use num_rational::BigRational;
use num_traits::{One, Signed};

use super::form::{Atom, Canon, Exponent, Monomial, Poly};
use super::held::Held;

/// Number of terms that are written before the rest is left out.
const MAX_TERMS: usize = 12;
/// Number of digits of a number above which the middle digits are left out.
const MAX_DIGITS: usize = 60;

impl<T: fmt::Display> fmt::Display for Held<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}

impl fmt::Display for Canon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.den.is_one() { write!(f, "{}", self.num) } else { write!(f, "({})/({})", self.num, self.den) }
    }
}

impl fmt::Display for Poly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return f.write_str("0");
        }
        for (place, (monomial, coefficient)) in self.0.iter().rev().enumerate() {
            if place == MAX_TERMS {
                return write!(f, " + … ({} terms)", self.0.len());
            }
            let sign = if coefficient.is_negative() { "-" } else { "+" };
            match place {
                0 if sign == "-" => f.write_str("-")?,
                0 => {}
                _ => write!(f, " {sign} ")?,
            }
            let size = coefficient.abs();
            if monomial.is_one() {
                write_number(f, &size)?;
            } else if size.is_one() {
                write!(f, "{monomial}")?;
            } else {
                write_number(f, &size)?;
                write!(f, "*{monomial}")?;
            }
        }
        Ok(())
    }
}

fn write_number(f: &mut fmt::Formatter<'_>, value: &BigRational) -> fmt::Result {
    let text = value.to_string();
    if text.len() <= MAX_DIGITS {
        return f.write_str(&text);
    }
    write!(f, "{}…{} ({} digits)", &text[..20], &text[text.len() - 10..], text.len())
}

impl fmt::Display for Monomial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (atom, exponent)) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("*")?;
            }
            write_power(f, atom, *exponent)?;
        }
        if self.is_one() { f.write_str("1") } else { Ok(()) }
    }
}

fn write_power(f: &mut fmt::Formatter<'_>, atom: &Atom, exponent: Exponent) -> fmt::Result {
    let scaled = |power: &Monomial| match (power.is_one(), exponent.is_one()) {
        (true, _) => exponent.to_string(),
        (false, true) => power.to_string(),
        (false, false) => format!("{exponent}*{power}"),
    };
    match atom {
        Atom::Exp(power) if power.is_one() && exponent.is_one() => return f.write_str("e"),
        Atom::Exp(power) => return write!(f, "e^({})", scaled(power)),
        Atom::Cis(power) => return write!(f, "e^(i*{})", scaled(power)),
        _ => {}
    }
    if exponent == Exponent::new(1, 2) {
        return write!(f, "sqrt({atom})");
    }
    // Without the parentheses, `ln|x|^3` would be the logarithm of a power.
    if matches!(atom, Atom::Ln(_) | Atom::FormalLn(_)) && !exponent.is_one() {
        write!(f, "({atom})")?;
    } else {
        write!(f, "{atom}")?;
    }
    if exponent.is_one() {
        Ok(())
    } else if exponent.is_integer() && exponent.is_positive() {
        write!(f, "^{exponent}")
    } else {
        write!(f, "^({exponent})")
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prime(prime) => write_number(f, &BigRational::from_integer(prime.clone())),
            Self::Imaginary => f.write_str("i"),
            Self::Pi => f.write_str("pi"),
            Self::Exp(power) => write!(f, "e^({power})"),
            Self::Cis(power) => write!(f, "e^(i*{power})"),
            Self::Ln(poly) if poly.rational().is_some() => write!(f, "ln({poly})"),
            Self::Ln(poly) => write!(f, "ln|{poly}|"),
            Self::FormalLn(poly) => write!(f, "ln({poly})"),
            Self::LogBase => f.write_str("ln(base)"),
            Self::Symbol(name) if name.as_ref() == "\u{0}" => f.write_str("k"),
            Self::Symbol(name) if name.as_ref() == "\u{1}" => f.write_str("infinity"),
            Self::Symbol(name) => write_name(f, name),
            Self::Base(poly) => write!(f, "({poly})"),
            Self::Abs(poly) => write!(f, "|{poly}|"),
            Self::Factorial(poly) => write!(f, "({poly})!"),
            Self::Function(func, arguments) => {
                write!(f, "{}", format!("{func:?}").to_lowercase())?;
                write_arguments(f, arguments)
            }
            Self::Apply(name, arguments) => {
                write_name(f, name)?;
                write_arguments(f, arguments)
            }
            Self::Value(canon) => write!(f, "({canon})"),
        }
    }
}

/// Writes a name; an index of several characters is put in braces, `a_{k+1}`.
fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let Some((letter, index)) = name.split_once('_') else { return f.write_str(name) };
    let bare = index.trim_end_matches('\'');
    let primes = &index[bare.len()..];
    if bare.chars().count() > 1 { write!(f, "{letter}_{{{bare}}}{primes}") } else { f.write_str(name) }
}

fn write_arguments(f: &mut fmt::Formatter<'_>, arguments: &[Canon]) -> fmt::Result {
    f.write_str("(")?;
    for (place, argument) in arguments.iter().enumerate() {
        if place > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{argument}")?;
    }
    f.write_str(")")
}
