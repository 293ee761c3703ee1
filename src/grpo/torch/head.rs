//! From the last hidden states (or logits) to log-probabilities and back, one chunk of rows at a time. Shapes are
//! checked in `scores`.
//!
//! Output layers of some models have more than a weight: a bias, a scale, and a soft cap, z ← cap·tanh(z/cap).
//!
//! One buffer of [chunk, V] holds first the logits, then the probabilities, then the gradient of the logits. A loss
//! whose gradient of a token's log-probability depends on that token only takes three matrix products, and holds one
//! chunk of logits at a time. Entropies need a second buffer of that size, and the gradient of a soft cap another.

use tch::{Device, Kind, Tensor};

use super::tensor::loss_kind;
use crate::Result;

/// Rows of a chunk on a CPU. At a vocabulary of 128 Ki the buffer has 128 MiB, and matrix products are at full speed.
const CPU_CHUNK: i64 = 256;
/// Rows of a chunk on a GPU. With fewer, accumulating the weight's gradient, which moves 8·V·H bytes a chunk, would
/// take a noticeable share of the time.
const GPU_CHUNK: i64 = 2048;

/// An output layer: it turns rows of hidden states into logits.
pub(super) struct Head<'a> {
    pub source: Source<'a>,
    /// Logits are multiplied by it.
    pub scale: f64,
    /// After the scale, z ← cap·tanh(z/cap).
    pub soft_cap: Option<f64>,
}

pub(super) enum Source<'a> {
    /// hidden [N, H] · weight [V, H]ᵀ + bias [V]
    Linear { hidden: &'a Tensor, weight: &'a Tensor, bias: Option<&'a Tensor> },
    /// logits [N, V]
    Logits(&'a Tensor),
}

/// What is computed beside the log-probabilities. Gradients of a weight or bias are ignored where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Wanted {
    pub input: bool,
    pub weight: bool,
    pub bias: bool,
    pub entropy: bool,
    pub squares: bool,
}

/// dL/d log p and dL/dH of the rows of a chunk.
pub(super) struct Coefficients {
    pub log_probs: Tensor,
    pub entropy: Option<Tensor>,
}

impl Coefficients {
    pub fn narrow(&self, start: i64, length: i64) -> Result<Self> {
        Ok(Self {
            log_probs: self.log_probs.f_narrow(0, start, length)?,
            entropy: self.entropy.as_ref().map(|entropy| entropy.f_narrow(0, start, length)).transpose()?,
        })
    }
}

/// Computes the coefficients of a chunk from the place of its first row, its log-probabilities and its entropies.
pub(super) type ChunkCoefficients<'a> = dyn FnMut(i64, &Tensor, Option<&Tensor>) -> Result<Coefficients> + 'a;

/// The results of a pass over all chunks.
pub(super) struct Sweep {
    /// [M], for the M rows of the index.
    pub log_probs: Tensor,
    /// [M], in nats.
    pub entropy: Option<Tensor>,
    /// [M]: Σ π² over the vocabulary.
    pub squares: Option<Tensor>,
    /// In the shape of the hidden states or logits; 0 at rows that are not in the index.
    pub input_gradient: Option<Tensor>,
    /// [V, H], in the weight's dtype; accumulated in float32 or better.
    pub weight_gradient: Option<Tensor>,
    /// [V], likewise.
    pub bias_gradient: Option<Tensor>,
}

