//! A model's shape as transformers' `config.json`, in the spellings of its versions 4 and 5.
//!
//! Accepts: Llama, Qwen2 and Qwen3. Refuses: every field whose value would change what the model computes and that is not
//! implemented here; the error names the field, its value and what is supported.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tch::Kind;

use super::config::{Family, Llama3, ModelConfig};

/// The name of the file in the folder of a checkpoint.
pub const CONFIG: &str = "config.json";

/// The ids of a tokenizer that a checkpoint names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenIds {
    /// The token that begins a text.
    pub bos: Option<i64>,
    /// The tokens that end one.
    pub eos: Vec<i64>,
    /// The token that fills up a batch.
    pub pad: Option<i64>,
}

impl TokenIds {
    /// Reads `config.json`, and the tokens that end a text from `generation_config.json` where it has them.
    ///
    /// # Errors
    /// A file that cannot be read, or ids that are no whole numbers.
    pub fn read(folder: &Path) -> Result<Self> {
        let of = |path: &Path| -> Result<Self> {
            let value = read_json(path)?;
            let fields = Fields::of(&value)?;
            let eos = match fields.get("eos_token_id") {
                Some(Value::Array(_)) => fields.optional("eos_token_id", "a list of whole numbers")?.unwrap_or_default(),
                _ => fields.whole("eos_token_id")?.into_iter().collect(),
            };
            Ok(Self { bos: fields.whole("bos_token_id")?, eos, pad: fields.whole("pad_token_id")? })
        };
        let read = |name: &str| {
            let path = folder.join(name);
            of(&path).with_context(|| path.display().to_string())
        };
        let mut found = read(CONFIG)?;
        if folder.join("generation_config.json").exists() {
            let generation = read("generation_config.json")?;
            if !generation.eos.is_empty() {
                found.eos = generation.eos;
            }
        }
        Ok(found)
    }
}

/// Reads the shape of a checkpoint.
///
/// # Errors
/// A file that cannot be read; a model that is not supported; sizes that do not fit together.
pub fn read(folder: &Path) -> Result<ModelConfig> {
    let path = folder.join(CONFIG);
    let found = read_json(&path).and_then(|value| from_json(&value));
    found.with_context(|| path.display().to_string())
}

/// The shape of a `config.json`.
///
/// # Errors
/// As [`read`].
pub fn from_json(value: &Value) -> Result<ModelConfig> {
    let fields = Fields::of(value)?;
    let name: String = fields.required("model_type", "a text")?;
    let family = match name.as_str() {
        "llama" => Family::Llama,
        "qwen2" => Family::Qwen2,
        "qwen3" => Family::Qwen3,
        _ => bail!("`model_type` is {name:?}: llama, qwen2 and qwen3 are supported"),
    };
    let heads = fields.size("num_attention_heads")?;
    let layers = fields.size("num_hidden_layers")?;
    refuse_unsupported(&fields, layers)?;
    // Where a field is missing, what transformers takes.
    let positions = fields.whole("max_position_embeddings")?.unwrap_or(if family == Family::Llama { 2048 } else { 32_768 });
    let (rope_theta, rope_scaling) = rotary(&fields, positions)?;
    let config = ModelConfig {
        model_type: family,
        vocab_size: fields.size("vocab_size")?,
        hidden_size: fields.size("hidden_size")?,
        intermediate_size: fields.size("intermediate_size")?,
        num_hidden_layers: layers,
        num_attention_heads: heads,
        num_key_value_heads: fields.whole("num_key_value_heads")?.unwrap_or(heads),
        head_dim: fields.whole("head_dim")?.or((family == Family::Qwen3).then_some(128)),
        max_position_embeddings: positions,
        rms_norm_eps: fields.number("rms_norm_eps")?.unwrap_or(1e-6),
        rope_theta,
        tie_word_embeddings: fields.flag("tie_word_embeddings")?,
        attention_bias: family != Family::Qwen2 && fields.flag("attention_bias")?,
        rope_scaling,
    };
    config.check()?;
    Ok(config)
}

