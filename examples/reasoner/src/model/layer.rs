//! One layer: attention, then a feed-forward network, each after a norm and added to its input.

use anyhow::Result;
use tch::{Kind, Tensor};

use super::config::{Family, ModelConfig};
use super::parameters::{Fill, Source};
use super::rotary::Angles;

/// A matrix with an optional bias.
#[derive(Debug)]
struct Linear {
    weight: Tensor,
    bias: Option<Tensor>,
}

impl Linear {
    /// `shape` is the widths of the output and the input. An untrained output has about `scale` times the size of its input.
    fn new(source: &mut dyn Source, name: &str, shape: [i64; 2], bias: bool, scale: f64) -> Result<Self> {
        let weight = source.parameter(&format!("{name}.weight"), &shape, Fill::Normal(scale / (shape[1] as f64).sqrt()))?;
        let bias = if bias { Some(source.parameter(&format!("{name}.bias"), &shape[..1], Fill::Zeros)?) } else { None };
        Ok(Self { weight, bias })
    }

    fn forward(&self, input: &Tensor) -> Result<Tensor> {
        Ok(input.f_linear(&self.weight, self.bias.as_ref())?)
    }

    fn parameters(&self, name: &str) -> Vec<(String, Tensor)> {
        let mut found = vec![(format!("{name}.weight"), self.weight.shallow_clone())];
        found.extend(self.bias.as_ref().map(|bias| (format!("{name}.bias"), bias.shallow_clone())));
        found
    }
}

/// Divides by the root of the mean square and multiplies by a weight. Source: 1910.07467.
#[derive(Debug)]
pub struct Norm {
    weight: Tensor,
    epsilon: f64,
}

impl Norm {
    pub fn new(source: &mut dyn Source, name: &str, width: i64, epsilon: f64) -> Result<Self> {
        Ok(Self { weight: source.parameter(&format!("{name}.weight"), &[width], Fill::Ones)?, epsilon })
    }

    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let wide = input.f_to_kind(Kind::Float)?;
        let scale = wide.f_square()?.f_mean_dim(-1, true, Kind::Float)?.f_add_scalar(self.epsilon)?.f_rsqrt()?;
        Ok(wide.f_mul(&scale)?.f_to_kind(input.kind())?.f_mul(&self.weight)?)
    }

    pub fn parameters(&self, name: &str) -> Vec<(String, Tensor)> {
        vec![(format!("{name}.weight"), self.weight.shallow_clone())]
    }
}

/// A layer.
#[derive(Debug)]
pub struct Layer {
    before_attention: Norm,
    query: Linear,
    key: Linear,
    value: Linear,
    norms: Option<(Norm, Norm)>,
    output: Linear,
    before_network: Norm,
    gate: Linear,
    up: Linear,
    down: Linear,
    heads: i64,
    groups: i64,
    head: i64,
}

/// Keys and values [B, G, T, D] of the tokens so far, with room for more.
#[derive(Debug)]
pub struct LayerCache {
    pub keys: Tensor,
    pub values: Tensor,
}

impl Layer {
    pub fn new(config: &ModelConfig, source: &mut dyn Source, name: &str) -> Result<Self> {
        let (width, head, inner) = (config.hidden_size, config.head(), config.intermediate_size);
        let (heads, groups) = (config.num_attention_heads, config.num_key_value_heads);
        let (bias, bias_of_output) = config.attention_biases();
        // What is added to the residual stream starts small, so that its size does not grow with the layers.
        let small = 1.0 / (2.0 * config.num_hidden_layers as f64).sqrt();
        let mut linear = |part: &str, shape: [i64; 2], bias: bool, scale: f64| {
            Linear::new(source, &format!("{name}.{part}"), shape, bias, scale)
        };
        let query = linear("self_attn.q_proj", [heads * head, width], bias, 1.0)?;
        let key = linear("self_attn.k_proj", [groups * head, width], bias, 1.0)?;
        let value = linear("self_attn.v_proj", [groups * head, width], bias, 1.0)?;
        let output = linear("self_attn.o_proj", [width, heads * head], bias_of_output, small)?;
        let gate = linear("mlp.gate_proj", [inner, width], false, 1.0)?;
        let up = linear("mlp.up_proj", [inner, width], false, 1.0)?;
        let down = linear("mlp.down_proj", [width, inner], false, small)?;
        let mut norm = |part: &str, width: i64| Norm::new(source, &format!("{name}.{part}"), width, config.rms_norm_eps);
        let norms = if config.model_type == Family::Qwen3 {
            Some((norm("self_attn.q_norm", head)?, norm("self_attn.k_norm", head)?))
        } else {
            None
        };
        let (before_attention, before_network) = (norm("input_layernorm", width)?, norm("post_attention_layernorm", width)?);
        Ok(Self { before_attention, query, key, value, norms, output, before_network, gate, up, down, heads, groups, head })
    }

