//! Which reward, advantage and KL coefficient each attempt of an episode gets.

use serde::{Deserialize, Serialize};

use super::rollout::{Rollout, Start};
use crate::episode::{satori_reward, shape};
use crate::grpo::{AdvantageConfig, advantages};
use crate::{Error, Result};

/// How the judgements of attempts become credit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
#[non_exhaustive]
pub enum Credit {
    /// Each attempt has its own reward, compared with the same attempt at the same prompt. The default.
    ///
    /// It has braces because serde ignores unknown fields of a variant without them.
    Outcome {},
    /// Stage I of `SCoRe`: only the last attempt has a reward; earlier ones are kept near the reference by a KL penalty.
    /// Source: `SCoRe` (2409.12917) eq. 3.
    ScoreOne {
        /// β₂, the KL coefficient of the earlier attempts; the paper has 0.1 for MATH and 0.25 for code.
        kl: f64,
    },
    /// Stage II of `SCoRe`: every attempt has its reward, and a later one in addition α times its progress. Source:
    /// `SCoRe` (2409.12917) eq. 4 and section 5.2.
    ScoreTwo {
        /// α; the paper has 10.
        alpha: f64,
        /// β₁, the KL coefficient of all attempts; the paper has 0.01.
        kl: f64,
        /// Whether a second attempt is compared only with those that follow a first attempt of the same reward.
        by_first: bool,
    },
    /// Satori's reward, (1\[correct\] − 1) + bonus by the origin of the start. Source: Satori (2502.02508) section 4.2.
    Satori {
        /// β of the bonus; the paper has 0.5. 0 for no bonus.
        beta: f64,
    },
}

/// The credit of one attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AttemptCredit {
    /// The shaped reward; `None` where the attempt could not be judged, and its tokens are then not trained on.
    pub reward: Option<f64>,
    /// The advantage of each of its tokens.
    pub advantage: f64,
    /// The KL coefficient of its tokens in place of the configured one.
    pub kl: Option<f64>,
}

/// The credit of all attempts of a batch, with counts for the log.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Credits {
    /// The attempts of each rollout, in order.
    pub attempts: Vec<Vec<AttemptCredit>>,
    /// Groups of attempts whose rewards are all equal.
    pub dead_groups: usize,
    /// Groups of attempts.
    pub groups: usize,
}

impl Default for Credit {
    fn default() -> Self {
        Self::Outcome {}
    }
}

impl Credit {
    /// Checks the constants.
    ///
    /// # Errors
    /// A coefficient that is negative or not finite.
    pub fn check(&self) -> Result<()> {
        let numbers: &[(&str, f64)] = match self {
            Self::Outcome {} => &[],
            Self::ScoreOne { kl } => &[("kl", *kl)],
            Self::ScoreTwo { alpha, kl, .. } => &[("alpha", *alpha), ("kl", *kl)],
            Self::Satori { beta } => &[("beta", *beta)],
        };
        match numbers.iter().find(|(_, number)| !(number.is_finite() && *number >= 0.0)) {
            Some((name, number)) => Err(Error::option(name, number, "give a finite number of at least 0")),
            None => Ok(()),
        }
    }

    /// Whether the reference policy is needed.
    pub fn needs_reference(&self) -> bool {
        matches!(self, Self::ScoreOne { .. } | Self::ScoreTwo { .. })
    }

    /// The credit of every attempt.
    ///
    /// # Errors
    /// As [`advantages`].
    pub fn assign(&self, starts: &[Start], rollouts: &[Rollout], config: &AdvantageConfig) -> Result<Credits> {
        let shaped = rollouts.iter().map(|rollout| self.rewards(&starts[rollout.start], rollout)).collect::<Result<Vec<_>>>()?;
        let mut groups = Vec::new();
        let mut rewards = Vec::new();
        for (rollout, of_rollout) in rollouts.iter().zip(&shaped) {
            let first = rollout.outcomes.first().and_then(|outcome| outcome.value);
            for (attempt, reward) in of_rollout.iter().enumerate() {
                let by_first = matches!(self, Self::ScoreTwo { by_first: true, .. }) && attempt > 0;
                let condition = first.filter(|_| by_first).map(|reward| (reward + 0.0).to_bits());
                groups.push((rollout.start, attempt, condition));
                rewards.push(*reward);
            }
        }
        let found = advantages(config, &groups, &rewards)?;
        let mut values = found.values.into_iter();
        let attempts = shaped.into_iter().map(|of_rollout| {
            let last = of_rollout.len().saturating_sub(1);
            let of_attempt = |(attempt, reward): (usize, Option<f64>)| {
                let advantage = values.next().unwrap_or(0.0);
                let (advantage, kl) = match *self {
                    Self::Outcome {} | Self::Satori { .. } => (advantage, None),
                    Self::ScoreOne { kl } if attempt < last => (0.0, Some(kl)),
                    Self::ScoreOne { .. } => (advantage, Some(0.0)),
                    Self::ScoreTwo { kl, .. } => (advantage, Some(kl)),
                };
                AttemptCredit { reward, advantage, kl }
            };
            of_rollout.into_iter().enumerate().map(of_attempt).collect()
        });
        Ok(Credits { attempts: attempts.collect(), dead_groups: found.dead_groups, groups: found.groups })
    }

    /// The shaped reward of each attempt.
    fn rewards(&self, start: &Start, rollout: &Rollout) -> Result<Vec<Option<f64>>> {
        let plain: Vec<Option<f64>> = rollout.outcomes.iter().map(|outcome| outcome.value).collect();
        match *self {
            Self::Outcome {} | Self::ScoreOne { .. } => Ok(plain),
            Self::ScoreTwo { alpha, .. } => shape(&plain, alpha),
            Self::Satori { beta } => {
                let of = |outcome: &crate::Outcome| -> Result<Option<f64>> {
                    let Some(value) = outcome.value else { return Ok(None) };
                    let terms = satori_reward(outcome.is_correct(), None, start.origin, beta)?;
                    // What a sum adds to correctness, such as a reward for the format, stays.
                    Ok(Some(terms.total() + value - f64::from(u8::from(outcome.is_correct()))))
                };
                rollout.outcomes.iter().map(of).collect()
            }
        }
    }
}
