//! What a model must offer to be trained here.

use tch::{Device, Tensor};

use crate::Result;

/// A language model that is trained: it samples, and gives the hidden states of the tokens that it sampled.
///
/// The update needs hidden states and the output layer, and not log-probabilities, so that the logits of a whole batch
/// are never held (see [`GrpoLoss::fused`](crate::grpo::GrpoLoss::fused)).
pub trait Policy {
    /// The trainable parameters by name. The names are those in checkpoints.
    fn parameters(&self) -> Vec<(String, Tensor)>;

    /// The device that holds the parameters.
    fn device(&self) -> Device;

    /// Hidden states [B, T, H] of token ids [B, T] (int64), with a graph where gradients are on. A row is padded at its
    /// end; what stands at a position may depend on earlier positions only.
    ///
    /// # Errors
    /// What the backend refuses.
    fn hidden(&self, tokens: &Tensor) -> Result<Tensor>;

    /// The weight [V, H] of the output layer: logits are hidden · weightᵀ.
    fn head(&self) -> &Tensor;

    /// Continues prompts, which may differ in length: one continuation a prompt, in order.
    ///
    /// # Errors
    /// A prompt without tokens or too long for the model; what the backend refuses.
    fn sample(&self, prompts: &[&[i64]], sampling: &Sampling) -> Result<Vec<Continuation>>;
}

/// How tokens are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// The most tokens of a continuation, the end token included.
    pub max_new_tokens: usize,
    /// Logits are divided by this before the softmax. 0 takes the most probable token.
    pub temperature: f64,
    /// The token that ends a continuation.
    pub end: i64,
    /// Everything random follows from this number and from the place of a prompt in the list.
    pub seed: u64,
}

/// What a policy wrote.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Continuation {
    /// The tokens, with the end token if there is one.
    pub tokens: Vec<i64>,
    /// Their log-probabilities at the temperature of the sampling (at temperature 0: at 1).
    pub log_probs: Vec<f32>,
    /// Whether the end token was drawn.
    pub finished: bool,
}

/// Texts and token ids of a model.
pub trait Tokenizer: Sync {
    /// The ids of a text.
    ///
    /// # Errors
    /// A text with characters that the vocabulary lacks.
    fn encode(&self, text: &str) -> Result<Vec<i64>>;

    /// The text of ids. The end token has none.
    fn decode(&self, tokens: &[i64]) -> String;

    /// The token that ends a continuation.
    fn end(&self) -> i64;
}