/// The `config.json` of a model whose parameters are stored as `kind`.
///
/// # Errors
/// A kind that checkpoints do not have.
pub fn to_json(config: &ModelConfig, kind: Kind, tokens: &TokenIds) -> Result<Value> {
    let (model_type, architecture) = match config.model_type {
        Family::Llama => ("llama", "LlamaForCausalLM"),
        Family::Qwen2 => ("qwen2", "Qwen2ForCausalLM"),
        Family::Qwen3 => ("qwen3", "Qwen3ForCausalLM"),
    };
    let mut rotary = Map::new();
    rotary.insert("rope_theta".into(), config.rope_theta.into());
    rotary.insert("rope_type".into(), if config.rope_scaling.is_some() { "llama3" } else { "default" }.into());
    if let Some(Value::Object(scaling)) = config.rope_scaling.as_ref().map(serde_json::to_value).transpose()? {
        rotary.extend(scaling);
    }
    let scaling = config.rope_scaling.is_some().then(|| rotary.clone());
    let eos = match tokens.eos.as_slice() {
        [] => Value::Null,
        [one] => json!(one),
        several => json!(several),
    };
    Ok(json!({
        "architectures": [architecture],
        "model_type": model_type,
        "vocab_size": config.vocab_size,
        "hidden_size": config.hidden_size,
        "intermediate_size": config.intermediate_size,
        "num_hidden_layers": config.num_hidden_layers,
        "num_attention_heads": config.num_attention_heads,
        "num_key_value_heads": config.num_key_value_heads,
        "head_dim": config.head(),
        "hidden_act": "silu",
        "max_position_embeddings": config.max_position_embeddings,
        "rms_norm_eps": config.rms_norm_eps,
        "rope_parameters": rotary,
        // The same in the spelling of transformers 4, which has no `rope_parameters`.
        "rope_theta": config.rope_theta,
        "rope_scaling": scaling,
        "attention_bias": config.attention_bias,
        "mlp_bias": false,
        "attention_dropout": 0.0,
        "tie_word_embeddings": config.tie_word_embeddings,
        "bos_token_id": tokens.bos,
        "eos_token_id": eos,
        "pad_token_id": tokens.pad,
        "dtype": type_name(kind)?,
        "torch_dtype": type_name(kind)?,
        "use_cache": true,
    }))
}

fn type_name(kind: Kind) -> Result<&'static str> {
    match kind {
        Kind::Float => Ok("float32"),
        Kind::BFloat16 => Ok("bfloat16"),
        Kind::Half => Ok("float16"),
        _ => bail!("parameters are {kind:?}: a checkpoint holds float32, bfloat16 or float16"),
    }
}

fn refuse_unsupported(fields: &Fields, layers: i64) -> Result<()> {
    let activation: Option<String> = fields.optional("hidden_act", "a text")?;
    if let Some(other) = activation.filter(|name| name != "silu") {
        bail!("`hidden_act` is {other:?}: only silu is supported");
    }
    ensure!(!fields.flag("mlp_bias")?, "`mlp_bias` is true: feed-forward layers with biases are not supported, only false is");
    let factor = fields.number("partial_rotary_factor")?.unwrap_or(1.0);
    ensure!(factor == 1.0, "`partial_rotary_factor` is {factor}: only 1, rotary positions in whole heads, is supported");
    if let Some(found) = fields.get("quantization_config") {
        bail!("`quantization_config` is {found}: only float32, bfloat16 and float16 are supported; convert the checkpoint");
    }
    let types: Option<Vec<String>> = fields.optional("layer_types", "a list of texts")?;
    if let Some(types) = types {
        if let Some(other) = types.iter().find(|kind| *kind != "full_attention") {
            bail!("`layer_types` has {other:?}: only full_attention is supported");
        }
    } else if fields.flag("use_sliding_window")?
        && fields.get("sliding_window").is_some()
        // What transformers takes where the field is missing.
        && fields.whole("max_window_layers")?.unwrap_or(28) < layers
    {
        bail!(
            "`use_sliding_window` is true with `sliding_window` = {}: only attention to all earlier positions is supported",
            fields.get("sliding_window").unwrap_or(&Value::Null)
        );
    }
    Ok(())
}

