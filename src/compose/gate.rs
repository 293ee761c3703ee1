//! The gate: a reward that counts only if another reward is correct.

use serde_json::{Value, json};

use super::{rows, with_components};
use crate::{Error, Outcome, Reason, Result, Reward, Sample, Verdict};

/// The value of a reward if a condition (another reward) is correct; otherwise a constant.
///
/// With a plain sum, a policy can earn the reward for format without accuracy, or for accuracy without format. The
/// common trainers do not include a gate.
pub struct Gate {
    condition: Box<dyn Reward>,
    reward: Box<dyn Reward>,
    otherwise: f64,
}

impl Gate {
    /// `reward` if `condition` is correct, else `otherwise`.
    ///
    /// # Errors
    /// An `otherwise` that is not finite.
    pub fn new(condition: impl Reward + 'static, reward: impl Reward + 'static, otherwise: f64) -> Result<Self> {
        if !otherwise.is_finite() {
            return Err(Error::option("otherwise", otherwise, "give a finite number"));
        }
        Ok(Self { condition: Box::new(condition), reward: Box::new(reward), otherwise })
    }

    fn decide(&self, condition: Outcome, reward: Outcome) -> Outcome {
        let outcome = match condition.verdict {
            Verdict::Unscored => Outcome::unscored(condition.reason).with_detail("the condition could not be scored"),
            Verdict::Correct => Outcome { components: Vec::new(), ..reward.clone() },
            Verdict::Incorrect => Outcome::valued(Verdict::Incorrect, self.otherwise, Reason::Gated)
                .with_detail(format!("the condition: {}", condition.reason.code())),
        };
        with_components(outcome, vec![("condition".to_owned(), condition), ("reward".to_owned(), reward)])
    }
}

impl Reward for Gate {
    fn name(&self) -> &'static str {
        "gate"
    }

    fn config(&self) -> Value {
        json!({
            "kind": "gate",
            "condition": self.condition.config(),
            "reward": self.reward.config(),
            "otherwise": self.otherwise,
        })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        self.decide(self.condition.score(sample), self.reward.score(sample))
    }

    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        let decide = |row: Vec<Outcome>| {
            let mut row = row.into_iter();
            match (row.next(), row.next()) {
                (Some(condition), Some(reward)) => self.decide(condition, reward),
                _ => Outcome::unscored(Reason::Internal),
            }
        };
        rows(&[&*self.condition, &*self.reward], samples).into_iter().map(decide).collect()
    }

    fn needs_whole_group(&self) -> bool {
        self.condition.needs_whole_group() || self.reward.needs_whole_group()
    }
}
