//! How far a number may be from the reference and still count as equal: the options `relative_tolerance`,
//! `absolute_tolerance` and `significant_digits`.
//!
//! Accepts: numbers without symbols whose distance is certainly within the bound; a distance that is exactly the bound
//! counts where both numbers are rational. Refuses: everything whose distance is not decided, and formulas with
//! symbols.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Pow, Signed, Zero};

use super::algebra::{self, Budget, Canon, PRECISIONS};
use super::interval::{Interval, Precision};

/// Most significant digits that can be asked for.
pub const MAX_DIGITS: u32 = 100;

/// The distance from the reference that still counts as equal: the largest of the given bounds. Nothing by default.
///
/// ```
/// use r1rewards::math::{Math, Policy, Tolerance};
/// let policy = Policy { tolerance: Tolerance::relative(0.01).unwrap(), ..Policy::strict() };
/// let math = Math::new(policy);
/// assert!(math.verify(&["9.81".into()], r"\boxed{9.8}").is_correct());
/// assert!(!math.verify(&["9.81".into()], r"\boxed{9.7}").is_correct());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Tolerance {
    /// A share of the reference's absolute value; `None`: no bound of this kind.
    relative: Option<BigRational>,
    /// A distance.
    absolute: Option<BigRational>,
    /// Half a unit in this significant digit of the reference; 0: no bound of this kind.
    significant: u32,
}

impl Tolerance {
    /// A share of the reference's absolute value, of at least 0 and less than 1; `None` for other numbers.
    pub fn relative(share: f64) -> Option<Self> {
        Self::default().with_relative(share)
    }

    /// A distance of at least 0; `None` for other numbers.
    pub fn absolute(distance: f64) -> Option<Self> {
        Self::default().with_absolute(distance)
    }

    /// Half a unit in a significant digit of the reference, from 1 to [`MAX_DIGITS`]; `None` for other counts.
    ///
    /// ```
    /// use r1rewards::math::Tolerance;
    /// assert!(Tolerance::significant(3).is_some());
    /// assert!(Tolerance::significant(0).is_none());
    /// ```
    pub fn significant(digits: u32) -> Option<Self> {
        Self::default().with_significant(digits)
    }

    /// The same with a share of the reference's absolute value.
    pub fn with_relative(self, share: f64) -> Option<Self> {
        (share < 1.0).then_some(())?;
        Some(Self { relative: exact(share)?, ..self })
    }

    /// The same with a distance.
    pub fn with_absolute(self, distance: f64) -> Option<Self> {
        Some(Self { absolute: exact(distance)?, ..self })
    }

    /// The same with a significant digit.
    pub fn with_significant(self, digits: u32) -> Option<Self> {
        (1..=MAX_DIGITS).contains(&digits).then_some(Self { significant: digits, ..self })
    }

