//! Rotary positions. Source: `RoFormer` (2104.09864), in the layout of Llama's checkpoints (first half, second half).

use anyhow::Result;
use tch::{Device, Kind, Tensor};

/// The cosines and sines of all positions.
#[derive(Debug)]
pub struct Rotary {
    cos: Tensor,
    sin: Tensor,
}

/// The cosines and sines of some positions, shaped like the heads that they turn.
#[derive(Debug)]
pub struct Angles {
    cos: Tensor,
    sin: Tensor,
}

impl Rotary {
    /// Tables for positions below `positions` and heads of width `head`.
    pub fn new(positions: i64, head: i64, theta: f64, kind: Kind, device: Device) -> Result<Self> {
        let places = Tensor::f_arange(positions, (Kind::Double, device))?.f_unsqueeze(1)?;
        let exponents = Tensor::f_arange(head / 2, (Kind::Double, device))?.f_mul_scalar(-2.0 / head as f64)?;
        let angles = places.f_mul(&exponents.f_mul_scalar(theta.ln())?.f_exp()?.f_unsqueeze(0)?)?;
        let angles = Tensor::f_cat(&[&angles, &angles], -1)?;
        Ok(Self { cos: angles.f_cos()?.f_to_kind(kind)?, sin: angles.f_sin()?.f_to_kind(kind)? })
    }

    /// The angles of positions 0 to `length`, for heads [B, H, T, D].
    pub fn first(&self, length: i64) -> Result<Angles> {
        Ok(Angles { cos: self.cos.f_narrow(0, 0, length)?, sin: self.sin.f_narrow(0, 0, length)? })
    }

    /// The angles of positions [B, T], for heads [B, H, T, D].
    pub fn at(&self, positions: &Tensor) -> Result<Angles> {
        let size = positions.size();
        let pick = |table: &Tensor| -> Result<Tensor> {
            let rows = table.f_index_select(0, &positions.f_reshape([-1])?)?;
            Ok(rows.f_view([size[0], 1, size[1], -1])?)
        };
        Ok(Angles { cos: pick(&self.cos)?, sin: pick(&self.sin)? })
    }
}

impl Angles {
    /// Turns heads [B, H, T, D].
    pub fn turn(&self, heads: &Tensor) -> Result<Tensor> {
        let half = heads.size()[3] / 2;
        let (first, second) = (heads.f_narrow(-1, 0, half)?, heads.f_narrow(-1, half, half)?);
        let swapped = Tensor::f_cat(&[second.f_neg()?, first], -1)?;
        Ok(heads.f_mul(&self.cos)?.f_add(&swapped.f_mul(&self.sin)?)?)
    }
}
