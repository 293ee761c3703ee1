//! The call into `fused_adamw.cpp`.
//!
//! Accepts: parallel lists of tensors of one device. Refuses: lists of different lengths; what libtorch refuses is an error.

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

/// The tensors of one parameter in a step; all but the gradient are written.
pub(super) struct Group<'a> {
    pub parameters: Vec<&'a Tensor>,
    pub gradients: Vec<&'a Tensor>,
    pub means: Vec<&'a Tensor>,
    pub squares: Vec<&'a Tensor>,
    pub steps: Vec<&'a Tensor>,
}

/// One step of AdamW on a group, whose gradients are first divided, in place, by `gradient_divisor` (a float32 number on their device). The step counts must
/// be those after the step, as torch has it.
pub(super) fn step(group: &Group, config: &AdamWConfig, learning_rate: f64, gradient_divisor: Option<&Tensor>) -> Result<()> {
    let lists = [&group.parameters, &group.gradients, &group.means, &group.squares, &group.steps];
    let pointers = lists.map(|list| list.iter().map(|tensor| tensor.as_ptr()).collect::<Vec<_>>());
    let count = group.parameters.len();
    if pointers.iter().any(|list| list.len() != count) {
        return Err(Error::tensor("a step of AdamW needs a gradient and a state for each parameter"));
    }
    let [parameters, gradients, means, squares, steps] = &pointers;
    // SAFETY: every list holds `count` pointers to tensors that the borrowed `group` keeps alive during the call; the divisor is null or
    // borrowed. A C_tensor is a at::Tensor (torch-sys
    // makes them). The function neither keeps a pointer nor lets an exception out.
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
    // SAFETY: not null, so a string of strdup that is ours until it is freed, once, below.
    let text = unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned();
    // SAFETY: as above; `message` is not used again.
    unsafe { r1rewards_free_message(message) };
    Err(TchError::Torch(text).into())
}
