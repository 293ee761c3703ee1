//! The call into `fused_adamw.cpp`.

#![expect(unsafe_code, reason = "libtorch's fused step has no safe wrapper in tch")]

use std::ffi::{CStr, c_char};

use tch::{TchError, Tensor};
use torch_sys::C_tensor;

use super::AdamWConfig;
use crate::{Error, Result};

unsafe extern "C" {
    fn r1rewards_fused_adamw(
        parameters: *const *const C_tensor,
        gradients: *const *const C_tensor,
        means: *const *const C_tensor,
        squares: *const *const C_tensor,
        steps: *const *const C_tensor,
        count: usize,
        learning_rate: f64,
        beta1: f64,
        beta2: f64,
        weight_decay: f64,
        epsilon: f64,
        gradient_divisor: *const C_tensor,
    ) -> *mut c_char;
    fn r1rewards_free_message(message: *mut c_char);
}

/// Parallel lists with one tensor a parameter, all on one device and of one kind. A step writes all of them; gradients
/// only where they are divided.
pub(super) struct TensorLists<'a> {
    pub parameters: Vec<&'a Tensor>,
    pub gradients: Vec<&'a Tensor>,
    pub means: Vec<&'a Tensor>,
    pub squares: Vec<&'a Tensor>,
    pub steps: Vec<&'a Tensor>,
}

/// One step of AdamW. Where `gradient_divisor` (one float32 number on their device) is given, gradients are first
/// divided by it in place. `steps` must count this step already, as in torch.
///
/// # Errors
/// Lists of different lengths; what libtorch refuses.
pub(super) fn step(lists: &TensorLists, config: &AdamWConfig, learning_rate: f64, gradient_divisor: Option<&Tensor>) -> Result<()> {
    let pointers = [&lists.parameters, &lists.gradients, &lists.means, &lists.squares, &lists.steps]
        .map(|list| list.iter().map(|tensor| tensor.as_ptr()).collect::<Vec<_>>());
    let count = lists.parameters.len();
    if pointers.iter().any(|list| list.len() != count) {
        return Err(Error::tensor("a step of AdamW needs a gradient and a state for each parameter"));
    }
    let [parameters, gradients, means, squares, steps] = &pointers;
    // SAFETY: every list holds `count` pointers to tensors that the borrowed `lists` keeps alive during the call; the
    // divisor is null or borrowed. A C_tensor is an at::Tensor (torch-sys makes them). The function neither keeps a
    // pointer nor lets an exception out.
    let message = unsafe {
        r1rewards_fused_adamw(
            parameters.as_ptr(),
            gradients.as_ptr(),
            means.as_ptr(),
            squares.as_ptr(),
            steps.as_ptr(),
            count,
            learning_rate,
            config.beta1,
            config.beta2,
            config.weight_decay,
            config.epsilon,
            gradient_divisor.map_or(std::ptr::null(), Tensor::as_ptr),
        )
    };
    if message.is_null() {
        return Ok(());
    }
    // SAFETY: not null, so a string from strdup, which this function owns and frees once, below.
    let text = unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned();
    // SAFETY: as above; `message` is not used again.
    unsafe { r1rewards_free_message(message) };
    Err(TchError::Torch(text).into())
}
