//! What a step minimises, row by row: the policy loss with its correction, the KL penalty, the entropy bonus and the
//! imitation of positive samples.

use tch::Tensor;

use super::batch::{ImportanceWeights, Rows};
use super::divergence::divergence;
use super::options::{GrpoConfig, KlPenalty, Level, PolicyLoss};
use super::policy::{Inputs, Terms, policy};
use super::ratio::bounded;
use crate::Result;

/// What a step minimises, row by row, with what the metrics need.
pub(super) struct Objective {
    /// The weighted loss of each row. The sum of these is the loss.
    pub rows: Tensor,
    /// The policy loss in it.
    pub policy: Tensor,
    /// The estimate of the divergence, where there is a reference.
    pub kl: Option<Tensor>,
    /// πθ/πold (s for losses with one ratio a sequence, w for `vespo`, πθ/μ for `dppo`), without a gradient.
    pub ratio: Tensor,
    /// Rows whose gradient the lower clip has cut.
    pub clipped_low: Tensor,
    /// Rows whose gradient the upper clip has cut.
    pub clipped_high: Tensor,
    /// 1 for rows whose policy loss counts, 0 for dropped ones.
    pub keep: Tensor,
    /// w of the correction before and after its bound.
    pub correction: Option<ImportanceWeights>,
}

/// The objective of rows with these log-probabilities and entropies.
pub(super) fn objective(config: &GrpoConfig, rows: &Rows, log_probs: &Tensor, entropy: Option<&Tensor>) -> Result<Objective> {
    let now = log_probs.f_detach()?;
    let old = rows.old.as_ref().unwrap_or(&now);
    let behaviour = rows.rollout.as_ref().unwrap_or(old);
    let correction = match (&rows.correction, config.correction.as_ref().zip(rows.rollout.as_ref())) {
        (Some(known), _) => Some(known.narrow(0, rows.len())?),
        (None, Some((rule, rollout))) => Some(rows.importance_weights(rule, &old.f_sub(rollout)?)?),
        (None, None) => None,
    };
    let inputs = Inputs {
        rows,
        log_probs,
        old,
        behaviour,
        log_ratio: bounded(&log_probs.f_sub(old)?)?,
        correction: correction.as_ref().map(|weights| weights.bounded.shallow_clone()),
    };
    let terms = policy(&config.loss, &inputs)?;
    let (keep, loss) = kept_and_corrected(config, &inputs, &terms, entropy)?;
    let weights = match &rows.fresh {
        Some(fresh) => rows.weights.f_mul(fresh)?,
        None => rows.weights.shallow_clone(),
    };
    let policy = loss.f_mul(&keep)?.f_mul(&weights)?;
    let penalty = config.kl.unwrap_or_default();
    let kl = rows.reference.as_ref().map(|reference| divergence(&penalty, log_probs, old, reference)).transpose()?;
    let total = with_penalties(config, rows, &policy, &weights, log_probs, kl.as_ref(), entropy)?;
    let Terms { ratio, clipped_low, clipped_high, .. } = terms;
    Ok(Objective { rows: total, policy, kl, ratio, clipped_low, clipped_high, keep, correction })
}

/// Which rows keep their policy loss (1, else 0), and the policy loss with the correction's factor.
fn kept_and_corrected(config: &GrpoConfig, inputs: &Inputs, terms: &Terms, entropy: Option<&Tensor>) -> Result<(Tensor, Tensor)> {
    let rows = inputs.rows;
    let (mut keep, mut loss) = (terms.keep.shallow_clone(), terms.loss.shallow_clone());
    if let Some(limit) = config.off_policy_mask {
        let distance = rows.sequence_mean(&inputs.behaviour.f_sub(&inputs.log_probs.f_detach()?)?)?;
        let stray = distance.f_gt(limit)?.f_logical_and(&rows.advantages.f_lt(0.0)?)?;
        keep = keep.f_mul(&stray.f_logical_not()?.f_to_kind(rows.kind)?)?;
    }
    // `vespo` has the factor in its own weight.
    if let Some(factor) = inputs.correction.as_ref().filter(|_| !matches!(config.loss, PolicyLoss::Vespo(_))) {
        // A factor of 0 drops the row.
        keep = keep.f_mul(&factor.f_gt(0.0)?.f_to_kind(rows.kind)?)?;
        loss = loss.f_mul(factor)?;
    }
    if let Some(share) = config.top_entropy {
        keep = keep.f_mul(&of_large_entropy(share, rows, entropy)?)?;
    }
    for kept in [&rows.kept, &rows.fresh].into_iter().flatten() {
        keep = keep.f_mul(kept)?;
    }
    Ok((keep, loss))
}

/// The policy loss with what the options add to it: the KL penalty, the entropy bonus, the imitation of positive
/// samples.
fn with_penalties(
    config: &GrpoConfig,
    rows: &Rows,
    policy: &Tensor,
    weights: &Tensor,
    log_probs: &Tensor,
    kl: Option<&Tensor>,
    entropy: Option<&Tensor>,
) -> Result<Tensor> {
    let mut total = policy.shallow_clone();
    if let Some((KlPenalty { coefficient, .. }, divergence)) = config.kl.zip(kl) {
        let penalty = match &rows.kl_coefficients {
            Some(coefficients) => divergence.f_mul(coefficients)?,
            None => divergence.f_mul_scalar(coefficient)?,
        };
        total = total.f_add(&penalty.f_mul(weights)?)?;
    }
    if let Some(entropy) = entropy.filter(|_| rows.entropy_coefficient != 0.0) {
        total = total.f_sub(&entropy.f_mul(weights)?.f_mul_scalar(rows.entropy_coefficient)?)?;
    }
    if let Some(positive) = rows.positive.as_ref().filter(|_| config.positive_nll > 0.0) {
        let mut imitation = log_probs.f_mul(positive)?.f_mul_scalar(-config.positive_nll)?;
        if let Some(fresh) = &rows.fresh {
            imitation = imitation.f_mul(fresh)?;
        }
        total = total.f_add(&imitation)?;
    }
    Ok(total)
}

/// Whether the objective of a row depends on other rows.
pub(super) fn needs_others(config: &GrpoConfig, rows: &Rows) -> bool {
    let correction = rows.correction.is_none() && config.correction.is_some_and(|rule| rule.level() != Level::Token);
    let quantile = config.top_entropy.is_some() && rows.entropy_threshold.is_none();
    config.loss.needs_sequence() || config.loss.needs_batch() || config.off_policy_mask.is_some() || correction || quantile
}

/// 1 for rows whose entropy is among the largest `share` of the batch or, where a threshold is given, at least that
/// threshold; 0 for others.
fn of_large_entropy(share: f64, rows: &Rows, entropy: Option<&Tensor>) -> Result<Tensor> {
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
