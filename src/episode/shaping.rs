//! `SCoRe`'s reward shaping over attempts.

use super::Episode;
use crate::{Error, Outcome, Result, Reward, Sample};

/// Shapes the rewards of attempts: the first is unchanged, each later one becomes rᵢ + α(rᵢ − rᵢ₋₁).
///
/// Source: `SCoRe` (2409.12917) section 5.2, α = 10, two attempts. The differences are between *unshaped* rewards. If
/// the previous reward is missing there is no bonus, and a missing reward stays missing.
///
/// ```
/// use r1rewards::episode::shape;
/// assert_eq!(shape(&[Some(0.0), Some(1.0)], 10.0)?, [Some(0.0), Some(11.0)]);
/// assert_eq!(shape(&[Some(1.0), Some(0.0)], 10.0)?, [Some(1.0), Some(-10.0)]);
/// assert_eq!(shape(&[None, Some(1.0)], 10.0)?, [None, Some(1.0)]);
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// # Errors
/// An α that is negative or not finite.
pub fn shape(rewards: &[Option<f64>], alpha: f64) -> Result<Vec<Option<f64>>> {
    if !(alpha.is_finite() && alpha >= 0.0) {
        return Err(Error::option("alpha", alpha, "give a finite number of at least 0 (SCoRe: 10)"));
    }
    let shaped = rewards.iter().enumerate().map(|(place, reward)| {
        let earlier = place.checked_sub(1).and_then(|place| rewards[place]);
        reward.map(|reward| reward + earlier.map_or(0.0, |earlier| alpha * (reward - earlier)))
    });
    Ok(shaped.collect())
}

/// The outcome and the shaped reward of one attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct ShapedTurn {
    /// Its index among the turns of the episode.
    pub turn: usize,
    /// Its outcome, with the unshaped reward.
    pub outcome: Outcome,
    /// α(rᵢ − rᵢ₋₁); 0 for the first attempt, and if either reward is missing.
    pub bonus: f64,
    /// The sum of reward and bonus; `None` if the attempt is unscored.
    pub value: Option<f64>,
}

/// Judges every assistant turn of an episode and shapes the rewards.
///
/// `row` gives the reference and the other fields; its completion is replaced by the text of each turn.
///
/// ```
/// use r1rewards::{Sample, episode::{Episode, Turn, score_turns}, text::{Exact, Normalize}};
/// let episode = Episode::new(vec![Turn::assistant("41"), Turn::assistant("42")])?;
/// let turns = score_turns(&episode, &Exact::new(Normalize::default()), &Sample::default().with_answer("42"), 10.0)?;
/// assert_eq!((turns[0].value, turns[1].bonus, turns[1].value), (Some(0.0), 10.0, Some(11.0)));
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// # Errors
/// As [`shape`].
pub fn score_turns(episode: &Episode, reward: &dyn Reward, row: &Sample, alpha: f64) -> Result<Vec<ShapedTurn>> {
    let places = episode.turns().iter().enumerate().filter(|(_, turn)| turn.role == super::Role::Assistant);
    let (places, samples): (Vec<usize>, Vec<Sample>) =
        places.map(|(place, turn)| (place, row.with_completion(turn.text.clone()))).unzip();
    let outcomes: Vec<Outcome> = samples.iter().map(|sample| reward.score(sample)).collect();
    let rewards: Vec<Option<f64>> = outcomes.iter().map(|outcome| outcome.value).collect();
    let shaped = shape(&rewards, alpha)?;
    let turns = places.into_iter().zip(outcomes).zip(shaped).map(|((turn, outcome), value)| {
        let bonus = value.zip(outcome.value).map_or(0.0, |(value, plain)| value - plain);
        ShapedTurn { turn, outcome, bonus, value }
    });
    Ok(turns.collect())
}

/// The group of a second attempt for its baseline: the prompt and the reward of the first attempt.
///
/// With groups by prompt alone, a correct answer that stays correct could get a negative advantage, because α·r₁ is
/// subtracted only from attempts after a correct first one.
///
/// ```
/// use r1rewards::episode::baseline_key;
/// assert_ne!(baseline_key("q1", Some(1.0)), baseline_key("q1", Some(0.0)));
/// ```
pub fn baseline_key(prompt: &str, first_reward: Option<f64>) -> (String, Option<u64>) {
    (prompt.to_owned(), first_reward.map(|reward| (reward + 0.0).to_bits()))
}
