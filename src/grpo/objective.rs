//! What a step minimises: the policy loss with its correction, KL, entropy and imitation, row by row.
//!
//! Accepts: log-probabilities of the trainable tokens, with or without a gradient. Refuses: nothing; what could be wrong was refused where rows are made.

use tch::Tensor;

use super::config::GrpoConfig;
use super::correction::{Level, Weights};
use super::kl::KlPenalty;
use super::policy_loss::PolicyLoss;
use super::rows::Rows;
use super::surrogate;
use crate::Result;

/// Log-ratios are clamped to this before they are exponentiated, as in verl: beyond it float32 would soon be infinite.
pub(super) const LOG_RATIO_BOUND: f64 = 20.0;

/// What a step minimises, row by row, with what its metrics need.
pub(super) struct Objective {
    /// The weighted loss of each row: their sum is the loss.
    pub rows: Tensor,
    /// The policy's part of it.
    pub policy: Tensor,
    /// The estimate of the divergence, where there is a reference.
    pub kl: Option<Tensor>,
    /// πθ/πold (or s for losses of whole sequences, w for `vespo`), without a gradient.
    pub ratio: Tensor,
    /// Rows whose gradient the clip has cut, below and above.
    pub clipped: [Tensor; 2],
    /// 1 for rows whose policy loss counts, 0 for dropped ones.
    pub keep: Tensor,
    /// w of the correction before and after its bound.
    pub correction: Option<Weights>,
}

/// What a policy loss is computed from.
pub(super) struct Step<'a> {
    pub rows: &'a Rows,
    /// log πθ, with the gradient.
    pub log_probs: &'a Tensor,
    /// log πold, of the policy itself where the step is on policy.
    pub old: &'a Tensor,
    /// Of the policy that sampled: the rollout's, or πold without one.
    pub behaviour: &'a Tensor,
    /// log πθ − log πold, clamped.
    pub log_ratio: Tensor,
    /// Whether the loss will be multiplied by a correction of the mismatch between `old` and `behaviour`.
    pub corrected: bool,
    /// The correction's factor, bounded.
    pub weight: Option<Tensor>,
}

/// The policy's part of an objective, before corrections and weights.
pub(super) struct Terms {
    pub loss: Tensor,
    pub ratio: Tensor,
    pub clipped: [Tensor; 2],
    pub keep: Tensor,
}

impl Terms {
    /// Of a loss that drops no row.
    pub fn new(loss: Tensor, ratio: &Tensor, clipped: [Tensor; 2]) -> Result<Self> {
        let ratio = ratio.f_detach()?;
        Ok(Self { loss, keep: ratio.f_ones_like()?, ratio, clipped })
    }

    /// Of a loss that clips the ratio in the direction of the advantage.
    pub fn clipping(loss: Tensor, ratio: &Tensor, advantages: &Tensor, low: f64, high: f64) -> Result<Self> {
        let moved = ratio.f_detach()?;
        let clipped = [
            moved.f_lt(1.0 - low)?.f_logical_and(&advantages.f_lt(0.0)?)?,
            moved.f_gt(1.0 + high)?.f_logical_and(&advantages.f_gt(0.0)?)?,
        ];
        Self::new(loss, ratio, clipped)
    }
}

