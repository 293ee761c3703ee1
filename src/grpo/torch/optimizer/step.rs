//! One step: the norm of the gradients, clipping, AdamW. A step whose norm is not finite is skipped and reported.

use serde::Serialize;
use tch::{Kind, Tensor};

use super::fused_adamw::{self, TensorLists};
use super::{AdamWConfig, GroupOptions, ParameterGroup};
use crate::{Error, Result};

/// AdamW over named parameters, updated in place.
///
/// ```
/// use r1rewards::grpo::optimizer::{AdamWConfig, GrpoOptimizer};
/// use tch::{Device, Kind, Tensor};
///
/// let weight = Tensor::ones([3], (Kind::Float, Device::Cpu)).set_requires_grad(true);
/// let config = AdamWConfig { learning_rate: 0.1, ..Default::default() };
/// let mut optimizer = GrpoOptimizer::new(vec![("weight".to_owned(), weight.shallow_clone())], config)?;
/// weight.square().sum(Kind::Float).backward();
/// let report = optimizer.step()?;
/// optimizer.zero_grad()?;
/// assert!((weight.double_value(&[0]) - 0.9).abs() < 1e-6);
/// assert!(report.gradient_norm.is_some_and(|norm| (norm - 12.0_f64.sqrt()).abs() < 1e-5));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug)]
pub struct GrpoOptimizer {
    pub(super) config: AdamWConfig,
    /// The complete options of each group.
    groups: Vec<AdamWConfig>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) steps: u64,
}

/// A parameter and its state.
#[derive(Debug)]
pub(super) struct Parameter {
    pub name: String,
    /// The index of its group.
    group: usize,
    pub value: Tensor,
    /// The float32 copy that is updated in place of a value in half precision.
    pub master: Option<Tensor>,
    pub mean: Tensor,
    pub square: Tensor,
    /// Steps of this parameter, one float32 number as in torch.
    pub step: Tensor,
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct StepReport {
    /// The learning rate used.
    pub learning_rate: f64,
    /// The norm of all gradients before clipping, NaN or infinite where the step was skipped. `None` without clipping,
    /// because the norm takes a pass over all gradients.
    pub gradient_norm: Option<f64>,
    /// Whether clipping has scaled the gradients down.
    pub clipped: bool,
    /// Whether nothing was updated because the norm is not finite. Always false without clipping: the norm is not
    /// checked then.
    pub skipped: bool,
}

impl Parameter {
    fn new(name: String, group: usize, value: &Tensor, config: &AdamWConfig) -> Result<Self> {
        let half = matches!(value.kind(), Kind::BFloat16 | Kind::Half);
        let value = value.shallow_clone();
        let master = if half && config.master_weights { Some(value.f_detach()?.f_to_kind(Kind::Float)?) } else { None };
        let like = master.as_ref().unwrap_or(&value).f_detach()?;
        Ok(Self {
            mean: like.f_zeros_like()?,
            square: like.f_zeros_like()?,
            step: Tensor::f_zeros([], (Kind::Float, value.device()))?,
            name,
            group,
            value,
            master,
        })
    }

    /// The tensor that a step updates: the master, or the value without one.
    fn updated(&self) -> &Tensor {
        self.master.as_ref().unwrap_or(&self.value)
    }

    /// The gradient in the kind and layout of the state; `None` where no `backward` has reached the parameter.
    fn gradient(&self) -> Result<Option<Tensor>> {
        let gradient = self.value.f_grad()?;
        if !gradient.defined() {
            return Ok(None);
        }
        Ok(Some(laid_out(&gradient.f_to_kind(self.mean.kind())?, &self.mean)?))
    }
}

impl GrpoOptimizer {
    /// An optimizer of these parameters. The names are those in checkpoints.
    ///
    /// # Errors
    /// No parameter, two parameters of one name, one tensor under two names, options out of range.
    pub fn new(parameters: Vec<(String, Tensor)>, config: AdamWConfig) -> Result<Self> {
        Self::with_groups(vec![ParameterGroup { parameters, options: GroupOptions::default() }], config)
    }

