//! Python's numbers, compared and hashed by their exact value, whatever their type.
//!
//! Accepts: `bool`, `int`, `float`, `complex`, `Fraction` (in lowest terms, as Python keeps it) and `Decimal`. A number
//! whose size is far from the other's, or that has more digits than the other can have, is unequal before anything is
//! written out.

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use num_traits::{One as _, Signed as _, ToPrimitive as _, Zero as _};

use super::value::Value;

/// The prime that Python reduces numbers by to hash them (`sys.hash_info.modulus`), so that equal numbers of all types
/// have equal hashes.
const MODULUS: u64 = (1 << 61) - 1;
/// An upper bound of the significant digits of a float (the longest has 767).
const FLOAT_DIGITS: usize = 800;
/// An upper bound of the decimal exponents of floats.
const FLOAT_EXPONENT: i64 = 1_200;
/// An upper bound of the bits of the numerator and of the denominator of a float as a fraction.
const FLOAT_BITS: u64 = 2_200;

/// A number in the form in which it was sent.
enum Number<'v> {
    Int(BigInt),
    Float(f64),
    Fraction(&'v BigInt, &'v BigInt),
    /// ±digits·10^exponent, without zeros at either end of the digits.
    Decimal {
        negative: bool,
        digits: &'v str,
        exponent: i64,
    },
}

/// Whether two values are numbers and equal.
pub(super) fn equal(a: &Value, b: &Value) -> bool {
    if let (Value::Complex(..), _) | (_, Value::Complex(..)) = (a, b) {
        let (Some((real, imaginary)), Some((other, others))) = (complex(a), complex(b)) else { return false };
        return equal(&real, &other) && equal(&Value::Float(imaginary), &Value::Float(others));
    }
    let (Some(a), Some(b)) = (read(a), read(b)) else { return false };
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => a == b,
        (Number::Float(a), Number::Float(b)) => a == b,
        (Number::Fraction(a, b), Number::Fraction(c, d)) => a == c && b == d,
        (Number::Decimal { negative, digits, exponent }, Number::Decimal { negative: n, digits: d, exponent: e }) => {
            let figures = |digits: &'_ str| digits.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
            (digits.is_empty() && d.is_empty())
                || (negative == n && exponent == e && count(digits) == count(d) && figures(digits) == figures(d))
        }
        (Number::Int(int), Number::Float(float)) | (Number::Float(float), Number::Int(int)) => {
            int.bits() <= FLOAT_BITS
                && BigRational::from_float(float).is_some_and(|exact| exact.is_integer() && *exact.numer() == int)
        }
        (Number::Int(int), Number::Fraction(top, low)) | (Number::Fraction(top, low), Number::Int(int)) => {
            low.is_one() && *top == int
        }
        (Number::Float(float), Number::Fraction(top, low)) | (Number::Fraction(top, low), Number::Float(float)) => {
            top.bits() <= FLOAT_BITS
                && low.bits() <= FLOAT_BITS
                && BigRational::from_float(float).is_some_and(|exact| exact.numer() == top && exact.denom() == low)
        }
        (Number::Int(int), decimal @ Number::Decimal { .. }) | (decimal @ Number::Decimal { .. }, Number::Int(int)) => {
            decimal_is_int(&decimal, &int)
        }
        (Number::Float(float), decimal @ Number::Decimal { .. }) | (decimal @ Number::Decimal { .. }, Number::Float(float)) => {
            small(&decimal).is_some_and(|exact| BigRational::from_float(float) == Some(exact))
        }
        (Number::Fraction(top, low), decimal @ Number::Decimal { .. })
        | (decimal @ Number::Decimal { .. }, Number::Fraction(top, low)) => {
            small(&decimal).is_some_and(|exact| exact.numer() == top && exact.denom() == low)
        }
    }
}

fn complex(value: &Value) -> Option<(Value, f64)> {
    match value {
        Value::Complex(real, imaginary) => Some((Value::Float(*real), *imaginary)),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Fraction(..) | Value::Decimal(_) => Some((value.clone(), 0.0)),
        _ => None,
    }
}

/// A number that is not complex; `None` for `nan` and for values that are not numbers.
fn read(value: &Value) -> Option<Number<'_>> {
    Some(match value {
        Value::Bool(value) => Number::Int(BigInt::from(u8::from(*value))),
        Value::Int(value) => Number::Int(value.clone()),
        Value::Float(value) if !value.is_nan() => Number::Float(*value),
        Value::Fraction(top, low) if low.is_positive() => Number::Fraction(top, low),
        Value::Decimal(text) => decimal(text)?,
        _ => return None,
    })
}

