//! A decoder-only transformer on tch, in the shape of Llama, Qwen2 and Qwen3, and its checkpoints.

mod checkpoint;
mod config;
mod config_json;
mod layer;
mod parameters;
mod rotary;
#[cfg(test)]
mod tests;

use anyhow::{Result, ensure};
use r1rewards::Error;
use r1rewards::train::{Continuation, Decoder, Policy, Sampling, decode};
use tch::{Device, Kind, Tensor};

pub use config::ModelConfig;
pub use config_json::TokenIds;
use layer::{Layer, LayerCache, Norm};
use parameters::{Fill, Source, Untrained};
use rotary::Rotary;

const EMBEDDING: &str = "model.embed_tokens.weight";
const HEAD: &str = "lm_head.weight";

/// The model.
#[derive(Debug)]
pub struct Transformer {
    config: ModelConfig,
    embedding: Tensor,
    layers: Vec<Layer>,
    norm: Norm,
    /// The output layer, where it is not the embedding.
    head: Option<Tensor>,
    rotary: Rotary,
    device: Device,
}

/// Keys and values of all layers.
pub struct Cache {
    layers: Vec<LayerCache>,
    /// [B]: how many positions at the start of each row are padding.
    padding: Tensor,
    padded: bool,
    length: i64,
}

impl Transformer {
    /// A model with random parameters.
    ///
    /// # Errors
    /// Sizes that do not fit together.
    pub fn new(config: ModelConfig, seed: u64, kind: Kind, device: Device) -> Result<Self> {
        tch::manual_seed(i64::from_ne_bytes(seed.to_ne_bytes()));
        Self::build(config, &mut Untrained { place: (kind, device) }, (kind, device))
    }

    fn build(config: ModelConfig, source: &mut dyn Source, place: (Kind, Device)) -> Result<Self> {
        config.check()?;
        let table = [config.vocab_size, config.hidden_size];
        let fill = Fill::Normal(1.0 / (config.hidden_size as f64).sqrt());
        let layer = |place: i64, source: &mut dyn Source| Layer::new(&config, source, &format!("model.layers.{place}"));
        Ok(Self {
            embedding: source.parameter(EMBEDDING, &table, fill)?,
            layers: (0..config.num_hidden_layers).map(|place| layer(place, source)).collect::<Result<_>>()?,
            norm: Norm::new(source, "model.norm", config.hidden_size, config.rms_norm_eps)?,
            head: if config.tie_word_embeddings { None } else { Some(source.parameter(HEAD, &table, fill)?) },
            rotary: Rotary::new(&config, place)?,
            device: place.1,
            config,
        })
    }

    /// The shape.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// The number of parameters.
    pub fn size(&self) -> usize {
        self.parameters().iter().map(|(_, parameter)| parameter.numel()).sum()
    }

    /// The last hidden states [B, T, H].
    fn forward(&self, tokens: &Tensor) -> Result<Tensor> {
        let length = tokens.size()[1];
        self.check_length(length)?;
        let angles = self.rotary.first(length)?;
        let mut states = self.embed(tokens)?;
        for layer in &self.layers {
            states = layer.forward(&states, &angles, None)?.0;
        }
        self.norm.forward(&states)
    }

    fn embed(&self, tokens: &Tensor) -> Result<Tensor> {
        Ok(Tensor::f_embedding(&self.embedding, tokens, -1, false, false)?)
    }

    fn check_length(&self, length: i64) -> Result<()> {
        let most = self.config.max_position_embeddings;
        ensure!(
            length <= most,
            "a sequence has {length} tokens and the model `max_position_embeddings` = {most}: shorten it, or give the model more"
        );
        Ok(())
    }

