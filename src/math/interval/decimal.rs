//! Bounds as decimal numbers, rounded outward.
//!
//! Refuses numbers beyond `10^±20000` or so, whose digits would take more work than they are worth.
use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::One;

use super::{Float, Interval, Round, Undecided};

/// The largest magnitude in bits that is written out.
const MAX_MAGNITUDE: i64 = 1 << 16;
/// The most digits.
const MAX_DIGITS: u32 = 10_000;

impl Interval {
    /// A decimal number of so many significant digits that no number within is below.
    pub fn lower_decimal(&self, digits: u32) -> Result<String, Undecided> {
        self.lower().to_decimal(digits, Round::Down)
    }
    /// A decimal number of so many significant digits that no number within is above.
    pub fn upper_decimal(&self, digits: u32) -> Result<String, Undecided> {
        self.upper().to_decimal(digits, Round::Up)
    }
}

impl Float {
    /// This number in decimal, rounded to so many significant digits (at least 1): `-12.50`, `3.1416e-30`.
    pub fn to_decimal(&self, digits: u32, round: Round) -> Result<String, Undecided> {
        if self.is_zero() {
            return Ok("0".to_owned());
        }
        if self.magnitude().abs() > MAX_MAGNITUDE {
            return Err(Undecided::TooLarge);
        }
        let digits = digits.clamp(1, MAX_DIGITS);
        let away = self.is_positive() == (round == Round::Up);
        // log10(2) is 0.30103 to all the accuracy that magnitudes up to 2^16 need; a wrong guess is off by one.
        let mut exponent = (self.magnitude() - 1) * 30_103 / 100_000 - 1;
        let limit = BigUint::from(10u32).pow(digits);
        let mut scaled = self.scaled(i64::from(digits) - 1 - exponent, away);
        while scaled >= limit {
            exponent += 1;
            scaled = self.scaled(i64::from(digits) - 1 - exponent, away);
        }
        let sign = if self.is_negative() { "-" } else { "" };
        Ok(format!("{sign}{}", place(&scaled.to_string(), exponent)))
    }
    /// `|x| * 10^power` as an integer, towards or away from 0.
    fn scaled(&self, power: i64, away: bool) -> BigUint {
        let ten = BigUint::from(10u32).pow(u32::try_from(power.unsigned_abs()).unwrap_or(0));
        let two = BigInt::one().magnitude() << self.exponent().unsigned_abs();
        let (mut numerator, mut denominator) = (self.mantissa().magnitude().clone(), BigUint::one());
        for (factor, above) in [(ten, power >= 0), (two, self.exponent() >= 0)] {
            *(if above { &mut numerator } else { &mut denominator }) *= factor;
        }
        if away { Integer::div_ceil(&numerator, &denominator) } else { numerator / denominator }
    }
}

/// Digits `d.ddd * 10^exponent` in plain notation where that is short.
fn place(digits: &str, exponent: i64) -> String {
    let count = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    match usize::try_from(exponent) {
        Ok(whole) if exponent < count - 1 => format!("{}.{}", &digits[..=whole], &digits[whole + 1..]),
        Ok(_) if exponent == count - 1 => digits.to_owned(),
        Err(_) if exponent >= -6 => {
            let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
            format!("0.{}{digits}", "0".repeat(zeros))
        }
        _ if count == 1 => format!("{digits}e{exponent}"),
        _ => format!("{}.{}e{exponent}", &digits[..1], &digits[1..]),
    }
}
