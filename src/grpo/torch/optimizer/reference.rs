//! The reference policy of the KL penalty, and how it follows the policy.

use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use crate::grpo::torch::options::ranges::between;
use crate::grpo::torch::tensor::expect;
use crate::{Error, Result};

/// How the reference is updated from the policy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Replacement {
    /// The policy's parameters are copied every `every` steps. R1 used 400.
    Periodic {
        /// Steps between replacements.
        every: u64,
    },
    /// An exponential moving average, each step: reference ← decay·reference + (1 − decay)·policy.
    Ema {
        /// The share of the reference that remains at a step.
        decay: f64,
    },
}

/// A reference and its rule.
#[derive(Debug)]
pub struct Reference {
    pairs: Vec<Pair>,
    rule: Replacement,
}

#[derive(Debug)]
struct Pair {
    reference: Tensor,
    policy: Tensor,
    /// The average in float32, where the reference is in half precision: a step may be below the resolution of half
    /// precision.
    average: Option<Tensor>,
}

impl Reference {
    /// `pairs` are (reference, policy) parameters. For a moving average of references in half precision a float32 copy
    /// of them is kept, as the optimizer keeps master weights: what other code writes into the reference later is lost.
    ///
    /// # Errors
    /// A pair of different shapes or devices, named by its index; `every` of 0; a decay outside [0, 1].
    pub fn new(pairs: Vec<(Tensor, Tensor)>, rule: Replacement) -> Result<Self> {
        match rule {
            Replacement::Periodic { every: 0 } => return Err(Error::option("every", 0, "give at least 1 step")),
            Replacement::Periodic { .. } => {}
            Replacement::Ema { decay } => between("decay", decay, 0.0, 1.0)?,
        }
        for (place, (reference, policy)) in pairs.iter().enumerate() {
            expect(&format!("reference parameter {place}"), reference, &policy.size(), ("policy parameter", policy))?;
        }
        let _guard = tch::no_grad_guard();
        let pair = |(reference, policy): (Tensor, Tensor)| -> Result<Pair> {
            let half = matches!(reference.kind(), Kind::BFloat16 | Kind::Half) && matches!(rule, Replacement::Ema { .. });
            let average = if half { Some(reference.f_to_kind(Kind::Float)?) } else { None };
            Ok(Pair { reference, policy, average })
        };
        Ok(Self { pairs: pairs.into_iter().map(pair).collect::<Result<_>>()?, rule })
    }

    /// Updates the reference in place after step `step` (counted from 1). Returns whether it has changed.
    ///
    /// # Errors
    /// What libtorch refuses.
    pub fn after_step(&mut self, step: u64) -> Result<bool> {
        let _guard = tch::no_grad_guard();
        match self.rule {
            Replacement::Periodic { every } if step == 0 || !step.is_multiple_of(every) => return Ok(false),
            Replacement::Periodic { .. } => {
                for Pair { reference, policy, .. } in &mut self.pairs {
                    reference.f_copy_(policy)?;
                }
            }
            Replacement::Ema { decay } => {
                for Pair { reference, policy, average } in &mut self.pairs {
                    let moved = average.as_mut().unwrap_or(reference);
                    let _ = moved.f_lerp_(&policy.f_to_kind(moved.kind())?, 1.0 - decay)?;
                    if let Some(average) = average {
                        reference.f_copy_(average)?;
                    }
                }
            }
        }
        Ok(true)
    }
}
