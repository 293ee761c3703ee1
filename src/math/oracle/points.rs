//! The points at which two formulas are compared: of both signs, below and above 1, whole, small, large and complex.
//!
//! Accepts: any number of symbols. Each point gives every symbol a value without special relations to the others.

use std::sync::Arc;

use super::ball::Ball;

/// The kind of a point, which decides how much weight a disagreement there has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Fractions of moderate size, at which nothing special happens.
    Generic,
    /// Whole numbers: a quotient may have a removable singularity here, and powers of negative numbers are defined.
    Whole,
    /// Small or large values: a difference here may have been lost to cancellation without being zero.
    Extreme,
}

/// A value for every symbol.
#[derive(Debug, Clone, Copy)]
pub struct Point {
    pub kind: Kind,
    row: usize,
    complex: bool,
    /// A symbol with a value that replaces the tabulated one.
    moved: Option<(usize, f64)>,
}

/// Values of moderate size, without simple relations to each other.
const MODERATE: [f64; 12] = [
    2.314_893_1,
    1.327_718_4,
    2.176_250_9,
    1.809_516_3,
    0.372_184_6,
    0.718_035_2,
    0.583_921_7,
    0.141_863_5,
    1.957_340_8,
    0.926_481_3,
    1.073_259_6,
    1.635_914_2,
];
/// Signs of the first three symbols, row by row; the fourth has the sign of the first, and so on.
const SIGNS: [[f64; 3]; 8] = [
    [1.0, 1.0, 1.0],
    [-1.0, -1.0, -1.0],
    [-1.0, 1.0, 1.0],
    [1.0, -1.0, 1.0],
    [1.0, 1.0, -1.0],
    [-1.0, -1.0, 1.0],
    [-1.0, 1.0, -1.0],
    [1.0, -1.0, -1.0],
];
/// Odd and even values of both signs, in many combinations.
const WHOLE: [[f64; 3]; 10] = [
    [7.0, 5.0, 9.0],
    [-7.0, 6.0, 3.0],
    [6.0, -5.0, 8.0],
    [5.0, -7.0, -6.0],
    [-9.0, -5.0, 11.0],
    [9.0, -3.0, -4.0],
    [-11.0, 5.0, 7.0],
    [-4.0, -9.0, 6.0],
    [4.0, 3.0, -5.0],
    [-8.0, 7.0, -9.0],
];

/// The points for formulas over the reals.
pub fn real() -> impl Iterator<Item = Point> {
    let generic = (0..16).map(|row| Point { kind: Kind::Generic, row, complex: false, moved: None });
    let whole = (0..WHOLE.len()).map(|row| Point { kind: Kind::Whole, row, complex: false, moved: None });
    let extreme = (0..8).map(|row| Point { kind: Kind::Extreme, row, complex: false, moved: None });
    generic.chain(whole).chain(extreme)
}

/// The points off the real axis.
pub fn complex() -> impl Iterator<Item = Point> {
    (0..12).map(|row| Point { kind: Kind::Generic, row, complex: true, moved: None })
}

impl Point {
    /// The same point with another value for one symbol.
    pub fn moved(self, symbol: usize, value: f64) -> Self {
        Self { moved: Some((symbol, value)), ..self }
    }

    /// The value of the symbol at this place.
    pub fn value(self, symbol: usize) -> Ball {
        if let Some((_, value)) = self.moved.filter(|(moved, _)| *moved == symbol) {
            return Ball::exact(value);
        }
        let sign = SIGNS[self.row % SIGNS.len()][symbol % 3];
        // The signs are used twice, with different sizes; each symbol is shifted by another step.
        let size = MODERATE[(5 * self.row + self.row / SIGNS.len() + 7 * symbol) % MODERATE.len()];
        match self.kind {
            _ if self.complex => {
                let other = MODERATE[(3 * self.row + 5 * symbol + 1) % MODERATE.len()];
                Ball::complex(sign * size, SIGNS[(self.row / 2 + symbol) % SIGNS.len()][(symbol + 1) % 3] * other)
            }
            Kind::Generic => Ball::exact(sign * size),
            #[expect(clippy::cast_precision_loss, reason = "a few symbols")]
            Kind::Whole => Ball::exact(WHOLE[self.row % WHOLE.len()][symbol % 3] + 12.0 * (symbol / 3) as f64),
            Kind::Extreme => Ball::exact(sign * if self.row < 4 { 9.7 * size } else { size / 170.0 }),
        }
    }

    /// The values of these symbols as readable text.
    pub fn shown(self, symbols: &[Arc<str>]) -> String {
        let all = symbols.iter().enumerate().map(|(place, name)| format!("{name}={}", self.value(place)));
        all.collect::<Vec<_>>().join(", ")
    }

    /// The base of `log` without a base. Formulas that are equal must be equal for every base, so the base differs
    /// between points.
    pub fn log_base(self) -> f64 {
        [10.0, std::f64::consts::E, 3.7][self.row % 3]
    }
}