    fn begin(&self, tokens: &Tensor, padding: &Tensor, room: usize) -> Result<(Tensor, Cache)> {
        let size = tokens.size();
        let (batch, length) = (size[0], size[1]);
        let whole = length + i64::try_from(room)?;
        self.check_length(whole)?;
        let padded = padding.f_max()?.f_int64_value(&[])? > 0;
        let places = Tensor::f_arange(length, (Kind::Int64, self.device))?;
        let (angles, mask) = if padded {
            let positions = places.f_unsqueeze(0)?.f_sub(&padding.f_unsqueeze(1)?)?.f_clamp_min(0)?;
            let (row, column) = (places.f_view([1, 1, -1, 1])?, places.f_view([1, 1, 1, -1])?);
            let seen = column.f_ge_tensor(&padding.f_view([-1, 1, 1, 1])?)?.f_logical_and(&column.f_le_tensor(&row)?)?;
            // Padding sees itself, because a softmax over nothing is not a number.
            (self.rotary.at(&positions)?, Some(seen.f_logical_or(&row.f_eq_tensor(&column)?)?))
        } else {
            (self.rotary.first(length)?, None)
        };
        let mut states = self.embed(tokens)?;
        let mut layers = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let (next, LayerCache { keys, values }) = layer.forward(&states, &angles, mask.as_ref())?;
            states = next;
            let room = |found: &Tensor| -> Result<Tensor> {
                let all = Tensor::f_zeros(
                    [batch, self.config.num_key_value_heads, whole, self.config.head()],
                    (found.kind(), self.device),
                )?;
                all.f_narrow(2, 0, length)?.f_copy_(found)?;
                Ok(all)
            };
            layers.push(LayerCache { keys: room(&keys)?, values: room(&values)? });
        }
        let last = states.f_narrow(1, length - 1, 1)?;
        Ok((self.logits(&last)?, Cache { layers, padding: padding.shallow_clone(), padded, length }))
    }

    fn next(&self, cache: &mut Cache, tokens: &Tensor) -> Result<Tensor> {
        let place = cache.length;
        let positions = cache.padding.f_neg()?.f_add_scalar(place)?.f_unsqueeze(1)?;
        let angles = self.rotary.at(&positions)?;
        let mask = if cache.padded {
            let places = Tensor::f_arange(place + 1, (Kind::Int64, self.device))?;
            Some(places.f_view([1, 1, 1, -1])?.f_ge_tensor(&cache.padding.f_view([-1, 1, 1, 1])?)?)
        } else {
            None
        };
        let mut states = self.embed(&tokens.f_unsqueeze(1)?)?;
        for (layer, cache) in self.layers.iter().zip(&mut cache.layers) {
            states = layer.extend(&states, &angles, cache, place, mask.as_ref())?;
        }
        cache.length += 1;
        self.logits(&states)
    }

    /// Logits [B, V] of states [B, 1, H] before the last norm.
    fn logits(&self, states: &Tensor) -> Result<Tensor> {
        Ok(self.norm.forward(&states.f_squeeze_dim(1)?)?.f_linear(self.output(), None::<&Tensor>)?)
    }

    fn output(&self) -> &Tensor {
        self.head.as_ref().unwrap_or(&self.embedding)
    }
}

fn backend(error: anyhow::Error) -> Error {
    match error.downcast::<Error>() {
        Ok(error) => error,
        Err(error) => Error::backend(format_args!("{error:#}")),
    }
}

impl Policy for Transformer {
    fn parameters(&self) -> Vec<(String, Tensor)> {
        let mut found = vec![(EMBEDDING.to_owned(), self.embedding.shallow_clone())];
        for (place, layer) in self.layers.iter().enumerate() {
            found.extend(layer.parameters(&format!("model.layers.{place}")));
        }
        found.extend(self.norm.parameters("model.norm"));
        found.extend(self.head.as_ref().map(|head| (HEAD.to_owned(), head.shallow_clone())));
        found
    }

    fn device(&self) -> Device {
        self.device
    }

    fn hidden(&self, tokens: &Tensor) -> r1rewards::Result<Tensor> {
        self.forward(tokens).map_err(backend)
    }

    fn head(&self) -> &Tensor {
        self.output()
    }

    fn sample(&self, prompts: &[&[i64]], sampling: &Sampling) -> r1rewards::Result<Vec<Continuation>> {
        decode(self, self.device, prompts, sampling)
    }
}

impl Decoder for Transformer {
    type Cache = Cache;

    fn start(&self, tokens: &Tensor, padding: &Tensor, room: usize) -> r1rewards::Result<(Tensor, Cache)> {
        self.begin(tokens, padding, room).map_err(backend)
    }

    fn extend(&self, cache: &mut Cache, tokens: &Tensor) -> r1rewards::Result<Tensor> {
        self.next(cache, tokens).map_err(backend)
    }

    fn keep(&self, cache: &mut Cache, rows: &Tensor) -> r1rewards::Result<()> {
        let pick = |tensor: &mut Tensor| -> r1rewards::Result<()> {
            *tensor = tensor.f_index_select(0, rows)?;
            Ok(())
        };
        for layer in &mut cache.layers {
            pick(&mut layer.keys)?;
            pick(&mut layer.values)?;
        }
        pick(&mut cache.padding)
    }
}
