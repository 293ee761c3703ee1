//! The learning rate over time.

use serde::{Deserialize, Serialize};

use crate::core::names::by_name;
use crate::grpo::torch::options::named_field;
use crate::grpo::torch::options::ranges::between;
use crate::{Error, Result};

/// A linear warm-up from 0, then a decay.
///
/// ```
/// use r1rewards::grpo::optimizer::{Decay, Schedule};
/// let schedule = Schedule { warmup_steps: 10, decay: Decay::Cosine { steps: 110, floor: 0.1 } };
/// assert_eq!([0, 5, 10].map(|step| schedule.factor(step)), [0.0, 0.5, 1.0]);
/// assert!((schedule.factor(60) - 0.55).abs() < 1e-12);
/// assert!((schedule.factor(500) - 0.1).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// Steps in which the rate rises linearly from 0.
    pub warmup_steps: u64,
    /// How the rate falls after the warm-up.
    #[serde(deserialize_with = "named_field::named")]
    pub decay: Decay,
}

/// How the rate falls after the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Decay {
    /// The rate stays constant.
    #[default]
    Constant,
    /// The rate follows half a period of a cosine. Source: SGDR (1608.03983).
    Cosine {
        /// The step at which the floor is reached, counted with the warm-up; more than `warmup_steps`.
        steps: u64,
        /// The share of the rate that remains.
        #[serde(default)]
        floor: f64,
    },
    /// The rate falls linearly.
    Linear {
        /// The step at which the floor is reached, counted with the warm-up; more than `warmup_steps`.
        steps: u64,
        /// The share of the rate that remains.
        #[serde(default)]
        floor: f64,
    },
}

impl Decay {
    /// The name of every decay. Only `constant` can be parsed from its name alone: the others need their steps.
    pub const NAMES: [&'static str; 3] = ["constant", "cosine", "linear"];
}

by_name!(Decay, "schedule.decay");

impl Schedule {
    /// The factor of the learning rate at a step; steps are counted from 0.
    #[expect(clippy::cast_precision_loss, reason = "numbers of steps are far below 2^52")]
    pub fn factor(&self, step: u64) -> f64 {
        if step < self.warmup_steps {
            return step as f64 / self.warmup_steps as f64;
        }
        let progress = |steps: u64| {
            let length = steps.saturating_sub(self.warmup_steps).max(1) as f64;
            ((step - self.warmup_steps) as f64 / length).min(1.0)
        };
        match self.decay {
            Decay::Constant => 1.0,
            Decay::Cosine { steps, floor } => floor + (1.0 - floor) * 0.5 * (1.0 + (std::f64::consts::PI * progress(steps)).cos()),
            Decay::Linear { steps, floor } => 1.0 - (1.0 - floor) * progress(steps),
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        match self.decay {
            Decay::Constant => Ok(()),
            Decay::Cosine { steps, floor } | Decay::Linear { steps, floor } => {
                between("floor", floor, 0.0, 1.0)?;
                if steps <= self.warmup_steps {
                    return Err(Error::option(
                        "steps",
                        steps,
                        format_args!("give more than the {} of the warm-up", self.warmup_steps),
                    ));
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Decay;
    use crate::core::names::assert_names_agree;

    #[test]
    fn names_are_read_as_they_are_written() {
        assert_names_agree::<Decay>(&Decay::NAMES, &["cosine", "linear"]);
    }
}
