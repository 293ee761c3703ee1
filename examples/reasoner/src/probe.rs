//! Answers questions about a checkpoint, for the tests that compare it with transformers.
//!
//!     reasoner --probe FOLDER < questions.jsonl

use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use r1rewards::train::{Policy as _, Sampling, Tokenizer as _};
use serde::Deserialize;
use serde_json::json;
use tch::{Device, Kind, Tensor};

use crate::model::{TokenIds, Transformer};
use crate::tokenizer::FileTokenizer;

/// A question; each has an answer, one line.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Question {
    /// The logits at each position of a sequence.
    Logits(Vec<i64>),
    /// The most probable continuations of prompts, sampled together.
    Greedy { prompts: Vec<Vec<i64>>, end: i64, max_new_tokens: usize },
    /// The ids of texts, and the texts of the ids; `end` is the token that ends one.
    Encode { texts: Vec<String>, end: Option<String> },
    /// Writes the checkpoint to another folder.
    Save(PathBuf),
}

/// Answers the questions on standard input, in float32.
///
/// # Errors
/// A checkpoint that cannot be used; a question that is none.
pub fn answer(folder: &Path, device: Device) -> Result<()> {
    let _guard = tch::no_grad_guard();
    let model = Transformer::load(folder, Kind::Float, device)?;
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let answer = match serde_json::from_str(&line).with_context(|| format!("{line} is no question"))? {
            Question::Logits(tokens) => {
                let hidden = model.hidden(&Tensor::from_slice(&tokens).f_to_device(device)?.f_unsqueeze(0)?)?;
                let logits = hidden.f_squeeze_dim(0)?.f_linear(model.head(), None::<&Tensor>)?.f_to_device(Device::Cpu)?;
                json!(Vec::<Vec<f32>>::try_from(&logits)?)
            }
            Question::Greedy { prompts, end, max_new_tokens } => {
                let prompts: Vec<&[i64]> = prompts.iter().map(Vec::as_slice).collect();
                let sampling = Sampling { max_new_tokens, temperature: 0.0, end, seed: 0 };
                let found = model.sample(&prompts, &sampling)?;
                json!(found.into_iter().map(|continuation| continuation.tokens).collect::<Vec<_>>())
            }
            Question::Encode { texts, end } => {
                let tokenizer = FileTokenizer::read(folder, end.as_deref())?;
                let ids = texts.iter().map(|text| tokenizer.encode(text)).collect::<r1rewards::Result<Vec<_>>>()?;
                json!(ids.iter().map(|ids| json!({"ids": ids, "text": tokenizer.decode(ids)})).collect::<Vec<_>>())
            }
            Question::Save(other) => {
                model.save(&other, &TokenIds::read(folder)?)?;
                json!(other)
            }
        };
        writeln!(output, "{answer}")?;
    }
    Ok(())
}
