//! Checks of tensors whose errors name the tensor, and libtorch's errors as the crate's.

use tch::{Kind, TchError, Tensor};

use crate::{Error, Result};

impl From<TchError> for Error {
    fn from(error: TchError) -> Self {
        let message = match error {
            TchError::Torch(message) => message,
            other => other.to_string(),
        };
        // The C++ stack trace follows.
        let reason = message.split("\nException raised from").next().unwrap_or_default().trim();
        Self::backend(format_args!("libtorch refused: {reason}"))
    }
}

/// Whether autograd records operations here: false inside of `no_grad`.
pub(crate) fn gradients_are_on() -> Result<bool> {
    let leaf = Tensor::f_zeros([1], (Kind::Float, tch::Device::Cpu))?.f_set_requires_grad(true)?;
    Ok(leaf.f_neg()?.requires_grad())
}

/// Checks that a tensor has this shape and is on the device of `beside`, the name and tensor that the error compares it
/// with.
pub(crate) fn expect(name: &str, tensor: &Tensor, shape: &[i64], beside: (&str, &Tensor)) -> Result<()> {
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

/// Checks that a tensor holds floating point numbers.
pub(crate) fn expect_float(name: &str, tensor: &Tensor) -> Result<()> {
    if matches!(tensor.kind(), Kind::Float | Kind::Double | Kind::BFloat16 | Kind::Half) {
        return Ok(());
    }
    Err(Error::tensor(format_args!("`{name}` has dtype {:?}: give float32, float64, bfloat16 or float16", tensor.kind())))
}

/// Refuses entries below 0.
pub(crate) fn refuse_negative(name: &str, tensor: &Tensor) -> Result<()> {
    let negative = tensor.f_lt(0.0)?.f_sum(Kind::Int64)?.f_int64_value(&[])?;
    if negative == 0 {
        return Ok(());
    }
    Err(Error::tensor(format_args!("`{name}` is below 0 at {negative} of {} trainable tokens: give 0 or more", tensor.numel())))
}

/// Checks that a tensor holds integers.
pub(crate) fn expect_integer(name: &str, tensor: &Tensor) -> Result<()> {
    if matches!(tensor.kind(), Kind::Int64 | Kind::Int | Kind::Int16 | Kind::Int8 | Kind::Uint8) {
        return Ok(());
    }
    Err(Error::tensor(format_args!("`{name}` has dtype {:?}: give int64", tensor.kind())))
}

/// The kind in which losses are computed: float64 stays, everything else becomes float32.
pub(crate) fn loss_kind(kind: Kind) -> Kind {
    if kind == Kind::Double { Kind::Double } else { Kind::Float }
}

/// The mean in float64; 0 of an empty tensor.
pub(crate) fn mean_or_zero(tensor: &Tensor) -> Result<Tensor> {
    #[expect(clippy::cast_precision_loss, reason = "numbers of tokens are far below 2^52")]
    let count = tensor.numel().max(1) as f64;
    Ok(tensor.f_sum(Kind::Double)?.f_div_scalar(count)?)
}

/// The quotient where the divisor is above 0; the numerator elsewhere.
pub(crate) fn divide_or_keep(numerator: &Tensor, divisor: &Tensor) -> Result<Tensor> {
    Ok(numerator.f_div(&divisor.f_where_self(&divisor.f_gt(0.0)?, &divisor.f_ones_like()?)?)?)
}

/// A mask as bool.
///
/// # Errors
/// Entries that are neither 0 nor 1.
pub(crate) fn whole_mask(name: &str, mask: &Tensor) -> Result<Tensor> {
    if mask.kind() == Kind::Bool {
        return Ok(mask.shallow_clone());
    }
    let ones = mask.f_eq(1)?;
    let partial = mask.f_eq(0)?.f_logical_or(&ones)?.f_logical_not()?.f_sum(Kind::Int64)?.f_int64_value(&[])?;
    if partial > 0 {
        return Err(Error::tensor(format_args!("`{name}` {:?} has {partial} entries that are neither 0 nor 1", mask.size())));
    }
    Ok(ones)
}

/// Refuses NaN and infinite entries: the error names the first tensor that has some, and how many. One transfer for all
/// tensors.
pub(crate) fn refuse_not_finite(rows: &[(&str, &Tensor)]) -> Result<()> {
    let counts = rows
        .iter()
        .map(|(_, tensor)| tensor.f_isfinite()?.f_logical_not()?.f_sum(Kind::Int64))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    let counts: Vec<i64> = Vec::try_from(Tensor::f_stack(&counts, 0)?)?;
    match rows.iter().zip(counts).find(|(_, count)| *count > 0) {
        None => Ok(()),
        Some(((name, tensor), count)) => Err(Error::tensor(format_args!(
            "`{name}` is not finite at {count} of {} trainable tokens: mask them, or mend what made them NaN or infinite",
            tensor.numel()
        ))),
    }
}
