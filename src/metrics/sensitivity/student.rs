//! Student's t distribution: the probability of a deviation, and the quantile of an interval.
//!
//! The probability is a regularised incomplete beta function, computed by its continued fraction. With a whole number
//! of degrees of freedom its factor is a product of fractions, so no gamma function is needed.

/// The probability that |T| is at least `t` for Student's t with `freedom` degrees of freedom: the two-sided p-value.
///
/// `t` must not be negative, and `freedom` is at least 1. Source: I_x(ν/2, 1/2) with x = ν/(ν + t²), NIST's Digital
/// Library of Mathematical Functions 8.17.
pub(super) fn beyond(t: f64, freedom: usize) -> f64 {
    let freedom_float = float(freedom);
    let (a, b) = (freedom_float / 2.0, 0.5);
    let ratio = t * t / freedom_float;
    if !ratio.is_finite() {
        return 0.0;
    }
    let x = 1.0 / (1.0 + ratio);
    // x^a (1−x)^b / B(a, b); x is close to 1 if there are many degrees of freedom.
    let front = (-a * ratio.ln_1p()).exp() * (ratio * x).sqrt() * inverse_beta(freedom);
    let share = if x < (a + 1.0) / (a + b + 2.0) {
        front * continued_fraction(a, b, x) / a
    } else {
        1.0 - front * continued_fraction(b, a, ratio * x) / b
    };
    share.clamp(0.0, 1.0)
}

/// The t that |T| reaches or exceeds with probability `share`: half the width of a confidence interval in standard
/// errors.
pub(super) fn quantile(share: f64, freedom: usize) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while beyond(high, freedom) > share && high < 1e300 {
        (low, high) = (high, 2.0 * high);
    }
    // As many halvings as a number has bits, and some more for the first ones, which only find the exponent.
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if beyond(middle, freedom) > share { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// 1 / B(ν/2, 1/2), by B(1/2, 1/2) = π, B(1, 1/2) = 2 and B(a+1, 1/2) = B(a, 1/2) · a / (a + 1/2).
fn inverse_beta(freedom: usize) -> f64 {
    let first = if freedom % 2 == 1 { std::f64::consts::FRAC_1_PI } else { 0.5 };
    let start = if freedom % 2 == 1 { 1 } else { 2 };
    (start..freedom).step_by(2).fold(first, |inverse, own| inverse * float(own + 1) / float(own))
}

/// The continued fraction of the incomplete beta function (DLMF 8.17.22), evaluated by the method of Lentz. It converges
/// quickly for x below (a+1)/(a+b+2).
fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    /// More steps than are ever needed: about the root of the larger of a and b.
    const STEPS: u32 = 100_000;
    let kept = |value: f64| if value.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { value };
    let mut numerator = 1.0;
    let mut denominator = 1.0 / kept(1.0 - (a + b) * x / (a + 1.0));
    let mut value = denominator;
    for step in 1..STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = value;
        for term in [even, odd] {
            denominator = 1.0 / kept(1.0 + term * denominator);
            numerator = kept(1.0 + term / numerator);
            value *= denominator * numerator;
        }
        if (value - before).abs() <= f64::EPSILON * value.abs() {
            break;
        }
    }
    value
}

#[expect(clippy::cast_precision_loss, reason = "counts of problems are far below 2^52")]
fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same probability as the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4.
    fn by_sum(t: f64, freedom: u32) -> f64 {
        let angle = (t / f64::from(freedom).sqrt()).atan();
        let (sine, cosine) = angle.sin_cos();
        let odd = freedom % 2 == 1;
        let (mut term, mut sum, mut at) = (if odd { cosine } else { 1.0 }, 0.0, if odd { 1 } else { 0 });
        while at + 2 <= freedom {
            sum += term;
            at += 2;
            term *= cosine * cosine * f64::from(at - 1) / f64::from(at);
        }
        let within = if odd { (angle + sine * sum) / std::f64::consts::FRAC_PI_2 } else { sine * sum };
        1.0 - within
    }

    #[test]
    fn quantiles_are_those_of_the_printed_tables() {
        let table = [
            (1, 12.7062),
            (2, 4.30265),
            (3, 3.18245),
            (4, 2.77645),
            (5, 2.57058),
            (9, 2.26216),
            (10, 2.22814),
            (29, 2.04523),
            (30, 2.04227),
            (100, 1.98397),
            (1000, 1.96234),
            (10_000_000, 1.95996),
        ];
        for (freedom, wanted) in table {
            let found = quantile(0.05, freedom);
            assert!((found - wanted).abs() < 6e-6 * wanted, "{freedom}: {found}, not {wanted}");
        }
        assert!((quantile(0.01, 5) - 4.03214).abs() < 1e-5);
    }

    #[test]
    fn small_probabilities_keep_their_digits() {
        // With one degree of freedom: 1 − (2/π) atan t, which is (2/π) atan(1/t).
        for t in [1e3_f64, 1e8, 1e15] {
            let wanted = (1.0 / t).atan() / std::f64::consts::FRAC_PI_2;
            assert!((beyond(t, 1) / wanted - 1.0).abs() < 1e-12, "{t}");
        }
        assert_eq!((beyond(0.0, 7), beyond(f64::INFINITY, 7)), (1.0, 0.0));
    }

    proptest! {
        #[test]
        fn probabilities_are_the_finite_sums(t in 0.0..40.0_f64, freedom in 1u32..300) {
            let (found, wanted) = (beyond(t, freedom as usize), by_sum(t, freedom));
            prop_assert!((found - wanted).abs() < 1e-11, "t {}, {} degrees of freedom: {}, not {}", t, freedom, found, wanted);
        }

        #[test]
        fn quantiles_are_where_the_probability_is_reached(share in 1e-6..0.999_f64, freedom in 1usize..2000) {
            prop_assert!((beyond(quantile(share, freedom), freedom) - share).abs() < 1e-9);
        }
    }
}
