//! From the last hidden states (or logits) to log-probabilities and back, a chunk of rows at a time.
//!
//! Accepts: hidden states with the weight of the output layer, or logits, in float64, float32, bfloat16 or float16. Refuses: nothing here; shapes are
//! checked by the callers in `fused`.
//!
//! One buffer of [chunk, V] holds first the logits, then the probabilities, then the gradient of the logits: a softmax needs no more. So a loss
//! whose gradient with respect to a token's log-probability is known as soon as that log-probability is costs three matrix products, and
//! never holds more than one chunk of logits (a second buffer of that size where entropies are asked for).

use tch::{Device, Kind, Tensor};

use super::torch::loss_kind;
use crate::Result;

/// Rows a chunk on a CPU: the buffer of 256 rows is 128 MiB at a vocabulary of 128 Ki, and matrix products are at full speed.
const CPU_CHUNK: i64 = 256;
/// Rows a chunk on a GPU: fewer would make the accumulation of the weight's gradient, which moves 8·V·H bytes a chunk, count.
const GPU_CHUNK: i64 = 2048;

/// What turns rows into logits.
pub(super) enum Head<'a> {
    /// hidden [N, H] · weight [V, H]ᵀ
    Linear { hidden: &'a Tensor, weight: &'a Tensor },
    /// logits [N, V]
    Logits(&'a Tensor),
}

/// Which gradients are wanted; the weight's means nothing where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    pub input: bool,
    pub weight: bool,
    pub entropy: bool,
}

/// dL/d log p and dL/dH of the rows of a chunk.
pub(super) struct Coefficients {
    pub log_probs: Tensor,
    pub entropy: Option<Tensor>,
}

/// Gives the coefficients of a chunk from its first row, its log-probabilities and its entropies.
pub(super) type OfChunk<'a> = dyn FnMut(i64, &Tensor, Option<&Tensor>) -> Result<Coefficients> + 'a;

/// What a pass over all chunks gives.
pub(super) struct Sweep {
    /// [M], for the M rows of the index.
    pub log_probs: Tensor,
    /// [M], in nats.
    pub entropy: Option<Tensor>,
    /// As the head's first tensor, 0 at rows not in the index.
    pub input_gradient: Option<Tensor>,
    /// [V, H], in the weight's dtype; accumulated in float32 or better.
    pub weight_gradient: Option<Tensor>,
}

