//! The shape of a model, in the words of transformers' `config.json`.

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

/// The shape of a decoder-only transformer with RMS norms, rotary positions, grouped heads and SwiGLU: that of Llama,
/// Qwen2 and Qwen3.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
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
        }
    }
}

impl ModelConfig {
    /// The width of a head.
    pub fn head(&self) -> i64 {
        self.head_dim.unwrap_or(self.hidden_size / self.num_attention_heads.max(1))
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
        ensure!(self.head() % 2 == 0, "a head is {} wide: rotary positions need an even width", self.head());
        Ok(())
    }
}
