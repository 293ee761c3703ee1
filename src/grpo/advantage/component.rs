//! Advantages from several reward components, each normalised alone.

use std::hash::Hash;

use super::estimator::{AdvantageConfig, Estimator};
use super::groups::members;
use super::moments::{mean, spread, std};
use super::relative::{Advantages, advantages};
use crate::{Error, Result};

/// Advantages from several reward components: each component is normalised within its group, and the weighted sum of
/// them over the batch, so that a component of large variance does not outweigh the others. Source: GDPO (group
/// reward-decoupled normalisation, 2601.05242).
///
/// `components` has one list a component, each with one entry a sample. A component that a sample misses adds 0 to its
/// sum; a sample that misses all components counts as missing. A group whose weighted sums do not differ has exactly 0;
/// it counts as dead where it is dead in every component.
///
/// ```
/// use r1rewards::grpo::{AdvantageConfig, component_advantages};
/// let correct = vec![Some(1.0), Some(0.0), Some(1.0), Some(0.0)];
/// let format = vec![Some(1.0), Some(1.0), Some(0.0), Some(0.0)];
/// let found = component_advantages(&AdvantageConfig::default(), &[0, 0, 0, 0], &[correct, format], &[1.0, 0.1])?;
/// assert!(found.values[0] > found.values[2] && found.values[2] > found.values[1]);
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// # Errors
/// As [`advantages`]; no component; another number of weights than components; a weight that is not finite.
pub fn component_advantages<G: Hash + Eq>(
    config: &AdvantageConfig,
    groups: &[G],
    components: &[Vec<Option<f64>>],
    weights: &[f64],
) -> Result<Advantages> {
    if components.is_empty() || components.len() != weights.len() {
        let fix = format!("give one for each of the {} components, of which there must be one", components.len());
        return Err(Error::option("weights", format_args!("{} entries", weights.len()), fix));
    }
    if let Some(weight) = weights.iter().find(|weight| !weight.is_finite()) {
        return Err(Error::option("weights", weight, "give finite numbers"));
    }
    let total = weighted_sums(config, groups, components, weights)?;
    let has_reward = |index: usize| components.iter().any(|rewards| rewards[index].is_some_and(|reward| !reward.is_nan()));
    let scored: Vec<f64> = (0..groups.len()).filter(|&index| has_reward(index)).map(|index| total[index]).collect();
    let (centre, scale) = (mean(&scored), std(&scored, config.bessel) + config.epsilon);
    let mut found = Advantages {
        values: vec![0.0; groups.len()],
        missing: groups.len() - scored.len(),
        reward_mean: centre,
        reward_std: std(&scored, config.bessel),
        ..Advantages::default()
    };
    let by_component = components.iter().map(|rewards| members(groups, rewards)).collect::<Result<Vec<_>>>()?;
    let present: Vec<Option<f64>> = total.iter().enumerate().map(|(index, sum)| has_reward(index).then_some(*sum)).collect();
    for (place, group) in members(groups, &present)?.iter().enumerate() {
        found.groups += 1;
        let sums: Vec<f64> = group.iter().map(|&index| total[index]).collect();
        // Sums that differ by rounding only are equal.
        if spread(&sums) > config.tolerance {
            group.iter().for_each(|&index| found.values[index] = (total[index] - centre) / scale);
        }
        // For each component that has at least two rewards in the group, whether they differ.
        let differs: Vec<bool> = by_component
            .iter()
            .zip(components)
            .filter(|(groups, _)| groups[place].len() > 1)
            .map(|(groups, rewards)| {
                let values: Vec<f64> = groups[place].iter().filter_map(|&index| rewards[index]).collect();
                spread(&values) > config.tolerance
            })
            .collect();
        found.dead_groups += usize::from(!differs.is_empty() && !differs.contains(&true));
        found.single_groups += usize::from(differs.is_empty() && !group.is_empty());
    }
    Ok(found)
}

/// The weighted sum, for each sample, of the components' advantages within their groups.
fn weighted_sums<G: Hash + Eq>(
    config: &AdvantageConfig,
    groups: &[G],
    components: &[Vec<Option<f64>>],
    weights: &[f64],
) -> Result<Vec<f64>> {
    let normalised = AdvantageConfig { estimator: Estimator::GroupNorm, ..*config };
    let mut total = vec![0.0; groups.len()];
    for (rewards, weight) in components.iter().zip(weights) {
        let part = advantages(&normalised, groups, rewards)?;
        total.iter_mut().zip(&part.values).for_each(|(sum, value)| *sum += weight * value);
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(rewards: &[f64]) -> Vec<Option<f64>> {
        rewards.iter().copied().map(Some).collect()
    }

    #[test]
    fn a_group_that_is_dead_in_every_component_is_exactly_zero_beside_one_that_lives() {
        let third: f64 = 0.1 + 0.2;
        let ids = [0, 0, 0, 1, 1, 1];
        let first = some(&[0.3, third, 0.3, 1.0, 0.0, 0.7]);
        let second = some(&[0.1, 0.1, 0.1, 0.3, 0.9, 0.2]);
        let found = component_advantages(&AdvantageConfig::default(), &ids, &[first, second], &[1.0, 0.3]).unwrap();
        assert_eq!(found.values[..3], [0.0; 3]);
        assert!(found.values[3..].iter().all(|value| *value != 0.0));
        assert_eq!((found.groups, found.dead_groups), (2, 1));
    }

    #[test]
    fn a_group_that_lives_in_one_component_is_not_dead() {
        // The first group is dead in the first component, the second in the second.
        let ids = [0, 0, 1, 1];
        let components = [some(&[1.0, 1.0, 1.0, 0.0]), some(&[1.0, 0.0, 1.0, 1.0])];
        let found = component_advantages(&AdvantageConfig::default(), &ids, &components, &[1.0, 1.0]).unwrap();
        assert_eq!(found.dead_groups, 0);
        assert!(found.values.iter().all(|value| *value != 0.0));
    }

    #[test]
    fn weights_must_fit_the_components() {
        let error = component_advantages(&AdvantageConfig::default(), &["a"], &[vec![None]], &[]).unwrap_err().to_string();
        assert!(error.contains("weights"), "{error}");
    }

    #[test]
    fn lone_and_missing_samples_are_counted_once_per_group() {
        let ids = [0, 1, 1, 2];
        let components = [vec![Some(1.0), None, None, None], vec![Some(0.0), Some(1.0), Some(0.0), None]];
        let found = component_advantages(&AdvantageConfig::default(), &ids, &components, &[1.0, 1.0]).unwrap();
        assert_eq!((found.groups, found.single_groups, found.dead_groups, found.missing), (3, 1, 0, 1));
        assert_eq!((found.values[0], found.values[3]), (0.0, 0.0));
    }
}
