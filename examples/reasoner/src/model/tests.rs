//! A model read at once and token by token gives the same; `config.json` is read as transformers reads it; broken
//! checkpoints are refused.

use std::fs;
use std::path::Path;

use r1rewards::train::{Decoder, Policy};
use serde_json::{Value, json};
use tch::{Device, Kind, Tensor};

use super::config::{Family, Llama3};
use super::config_json::{from_json, to_json};
use super::{ModelConfig, TokenIds, Transformer};

const SCALING: Llama3 = Llama3 { factor: 8.0, low_freq_factor: 1.0, high_freq_factor: 4.0, original_max_position_embeddings: 32 };

fn config(model_type: Family) -> ModelConfig {
    ModelConfig { model_type, vocab_size: 20, hidden_size: 32, intermediate_size: 48, ..ModelConfig::default() }
}

fn model(config: ModelConfig) -> Transformer {
    Transformer::new(config, 1, Kind::Double, Device::Cpu).unwrap()
}

/// All kinds of models.
fn models() -> Vec<Transformer> {
    let shapes = [
        config(Family::Llama),
        ModelConfig { attention_bias: true, rope_scaling: Some(SCALING), tie_word_embeddings: false, ..config(Family::Llama) },
        config(Family::Qwen2),
        ModelConfig { head_dim: Some(12), ..config(Family::Qwen3) },
        ModelConfig { num_key_value_heads: 4, ..config(Family::Llama) },
    ];
    shapes.into_iter().map(model).collect()
}

/// The logits [T, V] of a sequence, all positions at once.
fn at_once(model: &Transformer, tokens: &[i64]) -> Tensor {
    let hidden = model.hidden(&Tensor::from_slice(tokens).unsqueeze(0)).unwrap();
    hidden.squeeze_dim(0).linear(model.head(), None::<&Tensor>)
}

#[track_caller]
fn assert_near(left: &Tensor, right: &Tensor) {
    assert_eq!(left.size(), right.size());
    let distance = (left - right).abs().max().double_value(&[]);
    assert!(distance < 1e-9, "{distance}");
}

/// Prompts of different lengths, padded at their start, and what follows them.
const ROWS: [(&[i64], [i64; 3]); 3] = [(&[3, 1, 4, 1, 5], [9, 2, 6]), (&[5, 3], [5, 8, 9]), (&[7, 9, 3, 2], [3, 8, 4])];

fn begin(model: &Transformer) -> (Tensor, super::Cache) {
    let tokens = Tensor::from_slice(&[3i64, 1, 4, 1, 5, 0, 0, 0, 5, 3, 0, 7, 9, 3, 2]).view([3, 5]);
    model.start(&tokens, &Tensor::from_slice(&[0i64, 3, 1]), 3).unwrap()
}

#[test]
fn token_by_token_with_padding_gives_what_all_positions_at_once_give() {
    let _guard = tch::no_grad_guard();
    for model in models() {
        let (mut logits, mut cache) = begin(&model);
        for place in 0..=3 {
            for (row, (prompt, next)) in ROWS.iter().enumerate() {
                let whole = [prompt, &next[..place]].concat();
                assert_near(&logits.get(row as i64), &at_once(&model, &whole).get(whole.len() as i64 - 1));
            }
            if place < 3 {
                logits = model.extend(&mut cache, &Tensor::from_slice(&ROWS.map(|(_, next)| next[place]))).unwrap();
            }
        }
    }
}

#[test]
fn rows_that_are_kept_go_on_as_before() {
    let _guard = tch::no_grad_guard();
    for model in models() {
        let (_, mut cache) = begin(&model);
        let _ = model.extend(&mut cache, &Tensor::from_slice(&[9i64, 5, 3])).unwrap();
        model.keep(&mut cache, &Tensor::from_slice(&[1i64, 2])).unwrap();
        let logits = model.extend(&mut cache, &Tensor::from_slice(&[8i64, 8])).unwrap();
        assert_near(&logits.get(0), &at_once(&model, &[5, 3, 5, 8]).get(3));
        assert_near(&logits.get(1), &at_once(&model, &[7, 9, 3, 2, 3, 8]).get(5));
    }
}

#[test]
fn a_saved_model_is_the_same_when_loaded() {
    let _guard = tch::no_grad_guard();
    let tokens = TokenIds { bos: None, eos: vec![3, 5], pad: Some(0) };
    for model in models() {
        let model = Transformer::new(model.config().clone(), 2, Kind::Float, Device::Cpu).unwrap();
        let folder = tempfile::tempdir().unwrap();
        model.save(folder.path(), &tokens).unwrap();
        let permissions = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions();
        assert_eq!(permissions("model.safetensors"), permissions("config.json"));
        let loaded = Transformer::load(folder.path(), Kind::Float, Device::Cpu).unwrap();
        assert_eq!(at_once(&model, &[1, 2, 3]), at_once(&loaded, &[1, 2, 3]));
        assert_eq!(model.config().head(), loaded.config().head());
        assert_eq!(TokenIds::read(folder.path()).unwrap(), tokens);
        assert!(loaded.parameters().iter().all(|(_, parameter)| parameter.requires_grad()));
    }
}