/// Reads what `str(Decimal)` writes.
fn decimal(text: &str) -> Option<Number<'_>> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text.strip_prefix('+').unwrap_or(text)), |rest| (true, rest));
    if text.eq_ignore_ascii_case("infinity") {
        return Some(Number::Float(if negative { f64::NEG_INFINITY } else { f64::INFINITY }));
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            (mantissa, exponent.parse::<i64>().ok().filter(|exponent| exponent.unsigned_abs() < 1 << 62)?)
        }
        None => (text, 0),
    };
    // `12.50` has a point among its digits; without a point the digits are a slice of the text.
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let (digits, exponent) = match (whole.trim_start_matches('0'), fraction) {
        (whole, "") => (whole, exponent),
        ("", fraction) => (fraction, exponent - i64::try_from(fraction.len()).ok()?),
        // Both parts have digits: the point stays in the slice, and later steps skip it.
        _ => (mantissa, exponent - i64::try_from(fraction.len()).ok()?),
    };
    let digits = digits.trim_start_matches('0');
    let trimmed = if fraction.is_empty() { digits.trim_end_matches('0') } else { digits.trim_end_matches(['0', '.']) };
    let zeros = digits.len() - trimmed.len() - usize::from(digits[trimmed.len()..].contains('.'));
    Some(Number::Decimal { negative, digits: trimmed, exponent: exponent + i64::try_from(zeros).ok()? })
}

/// The digits of a decimal as a number.
fn mantissa(digits: &str) -> Option<BigInt> {
    if digits.is_empty() {
        return Some(BigInt::zero());
    }
    let plain: Vec<u8> = digits.bytes().filter(|byte| *byte != b'.').collect();
    BigInt::parse_bytes(&plain, 10)
}

fn count(digits: &str) -> usize {
    digits.len() - usize::from(digits.contains('.'))
}

/// Whether a decimal equals an integer; it is written out only if it has as many digits as the integer.
fn decimal_is_int(decimal: &Number<'_>, int: &BigInt) -> bool {
    let Number::Decimal { negative, digits, exponent } = decimal else { return false };
    if digits.is_empty() || int.is_zero() {
        return digits.is_empty() && int.is_zero();
    }
    if *exponent < 0 || *negative != (int.sign() == Sign::Minus) {
        return false;
    }
    // A number of n bits has at least (n − 1)·0.30102 and at most n·0.30104 + 1 digits.
    let length = i128::from(*exponent) + count(digits) as i128;
    let bits = i128::from(int.bits());
    if length * 100_000 < (bits - 1) * 30_102 || length * 100_000 > bits * 30_104 + 200_000 {
        return false;
    }
    let Some(power) = u32::try_from(*exponent).ok() else { return false };
    mantissa(digits).is_some_and(|mantissa| mantissa * BigInt::from(10).pow(power) == int.abs())
}

/// A decimal as a fraction, if its size allows it to equal a float.
fn small(decimal: &Number<'_>) -> Option<BigRational> {
    let Number::Decimal { negative, digits, exponent } = decimal else { return None };
    if count(digits) > FLOAT_DIGITS || exponent.abs() > FLOAT_EXPONENT {
        return None;
    }
    let power = BigInt::from(10).pow(u32::try_from(exponent.unsigned_abs()).ok()?);
    let mantissa = mantissa(digits)? * if *negative { -1 } else { 1 };
    Some(if *exponent < 0 { BigRational::new(mantissa, power) } else { BigRational::from_integer(mantissa * power) })
}

/// A hash that equal numbers share: the value modulo a prime. `None` for a value that is not a number or equals
/// nothing.
pub(super) fn hash(value: &Value) -> Option<u64> {
    if let Value::Complex(real, imaginary) = value {
        let (real, imaginary) = (hash(&Value::Float(*real))?, hash(&Value::Float(*imaginary))?);
        return Some(if imaginary == 0 { real } else { add(real, times(imaginary, 1_000_003)) });
    }
    Some(match read(value)? {
        Number::Int(value) => reduced(&value),
        Number::Float(value) if value.is_infinite() => 314_159 + u64::from(value.is_sign_negative()),
        Number::Float(value) => {
            let exact = BigRational::from_float(value)?;
            divided(reduced(exact.numer()), reduced(exact.denom()))
        }
        Number::Fraction(top, low) => divided(reduced(top), reduced(low)),
        Number::Decimal { negative, digits, exponent } => {
            let mantissa =
                digits.bytes().filter(u8::is_ascii_digit).fold(0, |sum, digit| add(times(sum, 10), u64::from(digit - b'0')));
            let ten = if exponent < 0 { inverse(10) } else { 10 };
            let value = times(mantissa, power(ten, exponent.unsigned_abs()));
            if negative && value != 0 { MODULUS - value } else { value }
        }
    })
}

fn reduced(value: &BigInt) -> u64 {
    let rest = (value % BigInt::from(MODULUS)).to_i64().unwrap_or(0);
    if rest < 0 { MODULUS - rest.unsigned_abs() } else { rest.unsigned_abs() }
}

fn add(a: u64, b: u64) -> u64 {
    (a + b) % MODULUS
}

fn times(a: u64, b: u64) -> u64 {
    u64::try_from(u128::from(a) * u128::from(b) % u128::from(MODULUS)).unwrap_or(0)
}

fn power(base: u64, mut exponent: u64) -> u64 {
    let (mut result, mut square) = (1, base);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = times(result, square);
        }
        square = times(square, square);
        exponent >>= 1;
    }
    result
}

/// The inverse by Fermat's little theorem; the inverse of zero is given as zero.
fn inverse(value: u64) -> u64 {
    power(value, MODULUS - 2)
}

fn divided(a: u64, b: u64) -> u64 {
    times(a, inverse(b))
}