impl Head<'_> {
    fn input(&self) -> &Tensor {
        match self {
            Self::Linear { hidden, .. } => hidden,
            Self::Logits(logits) => logits,
        }
    }

    fn vocabulary(&self) -> i64 {
        match self {
            Self::Linear { weight, .. } => weight.size()[0],
            Self::Logits(logits) => logits.size()[1],
        }
    }

    /// The kind in which probabilities are computed.
    pub fn kind(&self) -> Kind {
        loss_kind(self.input().kind())
    }

    /// Passes over the rows in `index` [M], whose tokens are `tokens` [M]. Without `coefficients` no gradient is computed.
    pub fn sweep(
        &self,
        index: &Tensor,
        tokens: &Tensor,
        temperature: f64,
        chunk: Option<i64>,
        wanted: Wanted,
        mut coefficients: Option<&mut OfChunk>,
    ) -> Result<Sweep> {
        let _guard = tch::no_grad_guard();
        let (total, kind, device) = (index.size()[0], self.kind(), self.input().device());
        let default = if device == Device::Cpu { CPU_CHUNK } else { GPU_CHUNK };
        let chunk = chunk.unwrap_or(default).clamp(1, total.max(1));
        let buffer = Tensor::f_empty([chunk, self.vocabulary()], (kind, device))?;
        let second = if wanted.entropy { Some(buffer.f_empty_like()?) } else { None };
        let gradients = coefficients.is_some();
        let mut sweep = Sweep {
            log_probs: Tensor::f_zeros([total], (kind, device))?,
            entropy: if wanted.entropy { Some(Tensor::f_zeros([total], (kind, device))?) } else { None },
            input_gradient: if gradients && wanted.input { Some(self.input().f_detach()?.f_zeros_like()?) } else { None },
            weight_gradient: match self {
                Self::Linear { weight, .. } if gradients && wanted.weight => Some(Tensor::f_zeros(weight.size(), (kind, device))?),
                _ => None,
            },
        };
        let mut start = 0;
        while start < total {
            let length = chunk.min(total - start);
            let rows = index.f_narrow(0, start, length)?;
            let token = tokens.f_narrow(0, start, length)?.f_unsqueeze(1)?;
            let mut logits = buffer.f_narrow(0, 0, length)?;
            let input = self.input().f_detach()?.f_index_select(0, &rows)?;
            self.logits_into(&mut logits, &input)?;
            if (temperature - 1.0).abs() > 0.0 {
                let _ = logits.f_div_scalar_(temperature)?;
            }
            let log_probs = softmax_in_place(&logits, &token)?;
            sweep.log_probs.f_narrow(0, start, length)?.f_copy_(&log_probs)?;
            let entropy = match &second {
                Some(second) => Some(plogp_into(&second.f_narrow(0, 0, length)?, &logits)?),
                None => None,
            };
            if let (Some(all), Some(part)) = (&sweep.entropy, &entropy) {
                all.f_narrow(0, start, length)?.f_copy_(part)?;
            }
            if let Some(coefficients) = coefficients.as_mut() {
                let wanted = coefficients(start, &log_probs, entropy.as_ref())?;
                let plogp = second.as_ref().map(|second| second.f_narrow(0, 0, length)).transpose()?;
                gradient_in_place(&mut logits, &token, &wanted, entropy.as_ref().zip(plogp.as_ref()), temperature)?;
                self.accumulate(&mut sweep, &logits, &input, &rows)?;
            }
            start += length;
        }
        if let (Some(gradient), Self::Linear { weight, .. }) = (&sweep.weight_gradient, self) {
            sweep.weight_gradient = Some(gradient.f_to_kind(weight.kind())?);
        }
        Ok(sweep)
    }

    fn logits_into(&self, logits: &mut Tensor, input: &Tensor) -> Result<()> {
        match self {
            Self::Logits(_) => logits.f_copy_(input)?,
            Self::Linear { weight, .. } => {
                let transposed = weight.f_detach()?.f_transpose(0, 1)?;
                if weight.kind() == logits.kind() {
                    let _ = input.f_mm_out(logits, &transposed)?;
                } else if weight.device().is_cuda() {
                    // Products of half precision whose sums leave the unit in float32.
                    let _ = input.f_mm_dtype_out(logits, &transposed, Kind::Float)?;
                } else {
                    logits.f_copy_(&input.f_mm(&transposed)?)?;
                }
            }
        }
        Ok(())
    }

    /// Adds a chunk's gradient of logits to the gradients wanted.
    fn accumulate(&self, sweep: &mut Sweep, logits: &Tensor, input: &Tensor, rows: &Tensor) -> Result<()> {
        match self {
            Self::Logits(_) => {
                if let Some(gradient) = &mut sweep.input_gradient {
                    let _ = gradient.f_index_copy_(0, rows, &logits.f_to_kind(input.kind())?)?;
                }
            }
            Self::Linear { weight, .. } => {
                let logits = logits.f_to_kind(weight.kind())?;
                if let Some(gradient) = &mut sweep.input_gradient {
                    let _ = gradient.f_index_copy_(0, rows, &logits.f_mm(&weight.f_detach()?)?)?;
                }
                if let Some(gradient) = &mut sweep.weight_gradient {
                    let transposed = logits.f_transpose(0, 1)?;
                    if weight.kind() == gradient.kind() {
                        let _ = gradient.f_addmm_(&transposed, input)?;
                    } else if weight.device().is_cuda() {
                        let _ = gradient.f_addmm_dtype_out(&gradient.shallow_clone(), &transposed, input, Kind::Float)?;
                    } else {
                        let _ = gradient.f_add_(&transposed.f_mm(input)?)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Turns logits [M, V] into probabilities in place; the log-probabilities of `token` [M, 1].
///
/// log Σ exp z is recovered as max z − log(largest probability): the largest is at least 1/V, so nothing underflows.
fn softmax_in_place(logits: &Tensor, token: &Tensor) -> Result<Tensor> {
    let (largest, place) = logits.f_max_dim(1, true)?;
    let own = logits.f_gather(1, token, false)?;
    let _ = logits.f_internal_softmax_out(logits, 1, false)?;
    let normaliser = largest.f_sub(&logits.f_gather(1, &place, false)?.f_log()?)?;
    Ok(own.f_sub(&normaliser)?.f_squeeze_dim(1)?)
}

/// Writes p·log p into `buffer`; the entropies [M].
fn plogp_into(buffer: &Tensor, probabilities: &Tensor) -> Result<Tensor> {
    let _ = probabilities.f_xlogy_outtensor(buffer, probabilities)?;
    Ok(buffer.f_sum_dim_intlist(1, false, buffer.kind())?.f_neg()?)
}

/// Turns probabilities p into the gradient of the logits in place: c·(onehot − p) − e·p·(log p + H), divided by the temperature.
fn gradient_in_place(
    probabilities: &mut Tensor,
    token: &Tensor,
    wanted: &Coefficients,
    entropy: Option<(&Tensor, &Tensor)>,
    temperature: f64,
) -> Result<()> {
    let scale = |coefficient: &Tensor| -> Result<Tensor> {
        Ok(coefficient.f_to_kind(probabilities.kind())?.f_div_scalar(temperature)?.f_unsqueeze(1)?)
    };
    let own = scale(&wanted.log_probs)?;
    match (&wanted.entropy, entropy) {
        (Some(weight), Some((entropy, plogp))) => {
            let weight = scale(weight)?;
            let common = own.f_add(&weight.f_mul(&entropy.f_unsqueeze(1)?)?)?.f_neg()?;
            let _ = probabilities.f_mul_(&common)?;
            let _ = probabilities.f_addcmul_(plogp, &weight.f_neg()?)?;
        }
        _ => {
            let _ = probabilities.f_mul_(&own.f_neg()?)?;
        }
    }
    let _ = probabilities.f_scatter_add_(1, token, &own)?;
    Ok(())
}
