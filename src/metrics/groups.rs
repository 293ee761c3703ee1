//! Statistics of reward groups, among them the number of groups without an advantage.

use std::collections::HashMap;
use std::hash::Hash;

use crate::{Error, Result};

/// The statistics of a batch of grouped rewards.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct GroupStatistics {
    /// The number of groups.
    pub groups: usize,
    /// The number of samples, including unscored ones.
    pub samples: usize,
    /// The number of samples without a reward.
    pub unscored: usize,
    /// The number of groups whose rewards are all equal (largest − smallest ≤ 1e-12) or that have at most one reward;
    /// their advantages are all 0.
    pub dead: usize,
    /// The number of dead groups whose rewards equal the largest reward of the batch: too easy.
    pub dead_high: usize,
    /// The number of dead groups whose rewards equal the smallest reward of the batch: too hard. 0 if all rewards of
    /// the batch are equal.
    pub dead_low: usize,
    /// The mean reward of the scored samples.
    pub mean: f64,
    /// The population standard deviation of the rewards of the scored samples.
    pub std: f64,
    /// The population standard deviation within a group, averaged over the groups with at least two scored samples.
    pub within_std: f64,
}

/// Rewards that differ by at most this are equal. Whether a group is dead is decided by the difference of its largest
/// and smallest reward, because rounding can make the standard deviation of equal rewards positive (NeMo-RL pull
/// request 4158).
const TOLERANCE: f64 = 1e-12;

/// Computes the statistics of rewards by group; `groups` has the group of each sample, and `None` is an unscored
/// sample.
///
/// ```
/// use r1rewards::metrics::group_statistics;
/// let statistics = group_statistics(&["a", "a", "b", "b", "b"], &[Some(1.0), Some(0.0), Some(0.1), Some(0.1), None])?;
/// assert_eq!((statistics.groups, statistics.dead, statistics.unscored), (2, 1, 1));
/// assert!((statistics.mean - 0.3).abs() < 1e-15);
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// # Errors
/// Lists of different lengths; a reward that is not finite.
pub fn group_statistics<G: Hash + Eq>(groups: &[G], rewards: &[Option<f64>]) -> Result<GroupStatistics> {
    if groups.len() != rewards.len() {
        return Err(Error::option(
            "rewards",
            format_args!("{} entries", rewards.len()),
            format_args!("give one for each of the {} group ids", groups.len()),
        ));
    }
    if let Some((at, reward)) =
        rewards.iter().enumerate().find_map(|(at, reward)| reward.filter(|reward| !reward.is_finite()).map(|reward| (at, reward)))
    {
        return Err(Error::option(
            "rewards",
            format_args!("{reward} at {at}"),
            "give finite numbers, or none for an unscored sample",
        ));
    }
    let mut places: HashMap<&G, usize> = HashMap::new();
    let mut members: Vec<Vec<f64>> = Vec::new();
    for (group, reward) in groups.iter().zip(rewards) {
        let place = *places.entry(group).or_insert_with(|| {
            members.push(Vec::new());
            members.len() - 1
        });
        members[place].extend(*reward);
    }
    let scored: Vec<f64> = rewards.iter().flatten().copied().collect();
    let (lowest, highest) = bounds(&scored);
    let is_dead = |rewards: &&Vec<f64>| {
        let (low, high) = bounds(rewards);
        rewards.len() < 2 || high - low <= TOLERANCE
    };
    let dead: Vec<&Vec<f64>> = members.iter().filter(is_dead).collect();
    let at = |level: f64| {
        dead.iter().filter(|rewards| rewards.first().is_some_and(|reward| (reward - level).abs() <= TOLERANCE)).count()
    };
    let spread: Vec<f64> = members.iter().filter(|rewards| rewards.len() > 1).map(|rewards| mean_and_std(rewards).1).collect();
    let (mean, std) = mean_and_std(&scored);
    Ok(GroupStatistics {
        groups: members.len(),
        samples: rewards.len(),
        unscored: rewards.len() - scored.len(),
        dead: dead.len(),
        dead_high: at(highest),
        dead_low: if lowest < highest { at(lowest) } else { 0 },
        mean,
        std,
        within_std: mean_and_std(&spread).0,
    })
}

fn bounds(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)))
}

/// Mean and population standard deviation; zeros for an empty list.
#[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^52")]
fn mean_and_std(values: &[f64]) -> (f64, f64) {
    if values.is_empty() {
        return (0.0, 0.0);
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (mean, variance.sqrt())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn dead_groups_are_those_without_two_different_rewards(
            rows in prop::collection::vec((0u8..5, prop::option::of(0u8..3)), 1..40),
        ) {
            let groups: Vec<u8> = rows.iter().map(|(group, _)| *group).collect();
            let rewards: Vec<Option<f64>> = rows.iter().map(|(_, reward)| reward.map(|reward| f64::from(reward) * 0.1)).collect();
            let statistics = group_statistics(&groups, &rewards).unwrap();
            let alive = (0u8..5).filter(|wanted| {
                let mut seen: Vec<u8> = rows.iter().filter(|(group, _)| group == wanted).filter_map(|(_, reward)| *reward).collect();
                seen.sort_unstable();
                seen.dedup();
                seen.len() > 1
            }).count();
            prop_assert_eq!(statistics.groups - statistics.dead, alive);
        }
    }

    #[test]
    fn ragged_lists_and_broken_rewards_are_refused() {
        assert!(group_statistics(&[1, 2], &[None]).unwrap_err().to_string().contains("give one for each of the 2 group ids"));
        assert!(group_statistics(&[1], &[Some(f64::NAN)]).is_err());
    }
}
