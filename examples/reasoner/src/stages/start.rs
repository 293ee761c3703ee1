//! What a run begins with, and the policy that it ends with, as a checkpoint.

use std::fs;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use r1rewards::train::Tokenizer as _;
use tch::{Device, Kind};

use super::Run;
use crate::config::RunConfig;
use crate::model::{ModelConfig, TokenIds, Transformer};
use crate::tasks::Task;
use crate::tokenizer::{FileTokenizer, Texts};

/// The files of a checkpoint, beside its model, that a policy trained from it keeps.
const KEPT: [&str; 9] = [
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "generation_config.json",
    "chat_template.jinja",
    "vocab.json",
    "merges.txt",
    "tokenizer.model",
];

/// The tokenizer and the model that a run begins with: those of a checkpoint, or the task's characters and a model with
/// random parameters.
pub fn begin(config: &RunConfig, task: &dyn Task, place: (Kind, Device)) -> Result<(Texts, Transformer)> {
    let Some(start) = &config.start else {
        let tokenizer = Texts::Pieces(task.tokenizer());
        let shape = ModelConfig { vocab_size: tokenizer.size(), ..config.model.clone() };
        let model = Transformer::new(shape, config.seed, place.0, place.1)?;
        return Ok((tokenizer, model));
    };
    let folder = &start.checkpoint;
    ensure!(folder.is_dir(), "`start.checkpoint`: there is no folder {}", folder.display());
    let tokenizer = Texts::File(Arc::new(FileTokenizer::read(folder, start.end.as_deref())?));
    let model = Transformer::load(folder, place.0, place.1)?;
    let (rows, tokens) = (model.config().vocab_size, tokenizer.size());
    ensure!(
        tokens <= rows,
        "{}: tokenizer.json has {tokens} tokens and the model's `vocab_size` is {rows}: they must be of the same model",
        folder.display()
    );
    Ok((tokenizer, model))
}

impl Run<'_> {
    /// Writes the policy and its tokenizer to `policy`, a folder that transformers reads.
    pub fn save_policy(&self) -> Result<()> {
        let folder = self.folder.at("policy");
        let end = self.tokenizer.end();
        let tokens = match &self.config.start {
            // A model that a stage has begun afresh keeps the tokenizer, too.
            Some(start) => TokenIds::read(&start.checkpoint)?,
            None => TokenIds { bos: None, eos: vec![end], pad: Some(end) },
        };
        self.model.save(&folder, &tokens)?;
        if let Texts::Pieces(pieces) = &self.tokenizer {
            self.folder.write("policy/tokenizer.json", &pieces.to_json().to_string())?;
            let config = pieces.to_json_config(self.model.config().max_position_embeddings);
            self.folder.write("policy/tokenizer_config.json", &config.to_string())?;
        }
        if let Some(start) = &self.config.start {
            for name in KEPT {
                let from = start.checkpoint.join(name);
                if from.exists() {
                    fs::copy(&from, folder.join(name)).with_context(|| format!("cannot copy {}", from.display()))?;
                }
            }
        }
        Ok(())
    }
}
