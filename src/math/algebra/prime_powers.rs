//! The exponent of a prime in a rational number.
//!
//! Accepts: any rational and any prime. Refuses: work that exceeds the [`Budget`].

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::Zero;

use super::{Budget, Result};

/// Removes every power of a prime from a coefficient and returns their number; powers in the denominator count as
/// negative.
pub fn take_powers(coefficient: &mut BigRational, prime: &BigInt, budget: &mut Budget) -> Result<i64> {
    if !coefficient.numer().is_multiple_of(prime) && !coefficient.denom().is_multiple_of(prime) {
        return Ok(0);
    }
    let (top, above) = without_powers(coefficient.numer(), prime, budget)?;
    let (low, below) = without_powers(coefficient.denom(), prime, budget)?;
    // It was in lowest terms before, so it still is.
    *coefficient = BigRational::new_raw(top, low);
    Ok(above - below)
}

/// A number without its powers of a prime, and how many there were. The number is divided by p, p², p⁴ and so on while
/// the division is exact, and then by these in descending order.
fn without_powers(value: &BigInt, prime: &BigInt, budget: &mut Budget) -> Result<(BigInt, i64)> {
    let mut rest = value.clone();
    let (mut powers, mut count) = (vec![prime.clone()], 0);
    let mut place = 0;
    loop {
        let limbs = rest.bits() / 64 + 1;
        budget.spend(limbs + limbs * limbs / 256)?;
        let (quotient, remainder) = rest.div_rem(&powers[place]);
        if remainder.is_zero() && !quotient.is_zero() {
            rest = quotient;
            count += 1_i64 << place;
            let square = &powers[place] * &powers[place];
            if place + 1 == powers.len() {
                powers.push(square);
            }
            place += 1;
        } else if place > 0 {
            place -= 1;
        } else {
            return Ok((rest, count));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn powers_of_a_prime_are_counted(rest in 1_i64..1_000_000, power in 0_u32..300, place in 0_usize..4) {
            let prime = BigInt::from([2, 3, 5, 97][place]);
            let value = BigInt::from(rest) * num_traits::Pow::pow(prime.clone(), power);
            let (left, count) = without_powers(&value, &prime, &mut Budget::new(1_000_000)).expect("within the budget");
            prop_assert!(!left.is_multiple_of(&prime));
            prop_assert_eq!(left * num_traits::Pow::pow(prime, u32::try_from(count).expect("not negative")), value);
        }
    }
}
