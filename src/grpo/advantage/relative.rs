//! Advantages of samples relative to their group, and of tokens relative to the batch.
//!
//! Whether a group is dead is decided by the spread of its rewards and not by their standard deviation, which rounding
//! can make positive where the rewards are equal.

use std::hash::Hash;

use super::estimator::{AdvantageConfig, Estimator};
use super::groups::members;
use super::moments::{mean, spread, std};
use crate::{Error, Result};

/// Advantages in the order of the samples, with counts and moments for a trainer's log.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Advantages {
    /// One a sample, finite: exactly 0 for samples without a reward, in dead groups, or alone in their group.
    pub values: Vec<f64>,
    /// Groups seen.
    pub groups: usize,
    /// Groups of at least two scored samples whose rewards are all equal.
    pub dead_groups: usize,
    /// Groups with a single scored sample.
    pub single_groups: usize,
    /// Samples without a reward.
    pub missing: usize,
    /// The mean of the rewards that are not missing.
    pub reward_mean: f64,
    /// Their standard deviation.
    pub reward_std: f64,
}

impl Advantages {
    /// Advantages of 0, with the moments of the scored samples' rewards.
    pub(super) fn of_scored(scored: &[f64], groups: usize, samples: usize, bessel: bool) -> Self {
        Self {
            values: vec![0.0; samples],
            groups,
            missing: samples - scored.len(),
            reward_mean: mean(scored),
            reward_std: std(scored, bessel),
            ..Self::default()
        }
    }
}

/// The advantage of each sample within its group.
///
/// `groups` and `rewards` have one entry a sample. `None` and NaN are missing rewards: they have no part in the moments
/// of their group, and their advantage is 0.
///
/// ```
/// use r1rewards::grpo::{AdvantageConfig, Estimator, advantages};
/// let config = AdvantageConfig::new(Estimator::Rloo);
/// let rewards = [Some(1.0), Some(0.0), Some(0.0), None, Some(0.5), Some(0.5)];
/// let found = advantages(&config, &["a", "a", "a", "a", "b", "b"], &rewards)?;
/// assert_eq!(found.values, [1.0, -0.5, -0.5, 0.0, 0.0, 0.0]);
/// assert_eq!((found.dead_groups, found.missing), (1, 1));
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// For rewards of several turns, the id of a group is (prompt, turn).
///
/// ```
/// use r1rewards::grpo::{AdvantageConfig, Estimator, advantages};
/// let ids = [("p", 1), ("p", 2), ("p", 1), ("p", 2)];
/// let rewards = [Some(1.0), Some(0.0), Some(0.0), Some(1.0)];
/// let found = advantages(&AdvantageConfig::new(Estimator::GroupMean), &ids, &rewards)?;
/// assert_eq!(found.values, [0.5, -0.5, -0.5, 0.5]);
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// # Errors
/// Lists of different lengths, an infinite reward, constants that are negative or not finite.
pub fn advantages<G: Hash + Eq>(config: &AdvantageConfig, groups: &[G], rewards: &[Option<f64>]) -> Result<Advantages> {
    config.check()?;
    let members = members(groups, rewards)?;
    let scored: Vec<f64> = members.iter().flatten().filter_map(|&index| rewards[index]).collect();
    let mut found = Advantages::of_scored(&scored, members.len(), rewards.len(), config.bessel);
    let mut alive = 0;
    for group in &members {
        let values: Vec<f64> = group.iter().filter_map(|&index| rewards[index]).collect();
        if values.len() < 2 {
            found.single_groups += values.len();
            continue;
        }
        if spread(&values) <= config.tolerance {
            found.dead_groups += 1;
            continue;
        }
        alive += values.len();
        for (&index, advantage) in group.iter().zip(within(config, &values, found.reward_std)) {
            found.values[index] = advantage;
        }
    }
    if config.estimator == Estimator::Gpg && alive > 0 {
        #[expect(clippy::cast_precision_loss, reason = "numbers of samples are far below 2^52")]
        let alpha = scored.len() as f64 / alive as f64;
        found.values.iter_mut().for_each(|value| *value *= alpha);
    }
    Ok(found)
}

