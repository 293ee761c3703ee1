//! Rotary positions. Source: `RoFormer` (2104.09864), in the layout of Llama's checkpoints (first half, second half).

use anyhow::Result;
use tch::{Device, Kind, Tensor};

use super::config::{Llama3, ModelConfig};

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
    /// Tables for all positions of a model.
    pub fn new(config: &ModelConfig, (kind, device): (Kind, Device)) -> Result<Self> {
        let places = Tensor::f_arange(config.max_position_embeddings, (Kind::Double, device))?.f_unsqueeze(1)?;
        let frequencies = Tensor::f_from_slice(&frequencies(config))?.f_to_device(device)?.f_unsqueeze(0)?;
        let angles = places.f_mul(&frequencies)?;
        let table = |half: Tensor| -> Result<Tensor> {
            let half = half.f_to_kind(kind)?;
            Ok(Tensor::f_cat(&[&half, &half], -1)?)
        };
        Ok(Self { cos: table(angles.f_cos()?)?, sin: table(angles.f_sin()?)? })
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

/// The angle by which each pair of a head turns from one position to the next.
fn frequencies(config: &ModelConfig) -> Vec<f64> {
    let head = config.head();
    let plain = (0..head / 2).map(|pair| config.rope_theta.powf(-2.0 * pair as f64 / head as f64));
    match &config.rope_scaling {
        None => plain.collect(),
        Some(scaling) => plain.map(|frequency| scaling.scale(frequency)).collect(),
    }
}

impl Llama3 {
    /// A frequency, divided by `factor` if a context of the training has less than `low_freq_factor` of its waves, as it is
    /// if it has more than `high_freq_factor` of them, and between the two otherwise.
    fn scale(&self, frequency: f64) -> f64 {
        let waves = self.original_max_position_embeddings as f64 * frequency / std::f64::consts::TAU;
        let kept = ((waves - self.low_freq_factor) / (self.high_freq_factor - self.low_freq_factor)).clamp(0.0, 1.0);
        frequency * (kept + (1.0 - kept) / self.factor)
    }
}
