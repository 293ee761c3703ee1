//! The 24th roots of unity in radicals.
//!
//! Accepts: e^{iπt} for 0 < t < 1 with a denominator that divides 12. Other angles give `None` and stay powers of
//! e^{iπ}.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::One;

use super::form::{Atom, Exponent, Monomial};

/// The terms of e^{iπt}, sorted, in radicals for 0 < t < 1 where the denominator of t divides 12; `None` otherwise.
pub fn unit_root(turns: Exponent) -> Option<Vec<(Monomial, BigRational)>> {
    let twelfths = turns * Exponent::from_integer(12);
    if !twelfths.is_integer() {
        return None;
    }
    // cos and sin of 15° steps as a + b√2 + c√3 + d√6, in quarters.
    let (cos, sin): ([i64; 4], [i64; 4]) = match twelfths.to_integer() {
        1 => ([0, 1, 0, 1], [0, -1, 0, 1]),
        2 => ([0, 0, 2, 0], [2, 0, 0, 0]),
        3 => ([0, 2, 0, 0], [0, 2, 0, 0]),
        4 => ([2, 0, 0, 0], [0, 0, 2, 0]),
        5 => ([0, -1, 0, 1], [0, 1, 0, 1]),
        6 => ([0, 0, 0, 0], [4, 0, 0, 0]),
        7 => ([0, 1, 0, -1], [0, 1, 0, 1]),
        8 => ([-2, 0, 0, 0], [0, 0, 2, 0]),
        9 => ([0, -2, 0, 0], [0, 2, 0, 0]),
        10 => ([0, 0, -2, 0], [2, 0, 0, 0]),
        11 => ([0, -1, 0, -1], [0, -1, 0, 1]),
        _ => return None,
    };
    let half = Exponent::new(1, 2);
    let two = || (Atom::Prime(BigInt::from(2)), half);
    let three = || (Atom::Prime(BigInt::from(3)), half);
    let surds = [vec![], vec![two()], vec![three()], vec![two(), three()]];
    let mut terms = Vec::new();
    for (quarters, imaginary) in [(cos, false), (sin, true)] {
        for (quarter, surd) in quarters.iter().zip(&surds) {
            if *quarter != 0 {
                let mut factors = surd.clone();
                if imaginary {
                    factors.push((Atom::Imaginary, Exponent::one()));
                }
                terms.push((Monomial(factors.into_iter().collect()), BigRational::new((*quarter).into(), 4.into())));
            }
        }
    }
    terms.sort_by(|a, b| a.0.cmp(&b.0));
    Some(terms)
}