/// The advantages within a group whose rewards differ.
#[expect(clippy::cast_precision_loss, reason = "numbers of samples are far below 2^52")]
fn within(config: &AdvantageConfig, rewards: &[f64], batch_std: f64) -> Vec<f64> {
    let centre = mean(rewards);
    let scale = match config.estimator {
        // The α of `gpg` is one number for the batch and is multiplied in last.
        Estimator::GroupMean | Estimator::Gpg => 1.0,
        Estimator::GroupNorm => 1.0 / (std(rewards, config.bessel) + config.epsilon),
        Estimator::Rloo => rewards.len() as f64 / (rewards.len() - 1) as f64,
        Estimator::Maxrl if centre > 0.0 => 1.0 / centre,
        Estimator::Maxrl => 0.0,
        Estimator::BatchNorm => 1.0 / (batch_std + config.epsilon),
    };
    rewards.iter().map(|reward| (reward - centre) * scale).collect()
}

/// REINFORCE++: every token of a sample has the sample's reward as its return, and returns are whitened over the tokens
/// of the batch: (r − mean)/√(var + 1e-8). With `baseline` the mean of the group is subtracted first. Source:
/// REINFORCE++ (2501.03262); the variance divides by n − 1, as verl's does.
///
/// `lengths` are the numbers of trainable tokens. Every token of a sample has the sample's value. A sample without a
/// token has 0.
///
/// ```
/// use r1rewards::grpo::token_advantages;
/// let found = token_advantages(&["a", "a"], &[Some(1.0), Some(0.0)], &[30, 10], false)?;
/// assert!(found.values[0] > 0.0 && (30.0 * found.values[0] + 10.0 * found.values[1]).abs() < 1e-9);
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// # Errors
/// Lists of different lengths, an infinite reward.
#[expect(clippy::cast_precision_loss, reason = "numbers of tokens are far below 2^52")]
pub fn token_advantages<G: Hash + Eq>(
    groups: &[G],
    rewards: &[Option<f64>],
    lengths: &[usize],
    baseline: bool,
) -> Result<Advantages> {
    if lengths.len() != rewards.len() {
        let fix = format!("give one for each of the {} rewards", rewards.len());
        return Err(Error::option("lengths", format_args!("{} entries", lengths.len()), fix));
    }
    let mut found = advantages(&AdvantageConfig::new(Estimator::GroupMean), groups, rewards)?;
    let has_reward = |index: usize| rewards[index].is_some_and(|reward| !reward.is_nan());
    let value = |index: usize| if baseline { found.values[index] } else { rewards[index].unwrap_or(0.0) };
    let samples: Vec<(usize, f64, f64)> = (0..rewards.len())
        .filter(|&index| has_reward(index) && lengths[index] > 0)
        .map(|index| (index, value(index), lengths[index] as f64))
        .collect();
    let values: Vec<f64> = samples.iter().map(|(_, value, _)| *value).collect();
    let tokens: f64 = samples.iter().map(|(_, _, length)| length).sum();
    let alive = tokens > 1.0 && spread(&values) > AdvantageConfig::default().tolerance;
    let centre = samples.iter().map(|(_, value, length)| value * length).sum::<f64>() / tokens.max(1.0);
    let variance =
        samples.iter().map(|(_, value, length)| length * (value - centre).powi(2)).sum::<f64>() / (tokens - 1.0).max(1.0);
    found.values = vec![0.0; rewards.len()];
    if alive {
        for (index, value, _) in samples {
            found.values[index] = (value - centre) / (variance + 1e-8).sqrt();
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(estimator: Estimator, rewards: &[f64]) -> Vec<f64> {
        let rewards: Vec<Option<f64>> = rewards.iter().copied().map(Some).collect();
        advantages(&AdvantageConfig::new(estimator), &vec![0; rewards.len()], &rewards).unwrap().values
    }

    #[test]
    fn each_estimator_follows_its_formula() {
        // mean 0.5, sample standard deviation √(1/3)
        let rewards = [1.0, 0.0, 1.0, 0.0];
        let close =
            |found: Vec<f64>, expected: f64| found.iter().zip(rewards).all(|(a, r)| (a - (2.0 * r - 1.0) * expected).abs() < 1e-12);
        assert!(close(of(Estimator::GroupNorm, &rewards), 0.5 / ((1.0_f64 / 3.0).sqrt() + 1e-4)));
        assert!(close(of(Estimator::GroupMean, &rewards), 0.5));
        assert!(close(of(Estimator::Rloo, &rewards), 0.5 * 4.0 / 3.0));
        assert!(close(of(Estimator::Maxrl, &rewards), 1.0));
        assert!(close(of(Estimator::BatchNorm, &rewards), 0.5 / ((1.0_f64 / 3.0).sqrt() + 1e-4)));
    }

    #[test]
    fn a_dead_group_is_exactly_zero_however_its_rewards_were_summed() {
        let third: f64 = 0.1 + 0.2;
        for estimator in Estimator::NAMES.map(|name| name.parse().unwrap()) {
            assert_eq!(of(estimator, &[0.3, third, 0.3, third]), [0.0; 4], "{estimator:?}");
        }
    }

    #[test]
    fn gpg_makes_up_for_samples_whose_advantage_is_zero() {
        // Six scored samples, of which two are in a dead group and one is alone: α = 6/3.
        let ids = ["a", "a", "a", "b", "b", "c"];
        let rewards = [1.0, 0.0, 0.5, 1.0, 1.0, 0.0].map(Some);
        let found = advantages(&AdvantageConfig::new(Estimator::Gpg), &ids, &rewards).unwrap();
        assert_eq!(found.values, [1.0, -1.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn maxrl_without_success_is_zero() {
        assert_eq!(of(Estimator::Maxrl, &[-1.0, 0.0, 0.5, -0.5]), [0.0; 4]);
    }

    #[test]
    fn one_sample_alone_has_zero_and_is_counted() {
        let found = advantages(&AdvantageConfig::default(), &["a", "b", "b"], &[Some(1.0), None, Some(0.0)]).unwrap();
        assert_eq!((found.values, found.single_groups, found.missing), (vec![0.0; 3], 2, 1));
    }

    #[test]
    fn a_sample_without_tokens_has_no_part_in_whitening_over_tokens() {
        // The rewards of the two samples with tokens are equal. Whitened with them, the third would be (0 − 1)/1e-4.
        let rewards = [Some(1.0), Some(1.0), Some(0.0)];
        assert_eq!(token_advantages(&[0, 0, 0], &rewards, &[3, 4, 0], false).unwrap().values, [0.0; 3]);
    }

    #[test]
    fn rewards_whose_moments_would_be_infinite_are_refused() {
        for estimator in Estimator::NAMES.map(|name| name.parse().unwrap()) {
            let error =
                advantages(&AdvantageConfig::new(estimator), &[0, 0], &[Some(1e308), Some(-1e308)]).unwrap_err().to_string();
            assert!(error.contains("rewards") && error.contains("1e150"), "{error}");
        }
    }

    #[test]
    fn wrong_input_is_named() {
        let config = AdvantageConfig::default();
        let error = advantages(&config, &["a"], &[]).unwrap_err().to_string();
        assert!(error.contains("rewards") && error.contains('1'), "{error}");
        let error = advantages(&config, &["a"], &[Some(f64::INFINITY)]).unwrap_err().to_string();
        assert!(error.contains("rewards") && error.contains("inf"), "{error}");
        let error = advantages(&AdvantageConfig { epsilon: -1.0, ..config }, &["a"], &[None]).unwrap_err().to_string();
        assert!(error.contains("epsilon"), "{error}");
        let error = token_advantages(&["a"], &[None], &[], true).unwrap_err().to_string();
        assert!(error.contains("lengths"), "{error}");
    }

    proptest! {
        /// The reference computes the mean of the others by its definition.
        #[test]
        fn rloo_is_the_reward_less_the_mean_of_the_others(rewards in prop::collection::vec(-5.0..5.0_f64, 2..12)) {
            let found = of(Estimator::Rloo, &rewards);
            for (place, advantage) in found.iter().enumerate() {
                let others: f64 = rewards.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, reward)| reward).sum();
                let expected = rewards[place] - others / (rewards.len() - 1) as f64;
                prop_assert!((advantage - expected).abs() < 1e-9 || spread(&rewards) <= 1e-12);
            }
        }

        /// The order of samples, the names of groups and the other groups do not matter, and a sample without a reward
        /// is as if it were absent.
        #[test]
        fn groups_are_independent(
            rows in prop::collection::vec((0..4_u8, prop::option::weighted(0.8, -2.0..2.0_f64)), 1..30), estimator in 0..4_usize,
        ) {
            let config = AdvantageConfig::new(Estimator::NAMES[estimator].parse().unwrap());
            let (ids, rewards): (Vec<u8>, Vec<Option<f64>>) = rows.iter().copied().unzip();
            let whole = advantages(&config, &ids, &rewards).unwrap().values;
            for group in 0..4 {
                let own: Vec<usize> = (0..rows.len()).filter(|&index| ids[index] == group && rewards[index].is_some()).rev().collect();
                let alone = advantages(&config, &vec!["g"; own.len()], &own.iter().map(|&index| rewards[index]).collect::<Vec<_>>()).unwrap();
                for (&index, advantage) in own.iter().zip(&alone.values) {
                    // `maxrl` divides by a mean that may be near 0: another order of the sum then changes the quotient
                    // in proportion to its square.
                    prop_assert!((whole[index] - advantage).abs() < 1e-9 * (1.0 + advantage * advantage));
                }
            }
            prop_assert!(rewards.iter().zip(&whole).all(|(reward, advantage)| reward.is_some() || *advantage == 0.0));
        }

        /// A constant added to every reward changes no estimator but `maxrl`.
        #[test]
        fn advantages_are_relative(rewards in prop::collection::vec(-2.0..2.0_f64, 2..10), shift in -3.0..3.0_f64) {
            let shifted: Vec<f64> = rewards.iter().map(|reward| reward + shift).collect();
            for estimator in [Estimator::GroupNorm, Estimator::GroupMean, Estimator::Rloo, Estimator::BatchNorm] {
                let (found, moved) = (of(estimator, &rewards), of(estimator, &shifted));
                prop_assert!(found.iter().zip(&moved).all(|(a, b)| (a - b).abs() < 1e-6), "{estimator:?} {found:?} {moved:?}");
            }
        }

        /// The reference whitens a list that has the return of every token.
        #[test]
        fn token_advantages_are_white(rows in prop::collection::vec((-2.0..2.0_f64, 1..40_usize), 2..12)) {
            let rewards: Vec<Option<f64>> = rows.iter().map(|row| Some(row.0)).collect();
            let lengths: Vec<usize> = rows.iter().map(|row| row.1).collect();
            let found = token_advantages(&vec![0; rows.len()], &rewards, &lengths, false).unwrap().values;
            let returns: Vec<f64> = rows.iter().flat_map(|(reward, length)| vec![*reward; *length]).collect();
            let scale = (std(&returns, true).powi(2) + 1e-8).sqrt();
            for ((reward, _), value) in rows.iter().zip(found) {
                prop_assert!((value - (reward - mean(&returns)) / scale).abs() < 1e-6, "{value}");
            }
        }
    }
}
