//! Loss and gradients from hidden states and the output layer, without the logits of the whole batch.
//!
//! A loss of single tokens takes three matrix products: the logits and the two gradients of each chunk. A loss whose
//! tokens depend on others needs all log-probabilities first, computes the logits twice, and takes four.

use tch::Tensor;

use super::batch::{Rows, TokenBatch, select};
use super::head::{ChunkCoefficients, Coefficients, Wanted};
use super::loss::GrpoLoss;
use super::measure::measure;
use super::metrics::Metrics;
use super::objective::{Objective, needs_others, objective};
use super::scores::{Flat, Gradients, Pass, Scores};
use super::tensor::{gradients_are_on, refuse_not_finite};
use crate::{Error, Result};

/// A loss with its gradients.
#[derive(Debug)]
pub struct FusedLoss {
    /// The loss, without a gradient.
    pub loss: Tensor,
    /// The gradients of the hidden states or logits, the weight and the bias, where they require one.
    pub gradients: Gradients,
    /// [B, T]: the policy's log-probabilities; 0 where the mask is 0.
    pub log_probs: Tensor,
    /// Numbers for the log.
    pub metrics: Metrics,
}

impl FusedLoss {
    /// A number equal to the loss, whose `backward` gives the tensors of `scores` these gradients, times the gradient
    /// of the number, and continues through their graph. NaN and infinite entries of `scores`, in padding or where a
    /// vocabulary is masked, do not change the number.
    ///
    /// # Errors
    /// What libtorch refuses, for example too little memory.
    pub fn attach(&self, scores: &Scores) -> Result<Tensor> {
        let (input, weight, bias) = scores.parts();
        let Gradients { input: of_input, weight: of_weight, bias: of_bias } = &self.gradients;
        let mut loss = self.loss.shallow_clone();
        let pairs = [(Some(input), of_input), (weight, of_weight), (bias, of_bias)];
        for (tensor, gradient) in pairs.into_iter().filter_map(|(tensor, gradient)| Some((tensor?, gradient.as_ref()?))) {
            // The value is exactly 0, so that nothing overflows in half precision; its gradient is `gradient`.
            let finite = tensor.f_nan_to_num(0.0, 0.0, 0.0)?;
            let zero = finite.f_sub(&finite.f_detach()?)?;
            loss = loss.f_add(&zero.f_mul(gradient)?.f_sum(self.loss.kind())?)?;
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
    /// let mask = Tensor::ones([2, 3], (Kind::Bool, Device::Cpu));
    /// let advantages = Tensor::from_slice(&[1.0_f32, -1.0]);
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
        let on = gradients_are_on()?;
        let _guard = tch::no_grad_guard();
        let flat = Flat::new(scores, tokens)?;
        let chunk = Flat::chunk(pass.chunk)?;
        let config = self.config();
        let rows = select(config, batch, flat.shape, ("tokens", tokens), flat.head().kind())?;
        let chosen = flat.tokens_of(&rows.index)?;
        let entropy = pass.entropy || rows.entropy_coefficient != 0.0 || config.top_entropy.is_some();
        let wanted = Wanted { entropy, ..flat.wanted };
        let needs_gradient = on && (wanted.input || wanted.weight || wanted.bias);
        let whole = needs_others(config, &rows);
        let sweep = |coefficients: Option<&mut ChunkCoefficients>| {
            flat.head().sweep(&rows.index, &chosen, config.temperature, chunk, wanted, coefficients)
        };
        let found = if needs_gradient && !whole {
            let mut of_chunk = |start: i64, log_probs: &Tensor, entropy: Option<&Tensor>| {
                Ok(self.coefficients(&rows.narrow(start, log_probs.size()[0])?, log_probs, entropy)?.0)
            };
            sweep(Some(&mut of_chunk))?
        } else {
            sweep(None)?
        };
        refuse_not_finite(&[("log_probs", &found.log_probs)])?;
        // One objective gives value and gradient: a random choice in it must be made once.
        let (all, total) = if needs_gradient && whole {
            let (all, total) = self.coefficients(&rows, &found.log_probs, found.entropy.as_ref())?;
            (Some(all), total)
        } else {
            (None, objective(config, &rows, &found.log_probs, found.entropy.as_ref())?)
        };
        let loss = total.rows.f_sum(rows.kind)?.f_detach()?;
        let metrics = measure(&rows, &total, &found.log_probs, found.entropy.as_ref())?;
        let log_probs = flat.unflatten(&found.log_probs, &rows.index)?;
        let found = match all {
            Some(all) => sweep(Some(&mut |start, part, _| all.narrow(start, part.size()[0])))?,
            None => found,
        };
        let input = found.input_gradient.map(|gradient| gradient.f_reshape(flat.input_shape.as_slice())).transpose()?;
        let gradients = Gradients { input, weight: found.weight_gradient, bias: found.bias_gradient };
        Ok(FusedLoss { loss, gradients, log_probs, metrics })
    }

    /// dL/d log p and dL/dH of rows, by autograd, so that no loss needs a formula of its gradient.
    fn coefficients(&self, rows: &Rows, log_probs: &Tensor, entropy: Option<&Tensor>) -> Result<(Coefficients, Objective)> {
        let leaf = |tensor: &Tensor| -> Result<Tensor> { Ok(tensor.f_detach()?.f_set_requires_grad(true)?) };
        let log_probs = leaf(log_probs)?;
        let bonus = rows.entropy_coefficient != 0.0;
        let entropy = match entropy {
            Some(entropy) if bonus => Some(leaf(entropy)?),
            entropy => entropy.map(Tensor::shallow_clone),
        };
        let (total, mut gradients) = tch::with_grad(|| -> Result<(Objective, Vec<Tensor>)> {
            let total = objective(self.config(), rows, &log_probs, entropy.as_ref())?;
            let loss = total.rows.f_sum(rows.kind)?;
            let inputs: Vec<&Tensor> = std::iter::once(&log_probs).chain(entropy.as_ref().filter(|_| bonus)).collect();
            let gradients = Tensor::f_run_backward(&[&loss], &inputs, false, false)?;
            Ok((total, gradients))
        })?;
        let entropy = if bonus { gradients.pop() } else { None };
        let Some(log_probs) = gradients.pop() else {
            return Err(Error::tensor("libtorch gave no gradient of the loss"));
        };
        Ok((Coefficients { log_probs, entropy }, total))
    }
}