    pub fn parameters(&self, name: &str) -> Vec<(String, Tensor)> {
        let attention = |part: &str| format!("{name}.self_attn.{part}");
        let network = |part: &str| format!("{name}.mlp.{part}");
        let mut found = self.before_attention.parameters(&format!("{name}.input_layernorm"));
        found.extend(self.query.parameters(&attention("q_proj")));
        found.extend(self.key.parameters(&attention("k_proj")));
        found.extend(self.value.parameters(&attention("v_proj")));
        if let Some((query, key)) = &self.norms {
            found.extend(query.parameters(&attention("q_norm")));
            found.extend(key.parameters(&attention("k_norm")));
        }
        found.extend(self.output.parameters(&attention("o_proj")));
        found.extend(self.before_network.parameters(&format!("{name}.post_attention_layernorm")));
        found.extend(self.gate.parameters(&network("gate_proj")));
        found.extend(self.up.parameters(&network("up_proj")));
        found.extend(self.down.parameters(&network("down_proj")));
        found
    }

    /// All positions at once. `mask` [B, 1, T, T] says what each position sees; without it, itself and earlier ones.
    /// Returns the output and the keys and values.
    pub fn forward(&self, input: &Tensor, angles: &Angles, mask: Option<&Tensor>) -> Result<(Tensor, LayerCache)> {
        let [query, keys, values] = self.projected(input, angles)?;
        let attended = Tensor::f_scaled_dot_product_attention(
            &query,
            &self.repeated(&keys)?,
            &self.repeated(&values)?,
            mask,
            0.0,
            mask.is_none(),
            None,
            false,
        )?;
        let size = input.size();
        let attended = attended.f_transpose(1, 2)?.f_reshape([size[0], size[1], self.heads * self.head])?;
        Ok((self.rest(input, &attended)?, LayerCache { keys, values }))
    }

    /// One new position a row, whose keys and values are written at `place` of the cache. `mask` [B, 1, 1, T] says
    /// which positions are seen.
    pub fn extend(
        &self,
        input: &Tensor,
        angles: &Angles,
        cache: &mut LayerCache,
        place: i64,
        mask: Option<&Tensor>,
    ) -> Result<Tensor> {
        let [query, keys, values] = self.projected(input, angles)?;
        cache.keys.f_narrow(2, place, 1)?.f_copy_(&keys)?;
        cache.values.f_narrow(2, place, 1)?.f_copy_(&values)?;
        let batch = input.size()[0];
        // The heads that share keys are rows of one query.
        let query = query.f_reshape([batch, self.groups, self.heads / self.groups, self.head])?;
        let seen = |of: &Tensor| of.f_narrow(2, 0, place + 1);
        let attended = Tensor::f_scaled_dot_product_attention(
            &query,
            &seen(&cache.keys)?,
            &seen(&cache.values)?,
            mask,
            0.0,
            false,
            None,
            false,
        )?;
        self.rest(input, &attended.f_reshape([batch, 1, self.heads * self.head])?)
    }

    /// Queries [B, H, T, D], keys and values [B, G, T, D].
    fn projected(&self, input: &Tensor, angles: &Angles) -> Result<[Tensor; 3]> {
        let size = input.size();
        let normed = self.before_attention.forward(input)?;
        let heads = |linear: &Linear, count: i64| -> Result<Tensor> {
            Ok(linear.forward(&normed)?.f_view([size[0], size[1], count, self.head])?.f_transpose(1, 2)?)
        };
        let (mut query, mut key) = (heads(&self.query, self.heads)?, heads(&self.key, self.groups)?);
        if let Some((of_query, of_key)) = &self.norms {
            (query, key) = (of_query.forward(&query)?, of_key.forward(&key)?);
        }
        Ok([angles.turn(&query)?, angles.turn(&key)?, heads(&self.value, self.groups)?])
    }

    /// [B, H, T, D] from [B, G, T, D].
    fn repeated(&self, shared: &Tensor) -> Result<Tensor> {
        let times = self.heads / self.groups;
        if times == 1 {
            return Ok(shared.shallow_clone());
        }
        let size = shared.size();
        let wide = shared.f_unsqueeze(2)?.f_expand([size[0], size[1], times, size[2], size[3]], false)?;
        Ok(wide.f_reshape([size[0], self.heads, size[2], size[3]])?)
    }

    fn rest(&self, input: &Tensor, attended: &Tensor) -> Result<Tensor> {
        let middle = input.f_add(&self.output.forward(attended)?)?;
        let normed = self.before_network.forward(&middle)?;
        let inner = self.gate.forward(&normed)?.f_silu()?.f_mul(&self.up.forward(&normed)?)?;
        Ok(middle.f_add(&self.down.forward(&inner)?)?)
    }
}
