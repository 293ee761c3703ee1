//! What every file on libtorch needs: its errors in our words, shapes in messages, small helpers.
//!
//! Accepts: failures of libtorch, whose C++ trace is cut off. Refuses: tensors that do not fit together, naming both shapes.

use tch::{Kind, TchError, Tensor};

use crate::{Error, Result};

impl From<TchError> for Error {
    fn from(error: TchError) -> Self {
        let message = match error {
            TchError::Torch(message) => message,
            other => other.to_string(),
        };
        // What follows is the C++ stack, of no use to a caller.
        let reason = message.split("\nException raised from").next().unwrap_or_default().trim();
        Self::backend(format_args!("libtorch refused: {reason}"))
    }
}

/// Whether autograd records here, outside of any `no_grad`.
pub(super) fn gradients_are_on() -> Result<bool> {
    let leaf = Tensor::f_zeros([1], (Kind::Float, tch::Device::Cpu))?.f_set_requires_grad(true)?;
    Ok(leaf.f_neg()?.requires_grad())
}

/// Whether a tensor has this shape and lives on the device of `beside`.
pub(super) fn expect(name: &str, tensor: &Tensor, shape: &[i64], beside: (&str, &Tensor)) -> Result<()> {
    let (other, model) = beside;
    if tensor.size() != shape {
        let (size, expected) = (tensor.size(), model.size());
        return Err(Error::tensor(format_args!("`{name}` has shape {size:?} where `{other}` has {expected:?}: give {shape:?}")));
    }
    if tensor.device() != model.device() {
        let (here, there) = (tensor.device(), model.device());
        return Err(Error::tensor(format_args!("`{name}` is on {here:?} and `{other}` on {there:?}: move them to one device")));
    }
    Ok(())
}

/// Whether a tensor holds real floating point numbers.
pub(super) fn expect_float(name: &str, tensor: &Tensor) -> Result<()> {
    if matches!(tensor.kind(), Kind::Float | Kind::Double | Kind::BFloat16 | Kind::Half) {
        return Ok(());
    }
    Err(Error::tensor(format_args!("`{name}` has dtype {:?}: give float32, float64, bfloat16 or float16", tensor.kind())))
}

/// Refuses entries below 0, which the name of a weight or count does not allow.
pub(super) fn refuse_negative(name: &str, tensor: &Tensor) -> Result<()> {
    let negative = tensor.f_lt(0.0)?.f_sum(Kind::Int64)?.f_int64_value(&[])?;
    if negative == 0 {
        return Ok(());
    }
    Err(Error::tensor(format_args!("`{name}` is below 0 at {negative} of {} trainable tokens: give 0 or more", tensor.numel())))
}

/// Whether a tensor holds whole numbers.
pub(super) fn expect_integer(name: &str, tensor: &Tensor) -> Result<()> {
    if matches!(tensor.kind(), Kind::Int64 | Kind::Int | Kind::Int16 | Kind::Int8 | Kind::Uint8) {
        return Ok(());
    }
    Err(Error::tensor(format_args!("`{name}` has dtype {:?}: give int64", tensor.kind())))
}

/// The kind in which losses are computed: float64 stays, everything else becomes float32.
pub(super) fn loss_kind(kind: Kind) -> Kind {
    if kind == Kind::Double { Kind::Double } else { Kind::Float }
}

/// A mean that is 0 of nothing.
pub(super) fn mean_or_zero(tensor: &Tensor) -> Result<Tensor> {
    #[expect(clippy::cast_precision_loss, reason = "numbers of tokens are far below 2^52")]
    let count = tensor.numel().max(1) as f64;
    Ok(tensor.f_sum(Kind::Double)?.f_div_scalar(count)?)
}
