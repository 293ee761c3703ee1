//! Loss and gradients straight from hidden states and the output layer's weight, without the logits of the batch.
//!
//! Accepts: hidden [B, T, H] and weight [V, H], or logits [B, T, V], with sampled tokens [B, T]. Refuses: shapes, dtypes and devices that do not fit
//! together, tokens outside the vocabulary.
//!
//! A token-level loss takes three matrix products: logits, and the two gradients of each chunk. A loss of whole sequences needs every
//! log-probability of a sequence first and computes the logits twice: four.

use tch::{Kind, Tensor};

use super::head::{Coefficients, Head, OfChunk, Sweep, Wanted};
use super::loss::GrpoLoss;
use super::metrics::{Metrics, metrics};
use super::objective::{needs_sequence, objective};
use super::rows::{Rows, TokenBatch, refuse_not_finite};
use super::torch::{expect, expect_float, expect_integer};
use crate::{Error, Result};

/// What the policy's log-probabilities are computed from.
#[derive(Debug, Clone, Copy)]
pub enum Scores<'a> {
    /// The last hidden states and the output layer.
    Hidden {
        /// [B, T, H]: position t predicts token t of the batch.
        hidden: &'a Tensor,
        /// [V, H], of the same dtype.
        weight: &'a Tensor,
    },
    /// Logits [B, T, V]; they are copied a chunk at a time and not changed.
    Logits(&'a Tensor),
}

/// How a pass over the scores is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pass {
    /// Rows of logits at a time; without it 256 on a CPU and 2048 on a GPU.
    pub chunk: Option<i64>,
    /// Whether entropies are computed where the loss does not need them. It costs a second buffer of one chunk.
    pub entropy: bool,
}

/// Log-probabilities of the sampled tokens, without a gradient.
#[derive(Debug)]
pub struct LogProbs {
    /// [B, T], float64 where the scores are and float32 otherwise; 0 where the mask is.
    pub log_probs: Tensor,
    /// [B, T], in nats, where asked for.
    pub entropy: Option<Tensor>,
}

/// A loss with its gradients.
#[derive(Debug)]
pub struct FusedLoss {
    /// The loss, without a gradient of its own.
    pub loss: Tensor,
    /// Of the hidden states or logits, where they require one.
    pub input_gradient: Option<Tensor>,
    /// Of the weight, where it requires one.
    pub weight_gradient: Option<Tensor>,
    /// [B, T]: the policy's log-probabilities, 0 where the mask is.
    pub log_probs: Tensor,
    /// What to log.
    pub metrics: Metrics,
}

impl FusedLoss {
    /// A number equal to the loss whose `backward` adds the gradients, times what flows into it, to the tensors of `scores` and on through their graph.
    ///
    /// # Errors
    /// What libtorch refuses, for example too little memory.
    pub fn attach(&self, scores: &Scores) -> Result<Tensor> {
        let (input, weight) = match *scores {
            Scores::Hidden { hidden, weight } => (hidden, Some(weight)),
            Scores::Logits(logits) => (logits, None),
        };
        let mut loss = self.loss.shallow_clone();
        let pairs = [(Some(input), &self.input_gradient), (weight, &self.weight_gradient)];
        for (tensor, gradient) in pairs.into_iter().filter_map(|(tensor, gradient)| Some((tensor?, gradient.as_ref()?))) {
            // Exactly 0 in value, the gradient in gradient: nothing to overflow in half precision.
            let nothing = tensor.f_sub(&tensor.f_detach()?)?;
            loss = loss.f_add(&nothing.f_mul(gradient)?.f_sum(self.loss.kind())?)?;
        }
        Ok(loss)
    }
}