/// The objective of rows with these log-probabilities and entropies.
pub(super) fn objective(config: &GrpoConfig, rows: &Rows, log_probs: &Tensor, entropy: Option<&Tensor>) -> Result<Objective> {
    let now = log_probs.f_detach()?;
    let old = rows.old.as_ref().unwrap_or(&now);
    let behaviour = rows.rollout.as_ref().unwrap_or(old);
    let correction = match (&rows.correction, config.correction.as_ref().zip(rows.rollout.as_ref())) {
        (Some(known), _) => Some(known.narrow(0, rows.len())?),
        (None, Some((rule, rollout))) => Some(rule.weights(rows, &old.f_sub(rollout)?)?),
        (None, None) => None,
    };
    let step = Step {
        rows,
        log_probs,
        old,
        behaviour,
        log_ratio: log_probs.f_sub(old)?.f_clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND)?,
        corrected: correction.is_some(),
        weight: correction.as_ref().map(|weights| weights.bounded.shallow_clone()),
    };
    let terms = surrogate::policy(&config.loss, &step)?;
    let (mut keep, mut loss) = (terms.keep, terms.loss);
    if let Some(limit) = config.off_policy_mask {
        let stray = rows.sequence_mean(&behaviour.f_sub(&now)?)?.f_gt(limit)?.f_logical_and(&rows.advantages.f_lt(0.0)?)?;
        keep = keep.f_mul(&stray.f_logical_not()?.f_to_kind(rows.kind)?)?;
    }
    // `vespo` has taken the factor into its weight.
    if let Some(weights) = correction.as_ref().filter(|_| !matches!(config.loss, PolicyLoss::Vespo(_))) {
        // A weight of 0 drops the row.
        keep = keep.f_mul(&weights.bounded.f_gt(0.0)?.f_to_kind(rows.kind)?)?;
        loss = loss.f_mul(&weights.bounded)?;
    }
    if let Some(share) = config.top_entropy {
        keep = keep.f_mul(&uncertain(share, rows, entropy)?)?;
    }
    if let Some(kept) = &rows.kept {
        keep = keep.f_mul(kept)?;
    }
    let mut weights = rows.weights.shallow_clone();
    if let Some(fresh) = &rows.fresh {
        keep = keep.f_mul(fresh)?;
        weights = weights.f_mul(fresh)?;
    }
    let policy = loss.f_mul(&keep)?.f_mul(&weights)?;
    let mut total = policy.shallow_clone();
    let penalty = config.kl.unwrap_or_default();
    let divergence = rows.reference.as_ref().map(|reference| penalty.divergence(log_probs, old, reference)).transpose()?;
    if let Some((KlPenalty { coefficient, .. }, divergence)) = config.kl.zip(divergence.as_ref()) {
        let term = match &rows.kl_coefficients {
            Some(coefficients) => divergence.f_mul(coefficients)?,
            None => divergence.f_mul_scalar(coefficient)?,
        };
        total = total.f_add(&term.f_mul(&weights)?)?;
    }
    if let Some(entropy) = entropy.filter(|_| rows.entropy_coefficient != 0.0) {
        total = total.f_sub(&entropy.f_mul(&weights)?.f_mul_scalar(rows.entropy_coefficient)?)?;
    }
    if let Some(positive) = rows.positive.as_ref().filter(|_| config.positive_nll > 0.0) {
        let mut imitation = log_probs.f_mul(positive)?.f_mul_scalar(-config.positive_nll)?;
        if let Some(fresh) = &rows.fresh {
            imitation = imitation.f_mul(fresh)?;
        }
        total = total.f_add(&imitation)?;
    }
    Ok(Objective { rows: total, policy, kl: divergence, ratio: terms.ratio, clipped: terms.clipped, keep, correction })
}

/// Whether the objective of a row depends on other rows.
pub(super) fn needs_others(config: &GrpoConfig, rows: &Rows) -> bool {
    let correction = rows.correction.is_none() && config.correction.is_some_and(|rule| rule.level() != Level::Token);
    let threshold = config.top_entropy.is_some() && rows.entropy_threshold.is_none();
    config.loss.needs_sequence() || config.loss.needs_batch() || config.off_policy_mask.is_some() || correction || threshold
}

/// 1 for rows whose entropy is among the largest `share` of the batch, or at least the given threshold.
fn uncertain(share: f64, rows: &Rows, entropy: Option<&Tensor>) -> Result<Tensor> {
    let Some(entropy) = entropy.filter(|entropy| entropy.numel() > 0) else {
        return Ok(rows.advantages.f_ones_like()?);
    };
    let entropy = entropy.f_detach()?;
    let large = match rows.entropy_threshold {
        Some(threshold) => entropy.f_ge(threshold)?,
        None => entropy.f_ge_tensor(&entropy.f_quantile_scalar(1.0 - share, 0, false, "linear")?)?,
    };
    Ok(large.f_to_kind(rows.kind)?)
}
