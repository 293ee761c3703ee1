//! A tokenizer of characters, with some longer pieces that are one token.

use std::collections::HashMap;

use r1rewards::train::Tokenizer;
use r1rewards::{Error, Result};

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
}