impl Head<'_> {
    fn input(&self) -> &Tensor {
        match self.source {
            Source::Linear { hidden, .. } => hidden,
            Source::Logits(logits) => logits,
        }
    }

    fn vocabulary(&self) -> i64 {
        match self.source {
            Source::Linear { weight, .. } => weight.size()[0],
            Source::Logits(logits) => logits.size()[1],
        }
    }

    /// The kind in which probabilities are computed.
    pub fn kind(&self) -> Kind {
        loss_kind(self.input().kind())
    }

    /// A pass over the rows in `index` [M], whose tokens are `tokens` [M]. Without `coefficients` no gradient is
    /// computed.
    pub fn sweep(
        &self,
        index: &Tensor,
        tokens: &Tensor,
        temperature: f64,
        chunk: Option<i64>,
        wanted: Wanted,
        mut coefficients: Option<&mut ChunkCoefficients>,
    ) -> Result<Sweep> {
        let _guard = tch::no_grad_guard();
        let (total, kind, device) = (index.size()[0], self.kind(), self.input().device());
        let default = if device == Device::Cpu { CPU_CHUNK } else { GPU_CHUNK };
        let chunk = chunk.unwrap_or(default).clamp(1, total.max(1));
        let buffer = Tensor::f_empty([chunk, self.vocabulary()], (kind, device))?;
        let second = if wanted.entropy { Some(buffer.f_empty_like()?) } else { None };
        let gradients = coefficients.is_some();
        let tanh = if gradients && self.soft_cap.is_some() { Some(buffer.f_empty_like()?) } else { None };
        let mut sweep = self.empty_sweep(total, wanted, gradients)?;
        let mut start = 0;
        while start < total {
            let length = chunk.min(total - start);
            let rows = index.f_narrow(0, start, length)?;
            let token = tokens.f_narrow(0, start, length)?.f_unsqueeze(1)?;
            let mut logits = buffer.f_narrow(0, 0, length)?;
            let input = self.input().f_detach()?.f_index_select(0, &rows)?;
            self.logits_into(&mut logits, &input)?;
            let tanh = tanh.as_ref().map(|tanh| tanh.f_narrow(0, 0, length)).transpose()?;
            self.shape(&mut logits, tanh.as_ref())?;
            if (temperature - 1.0).abs() > 0.0 {
                let _ = logits.f_div_scalar_(temperature)?;
            }
            let log_probs = softmax_in_place(&logits, &token)?;
            sweep.log_probs.f_narrow(0, start, length)?.f_copy_(&log_probs)?;
            if let Some(all) = &sweep.squares {
                all.f_narrow(0, start, length)?.f_copy_(&logits.f_norm_scalaropt_dim(2.0, 1_i64, false)?.f_square()?)?;
            }
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
                self.unshape(&mut logits, tanh)?;
                self.accumulate(&mut sweep, &logits, &input, &rows)?;
            }
            start += length;
        }
        self.in_parameter_kinds(sweep)
    }

    /// The results with the gradients of weight and bias, which were accumulated in float32 or better, in the kinds of
    /// weight and bias.
    fn in_parameter_kinds(&self, mut sweep: Sweep) -> Result<Sweep> {
        if let Source::Linear { weight, bias, .. } = self.source {
            let of_kind = |gradient: Tensor| gradient.f_to_kind(weight.kind());
            sweep.weight_gradient = sweep.weight_gradient.map(of_kind).transpose()?;
            sweep.bias_gradient = match (sweep.bias_gradient, bias) {
                (Some(gradient), Some(bias)) => Some(gradient.f_to_kind(bias.kind())?),
                (found, _) => found,
            };
        }
        Ok(sweep)
    }

    /// The results before the first chunk.
    fn empty_sweep(&self, total: i64, wanted: Wanted, gradients: bool) -> Result<Sweep> {
        let (kind, device) = (self.kind(), self.input().device());
        let rows = |when: bool| if when { Tensor::f_zeros([total], (kind, device)).map(Some) } else { Ok(None) };
        let like = |tensor: Option<&Tensor>, when: bool| match tensor.filter(|_| gradients && when) {
            Some(tensor) => Tensor::f_zeros(tensor.size(), (kind, device)).map(Some),
            None => Ok(None),
        };
        let (weight, bias) = match self.source {
            Source::Linear { weight, bias, .. } => (Some(weight), bias),
            Source::Logits(_) => (None, None),
        };
        Ok(Sweep {
            log_probs: Tensor::f_zeros([total], (kind, device))?,
            entropy: rows(wanted.entropy)?,
            squares: rows(wanted.squares)?,
            input_gradient: if gradients && wanted.input { Some(self.input().f_detach()?.f_zeros_like()?) } else { None },
            weight_gradient: like(weight, wanted.weight)?,
            bias_gradient: like(bias, wanted.bias)?,
        })
    }

    /// Applies bias, scale and soft cap in place. Leaves tanh(z/cap) in `tanh`, for the gradient.
    fn shape(&self, logits: &mut Tensor, tanh: Option<&Tensor>) -> Result<()> {
        if let Source::Linear { bias: Some(bias), .. } = self.source {
            let _ = logits.f_add_(&bias.f_detach()?.f_to_kind(logits.kind())?)?;
        }
        if (self.scale - 1.0).abs() > 0.0 {
            let _ = logits.f_mul_scalar_(self.scale)?;
        }
        if let Some(cap) = self.soft_cap {
            let _ = logits.f_div_scalar_(cap)?.f_tanh_()?;
            if let Some(tanh) = tanh {
                tanh.shallow_clone().f_copy_(logits)?;
            }
            let _ = logits.f_mul_scalar_(cap)?;
        }
        Ok(())
    }

    /// Turns the gradient of the logits after scale and soft cap into that of the logits before them, in place.
    fn unshape(&self, gradient: &mut Tensor, tanh: Option<Tensor>) -> Result<()> {
        if let Some(mut tanh) = tanh {
            let _ = tanh.f_square_()?.f_neg_()?.f_add_scalar_(1.0)?;
            let _ = gradient.f_mul_(&tanh)?;
        }
        if (self.scale - 1.0).abs() > 0.0 {
            let _ = gradient.f_mul_scalar_(self.scale)?;
        }
        Ok(())
    }

    fn logits_into(&self, logits: &mut Tensor, input: &Tensor) -> Result<()> {
        match self.source {
            Source::Logits(_) => logits.f_copy_(input)?,
            Source::Linear { weight, .. } => {
                let transposed = weight.f_detach()?.f_transpose(0, 1)?;
                if weight.kind() == logits.kind() {
                    let _ = input.f_mm_out(logits, &transposed)?;
                } else if weight.device().is_cuda() {
                    // Products of half precision with sums in float32, which are not rounded to half precision.
                    let _ = input.f_mm_dtype_out(logits, &transposed, Kind::Float)?;
                } else {
                    logits.f_copy_(&input.f_mm(&transposed)?)?;
                }
            }
        }
        Ok(())
    }

    /// Adds a chunk's part, from the gradient of its logits, to the gradients wanted.
    fn accumulate(&self, sweep: &mut Sweep, logits: &Tensor, input: &Tensor, rows: &Tensor) -> Result<()> {
        match self.source {
            Source::Logits(_) => {
                if let Some(gradient) = &mut sweep.input_gradient {
                    let _ = gradient.f_index_copy_(0, rows, &logits.f_to_kind(input.kind())?)?;
                }
            }
            Source::Linear { weight, .. } => {
                if let Some(gradient) = &mut sweep.bias_gradient {
                    let _ = gradient.f_add_(&logits.f_sum_dim_intlist(0_i64, false, gradient.kind())?)?;
                }
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

/// Turns logits [M, V] into probabilities in place. Returns the log-probabilities [M] of `token` [M, 1].
///
/// log Σ exp z is computed as max z − log(largest probability): the largest probability is at least 1/V, so that
/// nothing underflows.
fn softmax_in_place(logits: &Tensor, token: &Tensor) -> Result<Tensor> {
    let (largest, place) = logits.f_max_dim(1, true)?;
    let own = logits.f_gather(1, token, false)?;
    let _ = logits.f_internal_softmax_out(logits, 1, false)?;
    let normaliser = largest.f_sub(&logits.f_gather(1, &place, false)?.f_log()?)?;
    Ok(own.f_sub(&normaliser)?.f_squeeze_dim(1)?)
}

/// Writes p·log p into `buffer`. Returns the entropies [M].
fn plogp_into(buffer: &Tensor, probabilities: &Tensor) -> Result<Tensor> {
    let _ = probabilities.f_xlogy_outtensor(buffer, probabilities)?;
    Ok(buffer.f_sum_dim_intlist(1, false, buffer.kind())?.f_neg()?)
}

/// Turns probabilities p into the gradient of the logits in place: c·(onehot − p) − e·p·(log p + H), divided by the
/// temperature. `entropy` is H [M] and p·log p [M, V].
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
