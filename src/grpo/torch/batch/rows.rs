//! The trainable tokens of a batch as rows: padding is not computed, and may hold any numbers.

use tch::{Kind, Tensor};

use super::importance::ImportanceWeights;
use crate::Result;
use crate::grpo::torch::options::{Correction, Level};

/// The trainable tokens of a batch. A tensor has one entry a row unless its comment says otherwise, and no gradient.
#[derive(Debug)]
pub(crate) struct Rows {
    /// Position in the flattened batch.
    pub index: Tensor,
    /// The sequence of each row.
    pub sequence: Tensor,
    /// [B]: rows of each sequence.
    pub counts: Tensor,
    /// B and T of the padded batch.
    pub shape: [i64; 2],
    pub advantages: Tensor,
    pub old: Option<Tensor>,
    pub reference: Option<Tensor>,
    pub rollout: Option<Tensor>,
    pub kl_coefficients: Option<Tensor>,
    /// 0 for rows of stale sequences.
    pub fresh: Option<Tensor>,
    /// 0 for rows that the rejection has dropped.
    pub kept: Option<Tensor>,
    /// The correction's weights, where old log-probabilities are given: they do not depend on the policy's own then.
    pub correction: Option<ImportanceWeights>,
    /// The weight of a row in the imitation of positive samples, without its coefficient.
    pub positive: Option<Tensor>,
    /// The weight of a row in the loss.
    pub weights: Tensor,
    pub entropy_coefficient: f64,
    pub entropy_threshold: Option<f64>,
    /// One number: tokens that were rejected, whether they are rows or not.
    pub rejected_tokens: Tensor,
    /// One number: sequences that are too stale, whether they have rows or not.
    pub stale_sequences: Tensor,
    /// The kind of all tensors of floating point numbers with one entry a row.
    pub kind: Kind,
}

impl Rows {
    pub fn len(&self) -> i64 {
        self.index.size()[0]
    }

    /// The `length` rows from `start` on, for losses whose rows do not depend on each other.
    pub fn narrow(&self, start: i64, length: i64) -> Result<Self> {
        let part = |tensor: &Tensor| tensor.f_narrow(0, start, length);
        let part_some = |tensor: &Option<Tensor>| tensor.as_ref().map(part).transpose();
        Ok(Self {
            index: part(&self.index)?,
            sequence: part(&self.sequence)?,
            counts: self.counts.shallow_clone(),
            shape: self.shape,
            advantages: part(&self.advantages)?,
            old: part_some(&self.old)?,
            reference: part_some(&self.reference)?,
            rollout: part_some(&self.rollout)?,
            kl_coefficients: part_some(&self.kl_coefficients)?,
            fresh: part_some(&self.fresh)?,
            kept: part_some(&self.kept)?,
            correction: self.correction.as_ref().map(|weights| weights.narrow(start, length)).transpose()?,
            positive: part_some(&self.positive)?,
            weights: part(&self.weights)?,
            entropy_coefficient: self.entropy_coefficient,
            entropy_threshold: self.entropy_threshold,
            rejected_tokens: self.rejected_tokens.shallow_clone(),
            stale_sequences: self.stale_sequences.shallow_clone(),
            kind: self.kind,
        })
    }

    /// Each row's value at its place in the padded batch [B, T], 0 elsewhere.
    pub fn padded(&self, values: &Tensor) -> Result<Tensor> {
        let mut all = Tensor::f_zeros([self.shape[0] * self.shape[1]], (values.kind(), values.device()))?;
        let _ = all.f_index_copy_(0, &self.index, values)?;
        Ok(all.f_reshape(self.shape)?)
    }

    /// The rows of a [B, T] tensor, gradient intact.
    pub fn select(&self, tensor: &Tensor) -> Result<Tensor> {
        Ok(tensor.f_reshape([-1])?.f_index_select(0, &self.index)?.f_to_kind(self.kind)?)
    }

    /// The importance weights of rows by a correction, from log πold − log π_rollout of each row.
    pub fn importance_weights(&self, correction: &Correction, log_weight: &Tensor) -> Result<ImportanceWeights> {
        let log_weight = match correction.level() {
            Level::Token => log_weight.shallow_clone(),
            Level::Sequence => self.sequence_sum(log_weight)?,
            Level::Geometric => self.sequence_mean(log_weight)?,
        };
        ImportanceWeights::new(correction, &log_weight)
    }

    /// The sum over each row's sequence, one entry a row.
    pub fn sequence_sum(&self, values: &Tensor) -> Result<Tensor> {
        let sums = self.counts.f_zeros_like()?.f_index_add(0, &self.sequence, values)?;
        Ok(sums.f_index_select(0, &self.sequence)?)
    }

    /// The mean over each row's sequence, one entry a row.
    pub fn sequence_mean(&self, values: &Tensor) -> Result<Tensor> {
        Ok(self.sequence_sum(values)?.f_div(&self.counts.f_index_select(0, &self.sequence)?)?)
    }
}
