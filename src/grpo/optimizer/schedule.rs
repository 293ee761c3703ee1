//! The learning rate over time.
//!
//! Accepts: a linear warm-up and then a constant, a cosine or a line. Refuses: decays that end before the warm-up does.

use serde::{Deserialize, Serialize};

use crate::grpo::check::between;
use crate::grpo::named;
use crate::{Error, Result};

/// A warm-up from 0, then a decay.
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
    /// Steps in which the rate rises in a line from 0.
    pub warmup_steps: u64,
    /// What follows.
    #[serde(deserialize_with = "named::named")]
    pub decay: Decay,
}

/// How the rate falls after the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Decay {
    /// It does not.
    #[default]
    Constant,
    /// Half a cosine. Source: SGDR (1608.03983).
    Cosine {
        /// The step at which the floor is reached, warm-up included.
        steps: u64,
        /// The share of the rate that remains.
        #[serde(default)]
        floor: f64,
    },
    /// A line.
    Linear {
        /// The step at which the floor is reached, warm-up included.
        steps: u64,
        /// The share of the rate that remains.
        #[serde(default)]
        floor: f64,
    },
}

impl Schedule {
    /// The factor on the learning rate of a step; steps count from 0.
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
