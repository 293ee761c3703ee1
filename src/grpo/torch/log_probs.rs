//! Log-probabilities from hidden states and the output layer, and their gradients.

use tch::Tensor;

use super::head::{Coefficients, Wanted};
use super::scores::{Flat, Gradients, Pass, Scores};
use super::tensor::expect;
use crate::Result;
use crate::grpo::check::positive;

/// Log-probabilities of the sampled tokens, without a gradient.
#[derive(Debug)]
pub struct LogProbs {
    /// [B, T], float64 where the scores are float64, else float32; 0 where the mask is 0.
    pub log_probs: Tensor,
    /// [B, T], in nats, where [`Pass::entropy`] asks for them.
    pub entropy: Option<Tensor>,
    /// [B, T]: Σ π² over the vocabulary, where [`Pass::squares`] asks for them.
    pub squares: Option<Tensor>,
}

/// Log-probabilities [B, T] of the sampled tokens at a temperature, without a gradient, for old and reference policies.
/// One chunk of logits is held at a time. Where `mask` [B, T] is given, only its tokens are computed.
///
/// # Errors
/// Shapes, dtypes and devices that do not fit together; tokens outside the vocabulary; a mask that is not 0 or 1; a
/// temperature that is not above 0.
pub fn log_probs(scores: &Scores, tokens: &Tensor, mask: Option<&Tensor>, temperature: f64, pass: Pass) -> Result<LogProbs> {
    positive("temperature", temperature)?;
    let flat = Flat::new(scores, tokens)?;
    let index = flat.index(mask, tokens)?;
    let wanted = Wanted { entropy: pass.entropy, squares: pass.squares, ..Wanted::default() };
    let found = flat.head().sweep(&index, &flat.tokens_of(&index)?, temperature, Flat::chunk(pass.chunk)?, wanted, None)?;
    let all = |rows: &Tensor| flat.unflatten(rows, &index);
    Ok(LogProbs {
        log_probs: all(&found.log_probs)?,
        entropy: found.entropy.as_ref().map(all).transpose()?,
        squares: found.squares.as_ref().map(all).transpose()?,
    })
}

/// The gradients of Σ c·log p + Σ e·H with respect to the scores that require one: the backward pass of [`log_probs`].
/// `log_prob_gradient` (c) and `entropy_gradient` (e) are [B, T].
///
/// # Errors
/// As [`log_probs`].
pub fn log_probs_backward(
    scores: &Scores,
    tokens: &Tensor,
    mask: Option<&Tensor>,
    temperature: f64,
    chunk: Option<i64>,
    log_prob_gradient: &Tensor,
    entropy_gradient: Option<&Tensor>,
) -> Result<Gradients> {
    let flat = Flat::new(scores, tokens)?;
    let index = flat.index(mask, tokens)?;
    let pick = |name: &str, tensor: &Tensor| -> Result<Tensor> {
        expect(name, tensor, &flat.shape, ("tokens", tokens))?;
        Ok(tensor.f_detach()?.f_reshape([-1])?.f_index_select(0, &index)?)
    };
    let all = Coefficients {
        log_probs: pick("log_prob_gradient", log_prob_gradient)?,
        entropy: entropy_gradient.map(|tensor| pick("entropy_gradient", tensor)).transpose()?,
    };
    let wanted = Wanted { entropy: all.entropy.is_some(), ..flat.wanted };
    let mut of_chunk = |start: i64, part: &Tensor, _: Option<&Tensor>| all.narrow(start, part.size()[0]);
    let found =
        flat.head().sweep(&index, &flat.tokens_of(&index)?, temperature, Flat::chunk(chunk)?, wanted, Some(&mut of_chunk))?;
    Ok(Gradients {
        input: found.input_gradient.map(|gradient| gradient.f_reshape(flat.input_shape.as_slice())).transpose()?,
        weight: found.weight_gradient,
        bias: found.bias_gradient,
    })
}
