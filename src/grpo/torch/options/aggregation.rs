//! How the losses of tokens become one number.

use serde::{Deserialize, Serialize};

use crate::core::names::by_name;

/// How the losses of tokens become one number. The count that it divides by can be given for the whole accumulated
/// batch (field `normalizer` of [`TokenBatch`](crate::grpo::TokenBatch)), so that micro-batches and data parallelism
/// give the gradient of one large batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Aggregation {
    /// Σ L / trainable tokens. Source: DAPO (2503.14476).
    #[default]
    TokenMean,
    /// The mean over sequences of the mean over their tokens. Source: GRPO (2402.03300).
    SequenceMean,
    /// The mean over sequences of the sum over their tokens. Source: LUSPO (2602.05261) with `gspo`.
    SequenceSum,
    /// Σ L / (sequences · `length`). Source: Dr. GRPO (2503.20783).
    ConstantLength {
        /// Lmax, in tokens: the longest completion allowed, not the longest in the batch.
        length: u64,
    },
    /// The mean over prompts of the mean over the tokens of all their samples; needs the prompts. Source: `SkyRL`.
    PromptMean,
}

impl Aggregation {
    /// The name of every aggregation. `constant_length` cannot be parsed from its name alone, because it needs its
    /// length.
    pub const NAMES: [&'static str; 5] = ["token_mean", "sequence_mean", "sequence_sum", "constant_length", "prompt_mean"];
}

by_name!(Aggregation, "aggregation");

#[cfg(test)]
mod tests {
    use super::Aggregation;
    use crate::core::names::assert_names_agree;

    #[test]
    fn names_are_read_as_they_are_written() {
        assert_names_agree::<Aggregation>(&Aggregation::NAMES, &["constant_length"]);
        let error = "constant_length".parse::<Aggregation>().unwrap_err().to_string();
        let expected = "option `aggregation` got `constant_length` alone: give it with its constants: missing field `length`";
        assert_eq!(error, expected);
    }
}
