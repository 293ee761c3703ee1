//! The reference policy that the KL penalty holds on to, and how it follows.
//!
//! Accepts: pairs of a reference parameter and the policy's. Refuses: pairs of different shapes, rules without a meaning.

use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

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
    pairs: Vec<Pair>,
    rule: Replacement,
}

#[derive(Debug)]
struct Pair {
    reference: Tensor,
    policy: Tensor,
    /// The average in float32 where the reference is in half precision, whose resolution a little of each step is below.
    average: Option<Tensor>,
}

impl Reference {
    /// `pairs` are (reference, policy) parameters. For an average of references in half precision a float32 copy of them is kept, as the optimizer keeps
    /// masters: what is written into the reference from elsewhere, later, is lost.
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
        let _guard = tch::no_grad_guard();
        let pair = |(reference, policy): (Tensor, Tensor)| -> Result<Pair> {
            let half = matches!(reference.kind(), Kind::BFloat16 | Kind::Half) && matches!(rule, Replacement::Ema { .. });
            let average = if half { Some(reference.f_to_kind(Kind::Float)?) } else { None };
            Ok(Pair { reference, policy, average })
        };
        Ok(Self { pairs: pairs.into_iter().map(pair).collect::<Result<_>>()?, rule })
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