impl GrpoLoss {
    /// The loss of a batch and its gradients with respect to the scores that require one.
    ///
    /// ```
    /// use r1rewards::grpo::{GrpoConfig, GrpoLoss, Pass, Scores, TokenBatch};
    /// use tch::{Device, Kind, Tensor};
    ///
    /// let hidden = Tensor::randn([2, 3, 4], (Kind::Float, Device::Cpu)).set_requires_grad(true);
    /// let weight = Tensor::randn([7, 4], (Kind::Float, Device::Cpu)).set_requires_grad(true);
    /// let tokens = Tensor::from_slice(&[1_i64, 2, 3, 4, 5, 6]).view([2, 3]);
    /// let (mask, advantages) = (Tensor::ones([2, 3], (Kind::Bool, Device::Cpu)), Tensor::from_slice(&[1.0_f32, -1.0]));
    /// let scores = Scores::Hidden { hidden: &hidden, weight: &weight };
    /// let loss = GrpoLoss::new(GrpoConfig::default())?;
    /// let fused = loss.fused(&scores, &tokens, &TokenBatch::new(&mask, &advantages), Pass::default())?;
    /// fused.attach(&scores)?.backward();
    /// assert_eq!(weight.grad().size(), [7, 4]);
    /// # Ok::<(), r1rewards::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`GrpoLoss::loss`]; tokens outside the vocabulary.
    pub fn fused(&self, scores: &Scores, tokens: &Tensor, batch: &TokenBatch, pass: Pass) -> Result<FusedLoss> {
        let _guard = tch::no_grad_guard();
        let flat = Flat::new(scores, tokens)?;
        let rows = Rows::new(self.config(), batch, flat.shape, ("tokens", tokens), flat.head().kind())?;
        let config = self.config();
        let chosen = flat.tokens_of(&rows.index)?;
        let bonus = rows.entropy_coefficient != 0.0;
        let wanted = Wanted { entropy: pass.entropy || bonus, ..flat.wanted };
        let needs_gradient = wanted.input || wanted.weight;
        let sweep = |index: &Tensor, coefficients: Option<&mut OfChunk>| {
            flat.head().sweep(index, &chosen, config.temperature, pass.chunk, wanted, coefficients)
        };
        let found = if needs_gradient && !needs_sequence(config) {
            let mut of_chunk = |start: i64, log_probs: &Tensor, entropy: Option<&Tensor>| {
                self.coefficients(&rows.narrow(start, log_probs.size()[0])?, log_probs, entropy)
            };
            sweep(&rows.index, Some(&mut of_chunk))?
        } else {
            sweep(&rows.index, None)?
        };
        refuse_not_finite(&[("log_probs", &found.log_probs)])?;
        let total = objective(config, &rows, &found.log_probs, found.entropy.as_ref())?;
        let loss = total.rows.f_sum(rows.kind)?;
        let metrics = metrics(&rows, &total, &found.log_probs, found.entropy.as_ref())?;
        let log_probs = flat.unflatten(&found.log_probs, &rows.index)?;
        let found = if needs_gradient && needs_sequence(config) {
            let all = self.coefficients(&rows, &found.log_probs, found.entropy.as_ref())?;
            sweep(&rows.index, Some(&mut |start, part, _| all.narrow(start, part.size()[0])))?
        } else {
            found
        };
        let input_gradient = found.input_gradient.map(|gradient| gradient.f_reshape(flat.input_shape.as_slice())).transpose()?;
        Ok(FusedLoss { loss, input_gradient, weight_gradient: found.weight_gradient, log_probs, metrics })
    }

    /// dL/d log p and dL/dH of rows: a small problem for autograd, so that every loss is written once.
    fn coefficients(&self, rows: &Rows, log_probs: &Tensor, entropy: Option<&Tensor>) -> Result<Coefficients> {
        let leaf = |tensor: &Tensor| -> Result<Tensor> { Ok(tensor.f_detach()?.f_set_requires_grad(true)?) };
        let log_probs = leaf(log_probs)?;
        let entropy = entropy.filter(|_| rows.entropy_coefficient != 0.0).map(leaf).transpose()?;
        let mut gradients = tch::with_grad(|| -> Result<Vec<Tensor>> {
            let loss = objective(self.config(), rows, &log_probs, entropy.as_ref())?.rows.f_sum(rows.kind)?;
            let inputs: Vec<&Tensor> = std::iter::once(&log_probs).chain(entropy.as_ref()).collect();
            Ok(Tensor::f_run_backward(&[&loss], &inputs, false, false)?)
        })?;
        let entropy = if entropy.is_some() { gradients.pop() } else { None };
        let Some(log_probs) = gradients.pop() else {
            return Err(Error::tensor("libtorch gave no gradient of the loss"));
        };
        Ok(Coefficients { log_probs, entropy })
    }
}

/// Log-probabilities [B, T] of the sampled tokens at a temperature, never holding more than a chunk of logits. For old and reference policies: no
/// gradient. Where `mask` [B, T] is given, only its tokens are computed.
///
/// # Errors
/// Shapes, dtypes and devices that do not fit together; tokens outside the vocabulary; a temperature that is not above 0.
pub fn log_probs(scores: &Scores, tokens: &Tensor, mask: Option<&Tensor>, temperature: f64, pass: Pass) -> Result<LogProbs> {
    super::check::positive("temperature", temperature)?;
    let flat = Flat::new(scores, tokens)?;
    let index = flat.index(mask, tokens)?;
    let wanted = Wanted { input: false, weight: false, entropy: pass.entropy };
    let found = flat.head().sweep(&index, &flat.tokens_of(&index)?, temperature, pass.chunk, wanted, None)?;
    Ok(LogProbs {
        log_probs: flat.unflatten(&found.log_probs, &index)?,
        entropy: found.entropy.map(|entropy| flat.unflatten(&entropy, &index)).transpose()?,
    })
}

/// The gradients of Σ c·log p + Σ e·H with respect to the scores that require one: what a graph of its own needs to go backward through
/// [`log_probs`]. `log_prob_gradient` (c) and `entropy_gradient` (e) are [B, T]. Returns those of hidden states (or logits) and weight.
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
) -> Result<(Option<Tensor>, Option<Tensor>)> {
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
    let found: Sweep = flat.head().sweep(&index, &flat.tokens_of(&index)?, temperature, chunk, wanted, Some(&mut of_chunk))?;
    let input = found.input_gradient.map(|gradient| gradient.f_reshape(flat.input_shape.as_slice())).transpose()?;
    Ok((input, found.weight_gradient))
}