    /// The bounds by the names of their options, as a spec writes them.
    pub fn options(&self) -> Vec<(&'static str, serde_json::Value)> {
        let number =
            |value: &Option<BigRational>| value.as_ref().and_then(num_traits::ToPrimitive::to_f64).map(serde_json::Value::from);
        let digits = (self.significant > 0).then(|| self.significant.into());
        if self.is_none() {
            return vec![("relative_tolerance", 0.0.into())];
        }
        [
            ("relative_tolerance", number(&self.relative)),
            ("absolute_tolerance", number(&self.absolute)),
            ("significant_digits", digits),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// Whether only equal numbers are equal.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a rational number is near enough to the reference.
    pub(super) fn admits(&self, gold: &BigRational, answer: &BigRational) -> bool {
        // Cross-multiplication: common denominators would take time quadratic in the length.
        let apart = (answer.numer() * gold.denom() - gold.numer() * answer.denom()).abs();
        let scale = gold.denom() * answer.denom();
        let within = |bound: &BigRational| &apart * bound.denom() <= bound.numer() * &scale;
        self.relative.as_ref().is_some_and(|share| &apart * share.denom() <= share.numer() * gold.numer().abs() * answer.denom())
            || self.absolute.as_ref().is_some_and(within)
            || self.half_unit(gold).is_some_and(|half| within(&half))
    }

    /// Whether a number is certainly near enough to the reference; both are canonical forms without symbols.
    pub(super) fn admits_value(&self, gold: &Canon, answer: &Canon, budget: &mut Budget) -> bool {
        if let (Some(gold), Some(answer)) = (gold.rational(), answer.rational()) {
            return self.admits(&gold, &answer);
        }
        for bits in PRECISIONS {
            let precision = Precision::new(bits);
            let mut real = |canon: &Canon| {
                let value = algebra::evaluate(canon, precision, &|_| None, budget).ok()?;
                // A real number whose form goes through i keeps an imaginary part around zero.
                value.im().contains_zero().then(|| value.re().clone())
            };
            let (Some(g), Some(a)) = (real(gold), real(answer)) else { return false };
            match self.near(&g, &a, precision) {
                Some(decided) => return decided,
                None => continue,
            }
        }
        false
    }

    /// Whether two enclosures are certainly near, or certainly not; `None` where this precision does not decide.
    fn near(&self, gold: &Interval, answer: &Interval, precision: Precision) -> Option<bool> {
        let apart = gold.sub(answer, precision).abs();
        let mut bounds = Vec::with_capacity(3);
        if let Some(share) = &self.relative {
            bounds.push(Interval::from_rational(share, precision).ok()?.mul(&gold.abs(), precision).ok()?);
        }
        if let Some(distance) = &self.absolute {
            bounds.push(Interval::from_rational(distance, precision).ok()?);
        }
        if self.significant > 0 {
            let (low, high) = (gold.lower().to_rational().ok()?, gold.upper().to_rational().ok()?);
            let (low, high) = (self.half_unit(&low)?, self.half_unit(&high)?);
            bounds.push(Interval::from_rational(&low.min(high), precision).ok()?);
        }
        if bounds.iter().any(|bound| apart.certainly_less(bound)) {
            return Some(true);
        }
        bounds.iter().all(|bound| bound.certainly_less(&apart)).then_some(false)
    }

    /// Half a unit in the last significant digit of a number.
    fn half_unit(&self, value: &BigRational) -> Option<BigRational> {
        if self.significant == 0 || value.is_zero() {
            return None;
        }
        let five = BigRational::from_integer(BigInt::from(5));
        let exponent = decimal_exponent(value)? - i32::try_from(self.significant).ok()?;
        Some(five * power_of_ten(exponent))
    }
}

/// The whole number e with 10^e ≤ |value| < 10^(e+1).
fn decimal_exponent(value: &BigRational) -> Option<i32> {
    let digits = |number: &BigInt| i64::try_from(number.bits()).ok().map(|bits| bits * 30_103 / 100_000);
    let estimate = i32::try_from(digits(value.numer())? - digits(value.denom())?).ok()?;
    // Of two counts of digits, each too small by less than one and a rounding error, the difference is off by one or
    // two at most.
    (estimate - 2..=estimate + 2).rev().find(|exponent| power_of_ten(*exponent) <= value.abs())
}

fn power_of_ten(exponent: i32) -> BigRational {
    let power = BigRational::from_integer(Pow::pow(BigInt::from(10), exponent.unsigned_abs()));
    if exponent < 0 { BigRational::one() / power } else { power }
}

/// A finite number of at least 0, as its shortest decimal writes it: 0.01 is one hundredth. Inner `None`: 0, which is no
/// bound.
fn exact(value: f64) -> Option<Option<BigRational>> {
    if !value.is_finite() || value < 0.0 {
        return None;
    }
    if value == 0.0 {
        return Some(None);
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e')?;
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: BigInt = format!("{whole}{decimals}").parse().ok()?;
    let exponent = exponent.parse::<i32>().ok()? - i32::try_from(decimals.len()).ok()?;
    Some(Some(BigRational::from_integer(digits) * power_of_ten(exponent)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ratio(top: i64, low: i64) -> BigRational {
        BigRational::new(top.into(), low.into())
    }

    #[test]
    fn a_bound_is_the_decimal_that_was_written() {
        assert_eq!(exact(0.01), Some(Some(ratio(1, 100))));
        assert_eq!(exact(2.5e3), Some(Some(ratio(2500, 1))));
        assert_eq!(exact(f64::NAN), None);
        assert_eq!(exact(-1.0), None);
    }

    #[test]
    fn the_distance_that_is_the_bound_counts() {
        let tolerance = Tolerance::relative(0.01).unwrap();
        assert!(tolerance.admits(&ratio(100, 1), &ratio(101, 1)));
        assert!(!tolerance.admits(&ratio(100, 1), &ratio(10_101, 100)));
        // The share is of the reference, not of the answer.
        assert!(!tolerance.admits(&ratio(9_900, 100), &ratio(9_999_999, 99_999)));
        assert!(!tolerance.admits(&ratio(0, 1), &ratio(1, 1_000_000_000)));
    }

    proptest! {
        #[test]
        fn the_decimal_exponent_is_what_the_definition_says(top in 1_i64..1_000_000_000, low in 1_i64..1_000_000_000) {
            let value = ratio(top, low);
            let exponent = decimal_exponent(&value).unwrap();
            prop_assert!(power_of_ten(exponent) <= value && value < power_of_ten(exponent + 1));
        }

        #[test]
        fn digits_agree_where_the_distance_is_half_a_unit(value in 100_i64..1_000, off in -20_i64..20) {
            let tolerance = Tolerance::significant(3).unwrap();
            let answer = ratio(value * 10 + off, 10);
            prop_assert_eq!(tolerance.admits(&ratio(value, 1), &answer), off.abs() <= 5);
        }
    }
}