    /// An optimizer of groups of parameters, each with options of its own. The norm of gradients is that of all groups
    /// together.
    ///
    /// # Errors
    /// No parameter, two parameters of one name in any groups, one tensor under two names, options out of range.
    pub fn with_groups(groups: Vec<ParameterGroup>, config: AdamWConfig) -> Result<Self> {
        config.check()?;
        let options: Vec<AdamWConfig> = groups.iter().map(|group| group.options.over(config)).collect();
        options.iter().try_for_each(AdamWConfig::check)?;
        let named: Vec<(usize, String, Tensor)> = groups
            .into_iter()
            .enumerate()
            .flat_map(|(place, group)| group.parameters.into_iter().map(move |(name, value)| (place, name, value)))
            .collect();
        if named.is_empty() {
            return Err(Error::tensor("there are no parameters to optimize: give at least one that requires a gradient"));
        }
        let mut names = std::collections::HashSet::new();
        if let Some((_, name, _)) = named.iter().find(|(_, name, _)| !names.insert(name.clone())) {
            return Err(Error::tensor(format_args!("two parameters are named `{name}`: give each a name of its own")));
        }
        refuse_twice(&named)?;
        let _guard = tch::no_grad_guard();
        let parameters =
            named.into_iter().map(|(group, name, value)| Parameter::new(name, group, &value, &config)).collect::<Result<_>>()?;
        Ok(Self { config, groups: options, parameters, steps: 0 })
    }

    /// The number of steps, skipped ones included.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The options.
    pub fn config(&self) -> &AdamWConfig {
        &self.config
    }

    /// The learning rate of the next step. For a group with a rate of its own it is that rate times the same factor of
    /// the schedule.
    pub fn learning_rate(&self) -> f64 {
        self.config.learning_rate * self.factor()
    }

    /// The schedule's factor on the rates of the next step.
    fn factor(&self) -> f64 {
        // Counted from 1, so that the first step of a warm-up has a rate above 0.
        self.config.schedule.factor(self.steps + 1)
    }

    /// Clips the gradients and applies them. Parameters without a gradient do not change.
    ///
    /// # Errors
    /// What libtorch refuses.
    pub fn step(&mut self) -> Result<StepReport> {
        let _guard = tch::no_grad_guard();
        let (learning_rate, factor) = (self.learning_rate(), self.factor());
        self.steps += 1;
        let mut with_gradient = Vec::new();
        for parameter in &mut self.parameters {
            if let Some(gradient) = parameter.gradient()? {
                with_gradient.push((parameter, gradient));
            }
        }
        let Some(limit) = self.config.max_gradient_norm else {
            apply(&mut with_gradient, &self.groups, factor, 1.0)?;
            return Ok(StepReport { learning_rate, ..StepReport::default() });
        };
        let norm = norm(with_gradient.iter().map(|(_, gradient)| gradient))?;
        let report = StepReport { learning_rate, gradient_norm: Some(norm), ..StepReport::default() };
        if !norm.is_finite() {
            return Ok(StepReport { skipped: true, ..report });
        }
        let divisor = ((norm + CLIP_EPSILON) / limit).max(1.0);
        apply(&mut with_gradient, &self.groups, factor, divisor)?;
        Ok(StepReport { clipped: divisor > 1.0, ..report })
    }

