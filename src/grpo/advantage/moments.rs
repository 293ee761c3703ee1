//! Mean, standard deviation and spread of a list of numbers.

/// The mean; 0 for an empty list.
#[expect(clippy::cast_precision_loss, reason = "numbers of samples are far below 2^52")]
pub(super) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// The standard deviation, by two passes: with `bessel` over n − 1 values, otherwise over n; 0 where that is not
/// positive.
#[expect(clippy::cast_precision_loss, reason = "numbers of samples are far below 2^52")]
pub(super) fn std(values: &[f64], bessel: bool) -> f64 {
    let free = values.len() as f64 - f64::from(u8::from(bessel));
    if free <= 0.0 {
        return 0.0;
    }
    let mean = mean(values);
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / free).sqrt()
}

/// Largest minus smallest; 0 for an empty list.
pub(super) fn spread(values: &[f64]) -> f64 {
    let (low, high) =
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    if values.is_empty() { 0.0 } else { high - low }
}
