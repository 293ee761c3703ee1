//! Advantages against baselines other than the group's mean: the mean by length, the greedy sample, pass@k.
//!
//! A group whose rewards do not differ is dead: its advantages are exactly 0. A sample alone in its group has 0,
//! because there is nothing to compare it with.

use std::hash::Hash;

use super::estimator::AdvantageConfig;
use super::groups::members;
use super::moments::{mean, spread, std};
use super::relative::Advantages;
use crate::{Error, Result};

/// OPO: A = r − Σ l·r / Σ l over the group. This baseline has the least variance where the squared gradient of a sample
/// is proportional to its length l. Source: OPO (2505.23585); verl's `opo`.
///
/// `lengths` are the numbers of trainable tokens. A group without tokens has exactly 0.
///
/// ```
/// use r1rewards::grpo::length_advantages;
/// let found = length_advantages(&["a", "a"], &[Some(1.0), Some(0.0)], &[30, 10])?;
/// assert_eq!(found.values, [0.25, -0.75]);
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// # Errors
/// Lists of different lengths, an infinite reward.
#[expect(clippy::cast_precision_loss, reason = "numbers of tokens are far below 2^52")]
pub fn length_advantages<G: Hash + Eq>(groups: &[G], rewards: &[Option<f64>], lengths: &[usize]) -> Result<Advantages> {
    same_length("lengths", lengths.len(), rewards.len())?;
    let weigh = |group: &[(usize, f64)]| {
        let tokens: f64 = group.iter().map(|(index, _)| lengths[*index] as f64).sum();
        let weighted: f64 = group.iter().map(|(index, reward)| lengths[*index] as f64 * reward).sum();
        group.iter().map(|(_, reward)| if tokens > 0.0 { reward - weighted / tokens } else { 0.0 }).collect()
    };
    by_group(groups, rewards, weigh)
}

/// `ReMax`: A = r − r of the greedy sample of the same prompt. Source: `ReMax` (2310.10505).
///
/// `baselines` has one entry a sample: the reward of the greedy completion of its prompt. A sample for which either is
/// missing has 0 and counts as missing. There are no groups, so their counts are 0.
///
/// ```
/// use r1rewards::grpo::greedy_advantages;
/// let found = greedy_advantages(&[Some(1.0), Some(0.0), None], &[Some(0.5), Some(0.5), Some(0.5)])?;
/// assert_eq!((found.values, found.missing), (vec![0.5, -0.5, 0.0], 1));
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// # Errors
/// Lists of different lengths, an infinite reward or baseline.
pub fn greedy_advantages(rewards: &[Option<f64>], baselines: &[Option<f64>]) -> Result<Advantages> {
    same_length("baselines", baselines.len(), rewards.len())?;
    for (name, list) in [("rewards", rewards), ("baselines", baselines)] {
        if let Some(place) = list.iter().position(|value| value.is_some_and(f64::is_infinite)) {
            let got = format_args!("an infinite number at {place}").to_string();
            return Err(Error::option(name, got, "give finite numbers, or none for a missing one"));
        }
    }
    let given = |value: Option<f64>| value.filter(|value| !value.is_nan());
    let pairs: Vec<Option<f64>> =
        rewards.iter().zip(baselines).map(|(reward, baseline)| Some(given(*reward)? - given(*baseline)?)).collect();
    let scored: Vec<f64> = rewards.iter().filter_map(|reward| given(*reward)).collect();
    Ok(Advantages {
        missing: pairs.iter().filter(|pair| pair.is_none()).count(),
        values: pairs.into_iter().map(|pair| pair.unwrap_or(0.0)).collect(),
        reward_mean: mean(&scored),
        reward_std: std(&scored, true),
        ..Advantages::default()
    })
}

