//! Updates of a policy from sequences: gradients over micro-batches that add up to those of one large batch.

use tch::Tensor;

use super::policy::Policy;
use super::sequences::{Padded, Sequence};
use crate::grpo::optimizer::{GrpoOptimizer, StepReport};
use crate::grpo::{Aggregation, GrpoLoss, Metrics, Pass, Scores, TokenBatch, log_probs};
use crate::{Error, Result};

/// How an update goes through its sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passes {
    /// The number of optimizer steps that the sequences are split over; at most one for each sequence.
    pub minibatches: usize,
    /// The most tokens of a micro-batch, padding included. It changes memory and time, and the gradient only by
    /// rounding; but `top_entropy`, `clip_cov` and `kl_cov` rank the tokens of a micro-batch, and not of the whole batch.
    pub micro_tokens: usize,
}

/// What one optimizer step did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Update {
    /// The metrics of the loss, averaged over micro-batches by their tokens.
    pub metrics: Metrics,
    /// The report of the optimizer.
    pub step: StepReport,
}

/// Trains a policy on sequences: one optimizer step for each minibatch, in the order of the sequences. With a
/// `reference`, the KL penalty of the loss is computed against it.
///
/// # Errors
/// No sequence with a trainable token; an aggregation that needs the prompts of sequences (`prompt_mean`); what the
/// policy refuses.
pub fn update<P: Policy + ?Sized>(
    policy: &P,
    reference: Option<&P>,
    loss: &GrpoLoss,
    optimizer: &mut GrpoOptimizer,
    sequences: &[Sequence],
    passes: Passes,
) -> Result<Vec<Update>> {
    let trained: Vec<&Sequence> = sequences.iter().filter(|sequence| sequence.trainable_tokens() > 0).collect();
    if trained.is_empty() {
        return Err(Error::tensor("no sequence has a trainable token: nothing can be learned from this batch"));
    }
    if loss.config().aggregation() == Aggregation::PromptMean {
        return Err(Error::option(
            "aggregation",
            "prompt_mean",
            "use token_mean, sequence_mean or constant_length: this update does not count tokens by prompt",
        ));
    }
    // As equal as possible: pieces of one size rounded up would be fewer than asked for.
    let (count, parts) = (trained.len(), passes.minibatches.clamp(1, trained.len()));
    let minibatches = (0..parts).map(|part| &trained[count * part / parts..count * (part + 1) / parts]);
    minibatches.map(|minibatch| one_step(policy, reference, loss, optimizer, minibatch, passes)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of tokens and sequences are far below 2^52")]
fn one_step<P: Policy + ?Sized>(
    policy: &P,
    reference: Option<&P>,
    loss: &GrpoLoss,
    optimizer: &mut GrpoOptimizer,
    minibatch: &[&Sequence],
    passes: Passes,
) -> Result<Update> {
    let tokens: usize = minibatch.iter().map(|sequence| sequence.trainable_tokens()).sum();
    let normalizer = match loss.config().aggregation() {
        Aggregation::TokenMean => tokens as f64,
        _ => minibatch.len() as f64,
    };
    // What an earlier update that failed has left must not be added to this one.
    optimizer.zero_grad()?;
    let mut metrics = Vec::new();
    for micro in micro_batches(minibatch, passes.micro_tokens) {
        let padded = Padded::new(&micro, policy.device())?;
        let against = match reference {
            Some(reference) => Some(reference_log_probs(reference, &padded, loss)?),
            None => None,
        };
        let batch = TokenBatch {
            old_log_probs: padded.old_log_probs.as_ref(),
            reference_log_probs: against.as_ref(),
            kl_coefficients: padded.kl.as_ref().filter(|_| against.is_some()),
            normalizer: Some(normalizer),
            ..TokenBatch::new(&padded.mask, &padded.advantages)
        };
        let hidden = policy.hidden(&padded.inputs)?;
        let scores = Scores::Hidden { hidden: &hidden, weight: policy.head() };
        let fused = loss.fused(&scores, &padded.targets, &batch, Pass { entropy: true, ..Pass::default() })?;
        fused.attach(&scores)?.f_backward()?;
        metrics.push(fused.metrics);
    }
    let step = optimizer.step()?;
    optimizer.zero_grad()?;
    Ok(Update { metrics: combined(&metrics), step })
}

fn reference_log_probs<P: Policy + ?Sized>(reference: &P, padded: &Padded, loss: &GrpoLoss) -> Result<Tensor> {
    let _guard = tch::no_grad_guard();
    let hidden = reference.hidden(&padded.inputs)?;
    let scores = Scores::Hidden { hidden: &hidden, weight: reference.head() };
    Ok(log_probs(&scores, &padded.targets, Some(&padded.mask), loss.config().temperature, Pass::default())?.log_probs)
}

/// The sequences in micro-batches of similar length, so that little is padding. The order is a function of the lengths.
fn micro_batches<'a>(minibatch: &[&'a Sequence], most: usize) -> Vec<Vec<&'a Sequence>> {
    let mut sorted = minibatch.to_vec();
    sorted.sort_by_key(|sequence| sequence.tokens.len());
    let mut batches: Vec<Vec<&Sequence>> = Vec::new();
    for sequence in sorted {
        match batches.last_mut() {
            Some(batch) if (batch.len() + 1) * sequence.tokens.len() <= most => batch.push(sequence),
            _ => batches.push(vec![sequence]),
        }
    }
    batches
}

/// The metrics of a step from those of its micro-batches: sums of what is summed, extremes, and means by tokens.
fn combined(parts: &[Metrics]) -> Metrics {
    let total: f64 = parts.iter().map(|part| part.tokens).sum();
    let sum = |of: fn(&Metrics) -> f64| parts.iter().map(of).sum::<f64>();
    let mean = |of: fn(&Metrics) -> f64| parts.iter().map(|part| of(part) * part.tokens).sum::<f64>() / total.max(1.0);
    Metrics {
        loss: sum(|part| part.loss),
        policy_loss: sum(|part| part.policy_loss),
        kl: mean(|part| part.kl),
        entropy: mean(|part| part.entropy),
        ratio_mean: mean(|part| part.ratio_mean),
        ratio_min: parts.iter().map(|part| part.ratio_min).fold(f64::INFINITY, f64::min),
        ratio_p05: mean(|part| part.ratio_p05),
        ratio_median: mean(|part| part.ratio_median),
        ratio_p95: mean(|part| part.ratio_p95),
        ratio_max: parts.iter().map(|part| part.ratio_max).fold(f64::NEG_INFINITY, f64::max),
        clip_low: mean(|part| part.clip_low),
        clip_high: mean(|part| part.clip_high),
        tokens: total,
        dropped_tokens: sum(|part| part.dropped_tokens),
        rejected_tokens: sum(|part| part.rejected_tokens),
        sequences: sum(|part| part.sequences),
        dead_sequences: sum(|part| part.dead_sequences),
        stale_sequences: sum(|part| part.stale_sequences),
        ..Metrics::default()
    }
}