impl Coefficients {
    fn narrow(&self, start: i64, length: i64) -> Result<Self> {
        Ok(Self {
            log_probs: self.log_probs.f_narrow(0, start, length)?,
            entropy: self.entropy.as_ref().map(|entropy| entropy.f_narrow(0, start, length)).transpose()?,
        })
    }
}

/// Scores with the batch flattened to rows.
struct Flat {
    shape: [i64; 2],
    input_shape: Vec<i64>,
    input: Tensor,
    weight: Option<Tensor>,
    tokens: Tensor,
    wanted: Wanted,
}

impl Flat {
    fn new(scores: &Scores, tokens: &Tensor) -> Result<Self> {
        let (name, input, weight) = match *scores {
            Scores::Hidden { hidden, weight } => ("hidden", hidden, Some(weight)),
            Scores::Logits(logits) => ("logits", logits, None),
        };
        expect_float(name, input)?;
        let input_shape = input.size();
        let &[sequences, length, width] = input_shape.as_slice() else {
            return Err(Error::tensor(format_args!("`{name}` has shape {input_shape:?}: give [sequences, tokens, width]")));
        };
        let beside = (name, input);
        expect_integer("tokens", tokens)?;
        expect("tokens", tokens, &[sequences, length], beside)?;
        let vocabulary = match weight {
            None => width,
            Some(weight) => {
                let shape = weight.size();
                if shape.len() != 2 || shape[1] != width {
                    return Err(Error::tensor(format_args!(
                        "`weight` has shape {shape:?} where `hidden` has {input_shape:?}: give [vocabulary, {width}]"
                    )));
                }
                expect("weight", weight, &shape, beside)?;
                if weight.kind() != input.kind() {
                    return Err(Error::tensor(format_args!(
                        "`weight` is {:?} and `hidden` {:?}: give both in one dtype",
                        weight.kind(),
                        input.kind()
                    )));
                }
                shape[0]
            }
        };
        Ok(Self {
            shape: [sequences, length],
            input: input.f_detach()?.f_reshape([-1, width])?,
            weight: weight.map(Tensor::f_detach).transpose()?,
            tokens: in_vocabulary(tokens, vocabulary)?,
            wanted: Wanted { input: input.requires_grad(), weight: weight.is_some_and(Tensor::requires_grad), entropy: false },
            input_shape,
        })
    }

    fn head(&self) -> Head<'_> {
        match &self.weight {
            Some(weight) => Head::Linear { hidden: &self.input, weight },
            None => Head::Logits(&self.input),
        }
    }

    fn index(&self, mask: Option<&Tensor>, tokens: &Tensor) -> Result<Tensor> {
        match mask {
            Some(mask) => {
                expect("mask", mask, &self.shape, ("tokens", tokens))?;
                Ok(mask.f_reshape([-1])?.f_nonzero()?.f_squeeze_dim(-1)?)
            }
            None => Ok(Tensor::f_arange(self.shape[0] * self.shape[1], (Kind::Int64, self.input.device()))?),
        }
    }

    /// The tokens of rows; those outside the vocabulary are refused.
    fn tokens_of(&self, index: &Tensor) -> Result<Tensor> {
        let tokens = self.tokens.f_index_select(0, index)?;
        let wrong = tokens.f_lt(0)?.f_sum(Kind::Int64)?.f_int64_value(&[])?;
        if wrong > 0 {
            let vocabulary = self.weight.as_ref().map_or(self.input.size()[1], |weight| weight.size()[0]);
            return Err(Error::tensor(format_args!(
                "`tokens` has {wrong} ids outside the vocabulary of {vocabulary} at trainable places: mask them, or give the tokenizer's ids"
            )));
        }
        Ok(tokens)
    }

    fn unflatten(&self, rows: &Tensor, index: &Tensor) -> Result<Tensor> {
        let mut all = Tensor::f_zeros([self.shape[0] * self.shape[1]], (rows.kind(), rows.device()))?;
        let _ = all.f_index_copy_(0, index, rows)?;
        Ok(all.f_reshape(self.shape)?)
    }
}

/// Tokens as int64 in one row, −1 for ids outside the vocabulary (padding such as −100 may be, where it is masked).
fn in_vocabulary(tokens: &Tensor, vocabulary: i64) -> Result<Tensor> {
    let tokens = tokens.f_detach()?.f_to_kind(Kind::Int64)?.f_reshape([-1])?;
    let inside = tokens.f_ge(0)?.f_logical_and(&tokens.f_lt(vocabulary)?)?;
    Ok(tokens.f_where_self(&inside, &tokens.f_full_like(-1)?)?)
}
