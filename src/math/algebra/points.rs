//! The points at which domain needs are tested and formulas are distinguished: rationals without short relations
//! between them.

use num_bigint::BigInt;
use num_rational::BigRational;

/// The number of points.
pub const ROWS: usize = 12;

/// Numerators over one denominator per row: every sign pattern of the first two symbols, and values far below and above
/// 1.
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

/// The value of a symbol that stands for a whole number, by the symbol's place and the row; never negative, as
/// factorials require.
pub fn whole(place: usize, row: usize) -> Option<BigRational> {
    (row < ROWS).then(|| BigRational::from_integer(BigInt::from(2 + row + 3 * place)))
}

/// The value of a symbol, by the symbol's place and the row.
pub fn value(place: usize, row: usize) -> Option<BigRational> {
    let (tops, low) = TABLE.get(row)?;
    let top = tops[place % tops.len()] + i64::try_from(place / tops.len()).ok()?;
    Some(BigRational::new(BigInt::from(top), BigInt::from(*low)))
}
