//! The reference policy that the KL penalty holds on to, and how it follows.
//!
//! Accepts: pairs of a reference parameter and the policy's. Refuses: pairs of different shapes, rules without a meaning.

use serde::{Deserialize, Serialize};
use tch::Tensor;

use crate::grpo::check::between;
use crate::grpo::torch::expect;
use crate::{Error, Result};

/// When the reference takes over the policy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Replacement {
    /// Whole, every so many steps. R1 used 400.
    Periodic {
        /// Steps between replacements.
        every: u64,
    },
    /// A little, each step: reference ← decay·reference + (1 − decay)·policy.
    Ema {
        /// The share that stays.
        decay: f64,
    },
}

/// A reference and its rule.
#[derive(Debug)]
pub struct Reference {
    pairs: Vec<(Tensor, Tensor)>,
    rule: Replacement,
}

impl Reference {
    /// `pairs` are (reference, policy) parameters.
    ///
    /// # Errors
    /// A pair of different shapes or devices, named by its place; a period of 0; a decay outside [0, 1].
    pub fn new(pairs: Vec<(Tensor, Tensor)>, rule: Replacement) -> Result<Self> {
        match rule {
            Replacement::Periodic { every: 0 } => return Err(Error::option("every", 0, "give at least 1 step")),
            Replacement::Periodic { .. } => {}
            Replacement::Ema { decay } => between("decay", decay, 0.0, 1.0)?,
        }
        for (place, (reference, policy)) in pairs.iter().enumerate() {
            expect(&format!("reference parameter {place}"), reference, &policy.size(), ("policy parameter", policy))?;
        }
        Ok(Self { pairs, rule })
    }

    /// After step `step` (counted from 1): whether the reference has changed, in place.
    ///
    /// # Errors
    /// What libtorch refuses.
    pub fn after_step(&mut self, step: u64) -> Result<bool> {
        let _guard = tch::no_grad_guard();
        match self.rule {
            Replacement::Periodic { every } if step == 0 || !step.is_multiple_of(every) => return Ok(false),
            Replacement::Periodic { .. } => {
                for (reference, policy) in &mut self.pairs {
                    reference.f_copy_(policy)?;
                }
            }
            Replacement::Ema { decay } => {
                for (reference, policy) in &mut self.pairs {
                    let _ = reference.f_lerp_(&policy.f_to_kind(reference.kind())?, 1.0 - decay)?;
                }
            }
        }
        Ok(true)
    }
}
