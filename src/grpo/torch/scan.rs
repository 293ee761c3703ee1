//! Discounted sums over the rest of a sequence, for FIPO's factors and for returns.

use tch::Tensor;

use crate::Result;

/// Places summed by one matrix product. A carry goes from block to block, so that memory is linear in T.
const BLOCK: i64 = 128;

/// At each place t of `values` [B, T], which are 0 at masked places: Σ over k ≥ t of discountᵏ⁻ᵗ·values(k).
pub(super) fn rest_of_sequence(values: &Tensor, discount: f64) -> Result<Tensor> {
    let length = values.size()[1];
    let sums = values.f_zeros_like()?;
    let block = BLOCK.min(length.max(1));
    // decay[k, t] = discountᵏ⁻ᵗ for k ≥ t.
    let places = Tensor::f_arange(block, (values.kind(), values.device()))?;
    let distance = places.f_unsqueeze(1)?.f_sub(&places.f_unsqueeze(0)?)?;
    let powers = distance.f_full_like(discount)?.f_pow(&distance.f_clamp_min(0.0)?)?;
    let decay = powers.f_tril(0)?;
    // The carry from later blocks has the factor discount^(length of the block − t) at place t.
    let reach = places.f_full_like(discount)?.f_pow(&places.f_flip([0])?.f_add_scalar(1.0)?)?;
    let mut carry: Option<Tensor> = None;
    let mut end = length;
    while end > 0 {
        let start = (end - block).max(0);
        let size = end - start;
        let part = values.f_narrow(1, start, size)?;
        let mut sum = part.f_matmul(&decay.f_narrow(0, 0, size)?.f_narrow(1, 0, size)?)?;
        if let Some(carry) = &carry {
            sum = sum.f_add(&carry.f_mul(&reach.f_narrow(0, block - size, size)?)?)?;
        }
        carry = Some(sum.f_narrow(1, 0, 1)?);
        sums.f_narrow(1, start, size)?.f_copy_(&sum)?;
        end = start;
    }
    Ok(sums)
}