/// Advantages for the reward pass@k: k samples share the reward 1 if at least one of them is correct, else 0. A
/// sample's advantage is the mean over all choices of k samples from its group of N.
///
/// With R = 1 − C(Nwrong, k)/C(N, k) and σ = √(R(1−R)), a correct sample has (1 − R)/σ and a wrong one
/// (1 − R − C(Nwrong−1, k−1)/C(N−1, k−1))/σ. Source: Pass@k training (2508.10751) §2.4.
///
/// A sample is correct where its reward is above 0. A group is dead where every choice of k holds a correct sample,
/// where no choice does, and where it has fewer than k samples.
///
/// ```
/// use r1rewards::grpo::pass_at_k_advantages;
/// // Of six pairs of four samples, three hold the correct one: R = ½, σ = ½.
/// let found = pass_at_k_advantages(&[0, 0, 0, 0], &[Some(1.0), Some(0.0), Some(0.0), Some(0.0)], 2)?;
/// assert!((found.values[0] - 1.0).abs() < 1e-12 && (found.values[1] + 1.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// # Errors
/// Lists of different lengths, an infinite reward, k of 0.
pub fn pass_at_k_advantages<G: Hash + Eq>(groups: &[G], rewards: &[Option<f64>], k: usize) -> Result<Advantages> {
    if k == 0 {
        return Err(Error::option("k", 0, "give at least 1"));
    }
    let outcomes: Vec<Option<f64>> = rewards
        .iter()
        .map(|reward| reward.map(|reward| if reward.is_finite() { f64::from(u8::from(reward > 0.0)) } else { reward }))
        .collect();
    let of_group = |group: &[(usize, f64)]| {
        let (all, wrong) = (group.len(), group.iter().filter(|(_, reward)| *reward == 0.0).count());
        let fail = none_chosen(all, wrong, k);
        let deviation = (fail * (1.0 - fail)).sqrt();
        if deviation == 0.0 || all < k {
            return vec![0.0; all];
        }
        let others_fail = none_chosen(all - 1, wrong.saturating_sub(1), k - 1);
        group.iter().map(|(_, reward)| if *reward > 0.0 { fail / deviation } else { (fail - others_fail) / deviation }).collect()
    };
    let mut found = by_group(groups, &outcomes, of_group)?;
    // Samples may differ where choices of k do not: such a group is dead, too.
    found.dead_groups = members(groups, &outcomes)?
        .iter()
        .filter(|group| group.len() > 1 && group.iter().all(|&index| found.values[index] == 0.0))
        .count();
    Ok(found)
}

/// C(wrong, k)/C(all, k): the share of the choices of k samples that hold only wrong ones.
#[expect(clippy::cast_precision_loss, reason = "numbers of samples are far below 2^52")]
fn none_chosen(all: usize, wrong: usize, k: usize) -> f64 {
    if wrong < k {
        return 0.0;
    }
    (0..k).map(|place| (wrong - place) as f64 / (all - place) as f64).product()
}

/// Applies a rule to every group of at least two scored samples that differ.
fn by_group<G: Hash + Eq>(groups: &[G], rewards: &[Option<f64>], rule: impl Fn(&[(usize, f64)]) -> Vec<f64>) -> Result<Advantages> {
    let members = members(groups, rewards)?;
    let scored: Vec<f64> = members.iter().flatten().filter_map(|&index| rewards[index]).collect();
    let mut found = Advantages::of_scored(&scored, members.len(), rewards.len(), true);
    for group in &members {
        let pairs: Vec<(usize, f64)> = group.iter().filter_map(|&index| Some((index, rewards[index]?))).collect();
        let values: Vec<f64> = pairs.iter().map(|(_, reward)| *reward).collect();
        if values.len() < 2 {
            found.single_groups += values.len();
        } else if spread(&values) <= AdvantageConfig::default().tolerance {
            found.dead_groups += 1;
        } else {
            pairs.iter().zip(rule(&pairs)).for_each(|((index, _), value)| found.values[*index] = value);
        }
    }
    Ok(found)
}