    /// Sets all gradients to 0, in place.
    ///
    /// # Errors
    /// What libtorch refuses.
    pub fn zero_grad(&mut self) -> Result<()> {
        let _guard = tch::no_grad_guard();
        for parameter in &mut self.parameters {
            let mut gradient = parameter.value.f_grad()?;
            if gradient.defined() {
                // Gradients made with `create_graph` have a graph. Gradients that are views, as DDP's are of its
                // buckets, cannot be detached in place, and have none.
                if gradient.requires_grad() {
                    let _ = gradient.f_detach_()?;
                }
                let _ = gradient.f_zero_()?;
            }
        }
        Ok(())
    }
}

/// Refuses one tensor under two names, because a step would update it twice.
fn refuse_twice(named: &[(usize, String, Tensor)]) -> Result<()> {
    let mut seen = std::collections::HashMap::new();
    // Tensors without memory, as in a model that is sharded or on `meta`, cannot be told apart by their address.
    for (_, name, value) in named.iter().filter(|(_, _, value)| !value.data_ptr().is_null()) {
        if let Some(other) = seen.insert((value.data_ptr(), value.size(), value.stride()), name) {
            return Err(Error::tensor(format_args!(
                "`{other}` and `{name}` are one tensor, which would be updated twice a step: give it once, as `named_parameters()` does"
            )));
        }
    }
    Ok(())
}

/// Added to the norm, as in torch's `clip_grad_norm_`.
const CLIP_EPSILON: f64 = 1e-6;

/// The norm over all tensors, in one transfer.
fn norm<'a>(tensors: impl Iterator<Item = &'a Tensor>) -> Result<f64> {
    let mut squares = Vec::new();
    for tensor in tensors {
        // In half precision the norm would overflow.
        let wide = if tensor.kind() == Kind::Double { Kind::Double } else { Kind::Float };
        squares.push(tensor.f_norm_scalaropt_dtype(2.0, wide)?.f_to_kind(Kind::Double)?.f_to_device(tch::Device::Cpu)?);
    }
    if squares.is_empty() {
        return Ok(0.0);
    }
    Ok(Tensor::f_stack(&squares, 0)?.f_norm()?.f_double_value(&[])?)
}

/// AdamW on every parameter, its gradient divided by `divisor`, at its group's rate times `factor`. One fused call for
/// all parameters that share group, device and kind.
fn apply(with_gradient: &mut [(&mut Parameter, Tensor)], groups: &[AdamWConfig], factor: f64, divisor: f64) -> Result<()> {
    for (parameter, _) in with_gradient.iter_mut() {
        let _ = parameter.step.f_add_scalar_(1.0)?;
    }
    let place_of = |parameter: &Parameter| (parameter.group, parameter.mean.device(), parameter.mean.kind());
    let mut places: Vec<(usize, tch::Device, Kind)> = Vec::new();
    for (parameter, _) in with_gradient.iter() {
        let place = place_of(parameter);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    // The kernel reads memory in order and ignores strides: all tensors must be laid out as the state is.
    let updated: Vec<Tensor> =
        with_gradient.iter().map(|(parameter, _)| laid_out(parameter.updated(), &parameter.mean)).collect::<Result<_>>()?;
    for place in places {
        let members = || with_gradient.iter().zip(&updated).filter(move |((parameter, _), _)| place_of(parameter) == place);
        let lists = TensorLists {
            parameters: members().map(|(_, updated)| updated).collect(),
            gradients: members().map(|((_, gradient), _)| gradient).collect(),
            means: members().map(|((parameter, _), _)| &parameter.mean).collect(),
            squares: members().map(|((parameter, _), _)| &parameter.square).collect(),
            steps: members().map(|((parameter, _), _)| &parameter.step).collect(),
        };
        let scale = if divisor > 1.0 { Some(Tensor::f_full([1], divisor, (Kind::Float, place.1))?) } else { None };
        let config = &groups[place.0];
        fused_adamw::step(&lists, config, config.learning_rate * factor, scale.as_ref())?;
    }
    for ((parameter, _), updated) in with_gradient.iter_mut().zip(&updated) {
        if parameter.master.is_some() || !same_layout(&parameter.value, &parameter.mean) {
            parameter.value.f_copy_(updated)?;
        }
    }
    Ok(())
}

/// The tensor itself where it has the memory layout of the model, else a copy that has it.
fn laid_out(tensor: &Tensor, model: &Tensor) -> Result<Tensor> {
    if same_layout(tensor, model) {
        return Ok(tensor.shallow_clone());
    }
    let mut copy = model.f_empty_like()?;
    copy.f_copy_(tensor)?;
    Ok(copy)
}

/// Whether two tensors of one shape store their entries in the same order.
fn same_layout(tensor: &Tensor, model: &Tensor) -> bool {
    let strides = tensor.stride().into_iter().zip(model.stride());
    // The stride of a dimension of size 1 has no effect.
    tensor.size() == model.size() && model.size().iter().zip(strides).all(|(&size, (own, other))| size == 1 || own == other)
}
