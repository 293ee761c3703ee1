//! The least, the greatest, the greatest common divisor and the least common multiple of a list.
//!
//! Accepts: rational numbers for all four, real constants for min and max. The divisor of fractions is the largest number of
//! which all are whole multiples, gcd(1/2, 3) = 1/2; their multiple is the least positive number that is a whole multiple of
//! each. Formulas become an atom with sorted arguments. Refuses: gcd and lcm of other constants, which stay an atom.

use std::cmp::Ordering;

use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Signed, Zero};

use super::eval::sign_of;
use super::form::{Atom, Canon};
use super::held::{Held, Measured};
use super::{Budget, Result, Trouble, rational};
use crate::math::node::Func;

/// min, max, gcd or lcm of a list.
pub fn extremum(func: Func, mut arguments: Vec<Canon>, budget: &mut Budget) -> Result<Canon> {
    let numbers: Option<Vec<BigRational>> = arguments.iter().map(Canon::rational).collect();
    if let Some(numbers) = numbers {
        let found = match func {
            Func::Min => numbers.into_iter().min(),
            Func::Max => numbers.into_iter().max(),
            _ => common(func, &numbers, budget)?,
        };
        return found.map(Canon::constant).ok_or(Trouble::NotScalar);
    }
    // One argument that is written is the extreme over its symbols: `\max(x^2)` is not x².
    let over = arguments.len() == 1 && !arguments[0].is_constant();
    let size = arguments.iter().fold(0, |size: u64, argument| size.saturating_add(argument.size()));
    budget.spend(size.saturating_mul(4))?;
    arguments.sort();
    arguments.dedup();
    if matches!(func, Func::Min | Func::Max) {
        if arguments.len() == 1 && !over {
            return arguments.pop().ok_or(Trouble::NotScalar);
        }
        if arguments.iter().all(Canon::is_constant)
            && let Some(best) = farthest(func, &arguments, budget)
        {
            return Ok(best);
        }
    }
    Ok(Canon::atom(Atom::Function(func, Held::new(arguments))))
}

/// The least or greatest of real constants, where the order of each pair that decides is certified.
fn farthest(func: Func, constants: &[Canon], budget: &mut Budget) -> Option<Canon> {
    let wanted = if func == Func::Min { Ordering::Less } else { Ordering::Greater };
    let mut best = constants.first()?;
    for next in &constants[1..] {
        let difference = next.plus(&best.negated(), budget).ok()?;
        // A form that is zero without being so in form has no certified sign.
        let (top, low) = (sign_of(&difference.num, budget).ok()?, sign_of(&difference.den, budget).ok()?);
        if difference.is_zero() {
            continue;
        }
        let sign = if low == Ordering::Less { top.reverse() } else { top };
        if sign == wanted {
            best = next;
        }
    }
    Some(best.clone())
}

/// gcd(a/b, c/d) = gcd(ad, bc)/bd, and lcm(x, y) = |xy|/gcd(x, y).
fn common(func: Func, numbers: &[BigRational], budget: &mut Budget) -> Result<Option<BigRational>> {
    let mut found: Option<BigRational> = None;
    for number in numbers {
        let next = number.abs();
        budget.bits(&next)?;
        found = Some(match found {
            None => next,
            Some(known) => {
                budget.bits(&known)?;
                let shared = divisor(&known, &next);
                match func {
                    Func::Gcd => shared,
                    _ if known.is_zero() || next.is_zero() => BigRational::zero(),
                    _ => rational::product(&rational::product(&known, &next), &shared.recip()),
                }
            }
        });
    }
    Ok(found)
}

fn divisor(a: &BigRational, b: &BigRational) -> BigRational {
    let low = a.denom().lcm(b.denom());
    let (left, right) = (a.numer() * (&low / a.denom()), b.numer() * (&low / b.denom()));
    BigRational::new(left.gcd(&right), low)
}
