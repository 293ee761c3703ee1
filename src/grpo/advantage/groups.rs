//! The samples of each group.

use std::collections::HashMap;
use std::hash::Hash;

use crate::{Error, Result};

/// The largest reward in absolute value: the squares of larger ones, summed over a batch, could be infinite.
const LARGEST: f64 = 1e150;

/// Indices of the scored samples by group, in the order in which groups appear. A NaN counts as a missing reward.
///
/// # Errors
/// Lists of different lengths; a reward that is infinite or beyond ±1e150.
pub(super) fn members<G: Hash + Eq>(ids: &[G], rewards: &[Option<f64>]) -> Result<Vec<Vec<usize>>> {
    if ids.len() != rewards.len() {
        let fix = format!("give one for each of the {} group ids", ids.len());
        return Err(Error::option("rewards", format_args!("{} entries", rewards.len()), fix));
    }
    let mut places: HashMap<&G, usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, (id, reward)) in ids.iter().zip(rewards).enumerate() {
        if let Some(reward) = reward.filter(|reward| reward.is_infinite()) {
            let fix = "give finite numbers, or none for a missing reward";
            return Err(Error::option("rewards", format_args!("{reward} at {index}"), fix));
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
