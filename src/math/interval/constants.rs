//! The constants pi and ln 2, as floors of fixed-point values.
//!
//! Each thread keeps the longest value of pi and of ln 2 computed so far. A floor of a floor is the floor, so a value
//! cut from a longer one is equal to one computed at its own length: results do not depend on earlier calls.
use std::cell::RefCell;
use std::thread::LocalKey;

use num_bigint::{BigInt, BigUint};
use num_traits::{One, Zero};

use super::{Float, Interval, Precision};

impl Interval {
    /// The constant pi.
    pub fn pi(precision: Precision) -> Self {
        let places = precision.bits() - 2;
        enclosure(pi(places), places)
    }
}

type Longest = RefCell<(u32, BigUint)>;

thread_local! {
    static PI: Longest = RefCell::default();
    static LN_2: Longest = RefCell::default();
}

/// The floor of `pi * 2^places`.
pub(super) fn pi(places: u32) -> BigUint {
    cached(&PI, pi_series, places)
}

/// The floor of `ln(2) * 2^places`.
pub(super) fn ln_2(places: u32) -> BigUint {
    cached(&LN_2, ln_2_series, places)
}

/// The enclosure of an irrational constant, from its floor and the next integer.
pub(super) fn enclosure(floor: BigUint, places: u32) -> Interval {
    let floor = BigInt::from(floor);
    let end = |mantissa: BigInt| Float::rounded(mantissa, -i64::from(places), u32::MAX, super::Round::Down);
    Interval::new(end(floor.clone()), end(floor + 1))
}

/// A lower bound of a constant times `2^places`, and the largest distance of the constant above it.
type Series = fn(u32) -> (BigUint, u64);

fn cached(key: &'static LocalKey<Longest>, series: Series, places: u32) -> BigUint {
    let cut = key.try_with(|longest| {
        let mut longest = longest.try_borrow_mut().ok()?;
        if longest.0 < places {
            let length = places.max(256).checked_next_power_of_two().unwrap_or(places);
            *longest = (length, floor(series, length));
        }
        Some(&longest.1 >> (longest.0 - places))
    });
    // Without thread-local storage (in a thread that is ending) the value is computed again.
    cut.ok().flatten().unwrap_or_else(|| floor(series, places))
}

/// The floor of an irrational constant: guard bits are added until both ends of its enclosure have the same floor.
fn floor(series: Series, places: u32) -> BigUint {
    let mut guard = 64;
    loop {
        let (lower, slack) = series(places + guard);
        let upper = (&lower + slack) >> guard;
        let lower = lower >> guard;
        if lower == upper {
            return lower;
        }
        guard *= 2;
    }
}

/// `pi = 16 atan(1/5) - 4 atan(1/239)`: J. Machin, 1706.
fn pi_series(places: u32) -> (BigUint, u64) {
    let ((fifth, error), (rest, more)) = (inverse(5, places, true), inverse(239, places, true));
    below(fifth * 16u32, rest * 4u32, 16 * error + 4 * more)
}

/// `ln 2 = 18 atanh(1/26) - 2 atanh(1/4801) + 8 atanh(1/8749)`: X. Gourdon and P. Sebah, *The logarithmic constant:
/// log 2* (2004), a Machin-like formula.
fn ln_2_series(places: u32) -> (BigUint, u64) {
    let ((a, first), (b, second), (c, third)) =
        (inverse(26, places, false), inverse(4801, places, false), inverse(8749, places, false));
    below(a * 18u32 + c * 8u32, b * 2u32, 18 * first + 2 * second + 8 * third)
}

/// A lower bound of `plus - minus`, which is known to within `error` in either direction, and the width of the
/// enclosure.
fn below(plus: BigUint, minus: BigUint, error: u64) -> (BigUint, u64) {
    let minus = minus + error;
    (if plus > minus { plus - minus } else { BigUint::zero() }, 2 * error)
}

/// The series of `atan(1/n)` (alternating) or `atanh(1/n)`, times `2^places`, and a bound on its error in either
/// direction.
///
/// Every power is a floor of a floor: it is below the true one by `d' <= d / n^2 + 1 < 2`. Its quotient by `2j + 1` is
/// below the true one by less than 3. When the power is 0, the true one is below 2, and all following terms add up to
/// less than 3.
fn inverse(n: u32, places: u32, alternating: bool) -> (BigUint, u64) {
    let mut power = (BigUint::one() << places) / n;
    let mut sums = [power.clone(), BigUint::zero()];
    let mut odd = 1u32;
    let mut terms = 1;
    while !power.is_zero() {
        power /= n * n;
        odd += 2;
        sums[usize::from(alternating && odd % 4 == 3)] += &power / odd;
        terms += 1;
    }
    let [plus, minus] = sums;
    (if plus > minus { plus - minus } else { BigUint::zero() }, 3 * terms + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_do_not_depend_on_history() {
        let short = [pi(100), ln_2(100)];
        let long = [pi(3000), ln_2(3000)];
        assert_eq!(short, [pi(100), ln_2(100)]);
        assert_eq!(short, [floor(pi_series, 100), floor(ln_2_series, 100)]);
        assert_eq!(short, long.map(|constant| constant >> 2900u32));
    }
}
