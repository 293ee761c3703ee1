//! The samples of each group, and the moments of lists of rewards.
//!
//! Accepts: ids of any kind. Refuses: rewards that are infinite or whose squares would be; NaN counts as missing.

use std::collections::HashMap;
use std::hash::Hash;

use crate::{Error, Result};

/// The square of a larger reward, summed over a batch, would not be finite.
const LARGEST: f64 = 1e150;

/// Indices of the scored samples by group, in the order in which groups appear.
pub(super) fn members<G: Hash + Eq>(ids: &[G], rewards: &[Option<f64>]) -> Result<Vec<Vec<usize>>> {
    if ids.len() != rewards.len() {
        let fix = format!("give one for each of the {} group ids", ids.len());
        return Err(Error::option("rewards", format_args!("{} entries", rewards.len()), fix));
    }
    let mut places: HashMap<&G, usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, (id, reward)) in ids.iter().zip(rewards).enumerate() {
        if let Some(reward) = reward.filter(|reward| reward.is_infinite()) {
            return Err(Error::option(
                "rewards",
                format_args!("{reward} at {index}"),
                "give finite numbers, or none for a missing reward",
            ));
        }
        if let Some(reward) = reward.filter(|reward| reward.abs() > LARGEST) {
            let fix = "give rewards within ±1e150: the variance of larger ones is infinite";
            return Err(Error::option("rewards", format_args!("{reward:e} at {index}"), fix));
        }
        let place = *places.entry(id).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if reward.is_some_and(|reward| !reward.is_nan()) {
            groups[place].push(index);
        }
    }
    Ok(groups)
}

/// The mean; 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "numbers of samples are far below 2^52")]
pub(super) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// The standard deviation, by two passes; 0 of fewer values than it takes.
#[expect(clippy::cast_precision_loss, reason = "numbers of samples are far below 2^52")]
pub(super) fn std(values: &[f64], bessel: bool) -> f64 {
    let free = values.len() as f64 - f64::from(u8::from(bessel));
    if free <= 0.0 {
        return 0.0;
    }
    let mean = mean(values);
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / free).sqrt()
}

/// Largest minus smallest; 0 of nothing.
pub(super) fn spread(values: &[f64]) -> f64 {
    let (low, high) =
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    if values.is_empty() { 0.0 } else { high - low }
}
