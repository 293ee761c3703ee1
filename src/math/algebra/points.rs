//! Points at which needs are tried and formulas are told apart: rationals without short relations.

use num_bigint::BigInt;
use num_rational::BigRational;

/// How many points there are.
pub const ROWS: usize = 12;

/// Numerators over one denominator a row; every sign pattern of the first two symbols, values far below and above 1.
const TABLE: [([i64; 6], i64); ROWS] = [
    ([17, 29, 53, 71, 97, 113], 41),
    ([113, 97, 71, 53, 29, 17], 23),
    ([-23, -37, -61, -83, -101, -127], 29),
    ([-127, -101, -83, -61, -37, -23], 17),
    ([31, -19, 43, -59, 67, -89], 37),
    ([-31, 19, -43, 59, -67, 89], 13),
    ([3, 5, 7, 11, 13, 17], 101),
    ([-3, 5, 7, -11, 13, -17], 103),
    ([1009, 2003, 3001, 4001, 5003, 6007], 7),
    ([-1009, 2003, -3001, 4001, -5003, 6007], 11),
    ([19, 13, 37, 41, 29, 23], 8),
    ([43, 1013, 5, 2011, 17, 3001], 19),
];

/// The value of a symbol that stands for a whole number, at a place, in a row: not negative, as factorials need it.
pub fn whole(place: usize, row: usize) -> Option<BigRational> {
    (row < ROWS).then(|| BigRational::from_integer(BigInt::from(2 + row + 3 * place)))
}

/// The value of the symbol at a place, in a row.
pub fn value(place: usize, row: usize) -> Option<BigRational> {
    let (tops, low) = TABLE.get(row)?;
    let top = tops[place % tops.len()] + i64::try_from(place / tops.len()).ok()?;
    Some(BigRational::new(BigInt::from(top), BigInt::from(*low)))
}
