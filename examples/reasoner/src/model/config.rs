//! The shape of a model, in the words of transformers' `config.json`.

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

/// The shape of a decoder-only transformer with RMS norms, rotary positions, grouped heads and SwiGLU: that of Llama,
/// Qwen2 and Qwen3.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelConfig {
    /// The family, which decides on biases and on norms of queries and keys.
    pub model_type: Family,
    /// The number of tokens.
    pub vocab_size: i64,
    /// The width of hidden states.
    pub hidden_size: i64,
    /// The width inside of the feed-forward layers.
    pub intermediate_size: i64,
    /// The number of layers.
    pub num_hidden_layers: i64,
    /// The number of heads of queries.
    pub num_attention_heads: i64,
    /// The number of heads of keys and values; a divisor of the number of heads of queries.
    pub num_key_value_heads: i64,
    /// The width of a head; without it `hidden_size` divided by the number of heads.
    pub head_dim: Option<i64>,
    /// The largest number of tokens of a sequence.
    pub max_position_embeddings: i64,
    /// ε of the norms.
    pub rms_norm_eps: f64,
    /// The base of the rotary frequencies.
    pub rope_theta: f64,
    /// Whether the output layer is the embedding.
    pub tie_word_embeddings: bool,
    /// Whether queries, keys, values and the output of attention have biases. Qwen2 has those of the first three always.
    pub attention_bias: bool,
    /// How positions beyond those of the first training are reached; without it they are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rope_scaling: Option<Llama3>,
}

/// Llama 3.1's scaling of the rotary frequencies: those whose waves do not fit in the context of the first training become
/// slower. Source: `rope_type` `llama3` of Llama 3.1's checkpoints.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Llama3 {
    /// How many times slower the slow frequencies become.
    pub factor: f64,
    /// Frequencies with fewer waves in a context than this are slow.
    pub low_freq_factor: f64,
    /// Frequencies with more waves in a context than this stay.
    pub high_freq_factor: f64,
    /// The context of the first training, in tokens.
    pub original_max_position_embeddings: i64,
}

/// The families of models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// No biases.
    #[default]
    Llama,
    /// Biases of queries, keys and values.
    Qwen2,
    /// Norms of queries and keys.
    Qwen3,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            model_type: Family::Llama,
            vocab_size: 0,
            hidden_size: 64,
            intermediate_size: 160,
            num_hidden_layers: 2,
            num_attention_heads: 4,
            num_key_value_heads: 2,
            head_dim: None,
            max_position_embeddings: 256,
            rms_norm_eps: 1e-6,
            rope_theta: 10_000.0,
            tie_word_embeddings: true,
            attention_bias: false,
            rope_scaling: None,
        }
    }
}

impl ModelConfig {
    /// The width of a head.
    pub fn head(&self) -> i64 {
        self.head_dim.unwrap_or(self.hidden_size / self.num_attention_heads.max(1))
    }

    /// Whether queries, keys and values have biases, and whether the output of attention has one.
    pub fn attention_biases(&self) -> (bool, bool) {
        let of_output = self.attention_bias && self.model_type != Family::Qwen2;
        (of_output || self.model_type == Family::Qwen2, of_output)
    }

    /// Checks that the sizes fit together.
    ///
    /// # Errors
    /// The field at fault and the fix.
    pub fn check(&self) -> Result<()> {
        let sizes = [
            ("vocab_size", self.vocab_size),
            ("hidden_size", self.hidden_size),
            ("intermediate_size", self.intermediate_size),
            ("num_hidden_layers", self.num_hidden_layers),
            ("num_attention_heads", self.num_attention_heads),
            ("num_key_value_heads", self.num_key_value_heads),
            ("max_position_embeddings", self.max_position_embeddings),
        ];
        for (name, size) in sizes {
            ensure!(size > 0, "`{name}` is {size}: give a number above 0");
        }
        ensure!(
            self.num_attention_heads % self.num_key_value_heads == 0,
            "`num_key_value_heads` is {}: give a divisor of `num_attention_heads`, which is {}",
            self.num_key_value_heads,
            self.num_attention_heads
        );
        // transformers refuses a Llama with other sizes even if `head_dim` is given.
        ensure!(
            self.hidden_size % self.num_attention_heads == 0 || (self.head_dim.is_some() && self.model_type != Family::Llama),
            "`hidden_size` is {}: give a multiple of `num_attention_heads`, which is {}",
            self.hidden_size,
            self.num_attention_heads
        );
        let head = self.head();
        ensure!(head > 0 && head % 2 == 0, "a head is {head} wide: rotary positions need an even width above 0");
        for (name, number) in [("rms_norm_eps", self.rms_norm_eps), ("rope_theta", self.rope_theta)] {
            ensure!(number.is_finite() && number > 0.0, "`{name}` is {number}: give a finite number above 0");
        }
        if let Some(scaling) = &self.rope_scaling {
            let Llama3 { factor, low_freq_factor: low, high_freq_factor: high, original_max_position_embeddings: length } = scaling;
            ensure!(
                factor.is_finite() && *factor >= 1.0,
                "`factor` of the rotary scaling is {factor}: give a number of at least 1"
            );
            ensure!(
                low.is_finite() && high.is_finite() && *low > 0.0 && high > low,
                "`low_freq_factor` is {low} and `high_freq_factor` {high}: give numbers above 0, the second the larger one"
            );
            ensure!(*length > 0, "`original_max_position_embeddings` is {length}: give a number above 0");
        }
        Ok(())
    }
}
