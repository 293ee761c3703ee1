//! The tokenizer of a checkpoint, from its `tokenizer.json`.

use std::path::Path;

use anyhow::{Context, bail, ensure};
use r1rewards::train::Tokenizer;
use r1rewards::{Error, Result};
use serde_json::Value;

use crate::model::TokenIds;

/// A tokenizer that adds no tokens to a text: what a text begins and ends with stands in the text.
#[derive(Debug)]
pub struct FileTokenizer {
    inner: tokenizers::Tokenizer,
    end: i64,
    size: i64,
    /// The token of what the vocabulary lacks.
    unknown: Option<u32>,
}

/// The name of the file in the folder of a checkpoint.
pub const FILE: &str = "tokenizer.json";

impl FileTokenizer {
    /// Reads the tokenizer of a checkpoint. A policy ends a text with one token: `end`, or without it the only
    /// `eos_token_id` of `generation_config.json` or else of `config.json`.
    ///
    /// # Errors
    /// A file that cannot be read; no end token or several of them; an end token that the vocabulary lacks.
    pub fn read(folder: &Path, end: Option<&str>) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let shown = path.display();
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {shown}: a tokenizer of another format must be saved again by transformers"))?;
        let mut value: Value = serde_json::from_str(&text).with_context(|| format!("{shown} is no JSON"))?;
        // Texts are neither cut nor filled up, and get no tokens.
        for part in ["truncation", "padding", "post_processor"] {
            value[part] = Value::Null;
        }
        let inner = tokenizers::Tokenizer::from_bytes(value.to_string())
            .map_err(|error| anyhow::anyhow!("{shown} is no tokenizer that can be used here: {error}"))?;
        let model = &value["model"];
        let unknown = match (model["unk_token"].as_str(), model["unk_id"].as_u64()) {
            (Some(token), _) => inner.token_to_id(token),
            (None, Some(id)) => Some(u32::try_from(id)?),
            (None, None) => None,
        };
        let last = inner.get_vocab(true).into_values().max();
        let size = i64::from(last.with_context(|| format!("{shown} has no tokens"))?) + 1;
        let end = match end {
            Some(token) => inner.token_to_id(token).map(i64::from).with_context(|| format!("{shown} has no token {token:?}"))?,
            None => the_end(folder, &inner)?,
        };
        ensure!((0..size).contains(&end), "{}: `eos_token_id` is {end}, and {shown} has {size} tokens", folder.display());
        Ok(Self { inner, end, size, unknown })
    }

    /// The number of ids.
    pub fn size(&self) -> i64 {
        self.size
    }
}

fn the_end(folder: &Path, inner: &tokenizers::Tokenizer) -> anyhow::Result<i64> {
    let shown = folder.display();
    match TokenIds::read(folder)?.eos.as_slice() {
        [] => bail!("{shown}: no `eos_token_id` tells which token ends a text: name the token with `start.end`"),
        [one] => Ok(*one),
        several => {
            let name = |id: &i64| u32::try_from(*id).ok().and_then(|id| inner.id_to_token(id)).unwrap_or_else(|| id.to_string());
            let names: Vec<String> = several.iter().map(name).collect();
            bail!("{shown}: `eos_token_id` names {}: say with `start.end` which one ends a text", names.join(" and "))
        }
    }
}

impl Tokenizer for FileTokenizer {
    fn encode(&self, text: &str) -> Result<Vec<i64>> {
        let found = self.inner.encode(text, false).map_err(|error| Error::data(format_args!("{text:?}: {error}")))?;
        let mut covered = vec![false; text.len()];
        for (id, (start, end)) in found.get_ids().iter().zip(found.get_offsets()) {
            if Some(*id) == self.unknown {
                let shown = text.get(*start..*end);
                return Err(Error::data(format_args!("the vocabulary has no token for {shown:?} at byte {start} of {text:?}")));
            }
            covered.iter_mut().take(*end).skip(*start).for_each(|byte| *byte = true);
        }
        // Some models leave out the characters that they lack, and then say that those after them stood in their place: the
        // end of a word is left over. Spaces may be part of no token.
        if text.char_indices().any(|(at, letter)| !covered[at] && !letter.is_whitespace()) {
            return Err(Error::data(format_args!("the vocabulary has no token for a character of {text:?}")));
        }
        Ok(found.get_ids().iter().map(|id| i64::from(*id)).collect())
    }

    fn decode(&self, tokens: &[i64]) -> String {
        let ids: Vec<u32> =
            tokens.iter().filter(|token| **token != self.end).filter_map(|token| u32::try_from(*token).ok()).collect();
        // Only a decoder that does not fit its tokens fails; the text is then judged as an empty one.
        self.inner.decode(&ids, false).unwrap_or_default()
    }

    fn end(&self) -> i64 {
        self.end
    }
}
