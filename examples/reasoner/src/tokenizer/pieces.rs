//! A tokenizer of characters, with some longer pieces that are one token.

use std::collections::HashMap;

use r1rewards::train::Tokenizer;
use r1rewards::{Error, Result};
use serde_json::{Map, Value, json};

/// Every text is cut into the longest pieces that the vocabulary has.
#[derive(Debug, Clone)]
pub struct Pieces {
    pieces: Vec<String>,
    ids: HashMap<String, i64>,
    /// The lengths of pieces in bytes, the longest first.
    lengths: Vec<usize>,
}

/// The piece that ends a completion; no text contains it.
const END: &str = "<end>";

impl Pieces {
    /// A tokenizer of the end token, these longer pieces, and these characters.
    pub fn new(longer: &[&str], characters: &str) -> Self {
        let mut pieces = vec![END.to_owned()];
        pieces.extend(longer.iter().map(|piece| (*piece).to_owned()));
        pieces.extend(characters.chars().map(String::from));
        let ids = pieces.iter().zip(0..).map(|(piece, id)| (piece.clone(), id)).collect();
        let mut lengths: Vec<usize> = pieces.iter().map(String::len).collect();
        lengths.sort_unstable_by(|left, right| right.cmp(left));
        lengths.dedup();
        Self { pieces, ids, lengths }
    }

    /// The number of tokens.
    pub fn size(&self) -> i64 {
        i64::try_from(self.pieces.len()).unwrap_or(i64::MAX)
    }

    /// The same tokenizer as a `tokenizer.json`: longer pieces are added tokens, of which the longest is taken, and the
    /// rest of a text is split into characters.
    pub fn to_json(&self) -> Value {
        let added = self.pieces.iter().zip(0..).filter(|(piece, _)| piece.chars().nth(1).is_some()).map(|(piece, id)| {
            json!({
                "id": id, "content": piece, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
                "special": id == self.end(),
            })
        });
        let ids: Map<String, Value> = self.pieces.iter().map(|piece| (piece.clone(), self.ids[piece].into())).collect();
        json!({
            "version": "1.0",
            "truncation": null,
            "padding": null,
            "added_tokens": added.collect::<Vec<_>>(),
            "normalizer": null,
            "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "[\\s\\S]"}, "behavior": "Isolated", "invert": false},
            "post_processor": null,
            "decoder": {"type": "Fuse"},
            // The vocabulary lacks the token of unknown characters, so that they are errors.
            "model": {"type": "WordLevel", "vocab": ids, "unk_token": "<unk>"},
        })
    }

    /// The `tokenizer_config.json` beside it, for transformers.
    pub fn to_json_config(&self, max_length: i64) -> Value {
        json!({
            "tokenizer_class": "PreTrainedTokenizerFast",
            "eos_token": END,
            "pad_token": END,
            "clean_up_tokenization_spaces": false,
            "model_max_length": max_length,
        })
    }
}

impl Tokenizer for Pieces {
    fn encode(&self, text: &str) -> Result<Vec<i64>> {
        let mut rest = text;
        let mut found = Vec::new();
        while !rest.is_empty() {
            let piece =
                self.lengths.iter().filter_map(|length| rest.get(..*length)).find_map(|piece| Some((piece, *self.ids.get(piece)?)));
            let Some((piece, id)) = piece else {
                let at = text.len() - rest.len();
                return Err(Error::data(format_args!(
                    "the vocabulary has no token for {:?} at byte {at} of {text:?}",
                    rest.chars().next()
                )));
            };
            found.push(id);
            rest = &rest[piece.len()..];
        }
        Ok(found)
    }

    fn decode(&self, tokens: &[i64]) -> String {
        let piece = |token: &i64| usize::try_from(*token).ok().and_then(|token| self.pieces.get(token));
        tokens.iter().filter(|token| **token != self.end()).filter_map(piece).map(String::as_str).collect()
    }

    fn end(&self) -> i64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_piece_is_one_token() {
        let tokenizer = Pieces::new(&["<think>", "</think>"], "0123<>");
        let tokens = tokenizer.encode("<think>12</think><").unwrap();
        assert_eq!(tokens.len(), 5);
        assert_eq!(tokenizer.decode(&tokens), "<think>12</think><");
        assert!(tokenizer.encode("1x").unwrap_err().to_string().contains("'x'"));
    }

    #[test]
    fn its_file_gives_the_same_ids() {
        let pieces = Pieces::new(&["<think>", "</think>", " wait ", " wait, ", "стоп ", "ab", "abc", "bcd"], "0123<>,abcd \n wст");
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("tokenizer.json"), pieces.to_json().to_string()).unwrap();
        let file = crate::tokenizer::FileTokenizer::read(folder.path(), Some(END)).unwrap();
        assert_eq!((file.size(), file.end()), (pieces.size(), pieces.end()));
        for text in
            ["", "<think>12</think><", " wait,  wait 3\n\n", "abcd abc ab a", "aabcdbcd", "с стоп  т", "<<think>>", "1<end>2<end>"]
        {
            let tokens = pieces.encode(text).unwrap();
            assert_eq!(file.encode(text).unwrap(), tokens, "{text:?}");
            assert_eq!(file.decode(&tokens), pieces.decode(&tokens), "{text:?}");
        }
        for text in ["1x", "x", " wait, é"] {
            let (ours, theirs) = (pieces.encode(text).unwrap_err(), file.encode(text).unwrap_err());
            assert!(ours.to_string().contains("vocabulary") && theirs.to_string().contains("vocabulary"), "{text:?}: {theirs}");
        }
    }
}
