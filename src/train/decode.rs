//! Sampling token by token, for models that keep a cache of keys and values.

use tch::{Device, Kind, Tensor};

use super::policy::{Continuation, Sampling};
use super::random::Random;
use crate::grpo::check::at_least;
use crate::{Error, Result};

/// A model that is run one token at a time.
pub trait Decoder {
    /// What is kept of the tokens so far, row by row.
    type Cache;

    /// Reads prompts [B, T] whose rows are padded at their start; `padding` [B] (int64) counts the padding of each.
    /// Returns the logits [B, V] of the next token.
    ///
    /// # Errors
    /// What the backend refuses.
    fn start(&self, tokens: &Tensor, padding: &Tensor, room: usize) -> Result<(Tensor, Self::Cache)>;

    /// Reads one more token of each row, [B]. Returns the logits [B, V] of the next one.
    ///
    /// # Errors
    /// What the backend refuses.
    fn extend(&self, cache: &mut Self::Cache, tokens: &Tensor) -> Result<Tensor>;

    /// Drops all rows of the cache but these, given by index (int64) in ascending order.
    ///
    /// # Errors
    /// What the backend refuses.
    fn keep(&self, cache: &mut Self::Cache, rows: &Tensor) -> Result<()>;
}

/// Samples continuations of prompts: the loop that a [`Policy::sample`](super::Policy::sample) needs. The draw of a
/// token depends on the seed, the place of the prompt and the number of the token, and on nothing else.
///
/// # Errors
/// A prompt without tokens; a temperature below 0; what the backend refuses.
pub fn decode<D: Decoder>(decoder: &D, device: Device, prompts: &[&[i64]], sampling: &Sampling) -> Result<Vec<Continuation>> {
    at_least("temperature", sampling.temperature, 0.0)?;
    if let Some(place) = prompts.iter().position(|prompt| prompt.is_empty()) {
        return Err(Error::tensor(format_args!("prompt {place} has no tokens: begin it with at least one")));
    }
    let mut found = vec![Continuation::default(); prompts.len()];
    if prompts.is_empty() || sampling.max_new_tokens == 0 {
        return Ok(found);
    }
    let _guard = tch::no_grad_guard();
    let (tokens, padding) = padded_at_start(prompts)?;
    let (mut logits, mut cache) =
        decoder.start(&tokens.f_to_device(device)?, &padding.f_to_device(device)?, sampling.max_new_tokens)?;
    // The rows of the cache, by their places in `prompts`.
    let mut rows: Vec<usize> = (0..prompts.len()).collect();
    let random = Random::new(sampling.seed);
    for position in 0..sampling.max_new_tokens {
        let drawn = draw(&logits, sampling.temperature, &rows, random.at(position as u64))?;
        let tokens: Vec<i64> = Vec::try_from(&drawn.tokens.f_to_device(Device::Cpu)?)?;
        let log_probs: Vec<f32> = Vec::try_from(&drawn.log_probs.f_to_device(Device::Cpu)?)?;
        for ((row, token), log_prob) in rows.iter().zip(&tokens).zip(log_probs) {
            let continuation = &mut found[*row];
            if !continuation.finished {
                continuation.tokens.push(*token);
                continuation.log_probs.push(log_prob);
                continuation.finished = *token == sampling.end;
            }
        }
        let running: Vec<i64> =
            (0..rows.len()).filter(|row| !found[rows[*row]].finished).filter_map(|row| i64::try_from(row).ok()).collect();
        if running.is_empty() || position + 1 == sampling.max_new_tokens {
            break;
        }
        let mut last = drawn.tokens;
        // Rows that have ended leave when they are more than half: leaving copies the cache.
        if running.len() * 2 < rows.len() {
            let kept = Tensor::f_from_slice(&running)?.f_to_device(device)?;
            decoder.keep(&mut cache, &kept)?;
            last = last.f_index_select(0, &kept)?;
            rows = running.iter().filter_map(|row| usize::try_from(*row).ok()).map(|row| rows[row]).collect();
        }
        logits = decoder.extend(&mut cache, &last)?;
    }
    Ok(found)
}

struct Drawn {
    tokens: Tensor,
    log_probs: Tensor,
}

/// One token a row: the first whose cumulated probability exceeds a uniform random number.
fn draw(logits: &Tensor, temperature: f64, rows: &[usize], random: Random) -> Result<Drawn> {
    let logits = logits.f_to_kind(Kind::Float)?;
    let log_probs = if temperature > 0.0 { logits.f_div_scalar(temperature)? } else { logits }.f_log_softmax(-1, Kind::Float)?;
    let tokens = if temperature > 0.0 {
        #[expect(clippy::cast_possible_truncation, reason = "24 bits of a uniform number are enough")]
        let uniform: Vec<f32> = rows.iter().map(|row| (random.uniform(*row as u64) as f32).min(1.0 - f32::EPSILON)).collect();
        let uniform = Tensor::f_from_slice(&uniform)?.f_to_device(log_probs.device())?.f_unsqueeze(-1)?;
        let cumulated = log_probs.f_exp()?.f_cumsum(-1, Kind::Float)?;
        // Scaled by the sum, which rounding moves away from 1, so that some token always exceeds the number.
        let total = cumulated.f_narrow(-1, cumulated.size()[1] - 1, 1)?;
        cumulated
            .f_le_tensor(&uniform.f_mul(&total)?)?
            .f_sum_dim_intlist(-1, false, Kind::Int64)?
            .f_clamp_max(cumulated.size()[1] - 1)?
    } else {
        log_probs.f_argmax(-1, false)?
    };
    let log_probs = log_probs.f_gather(-1, &tokens.f_unsqueeze(-1)?, false)?.f_squeeze_dim(-1)?;
    Ok(Drawn { tokens, log_probs })
}

/// The prompts as [B, T], padded with 0 at the start, and the padding of each.
fn padded_at_start(prompts: &[&[i64]]) -> Result<(Tensor, Tensor)> {
    let longest = prompts.iter().map(|prompt| prompt.len()).max().unwrap_or(0);
    let mut all = Vec::with_capacity(longest * prompts.len());
    let mut padding = Vec::with_capacity(prompts.len());
    for prompt in prompts {
        padding.push(i64::try_from(longest - prompt.len()).unwrap_or(0));
        all.extend(std::iter::repeat_n(0, longest - prompt.len()));
        all.extend_from_slice(prompt);
    }
    let shape = [i64::try_from(prompts.len()).unwrap_or(0), i64::try_from(longest).unwrap_or(0)];
    Ok((Tensor::f_from_slice(&all)?.f_view(shape)?, Tensor::f_from_slice(&padding)?))
}
