//! Numbers on a batch, for a trainer's log.

use serde::Serialize;

/// Numbers on one batch. Fractions and means are over its trainable tokens, for every aggregation; 0 where there are
/// none.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Metrics {
    /// The loss, by the aggregation.
    pub loss: f64,
    /// The policy loss in it.
    pub policy_loss: f64,
    /// Mean estimate of the divergence from the reference, by the configured estimator, else by `k3`; 0 without a
    /// reference.
    pub kl: f64,
    /// Mean entropy, in nats; 0 where no entropies are computed.
    pub entropy: f64,
    /// Mean of πθ/πold (of s for losses with one ratio a sequence, w for `vespo`, πθ/μ for `dppo`).
    pub ratio_mean: f64,
    /// The smallest ratio.
    pub ratio_min: f64,
    /// The 5 % quantile of the ratio.
    pub ratio_p05: f64,
    /// The median of the ratio.
    pub ratio_median: f64,
    /// The 95 % quantile of the ratio.
    pub ratio_p95: f64,
    /// The largest ratio.
    pub ratio_max: f64,
    /// Fraction of tokens cut by the lower clip.
    pub clip_low: f64,
    /// Fraction of tokens cut by the upper clip.
    pub clip_high: f64,
    /// Mean of the correction's w before its bound; 0 without a correction.
    pub correction_mean: f64,
    /// The smallest w before its bound.
    pub correction_min: f64,
    /// The largest w before its bound.
    pub correction_max: f64,
    /// Fraction of tokens whose w the correction's bound has changed.
    pub correction_truncated: f64,
    /// Mean of log π_rollout − log πold: the mismatch of sampler and trainer, 0 where they agree and without rollout
    /// log-probabilities.
    pub rollout_kl: f64,
    /// The same divergence, KL(π_rollout ‖ πold), by the `k3` estimator: mean of w − 1 − log w with w = πold/π_rollout
    /// of a token; never negative.
    pub rollout_k3: f64,
    /// χ²(πold ‖ π_rollout) of tokens: mean of w² − 1. Source: verl's `rollout_corr`.
    pub rollout_chi2: f64,
    /// χ² of sequences: the same with w the product over a sequence.
    pub rollout_chi2_sequence: f64,
    /// Effective sample size of the tokens as a share of their number n, (Σw)²/(n·Σw²): 1 where sampler and trainer
    /// agree. Source: Kish (1965).
    pub rollout_ess: f64,
    /// Trainable tokens; without dropped ones where option `denominator` is `kept`.
    pub tokens: f64,
    /// Trainable tokens whose policy loss a mask, a correction, a rejection or staleness has dropped.
    pub dropped_tokens: f64,
    /// Tokens outside the bounds of option `rejection`, or outside those of the correction where `denominator` is
    /// `kept`.
    pub rejected_tokens: f64,
    /// Sequences with a trainable token.
    pub sequences: f64,
    /// Sequences with a trainable token whose advantages are all exactly 0.
    pub dead_sequences: f64,
    /// Sequences with a trainable token that are too stale.
    pub stale_sequences: f64,
}

impl Metrics {
    /// Every number with its name, in the order of the fields. Unlike JSON, this holds NaN and infinity, which the
    /// numbers of a loss that overflows are.
    pub fn entries(&self) -> [(&'static str, f64); 27] {
        [
            ("loss", self.loss),
            ("policy_loss", self.policy_loss),
            ("kl", self.kl),
            ("entropy", self.entropy),
            ("ratio_mean", self.ratio_mean),
            ("ratio_min", self.ratio_min),
            ("ratio_p05", self.ratio_p05),
            ("ratio_median", self.ratio_median),
            ("ratio_p95", self.ratio_p95),
            ("ratio_max", self.ratio_max),
            ("clip_low", self.clip_low),
            ("clip_high", self.clip_high),
            ("correction_mean", self.correction_mean),
            ("correction_min", self.correction_min),
            ("correction_max", self.correction_max),
            ("correction_truncated", self.correction_truncated),
            ("rollout_kl", self.rollout_kl),
            ("rollout_k3", self.rollout_k3),
            ("rollout_chi2", self.rollout_chi2),
            ("rollout_chi2_sequence", self.rollout_chi2_sequence),
            ("rollout_ess", self.rollout_ess),
            ("tokens", self.tokens),
            ("dropped_tokens", self.dropped_tokens),
            ("rejected_tokens", self.rejected_tokens),
            ("sequences", self.sequences),
            ("dead_sequences", self.dead_sequences),
            ("stale_sequences", self.stale_sequences),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_all_fields() {
        let metrics = Metrics { loss: 1.0, stale_sequences: 2.0, ..Metrics::default() };
        let fields = serde_json::to_value(metrics).unwrap();
        let entries: serde_json::Map<_, _> =
            metrics.entries().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        assert_eq!(fields, serde_json::Value::Object(entries));
    }
}
