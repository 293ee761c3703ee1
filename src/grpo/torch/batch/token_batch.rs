//! The parts of a batch beside the policy's own log-probabilities. This file is the only one of the crate that lists
//! all of them.

use tch::Tensor;

/// The parts of a batch of B sequences of at most T tokens, beside the policy's own log-probabilities. `T` is the type
/// of a tensor: `&Tensor` in a [`TokenBatch`].
///
/// Log-probabilities are those of the tokens that were sampled, at the sampler's temperature, without a gradient.
#[derive(Debug, Clone, Copy)]
pub struct BatchParts<T> {
    /// [B, T], bool or 0/1: 1 where the token is trained on.
    pub mask: T,
    /// `[B]` or [B, T]: the advantage.
    pub advantages: T,
    /// [B, T]: of the policy at rollout, computed by the trainer. Without it the step is on policy.
    pub old_log_probs: Option<T>,
    /// [B, T]: of the reference policy.
    pub reference_log_probs: Option<T>,
    /// [B, T]: as the sampler reported them.
    pub rollout_log_probs: Option<T>,
    /// `[B]` or [B, T]: β in place of the configured one, for example per turn.
    pub kl_coefficients: Option<T>,
    /// `[B]`, int64: how many versions older than this policy the policy is that sampled the sequence.
    pub staleness: Option<T>,
    /// `[B]`, int64: the prompt of each sequence, for `prompt_mean`.
    pub prompts: Option<T>,
    /// `[B]`: trainable tokens of all samples of the sequence's prompt, for `prompt_mean` where a prompt spans
    /// micro-batches.
    pub prompt_tokens: Option<T>,
    /// What the aggregation divides by, counted over the whole accumulated batch (and divided by the number of ranks
    /// where gradients are averaged over ranks): tokens for `token_mean`, prompts for `prompt_mean`, sequences for the
    /// others. Without it, the count of this batch.
    pub normalizer: Option<f64>,
    /// The weight of the entropy bonus in place of the configured one.
    pub entropy_coefficient: Option<f64>,
    /// The entropy, in nats, from which on `top_entropy` keeps tokens, in place of the quantile of this batch: for
    /// micro-batches and ranks that must agree.
    pub entropy_threshold: Option<f64>,
    /// `[B]`, bool or 0/1: the samples that `positive_nll` imitates.
    pub positives: Option<T>,
    /// Trainable tokens of all positive samples of the accumulated batch; without it, those of this batch.
    pub positive_normalizer: Option<f64>,
}

/// A batch that borrows its tensors.
pub type TokenBatch<'a> = BatchParts<&'a Tensor>;

impl<T> BatchParts<T> {
    /// A batch with only what every loss needs.
    pub fn new(mask: T, advantages: T) -> Self {
        Self {
            mask,
            advantages,
            old_log_probs: None,
            reference_log_probs: None,
            rollout_log_probs: None,
            kl_coefficients: None,
            staleness: None,
            prompts: None,
            prompt_tokens: None,
            normalizer: None,
            entropy_coefficient: None,
            entropy_threshold: None,
            positives: None,
            positive_normalizer: None,
        }
    }

    /// A batch whose parts are looked up by the names of the fields: `needed` gives the mask and the advantages,
    /// `tensor` and `number` the optional parts.
    ///
    /// # Errors
    /// The first error of a lookup.
    pub fn by_name<E>(
        needed: impl Fn(&'static str) -> Result<T, E>,
        tensor: impl Fn(&'static str) -> Result<Option<T>, E>,
        number: impl Fn(&'static str) -> Result<Option<f64>, E>,
    ) -> Result<Self, E> {
        Ok(Self {
            mask: needed("mask")?,
            advantages: needed("advantages")?,
            old_log_probs: tensor("old_log_probs")?,
            reference_log_probs: tensor("reference_log_probs")?,
            rollout_log_probs: tensor("rollout_log_probs")?,
            kl_coefficients: tensor("kl_coefficients")?,
            staleness: tensor("staleness")?,
            prompts: tensor("prompts")?,
            prompt_tokens: tensor("prompt_tokens")?,
            normalizer: number("normalizer")?,
            entropy_coefficient: number("entropy_coefficient")?,
            entropy_threshold: number("entropy_threshold")?,
            positives: tensor("positives")?,
            positive_normalizer: number("positive_normalizer")?,
        })
    }

    /// The same batch with borrowed tensors.
    pub fn borrowed(&self) -> BatchParts<&T> {
        BatchParts {
            mask: &self.mask,
            advantages: &self.advantages,
            old_log_probs: self.old_log_probs.as_ref(),
            reference_log_probs: self.reference_log_probs.as_ref(),
            rollout_log_probs: self.rollout_log_probs.as_ref(),
            kl_coefficients: self.kl_coefficients.as_ref(),
            staleness: self.staleness.as_ref(),
            prompts: self.prompts.as_ref(),
            prompt_tokens: self.prompt_tokens.as_ref(),
            normalizer: self.normalizer,
            entropy_coefficient: self.entropy_coefficient,
            entropy_threshold: self.entropy_threshold,
            positives: self.positives.as_ref(),
            positive_normalizer: self.positive_normalizer,
        }
    }
}