/// The base of the rotary frequencies and their scaling: version 5 has all in `rope_parameters`, version 4 has `rope_theta`
/// beside `rope_scaling`.
fn rotary(fields: &Fields, positions: i64) -> Result<(f64, Option<Llama3>)> {
    let (new, old) = (fields.get("rope_parameters"), fields.get("rope_scaling"));
    let at_top = fields.number("rope_theta")?;
    let (name, table) = match (new, old) {
        (None, None) => return Ok((at_top.unwrap_or(10_000.0), None)),
        (Some(table), _) => ("rope_parameters", table),
        (None, Some(table)) => ("rope_scaling", table),
    };
    let read = |table: &Value| -> Result<(f64, Option<Llama3>)> {
        let inner = Fields::of(table)?;
        inner.only(&[
            "rope_theta",
            "rope_type",
            "type",
            "partial_rotary_factor",
            "factor",
            "low_freq_factor",
            "high_freq_factor",
            "original_max_position_embeddings",
        ])?;
        let factor = inner.number("partial_rotary_factor")?.unwrap_or(1.0);
        ensure!(factor == 1.0, "`partial_rotary_factor` is {factor}: only 1, rotary positions in whole heads, is supported");
        let theta = inner.number("rope_theta")?.or(at_top).unwrap_or(10_000.0);
        let kind: Option<String> = inner.optional("rope_type", "a text")?.or(inner.optional("type", "a text")?);
        let needed = |field: &str| {
            let number = inner.number(field)?;
            number.with_context(|| format!("`{field}` is missing: rope_type \"llama3\" needs it"))
        };
        match kind.as_deref().unwrap_or("default") {
            "default" => Ok((theta, None)),
            "llama3" => {
                let length = match fields.whole("original_max_position_embeddings")? {
                    Some(length) => length,
                    None => inner.whole("original_max_position_embeddings")?.unwrap_or(positions),
                };
                let scaling = Llama3 {
                    factor: needed("factor")?,
                    low_freq_factor: needed("low_freq_factor")?,
                    high_freq_factor: needed("high_freq_factor")?,
                    original_max_position_embeddings: length,
                };
                Ok((theta, Some(scaling)))
            }
            other => bail!("`rope_type` is {other:?}: default and llama3 are supported"),
        }
    };
    let found = read(table).with_context(|| format!("`{name}`"))?;
    if let (Some(_), Some(old)) = (new, old) {
        let other = read(old).context("`rope_scaling`")?;
        ensure!(found == other, "`rope_parameters` and `rope_scaling` disagree: leave out the wrong one");
    }
    Ok(found)
}

/// The fields of an object; `null` is the same as no field.
struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    fn of(value: &'a Value) -> Result<Self> {
        Ok(Self(value.as_object().context("an object with fields is expected")?))
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn optional<T: DeserializeOwned>(&self, name: &str, expected: &str) -> Result<Option<T>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let found = serde_json::from_value(value.clone()).ok();
        Ok(Some(found.with_context(|| format!("`{name}` is {value}: {expected} is expected"))?))
    }

    fn required<T: DeserializeOwned>(&self, name: &str, expected: &str) -> Result<T> {
        self.optional(name, expected)?.with_context(|| format!("`{name}` is missing: {expected} is expected"))
    }

    fn size(&self, name: &str) -> Result<i64> {
        self.required(name, "a whole number")
    }

    fn whole(&self, name: &str) -> Result<Option<i64>> {
        self.optional(name, "a whole number")
    }

    fn number(&self, name: &str) -> Result<Option<f64>> {
        self.optional(name, "a number")
    }

    fn flag(&self, name: &str) -> Result<bool> {
        Ok(self.optional(name, "true or false")?.unwrap_or(false))
    }

    fn only(&self, known: &[&str]) -> Result<()> {
        match self.0.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => bail!("`{name}` is {}: it is not known here; supported are {}", self.0[name], known.join(", ")),
            None => Ok(()),
        }
    }
}

/// Reads a file of JSON.
///
/// # Errors
/// A file that cannot be read or is no JSON.
pub fn read_json(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).context("cannot be read")?;
    serde_json::from_str(&text).context("is no JSON")
}

/// Writes a file of JSON.
///
/// # Errors
/// A file that cannot be written.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value)? + "\n";
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
