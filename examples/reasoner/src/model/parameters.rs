//! Where the parameters of a model come from: random numbers, or a checkpoint.

use anyhow::Result;
use tch::{Device, Kind, Tensor};

/// What a new parameter holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fill {
    /// Normal numbers of this standard deviation.
    Normal(f64),
    /// Zeros.
    Zeros,
    /// Ones.
    Ones,
}

/// Gives the parameters of a model, one by one.
pub trait Source {
    /// The parameter of a name, with a gradient. `fill` is for models that begin untrained.
    ///
    /// # Errors
    /// A parameter that the source lacks or has in another shape.
    fn parameter(&mut self, name: &str, shape: &[i64], fill: Fill) -> Result<Tensor>;
}

/// An untrained model.
#[derive(Debug)]
pub struct Untrained {
    /// Type and device of the parameters.
    pub place: (Kind, Device),
}

impl Source for Untrained {
    fn parameter(&mut self, _name: &str, shape: &[i64], fill: Fill) -> Result<Tensor> {
        let tensor = match fill {
            Fill::Normal(deviation) => Tensor::f_randn(shape, self.place)?.f_mul_scalar(deviation)?,
            Fill::Zeros => Tensor::f_zeros(shape, self.place)?,
            Fill::Ones => Tensor::f_ones(shape, self.place)?,
        };
        Ok(tensor.f_set_requires_grad(true)?)
    }
}