#[test]
fn fields_that_are_not_implemented_are_refused_by_name() {
    let whole = to_json(&config(Family::Llama), Kind::Float, &TokenIds::default()).unwrap();
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../tests/data/config_json.json")).unwrap();
    for case in cases {
        let mut changed = whole.clone();
        let fields = changed.as_object_mut().unwrap();
        fields.remove("rope_parameters");
        fields.extend(case["change"].as_object().unwrap().clone());
        match (from_json(&changed), case["error"].as_str()) {
            (Ok(_), None) => {}
            (Err(error), Some(expected)) => assert!(format!("{error:#}").contains(expected), "{case}: {error:#}"),
            (found, _) => panic!("{case}: {found:?}"),
        }
    }
}

#[test]
fn missing_fields_are_what_transformers_takes() {
    let sizes = json!({
        "model_type": "llama", "vocab_size": 20, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
        "num_attention_heads": 4,
    });
    let found = from_json(&sizes).unwrap();
    assert_eq!((found.num_key_value_heads, found.head(), found.max_position_embeddings), (4, 8, 2048));
    assert_eq!((found.rms_norm_eps, found.rope_theta, found.tie_word_embeddings), (1e-6, 1e4, false));
    let qwen = from_json(&json!({"model_type": "qwen3", "vocab_size": 20, "hidden_size": 32, "intermediate_size": 48,
        "num_hidden_layers": 2, "num_attention_heads": 4, "rope_theta": 1e6}))
    .unwrap();
    assert_eq!((qwen.head(), qwen.rope_theta, qwen.max_position_embeddings), (128, 1e6, 32_768));
}

#[test]
fn both_spellings_of_the_scaling_are_read() {
    let scaled = ModelConfig { rope_scaling: Some(SCALING), head_dim: Some(8), ..config(Family::Llama) };
    let whole = to_json(&scaled, Kind::Float, &TokenIds::default()).unwrap();
    for other in ["rope_parameters", "rope_scaling"] {
        let mut one = whole.clone();
        one.as_object_mut().unwrap().remove(other);
        assert_eq!(from_json(&one).unwrap(), scaled, "without {other}");
    }
}

fn saved(shape: ModelConfig, folder: &Path) {
    let model = Transformer::new(shape, 2, Kind::Float, Device::Cpu).unwrap();
    model.save(folder, &TokenIds::default()).unwrap();
}

/// The error of loading a saved model after its config.json has been changed.
fn refusal(shape: ModelConfig, changed: &[(&str, Value)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    saved(shape, folder.path());
    let path = folder.path().join("config.json");
    let mut value: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    for (field, new) in changed {
        value[*field] = new.clone();
    }
    fs::write(&path, value.to_string()).unwrap();
    format!("{:#}", Transformer::load(folder.path(), Kind::Float, Device::Cpu).unwrap_err())
}

#[test]
fn tensors_that_do_not_fit_are_refused_by_name() {
    let cases = [
        (json!({"num_hidden_layers": 3}), "no tensor `model.layers.2.self_attn.q_proj.weight` of shape [32, 32]"),
        (json!({"num_hidden_layers": 1}), "has no place for `model.layers.1."),
        (
            json!({"intermediate_size": 40}),
            "`model.layers.0.mlp.gate_proj.weight` has shape [48, 32], and config.json says [40, 32]",
        ),
        (
            json!({"tie_word_embeddings": false}),
            "no tensor `lm_head.weight` of shape [20, 32]: if the output layer is the embedding",
        ),
        (json!({"model_type": "qwen2"}), "no tensor `model.layers.0.self_attn.q_proj.bias` of shape [32]"),
    ];
    for (changed, expected) in cases {
        let fields: Vec<(&str, Value)> =
            changed.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let found = refusal(config(Family::Llama), &fields);
        assert!(found.contains(expected), "{found}");
    }
    let untied = ModelConfig { tie_word_embeddings: false, ..config(Family::Llama) };
    let found = refusal(untied, &[("tie_word_embeddings", json!(true))]);
    assert!(found.contains("`lm_head.weight` differs from the embedding"), "{found}");
}

#[test]
fn broken_files_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let load = || format!("{:#}", Transformer::load(folder.path(), Kind::Float, Device::Cpu).unwrap_err());
    assert!(load().contains("config.json: cannot be read"), "{}", load());
    saved(config(Family::Llama), folder.path());
    let weights = folder.path().join("model.safetensors");
    let bytes = fs::read(&weights).unwrap();
    fs::write(&weights, &bytes[..bytes.len() / 2]).unwrap();
    assert!(load().contains("model.safetensors is no safetensors file, or not a whole one"), "{}", load());
    fs::remove_file(&weights).unwrap();
    assert!(load().contains("has neither model.safetensors nor model.safetensors.index.json"), "{}", load());
    let index = folder.path().join("model.safetensors.index.json");
    fs::write(&index, r#"{"weight_map": {"lm_head.weight": "../other.safetensors"}}"#).unwrap();
    assert!(load().contains("`lm_head.weight`: the name of a file in the same folder is expected"), "{}", load());
    fs::write(&index, r#"{"weight_map": {"lm_head.weight": "one.safetensors"}}"#).unwrap();
    fs::write(folder.path().join("one.safetensors"), bytes).unwrap();
    assert!(load().contains("`lm_head.weight` is not in one.safetensors"), "{}", load());
}
