//! Satori's reward: correctness, the score of an outcome model, and a bonus by origin.

use serde::{Deserialize, Serialize};

use crate::core::names::by_name;
use crate::{Error, Result};

/// Where an episode started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// At the question.
    Fresh,
    /// At a prefix of a correct trajectory (D⁺).
    Correct,
    /// At a prefix of an incorrect trajectory (D⁻).
    Incorrect,
}

by_name!(Origin, "origin", Fresh = "fresh", Correct = "correct", Incorrect = "incorrect");

impl Origin {
    /// +β if the origin is incorrect and the episode ended correct, −β if the origin is correct and it ended incorrect,
    /// else 0.
    ///
    /// Source: Satori (2502.02508) section 4.2, β = 0.5.
    ///
    /// ```
    /// use r1rewards::episode::Origin;
    /// assert_eq!([Origin::Incorrect.bonus(true, 0.5), Origin::Correct.bonus(false, 0.5), Origin::Fresh.bonus(true, 0.5)], [0.5, -0.5, 0.0]);
    /// ```
    pub fn bonus(self, correct: bool, beta: f64) -> f64 {
        match (self, correct) {
            (Self::Incorrect, true) => beta,
            (Self::Correct, false) => -beta,
            _ => 0.0,
        }
    }
}

/// The terms of Satori's reward; the reward is their sum.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SatoriReward {
    /// 1\[correct\] − 1.
    pub rule: f64,
    /// σ (the logistic function) of the outcome model's score; 0 if there is no model.
    pub outcome_model: f64,
    /// The bonus by origin.
    pub reflection_bonus: f64,
}

impl SatoriReward {
    /// The sum of the terms.
    pub fn total(self) -> f64 {
        self.rule + self.outcome_model + self.reflection_bonus
    }
}

/// The terms of (1\[correct\] − 1) + σ(`outcome_score`) + bonus.
///
/// ```
/// use r1rewards::episode::{Origin, satori_reward};
/// let reward = satori_reward(true, Some(0.0), Origin::Incorrect, 0.5)?;
/// assert_eq!((reward.rule, reward.outcome_model, reward.total()), (0.0, 0.5, 1.0));
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// # Errors
/// A β that is negative or not finite; a score that is NaN.
pub fn satori_reward(correct: bool, outcome_score: Option<f64>, origin: Origin, beta: f64) -> Result<SatoriReward> {
    if !(beta.is_finite() && beta >= 0.0) {
        return Err(Error::option("beta", beta, "give a finite number of at least 0 (Satori: 0.5)"));
    }
    if let Some(score) = outcome_score.filter(|score| score.is_nan()) {
        return Err(Error::option("outcome_score", score, "give a number, or none without an outcome model"));
    }
    Ok(SatoriReward {
        rule: if correct { 0.0 } else { -1.0 },
        outcome_model: outcome_score.map_or(0.0, |score| 1.0 / (1.0 + (-score).exp())),
        reflection_bonus: origin.bonus(correct, beta),
    })
}
