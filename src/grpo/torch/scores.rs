//! Hidden states with an output layer, or logits, and a padded batch of them as rows.
//!
//! Accepts: hidden [B, T, H] and weight [V, H], or logits [B, T, V], with sampled tokens [B, T]. Refuses: shapes,
//! dtypes and devices that do not fit together, tokens outside the vocabulary, masks that are not 0 or 1.

use tch::{Kind, Tensor};

use super::head::{Head, Source, Wanted};
use super::tensor::{expect, expect_float, expect_integer, whole_mask};
use crate::grpo::check::positive;
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
    /// The same for an output layer that has more than a weight: logits are cap·tanh(scale·(hidden · weightᵀ +
    /// bias)/cap).
    Head {
        /// [B, T, H]: position t predicts token t of the batch.
        hidden: &'a Tensor,
        /// [V, H], of the same dtype.
        weight: &'a Tensor,
        /// `[V]`, of the same dtype.
        bias: Option<&'a Tensor>,
        /// Above 0: Cohere's `logit_scale`, or 1 over Granite's `logits_scaling`; 1 for models without a scale.
        scale: f64,
        /// Above 0: Gemma's `final_logit_softcapping`; `None` for models without a soft cap.
        soft_cap: Option<f64>,
    },
    /// Logits [B, T, V]. They are copied one chunk at a time and not changed.
    Logits(&'a Tensor),
}

/// How a pass over the scores is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pass {
    /// Rows of a chunk of logits; without it 256 on a CPU and 2048 on a GPU.
    pub chunk: Option<i64>,
    /// Whether entropies are computed where the loss does not need them. They take a second buffer of one chunk.
    pub entropy: bool,
    /// Whether [`log_probs`](crate::grpo::log_probs) computes Σπ² over the vocabulary; losses ignore this.
    pub squares: bool,
}

/// Gradients of those tensors of [`Scores`] that require one.
#[derive(Debug, Default)]
pub struct Gradients {
    /// Of the hidden states or logits.
    pub input: Option<Tensor>,
    /// Of the weight.
    pub weight: Option<Tensor>,
    /// Of the bias.
    pub bias: Option<Tensor>,
}

impl<'a> Scores<'a> {
    /// Hidden states or logits, weight, bias.
    pub(super) fn parts(&self) -> (&'a Tensor, Option<&'a Tensor>, Option<&'a Tensor>) {
        match *self {
            Self::Hidden { hidden, weight } => (hidden, Some(weight), None),
            Self::Head { hidden, weight, bias, .. } => (hidden, Some(weight), bias),
            Self::Logits(logits) => (logits, None, None),
        }
    }
}

/// Scores whose sequences are flattened to rows.
pub(super) struct Flat {
    pub shape: [i64; 2],
    pub input_shape: Vec<i64>,
    pub wanted: Wanted,
    input: Tensor,
    weight: Option<Tensor>,
    bias: Option<Tensor>,
    scale: f64,
    soft_cap: Option<f64>,
    tokens: Tensor,
}

impl Flat {
    pub fn new(scores: &Scores, tokens: &Tensor) -> Result<Self> {
        let (scale, soft_cap) = match *scores {
            Scores::Head { scale, soft_cap, .. } => (scale, soft_cap),
            Scores::Hidden { .. } | Scores::Logits(_) => (1.0, None),
        };
        positive("scale", scale)?;
        soft_cap.map_or(Ok(()), |cap| positive("soft_cap", cap))?;
        let (input, weight, bias) = scores.parts();
        let name = if weight.is_some() { "hidden" } else { "logits" };
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
                same_kind("weight", weight, &shape, beside)?;
                shape[0]
            }
        };
        if let Some(bias) = bias {
            same_kind("bias", bias, &[vocabulary], beside)?;
        }
        Ok(Self {
            shape: [sequences, length],
            input: input.f_detach()?.f_reshape([-1, width])?,
            weight: weight.map(Tensor::f_detach).transpose()?,
            bias: bias.map(Tensor::f_detach).transpose()?,
            scale,
            soft_cap,
            tokens: in_vocabulary(tokens, vocabulary)?,
            wanted: Wanted {
                input: input.requires_grad(),
                weight: weight.is_some_and(Tensor::requires_grad),
                bias: bias.is_some_and(Tensor::requires_grad),
                ..Wanted::default()
            },
            input_shape,
        })
    }

    /// Checks the rows of a chunk, where they are given.
    pub fn chunk(given: Option<i64>) -> Result<Option<i64>> {
        match given {
            Some(chunk) if chunk < 1 => Err(Error::option("chunk", chunk, "give at least 1 row, or leave it out")),
            chunk => Ok(chunk),
        }
    }

    pub fn head(&self) -> Head<'_> {
        let source = match &self.weight {
            Some(weight) => Source::Linear { hidden: &self.input, weight, bias: self.bias.as_ref() },
            None => Source::Logits(&self.input),
        };
        Head { source, scale: self.scale, soft_cap: self.soft_cap }
    }

    /// The rows where a mask is 1; all rows without a mask.
    pub fn index(&self, mask: Option<&Tensor>, tokens: &Tensor) -> Result<Tensor> {
        match mask {
            Some(mask) => {
                expect("mask", mask, &self.shape, ("tokens", tokens))?;
                Ok(whole_mask("mask", mask)?.f_reshape([-1])?.f_nonzero()?.f_squeeze_dim(-1)?)
            }
            None => Ok(Tensor::f_arange(self.shape[0] * self.shape[1], (Kind::Int64, self.input.device()))?),
        }
    }

    /// The tokens of rows. Tokens outside the vocabulary are refused.
    pub fn tokens_of(&self, index: &Tensor) -> Result<Tensor> {
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

    pub fn unflatten(&self, rows: &Tensor, index: &Tensor) -> Result<Tensor> {
        let mut all = Tensor::f_zeros([self.shape[0] * self.shape[1]], (rows.kind(), rows.device()))?;
        let _ = all.f_index_copy_(0, index, rows)?;
        Ok(all.f_reshape(self.shape)?)
    }
}

fn same_kind(name: &str, tensor: &Tensor, shape: &[i64], beside: (&str, &Tensor)) -> Result<()> {
    expect(name, tensor, shape, beside)?;
    if tensor.kind() == beside.1.kind() {
        return Ok(());
    }
    Err(Error::tensor(format_args!(
        "`{name}` is {:?} and `{}` {:?}: give both in one dtype, or call under torch.autocast, which casts them as it does for torch's own linear",
        tensor.kind(),
        beside.0,
        beside.1.kind()
    )))
}

/// Tokens as int64 in one dimension, −1 for ids outside the vocabulary. Masked places may hold such ids, for example
/// −100.
fn in_vocabulary(tokens: &Tensor, vocabulary: i64) -> Result<Tensor> {
    let tokens = tokens.f_detach()?.f_to_kind(Kind::Int64)?.f_reshape([-1])?;
    let inside = tokens.f_ge(0)?.f_logical_and(&tokens.f_lt(vocabulary)?)?;
    Ok(tokens.f_where_self(&inside, &tokens.f_full_like(-1)?)?)
}