fn same_length(name: &str, given: usize, wanted: usize) -> Result<()> {
    if given == wanted {
        return Ok(());
    }
    Err(Error::option(name, format_args!("{given} entries"), format_args!("give one for each of the {wanted} rewards")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dead_groups_and_lone_samples_have_zero() {
        let third: f64 = 0.1 + 0.2;
        let found = length_advantages(&[0, 0, 1], &[Some(0.3), Some(third), Some(1.0)], &[3, 4, 5]).unwrap();
        assert_eq!((found.values, found.dead_groups, found.single_groups), (vec![0.0; 3], 1, 1));
        // Two of three are correct: every pair holds one.
        let found = pass_at_k_advantages(&[0, 0, 0], &[Some(1.0), Some(1.0), Some(0.0)], 2).unwrap();
        assert_eq!((found.values, found.dead_groups), (vec![0.0; 3], 1));
        let found = pass_at_k_advantages(&[0, 0], &[Some(1.0), Some(0.0)], 3).unwrap();
        assert_eq!((found.values, found.dead_groups), (vec![0.0; 2], 1));
    }

    #[test]
    fn wrong_input_is_named() {
        let error = length_advantages(&[0], &[Some(1.0)], &[]).unwrap_err().to_string();
        assert!(error.contains("lengths"), "{error}");
        let error = greedy_advantages(&[Some(1.0)], &[]).unwrap_err().to_string();
        assert!(error.contains("baselines"), "{error}");
        let error = greedy_advantages(&[Some(1.0)], &[Some(f64::INFINITY)]).unwrap_err().to_string();
        assert!(error.contains("baselines") && error.contains("infinite"), "{error}");
        let error = pass_at_k_advantages(&[0], &[Some(1.0)], 0).unwrap_err().to_string();
        assert!(error.contains('k'), "{error}");
    }

    proptest! {
        /// The reference counts every choice of k samples.
        #[test]
        fn pass_at_k_is_the_mean_over_all_choices(bits in prop::collection::vec(any::<bool>(), 2..9), k in 1..4_usize) {
            prop_assume!(k <= bits.len());
            let rewards: Vec<Option<f64>> = bits.iter().map(|bit| Some(f64::from(u8::from(*bit)))).collect();
            let found = pass_at_k_advantages(&vec![0; bits.len()], &rewards, k).unwrap().values;
            let choices: Vec<u32> = (0..1_u32 << bits.len()).filter(|choice| choice.count_ones() as usize == k).collect();
            let reward = |choice: u32| f64::from(u8::from((0..bits.len()).any(|place| choice >> place & 1 == 1 && bits[place])));
            let all: Vec<f64> = choices.iter().map(|choice| reward(*choice)).collect();
            let (centre, deviation) = (mean(&all), std(&all, false));
            for (place, value) in found.iter().enumerate() {
                let own: Vec<f64> = choices.iter().filter(|choice| **choice >> place & 1 == 1).map(|choice| reward(*choice)).collect();
                let expected = if deviation < 1e-9 { 0.0 } else { (mean(&own) - centre) / deviation };
                prop_assert!((value - expected).abs() < 1e-9, "{value} {expected}");
            }
        }

        /// With OPO's baseline the advantages weighted by length sum to 0.
        #[test]
        fn advantages_by_length_cancel_over_the_tokens_of_a_group(rows in prop::collection::vec((-2.0..2.0_f64, 1..40_usize), 2..12)) {
            let rewards: Vec<Option<f64>> = rows.iter().map(|row| Some(row.0)).collect();
            let lengths: Vec<usize> = rows.iter().map(|row| row.1).collect();
            let found = length_advantages(&vec![0; rows.len()], &rewards, &lengths).unwrap().values;
            let sum: f64 = found.iter().zip(&lengths).map(|(value, length)| value * *length as f64).sum();
            prop_assert!(sum.abs() < 1e-9, "{sum}");
        }
    }
}
